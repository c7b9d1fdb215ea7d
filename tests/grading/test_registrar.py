"""Tests that a submission that hangs, kills or swells what reads it, or enters its result, costs its student a sentence."""

import json

import nbformat
import pytest

from grading import autograde, registrar
from grading.course import load_course
from grading.coursedir import feedback_page
from grading.feedback.write import write_feedback
from grading.gradebook import database, grades, records
from shared.errors import LabError
from tests.grading.harm import write_harm

LAB = "lab01_ridge"
RIGHT = "def double(x):\n    return 2 * x"
TO_READ = "The submission takes too long, or too much memory, to read: delete what is not part of the lab, then hand it in again."
TO_ENTER = "Its result takes too long, or too much memory, to enter: print and display less, then hand it in again."
HARM = """
import time

read_cells = registrar_process.read_cells
merge = registrar_process.merge


def harmed(text, where):
    if f"hangs_{where}" in text:
        time.sleep(1_000)
    if f"dies_{where}" in text:
        os._exit(1)
    if f"swells_{where}" in text:
        bytearray(10**12)
    if f"fails_{where}" in text:
        raise KeyError("a fault of what reads it")


def harmed_read(data, name):
    harmed(data.decode(), "read")
    return read_cells(data, name)


def harmed_merge(lab, student, notebook, *others):
    harmed(str(notebook), "merged")
    return merge(lab, student, notebook, *others)


registrar_process.read_cells = harmed_read
registrar_process.merge = harmed_merge
"""
CLASS = {
    "amy": ("hangs_read", TO_READ),
    "ben": ("in other words", ""),
    "cat": ("dies_read", TO_READ),
    "dan": ("swells_read", TO_READ),
    "eve": ("fails_read", "KeyError"),
    "fay": ("hangs_merged", TO_ENTER),
    "gus": ("dies_merged", TO_ENTER),
    "hal": ("fails_merged", "KeyError"),
    "zoe": ("in other words", ""),
}


def hand_in(root, student: str, remark: str = "") -> None:
    notebook = nbformat.read(root / "labs" / LAB / f"{LAB}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = f"{RIGHT}  # {remark}"
    path = root / "submitted" / student / LAB / f"{LAB}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


def graded(root, course) -> dict[str, grades.Row]:
    autograde.grade_class(LAB, course, root, "plain", workers=2)
    return {row.student: row for row in grades.class_grades(LAB, course, root)}


def test_each_costs_its_student_a_sentence_and_nobody_else_anything(release_mini, tmp_path, monkeypatch):
    course = load_course()
    _, root = release_mini(tmp_path, course)
    for student in CLASS:
        hand_in(root, student)
    before = graded(root, course)
    assert {row.score for row in before.values()} == {90}
    with database.gradebook(root, course) as book:
        for student in CLASS:
            grade = book.find_grade("why", LAB, LAB, student)
            grade.manual_score, grade.needs_manual_grade = 10, False
        book.db.commit()
    for student, (harm, _) in CLASS.items():
        hand_in(root, student, harm)
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", write_harm(tmp_path, HARM))
        patch.setattr(registrar, "MODULE", "harmed")
        patch.setattr(registrar, "READING", 15)
        patch.setattr(registrar, "ENTERING", 40)  # judges start in it
        patch.setattr(registrar.judging, "START", 0)
        patch.setattr(registrar.judging, "TOGETHER", 0)
        harmed = graded(root, course)
    for student, (_, says) in CLASS.items():
        assert harmed[student].status == ("failed" if says else "graded"), harmed[student]
        assert harmed[student].score == (None if says else 100)
        assert says in harmed[student].reason
    with database.gradebook(root, course) as book:
        assert {each.student.id for each in book.assignment_submissions(LAB)} == {"ben", "zoe"}
    write_feedback(LAB, course, root)
    assert TO_READ in feedback_page("amy", LAB, root).read_text()
    for student in CLASS:
        hand_in(root, student)
    after = graded(root, course)
    assert {(row.status, row.score) for row in after.values()} == {("graded", 100)}, "what a person gave is kept"


def test_one_that_cannot_start_ends_the_run_with_a_sentence(release_mini, tmp_path, monkeypatch):
    course = load_course()
    _, root = release_mini(tmp_path, course)
    hand_in(root, "ada")
    (tmp_path / "harmed.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(registrar, "MODULE", "harmed")
    with pytest.raises(LabError, match=f"did not start.*run 'course autograde {LAB}' again with fewer --workers"):
        autograde.grade_class(LAB, course, root, "plain")
    assert "ada" not in records.records(root, LAB)


def test_a_gradebook_that_never_answers_ends_the_run_with_a_sentence(release_mini, tmp_path, monkeypatch):
    course = load_course()
    _, root = release_mini(tmp_path, course)
    (root / "submitted" / "ada" / LAB).mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", write_harm(tmp_path, "registrar_process.forget = lambda *given: os._exit(1)"))
    monkeypatch.setattr(registrar, "MODULE", "harmed")
    with pytest.raises(LabError, match=f"close what else uses it, then run 'course autograde {LAB}' again"):
        autograde.grade_class(LAB, course, root, "plain")
    assert records.records(root, LAB)["ada"].status == "failed"
