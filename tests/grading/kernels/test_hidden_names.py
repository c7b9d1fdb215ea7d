"""Tests that a hidden test leaves the student's own names as they were."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook, writes

from grading.kernels.hidden_names import hidden_names
from grading.verdicts.canaries import CANARY
from grading.workers.grading_task import Task, run
from grading.workers.kernel_modes import KERNELS

CHECK = """import math
visible = scaled(2)
### BEGIN HIDDEN TESTS
import json as scaled
for fold in range(3):
    [inner for inner in "ab"]
with open("/dev/null") as handle:
    pass
try:
    raise ValueError
except ValueError as problem:
    pass
if (found := 5) and (lambda own: own)(1):
    def helper(argument):
        local = 1
### END HIDDEN TESTS
"""
BOUND = ["fold", "found", "handle", "helper", "problem", "scaled"]
SHOW = f"print(scaled, visible, [name for name in {BOUND} if name in globals()])"


def cell(source: str, kind: str = "check"):
    made = new_code_cell(source)
    if kind == "check":
        made.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": "check", "points": 1, "locked": True}
    elif kind == "canary":
        made.metadata[CANARY] = True
    return made


def test_the_names_that_only_the_hidden_part_binds():
    assert hidden_names(cell(CHECK)) == BOUND
    seen = cell(CHECK.replace("visible = ", "found = "))
    assert hidden_names(seen) == [name for name in BOUND if name != "found"]
    assert hidden_names(cell("x = 1")) == []
    assert hidden_names(cell(CHECK, "student's")) == []
    assert hidden_names(cell("### BEGIN HIDDEN TESTS\nx = = 1\n### END HIDDEN TESTS\n")) == []


def test_a_canary_leaves_no_name():
    assert hidden_names(cell("x = 1\n### BEGIN HIDDEN TESTS\ny = 2", "canary")) == ["x", "y"]


@pytest.mark.parametrize("failing", [False, True])
def test_a_helper_of_the_students_own_survives_a_hidden_test(failing):
    cells = [
        new_code_cell("def scaled(x):\n    return 2 * x"),
        cell(CHECK + ("assert False\n" if failing else "")),
        new_code_cell(SHOW.replace("scaled,", "scaled(4),")),
    ]
    task = Task(writes(new_notebook(cells=cells)), KERNELS["plain"], 40, 40, output_bytes=10**6, memory_gb=3.0)
    shown = json.loads(run(task).notebook)["cells"][-1]["outputs"]
    assert "".join(shown[0]["text"]) == "8 4 ['scaled']\n"
