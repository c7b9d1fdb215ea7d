"""Runs a few checks that passed once more, with what the answer returns spoiled: a check that still passes is a sign of forgery.

A canary looks like a check; this is one, so that code which tells canaries apart has nothing to tell. It is a tripwire, not a
wall: the kernel that runs it is the student's. One sign accuses nobody, and neither does a check that is stopped.
"""

import ast
import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grading.atomic_write import write_atomically
from grading.coursedir import tripwires_path
from grading.verdicts import in_kernel
from grading.verdicts.failure_kinds import failed
from shared.notebooks.cell_metadata import cell_seconds, grade_id, is_answer, is_check
from shared.notebooks.definitions import LONGEST, definitions
from shared.notebooks.reading import shown

TRIPWIRE = "tripwire"  # in a cell's metadata: what it is for
PLAIN = "plain"
SPOILED = "spoiled"
BEFORE = "before"
REPORT = "report"
SIGNS_THAT_COUNT = 2
CHECKS_TRIED = 3
QUICK = 1.0  # seconds that a check may take to be run again
TIMEOUT = 10  # seconds after which it is stopped then: a spoiled result can make a loop endless
FORGED = "checks passed again when what the answers return was spoiled: its points wait for a person"
CHANGED = "its notebook changes how code runs, as formatters and widgets also do"
TEXT = Path(in_kernel.__file__).read_text(encoding="utf-8")
LONGEST_REPORT = 300  # characters


def candidates(notebook: NotebookNode) -> dict[str, list[str]]:
    """Check -> sorted names of the functions that it calls and that students write; without checks that call none.

    Args:
        notebook: the instructor's.
    """
    written = {name for cell in notebook.cells if is_answer(cell) for name in definitions(cell.source)}
    found = {grade_id(cell): sorted(written & _read(cell.source)) for cell in notebook.cells if is_check(cell)}
    return {check: names for check, names in found.items() if names}


def _read(source: str) -> set[str]:
    nodes = ast.walk(ast.parse(source)) if len(source) <= LONGEST else []
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def trials(notebook: NotebookNode) -> list[NotebookNode]:
    """Cells to append to the executed reference: each quick candidate as it is, then each spoiled."""
    known = candidates(notebook)
    quick = [check for check in _passed(notebook, known) if _is_quick(check)]
    return [*(_copy(check, PLAIN) for check in quick), *_spoiled(quick, known)]


def biting(notebook: NotebookNode) -> dict[str, list[str]]:
    """Takes the trials out again; returns the candidates that pass a second time and soon fail when spoiled."""
    known = candidates(notebook)
    ran = _taken_out(notebook)
    good = {grade_id(cell) for cell in ran if _kind(cell) == PLAIN and not failed(cell)}
    bad = {grade_id(cell) for cell in ran if _kind(cell) == SPOILED and failed(cell) and _is_quick(cell)}
    return {check: known[check] for check in sorted(good & bad)}


def drawn(notebook: NotebookNode, known: Mapping[str, list[str]]) -> list[NotebookNode]:
    """Cells to append to a submission that has run: some checks that passed, spoiled, and a report of what was changed.

    Args:
        known: check -> names, of the checks that notice spoiled results.
    """
    rng = random.SystemRandom()
    passed = _passed(notebook, known)
    chosen = rng.sample(passed, min(CHECKS_TRIED, len(passed)))
    return [_call("report(get_ipython())", REPORT), *_spoiled(chosen, known)] if chosen else []


def some(known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """As many checks as are tried, drawn before it is known which pass."""
    chosen = random.SystemRandom().sample(sorted(known), min(CHECKS_TRIED, len(known)))
    return {check: known[check] for check in chosen}


def taken_out(notebook: NotebookNode) -> tuple[int, list[str]]:
    """Takes those cells out again; returns the number of signs, and what the notebook has changed."""
    ran = _taken_out(notebook)
    signs = [cell for cell in ran if _kind(cell) == SPOILED and not failed(cell)]
    changed = [line for cell in ran if _kind(cell) == REPORT for line in _reported(cell)]
    return len(signs), changed


def flags(signs: int, changed: Iterable[str]) -> list[str]:
    """What an instructor should know, `FORGED` where there are signs enough."""
    flags = [FORGED] if signs >= SIGNS_THAT_COUNT else []
    changed = dict.fromkeys(changed)
    if changed:
        flags.append(f"{CHANGED}: {shown('; '.join(changed))[:LONGEST_REPORT]}")
    return flags


def waiting(notebook: NotebookNode, flags: Iterable[str]) -> set[str]:
    """Answers whose points wait for a person: all of them, where there were signs enough."""
    return {grade_id(cell) for cell in notebook.cells if is_answer(cell)} if FORGED in flags else set()


def write_known(lab: str, root: Path, known: Mapping[str, list[str]]) -> None:
    """Keeps, in the course directory, which checks of a lab notice spoiled results."""
    write_atomically(tripwires_path(lab, root), json.dumps(known, indent=1) + "\n")


def read_known(lab: str, root: Path) -> dict[str, list[str]]:
    """Check -> names, as `write_known` kept them; empty for a lab that was released before there were tripwires."""
    path = tripwires_path(lab, root)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _reported(cell: NotebookNode) -> list[str]:
    """The lines of a report; none where a kernel sent anything else."""
    text = "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [str(line) for line in found] if isinstance(found, list) else []


def _is_quick(cell: NotebookNode) -> bool:
    seconds = cell_seconds(cell)
    return seconds is not None and seconds < QUICK


def _passed(notebook: NotebookNode, known: Mapping[str, list[str]]) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if is_check(cell) and grade_id(cell) in known and not failed(cell)]


def _spoiled(checks: list[NotebookNode], known: Mapping[str, list[str]]) -> list[NotebookNode]:
    """Each check, after a cell that spoils what it calls and nothing else."""
    cells = []
    for check in checks:
        cells += [_call(f"spoil(get_ipython(), {known[grade_id(check)]!r})", BEFORE), _copy(check, SPOILED)]
    return cells


def _copy(check: NotebookNode, kind: str) -> NotebookNode:
    metadata = NotebookNode({"nbgrader": check.metadata.nbgrader, TRIPWIRE: kind})
    return new_code_cell(check.source, metadata=metadata)


def _call(line: str, kind: str) -> NotebookNode:
    text = f"{TEXT}\n\n{line}\n"
    source = f"__import__('builtins').exec({text!r}, {{'get_ipython': get_ipython}})"
    return new_code_cell(source, metadata=NotebookNode({TRIPWIRE: kind}))


def _kind(cell: NotebookNode) -> str:
    return cell.metadata.get(TRIPWIRE, "")


def _taken_out(notebook: NotebookNode) -> list[NotebookNode]:
    found = [cell for cell in notebook.cells if _kind(cell)]
    notebook.cells = [cell for cell in notebook.cells if not _kind(cell)]
    return found
