"""Opens the course in JupyterLab, the same way everywhere: python -m shared.open [LAB] [JUPYTER OPTIONS]"""

import os
import subprocess
import sys

from shared.course_python import require_packages
from shared.install import CHECKOUT

LABS = os.path.join(CHECKOUT, "labs")
# The course's settings: no question about news, and none of what nbgrader has for instructors.
SETTINGS = os.path.join(CHECKOUT, "shared", "jupyter")


def command(arguments):
    """The command that starts JupyterLab; a lab's name opens that lab, everything else goes to Jupyter."""
    words = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={LABS}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")  # as in a container, where Jupyter refuses to start otherwise
    for word in arguments:
        if os.path.isfile(os.path.join(LABS, word, word + ".ipynb")):
            words.append(f"--LabApp.default_url=/lab/tree/{word}/{word}.ipynb")
        else:
            words.append(word)
    return words


def environment():
    """The variables under which Jupyter finds the course's settings and `shared`."""
    found = dict(os.environ)
    for name, folder in (("JUPYTER_CONFIG_PATH", SETTINGS), ("PYTHONPATH", CHECKOUT)):
        before = found.get(name)
        found[name] = os.pathsep.join([folder, before]) if before else folder
    return found


def main(arguments):
    """The command line; returns Jupyter's exit status."""
    require_packages("shared.open")
    # Here nbgrader finds nbgrader_config.py, whatever folder the command was typed in.
    return subprocess.call(command(arguments), cwd=CHECKOUT, env=environment())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
