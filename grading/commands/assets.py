"""List, fetch or verify the data and models of the course."""

import argparse
import subprocess
import sys


def arguments(command) -> None:
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="list | fetch [NAME...] | verify [NAME...]")


def run(options) -> int:
    """Runs the command that students use, who have no `course`."""
    return subprocess.run([sys.executable, "-m", "shared.assets", *options.words]).returncode
