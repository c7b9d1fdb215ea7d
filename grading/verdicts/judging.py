"""Has an executed notebook judged in another process, so that what a student hands over can harm nobody else's grade."""

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from grading.environment_variables import ONE_THREAD, import_path, python
from grading.verdicts.failure_kinds import fail, failed
from grading.verdicts.fresh_seeds import check_seed
from grading.verdicts.outside_judges import ODD, JudgeFault, handed_over, handing_over
from shared.assets.cache_paths import cache_directory
from shared.notebooks.cell_metadata import grade_id

START = 120  # seconds for the judges to import what they need
PATIENCE = 60  # seconds for one check


class Judging:
    """The judges of a lab, in a process that is replaced when it dies or hangs.

    Args:
        checks: the names of the checks that hand values over.
        root: where the judges are: a checkout, or a course directory.
    """

    def __init__(self, lab: str, checks: list[str], root: Path):
        self.lab = lab
        self.checks = checks
        self.root = root
        self.process: subprocess.Popen | None = None

    def apply(self, notebook: NotebookNode, seed: str) -> None:
        """Fails the cells of an executed notebook that their judge rejects; a cell that failed by itself stays as it is.

        Args:
            seed: of the student's hidden inputs (grading.verdicts.fresh_seeds).
        Raises:
            JudgeFault: a judge failed by the course's own fault.
        """
        for cell in notebook.cells:
            if grade_id(cell) not in self.checks or failed(cell):
                continue
            if found := self.verdict(grade_id(cell), handed_over(cell), check_seed(seed, grade_id(cell))):
                fail(cell, *found)

    def verdict(self, check: str, handed: dict | None, seed: str) -> tuple[str, str] | None:
        """Returns (name, message) of why a check fails, or None; raises JudgeFault as `apply` does."""
        if self.process is None:
            self._start()
        answer = self._asked(json.dumps({"check": check, "handed": handed, "seed": seed}), PATIENCE)
        if answer is None:  # it took more memory or time than any right answer does
            self.stop()
            return "CheckFailed", ODD
        if "fault" in answer:
            raise JudgeFault(answer["fault"])
        return answer["failed"]

    def _start(self) -> None:
        environment = {
            **ONE_THREAD,
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", "/"),
            **import_path(),
            "LAB_CACHE": str(cache_directory()),
            "LAB_PROFILE": "tiny",
            "HF_HUB_OFFLINE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.process = subprocess.Popen(
            python("grading.verdicts.judge_process", self.lab, str(self.root.resolve())),
            env=environment,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        answer = self._asked("", START)
        if answer is None:
            self.stop()
            raise JudgeFault(f"The judges of {self.lab} did not start: run 'course bank {self.lab}' to see why.")
        if "fault" in answer:
            self.stop()
            raise JudgeFault(answer["fault"])

    def _asked(self, line: str, seconds: float) -> dict | None:
        """Sends a line, unless it is empty, and returns the answer; None where the process dies or takes too long."""
        alarm = threading.Timer(seconds, self.process.kill)
        alarm.start()
        try:
            if line:
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            return None
        finally:
            alarm.cancel()

    def stop(self) -> None:
        """Ends the process."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            with contextlib.suppress(OSError):
                process.stdin.close()
            process.stdout.close()


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
