"""Hands labs and pages out through nbgrader's exchange, where this machine's students fetch them with the Assignment List."""

import sys
from pathlib import Path

from grading.course import Course
from grading.coursedir import exchange_folder
from grading.nbgrader_settings import api, last_error
from shared.errors import LabError


def exchange_of(course: Course, root: Path) -> Path | None:
    """The exchange; None where nobody made one, since a course need not have any."""
    folder = exchange_folder(course, root)
    return folder if folder.is_dir() and sys.platform != "win32" else None


def hand_out(lab: str, course: Course, root: Path) -> Path | None:
    """Puts a released lab into the exchange, in the place of an earlier edition; returns where, or None without an exchange.

    What students have fetched already stays theirs.

    Raises:
        LabError: nbgrader refused.
    """
    exchange = exchange_of(course, root)
    if exchange is None:
        return None
    result = api(course, root, adapt=_replacing).release_assignment(lab)
    if not result["success"]:
        raise LabError(
            f"{lab} could not be put into the exchange {exchange} ({last_error(result)}): let it belong to you, as "
            "docs/instructors.md says under 'Exchange', then run the command again."
        )
    return exchange / course.id / "outbound" / lab


def _replacing(config) -> None:
    config.ExchangeReleaseAssignment.force = True


def hand_back(lab: str, course: Course, root: Path) -> Path | None:
    """Gives each student's page back through the exchange; returns where, or None without an exchange.

    Raises:
        LabError: nbgrader refused.
    """
    exchange = exchange_of(course, root)
    if exchange is None:
        return None
    result = api(course, root).release_feedback(lab)
    if not result["success"]:
        raise LabError(
            f"The pages of {lab} could not be put into the exchange {exchange} ({last_error(result)}): they are in {root} and "
            "can go another way."
        )
    return exchange / course.id / "feedback"
