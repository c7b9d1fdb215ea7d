"""Collects submissions from a folder that a learning platform or a person filled; each replaces an earlier one as a whole."""

import contextlib
import datetime
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grading import folders
from grading.course import Course
from grading.coursedir import gradebook_path
from grading.gradebook.extensions import due_for
from grading.gradebook.roster import people, unusable
from grading.intake.archives import is_zip, unpack
from grading.intake.offers import Offer, choose, gather, is_left_behind, is_notebook, kind_of
from grading.intake.platform_names import COPY, Class, Owner
from grading.intake.submission import HandIn, moment, newer_kept, read_regular, store
from shared.errors import LabError
from shared.notebooks.reading import Refused, shown

SUFFIX = ".ipynb"
BIGGER = 1e6  # bytes more than a notebook may have are unpacked, so that a file of another kind is not cut off


@dataclass
class Collected:
    """Students whose notebook was collected, those of them who are late, and name -> why nothing was collected.

    unproven: students whose name nothing but the folder's own name says; notes: what else a person should know, in sentences;
    strangers: students who were collected and are not on the roster; passed_over: names of what is nobody's.
    """

    students: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    unproven: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    def take(self, student: str, hand_in: HandIn, due: datetime.datetime) -> None:
        """Counts a submission that was collected."""
        self.students.append(student)
        if hand_in.time > due:
            self.late.append(student)

    def admit(self, student: str, hand_in: HandIn, lab: str, course: Course, root: Path, older: bool) -> bool:
        """Stores a submission, unless it is older than the one that it would replace; returns whether it did.

        Args:
            older: store it even then.
        """
        kept = newer_kept(student, lab, root, hand_in)
        if kept and not older:
            self.notes.append(f"{student}: {kept}.")
            return False
        if kept:
            self.notes.append(f"{student}: a newer submission was replaced by an older one, as you asked.")
        store(student, lab, root, hand_in)
        self.take(student, hand_in, due_for(lab, student, course, root))
        return True


def collect_folder(lab: str, course: Course, root: Path, source: Path, older: bool = False) -> Collected:
    """Copies submissions from a folder into the course directory.

    Args:
        source: has for each student a folder with a notebook, or a file <student>.ipynb; names as Canvas and Moodle give them
            are understood as well. Or the archive that the platform gave.
        older: let a file replace a newer one that was collected before.
    Raises:
        LabError: there is no such folder, or no submission in it.
    """
    with _folder(source, course) as (folder, scratch):
        return _Collecting(lab, course, root, scratch, older).collect(folder, source)


@contextlib.contextmanager
def _folder(source: Path, course: Course) -> Iterator[tuple[Path, Path]]:
    """Gives the folder with the submissions, unpacked where it is an archive, and another one to work in."""
    scratch = Path(tempfile.mkdtemp(prefix="course-"))
    try:
        if source.is_dir():
            yield source, scratch
        elif is_zip(source) and source.is_file():
            inside = scratch / "download"
            inside.mkdir()
            try:
                unpack(source, inside, course.max_submission_mb * 1e6 + BIGGER, course.zone)
            except Refused as refusal:
                raise LabError(str(refusal)) from None
            yield _unwrapped(inside), scratch
        else:
            raise LabError(
                f"There is no folder {source}: pass --from the folder with the submissions, or the .zip that the platform gave."
            )
    finally:
        folders.remove_tree(scratch)


def _unwrapped(folder: Path) -> Path:
    """The folder itself, or the only folder in it where that holds nothing but folders: an archive often wraps all in one."""
    entries = [entry for entry in folder.iterdir() if not is_left_behind(entry.name)]
    if len(entries) != 1 or not entries[0].is_dir():
        return folder
    inner = [entry for entry in entries[0].iterdir() if not is_left_behind(entry.name)]
    return entries[0] if inner and all(entry.is_dir() for entry in inner) else folder


class _Collecting:
    """One pass over a folder: whose each entry is, which notebook of each student counts, and what is said of the rest."""

    def __init__(self, lab: str, course: Course, root: Path, scratch: Path, older: bool):
        self.lab = lab
        self.course = course
        self.root = root
        self.scratch = scratch
        self.older = older
        there = bool(course.database) or gradebook_path(root).is_file()
        self.roll = Class(lambda: people(course, root).values() if there else [])
        self.result = Collected()

    def collect(self, folder: Path, source: Path) -> Collected:
        found: dict[str, list[tuple[Owner, Path]]] = {}
        for entry in sorted(folder.iterdir()):
            if is_left_behind(entry.name):
                self.result.passed_over.append(shown(entry.name))
                continue
            try:
                owner = self._owner(entry)
            except Refused as refusal:
                self.result.refused[shown(entry.name)] = str(refusal)
            else:
                found.setdefault(owner.id, []).append((owner, entry))
        if not found and not self.result.refused:
            raise LabError(
                f"The folder {source} holds no submissions: it needs a file <student>{SUFFIX} or a folder for each student."
            )
        for number, (student, entries) in enumerate(found.items()):
            self._take(student, entries, self.scratch / f"of-{number}")
        return self.result

    def _owner(self, entry: Path) -> Owner:
        """Whose an entry is.

        Raises:
            Refused: nobody's, or it cannot be told.
        """
        owner = self.roll.owner_of(entry.name)
        known = {person.id for person in self.roll.people}
        if owner.platform or owner.id in known:
            return owner
        if COPY.sub("", owner.id) == self.lab:
            raise Refused(f"{shown(entry.name)} has the lab's name and not a student's: rename it to the student's id.")
        if not entry.is_dir() and not is_notebook(entry.name) and not is_zip(entry):
            raise Refused(f"It is {kind_of(entry)}, and no student's by its name: it is left where it is.")
        return owner

    def _take(self, student: str, entries: list[tuple[Owner, Path]], scratch: Path) -> None:
        """Stores what a student hands in, or why that is refused."""
        result = self.result
        if why := unusable(student):
            result.refused[shown(student)] = why
            return
        limit = self.course.max_submission_mb * 1e6
        try:
            offers = gather(entries, self.lab, scratch, limit, self.course.zone)
            chosen, said = choose(offers, self.lab)
            hand_in = self._read(chosen, limit)
        except Refused as refusal:
            # Kept in the student's folder, so that grading records it.
            store(student, self.lab, self.root, str(refusal))
            result.refused[student] = str(refusal)
            return
        result.notes += [f"{student}: {sentence}." for sentence in said]
        known = {person.id for person in self.roll.people}
        taken = result.admit(student, hand_in, self.lab, self.course, self.root, self.older)
        if taken and self.roll.listed and student not in known:
            result.strangers.append(student)

    def _read(self, offer: Offer, limit: float) -> HandIn:
        """Reads a notebook.

        Raises:
            Refused: it cannot be read; the sentence says what the student must do.
        """
        try:
            data, _ = read_regular(offer.path, limit)
        except OSError as error:
            name = shown(offer.path.name)
            raise Refused(f"The file {name} cannot be read ({error.strerror}): hand it in again.") from None
        name = (
            offer.path.name if offer.label == offer.path.name and offer.path.suffix == SUFFIX else f"{self.lab}{SUFFIX}"
        )
        return HandIn(name, data, self._time(offer))

    def _time(self, offer: Offer) -> datetime.datetime:
        """When a notebook was handed in: the time of its file, but of one from Canvas its mark says whether it is late."""
        time = moment(offer.time)
        if offer.owner.platform != "canvas":
            return time
        due = self.course.due(self.lab)
        if not offer.owner.late:
            return min(time, due.astimezone(datetime.UTC))
        return max(
            time, due.astimezone(datetime.UTC) + datetime.timedelta(minutes=self.course.grace_minutes, seconds=1)
        )
