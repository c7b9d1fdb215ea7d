"""Finds the student id that belongs to the name of a submitted file or folder, as a person, Canvas or Moodle wrote it.

Canvas writes its own number for the student, Moodle the full name; the gradebook knows both, from `course roster`. A name that
belongs to nobody, or to two students, is an error: an id made up from it would match no row of an export.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from grading.gradebook.roster import Person
from shared.notebooks.reading import Refused, shown

CANVAS = re.compile(r"(?P<name>\w+?)_(?P<late>LATE_)?(?P<number>\d+)_(?P<file>\d+|text|link)(?:_.+|\.html)")
CANVAS_ANONYMOUS = re.compile(r"anon(?:ymous)?_(?:LATE_)?\w+_\d+_.+", re.IGNORECASE)
MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assign(?:submission|feedback)_(?P<kind>[a-z]+)(?:_.*)?", re.DOTALL)
SUFFIXES = re.compile(r"(?i)(?:\.ipynb|\.zip|\.json|\.txt|\.html?|\.py|\.pdf|\.docx?)+$")
COPY = re.compile(r" ?\(\d+\)$| ?- ?(?:Copy|Kopie|copie|copia)$|-Copy\d+$|-\d+$")
TEXTS = ("onlinetext", "text", "link", "comments", "editpdf")  # kinds of parts that are no files of the student's


@dataclass(frozen=True)
class Owner:
    """Whose a file or folder is, by its name alone.

    platform: "canvas", "moodle", or "" for a name that a person gave; late: Canvas' own mark; number: of the file there, which
    grows with each attempt; text: whether it holds what was typed into the platform's page.
    """

    id: str
    platform: str = ""
    late: bool = False
    number: int = 0
    text: bool = False


class Class:
    """The students of the gradebook, to find by a name; asked for only where a name needs it."""

    def __init__(self, known: Callable[[], Collection[Person]]):
        self._known = known

    @cached_property
    def people(self) -> list[Person]:
        return list(self._known())

    @cached_property
    def listed(self) -> bool:
        """Whether a roster was read: the gradebook knows more of some student than an id."""
        return any(
            person.first_name or person.last_name or person.email or person.platform_id for person in self.people
        )

    def owner_of(self, name: str) -> Owner:
        """Whose a file or folder is.

        Args:
            name: "ada.ipynb", "ada", Canvas' "kingada_4711_90210_lab.ipynb", Moodle's "Ada King_2280_assignsubmission_file_".
        Raises:
            Refused: a platform's name belongs to no student, or to several.
        """
        name = unicodedata.normalize("NFC", name)
        if canvas := CANVAS.fullmatch(name):
            found = [person.id for person in self.people if person.platform_id == canvas["number"]]
            text = canvas["file"] in TEXTS
            number = 0 if text else int(canvas["file"])
            return Owner(_only(found, name, "number"), "canvas", bool(canvas["late"]), number, text)
        if CANVAS_ANONYMOUS.fullmatch(name):
            raise Refused(_blind(name, "Canvas"))
        if moodle := MOODLE.fullmatch(name):
            wanted = _plain(moodle["name"])
            found = [person.id for person in self.people if wanted in _orders(person)]
            if not found and _is_one_word(moodle["name"]):
                raise Refused(_blind(name, "Moodle"))
            return Owner(_only(found, name, "name"), "moodle", text=moodle["kind"] in TEXTS)
        return Owner(self._typed(name))

    def _typed(self, name: str) -> str:
        """The id in a name that a person gave: the gradebook's spelling of it, if it knows one that differs by little."""
        stem = SUFFIXES.sub("", name)
        ids = {person.id for person in self.people}
        if stem in ids:
            return stem
        for candidate in (stem, COPY.sub("", stem)):
            same = [each for each in ids if _plain(each) == _plain(candidate)]
            if len(same) == 1:
                return same[0]
        return stem


def _only(found: list[str], name: str, what: str) -> str:
    """The one student to whom a platform's name belongs.

    Raises:
        Refused: there is none, or there are several; the sentence names the command that says who it is.
    """
    if len(found) == 1:
        return found[0]
    several = f" ({' and '.join(found)} have the same {what})" if found else ""
    told = "--number NUMBER" if what == "number" else "--first-name NAME --last-name NAME"
    raise Refused(
        f"The gradebook does not say who handed in {shown(name)}{several}: read the platform's list of students with 'course "
        f"roster FILE', or add this one with 'course roster --add ID {told}', or rename the file or folder to the student's id."
    )


def _blind(name: str, platform: str) -> str:
    return (
        f"{shown(name)} does not say who handed it in, as where {platform} marks blind: reveal the identities there and download "
        "again, or rename the file or folder to the student's id."
    )


def _is_one_word(name: str) -> bool:
    """Whether a name is like "Participant", in whatever language, and no student's first and last name."""
    return len(name.replace("_", " ").split()) == 1


def _orders(person: Person) -> set[str]:
    """A student's full name in the two orders in which sites write it; empty where the gradebook lacks a part."""
    first = _plain(person.first_name)
    last = _plain(person.last_name)
    return {f"{first} {last}", f"{last} {first}"} if first and last else set()


def _plain(text: str) -> str:
    """A name without capitals, commas, and doubled or underscored spaces, to compare it."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace(",", " ").replace("_", " ").split())
