"""The command line: sentences instead of tracebacks, and the exit status that scripts rely on."""

import json
import os
import subprocess
import sys

import pytest

from grading.cli import main
from grading.course import CHECKOUT


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["build", "lab1_ridge"], "no lab 'lab1_ridge'.*Did you mean lab01_ridge"),
        (["autograde", "lab01_ridge"], "pass '--kernel plain'"),
        (["autograde", "lab01_ridge", "--kernel", "sandbox"], "pass '--kernel plain'"),
        (["grades", "lab99"], "no lab 'lab99'"),
        (["collect", "lab01_ridge", "--from", "nowhere"], "no folder nowhere"),
    ],
)
def test_mistakes_end_with_status_2_and_one_sentence(arguments, says, capsys, tmp_path):
    root = [] if arguments[0] == "build" else ["--root", str(tmp_path)]
    assert main([*arguments, *root]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    import re

    assert re.search(says, error)


def test_formgrader_without_a_course_directory_says_what_to_do_first(tmp_path, capsys):
    assert main(["formgrader", "--root", str(tmp_path)]) == 2
    assert "course release LAB" in capsys.readouterr().err


def test_grades_of_a_lab_nobody_handed_in_are_an_empty_list(tmp_path, capsys, mini, course):
    from grading import build, release

    build.build("lab01_ridge", course, mini)
    release.release("lab01_ridge", course, tmp_path / "root", mini)
    assert main(["grades", "lab01_ridge", "--format", "json", "--root", str(tmp_path / "root")]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_it_is_installed_as_course():
    command = os.path.join(os.path.dirname(sys.executable), "course")
    done = subprocess.run([command, "--help"], capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 0
    for name in ("build", "release", "collect", "autograde", "feedback", "grades", "bundle"):
        assert name in done.stdout
