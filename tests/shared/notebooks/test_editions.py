"""Tests that a notebook begun on an older edition of a lab is recognised, and that its wording accuses nobody."""

import copy

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from shared.notebooks.cell_metadata import grade_id
from shared.notebooks.reading import StudentCell
from shared.notebooks.realign import realign

OLDER = "it is an older edition of the lab and was graded as far as it goes"
STUB = "def double(x):\n    raise NotImplementedError"


def marked(cell, name: str, solution: bool = False, points: int = 0):
    cell.metadata = {"nbgrader": {"grade_id": name, "solution": solution, "grade": points > 0, "points": points}}
    return cell


def edition(hint: str, given: str, more: bool = False):
    """A lab of one exercise; `more`: with a second one, which other editions do not have."""
    cells = [
        new_markdown_cell("# Doubling"),
        new_code_cell(given),
        marked(new_code_cell(STUB), "double", solution=True),
    ]
    cells.append(marked(new_code_cell(f"assert double(3) == 6, {hint!r}"), "double_three", points=5))
    if more:
        stub = "def triple(x):\n    raise NotImplementedError"
        cells.append(marked(new_code_cell(stub), "triple", solution=True))
        cells.append(marked(new_code_cell("assert triple(2) == 6"), "triple_two", points=5))
    notebook = new_notebook(cells=cells)
    for number, cell in enumerate(notebook.cells):
        cell.id = grade_id(cell) or f"given-{number}-{abs(hash(cell.source))}"
    return notebook


def handed_in(notebook, **answers) -> list[StudentCell]:
    notebook = copy.deepcopy(notebook)
    found = []
    for cell in notebook.cells:
        name = grade_id(cell) or None
        claims = bool(cell.metadata.get("nbgrader", {}).get("solution"))
        found.append(StudentCell(cell.cell_type, answers.get(name, cell.source), name, cell.id, claims_answer=claims))
    return found


FIRST = edition("Twice.", "x = 1")
SECOND = edition("Two times, that is.", "x = 2")
WIDE = edition("Twice.", "x = 1", more=True)
ANSWER = "def double(x):\n    return 2 * x"


def test_a_check_whose_wording_changed_accuses_nobody():
    done = realign(SECOND, handed_in(FIRST, double=ANSWER), [FIRST])
    assert done.repairs == [OLDER]
    assert done.doubts == {}
    assert [cell.source for cell in done.notebook.cells] == ["# Doubling", "x = 2", ANSWER, SECOND.cells[3].source]


def test_an_unanswered_older_edition_is_unanswered():
    done = realign(SECOND, handed_in(FIRST), [FIRST])
    assert done.doubts == {}
    assert done.repairs == [OLDER]


def test_a_check_that_a_student_edited_is_still_edited():
    done = realign(SECOND, handed_in(FIRST, double=ANSWER, double_three="assert True"), [FIRST])
    assert "'double_three' was edited; the released one is used" in done.repairs


def test_the_current_edition_is_none_that_is_older():
    done = realign(SECOND, handed_in(SECOND, double=ANSWER), [FIRST])
    assert done.repairs == []


def test_without_the_older_edition_its_check_counts_as_edited():
    assert realign(SECOND, handed_in(FIRST, double=ANSWER)).repairs == [
        "'double_three' was edited; the released one is used"
    ]


def test_an_answer_to_an_exercise_that_is_gone_is_named():
    mine = handed_in(WIDE, double=ANSWER, triple="def triple(x):\n    return 3 * x")
    done = realign(SECOND, mine, [FIRST, WIDE])
    assert done.ungraded == ["triple"]
    assert "assert triple(2) == 6" not in [cell.source for cell in done.notebook.cells]
    assert realign(SECOND, mine).ungraded == ["triple"], "also where nobody has kept the older edition"


def test_a_stub_of_an_exercise_that_is_gone_is_nothing():
    done = realign(SECOND, handed_in(WIDE, double=ANSWER), [WIDE])
    assert done.ungraded == []
    assert len(done.notebook.cells) == len(SECOND.cells)


def test_a_file_cannot_fill_the_table_with_names_that_it_claims():
    mine = handed_in(SECOND, double=ANSWER)
    mine += [StudentCell("code", "1", f"\x1b{n}" + "x" * 200, claims_answer=True) for n in range(50)]
    named = realign(SECOND, mine).ungraded
    assert len(named) == 5
    assert all(len(name) == 60 and name.isprintable() for name in named)
