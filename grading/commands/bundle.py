"""Write the folder that students get into a new FOLDER."""

from pathlib import Path

from grading.course import load_course


def arguments(command) -> None:
    command.add_argument("target", type=Path, metavar="FOLDER")


def run(options) -> None:
    from grading.publishing.bundle import write_bundle

    print(write_bundle(load_course(), options.target.resolve()))
