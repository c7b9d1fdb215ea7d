"""Whose a submission is, by the name of its file or folder: a student's id, or what Canvas and Moodle write there.

Canvas writes a number of its own for the student, Moodle the full name; the gradebook knows both, from `nbgrader db student`.
A name that leads to nobody, or to two, is an error: an id made up from it would match no row of an export.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from pathlib import PurePath

from grading.gradebook.roster import Person
from shared.notebooks.reading import Refused, shown

CANVAS = re.compile(r"[^\W_]+_(?:LATE_)?(?P<number>\d+)_\d+_.+\.ipynb")
MOODLE = re.compile(r"(?P<name>[^_]+)_\d+_assignsubmission_file(?:_.*)?")


def id_of(name: str, known: Callable[[], Collection[Person]]) -> str:
    """The student id that the name of a file or folder leads to.

    Args:
        name: "ada.ipynb", "ada", Canvas' "kingada_LATE_4711_90210_lab.ipynb", Moodle's "Ada King_2280_assignsubmission_file_".
        known: gives those whom the gradebook knows (`grading.gradebook.roster.people`); asked only about a platform's names.
    Raises:
        Refused: a platform's name that leads to no student, or to several.
    """
    found = _candidates(name, known)
    if len(found) != 1:
        raise Refused(
            f"The gradebook does not say whose {shown(name)} is: in the course directory, "
            "'nbgrader db student add ID --lms-user-id NUMBER' tells a student's number in Canvas, '--first-name' and "
            "'--last-name' the name in Moodle; or rename the file to ID.ipynb, the folder to ID."
        )
    return found[0]


def _candidates(name: str, known: Callable[[], Collection[Person]]) -> list[str]:
    if canvas := CANVAS.fullmatch(name):
        return [person.id for person in known() if person.platform_id == canvas["number"]]
    if moodle := MOODLE.fullmatch(name):
        wanted = _plain(moodle["name"])
        return [person.id for person in known() if wanted in _orders(person)]
    return [PurePath(name).stem if name.endswith(".ipynb") else name]


def _orders(person: Person) -> set[str]:
    """A full name as sites write it, either part first."""
    first, last = _plain(person.first_name), _plain(person.last_name)
    return {f"{first} {last}", f"{last} {first}"} if first and last else set()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace(",", " ").split())
