"""The `course` command."""

import argparse
import sys
from pathlib import Path

from grading import commands
from shared.settings import LabError


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; a LabError becomes its sentence on stderr and exit status 2."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except LabError as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        what = error.strerror or error
        print(
            f"course: {error.filename or 'a file'} failed ({what}): mend or free that disk, then run again.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("course: stopped; what was finished is kept, the same command goes on from there.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="course", description="Builds, releases, grades and returns the course's labs.")
    below = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name, run, help, lab=None, root=False):
        command = below.add_parser(name, help=help, description=help)
        if lab:
            command.add_argument("lab", nargs=lab, metavar="LAB")
        if root:
            command.add_argument(
                "--root", type=Path, metavar="DIR", help="course directory (default: as in course.toml)"
            )
        command.set_defaults(run=run)
        return command

    add("build", commands.build, "write the student notebooks in labs/ from solutions/", "*")
    bank = add("bank", commands.bank, "prove a lab's checks on its bank of right and wrong answers", "+")
    bank.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="sets of fresh inputs that each answer meets (default: 1)"
    )
    add("release", commands.release, "put labs into a course directory, ready to be graded", "+", root=True)
    collect = add(
        "collect", commands.collect, "take in submissions, from a folder or the nbgrader exchange", 1, root=True
    )
    collect.add_argument(
        "--from", dest="source", type=Path, metavar="FOLDER", help="one folder or one .ipynb a student"
    )
    grade = add("autograde", commands.autograde, "grade new and changed submissions", 1, root=True)
    grade.add_argument("--student", metavar="ID", help="grade this student again")
    grade.add_argument(
        "--kernel",
        choices=("sandbox", "warm", "container", "plain"),
        default="sandbox",
        help="sandbox: walls built for each; warm: forked with the libraries imported, fast; container: one for each, "
        "started as course.toml says; plain: your own rights",
    )
    grade.add_argument("--workers", type=int, default=1, metavar="N", help="submissions that run side by side")
    grade.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="run them on the workers of this Dask scheduler"
    )
    pages = add("feedback", commands.feedback, "write a page for each student, without hidden tests", 1, root=True)
    pages.add_argument("--workers", type=int, default=1, metavar="N", help="pages that are written side by side")
    table = add("grades", commands.grades, "print the grades of a lab", 1, root=True)
    table.add_argument("--format", choices=("table", "json", "csv"), default="table")
    out = add("export", commands.export, "write the grades for a learning platform", 1, root=True)
    out.add_argument("--format", choices=("canvas", "moodle", "csv"), required=True)
    hard = add(
        "items", commands.items, "say how hard each check was, and whether it tells who understood", 1, root=True
    )
    hard.add_argument("--format", choices=("table", "csv"), default="table")
    add("similarity", commands.similarity, "list pairs of students whose code is conspicuously alike", 1, root=True)
    add("formgrader", commands.formgrader, "open formgrader on a course directory, for the written answers", root=True)
    pack = add("bundle", commands.bundle, "write the folder that students get")
    pack.add_argument("target", type=Path, metavar="FOLDER")
    files = add("assets", commands.assets, "list, fetch or verify the data and models of the course")
    files.add_argument("words", nargs=argparse.REMAINDER, metavar="list | fetch [NAME...] | verify [NAME...]")
    look = add("doctor", commands.doctor, "say what is wrong with a notebook, and write the repaired copy")
    look.add_argument("file", type=Path, metavar="FILE")
    add("demo", commands.demo, "run everything once on a made-up class", root=True)
    add("lock", commands.lock, "write requirements.lock and environment.yml again")
    return top


if __name__ == "__main__":
    sys.exit(main())
