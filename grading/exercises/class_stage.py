"""The stage of a class: started, tried on the reference, and with a deadline for each exercise."""

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from tqdm import tqdm

from grading.exercises.plan import exercises, stage_steps
from grading.exercises.run import ExerciseRuns
from grading.exercises.stage_process import Checkpoints, StageLost, running_stage
from grading.exercises.student_code import LabNames, lab_names
from grading.kernels.resource_limits import Limits
from grading.verdicts.failure_kinds import failed, said
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id

SEED = "0"  # of the hidden inputs of the reference
SHORTEST = 10  # seconds that an exercise may take
SLOWER = 20  # times as long as the reference an answer may take


@dataclass(frozen=True)
class ClassStage:
    """What is needed to grade by exercise.

    Args:
        folder: of the stage's checkpoints.
        names: of the lab.
        seconds: name of an exercise -> how long it may take.
    """

    folder: Path
    names: LabNames
    seconds: dict[str, int]


@contextlib.contextmanager
def class_stage(
    instructor: NotebookNode,
    released: NotebookNode,
    limits: Limits,
    cell_seconds: float,
) -> Iterator[ClassStage]:
    """Runs the lab once, for as long as the `with` block lasts, and the reference's exercises as those of a submission.

    Args:
        limits: of what runs an exercise.
        cell_seconds: that a cell of the lab may take.
    Raises:
        LabError: no stage can be built here, or the reference does not pass by exercise.
    """
    names = lab_names(instructor.cells, released.cells)
    steps = tqdm(stage_steps(instructor.cells), desc="Running the lab once", unit="cell", leave=False)
    with running_stage(steps, limits, cell_seconds) as folder:
        yield ClassStage(folder, names, _tried(instructor, names, folder, cell_seconds))


def _tried(instructor: NotebookNode, names: LabNames, folder: Path, cell_seconds: float) -> dict[str, int]:
    """The deadlines, by what the reference takes."""
    notebook = nbformat.from_dict(instructor)
    seconds = {}
    start = Checkpoints(folder).child
    for exercise in exercises(notebook.cells, names):
        begin = time.monotonic()
        try:
            ExerciseRuns(notebook, start, SEED, {}, output_bytes=10**6).run([exercise], {exercise.name: cell_seconds})
        except StageLost as lost:
            raise LabError(f"The process of Exercise '{exercise.name}' did not start ({lost}).") from None
        for cell in (notebook.cells[place] for place in exercise.cells):
            if failed(cell):
                raise LabError(
                    f"The reference fails when it is run by exercise, in cell '{grade_id(cell)}': {said(cell)}"
                )
        seconds[exercise.name] = max(SHORTEST, math.ceil(SLOWER * (time.monotonic() - begin)))
    return seconds
