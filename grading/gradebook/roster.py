"""The students of a course: who they are, and which names can be a student id."""

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
