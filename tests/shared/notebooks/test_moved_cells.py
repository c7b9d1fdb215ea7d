"""What an honest student typed in the wrong place reaches a person; what is in its place, or was never typed, does not."""

import json

import nbformat
import pytest

from shared.assets.cache_paths import CHECKOUT
from shared.notebooks.cell_metadata import is_answer, nbgrader_of
from shared.notebooks.reading import MOST_CHARACTERS, Refused, read_cells
from shared.notebooks.realign import realign

RELEASE = nbformat.read(CHECKOUT / "labs" / "lab01_ridge" / "lab01_ridge.ipynb", as_version=4)
ANSWER = "def ridge_fit(X, y, alpha):\n    return 1, 2"
BETTER = ANSWER.replace("1, 2", "3, 4")
NEXT = "def unit_change(model, X, y, column, factor):\n    return 0.5"
PROSE = "Because the penalty looks at the size of the weights."


@pytest.fixture
def mine() -> dict:
    """An untouched notebook, as a dict."""
    return json.loads(nbformat.writes(RELEASE))


def cell(notebook: dict, name: str) -> dict:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def source(notebook: dict, name: str) -> str:
    return "".join(cell(notebook, name)["source"])


def put(notebook: dict, after: str, text: str, kind: str = "code") -> None:
    place = notebook["cells"].index(cell(notebook, after)) + 1
    notebook["cells"].insert(place, {"cell_type": kind, "metadata": {}, "source": text})


def doubts(notebook: dict) -> dict[str, str]:
    return rebuilt(notebook).doubts


def rebuilt(notebook: dict):
    return realign(RELEASE, read_cells(json.dumps(notebook).encode(), "lab.ipynb"))


def into_the_check(notebook):
    cell(notebook, "ridge_weights")["source"] = ANSWER + "\n\n" + source(notebook, "ridge_weights")


def into_a_later_check(notebook):
    cell(notebook, "unit_input")["source"] = ANSWER


def over_the_check(notebook):
    cell(notebook, "ridge_weights")["source"] = "ridge_fit = lambda X, y, alpha: (1, 2)"


def two_in_one_cell(notebook):
    cell(notebook, "unit_change")["source"] = NEXT + "\n\n" + ANSWER


def a_better_one_in_the_check(notebook):
    cell(notebook, "ridge_fit")["source"] = ANSWER
    cell(notebook, "ridge_weights")["source"] = BETTER


def before_the_stub(notebook):
    notebook["cells"].insert(2, {"cell_type": "code", "metadata": {}, "source": ANSWER})


def into_a_given_cell(notebook):
    given = next(c for c in notebook["cells"] if c["cell_type"] == "code" and "nbgrader" not in c["metadata"])
    given["source"] = "".join(given["source"]) + "\n\n" + ANSWER


def as_text(notebook):
    put(notebook, "ridge_fit", ANSWER, "markdown")


def with_a_comment_in_the_stub(notebook):
    cell(notebook, "ridge_fit")["source"] = source(notebook, "ridge_fit") + "\n# see below\n"
    into_a_later_check(notebook)


def broken(notebook):
    into_the_check(notebook)
    cell(notebook, "ridge_weights")["source"] = ANSWER.replace("):", ")")


@pytest.mark.parametrize(
    "damage",
    [
        *(into_the_check, into_a_later_check, over_the_check, two_in_one_cell, a_better_one_in_the_check),
        *(before_the_stub, into_a_given_cell, as_text, with_a_comment_in_the_stub, broken),
    ],
    ids=lambda damage: damage.__name__,
)
def test_an_answer_in_the_wrong_place_goes_to_a_person(mine, damage):
    damage(mine)
    assert "ridge_fit" in doubts(mine)


def in_place(notebook):
    cell(notebook, "ridge_fit")["source"] = ANSWER


def below_its_stub(notebook):
    put(notebook, "ridge_fit", ANSWER)


def above_where_the_stub_was(notebook):
    cell(notebook, "ridge_fit")["source"] = ""
    notebook["cells"].insert(2, {"cell_type": "code", "metadata": {}, "source": ANSWER})


def with_the_next_one_in_the_same_cell(notebook):
    cell(notebook, "ridge_fit")["source"] = ANSWER + "\n\n" + NEXT
    cell(notebook, "unit_change")["source"] = ""


def with_a_look_at_the_check(notebook):
    in_place(notebook)
    cell(notebook, "ridge_weights")["source"] = "print(ridge_fit)\n" + source(notebook, "ridge_weights")


def with_blanks_in_the_checks(notebook):
    for each in notebook["cells"]:
        if each["metadata"].get("nbgrader", {}).get("locked"):
            each["source"] = "".join(each["source"]).replace("\n", "  \n") + "\n\n"


@pytest.mark.parametrize(
    "change",
    [
        *(in_place, below_its_stub, above_where_the_stub_was, with_the_next_one_in_the_same_cell),
        *(with_a_look_at_the_check, with_blanks_in_the_checks),
    ],
    ids=lambda change: change.__name__,
)
def test_what_counts_or_was_never_typed_bothers_nobody(mine, change):
    change(mine)
    assert doubts(mine) == {}


def into_the_question(notebook):
    cell(notebook, "coefficients_question")["source"] = source(notebook, "coefficients_question") + "\n\n" + PROSE


def below_the_cell(notebook):
    put(notebook, "coefficients", PROSE, "markdown")


def below_as_code(notebook):
    put(notebook, "coefficients", f"# {PROSE}")


def at_the_end_as_code(notebook):
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": f"# {PROSE}"})


def at_the_top(notebook):
    notebook["cells"].insert(0, {"cell_type": "raw", "metadata": {}, "source": PROSE})


def into_a_given_text(notebook):
    given = next(c for c in notebook["cells"] if c["cell_type"] == "markdown" and "nbgrader" not in c["metadata"])
    given["source"] = "".join(given["source"]) + PROSE


@pytest.mark.parametrize(
    "damage",
    [into_the_question, below_the_cell, below_as_code, at_the_end_as_code, at_the_top, into_a_given_text],
    ids=lambda damage: damage.__name__,
)
def test_a_written_answer_in_the_wrong_place_goes_to_a_person_who_can_read_it(mine, damage):
    damage(mine)
    found = rebuilt(mine)
    assert "coefficients" in found.doubts
    own = [c.source for c in found.notebook.cells if is_answer(c) or not nbgrader_of(c)]
    assert any(PROSE in text for text in own)
    cell(mine, "coefficients")["source"] = "An answer."
    assert "coefficients" not in doubts(mine)


def test_pictures_in_text_of_ones_own_stay(mine):
    put(mine, "coefficients", "![](attachment:a.png)", "markdown")
    added = next(c for c in mine["cells"] if c["source"] == "![](attachment:a.png)")
    added["attachments"] = {"a.png": {"image/png": "aGk="}}
    assert any(c.get("attachments") for c in rebuilt(mine).notebook.cells)


def test_a_large_submission_is_parsed_once_or_refused(mine, monkeypatch):
    import ast

    parsed, parse = [], ast.parse
    monkeypatch.setattr(ast, "parse", lambda text: (parsed.append(text), parse(text))[1])
    cell(mine, "ridge_fit")["source"] = long = "a = 1\n" * 1000
    rebuilt(mine)
    assert parsed.count(long) == 1
    cell(mine, "ridge_fit")["source"] = "a" * MOST_CHARACTERS
    with pytest.raises(Refused, match="characters in its cells"):
        rebuilt(mine)
