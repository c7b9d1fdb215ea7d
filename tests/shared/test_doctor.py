"""The doctor: what it says about a notebook, and that the repaired copy is what it promises."""

import json
import subprocess
import sys

import nbformat
import pytest

from shared.assets.cache_paths import CHECKOUT
from shared.doctor import doctor, examine
from shared.errors import LabError
from shared.notebooks.reading import Refused

LAB = "lab01_ridge"
ANSWER = "def ridge_fit(X, y, alpha):\n    return 1, 2\n"


@pytest.fixture
def notebook():
    """A submission of the first lab with one answer typed in, as a dict."""
    table = json.loads((CHECKOUT / "labs" / LAB / f"{LAB}.ipynb").read_text())
    answer(table)["source"] = ANSWER
    return table


def answer(table: dict) -> dict:
    return next(c for c in table["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "ridge_fit")


def saved(tmp_path, table):
    path = tmp_path / "my work (1).ipynb"
    path.write_text(json.dumps(table))
    return path


def test_a_sound_notebook_is_told_so_and_nothing_is_written(tmp_path, notebook, capsys):
    path = saved(tmp_path, notebook)
    assert doctor(path) == 0
    said = capsys.readouterr().out
    assert f"is {LAB}." in said
    assert "can be graded as it is" in said
    assert "Not answered yet: unit_change" in said
    assert list(tmp_path.iterdir()) == [path]


def test_what_colab_lost_is_put_back_in_the_copy(tmp_path, notebook, capsys):
    for cell in notebook["cells"]:
        cell["metadata"].pop("nbgrader", None)
        cell.pop("id", None)
    path = saved(tmp_path, notebook)
    assert doctor(path) == 1
    assert "recognised by its" in capsys.readouterr().out
    copy = nbformat.read(tmp_path / "my work (1).repaired.ipynb", as_version=4)
    assert answer(copy)["source"] == ANSWER
    assert examine(tmp_path / "my work (1).repaired.ipynb").sound


def test_a_typing_error_is_shown_with_its_line(tmp_path, notebook):
    answer(notebook)["source"] = "%timeit 1\ndef ridge_fit(X, y, alpha)\n    return 1"
    found = examine(saved(tmp_path, notebook))
    assert found.broken == ["'ridge_fit' is not Python, line 2: expected ':'"]


def test_what_is_no_notebook_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "lab.ipynb"
    path.write_text('{"cells": [')
    with pytest.raises(Refused, match="not a notebook"):
        examine(path)
    with pytest.raises(LabError, match="cannot be read"):
        examine(tmp_path / "nowhere.ipynb")
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "1", "metadata": {}}]}))
    with pytest.raises(Refused, match="another lab"):
        examine(path)


def test_students_run_it_without_the_graders_package(tmp_path, notebook):
    done = subprocess.run(
        [sys.executable, "-m", "shared.doctor", str(saved(tmp_path, notebook))],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "can be graded" in done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "shared.doctor", "nowhere.ipynb"], capture_output=True, text=True, cwd=CHECKOUT
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
