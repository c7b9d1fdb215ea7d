"""Runs the exercises of one submission, each in a child of the stage, and gives the notebook with what its checks said."""

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from grading.exercises.plan import Exercise
from grading.exercises.stage_process import Child, ChildLate, ChildLost
from grading.kernels.execute_preprocessor import STARVED
from grading.kernels.hidden_inputs import seeded
from grading.kernels.hidden_names import kept_apart
from grading.kernels.output_limits import OutputLimits, make_sound
from grading.verdicts import canaries, tripwires
from grading.verdicts.failure_kinds import LOST, NOT_RUN, TOO_LONG, fail

# Before each answer, as the banks do: what it draws does not depend on what ran before.
SEEDED = "__import__('shared.seeding', fromlist=['']).seed_everything(0)"
CANARIES = 2  # an exercise: one goes on like its check, one ends with the comparison that cannot hold
SHAPES = {
    "stream": {"name": "stdout", "text": ""},
    "display_data": {"data": {}, "metadata": {}},
    "error": {"ename": "", "evalue": "", "traceback": []},
}


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
        folder: of the stage's checkpoints.
        seed: of the student's hidden inputs.
        known: check -> names of answers, of the checks that notice spoiled results.
        output_bytes: that the notebook may keep.
    """

    def __init__(self, notebook: NotebookNode, folder: Path, seed: str, known: dict[str, list[str]], output_bytes: int):
        self._cells = notebook.cells
        self._folder = folder
        self._seed = seed
        self._tripwires = tripwires.some(known)
        self._limits = OutputLimits(output_bytes)
        self._tampered = False
        self._starved = False
        self._again = False
        self._signs = 0
        self._changed: list[str] = []

    def run(self, exercises: Iterable[Exercise], seconds: Mapping[str, float]) -> Outcome:
        """Runs them one after another.

        Args:
            seconds: name of an exercise -> its deadline.
        """
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
            canaries.insert(own, CANARIES)
            self._again = self._again or attempt > 0
            if not self._run_cells(own, exercise, seconds):
                break
        return own

    def _run_cells(self, own: NotebookNode, exercise: Exercise, seconds: float) -> bool:
        """Runs an exercise's cells in one child; returns whether it was lost before its last check."""
        count = len(own.cells)
        place = 0
        start = time.monotonic()
        try:
            with closing(Child(self._folder, exercise.checkpoint, seconds)) as child:
                for code in filter(None, (SEEDED, exercise.helpers)):
                    child.run(code)
                while place < len(own.cells):
                    try:
                        self._run_cell(own.cells[place], child)
                    except ChildLate:
                        waited = child.seconds_waited()
                        self._starved = self._starved or waited > STARVED * (time.monotonic() - start)
                        raise
                    place += 1
                    if place == count:
                        own.cells.extend(tripwires.drawn(own, self._tripwires))
        except ChildLate:
            why = TOO_LONG, f"This exercise took longer than {seconds:.0f} s and was stopped."
        except ChildLost:
            why = LOST, "The process died here: it was told to stop, or needed more memory or time than it may use."
        else:
            return False
        fail(own.cells[place], *why)
        for cell in own.cells[place + 1 :]:
            fail(cell, NOT_RUN, "This cell was not run, because one before it did not end.")
        return why[0] == LOST and place < count

    def _run_cell(self, cell: NotebookNode, child: Child) -> None:
        if not cell.source.strip():
            return
        with kept_apart(cell, child.run), seeded(cell, self._seed, child.run):
            outputs = child.run(cell.source)
        for output in outputs:
            shape = SHAPES.get(output.get("output_type"), {})
            content = {name: output.get(name, given) for name, given in shape.items()}
            fits = all(isinstance(content[name], type(given)) for name, given in shape.items())
            if shape and fits and self._limits.keeps(output["output_type"], content, cell):
                cell.outputs.append(NotebookNode({"output_type": output["output_type"], **content}))
        make_sound(cell)
