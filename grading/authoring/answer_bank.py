"""Proves a lab's checks: every right answer keeps its points, every wrong one loses exactly what it names.

The reference notebook runs once, in one thread. At each exercise the process forks; each answer of the bank and the checks
it feeds run in a child that inherits the state so far, so that eighty answers cost little more than one run of the lab.
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
from grading.environment_variables import ONE_THREAD, variables
from grading.verdicts.outside_judges import judges, verdict
from shared.errors import LabError
from shared.notebooks.cell_metadata import fed_by, grade_id, is_answer
from shared.settings import FRESH_SEED, HANDED_OVER

SECONDS_PER_ANSWER = 120
# A fork keeps only the thread that forks: every pool must stay empty until then.
ENVIRONMENT = {**ONE_THREAD, "MPLBACKEND": "agg", "LAB_PROFILE": "tiny", FRESH_SEED: "0"}


@dataclass
class Outcome:
    """What one answer lost: check -> [name of the error, message]; `trouble` says where that differs from the bank."""

    exercise: str
    label: str
    right: bool
    seconds: float
    lost: dict[str, list[str]]
    trouble: list[str] = field(default_factory=list)


def judge(answer: Answer, lost: dict[str, list[str]]) -> list[str]:
    """One sentence for each way in which an answer fared differently from what its bank says."""
    trouble = [f"keeps {name}, but should lose it" for name in answer.loses if name not in lost]
    for name, (error, message) in lost.items():
        if name not in answer.loses:
            trouble.append(f"loses {name}, but should keep it: {error}: {message}")
        elif error not in ("CheckFailed", "AssertionError") or not message.strip():
            trouble.append(f"loses {name} by an accident instead of a check that explains: {error}: {message}")
    heard = next(iter(lost.values()), ["", ""])[1]
    if lost and answer.says.lower() not in heard.lower():
        trouble.append(f"is not told '{answer.says}', but: {heard}")
    return trouble


def run(
    cells: list[NotebookNode], bank: list[Answer], seeds: int = 1, known: Mapping[str, Callable] = MappingProxyType({})
) -> list[Outcome]:
    """Runs the reference's code cells in this process and each answer in children of it, one for each seed of its inputs.

    Args:
        seeds: how many sets of fresh inputs each answer meets; its outcome is the first with trouble, or the last.
        known: check -> its judge outside the notebook, for those that have one.
    Raises:
        LabError: the reference itself fails, or a bank names a cell that the lab does not have.
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
                with variables({FRESH_SEED: str(seed)}):  # for the child's checks and, here, for their judges
                    outcome = _in_child(shell, answer, fed_by(cells, position), known, seed)
                if outcome.trouble:
                    break
            outcomes.append(outcome)
        if error := _judged(_execute(shell, cell.source), known.get(grade_id(cell))):
            raise LabError(f"The reference fails in cell '{grade_id(cell) or cell.id}': {error[0]}: {error[1]}")
    return outcomes


def _shell():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False  # it would keep a thread
    config.InteractiveShell.colors = "nocolor"
    return InteractiveShell.instance(config=config)


def _execute(shell, source: str) -> dict:
    """Runs one cell: {"error": [name, message] or None, "handed": what it handed over to a judge outside}."""
    with capture_output() as shown:
        result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    handed = [{HANDED_OVER: output.data[HANDED_OVER]} for output in shown.outputs if HANDED_OVER in output.data]
    return {"error": [type(error).__name__, str(error)] if error else None, "handed": handed}


def _judged(result: dict, judge: Callable | None) -> list[str] | None:
    """[name, message] of why a check fails, or None; the judge sees what was handed over and runs in this process."""
    return result["error"] or (judge and verdict(judge, result["handed"]))


def _in_child(shell, answer: Answer, checks: list[NotebookNode], known: dict[str, Callable], seed: int) -> Outcome:
    start = time.monotonic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        _execute(shell, f"from shared.seeding import seed_everything; seed_everything({seed})")
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
        failures = {name: _judged(result, known.get(name)) for name, result in json.loads(received).items()}
        lost = {name: list(error) for name, error in failures.items() if error}
    seconds = time.monotonic() - start
    return Outcome(answer.exercise, answer.label, answer.right, seconds, lost, judge(answer, lost))


def _read_all(descriptor: int, seconds: float) -> bytes | None:
    """All bytes until the other end closes, or None after so many seconds."""
    deadline, parts = time.monotonic() + seconds, []
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
    """The outcomes of a lab's whole bank; run it in a process of its own, with `ENVIRONMENT` in the environment."""
    course = load_course()
    course.lab(lab)
    cells = [cell for cell in instructor_notebook(lab, course).cells if cell.cell_type == "code"]
    return run(cells, load_bank(lab), seeds, judges(lab))


def outcomes_of(lab: str, seeds: int = 1) -> list[Outcome]:
    """As `run_lab`, in a fresh process, so that nothing has started a thread before `ENVIRONMENT` takes effect.

    Raises:
        LabError: the reference fails, or the bank is malformed.
    """
    command = [sys.executable, "-m", "grading.authoring.answer_bank", lab, str(seeds)]
    with tempfile.TemporaryDirectory(prefix="course-bank-") as work:  # the reference writes its artefacts there
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **ENVIRONMENT}, cwd=work)
    if done.returncode:
        raise LabError(f"The bank of {lab} did not run: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return [Outcome(**row) for row in json.loads(done.stdout)]


if __name__ == "__main__":
    try:
        print(json.dumps([asdict(outcome) for outcome in run_lab(sys.argv[1], int(sys.argv[2]))]))
    except LabError as error:
        sys.exit(str(error))
