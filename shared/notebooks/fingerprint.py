"""Tells a notebook as a build wrote it from an edited one."""

import hashlib

import nbformat
from nbformat import NotebookNode

KEY = "course"  # in a notebook's metadata


def digest(notebook: NotebookNode) -> str:
    """A fingerprint of everything in a notebook except the fingerprint itself."""
    metadata = {key: value for key, value in notebook.metadata.items() if key != KEY}
    bare = nbformat.from_dict({**notebook, "metadata": metadata})
    return hashlib.sha256(nbformat.writes(bare).encode()).hexdigest()


def sign(notebook: NotebookNode) -> None:
    """Writes the fingerprint into the notebook's metadata."""
    notebook.metadata[KEY] = {"digest": digest(notebook)}


def is_as_built(notebook: NotebookNode) -> bool:
    """Whether a notebook is, to the last character, what a build wrote."""
    return notebook.metadata.get(KEY, {}).get("digest") == digest(notebook)
