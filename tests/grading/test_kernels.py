"""The walls around one kernel, where the class of hostile submissions cannot show which of them held."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook, writes

from grading.kernels import KERNELS, kernels
from grading.task import Task
from grading.worker import Worker
from tests.isolation import needs_walls

CHILDREN = """
import os, time
for _ in range(10):
    if os.fork() == 0:
        held = bytearray(b"x") * (3 * 10**8)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""


@needs_walls
@pytest.mark.parametrize("mode", ["sandbox", "warm"])
def test_children_share_their_kernels_memory_limit(mode):
    """Ten processes add 0.3 GB each: every one keeps the limit of 2.5 GB (libraries reserve 1.7), and together they break it."""
    notebook = new_notebook(cells=[new_code_cell("held = 'alone'"), new_code_cell(CHILDREN)])
    task = Task(writes(notebook), KERNELS[mode], cell_seconds=40, total_seconds=40, output_bytes=10**6, memory_gb=2.5)
    with kernels(mode, task.memory_gb) as environment:
        worker = Worker(environment)
        try:
            cells = json.loads(worker.run(task).notebook)["cells"]
        finally:
            worker.stop()
    assert cells[0]["outputs"] == []
    assert ["memory" in output["evalue"] for output in cells[1]["outputs"]] == [True], cells[1]["outputs"]
