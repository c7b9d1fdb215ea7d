"""Every answer of every bank: right ones keep all their points, wrong ones lose exactly what they name and are told why."""

import pytest

from grading.authoring.answer_bank import outcomes_of
from grading.authoring.answer_files import load_bank, too_few
from grading.authoring.build import instructor_notebook
from grading.course import load_course

COURSE = load_course()
BANK = [(lab, answer) for lab in COURSE.labs for answer in load_bank(lab)]
CACHE = {}


def outcome(lab: str, exercise: str, label: str):
    """The bank of a lab runs once, when its first answer is asked for."""
    if lab not in CACHE:
        CACHE[lab] = {(found.exercise, found.label): found for found in outcomes_of(lab)}
    return CACHE[lab][exercise, label]


@pytest.mark.parametrize(
    ("lab", "answer"),
    [pytest.param(lab, answer, id=f"{lab}-{answer.exercise}-{answer.label}") for lab, answer in BANK],
)
def test_answer(lab, answer):
    assert outcome(lab, answer.exercise, answer.label).trouble == []


@pytest.mark.parametrize("lab", COURSE.labs)
def test_every_exercise_has_enough_answers_and_every_check_is_lost_by_one(lab):
    cells = [
        cell.metadata.get("nbgrader", {}) | {"type": cell.cell_type} for cell in instructor_notebook(lab, COURSE).cells
    ]
    bank = [answer for name, answer in BANK if name == lab]
    exercises = [mark["grade_id"] for mark in cells if mark.get("solution") and mark["type"] == "code"]
    assert too_few(bank, exercises) == ""
    checks = {mark["grade_id"] for mark in cells if mark.get("grade") and mark["type"] == "code"}
    lost = {name for answer in bank for name in answer.loses}
    assert checks == lost, "a check that no wrong answer loses proves nothing"


@pytest.mark.parametrize("lab", COURSE.labs)
def test_labels_are_unique(lab):
    labels = [(answer.exercise, answer.label) for name, answer in BANK if name == lab]
    assert len(set(labels)) == len(labels)
