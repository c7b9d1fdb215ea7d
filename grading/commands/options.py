"""Adds the arguments that several commands take, and reads the course, its directory and its labs from them."""

import argparse
from pathlib import Path

from grading.atomic_write import write_bytes_atomically
from grading.closed_directory import enter
from grading.course import Course, load_course
from shared.errors import LabError


def add_labs(command: argparse.ArgumentParser, count: str) -> None:
    """Adds the labs that a command works on; `count` is argparse's nargs."""
    command.add_argument("lab", nargs=count, metavar="LAB")


def add_root(command: argparse.ArgumentParser) -> None:
    """Adds --root, the course directory."""
    command.add_argument("--root", type=Path, metavar="DIR", help="course directory (default: root in course.toml)")


def add_workers(command: argparse.ArgumentParser, what: str) -> None:
    """Adds --workers; `what` is what each of them works on."""
    command.add_argument("--workers", type=int, default=1, metavar="N", help=f"{what} at the same time (default: 1)")


def put_out(content: str | bytes, options: argparse.Namespace) -> None:
    """Prints a table, or writes it into the file of --to, whole or not at all.

    A file of text begins with a byte-order mark, by which spreadsheets know that it is UTF-8, and platforms do not mind.

    Raises:
        LabError: it is a workbook, and there is no --to.
    """
    if options.to is None:
        if isinstance(content, bytes):
            raise LabError("A workbook is no text: add '--to FILE.xlsx'.")
        print(content, end="")
        return
    data = content if isinstance(content, bytes) else content.encode("utf-8-sig")
    write_bytes_atomically(options.to.expanduser(), data)
    print(f"Wrote {options.to}.")


def course_and_root(options: argparse.Namespace) -> tuple[Course, Path]:
    """The course's settings and its course directory, which is closed to others from here on."""
    course = load_course()
    root = (options.root or course.root).expanduser().resolve()
    enter(root, course)
    return course, root


def chosen_labs(options: argparse.Namespace, course: Course) -> list[str]:
    """The labs that were named on the command line, or all labs of the course."""
    return [course.lab(name).name for name in options.lab] or list(course.labs)


def chosen_lab(options: argparse.Namespace, course: Course) -> str:
    """The one lab that was named on the command line."""
    return course.lab(options.lab[0]).name
