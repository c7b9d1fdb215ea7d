"""Recognises a course directory that an earlier edition of the course released: its files import names that are gone."""

import ast
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from shared.errors import LabError

OURS = ("shared", "grading")


def require_current_imports(root: Path, files: Iterable[Path], lab: str) -> None:
    """Raises LabError, with the command that helps, where a released file imports what this edition does not have.

    Args:
        root: the course directory.
        files: notebooks and Python files that were released there.
        lab: the lab to name in the command.
    """
    for path in files:
        for source in _sources(path):
            for name in missing_imports(source):
                raise LabError(
                    f"The file {path.relative_to(root)} was released by an earlier edition of the course, "
                    f"since it imports {name}: run 'course release {lab} --root {root}' again."
                )


def missing_imports(source: str) -> Iterator[str]:
    """Names that code imports from the course's packages and that do not exist, such as "shared.texts.load_mail".

    Args:
        source: Python, or a notebook's cell; code that cannot be parsed imports nothing.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(source))  # which turns %pip into Python
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in OURS:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if not _exists(name):
                    yield name


def _exists(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def _sources(path: Path) -> Iterator[str]:
    """The code of a Python file, or of each code cell of a notebook."""
    if path.suffix == ".ipynb":
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                yield cell.source
    else:
        yield path.read_text(encoding="utf-8")
