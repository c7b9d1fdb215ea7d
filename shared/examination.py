"""Examines a notebook: holds it against the released one, and writes a repaired copy. Nothing is executed."""

import ast
import os
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id, is_answer
from shared.notebooks.needed_cells import plain_python
from shared.notebooks.reading import read_cells, shown
from shared.notebooks.realign import Realigned, realign
from shared.pristine import origin_of

# Cell magics that run what is below them as Python.
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python")


@dataclass(frozen=True)
class Findings:
    """What a look at a notebook found, in sentences, and the repaired notebook."""

    lab: str
    repairs: list[str]
    doubts: list[str]
    broken: list[str]
    unanswered: list[str]
    notebook: NotebookNode

    @property
    def sound(self) -> bool:
        """Whether it can be graded as it is."""
        return not (self.repairs or self.doubts or self.broken)


def examine(path: Path, checkout: Path = CHECKOUT) -> Findings:
    """Compares a notebook with the released one that it comes from.

    Raises:
        LabError: no such file. Refused: no notebook, or of none of this course's labs.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LabError(
            f"The file {shown(str(path))} cannot be read ({error.strerror}): give the path of a notebook."
        ) from None
    cells = read_cells(data, path.name)
    origin = origin_of(cells, checkout)
    found = realign(origin.notebook, cells)
    return Findings(
        origin.lab,
        found.repairs,
        [f"'{name}': {why}" for name, why in found.doubts.items()],
        _broken(found),
        _unanswered(found, origin.notebook),
        found.notebook,
    )


def _broken(found: Realigned) -> list[str]:
    sentences = []
    for cell in found.notebook.cells:
        if cell.cell_type != "code" or not is_answer(cell):
            continue
        try:
            ast.parse(as_python(cell.source))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
            sentences.append(f"'{grade_id(cell)}' is not Python{line}: {getattr(error, 'msg', error)}")
    return sentences


def as_python(source: str) -> str:
    """A cell's Python, each line where it was: `x = !ls`, `name?` and magics are not mistaken for broken code."""
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    magic = lines[first].split()[0] if lines[first].split() else ""
    if magic.startswith("%%"):
        below = lines[first + 1 :] if magic in PYTHON_MAGICS else []
        return "\n" * (first + 1) + as_python("\n".join(below)) if below else ""
    return "\n" * first + plain_python("\n".join(lines[first:]))


def _unanswered(found: Realigned, release: NotebookNode) -> list[str]:
    stubs = {grade_id(c): c.source.strip() for c in release.cells if is_answer(c)}
    mine = {grade_id(c): c.source.strip() for c in found.notebook.cells if is_answer(c)}
    return [name for name, stub in stubs.items() if mine[name] == stub]


def report(findings: Findings, path: Path) -> str:
    """Formats the findings for the terminal."""
    lines = [f"{shown(path.name)} is {findings.lab}."]
    lines += [f"Repaired in the copy: {sentence}." for sentence in findings.repairs]
    lines += [f"Look at it yourself: {sentence}." for sentence in findings.doubts + findings.broken]
    if findings.unanswered:
        lines.append(f"Not answered yet: {', '.join(findings.unanswered)}.")
    if findings.sound:
        lines.append("It can be graded as it is.")
    return "\n".join(lines)


def doctor(path: Path, checkout: Path = CHECKOUT) -> int:
    """Prints what is wrong, writes the repaired copy where there is something to repair; 0 for a sound notebook, else 1."""
    findings = examine(path, checkout)
    print(report(findings, path))
    if findings.repairs or findings.doubts:
        target = path.with_name(f"{path.stem}.repaired.ipynb")
        part = target.with_suffix(".part")
        nbformat.write(findings.notebook, part)
        os.replace(part, target)
        print(f"The repaired copy: {shown(str(target))}")
    return int(not findings.sound)
