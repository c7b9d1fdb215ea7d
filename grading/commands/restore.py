"""Make a course directory again from a backup."""

from pathlib import Path

from grading.commands.options import add_root
from grading.course import load_course


def arguments(command) -> None:
    command.add_argument("file", type=Path, metavar="FILE.tar.gz")
    add_root(command)


def run(options) -> None:
    from grading.backup import restore
    from grading.closed_directory import enter

    course = load_course()
    root = (options.root or course.root).expanduser().resolve()
    enter(root, course)
    count = restore(options.file.expanduser(), root)
    enter(root, course)
    print(f"Restored {count} files into {root}.")
