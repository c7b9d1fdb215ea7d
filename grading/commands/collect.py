"""Collect submissions from a folder or the nbgrader exchange."""

from pathlib import Path

from grading.commands.options import add_labs, add_root, chosen_lab, course_and_root


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
    from grading.intake.collect import collect_folder
    from grading.intake.exchange import collect_exchange

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    found = collect_folder(lab, course, root, options.source) if options.source else collect_exchange(lab, course, root)
    for name, why in found.refused.items():
        print(f"{name}: refused: {why}")
    if found.unproven:
        print(
            f"The exchange does not prove who handed in: {len(found.unproven)} folders belong to the account that collects, "
            "and their names alone say whose they are."
        )
    late = f", {len(found.late)} of them handed in after the deadline by the times of their files" if found.late else ""
    print(f"Collected {len(found.students)} submissions of {lab}{late}.")
