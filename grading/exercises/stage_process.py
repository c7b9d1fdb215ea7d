"""Starts a lab's stage behind the grader's walls, and connects to its checkpoints."""

import contextlib
import json
import secrets
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import grading.crossing
from grading import folders
from grading.crossing import answer_end, checks_end, files, library_values, pickles, plain_values, protocol, state
from grading.kernels import resource_limits, stage, stage_child, stage_shell
from grading.kernels.fork_server_manager import forking_sandbox
from shared.errors import LabError

CROSSING = (grading.crossing, answer_end, checks_end, files, library_values, pickles, plain_values, protocol, state)
STARTING = 180  # seconds for a stage to import the labs' libraries on a slow disk
LONGEST_ANSWER = 48_000_000  # bytes of a line: an answer may hand files of 24 MB to its checks
DONE = b'{"outputs"'  # how the last line begins that a child says of a request
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
    modules = [stage, stage_child, stage_shell, *CROSSING]
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
    """A process with the state that the lab has in front of one exercise.

    Args:
        connection: to it.
        seconds: for all that it is asked to do.
        end: ends it.
        waited: a file in which is noted how long it has waited for a processor, if there is one.
    Raises:
        ChildLost, ChildLate: it did not start.
    """

    def __init__(self, connection: socket.socket, seconds: float, end: Callable[[], None], waited: Path | None = None):
        self._socket = connection
        self._end = end
        self._waited = waited
        self._pending = bytearray()
        self.allow(STARTING)
        self._read_line()
        self.allow(seconds)

    def run(self, source: str) -> list[dict]:
        """Runs a cell; returns its outputs, of which nothing can be trusted but that they are a list of tables.

        Raises:
            ChildLost, ChildLate: it did not answer.
        """
        return self._ask({"cell": source})

    def run_beside(self, source: str, answer: "Child") -> list[dict]:
        """Runs a cell that uses what is bound in another child; returns and raises what `run` does, for either."""
        return self._ask({"cell": source}, answer)

    def link(self, names: list[str], answer: "Child") -> list[dict]:
        """Binds these names here to what is bound under them in another child; returns an error, if there is one."""
        return self._ask({"link": names}, answer)

    def allow(self, seconds: float) -> None:
        """Sets its deadline anew, so many seconds from now."""
        self._deadline = time.monotonic() + seconds

    def _ask(self, request: dict, answer: "Child | None" = None) -> list[dict]:
        """Sends a request, and carries lines between both children until the answer to it comes."""
        self._send(json.dumps(request).encode())
        line = self._read_line()
        while answer is not None and not line.startswith(DONE):
            answer._send(line)
            self._send(answer._read_line())
            line = self._read_line()
        try:
            outputs = json.loads(line)["outputs"]
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise ChildLost("It sent what no child sends.") from error
        if not isinstance(outputs, list) or not all(isinstance(output, dict) for output in outputs):
            raise ChildLost("It sent what no child sends.")
        return outputs

    def _send(self, line: bytes) -> None:
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(line + b"\n")
        except TimeoutError as error:
            raise ChildLate from error
        except OSError as error:
            raise ChildLost(str(error)) from error

    def seconds_waited(self) -> float:
        """How long it has waited for a processor."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            return float(self._waited.read_text()[:20])
        return 0.0

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self._socket.close()
        self._end()

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


# Starts a process at the checkpoint of a number, which may take so many seconds.
Start = Callable[[int, float], Child]


class Checkpoints:
    """The checkpoints of a running stage.

    Args:
        folder: in which they listen.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def child(self, checkpoint: int, seconds: float) -> Child:
        """Starts a process behind walls of its own.

        Args:
            checkpoint: its number.
            seconds: for all that the process is asked to do.
        Raises:
            StageLost: it did not start.
        """
        own = self._folder / f"c{secrets.token_hex(8)}"
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

        def end() -> None:
            with contextlib.suppress(OSError):
                folders.remove_tree(own)

        try:
            connection.connect(str(self._folder / f"{checkpoint}.sock"))
            connection.sendall(f"{own.name}\n".encode())
            return Child(connection, seconds, end, own / resource_limits.WAITED)
        except (OSError, ChildLost, ChildLate) as error:
            connection.close()
            end()
            raise StageLost(str(error)) from error
