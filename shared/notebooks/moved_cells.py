"""Finds answers that were typed where they do not count: into a check, a question, or a cell too early or too late.

Nothing typed may become a silent 0, so a person is asked to look; what a stray cell holds is not moved, since nobody can know
that it was meant.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from shared.notebooks.cell_metadata import grade_id, is_answer
from shared.notebooks.reading import StudentCell

ELSEWHERE = "another cell, out of its place, defines the same names, and only its own cell was graded"
EDITED = "its cell holds no answer, but a check of it was edited; see what stands in the file that was handed in"
TEXT = "its cell holds no answer, but text was typed into another cell"


@dataclass(frozen=True)
class Layout:
    """Where everything in a submission is, by the number of a released cell.

    Args:
        released: the cells as released.
        answers: number of an answer cell -> what counts as the answer.
        added: number (-1: the top) -> cells that come, and run, right after it.
        unused: number -> other cells that were handed in for it: edited checks and questions, copies.
    """

    released: list[NotebookNode]
    answers: dict[int, StudentCell]
    added: dict[int, list[StudentCell]]
    unused: dict[int, list[StudentCell]]


def strays(layout: Layout) -> Iterator[tuple[int, str]]:
    """(number of an answer cell, why a person must look at it)."""
    for number in layout.answers:
        stub = StudentCell("code", layout.released[number].source)
        if layout.released[number].cell_type != "code":
            found = TEXT if _blank(layout, number) and _typed(layout, number) else ""
        elif any(_lost(layout, number, name, stub) for name in stub.definitions):
            found = ELSEWHERE
        else:
            found = EDITED if _blank(layout, number) and _edited_check(layout, number) else ""
        if found:
            yield number, found


def _blank(layout: Layout, number: int) -> bool:
    return layout.answers[number].source.strip() in ("", layout.released[number].source.strip())


def _lost(layout: Layout, number: int, name: str, stub: StudentCell) -> bool:
    """Whether something that a student wrote under this name has no part in the grade."""
    mine = layout.answers[number].definitions.get(name)
    given = stub.definitions[name]

    def differs(cell: StudentCell) -> bool:
        return cell.definitions.get(name, given) not in (given, mine)

    if any(differs(cell) for cells in layout.unused.values() for cell in cells):
        return True
    if mine not in (None, given):
        return False
    # A stub hides what was defined before it; where the stub is gone, what was defined before counts.
    first = -1 if mine is None else number
    check = _next_marked(layout, number)
    late = any(
        differs(cell) and not (cell.kind == "code" and first <= place < check)
        for place, cells in layout.added.items()
        for cell in cells
    )
    return late or any(
        differs(cell) and not first <= other < check for other, cell in layout.answers.items() if other != number
    )


def _next_marked(layout: Layout, number: int) -> int:
    """Returns the next cell that nbgrader knows."""
    later = range(number + 1, len(layout.released))
    return next((n for n in later if grade_id(layout.released[n])), len(layout.released))


def _edited_check(layout: Layout, number: int) -> bool:
    """Whether other than blanks was changed in the checks between this answer cell and the next."""
    for below in range(number + 1, len(layout.released)):
        cell = layout.released[below]
        if is_answer(cell):
            return False
        if cell.cell_type == "code":
            given = "".join(cell.source.split())
            if any("".join(mine.source.split()) != given for mine in layout.unused.get(below, [])):
                return True
    return False


def _typed(layout: Layout, number: int) -> bool:
    """Whether there is text of the student's own, or anything at all right above or below the cell of a written answer.

    What stands below a lab's last answer is right below it: only the cells that count points come between.
    """
    is_last = _next_marked(layout, number) == len(layout.released)
    below = range(number, len(layout.released)) if is_last else [number]
    near = [cell for place in (number - 1, *below) for cell in layout.added.get(place, [])]
    return bool(near) or any(cell.kind != "code" for cells in layout.added.values() for cell in cells)
