"""Runs one task on a cluster's machine, in a child process and that machine's sandbox."""

import atexit
import contextlib
import threading
from dataclasses import asdict

from grading.environment_variables import variables
from grading.workers.grading_task import Task
from grading.workers.kernel_modes import ready_kernels
from grading.workers.local import Failed, Worker

_here = threading.local()
_starting = threading.Lock()  # a fork server reads the environment, which all threads share


def run_here(task: dict, mode: str, memory_gb: float, environment: dict[str, str]) -> dict:
    """Runs one task; the worker, and its warm kernels' parent, live on for the next one of the same course directory.

    Raises:
        Failed: it could not be run to its end; the next try, here or on another machine, starts from scratch.
        LabError: this machine cannot build walls.
    """
    worker = _worker((mode, memory_gb, *sorted(environment.items())), mode, memory_gb, environment)
    try:
        return asdict(worker.run(Task(**task)))
    except Failed:
        _stop()
        raise


def _worker(key: tuple, mode: str, memory_gb: float, environment: dict[str, str]) -> Worker:
    """Returns this thread's worker, after stopping one of another mode or course directory."""
    if getattr(_here, "key", None) != key:
        _stop()
        with _starting, variables(environment), contextlib.ExitStack() as stack:
            own, ready = stack.enter_context(ready_kernels(mode, memory_gb))
            ready()
            worker = Worker({**environment, **own})
            stack.callback(worker.stop)
            _here.stack = stack.pop_all()
            _here.worker = worker
            _here.key = key
        atexit.register(_here.stack.close)
    return _here.worker


def _stop() -> None:
    if getattr(_here, "key", None) is not None:
        _here.key = None
        atexit.unregister(_here.stack.close)
        _here.stack.close()
