"""Tests what a page of feedback says first: whose it is, of which lab, when it was handed in, what lateness took."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup

from grading import autograde
from grading.course import load_course
from grading.coursedir import submitted_folder
from grading.feedback import write
from grading.gradebook.roster import Person, enrol
from grading.intake.submission import STAMP

LAB = "lab01_ridge"


@pytest.fixture(scope="module")
def page(tmp_path_factory, release_mini):
    course = load_course()
    _, root = release_mini(tmp_path_factory.mktemp("head"), course)
    enrol([Person("ada", "Ada <b>", "King")], course, root)
    notebook = json.loads((root / "labs" / LAB / f"{LAB}.ipynb").read_text())
    answer = next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("solution"))
    answer["source"] = "def double(x):\n    return 2 * x"
    folder = submitted_folder("ada", LAB, root)
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_text(json.dumps(notebook))
    late = course.due(LAB).astimezone(datetime.UTC) + datetime.timedelta(days=1, hours=1)
    (folder / STAMP).write_text(f"{late:%Y-%m-%d %H:%M:%S} UTC")
    [record] = autograde.grade_class(LAB, course, root, "plain")
    assert record.status == "graded", record.reason
    [path] = write.write_feedback(LAB, course, root)
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_it_says_whose_it_is_when_it_came_and_the_points_before_and_after_lateness(page):
    head = " ".join(page.header.text.split())
    course = load_course()
    late = course.due(LAB) + datetime.timedelta(days=1, hours=1)
    assert page.h1.text == course.lab(LAB).title
    assert f"Ada <b> King (ada), handed in {late:%Y-%m-%d %H:%M} UTC (2 days after the deadline)" in head
    assert "72 of 100 points, 90 before lateness" in head


def test_it_has_a_language_landmarks_and_headings_in_order(page):
    assert page.html["lang"] == "en"
    assert page.main.find(id="exercises") is not None
    assert page.find(["h1", "h2", "h3"]).name == "h1"
    assert [title.text for title in page.main.find_all("h2", recursive=False)] == [
        "Points by exercise",
        "Your notebook",
    ]
    assert {cell["scope"] for cell in page.select("#exercises th")} == {"col"}
