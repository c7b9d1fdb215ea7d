"""The process in which the judges of a lab run: a line of JSON in, one out, within limits of memory."""

import json
import os
import sys
from pathlib import Path

from grading.verdicts.outside_judges import JudgeFault, judges, verdict
from shared.errors import LabError
from shared.settings import FRESH_SEED

MEMORY = 2 * 10**9  # bytes: what is handed over has two megabytes at most


def serve(lab: str, root: Path) -> None:
    """Judges what comes on standard input until it ends: {"check", "handed", "seed"} -> {"failed"} or {"fault"}."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing else may print into the answers
    try:
        known = judges(lab, root)
        first = {"ready": True}
    except LabError as error:
        known = {}
        first = {"fault": str(error)}
    print(json.dumps(first), file=answers, flush=True)
    _limit_memory()
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ[FRESH_SEED] = asked["seed"]  # a judge draws the same inputs as its check
        try:
            answer = {"failed": verdict(known[asked["check"]], asked["handed"])}
        except JudgeFault as fault:
            answer = {"fault": str(fault)}
        print(json.dumps(answer), file=answers, flush=True)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return  # Windows has none of this
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
