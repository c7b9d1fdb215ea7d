"""Open formgrader on a course directory, to grade the written answers."""

import os
import subprocess
import sys

from grading.commands.options import add_root, course_and_root
from shared.errors import LabError

PAGE = "/formgrader"


def arguments(command) -> None:
    add_root(command)
    command.add_argument(
        "--port", type=int, metavar="N", help="where the page is served (default: a free one from 8888 on)"
    )
    command.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")


def run(options) -> int:
    from grading.coursedir import config_path, gradebook_path
    from grading.released_imports import require_current_imports

    course, root = course_and_root(options)
    has_gradebook = bool(course.database) or gradebook_path(root).is_file()
    if not has_gradebook or not config_path(root).is_file():
        raise LabError(f"There is no gradebook in {root}: run 'course release LAB --root {root}' first.")
    require_current_imports(root, [config_path(root)], "LAB")
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url={PAGE}",
    ]
    if options.port is not None:
        # A port that was asked for is that one or none: a tunnel may lead to it.
        command += [f"--ServerApp.port={options.port}", "--ServerApp.port_retries=0"]
    if options.no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # as in a container, where Jupyter refuses to start otherwise
    return subprocess.run(command, cwd=root).returncode
