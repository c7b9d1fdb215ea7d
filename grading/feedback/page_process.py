"""Writes pages in a child process with a deadline, so that a notebook that cannot be rendered delays nobody else's page."""

import contextlib
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from grading.course import Course
from grading.coursedir import feedback_page
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

    def __init__(self, lab: str, course: Course, root: Path, seconds: float):
        self.about = (lab, course, root)
        self.seconds = seconds
        self.process = None
        self.ours = None

    def write(self, student: str, whole: bool = True) -> bool:
        """Writes a page, or only its head; returns whether it is written.

        Raises:
            LabError: no process could be started.
        """
        if self.process is None:
            self._start()
        try:
            self.ours.send((student, whole))
            if self.ours.poll(self.seconds):
                return self.ours.recv()
        except (EOFError, OSError):
            pass  # it died
        self.stop()
        return False

    def _start(self) -> None:
        # spawn: a database's connections must not be forked
        context = multiprocessing.get_context("spawn")
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, *self.about), daemon=True)
        self.process.start()
        theirs.close()
        with contextlib.suppress(EOFError, OSError):
            if self.ours.poll(STARTING) and self.ours.recv():
                return
        self.stop()
        raise LabError(
            "A process that writes pages died, of too little memory perhaps: run again with fewer --workers."
        )

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.ours.close()
            self.process = None


def _serve(pipe: Connection, lab: str, course: Course, root: Path) -> None:
    """Writes each page that is asked for, until the process is killed or the one that asks is gone."""
    _limit_memory()
    pipe.send(True)
    with contextlib.suppress(EOFError):
        while True:
            student, whole = pipe.recv()
            found = api(course, root, adapt=_as_set if whole else _head_alone).generate_feedback(lab, student)
            pipe.send(found["success"] and feedback_page(student, lab, root).is_file())


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return  # Windows has none of this
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _as_set(config) -> None:
    """Changes nothing: the page is made whole."""


def _head_alone(config) -> None:
    config.HTMLExporter.preprocessors = []
    steps = config.GenerateFeedback.preprocessors
    place = steps.index("grading.feedback.overview.Overview") + 1
    config.GenerateFeedback.preprocessors = [*steps[:place], "grading.feedback.overview.HeadAlone", *steps[place:]]
