"""Tests extensions: granted before anything is handed in, kept through every submission, the later of two dates."""

import datetime
import shutil
import zoneinfo
from dataclasses import replace

import pytest

from grading.course import load_course
from grading.coursedir import gradebook_path
from grading.grade_log import changes
from grading.gradebook.database import gradebook
from grading.gradebook.extensions import apply_all, due_for, in_utc, read_moment
from grading.gradebook.late_penalties import Lateness, free_days_left, lateness
from shared.errors import LabError

LAB = "lab01_ridge"
SECOND = "lab02_causal_forest"
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook with two labs, in which nothing is handed in."""
    root = tmp_path_factory.mktemp("empty")
    course = load_course()
    gradebook_path(root).touch()
    with gradebook(root, course) as book:
        for lab in (LAB, SECOND):
            book.add_assignment(lab, duedate=course.due(lab).astimezone(datetime.UTC).replace(tzinfo=None))
        book.add_student("ada")
    return gradebook_path(root)


@pytest.fixture
def root(tmp_path, empty):
    """A course directory whose gradebook has two labs and nothing handed in."""
    shutil.copyfile(empty, gradebook_path(tmp_path))
    return tmp_path


def hand_in(root, course, days: float, lab: str = LAB):
    with gradebook(root, course) as book:
        time = course.due(lab) + datetime.timedelta(days=days)
        time = time.astimezone(datetime.UTC).replace(tzinfo=None)
        book.update_or_create_submission(lab, "ada", timestamp=time)


def late(root, course) -> dict[str, Lateness]:
    with gradebook(root, course) as book:
        return lateness(book.find_student("ada"), course)


def test_it_is_granted_before_anything_is_handed_in_and_holds_when_it_is(root, course):
    with gradebook(root, course) as book:
        book.grant_extension(LAB, "ada", days=3)
    assert due_for(LAB, "ada", course, root) == course.due(LAB) + datetime.timedelta(days=3)
    hand_in(root, course, 2.5)
    with gradebook(root, course) as book:
        apply_all(book, LAB, course, root)
        assert book.find_submission(LAB, "ada").total_seconds_late == 0
    [line] = [change for change in changes(root, "ada") if change.what == "until"]
    assert (line.lab, line.old) == (LAB, None)


def test_the_later_of_two_dates_holds_when_the_common_deadline_moves(root, course):
    with gradebook(root, course) as book:
        book.grant_extension(LAB, "ada", days=3)
    hand_in(root, course, 4.5)
    for days, left in ((2, 2), (7, 0)):
        lab = replace(course.lab(LAB), deadline=course.lab(LAB).deadline + datetime.timedelta(days=days))
        moved = replace(course, labs={**course.labs, LAB: lab})
        with gradebook(root, moved) as book:
            due = moved.due(LAB).astimezone(datetime.UTC).replace(tzinfo=None)
            book.update_or_create_assignment(LAB, duedate=due)
            apply_all(book, LAB, moved, root)
        assert late(root, moved)[LAB].days == left


def test_it_can_be_taken_back(root, course):
    hand_in(root, course, 0.5)
    with gradebook(root, course) as book:
        book.extend(LAB, "ada", course.due(LAB) + datetime.timedelta(days=1))
        assert book.find_submission(LAB, "ada").total_seconds_late == 0
        book.extend(LAB, "ada", None)
        assert book.find_submission(LAB, "ada").total_seconds_late > 0
    assert due_for(LAB, "ada", course, root) == course.due(LAB)


def test_free_days_are_used_in_the_order_of_the_deadlines(root, course):
    course = replace(course, free_late_days=3)
    hand_in(root, course, 1.5, SECOND)
    assert late(root, course) == {SECOND: Lateness(2, 2)}
    hand_in(root, course, 1.5)
    assert late(root, course) == {LAB: Lateness(2, 2), SECOND: Lateness(2, 1)}
    with gradebook(root, course) as book:
        assert free_days_left(book.find_student("ada"), course) == 0


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2027-02-15", "2027-02-15T22:59"),
        ("2027-07-15", "2027-07-15T21:59"),
        ("2027-02-15 20:00", "2027-02-15T19:00"),
        ("2027-02-15T20:00-05:00", "2027-02-16T01:00"),
        ("2027-02-15 20:00 America/New_York", "2027-02-16T01:00"),
        ("2027-02-15 20:00 UTC", "2027-02-15T20:00"),
        ("2027-02-15T20:00Z", "2027-02-15T20:00"),
    ],
)
def test_a_time_is_read_in_its_zone(text, utc):
    read = read_moment(text, BERLIN)
    assert read == datetime.datetime.fromisoformat(utc).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize("text", ["", "soon", "15.2.2027", "2027-02-30", "2027-02-15 20:00 Mars/Olympus"])
def test_what_is_no_time_is_said(text):
    with pytest.raises(LabError, match="write it like"):
        read_moment(text, BERLIN)


def test_nbgrader_gets_times_in_utc():
    assert in_utc(b"2027-02-12 18:30:00.5 America/New_York\n") == b"2027-02-12 23:30:00.500000 UTC\n"
    assert in_utc(b"2027-02-12 18:30:00.500000 UTC\n") == b"2027-02-12 18:30:00.500000 UTC\n"
    assert in_utc(b"yesterday") == b"yesterday"
