"""Proves a lab's checks: every right answer keeps its points, every wrong one loses exactly the checks that its bank lists.

The cells of the reference that answers or checks depend on run once, in one thread. At each exercise the process forks: each
answer of the bank runs in a child that inherits the state so far, with the checks that depend on it. So eighty answers cost less
than one run of the lab.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

from IPython.utils.capture import capture_output
from nbformat import NotebookNode

from grading.authoring.answer_files import Answer, load_bank
from grading.authoring.build import instructor_notebook
from grading.course import load_course
from grading.environment_variables import ONE_CPU_THREAD, import_path, python, variables
from grading.exercises.needed_cells import global_names, needed_cells
from grading.verdicts.outside_judges import judges, verdict
from shared.errors import LabError
from shared.notebooks.cell_metadata import fed_by, grade_id, is_answer
from shared.settings import FRESH_SEED, HANDED_OVER

SECONDS_PER_ANSWER = 120
# A fork keeps only the thread that forks: every pool must stay empty until then.
ENVIRONMENT = {**ONE_CPU_THREAD, "MPLBACKEND": "agg", "LAB_PROFILE": "tiny", FRESH_SEED: "0"}


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
        seeds: how many sets of fresh inputs each answer gets; its outcome is the first with trouble, or the last.
        outside: check -> its judge outside the notebook, for those that have one.
    Raises:
        LabError: the reference itself fails, or there is a bank for an exercise that the lab does not have.
    """
    shell = _shell()
    answers = {}
    for answer in bank:
        answers.setdefault(answer.exercise, []).append(answer)
    if unknown := set(answers) - {grade_id(cell) for cell in cells if is_answer(cell)}:
        raise LabError(f"There are banks for exercises that the lab does not have: {', '.join(sorted(unknown))}.")
    outcomes = []
    for position, cell in enumerate(cells):
        for answer in answers.get(grade_id(cell), []):
            for seed in range(seeds):
                with variables(
                    {FRESH_SEED: str(seed)}
                ):  # for the child's checks and, in this process, for their judges
                    outcome = _in_child(shell, answer, fed_by(cells, position), outside, seed)
                if outcome.trouble:
                    break
            outcomes.append(outcome)
        if failure := _failure(_execute(shell, cell.source), outside.get(grade_id(cell))):
            name, message = failure
            raise LabError(f"The reference fails in cell '{grade_id(cell) or cell.id}': {name}: {message}")
    return outcomes


def _shell():
    """The IPython shell of this process, without history and colours."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False  # it would keep a thread
    config.InteractiveShell.colors = "nocolor"
    return InteractiveShell.instance(config=config)


def _execute(shell, source: str) -> dict:
    """Runs one cell; returns {"error": [name, message] or None, "handed": what it handed over last to a judge outside}."""
    with capture_output() as shown:
        result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    handed = [output.data[HANDED_OVER] for output in shown.outputs if HANDED_OVER in output.data]
    return {"error": [type(error).__name__, str(error)] if error else None, "handed": handed[-1] if handed else None}


def _failure(result: dict, judge: Callable | None) -> tuple[str, str] | None:
    """(name, message) of why a cell fails, or None; its judge, if any, runs in this process on what was handed over."""
    if result["error"]:
        name, message = result["error"]
        return name, message
    if judge is None:
        return None
    return verdict(judge, result["handed"])


def _in_child(shell, answer: Answer, checks: list[NotebookNode], outside: Mapping[str, Callable], seed: int) -> Outcome:
    """Runs an answer and the checks that depend on it in a fork of this process."""
    start = time.monotonic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        _execute(shell, f"from shared.seeding import seed_everything\nseed_everything({seed})")
        _execute(shell, answer.source)
        results = {grade_id(cell): _execute(shell, cell.source) for cell in checks}
        with os.fdopen(writer, "w") as out:
            json.dump(results, out)
        os._exit(0)
    os.close(writer)
    received = _read_all(reader, SECONDS_PER_ANSWER)
    if received is None:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not received:
        reason = "ran too long" if received is None else "died"
        lost = {grade_id(cell): [reason, f"the process {reason}"] for cell in checks}
    else:
        failures = {name: _failure(result, outside.get(name)) for name, result in json.loads(received).items()}
        lost = {name: list(failure) for name, failure in failures.items() if failure}
    seconds = time.monotonic() - start
    return Outcome(answer.exercise, answer.label, answer.right, seconds, lost, differences(answer, lost))


def _read_all(descriptor: int, seconds: float) -> bytes | None:
    """Everything that comes through a pipe until its other end closes, or None if that takes more seconds than given."""
    deadline = time.monotonic() + seconds
    parts = []
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
            part = pipe.read(65536)
            if not part:
                return b"".join(parts)
            parts.append(part)


def run_lab(lab: str, seeds: int) -> list[Outcome]:
    """The outcomes of a lab's whole bank; needs a fresh process that was started with `ENVIRONMENT`."""
    course = load_course()
    course.lab(lab)
    bank = load_bank(lab)
    used = {name for answer in bank for name in global_names(answer.source)}
    cells = [cell for cell in instructor_notebook(lab, course).cells if cell.cell_type == "code"]
    return run_bank(needed_cells(cells, used), bank, seeds, judges(lab))


def outcomes_of(lab: str, seeds: int = 1) -> list[Outcome]:
    """The outcomes of a lab's whole bank, from a fresh process, where no thread starts before `ENVIRONMENT` takes effect.

    Raises:
        LabError: the reference fails, or the bank is malformed.
    """
    command = python("grading.authoring.answer_bank", lab, str(seeds))
    with tempfile.TemporaryDirectory(prefix="course-bank-") as work:  # where the reference writes its files
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **import_path(), **ENVIRONMENT}, cwd=work
        )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise LabError(f"The bank of {lab} did not run: {lines[-1] if lines else 'there was no message.'}")
    return [Outcome(**row) for row in json.loads(done.stdout)]


if __name__ == "__main__":
    try:
        print(json.dumps([asdict(outcome) for outcome in run_lab(sys.argv[1], int(sys.argv[2]))]))
    except LabError as error:
        sys.exit(str(error))
