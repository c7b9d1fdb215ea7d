"""Closes a course directory to other accounts of the machine: it holds answers, hidden tests, grades and the fresh seed."""

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from grading.course import Course
from grading.coursedir import config_path, gradebook_path, inner_exchange
from shared.errors import LabError

ALONE = 0o700
GROUP = 0o2770  # setgid: what is made inside belongs to the group as well
PASSABLE = 0o011  # for an exchange inside: others may pass through, and see nothing
OTHERS = 0o007


@contextlib.contextmanager
def umask_restored() -> Iterator[None]:
    """Gives this process its umask back at the end of the `with` block."""
    before = os.umask(0o077)
    os.umask(before)
    try:
        yield
    finally:
        os.umask(before)


def enter(root: Path, course: Course) -> None:
    """Makes the files that this process writes from now on private, and closes the directory, or says on stderr who must."""
    os.umask(0o007 if course.group else 0o077)
    if warning := close(root, course):
        print(f"course: {warning}", file=sys.stderr)


def close(root: Path, course: Course) -> str:
    """Takes the rights of others away from a course directory; returns a warning where that is up to somebody else, or "".

    A folder in which nothing was released stays as it is, and so does one that is meant for everybody, such as /tmp.

    Raises:
        LabError: course.toml names a group that this machine lacks, or to which a file cannot be given.
    """
    if os.name != "posix" or not config_path(root).is_file() or root.stat().st_mode & stat.S_ISVTX:
        return ""
    inside = inner_exchange(root)
    wanted = GROUP if course.group else ALONE
    if inside.is_dir():
        wanted |= PASSABLE
        _close_entries(root, inside, course)
        _make_sticky(inside)
    if stat.S_IMODE(root.stat().st_mode) == wanted and (not course.group or root.group() == course.group):
        return ""
    try:
        if course.group:
            _share(root, course.group)
        root.chmod(wanted)
    except PermissionError:
        if stat.S_IMODE(root.stat().st_mode) & OTHERS & ~PASSABLE:
            return f"Other accounts can read {root}: its owner should run 'chmod {ALONE:o} {root}'."
    return ""


def share_gradebook(root: Path, course: Course) -> None:
    """Lets the group that grades write to the gradebook: SQLite makes its file for its owner alone."""
    path = gradebook_path(root)
    if course.group and path.is_file():
        with contextlib.suppress(PermissionError):  # its owner's own command has done it
            path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o060)


def _close_entries(root: Path, inside: Path, course: Course) -> None:
    """Closes everything in a course directory that others may pass through, except the exchange."""
    keep = 0o770 if course.group else 0o700
    for path in root.iterdir():
        if path == inside or path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o777 & ~keep:
            with contextlib.suppress(PermissionError):  # its owner's own command does it
                path.chmod(mode & ~0o777 | mode & keep)


def _make_sticky(exchange: Path) -> None:
    """Lets nobody move another's folder in an exchange that everybody can write to."""
    mode = stat.S_IMODE(exchange.stat().st_mode)
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        with contextlib.suppress(PermissionError):
            exchange.chmod(mode | stat.S_ISVTX)


def _share(root: Path, group: str) -> None:
    """Gives a course directory, with all that is in it, to the group that grades."""
    try:
        for folder, _, files in os.walk(root):
            shutil.chown(folder, group=group)
            os.chmod(folder, stat.S_IMODE(os.stat(folder).st_mode) | GROUP & ~OTHERS)
            for name in files:
                path = Path(folder) / name
                if not path.is_symlink():
                    shutil.chown(path, group=group)
                    path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o060)
    except LookupError:
        raise LabError(f"There is no group '{group}' on this machine: correct 'group' in course.toml.") from None
