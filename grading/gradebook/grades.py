"""Lists what a class got: one row per student, with the points of each check."""

import csv
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry

from grading.course import Course
from grading.coursedir import student_path
from grading.gradebook.database import gradebook, require_released
from grading.gradebook.late_penalties import penalty_now
from grading.gradebook.records import records
from shared.notebooks.cell_metadata import grade_id
from shared.text_table import table

FIELDS = ("student", "score", "max_score", "status", "reason", "flags")


@dataclass(frozen=True)
class Row:
    """One student: points, "graded", "review" (a person must look), "refused" or "failed", and check -> points."""

    student: str
    score: float | None
    max_score: float
    status: str
    reason: str
    flags: list[str]
    checks: dict[str, float | None]


def class_grades(lab: str, course: Course, root: Path) -> list[Row]:
    """Returns the rows of all students with a record, by name; a check that waits for a person has None.

    Raises:
        LabError: the lab is not released here.
    """
    require_released(lab, course, root)
    found = []
    maximum = float(course.lab(lab).points)
    with gradebook(root, course) as book:
        for student, record in records(root, lab).items():
            if record.status != "graded":
                found.append(Row(student, None, maximum, record.status, record.reason, [], {}))
                continue
            try:
                submitted = book.find_submission_notebook(lab, lab, student)
            except MissingEntry:
                reason = f"the gradebook has lost it: run 'course autograde {lab} --student {student}'"
                found.append(Row(student, None, maximum, "failed", reason, [], {}))
                continue
            waiting = sorted(grade.name for grade in submitted.grades if grade.needs_manual_grade)
            points = {g.name: None if g.needs_manual_grade else g.score for g in submitted.grades}
            late = penalty_now(submitted, course)
            flags = list(record.flags)
            if late:
                flags.append(f"late: -{late:g}")
            doubts = [f"{name}: {why}" for name, why in record.doubts.items()]
            looks = [f"to be read by a person: {', '.join(waiting)}", *doubts] if waiting else []
            reason = "; ".join(filter(None, [*looks, record.put_right]))
            score = submitted.score - late
            found.append(
                Row(student, score, submitted.max_score, "review" if waiting else "graded", reason, flags, points)
            )
    return found


def as_json(rows: list[Row]) -> str:
    return json.dumps([asdict(row) for row in rows], indent=1)


def maxima(lab: str, course: Course, root: Path) -> dict[str, float]:
    """Returns the points of each automatic check, in the order of the lab."""
    with gradebook(root, course) as book:
        cells = {
            cell.name: cell.max_score for cell in book.find_notebook(lab, lab).grade_cells if cell.cell_type == "code"
        }
    order = [grade_id(cell) for cell in nbformat.read(student_path(lab, root), 4).cells]
    return {name: cells[name] for name in order if name in cells}


def unspreadsheet(value):
    """Makes a value harmless that a spreadsheet would read as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def as_csv(rows: list[Row]) -> str:
    """The rows as CSV, one line per student, with a column for each check in the order of the lab."""
    checks = list(dict.fromkeys(name for row in rows for name in row.checks))
    out = io.StringIO()
    writer = csv.DictWriter(out, [*FIELDS, *checks], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        values = {**asdict(row), "flags": "; ".join(row.flags)}
        del values["checks"]
        writer.writerow({**{key: unspreadsheet(value) for key, value in values.items()}, **row.checks})
    return out.getvalue()


def as_table(rows: list[Row]) -> str:
    """The rows as a table for the terminal."""
    lines = []
    for row in rows:
        why = "; ".join(filter(None, [row.reason, *row.flags]))
        score = "-" if row.score is None else f"{row.score:g}"
        lines.append((row.student, score, f"{row.max_score:g}", row.status, why))
    return table(lines, align="<>><<", header=("student", "score", "of", "status", "why"))
