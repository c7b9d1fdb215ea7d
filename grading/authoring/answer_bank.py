"""Proves a lab's checks: every right answer keeps its points, every wrong one loses exactly the checks that its bank lists.

The cells of the reference that answers or checks depend on run once, in one thread. At each exercise the process forks: each
answer of the bank runs in a child that inherits the state so far, and its checks beside it, by the code that grades a class by
exercise (grading/exercises). So eighty answers cost less than one run of the lab.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from grading.authoring.answer_files import Answer, load_bank, too_few
from grading.authoring.build import instructor_notebook
from grading.course import load_course
from grading.environment_variables import ONE_CPU_THREAD, import_path, python, variables
from grading.exercises.cell_outputs import keep_outputs
from grading.exercises.forks import Forks
from grading.exercises.plan import exercises
from grading.exercises.run import ExerciseRuns
from grading.exercises.stage_process import Start
from grading.exercises.student_code import INSIDE, LabNames, lab_names
from grading.kernels.output_limits import OutputLimits
from grading.kernels.stage_shell import StageShell, stage_shell
from grading.verdicts.fresh_seeds import check_seed
from grading.verdicts.outside_judges import handed_over, judges, verdict
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import fed_by, grade_id, is_answer, is_check
from shared.notebooks.needed_cells import global_names, needed_cells
from shared.settings import FRESH_SEED

SECONDS_PER_ANSWER = 120
OUTPUT_BYTES = 10**7  # what an answer and its checks may show
FIRST_SEED = "0"
# A fork keeps only the thread that forks: every pool must stay empty until then.
ENVIRONMENT = {**ONE_CPU_THREAD, "MPLBACKEND": "agg", "LAB_PROFILE": "tiny"}


@dataclass
class Outcome:
    """What became of one answer.

    lost: check -> [name of the error, message]; trouble: one sentence for each difference from what the bank says.
    """

    exercise: str
    label: str
    right: bool
    seconds: float
    lost: dict[str, list[str]]
    trouble: list[str] = field(default_factory=list)


def differences(answer: Answer, lost: dict[str, list[str]]) -> list[str]:
    """One sentence for each way in which the outcome of an answer differs from what its bank says.

    Args:
        lost: check -> [name of the error, message].
    """
    trouble = [f"keeps {name}, but should lose it" for name in answer.loses if name not in lost]
    for name, (error, message) in lost.items():
        if name not in answer.loses:
            trouble.append(f"loses {name}, but should keep it: {error}: {message}")
        elif error not in ("CheckFailed", "AssertionError") or not message.strip():
            trouble.append(f"loses {name} by an accident instead of a check that explains: {error}: {message}")
    heard = next(iter(lost.values()), ["", ""])[1]
    if lost and answer.says.lower() not in heard.lower():
        trouble.append(f"does not get the message '{answer.says}', but: {heard}")
    return trouble


def run_bank(
    cells: list[NotebookNode],
    bank: list[Answer],
    seeds: int = 1,
    outside: Mapping[str, Callable] = MappingProxyType({}),
) -> list[Outcome]:
    """Runs the reference's code cells in this process, and each answer in its children, one for each seed of fresh inputs.

    Args:
        seeds: how many sets of fresh inputs each answer gets; its outcome has the trouble of all of them, each sentence once.
        outside: check -> its judge outside the notebook, for those that have one.
    Raises:
        LabError: the reference itself fails, or there is a bank for an exercise that the lab does not have.
    """
    shell = stage_shell()
    start = Forks(shell).child
    names = lab_names(cells)
    answers = {}
    for answer in bank:
        answers.setdefault(answer.exercise, []).append(answer)
    if unknown := set(answers) - {grade_id(cell) for cell in cells if is_answer(cell)}:
        raise LabError(f"There are banks for exercises that the lab does not have: {', '.join(sorted(unknown))}.")
    outcomes = []
    for position, cell in enumerate(cells):
        own = [cell, *fed_by(cells, position)]
        if grade_id(cell) in answers:
            _require_outside(
                _run_answer(start, Answer(grade_id(cell), "", cell.source), own, names, outside, FIRST_SEED)
            )
        for answer in answers.get(grade_id(cell), []):
            runs = [_run_answer(start, answer, own, names, outside, str(seed)) for seed in range(seeds)]
            outcomes.append(_together(runs))
        _run_reference(shell, cell, outside.get(grade_id(cell)))
    return outcomes


def _together(runs: list[Outcome]) -> Outcome:
    """What became of an answer under all sets of inputs: the checks it lost under any of them, and all its trouble.

    The same trouble under several sets, with other numbers, is one sentence.
    """
    lost = {}
    trouble = {}
    for seed, outcome in enumerate(runs):
        lost = {**outcome.lost, **lost}
        for sentence in outcome.trouble:
            trouble.setdefault(_without_numbers(sentence), (sentence, []))[1].append(seed)
    told = [sentence + _where(seeds, len(runs)) for sentence, seeds in trouble.values()]
    first = runs[0]
    return Outcome(first.exercise, first.label, first.right, sum(run.seconds for run in runs), lost, told)


def _without_numbers(sentence: str) -> str:
    """A sentence by which the same trouble is known under other inputs."""
    return re.sub(r"[-+]?\d[\d.,e+-]*", "#", sentence)


def _where(seeds: list[int], of: int) -> str:
    """Under which sets of inputs there was some trouble; nothing where it was under all."""
    if len(seeds) == of:
        return ""
    return f" [under {len(seeds)} of {of} sets of inputs, first with seed {seeds[0]}]"


def _failure(cell: NotebookNode, judge: Callable | None) -> tuple[str, str] | None:
    """(name, message) of why a cell that has run fails, or None; its judge, if any, runs in this process."""
    for output in cell.outputs:
        if output.output_type == "error":
            return output.ename, output.evalue
    if judge is None:
        return None
    return verdict(judge, handed_over(cell))


def _require_outside(outcome: Outcome) -> None:
    """Raises LabError where the reference loses checks that run outside of its process."""
    if lost := [f"'{name}' ({error}: {message})" for name, (error, message) in outcome.lost.items()]:
        raise LabError(
            f"The reference loses {', '.join(lost)} when its checks run outside of its process: "
            f'add tags=["{INSIDE}"] to their headers, or have them ask for plain values.'
        )


def _run_reference(shell: StageShell, cell: NotebookNode, judge: Callable | None) -> None:
    """Raises LabError where it fails."""
    ran = nbformat.from_dict({**cell, "outputs": []})
    with _seed(FIRST_SEED, grade_id(cell)):
        keep_outputs(ran, shell.run(cell.source), OutputLimits(OUTPUT_BYTES))
        failure = _failure(ran, judge)
    if failure:
        raise LabError(f"The reference fails in cell '{grade_id(cell) or cell.id}': {failure[0]}: {failure[1]}")


def _run_answer(
    start: Start, answer: Answer, cells: list[NotebookNode], names: LabNames, outside: Mapping[str, Callable], seed: str
) -> Outcome:
    """Runs an answer and the checks that depend on it, as they are graded.

    Args:
        cells: the reference's answer and its checks.
    """
    begin = time.monotonic()
    notebook = new_notebook(cells=[nbformat.from_dict(cell) for cell in cells])
    notebook.cells[0].source = answer.source
    runs = ExerciseRuns(notebook, start, seed, {}, OUTPUT_BYTES, mixed_in=0)
    runs.run(exercises(notebook.cells, names), {answer.exercise: SECONDS_PER_ANSWER})
    lost = {}
    for cell in filter(is_check, notebook.cells):
        name = grade_id(cell)
        with _seed(seed, name):
            if failure := _failure(cell, outside.get(name)):
                lost[name] = list(failure)
    seconds = time.monotonic() - begin
    return Outcome(answer.exercise, answer.label, answer.right, seconds, lost, differences(answer, lost))


def _seed(seed: str, check: str) -> AbstractContextManager:
    """Has a check and its judge draw the inputs of this set in this process."""
    return variables({FRESH_SEED: check_seed(seed, check)})


def run_lab(lab: str, seeds: int, exercise: str = "") -> list[Outcome]:
    """The outcomes of a lab's whole bank, or of one exercise's; needs a fresh process that was started with `ENVIRONMENT`."""
    course = load_course()
    course.lab(lab)
    bank = [answer for answer in load_bank(lab) if exercise in ("", answer.exercise)]
    used = {name for answer in bank for name in global_names(answer.source)}
    cells = [cell for cell in instructor_notebook(lab, course).cells if cell.cell_type == "code"]
    if exercise:
        cells = up_to_exercise(cells, exercise)
    return run_bank(needed_cells(cells, used), bank, seeds, judges(lab))


def up_to_exercise(cells: list[NotebookNode], exercise: str) -> list[NotebookNode]:
    """A lab's code cells up to the last check of an exercise, without the checks of other exercises.

    Raises:
        LabError: the lab has no such exercise.
    """
    names = [grade_id(cell) for cell in cells if is_answer(cell)]
    if exercise not in names:
        raise LabError(f"There is no exercise '{exercise}' in this lab: name one of {', '.join(names)}.")
    place = next(number for number, cell in enumerate(cells) if grade_id(cell) == exercise)
    own = fed_by(cells, place)
    last = max([place, *(number for number, cell in enumerate(cells) if cell in own)])
    return [cell for cell in cells[: last + 1] if not is_check(cell) or cell in own]


def require_enough(lab: str, exercise: str = "") -> None:
    """Raises LabError where an exercise has too few right or wrong answers to prove its checks.

    Args:
        exercise: the one that counts; all of the lab where it is empty.
    """
    cells = [cell for cell in instructor_notebook(lab, load_course()).cells if cell.cell_type == "code"]
    names = [grade_id(cell) for cell in cells if is_answer(cell) and exercise in ("", grade_id(cell))]
    if problem := too_few(load_bank(lab), names):
        raise LabError(f"{problem}: add them to tests/answers/{lab}/, in a file of the exercise's name.")


def outcomes_of(lab: str, seeds: int = 1, exercise: str = "", checkout: Path = CHECKOUT) -> list[Outcome]:
    """The outcomes of a lab's bank, from a fresh process, where no thread starts before `ENVIRONMENT` takes effect.

    Args:
        exercise: the one to prove; all where it is empty.
        checkout: whose code, lab and bank these are.
    Raises:
        LabError: the reference fails, the bank is malformed or too small, or there is no such exercise.
    """
    command = python("grading.authoring.answer_bank", lab, str(seeds), *([exercise] if exercise else []))
    found = {"PYTHONPATH": os.pathsep.join([str(checkout), import_path()["PYTHONPATH"]])}
    with tempfile.TemporaryDirectory(prefix="course-bank-") as work:  # where the reference writes its files
        environment = {**os.environ, **found, **ENVIRONMENT}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=work)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise LabError(f"The bank of {lab} did not run: {lines[-1] if lines else 'there was no message.'}")
    return [Outcome(**row) for row in json.loads(done.stdout)]


def main(lab: str, seeds: str, exercise: str = "") -> None:
    """Prints the outcomes as JSON; needs a process such as `outcomes_of` starts."""
    try:
        require_enough(lab, exercise)
        print(json.dumps([asdict(outcome) for outcome in run_lab(lab, int(seeds), exercise)]))
    except LabError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
