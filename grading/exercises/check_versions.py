"""Tells which checks have changed since a notebook was graded, by fingerprints that its metadata keeps."""

import hashlib
from collections.abc import Iterable, Mapping

from nbformat import NotebookNode

from grading.verdicts.course_messages import functions
from shared.notebooks.cell_metadata import fed_by, grade_id, is_answer, is_check

GRADED_WITH = "graded_with"  # in the metadata of an executed notebook: check -> its fingerprint


def check_versions(cells: Iterable[NotebookNode], judges: str) -> dict[str, str]:
    """Check -> a fingerprint of its code and of its judge outside.

    Args:
        cells: the instructor's. judges: the text of outside_judges.py; empty where there is none.
    """
    known = functions(judges)
    sources = {grade_id(cell): f"{cell.source}\0{known.get(grade_id(cell), '')}" for cell in cells if is_check(cell)}
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in sources.items()}


def changed_exercises(executed: NotebookNode, current: Mapping[str, str]) -> dict[str, list[str]]:
    """Name of each exercise of which a check has changed -> all its checks.

    Args:
        executed: a notebook that was graded.
        current: check -> its fingerprint now.
    """
    before = executed.metadata.get(GRADED_WITH, {})
    found = {}
    for place, cell in enumerate(executed.cells):
        if is_answer(cell) and cell.cell_type == "code":
            checks = [grade_id(check) for check in fed_by(executed.cells, place)]
            if any(before.get(name) != current.get(name) for name in checks):
                found[grade_id(cell)] = checks
    return found
