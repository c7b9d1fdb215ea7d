"""One run at a time grades a lab in a course directory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from shared.settings import LabError


@contextlib.contextmanager
def alone(lab: str, root: Path) -> Iterator[None]:
    """The system frees the lock of a run that is killed.

    Raises:
        LabError: another run holds it.
    """
    lock = FileLock(root / f".grading-{lab}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LabError(f"{lab} is being graded in {root} by another run: wait until that one is done.") from None
    try:
        yield
    finally:
        lock.release()
