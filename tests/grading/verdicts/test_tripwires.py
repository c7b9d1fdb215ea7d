"""Tests that a check which passes although its answer was spoiled is seen, and that nobody honest is accused."""

from collections import namedtuple
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook, writes

from grading.kernels.run_notebook import TRIPWIRES, run_notebook
from grading.verdicts import in_kernel, tripwires
from grading.verdicts.tripwires import CHANGED, FORGED, candidates
from grading.workers.grading_task import Task, run
from grading.workers.kernel_modes import KERNELS

Pair = namedtuple("Pair", "left right")
RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return 7"
CHECKS = {f"double_{n}": f"from shared import checks\nchecks.close(double({n}), {2 * n}, 'twice')" for n in (3, 4, 5)}
KNOWN = {name: ["double"] for name in CHECKS}
SILENT = "from shared import checks\nchecks.close = lambda *a, **k: None"


def nbgrader(name: str, is_answer: bool) -> dict:
    known = {"grade": not is_answer, "solution": is_answer, "grade_id": name, "points": 1, "locked": not is_answer}
    return {"nbgrader": {**known, "schema_version": 3, "task": False}}


def notebook(answer: str, checks: dict[str, str] = CHECKS):
    cells = [new_code_cell(answer, metadata=nbgrader("double", True))]
    cells += [new_code_cell(source, metadata=nbgrader(name, False)) for name, source in checks.items()]
    return new_notebook(cells=cells)


def done(answer: str, checks: dict[str, str] = CHECKS, known=KNOWN):
    task = Task(writes(notebook(answer, checks)), KERNELS["plain"], 20, 60, output_bytes=10**6, memory_gb=3.0)
    return run(Task(**{**vars(task), "tripwires": known}))


@pytest.mark.parametrize(
    "value", [0, 1, -2.5, True, "", "positive", [1, 2], [], (1, 2), {"a": 1}, Pair(1, 2), np.float32(2)], ids=repr
)
def test_a_spoiled_value_is_another_one_of_its_kind(value):
    other = in_kernel.spoiled(value)
    assert other != value
    assert isinstance(other, type(value))


@pytest.mark.parametrize(
    "values",
    [np.arange(3), np.array([True, False]), torch.zeros(2, 2), torch.tensor([True]), np.zeros((2, 3), "uint8")],
)
def test_no_element_of_an_array_stays(values):
    before = values.copy() if isinstance(values, np.ndarray) else values.clone()
    other = in_kernel.spoiled(values)
    assert other.shape == values.shape
    assert not (other == values).any()
    assert (values == before).all(), "the student's own value was changed"


def test_what_has_no_other_value_becomes_none():
    assert in_kernel.spoiled(object()) is None


def test_a_spoiled_function_keeps_its_name_and_comes_back():
    def double(x):
        return 2 * x

    shell = SimpleNamespace(user_ns={"double": double, "Model": Pair})
    in_kernel.spoil(shell, ["Model", "absent", "double"])
    assert shell.user_ns["double"].__name__ == "double"
    assert shell.user_ns["double"](3) == 25
    assert shell.user_ns["Model"] is Pair
    in_kernel.spoil(shell, [])
    assert shell.user_ns == {"double": double, "Model": Pair}


def test_candidates_are_the_checks_that_call_an_answer():
    found = candidates(notebook(RIGHT, {**CHECKS, "other": "assert len('double') == 6"}))
    assert found == KNOWN


def test_the_reference_says_which_checks_can_be_tripwires(tmp_path):
    checks = {
        **CHECKS,
        "anything": "assert double(1) is not None or True",
        "slow": "import time\ntime.sleep(1.2)\nassert double(1) == 2",
        "endless_when_spoiled": "while double(1) != 2:\n    pass",
        "once": "assert double(1) == 2 and not globals().get('seen')\nseen = True",
    }
    executed = run_notebook(notebook(RIGHT, checks), tmp_path, 40).notebook
    assert executed.metadata[TRIPWIRES] == KNOWN
    assert [cell.source for cell in executed.cells] == [cell.source for cell in notebook(RIGHT, checks).cells]
    assert run_notebook(notebook(WRONG), tmp_path, 40).notebook.metadata[TRIPWIRES] == {}


@pytest.mark.parametrize("answer", [RIGHT, WRONG, "import numpy as np\ndouble = lambda x: np.add(x, x)"])
def test_nobody_honest_is_accused(answer):
    assert done(answer).flags == []


def test_checks_that_pass_whatever_the_answer_returns_are_a_sign():
    found = done(f"{WRONG}\n{SILENT}")
    assert FORGED in found.flags
    assert any(flag.startswith(CHANGED) and "shared.checks.close" in flag for flag in found.flags)
    ran = nbformat.reads(found.notebook, as_version=4)
    assert [cell.source for cell in ran.cells] == [f"{WRONG}\n{SILENT}", *CHECKS.values()]
    assert tripwires.waiting(ran, found.flags) == {"double"}


def test_one_sign_alone_accuses_nobody():
    silent = {**CHECKS, "double_3": "double(3)"}
    assert FORGED not in done(RIGHT, silent).flags
    assert FORGED in done(RIGHT, {**silent, "double_4": "double(4)"}).flags
    assert FORGED not in done(WRONG, silent).flags


def test_a_hang_and_a_lost_kernel_are_no_verdict(monkeypatch):
    monkeypatch.setattr("grading.verdicts.tripwires.TIMEOUT", 1)
    second = (
        "calls = 0\ndef double(x):\n    global calls\n    calls += 1\n    if calls > 3:\n        {}\n    return 2 * x"
    )
    for what in ("while True: pass", "import os; os._exit(1)"):
        found = done(second.format(what))
        assert found.flags == []
        assert not any(cell.outputs for cell in nbformat.reads(found.notebook, as_version=4).cells)


def test_a_formatter_is_told_and_held_against_nobody():
    formatter = "def tidy(lines):\n    return lines\nget_ipython().input_transformers_cleanup.append(tidy)"
    (flag,) = done(f"{RIGHT}\n{formatter}").flags
    assert flag == f"{CHANGED}: a transformer of cells, tidy"
