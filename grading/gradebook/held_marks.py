"""Holds what a person gave (points, extra credit, remarks, an extension) while a submission is graded again.

nbgrader asks again about every grade that a person gave, and forgets all of them with a submission that is removed. So they are
written into a file before the gradebook changes and given back once the submission is graded: as done where the answer is the
same, as a question, with the earlier points beside it, where its text changed. A refused or failed run leaves the file.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from grading.atomic_write import write_atomically
from grading.course import Course
from grading.coursedir import autograded_folder, extension_path, held_marks_path
from grading.gradebook.database import gradebook
from grading.gradebook.extensions import apply
from shared.notebooks.cell_metadata import grade_id, is_answer, is_graded


@dataclass(frozen=True)
class Mark:
    """What a person gave for one cell.

    Args:
        points: None where only a remark or extra credit was given.
        done: whether nothing was left for a person to do.
        answer: a fingerprint of the answer that the person saw.
    """

    points: float | None = None
    extra_credit: float | None = None
    remark: str = ""
    done: bool = False
    answer: str = ""


@dataclass(frozen=True)
class Held:
    """All that a person gave for one submission: marks by the name of their cell, and the seconds of an extension."""

    marks: dict[str, Mark]
    extension: float = 0.0


def hold(lab: str, student: str, course: Course, root: Path) -> None:
    """Writes down what the gradebook says a person gave; what is held already stays, since the gradebook may have lost it."""
    path = held_marks_path(student, lab, root)
    if path.is_file():
        return
    with gradebook(root, course) as book:
        try:
            held = _found(book.find_submission(lab, student), lab, student, root)
        except MissingEntry:
            return
    if held.marks or held.extension:
        write_atomically(path, json.dumps(asdict(held)))


def extend_as_held(lab: str, student: str, course: Course, root: Path) -> None:
    """Gives a student the extension that was granted or is held, before the submission's lateness is computed."""
    granted = extension_path(student, lab, root).is_file()
    held = _held(lab, student, root)
    if not granted and (held is None or not held.extension):
        return
    with gradebook(root, course) as book:
        book.update_or_create_student(student)
        submission = book.update_or_create_submission(lab, student)
        if granted:
            apply(book, lab, student, course, root)
        elif submission.extension is None:
            submission.extension = datetime.timedelta(seconds=held.extension)
            book.db.commit()


def give_back(lab: str, student: str, notebook: NotebookNode, course: Course, root: Path) -> dict[str, str]:
    """Puts the held marks back into the gradebook; returns why a person must look again, by the name of the cell.

    Args:
        notebook: the submission as it was graded now.
    """
    held = _held(lab, student, root)
    if held is None:
        return {}
    answers = _answers(notebook.cells)
    again = {}
    with gradebook(root, course) as book:
        for name, mark in held.marks.items():
            if why := _put(book, lab, student, name, mark, answers.get(name, "")):
                again[name] = why
        book.db.commit()
    held_marks_path(student, lab, root).unlink()
    return again


def _put(book: Gradebook, lab: str, student: str, name: str, mark: Mark, answer: str) -> str:
    """Puts one mark back, unless a person has given a newer one; returns why a person must look again, or ""."""
    same = bool(answer) and answer == mark.answer
    if mark.remark:
        try:
            comment = book.find_comment(name, lab, lab, student)
            comment.manual_comment = comment.manual_comment or mark.remark
        except MissingEntry:
            pass  # the cell is gone, which the grade below reports
    if mark.points is None and mark.extra_credit is None:
        return ""
    try:
        grade = book.find_grade(name, lab, lab, student)
    except MissingEntry:
        return f"it is no longer in the lab, and had {_text(mark)}"
    newer = grade.manual_score is not None and grade.manual_score != mark.points
    if grade.manual_score is None:
        grade.manual_score = mark.points
    if not grade.extra_credit:
        grade.extra_credit = mark.extra_credit
    if same and mark.done and not newer:
        grade.needs_manual_grade = False
    elif not same:
        grade.needs_manual_grade = True
        return f"its answer changed after a person had given {_text(mark)}"
    return ""


def _text(mark: Mark) -> str:
    """A mark's points in words."""
    given = [] if mark.points is None else [f"{mark.points:g} points"]
    if mark.extra_credit:
        given.append(f"{mark.extra_credit:g} points of extra credit")
    return " and ".join(given)


def _held(lab: str, student: str, root: Path) -> Held | None:
    path = held_marks_path(student, lab, root)
    if not path.is_file():
        return None
    table = json.loads(path.read_text(encoding="utf-8"))
    return Held({name: Mark(**mark) for name, mark in table["marks"].items()}, table["extension"])


def _found(submission: SubmittedAssignment, lab: str, student: str, root: Path) -> Held:
    """What the gradebook says a person gave."""
    path = autograded_folder(student, lab, root) / f"{lab}.ipynb"
    try:
        seen = _answers(nbformat.read(path, as_version=4).cells)
    except (OSError, ValueError):  # there is none, or a run was killed while it was written: a person is asked again
        seen = {}
    marks = {}
    for notebook in submission.notebooks:
        remarks = {each.name: each.manual_comment for each in notebook.comments if each.manual_comment}
        grades = {each.name: each for each in notebook.grades}
        for name in sorted({*remarks, *grades}):
            grade = grades.get(name)
            points = grade and grade.manual_score
            extra = (grade and grade.extra_credit) or None
            if points is not None or extra or name in remarks:
                done = grade is not None and not grade.needs_manual_grade
                marks[name] = Mark(points, extra, remarks.get(name, ""), done, seen.get(name, ""))
    extension = submission.extension.total_seconds() if submission.extension else 0.0
    return Held(marks, extension)


def _answers(cells: Iterable[NotebookNode]) -> dict[str, str]:
    """A fingerprint of the answer behind each cell that a person can mark: its own text, or the answer that a check tests."""
    found = {}
    text = ""
    for cell in cells:
        if is_answer(cell):
            text = cell.source.strip()
        if is_answer(cell) or is_graded(cell):
            found[grade_id(cell)] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found
