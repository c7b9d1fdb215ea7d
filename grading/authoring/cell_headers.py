"""Expands the short headers that authors write on a lab's cells into nbgrader's metadata."""

import re

from nbformat import NotebookNode

from shared.errors import LabError

KINDS = ("answer", "check", "question")
FORMS = 'answer="NAME", check="NAME" points=N, question="NAME" points=N or nothing after \'# %%\''
# Besides what authors write, the notes that jupytext itself makes about how a cell was written in the file.
KNOWN = {*KINDS, "points", "tags", "lines_to_next_cell", "cell_marker"}
UNREADABLE = ("incorrectly_encoded_metadata", "title")


def expand(cells: list[NotebookNode], file: str) -> None:
    """Replaces the short headers of one file's cells by nbgrader's metadata.

    `answer="fit"` is code to be written; `check="fit_value" points=3` tests it. In markdown cells `question="why" points=10`
    is the locked question "why_question", and `answer="why"` the written answer below it, which carries its points.

    Args:
        cells: as jupytext reads them; cells without one of these headers stay as they are.
        file: the name of the file in messages.

    Raises:
        LabError: a header cannot be read, or a question has no written answer, or the answer no question.
    """
    asked = None
    for number, cell in enumerate(cells, start=1):
        where = f"Cell {number} of {file}"
        kind = _kind(cell, where)
        if kind is None:
            continue
        name = cell.metadata.pop(kind)
        if not isinstance(name, str) or not re.fullmatch(r"\w+", name):
            raise LabError(f'{where} has {kind}={name!r}: write {kind}="NAME", of letters, digits and underscores.')
        points = 0 if kind == "answer" else _points(cell, f"{where}, the {kind} '{name}',")
        if kind == "question":
            _require_answered(asked)
            asked = (f"{where}, the question '{name}',", points)
            cell.metadata["nbgrader"] = _metadata(f"{name}_question", locked=True)
        elif kind == "check":
            cell.metadata["nbgrader"] = _metadata(name, grade=True, locked=True, points=points)
        elif cell.cell_type == "code":
            cell.metadata["nbgrader"] = _metadata(name, solution=True)
        elif asked is None:
            raise LabError(
                f"{where}, the written answer '{name}', has no question above it in this file: "
                "write '# %% [markdown] question=\"NAME\" points=N' before it."
            )
        else:
            cell.metadata["nbgrader"] = _metadata(name, grade=True, points=asked[1], solution=True)
            asked = None
    _require_answered(asked)


def _kind(cell: NotebookNode, where: str) -> str | None:
    """Which of KINDS a header names, if any; raises LabError where the header makes no sense."""
    keys = set(cell.metadata)
    if "nbgrader" in keys:  # spelled out, as jupytext writes the header of a notebook's cell: it is taken as it is
        return None
    for key in UNREADABLE:
        if key in keys:
            raise LabError(f"{where} has a header that cannot be read, {cell.metadata[key]!r}: write {FORMS}.")
    if unknown := sorted(keys - KNOWN):
        raise LabError(
            f"{where} has the unknown key '{unknown[0]}': write {FORMS}; only tags=[...] may be added to these."
        )
    named = [kind for kind in KINDS if kind in keys]
    if len(named) > 1:
        raise LabError(f"{where} is {' and '.join(named)} at once: leave one of them in its header.")
    if "points" in keys and named in ([], ["answer"]):
        raise LabError(f"{where} has points but is no check and no question: write points=N in the header of one.")
    if not named:
        return None
    allowed = {"answer": ("code", "markdown"), "check": ("code",), "question": ("markdown",)}[named[0]]
    if cell.cell_type not in allowed:
        begin = "# %%" if "code" in allowed else "# %% [markdown]"
        raise LabError(
            f"{where} is a {cell.cell_type} cell with {named[0]}=...: begin its header with '{begin} {named[0]}='."
        )
    return named[0]


def _points(cell: NotebookNode, which: str) -> int:
    """Takes the points out of a header; `which` names the cell in messages."""
    points = cell.metadata.pop("points", None)
    if points is None:
        raise LabError(f"{which} has no points: write points=N after its name.")
    if type(points) is not int or points < 0:
        raise LabError(f"{which} has points={points!r}: write a whole number, without quotes.")
    return points


def _require_answered(asked: tuple[str, int] | None) -> None:
    """Raises LabError where the last question, given as (its name in messages, points), still waits for its answer."""
    if asked:
        raise LabError(
            f"{asked[0]} has no written answer below it in this file: write '# %% [markdown] answer=\"NAME\"' after it."
        )


def _metadata(
    name: str,
    *,
    grade: bool = False,
    locked: bool = False,
    points: int = 0,
    solution: bool = False,
) -> NotebookNode:
    """A cell's nbgrader metadata."""
    return NotebookNode(
        grade=grade,
        grade_id=name,
        locked=locked,
        points=points,
        schema_version=3,
        solution=solution,
        task=False,
    )
