"""Tests how a submission is found and read: every refusal is a sentence, and nothing is opened as anything but data."""

import json
import os

import nbformat
import pytest

from grading.intake.submission import find_notebook, open_submission
from shared.notebooks.reading import MOST_CELLS, MOST_CHARACTERS, Refused, read_cells
from shared.notebooks.realign import realign

LAB = "lab01_ridge"


def notebook(grade_id: str = "ridge", source: str = "1") -> str:
    meta = {"grade_id": grade_id, "grade": False, "solution": True, "locked": False, "schema_version": 3}
    cell = nbformat.v4.new_code_cell(source, id="answer", metadata={"nbgrader": meta})
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))


RELEASE = nbformat.reads(notebook(source="raise NotImplementedError()"), as_version=4)


def take_in(folder):
    """What the grader does with a student's folder before it runs anything."""
    read = open_submission(folder, LAB, max_mb=1.2)
    if read.refusal:
        raise Refused(read.refusal)
    return realign(RELEASE, read_cells(read.data, read.name))


@pytest.fixture
def path(tmp_path):
    target = tmp_path / f"{LAB}.ipynb"
    target.write_text(notebook())
    return target


def test_a_sound_notebook_passes(path, tmp_path):
    assert [cell.source for cell in take_in(tmp_path).notebook.cells] == ["1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a notebook"),
        (notebook()[:100], "not a notebook"),
        ("PK\x03\x04 a zip", "not a notebook"),
        ("[" * 100_000, "not a notebook"),
        ("[]", "no list of cells"),
        ("null", "no list of cells"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}', "no list of cells"),
        ('{"nbformat": "x", "cells": []}', "none of this lab's cells"),
        (json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "none of this lab's cells"),
        (notebook("attention"), "none of this lab's cells"),
        (json.dumps({"cells": [{}] * (MOST_CELLS + 1)}), "delete those that are not part of the lab"),
        (notebook(source="#" * (MOST_CHARACTERS + 1)), "1,000,001 characters in its cells, more than 1,000,000"),
    ],
)
def test_what_is_no_submission_is_refused_with_a_sentence(path, tmp_path, text, says):
    path.write_text(text)
    with pytest.raises(Refused, match=says):
        take_in(tmp_path)


def test_bytes_that_are_no_text_are_refused(path, tmp_path):
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(Refused, match="not a notebook"):
        take_in(tmp_path)


def test_a_link_is_not_followed(path, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text(notebook())
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(Refused, match=f"^The file {LAB}.ipynb is a link"):
        take_in(tmp_path)


def test_a_dangling_link_is_refused_too(path, tmp_path):
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match=f"^The file {LAB}.ipynb is a link"):
        take_in(tmp_path)


def test_a_flood_of_output_is_refused_by_size(path, tmp_path):
    path.write_text(notebook() + " " * 2_000_000)
    with pytest.raises(Refused, match="clear all outputs"):
        take_in(tmp_path)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ([f"{LAB}.ipynb", "scratch.ipynb"], f"{LAB}.ipynb"),
        ([f"{LAB} (1).ipynb"], f"{LAB} (1).ipynb"),
        (["my solution.ipynb"], "my solution.ipynb"),
        ([f"{LAB}-Copy1.ipynb", "notes.ipynb"], f"{LAB}-Copy1.ipynb"),
        ([f"._{LAB}-1.ipynb", f"{LAB}-1.ipynb"], f"{LAB}-1.ipynb"),
        (["._ada.ipynb", "ada.ipynb", ".ipynb"], "ada.ipynb"),
        (["..lab.ipynb"], "..lab.ipynb"),
    ],
)
def test_the_notebook_that_is_meant_is_found(tmp_path, names, chosen):
    for name in names:
        (tmp_path / name).write_text(notebook())
    assert find_notebook(tmp_path, LAB).name == chosen


@pytest.mark.parametrize(
    ("names", "says"), [([], "^There is no notebook"), (["a.ipynb", "b.ipynb"], r"^Several .*\(a\.ipynb, b\.ipynb\)")]
)
def test_a_folder_that_leaves_doubt_is_refused(tmp_path, names, says):
    for name in names:
        (tmp_path / name).write_text(notebook())
    with pytest.raises(Refused, match=says):
        find_notebook(tmp_path, LAB)


@pytest.mark.parametrize("name", [b"\xdcbung", b"\x1b]0;owned\x07\x1b[2J", b"two\nlines"])
def test_no_name_reaches_a_terminal_as_it_is(tmp_path, name):
    path = tmp_path / os.fsdecode(name + b".ipynb")
    path.write_text("{")
    with pytest.raises(Refused, match="not a notebook") as refused:
        take_in(tmp_path)
    assert str(refused.value).isprintable()
    path.with_stem("other").write_text("{")
    assert open_submission(tmp_path, LAB, 1).refusal.isprintable()


def test_the_digest_is_of_what_was_read(path, tmp_path):
    before = open_submission(tmp_path, LAB, 1)
    assert open_submission(tmp_path, LAB, 1).digest == before.digest
    path.write_text(notebook(source="2"))
    changed = open_submission(tmp_path, LAB, 1).digest
    path.unlink()
    path.symlink_to("nowhere")
    refused = open_submission(tmp_path, LAB, 1).digest
    (tmp_path / "timestamp.txt").write_text("2027-02-14 10:00:00 UTC")
    assert len({before.digest, changed, refused, open_submission(tmp_path, LAB, 1).digest}) == 4


def test_a_folder_that_cannot_be_read_is_a_refusal(tmp_path):
    refusal = open_submission(tmp_path / ("x" * 300), LAB, 1).refusal
    assert refusal == "The folder cannot be read (File name too long): ask your instructor."
