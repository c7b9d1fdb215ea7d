"""Computes what a late submission costs, by the rules in course.toml."""

import math

from nbgrader.api import SubmittedNotebook
from nbgrader.plugins import LateSubmissionPlugin

from grading.course import Course, load_course

SECONDS_PER_DAY = 24 * 60 * 60


def penalty(score: float, seconds_late: float, percent_per_day: float, grace_minutes: float) -> float:
    """Returns the points taken from a score: each day begun after the grace period costs its percentage, at most all of it."""
    if seconds_late <= grace_minutes * 60:
        return 0.0
    days = math.ceil(seconds_late / SECONDS_PER_DAY)
    return min(score, score * days * percent_per_day / 100)


def penalty_now(submitted: SubmittedNotebook, course: Course) -> float:
    """Returns the points that a submission loses of its present score, to which a person may have added points."""
    late = submitted.assignment.total_seconds_late
    return penalty(submitted.score, late, course.percent_per_day, course.grace_minutes)


class LatePolicy(LateSubmissionPlugin):
    """The plugin that nbgrader asks about each notebook that came after the deadline."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        course = load_course()
        return penalty(score, total_seconds_late, course.percent_per_day, course.grace_minutes) or None
