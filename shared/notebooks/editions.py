"""Recognises a submission that was begun on an older edition of its lab, whose cells are the course's own and nobody's edits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from shared.notebooks.cell_metadata import grade_id, is_answer
from shared.notebooks.reading import StudentCell

Text = tuple[str, str]  # a cell's kind and its source, without blanks around it


@dataclass(frozen=True)
class Current:
    """A submission's cells with the current edition's text where they had an older one's.

    Args:
        cells: what the student typed, and the course's own cells as they are now; those that are gone are left out.
        is_older: whether there was anything of an older edition.
        former_answers: names of the answers of that edition that the lab no longer has.
    """

    cells: list[StudentCell]
    is_older: bool = False
    former_answers: frozenset[str] = frozenset()


def brought_up_to_date(release: NotebookNode, handed_in: list[StudentCell], older: Iterable[NotebookNode]) -> Current:
    """Replaces the course's own cells of an older edition by those of the release.

    Args:
        release: the student notebook as it is released now.
        handed_in: the cells of the submission.
        older: the student notebooks that were released before.
    """
    current = {_text(cell) for cell in release.cells}
    mine = {(cell.kind, cell.source.strip()) for cell in handed_in}
    editions = [{_text(cell): cell for cell in edition.cells if _text(cell) not in current} for edition in older]
    former = max(editions, key=lambda cells: len(mine & set(cells)), default={})
    if not mine & set(former):
        return Current(handed_in)
    now = {grade_id(cell): cell for cell in release.cells if grade_id(cell)}
    cells = []
    for cell in handed_in:
        given = former.get((cell.kind, cell.source.strip()))
        if given is None:
            cells.append(cell)
        elif grade_id(given) in now:
            cells.append(replace(cell, source=now[grade_id(given)].source))
    answers = {grade_id(cell) for cell in former.values() if is_answer(cell)}
    return Current(cells, is_older=True, former_answers=frozenset(answers - set(now)))


def _text(cell: NotebookNode) -> Text:
    return cell.cell_type, cell.source.strip()
