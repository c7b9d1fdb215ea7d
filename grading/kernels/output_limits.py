"""Decides which of a kernel's messages a notebook keeps, and makes sound what it keeps: a kernel can send anything."""

import nbformat
from nbformat import NotebookNode

from shared.notebooks.cell_metadata import is_check
from shared.settings import HANDED_OVER

NAME_LENGTH = 100  # characters of an error's name
ERROR_LENGTH = 20_000  # characters of its message and of its traceback
CUT_LENGTH = 300  # the same, once a notebook has shown as much of errors as it may
ERRORS = 5  # errors that a cell may show
ALL_ERRORS = 2_000_000  # characters of all errors of a notebook
HANDED_OVER_LIMIT = 2_000_000  # bytes that a check may hand over: predictions for a test split are a tenth of it
ALL_HANDED_OVER = 10_000_000  # bytes that all checks of a notebook may hand over
DEEPEST = 40  # levels of what a message holds
OUTPUTS = ("stream", "display_data", "execute_result", "update_display_data")


class OutputLimits:
    """What one notebook has kept so far.

    Args:
        most_bytes: of ordinary output. What a grade depends on, errors and what is handed over, has limits of its own.
    """

    def __init__(self, most_bytes: int):
        self.most_bytes = most_bytes
        self.output = 0
        self.errors = 0
        self.handed_over = 0

    def keeps(self, kind: str, content: dict, cell: NotebookNode) -> bool:
        """Whether a message becomes part of the cell; shortens an error, and removes what a later hand-over replaces."""
        if kind.startswith("comm"):
            return False  # widgets: nobody will move them, and what they capture is the cell's own output
        if kind == "error":
            return self._keeps_error(content, cell)
        if kind == "display_data" and HANDED_OVER in content.get("data", {}) and is_check(cell):
            return self._keeps_hand_over(content, cell)
        if kind in OUTPUTS:
            self.output += len(repr(content))
            return self.output <= self.most_bytes
        return True

    def _keeps_error(self, content: dict, cell: NotebookNode) -> bool:
        shown = sum(output.output_type == "error" for output in cell.outputs)
        full = self.errors > ALL_ERRORS
        shorten(content, CUT_LENGTH if full else ERROR_LENGTH)
        self.errors += len(repr(content))
        return shown < (1 if full else ERRORS)

    def _keeps_hand_over(self, content: dict, cell: NotebookNode) -> bool:
        size = len(repr(content))
        if size > HANDED_OVER_LIMIT or self.handed_over > ALL_HANDED_OVER:
            return False
        replaced = [output for output in cell.outputs if HANDED_OVER in output.get("data", {})]
        cell.outputs = [output for output in cell.outputs if output not in replaced]
        self.handed_over += size - sum(len(repr(output.data)) for output in replaced)
        return True


def shorten(error: dict, length: int = ERROR_LENGTH) -> None:
    """Cuts an error's name, message and traceback to a readable length."""
    error["ename"] = str(error.get("ename", ""))[:NAME_LENGTH]
    error["evalue"] = str(error.get("evalue", ""))[:length]
    error["traceback"] = ["\n".join(map(str, error.get("traceback", [])))[-length:]]


def make_sound(cell: NotebookNode) -> None:
    """Leaves in a cell that has run nothing that a file could not hold."""
    for output in cell.outputs:
        if output.output_type == "error":
            shorten(output)  # nbgrader takes some from the kernel's reply, which is no message
        if "execution_count" in output and not isinstance(output.execution_count, int):
            output.execution_count = None
    cell.outputs = nbformat.from_dict(_sound(cell.outputs, DEEPEST))
    if not isinstance(cell.get("execution_count"), int):
        cell.execution_count = None


def _sound(value, levels: int):
    """The value with valid Unicode, and an ellipsis for what lies too deep."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict | list) and not levels:
        return "…"
    if isinstance(value, dict):
        return {_sound(str(key), levels): _sound(inner, levels - 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_sound(inner, levels - 1) for inner in value]
    return value
