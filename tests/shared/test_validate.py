"""Tests that Validate accepts what the grader accepts, with the settings of the students' bundle and of a checkout."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from grading.publishing.bundle import VALIDATE
from shared.assets.cache_paths import CHECKOUT

LAB = "lab01_ridge"
RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return 6"


@pytest.fixture(scope="module")
def lab(tmp_path_factory, release_mini):
    from grading.course import load_course

    _, root = release_mini(tmp_path_factory.mktemp("validate"), load_course())
    return nbformat.read(root / "labs" / LAB / f"{LAB}.ipynb", as_version=4)


def validate(folder, notebook) -> str:
    nbformat.write(notebook, folder / "lab.ipynb")
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "nbgrader", "validate", "lab.ipynb"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True).stdout


@pytest.mark.parametrize("place", ["bundle", "checkout"])
@pytest.mark.parametrize(("answer", "said"), [(RIGHT, "Success"), (WRONG, "VALIDATION FAILED")])
def test_a_warning_costs_no_right_answer_and_a_wrong_one_still_fails(lab, tmp_path, place, answer, said):
    if place == "bundle":
        (tmp_path / "nbgrader_config.py").write_text(VALIDATE.format(seconds=300))
    else:
        shutil.copyfile(CHECKOUT / "nbgrader_config.py", tmp_path / "nbgrader_config.py")
    for cell in lab.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = {"double": answer, "why": "Because."}.get(name, cell.source)
    assert "warnings.warn" in "".join(cell.source for cell in lab.cells), "a check of the small lab warns"
    assert said in validate(tmp_path, lab)
