"""Which pairs of students wrote code that is more alike than chance and a common task explain. A reason to look, no proof.

Each answer becomes a set of fingerprints by winnowing (Schleimer, Wilkerson and Aiken 2003, "Winnowing: local algorithms for
document fingerprinting") over tokens in which names, numbers and texts are all alike. What the stub says, and what more than half
of the class writes, counts for nobody; of the rest a fingerprint weighs the more the fewer have it (Sparck Jones 1972, the
inverse document frequency), so that a handful of copies stands out from what a common task makes alike.
"""

import hashlib
import io
import keyword
import math
import tokenize
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import nbformat

from grading.coursedir import accepted_notebooks, student_path
from grading.gradebook.records import records
from shared.notebooks.cell_metadata import is_answer

GRAM, WINDOW = 12, 6  # tokens in a fingerprint; of so many neighbours one fingerprint is kept
COMMON = 0.5  # a fingerprint that more than this share of the class has says nothing
SMALLEST = 8  # fingerprints of one's own, below which an answer is too short to compare


@dataclass(frozen=True)
class Pair:
    """Two students; the weighed share of the smaller one's own fingerprints that both have, 0 to 1; and how many those are."""

    one: str
    other: str
    share: float
    fingerprints: int


def tokens(source: str) -> list[str]:
    """Keywords and operators as they are, every name as "n", every number as "0", every text as "s"; comments dropped."""
    kinds = {tokenize.NUMBER: "0", tokenize.STRING: "s"}
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME:
                found.append(token.string if keyword.iskeyword(token.string) else "n")
            elif token.type == tokenize.OP:
                found.append(token.string)
            elif token.type in kinds:
                found.append(kinds[token.type])
    except (tokenize.TokenError, SyntaxError):  # a broken answer is compared up to where it breaks
        pass
    return found


def fingerprints(source: str) -> set[int]:
    """The winnowed fingerprints of some code: of each window of neighbours the smallest hash."""
    words = tokens(source)
    grams = [" ".join(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)]
    hashes = [int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest()) for gram in grams]
    return {min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1)) if hashes[i : i + WINDOW]}


def pairs(answers: dict[str, str], stub: str, least: float = 0.5) -> list[Pair]:
    """Pairs that share at least this part of what is their own, the most alike first.

    Args:
        answers: student -> all code that they wrote.
        stub: what everybody was given.
    """
    given = fingerprints(stub)
    prints = {student: fingerprints(source) - given for student, source in answers.items()}
    spread = Counter(number for own in prints.values() for number in own)
    limit = max(2, COMMON * len(prints))
    own = {student: {number for number in found if spread[number] <= limit} for student, found in prints.items()}

    def weight(numbers: set[int]) -> float:
        return sum(math.log((len(prints) + 1) / spread[number]) for number in numbers)

    weights, found = {student: weight(numbers) for student, numbers in own.items()}, []
    for one, other in combinations(sorted(own), 2):
        both = own[one] & own[other]
        if min(len(own[one]), len(own[other])) < SMALLEST or not both:
            continue
        share = min(1.0, weight(both) / min(weights[one], weights[other]))
        if share >= least:
            found.append(Pair(one, other, share, len(both)))
    return sorted(found, key=lambda pair: (-pair.share, -pair.fingerprints, pair.one))


def of_class(lab: str, root: Path) -> list[Pair]:
    """Pairs among those who are graded now: of who is refused only an older submission's code would be left."""
    answers, stub = written_code(lab, root)
    graded = {student for student, record in records(root, lab).items() if record.status == "graded"}
    return pairs({student: code for student, code in answers.items() if student in graded}, stub)


def as_table(found: list[Pair]) -> str:
    """For the terminal."""
    if not found:
        return "No two students' code is conspicuously alike."
    lines = [
        f"{pair.one} and {pair.other}: {pair.share:.0%} of the smaller ({pair.fingerprints} fingerprints)"
        for pair in found
    ]
    return "\n".join([*lines, "Likeness is a reason to look at both notebooks, not a proof of anything."])


def written_code(lab: str, root: Path) -> tuple[dict[str, str], str]:
    """(student -> the code that they typed into the answer cells of their accepted submission, the code of all stubs)."""

    def code(path: Path) -> str:
        cells = nbformat.read(path, as_version=4).cells
        return "\n".join(cell.source for cell in cells if cell.cell_type == "code" and is_answer(cell))

    accepted = {student: code(path) for student, path in accepted_notebooks(lab, root)}
    return accepted, code(student_path(lab, root))
