"""Which submissions are run as a whole besides, and who shares what that brings to light: chances are equal."""

import random
from collections.abc import Iterable

from grading.workers.grading_task import Done


class Audit:
    """The audit of one run of grading."""

    def __init__(self):
        self.drawn: set[str] = set()  # students whose submissions are run as a whole besides
        self._lost: dict[str, set[str]] = {}
        self._causes: set[str] = set()

    def draw(self, students: list[str], count: int) -> None:
        """Draws so many of them."""
        self.drawn = set(random.SystemRandom().sample(students, min(count, len(students))))

    def note(self, student: str, done: Done) -> None:
        """Keeps what failed by exercise, and what of it passed in a whole run."""
        self._lost[student] = set(done.lost)
        if student in self.drawn:
            self._causes.update(done.better_as_a_whole)

    def sharing(self) -> list[str]:
        """Students who were not drawn and lost a check in the very way in which one who was drawn lost it by exercise alone."""
        others = sorted(self._lost.keys() - self.drawn)
        return [student for student in others if self._lost[student] & self._causes]

    def add(self, students: Iterable[str]) -> None:
        """Has these run as a whole too."""
        self.drawn.update(students)
