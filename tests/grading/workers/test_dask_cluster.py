"""The same class on a real Dask cluster, one of whose workers is killed half-way: nothing is lost, nothing comes twice."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, writes

from grading import autograde, sample_students
from grading.course import load_course
from grading.gradebook import grades, records
from grading.workers import dask_worker
from grading.workers.dask_cluster import run_all
from grading.workers.grading_task import Task
from grading.workers.kernel_modes import KERNELS
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from tests.isolation import needs_walls

LAB = "lab01_ridge"
DASK = str(Path(sys.executable).with_name("dask"))
PATIENCE = 120


@contextlib.contextmanager
def process(*arguments: str):
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    started = subprocess.Popen(
        [DASK, *arguments], env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@pytest.fixture
def cluster(tmp_path):
    """(address, two worker processes) of a cluster started from the command line."""
    file = tmp_path / "scheduler.json"
    worker = ("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard")
    with process("scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)) as scheduler:
        deadline = time.monotonic() + PATIENCE
        while not file.exists():
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
        with process(*worker) as one, process(*worker) as other:
            yield json.loads(file.read_text())["address"], (one, other), scheduler


@pytest.fixture
def handed_in(tmp_path, release_mini):
    """(course directory, course, samples) of a class that waits to be graded."""
    course = load_course()
    checkout, root = release_mini(tmp_path, course)
    samples = sample_students.sample_class(LAB, course, checkout)
    sample_students.hand_in(samples, LAB, root)
    return root, course, samples


def test_a_killed_worker_costs_nobody_a_grade(cluster, handed_in):
    from grading.demo import surprises

    address, (victim, _), _ = cluster
    root, course, samples = handed_in

    def kill_half_way():
        while len(records.records(root, LAB)) < len(samples) // 2:
            time.sleep(0.05)
        victim.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill_half_way)
    killer.start()
    found = autograde.grade_class(LAB, course, root, "plain", scheduler=address)
    killer.join()
    assert sorted(record.student for record in found) == sorted(made.student for made in samples)
    rows = grades.class_grades(LAB, course, root)
    assert [sentence for made in samples for sentence in surprises(made, rows)] == []


def test_two_sections_share_a_cluster_at_the_same_time(cluster, handed_in, tmp_path):
    """The same students' ids in both, with other notebooks: nobody gets the grade of a namesake."""
    from grading.demo import surprises

    address, _, _ = cluster
    root, course, samples = handed_in
    turned = [
        replace(made, student=other.student) for made, other in zip(samples, samples[1:] + samples[:1], strict=True)
    ]
    sections = {root: samples, tmp_path / "second": turned}
    for section, made in sections.items():
        if section != root:
            shutil.copytree(root, section)
        sample_students.hand_in(made, LAB, section)
        (section / "fresh_seed").write_text("7\n")
    command = [sys.executable, "-m", "grading.cli", "autograde", LAB, "--kernel", "plain", "--scheduler", address]
    runs = [
        subprocess.Popen([*command, "--root", section], cwd=CHECKOUT, stderr=subprocess.PIPE) for section in sections
    ]
    for run in runs:
        _, said = run.communicate(timeout=PATIENCE)
        assert run.returncode == 0, said.decode()[-1000:]
    for section, made in sections.items():
        rows = grades.class_grades(LAB, course, section)
        assert [sentence for each in made for sentence in surprises(each, rows)] == []


def task_of(command: str) -> Task:
    return Task(writes(new_notebook(cells=[new_code_cell(command)])), "python3", 90, 90, 10**6, 3.0)


def long_task_then_kill(*victims: subprocess.Popen):
    """One task; who asks for another one has handed that in, and meets the end of these processes."""
    yield "ada", task_of("import time; time.sleep(80)")
    for victim in victims:
        victim.kill()
        victim.wait()


def test_where_the_last_worker_is_gone_the_run_ends_with_a_sentence(cluster, monkeypatch):
    address, both, _ = cluster
    monkeypatch.setattr("grading.workers.dask_cluster.PATIENCE", 5)
    with pytest.raises(LabError, match="no worker left.*dask worker"):
        run_all(long_task_then_kill(*both), address, "plain", 3.0, {}, print)


def test_where_the_scheduler_is_gone_the_run_ends_with_a_sentence(cluster, monkeypatch):
    address, _, scheduler = cluster
    monkeypatch.setattr("grading.workers.dask_cluster.PATIENCE", 10)
    with pytest.raises(LabError, match="scheduler at .* is gone"):
        run_all(long_task_then_kill(scheduler), address, "plain", 3.0, {}, print)


def children() -> set[int]:
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(number) for task in tasks for number in task.read_text().split()}


@pytest.fixture
def own():
    """Ends what `run_here` leaves in this thread for its next task."""
    before = children()
    yield before
    dask_worker._stop()
    assert children() <= before


PROFILE = "import os; print(os.environ['LAB_PROFILE'])"


def profile_seen(mode: str, profile: str) -> str:
    task = replace(task_of(PROFILE), kernel=KERNELS[mode])
    done = dask_worker.run_here(asdict(task), mode, 3.0, {"LAB_PROFILE": profile})
    return nbformat.reads(done["notebook"], as_version=4).cells[0].outputs[0].text.strip()


def test_a_second_course_directory_gets_its_own_environment_and_the_firsts_worker_ends(own):
    assert profile_seen("plain", "tiny") == "tiny"
    first = children() - own
    assert profile_seen("plain", "laptop") == "laptop"
    assert first
    assert not first & children()


@needs_walls
def test_a_dead_fork_server_is_started_anew(own):
    assert profile_seen("warm", "tiny") == "tiny"
    for number in children() - own:
        if b"fork_server" in Path(f"/proc/{number}/cmdline").read_bytes():
            os.kill(number, signal.SIGKILL)
    assert profile_seen("warm", "tiny") == "tiny"


def test_where_no_scheduler_answers_one_sentence_says_so(handed_in, monkeypatch):
    monkeypatch.setattr("grading.workers.dask_cluster.PATIENCE", 2)
    root, course, _ = handed_in
    with pytest.raises(LabError, match="No Dask scheduler answers"):
        autograde.grade_class(LAB, course, root, "plain", scheduler="tcp://127.0.0.1:9")
    assert not any(record.status == "graded" for record in records.records(root, LAB).values())


def test_a_tls_address_without_certificates_is_told_which_ones_it_needs():
    with pytest.raises(LabError, match="needs certificates"):
        run_all([], "tls://127.0.0.1:9", "plain", 3.0, {}, print)
