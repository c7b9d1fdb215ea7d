"""List, fetch or verify the data and models of the course."""

import argparse
import os
import subprocess

from grading.environment_variables import import_path, python


def arguments(command) -> None:
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="list | fetch [NAME...] | verify [NAME...]")


def run(options) -> int:
    """Runs the command that students use, who have no `course`."""
    return subprocess.run(python("shared.assets", *options.words), env={**os.environ, **import_path()}).returncode
