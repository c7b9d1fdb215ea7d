"""Judges checks outside the student's kernel: what they expect never enters it, so nothing there can forge them.

A check cell hands values over (`checks.hand_over(labels=...)`); after the run, the function with the cell's name in
`solutions/<lab>/outside_judges.py` gets them as plain values and raises CheckFailed, with the misconception, where
they are wrong.
"""

from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from grading.coursedir import judges_path
from grading.verdicts.failure_kinds import fail
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id
from shared.settings import HANDED_OVER

NOTHING = "Nothing was handed over: the cell ended before its last line."
ODD = "What was handed over cannot be read as what this check asks for."


def judges(lab: str, root: Path = CHECKOUT) -> dict[str, Callable]:
    """Returns the judge of each check that hands values over, by grade_id; empty for a lab without such checks.

    Args:
        root: a checkout, or a course directory, which has the judges that were released.

    Raises:
        LabError: outside_judges.py cannot be imported.
    """
    path = judges_path(lab, root)
    if not path.is_file():
        return {}
    found = {"__name__": f"outside_{lab}"}
    try:
        # Not imported: Python would leave compiled code in the course directory, and could use an older one.
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), found)
    except Exception as error:
        raise LabError(
            f"The file {path.relative_to(root)} fails ({type(error).__name__}: {error}): correct it, then run again."
        ) from error
    made_here = {name: value for name, value in found.items() if getattr(value, "__module__", "") == found["__name__"]}
    return {name: value for name, value in made_here.items() if callable(value) and not name.startswith("_")}


def verdict(judge: Callable, outputs: list[dict]) -> tuple[str, str] | None:
    """Returns (name, message) of why the check fails, or None.

    Args:
        outputs: one dict, MIME type -> data, for each thing that the cell displayed; the last one handed over counts.
    """
    handed = [data[HANDED_OVER] for data in outputs if HANDED_OVER in data]
    if not handed or not isinstance(handed[-1], dict):
        return "CheckFailed", NOTHING
    try:
        judge(**handed[-1])
    except AssertionError as failed:
        return type(failed).__name__, str(failed)
    except Exception:  # a student's values may be anything; what a judge cannot read is wrong
        return "CheckFailed", ODD
    return None


def apply(notebook: NotebookNode, known: dict[str, Callable]) -> None:
    """Fails the cells of an executed notebook that their judge rejects; a cell that failed by itself stays as it is."""
    for cell in notebook.cells:
        judge = known.get(grade_id(cell))
        if judge is None or any(output.output_type == "error" for output in cell.outputs):
            continue
        if found := verdict(judge, [output.get("data", {}) for output in cell.outputs]):
            fail(cell, *found)
