"""`course new`: the lab that it makes is built, proven by its bank and graded as it stands."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from grading.authoring.new_lab import new_lab
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

LAB = "lab90_example"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the checkout in which nothing else is at work."""
    folder = tmp_path_factory.mktemp("new") / "checkout"
    folder.mkdir()
    for name in ("grading", "shared"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course.toml", "nbgrader_config.py", "pyproject.toml"):
        shutil.copyfile(CHECKOUT / name, folder / name)
    (folder / "data").mkdir()
    for path in (CHECKOUT / "data").glob("*.toml"):
        shutil.copyfile(path, folder / "data" / path.name)
    (folder / "data" / "embedded").symlink_to(CHECKOUT / "data" / "embedded")
    return folder


def course(checkout, *words) -> str:
    command = [sys.executable, "-m", "grading.cli", *map(str, words)]
    done = subprocess.run(
        command, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_lab_is_built_proven_and_graded(checkout, tmp_path):
    before = (checkout / "course.toml").read_text()
    said = course(checkout, "new", LAB, "--title", 'A "first" example')
    assert f"solutions/{LAB}/part01_mean_square.py" in said
    assert (checkout / "course.toml").read_text().startswith(before)
    course(checkout, "build", LAB)
    assert f"{LAB}: 3 right and 5 wrong answers; 0 " in course(checkout, "bank", LAB)
    root = tmp_path / "root"
    course(checkout, "release", LAB, "--root", root)
    notebook = json.loads((root / "solutions" / LAB / f"{LAB}.ipynb").read_text())
    handed_in = tmp_path / "in"
    handed_in.mkdir()
    (handed_in / "ada.ipynb").write_text(json.dumps(notebook))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "mean_square":
            cell["source"] = "def mean_square(values):\n    return sum(v * abs(v) for v in values) / len(values)"
    (handed_in / "ben.ipynb").write_text(json.dumps(notebook))
    course(checkout, "collect", LAB, "--from", handed_in, "--root", root)
    course(checkout, "autograde", LAB, "--kernel", "plain", "--root", root)
    rows = json.loads(course(checkout, "grades", LAB, "--format", "json", "--root", root))
    points = {row["student"]: row["checks"] for row in rows}
    assert points["ada"] == {"mean_square_value": 45.0, "mean_square_signs": 45.0, "mean_square_why": None}
    assert points["ben"] == {"mean_square_value": 45.0, "mean_square_signs": 0.0, "mean_square_why": None}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("forgetting", "'forgetting' cannot be the name of a lab: write it like 'lab08_forgetting'"),
        ("lab08_Forgetting", "cannot be the name of a lab"),
        ("../lab08_forgetting", "cannot be the name of a lab"),
        ("lab01_ridge", "There is a lab 'lab01_ridge' in course.toml already"),
    ],
)
def test_another_name_is_asked_for_and_nothing_is_written(checkout, name, says):
    before = {path: path.read_bytes() for path in checkout.glob("*.toml")}
    with pytest.raises(LabError, match=says):
        new_lab(name, "A title", checkout)
    assert {path: path.read_bytes() for path in checkout.glob("*.toml")} == before


def test_a_folder_that_exists_is_never_written_into(checkout):
    folder = checkout / "tests" / "answers" / "lab91_mine"
    folder.mkdir(parents=True)
    with pytest.raises(LabError, match="The folder tests/answers/lab91_mine exists"):
        new_lab("lab91_mine", "A title", checkout)
    assert not (checkout / "solutions" / "lab91_mine").exists()
    assert "lab91_mine" not in (checkout / "course.toml").read_text()
