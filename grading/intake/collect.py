"""Collects submissions from a folder that a learning platform or a person filled; each replaces an earlier one as a whole."""

import datetime
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grading.course import Course
from grading.gradebook.roster import people, unusable
from grading.intake.platform_names import id_of
from grading.intake.submission import HandIn, find_notebook, moment, read_regular, store
from shared.errors import LabError
from shared.notebooks.reading import Refused, shown

SUFFIX = ".ipynb"


@dataclass
class Collected:
    """Students whose notebook was collected, those of them who are late, and name -> why nothing was collected.

    `unproven`: students whose name nothing but the folder's own name says.
    """

    students: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    unproven: list[str] = field(default_factory=list)

    def take(self, student: str, hand_in: HandIn, due: datetime.datetime) -> None:
        """Counts a submission that was collected."""
        self.students.append(student)
        if hand_in.time > due:
            self.late.append(student)


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
        try:
            hand_in = _read(entries, lab, course)
        except Refused as refusal:
            # Kept in the student's folder, so that grading records it.
            store(student, lab, root, str(refusal))
            result.refused[student] = str(refusal)
        else:
            store(student, lab, root, hand_in)
            result.take(student, hand_in, due)
    return result


def _read(entries: list[Path], lab: str, course: Course) -> HandIn:
    """Reads the notebook that a student means to hand in; its time is that of the file.

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
        data, status = read_regular(path, course.max_submission_mb * 1e6)
    except OSError as error:
        raise Refused(f"The file {shown(entry.name)} cannot be read ({error.strerror}): hand it in again.") from None
    name = f"{lab}{SUFFIX}" if path is entry else path.name
    return HandIn(name, data, moment(status.st_mtime))
