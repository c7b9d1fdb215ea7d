"""Collect submissions from a folder or the nbgrader exchange."""

from pathlib import Path

from grading.commands.options import add_labs, add_root, chosen_lab, course_and_root
from shared.errors import LabError


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    command.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FOLDER",
        help="has one folder or one .ipynb file for each student (default: the nbgrader exchange)",
    )


def run(options) -> None:
    from grading.coursedir import exchange_folder
    from grading.intake.collect import collect_folder
    from grading.nbgrader_settings import api

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    if options.source:
        found = collect_folder(lab, course, root, options.source)
        for name, why in found.refused.items():
            print(f"{name}: refused: {why}")
        late = (
            f", {len(found.late)} of them handed in after the deadline by the times of their files"
            if found.late
            else ""
        )
        print(f"Collected {len(found.students)} submissions of {lab}{late}.")
        return
    result = api(course, root).collect(lab)
    if not result["success"]:
        raise LabError(
            f"Nothing could be collected from {exchange_folder(root)}: pass --from FOLDER, or release the lab there first."
        )
