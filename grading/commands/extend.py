"""Let one student hand in a lab later, before or after anything was handed in."""

from grading.commands.options import add_labs, add_root, chosen_lab, course_and_root
from shared.errors import LabError

NONE = "none"


def arguments(command) -> None:
    add_labs(command, 1)
    command.add_argument(
        "student", nargs="?", metavar="ID", help="the student's id (without one, extensions are listed)"
    )
    command.add_argument(
        "--until",
        metavar="DATE",
        help="such as 2027-02-15 (its last minute), '2027-02-15 20:00' in the course's time zone, or with a zone, "
        f"'2027-02-15 20:00 America/New_York'; '{NONE}' takes an extension back",
    )
    add_root(command)


def run(options) -> None:
    from grading.gradebook.database import gradebook, require_released
    from grading.gradebook.extensions import due_for, extensions, read_moment
    from grading.gradebook.roster import near, people, unusable

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    require_released(lab, course, root)
    common = course.due(lab)
    if not options.student:
        found = extensions(lab, root)
        for student in found:
            print(f"{student}: until {due_for(lab, student, course, root):%Y-%m-%d %H:%M %Z}")
        print(f"{lab} is due {common:%Y-%m-%d %H:%M %Z}; {len(found)} students have an extension.")
        return
    if not options.until:
        raise LabError(
            f"Until when may {options.student} hand in? Add --until DATE, or '--until {NONE}' to take it back."
        )
    if why := unusable(options.student):
        raise LabError(why)
    until = None if options.until == NONE else read_moment(options.until, common.tzinfo)
    with gradebook(root, course) as book:
        book.extend(lab, options.student, until)
    own = due_for(lab, options.student, course, root)
    print(f"{options.student} may hand in {lab} until {own:%Y-%m-%d %H:%M %Z}.")
    if until and until <= common:
        print(f"That is the deadline of all: {options.until} is not later.")
    if options.student not in people(course, root):
        print(f"{options.student} is not in the gradebook yet{near(options.student, people(course, root))}.")
