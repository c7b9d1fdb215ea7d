"""Show who changed which of a student's grades, when, from what and to what."""

from grading.commands.options import add_root, course_and_root


def arguments(command) -> None:
    command.add_argument("student", metavar="STUDENT", help="the student's id")
    add_root(command)


def run(options) -> None:
    from grading.grade_log import as_table, changes

    _, root = course_and_root(options)
    found = changes(root, options.student)
    print(as_table(found) if found else f"No grade of {options.student} was changed in {root}.")
