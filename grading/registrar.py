"""Asks another process to read submissions and to enter results, so that one that kills or stops it costs nobody else a thing."""

import base64
import contextlib
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from grading.child_process import ChildProcess, NoAnswer
from grading.course import Course, as_table
from grading.environment_variables import import_path, python
from grading.intake.submission import Submission
from grading.verdicts import judging
from grading.verdicts.outside_judges import JudgeFault
from grading.workers.grading_task import Done
from shared.errors import LabError
from shared.notebooks.reading import Refused, shown

MODULE = "grading.registrar_process"
STARTING = 120.0  # seconds in which it has imported nbgrader, on a busy machine
READING = 60.0  # seconds for a submission; the largest that are read take ten
ENTERING = 120.0  # seconds for a result, which takes less than one, besides its judges
REMOVING = 60.0  # seconds for taking an earlier result out


class NoResult(LabError):
    """A submission that could not be read, or whose result could not be entered; the sentence goes to student and instructor."""


@dataclass(frozen=True)
class Accepted:
    """A submission that can be run.

    Args:
        notebook: as text, rebuilt on the release, with hidden tests.
        exercises: the fields of each exercises.plan.Exercise.
        repairs: what was repaired, in sentences.
        doubts: grade_id -> why a person must look at that answer.
        remarks: what else the record says.
    """

    notebook: str
    exercises: list[dict]
    repairs: list[str]
    doubts: dict[str, str]
    remarks: list[str]


@dataclass(frozen=True)
class Difference:
    """A check that has another outcome than before.

    Args:
        before, after: points.
        why: the message of the check, that with which it fails now or failed before.
    """

    student: str
    check: str
    before: float
    after: float
    why: str


class Registrar:
    """The process of one lab of one course directory; after a failure the next submission gets a new one."""

    def __init__(self, lab: str, course: Course, root: Path):
        self.about = {
            "lab": lab,
            "course": as_table(course),
            "root": str(root.resolve()),
            "program": sys.argv[0],
        }
        self.lab = lab
        self.child = ChildProcess(python(MODULE), {**os.environ, **import_path()})

    def accept(self, student: str, submission: Submission) -> Accepted:
        """Has a submission rebuilt on the release.

        Raises:
            Refused: it is no notebook of this lab.
            NoResult: it could not be read.
        """
        about = {
            "student": student,
            "name": submission.name,
            "data": _text(submission.data),
            "stamp": _text(submission.stamp),
            "secret": _text(submission.secret),
        }
        try:
            answer = self._ask("accept", about, READING)
        except NoAnswer:
            raise NoResult(
                "The submission takes too long, or too much memory, to read: delete what is not part of the lab, then hand it "
                "in again."
            ) from None
        if "refused" in answer:
            raise Refused(answer["refused"])
        _require(answer, NoResult, "The submission could not be read ({}): download it again, and hand it in.")
        return Accepted(**answer)

    def enter(self, student: str, done: Done, doubts: list[str], seed: str) -> dict[str, str]:
        """Has a finished run judged and its scores entered; returns why a person must look again, by the name of the answer.

        Args:
            doubts: names of the answers that a person must look at.
            seed: of the student's hidden inputs.
        Raises:
            JudgeFault: a judge failed by the course's own fault.
            NoResult: there is no score; it says why.
        """
        about = {
            "student": student,
            "notebook": done.notebook,
            "flags": done.flags,
            "doubts": doubts,
            "seed": seed,
        }
        try:
            answer = self._ask("enter", about, ENTERING + judging.START + judging.TOGETHER)
        except NoAnswer:
            raise NoResult(
                "Its result takes too long, or too much memory, to enter: print and display less, then hand it in again."
            ) from None
        if "fault" in answer:
            raise JudgeFault(answer["fault"])
        _require(answer, NoResult, "Its result could not be taken in ({}): ask your instructor.")
        return answer["again"]

    def changed(self, student: str) -> tuple[str, list[dict]]:
        """What to run again of a submission that was graded: its notebook as text, and the exercises whose checks changed.

        Raises:
            NoResult: it could not be read.
        """
        answer = self._answered("changed", {"student": student}, READING)
        return answer["notebook"], answer["exercises"]

    def compare(self, student: str, done: Done, seed: str) -> tuple[Done, list[Difference]]:
        """Sets exercises that were run again beside what the gradebook has: the whole result as it would be, and what differs.

        Args:
            seed: of the student's hidden inputs.
        Raises:
            NoResult: it could not be read.
        """
        about = {"student": student, "notebook": done.notebook, "seed": seed}
        answer = self._answered("compare", about, ENTERING + judging.START + judging.TOGETHER)
        differences = [Difference(student, *each) for each in answer["differences"]]
        return replace(done, notebook=answer["notebook"]), differences

    def _answered(self, what: str, about: dict, seconds: float) -> dict:
        try:
            answer = self._ask(what, about, seconds)
        except NoAnswer:
            raise NoResult("It takes too long, or too much memory, to compare.") from None
        _require(answer, NoResult, "It could not be compared ({}).")
        return answer

    def remove(self, student: str) -> None:
        """Has the scores of an earlier run taken out; what a person gave is held.

        Raises:
            LabError: the gradebook cannot be used, so that nobody's result could be entered.
        """
        again = f"close what else uses it, then run 'course autograde {self.lab}' again"
        try:
            answer = self._ask("remove", {"student": student}, REMOVING)
        except NoAnswer:
            raise LabError(f"The gradebook did not let go of what {student} had: {again}.") from None
        _require(answer, LabError, f"The gradebook cannot be used ({{}}): {again}.")

    def start(self) -> None:
        """Begins the process, which imports for a second, and does not wait for it."""
        with contextlib.suppress(OSError):  # the first request tries again, and says why
            self.child.start()

    def _ask(self, what: str, about: dict, seconds: float) -> dict:
        if not self.child.has_answered:
            self._open()
        return self.child.ask({"what": what, "about": about}, seconds)

    def _open(self) -> None:
        try:
            answer = self.child.ask(self.about, STARTING)
        except (NoAnswer, OSError):
            raise LabError(
                "The process that reads submissions and enters results did not start, of too little memory perhaps: run "
                f"'course autograde {self.lab}' again with fewer --workers."
            ) from None
        _require(
            answer, LabError, f"The files of {self.lab} cannot be read ({{}}): run 'course release {self.lab}' again."
        )

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        self.child.stop()


def _require(answer: dict, kind: type[LabError], sentence: str) -> None:
    """Raises an error where a request failed: with the sentence that was answered, or with `sentence` around what happened."""
    if "failed" in answer:
        raise kind(answer["failed"])
    if "error" in answer:
        raise kind(shown(sentence.format(answer["error"])))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
