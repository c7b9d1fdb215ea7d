"""Recognises what an earlier edition of the course released: its notebooks import names that are gone."""

import ast
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from shared.errors import LabError

OURS = ("shared", "grading")


def require_current_imports(root: Path, files: Iterable[Path], lab: str) -> None:
    """Raises LabError, with the way out, where released files import what this edition does not have.

    Args:
        root: the course directory.
        files: notebooks and Python files that were released there.
        lab: the lab to name in the command.
    """
    for path in files:
        for name in missing_imports(_source(path)):
            raise LabError(
                f"{path.relative_to(root)} was released by an earlier edition of the course, which had {name}: "
                f"run 'course release {lab} --root {root}' again."
            )


def missing_imports(source: str) -> Iterator[str]:
    """Names that Python code imports from the course's packages and that are not there, such as "shared.texts"."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in OURS:
            yield from (f"{node.module}.{alias.name}" for alias in node.names if not _exists(node.module, alias.name))


def _exists(module: str, name: str) -> bool:
    try:
        if hasattr(importlib.import_module(module), name):
            return True
        importlib.import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return False
    return True


def _source(path: Path) -> str:
    """The Python of a file; of a notebook, that of the cells that are Python alone."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code" and _is_python(cell.source))


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:  # a magic such as %pip
        return False
    return True
