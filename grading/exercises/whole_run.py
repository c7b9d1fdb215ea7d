"""Runs all cells of a submission one after another in one child of the stage, and its checks beside it."""

import time
from contextlib import ExitStack, closing

from nbformat import NotebookNode

from grading.exercises.beside import DIED, NOT_REACHED, Beside, is_outside, run_inside
from grading.exercises.cell_outputs import keep_outputs
from grading.exercises.plan import START, Exercise
from grading.exercises.stage_process import Child, ChildLate, ChildLost, Start
from grading.kernels.execute_preprocessor import STARVED
from grading.kernels.output_limits import OutputLimits
from grading.verdicts import canaries, tripwires
from grading.verdicts.failure_kinds import LOST, NOT_RUN, TOO_LONG, fail

SHORTEST = 1  # seconds that are left to a cell at least


class WholeRun:
    """A submission's whole notebook at work; its cells get their outputs.

    Args:
        notebook: the rebuilt one, with hidden tests.
        exercises: of the notebook.
        start: starts a process at a checkpoint, which may take so many seconds.
        seed: of the student's hidden inputs.
        known: check -> names of answers, of the checks that notice spoiled results.
        output_bytes: that the notebook may keep.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        exercises: list[Exercise],
        start: Start,
        seed: str,
        known: dict[str, list[str]],
        output_bytes: int,
    ):
        self._notebook = notebook
        self._start = start
        self._seed = seed
        self._inside = {check for exercise in exercises for check in exercise.inside}
        self._known = {check: names for check, names in known.items() if check in self._inside}
        self._limits = OutputLimits(output_bytes)
        self._exercise = {id(notebook.cells[place]): exercise for exercise in exercises for place in exercise.cells}
        self._beside: dict[str, Beside] = {}
        self.starved = False

    def run(self, seconds: dict[str, int], cell_seconds: int, total_seconds: int) -> list[str]:
        """Runs it; returns what an instructor should know.

        Args:
            seconds: name of an exercise -> how long its checks may take.
            cell_seconds, total_seconds: that a cell, and all cells, may take.
        Raises:
            StageLost: its process did not start.
        """
        notebook = self._notebook
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = []
        canaries.insert(notebook, among=self._inside)
        end = time.monotonic() + total_seconds
        own_cells = len(notebook.cells)
        with ExitStack() as stack:
            child = stack.enter_context(closing(self._start(START, total_seconds)))
            for exercise in {each.name: each for each in self._exercise.values()}.values():
                beside = Beside(self._start, exercise, seconds[exercise.name], self._seed)
                self._beside[exercise.name] = stack.enter_context(closing(beside))
            place = 0
            while place < len(notebook.cells):
                child.allow(min(cell_seconds, max(SHORTEST, end - time.monotonic())))
                if why := self._run_cell(notebook.cells[place], child):
                    self._not_run(place, why)
                    break
                place += 1
                if place == own_cells:
                    notebook.cells.extend(tripwires.drawn(notebook, self._known))
        flags = canaries.read(notebook)
        return [*flags, *tripwires.flags(*tripwires.taken_out(notebook))]

    def _run_cell(self, cell: NotebookNode, child: Child) -> tuple[str, str] | None:
        """Runs a cell; returns why no further one can run."""
        if cell.cell_type != "code" or not cell.source.strip():
            return None
        start = time.monotonic()
        exercise = self._exercise.get(id(cell))
        try:
            if exercise and is_outside(cell, exercise):
                outputs = self._beside[exercise.name].run(cell, child)
            else:
                for beside in self._beside.values():
                    beside.before_inside(cell, child)
                outputs = run_inside(cell, child, self._seed)
        except ChildLate:
            self.starved = child.seconds_waited() > STARVED * (time.monotonic() - start)
            return TOO_LONG, "This cell took longer than it may, and the notebook was stopped here."
        except ChildLost:
            return LOST, DIED
        keep_outputs(cell, outputs, self._limits)
        return None

    def _not_run(self, place: int, why: tuple[str, str]) -> None:
        """Fails a cell, and all after it."""
        fail(self._notebook.cells[place], *why)
        for cell in self._notebook.cells[place + 1 :]:
            if cell.cell_type == "code":
                fail(cell, NOT_RUN, NOT_REACHED)
