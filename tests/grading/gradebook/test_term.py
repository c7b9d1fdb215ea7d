"""Tests the term's table: weights, what is dropped, what is missing, and what a person must still look at."""

from dataclasses import replace

import pytest

from grading.gradebook.grades import Row
from grading.gradebook.roster import Person
from grading.gradebook.term import summary
from grading.reports.term_table import as_rows, as_table

ONE, TWO, THREE = "lab01_ridge", "lab02_causal_forest", "lab03_lstm_vs_attention"


def row(score, status="graded"):
    return Row("ada", score, 100, status, "", [], {})


def weighted(course, drop=0, **weights):
    labs = {name: replace(lab, weight=weights.get(name, 1)) for name, lab in course.labs.items()}
    return replace(course, labs=labs, drop_lowest=drop)


@pytest.mark.parametrize(
    ("drop", "weights", "scores", "total", "dropped"),
    [
        (0, {}, (90, 60, 30), 60, []),
        (0, {ONE: 2}, (90, 60, 30), 67.5, []),
        (1, {}, (90, 60, 30), 75, [THREE]),
        (2, {}, (90, 60, 30), 90, [TWO, THREE]),
        (9, {}, (90, 60, 30), 90, [TWO, THREE]),
        (1, {ONE: 0}, (90, 60, 30), 60, [THREE]),
    ],
)
def test_weights_and_dropped_labs(course, drop, weights, scores, total, dropped):
    rows = dict(zip((ONE, TWO, THREE), map(row, scores), strict=True))
    found = summary("ada", rows, 2, weighted(course, drop, **weights))
    assert (found.total, found.dropped, found.open) == (total, dropped, [])


def test_what_was_never_handed_in_counts_as_the_policy_says(course):
    assert summary("ada", {ONE: row(80), TWO: row(0.0, "missing")}, 0, course).total == 40
    assert summary("ada", {ONE: row(80), TWO: row(None, "missing")}, 0, course).total == 80
    assert summary("ada", {ONE: row(None, "missing")}, 0, course).total is None


def test_what_a_person_must_look_at_does_not_count_yet(course):
    found = summary("ada", {ONE: row(80), TWO: row(10, "review"), THREE: row(None, "refused")}, 0, course)
    assert (found.total, found.open) == (80, [TWO, THREE])


def test_the_tables_show_all_of_it(course):
    rows = {ONE: row(80), TWO: row(10), THREE: row(0.0, "missing")}
    found = [summary("ada", rows, 1, weighted(course, drop=1, **{ONE: 2}))]
    text = as_table(found, weighted(course, **{ONE: 2}))
    assert text.splitlines()[0].split() == ["student", "lab01", "lab02", "lab03", "total", "late", "days", "left"]
    assert text.splitlines()[2].split() == ["ada", "80", "10", "(none)", "56.7%", "1"]
    header, cells = as_rows(found, course, {"ada": Person("ada", "Ada", "King", "a@b.org", "7")})
    told = dict(zip(header, cells, strict=True))
    assert told["last name"] == "King"
    assert (told["dropped"], told["not handed in"], told["open"]) == (THREE, THREE, "")
    assert (told["late days left"], told["total in percent"]) == (1, 56.67)
    assert [value for title, value in told.items() if title.startswith("lab0")] == [80, 10, 0]
