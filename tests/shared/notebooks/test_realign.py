"""What students and Colab do to notebooks: the rebuilt one holds their answers and the released checks, or says what it lacks."""

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.assets.cache_paths import CHECKOUT
from shared.notebooks.cell_metadata import is_answer, nbgrader_of
from shared.notebooks.reading import Refused, read_cells
from shared.notebooks.realign import realign

RELEASE = nbformat.read(CHECKOUT / "labs" / "lab01_ridge" / "lab01_ridge.ipynb", as_version=4)
RIDGE, UNIT = "ridge_fit", "unit_change"
ANSWER = "def ridge_fit(X, y, alpha):\n    return 1, 2\n"
OTHER = "def unit_change(model, X, y, column, factor):\n    return 0.5\n"


@pytest.fixture
def mine():
    """A submission as a dict, with two answers typed in."""
    notebook = json.loads(nbformat.writes(RELEASE))
    cell(notebook, RIDGE)["source"] = ANSWER
    cell(notebook, UNIT)["source"] = OTHER
    return notebook


def cell(notebook: dict, name: str) -> dict:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def rebuilt(notebook: dict):
    return realign(RELEASE, read_cells(json.dumps(notebook).encode(), "lab.ipynb"))


def answer(result, name: str) -> str:
    return next(c.source for c in result.notebook.cells if nbgrader_of(c).get("grade_id") == name)


def locked(notebook) -> list[str]:
    return [c.source for c in notebook.cells if nbgrader_of(c) and not is_answer(c)]


def test_a_sound_submission_is_itself(mine):
    result = rebuilt(mine)
    assert [c.source for c in result.notebook.cells] == ["".join(c["source"]) for c in mine["cells"]]
    assert result.repairs == []
    assert result.doubts == {}
    nbformat.validate(result.notebook)


def lose_metadata(notebook):
    for c in notebook["cells"]:
        c["metadata"] = {}


def lose_metadata_and_ids(notebook):
    lose_metadata(notebook)
    for c in notebook["cells"]:
        c.pop("id")
    notebook["nbformat_minor"] = 4


def lose_every_check(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("locked")]


def edit_every_check(notebook):
    for c in notebook["cells"]:
        if c["metadata"].get("nbgrader", {}).get("locked"):
            c["source"] = "assert True"


def copy_the_answer(notebook):
    place = notebook["cells"].index(cell(notebook, RIDGE))
    notebook["cells"].insert(place + 1, cell(notebook, RIDGE))


def copy_the_stub(notebook):
    stub = next(c for c in RELEASE.cells if nbgrader_of(c).get("grade_id") == RIDGE)
    notebook["cells"].append({**cell(notebook, RIDGE), "source": stub.source})


def reverse_all(notebook):
    notebook["cells"].reverse()


def become_text(notebook):
    cell(notebook, RIDGE)["cell_type"] = "markdown"


def become_old(notebook):
    cells = [
        {"input" if c["cell_type"] == "code" else "source": c["source"], **{k: c[k] for k in ("cell_type", "metadata")}}
        for c in notebook.pop("cells")
    ]
    notebook |= {"worksheets": [{"cells": cells}], "nbformat": 3, "nbformat_minor": 0}


def rot(notebook):
    """What a validator would refuse: missing keys, odd types, a version from nowhere."""
    for number, c in enumerate(notebook["cells"]):
        c.pop("outputs", None)
        c["execution_count"] = "many"
        if number % 7 == 0 and "nbgrader" not in c["metadata"]:
            c["metadata"] = None
    for c in notebook["cells"]:
        if c["metadata"] and "nbgrader" in c["metadata"]:
            c["metadata"]["nbgrader"]["schema_version"] = 1
    notebook |= {"nbformat": 99, "metadata": []}


def add_junk(notebook):
    notebook["cells"][3:3] = [None, 7, {"cell_type": "video"}, {"cell_type": "code", "source": {"a": 1}}]


def swallow_lines(notebook):
    for c in notebook["cells"]:
        c["source"] = "".join(c["source"]).splitlines(keepends=True)


DAMAGES = [
    *(
        lose_metadata,
        lose_metadata_and_ids,
        lose_every_check,
        edit_every_check,
        copy_the_answer,
        copy_the_stub,
        reverse_all,
    ),
    *(become_text, become_old, rot, add_junk, swallow_lines),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_no_damage_loses_an_answer_or_a_check(mine, damage):
    damage(mine)
    result = rebuilt(mine)
    assert answer(result, RIDGE) == ANSWER
    assert answer(result, UNIT) == OTHER
    assert locked(result.notebook) == locked(RELEASE)
    assert RIDGE not in result.doubts
    nbformat.validate(result.notebook)


def test_two_different_answers_go_to_a_person(mine):
    place = mine["cells"].index(cell(mine, RIDGE))
    mine["cells"].insert(place + 1, {**cell(mine, RIDGE), "source": ANSWER.replace("1, 2", "3, 4")})
    result = rebuilt(mine)
    assert "stands 2 times" in result.doubts[RIDGE]
    assert "3, 4" in answer(result, RIDGE)


def test_a_deleted_answer_goes_to_a_person(mine):
    mine["cells"].remove(cell(mine, RIDGE))
    assert "not found" in rebuilt(mine).doubts[RIDGE]


def test_an_unanswered_exercise_is_no_doubt():
    assert realign(RELEASE, read_cells(nbformat.writes(RELEASE).encode(), "lab.ipynb")).doubts == {}


@pytest.mark.parametrize("at_end", [True, False])
def test_an_answer_in_another_cell_goes_to_a_person_unless_it_counts(mine, at_end):
    stub = next(c for c in RELEASE.cells if nbgrader_of(c).get("grade_id") == RIDGE)
    cell(mine, RIDGE)["source"] = stub.source
    place = len(mine["cells"]) if at_end else mine["cells"].index(cell(mine, RIDGE)) + 1
    mine["cells"].insert(place, {"cell_type": "code", "metadata": {}, "source": ANSWER, "outputs": []})
    assert (RIDGE in rebuilt(mine).doubts) == at_end


def test_what_a_student_adds_stays_where_it_was(mine):
    place = mine["cells"].index(cell(mine, RIDGE))
    mine["cells"].insert(
        place, {"cell_type": "code", "metadata": {"tags": ["skip-execution"]}, "source": "import math"}
    )
    result = rebuilt(mine)
    sources = [c.source for c in result.notebook.cells]
    assert sources.index("import math") + 1 == sources.index(ANSWER)
    assert result.notebook.cells[sources.index("import math")].metadata == {}


def test_an_import_added_to_a_given_cell_runs(mine):
    given_cell = next(c for c in mine["cells"] if "import json" in "".join(c["source"]))
    given_cell["source"] = "import math\n" + "".join(given_cell["source"])
    sources = [c.source for c in rebuilt(mine).notebook.cells]
    assert any(source.startswith("import math\nimport json") for source in sources)


def test_outputs_tags_and_notebook_metadata_are_not_taken_over(mine):
    mine["metadata"] = {"kernelspec": {"name": "evil"}}
    for c in mine["cells"]:
        c["metadata"]["tags"] = ["skip-execution"]
        if c["cell_type"] == "code":
            c["outputs"] = [
                {"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}, "execution_count": 1}
            ]
    notebook = rebuilt(mine).notebook
    assert notebook.metadata == RELEASE.metadata
    assert not any(c.get("outputs") for c in notebook.cells)
    assert not any("skip-execution" in c.metadata.get("tags", []) for c in notebook.cells)


def test_pictures_in_a_written_answer_stay_but_no_scripts(mine):
    written = next(
        c for c in mine["cells"] if c["cell_type"] == "markdown" and c["metadata"].get("nbgrader", {}).get("solution")
    )
    written["attachments"] = {"a.png": {"image/png": "aGk="}, "b.svg": {"image/svg+xml": "<svg/>"}, "c": 3}
    name = written["metadata"]["nbgrader"]["grade_id"]
    kept = next(c for c in rebuilt(mine).notebook.cells if nbgrader_of(c).get("grade_id") == name)
    assert kept.attachments == {"a.png": {"image/png": "aGk="}}


def test_another_labs_notebook_is_refused():
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")])
    with pytest.raises(Refused, match="another lab"):
        realign(RELEASE, read_cells(nbformat.writes(other).encode(), "x.ipynb"))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"PK\x03\x04", b"[" * 100_000, b"[]", b"null", b'{"cells": 7}', b"\xff\xfe\x00", b"\x81"]
)
def test_what_is_no_notebook_is_refused(data):
    with pytest.raises(Refused, match="not a notebook"):
        read_cells(data, "x.ipynb")


@pytest.mark.parametrize(
    "data",
    [
        b'\xef\xbb\xbf{"cells": [{"source": "1"}]}',
        '{"cells": [{"source": "1"}]}'.encode("utf-16"),
        b'{"cells": [{"source": "1"}], "x": ' + b"9" * 1_000_000 + b"}",
        b'{"cells": [{"source": "1"}], "x": NaN}',
        b'{"cells": [{"source": ["1"], "cell_type": []}]}',
    ],
)
def test_odd_encodings_and_numbers_are_read(data):
    assert [c.source for c in read_cells(data, "x.ipynb")] == ["1"]


def test_half_a_surrogate_pair_can_be_written_again():
    [only] = read_cells(rb'{"cells": [{"cell_type": "code", "source": "x = \"\ud800\""}]}', "x.ipynb")
    only.source.encode("utf-8")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
odd_cells = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("cell_type", "metadata", "source", "id", "attachments"), json_values),
)


@given(st.lists(odd_cells | json_values), st.data())
def test_whatever_stands_beside_an_answer_it_is_found(cells, data):
    real = {"cell_type": "code", "source": ANSWER, "metadata": {"nbgrader": {"grade_id": RIDGE}}}
    cells.insert(data.draw(st.integers(0, len(cells))), real)
    result = realign(RELEASE, read_cells(json.dumps({"cells": cells}).encode(), "x.ipynb"))
    assert answer(result, RIDGE) == ANSWER
    assert locked(result.notebook) == locked(RELEASE)
    nbformat.validate(result.notebook)


def test_a_long_cell_is_searched_and_not_parsed():
    long = "def ridge_fit(): ...\nf'" + "{a:{b}}" * 100_000 + "'"
    [found] = read_cells(json.dumps({"cells": [{"cell_type": "code", "source": long}]}).encode(), "lab.ipynb")
    assert set(found.definitions) == {"ridge_fit"}
