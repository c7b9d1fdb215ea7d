"""Folders that others filled: they are replaced whole, and removed whatever is in them."""

import itertools
import os
from pathlib import Path


def replace_folder(folder: Path, fresh: Path) -> None:
    """Puts a folder in another's place; killed in between, the old one is gone or the new one is there, never a mixture."""
    old = folder.with_name(f".{folder.name}.old")
    remove_tree(old)
    if os.path.lexists(folder):
        folder.rename(old)
    fresh.rename(folder)
    remove_tree(old)


def remove_tree(path: Path) -> None:
    """Removes a file, link or folder, if it is there. However deep a folder is, no path gets longer and nothing recurses."""
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    numbers = itertools.count()
    while folders := _emptied(path):
        for folder in folders:
            for inner in _emptied(folder):
                # An inner folder comes up beside its parent; no name there is longer than a number.
                _open_up(inner)
                os.rename(inner, _free(path, numbers))
            os.rmdir(folder)
    path.rmdir()


def _emptied(folder: str | Path) -> list[str]:
    """The folders in a folder, once all else in it is removed."""
    _open_up(folder)
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
    return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]


def _open_up(folder: str | Path) -> None:
    """Gives its owner all rights to a folder; never to what a link in its place leads to."""
    if os.chmod in os.supports_follow_symlinks:  # macOS
        os.chmod(folder, 0o700, follow_symlinks=False)
        return
    handle = os.open(folder, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY)  # which needs no right to read it
    try:
        os.chmod(f"/proc/self/fd/{handle}", 0o700)
    finally:
        os.close(handle)


def _free(folder: Path, numbers) -> str:
    return next(name for name in (f"{folder}/{number}" for number in numbers) if not os.path.lexists(name))
