"""Puts harm into the process that reads submissions and enters results, as no known submission does any more."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from shared.assets.cache_paths import CHECKOUT

HARMED = """
import os
import signal

from grading import registrar_process
from grading.child_process import serve
from grading.gradebook.database import shared_engine


def kill_the_run(*given):
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(9)

{harm}

if __name__ == "__main__":
    with shared_engine():
        serve(registrar_process._prepared)
"""
RUN = """
import sys
from pathlib import Path
from grading import autograde, registrar
from grading.course import load_course
registrar.MODULE = "harmed"
autograde.grade_class("lab01_ridge", load_course(), Path(sys.argv[1]), "plain", only=sys.argv[2])
"""


def write_harm(folder: Path, harm: str) -> str:
    """Writes the module `harmed`, which is that process with these lines added; returns the PYTHONPATH that finds it."""
    (folder / "harmed.py").write_text(HARMED.replace("{harm}", harm))
    return os.pathsep.join([str(CHECKOUT), str(folder)])


def killed_run(folder: Path, root: Path, student: str, harm: str) -> None:
    """Grades one student in a process that is killed, with SIGKILL, where the harm calls `kill_the_run`."""
    environment = {**os.environ, "PYTHONPATH": write_harm(folder, harm)}
    done = subprocess.run([sys.executable, "-c", RUN, str(root), student], env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
