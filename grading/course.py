"""Reads course.toml strictly: a typo is reported with its line, and a value of the wrong kind with what is expected."""

import datetime
import difflib
import re
import tomllib
import zoneinfo
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

FILE = "course.toml"


@dataclass(frozen=True)
class Lab:
    """One lab as course.toml gives it; `Course.due` adds the course's timezone to the deadline.

    weight: of the lab in the term's total; canvas: the number of its assignment in Canvas, 0 where it has none.
    """

    name: str
    title: str
    points: int
    deadline: datetime.datetime
    weight: float = 1
    canvas: int = 0


@dataclass(frozen=True)
class Course:
    """The settings of course.toml.

    `root` is the course directory, which holds submissions and grades; `accounts` says account -> student id.
    """

    id: str
    title: str
    term: str
    repository: str
    branch: str
    root: Path
    exchange: str
    group: str
    timezone: str
    percent_per_day: float
    grace_minutes: float
    free_late_days: int
    drop_lowest: int
    missing: str
    cell_timeout_seconds: int
    total_timeout_seconds: int
    max_submission_mb: float
    max_output_kb: int
    memory_gb: float
    database: str
    container: str
    audit: int
    accounts: dict[str, str]
    labs: dict[str, Lab]

    def lab(self, name: str) -> Lab:
        """One lab's settings.

        Raises:
            LabError: course.toml has no such lab.
        """
        if name not in self.labs:
            near = difflib.get_close_matches(name, self.labs, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise LabError(f"There is no lab '{name}' in {FILE}, which has: {', '.join(self.labs)}.{meant}")
        return self.labs[name]

    def due(self, name: str) -> datetime.datetime:
        """A lab's deadline with a timezone: the course's, unless the deadline itself has one."""
        deadline = self.lab(name).deadline
        return deadline if deadline.tzinfo else deadline.replace(tzinfo=self.zone)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """In which times are meant that name no zone."""
        return zoneinfo.ZoneInfo(self.timezone)


# section -> key -> the types that its value may have; nothing else describes the file.
KEYS = {
    "course": dict.fromkeys(
        ("id", "title", "term", "repository", "branch", "root", "exchange", "group", "timezone"), str
    ),
    "late": {**dict.fromkeys(("percent_per_day", "grace_minutes"), (int, float)), "free_late_days": int},
    "term": {"drop_lowest": int, "missing": str},
    "grading": {
        **dict.fromkeys(("cell_timeout_seconds", "total_timeout_seconds", "max_output_kb", "audit"), int),
        **dict.fromkeys(("max_submission_mb", "memory_gb"), (int, float)),
        **dict.fromkeys(("database", "container"), str),
    },
    "labs": {"title": str, "points": int, "deadline": datetime.datetime, "weight": (int, float), "canvas": int},
}
# section -> what holds for a key that is left out; every other key must be there.
DEFAULTS = {
    "late": {"free_late_days": 0},
    "term": {"drop_lowest": 0, "missing": "zero"},
    "labs": {"weight": 1, "canvas": 0},
}
MISSING = ("zero", "empty")  # what a lab counts that was not handed in until its deadline
ACCOUNTS = "accounts"  # a section whose keys are the course's own
TYPE_NAMES = {str: "a text", int: "a whole number", (int, float): "a number", datetime.datetime: "a date and time"}


def load_course(checkout: Path = CHECKOUT) -> Course:
    """Reads course.toml of a checkout.

    Raises:
        LabError: there is no file, it is not TOML, or a key is unknown, missing, or of the wrong type.
    """
    path = checkout / FILE
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError:
        raise LabError(f"There is no {FILE} in {checkout}: run the command in the course's checkout.") from None
    except tomllib.TOMLDecodeError as error:
        raise LabError(
            f"The file {FILE} is not valid TOML ({error}): correct it, then run the command again."
        ) from None
    _require_known(table, {**KEYS, ACCOUNTS: str}, text, "")
    accounts = table.get(ACCOUNTS, {})
    _require_section(accounts, dict.fromkeys(accounts, str), text, ACCOUNTS)
    flat = {}
    for section in ("course", "late", "term", "grading"):
        row = DEFAULTS.get(section, {}) | table.get(section, {})
        _require_section(row, KEYS[section], text, section)
        flat |= row
    for name, row in table.get("labs", {}).items():
        _require_section(DEFAULTS["labs"] | row, KEYS["labs"], text, f"labs.{name}")
    labs = {name: Lab(name, **row) for name, row in table.get("labs", {}).items()}
    if not labs:
        raise LabError(f"There is no lab in {FILE}: add a section such as [labs.lab01_ridge].")
    flat["root"] = Path(flat["root"]).expanduser()
    _require_timezone(flat["timezone"], text)
    _require_policy(flat, text)
    return Course(**flat, accounts=accounts, labs=labs)


def as_table(course: Course) -> dict:
    """The settings as values that JSON has, for a process of the course's own."""
    table = asdict(course)
    table["root"] = str(course.root)
    for row in table["labs"].values():
        row["deadline"] = row["deadline"].isoformat()
    return table


def from_table(table: dict) -> Course:
    """The settings that `as_table` wrote down."""
    labs = {
        name: Lab(**{**row, "deadline": datetime.datetime.fromisoformat(row["deadline"])})
        for name, row in table["labs"].items()
    }
    return Course(**{**table, "root": Path(table["root"]), "labs": labs})


def _require_timezone(name: str, text: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # unknown, a path, a folder such as "America"
        near = difflib.get_close_matches(name, zoneinfo.available_timezones(), n=1)
        meant = f"did you mean '{near[0]}'?" if near else "write it like 'Europe/Berlin'."
        line = _line_of("timezone", text, "course")
        raise LabError(f"Line {line} of {FILE} names the unknown timezone '{name}': {meant}") from None


def _require_policy(flat: dict, text: str) -> None:
    if flat["missing"] not in MISSING:
        line = _line_of("missing", text, "term")
        raise LabError(
            f"Line {line} of {FILE} is wrong: 'missing' in [term] should be {' or '.join(map(repr, MISSING))}."
        )
    for section, key in (("late", "free_late_days"), ("term", "drop_lowest")):
        if flat[key] < 0:
            line = _line_of(key, text, section)
            raise LabError(f"Line {line} of {FILE} is wrong: '{key}' in [{section}] should not be below 0.")


def _require_section(row: dict, keys: dict, text: str, section: str) -> None:
    _require_known(row, keys, text, section)
    for key, kind in keys.items():
        if key not in row:
            raise LabError(
                f"Section [{section}] of {FILE} lacks '{key}': add a line '{key} = ...' there ({TYPE_NAMES[kind]})."
            )
        if not isinstance(row[key], kind) or isinstance(row[key], bool):
            line = _line_of(key, text, section)
            raise LabError(
                f"Line {line} of {FILE} is wrong: '{key}' in [{section}] should be {TYPE_NAMES[kind]}, not {row[key]!r}."
            )


def _require_known(row: dict, keys: dict, text: str, section: str) -> None:
    for key in row:
        if key in keys:
            continue
        near = difflib.get_close_matches(key, keys, n=1)
        meant = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(keys)}."
        what = f"key '{key}' in [{section}]" if section else f"section [{key}]"
        line = _line_of(key, text, section)
        raise LabError(f"Line {line} of {FILE} has the unknown {what}: {meant}")


def _line_of(key: str, text: str, section: str) -> int:
    """The 1-based number of the line with a key of a section, or with a section's header."""
    inside = not section
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]#]+?)\s*\]+", line):
            inside = header.group(1).replace('"', "") == section
            if not section and header.group(1).split(".")[0] == key:
                return number
        elif inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 1
