"""Mixes checks that must fail in with the real ones: a kernel in which one passes has been tampered with.

Student code runs in the kernel that judges it, so it can make asserts vanish or patch the helpers. What switches the real
checks off lets the canaries pass as well: each has the first statements of a real check, its names and words, and among them a
comparison that cannot hold. Half of them go on like that check, and pass where all of it is switched off; half end there, with
no comparison of the check's own before, and pass where one kind of comparison is. They are drawn afresh for each submission.
"""

import ast
import random
from collections.abc import Collection, Iterable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grading.verdicts.failure_kinds import fail, failed
from shared.notebooks.cell_metadata import grade_id, is_check

CANARY = "canary"
TAMPERED = "Tampering"
FLAG = "a check that must fail has passed: something in the notebook switches checks off"
TAMPERING = f"No automatic points: {FLAG}."
BEFORE = 3  # statements of the real check that may run before the one that cannot hold
# One for each way in which a check of this course can fail: a value, and what is said of it; {words} is a text of the check.
IMPOSSIBLE = (
    ("{a} + {b}", "assert {value} == {wrong}, {words}"),
    ("[{a}.0, {b}.0]", "assert sum({value}) == {wrong}, {words}"),
    ("{a} * {b}", "if {value} != {wrong}:\n    raise AssertionError({words})"),
    ("[{a}.0, {b}.0]", "checks.close({value}, [{a}.0, {wrong}.0], {words}, hint={words})"),
    ("range({a})", "checks.that(len({value}) == {a} + {c}, {words})"),
    ("{a} + {wrong}", "checks.count({value}, {a}, {words})"),
    ("[[{a}.0] * {b}] * {c}", "checks.shape({value}, ({wrong}, {b}), {words})"),
    ("{wrong}", "checks.between({value}, 0.0, {a}, {words}, {words})"),
)


def canary(check: str, impossible: tuple[str, str], whole: bool, rng: random.Random) -> NotebookNode:
    """Makes a canary of a check: one of IMPOSSIBLE among its first statements, followed by the rest where `whole`."""
    statements = ast.parse(check).body
    # A check's fresh inputs depend on how often it draws: a canary never does, so that a grading can be repeated.
    ends = [number for number, each in enumerate(statements) if _draws(each) or (_compares(each) and not whole)]
    place = rng.randint(0, min([BEFORE, len(statements) - 1, *ends]))
    a, b, c = (rng.randint(2, 40) for _ in range(3))
    numbers = {"a": a, "b": b, "c": c, "wrong": a * b + 41 + c}
    value = impossible[0].format(**numbers)
    line = ""
    if names := _assigned(statements[:place]):
        name = rng.choice(names)  # the check itself sets it again, in a statement that has just run
        value, line = name, f"{name} = {value}\n"
    line += impossible[1].format(**numbers, value=value, words=repr(rng.choice(_words(statements))))
    lines = check.splitlines()
    at = _first_line(statements[place]) - 1
    if any(isinstance(each, ast.ImportFrom) and each.module == "shared" for each in statements[place:]):
        line = f"from shared import checks\n\n{line}"
    source = "\n".join([*lines[:at], line, *(lines[at:] if whole else [])])
    return new_code_cell(source, id=f"c{rng.getrandbits(40):x}", metadata=NotebookNode({CANARY: True}))


def _draws(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in ("fresh", "hand_over") for node in ast.walk(statement))


def _compares(statement: ast.stmt) -> bool:
    """Whether the check could fail here: it asserts or raises, or calls one of the course's checks."""
    nodes = list(ast.walk(statement))
    called = [node.value for node in nodes if isinstance(node, ast.Attribute)]
    named = any(isinstance(value, ast.Name) and value.id == "checks" for value in called)
    return named or any(isinstance(node, ast.Assert | ast.Raise) for node in nodes)


def _assigned(statements: list[ast.stmt]) -> list[str]:
    targets = [target for each in statements if isinstance(each, ast.Assign) for target in each.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _words(statements: list[ast.stmt]) -> list[str]:
    nodes = (node for statement in statements for node in ast.walk(statement) if isinstance(node, ast.Constant))
    return [node.value for node in nodes if isinstance(node.value, str) and " " in node.value] or ["the result"]


def _first_line(statement: ast.stmt) -> int:
    return min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", []))])


def insert(notebook: NotebookNode, count: int = len(IMPOSSIBLE), among: Collection[str] | None = None) -> None:
    """Puts each canary in front of the check that it is made of; the first check always has one.

    Args:
        count: of canaries. Where it is not all kinds, comparisons that the checks use go first.
        among: the names of the checks that they are made of; None for all.
    """
    rng = random.SystemRandom()
    checks = [place for place, cell in enumerate(notebook.cells) if is_check(cell)]
    graded = [place for place in checks if among is None or grade_id(notebook.cells[place]) in among]
    if not graded:
        return
    places = [graded[0], *rng.choices(graded, k=count - 1)]
    rng.shuffle(places)
    first = rng.randint(0, 1)
    kinds = _kinds(count, "\n".join(notebook.cells[place].source for place in graded), rng)
    made = [
        (place, canary(notebook.cells[place].source, kind, (number + first) % 2 == 0, rng))
        for number, (place, kind) in enumerate(zip(places, kinds, strict=True))
    ]
    rng.shuffle(made)
    for place, cell in sorted(made, key=lambda each: each[0], reverse=True):
        notebook.cells.insert(place, cell)


def _kinds(count: int, checks: str, rng: random.Random) -> list[tuple[str, str]]:
    """So many of IMPOSSIBLE, in its order, those first that compare as these checks do."""
    drawn = rng.sample(IMPOSSIBLE, len(IMPOSSIBLE))
    chosen = sorted(drawn, key=lambda kind: kind[1].split("{")[0].strip() not in checks)[:count]
    return [kind for kind in IMPOSSIBLE if kind in chosen]


def read(notebook: NotebookNode) -> list[str]:
    """Takes the canaries out again. Where one passed, every check fails with a sentence, and the flag is returned."""
    passed = [cell for cell in notebook.cells if CANARY in cell.metadata and not failed(cell)]
    notebook.cells = [cell for cell in notebook.cells if CANARY not in cell.metadata]
    if not passed:
        return []
    fail_all(notebook.cells)
    return [FLAG]


def fail_all(cells: Iterable[NotebookNode]) -> None:
    """Lets no check of a notebook with tampering pass."""
    for cell in cells:
        if is_check(cell):
            fail(cell, TAMPERED, TAMPERING)
