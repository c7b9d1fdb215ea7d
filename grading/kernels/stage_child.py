"""What a process that was forked for an exercise does: it runs the cells that it is sent.

Protocol, a line of JSON each way: it says {} once it is ready, and answers to each {"cell": source} with {"outputs"}.

Two such processes can be linked by the one that holds both connections. One that gets {"link": names} asks, by lines with "ask"
in them, for what the other has bound under these names, and so does a cell that uses them; the other's answers have to be handed
to it (grading/crossing). Its own answer, {"outputs"}, comes when it has no more to ask.

It imports nothing of the course but other modules that run inside the sandbox.
"""

import functools
import json
from typing import IO

from grading.crossing.answer_end import AnswerEnd
from grading.crossing.checks_end import ChecksEnd
from grading.crossing.files import Files
from grading.kernels.stage_shell import StageShell


def serve(lines: IO[str], shell: StageShell, files: Files | None) -> None:
    """Runs what comes, until the other end of the connection closes.

    Args:
        files: that cells write; None where linked processes share their folders.
    """
    conversation = functools.partial(_send, lines), lines.readline, dict(shell.user_ns), files
    checks = ChecksEnd(*conversation)
    answers = AnswerEnd(*conversation)
    answer({}, lines)
    for line in iter(lines.readline, ""):
        asked = json.loads(line)
        if "cell" in asked:
            found = {"outputs": shell.run(asked["cell"])}
        elif "link" in asked:
            found = {"outputs": _link(shell, checks, asked["link"])}
        else:
            found = answers.serve(asked, shell.user_ns)
        answer(found, lines)


def answer(table: dict, stream: IO[str]) -> None:
    """Writes a line."""
    _send(stream, json.dumps(table, default=str))


def _send(lines: IO[str], line: str) -> None:
    print(line, file=lines, flush=True)


def _link(shell: StageShell, checks: ChecksEnd, names: list[str]) -> list[dict]:
    """Binds names of the answer that runs in another process; returns the error where it gives what no answer gives."""
    for name in names:
        shell.user_ns.pop(name, None)
    try:
        shell.user_ns.update(checks.stubs(names))
    except Exception as error:
        return [{"output_type": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}]
    return []
