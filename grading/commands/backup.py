"""Keep the whole course directory, gradebook included, in one file."""

from pathlib import Path

from grading.commands.options import add_root, course_and_root


def arguments(command) -> None:
    command.add_argument("file", type=Path, metavar="FILE.tar.gz")
    add_root(command)


def run(options) -> None:
    from grading.backup import back_up

    course, root = course_and_root(options)
    count = back_up(course, root, options.file.expanduser())
    print(
        f"Wrote {count} files into {options.file}, which holds grades and hidden tests: keep it where nobody else reads it."
    )
    if course.database:
        print("The gradebook is in a database of its own: back it up there, for PostgreSQL with 'pg_dump'.")
