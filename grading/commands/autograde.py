"""Grade new and changed submissions."""

from grading.commands.options import add_labs, add_root, add_workers, chosen_lab, course_and_root
from shared.errors import LabError


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    command.add_argument("--student", metavar="ID", help="grade this student again")
    command.add_argument(
        "--kernel",
        choices=("sandbox", "warm", "container", "plain"),
        default="sandbox",
        help="sandbox (default): an isolated kernel for each submission; warm: the same, forked with the libraries "
        "imported, fast; container: a container for each, started as course.toml says; plain: no isolation, with your own rights",
    )
    command.add_argument(
        "--run",
        choices=("exercise", "whole"),
        help="exercise: the lab runs once for the class, and of each submission its exercises, so that a mistake costs its own "
        "points alone (the default with --kernel sandbox or warm); whole: each notebook runs from its first cell to its last",
    )
    add_workers(command, "submissions to run")
    command.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="run submissions on the workers of this Dask scheduler"
    )


def run(options) -> None:
    from grading.autograde import grade_class

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    workers = max(1, options.workers)
    walled = options.kernel in ("sandbox", "warm") and not options.scheduler
    if options.run == "exercise" and not walled:
        raise LabError(
            "Grading by exercise needs '--kernel sandbox' or '--kernel warm', without --scheduler: leave --run out."
        )
    found = grade_class(
        lab,
        course,
        root,
        options.kernel,
        workers=workers,
        only=options.student,
        scheduler=options.scheduler,
        by_exercise=walled and options.run != "whole",
    )
    for record in found:
        if record.status != "graded":
            print(f"{record.student}: {record.status}: {record.reason}")
        for flag in record.flags:
            print(f"{record.student}: to be checked: {flag}")
        for name, why in record.doubts.items():
            print(f"{record.student}: to be checked: {name}: {why}")
        if record.put_right:
            print(f"{record.student}: {record.put_right}")
    print(f"{sum(record.status == 'graded' for record in found)} of {len(found)} submissions are graded.")
