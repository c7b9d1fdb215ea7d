"""Child processes that answer one request after another, each with a deadline: a line of JSON goes in, one comes out.

What strangers wrote is read, judged and shown in such processes: one that dies or hangs costs the request that it was working
on, and nothing else.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping

LONGEST = 200_000_000  # characters of an answer; a notebook with all its outputs has a few million
SPARE = 10.0  # seconds after which a child whose parent did not end it ends by itself


class NoAnswer(Exception):
    """The child died, of too little memory perhaps, or did not answer in time."""


class ChildProcess:
    """One child, which is started for the first request, and again for the next one after it has died or hung.

    Args:
        command: of a process that calls `serve`.
        environment: its variables; None for those of this process.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str] | None = None):
        self.command = command
        self.environment = environment
        self.process: subprocess.Popen | None = None
        self.has_answered = False  # this process, so that it is known to have started

    def start(self) -> None:
        """Begins the process, unless it is there, and does not wait until it can answer.

        Raises:
            OSError: this machine cannot start it.
        """
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )

    def ask(self, request: dict, seconds: float) -> dict:
        """Sends a request and returns the answer.

        Args:
            seconds: in which the answer must come.
        Raises:
            NoAnswer: the process died, was stopped by another thread, took longer, or answered no JSON; it has ended.
            OSError: this machine cannot start it.
        """
        self.start()
        process = self.process
        alarm = threading.Timer(seconds, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            process.stdin.write(json.dumps({"seconds": seconds, "request": request}) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline(LONGEST))
        except (OSError, ValueError, RecursionError):
            self.stop()
            raise NoAnswer from None
        except BaseException:  # Ctrl-C: a later request must not read this one's answer
            self.stop()
            raise
        finally:
            alarm.cancel()
        self.has_answered = True
        return answer

    def stop(self) -> None:
        """Ends the process, whatever it is doing; an `ask` that waits in another thread then raises NoAnswer."""
        process, self.process = self.process, None
        self.has_answered = False
        if process is not None:
            process.kill()
            process.wait()
            with contextlib.suppress(OSError):  # what was still to be written has nobody to read it
                process.stdin.close()
            process.stdout.close()


def serve(prepare: Callable[[], Callable[[dict], dict]]) -> None:
    """Answers what comes on standard input, in the child, until the parent closes it or is gone.

    Args:
        prepare: makes the function that answers; neither can print into the answers.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answer = prepare()
    for line in sys.stdin:
        asked = json.loads(line)
        _end_after(asked["seconds"] + SPARE)
        found = answer(asked["request"])
        _end_after(0)
        print(json.dumps(found), file=answers, flush=True)


def _end_after(seconds: float) -> None:
    """Has the system end this process after a time, whatever it is doing then; 0 for never."""
    if hasattr(signal, "setitimer"):  # Windows has none
        signal.setitimer(signal.ITIMER_REAL, seconds)


def limit_memory(most_bytes: int) -> None:
    """Limits what this process may hold from now on, on systems that can."""
    try:
        import resource
    except ImportError:
        return  # Windows has none of this
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard != resource.RLIM_INFINITY:
        most_bytes = min(most_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, hard))
