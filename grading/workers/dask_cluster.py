"""Runs grading tasks on a Dask cluster of machines that have this checkout and can build sandboxes; one writer here.

A worker that dies takes nothing with it: the scheduler gives its tasks to others, until one task has taken more workers down
than the scheduler's own `distributed.scheduler.allowed-failures` (3) lets it. Only results that arrive are recorded.
"""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict

from grading.workers.dask_worker import run_here
from grading.workers.grading_task import Done, Task
from grading.workers.local import Failed
from shared.errors import LabError

RETRIES = (
    2  # times that a task is run again, there or elsewhere, after it raised: no walls, a dead fork server or child
)
PATIENCE = 30  # seconds to find the scheduler, for a first worker to come, and for another one once all are gone
LOOK = 2  # seconds between looks at whether any worker is left


def run_all(
    tasks: Iterable[tuple[str, Task]],
    address: str,
    mode: str,
    memory_gb: float,
    environment: dict[str, str],
    done: Callable,
) -> None:
    """Runs tasks like grading.workers.local.run_all, on the workers of the scheduler at `address`, such as "tcp://10.0.0.7:8786".

    Raises:
        LabError: Dask is not installed, no scheduler answers there, or there is no worker (any more).
    """
    with _client(address) as client:
        from distributed import wait

        names = {}
        tasks = iter(tasks)
        last_seen = time.monotonic()
        while True:
            threads = sum(client.nthreads().values())
            if threads:
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > PATIENCE:
                raise LabError(
                    f"{address} has no worker left: start 'dask worker {address} --nthreads 1' somewhere, then the same "
                    "command again; what was finished is kept."
                )
            # Two for each thread, also of workers that came later, so that none waits while a result is written.
            for name, task in itertools.islice(tasks, max(0, 2 * threads - len(names))):
                # Different students may hand in the same bytes: each is a separate task.
                future = client.submit(
                    run_here, asdict(task), mode, memory_gb, environment, pure=False, retries=RETRIES
                )
                names[future] = name
            if threads and not names:
                return
            with contextlib.suppress(TimeoutError):
                for future in wait(list(names), timeout=LOOK, return_when="FIRST_COMPLETED").done:
                    done(names.pop(future), _result(future))
                    future.release()


@contextlib.contextmanager
def _client(address: str):
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise LabError("Dask is not installed: pip install 'finetuning-labs[cluster]'.") from None
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError):
        raise LabError(
            f"No Dask scheduler answers at {address}: start one with 'dask scheduler', then workers."
        ) from None
    except TypeError:  # what Dask raises for a tls address without certificates
        raise LabError(
            f"{address} needs certificates: name them in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, ..._CLIENT__CERT and "
            "..._CLIENT__KEY (docs/sandbox.md)."
        ) from None
    from distributed import CancelledError

    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise LabError(
                f"{address} has no worker: start 'dask worker {address} --nthreads 1' on each machine."
            ) from None
        try:
            yield client
        except (OSError, CancelledError) as error:
            if isinstance(error, OSError) and client.status == "running":
                raise  # a file here, not the connection
            raise LabError(
                f"The scheduler at {address} is gone: start it and its workers, then the same command again; "
                "what was finished is kept."
            ) from None


def _result(future) -> Done | Failed:
    error = future.exception()
    if error is None:
        return Done(**future.result())
    if isinstance(error, Failed | LabError):
        return Failed(str(error))
    return Failed(f"The machines that ran it died ({type(error).__name__}: {str(error)[:200]})")
