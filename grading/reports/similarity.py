"""Finds pairs of students whose code is more similar than chance and a common task explain. A reason to look, not a proof.

Each answer becomes a set of fingerprints by winnowing (Schleimer, Wilkerson and Aiken 2003, "Winnowing: local algorithms for
document fingerprinting") over tokens in which all names, numbers and strings are the same. What is in the stub, or in the code
of more than half of the class, does not count; of the rest, a fingerprint weighs more the fewer students have it (Sparck Jones
1972, the inverse document frequency), so that a few copies stand out from the similarity that a common task causes.
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

GRAM = 12  # tokens in a fingerprint
WINDOW = 6  # neighbouring fingerprints of which one is kept
COMMON = 0.5  # a fingerprint that more than this share of the class has says nothing
SMALLEST = 8  # an answer with fewer own fingerprints is too short to compare


@dataclass(frozen=True)
class Pair:
    """Two students with similar code.

    share: the weighted share (0 to 1) of the own fingerprints of the smaller answer that both have; fingerprints: their number.
    """

    one: str
    other: str
    share: float
    fingerprints: int


def tokens(source: str) -> list[str]:
    """Keywords and operators as they are, every name as "n", every number as "0", every string as "s"; no comments."""
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
    """The winnowed fingerprints of some code: the smallest hash in each window of neighbours."""
    words = tokens(source)
    grams = [" ".join(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)]
    hashes = [int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest()) for gram in grams]
    return {min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1)) if hashes[i : i + WINDOW]}


def pairs(answers: dict[str, str], stub: str, least: float = 0.5) -> list[Pair]:
    """Pairs that share at least the part `least` of their own code, the most similar first.

    Args:
        answers: student -> all code that they wrote.
        stub: the code that everybody was given.
    """
    given = fingerprints(stub)
    prints = {student: fingerprints(source) - given for student, source in answers.items()}
    spread = Counter(number for numbers in prints.values() for number in numbers)
    limit = max(2, COMMON * len(prints))
    own = {student: {number for number in numbers if spread[number] <= limit} for student, numbers in prints.items()}

    def weight(numbers: set[int]) -> float:
        return sum(math.log((len(prints) + 1) / spread[number]) for number in numbers)

    weights = {student: weight(numbers) for student, numbers in own.items()}
    found = []
    for one, other in combinations(sorted(own), 2):
        both = own[one] & own[other]
        if min(len(own[one]), len(own[other])) < SMALLEST or not both:
            continue
        share = min(1.0, weight(both) / min(weights[one], weights[other]))
        if share >= least:
            found.append(Pair(one, other, share, len(both)))
    return sorted(found, key=lambda pair: (-pair.share, -pair.fingerprints, pair.one))


def of_class(lab: str, root: Path) -> list[Pair]:
    """Pairs among the students with a grade: of a refused student, only the code of an older submission would be left."""
    answers, stub = written_code(lab, root)
    graded = {student for student, record in records(root, lab).items() if record.status == "graded"}
    return pairs({student: code for student, code in answers.items() if student in graded}, stub)


def as_table(found: list[Pair]) -> str:
    """The pairs as a table for the terminal."""
    if not found:
        return "No two students' code is conspicuously similar."
    lines = [
        f"{pair.one} and {pair.other}: {pair.share:.0%} of the smaller answer ({pair.fingerprints} fingerprints)"
        for pair in found
    ]
    lines.append("Similarity is a reason to look at both notebooks, not a proof of anything.")
    return "\n".join(lines)


def written_code(lab: str, root: Path) -> tuple[dict[str, str], str]:
    """(student -> code in the answer cells of the accepted submission, code of all stubs)."""

    def code(path: Path) -> str:
        cells = nbformat.read(path, as_version=4).cells
        return "\n".join(cell.source for cell in cells if cell.cell_type == "code" and is_answer(cell))

    accepted = {student: code(path) for student, path in accepted_notebooks(lab, root)}
    return accepted, code(student_path(lab, root))
