"""Runs tasks in child processes, one line of JSON in and one out, so that a submission can harm nobody else's run."""

import contextlib
import itertools
import os
import shlex
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict

from grading.child_process import ChildProcess, NoAnswer, limit_memory, serve
from grading.environment_variables import ONE_CPU_THREAD, import_path, python
from grading.workers.grading_task import Done, Task, run

MEMORY = 4 * 10**9  # bytes; a kernel's messages pass through the worker
CONTAINER = "COURSE_CONTAINER"  # where it is set, the command that starts a container, of which each task gets its own


class Failed(Exception):
    """Raised where a worker could not run a task to its end; the sentence gives the reason."""


class Worker:
    """A child process; after a failure the next task gets a new one."""

    def __init__(self, environment: dict[str, str]):
        self.in_container = CONTAINER in environment
        self.child = ChildProcess(*_command(environment))

    def start(self) -> None:
        """Begins the process, which imports for some seconds, unless it is there."""
        self.child.start()

    def run(self, task: Task) -> Done:
        """Raises Failed where the process died, or did not answer in time."""
        try:
            # The notebook's own deadline comes first, twice if its kernel is lost; this one is for a worker that hangs.
            answer = self.child.ask(asdict(task), 2 * task.total_seconds + 120)
        except NoAnswer:
            raise Failed("The process that ran it died or hung; it was run in no other submission's way") from None
        if self.in_container:
            self.stop()
        if "failed" in answer:
            raise Failed(answer["failed"])
        return Done(**answer)

    def stop(self) -> None:
        """Ends the process; another thread's `run` then raises Failed."""
        self.child.stop()


def _command(environment: dict[str, str]) -> tuple[list[str], dict[str, str] | None]:
    """The command line of a worker, and its environment."""
    given = {**ONE_CPU_THREAD, **environment}
    if CONTAINER not in environment:
        return python("grading.workers.local"), {**os.environ, **import_path(), **given}
    inside = [f"{name}={value}" for name, value in given.items() if name != CONTAINER]
    return container_command(environment[CONTAINER], "-m", "grading.workers.local", environment=inside), None


def container_command(start: str, *arguments: str, environment: Iterable[str] = ()) -> list[str]:
    """Returns the command that runs the course's Python with these arguments in a new container."""
    return [*shlex.split(start), "env", *environment, "python3", *arguments]


def run_all(
    tasks: Iterable[tuple[str, Task]],
    workers: int,
    environment: dict[str, str],
    done: Callable,
    ready: Callable[[], None],
) -> None:
    """Runs named tasks on `workers` processes and calls `done(name, Done or Failed)` here, in this thread, as each ends.

    Tasks are drawn as they are needed, so that a class of any size takes the same memory. An exception, Ctrl-C say, ends what
    runs and starts nothing more.

    Args:
        ready: waits for the kernels, while the workers start; what it raises is raised.
    """
    staff = [Worker(environment) for _ in range(workers)]
    tasks = iter(tasks)
    waiting = {}
    idle = list(staff)

    def one(task: Task) -> Done | Failed:
        worker = idle.pop()  # as many threads as workers, so there is one
        try:
            return worker.run(task)
        except Failed as failure:
            return failure
        except Exception as error:  # such as a machine that has no process or memory left: the others go on
            return Failed(f"No worker could be started ({type(error).__name__}: {str(error)[:200]})")
        finally:
            idle.append(worker)

    pool = ThreadPoolExecutor(workers)
    try:
        for worker in staff:
            with contextlib.suppress(OSError):  # its first task tries again, and says why
                worker.start()
        ready()
        while True:
            # Two for each worker, so that none waits while a result is written.
            for name, task in itertools.islice(tasks, 2 * workers - len(waiting)):
                waiting[pool.submit(one, task)] = name
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                done(waiting.pop(future), future.result())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in staff:
            worker.stop()
        pool.shutdown()


def _prepared() -> Callable[[dict], dict]:
    limit_memory(MEMORY)
    return _answer


def _answer(task: dict) -> dict:
    try:
        return asdict(run(Task(**task)))
    except Exception as error:  # a fault of this program: it is reported, and the next task is served
        return {"failed": f"It could not be run ({type(error).__name__}: {str(error)[:200]})"}


if __name__ == "__main__":
    serve(_prepared)
