"""Has an executed notebook judged in another process, so that what a student hands over can harm nobody else's grade."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from grading.child_process import ChildProcess, NoAnswer
from grading.environment_variables import ONE_CPU_THREAD, import_path, python
from grading.verdicts.failure_kinds import fail, failed
from grading.verdicts.fresh_seeds import check_seed
from grading.verdicts.outside_judges import ODD, JudgeFault, handed_over, handing_over
from shared.assets.cache_paths import cache_directory
from shared.notebooks.cell_metadata import grade_id

START = 120  # seconds for the judges to import what they need
PATIENCE = 60  # seconds for one check
TOGETHER = 180  # seconds for all checks of one submission


class Judging:
    """The judges of a lab, in a process that is replaced when it dies or hangs.

    Args:
        checks: the names of the checks that hand values over.
        root: where the judges are: a checkout, or a course directory.
    """

    def __init__(self, lab: str, checks: list[str], root: Path):
        self.lab = lab
        self.checks = checks
        command = python("grading.verdicts.judge_process", lab, str(root.resolve()))
        self.child = ChildProcess(command, _environment())

    def apply(self, notebook: NotebookNode, seed: str) -> None:
        """Fails the cells of an executed notebook that their judge rejects; a cell that failed by itself stays as it is.

        Args:
            seed: of the student's hidden inputs (grading.verdicts.fresh_seeds).
        Raises:
            JudgeFault: a judge failed by the course's own fault.
        """
        end = time.monotonic() + TOGETHER
        for cell in notebook.cells:
            name = grade_id(cell)
            if name not in self.checks or failed(cell):
                continue
            left = end - time.monotonic()
            if found := self.verdict(name, handed_over(cell), check_seed(seed, name), min(left, PATIENCE)):
                fail(cell, *found)

    def verdict(self, check: str, handed: dict | None, seed: str, seconds: float = PATIENCE) -> tuple[str, str] | None:
        """Returns (name, message) of why a check fails, or None; raises JudgeFault as `apply` does.

        Args:
            seconds: that the judge may take.
        """
        if seconds <= 0:
            return "CheckFailed", ODD
        if not self.child.has_answered:
            self._start()
        try:
            answer = self.child.ask({"check": check, "handed": handed, "seed": seed}, seconds)
        except NoAnswer:  # it took more memory or time than any right answer does
            return "CheckFailed", ODD
        if "fault" in answer:
            raise JudgeFault(answer["fault"])
        return answer["failed"]

    def _start(self) -> None:
        try:
            answer = self.child.ask({}, START)
        except NoAnswer:
            raise JudgeFault(
                f"The judges of {self.lab} did not start: run 'course bank {self.lab}' to see why."
            ) from None
        if "fault" in answer:
            self.stop()
            raise JudgeFault(answer["fault"])

    def stop(self) -> None:
        """Ends the process."""
        self.child.stop()


def _environment() -> dict[str, str]:
    """Of this process's own variables, the judges get only what they need."""
    return {
        **ONE_CPU_THREAD,
        "PATH": os.environ.get("PATH", ""),
        "HOME": os.environ.get("HOME", "/"),
        **import_path(),
        "LAB_CACHE": str(cache_directory()),
        "LAB_PROFILE": "tiny",
        "HF_HUB_OFFLINE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@contextlib.contextmanager
def judging(lab: str, notebook: NotebookNode, root: Path) -> Iterator[Judging]:
    """Gives the judges of a lab for a `with` block.

    Args:
        notebook: the instructor's.
    """
    judges = Judging(lab, handing_over(notebook), root)
    try:
        yield judges
    finally:
        judges.stop()
