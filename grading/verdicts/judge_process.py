"""The process in which the judges of a lab run, within limits of memory."""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from grading.child_process import limit_memory, serve
from grading.verdicts.outside_judges import JudgeFault, judges, verdict
from shared.errors import LabError
from shared.settings import FRESH_SEED

MEMORY = 2 * 10**9  # bytes: what is handed over has two megabytes at most


def _prepared() -> Callable[[dict], dict]:
    """Reads the judges; a request is {"check", "handed", "seed"} -> {"failed"} or {"fault"}, the first one {}."""
    lab, root = sys.argv[1:]
    try:
        known = judges(lab, Path(root))
        said = {}
    except LabError as error:
        known = {}
        said = {"fault": str(error)}
    limit_memory(MEMORY)
    return partial(_answer, known, said)


def _answer(known: dict[str, Callable], said: dict, asked: dict) -> dict:
    if not asked:
        return said
    os.environ[FRESH_SEED] = asked["seed"]  # a judge draws the same inputs as its check
    try:
        return {"failed": verdict(known[asked["check"]], asked["handed"])}
    except JudgeFault as fault:
        return {"fault": str(fault)}


if __name__ == "__main__":
    serve(_prepared)
