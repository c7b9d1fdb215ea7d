"""Report what is wrong with a notebook, and write a repaired copy."""

import os
import subprocess
from pathlib import Path

from grading.environment_variables import import_path, python


def arguments(command) -> None:
    command.add_argument("file", type=Path, metavar="FILE")


def run(options) -> int:
    """Runs the command that students use."""
    return subprocess.run(python("shared.doctor", str(options.file)), env={**os.environ, **import_path()}).returncode
