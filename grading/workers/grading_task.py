"""Runs one submission as a function: the realigned notebook with its checks goes in, the executed one comes out.

It reads no gradebook and writes no file of the course, so that it can be run by any process on any machine, twice if need be.
"""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading import folders
from grading.environment_variables import variables
from grading.exercises.plan import Exercise
from grading.exercises.run import ExerciseRuns
from grading.exercises.stage_process import Checkpoints, StageLost
from grading.exercises.whole_run import WholeRun
from grading.kernels.execute_preprocessor import SafeExecute
from grading.kernels.kernel_client import own_sockets
from grading.kernels.provisioners import PLAIN, kernelspec
from grading.kernels.resource_limits import Limits
from grading.verdicts import canaries, tripwires
from grading.verdicts.failure_kinds import BY_EXERCISE, LOST, SECOND_ATTEMPT, failed, kernel_lost, said, stopped
from grading.workers.by_exercise import STAGE, settle, why_whole
from shared.notebooks.cell_metadata import grade_id, is_added, is_answer, is_check

AGAIN = (
    "its kernel was lost after its own code had begun to run, and a second run counted: its page shows no free output"
)


@dataclass(frozen=True)
class Task:
    """What to run.

    Args:
        notebook: as JSON text, with hidden tests.
        kernel: its name.
        cell_seconds, total_seconds, output_bytes, memory_gb: limits.
        seed: of the student's hidden inputs; empty for inputs that are drawn anew.
        tripwires: check -> names of answers, of the checks that notice spoiled results.
        exercises: the fields of each exercises.plan.Exercise; empty for a run of the whole notebook.
        exercise_seconds: name of an exercise -> how long it may take.
        audit: whether it is also run as a whole.
    """

    notebook: str
    kernel: str
    cell_seconds: int
    total_seconds: int
    output_bytes: int
    memory_gb: float
    seed: str = ""
    tripwires: dict[str, list[str]] = field(default_factory=dict)
    exercises: list[dict] = field(default_factory=list)
    exercise_seconds: dict[str, int] = field(default_factory=dict)
    audit: bool = False


@dataclass(frozen=True)
class Done:
    """What came of a run.

    Args:
        notebook: the executed one, as JSON text.
        flags: what an instructor should know.
        seconds: that the run took.
        starved: whether cells were stopped while others on this machine had the processor.
        lost: the checks that failed by exercise, each with what was said.
        better_as_a_whole: those of them that passed in a run of the whole notebook.
    """

    notebook: str
    flags: list[str]
    seconds: float
    starved: bool = False
    lost: list[str] = field(default_factory=list)
    better_as_a_whole: list[str] = field(default_factory=list)


def run(task: Task) -> Done:
    """Runs a submission by exercise where that is asked for, and as a whole where not, or where that can show more."""
    if not task.exercises:
        return _run_whole(task)
    start = time.monotonic()
    exercises = [Exercise(**each) for each in task.exercises]
    notebook = nbformat.reads(task.notebook, as_version=4)
    given = Checkpoints(Path(os.environ[STAGE])).child, task.seed, task.tripwires, task.output_bytes
    reason = why_whole(exercises, task.audit)
    try:
        outcome = ExerciseRuns(notebook, *given).run(exercises, task.exercise_seconds)
        flags = outcome.flags
        starved = outcome.starved
        lost = _failed(notebook)
        if reason:
            whole = nbformat.reads(task.notebook, as_version=4)
            run = WholeRun(whole, exercises, *given)
            whole_flags = run.run(task.exercise_seconds, task.cell_seconds, task.total_seconds)
            flags = settle(notebook, flags, whole, whole_flags, exercises)
            starved = starved or run.starved
    except StageLost:
        return _run_whole(task)
    notebook.metadata[BY_EXERCISE] = reason
    if outcome.again:
        notebook.metadata[SECOND_ATTEMPT] = True
        flags = [*flags, AGAIN]
    late = stopped(notebook)
    return Done(
        nbformat.writes(notebook),
        list(dict.fromkeys([*flags, *late])),
        round(time.monotonic() - start, 2),
        starved=starved and bool(late),
        lost=lost,
        better_as_a_whole=[each for each in lost if each not in _failed(notebook)],
    )


def _failed(notebook: NotebookNode) -> list[str]:
    """The checks that failed, each with what was said."""
    return [f"{grade_id(cell)}: {said(cell)}" for cell in notebook.cells if is_check(cell) and failed(cell)]


def _run_whole(task: Task) -> Done:
    """Runs all cells, with canaries among the checks, in a separate kernel.

    Where the kernel is lost a second one tries: when a neighbour takes all the memory, the system may end the wrong process.
    What the first one had learned of the hidden checks it may have left for the second, so the notebook is marked then.
    """
    start = time.monotonic()
    seen = False
    for last in (False, True):
        try:
            notebook, starved, signs = _run_once(task)
        except RuntimeError:  # it was lost before it could answer
            if last:
                raise
        else:
            if last or not kernel_lost(notebook):
                break
            seen = _own_code_ran(notebook)
    flags = [*canaries.read(notebook), *signs]
    if seen:
        notebook.metadata[SECOND_ATTEMPT] = True
        flags.append(AGAIN)
    late = stopped(notebook)
    return Done(
        nbformat.writes(notebook),
        [*flags, *late],
        round(time.monotonic() - start, 2),
        starved=starved and bool(late),
    )


def _own_code_ran(notebook: NotebookNode) -> bool:
    """Whether code of the student's had begun to run when the kernel was lost."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and (is_answer(cell) or is_added(cell)):
            return True
        if any(output.get("ename") == LOST for output in cell.get("outputs", [])):
            return False
    return False


def _run_once(task: Task) -> tuple[NotebookNode, bool, list[str]]:
    """The notebook after one run, with its canaries, whether its kernel was starved, and what the tripwires tell."""
    notebook = nbformat.reads(task.notebook, as_version=4)
    canaries.insert(notebook)
    with _folder() as folder, _kernels(folder, task), own_sockets() as config:
        execute = SafeExecute(
            kernel_name=task.kernel,
            timeout=task.cell_seconds,
            total_timeout=task.total_seconds,
            output_limit=task.output_bytes,
            seed=task.seed,
            tripwires=task.tripwires,
            shutdown_kernel="immediate",
            config=config,
        )
        execute.preprocess(notebook, {"metadata": {"path": str(folder)}})
    return notebook, execute.starved, tripwires.flags(*tripwires.taken_out(notebook))


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Gives a folder to work in; tempfile's own removal would fail where a submission left folders a thousand deep."""
    folder = Path(tempfile.mkdtemp(prefix="course-"))
    try:
        yield folder
    finally:
        folders.remove_tree(folder)


@contextlib.contextmanager
def _kernels(folder: Path, task: Task) -> Iterator[None]:
    """Lets jupyter_client find the kernel's description, which is written for this run."""
    if task.kernel == PLAIN:
        yield
        return
    target = folder / "jupyter" / "kernels" / task.kernel
    target.mkdir(parents=True)
    (target / "kernel.json").write_text(json.dumps(kernelspec(task.kernel, Limits(memory_gb=task.memory_gb))))
    searched = filter(None, [str(folder / "jupyter"), os.environ.get("JUPYTER_PATH")])
    with variables({"JUPYTER_PATH": os.pathsep.join(searched)}):
        yield


def checks_put_in(notebook: NotebookNode, instructor: NotebookNode) -> NotebookNode:
    """Puts each check, hidden tests included, into the realigned notebook as the instructor wrote it."""
    full = {grade_id(cell): cell.source for cell in instructor.cells if grade_id(cell)}
    for cell in notebook.cells:
        if grade_id(cell) and not is_answer(cell):
            cell.source = full[grade_id(cell)]
    return notebook
