"""Print one table for the term: all labs, weights, dropped ones, late days left."""

import sys
from pathlib import Path

from grading.commands.options import add_root, course_and_root, put_out


def arguments(command) -> None:
    add_root(command)
    command.add_argument("--format", choices=("table", "csv", "excel", "canvas", "moodle"), default="table")
    command.add_argument(
        "--to", type=Path, metavar="FILE", help="write into this file; with --format excel, a workbook"
    )


def run(options) -> None:
    from grading.gradebook.roster import people
    from grading.gradebook.term import term
    from grading.reports.lms_export import PLATFORMS, WRITERS, as_text, column, warnings
    from grading.reports.term_table import as_rows, as_table
    from grading.reports.workbook import workbook

    course, root = course_and_root(options)
    found = term(course, root)
    known = people(course, root)
    if options.format in PLATFORMS:
        students = [each.student for each in found]
        labs = list(dict.fromkeys(lab for each in found for lab in each.rows))
        columns = [column(course.lab(lab), [each.rows[lab] for each in found if lab in each.rows]) for lab in labs]
        put_out(WRITERS[options.format](columns, students, known), options)
        for warning in warnings(options.format, columns, students, known):
            print(f"course: {warning}", file=sys.stderr)
    elif options.format == "excel":
        put_out(workbook(as_rows(found, course, known), course.term), options)
    elif options.format == "csv":
        put_out(as_text(as_rows(found, course, known)), options)
    else:
        put_out(as_table(found, course) + "\n", options)
    waiting = [each.student for each in found if each.open]
    if waiting:
        print(f"course: Not final yet, since a person must look first: {', '.join(waiting)}.", file=sys.stderr)
