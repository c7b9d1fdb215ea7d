"""What lateness costs."""

import datetime
import zoneinfo

import pytest

from grading.gradebook.late_penalties import days_late, penalty

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
DUE = datetime.datetime(2027, 2, 12, 23, 59, tzinfo=NEW_YORK)
DAY = 24 * 60 * 60


@pytest.mark.parametrize(("seconds", "days"), [(0, 0), (15 * 60, 0), (15 * 60 + 1, 1), (DAY, 1), (DAY + 1, 2)])
def test_each_day_begun_after_the_grace_counts(seconds, days):
    assert days_late(DUE + datetime.timedelta(seconds=seconds), DUE, 15) == days


@pytest.mark.parametrize(
    ("due", "time", "days"),
    [
        ("2027-11-06T20:00", "2027-11-07T19:30", 1),  # 24.5 hours: clocks go back in between
        ("2027-11-06T20:00", "2027-11-07T20:30", 2),
        ("2027-11-06T20:00", "2027-11-09T20:00", 3),
        ("2027-03-13T23:59", "2027-03-14T23:50", 1),
        ("2027-03-13T23:59", "2027-03-15T00:30", 2),  # 23.5 hours: clocks go forward in between
        ("2027-03-13T02:30", "2027-03-14T03:15", 1),  # the day would end in the hour that is left out
        ("2027-11-06T01:30", "2027-11-07T01:10", 1),
    ],
)
def test_a_day_ends_at_the_deadlines_time_of_day_across_a_change_of_clocks(due, time, days):
    read = [datetime.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK) for text in (time, due)]
    assert days_late(read[0].astimezone(datetime.UTC), read[1], 0) == days


def test_the_hour_that_clocks_show_twice_is_after_the_deadline_the_second_time():
    due = datetime.datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK)
    assert days_late(datetime.datetime(2027, 11, 7, 1, 10, tzinfo=NEW_YORK), due, 0) == 0
    assert days_late(datetime.datetime(2027, 11, 7, 1, 10, tzinfo=NEW_YORK, fold=1), due, 0) == 1


@pytest.mark.parametrize(("days", "points"), [(0, 0), (1, 8), (3, 24), (100, 80)])
def test_each_day_costs_its_percentage_and_never_more_than_the_score(days, points):
    assert penalty(80, days, percent_per_day=10) == points
