"""Banks of right and wrong answers: tests/answers/<lab>/<exercise>.py, percent cells that each replace an answer cell."""

from dataclasses import dataclass
from pathlib import Path

import jupytext

from grading.coursedir import bank_folder
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError


@dataclass(frozen=True)
class Answer:
    """One way of answering an exercise.

    exercise: grade_id of the answer cell it replaces; label: what is special or misunderstood; loses: grade_ids of the
    checks that must fail, empty for a right answer; says: words that the first lost check's message must contain.
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
    """All answers of a lab's banks, in the order of their files.

    Raises:
        LabError: a cell that is neither right nor wrong, or a wrong one that does not say what it loses and hears.
    """
    return [answer for path in sorted(bank_folder(lab, checkout).glob("*.py")) for answer in _read(path)]


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
                f'{path.name}, cell {number}: write either right="..." or wrong="..." loses=[...] says="..." after \'# %%\'.'
            )
    return answers
