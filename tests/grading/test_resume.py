"""Tests that a run that was killed with SIGKILL and started again ends like one that nobody disturbed."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict

import pytest

from grading import autograde, sample_students
from grading.course import load_course
from grading.gradebook import grades, records
from shared.assets.cache_paths import CHECKOUT

LAB = "lab01_ridge"
RUN = """
import sys
from pathlib import Path
from grading.autograde import grade_class
from grading.course import load_course
grade_class("lab01_ridge", load_course(), Path(sys.argv[1]), "plain", workers=2)
"""


def class_of(folder, release_mini):
    course = load_course()
    checkout, root = release_mini(folder, course)
    sample_students.hand_in(sample_students.sample_class(LAB, course, checkout), LAB, root)
    return root, course


@pytest.fixture(scope="module")
def calm(tmp_path_factory, release_mini):
    """What the same class gets in a run that nobody disturbs."""
    root, course = class_of(tmp_path_factory.mktemp("calm"), release_mini)
    autograde.grade_class(LAB, course, root, "plain", workers=2)
    return rows(root, course)


def rows(root, course) -> list[dict]:
    return [asdict(row) for row in grades.class_grades(LAB, course, root)]


def start(root) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", RUN, str(root)], env=environment, start_new_session=True, **quiet)


@pytest.mark.parametrize("finished", [1, 4, 8])
def test_a_killed_run_goes_on_where_it_was(tmp_path, release_mini, calm, finished):
    root, course = class_of(tmp_path, release_mini)
    run = start(root)
    while len(records.records(root, LAB)) < finished:
        assert run.poll() is None, "the run ended before it could be killed"
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    # A kill while the gradebook was written leaves one more record, of a failure: that submission is graded again.
    before = {name: found for name, found in records.records(root, LAB).items() if found.status != "failed"}
    autograde.grade_class(LAB, course, root, "plain", workers=2)
    after = records.records(root, LAB)
    assert {name: after[name] for name in before} == before, "what was finished is not graded again"
    assert rows(root, course) == calm
