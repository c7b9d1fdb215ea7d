"""Makes a new lab that builds, passes its bank and is graded: one small exercise to be replaced by the author's own."""

import contextlib
import datetime
import re
import tomllib
from pathlib import Path

import tomlkit

from grading.atomic_write import write_atomically
from grading.course import Lab, load_course
from grading.coursedir import bank_folder, course_file, judges_path, part_path, profiles_path, student_path
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.settings import PROFILES

TEMPLATES = Path(__file__).with_name("templates") / "new_lab"
NAME = re.compile(r"lab[0-9]{2}(_[a-z0-9]+)+")
# A line such as [labs.lab01_ridge]; rows of an array over several lines end in a comma, or hold one.
HEADER = re.compile(r"\s*\[\s*([A-Za-z_\"'][^\],]*?)\s*\]\s*(#.*)?")
POINTS = 100
# Budgets of the new lab in every profile; the author measures them.
MEMORY_GB = 1.0
MINUTES = 1


def new_lab(lab: str, title: str, checkout: Path = CHECKOUT) -> list[Path]:
    """Writes the sources, the bank, the section of course.toml and the settings of a lab; returns the files.

    Raises:
        LabError: the name is not of the form lab08_forgetting, the title is not a line of text, something of that name
            exists, or a file cannot be written; nothing is left written then.
    """
    if not NAME.fullmatch(lab):
        raise LabError(f"'{lab}' cannot be the name of a lab: write it like 'lab08_forgetting'.")
    if not title.strip() or not title.isprintable():
        raise LabError(f'The title {title!r} is not a line of text: write it like --title "Forgetting".')
    course = load_course(checkout)
    sources = {
        part_path("part00_start", lab, checkout): "part00_start.py.txt",
        part_path("part01_mean_square", lab, checkout): "part01_mean_square.py.txt",
        judges_path(lab, checkout): "outside_judges.py.txt",
        bank_folder(lab, checkout) / "mean_square.py": "mean_square.py.txt",
    }
    folders = {path.parent for path in [*sources, student_path(lab, checkout)]}
    _require_new(lab, [*course.labs], sorted(folders), checkout)
    latest = max(course.labs.values(), key=lambda row: course.due(row.name))
    created = {
        path: (TEMPLATES / name).read_text(encoding="utf-8").replace("LAB", lab) for path, name in sources.items()
    }
    extended = {}
    # course.toml last: until it names the lab, nothing else looks for it.
    for path, section, group in (
        (profiles_path(checkout), _settings(lab), ""),
        (course_file(checkout), _section(lab, title, latest), "labs."),
    ):
        text = path.read_bytes().decode("utf-8")  # bytes: line ends stay as they are
        extended[path] = (text, with_section(text, section, group, path.name))
    _write_all(created, extended)
    return [*created, *extended]


def _require_new(lab: str, known: list[str], folders: list[Path], checkout: Path) -> None:
    if lab in known:
        raise LabError(f"There is a lab '{lab}' in course.toml already: choose another name.")
    for folder in folders:
        if folder.exists():
            raise LabError(f"The folder {folder.relative_to(checkout)} exists: choose another name, or move it away.")


def _settings(lab: str) -> str:
    lines = [f"[{lab}.all]", f"memory_gb = {MEMORY_GB}", f"minutes = {MINUTES}", "seeds = [0, 1, 2]", ""]
    for profile in PROFILES:
        lines += [f"[{lab}.{profile}]", ""]
    return "\n".join(lines[:-1]) + "\n"


def _section(lab: str, title: str, latest: Lab) -> str:
    """The lab's section, due a week after the last lab so far."""
    due = latest.deadline + datetime.timedelta(days=7)
    return (
        f"[labs.{lab}]\ntitle = {tomlkit.string(title).as_string()}\npoints = {POINTS}\n"
        f"deadline = {due.isoformat()} # a week after {latest.name}: set the lab's own\n"
    )


def with_section(text: str, section: str, group: str, file: str) -> str:
    """A TOML file's text with a section added after the last one whose name begins with `group`; all else is unchanged.

    Args:
        file: the name of the file in messages.
    Raises:
        LabError: the file is not TOML, holds the section already, or has none that the new one could follow.
    """
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{file} is not valid TOML: {error}. Correct that line and run the command again.") from None
    for name, rows in tomllib.loads(section).items():
        if expected.get(name, {}).keys() & rows.keys():
            raise LabError(f"The file {file} has a section of this lab already: remove it, or choose another name.")
        expected[name] = expected.get(name, {}) | rows
    place = _end_of_last(text.splitlines(keepends=True), group)
    head = "".join(text.splitlines(keepends=True)[:place])
    gap = "\n" if head.endswith("\n") else "\n\n"
    extended = f"{head}{gap}{section}{text.removeprefix(head)}"
    if not place or _parsed(extended) != expected:
        raise LabError(
            f"The new lab cannot be added to {file}: begin the section of each lab there with a line [{group}NAME], "
            "then run the command again."
        )
    return extended


def _end_of_last(lines: list[str], group: str) -> int:
    """How many lines come before the end of the last section whose name begins with `group`; 0 where there is none."""
    headers = {
        number: found.group(1) for number, line in enumerate(lines) if (found := HEADER.fullmatch(line.rstrip()))
    }
    last = max((number for number, name in headers.items() if name.startswith(group)), default=None)
    if last is None:
        return 0
    end = min((number for number in headers if number > last), default=len(lines))
    while end < len(lines) and lines[end - 1].startswith("#"):  # a comment above a section is about that section
        end -= 1
    while not lines[end - 1].strip():
        end -= 1
    return end


def _parsed(text: str) -> dict:
    """What a TOML text holds, or nothing where it is not valid."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _write_all(created: dict[Path, str], extended: dict[Path, tuple[str, str]]) -> None:
    """Writes new files, then the new texts of others, given as (old, new); what is written is taken back where one fails."""
    folders = {folder for path in created for folder in path.parents if not folder.exists()}
    try:
        for path, text in created.items():
            write_atomically(path, text)
        for path, (_, text) in extended.items():
            write_atomically(path, text)
    except BaseException:  # an interrupt, too, must leave no half of a lab
        for path in created:
            path.unlink(missing_ok=True)
        for folder in sorted(folders, reverse=True):  # the inner ones first
            with contextlib.suppress(OSError):
                folder.rmdir()
        for path, (text, _) in extended.items():
            if path.read_bytes() != text.encode():
                write_atomically(path, text)
        raise
