"""Collect submissions from a folder, an archive or the nbgrader exchange."""

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
        help="has one folder or one .ipynb file for each student; or the .zip that Canvas or Moodle gave (default: the "
        "nbgrader exchange)",
    )
    command.add_argument(
        "--older", action="store_true", help="let a file replace a newer one that was collected before"
    )


def run(options) -> None:
    from grading.gradebook.grades import counted
    from grading.intake.collect import collect_folder
    from grading.intake.exchange import collect_exchange

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    if options.source:
        found = collect_folder(lab, course, root, options.source.expanduser(), options.older)
    else:
        found = collect_exchange(lab, course, root, options.older)
    for name, why in found.refused.items():
        print(f"{name}: refused: {why}")
    for note in found.notes:
        print(note)
    if found.passed_over:
        print(f"Left by an operating system, and nobody's: {', '.join(found.passed_over)}.")
    if found.strangers:
        print(
            f"Not on the roster, and collected under these names: {', '.join(found.strangers)}. Add who takes the course with "
            "'course roster --add ID', and remove who does not with 'course forget ID'."
        )
    if found.unproven:
        print(
            f"The exchange does not prove who handed in: {len(found.unproven)} folders belong to the account that collects, "
            "and their names alone say whose they are."
        )
    late = f", {len(found.late)} of them handed in after their deadline ({', '.join(found.late)})" if found.late else ""
    print(f"Collected {counted(len(found.students), 'submission')} of {lab}{late}.")
    if found.late and options.source:
        print(
            "Late is who Canvas marks LATE, and elsewhere whose file is newer than the deadline. Where a file's time is that of "
            f"the download, extend the deadline: 'course extend {lab} ID --until DATE'."
        )
