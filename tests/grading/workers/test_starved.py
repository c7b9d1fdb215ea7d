"""Tests that a submission whose kernel got no processor is run again alone, once, after everybody else."""

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook, writes

from grading import autograde
from grading.course import load_course
from grading.workers.grading_task import Done, Task
from grading.workers.kernel_modes import KERNELS, ready_kernels
from grading.workers.local import Worker
from tests.isolation import needs_walls

LAB = "lab01_ridge"
SPIN = [sys.executable, "-c", "while True: pass"]


@pytest.fixture
def root(release_mini, tmp_path, course):
    _, root = release_mini(tmp_path, course)
    for student in ("ada", "ben", "zoe"):
        folder = root / "submitted" / student / LAB
        folder.mkdir(parents=True)
        (folder / f"{LAB}.ipynb").write_bytes((root / "labs" / LAB / f"{LAB}.ipynb").read_bytes())
    return root


def test_who_was_starved_is_run_again_alone_and_once(root, monkeypatch):
    order = []
    run_all = autograde.run_all

    def starving(tasks, workers, environment, done, ready):
        def told(student, result):
            order.append((student, workers))
            done(student, replace(result, starved=student == "ada") if isinstance(result, Done) else result)

        run_all(tasks, workers, environment, told, ready)

    monkeypatch.setattr(autograde, "run_all", starving)
    found = autograde.grade_class(LAB, load_course(), root, "plain", workers=2)
    assert sorted(order[:3]) == [("ada", 2), ("ben", 2), ("zoe", 2)]
    assert order[3:] == [("ada", 1)]
    assert {record.student: record.status for record in found} == dict.fromkeys(("ada", "ben", "zoe"), "graded")
    assert json.loads((root / "records" / LAB / "ada.json").read_text())["seconds"] > 0


@contextlib.contextmanager
def crowded():
    """Keeps the processor busy with four sessions of others."""
    others = [subprocess.Popen(SPIN, start_new_session=True) for _ in range(4)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.fixture
def one_processor():
    """Leaves the others to the tests that run beside this one."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


@needs_walls
@pytest.mark.parametrize("mode", ["sandbox", "warm"])
def test_a_cell_that_was_stopped_while_others_had_the_processor_says_so(mode, one_processor):
    def run(source: str) -> Done:
        notebook = writes(new_notebook(cells=[new_code_cell(source)]))
        return worker.run(Task(notebook, KERNELS[mode], 6, 60, output_bytes=10**6, memory_gb=3.0))

    with ready_kernels(mode, 3.0) as (environment, ready):
        worker = Worker(environment)
        worker.start()
        ready()
        assert not run("1").starved
        with crowded():
            assert run("while True: pass").starved
            assert not run("import time; time.sleep(60)").starved, "it wanted no processor"
        worker.stop()
