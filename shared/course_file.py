"""Reads from course.toml what students may know: the title, deadlines, and how long a cell may run.

In a checkout that is the whole file; the students' bundle, and the package that Colab installs from it, have a part of it.
"""

import datetime
import functools
import tomllib
import zoneinfo
from pathlib import Path

from shared.assets.cache_paths import CHECKOUT, INSTALLED

FILE = "course.toml"
CELL_SECONDS = 300  # where nobody says


@functools.cache
def _table(checkout: Path) -> dict:
    for folder in (checkout, INSTALLED):
        if (folder / FILE).is_file():
            return tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    return {}


def due(lab: str, checkout: Path = CHECKOUT) -> str:
    """A lab's deadline with its time zone, such as "Friday 12 February 2027, 23:59 (UTC)"; "" where none is known."""
    table = _table(checkout)
    deadline = table.get("labs", {}).get(lab, {}).get("deadline")
    return shown(deadline, table["course"]["timezone"]) if deadline else ""


def shown(deadline: datetime.datetime, timezone: str) -> str:
    """A deadline as students read it.

    Args:
        timezone: the course's, such as "Europe/Berlin", for a deadline that has none of its own.
    """
    if deadline.tzinfo is None:
        deadline = deadline.replace(tzinfo=_zone(timezone))
    name = timezone if isinstance(deadline.tzinfo, zoneinfo.ZoneInfo) else deadline.tzname() or timezone
    return f"{deadline:%A} {deadline.day} {deadline:%B %Y, %H:%M} ({name})"


def _zone(name: str) -> datetime.tzinfo:
    """The time zone; UTC where this machine has no table of zones (Windows without tzdata): only its name is shown."""
    try:
        return zoneinfo.ZoneInfo(name)
    except zoneinfo.ZoneInfoNotFoundError:
        return datetime.UTC


def cell_seconds(checkout: Path = CHECKOUT) -> int:
    """How long one cell may run when the lab is graded, in seconds."""
    return _table(checkout).get("grading", {}).get("cell_timeout_seconds", CELL_SECONDS)
