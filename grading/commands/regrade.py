"""Grade again the exercises whose checks or judges have changed, and show who gains or loses what."""

from grading.commands.options import add_labs, add_root, add_workers, chosen_lab, course_and_root


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    add_workers(command, "submissions to run")
    command.add_argument(
        "--write", action="store_true", help="enter the new points into the gradebook, after they are shown"
    )


def run(options) -> None:
    from grading.regrade import as_table, regrade

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    found = regrade(lab, course, root, max(1, options.workers), options.write)
    if not found:
        print(f"Nobody gains or loses a point in {lab}.")
        return
    print(as_table(found))
    done = (
        "They are entered"
        if options.write
        else f"Nothing is written yet: add --write to 'course regrade {lab}' to enter them"
    )
    students = len({each.student for each in found})
    print(f"{len(found)} checks of {students} students differ. {done}.")
