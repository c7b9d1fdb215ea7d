"""Checks that must fail: each check of the course can become one, which fails among its first statements."""

import ast
import random

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import is_grade

from grading.authoring.build import instructor_notebook
from grading.verdicts import canaries
from shared import checks


def checks_of(lab: str, course) -> list[str]:
    cells = instructor_notebook(lab, course).cells
    return [cell.source for cell in cells if cell.cell_type == "code" and is_grade(cell)]


def test_every_check_of_the_course_can_become_a_canary(course):
    for lab in course.labs:
        for check in checks_of(lab, course):
            for kind in canaries.IMPOSSIBLE:
                source = canaries.canary(check, kind, True, random.Random(1)).source
                ast.parse(TransformerManager().transform_cell(source))
                assert all(line in source.splitlines() for line in check.splitlines()), "it looks like the check"


@pytest.mark.parametrize("kind", canaries.IMPOSSIBLE)
def test_a_canary_cannot_hold_and_draws_no_fresh_input(kind):
    check = "found = 3\nother = [1.0]\nhint = 'Is it three?'\nrng = checks.fresh()\ndrawn.append(rng)"
    for seed in range(20):
        space = {"checks": checks, "drawn": []}
        with pytest.raises(AssertionError):
            exec(canaries.canary(check, kind, seed % 2 == 0, random.Random(seed)).source, space)
        assert space["drawn"] == []


def test_what_a_canary_changes_the_check_behind_it_sets_again():
    check = "found = [3]\nfound = found + kept\ndef helper():\n    kept = 4\nassert found == [3, 1]"
    for seed in range(40):
        space = {"checks": checks, "kept": [1]}
        for kind in canaries.IMPOSSIBLE:
            with pytest.raises(AssertionError):
                exec(canaries.canary(check, kind, seed % 2 == 0, random.Random(seed)).source, space)
            exec(check, space)


def test_dropping_asserts_or_skipping_the_cells_of_an_exercise_lets_one_pass():
    """Whatever is drawn: a kind of comparison switched off, or every cell that names the exercise."""
    graded = {"nbgrader": {"grade": True, "solution": False, "grade_id": "a", "points": 1}}
    for _ in range(30):
        notebook = new_notebook(cells=[new_code_cell("hint = 'of x'\nassert double(1) == 2, hint", metadata=graded)])
        canaries.insert(notebook)
        sources = [cell.source for cell in notebook.cells[:-1]]
        assert any("double(" in source for source in sources)
        assert any("assert" in source and "double(" not in source for source in sources)


def test_a_canary_that_ends_early_fails_by_itself_alone():
    """A wrong answer must not hide that a kind of comparison is switched off."""
    check = "found = double(3)\nchecks.close(found, 6, 'double of three')\nassert found == 6, 'twice three'"
    for seed in range(20):
        source = canaries.canary(check, canaries.IMPOSSIBLE[seed % 2], False, random.Random(seed)).source
        assert "checks.close(found, 6" not in source
        with pytest.raises(AssertionError):
            exec(source, {"checks": checks, "double": lambda x: 7})


def test_the_first_check_has_a_canary_in_front_and_all_are_taken_out_again():
    graded = {"nbgrader": {"grade": True, "solution": False, "grade_id": "a", "points": 1}}
    cells = [new_code_cell("x = 1"), *(new_code_cell(f"assert x == {n}", metadata=graded) for n in (1, 2))]
    notebook = new_notebook(cells=cells)
    before = [cell.source for cell in notebook.cells]
    canaries.insert(notebook)
    assert len(notebook.cells) == len(before) + len(canaries.IMPOSSIBLE)
    assert canaries.CANARY in notebook.cells[1].metadata
    assert canaries.read(notebook) == [canaries.FLAG], "none of them has failed, since none was run"
    assert [cell.source for cell in notebook.cells] == before
