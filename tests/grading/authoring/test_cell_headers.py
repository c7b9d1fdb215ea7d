"""Tests the short headers: each becomes the metadata that nbgrader reads, and a slip is reported with its place and its fix."""

import jupytext
import pytest

from grading.authoring.cell_headers import expand
from shared.errors import LabError

WRITTEN = '[markdown] question="why" points=10'


def cells(*headers: str) -> list:
    """Cells with these headers, as jupytext reads them and `expand` leaves them."""
    read = jupytext.reads("\n\n".join(f"# %% {header}\n# text" for header in headers), "py:percent").cells
    expand(read, "part01_fit.py")
    return read


def metadata(grade_id: str, **differing) -> dict:
    plain = {"grade": False, "grade_id": grade_id, "locked": False, "points": 0, "schema_version": 3}
    return {**plain, "solution": False, "task": False, **differing}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('answer="fit"', metadata("fit", solution=True)),
        ('check="fit_value" points=5', metadata("fit_value", grade=True, locked=True, points=5)),
        ('check="fit_nothing" points=0', metadata("fit_nothing", grade=True, locked=True)),
    ],
)
def test_a_code_cell_gets_the_metadata_of_its_kind(header, expected):
    [cell] = cells(header)
    assert cell.metadata == {"nbgrader": expected}
    assert list(cell.metadata.nbgrader) == list(expected)


def test_a_written_answer_carries_the_points_that_its_question_names():
    question, _, answer, *_ = cells(
        WRITTEN,
        "[markdown]",
        '[markdown] answer="because"',
        '[markdown] question="how" points=3',
        '[markdown] answer="how"',
    )
    assert question.metadata == {"nbgrader": metadata("why_question", locked=True)}
    assert answer.metadata == {"nbgrader": metadata("because", grade=True, points=10, solution=True)}


def test_plain_and_tagged_cells_stay_as_they_are():
    plain, prose, setup = cells("", "[markdown]", 'tags=["setup"]')
    assert (plain.metadata, prose.metadata, setup.metadata) == ({}, {}, {"tags": ["setup"]})


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ('[markdown] answer="why"', "the written answer 'why', has no question above it in this file: write '# %% "),
        ('[markdown] question="why"', "the question 'why', has no points: write points=N"),
        (WRITTEN, "the question 'why', has no written answer below it in this file: write '# %% "),
        ('check="fit"', "the check 'fit', has no points: write points=N"),
        ('check="fit" points="5"', "the check 'fit', has points='5': write a whole number"),
        ('check="fit" points=2.5', "the check 'fit', has points=2.5: write a whole number"),
        ('check="fit" points=-1', "the check 'fit', has points=-1: write a whole number"),
        ('check="fit" points=True', "the check 'fit', has points=True: write a whole number"),
        ('check="fit" points=five', "has a header that cannot be read, .*: write answer="),
        ("answer fit", "has a header that cannot be read, 'answer fit': write answer="),
        ('chek="fit" points=5', "has the unknown key 'chek': write answer="),
        ('check="fit" point=5', "has the unknown key 'point': write answer="),
        ('answer="fit" check="fit_value" points=5', "is answer and check at once: leave one"),
        ('answer="fit" points=5', "has points but is no check and no question: write points=N"),
        ("points=5", "has points but is no check and no question"),
        ('answer=""', "has answer='': write answer=\"NAME\""),
        ('check="fit", points=5', r"has check=\['fit'\]: write check=\"NAME\""),
        (
            'question="why" points=5',
            r"is a code cell with question=\.\.\.: begin its header with '# %% \[markdown\] question=",
        ),
        ('[markdown] check="fit" points=5', "is a markdown cell with check=.*: begin its header with '# %% check="),
    ],
)
def test_a_slip_is_reported_with_file_and_cell_and_what_to_write(header, says):
    with pytest.raises(LabError, match=rf"^Cell 2 of part01_fit\.py,? {says}"):
        cells("", header)


def test_a_question_above_another_question_lacks_its_answer():
    with pytest.raises(LabError, match="^Cell 1 of .*'why', has no written answer"):
        cells(WRITTEN, '[markdown] question="how" points=3', '[markdown] answer="how"')
