"""Open formgrader on a course directory, to grade the written answers."""

import os
import subprocess
import sys

from grading.commands.options import add_root, course_and_root
from shared.errors import LabError


def arguments(command) -> None:
    add_root(command)


def run(options) -> int:
    from grading.coursedir import config_path, gradebook_path
    from grading.released_imports import require_current_imports

    course, root = course_and_root(options)
    has_gradebook = bool(course.database) or gradebook_path(root).is_file()
    if not has_gradebook or not config_path(root).is_file():
        raise LabError(f"There is no gradebook in {root}: run 'course release LAB --root {root}' first.")
    require_current_imports(root, [config_path(root)], "LAB")
    command = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={root}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # as in a container, where Jupyter refuses to start otherwise
    return subprocess.run(command, cwd=root).returncode
