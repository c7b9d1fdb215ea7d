"""The doctor: what it says about a notebook, and that the repaired copy is what it promises."""

import json
import shutil
import subprocess
import sys

import nbformat
import pytest

from grading.authoring.build import build_lab
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.examination import doctor, examine, report
from shared.notebooks.reading import Refused
from shared.pristine import keep_copy

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


@pytest.mark.parametrize(
    "first",
    ["x = !ls", "np.dot?", "?print", "%time 1", "!ls", "%%time", "%%timeit -n 1", "files = %ls", "await something()"],
)
def test_what_ipython_understands_is_not_broken(tmp_path, notebook, first):
    answer(notebook)["source"] = f"{first}\n{ANSWER}"
    assert examine(saved(tmp_path, notebook)).broken == []


@pytest.mark.parametrize(
    ("source", "line"),
    [("\n\nx = !ls\ndef f(:\n", 4), ("%%time\ndef f(:\n", 2), ("%%bash\nfor x in *; do echo $x; done", None)],
)
def test_the_line_of_a_mistake_is_the_one_that_is_seen(tmp_path, notebook, source, line):
    answer(notebook)["source"] = source
    found = examine(saved(tmp_path, notebook)).broken
    assert [text for text in found if f", line {line}:" in text] == found
    assert bool(found) == bool(line)


def test_deeply_nested_code_is_broken_and_not_the_doctor(tmp_path, notebook):
    answer(notebook)["source"] = "(" * 5000
    assert len(examine(saved(tmp_path, notebook)).broken) == 1


@pytest.fixture
def places(make_mini, tmp_path, course):
    """A small lab in a checkout and in the bundle that is made from it: name -> folder."""
    checkout = make_mini(tmp_path)
    build_lab(LAB, course, checkout)
    bundle = tmp_path / "bundle"
    (bundle / "labs").mkdir(parents=True)
    shutil.copytree(checkout / "labs" / LAB, bundle / "labs" / LAB)
    keep_copy(LAB, (bundle / "labs" / LAB / f"{LAB}.ipynb").read_text(), bundle / "data")
    return {"checkout": checkout, "bundle": bundle}


@pytest.mark.parametrize("where", ["in place", "elsewhere"])
def test_the_same_is_said_in_a_bundle_and_a_checkout_wherever_the_file_is(places, tmp_path, where):
    said = set()
    for folder in places.values():
        path = folder / "labs" / LAB / f"{LAB}.ipynb"
        table = json.loads(path.read_text())
        named = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in table["cells"]}
        named["double"]["source"] = "def double(x):\n    return 2 * x"
        named["double_three"]["source"] = "pass"
        table["cells"].remove(named["double_any"])
        if where == "elsewhere":
            path = tmp_path / f"{LAB}.ipynb"
        path.write_text(json.dumps(table))
        said.add(report(examine(path, folder), path))
    assert len(said) == 1
    text = said.pop()
    assert "'double_three' was edited" in text
    assert "'double_any' was missing" in text
    assert "Not answered yet: why." in text


def test_a_lab_that_was_edited_where_no_copy_is_kept_is_not_compared_with_itself(places):
    checkout = places["checkout"]
    shutil.rmtree(checkout / "data" / "released")
    path = checkout / "labs" / LAB / f"{LAB}.ipynb"
    table = json.loads(path.read_text())
    del table["cells"][3]
    path.write_text(json.dumps(table))
    with pytest.raises(LabError, match=f"course build {LAB}"):
        examine(path, checkout)


def test_another_python_hands_over_to_the_one_with_the_packages(tmp_path, notebook):
    """As `python3 -m shared.doctor` does beside a set-up environment."""
    bare = [sys.executable, "-I", "-S", "-c", BARE.format(checkout=str(CHECKOUT), prefix=sys.prefix)]
    done = subprocess.run([*bare, str(saved(tmp_path, notebook))], capture_output=True, text=True, cwd=CHECKOUT)
    assert "can be graded" in done.stdout, done.stderr
    nowhere = [sys.executable, "-I", "-S", "-c", BARE.format(checkout=str(CHECKOUT), prefix=str(tmp_path))]
    done = subprocess.run([*nowhere, "x.ipynb"], capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 1
    assert "run 'python3 -m shared.install' there" in done.stderr
    assert done.stderr.count("\n") == 1


# A Python without packages, in a shell where the environment of `prefix` is active; the checkout itself has none.
BARE = """
import os, sys
sys.path.insert(0, {checkout!r})
os.environ["VIRTUAL_ENV"] = {prefix!r}
from shared import course_python, doctor
course_python.environments = lambda: [os.environ["VIRTUAL_ENV"]]
sys.exit(doctor.main(sys.argv[1:]))
"""


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
