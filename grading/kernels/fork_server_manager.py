"""Starts and stops the fork server that warm kernels are forked from."""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import IO

import grading.kernels
from grading import folders
from grading.environment_variables import python
from grading.kernels import fast_tracebacks, fork_server, forked_walls, resource_limits, sandbox
from grading.kernels.provisioners import FORK_SERVER, PATIENCE
from shared.errors import LabError


@contextlib.contextmanager
def running_fork_server(limits: resource_limits.Limits) -> Iterator[tuple[dict[str, str], Callable[[], None]]]:
    """Runs a fork server as long as the `with` block lasts: gives the environment that WarmProvisioner reads, and a way to wait.

    It imports for many seconds. The function that waits returns when it can fork kernels; it raises LabError where it ended.
    """
    with forking_sandbox("cz-", [fork_server], limits) as (folder, command), tempfile.TemporaryFile() as said:
        lasting = _Lasting(command, said)

        def ready() -> None:
            _wait_for(folder / "server.sock", lasting.process, said)
            lasting.keep()

        try:
            yield {FORK_SERVER: str(folder)}, ready
        finally:
            lasting.stop()


@contextlib.contextmanager
def forking_sandbox(
    prefix: str, modules: Sequence[ModuleType], limits: resource_limits.Limits
) -> Iterator[tuple[Path, list[str]]]:
    """Gives a folder for sockets, and the command of a sandboxed process that forks others; removes what that needs afterwards.

    Args:
        prefix: of the folder's name.
        modules: of the course, that it imports; the first is run, with the folder and the limits as arguments.
        limits: of each process that it forks.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    mounts = Path(tempfile.mkdtemp(prefix="cs-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, sandbox.NOBODY, sandbox.NOBODY)
    # All of the course that it imports, packages included: nothing else of `grading` exists inside.
    imported = (grading, grading.kernels, *modules, forked_walls, fast_tracebacks, resource_limits)
    scripts = [Path(module.__file__) for module in imported]
    argv = python(modules[0].__name__, str(folder), json.dumps(asdict(limits)))
    # The limits are each fork's; this process's own CPU time adds up over a whole class.
    own = resource_limits.FORK_SERVER_LIMITS
    try:
        yield folder, sandbox.command(argv, mounts, scripts, [folder], own, forks_sandboxes=True)
    finally:
        for path in (folder, mounts):
            with contextlib.suppress(OSError):  # a fork may be dying in it
                folders.remove_tree(path)


def _wait_for(path: Path, process: subprocess.Popen, said: IO[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            said.seek(0)
            last = (said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise LabError(f"The warm kernels' process did not start ({last}): use '--kernel sandbox'.")
        time.sleep(0.05)


class _Lasting:
    """A process that is restarted when it ends: the system may kill the fork server when memory runs out."""

    def __init__(self, command: list[str], said: IO[bytes]):
        self._command = command
        self._said = said
        self._over = False
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stderr=self._said)

    def keep(self) -> None:
        """Restarts the process whenever it ends, in a thread that lives as long, because bubblewrap dies with its parent."""
        threading.Thread(target=self._keep, daemon=True).start()

    def _keep(self) -> None:
        while True:
            self.process.wait()
            with self._lock:
                if self._over:
                    return
                self._start()

    def stop(self) -> None:
        with self._lock:
            self._over = True
        self.process.kill()
        self.process.wait()
