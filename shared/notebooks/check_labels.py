"""The first line of a check's cell: its exercise, its name and its points, for the reader and for `checks.summary`."""

import re
from typing import NamedTuple


class CheckLabel(NamedTuple):
    """What the first line of a check's cell says."""

    exercise: str
    name: str
    points: int


def write_label(label: CheckLabel) -> str:
    """The comment line of a check, without a line break."""
    return f"# {label.exercise}, check {label.name}: {label.points} point{'' if label.points == 1 else 's'}"


def read_label(source: str) -> CheckLabel | None:
    """The label of a check's source; None for every other cell."""
    found = re.match(r"# (.+), check (\w+): (\d+) points?(?:\n|$)", source)
    return CheckLabel(found[1], found[2], int(found[3])) if found else None
