"""Validate says what the grader would, with the students' settings: points by exercise, in the last cell's words."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from grading.authoring.build import build_lab
from grading.publishing.bundle import VALIDATE, student_course
from shared import checks, validation
from shared.assets.cache_paths import CHECKOUT

LAB = "lab01_ridge"
RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return 6"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, make_mini):
    """A folder with one small lab, built, and everything that a bundle has."""
    from grading.course import load_course

    folder = make_mini(tmp_path_factory.mktemp("validate"))
    build_lab(LAB, load_course(), folder)
    for name in ("shared", "data/cards"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("manifest.toml", "models.toml"):
        shutil.copyfile(CHECKOUT / "data" / name, folder / "data" / name)
    (folder / "nbgrader_config.py").write_text(VALIDATE)
    return folder


@pytest.fixture
def lab(checkout):
    return nbformat.read(checkout / "labs" / LAB / f"{LAB}.ipynb", as_version=4)


def answered(lab, answer, **others):
    for cell in lab.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = {"double": answer, "why": "Because.", **others}.get(name, cell.source)
    return lab


def saved(folder, notebook):
    path = folder / "my lab.ipynb"
    path.write_text(json.dumps(notebook))  # as it is, also where nbformat would refuse
    return path


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (RIGHT, "Success: the checks that passed are worth 90 of 90 points."),
        (WRONG, "Still open: double, 0 of 90 points.\n    double_any: Twice nothing is nothing."),
    ],
)
@pytest.mark.parametrize("kernel", [{"name": "conda-env-x-py", "display_name": "x", "language": "python"}, None])
def test_nbgraders_command_says_it_whatever_kernel_the_notebook_names(checkout, lab, tmp_path, answer, said, kernel):
    """The small lab's check warns on stderr, which costs nobody a point; 6 is twice three, and no more than that."""
    if (kernel is None) != (answer == RIGHT):
        pytest.skip("each answer with one kernel")
    assert "warnings.warn" in "".join(cell.source for cell in lab.cells), "a check of the small lab warns"
    lab.metadata["kernelspec"] = kernel
    path = saved(tmp_path, answered(lab, answer))
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "nbgrader", "validate", str(path)]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)
    if answer == WRONG:
        said = said.replace("0 of 90 points.\n    double_any", "40 of 90 points.\n    double_any")
    assert said in done.stdout, done.stderr
    assert "Error" not in done.stderr
    assert "import warnings" not in done.stdout, "no source of a check"


def test_an_open_exercise_an_edited_check_and_a_cell_of_ones_own_are_told(checkout, lab, tmp_path):
    own = nbformat.v4.new_code_cell("never_defined + 1")
    lab.cells.insert(2, own)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in lab.cells}
    cells["double_three"].source = "pass"
    found = validation.validate(saved(tmp_path, lab), checkout)
    assert not found.success
    assert "Note: 'double_three' was edited; the released one is used." in found.text
    assert "The cell that begins with 'never_defined + 1' stops with NameError" in found.text
    assert (
        "Still open: double, 0 of 90 points.\n    double_three, double_any: double is not answered yet.\n" in found.text
    )
    assert "in profile tiny, as labs are graded" in found.text


def test_a_cell_may_run_as_long_as_the_course_lets_it(checkout, lab, tmp_path, monkeypatch, course):
    (checkout / "course.toml").write_text(student_course(course))
    assert validation.cell_seconds(checkout) == course.cell_timeout_seconds
    monkeypatch.setattr(validation, "cell_seconds", lambda _: 2)
    slow = saved(tmp_path, answered(lab, f"import time\ntime.sleep(20)\n{RIGHT}"))
    found = validation.validate(slow, checkout)
    assert "stops with no result: it ran longer than a cell may" in found.text
    assert not found.success


def test_the_experiments_of_a_lab_are_left_out_and_what_was_added_is_not(lab):
    code = [cell for cell in answered(lab, RIGHT).cells if cell.cell_type == "code"]
    experiment = nbformat.v4.new_code_cell("slow = [double(x) for x in range(10)]", id="experiment")
    added = nbformat.v4.new_code_cell("mine = 1", id="added-1")
    kept = [cell.id for cell in validation._needed([*code[:2], experiment, added, *code[2:]])]
    assert "added-1" in kept
    assert "experiment" not in kept
    assert {"double", "double-three", "double-any"} <= set(kept)


def test_the_dialog_in_jupyterlab_gets_the_text_alone():
    table = validation._for_the_button("The checks <b>...")
    assert [cell["source"] for cell in table["failed"]] == ["The checks <b>..."]
    assert "<b>" not in table["failed"][0]["error"], "that one is taken for HTML"


def test_what_validate_reads_is_what_the_last_cell_prints():
    assert f"checks.{checks.summary.__name__}(" == validation.SUMMARY
