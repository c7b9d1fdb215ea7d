"""Removes everything that a course directory holds about one student."""

import json
from pathlib import Path

from nbgrader.api import MissingEntry

from grading import folders
from grading.atomic_write import write_atomically
from grading.course import Course
from grading.coursedir import exchange_folder, grade_log_path, gradebook_path, traces
from grading.gradebook.database import gradebook
from grading.gradebook.roster import near, people, unusable
from shared.errors import LabError


def known_of(student: str, course: Course, root: Path) -> list[str]:
    """What there is about a student, one entry a line.

    Raises:
        LabError: there is nothing.
    """
    if why := unusable(student):
        raise LabError(why.partition(":")[0] + ".")
    found = [str(path.relative_to(root)) for path in traces(student, root)]
    found += [str(path) for path in _exchanged(student, course, root)]
    lines = _log(root)
    mentions = sum(_is_about(line, student) for line in lines)
    if mentions:
        found.append(f"{mentions} lines of {grade_log_path(root).name}")
    known = people(course, root) if course.database or gradebook_path(root).is_file() else {}
    if student in known:
        found.append("name, address, submissions and grades in the gradebook")
    if not found:
        raise LabError(f"Nothing is known of a student '{student}' in {root}{near(student, known)}.")
    return found


def forget_student(student: str, course: Course, root: Path) -> None:
    """Removes what `known_of` lists; the gradebook goes first, so that a run that is killed can be repeated."""
    if course.database or gradebook_path(root).is_file():
        with gradebook(root, course) as book:
            try:
                labs = [submission.assignment.name for submission in book.find_student(student).submissions]
                for lab in labs:
                    book.remove_submission(lab, student)
                book.remove_student(student)
            except MissingEntry:
                pass  # there are files alone
    for path in [*traces(student, root), *_exchanged(student, course, root)]:
        folders.remove_tree(path)
    lines = _log(root)
    kept = [line for line in lines if not _is_about(line, student)]
    if len(kept) < len(lines):
        write_atomically(grade_log_path(root), "".join(f"{line}\n" for line in kept))


def _exchanged(student: str, course: Course, root: Path) -> list[Path]:
    """What the student handed in through the exchange."""
    inbound = exchange_folder(course, root) / course.id / "inbound"
    return sorted(path for path in inbound.glob("*+*") if path.name.partition("+")[0] == student)


def _log(root: Path) -> list[str]:
    path = grade_log_path(root)
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _is_about(line: str, student: str) -> bool:
    try:
        return json.loads(line).get("student") == student
    except (ValueError, AttributeError):
        return False
