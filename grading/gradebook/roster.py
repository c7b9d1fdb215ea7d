"""The students of a course: who they are, and which names can be a student id."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from grading.course import Course
from grading.gradebook.database import gradebook
from shared.notebooks.reading import shown

LONGEST = 120  # bytes; a file name has 255, of which some are needed around it, and the gradebook 128 characters
SPECIAL = "*?[]/\\"  # what means something else in a pattern or a path


def unusable(name: str) -> str:
    """Explains in one sentence why a name cannot be a student id; empty where it can."""
    if not name.isprintable() or "\ufffd" in name:
        why = "it holds characters that cannot be shown"
    elif found := [character for character in SPECIAL if character in name]:
        why = f"it holds {' '.join(found)}"
    elif len(name.encode()) > LONGEST:
        why = f"it is longer than {LONGEST} bytes"
    elif name != name.strip() or name.startswith(".") or not name:
        why = "it is empty, begins with a dot, or has a space at an end"
    else:
        return ""
    return f"'{shown(name)[:LONGEST]}' cannot be a student's id, since {why}: rename that folder or file, then collect again."


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows them (`course roster`); what is not known is empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    platform_id: str = ""

    @property
    def name(self) -> str:
        """ "Last, first" as Canvas writes it, or the id."""
        return ", ".join(filter(None, [self.last_name, self.first_name])) or self.id


def near(student: str, known: Collection[str]) -> str:
    """ ", which has ..." where an id resembles one that is known, to end a sentence; else empty."""
    found = difflib.get_close_matches(student, known, n=1)
    return f", which has {found[0]}" if found else ""


def enrol(students: Iterable[Person], course: Course, root) -> tuple[int, int]:
    """Adds students to the gradebook, or completes what it knows of them; returns how many were new, and how many changed.

    What is not known of a student stays as it is.
    """
    new = changed = 0
    with gradebook(root, course) as book:
        known = {student.id: student for student in book.students}
        for person in students:
            told = {key: value for key, value in _fields(person).items() if value}
            before = known.get(person.id)
            if before is None:
                new += 1
            elif any(getattr(before, key) != value for key, value in told.items()):
                changed += 1
            else:
                continue
            book.update_or_create_student(person.id, **told)
    return new, changed


def _fields(person: Person) -> dict[str, str]:
    """What is known of a student, by nbgrader's names."""
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "lms_user_id": person.platform_id,
    }


def people(course: Course, root) -> dict[str, Person]:
    """Returns who each student id is, as the gradebook knows it."""
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
