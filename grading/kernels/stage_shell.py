"""The IPython shell of a stage: runs a cell and gives what it shows as a notebook keeps it.

It imports nothing of the course, because it runs inside the sandbox.
"""

import base64

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

# What a cell keeps; the grader has limits of its own.
LONGEST = 1_000_000  # characters of printed text
MOST_DISPLAYED = 8_000_000  # characters of all displays; the first ones go, since what is handed over last counts


class StageShell(InteractiveShell):
    """A shell without history, colours and threads, so that its process can be forked."""

    def run(self, source: str) -> list[dict]:
        """Runs a cell; returns its outputs as nbformat has them, an error last."""
        self.raised = None
        with capture_output() as shown:
            self.run_cell(source, store_history=False)
        outputs = [
            {"output_type": "stream", "name": name, "text": text[:LONGEST]}
            for name, text in (("stdout", shown.stdout), ("stderr", shown.stderr))
            if text
        ]
        outputs += _last(shown.outputs)
        return outputs if self.raised is None else [*outputs, self.raised]

    def _showtraceback(self, etype, evalue, stb) -> None:
        """Keeps an error instead of printing it."""
        try:
            said = str(evalue)
        except Exception:  # its own __str__ fails
            said = ""
        self.raised = {"output_type": "error", "ename": etype.__name__, "evalue": said, "traceback": list(stb)}


def stage_shell() -> StageShell:
    """The one shell of this process."""
    config = Config()
    config.HistoryManager.enabled = False  # it would keep a thread
    config.InteractiveShell.colors = "nocolor"
    return StageShell.instance(config=config)


def _last(displays: list) -> list[dict]:
    """The last displays of a cell that fit."""
    kept = []
    size = 0
    for rich in reversed(displays):
        data = _as_text(rich.data)
        size += len(repr(data))
        if size > MOST_DISPLAYED:
            break
        kept.append({"output_type": "display_data", "data": data, "metadata": rich.metadata or {}})
    return kept[::-1]


def _as_text(data: dict) -> dict:
    """What a display holds, by its type; pictures as base64."""
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value for kind, value in data.items()
    }
