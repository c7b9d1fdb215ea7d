"""Remembers every student notebook that was released in a course directory, so that older ones are recognised."""

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.atomic_write import write_atomically
from grading.coursedir import editions_folder


def keep_edition(lab: str, root: Path, text: str) -> None:
    """Keeps a released student notebook under its fingerprint.

    Args:
        text: of the notebook's file.
    """
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = editions_folder(lab, root) / f"{name}.ipynb"
    if not path.is_file():
        write_atomically(path, text)


def older_editions(lab: str, root: Path, current: str) -> list[NotebookNode]:
    """The student notebooks that were released before, the newest first.

    Args:
        current: text of the notebook that is released now, which is left out.
    """
    paths = sorted(editions_folder(lab, root).glob("*.ipynb"), key=lambda path: path.stat().st_mtime, reverse=True)
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return [nbformat.reads(text, as_version=4) for text in texts if text != current]
