"""One table for the term: what each student got in each lab, what counts of it, and how many late days are left."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import MissingEntry

from grading.course import Course
from grading.coursedir import gradebook_path
from grading.gradebook.database import gradebook
from grading.gradebook.grades import MISSING, Row, class_grades
from grading.gradebook.late_penalties import free_days_left
from shared.errors import LabError


@dataclass(frozen=True)
class Term:
    """A student's term.

    rows: what `course grades` knows, by the name of the lab; dropped: labs that do not count; open: labs that a person must
    look at before they count; total: percent of the points, weighted, of the labs that count, None where none does yet.
    """

    student: str
    rows: dict[str, Row]
    dropped: list[str]
    open: list[str]
    total: float | None
    late_days_left: int


def released_labs(course: Course, root: Path) -> list[str]:
    """The labs of the course that are in the gradebook, in the order of their deadlines.

    Raises:
        LabError: there is no gradebook, or no lab in it.
    """
    found = []
    if course.database or gradebook_path(root).is_file():
        with gradebook(root, course) as book:
            for lab in course.labs:
                try:
                    book.find_notebook(lab, lab)
                except MissingEntry:
                    continue
                found.append(lab)
    if not found:
        raise LabError(f"No lab is released in {root}: run 'course release LAB --root {root}' first.")
    return sorted(found, key=lambda lab: course.due(lab).timestamp())


def term(course: Course, root: Path) -> list[Term]:
    """Every student's term, by id.

    Raises:
        LabError: no lab is released here.
    """
    labs = released_labs(course, root)
    tables = {lab: {row.student: row for row in class_grades(lab, course, root)} for lab in labs}
    with gradebook(root, course) as book:
        left = {student.id: free_days_left(student, course) for student in book.students}
    students = sorted({student for rows in tables.values() for student in rows})
    return [
        summary(
            student,
            {lab: tables[lab][student] for lab in labs if student in tables[lab]},
            left.get(student, course.free_late_days),
            course,
        )
        for student in students
    ]


def summary(student: str, rows: dict[str, Row], late_days_left: int, course: Course) -> Term:
    """One student's term: of the labs with a final score, the lowest are dropped, and the rest counts by its weight."""
    shares = {lab: row.score / row.max_score for lab, row in rows.items() if _is_final(row) and row.max_score}
    waiting = [lab for lab, row in rows.items() if not _is_final(row) and row.status != MISSING]
    spare = min(course.drop_lowest, max(len(shares) - 1, 0))
    dropped = sorted(shares, key=shares.get)[:spare]
    counted = {lab: course.lab(lab).weight for lab in shares if lab not in dropped}
    weight = sum(counted.values())
    total = 100 * sum(shares[lab] * counted[lab] for lab in counted) / weight if weight else None
    return Term(student, rows, [lab for lab in rows if lab in dropped], waiting, total, late_days_left)


def _is_final(row: Row) -> bool:
    return row.score is not None and row.status in ("graded", MISSING)
