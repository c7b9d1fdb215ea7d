"""Tests how course.toml is read, and that a mistake in it is reported with its line."""

import datetime
from dataclasses import replace

import pytest

from grading.course import load_course
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.settings import labs


@pytest.fixture
def toml(tmp_path):
    """Writes a course.toml with one replacement and reads it back."""
    text = (CHECKOUT / "course.toml").read_text()

    def load(old: str, new: str):
        assert old in text
        (tmp_path / "course.toml").write_text(text.replace(old, new, 1))
        return load_course(tmp_path)

    def line(start: str) -> int:
        return next(n for n, row in enumerate(text.splitlines(), start=1) if row.startswith(start))

    load.line = line
    return load


def test_the_course_names_exactly_the_labs_of_the_settings_table(course):
    assert list(course.labs) == labs()


def test_a_misspelt_key_is_named_with_line_and_the_likely_word(toml):
    with pytest.raises(
        LabError, match=rf"^Line {toml.line('branch')} of .*'brunch' in \[course\]: did you mean 'branch'"
    ):
        toml("branch =", "brunch =")


def test_a_misspelt_key_in_a_later_lab_points_at_that_lab(toml):
    with pytest.raises(LabError, match=r"\[labs.lab02_causal_forest\]") as caught:
        toml(
            'title = "Smooth and aggressive causal forests"\npoints',
            'title = "Smooth and aggressive causal forests"\npoint',
        )
    assert str(caught.value).startswith(f"Line {toml.line('[labs.lab02') + 2} of")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[grading]", "[garding]", r"^Line \d+ .* unknown section \[garding\]: did you mean 'grading'"),
        ("percent_per_day = 10", "", r"^Section \[late\] of course.toml lacks 'percent_per_day'"),
        ("points = 100", 'points = "many"', r"^Line \d+ .*'points' .* should be a whole number, not 'many'"),
        ("points = 100", "points = true", r"^Line \d+ .*'points' .* should be a whole number, not True"),
        ('id = "finetuning"', "id = finetuning", r"^The file course.toml is not valid TOML .*line \d+"),
        (
            'timezone = "UTC"',
            'timezone = "Europe/Berlim"',
            r"^Line \d+ .* unknown timezone .*: did you mean 'Europe/Berlin'",
        ),
        ('timezone = "UTC"', 'timezone = "America"', r"^Line \d+ .* unknown timezone 'America'"),
        ('timezone = "UTC"', 'timezone = "../../etc/passwd"', r"^Line \d+ .* unknown timezone"),
    ],
)
def test_every_other_mistake_is_one_sentence(toml, old, new, says):
    with pytest.raises(LabError, match=says):
        toml(old, new)


def test_a_folder_without_the_file_says_where_to_run_the_command(tmp_path):
    with pytest.raises(LabError, match=r"no course.toml in .* checkout"):
        load_course(tmp_path)


def test_an_unknown_lab_names_those_there_are_and_the_likely_one(course):
    with pytest.raises(LabError, match=r"Did you mean lab01_ridge\?"):
        course.lab("lab1_ridge")


def test_a_deadline_is_in_the_courses_timezone_unless_it_names_its_own(course):
    lab = "lab01_ridge"
    there = replace(course, timezone="America/New_York")
    assert there.due(lab).astimezone(datetime.UTC) == datetime.datetime(2027, 2, 13, 4, 59, tzinfo=datetime.UTC)
    aware = replace(course.labs[lab], deadline=datetime.datetime(2027, 2, 12, 23, 59, tzinfo=datetime.UTC))
    assert replace(there, labs={lab: aware}).due(lab) == aware.deadline


def test_nbgrader_is_told_the_deadline_in_utc(course, release_mini, tmp_path):
    from grading.gradebook.database import gradebook

    there = replace(course, timezone="America/New_York")
    _, root = release_mini(tmp_path, there)
    with gradebook(root, there) as book:
        assert book.find_assignment("lab01_ridge").duedate == datetime.datetime(2027, 2, 13, 4, 59)
