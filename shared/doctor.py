"""Says what is wrong with a notebook before it is handed in, and writes a repaired copy next to it. Nothing is executed.

From a terminal: python -m shared.doctor FILE (instructors: course doctor FILE)
"""

import ast
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id, is_answer
from shared.notebooks.reading import Refused, StudentCell, read_cells, shown
from shared.notebooks.realign import Realigned, realign

LABS = "labs"
HELP = "usage: python -m shared.doctor FILE"


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
    origin = _released(cells, checkout)
    release = nbformat.read(origin, as_version=4)
    found = realign(release, cells)
    return Findings(
        origin.stem,
        found.repairs,
        [f"'{name}': {why}" for name, why in found.doubts.items()],
        _broken(found),
        _unanswered(found, release),
        found.notebook,
    )


def _released(cells: list[StudentCell], checkout: Path) -> Path:
    """Returns the released notebook with which this one has most in common."""
    paths = sorted((checkout / LABS).glob("*/*.ipynb"))
    if not paths:
        raise LabError(f"There is no {LABS} folder in {checkout}: run this in the folder that the labs came in.")
    marks = {c.grade_id for c in cells} - {None}
    texts = {c.source.strip() for c in cells}

    def common(path: Path) -> int:
        theirs = nbformat.read(path, as_version=4).cells
        return sum(grade_id(c) in marks or c.source.strip() in texts for c in theirs)

    return max(paths, key=common)


def _broken(found: Realigned) -> list[str]:
    sentences = []
    for cell in found.notebook.cells:
        if cell.cell_type != "code" or not is_answer(cell):
            continue
        try:
            ast.parse(
                "\n".join(
                    "pass" if line.lstrip()[:1] in "%!" and line.strip() else line for line in cell.source.split("\n")
                )
            )
        except (SyntaxError, ValueError) as error:
            line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
            sentences.append(f"'{grade_id(cell)}' is not Python{line}: {getattr(error, 'msg', error)}")
    return sentences


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


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(HELP)
    try:
        sys.exit(doctor(Path(sys.argv[1])))
    except (LabError, Refused) as error:
        sys.exit(str(error))
