"""Remove everything about one student, from submissions to grades."""

from grading.commands.options import add_root, course_and_root


def arguments(command) -> None:
    command.add_argument("student", metavar="STUDENT", help="the student's id")
    add_root(command)
    command.add_argument("--yes", action="store_true", help="remove it; without this, it is only listed")


def run(options) -> None:
    from grading.forget import forget_student, known_of

    course, root = course_and_root(options)
    for line in known_of(options.student, course, root):
        print(line)
    if not options.yes:
        print(f"Nothing is removed yet: 'course forget {options.student} --yes' removes all of it, for good.")
        return
    forget_student(options.student, course, root)
    print(
        "It is removed. Backups, pages in the exchange's feedback folder, which carry no name, and what you exported to other "
        "places are yours to remove."
    )
