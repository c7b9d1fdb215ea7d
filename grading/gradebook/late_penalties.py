"""Computes what a late submission costs, by the rules in course.toml.

A day of lateness ends at the deadline's time of day in its own zone, also where clocks change in between. Of the days in which
a student is late, the term's free ones are used up first, in the order of the labs' deadlines.
"""

import datetime
from dataclasses import dataclass

from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import LateSubmissionPlugin

from grading.course import Course, load_course

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Lateness:
    """The days begun after a student's own deadline, and how many of them the bank of free days pays for."""

    days: int
    free: int

    @property
    def charged(self) -> int:
        """The days that cost points."""
        return self.days - self.free


def days_late(time: datetime.datetime, due: datetime.datetime, grace_minutes: float) -> int:
    """Counts the days begun after a deadline; none within the grace period.

    Args:
        time: when it was handed in, with a zone.
        due: the deadline, in the zone by whose clock its days end.
    """
    # Two times of one zone are compared by what clocks show, which may show an hour twice: so in seconds since 1970.
    late = time.timestamp() - due.timestamp()
    if late <= grace_minutes * 60:
        return 0
    days = max(int(late // DAY.total_seconds()) - 1, 0)
    while (due + days * DAY).timestamp() < time.timestamp():
        days += 1
    return days


def penalty(score: float, days: int, percent_per_day: float) -> float:
    """Returns the points taken from a score: its percentage for each day, at most all of it."""
    return min(score, score * days * percent_per_day / 100)


def lateness(student: Student, course: Course) -> dict[str, Lateness]:
    """How late each lab is that a student has handed in, by the name of the lab."""
    handed_in = {submission.assignment.name: submission for submission in student.submissions}
    left = course.free_late_days
    found = {}
    for lab in sorted(course.labs, key=lambda name: course.due(name).timestamp()):
        if lab not in handed_in:
            continue
        days = _days(handed_in[lab], lab, course)
        free = min(days, left)
        left -= free
        found[lab] = Lateness(days, free)
    return found


def free_days_left(student: Student, course: Course) -> int:
    """How many of the term's free days of lateness a student has not used."""
    return course.free_late_days - sum(each.free for each in lateness(student, course).values())


def _days(submission: SubmittedAssignment, lab: str, course: Course) -> int:
    """nbgrader keeps times without a zone, in UTC."""
    if submission.timestamp is None or submission.duedate is None:
        return 0
    due = submission.duedate.replace(tzinfo=datetime.UTC).astimezone(course.due(lab).tzinfo)
    return days_late(submission.timestamp.replace(tzinfo=datetime.UTC), due, course.grace_minutes)


def lateness_of(submission: SubmittedAssignment, course: Course) -> Lateness:
    """How late one submission is; of a lab that course.toml does not have, nothing is known."""
    return lateness(submission.student, course).get(submission.assignment.name, Lateness(0, 0))


def penalty_now(submitted: SubmittedNotebook, course: Course) -> float:
    """Returns the points that a submission loses of its present score, to which a person may have added points."""
    return penalty(submitted.score, lateness_of(submitted.assignment, course).charged, course.percent_per_day)


class LatePolicy(LateSubmissionPlugin):
    """The plugin that nbgrader asks about each notebook that came after the deadline; its parent is nbgrader's preprocessor."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        course = load_course()
        submission = self.parent.gradebook.find_submission(self.parent.assignment_id, student_id)
        return penalty(score, lateness_of(submission, course).charged, course.percent_per_day) or None
