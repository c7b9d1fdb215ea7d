"""Seconds that importing the helper package takes, each time in a process of its own, less those of an empty Python."""

import subprocess
import sys
import time

from spreads import spread

RUNS = 7
STATEMENTS = (
    "import shared",
    "import shared.settings, shared.datasets, shared.models, shared.assets",
    "from shared import checks, plots",
    "from shared.session import start",
    "import grading.cli; grading.cli.parser()",
)


def seconds(statement: str) -> float:
    """The wall-clock seconds of a Python that runs one statement."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - begin


def main() -> None:
    """Prints a table for benchmarks/README.md; the empty Python is measured in each round as well."""
    rounds = [{statement: seconds(statement) for statement in ("pass", *STATEMENTS)} for _ in range(RUNS)]
    print(f"Python {sys.version.split()[0]}, {RUNS} rounds\n")
    print("| statement | seconds over an empty Python |\n|---|---|")
    for statement in STATEMENTS:
        print(f"| `{statement}` | {spread([round_[statement] - round_['pass'] for round_ in rounds], 3)} |")


if __name__ == "__main__":
    main()
