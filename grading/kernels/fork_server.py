"""The process that has imported the labs' libraries and forks a sandboxed kernel for each client that connects.

It runs inside the sandbox (grading/kernels/sandbox.py) and holds nothing but imports: no submission, no test, no key. It never
runs an operation with several threads, because a fork would inherit their locks.

Protocol: a client sends the path of a connection file and a newline; closing its end kills the kernel; when the kernel is
gone, the fork server's end closes.
"""

import functools
import json
import os
import signal
import socket
import sys
from pathlib import Path

from grading.kernels import forked_walls, resource_limits


def serve(folder: Path, limits: dict) -> None:
    """Imports the stack, then forks a keeper for each client of folder/server.sock, until it is killed."""
    forked_walls.import_stack()
    forked_walls.freeze()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(folder / "server.part"))
    server.listen(64)
    (folder / "server.part").rename(folder / "server.sock")  # appears once it can be used
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are nobody's business once they are gone
    while True:
        client, _ = server.accept()
        if os.fork() == 0:
            server.close()
            forked_walls.leave(functools.partial(_keep_kernel, client, folder, limits))
        client.close()


def _keep_kernel(client: socket.socket, folder: Path, limits: dict) -> None:
    connection = Path(client.makefile().readline().strip())
    kernel = functools.partial(_become_kernel, connection, folder, limits)
    forked_walls.keep(client, kernel, connection.parent / resource_limits.WAITED, limits)


def _become_kernel(connection: Path, folder: Path, limits: dict) -> None:
    forked_walls.enter(connection.parent, folder, limits)
    sys.argv = ["ipykernel_launcher"]
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=["-f", str(connection), "--HistoryManager.enabled=False"])


if __name__ == "__main__":
    serve(Path(sys.argv[1]), json.loads(sys.argv[2]))
