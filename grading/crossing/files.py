"""Copies what one process writes into the folders of the other, so that a check finds the file that an answer has written."""

import os
from collections.abc import Iterable
from pathlib import Path

from grading.crossing.plain_values import bytes_of, text_of

MOST_BYTES = 24_000_000  # of what changed since the other end was told
MOST_FILES = 2_000
FOLDER = "folder"
GONE = "gone"


class Files:
    """The files below some folders, of which only the changes are told.

    Args:
        roots: folders that each of both processes has for itself.
    """

    def __init__(self, roots: Iterable[Path]):
        self._roots = [Path(root) for root in roots]
        self._known = self._seen()

    def changed(self) -> list[list[str]]:
        """[path, what became of it, its content] of each file and folder that is new, other, or gone since the last time."""
        now = self._seen()
        before, self._known = self._known, now
        told = [[path, GONE, ""] for path in before if path not in now]
        size = 0
        for path, mark in now.items():
            if before.get(path) == mark:
                continue
            if mark == FOLDER:
                told.append([path, FOLDER, ""])
                continue
            data = Path(path).read_bytes()
            size += len(data)
            if size > MOST_BYTES:
                raise OSError(f"Files of more than {MOST_BYTES // 10**6} MB were written.")
            told.append([path, "", text_of(data)])
        return told

    def put(self, told: list[list[str]]) -> None:
        """Writes what the other end told.

        Raises:
            OSError, ValueError: it names what lies elsewhere.
        """
        for path, kind, content in told:
            target = Path(path)
            if ".." in target.parts or not any(target.is_relative_to(root) for root in self._roots):
                raise ValueError(f"{path[:200]} lies outside of the folders that are copied.")
            if kind == GONE:
                if not target.is_dir():
                    target.unlink(missing_ok=True)
            elif kind == FOLDER:
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(bytes_of(content))
        self._known = self._seen()

    def _seen(self) -> dict[str, object]:
        """Path -> what tells whether it is still the same, of all files and folders below the roots, without links and mounts."""
        found: dict[str, object] = {}
        for root in self._roots:
            self._look(root, os.stat(root).st_dev, found)
        return found

    def _look(self, folder: Path, device: int, found: dict[str, object]) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                about = entry.stat(follow_symlinks=False)
                if about.st_dev != device or len(found) >= MOST_FILES:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    found[entry.path] = FOLDER
                    self._look(Path(entry.path), device, found)
                elif entry.is_file(follow_symlinks=False):
                    found[entry.path] = about.st_mtime_ns, about.st_size, about.st_ino
