"""Local workers when somebody presses Ctrl-C: what runs ends, what waits never starts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.assets.cache_paths import CHECKOUT

RUN = """
import signal
import sys
from nbformat.v4 import new_code_cell, new_notebook, writes
from grading.workers.grading_task import Task
from grading.workers.local import run_all

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are deaf to it

def task(number):
    cell = new_code_cell(f"import pathlib, time; pathlib.Path({sys.argv[1]!r}, str({number})).touch(); time.sleep(60)")
    return str(number), Task(writes(new_notebook(cells=[cell])), "python3", 90, 90, 10**6, 3.0)

run_all((task(number) for number in range(6)), 1, {}, print, ready=lambda: None)
"""
PATIENCE = 60


@pytest.mark.parametrize("everybody", [True, False], ids=["to the whole group", "to the command alone"])
def test_ctrl_c_starts_nothing_more(tmp_path: Path, everybody):
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)],
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (tmp_path / "0").exists():
            assert time.monotonic() < deadline, "the first task did not start"
            time.sleep(0.1)
        (os.killpg if everybody else os.kill)(run.pid, signal.SIGINT)
        said, _ = run.communicate(timeout=15)
    finally:
        run.kill()
        run.wait()
    assert [path.name for path in tmp_path.iterdir()] == ["0"]
    assert said == b"", "an interrupted task is no result"
