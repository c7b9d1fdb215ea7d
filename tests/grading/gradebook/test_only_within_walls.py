"""Tests that nbgrader's own autograding, which knows no walls, does nothing in a course directory."""

import json
import os
import subprocess
import sys

import pytest

from grading import autograde
from grading.course import load_course
from grading.nbgrader_settings import api
from shared.assets.cache_paths import CHECKOUT

LAB = "lab01_ridge"
SENTENCE = "A submission runs within walls only: run 'course autograde LAB'"


@pytest.fixture(scope="module")
def place(tmp_path_factory, release_mini):
    """(course directory, course): ada's graded submission writes a file into the course directory where it may."""
    course = load_course()
    _, root = release_mini(tmp_path_factory.mktemp("walls"), course)
    notebook = json.loads((root / "labs" / LAB / f"{LAB}.ipynb").read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "double":
            cell["source"] = f"open({str(root / 'reached')!r}, 'w').close()\ndef double(x):\n    return 2 * x"
    folder = root / "submitted" / "ada" / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_text(json.dumps(notebook))
    autograde.grade_class(LAB, course, root, "plain")
    (root / "reached").unlink()
    return root, course


def unharmed(root) -> bool:
    return not (root / "reached").exists() and (root / "autograded" / "ada" / LAB / f"{LAB}.ipynb").is_file()


def test_formgraders_button_refuses_in_one_sentence(place):
    root, course = place
    said = api(course, root).autograde(LAB, "ada")  # what the button calls
    assert not said["success"]
    assert SENTENCE in said["log"]
    assert unharmed(root)


@pytest.mark.parametrize("more", [[], ["--force"], ["--no-execute", "--force"]])
def test_nbgraders_command_refuses(place, more):
    root, _ = place
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "nbgrader", "autograde", LAB, *more]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert SENTENCE in done.stderr
    assert "Traceback" not in done.stderr
    assert unharmed(root)
