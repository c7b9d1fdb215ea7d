"""Starts the processes of an exercise as forks of this one, without walls: for an author's own answers, on any Unix system."""

import os
import signal
import socket

from grading.exercises.stage_process import Child, ChildLate, ChildLost, StageLost
from grading.kernels import stage_child
from grading.kernels.stage_shell import StageShell


class Forks:
    """This process as the one checkpoint that there is.

    Args:
        shell: in which the lab's cells have run up to here.
    """

    def __init__(self, shell: StageShell):
        self._shell = shell

    def child(self, _checkpoint: int, seconds: float) -> Child:
        """Forks; raises StageLost where the fork ends at once.

        Args:
            seconds: for all that the process is asked to do.
        """
        here, there = socket.socketpair()
        process = os.fork()
        if process == 0:
            here.close()
            self._serve(there)
        there.close()

        def end() -> None:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)

        try:
            return Child(here, seconds, end)
        except (ChildLost, ChildLate) as error:
            here.close()
            end()
            raise StageLost(str(error)) from error

    def _serve(self, connection: socket.socket) -> None:
        """Never returns: what happens in a fork must not go on in what it was forked from."""
        code = 1
        try:
            for stream in (1, 2):  # what a cell's own processes print is nobody's
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            with connection.makefile("rw", encoding="utf-8") as lines:
                stage_child.serve(lines, self._shell, None)
            code = 0
        finally:
            os._exit(code)
