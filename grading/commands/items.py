"""Show how hard each check was, and how well it separates those who understood."""

from grading.commands.options import add_labs, add_root, chosen_lab, course_and_root


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    command.add_argument("--format", choices=("table", "csv"), default="table")


def run(options) -> None:
    from grading.gradebook.grades import class_grades, maxima
    from grading.reports.item_analysis import analyse, as_csv, as_table

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    found = analyse(class_grades(lab, course, root), maxima(lab, course, root))
    writers = {"table": as_table, "csv": as_csv}
    print(writers[options.format](found))
