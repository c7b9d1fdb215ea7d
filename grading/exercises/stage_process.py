"""Starts a lab's stage behind the grader's walls, and connects to its checkpoints."""

import contextlib
import json
import secrets
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grading import folders
from grading.kernels import resource_limits, stage, stage_shell
from grading.kernels.fork_server_manager import forking_sandbox
from shared.errors import LabError

STARTING = 180  # seconds for a stage to import the labs' libraries on a slow disk
LONGEST_ANSWER = 16_000_000  # characters of a line: a check may hand over two million bytes
PIECE = 1 << 16


@dataclass(frozen=True)
class Step:
    """What a stage does next: run a cell, or, where `checkpoint` is a number, wait there with all that has run so far."""

    name: str
    source: str = ""
    checkpoint: int | None = None


class StageLost(Exception):
    """Raised where a child cannot even start: no submission is to blame."""


class ChildLost(Exception):
    """Raised where a child died, or sent what no child sends."""


class ChildLate(Exception):
    """Raised where a child did not answer in time."""


@contextlib.contextmanager
def running_stage(steps: Iterable[Step], limits: resource_limits.Limits, cell_seconds: float) -> Iterator[Path]:
    """Runs a lab's cells once, and gives the folder of its checkpoints, which last as long as the `with` block.

    Args:
        limits: of each child. cell_seconds: that a cell of the lab may take.
    Raises:
        LabError: the process died, or a cell of the lab failed or took too long.
    """
    modules = [stage, stage_shell]
    with forking_sandbox("cx-", modules, limits) as (folder, command), tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, bufsize=1
        )
        try:
            _asked(process, None, STARTING, said, "its start")
            for step in steps:
                asked = {"cell": step.source} if step.checkpoint is None else {"checkpoint": step.checkpoint}
                outputs = _asked(process, asked, cell_seconds, said, step.name)
                if outputs and outputs[-1]["output_type"] == "error":
                    error = outputs[-1]
                    raise LabError(f"The reference fails in cell '{step.name}': {error['ename']}: {error['evalue']}")
            yield folder
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what was still to be written has nobody to read it
                    stream.close()


def _asked(process: subprocess.Popen, request: dict | None, seconds: float, said: IO[bytes], name: str) -> list[dict]:
    """Sends a request, if any, and returns the outputs that come back; raises LabError where nothing does in time."""
    alarm = threading.Timer(seconds, process.kill)
    alarm.start()
    try:
        if request is not None:
            process.stdin.write(json.dumps(request) + "\n")
        return json.loads(process.stdout.readline()).get("outputs", [])
    except (OSError, ValueError):
        said.seek(0)
        last = (said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
        raise LabError(f"The lab's own cells did not run ({name}: {last}).") from None
    finally:
        alarm.cancel()


class Child:
    """A process behind walls of its own with the state that the lab has in front of one exercise.

    Args:
        folder: of the stage's checkpoints.
        seconds: for all that it is asked to do.
    Raises:
        StageLost: it did not start.
    """

    def __init__(self, folder: Path, checkpoint: int, seconds: float):
        self._deadline = time.monotonic() + STARTING
        self._own = folder / f"c{secrets.token_hex(8)}"
        self._pending = bytearray()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(str(folder / f"{checkpoint}.sock"))
            self._socket.sendall(f"{self._own.name}\n".encode())
            self._read_line()
        except (OSError, ChildLost, ChildLate) as error:
            self.close()
            raise StageLost(str(error)) from error
        self._deadline = time.monotonic() + seconds

    def run(self, source: str) -> list[dict]:
        """Runs a cell; returns its outputs, of which nothing can be trusted but that they are a list of tables.

        Raises:
            ChildLost, ChildLate: it did not answer.
        """
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(json.dumps({"cell": source}).encode() + b"\n")
        except TimeoutError as error:
            raise ChildLate from error
        except OSError as error:
            raise ChildLost(str(error)) from error
        try:
            outputs = json.loads(self._read_line())["outputs"]
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise ChildLost("It sent what no child sends.") from error
        if not isinstance(outputs, list) or not all(isinstance(output, dict) for output in outputs):
            raise ChildLost("It sent what no child sends.")
        return outputs

    def seconds_waited(self) -> float:
        """How long it has waited for a processor."""
        with contextlib.suppress(OSError, ValueError):
            return float((self._own / resource_limits.WAITED).read_text()[:20])
        return 0.0

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self._socket.close()
        with contextlib.suppress(OSError):
            folders.remove_tree(self._own)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ChildLate
        return left

    def _read_line(self) -> bytes:
        while b"\n" not in self._pending[-PIECE:]:
            try:
                self._socket.settimeout(self._left())
                piece = self._socket.recv(PIECE)
            except TimeoutError as error:
                raise ChildLate from error
            except OSError as error:
                raise ChildLost(str(error)) from error
            if not piece:
                raise ChildLost("It died.")
            self._pending += piece
            if len(self._pending) > LONGEST_ANSWER:
                raise ChildLost("It sent more than any child sends.")
        line, _, rest = bytes(self._pending).partition(b"\n")
        self._pending = bytearray(rest)
        return line
