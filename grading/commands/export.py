"""Print the grades as a file for a learning platform."""

import sys

from grading.commands.options import add_labs, add_root, course_and_root


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    command.add_argument("--format", choices=("canvas", "moodle", "csv"), required=True)


def run(options) -> None:
    from grading.gradebook.grades import class_grades
    from grading.gradebook.roster import people
    from grading.reports.lms_export import FORMATS, unfinished

    course, root = course_and_root(options)
    lab = course.lab(options.lab[0])
    rows = class_grades(lab.name, course, root)
    print(FORMATS[options.format](lab.title, rows, people(course, root)), end="")
    if waiting := unfinished(rows):
        print(f"Left empty, since a person must look at them first: {', '.join(waiting)}.", file=sys.stderr)
