"""The door: which file is a student's submission, and why there is none. Nothing is executed here, and no link is followed."""

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from shared.notebooks.reading import Refused, shown

STAMP, NOTE = "timestamp.txt", "refused.txt"  # when it was handed in, as nbgrader reads it; why collecting took no file
SMALL = 1000  # bytes of either


@dataclass(frozen=True)
class Submission:
    """What was read of a student's folder: the notebook's name and bytes, when it was handed in, or why it is refused."""

    name: str = ""
    data: bytes = b""
    stamp: bytes = b""
    refusal: str = ""

    @property
    def digest(self) -> str:
        """Of exactly what was read, so that a file that is replaced meanwhile has another one."""
        parts = (self.name.encode(errors="surrogateescape"), self.data, self.stamp, self.refusal.encode())
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def submission(folder: Path, lab: str) -> Path:
    """The one notebook in a student's folder that is meant, by name or because there is no other.

    Raises:
        Refused: no notebook, or several without a telling name.
    """
    exact = folder / f"{lab}.ipynb"
    if exact.exists() or exact.is_symlink():
        return exact
    every = sorted(folder.glob("*.ipynb"))
    # Systems hide files of their own there, such as the "._lab01_ridge.ipynb" of macOS.
    found = [path for path in every if not path.name.startswith(".")] or every
    named = [path for path in found if path.name.startswith(lab)]  # a browser's "lab01_ridge (1).ipynb"
    if len(named or found) == 1:
        return (named or found)[0]
    if not found:
        raise Refused(f"There is no notebook in the submission: hand in {lab}.ipynb.")
    names = ", ".join(shown(path.name) for path in found)
    raise Refused(f"Several notebooks were handed in ({names}): hand in {lab}.ipynb alone.")


def read_regular(path: Path, most_bytes: float) -> tuple[bytes, float]:
    """A file's bytes and when it was last changed (seconds since 1970); a link is never followed.

    Raises:
        Refused: a link, a special file, or one that is larger than that; the sentence tells the student what to do.
    """
    name = shown(path.name)
    # O_NOFOLLOW and fstat on the open file: what is looked at is what is read.
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise Refused(f"{name} is a link or cannot be read: hand in the file itself.") from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(handle)
        raise Refused(f"{name} is a link or a special file, not a notebook: hand in the file itself.")
    with os.fdopen(handle, "rb") as file:
        data = file.read(int(most_bytes) + 1)
    if len(data) > most_bytes:
        size = max(status.st_size, len(data)) / 1e6
        raise Refused(f"{name} has {size:.0f} MB, more than {most_bytes / 1e6:g}: clear all outputs and save.")
    return data, status.st_mtime


def open_submission(folder: Path, lab: str, max_mb: float) -> Submission:
    """What a student's folder holds; a refusal stands in the result, since it is recorded like any other outcome.

    Args:
        max_mb: largest size of a notebook, megabytes.
    """
    stamp = b""
    with contextlib.suppress(Refused):
        stamp = read_regular(folder / STAMP, SMALL)[0]
    try:
        path = submission(folder, lab)
        return Submission(path.name, read_regular(path, max_mb * 1e6)[0], stamp)
    except OSError as error:
        return Submission(refusal=f"The folder cannot be read ({error.strerror}): ask your instructor.", stamp=stamp)
    except Refused as refusal:
        return Submission(refusal=_noted(folder) or str(refusal), stamp=stamp)


def _noted(folder: Path) -> str:
    """What collecting said where it took no file; empty where it said nothing."""
    try:
        return shown(read_regular(folder / NOTE, SMALL)[0].decode(errors="replace"))
    except Refused:
        return ""
