"""Keeps a course directory in one file, and makes a directory of such a file again."""

import contextlib
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grading import folders
from grading.course import Course
from grading.coursedir import config_path, gradebook_path
from shared.errors import LabError

INSIDE = "course"  # the folder in an archive


def back_up(course: Course, root: Path, target: Path) -> int:
    """Writes all of a course directory into one compressed file, for its owner alone; returns the number of files.

    The gradebook is copied as SQLite does it, so that one that is being written to is whole in the copy.

    Raises:
        LabError: there is no course directory, the target exists, or it lies within the directory.
    """
    if not config_path(root).is_file():
        raise LabError(f"There is no course directory in {root}: name another one with --root.")
    if target.exists():
        raise LabError(f"{target} exists already: name a new file.")
    if target.resolve().is_relative_to(root):
        raise LabError(
            f"{target} lies in the course directory itself: name a file elsewhere, on another disk if you can."
        )
    part = target.with_name(f".{target.name}.{os.getpid()}")
    count = 0
    try:
        with (
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz") as archive,
            _gradebook_copy(root) as copy,
        ):
            for path in _files(root):
                source = copy if path == gradebook_path(root) and copy else path
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    archive.add(source, arcname=f"{INSIDE}/{path.relative_to(root)}", recursive=False)
                    count += 1
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _files(root: Path) -> Iterator[Path]:
    """Everything that is worth keeping: no locks, journals of the database, links, or sockets."""
    journals = {f"{gradebook_path(root).name}-{end}" for end in ("journal", "wal", "shm")}
    for here, inner, names in os.walk(root):
        inner.sort()
        for name in sorted(names):
            path = Path(here) / name
            is_ours = not name.endswith(".lock") and not (Path(here) == root and name in journals)
            if is_ours and path.is_file() and not path.is_symlink():
                yield path


@contextlib.contextmanager
def _gradebook_copy(root: Path) -> Iterator[Path | None]:
    """Gives a copy of the gradebook that no writer changes; None where it is in a database elsewhere."""
    if not gradebook_path(root).is_file():
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / gradebook_path(root).name
        source, target = sqlite3.connect(gradebook_path(root)), sqlite3.connect(copy)
        try:
            source.backup(target)
        except sqlite3.Error as error:
            raise LabError(
                f"The gradebook cannot be copied ({error}): close what else uses it, then run again."
            ) from None
        finally:
            source.close()
            target.close()
        yield copy


def restore(source: Path, root: Path) -> int:
    """Makes a course directory of a backup; returns the number of files. It appears whole or not at all.

    Raises:
        LabError: the file is no backup, or there is something where the directory would be.
    """
    if root.exists() and any(root.iterdir()):
        raise LabError(f"{root} is not empty: name a new folder with --root, and nothing of it is lost.")
    fresh = root.with_name(f".{root.name}.restoring")
    folders.remove_tree(fresh)
    root.parent.mkdir(parents=True, exist_ok=True)
    fresh.mkdir(mode=0o700)
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(fresh, filter="data")
        inside = fresh / INSIDE
        if not config_path(inside).is_file():
            raise LabError(f"{source} is no backup of a course directory: name a file that 'course backup' wrote.")
        if root.exists():
            root.rmdir()
        inside.rename(root)
        return sum(path.is_file() for path in root.rglob("*"))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise LabError(f"{source} cannot be restored ({error}): name a file that 'course backup' wrote.") from None
    finally:
        folders.remove_tree(fresh)
