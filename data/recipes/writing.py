"""How recipes write what ships with the course: whole files or none, the same bytes each time."""

import json
import lzma
import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def jsonl(rows: Iterable[dict]) -> bytes:
    """One row a line, UTF-8, keys in the rows' own order."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def jsonl_xz(rows: Iterable[dict]) -> bytes:
    return lzma.compress(jsonl(rows), preset=9 | lzma.PRESET_EXTREME)
