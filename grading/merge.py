"""The one writer: takes executed notebooks into nbgrader's gradebook, or takes out what an earlier run had put there."""

import contextlib
import functools
import shutil
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
import nbgrader.api
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy.exc import SAWarning

from grading.build import write_atomically
from grading.configuration import api
from grading.course import Course
from grading.release import gradebook
from shared.settings import LabError

# Beside submitted/, which stays as it was handed in: rebuilt notebooks, and what came out of running them.
ACCEPTED, EXECUTED = "accepted", "executed"


class TakeExecuted(NbGraderPreprocessor):
    """Stands where nbgrader executes: takes cells and outputs from the notebook that was run behind walls."""

    def preprocess(self, nb, resources):
        known = resources["nbgrader"]
        root = Path(self.config.CourseDirectory.root)
        executed = nbformat.read(_executed(root, known["assignment"], known["student"]), as_version=4)
        nb.cells = executed.cells
        return nb, resources


def _executed(root: Path, lab: str, student: str) -> Path:
    return root / EXECUTED / lab / f"{student}.ipynb"


@contextlib.contextmanager
def one_engine() -> Iterator[None]:
    """Lets all of nbgrader's steps share a database engine as long as the `with` block lasts.

    They open the gradebook nine times for each submission, and each engine compiles the same queries anew: a third of the
    writer's time.
    """
    create = nbgrader.api.create_engine
    nbgrader.api.create_engine = functools.cache(create)
    try:
        yield
    finally:
        nbgrader.api.create_engine = create


def merge(lab: str, student: str, notebook: NotebookNode, doubts: Iterable[str], course: Course, root: Path) -> None:
    """Writes the scores of one executed notebook; checks of a doubtful answer wait for a person.

    Raises:
        LabError: nbgrader refused it; nothing of an older score is left then.
    """
    write_atomically(_executed(root, lab, student), nbformat.writes(notebook))
    with warnings.catch_warnings():
        # nbgrader reads a new submission's notebooks before it adds them; what it then writes is complete.
        warnings.filterwarnings("ignore", "Object of type <.*> not in session", SAWarning)
        result = api(course, root, adapt=_take_executed).autograde(lab, student)
    if not result["success"]:
        forget(lab, student, course, root)
        lines = [line.strip() for line in (result.get("log", "") + result.get("error", "")).splitlines()]
        telling = next((line for line in reversed(lines) if "Error" in line and "[ERROR]" not in line), "no message")
        raise LabError(f"nbgrader could not take its scores in ({telling})")
    _ask_a_person(lab, student, set(doubts), notebook, course, root)


def _take_executed(config) -> None:
    config.CourseDirectory.submitted_directory = ACCEPTED
    steps = config.Autograde.autograde_preprocessors
    config.Autograde.autograde_preprocessors = [TakeExecuted if step.endswith(".Execute") else step for step in steps]


def _ask_a_person(lab: str, student: str, doubts: set[str], notebook, course: Course, root: Path) -> None:
    """Marks the checks between a doubtful answer and the next one, so that formgrader shows them."""
    waiting, current = set(), None
    for cell in notebook.cells:
        known = cell.metadata.get("nbgrader", {})
        if known.get("solution"):
            current = known["grade_id"]
        if known.get("grade") and current in doubts:
            waiting.add(known["grade_id"])
    if not waiting:
        return
    with gradebook(root, course) as book:
        for grade in book.find_submission_notebook(lab, lab, student).grades:
            if grade.name in waiting:
                grade.needs_manual_grade = True
        book.db.commit()


def forget(lab: str, student: str, course: Course, root: Path) -> None:
    """Removes what an earlier run gave: a stale score must not stand beside a refusal."""
    with gradebook(root, course) as book:
        try:
            book.remove_submission(lab, student)
        except MissingEntry:
            book.update_or_create_student(student)
    shutil.rmtree(root / "autograded" / student / lab, ignore_errors=True)
    _executed(root, lab, student).unlink(missing_ok=True)
