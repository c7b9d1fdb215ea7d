"""Tries a lab's checks on its reference before any student's work depends on them: its judges must accept what it hands over, and
the checks that can serve as tripwires are found.
"""

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.atomic_write import write_atomically
from grading.coursedir import judges_path, reference_path
from grading.environment_variables import variables
from grading.kernels.run_notebook import SEED, TRIPWIRES, run_notebook
from grading.verdicts.judging import judging
from grading.verdicts.outside_judges import handed_over, handing_over, require_judges
from shared.assets.cache_paths import cache_directory
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id

TIMEOUT = 1200  # seconds for a cell


def try_reference(lab: str, notebook: NotebookNode, root: Path, checkout: Path) -> dict[str, list[str]]:
    """Returns check -> names of answers that it notices when they are spoiled (grading.verdicts.tripwires).

    The reference is run in profile tiny, unless the demo has, or it was tried before on this machine. Where it cannot be run
    to its end here, that is reported: its judges stay untried, and there are no tripwires.

    Args:
        notebook: the instructor's.
        root: the course directory, in which the demo may have run the reference.
        checkout: where the judges are.
    Raises:
        LabError: a judge is missing, or rejects what the reference hands over.
    """
    require_judges(lab, notebook, checkout)
    known = _known_path(lab, notebook, checkout)
    if known.is_file():
        return json.loads(known.read_text(encoding="utf-8"))
    executed = _executed(lab, notebook, root)
    if executed is None:
        return {}
    if handing_over(notebook):
        _judge(lab, executed, checkout)
    found = executed.metadata[TRIPWIRES]
    if os.access(cache_directory(), os.W_OK):
        write_atomically(known, json.dumps(found))
    return found


def _known_path(lab: str, notebook: NotebookNode, checkout: Path) -> Path:
    """A file that holds what is returned, once these judges have accepted this reference."""
    judges = judges_path(lab, checkout)
    sources = [cell.source for cell in notebook.cells] + [judges.read_text(encoding="utf-8") if judges.exists() else ""]
    digest = hashlib.sha256("\0".join(sources).encode()).hexdigest()[:20]
    return cache_directory() / "tried" / f"{lab}-{digest}.json"


def _executed(lab: str, notebook: NotebookNode, root: Path) -> NotebookNode | None:
    """The executed reference; None where it could not be run."""
    path = reference_path(lab, root)
    if path.is_file():
        found = nbformat.read(path, as_version=4)
        same = [cell.source for cell in found.cells] == [cell.source for cell in notebook.cells]
        if same and TRIPWIRES in found.metadata:
            return found
    print(f"course: Running the reference of {lab} once, to try its checks; this can take minutes.", file=sys.stderr)
    with variables({"LAB_PROFILE": "tiny"}), tempfile.TemporaryDirectory(prefix="course-reference-") as folder:
        try:
            run = run_notebook(notebook, Path(folder), TIMEOUT)
        except LabError as error:
            failed = str(error)
        else:
            failed = next((f"{name}: {said}" for name, said in run.errors().values()), "")
    if failed:
        print(
            f"course: The judges of {lab} were not tried and it has no tripwires, "
            f"since its reference does not run here: {failed}",
            file=sys.stderr,
        )
        return None
    return run.notebook


def _judge(lab: str, executed: NotebookNode, checkout: Path) -> None:
    with judging(lab, executed, checkout) as judges:
        for cell in executed.cells:
            name = grade_id(cell)
            if name in judges.checks and (found := judges.verdict(name, handed_over(cell), SEED)):
                raise LabError(f"The judge of '{name}' rejects what the reference of {lab} hands over: {found[1]}")
