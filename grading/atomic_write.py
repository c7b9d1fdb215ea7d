"""Writes text files whole or not at all."""

import os
from pathlib import Path

from shared.errors import LabError


def write_atomically(path: Path, text: str) -> None:
    """Writes a text file whole or not at all.

    Raises:
        LabError: the disk is full, or the folder cannot be written to.
    """
    write_bytes_atomically(path, text.encode("utf-8"))


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Writes a file next to its target and renames it: a killed run leaves the old file or the new one.

    Raises:
        LabError: the disk is full, or the folder cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise LabError(
            f"The file {path} cannot be written ({error.strerror}): free or choose another disk, then run again."
        ) from None
