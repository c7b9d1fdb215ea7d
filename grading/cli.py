"""The command line: `course COMMAND`."""

import os
import sys

# Started as a module, Python would import from the folder that one stands in, which may be a student's.
if __name__ == "__main__" and sys.path and os.path.realpath(sys.path[0] or ".") == os.path.realpath("."):
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

import argparse
import importlib

from grading.closed_directory import umask_restored
from shared.errors import LabError

# In the order in which a term needs them; each is a module of grading.commands.
COMMANDS = (
    "new",
    "build",
    "bank",
    "bundle",
    "release",
    "roster",
    "extend",
    "collect",
    "autograde",
    "formgrader",
    "regrade",
    "feedback",
    "grades",
    "export",
    "term",
    "items",
    "similarity",
    "log",
    "backup",
    "restore",
    "forget",
    "doctor",
    "assets",
    "demo",
    "lock",
)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; a LabError becomes its sentence on stderr and exit status 2."""
    options = parser().parse_args(arguments)
    try:
        with umask_restored():
            return options.run(options) or 0
    except LabError as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        which = f"The file {error.filename}" if error.filename else "A file"
        why = error.strerror or error
        print(
            f"course: {which} cannot be read or written ({why}): put that right, then run the command again.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("course: Stopped. What was finished is kept, and the same command continues from there.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line, with one subcommand for each of COMMANDS."""
    top = argparse.ArgumentParser(
        prog="course", description="Builds the course's labs, releases and grades them, and writes feedback."
    )
    below = top.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"grading.commands.{name}")
        summary = module.__doc__.strip().rstrip(".")
        help_text = summary[0].lower() + summary[1:]
        command = below.add_parser(name, help=help_text, description=summary)
        module.arguments(command)
        command.set_defaults(run=module.run)
    return top


if __name__ == "__main__":
    sys.exit(main())
