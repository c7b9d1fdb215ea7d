"""Runs a notebook in a separate process, in one thread, and records what it cost."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.environment_variables import ONE_CPU_THREAD
from grading.verdicts import tripwires
from grading.verdicts.failure_kinds import TOO_LONG
from shared.errors import LabError
from shared.settings import FRESH_SEED

# In an executed notebook's metadata.
COST = "cost"
TRIPWIRES = "tripwires"  # the checks that notice spoiled results: check -> names of what it calls
SEED = "0"  # of the hidden inputs, so that judges can draw the same ones


@dataclass(frozen=True)
class Run:
    """An executed notebook, with its run time and memory."""

    notebook: NotebookNode

    @property
    def seconds(self) -> float:
        """Wall-clock time of the run."""
        return self.notebook.metadata[COST]["seconds"]

    @property
    def peak_gb(self) -> float:
        """Peak memory of its largest process, GB."""
        return self.notebook.metadata[COST]["peak_gb"]

    def errors(self) -> dict[str, tuple[str, str]]:
        """Returns (name, message) of the error that each failed cell ended with, by cell id."""
        return {
            cell.id: (output.ename, output.evalue)
            for cell in self.notebook.cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if output.output_type == "error"
        }


def run_notebook(notebook: NotebookNode, folder: Path, cell_timeout: int) -> Run:
    """Runs all cells, also after an error, with `folder` as the working directory, then tries which checks can be tripwires.

    Args:
        cell_timeout: seconds a cell may take.
    Raises:
        LabError: the kernel died or a cell took too long.
    """
    with tempfile.TemporaryDirectory(prefix="course-run-") as work:
        path = Path(work) / "notebook.ipynb"
        nbformat.write(notebook, path)
        command = [sys.executable, "-m", "grading.kernels.run_notebook", str(path), str(folder), str(cell_timeout)]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **ONE_CPU_THREAD, FRESH_SEED: SEED}
        )
        if done.returncode:
            reason = done.stdout.strip() or done.stderr.strip() or f"its process ended with {done.returncode}"
            raise LabError(f"The notebook did not run to its end: {reason}")
        return Run(nbformat.read(path, as_version=4))


def _main(path: str, folder: str, cell_timeout: str) -> None:
    from nbclient import NotebookClient

    from grading.kernels.kernel_client import own_sockets

    notebook = nbformat.read(path, as_version=4)
    own_cells = len(notebook.cells)
    seconds = 0.0

    class Client(NotebookClient):
        """Goes on with the trials once all cells of the notebook have run; one that does not end fails alone."""

        async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
            nonlocal seconds
            done = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
            if cell_index + 1 == own_cells:
                seconds = time.monotonic() - start
                self.nb.cells.extend(tripwires.trials(self.nb))
                self.timeout = tripwires.TIMEOUT
                self.interrupt_on_timeout = True
                self.error_on_timeout = {"ename": TOO_LONG, "evalue": "", "traceback": []}
            return done

    where = {"metadata": {"path": folder}}
    start = time.monotonic()
    with own_sockets() as config:
        options = {"timeout": int(cell_timeout), "kernel_name": "python3", "allow_errors": True, "resources": where}
        try:
            Client(notebook, **options, config=config).execute()
        except (RuntimeError, TimeoutError) as error:  # what its end prints after this would hide it
            print(str(error).strip().splitlines()[0])
            sys.exit(1)
    notebook.metadata[TRIPWIRES] = tripwires.biting(notebook)
    kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    notebook.metadata[COST] = {"seconds": round(seconds, 2), "peak_gb": kilobytes * 1024 / 1e9}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    _main(*sys.argv[1:])
