"""Submissions in containers of their own, for which bubblewrap stands in: any command that starts one will do."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grading import autograde
from grading.course import load_course
from grading.gradebook import grades
from shared.errors import LabError
from tests.isolation import needs_walls

LAB = "lab01_ridge"
WALLS = "bwrap --ro-bind / / --dev /dev --proc /proc --unshare-net --unshare-pid --die-with-parent"
CONTAINER = f"{WALLS} --tmpfs /var/tmp --setenv TMPDIR /var/tmp"
LEAVES = "open('/var/tmp/left', 'w').close()\ndef double(x):\n    return 2 * x"
FINDS = "import os\nalone = not os.path.exists('/var/tmp/left')\ndef double(x):\n    return 2 * x if alone else 0"


@pytest.fixture
def handed_in(release_mini, tmp_path, monkeypatch):
    """(course directory, course) with a class of three; `python3` is this Python, as it would be in the course's image."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    course = replace(load_course(), container=CONTAINER)
    _, root = release_mini(tmp_path, course)
    notebook = json.loads((root / "labs" / LAB / f"{LAB}.ipynb").read_text())
    answer = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "double")
    for student, answer["source"] in {
        "ada": LEAVES,
        "ben": FINDS,
        "cyd": "import os\nos.kill(1, 9)\nos._exit(1)",
    }.items():
        target = root / "submitted" / student / LAB / f"{LAB}.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(notebook))
    return root, course


@needs_walls
def test_nothing_is_left_in_one_submissions_container_for_the_next(handed_in):
    root, course = handed_in
    autograde.grade_class(LAB, course, root, "container")
    found = {row.student: row for row in grades.class_grades(LAB, course, root)}
    assert [found[student].score for student in ("ada", "ben", "cyd")] == [90, 90, 0]
    assert not Path("/var/tmp/left").exists()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("", "No container is named"),
        ("no-such-program run", "cannot be started"),
        ("false", "does not run the course's code"),
    ],
)
def test_without_a_container_nothing_is_run(handed_in, monkeypatch, command, says):
    root, course = handed_in
    with pytest.raises(LabError, match=f"{says}.*docs/sandbox.md"):
        autograde.grade_class(LAB, replace(course, container=command), root, "container")
    assert not list((root / "executed").rglob("*.ipynb"))
