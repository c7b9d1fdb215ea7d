"""The one writer: takes executed notebooks into nbgrader's gradebook, or takes out what an earlier run had put there."""

import shutil
import warnings
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy.exc import SAWarning

from grading.atomic_write import write_atomically
from grading.course import Course
from grading.coursedir import ACCEPTED, autograded_folder, executed_path, feedback_page
from grading.gradebook.database import gradebook
from grading.gradebook.held_marks import extend_as_held
from grading.nbgrader_settings import api, last_error
from grading.verdicts.failure_kinds import BY_EXERCISE, SECOND_ATTEMPT
from shared.errors import LabError
from shared.notebooks.cell_metadata import fed_by, grade_id, is_answer


class TakeExecuted(NbGraderPreprocessor):
    """Replaces nbgrader's execution: takes the cells and outputs of the notebook that ran in the sandbox."""

    def preprocess(self, nb, resources):
        known = resources["nbgrader"]
        root = Path(self.config.CourseDirectory.root)
        executed = nbformat.read(executed_path(known["student"], known["assignment"], root), as_version=4)
        nb.cells = executed.cells
        for name in (SECOND_ATTEMPT, BY_EXERCISE):
            if name in executed.metadata:
                nb.metadata[name] = executed.metadata[name]
        return nb, resources


def merge(lab: str, student: str, notebook: NotebookNode, doubts: Iterable[str], course: Course, root: Path) -> None:
    """Writes the scores of one executed notebook; checks of a doubtful answer wait for a person.

    Raises:
        LabError: nbgrader refused it; nothing of an older score is left then.
    """
    _remove_page(lab, student, root)
    write_atomically(executed_path(student, lab, root), nbformat.writes(notebook))
    with warnings.catch_warnings():
        # nbgrader reads a new submission's notebooks before it adds them; what it then writes is complete.
        warnings.filterwarnings("ignore", "Object of type <.*> not in session", SAWarning)
        extend_as_held(lab, student, course, root)
        result = api(course, root, adapt=_take_executed).autograde(lab, student)
    if not result["success"]:
        forget(lab, student, course, root)
        raise LabError(f"The gradebook could not take its scores in ({last_error(result)})")
    _ask_a_person(lab, student, set(doubts), notebook, course, root)


def _take_executed(config) -> None:
    config.CourseDirectory.submitted_directory = ACCEPTED
    del config.Autograde.exporter_class
    steps = config.Autograde.autograde_preprocessors
    config.Autograde.autograde_preprocessors = [TakeExecuted if step.endswith(".Execute") else step for step in steps]


def _ask_a_person(lab: str, student: str, doubts: set[str], notebook, course: Course, root: Path) -> None:
    """Marks the checks that a doubtful answer feeds, so that formgrader shows them."""
    cells = notebook.cells
    doubtful = [place for place, cell in enumerate(cells) if is_answer(cell) and grade_id(cell) in doubts]
    waiting = {grade_id(graded) for place in doubtful for graded in fed_by(cells, place)}
    if not waiting:
        return
    with gradebook(root, course) as book:
        for grade in book.find_submission_notebook(lab, lab, student).grades:
            if grade.name in waiting:
                grade.needs_manual_grade = True
        book.db.commit()


def forget(lab: str, student: str, course: Course, root: Path) -> None:
    """Removes the scores of an earlier run, so that no stale score remains next to a refusal."""
    with gradebook(root, course) as book:
        try:
            book.remove_submission(lab, student)
        except MissingEntry:
            book.update_or_create_student(student)
    _remove_page(lab, student, root)
    shutil.rmtree(autograded_folder(student, lab, root), ignore_errors=True)
    executed_path(student, lab, root).unlink(missing_ok=True)


def _remove_page(lab: str, student: str, root: Path) -> None:
    """Removes the page about an earlier result, which would look like one about this: 'course feedback' writes the new one."""
    feedback_page(student, lab, root).unlink(missing_ok=True)
