"""Read who takes the course from an export of the learning platform or a spreadsheet, or list them."""

from pathlib import Path

from grading.commands.options import add_root, course_and_root
from shared.errors import LabError


def arguments(command) -> None:
    command.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a table as CSV (without one, the students are listed)"
    )
    add_root(command)
    command.add_argument("--add", metavar="ID", help="add one student, or complete what is known of one")
    command.add_argument("--first-name", default="", metavar="NAME", help="with --add")
    command.add_argument("--last-name", default="", metavar="NAME", help="with --add")
    command.add_argument("--email", default="", metavar="ADDRESS", help="with --add")
    command.add_argument(
        "--number",
        default="",
        metavar="NUMBER",
        help="with --add: the student's number in Canvas, or ID number in Moodle",
    )
    command.add_argument(
        "--keep-short",
        action="store_true",
        help="take ids of digits as they are, also where some are shorter than most",
    )


def run(options) -> None:
    from grading.coursedir import gradebook_path
    from grading.gradebook.roster import Person, enrol, people, unusable
    from grading.gradebook.roster_file import read_roster
    from shared.text_table import table

    course, root = course_and_root(options)
    if not course.database and not gradebook_path(root).is_file():
        raise LabError(f"There is no gradebook in {root}: run 'course release LAB --root {root}' first.")
    known = people(course, root)
    if options.add:
        if why := unusable(options.add):
            raise LabError(why.partition(":")[0] + ".")
        person = Person(options.add, options.first_name, options.last_name, options.email, options.number)
        enrol([person], course, root)
        print(f"{options.add} is in the gradebook.")
        return
    if options.file:
        roster = read_roster(options.file, known, options.keep_short)
        new, changed = enrol(roster.people, course, root)
        for note in roster.notes:
            print(note)
        print(f"Read {len(roster.people)} students from {options.file.name}: {new} are new, {changed} changed.")
        others = sorted(set(known) - {person.id for person in roster.people})
        if others:
            print(
                f"In the gradebook and not in this file: {', '.join(others)}. 'course forget ID' removes one who has left."
            )
        return
    rows = [(who.id, who.last_name, who.first_name, who.email, who.platform_id) for who in known.values()]
    print(table(sorted(rows), align="<<<<<", header=("id", "last name", "first name", "email", "number")))
