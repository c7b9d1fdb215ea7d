"""Writes what ships with the course: whole files or none, the same bytes each time."""

import csv
import io
import json
import lzma
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file next to its target and renames it, so that a killed run leaves no half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def write_arrays(path: Path, **arrays) -> None:
    """Writes an uncompressed .npz of named arrays."""
    data = io.BytesIO()
    np.savez(data, **arrays)
    write_whole(path, data.getvalue())


def write_table(path: Path, columns: Iterable[str], rows: Iterable[dict]) -> None:
    """Writes a CSV file with a header; what a row lacks stays empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, out.getvalue().encode())


def jsonl(rows: Iterable[dict]) -> bytes:
    """The rows as JSON lines in UTF-8, their keys in the order of each row."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def jsonl_xz(rows: Iterable[dict]) -> bytes:
    """The same, compressed by xz."""
    return lzma.compress(jsonl(rows), preset=9 | lzma.PRESET_EXTREME)
