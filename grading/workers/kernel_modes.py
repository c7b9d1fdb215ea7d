"""The kinds of kernel that submissions can run in, and what a worker needs to start them."""

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator

from grading.kernels import resource_limits, sandbox
from grading.kernels.fork_server_manager import running_fork_server
from grading.kernels.provisioners import PLAIN, SANDBOX, WARM
from grading.workers.local import CONTAINER, container_command
from shared.errors import LabError

KERNELS = {"sandbox": SANDBOX, "warm": WARM, "container": PLAIN, "plain": PLAIN}


def kernel_variables(container: str = "") -> dict[str, str]:
    """Environment variables that every worker and kernel inherits.

    Args:
        container: the command that starts a container; empty unless each submission runs in one.
    """
    return {"LAB_PROFILE": "tiny", **({CONTAINER: container} if container else {})}


@contextlib.contextmanager
def ready_kernels(mode: str, memory_gb: float) -> Iterator[tuple[dict[str, str], Callable[[], None]]]:
    """Gives the environment that workers need to start kernels of this mode, and a function that waits until they can.

    Raises:
        LabError: no such mode, or no sandbox or container on this machine; nothing is ever run with fewer walls than asked for.
    """
    if mode not in KERNELS:
        raise LabError(f"There is no kernel mode '{mode}': choose one of {', '.join(KERNELS)}.")
    if mode == "container":
        start = os.environ.get(CONTAINER, "")
        require_container(start)
        yield {CONTAINER: start}, _at_once
        return
    if mode == "plain":
        yield {}, _at_once
        return
    sandbox.require()
    if mode == "sandbox":
        yield {}, _at_once
        return
    with running_fork_server(resource_limits.Limits(memory_gb=memory_gb)) as started:
        yield started


def _at_once() -> None:
    """Returns at once: these kernels need no preparation."""


def require_container(start: str) -> None:
    """Raises LabError where no container is named, or it cannot run the course's code."""
    recipe = "follow docs/sandbox.md, 'Where user namespaces are forbidden'"
    if not start:
        raise LabError(f"No container is named in [grading] of course.toml: {recipe}.")
    try:
        done = subprocess.run(
            container_command(start, "-c", "import grading.workers.local"), capture_output=True, text=True
        )
    except OSError as error:
        raise LabError(f"{error.filename} cannot be started ({error.strerror}): {recipe}.") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LabError(f"The container does not run the course's code ({said}): {recipe}.")
