"""Collects submissions from a folder that a learning platform or a person filled; each replaces an earlier one as a whole."""

import datetime
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grading import folders
from grading.course import Course
from grading.coursedir import submitted_folder
from grading.gradebook.roster import people, unusable
from grading.intake.platform_names import id_of
from grading.intake.submission import NOTE, SMALL, STAMP, find_notebook, read_regular
from shared.errors import LabError
from shared.notebooks.reading import Refused, shown

SUFFIX = ".ipynb"
LAST = 253_402_300_799  # the last second of the year 9999, the latest that Python has; some archives set later times


@dataclass
class Collected:
    """Students whose notebook was collected, those of them who are late, and name -> why nothing was collected."""

    students: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def collect_folder(lab: str, course: Course, root: Path, source: Path) -> Collected:
    """Copies submissions from a folder into the course directory.

    Args:
        source: has for each student a folder with a notebook, or a file <student>.ipynb; names as Canvas and Moodle give them
            are understood as well.
    Raises:
        LabError: there is no such folder, or no submission in it.
    """
    if not source.is_dir():
        raise LabError(f"There is no folder {source}: pass --from the folder with the submissions.")
    result = Collected()
    due = course.due(lab)
    known = cache(lambda: people(course, root).values())
    found: dict[str, list[Path]] = {}
    for entry in sorted(source.iterdir()):
        if entry.name.startswith(".") or not (entry.is_dir() or entry.suffix == SUFFIX):
            continue
        try:
            found.setdefault(id_of(entry.name, known), []).append(entry)
        except Refused as refusal:
            result.refused[shown(entry.name)] = str(refusal)
    if not found and not result.refused:
        raise LabError(
            f"The folder {source} holds no submissions: it needs a file <student>{SUFFIX} or a folder for each student."
        )
    for student, entries in found.items():
        if why := unusable(student):
            result.refused[shown(student)] = why
            continue
        fresh = submitted_folder(student, f".{lab}.new", root)
        folders.remove_tree(fresh)
        fresh.mkdir(parents=True)
        try:
            handed_in = _copy(entries, lab, course, fresh)
        except Refused as refusal:
            # The note stays in the student's folder, so that grading records it.
            (fresh / NOTE).write_bytes(str(refusal).encode()[:SMALL])
            result.refused[student] = str(refusal)
        else:
            result.students.append(student)
            if handed_in > due:
                result.late.append(student)
        folders.replace_folder(fresh.with_name(lab), fresh)
    return result


def _copy(entries: list[Path], lab: str, course: Course, fresh: Path) -> datetime.datetime:
    """Copies the notebook that a student means to hand in, and nothing else; returns when it was handed in.

    Raises:
        Refused: there is none, or it cannot be read; the sentence says what the student must do.
    """
    if len(entries) > 1:
        names = ", ".join(shown(entry.name) for entry in entries)
        raise Refused(f"There are two submissions ({names}): keep one of them.")
    [entry] = entries
    if entry.is_symlink():
        raise Refused(f"The file {shown(entry.name)} is a link: hand in the file itself.")
    try:
        path = find_notebook(entry, lab) if entry.is_dir() else entry
        data, changed = read_regular(path, course.max_submission_mb * 1e6)
    except OSError as error:
        raise Refused(f"The file {shown(entry.name)} cannot be read ({error.strerror}): hand it in again.") from None
    name = f"{lab}{SUFFIX}" if path is entry else path.name
    (fresh / name).write_bytes(data)
    handed_in = _stamped(entry / STAMP)
    if handed_in is None:
        handed_in = datetime.datetime.fromtimestamp(min(max(changed, 0), LAST), datetime.UTC)
    (fresh / STAMP).write_text(f"{handed_in:%Y-%m-%d %H:%M:%S.%f} UTC\n")
    return handed_in


def _stamped(path: Path) -> datetime.datetime | None:
    """The time in a timestamp.txt of nbgrader's format; None where there is none, or none that can be read."""
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(read_regular(path, SMALL)[0].decode().strip()).replace(tzinfo=datetime.UTC)
    except (Refused, ValueError, OverflowError, TypeError):
        return None
