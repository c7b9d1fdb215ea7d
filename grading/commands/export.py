"""Print the grades as a file for a learning platform or a spreadsheet."""

import sys
from pathlib import Path

from grading.commands.options import add_labs, add_root, course_and_root, put_out


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    command.add_argument("--format", choices=("canvas", "moodle", "csv", "excel"), required=True)
    command.add_argument(
        "--to", type=Path, metavar="FILE", help="write into this file; with --format excel, a workbook"
    )


def run(options) -> None:
    from grading.gradebook.grades import as_rows, class_grades
    from grading.gradebook.roster import people
    from grading.reports.lms_export import WRITERS, absent, column, plain, unfinished, warnings
    from grading.reports.workbook import workbook

    course, root = course_and_root(options)
    lab = course.lab(options.lab[0])
    rows = class_grades(lab.name, course, root)
    if options.format in WRITERS:
        columns, students, known = [column(lab, rows)], [row.student for row in rows], people(course, root)
        put_out(WRITERS[options.format](columns, students, known), options)
        for warning in warnings(options.format, columns, students, known):
            print(f"course: {warning}", file=sys.stderr)
    elif options.format == "excel":
        put_out(workbook(as_rows(rows), lab.name), options)
    else:
        put_out(plain(rows), options)
    if waiting := unfinished(rows):
        print(f"Left empty, since a person must look at them first: {', '.join(waiting)}.", file=sys.stderr)
    if missing := absent(rows):
        print(f"Left empty, since nothing was handed in: {', '.join(missing)}.", file=sys.stderr)
