"""Runs a command of the course with the Python that has its packages, whichever Python was typed. Runs on any Python 3."""

import importlib.util
import os
import subprocess
import sys

from shared.install import CHECKOUT, interpreter

TELLING = "nbformat"  # a package that every set-up installs


def environments():
    """Folders of the environments that may hold the course's packages, the likeliest first."""
    named = [os.path.join(CHECKOUT, ".venv"), os.environ.get("VIRTUAL_ENV"), os.environ.get("CONDA_PREFIX")]
    return [folder for folder in named if folder]


def find():
    """The path of a Python that has the course's packages, or None."""
    for folder in environments():
        python = interpreter(folder)
        probe = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({TELLING!r}) is None)"
        if os.path.exists(python) and subprocess.call([python, "-c", probe], cwd=CHECKOUT) == 0:
            return python
    return None


def require_packages(module):
    """Returns where this Python has the course's packages; otherwise `module` is run by one that has, and this process ends.

    Where there is none, one sentence says which command makes one.
    """
    if importlib.util.find_spec(TELLING):
        return
    python = find()
    if python is None:
        sys.exit(
            f"The course is not set up in {CHECKOUT}: run 'python3 -m shared.install' there (Windows: 'py -m shared.install'), "
            "then this command again."
        )
    inherited = os.environ.get("PYTHONPATH")
    paths = os.pathsep.join([CHECKOUT, inherited] if inherited else [CHECKOUT])
    command = [python, "-m", module, *sys.argv[1:]]
    sys.exit(subprocess.call(command, env=dict(os.environ, PYTHONPATH=paths)))
