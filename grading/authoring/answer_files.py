"""Reads banks of right and wrong answers: tests/answers/<lab>/<exercise>.py, whose cells each replace an answer cell."""

from dataclasses import dataclass
from pathlib import Path

import jupytext

from grading.coursedir import bank_folder
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

# That an exercise needs at least: one way of being right or wrong proves little.
RIGHT_ANSWERS = 3
WRONG_ANSWERS = 5


@dataclass(frozen=True)
class Answer:
    """One way of answering an exercise.

    exercise: grade_id of the answer cell it replaces; label: what is special about it, or misunderstood; loses: grade_ids of
    the checks that must fail, none for a right answer; says: words that the message of the first lost check must contain.
    """

    exercise: str
    label: str
    source: str
    loses: tuple[str, ...] = ()
    says: str = ""

    @property
    def right(self) -> bool:
        return not self.loses


def load_bank(lab: str, checkout: Path = CHECKOUT) -> list[Answer]:
    """All answers of a lab's banks, sorted by file.

    Raises:
        LabError: a cell is marked neither right nor wrong, or is wrong without `loses` and `says`.
    """
    return [answer for path in sorted(bank_folder(lab, checkout).glob("*.py")) for answer in _read(path)]


def too_few(bank: list[Answer], exercises: list[str]) -> str:
    """Which exercises have too few answers to prove their checks, as a sentence without its full stop; "" where none has."""
    short = []
    for exercise in exercises:
        right = sum(answer.right for answer in bank if answer.exercise == exercise)
        wrong = sum(not answer.right for answer in bank if answer.exercise == exercise)
        if right < RIGHT_ANSWERS or wrong < WRONG_ANSWERS:
            short.append(f"{exercise} has {right} right and {wrong} wrong ones")
    if not short:
        return ""
    return f"An exercise needs {RIGHT_ANSWERS} right and {WRONG_ANSWERS} wrong answers at least, but {', '.join(short)}"


def _read(path: Path) -> list[Answer]:
    answers = []
    for number, cell in enumerate(jupytext.read(path).cells, start=1):
        marks = cell.metadata
        if cell.cell_type != "code" or not ({"right", "wrong", "loses", "says"} & marks.keys()):
            continue  # the file's own comment
        if "right" in marks and not ({"wrong", "loses", "says"} & marks.keys()):
            answers.append(Answer(path.stem, marks["right"], cell.source))
        elif {"wrong", "loses", "says"} <= marks.keys() and marks["loses"] and marks["says"]:
            loses = tuple(marks["loses"])
            answers.append(Answer(path.stem, marks["wrong"], cell.source, loses, marks["says"]))
        else:
            raise LabError(
                f"Cell {number} of {path.name} has an incomplete header: "
                'write either right="..." or wrong="..." loses=[...] says="..." after \'# %%\'.'
            )
    return answers
