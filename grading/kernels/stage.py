"""The process in which a lab's given cells run once for a class, and from which each exercise of each submission is forked.

It runs inside the sandbox (grading/kernels/sandbox.py). In front of each answer it forks a checkpoint, a process that waits with
all that the lab has computed so far; then it gets the answer of the reference and goes on. A checkpoint forks a child, within
namespaces, limits and walls of its own, for each client that connects to its socket.

Protocol, a line of JSON each way. To the stage: {"cell": source} runs a cell, {"checkpoint": number} forks; it answers with
{"outputs"}. To a checkpoint: a name, by which its keeper notes how long the child has waited; what follows is the child's
(grading/kernels/stage_child.py). Closing the connection kills the child; when it is gone, its end closes.
"""

import functools
import json
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

from grading.crossing.files import Files
from grading.kernels import forked_walls, resource_limits, stage_child
from grading.kernels.stage_shell import StageShell, stage_shell


def serve(folder: Path, limits: dict) -> None:
    """Runs the cells that come on standard input, and forks, until that ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing else may print into the answers
    forked_walls.import_stack()
    shell = stage_shell()
    stage_child.answer({}, answers)
    for line in sys.stdin:
        asked = json.loads(line)
        outputs = []
        if "checkpoint" in asked:
            _fork_checkpoint(shell, asked["checkpoint"], folder, limits)
        else:
            outputs = shell.run(asked["cell"])
        stage_child.answer({"outputs": outputs}, answers)


def _fork_checkpoint(shell: StageShell, number: int, folder: Path, limits: dict) -> None:
    """Returns in the stage once the checkpoint's socket is there."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(folder / f"{number}.sock"))
    server.listen(64)
    forked_walls.freeze()
    if os.fork() == 0:
        forked_walls.leave(functools.partial(_wait, server, shell, folder, limits))
    server.close()


def _wait(server: socket.socket, shell: StageShell, folder: Path, limits: dict) -> None:
    """Forks a keeper for each client, for as long as the stage lives."""
    forked_walls.end_with_parent()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the lab's cells go to the stage alone
    while True:
        client, _ = server.accept()
        if os.fork() == 0:
            server.close()
            forked_walls.leave(functools.partial(_keep_child, client, shell, folder, limits))
        client.close()


def _keep_child(client: socket.socket, shell: StageShell, folder: Path, limits: dict) -> None:
    own = folder / os.path.basename(client.makefile().readline().strip())
    own.mkdir()
    child = functools.partial(_run_cells, client, shell, folder, limits)
    forked_walls.keep(client, child, own / resource_limits.WAITED, limits)


def _run_cells(client: socket.socket, shell: StageShell, folder: Path, limits: dict) -> None:
    forked_walls.enter(None, folder, limits, kept=(client.fileno(),))
    lines = client.makefile("rw")
    stage_child.serve(lines, shell, Files([Path(os.environ["HOME"]), Path(tempfile.gettempdir())]))


if __name__ == "__main__":
    serve(Path(sys.argv[1]), json.loads(sys.argv[2]))
