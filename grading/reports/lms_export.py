"""Writes grades as tables that learning platforms import, Canvas or Moodle, and warns of what they would take wrongly."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from grading.course import Lab
from grading.gradebook.grades import MISSING, Row, as_csv, unspreadsheet
from grading.gradebook.roster import Person

FINAL = "graded"
# Canvas takes columns with such titles for totals of its own, and leaves them out of an import.
CANVAS_OWN = ("final", "current score", "current grade", "unposted")
PLATFORMS = ("canvas", "moodle")


@dataclass(frozen=True)
class Column:
    """One column of points: its title, the points possible, and what each student has, as text; empty while that is open.

    numbered: whether the platform is told which of its own columns this is.
    """

    title: str
    points: float
    values: dict[str, str]
    numbered: bool = False


def column(lab: Lab, rows: list[Row]) -> Column:
    """The points of a lab; Canvas finds its assignment by the number in the title."""
    title = f"{lab.title} ({lab.canvas})" if lab.canvas else lab.title
    return Column(title, lab.points, {row.student: points(row) for row in rows}, bool(lab.canvas))


def points(row: Row) -> str:
    """The score; empty unless it is final, since a platform must not show part of a grade as the whole."""
    final = row.status == FINAL or (row.status == MISSING and row.score is not None)
    return f"{row.score:g}" if final and row.score is not None else ""


def as_text(table: Iterable[list]) -> str:
    """Rows as CSV, with nothing that a spreadsheet would read as a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([unspreadsheet(value) for value in row] for row in table)
    return out.getvalue()


def canvas(columns: list[Column], students: Iterable[str], known: dict[str, Person]) -> str:
    """A file for Canvas's "Import grades": five columns about the student, one for each lab, and one row of points possible."""
    table = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(each.title for each in columns)]]
    table.append(["Points Possible", "", "", "", "", *(f"{each.points:g}" for each in columns)])
    for student in students:
        who = known.get(student, Person(student))
        table.append([who.name, who.platform_id, "", who.id, "", *(each.values.get(student, "") for each in columns)])
    return as_text(table)


def moodle(columns: list[Column], students: Iterable[str], known: dict[str, Person]) -> str:
    """A file for Moodle's CSV import, which asks what each column is: map "Email address" to "useremail", or use "ID number"."""
    table = [["First name", "Last name", "ID number", "Email address", *(each.title for each in columns)]]
    for student in students:
        who = known.get(student, Person(student))
        values = [each.values.get(student, "") for each in columns]
        table.append([who.first_name, who.last_name, who.platform_id, who.email, *values])
    return as_text(table)


def plain(rows: list[Row]) -> str:
    """A table with all that `course grades` knows, check by check."""
    return as_csv(rows)


WRITERS = {"canvas": canvas, "moodle": moodle}


def warnings(platform: str, columns: list[Column], students: Iterable[str], known: dict[str, Person]) -> list[str]:
    """What a platform would take wrongly, in sentences."""
    said = []
    nameless = [student for student in students if not _is_identified(platform, known.get(student, Person(student)))]
    if nameless:
        what = "the number in Canvas" if platform == "canvas" else "an email address or ID number"
        said.append(
            f"{platform.capitalize()} cannot tell who these are, since the gradebook lacks {what}: {', '.join(nameless)}. Read "
            "its own list of students with 'course roster FILE'."
        )
    if platform == "canvas":
        for each in columns:
            own = [word for word in CANVAS_OWN if word in each.title.casefold()]
            if own:
                said.append(
                    f"The title '{each.title}' contains '{own[0]}', and Canvas may take the column for a total of its own and "
                    "leave it out: choose another title in course.toml."
                )
        new = [each.title for each in columns if not each.numbered]
        if new:
            said.append(
                f"Canvas makes a new assignment of {' and '.join(repr(title) for title in new)}, unless the lab's 'canvas' in "
                "course.toml is the number that ends the address of its assignment there."
            )
    return said


def _is_identified(platform: str, who: Person) -> bool:
    return bool(who.platform_id) if platform == "canvas" else bool(who.platform_id or who.email)


def unfinished(rows: list[Row]) -> list[str]:
    """Students whose points are left out, because a person must look first."""
    return [row.student for row in rows if row.status not in (FINAL, MISSING)]


def absent(rows: list[Row]) -> list[str]:
    """Students who have handed in nothing, and for whom nothing counts yet."""
    return [row.student for row in rows if row.status == MISSING and row.score is None]
