"""Collects submissions from nbgrader's exchange, where every student's account can write: through the same door as any others."""

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grading.course import Course
from grading.coursedir import exchange_folder
from grading.gradebook.roster import unusable
from grading.intake.collect import Collected
from grading.intake.submission import SECRET, HandIn, beside, find_notebook, moment, read_regular, read_small, store
from shared.errors import LabError
from shared.notebooks.reading import Refused, shown

LONGEST_SECRET = 300  # characters; nbgrader's have 128
ROOT = 0


@dataclass(frozen=True)
class _Candidate:
    """A folder in the exchange that may be what a student hands in, and its time in seconds since 1970.

    `owner`: the account that the folder belongs to, or "" where that is the account that collects, which proves nothing.
    """

    path: Path
    student: str
    owner: str
    time: float


def collect_exchange(lab: str, course: Course, root: Path, older: bool = False) -> Collected:
    """Copies each student's last hand-in from the exchange into the course directory; one that is at fault is named.

    Args:
        older: let a hand-in replace a newer one that was collected before, from elsewhere.
    Raises:
        LabError: the exchange has no folder for this course's submissions.
    """
    inbound = exchange_folder(course, root) / course.id / "inbound"
    try:
        names = sorted(os.listdir(inbound))
    except OSError as error:
        raise LabError(
            f"The exchange {inbound} cannot be read ({error.strerror}): pass --from FOLDER, or run 'nbgrader "
            f"release_assignment {lab}' in {root} first."
        ) from None
    result = Collected()
    last: dict[str, _Candidate] = {}
    for name in names:
        candidate = _candidate(inbound / name, lab, course, result)
        if candidate and (candidate.student not in last or candidate.time >= last[candidate.student].time):
            last[candidate.student] = candidate
    for student, candidate in sorted(last.items()):
        try:
            hand_in, said = _read(candidate, lab, course)
        except Refused as refusal:
            store(student, lab, root, str(refusal))
            result.refused[shown(candidate.path.name)] = str(refusal)
            continue
        except OSError as error:
            result.refused[shown(candidate.path.name)] = _unreadable(error)
            continue
        if said:
            result.notes.append(f"{student}: {said}.")
        if result.admit(student, hand_in, lab, course, root, older) and not candidate.owner:
            result.unproven.append(student)
    return result


def _candidate(path: Path, lab: str, course: Course, result: Collected) -> _Candidate | None:
    """What is known of a folder without reading its files; None where it is for another lab, or nobody's, which is noted."""
    match = re.fullmatch(rf"(?P<student>.+)\+{re.escape(lab)}\+[^+]*(\+[^+]*)?", path.name, flags=re.DOTALL)
    if not match:
        return None
    student = match["student"]
    if why := unusable(student):
        result.refused[shown(path.name)] = why
        return None
    try:
        with _opened(path) as (folder, status):
            owner = _account(status.st_uid)
            if owner and course.accounts.get(owner, owner) != student:
                raise Refused(
                    f"The folder belongs to the account {shown(owner)}, not to {student}: where that is the same person, name "
                    "the account in [accounts] of course.toml."
                )
            return _Candidate(path, student, owner, _time(folder, lab, owner))
    except OSError as error:
        result.refused[shown(path.name)] = _unreadable(error)
    except Refused as refusal:
        result.refused[shown(path.name)] = str(refusal)
    return None


def _unreadable(error: OSError) -> str:
    return f"The folder cannot be read ({error.strerror}): it is left where it is."


def _time(folder: Path, lab: str, owner: str) -> float:
    """When a notebook was handed in; its own time, since a student can write anything into timestamp.txt."""
    try:
        status = os.lstat(find_notebook(folder, lab))
    except Refused:
        status = os.stat(folder)
    # The owner of a file can set the time of its last change, but not that of the change of its inode.
    return status.st_ctime if owner else status.st_mtime


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Gives a path to a folder that stays the same folder, whatever its owner puts in its place, and its status.

    Raises:
        Refused: it is a link, or no folder. OSError: it cannot be read.
    """
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        raise Refused("It is a link or a file, not a folder as nbgrader hands in: it is left where it is.")
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
    try:
        fixed = Path(f"/proc/self/fd/{handle}")
        yield (fixed if fixed.exists() else path), os.fstat(handle)
    finally:
        os.close(handle)


def _account(uid: int) -> str:
    """The name of the account that a folder belongs to; "" for the one that collects and for root, who own whatever is copied."""
    import pwd  # which Windows lacks, as it lacks nbgrader's exchange

    if uid in (os.geteuid(), ROOT):
        return ""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def _read(candidate: _Candidate, lab: str, course: Course) -> tuple[HandIn, str]:
    """Reads the notebook that a student means to hand in, and says which others lie beside it.

    Raises:
        Refused: there is none, or it cannot be taken; the sentence says what the student must do. OSError: it cannot be read.
    """
    with _opened(candidate.path) as (folder, _):
        path = find_notebook(folder, lab)
        data, status = read_regular(path, course.max_submission_mb * 1e6)
        seconds = status.st_ctime if candidate.owner else status.st_mtime
        return HandIn(path.name, data, moment(seconds), _secret(folder)), beside(folder, path)


def _secret(folder: Path) -> str:
    """The secret by which the student's page is found again; empty where it is not one."""
    try:
        text = read_small(folder / SECRET).decode()
    except UnicodeDecodeError:
        return ""
    return text if text.isprintable() and len(text) <= LONGEST_SECRET else ""
