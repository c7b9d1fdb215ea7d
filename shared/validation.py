"""Runs a notebook's own visible checks as the grader would, in one kernel, and says how far it is, in the last cell's words.

Only what the checks and answers need is run, and what was added to the notebook; the lab's experiments and figures are left out.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from shared.assets.cache_paths import CHECKOUT
from shared.course_file import cell_seconds
from shared.errors import LabError
from shared.examination import Findings, examine
from shared.notebooks.cell_metadata import is_added, is_answer, is_check
from shared.notebooks.needed_cells import global_names, needed_cells

PROFILE = "tiny"  # in which submissions are graded
SUMMARY = "checks.summary("  # how the last cell begins
MOST_ERRORS = 5  # of cells other than checks
INTERRUPTED = "KeyboardInterrupt"  # how a cell ends that ran for too long
LINE = 200  # characters of an error that are shown
IOPUB_SECONDS = 60  # for a cell's output to arrive on a busy machine


@dataclass(frozen=True)
class Validation:
    """What is said about a notebook, and whether all of its visible checks passed."""

    text: str
    success: bool


def validate(path: Path, checkout: Path = CHECKOUT) -> Validation:
    """Runs the checks of a notebook.

    Raises:
        LabError: it is no notebook of this course, or its kernel died.
    """
    findings = examine(path, checkout)
    cells = [cell for cell in findings.notebook.cells if cell.cell_type == "code"]
    summary = next(cell for cell in reversed(cells) if cell.source.startswith(SUMMARY))
    run = [cell for cell in _needed(cells) if cell is not summary] + [summary]
    start = time.monotonic()
    _execute(NotebookNode(nbformat=4, nbformat_minor=5, metadata={}, cells=run), path.resolve().parent, checkout)
    remarks = [f"Note: {sentence}." for sentence in _remarks(findings)]
    stopped = [line for cell in run if not is_check(cell) and cell is not summary and (line := _error(cell))]
    said = _printed(summary) or f"Nothing could be checked: {_error(summary) or 'the last cell printed nothing'}"
    took = f"(Validated in profile {PROFILE}, as labs are graded, in {time.monotonic() - start:.0f} s.)"
    text = "\n".join([*remarks, *stopped[:MOST_ERRORS], said.rstrip(), took])
    return Validation(text, success=said.startswith("Success"))


def _needed(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells to run: those of the release that checks and answers need, and everything that was added."""
    added = [cell for cell in cells if is_added(cell)]
    try:
        kept = needed_cells(cells, also=set().union(*(global_names(cell.source) for cell in added)))
    except (SyntaxError, ValueError, RecursionError):  # a cell cannot be parsed: what it needs is unknown
        return cells
    return [cell for cell in cells if any(cell is other for other in [*kept, *added])]


def _execute(notebook: NotebookNode, folder: Path, checkout: Path) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError
    from tqdm import tqdm

    paths = [str(checkout), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "LAB_PROFILE": PROFILE, "PYTHONPATH": os.pathsep.join(paths)}
    seconds = cell_seconds(checkout)
    with tqdm(total=len(notebook.cells), desc="Validating", unit="cell", disable=None, leave=False) as bar:
        client = NotebookClient(
            notebook,
            extra_arguments=["--log-level=ERROR"],
            kernel_name="python3",  # this Python, whatever kernel the notebook names
            allow_errors=True,
            timeout=seconds,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": INTERRUPTED, "evalue": "", "traceback": []},
            iopub_timeout=IOPUB_SECONDS,
            resources={"metadata": {"path": str(folder)}},
            on_cell_executed=lambda **_: bar.update(),
        )
        try:
            client.execute(env=environment)
        except DeadKernelError:
            raise LabError(
                "The kernel died while the notebook was validated, most often for want of memory: "
                "close other programs, and notebooks that you do not need, then validate again."
            ) from None


def _remarks(findings: Findings) -> list[str]:
    """What grading would repair, what a person must look at, and what is not Python."""
    return [*findings.repairs, *findings.doubts, *findings.broken]


def _printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def _error(cell: NotebookNode) -> str:
    """A line about the error with which a cell stopped; "" where it did not, or for no other reason than an open exercise."""
    for output in cell.outputs:
        if output.output_type == "error" and output.ename != "NotImplementedError":
            first = next(line for line in cell.source.splitlines() if line.strip())
            whose = "The answer" if is_answer(cell) else "The cell"
            reason = " ".join(f"{output.ename}: {output.evalue}".split())[:LINE]
            if output.ename == INTERRUPTED:
                reason = "no result: it ran longer than a cell may when labs are graded"
            return f"{whose} that begins with '{first.strip()[:60]}' stops with {reason}"
    return ""


def replace_nbgraders() -> None:
    """Makes nbgrader's command and its button in JupyterLab say what `validate` says.

    nbgrader's own validation shows the source of each failed check, takes a warning for a failure and gives a cell 30 s.
    """
    from nbgrader.validator import Validator

    Validator.validate = lambda self, filename: _for_the_button(_validated(filename).text)
    Validator.validate_and_print = lambda self, filename: print(_validated(filename).text, file=self.stream)


def _validated(filename: str) -> Validation:
    try:
        return validate(Path(filename))
    except LabError as error:
        return Validation(str(error), success=False)


def _for_the_button(text: str) -> dict:
    """The text in the one shape that nbgrader's dialog shows: a failed cell's source; its own words around it are hidden."""
    hidden = "<style>#validation-message > div > p { display: none } #validation-message pre { white-space: pre-wrap }</style>"
    return {"failed": [{"source": text, "error": hidden, "raw_error": ""}]}


def main(path: str) -> int:
    """Prints how far a notebook is; returns the exit status, 0 where all of its visible checks passed."""
    try:
        found = validate(Path(path))
    except KeyboardInterrupt:
        print("Interrupted: nothing is known about the notebook.", file=sys.stderr)
        return 130
    print(found.text)
    return int(not found.success)
