"""Makes the table at the top of a feedback page: points, messages of failed checks and remarks for each exercise."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, SubmittedNotebook
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.course import Course, load_course
from grading.feedback.hide_tests import OURS
from grading.gradebook.grades import counted
from grading.gradebook.late_penalties import lateness_of
from grading.verdicts.failure_kinds import BY_EXERCISE
from shared.notebooks.cell_metadata import is_added

LENGTH = 300  # characters of a remark; the place it is said of shows it whole
UNANSWERED = "No response."  # nbgrader's comment on an answer that was left as it was; of code, the checks say so too
NO_NOTEBOOK = (
    "The whole page could not be made: something in this notebook is too large to be shown. Your points are as above, and the "
    "notebook itself is in your own copy."
)
HOW = (
    "Each exercise ran by itself, with right answers to those before it, so a mistake costs its own points alone. Your other "
    "cells were not run: outputs below are those of answers and checks."
)
HEADING = re.compile(r"^#+ +(.+)$", flags=re.MULTILINE)


@dataclass
class Exercise:
    """What a student got for the graded cells below one heading.

    `anchor` is where the page shows the first of them, `remarks` what was said -> the places it was said of.
    """

    title: str
    anchor: str = ""
    score: float = 0
    points: float = 0
    waits: bool = False
    remarks: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """What a page says first: whose it is, of which lab, when it was handed in, and what lateness takes from the points.

    handed_in: in the course's time zone, "" where it is not known; before: points before lateness; late: in words, or "".
    """

    student: str
    title: str
    handed_in: str
    before: float
    late: str


def head(submitted: SubmittedNotebook, course: Course) -> Head:
    """The head of the page about a submission."""
    submission = submitted.assignment
    who = submission.student
    name = " ".join(filter(None, (who.first_name, who.last_name)))
    lab = course.labs.get(submission.assignment.name)
    time = ""
    if submission.timestamp:
        moment = submission.timestamp.replace(tzinfo=datetime.UTC).astimezone(course.zone)
        time = f"{moment:%Y-%m-%d %H:%M} {moment.tzname()}"
    days = lateness_of(submission, course)
    late = ""
    if days.days:
        free = f", {days.free} of them free" if days.free else ""
        late = f"{counted(days.days, 'day')} after the deadline{free}"
    return Head(
        f"{name} ({who.id})" if name else who.id,
        lab.title if lab else submission.assignment.name,
        time,
        submitted.score,
        late,
    )


class Overview(NbGraderPreprocessor):
    """Hands the exercises to the page's template; the outputs must be safe to show by now."""

    def preprocess(self, nb, resources):
        ours = resources["nbgrader"]
        with Gradebook(ours["db_url"]) as book:
            submitted = book.find_submission_notebook(ours["notebook"], ours["assignment"], ours["student"])
            waiting = {grade.name for grade in submitted.grades if grade.needs_manual_grade}
            ours["head"] = head(submitted, load_course())
        ours["exercises"] = exercises(nb.cells, waiting)
        ours["how"] = HOW if BY_EXERCISE in nb.metadata else ""
        return nb, resources


class HeadAlone(NbGraderPreprocessor):
    """Takes the notebook off a page that could not be made whole, below its table of exercises."""

    def preprocess(self, nb, resources):
        nb.cells = []
        resources["nbgrader"]["head_alone"] = NO_NOTEBOOK
        return nb, resources


def exercises(cells: Iterable[NotebookNode], waiting: set[str]) -> list[Exercise]:
    """Returns the exercises with points, in the notebook's order.

    Args:
        cells: of a graded notebook, with points and comments in nbgrader's metadata.
        waiting: the graded cells that a person must still look at.
    """
    found = [Exercise("Before the first heading")]
    for cell in cells:
        if is_added(cell):
            continue
        if cell.cell_type == "markdown" and not utils.is_solution(cell):
            found += [Exercise(title) for title in HEADING.findall(cell.source)]
        if "nbgrader" in cell.metadata:
            _count(found[-1], cell, waiting)
    return [exercise for exercise in found if exercise.points]


def _count(exercise: Exercise, cell: NotebookNode, waiting: set[str]) -> None:
    mark = cell.metadata.nbgrader
    if utils.is_grade(cell):
        exercise.anchor = exercise.anchor or mark.grade_id
        exercise.score += mark.score
        exercise.points += mark.points
    if mark.grade_id in waiting:
        exercise.waits = True
    elif mark.get("comment") and (utils.is_grade(cell) or mark.comment != UNANSWERED):
        exercise.remarks.setdefault(_short(mark.comment), []).append(f"comment-{mark.grade_id}")
    elif cell.cell_type == "code" and utils.is_grade(cell) and mark.score < mark.points:
        exercise.remarks.setdefault(_short(_said(cell)), []).append(mark.grade_id)


def _said(cell: NotebookNode) -> str:
    """Returns the message of the check's last error."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return ""
    name = errors[-1].ename
    said = errors[-1].evalue
    return said if name in OURS else f"{name}: {said}"


def _short(text: str) -> str:
    return text if len(text) <= LENGTH else f"{text[:LENGTH]} …"
