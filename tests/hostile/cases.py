"""How a hostile submission is written down, and the honest notebook that all of them start from."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LAB = "lab01_ridge"  # the small lab of tests/mini: 40 and 50 points for code, 10 for a written answer
FULL, NONE = 90.0, 0.0
ANSWER = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return 7"
SECRET = "pineapple-on-the-gradebook"  # planted where no submission may look


@dataclass(frozen=True)
class Case:
    """One submission.

    Args:
        name: also the student's id.
        write: puts the submission's files into the student's folder; gets that folder and the honest notebook, a dict.
        status: "graded", "refused" or "failed".
        score: automatic points, where graded.
        flagged: whether the instructor must be warned.
        says: a piece of the reason, or of a repair or doubt.
        score_outside: automatic points where checks run in another process; None for the same.
    """

    name: str
    write: Callable[[Path, dict], None]
    status: str = "graded"
    score: float = FULL
    flagged: bool = False
    says: str = ""
    score_outside: float | None = None


CASES: list[Case] = []


def case(
    status: str = "graded",
    score: float = FULL,
    flagged: bool = False,
    says: str = "",
    score_outside: float | None = None,
):
    """Registers a function as the case of its name."""

    def register(write):
        CASES.append(Case(write.__name__, write, status, score, flagged, says, score_outside))
        return write

    return register


def save(folder: Path, notebook: dict, name: str = f"{LAB}.ipynb") -> None:
    (folder / name).write_text(json.dumps(notebook), encoding="utf-8", errors="surrogatepass")


def cell(notebook: dict, grade_id: str) -> dict:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def code(source: str) -> dict:
    """A cell that the student added."""
    return {"cell_type": "code", "id": "mine", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def attack(
    name: str, source: str, status: str = "graded", score: float = NONE, flagged: bool = False, says: str = ""
) -> None:
    """Registers a notebook whose answer cell holds a wrong answer and this code."""

    def write(folder: Path, notebook: dict) -> None:
        cell(notebook, "double")["source"] = f"{WRONG}\n{source}"
        save(folder, notebook)

    CASES.append(Case(name, write, status, score, flagged, says))
