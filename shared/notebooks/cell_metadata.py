"""Reads what nbgrader and a run keep in a cell's metadata; nothing else in the course knows their keys."""

from datetime import datetime

from nbformat import NotebookNode

RUN_ON = "raises-exception"  # the tag of a cell after which Run All continues, also when it fails
ADDED = "added-"  # what the id of a cell begins with that a student added


def nbgrader_of(cell: NotebookNode) -> dict:
    """nbgrader's metadata of a cell; empty for a cell that it does not know."""
    return cell.metadata.get("nbgrader", {})


def grade_id(cell: NotebookNode) -> str:
    """The name of an answer, check or question; empty for every other cell."""
    return nbgrader_of(cell).get("grade_id", "")


def is_answer(cell: NotebookNode) -> bool:
    """Whether students write into this cell."""
    return bool(nbgrader_of(cell).get("solution"))


def is_graded(cell: NotebookNode) -> bool:
    """Whether this cell has points: a check, or a written answer."""
    return bool(nbgrader_of(cell).get("grade"))


def is_check(cell: NotebookNode) -> bool:
    """Whether this cell has points and is code, so that a run decides on them."""
    return is_graded(cell) and cell.cell_type == "code"


def stop_at_errors(notebook: NotebookNode) -> None:
    """Takes the tag RUN_ON off all cells, as grading does."""
    for cell in notebook.cells:
        if RUN_ON in cell.metadata.get("tags", []):
            cell.metadata["tags"] = [tag for tag in cell.metadata["tags"] if tag != RUN_ON]


def cell_seconds(cell: dict) -> float | None:
    """How long a cell ran, by the times in its kernel's messages; None where it did not."""
    stamps = cell["metadata"].get("execution", {})
    begin = stamps.get("iopub.status.busy")
    end = stamps.get("iopub.status.idle")
    if not begin or not end:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def is_added(cell: NotebookNode) -> bool:
    """Whether this cell of a rebuilt notebook is one that the student added."""
    return cell.get("id", "").startswith(ADDED)


def fed_by(cells: list[NotebookNode], position: int) -> list[NotebookNode]:
    """The graded cells that the answer at `position` feeds: itself where it is written, else the checks up to the next answer."""
    answer = cells[position]
    found = [answer] if is_graded(answer) else []
    for cell in cells[position + 1 :]:
        if is_answer(cell):
            break
        if is_graded(cell):
            found.append(cell)
    return found
