"""List pairs of students whose code is conspicuously similar."""

from grading.commands.options import add_labs, add_root, chosen_lab, course_and_root


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)


def run(options) -> None:
    from grading.reports.similarity import as_table, of_class

    course, root = course_and_root(options)
    print(as_table(of_class(chosen_lab(options, course), root)))
