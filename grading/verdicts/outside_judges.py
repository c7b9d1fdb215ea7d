"""Judges checks outside the student's kernel: what they expect never enters it, so nothing there can forge them.

A check cell hands values over (`checks.hand_over(labels=...)`); after the run, the function with the cell's name in
`solutions/<lab>/outside_judges.py` gets them as plain values and raises CheckFailed, with the misconception, where
they are wrong.
"""

import ast
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from grading.coursedir import judges_path
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id, is_check
from shared.settings import HANDED_OVER

NOTHING = "Nothing was handed over: the cell ended before its last line."
ODD = "What was handed over cannot be read as what this check asks for."
# What a judge raises when it cannot read a student's values; any other error is a fault of the course.
ABOUT_VALUES = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)


class JudgeFault(LabError):
    """A judge failed by the course's own fault: no student may lose points for it."""


def judges(lab: str, root: Path = CHECKOUT) -> dict[str, Callable]:
    """Returns the judge of each check that hands values over, by grade_id; empty for a lab without such checks.

    Args:
        root: a checkout, or a course directory, which has the judges that were released.

    Raises:
        LabError: outside_judges.py cannot be imported.
    """
    path = judges_path(lab, root)
    if not path.is_file():
        return {}
    found = {"__name__": f"outside_{lab}"}
    text = path.read_text(encoding="utf-8")
    try:
        # Not imported: Python would leave compiled code in the course directory, and could use an older one.
        exec(compile(text, path, "exec"), found)
    except Exception as error:
        raise LabError(
            f"The file {path.relative_to(root)} fails ({type(error).__name__}: {error}): correct it, then run again."
        ) from error
    # By name, whatever a decorator or an assignment has made of it.
    return {name: found[name] for name in _written_here(text) if callable(found.get(name))}


def _written_here(text: str) -> list[str]:
    """Public names that a module's own definitions and assignments bind, in their order; imports are others'."""
    names = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def handing_over(notebook: NotebookNode) -> list[str]:
    """The names of the checks that hand values over, in the order of the lab.

    Args:
        notebook: with hidden tests.
    """
    return [grade_id(cell) for cell in notebook.cells if is_check(cell) and _hands_over(cell.source)]


def _hands_over(source: str) -> bool:
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError:  # a magic
        return "hand_over" in source
    return any(isinstance(node, ast.Attribute | ast.Name) and "hand_over" in ast.unparse(node) for node in nodes)


def require_judges(lab: str, notebook: NotebookNode, root: Path = CHECKOUT) -> None:
    """Raises LabError unless each check that hands values over has its judge, and each judge its check.

    Args:
        notebook: the instructor's.
        root: where the judges are.
    """
    wanted = handing_over(notebook)
    known = judges(lab, root)
    file = judges_path(lab, root).relative_to(root)
    if missing := [name for name in wanted if name not in known]:
        raise LabError(
            f"The check '{missing[0]}' of {lab} hands values over, but {file} has no function of that name: write it."
        )
    if idle := [name for name in known if name not in wanted]:
        raise LabError(
            f"The file {file} has a function '{idle[0]}', but no check of that name hands values over: correct the name, or "
            f"call a helper '_{idle[0]}'."
        )


def handed_over(cell: NotebookNode) -> dict | None:
    """What a cell has handed over last; None where that is nothing that can be judged."""
    data = [output.get("data", {}) for output in cell.outputs]
    handed = [each[HANDED_OVER] for each in data if HANDED_OVER in each]
    return handed[-1] if handed and isinstance(handed[-1], dict) else None


def verdict(judge: Callable, handed: dict | None) -> tuple[str, str] | None:
    """Returns (name, message) of why the check fails, or None.

    Args:
        handed: what the check has handed over.
    Raises:
        JudgeFault: the judge failed for another reason than the values.
    """
    if handed is None:
        return "CheckFailed", NOTHING
    try:
        judge(**handed)
    except AssertionError as failed:
        return type(failed).__name__, str(failed)
    except ABOUT_VALUES:  # a student's values may be anything; what a judge cannot read is wrong
        return "CheckFailed", ODD
    except Exception as error:
        said = f"{type(error).__name__}: {str(error)[:200]}"
        raise JudgeFault(
            f"The judge of '{getattr(judge, '__name__', judge)}' fails ({said}): correct it, then run again."
        ) from error
    return None
