"""Tests files for learning platforms: their columns, who is who, and never part of a grade."""

import csv
import io

import pytest

from grading.gradebook.grades import Row
from grading.gradebook.roster import Person
from grading.reports.lms_export import FORMATS, canvas, moodle, unfinished

TITLE = "Ridge, and more"
ROWS = [
    Row("ada", 92.5, 100, "graded", "", [], {"one": 2.5}),
    Row("ben", 40, 100, "review", "to be read by a person: why", [], {"one": None}),
    Row("=1+1", None, 100, "refused", "no notebook", [], {}),
]
KNOWN = {"ada": Person("ada", "Ada", "King", "ada@example.org", "4711"), "ben": Person("ben")}


def table(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def test_canvas_finds_its_columns_the_points_possible_and_one_row_a_student():
    first, *rows = table(canvas(TITLE, ROWS, KNOWN))
    assert list(first) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TITLE]
    assert (first["Student"], first[TITLE]) == ("Points Possible", "100")
    assert [row["Student"] for row in rows] == ["King, Ada", "ben", "'=1+1"]
    assert (rows[0]["ID"], rows[0]["SIS Login ID"]) == ("4711", "ada")


def test_moodle_finds_people_by_address_or_number():
    ada = table(moodle(TITLE, ROWS, KNOWN))[0]
    assert ada == {
        "First name": "Ada",
        "Last name": "King",
        "ID number": "4711",
        "Email address": "ada@example.org",
        TITLE: "92.5",
    }


@pytest.mark.parametrize("name", ["canvas", "moodle"])
def test_a_grade_that_is_not_final_is_left_empty_and_named(name):
    points = [row[TITLE] for row in table(FORMATS[name](TITLE, ROWS, KNOWN)) if row.get("Student") != "Points Possible"]
    assert points == ["92.5", "", ""]
    assert unfinished(ROWS) == ["ben", "=1+1"]


def test_the_plain_table_has_every_check():
    assert table(FORMATS["csv"](TITLE, ROWS, KNOWN))[0]["one"] == "2.5"
