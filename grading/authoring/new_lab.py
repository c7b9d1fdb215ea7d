"""Makes a new lab that builds, passes its bank and is graded: one small exercise to be replaced by the author's own."""

import datetime
import json
import re
from pathlib import Path

from grading.atomic_write import write_atomically
from grading.course import load_course
from grading.coursedir import bank_folder, course_file, judges_path, part_path, profiles_path
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.settings import PROFILES

TEMPLATES = Path(__file__).with_name("templates") / "new_lab"
NAME = re.compile(r"lab\d\d_[a-z0-9]+(_[a-z0-9]+)*")
POINTS = 100
# Budgets of the new lab in every profile; the author measures anew.
MEMORY_GB = 1.0
MINUTES = 1


def new_lab(lab: str, title: str, checkout: Path = CHECKOUT) -> list[Path]:
    """Writes the sources, the bank, the section of course.toml and the settings of a lab; returns the files.

    Raises:
        LabError: the name is not of the form lab08_forgetting, or something of that name exists; nothing is written then.
    """
    if not NAME.fullmatch(lab):
        raise LabError(f"'{lab}' cannot be the name of a lab: write it like 'lab08_forgetting'.")
    course = load_course(checkout)
    sources = {
        part_path("part00_start", lab, checkout): "part00_start.py.txt",
        part_path("part01_mean_square", lab, checkout): "part01_mean_square.py.txt",
        judges_path(lab, checkout): "outside_judges.py.txt",
        bank_folder(lab, checkout) / "mean_square.py": "mean_square.py.txt",
    }
    _require_new(lab, [*course.labs], [path.parent for path in sources], checkout)
    latest = max(row.deadline for row in course.labs.values())
    texts = {path: (TEMPLATES / name).read_text(encoding="utf-8").replace("LAB", lab) for path, name in sources.items()}
    texts[profiles_path(checkout)] = _appended(profiles_path(checkout), _settings(lab))
    texts[course_file(checkout)] = _appended(course_file(checkout), _section(lab, title, latest))
    # course.toml last: until it names the lab, nothing else looks for it.
    for path, text in texts.items():
        write_atomically(path, text)
    return list(texts)


def _require_new(lab: str, known: list[str], folders: list[Path], checkout: Path) -> None:
    if lab in known:
        raise LabError(f"There is a lab '{lab}' in course.toml already: choose another name.")
    for folder in folders:
        if folder.exists():
            raise LabError(f"The folder {folder.relative_to(checkout)} exists: choose another name, or move it away.")
    if re.search(rf"^\[{lab}\.", profiles_path(checkout).read_text(encoding="utf-8"), flags=re.MULTILINE):
        raise LabError(f"The file shared/profiles.toml has settings for '{lab}' already: choose another name.")


def _appended(path: Path, section: str) -> str:
    return path.read_text(encoding="utf-8").rstrip("\n") + "\n\n" + section


def _settings(lab: str) -> str:
    lines = [f"[{lab}.all]", f"memory_gb = {MEMORY_GB}", f"minutes = {MINUTES}", "seeds = [0, 1, 2]", ""]
    for profile in PROFILES:
        lines += [f"[{lab}.{profile}]", ""]
    return "\n".join(lines[:-1]) + "\n"


def _section(lab: str, title: str, latest: datetime.datetime) -> str:
    """The lab's section, due a week after the last lab so far."""
    due = latest + datetime.timedelta(days=7)
    # A JSON string is TOML as well.
    return f"[labs.{lab}]\ntitle = {json.dumps(title)}\npoints = {POINTS}\ndeadline = {due.isoformat()}\n"
