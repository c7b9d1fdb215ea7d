"""How recipes write what ships with the course: whole files or none, the same bytes each time."""

import csv
import io
import json
import lzma
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np


def write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def write_arrays(path: Path, **arrays) -> None:
    """An uncompressed .npz of named arrays."""
    data = io.BytesIO()
    np.savez(data, **arrays)
    write_whole(path, data.getvalue())


def write_table(path: Path, columns: Iterable[str], rows: Iterable[dict]) -> None:
    """A CSV file with a header; what a row lacks stays empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, out.getvalue().encode())


def jsonl(rows: Iterable[dict]) -> bytes:
    """One row a line, UTF-8, keys in the rows' own order."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def jsonl_xz(rows: Iterable[dict]) -> bytes:
    return lzma.compress(jsonl(rows), preset=9 | lzma.PRESET_EXTREME)
