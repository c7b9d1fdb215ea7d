"""Write the folder that students get into a new FOLDER, or anew into an earlier one."""

import sys
from pathlib import Path

from grading.course import load_course


def arguments(command) -> None:
    command.add_argument("target", type=Path, metavar="FOLDER")
    command.add_argument("--update", action="store_true", help="replace an earlier bundle's files; its .git stays")


def run(options) -> None:
    from grading.publishing.bundle import NO_REPOSITORY, has_placeholder, write_bundle

    course = load_course()
    print(write_bundle(course, options.target.resolve(), update=options.update))
    if has_placeholder(course):
        print(f"course: {NO_REPOSITORY} before you publish this folder.", file=sys.stderr)
