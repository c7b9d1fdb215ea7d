"""What lateness costs."""

import pytest

from grading.gradebook.late_penalties import SECONDS_PER_DAY, penalty


@pytest.mark.parametrize(
    ("seconds", "points"),
    [
        (0, 0),
        (15 * 60, 0),
        (15 * 60 + 1, 8),
        (SECONDS_PER_DAY, 8),
        (SECONDS_PER_DAY + 1, 16),
        (100 * SECONDS_PER_DAY, 80),
    ],
)
def test_each_day_begun_costs_its_percentage_and_never_more_than_the_score(seconds, points):
    assert penalty(80, seconds, percent_per_day=10, grace_minutes=15) == points
