"""Print the grades of a lab."""

from grading.commands.options import add_labs, add_root, chosen_lab, course_and_root


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    command.add_argument("--format", choices=("table", "json", "csv"), default="table")


def run(options) -> None:
    from grading.gradebook.grades import as_csv, as_json, as_table, class_grades

    course, root = course_and_root(options)
    rows = class_grades(chosen_lab(options, course), course, root)
    writers = {"table": as_table, "json": as_json, "csv": as_csv}
    print(writers[options.format](rows))
