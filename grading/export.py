"""Grades as a learning platform takes them in: Canvas, Moodle, or a plain table."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grading.course import Course
from grading.grades import Row, as_csv, unspreadsheet
from grading.release import gradebook

FINAL = "graded"


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows them (`nbgrader db student add`); what is not known is empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    platform_id: str = ""

    @property
    def name(self) -> str:
        """ "Last, first" as Canvas writes it, or the id."""
        return ", ".join(filter(None, [self.last_name, self.first_name])) or self.id


def people(course: Course, root) -> dict[str, Person]:
    """Student id -> who that is."""
    with gradebook(root, course) as book:
        return {
            student.id: Person(
                student.id,
                student.first_name or "",
                student.last_name or "",
                student.email or "",
                student.lms_user_id or "",
            )
            for student in book.students
        }


def _table(header: list[str], rows: Iterable[list]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([unspreadsheet(value) for value in row] for row in rows)
    return out.getvalue()


def canvas(title: str, rows: list[Row], known: dict[str, Person]) -> str:
    """A file for Canvas's "Import grades": its five columns about the student, one for the lab, and the points possible."""
    points = rows[0].max_score if rows else 0
    body = [["Points Possible", "", "", "", "", f"{points:g}"]]
    for row in rows:
        who = known.get(row.student, Person(row.student))
        body.append([who.name, who.platform_id, "", who.id, "", _points(row)])
    return _table(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title], body)


def moodle(title: str, rows: list[Row], known: dict[str, Person]) -> str:
    """A file for Moodle's CSV import, which asks what each column is: map "Email address" to "useremail", or "ID number"."""
    body = []
    for row in rows:
        who = known.get(row.student, Person(row.student))
        body.append([who.first_name, who.last_name, who.platform_id, who.email, _points(row)])
    return _table(["First name", "Last name", "ID number", "Email address", title], body)


def plain(title: str, rows: list[Row], known: dict[str, Person]) -> str:
    """All that `course grades` knows, check by check."""
    return as_csv(rows)


def _points(row: Row) -> str:
    """Empty unless the grade is final: a platform must not show half a grade as a whole one."""
    return f"{row.score:g}" if row.status == FINAL and row.score is not None else ""


FORMATS: dict[str, Callable[[str, list[Row], dict[str, Person]], str]] = {
    "canvas": canvas,
    "moodle": moodle,
    "csv": plain,
}


def unfinished(rows: list[Row]) -> list[str]:
    """Students whose points are left out, because a person must look first."""
    return [row.student for row in rows if row.status != FINAL]
