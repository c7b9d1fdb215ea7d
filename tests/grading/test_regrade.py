"""Tests what happens between two runs: a kill while the gradebook is written, files that change, names that are no ids."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from grading import autograde, cli, registrar
from grading.course import load_course
from grading.feedback import write
from grading.gradebook import database, grades, records
from shared.assets.cache_paths import CHECKOUT
from tests.grading.harm import killed_run

LAB = "lab01_ridge"
RIGHT = "def double(x):\n    return 2 * x"
OTHER = "def double(x):\n    return x + x"
ASKS_A_PERSON = """
from grading.gradebook import merge
merge._ask_a_person = kill_the_run
"""
FORGETS = """
from grading import registrar_process
registrar_process.forget = kill_the_run
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory, release_mini):
    """(course directory, course) of a class of three, graded once."""
    course = load_course()
    _, root = release_mini(tmp_path_factory.mktemp("regrade"), course)
    put(root, "ada", RIGHT).with_name("timestamp.txt").write_text("2027-02-14 10:00:00 UTC")
    put(root, "dup", RIGHT, OTHER)
    put(root, "eva", None, into_check=RIGHT)
    autograde.grade_class(LAB, course, root, "plain", workers=2)
    return root, course


def put(root, student, *answers, into_check=None):
    notebook = nbformat.read(root / "labs" / LAB / f"{LAB}.ipynb", as_version=4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    if answers[0]:
        cells["double"].source = answers[0]
    for more in answers[1:]:
        notebook.cells.insert(notebook.cells.index(cells["double"]) + 1, {**cells["double"], "source": more})
    if into_check:
        cells["double_three"].source = into_check
    path = root / "submitted" / student / LAB / f"{LAB}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))
    return path


def row(place, student):
    root, course = place
    return next(row for row in grades.class_grades(LAB, course, root) if row.student == student)


def test_an_answer_in_a_check_waits_for_a_person_and_the_repair_is_shown(place):
    found = row(place, "eva")
    assert found.status == "review"
    assert "defines the same names" in found.reason
    assert "put right: 'double_three' was edited" in found.reason
    assert found.checks["double_three"] is None


def test_lateness_costs_its_share_of_points_that_a_person_gives_as_well(place):
    root, course = place
    with database.gradebook(root, course) as book:
        grade = book.find_grade("why", LAB, LAB, "ada")
        grade.manual_score = 10
        grade.needs_manual_grade = False
        book.db.commit()
    lost = 100 * 2 * course.percent_per_day / 100  # a day and a half late
    assert row(place, "ada").score == 100 - lost
    assert row(place, "ada").flags == [f"late: -{lost:g}"]
    write.write_feedback(LAB, course, root, workers=2)
    with database.gradebook(root, course) as book:
        assert book.find_submission_notebook(LAB, LAB, "ada").late_submission_penalty == lost


def test_killed_before_a_doubt_is_written_the_doubt_is_not_lost(place, tmp_path):
    root, course = place
    before = row(place, "dup")
    assert before.status == "review"
    killed_run(tmp_path, root, "dup", ASKS_A_PERSON)
    assert row(place, "dup").status == "failed"
    assert row(place, "dup").reason == f"Grading was interrupted: run 'course autograde {LAB}' again."
    autograde.grade_class(LAB, course, root, "plain")
    assert row(place, "dup") == before


def test_killed_while_a_refusal_is_written_it_is_written_again(place, tmp_path):
    root, course = place
    path = put(root, "tim", RIGHT)
    autograde.grade_class(LAB, course, root, "plain")
    path.write_text("{")
    killed_run(tmp_path, root, "tim", FORGETS)
    assert row(place, "tim").status == "failed"
    autograde.grade_class(LAB, course, root, "plain")
    assert (row(place, "tim").status, row(place, "tim").score) == ("refused", None)
    shutil.rmtree(path.parent.parent)
    (root / "records" / LAB / "tim.json").unlink()


def test_other_judges_outside_the_kernel_are_a_reason_to_grade_again(place):
    root, course = place
    assert autograde.Grading(LAB, course, root, "plain").due(None) == []
    judges = root / "solutions" / LAB / "outside_judges.py"
    before = judges.read_text()
    judges.write_text("def double_any(doubles): ...\n")
    assert autograde.Grading(LAB, course, root, "plain").due(None) == ["ada", "dup", "eva"]
    judges.write_text(before)
    assert autograde.Grading(LAB, course, root, "plain").due(None) == []


def test_what_jupyter_and_python_leave_next_to_a_lab_is_none(place):
    root, course = place
    for folder in (root / "labs" / LAB, root / "solutions" / LAB):
        for left in (".ipynb_checkpoints", "__pycache__"):
            (folder / left).mkdir()
            (folder / left / "left").write_text("anything")
    assert autograde.Grading(LAB, course, root, "plain").due(None) == []


def test_what_is_replaced_while_it_is_graded_is_graded_again(place, monkeypatch):
    root, course = place
    path = put(root, "tim", RIGHT)
    accept = registrar.Registrar.accept

    def replaced(*given):
        path.write_text("{")
        return accept(*given)

    with monkeypatch.context() as patch:
        patch.setattr(registrar.Registrar, "accept", replaced)
        autograde.grade_class(LAB, course, root, "plain")
    assert (row(place, "tim").status, row(place, "tim").score) == ("graded", 90)
    autograde.grade_class(LAB, course, root, "plain")
    assert row(place, "tim").status == "refused"
    shutil.rmtree(path.parent.parent)
    (root / "records" / LAB / "tim.json").unlink()


def test_names_that_are_no_ids_are_refused_by_themselves(place, capsys):
    root, course = place
    names = (os.fsdecode(b"J\xf6rg"), "Smith [Bob]", "\x1b]0;owned\x07", "y" * 200)
    odd = [root / "submitted" / name for name in names]
    for folder in odd:
        (folder / LAB).mkdir(parents=True)
        (folder / LAB / f"{LAB}.ipynb").write_text("{")
    for student, name in {"tom": b"\xdcbung", "zoe": b"\x1b]0;owned\x07"}.items():
        (root / "submitted" / student / LAB).mkdir(parents=True)
        (root / "submitted" / student / LAB / os.fsdecode(name + b".ipynb")).write_text("{")
    assert cli.main(["autograde", LAB, "--kernel", "plain", "--root", str(root)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("cannot be a student's id") == len(odd)
    assert printed.replace("\n", "").isprintable()
    assert cli.main(["autograde", LAB, "--student", "Smith [Bob]", "--root", str(root)]) == 2
    assert "cannot be a student's id" in capsys.readouterr().err
    found = records.records(root, LAB)
    assert [found[student].status for student in ("tom", "zoe", "Smith [Bob]")] == ["refused"] * 3
    assert "not a notebook" in found["zoe"].reason
    assert len(write.write_feedback(LAB, course, root)) == len(found)
    assert grades.as_table(grades.class_grades(LAB, course, root)).replace("\n", "").isprintable()


def test_folders_a_thousand_deep_in_a_plain_kernel_are_gone_afterwards(place, tmp_path, monkeypatch):
    root, course = place
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    deep = "import os\nfor _ in range(1500):\n    os.mkdir('x' * 99)\n    os.chdir('x' * 99)\n"
    path = put(root, "tim", deep + RIGHT)
    autograde.grade_class(LAB, course, root, "plain")
    assert row(place, "tim").score == 90
    assert not list(tmp_path.glob("course-*"))
    shutil.rmtree(path.parent.parent)
    (root / "records" / LAB / "tim.json").unlink()


@pytest.mark.parametrize(
    "text", ["", '{"student": "ada", "sta', "[]", "{}", '{"student": 3, "status": null}', "\x00" * 9]
)
def test_a_record_that_was_cut_off_counts_as_none(place, text):
    root, course = place
    before = row(place, "ada")
    (root / "records" / LAB / "ada.json").write_text(text)
    assert row(place, "ada").status == "failed"
    assert row(place, "ada").reason == f"Its record cannot be read: run 'course autograde {LAB}' again."
    assert row(place, "eva").status == "review"
    write.write_feedback(LAB, course, root)
    autograde.grade_class(LAB, course, root, "plain")
    assert row(place, "ada") == before


def test_a_judge_at_fault_stops_the_run_and_takes_nobodys_points(place, capsys):
    root, course = place
    judges = root / "solutions" / LAB / "outside_judges.py"
    sound = judges.read_text()
    before = row(place, "ada")
    judges.write_text(sound + "\n\ndef double_any(doubles):\n    open('/nowhere/labels.csv')\n")
    assert cli.main(["autograde", LAB, "--root", str(root), "--kernel", "plain"]) == 2
    assert "The judge of 'double_any' fails (FileNotFoundError" in capsys.readouterr().err
    assert row(place, "ada").status == "failed"
    judges.unlink()
    assert cli.main(["autograde", LAB, "--root", str(root), "--kernel", "plain"]) == 2
    assert "has no function of that name" in capsys.readouterr().err
    judges.write_text(sound)
    autograde.grade_class(LAB, course, root, "plain")
    assert row(place, "ada") == before


SHADOW = "open({path!r}, 'a').write(__name__ + ' '); raise ImportError('a module of a student')\n"


@pytest.mark.parametrize("command", ["autograde", "feedback", "grades"])
@pytest.mark.parametrize("safe", [["-P"], []], ids=["course", "python -m grading.cli"])
def test_nothing_is_imported_from_the_folder_one_stands_in(place, tmp_path, command, safe):
    root, _ = place
    names = [
        "zmq",
        "nbformat",
        "pandas",
        "jupyter_client",
        "sqlalchemy",
        "shared",
        "argparse",
        *(["grading"] if safe else []),
    ]
    for name in names:
        (tmp_path / f"{name}.py").write_text(SHADOW.format(path=str(tmp_path / "ran")))
    more = ["--kernel", "plain", "--student", "ada"] if command == "autograde" else []
    script = [sys.executable, *safe, "-m", "grading.cli", command, LAB, "--root", str(root), *more]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()
