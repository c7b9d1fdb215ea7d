"""The lock that lets one run at a time grade a lab in a course directory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from grading.coursedir import run_lock_path
from shared.errors import LabError


@contextlib.contextmanager
def hold_run_lock(lab: str, root: Path) -> Iterator[None]:
    """Holds the lock of a lab as long as the `with` block lasts; the system frees that of a run that is killed.

    Raises:
        LabError: another run holds it.
    """
    lock = FileLock(run_lock_path(lab, root))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LabError(f"{lab} is being graded in {root} by another run: wait until that one is done.") from None
    try:
        yield
    finally:
        lock.release()
