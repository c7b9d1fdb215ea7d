"""Tests a class through real nbgrader (right, wrong, unanswered, late, broken): its grades, and what its pages show."""

import contextlib
import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest

from grading import autograde, sample_students
from grading.course import load_course
from grading.demo import surprises
from grading.feedback import write
from grading.gradebook import grades, records
from grading.gradebook.run_lock import hold_run_lock
from grading.intake import collect
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

LAB = "lab01_ridge"


@pytest.fixture(scope="module")
def graded(tmp_path_factory, release_mini):
    """A small class, graded once: (checkout, course directory, course, samples)."""
    course = load_course()
    checkout, root = release_mini(tmp_path_factory.mktemp("class"), course)
    samples = sample_students.sample_class(LAB, course, checkout)
    sample_students.hand_in(samples, LAB, root)
    late = root / "submitted" / "late" / LAB
    late.mkdir(parents=True)
    (late / f"{LAB} (1).ipynb").write_text(samples[0].text)
    (late / "timestamp.txt").write_text("2027-02-14 10:00:00 UTC")
    before = dict(os.environ)
    autograde.grade_class(LAB, course, root, "plain", workers=2)
    assert dict(os.environ) == before, "what runs next in this process would draw this class's fresh inputs"
    return checkout, root, course, samples


@pytest.fixture
def rows(graded):
    _, root, course, _ = graded
    return {row.student: row for row in grades.class_grades(LAB, course, root)}


def test_everybody_gets_exactly_what_the_bank_says(graded, rows):
    assert [s for made in graded[3] for s in surprises(made, list(rows.values()))] == []


def test_a_warning_inside_a_check_costs_no_point(rows):
    assert rows["ada"].checks["double_three"] == 40


def test_the_reference_has_all_automatic_points_and_waits_for_a_reader(rows):
    assert (rows["ada"].score, rows["ada"].max_score, rows["ada"].status) == (90, 100, "review")
    assert rows["ada"].checks["why"] is None
    assert "why" in rows["ada"].reason


def test_an_unanswered_notebook_has_zero_and_needs_nobody(rows):
    assert (rows["finn"].score, rows["finn"].status) == (0, "graded")


def test_a_broken_file_is_reported_and_stops_nobody(rows):
    assert rows["jo"].status == "refused"
    assert rows["jo"].score is None
    assert "not a notebook" in rows["jo"].reason


def test_a_browsers_file_name_is_understood_and_lateness_costs_what_the_policy_says(graded, rows):
    course = graded[2]
    lost = 90 * 2 * course.percent_per_day / 100  # a day and a half late
    assert rows["late"].score == 90 - lost
    assert rows["late"].flags == [f"late: -{lost:g}"]


def test_submissions_stay_as_they_were_handed_in(graded):
    folder = graded[1] / "submitted" / "late" / LAB
    assert sorted(path.name for path in folder.iterdir()) == [f"{LAB} (1).ipynb", "timestamp.txt"]


def test_a_second_run_grades_nothing_again_and_a_change_is_graded(graded):
    _, root, course, samples = graded
    before = records.records(root, LAB)
    autograde.grade_class(LAB, course, root, "plain", workers=2)
    assert records.records(root, LAB) == before
    path = root / "submitted" / "ben" / LAB / f"{LAB}.ipynb"
    path.write_text("{")
    try:
        autograde.grade_class(LAB, course, root, "plain", workers=2)
        row = next(row for row in grades.class_grades(LAB, course, root) if row.student == "ben")
        assert (row.status, row.score) == ("refused", None), "the score of the earlier file must not stay"
    finally:
        path.write_text(next(made.text for made in samples if made.student == "ben"))
        autograde.grade_class(LAB, course, root, "plain", workers=2)
    assert next(r for r in grades.class_grades(LAB, course, root) if r.student == "ben").score == 90


def test_pages_name_the_misconception_and_hide_tests_and_rubric(graded):
    _, root, course, samples = graded
    pages = {path.parent.parent.name: path.read_text() for path in write.write_feedback(LAB, course, root)}
    assert set(pages) == set(records.records(root, LAB))
    wrong = next(made.student for made in samples if made.story.endswith("right where it is looked at"))
    assert "The answer must depend on the argument." in pages[wrong]
    for page in pages.values():
        assert "hidden_argument" not in page
        assert "five for half" not in page
        assert "HIDDEN TESTS" not in page
    assert "not a notebook" in pages["jo"]


def test_grades_as_csv_and_json_agree(rows):
    listed = list(rows.values())
    from_csv = list(csv.DictReader(io.StringIO(grades.as_csv(listed))))
    from_json = json.loads(grades.as_json(listed))
    assert [row["student"] for row in from_csv] == [row["student"] for row in from_json]
    assert [row["score"] or None for row in from_csv] == [
        None if row["score"] is None else str(row["score"]) for row in from_json
    ]


def test_a_spreadsheet_reads_no_formula():
    row = grades.Row("=cmd()", 1.0, 2.0, "graded", "+1", [], {})
    cells = next(csv.DictReader(io.StringIO(grades.as_csv([row]))))
    assert cells["student"] == "'=cmd()"
    assert cells["reason"] == "'+1"


def test_formgrader_shows_rubric_and_answer_to_the_grader(graded):
    notebook = nbformat.read(graded[1] / "autograded" / "ada" / LAB / f"{LAB}.ipynb", as_version=4)
    assert any("five for half" in cell.source for cell in notebook.cells)


def test_a_submission_that_nbgrader_could_not_read_is_repaired_and_graded(graded):
    _, root, course, samples = graded
    notebook = nbformat.reads(samples[0].text, as_version=4)
    answer = next(cell for cell in notebook.cells if "nbgrader" in cell.metadata)
    answer.metadata["nbgrader"]["schema_version"] = 1
    folder = root / "submitted" / "kim" / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_text(nbformat.writes(notebook))
    found = {record.student: record for record in autograde.grade_class(LAB, course, root, "plain", workers=2)}
    assert found["kim"].status == "graded"


def test_a_second_run_at_the_same_time_is_refused(graded):
    _, root, course, _ = graded
    with hold_run_lock(LAB, root), pytest.raises(LabError, match="being graded"):
        autograde.grade_class(LAB, course, root, "plain")


def test_a_gradebook_that_cannot_be_written_leaves_the_student_due(graded):
    """No record of an older grade stays in force, and the same command goes on once the database is free."""
    _, root, course, samples = graded
    locked = replace(course, database=f"sqlite:///{root / 'gradebook.db'}?timeout=0.2")
    with contextlib.closing(sqlite3.connect(root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LabError, match="gradebook cannot be used"):
            autograde.grade_class(LAB, locked, root, "plain", only=samples[0].student)
    before = records.records(root, LAB)[samples[0].student]
    autograde.grade_class(LAB, course, root, "plain", only=samples[0].student)
    after = records.records(root, LAB)[samples[0].student]
    assert replace(after, seconds=before.seconds) == replace(before, status="graded", reason="")


def test_plain_nbgrader_works_in_the_course_directory(graded):
    _, root, _, _ = graded
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "db", "assignment", "list"],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert LAB in done.stdout + done.stderr, done.stderr


def test_what_is_missing_is_reported_with_the_command_that_helps(tmp_path, course):
    with pytest.raises(LabError, match=f"^There is no gradebook in {tmp_path}: run 'course release {LAB} --root"):
        autograde.grade_class(LAB, course, tmp_path, "plain", workers=1)
    with pytest.raises(LabError, match="course autograde"):
        write.write_feedback(LAB, course, tmp_path)
    with pytest.raises(LabError, match="^There is no folder .*nowhere: pass --from"):
        collect.collect_folder(LAB, course, tmp_path, tmp_path / "nowhere")
