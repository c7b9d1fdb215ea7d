"""Replaces and removes folders that others filled, whatever is in them."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path


def replace_folder(folder: Path, fresh: Path) -> None:
    """Moves the folder `fresh` to where `folder` is; a kill in between leaves the old, none or the new, never a mixture."""
    old = folder.with_name(f".{folder.name}.old")
    remove_tree(old)
    if os.path.lexists(folder):
        folder.rename(old)
    fresh.rename(folder)
    remove_tree(old)


def remove_tree(path: Path) -> None:
    """Removes a file, link or folder, if it exists; a folder of any depth, since no path gets longer and nothing recurses."""
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    numbers = itertools.count()
    while folders := _emptied(path):
        for folder in folders:
            for inner in _emptied(folder):
                # An inner folder moves up next to its parent, where no name is longer than a number.
                _open_up(inner)
                os.rename(inner, _free(path, numbers))
            os.rmdir(folder)
    path.rmdir()


def _emptied(folder: str | Path) -> list[str]:
    """Removes all but the folders from a folder; returns their paths."""
    _open_up(folder)
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
    return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]


def _open_up(folder: str | Path) -> None:
    """Gives the owner of a folder all rights to it, but never follows a link in its place."""
    if os.chmod in os.supports_follow_symlinks:  # macOS
        os.chmod(folder, 0o700, follow_symlinks=False)
        return
    handle = os.open(folder, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY)  # which needs no right to read it
    try:
        os.chmod(f"/proc/self/fd/{handle}", 0o700)
    finally:
        os.close(handle)


def _free(folder: Path, numbers: Iterator[int]) -> str:
    """The first path in a folder, named by one of the numbers, at which there is nothing yet."""
    return next(name for name in (f"{folder}/{number}" for number in numbers) if not os.path.lexists(name))
