"""Rebuilds a submission on the notebook that was released: from the student come the answers and what was added, no more.

Checks, questions and given cells are the release's own, in its order, whatever was deleted, moved, copied or edited. An
answer that cannot be found for sure is shown to a person; it never becomes a silent 0.
"""

import functools
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from shared.notebooks.cell_metadata import ADDED, grade_id, is_answer
from shared.notebooks.definitions import definitions
from shared.notebooks.editions import brought_up_to_date
from shared.notebooks.moved_cells import Layout, strays
from shared.notebooks.reading import Refused, StudentCell, shown

NAME_LENGTH = 60  # characters of a name that a student's file claims
MOST_NAMES = 5


@dataclass
class Realigned:
    """A submission on the release's cells.

    Args:
        notebook: the rebuilt notebook.
        repairs: what was repaired, in sentences.
        doubts: grade_id -> why a person must look at that answer.
        ungraded: names of answers that the lab does not have, or no longer.
    """

    notebook: NotebookNode
    repairs: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    ungraded: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        """A sentence about answers to exercises that the lab does not have; none where there are none."""
        if not self.ungraded:
            return []
        return [f"an answer to what is no exercise of this edition was not graded: {', '.join(self.ungraded)}"]


def realign(release: NotebookNode, handed_in: list[StudentCell], older: Iterable[NotebookNode] = ()) -> Realigned:
    """Rebuilds the submission as a notebook that nbgrader can grade.

    Args:
        release: the student notebook as it was released.
        handed_in: the cells of the submission.
        older: the student notebooks that were released before.
    Raises:
        Refused: nothing in it belongs to this lab.
    """
    current = brought_up_to_date(release, handed_in, older)
    work = _Realignment(release, current.cells)
    work.match()
    result = work.rebuilt()
    if current.is_older:
        result.repairs.insert(0, "it is an older edition of the lab and was graded as far as it goes")
    result.ungraded = work.ungraded(current.former_answers)
    return result


@functools.lru_cache
def _names(stub: str) -> set[str]:
    return set(definitions(stub))


# How a released cell is recognised among those handed in; the surest sign first.
SIGNS = {
    "mark": lambda cell, mine: bool(mine.grade_id) and grade_id(cell) == mine.grade_id,
    "id": lambda cell, mine: cell.id == mine.id and mine.grade_id is None,
    "text": lambda cell, mine: cell.cell_type == mine.kind and cell.source.strip() == mine.source.strip(),
    "names": lambda cell, mine: (
        is_answer(cell) and bool(names := _names(cell.source)) and names <= set(mine.definitions)
    ),
}


class _Realignment:
    """One submission at work: `places` says which released cell (number) a handed-in cell (number) is."""

    def __init__(self, release: NotebookNode, handed_in: list[StudentCell]):
        self.result = Realigned(nbformat.from_dict(release))
        self.released = self.result.notebook.cells
        self.mine = handed_in
        self.places: dict[int, int] = {}
        self.answers: dict[int, StudentCell] = {}  # number of a released answer cell -> what the student put there

    def match(self) -> None:
        for sign, is_sign in SIGNS.items():
            for number, cell in enumerate(self.released):
                if number in self.places.values():
                    continue
                found = [i for i, mine in enumerate(self.mine) if i not in self.places and is_sign(cell, mine)]
                if found and is_answer(cell):
                    self._answer(number, found, sign)
                else:
                    self.places |= dict.fromkeys(found, number)
        if not any(grade_id(self.released[number]) for number in self.places.values()):
            raise Refused("It has none of this lab's cells: is it the notebook of another lab?")
        for number, cell in enumerate(self.released):
            if is_answer(cell) and number not in self.answers:
                self._look_between(number)

    def _answer(self, number: int, found: list[int], sign: str) -> None:
        """Chooses among cells that all claim to be one answer; copies of it, and of the stub, do not matter."""
        cell = self.released[number]
        worked = [i for i in found if self.mine[i].source.strip() != cell.source.strip()]
        chosen = worked[-1] if worked else found[0]
        name = grade_id(cell)
        if len({self.mine[i].source for i in worked}) > 1:
            self.result.doubts[name] = (
                f"it stands {len(worked)} times, with different contents; the last one was graded"
            )
        if sign != "mark":
            self.result.repairs.append(f"'{name}' had lost its nbgrader tag and was recognised by its {sign}")
        self.places |= dict.fromkeys([chosen] if sign == "names" else found, number)
        self.answers[number] = self.mine[chosen]

    def _look_between(self, number: int) -> None:
        """Finds an answer that has lost every sign: the one unknown cell of its kind in the right place."""
        cell = self.released[number]
        name = grade_id(cell)
        before = max((i for i, place in self.places.items() if place < number), default=-1)
        after = min((i for i, place in self.places.items() if place > number and i > before), default=len(self.mine))
        unknown = [i for i in range(before + 1, after) if i not in self.places and self.mine[i].source.strip()]
        alike = [i for i in unknown if self.mine[i].kind == cell.cell_type]
        if len(alike) == 1:
            self.places[alike[0]] = number
            self.answers[number] = self.mine[alike[0]]
            self.result.repairs.append(f"'{name}' had lost its nbgrader tag and was recognised by its place")
        else:
            self.result.doubts[name] = "its cell was not found: it may have been deleted, or moved beyond recognition"

    def rebuilt(self) -> Realigned:
        added = self._added()
        for number, why in strays(Layout(self.released, self.answers, added, self._unused())):
            self.result.doubts.setdefault(grade_id(self.released[number]), why)
        for number, mine in self.answers.items():
            self._fill(self.released[number], mine)
        self._say_what_was_not_used()
        cells = []
        for number in range(-1, len(self.released)):
            cells += self.released[number : number + 1] if number >= 0 else []
            cells += [_extra(mine) for mine in added.get(number, [])]
        for count, cell in enumerate((cell for cell in cells if "id" not in cell), start=1):
            cell.id = f"{ADDED}{count}"
        self.result.notebook.cells = cells
        return self.result

    def ungraded(self, former: Collection[str]) -> list[str]:
        """Names of answers that have no place in the release.

        Args:
            former: names of answers that an older edition had.
        """
        names = {grade_id(cell) for cell in self.released}
        found = [
            mine for i, mine in enumerate(self.mine) if i not in self.places and mine.grade_id not in {None, *names}
        ]
        answers = [
            mine.grade_id for mine in found if mine.source.strip() and (mine.claims_answer or mine.grade_id in former)
        ]
        return [shown(name)[:NAME_LENGTH] for name in dict.fromkeys(answers)][:MOST_NAMES]

    def _added(self) -> dict[int, list[StudentCell]]:
        """Number of a released cell (-1: the top) -> what the student added, or edited, right after it."""
        added = {}
        last = -1
        for i, mine in enumerate(self.mine):
            last = self.places.get(i, last)
            edited = i in self.places and self._is_edited_given(self.released[last], mine)
            if mine.source.strip() and (edited or i not in self.places):
                added.setdefault(last, []).append(mine)
        return added

    @staticmethod
    def _is_edited_given(cell: NotebookNode, mine: StudentCell) -> bool:
        """A given code cell that the student changed (an import added, say) runs after the given one; changed text follows it."""
        if cell.cell_type == "markdown":
            return not is_answer(cell) and cell.source.split() != mine.source.split()
        return not grade_id(cell) and cell.source.strip() != mine.source.strip()

    def _unused(self) -> dict[int, list[StudentCell]]:
        """Number of a released cell -> what was handed in for it and is not taken: edited checks, copies of an answer."""
        unused = {}
        for i, number in self.places.items():
            if grade_id(self.released[number]) and self.mine[i] is not self.answers.get(number):
                unused.setdefault(number, []).append(self.mine[i])
        return unused

    def _fill(self, cell: NotebookNode, mine: StudentCell) -> None:
        cell.source = mine.source
        if mine.kind != cell.cell_type:
            name = grade_id(cell)
            self.result.repairs.append(f"'{name}' had become a {mine.kind} cell and is a {cell.cell_type} cell again")
        if mine.attachments and cell.cell_type == "markdown":
            cell.attachments = nbformat.from_dict(mine.attachments)

    def _say_what_was_not_used(self) -> None:
        """Locked cells are the release's own."""
        found = set(self.places.values())
        for number, cell in enumerate(self.released):
            if is_answer(cell) or not grade_id(cell):
                continue
            name = grade_id(cell)
            theirs = [self.mine[i].source.strip() for i, place in self.places.items() if place == number]
            if number not in found:
                self.result.repairs.append(f"'{name}' was missing and was put back")
            elif any(source != cell.source.strip() for source in theirs):
                self.result.repairs.append(f"'{name}' was edited; the released one is used")


def _extra(mine: StudentCell) -> NotebookNode:
    cell = NotebookNode(cell_type=mine.kind, metadata=NotebookNode(), source=mine.source)
    if mine.kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    if mine.kind == "markdown" and mine.attachments:
        cell.attachments = nbformat.from_dict(mine.attachments)
    return cell
