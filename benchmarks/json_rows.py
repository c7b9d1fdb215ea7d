"""Rows of a measurement that can be stopped and continued: a JSON line for each."""

import json
from pathlib import Path


def read_rows(path: Path) -> list[dict]:
    """What a file holds; nothing where there is none yet."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def append_row(path: Path, row: dict) -> None:
    """Adds a row at a file's end."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
