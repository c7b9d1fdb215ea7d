"""Tests item analysis on classes whose figures are known by hand."""

import csv
import io

import numpy as np
import pytest

from grading.gradebook.grades import Row
from grading.reports.item_analysis import analyse, as_csv, as_table

MAXIMA = {"easy": 2.0, "sharp": 4.0, "upside_down": 1.0, "never": 3.0}


def row(student: int, **points) -> Row:
    return Row(f"s{student:02}", 0.0, 10, "graded", "", [], points)


@pytest.fixture
def found():
    """Twenty students of rising ability: the better half passes `sharp`, the weaker half `upside_down`."""
    rows = [row(n, easy=2, sharp=4 * (n >= 10), upside_down=float(n < 10), never=0) for n in range(20)]
    rows.append(Row("broken", None, 10, "refused", "no notebook", [], {}))
    return {item.check: item for item in analyse(rows, MAXIMA)}


def test_difficulty_is_the_mean_share_of_the_points(found):
    assert {name: item.mean for name, item in found.items()} == {
        "easy": 1,
        "sharp": 0.5,
        "upside_down": 0.5,
        "never": 0,
    }
    assert {item.students for item in found.values()} == {20}


def test_a_check_that_the_better_fail_is_pointed_out(found):
    assert found["upside_down"].discrimination == pytest.approx(-1)
    assert {name: item.remark for name, item in found.items()} == {
        "easy": "everybody passes",
        "sharp": "those who do well elsewhere fail it: is the check right?",
        "upside_down": "those who do well elsewhere fail it: is the check right?",
        "never": "nobody passes: is the check right?",
    }


def test_discrimination_is_the_correlation_with_the_points_of_all_others():
    rng = np.random.default_rng(0)
    got = {name: rng.integers(0, 2, 30) * points for name, points in MAXIMA.items()}
    rows = [row(n, **{name: float(values[n]) for name, values in got.items()}) for n in range(30)]
    for item in analyse(rows, MAXIMA):
        rest = sum(values for name, values in got.items() if name != item.check)
        assert item.discrimination == pytest.approx(np.corrcoef(got[item.check], rest)[0, 1])


def test_a_handful_of_students_gives_no_correlation():
    rows = [row(n, easy=2, sharp=4 * (n > 1), upside_down=1, never=0) for n in range(4)]
    assert [item.discrimination for item in analyse(rows, MAXIMA)] == [None] * len(MAXIMA)
    assert [item.students for item in analyse([], MAXIMA)] == [0] * len(MAXIMA)


def test_what_a_person_has_still_to_read_is_no_zero():
    rows = [row(n, easy=2, sharp=4.0 * (n % 2), upside_down=1, never=None if n < 6 else 3) for n in range(12)]
    found = {item.check: item for item in analyse(rows, MAXIMA)}
    assert (found["never"].students, found["never"].mean) == (6, 1)
    assert (found["sharp"].students, found["sharp"].mean) == (12, 0.5)
    # The unread check weighs nothing for those who wait, so the rest of all others is one score, and there is no correlation.
    assert found["easy"].discrimination is None
    unread = analyse([row(n, easy=2, sharp=None, upside_down=1, never=0) for n in range(3)], MAXIMA)[1]
    assert (unread.students, unread.remark) == (0, "nobody is graded yet")


def test_a_student_who_waits_for_a_person_counts_with_the_checks_that_are_judged():
    rng = np.random.default_rng(1)
    got = rng.integers(0, 2, (40, 3))
    rows = [row(n, easy=2.0 * a, sharp=4.0 * b, upside_down=float(c), never=None) for n, (a, b, c) in enumerate(got)]
    found = {item.check: item for item in analyse(rows, MAXIMA)}
    rest = 4 * got[:, 1] + got[:, 2]
    assert found["easy"].discrimination == pytest.approx(np.corrcoef(got[:, 0], rest)[0, 1])


def test_table_and_csv_name_every_check(found):
    listed = list(found.values())
    assert [line.split()[0] for line in as_table(listed).splitlines()] == [
        "check",
        "never",
        "sharp",
        "upside_down",
        "easy",
    ]
    read = {line["check"]: float(line["mean"]) for line in csv.DictReader(io.StringIO(as_csv(listed)))}
    assert read == {item.check: item.mean for item in listed}
