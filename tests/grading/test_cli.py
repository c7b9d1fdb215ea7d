"""Tests the command line: sentences instead of tracebacks, and the exit status that scripts rely on."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from grading.cli import COMMANDS, main
from shared.assets.cache_paths import CHECKOUT


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["build", "lab1_ridge"], "^course: There is no lab 'lab1_ridge'.*Did you mean lab01_ridge"),
        (["autograde", "lab01_ridge"], "There is no gradebook .*run 'course release lab01_ridge"),
        (["export", "lab01_ridge", "--format", "canvas"], "There is no gradebook .*run 'course release lab01_ridge"),
        (["grades", "lab99"], "^course: There is no lab 'lab99'"),
        (["collect", "lab01_ridge", "--from", "nowhere"], "^course: There is no folder nowhere"),
    ],
)
def test_mistakes_end_with_status_2_and_one_sentence(arguments, says, capsys, tmp_path):
    root = [] if arguments[0] == "build" else ["--root", str(tmp_path)]
    assert main([*arguments, *root]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(says, error)


def test_formgrader_without_a_course_directory_says_what_to_do_first(tmp_path, capsys):
    assert main(["formgrader", "--root", str(tmp_path)]) == 2
    first = f"run 'course release LAB --root {tmp_path}' first."
    assert capsys.readouterr().err == f"course: There is no gradebook in {tmp_path}: {first}\n"


def test_formgrader_opens_on_a_gradebook_that_is_no_file(tmp_path, capsys, monkeypatch):
    from grading.commands import formgrader, options

    elsewhere = replace(options.load_course(), database="postgresql+psycopg2://grader@nowhere/grades")
    monkeypatch.setattr(options, "load_course", lambda: elsewhere)
    started = []

    def start(command, cwd):
        started.append(cwd)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(formgrader.subprocess, "run", start)
    assert main(["formgrader", "--root", str(tmp_path)]) == 2
    assert "course release LAB" in capsys.readouterr().err
    (tmp_path / "nbgrader_config.py").touch()
    assert main(["formgrader", "--root", str(tmp_path)]) == 0
    assert started == [tmp_path]


def test_formgrader_opens_itself_where_it_is_told_to(tmp_path, monkeypatch, release_mini, course):
    from grading.commands import formgrader

    _, root = release_mini(tmp_path, course)
    started = []

    def start(command, cwd):
        started.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(formgrader.subprocess, "run", start)
    assert main(["formgrader", "--root", str(root)]) == 0
    assert main(["formgrader", "--root", str(root), "--port", "8890", "--no-browser"]) == 0
    assert "--LabApp.default_url=/formgrader" in started[0]
    assert not {"--no-browser"} & set(started[0])
    assert {"--ServerApp.port=8890", "--ServerApp.port_retries=0", "--no-browser"} <= set(started[1])


def test_the_guide_shows_commands_in_the_order_of_the_help():
    guide = (CHECKOUT / "docs" / "instructors.md").read_text(encoding="utf-8")
    lab = guide[guide.index("## For each lab") : guide.index("### Whose file")]
    shown = list(dict.fromkeys(re.findall(r"^\|[^|]*\| `course (\w+)", lab, flags=re.MULTILINE)))
    assert shown == sorted(shown, key=COMMANDS.index)
    assert set(COMMANDS) - set(shown) == {"new", "build", "bank", "bundle", "restore", "assets", "demo", "lock"}


def test_grades_of_a_lab_nobody_handed_in_are_an_empty_list(tmp_path, capsys, release_mini, course):
    _, root = release_mini(tmp_path, course)
    assert main(["grades", "lab01_ridge", "--format", "json", "--root", str(root)]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_it_is_installed_as_course():
    command = os.path.join(os.path.dirname(sys.executable), "course")
    done = subprocess.run([command, "--help"], capture_output=True, text=True, cwd=CHECKOUT)
    assert done.returncode == 0
    listed = re.findall(r"^    (\w+)\b", done.stdout, flags=re.MULTILINE)
    assert listed == list(COMMANDS)
