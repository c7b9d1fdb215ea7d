"""Finds and reads the notebook that a student handed in, or says why there is none; executes nothing and follows no link."""

import datetime
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from grading import folders
from grading.coursedir import submitted_folder
from shared.notebooks.reading import Refused, shown

STAMP = "timestamp.txt"  # when the notebook was handed in, as nbgrader reads it
WRITTEN = "%Y-%m-%d %H:%M:%S.%f UTC"
SECRET = "submission_secret.txt"  # by which nbgrader's exchange finds the student's page again
NOTE = "refused.txt"  # why no file was collected
SMALL = 1000  # bytes of each of these at most
LAST = 253_402_300_799  # the last second of the year 9999, the latest that Python has; some archives set later times


@dataclass(frozen=True)
class HandIn:
    """A notebook as it was found: its file's name and bytes, when it was handed in, and the secret of nbgrader's exchange."""

    name: str
    data: bytes
    time: datetime.datetime
    secret: str = ""


def moment(seconds: float) -> datetime.datetime:
    """A file's time, given in seconds since 1970, whatever it is."""
    return datetime.datetime.fromtimestamp(min(max(seconds, 0), LAST), datetime.UTC)


def store(student: str, lab: str, root: Path, found: HandIn | str) -> None:
    """Puts a submission, or the sentence that refuses it, in the place of what a student handed in before."""
    fresh = submitted_folder(student, f".{lab}.new", root)
    folders.remove_tree(fresh)
    fresh.mkdir(parents=True)
    if isinstance(found, str):
        (fresh / NOTE).write_bytes(found.encode()[:SMALL])
    else:
        (fresh / found.name).write_bytes(found.data)
        (fresh / STAMP).write_text(f"{found.time.astimezone(datetime.UTC):{WRITTEN}}\n")
        if found.secret:
            (fresh / SECRET).write_text(found.secret)
    folders.replace_folder(fresh.with_name(lab), fresh)


def newer_kept(student: str, lab: str, root: Path, found: HandIn) -> str:
    """Says that what was collected before is newer than `found`, and differs; empty where `found` may replace it."""
    folder = submitted_folder(student, lab, root)
    stamp = read_small(folder / STAMP).decode(errors="replace").strip()
    try:
        before = datetime.datetime.strptime(stamp, WRITTEN).replace(tzinfo=datetime.UTC)
        path = find_notebook(folder, lab)
    except (ValueError, Refused):
        return ""
    try:
        same = read_regular(path, len(found.data))[0] == found.data
    except Refused:  # it is larger, or a link
        same = False
    if same or found.time >= before - datetime.timedelta(seconds=2):
        return ""
    return (
        f"{shown(found.name)} of {found.time:%Y-%m-%d %H:%M} UTC is older than what was collected before, of "
        f"{before:%Y-%m-%d %H:%M} UTC, which stays: add --older to take the older one"
    )


@dataclass(frozen=True)
class Submission:
    """What a student's folder holds.

    name, data: of the notebook's file; stamp, secret: content of timestamp.txt and submission_secret.txt; refusal: why the
    submission cannot be graded, or "".
    """

    name: str = ""
    data: bytes = b""
    stamp: bytes = b""
    refusal: str = ""
    secret: bytes = b""

    @property
    def digest(self) -> str:
        """A fingerprint of exactly what was read, so that a file that is replaced meanwhile has another one."""
        parts = [self.name.encode(errors="surrogateescape"), self.data, self.stamp, self.refusal.encode(), self.secret]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def find_notebook(folder: Path, lab: str) -> Path:
    """The path of the notebook that a student means to hand in: the newest one named after the lab, or the only one.

    Raises:
        Refused: the folder has no notebook, or several whose names do not tell which is meant.
    """
    every = sorted(folder.glob("*.ipynb"))
    # Operating systems hide their own files there, such as "._lab01_ridge.ipynb" on macOS.
    found = [path for path in every if not path.name.startswith(".")] or every
    named = [path for path in found if path.name.startswith(lab)]  # such as a browser's "lab01_ridge (1).ipynb"
    if named:
        return max(named, key=lambda path: path.lstat().st_mtime)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(f"There is no notebook in the submission: hand in {lab}.ipynb.")
    names = ", ".join(shown(path.name) for path in found)
    raise Refused(f"Several notebooks were handed in ({names}): hand in {lab}.ipynb alone.")


def beside(folder: Path, chosen: Path) -> str:
    """Says which other notebooks lie beside the one that counts; empty where there are none."""
    others = sorted(path.name for path in folder.glob("*.ipynb") if path.name != chosen.name and path.name[0] != ".")
    if not others:
        return ""
    return f"of {len(others) + 1} notebooks {shown(chosen.name)} counts, and not {', '.join(map(shown, others[:5]))}"


def read_regular(path: Path, most_bytes: float) -> tuple[bytes, os.stat_result]:
    """A file's bytes and its status; never follows a link.

    Raises:
        Refused: it is a link, a special file, or larger than that; the sentence says what the student must do.
    """
    name = shown(path.name)
    # O_NOFOLLOW, and fstat on the open file: the file that is examined is the one that is read.
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise Refused(f"The file {name} is a link or cannot be read: hand in the file itself.") from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(handle)
        raise Refused(f"The file {name} is a link or a special file, not a notebook: hand in the file itself.")
    with os.fdopen(handle, "rb") as file:
        data = file.read(int(most_bytes) + 1)
    if len(data) > most_bytes:
        size = max(status.st_size, len(data)) / 1e6
        raise Refused(f"The file {name} has {size:.0f} MB, more than {most_bytes / 1e6:g}: clear all outputs and save.")
    return data, status


def open_submission(folder: Path, lab: str, max_mb: float) -> Submission:
    """Reads a student's folder; a refusal is part of the result, since it is recorded like any other outcome.

    Args:
        max_mb: the largest notebook that is read, in megabytes.
    """
    beside = {"stamp": read_small(folder / STAMP), "secret": read_small(folder / SECRET)}
    try:
        path = find_notebook(folder, lab)
        return Submission(path.name, read_regular(path, max_mb * 1e6)[0], **beside)
    except OSError as error:
        return Submission(refusal=f"The folder cannot be read ({error.strerror}): ask your instructor.", **beside)
    except Refused as refusal:
        return Submission(refusal=_collecting_note(folder) or str(refusal), **beside)


def read_small(path: Path) -> bytes:
    """The content of a small file; empty where there is none, or another kind of file."""
    try:
        return read_regular(path, SMALL)[0]
    except Refused:
        return b""


def _collecting_note(folder: Path) -> str:
    """Why no file was collected into this folder; empty where one was."""
    try:
        return shown(read_regular(folder / NOTE, SMALL)[0].decode(errors="replace"))
    except Refused:
        return ""
