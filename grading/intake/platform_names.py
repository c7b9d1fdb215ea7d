"""Finds the student id that belongs to the name of a submitted file or folder, as a person, Canvas or Moodle wrote it.

Canvas writes its own number for the student, Moodle the full name; the gradebook knows both, from `nbgrader db student`.
A name that belongs to nobody, or to two students, is an error: an id made up from it would match no row of an export.
"""

import re
import unicodedata
from collections.abc import Callable, Collection

from grading.gradebook.roster import Person
from shared.notebooks.reading import Refused, shown

CANVAS = re.compile(r"[^\W_]+_(?:LATE_)?(?P<number>\d+)_\d+_.+\.ipynb")
MOODLE = re.compile(r"(?P<name>[^_]+)_\d+_assignsubmission_file(?:_.*)?")


def id_of(name: str, known: Callable[[], Collection[Person]]) -> str:
    """The student id that belongs to the name of a file or folder.

    Args:
        name: "ada.ipynb", "ada", Canvas' "kingada_LATE_4711_90210_lab.ipynb", Moodle's "Ada King_2280_assignsubmission_file_".
        known: returns the students of the gradebook (`grading.gradebook.roster.people`); called only for names from a platform.
    Raises:
        Refused: a platform's name belongs to no student, or to several.
    """
    found = _candidates(name, known)
    if len(found) != 1:
        raise Refused(
            f"The gradebook does not say who handed in {shown(name)}: in the course directory, add the student's number in "
            "Canvas with 'nbgrader db student add ID --lms-user-id NUMBER', or the name in Moodle with '--first-name' and "
            "'--last-name'; or rename the file to ID.ipynb, the folder to ID."
        )
    return found[0]


def _candidates(name: str, known: Callable[[], Collection[Person]]) -> list[str]:
    """Ids of all students to whom a name could belong."""
    if canvas := CANVAS.fullmatch(name):
        return [person.id for person in known() if person.platform_id == canvas["number"]]
    if moodle := MOODLE.fullmatch(name):
        wanted = _plain(moodle["name"])
        return [person.id for person in known() if wanted in _orders(person)]
    return [name.removesuffix(".ipynb")]


def _orders(person: Person) -> set[str]:
    """A student's full name in the two orders in which sites write it; empty where the gradebook lacks a part."""
    first = _plain(person.first_name)
    last = _plain(person.last_name)
    return {f"{first} {last}", f"{last} {first}"} if first and last else set()


def _plain(text: str) -> str:
    """A name without capitals, commas and doubled spaces, to compare it."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace(",", " ").split())
