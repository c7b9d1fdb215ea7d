"""Keeps until when a student may hand in a lab: granted before anything is handed in, and kept whatever is handed in later.

nbgrader keeps an extension with a submission, as a span after the deadline: there is none before a submission, it goes with one
that is removed, and it moves when the deadline moves. Here it is a moment, and the later of the two dates holds.
"""

import datetime
import json
import zoneinfo
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from grading.atomic_write import write_atomically
from grading.course import Course
from grading.coursedir import extension_path, extensions_folder
from shared.errors import LabError


def read_moment(text: str, zone: datetime.tzinfo) -> datetime.datetime:
    """A date and time as a person writes it, such as "2027-02-15 20:00" or "2027-02-15T20:00+01:00".

    A date alone means its last minute. A zone's name may follow, as in "2027-02-15 20:00 America/New_York".

    Args:
        zone: of a time that names none.
    Raises:
        LabError: it is no date, or names an unknown zone.
    """
    words = text.strip()
    rest, _, name = words.rpartition(" ")
    if rest and name[:1].isalpha():
        try:
            zone = zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise LabError(f"There is no time zone '{name}': write it like 'Europe/Berlin'.") from None
        words = rest
    try:
        moment = datetime.datetime.fromisoformat(words)
    except ValueError:
        raise LabError(f"'{text}' is no date: write it like 2027-02-15, or with a time, '2027-02-15 20:00'.") from None
    if len(words) <= len("2027-02-15"):
        moment = moment.replace(hour=23, minute=59)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def in_utc(stamp: bytes) -> bytes:
    """A time in timestamp.txt as nbgrader reads it, in UTC: of a zone's name, nbgrader would read nothing.

    A time without a zone is in UTC, as nbgrader writes it; what is no time stays as it is.
    """
    try:
        moment = read_moment(stamp.decode(), datetime.UTC)
    except (LabError, UnicodeDecodeError):
        return stamp
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()


def extensions(lab: str, root: Path) -> dict[str, datetime.datetime]:
    """Until when each student with an extension may hand in a lab."""
    found = {}
    for path in sorted(extensions_folder(lab, root).glob("*.json")):
        found[path.stem] = _read(path)
    return found


def due_for(lab: str, student: str, course: Course, root: Path) -> datetime.datetime:
    """A student's own deadline: the common one, or the extension where that is later; in the zone of the common one."""
    common = course.due(lab)
    path = extension_path(student, lab, root)
    if not path.is_file():
        return common
    return max(common, _read(path).astimezone(common.tzinfo), key=datetime.datetime.timestamp)


def keep(lab: str, student: str, until: datetime.datetime | None, root: Path) -> None:
    """Writes an extension down, or takes it back where `until` is None."""
    path = extension_path(student, lab, root)
    if until is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, json.dumps({"until": until.isoformat()}))


def apply(book: Gradebook, lab: str, student: str, course: Course, root: Path) -> None:
    """Lets nbgrader's lateness of a submission follow the student's own deadline; one that nbgrader alone knows of stays."""
    if not extension_path(student, lab, root).is_file():
        return
    try:
        submission = book.find_submission(lab, student)
    except MissingEntry:
        return
    if submission.assignment.duedate is None:
        return
    own = due_for(lab, student, course, root).astimezone(datetime.UTC).replace(tzinfo=None)
    span = own - submission.assignment.duedate
    submission.extension = span if span > datetime.timedelta(0) else None
    book.db.commit()


def apply_all(book: Gradebook, lab: str, course: Course, root: Path) -> None:
    """Applies every extension of a lab, as after its deadline moved."""
    for student in extensions(lab, root):
        apply(book, lab, student, course, root)


def _read(path: Path) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["until"])
    except (ValueError, KeyError, TypeError):
        raise LabError(
            f"The extension in {path} cannot be read: grant it again with "
            f"'course extend {path.parent.name} {path.stem} --until DATE'."
        ) from None
