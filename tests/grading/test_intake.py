"""The door: every refusal is a sentence, and nothing that is refused was opened as anything but data."""

import json

import nbformat
import pytest

from grading.intake import Refused, collect, inspect, submission

LAB = "lab01_ridge"
KNOWN = {"ridge"}


def notebook(grade_id: str = "ridge") -> str:
    cell = nbformat.v4.new_code_cell("1", id="answer", metadata={"nbgrader": {"grade_id": grade_id}})
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))


@pytest.fixture
def path(tmp_path):
    target = tmp_path / f"{LAB}.ipynb"
    target.write_text(notebook())
    return target


def test_a_sound_notebook_passes(path):
    inspect(path, KNOWN, max_mb=1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a notebook"),
        (notebook()[:100], "not a notebook"),
        ("PK\x03\x04 a zip", "not a notebook"),
        ("[" * 100_000, "not a notebook"),
        ("[]", "structure|not a notebook"),
        ("null", "structure|not a notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}', "structure"),
        ('{"nbformat": "x", "cells": []}', "structure|not a notebook"),
        (json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "none of this lab's cells"),
        (notebook("attention"), "none of this lab's cells"),
    ],
)
def test_what_is_no_submission_is_refused_with_a_sentence(path, text, says):
    path.write_text(text)
    with pytest.raises(Refused, match=says):
        inspect(path, KNOWN, max_mb=1)


def test_bytes_that_are_no_text_are_refused(path):
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(Refused, match="not a notebook"):
        inspect(path, KNOWN, max_mb=1)


def test_a_link_is_not_followed(path, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text(notebook())
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(Refused, match="link"):
        inspect(submission(tmp_path, LAB), KNOWN, max_mb=1)


def test_a_dangling_link_is_refused_too(path, tmp_path):
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match="link"):
        inspect(submission(tmp_path, LAB), KNOWN, max_mb=1)


def test_a_flood_of_output_is_refused_by_size(path):
    path.write_text(notebook() + " " * 2_000_000)
    with pytest.raises(Refused, match="clear all outputs"):
        inspect(path, KNOWN, max_mb=1)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ([f"{LAB}.ipynb", "scratch.ipynb"], f"{LAB}.ipynb"),
        ([f"{LAB} (1).ipynb"], f"{LAB} (1).ipynb"),
        (["my solution.ipynb"], "my solution.ipynb"),
        ([f"{LAB}-Copy1.ipynb", "notes.ipynb"], f"{LAB}-Copy1.ipynb"),
    ],
)
def test_the_notebook_that_is_meant_is_found(tmp_path, names, chosen):
    for name in names:
        (tmp_path / name).write_text(notebook())
    assert submission(tmp_path, LAB).name == chosen


@pytest.mark.parametrize(
    ("names", "says"), [([], "no notebook"), (["a.ipynb", "b.ipynb"], "Several .*a.ipynb, b.ipynb")]
)
def test_a_folder_that_leaves_doubt_is_refused(tmp_path, names, says):
    for name in names:
        (tmp_path / name).write_text(notebook())
    with pytest.raises(Refused, match=says):
        submission(tmp_path, LAB)


def test_collect_takes_folders_and_single_files(tmp_path, course):
    source, root = tmp_path / "download", tmp_path / "root"
    (source / "ada").mkdir(parents=True)
    (source / "ada" / f"{LAB} (2).ipynb").write_text(notebook())
    (source / "ben.ipynb").write_text(notebook())
    (source / ".DS_Store").write_text("")
    assert collect(LAB, course, root, source) == ["ada", "ben"]
    assert (root / "submitted" / "ada" / LAB / f"{LAB} (2).ipynb").is_file()
    assert (root / "submitted" / "ben" / LAB / f"{LAB}.ipynb").is_file()
