"""Tests that what a person gave outlives every later run, and that the log tells who changed what."""

import datetime
import json
from dataclasses import replace

import nbformat
import pytest

from grading import autograde, cli, grade_log
from grading.course import load_course
from grading.coursedir import autograded_folder
from grading.gradebook import database, grades, held_marks, records
from tests.grading.harm import killed_run

LAB = "lab01_ridge"
RIGHT = "def double(x):\n    return 2 * x"
WHY = "Because two times is twice."


class Class:
    """A course directory with one student."""

    def __init__(self, root, course):
        self.root, self.course = root, course

    def hand_in(self, code=RIGHT, why=WHY, cut=False):
        notebook = nbformat.read(self.root / "labs" / LAB / f"{LAB}.ipynb", as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = {"double": code, "why": why}.get(name, cell.source)
        path = self.root / "submitted" / "ada" / LAB / f"{LAB}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(notebook)
        path.write_text(text[:1500] if cut else text)
        return self

    def grade(self, **settings):
        autograde.grade_class(LAB, replace(self.course, **settings), self.root, "plain", only="ada")
        return self

    def give(self, cell="why", points=10.0, remark="", extra=None):
        with database.gradebook(self.root, self.course) as book:
            grade = book.find_grade(cell, LAB, LAB, "ada")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = points, extra, False
            if remark:
                book.find_comment(cell, LAB, LAB, "ada").manual_comment = remark
            book.db.commit()
        return self

    def marks(self, cell="why"):
        """(points, extra credit, whether it waits, remark)"""
        with database.gradebook(self.root, self.course) as book:
            grade = book.find_grade(cell, LAB, LAB, "ada")
            try:
                remark = book.find_comment(cell, LAB, LAB, "ada").manual_comment
            except database.MissingEntry:
                remark = None
            return grade.manual_score, grade.extra_credit, grade.needs_manual_grade, remark

    def row(self):
        [row] = grades.class_grades(LAB, self.course, self.root)
        return row


@pytest.fixture
def ada(release_mini, tmp_path):
    course = load_course()
    return Class(release_mini(tmp_path, course)[1], course)


def held(ada) -> bool:
    return any((ada.root / "held_marks").rglob("*.json"))


def test_a_refused_file_and_a_failed_run_in_between_lose_nothing(ada):
    ada.hand_in().grade().give(remark="A clear reason.", extra=2.0)
    ada.hand_in(cut=True).grade()
    assert ada.row().status == "refused"
    ada.hand_in().grade(total_timeout_seconds=1)
    ada.grade()
    assert ada.marks() == (10, 2, False, "A clear reason.")
    assert ada.row().status == "graded"
    assert not held(ada)


def test_the_same_answer_graded_again_stays_done(ada):
    ada.hand_in().grade().give()
    ada.hand_in(code="def double(x):\n    return x + x").grade()
    assert ada.marks()[:3] == (10, None, False)


def test_an_answer_whose_text_changed_is_asked_again_with_the_earlier_mark_beside_it(ada):
    ada.hand_in().grade().give(remark="A clear reason.")
    ada.hand_in(why="Since I say so.").grade()
    assert ada.marks() == (10, None, True, "A clear reason.")
    assert ada.row().status == "review"
    assert "why: its answer changed after a person had given 10 points" in ada.row().reason
    ada.hand_in(cut=True).grade()
    ada.hand_in(why="Since I say so.").grade()
    assert ada.marks()[2], "nobody has read the new text"


def test_points_given_instead_of_a_checks_verdict_hold_for_the_same_code(ada):
    wrong = "def double(x):\n    return 5"
    ada.hand_in(code=wrong).grade().give("double_three", 30.0)
    ada.hand_in(code=wrong, why="Other words.").grade()
    assert ada.marks("double_three")[:3] == (30, None, False)
    ada.hand_in(code=RIGHT).grade()
    assert ada.marks("double_three")[:3] == (30, None, True)


def test_an_extension_is_kept_through_a_refused_file(ada):
    ada.hand_in().grade()
    with database.gradebook(ada.root, ada.course) as book:
        book.grant_extension(LAB, "ada", days=3)
    ada.hand_in(cut=True).grade()
    (ada.root / "submitted" / "ada" / LAB / "timestamp.txt").write_text("2027-02-14 10:00:00 UTC")
    ada.hand_in().grade()
    assert ada.row().flags == []
    with database.gradebook(ada.root, ada.course) as book:
        assert book.find_submission(LAB, "ada").extension == datetime.timedelta(days=3)


GIVES_BACK = """
from grading import registrar_process
registrar_process.give_back = kill_the_run
"""


def test_killed_before_the_marks_are_back_the_next_run_puts_them_back(ada, tmp_path):
    ada.hand_in().grade().give(remark="A clear reason.")
    ada.hand_in(cut=True).grade()
    ada.hand_in()
    killed_run(tmp_path, ada.root, "ada", GIVES_BACK)
    autograde.grade_class(LAB, ada.course, ada.root, "plain")
    assert ada.marks() == (10, None, False, "A clear reason.")


def test_killed_while_the_graded_notebook_was_written_points_are_kept_and_asked_again(ada):
    ada.hand_in().grade().give(remark="A clear reason.")
    path = autograded_folder("ada", LAB, ada.root) / f"{LAB}.ipynb"
    path.write_text(path.read_text()[:500])
    ada.hand_in(cut=True).grade()
    assert ada.row().status == "refused"
    ada.hand_in().grade()
    assert ada.marks() == (10, None, True, "A clear reason.")


def test_a_newer_mark_is_not_overwritten_by_a_held_one(ada):
    ada.hand_in().grade().give(points=10.0)
    held_marks.hold(LAB, "ada", ada.course, ada.root)
    ada.give(points=7.0)
    ada.grade()
    assert ada.marks()[0] == 7


def test_the_log_tells_who_changed_what_from_what_to_what(ada, capsys):
    ada.hand_in().grade().give(points=10.0, remark="A clear reason.").give(points=8.0)
    found = [
        (change.cell, change.what, change.old, change.new)
        for change in grade_log.changes(ada.root, "ada")
        if change.what != "auto_score"
    ]
    assert found == [
        ("why", "manual_score", None, 10.0),
        ("why", "manual_comment", None, "A clear reason."),
        ("why", "manual_score", 10.0, 8.0),
    ]
    ada.hand_in(code="def double(x):\n    return 5").grade()
    cli.main(["log", "ada", "--root", str(ada.root)])
    printed = capsys.readouterr().out
    assert [line.split()[4:] for line in printed.splitlines()][-2:] == [
        ["double_three", "auto_score", "40", "0"],
        ["double_any", "auto_score", "50", "0"],
    ]
    cli.main(["log", "nobody", "--root", str(ada.root)])
    assert "No grade of nobody was changed" in capsys.readouterr().out


def test_what_is_rolled_back_is_not_in_the_log(ada):
    ada.hand_in().grade()
    before = grade_log.changes(ada.root, "ada")
    with database.gradebook(ada.root, ada.course) as book:
        book.find_grade("why", LAB, LAB, "ada").manual_score = 3.0
        book.db.flush()
        book.db.rollback()
    assert grade_log.changes(ada.root, "ada") == before


def test_records_name_the_changed_answer(ada):
    ada.hand_in().grade().give()
    ada.hand_in(why="Since I say so.").grade()
    assert set(records.records(ada.root, LAB)["ada"].doubts) == {"why"}
