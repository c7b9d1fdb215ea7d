"""The kinds of failure that are not a check's verdict, such as a lost kernel, and how a cell is made to fail."""

from nbformat import NotebookNode

from shared.errors import LabError
from shared.notebooks.cell_metadata import is_graded

LOST = "KernelLost"
TOO_LONG = "TooLong"
NOT_RUN = "NotRun"
SHORT = 200  # characters of an outcome in a few words
# In the metadata of an executed notebook.
SECOND_ATTEMPT = "second_attempt"
BY_EXERCISE = "by_exercise"  # it was graded by exercise; its value says why it also ran as a whole, or is empty


def failed(cell: NotebookNode) -> bool:
    """Whether an error is among the outputs of a cell that has run."""
    return any(output.output_type == "error" for output in cell.outputs)


def said(cell: NotebookNode) -> str:
    """The outcome of a check in a few words: "passed", or its first error."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return f"{errors[0].ename}: {errors[0].evalue}"[:SHORT] if errors else "passed"


def kernel_lost(notebook: NotebookNode) -> bool:
    return any(output.get("ename") == LOST for cell in notebook.cells for output in cell.get("outputs", []))


def stopped(notebook: NotebookNode) -> list[str]:
    """Returns a warning where cells were stopped or never run, since a busy machine can cause that too."""
    names = [output.get("ename") for cell in notebook.cells for output in cell.get("outputs", [])]
    if not {LOST, TOO_LONG, NOT_RUN}.intersection(names):
        return []
    return [
        "cells were stopped, or not run after one that was: where that strikes many, grade again with fewer workers"
    ]


def require_own_fault(notebook: NotebookNode, release: NotebookNode) -> None:
    """Raises LabError where a cell stopped the kernel although nothing of the student's had run: then it was this machine."""
    given = {cell.source for cell in release.cells}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if cell.source not in given and not is_graded(cell):
            return
        if any(output.get("ename") in (LOST, TOO_LONG) for output in cell.outputs):
            raise LabError(
                "A cell that came with the lab did not finish on this machine, which is too busy or too small: grade again."
            )


def fail(cell: NotebookNode, name: str, sentence: str) -> None:
    """Makes the cell one that failed with this sentence; what it had printed stays."""
    error = NotebookNode(output_type="error", ename=name, evalue=sentence, traceback=[f"{name}: {sentence}"])
    cell.outputs = [*cell.get("outputs", []), error]
