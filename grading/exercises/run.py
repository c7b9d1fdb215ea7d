"""Runs the exercises of one submission, each in a child of the stage, and gives the notebook with what its checks said."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from grading.exercises.beside import DIED, NOT_REACHED, SEEDED, Beside, is_outside, run_inside
from grading.exercises.cell_outputs import keep_outputs
from grading.exercises.plan import Exercise
from grading.exercises.stage_process import Child, ChildLate, ChildLost, Start
from grading.kernels.execute_preprocessor import STARVED
from grading.kernels.output_limits import OutputLimits
from grading.verdicts import canaries, tripwires
from grading.verdicts.failure_kinds import LOST, NOT_RUN, TOO_LONG, fail

CANARIES = 2  # an exercise: one goes on like its check, one ends with the comparison that cannot hold


@dataclass(frozen=True)
class Outcome:
    """What came of a submission's exercises.

    Args:
        flags: what an instructor should know.
        starved: whether one was stopped while others on this machine had the processor.
        again: whether one was lost and run a second time.
    """

    flags: list[str]
    starved: bool
    again: bool


class ExerciseRuns:
    """The exercises of one submission at work; its notebook's cells get their outputs.

    Args:
        notebook: the rebuilt one, with hidden tests.
        start: starts a process at a checkpoint, which may take so many seconds.
        seed: of the student's hidden inputs.
        known: check -> names of answers, of the checks that notice spoiled results.
        output_bytes: that the notebook may keep.
        mixed_in: canaries of each exercise.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        start: Start,
        seed: str,
        known: dict[str, list[str]],
        output_bytes: int,
        mixed_in: int = CANARIES,
    ):
        self._cells = notebook.cells
        self._start = start
        self._seed = seed
        self._known = known
        self._limits = OutputLimits(output_bytes)
        self._mixed_in = mixed_in
        self._tampered = False
        self._starved = False
        self._again = False
        self._signs = 0
        self._changed: list[str] = []

    def run(self, exercises: list[Exercise], seconds: Mapping[str, float]) -> Outcome:
        """Runs them one after another.

        Args:
            seconds: name of an exercise -> its deadline.
        """
        inside = {check for exercise in exercises for check in exercise.inside}
        self._tripwires = tripwires.some({check: names for check, names in self._known.items() if check in inside})
        for exercise in exercises:
            own = self._run(exercise, seconds[exercise.name])
            self._tampered = bool(canaries.read(own)) or self._tampered
            signs, changed = tripwires.taken_out(own)
            self._signs += signs
            self._changed += changed
        if self._tampered:
            canaries.fail_all(self._cells)
        flags = [canaries.FLAG] if self._tampered else []
        return Outcome([*flags, *tripwires.flags(self._signs, self._changed)], self._starved, self._again)

    def _run(self, exercise: Exercise, seconds: float) -> NotebookNode:
        """Runs one; where its child is lost a second one tries, since a neighbour may have taken all the memory."""
        for attempt in range(2):
            own = new_notebook(cells=[self._cells[place] for place in exercise.cells])
            for cell in own.cells:
                cell.outputs = []
            if self._mixed_in:
                canaries.insert(own, self._mixed_in, exercise.inside)
            self._again = self._again or attempt > 0
            if not self._run_cells(own, exercise, seconds):
                break
        return own

    def _run_cells(self, own: NotebookNode, exercise: Exercise, seconds: float) -> bool:
        """Runs an exercise's cells; returns whether one of its processes was lost before the last check had run."""
        count = len(own.cells)
        place = 0
        start = time.monotonic()
        beside = Beside(self._start, exercise, seconds, self._seed)
        try:
            with closing(self._start(exercise.checkpoint, seconds)) as child, closing(beside):
                for code in filter(None, (SEEDED, exercise.helpers)):
                    child.run(code)
                while place < len(own.cells):
                    try:
                        self._run_cell(own.cells[place], exercise, child, beside)
                    except ChildLate:
                        waited = child.seconds_waited() + beside.seconds_waited()
                        self._starved = self._starved or waited > STARVED * (time.monotonic() - start)
                        raise
                    place += 1
                    if place == count:
                        own.cells.extend(tripwires.drawn(own, self._tripwires))
        except ChildLate:
            why = TOO_LONG, f"This exercise took longer than {seconds:.0f} s and was stopped."
        except ChildLost:
            why = LOST, DIED
        else:
            return False
        fail(own.cells[place], *why)
        for cell in own.cells[place + 1 :]:
            fail(cell, NOT_RUN, NOT_REACHED)
        return why[0] == LOST and place < count

    def _run_cell(self, cell: NotebookNode, exercise: Exercise, child: Child, beside: Beside) -> None:
        if not cell.source.strip():
            return
        if is_outside(cell, exercise):
            outputs = beside.run(cell, child)
        else:
            beside.before_inside(cell, child)
            outputs = run_inside(cell, child, self._seed)
        keep_outputs(cell, outputs, self._limits)
