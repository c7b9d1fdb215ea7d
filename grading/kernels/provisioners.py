"""Starts sandboxed kernels; jupyter_client finds these classes by the name in a kernel's kernel.json.

Messages go through Unix sockets in a folder that both sides see; inside there is no network. Interrupts are messages: a signal
from outside would reach the walls, not the kernel.
"""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict

from grading import folders
from grading.kernels import resource_limits, sandbox
from grading.kernels.kernel_client import SHORT

PLAIN = "python3"
SANDBOX = "course-sandbox"
WARM = "course-warm"
FORK_SERVER = "COURSE_FORK_SERVER"  # the folder of the fork server that warm kernels are forked from
PATIENCE = 180  # seconds for a fork server to import the labs' libraries on a slow disk


def kernelspec(name: str, limits: resource_limits.Limits) -> dict:
    """Returns the kernel.json of a sandboxed Python kernel."""
    return {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3, sandboxed",
        "language": "python",
        "interrupt_mode": "message",
        "metadata": {"kernel_provisioner": {"provisioner_name": name, "config": {"limits": asdict(limits)}}},
    }


class SandboxProvisioner(LocalProvisioner):
    """Starts each kernel in a sandbox built for it."""

    limits = Dict(help="the fields of sandbox.Limits").tag(config=True)
    parent_folder = SHORT

    async def pre_launch(self, **kwargs):
        # Nobody else may look into the folder that holds it: inside, a program could be left that runs with our rights.
        self.outer = Path(tempfile.mkdtemp(prefix="ck-", dir=self.parent_folder))
        self.folder = self.outer / "k"
        self.folder.mkdir()
        manager = self.parent
        manager.transport = "ipc"
        manager.ip = str(self.folder / "s")
        manager.connection_file = str(self.folder / "kernel.json")
        kwargs = await super().pre_launch(**kwargs)
        if os.geteuid() == 0:
            for path in self._given_away():
                os.chown(path, sandbox.NOBODY, sandbox.NOBODY, follow_symlinks=False)
        return self._walled(kwargs)

    def _given_away(self) -> list[Path]:
        return [self.folder, self.folder / "kernel.json"]

    def _walled(self, kwargs: dict) -> dict:
        self.stage = Path(tempfile.mkdtemp(prefix="cs-", dir="/tmp"))
        command = sandbox.command(
            kwargs["cmd"], self.stage, writable=[self.folder], limits=resource_limits.Limits(**self.limits)
        )
        return {**kwargs, "cmd": command, "env": {"PATH": os.environ["PATH"]}, "cwd": "/"}

    async def launch_kernel(self, cmd, **kwargs):
        info = await super().launch_kernel(cmd, **kwargs)
        threading.Thread(target=self._watch, args=[self.process], daemon=True).start()
        return info

    def _watch(self, process) -> None:
        """Ends the kernel once it takes more than the system's limits can see."""
        while process.poll() is None:
            # Two sessions: that of the walls' own process, and the kernel's.
            if resource_limits.too_much(process.pid, self.limits["memory_gb"] * 1e9, self.folder, sessions=2):
                process.kill()
            time.sleep(resource_limits.SECONDS)

    def seconds_waited(self) -> float:
        """How long the kernel has waited for a processor since it started."""
        if self.process is None:
            return 0.0
        return resource_limits.seconds_waited(resource_limits.python_of(self.process.pid))

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        for folder in (self.outer, getattr(self, "stage", self.outer)):
            with contextlib.suppress(OSError):
                folders.remove_tree(folder)


class WarmProvisioner(SandboxProvisioner):
    """Has the fork server fork each kernel; `process` is the open connection, and closing it ends the kernel."""

    @property
    def parent_folder(self) -> str:
        return os.environ[FORK_SERVER]

    def _given_away(self) -> list[Path]:
        return [self.outer, *super()._given_away()]

    def _walled(self, kwargs: dict) -> dict:
        return kwargs

    async def launch_kernel(self, cmd, **kwargs):
        self.process = await _connected(f"{os.environ[FORK_SERVER]}/server.sock")
        self.process.sendall(f"{self.folder / 'kernel.json'}\n".encode())
        self.process.setblocking(False)
        return self.connection_info

    def seconds_waited(self) -> float:
        """What the fork server's keeper last wrote down; the kernel could, and would gain nothing but a second run."""
        with contextlib.suppress(OSError, ValueError):
            return float((self.folder / resource_limits.WAITED).read_text()[:20])
        return 0.0

    async def poll(self) -> int | None:
        """Returns None while the kernel lives; the fork server closes its end when the kernel is gone."""
        if self.process is None:
            return 0
        try:
            return None if self.process.recv(1) else 1
        except BlockingIOError:
            return None
        except OSError:
            return 1

    async def wait(self) -> int | None:
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.02)
        await self.kill()
        return code

    async def send_signal(self, signum: int) -> None:
        """Ends the kernel: interrupts are messages here, and every other signal is meant to end it."""
        await self.kill()

    async def kill(self, restart: bool = False) -> None:
        if self.process is not None:
            self.process.close()
            self.process = None

    async def terminate(self, restart: bool = False) -> None:
        await self.kill()


async def _connected(path: str) -> socket.socket:
    """Connects to the fork server, waiting while one that has died is restarted."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path)
        except OSError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
        else:
            return connection
