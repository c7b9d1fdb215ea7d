"""Tests files for learning platforms: columns, who is who, never part of a grade, what a platform would take wrongly."""

import csv
import io
from dataclasses import replace

import pytest

from grading.gradebook.grades import Row
from grading.gradebook.roster import Person
from grading.reports.lms_export import WRITERS, absent, canvas, column, moodle, plain, unfinished, warnings

LAB = "lab01_ridge"
ROWS = [
    Row("ada", 92.5, 100, "graded", "", [], {"one": 2.5}),
    Row("ben", 40, 100, "review", "to be read by a person: why", [], {"one": None}),
    Row("=1+1", None, 100, "refused", "no notebook", [], {}),
    Row("dan", 0.0, 100, "missing", "", [], {}),
    Row("eve", None, 100, "missing", "", [], {}),
]
STUDENTS = [row.student for row in ROWS]
KNOWN = {"ada": Person("ada", "Ada", "King", "ada@example.org", "4711"), "ben": Person("ben")}


@pytest.fixture
def lab(course):
    return replace(course.lab(LAB), title="Ridge, and more")


def table(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def test_canvas_finds_its_columns_the_points_possible_and_one_row_a_student(lab):
    first, *rows = table(canvas([column(lab, ROWS)], STUDENTS, KNOWN))
    assert list(first) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", lab.title]
    assert (first["Student"], first[lab.title]) == ("Points Possible", "100")
    assert [row["Student"] for row in rows] == ["King, Ada", "ben", "'=1+1", "dan", "eve"]
    assert (rows[0]["ID"], rows[0]["SIS Login ID"]) == ("4711", "ada")


def test_before_anybody_has_handed_in_the_points_possible_are_the_labs(lab):
    assert table(canvas([column(lab, [])], [], {}))[0][lab.title] == "100"


def test_several_labs_share_one_row_of_points_possible_and_a_number_is_in_the_title(lab):
    numbered = replace(lab, canvas=4242)
    text = canvas([column(numbered, ROWS), column(replace(lab, title="Second"), ROWS)], STUDENTS, KNOWN)
    assert text.count("Points Possible") == 1
    assert list(table(text)[0])[5:] == ["Ridge, and more (4242)", "Second"]


def test_moodle_finds_people_by_address_or_number(lab):
    ada = table(moodle([column(lab, ROWS)], STUDENTS, KNOWN))[0]
    assert ada == {
        "First name": "Ada",
        "Last name": "King",
        "ID number": "4711",
        "Email address": "ada@example.org",
        lab.title: "92.5",
    }


@pytest.mark.parametrize("name", WRITERS)
def test_a_grade_that_is_not_final_is_left_empty_and_named(name, lab):
    found = table(WRITERS[name]([column(lab, ROWS)], STUDENTS, KNOWN))
    assert [row[lab.title] for row in found if row.get("Student") != "Points Possible"] == ["92.5", "", "", "0", ""]
    assert unfinished(ROWS) == ["ben", "=1+1"]
    assert absent(ROWS) == ["eve"]


def test_who_a_platform_cannot_identify_is_named(lab):
    said = " ".join(warnings("moodle", [column(lab, ROWS)], STUDENTS, KNOWN))
    assert "lacks an email address or ID number: ben, =1+1, dan, eve." in said
    assert "lacks the number in Canvas: ben" in " ".join(warnings("canvas", [column(lab, ROWS)], STUDENTS, KNOWN))
    assert warnings("moodle", [column(lab, ROWS)], ["ada"], KNOWN) == []


@pytest.mark.parametrize("title", ["Final project", "My FINAL lab", "Current score of all"])
def test_a_title_that_canvas_takes_for_its_own_is_warned_about(lab, title):
    [said] = warnings("canvas", [column(replace(lab, title=title, canvas=7), ROWS)], ["ada"], KNOWN)
    assert "choose another title" in said


def test_a_lab_without_a_number_would_be_new_in_canvas(lab):
    [said] = warnings("canvas", [column(lab, ROWS)], ["ada"], KNOWN)
    assert "makes a new assignment of 'Ridge, and more'" in said


def test_the_plain_table_has_every_check():
    assert table(plain(ROWS))[0]["one"] == "2.5"
