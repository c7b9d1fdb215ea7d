"""Writes pages in a child process with a deadline, so that a notebook that cannot be rendered delays nobody else's page."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from grading.child_process import ChildProcess, NoAnswer, limit_memory, serve
from grading.course import Course, as_table, from_table
from grading.coursedir import feedback_page
from grading.environment_variables import import_path, python
from grading.nbgrader_settings import api
from shared.errors import LabError

SECONDS = 60.0  # for a page, which takes about one
STARTING = 120.0  # seconds in which a process has imported nbgrader, on a busy machine
MEMORY = 4 * 10**9  # bytes of a process


class PageProcess:
    """A child process that writes one student's page after another; after a failure the next page gets a new one.

    Args:
        seconds: for each page.
    """

    def __init__(self, course: Course, root: Path, seconds: float):
        self.about = {"course": as_table(course), "root": str(root.resolve())}
        self.seconds = seconds
        self.child = ChildProcess(python("grading.feedback.page_process"), {**os.environ, **import_path()})

    def write(self, lab: str, student: str) -> bool:
        """Writes a page, or only its head where the whole cannot be made; returns whether there is one.

        Raises:
            LabError: no process could be started.
        """
        return self._ask(lab, student, whole=True) or self._ask(lab, student, whole=False)

    def _ask(self, lab: str, student: str, whole: bool) -> bool:
        if not self.child.has_answered:
            self._start()
        try:
            return self.child.ask({"lab": lab, "student": student, "whole": whole}, self.seconds)["written"]
        except NoAnswer:
            return False

    def _start(self) -> None:
        try:
            self.child.ask({"about": self.about}, STARTING)
        except NoAnswer:
            raise LabError(
                "A process that writes pages died, of too little memory perhaps: run 'course feedback' with fewer --workers."
            ) from None

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        self.child.stop()


def _prepared() -> Callable[[dict], dict]:
    limit_memory(MEMORY)
    return partial(_answer, {})


def _answer(known: dict, asked: dict) -> dict:
    """Writes the page that is asked for; the first request says whose course it is, which `known` keeps."""
    if "about" in asked:
        known["course"] = from_table(asked["about"]["course"])
        known["root"] = Path(asked["about"]["root"])
        return {}
    adapt = _here if asked["whole"] else _head_alone
    lab = asked["lab"]
    student = asked["student"]
    found = api(known["course"], known["root"], adapt=adapt).generate_feedback(lab, student)
    return {"written": found["success"] and feedback_page(student, lab, known["root"]).is_file()}


def _here(config) -> None:
    """Has the page made in this process."""
    config.GenerateFeedback.exporter_class = "grading.feedback.html_exporter.FeedbackExporter"


def _head_alone(config) -> None:
    _here(config)
    config.HTMLExporter.preprocessors = []
    steps = config.GenerateFeedback.preprocessors
    place = steps.index("grading.feedback.overview.Overview") + 1
    config.GenerateFeedback.preprocessors = [*steps[:place], "grading.feedback.overview.HeadAlone", *steps[place:]]


if __name__ == "__main__":
    serve(_prepared)
