"""Runs the checks of an exercise beside its answer, in a process that the student's code never enters.

Checks that an author has tagged "inside" run in the process of the answer instead: those that change or watch what runs there.
"""

from collections.abc import Callable

from nbformat import NotebookNode

from grading.exercises.plan import Exercise
from grading.exercises.stage_process import Child, Start
from grading.exercises.student_code import Code, bound_names
from grading.kernels.hidden_inputs import seeded
from grading.kernels.hidden_names import kept_apart
from grading.verdicts.canaries import CANARY
from grading.verdicts.course_messages import REGION
from shared.notebooks.cell_metadata import grade_id, is_check

DIED = "The process died here: it was told to stop, or needed more memory or time than it may use."
NOT_REACHED = "This cell was not run, because one before it did not end."
# Before each answer and its checks, as the banks do: what they draw does not depend on what ran before.
SEEDED = "__import__('shared.seeding', fromlist=['']).seed_everything(0)"


def is_outside(cell: NotebookNode, exercise: Exercise) -> bool:
    """Whether a cell of an exercise is a check that runs beside the answer's process, not in it."""
    return is_check(cell) and CANARY not in cell.metadata and grade_id(cell) not in exercise.inside


def run_inside(cell: NotebookNode, answer: Child, seed: str) -> list[dict]:
    """Runs a cell in the process of the answer; returns and raises what `Child.run` does."""
    with kept_apart(cell, answer.run), seeded(cell, seed, answer.run):
        return answer.run(cell.source)


class Beside:
    """The process beside an answer in which its checks run; it starts with the first of them.

    Args:
        start: starts a process at a checkpoint, which may take so many seconds.
        seconds: that all checks may take.
        seed: of the student's hidden inputs.
    """

    def __init__(self, start: Start, exercise: Exercise, seconds: float, seed: str):
        self._start = start
        self._exercise = exercise
        self._seconds = seconds
        self._seed = seed
        self._child: Child | None = None
        self._answer: Child | None = None
        self._linked = False
        self._ran_inside: list[str] = []  # the visible parts of checks that ran in the answer's process
        self._ran_outside: list[str] = []

    def run(self, cell: NotebookNode, answer: Child) -> list[dict]:
        """Runs a check; returns its outputs.

        Raises:
            ChildLost, ChildLate: as `answer`, or the checks' own process, does. StageLost: the latter did not start.
        """
        self._answer = answer
        if self._child is None:
            self._child = self._start(self._exercise.checkpoint, self._seconds)
            self._child.run(f"{SEEDED}\n{self._exercise.imports}")
        if not self._linked:
            if errors := self._child.link(self._exercise.names, answer):
                return errors
            self._linked = True
        self._catch_up(cell, self._ran_inside, self._run_here)
        with seeded(cell, self._seed, self._child.run):
            outputs = self._run_here(cell.source)
        self._ran_outside.append(_visible(cell))
        return outputs

    def before_inside(self, cell: NotebookNode, answer: Child) -> None:
        """To be called before any other cell runs in the answer's process: it finds there what checks outside have defined."""
        self._linked = False
        self._catch_up(cell, self._ran_outside, answer.run)
        if grade_id(cell) in self._exercise.inside:
            self._ran_inside.append(_visible(cell))

    def seconds_waited(self) -> float:
        """How long it has waited for a processor."""
        return self._child.seconds_waited() if self._child else 0.0

    def close(self) -> None:
        """Ends the process."""
        if self._child:
            self._child.close()

    def _run_here(self, source: str) -> list[dict]:
        return self._child.run_beside(source, self._answer)

    def _catch_up(self, cell: NotebookNode, earlier: list[str], run: Callable) -> None:
        """Runs what this check reads of the visible parts of earlier ones, which ran on the other side."""
        wanted = Code(cell.source).reads
        for source in list(earlier):
            if bound_names(Code(source).statements) & wanted:
                run(source)
                earlier.remove(source)


def _visible(cell: NotebookNode) -> str:
    return REGION.sub("", cell.source)
