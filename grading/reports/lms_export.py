"""Writes grades as files that learning platforms import: Canvas, Moodle, or a plain table."""

import csv
import io
from collections.abc import Callable, Iterable

from grading.gradebook.grades import Row, as_csv, unspreadsheet
from grading.gradebook.roster import Person

FINAL = "graded"


def _table(header: list[str], rows: Iterable[list]) -> str:
    """The rows as CSV, with nothing that a spreadsheet would read as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([unspreadsheet(value) for value in row] for row in rows)
    return out.getvalue()


def canvas(title: str, rows: list[Row], known: dict[str, Person]) -> str:
    """A file for Canvas's "Import grades": five columns about the student, one for the lab, and the points possible."""
    points = rows[0].max_score if rows else 0
    body = [["Points Possible", "", "", "", "", f"{points:g}"]]
    for row in rows:
        who = known.get(row.student, Person(row.student))
        body.append([who.name, who.platform_id, "", who.id, "", _points(row)])
    return _table(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title], body)


def moodle(title: str, rows: list[Row], known: dict[str, Person]) -> str:
    """A file for Moodle's CSV import, which asks what each column is: map "Email address" to "useremail", or use "ID number"."""
    body = []
    for row in rows:
        who = known.get(row.student, Person(row.student))
        body.append([who.first_name, who.last_name, who.platform_id, who.email, _points(row)])
    return _table(["First name", "Last name", "ID number", "Email address", title], body)


def plain(title: str, rows: list[Row], known: dict[str, Person]) -> str:
    """A file with all that `course grades` knows, check by check."""
    return as_csv(rows)


def _points(row: Row) -> str:
    """The score; empty unless it is final, since a platform must not show part of a grade as the whole."""
    return f"{row.score:g}" if row.status == FINAL and row.score is not None else ""


FORMATS: dict[str, Callable[[str, list[Row], dict[str, Person]], str]] = {
    "canvas": canvas,
    "moodle": moodle,
    "csv": plain,
}


def unfinished(rows: list[Row]) -> list[str]:
    """Students whose points are left out, because a person must look first."""
    return [row.student for row in rows if row.status != FINAL]
