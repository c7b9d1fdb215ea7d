"""Report what is wrong with a notebook, and write a repaired copy."""

import subprocess
import sys
from pathlib import Path


def arguments(command) -> None:
    command.add_argument("file", type=Path, metavar="FILE")


def run(options) -> int:
    """Runs the command that students use."""
    return subprocess.run([sys.executable, "-m", "shared.doctor", str(options.file)]).returncode
