"""Tests `make demo` as a whole: all references, a class of ten through nbgrader, and the table."""

import os
import re
import subprocess
import sys

import pytest

from grading import demo as demo_module
from grading.coursedir import reference_path
from shared.assets.cache_paths import CHECKOUT


@pytest.fixture(scope="module")
def demo(demo_root):
    """(what was printed, the course directory)."""
    command = [sys.executable, "-m", "grading.cli", "demo", "--root", str(demo_root)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, env={**os.environ})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, demo_root


def row(out: str, student: str) -> tuple[str, str]:
    """(score, status) of a line of the table."""
    return re.search(rf"^{student} +(\S+) +\d+ +(\w+)", out, flags=re.MULTILINE).groups()


def test_the_table_has_everybody_with_the_grade_they_earned(demo, course):
    out = demo[0]
    full = row(out, "ada")[0]
    written = course.lab("lab01_ridge").points - float(full)
    assert 10 <= written <= 30, "all automatic points; the written ones wait for a person"
    for student in ("ben", "cleo", "dan"):
        assert row(out, student) == (full, "review")
    assert 0 < float(row(out, "eva")[0]) < float(full)
    assert row(out, "finn") == ("0", "graded")
    for student in ("gus", "hana", "ivan"):
        assert float(row(out, student)[0]) < float(full)
    assert row(out, "jo") == ("-", "refused")
    assert "NOT AS EXPECTED" not in out


def test_the_paths_it_names_are_there(demo, course):
    out, root = demo
    for name in course.labs:
        assert reference_path(name, root).is_file()
    page = re.search(r"The first page of feedback: (\S+)", out).group(1)
    assert os.path.isfile(page)
    assert {path.parent.parent.name for path in (root / "feedback").glob("*/*/*.html")} >= {"ada", "finn", "jo"}


def test_ctrl_c_keeps_the_first_class(course, tmp_path, monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo_module, "demo_class", lambda *_: [])
    monkeypatch.setattr(demo_module, "run_others", stopped)
    assert demo_module.run_demo(course, tmp_path) == demo_module.STOPPED
    out = capsys.readouterr().out
    assert f"Stopped: the class of lab01_ridge and its grades are in {tmp_path}; run the command again" in out
