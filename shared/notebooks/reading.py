"""Reads what a student handed in, however odd: what a person typed is taken from it, cell by cell, and nothing else.

Outputs, metadata and format versions are not trusted, so they are not read; a notebook that JupyterLab would refuse to open
still gives its cells.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property

from shared.errors import LabError
from shared.notebooks.definitions import definitions

MOST_CELLS = 2000  # every step after this one looks at each cell
MOST_CHARACTERS = 1_000_000  # of all cells together: ten times the longest lab
KINDS = ("code", "markdown", "raw")
IMAGES = ("image/png", "image/jpeg", "image/gif")  # no SVG: it can carry scripts


class Refused(LabError):
    """A submission that cannot be graded; the sentence goes to student and instructor."""


@dataclass(frozen=True)
class StudentCell:
    """A cell as typed. `grade_id`, `id` and `claims_answer` are claims: the student, or Colab, may have copied or lost them."""

    kind: str
    source: str
    grade_id: str | None = None
    id: str | None = None
    attachments: dict = field(default_factory=dict)
    claims_answer: bool = False

    @cached_property
    def definitions(self) -> dict[str, str]:
        """The cell's definitions (shared.notebooks.definitions), found once: a large cell takes seconds."""
        return definitions(self.source)


def read_cells(data: bytes, name: str) -> list[StudentCell]:
    """Returns the cells of a notebook of any format version.

    Args:
        data: the file. name: the file's name, for the sentence.
    Raises:
        Refused: the bytes are no JSON, or no notebook, or one that is too large.
    """
    name = shown(name)
    again = "download it again from where you worked, and hand it in"
    try:
        table = json.loads(_decode(data), parse_int=_short_int, parse_constant=str)
    except (ValueError, RecursionError):
        raise Refused(f"{name} is not a notebook (cut off, or another kind of file): {again}.") from None
    rows = _rows(table)
    if rows is None:
        raise Refused(f"{name} holds no list of cells, so it is not a notebook: {again}.")
    if len(rows) > MOST_CELLS:
        raise Refused(
            f"{name} has {len(rows):,} cells, more than {MOST_CELLS:,}: delete those that are not part of the lab."
        )
    cells = [_cell(row) for row in rows if isinstance(row, dict)]
    if (characters := sum(len(cell.source) for cell in cells)) > MOST_CHARACTERS:
        raise Refused(
            f"{name} has {characters:,} characters in its cells, more than {MOST_CHARACTERS:,}: delete what is not of the lab."
        )
    return cells


def shown(text: str) -> str:
    """Makes a name or message of others safe for a terminal or a page: one line, without control characters."""
    return "".join(character if character.isprintable() else "\ufffd" for character in " ".join(text.split()))


def _decode(data: bytes) -> str:
    """Decodes UTF-8, with or without a byte-order mark, or UTF-16 as some editors save it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def _short_int(digits: str) -> int:
    """Reads a whole number, but 0 for a very long one: numbers do not matter here, and a million digits take minutes."""
    return int(digits) if len(digits) < 20 else 0


def _rows(table) -> list | None:
    if not isinstance(table, dict):
        return None
    if isinstance(table.get("cells"), list):
        return table["cells"]
    if isinstance(sheets := table.get("worksheets"), list):  # nbformat 3 and older
        return [row for sheet in sheets if isinstance(sheet, dict) for row in _listed(sheet.get("cells"))]
    return None


def _listed(value) -> list:
    return value if isinstance(value, list) else []


def _cell(row: dict) -> StudentCell:
    kind = row.get("cell_type")
    source = row.get("source", row.get("input", ""))  # "input" in nbformat 3
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = row.get("metadata") if isinstance(row.get("metadata"), dict) else {}
    nbgrader = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    return StudentCell(
        kind if kind in KINDS else "raw",
        clean(source) if isinstance(source, str) else "",
        _text(nbgrader.get("grade_id")),
        _text(row.get("id")),
        _images(row.get("attachments")),
        nbgrader.get("solution") is True,
    )


def clean(source: str) -> str:
    """Returns the text as valid UTF-8 with Unix line ends."""
    return source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def _text(value) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _images(attachments) -> dict:
    """Pictures pasted into a written answer: name -> {type: base64 text}."""
    if not isinstance(attachments, dict):
        return {}
    found = {}
    for name, kinds in attachments.items():
        images = (
            {k: v for k, v in kinds.items() if k in IMAGES and isinstance(v, str)} if isinstance(kinds, dict) else {}
        )
        if images:
            found[clean(name)] = images
    return found
