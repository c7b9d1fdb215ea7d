"""Which kernels submissions run in, and what a worker needs to start them."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

from grading import sandbox
from grading.provisioner import PLAIN, SANDBOX, WARM
from grading.warm import running_zygote
from grading.worker import CONTAINER, container_command
from shared.settings import LabError

KERNELS = {"sandbox": SANDBOX, "warm": WARM, "container": PLAIN, "plain": PLAIN}


@contextlib.contextmanager
def kernels(mode: str, memory_gb: float) -> Iterator[dict[str, str]]:
    """What workers need in their environment to start kernels of this mode.

    Raises:
        LabError: no such mode, or no sandbox or container on this machine; nothing is ever run with fewer walls than asked for.
    """
    if mode not in KERNELS:
        raise LabError(f"there is no kernel mode '{mode}': choose one of {', '.join(KERNELS)}.")
    if mode == "container":
        start = os.environ.get(CONTAINER, "")
        require_container(start)
        yield {CONTAINER: start}
        return
    if mode == "plain":
        yield {}
        return
    sandbox.require()
    if mode == "sandbox":
        yield {}
        return
    with running_zygote(sandbox.Limits(memory_gb=memory_gb)) as environment:
        yield environment


def require_container(start: str) -> None:
    """Raises LabError where no container is named, or it cannot run the course's code."""
    recipe = "follow docs/sandbox.md, 'Where user namespaces are forbidden'"
    if not start:
        raise LabError(f"course.toml names no container in [grading]: {recipe}.")
    try:
        done = subprocess.run(container_command(start, "-c", "import grading.worker"), capture_output=True, text=True)
    except OSError as error:
        raise LabError(f"{error.filename} cannot be started ({error.strerror}): {recipe}.") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LabError(f"the container does not run the course's code ({said}): {recipe}.")
