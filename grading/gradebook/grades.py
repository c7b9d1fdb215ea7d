"""Lists what a class got: one row per student, with the points of each check."""

import csv
import datetime
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from grading.course import Course
from grading.coursedir import student_path
from grading.gradebook.database import gradebook, require_released
from grading.gradebook.extensions import due_for
from grading.gradebook.late_penalties import lateness_of, penalty_now
from grading.gradebook.records import Record, records, students
from shared.notebooks.cell_metadata import grade_id
from shared.text_table import table

UNGRADED = "ungraded"  # the status of who handed in something that no run has looked at yet
MISSING = "missing"  # the status of who handed in nothing
FIELDS = ("student", "score", "max_score", "status", "reason", "flags")


@dataclass(frozen=True)
class Row:
    """One student: points, a status, and check -> points.

    status: "graded", "review" (a person must look), "refused", "failed", "ungraded" (handed in, and not looked at yet), or
    "missing" (nothing was handed in).
    """

    student: str
    score: float | None
    max_score: float
    status: str
    reason: str
    flags: list[str]
    checks: dict[str, float | None]


def class_grades(lab: str, course: Course, root: Path) -> list[Row]:
    """Returns the rows of all students of the gradebook, by name; a check that waits for a person has None.

    Raises:
        LabError: the lab is not released here.
    """
    require_released(lab, course, root)
    maximum = float(course.lab(lab).points)
    with gradebook(root, course) as book:
        known = records(root, lab)
        found = {student: _row(lab, record, maximum, book, course) for student, record in known.items()}
        for student in book.students:
            if student.id not in found:
                found[student.id] = _missing(lab, student.id, maximum, course, root)
    return [row for _, row in sorted(found.items())]


def _row(lab: str, record: Record, maximum: float, book: Gradebook, course: Course) -> Row:
    """What became of a submission."""
    student = record.student
    if record.status != "graded":
        return Row(student, None, maximum, record.status, record.reason, [], {})
    try:
        submitted = book.find_submission_notebook(lab, lab, student)
    except MissingEntry:
        reason = f"the gradebook has lost it: run 'course autograde {lab} --student {student}'"
        return Row(student, None, maximum, "failed", reason, [], {})
    waiting = sorted(grade.name for grade in submitted.grades if grade.needs_manual_grade)
    points = {g.name: None if g.needs_manual_grade else g.score for g in submitted.grades}
    late = penalty_now(submitted, course)
    flags = list(record.flags)
    days = lateness_of(submitted.assignment, course)
    if late:
        flags.append(f"late: -{late:g}")
    if days.free:
        flags.append(f"late: {counted(days.free, 'free day')} used")
    doubts = [f"{name}: {why}" for name, why in record.doubts.items()]
    looks = [f"to be read by a person: {', '.join(waiting)}", *doubts] if waiting else []
    reason = "; ".join(filter(None, [*looks, record.put_right]))
    score = submitted.score - late
    return Row(student, score, submitted.max_score, "review" if waiting else "graded", reason, flags, points)


def _missing(lab: str, student: str, maximum: float, course: Course, root: Path) -> Row:
    """The row of a student without a record: before the deadline nothing is known, after it the course's policy holds."""
    due = due_for(lab, student, course, root)
    if student in students(root, lab):
        why = f"handed in, but not graded: run 'course autograde {lab}'"
        return Row(student, None, maximum, UNGRADED, why, [], {})
    if datetime.datetime.now(datetime.UTC) <= due:
        return Row(student, None, maximum, MISSING, f"nothing handed in yet, due {due:%Y-%m-%d %H:%M %Z}", [], {})
    score = 0.0 if course.missing == "zero" else None
    return Row(student, score, maximum, MISSING, f"nothing handed in until {due:%Y-%m-%d %H:%M %Z}", [], {})


def counted(number: int, noun: str) -> str:
    """A number with its noun, such as "1 day" or "2 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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


def as_rows(rows: list[Row]) -> list[list]:
    """The rows for a workbook, their header first, with the same columns as `as_csv`."""
    checks = list(dict.fromkeys(name for row in rows for name in row.checks))
    table_rows = [[*FIELDS, *checks]]
    for row in rows:
        named = [row.student, row.score, row.max_score, row.status, row.reason, "; ".join(row.flags)]
        table_rows.append([*named, *(row.checks.get(name) for name in checks)])
    return table_rows


def as_table(rows: list[Row]) -> str:
    """The rows as a table for the terminal."""
    lines = []
    for row in rows:
        why = "; ".join(filter(None, [row.reason, *row.flags]))
        score = "-" if row.score is None else f"{row.score:g}"
        lines.append((row.student, score, f"{row.max_score:g}", row.status, why))
    return table(lines, align="<>><<", header=("student", "score", "of", "status", "why"))
