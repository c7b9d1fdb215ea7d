"""Finds the labs as they were released, whatever somebody has typed into labs/ since."""

import lzma
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from shared.assets.cache_paths import CHECKOUT, INSTALLED
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id
from shared.notebooks.fingerprint import is_as_built
from shared.notebooks.reading import StudentCell

LABS = "labs"
RELEASED = "released"  # the folder of the copies, in data/ or where the wheel put it
ENDING = ".ipynb.xz"  # compressed, so that nobody opens and edits one by mistake


@dataclass(frozen=True)
class Origin:
    """A lab, and its notebook as released."""

    lab: str
    notebook: NotebookNode


def keep_copy(lab: str, text: str, folder: Path) -> None:
    """Writes the copy of a lab's notebook, given as text, into the folder RELEASED of a `data` folder."""
    target = folder / RELEASED / f"{lab}{ENDING}"
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(lzma.compress(text.encode("utf-8")))
    part.replace(target)


def origin_of(cells: list[StudentCell], checkout: Path = CHECKOUT) -> Origin:
    """The released notebook with which a submission has most in common.

    Raises:
        LabError: there are no labs, or the lab's notebook was edited in place and there is no copy of it.
    """
    marks = {cell.grade_id for cell in cells} - {None}
    texts = {cell.source.strip() for cell in cells}

    def common(lab: str) -> int:
        return sum(grade_id(cell) in marks or cell.source.strip() in texts for cell in found[lab].cells)

    found = _notebooks(checkout)
    if not found:
        raise LabError(f"There is no {LABS} folder in {checkout}: run this in the folder that the labs came in.")
    lab = max(found, key=common)
    if not is_as_built(found[lab]):
        raise LabError(
            f"The notebook {LABS}/{lab}/{lab}.ipynb was edited and there is no copy of the released one here: "
            f"move it away and run 'course build {lab}', then this command again."
        )
    return Origin(lab, found[lab])


def _notebooks(checkout: Path) -> dict[str, NotebookNode]:
    """Lab -> its notebook: from labs/ where nobody has edited it, else the copy, else the edited one."""
    copies = checkout / "data" / RELEASED
    if not copies.is_dir():
        copies = INSTALLED / RELEASED
    kept = {path.name.removesuffix(ENDING): path for path in sorted(copies.glob(f"*{ENDING}"))}
    opened = {path.stem: path for path in sorted((checkout / LABS).glob("*/*.ipynb")) if path.stem == path.parent.name}
    found = {}
    for lab in sorted({*kept, *opened}):
        notebook = _read(opened[lab]) if lab in opened else None
        if lab in kept and (notebook is None or not is_as_built(notebook)):
            notebook = nbformat.reads(lzma.decompress(kept[lab].read_bytes()).decode("utf-8"), as_version=4)
        if notebook is not None:
            found[lab] = notebook
    return found


def _read(path: Path) -> NotebookNode | None:
    """The notebook of a file; None where it holds none, as after an editor's accident."""
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError):
        return None
