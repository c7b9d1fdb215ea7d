"""What Colab, editors and people do to the notebook itself."""

import copy
from pathlib import Path

from tests.hostile.cases import ANSWER, FULL, NONE, WRONG, case, cell, code, save


@case()
def every_mark_lost(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    for each in notebook["cells"]:
        each["metadata"] = {}
        each.pop("id", None)
    save(folder, notebook)


@case()
def the_answer_pasted_twice(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    place = notebook["cells"].index(cell(notebook, "double"))
    notebook["cells"].insert(place, copy.deepcopy(notebook["cells"][place]))
    save(folder, notebook)


@case(score=NONE, says="stands 2 times")
def two_answers_that_differ(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    place = notebook["cells"].index(cell(notebook, "double"))
    notebook["cells"].insert(place + 1, copy.deepcopy(notebook["cells"][place]) | {"source": WRONG})
    save(folder, notebook)


@case(says="was missing and was put back")
def the_checks_deleted(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    notebook["cells"] = [c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]
    save(folder, notebook)


@case(score=NONE, says="was edited")
def the_checks_emptied(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = WRONG
    for name in ("double_three", "double_any"):
        cell(notebook, name)["source"] = "pass"
    save(folder, notebook)


@case(score=NONE)
def checks_worth_a_million(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = WRONG
    for name in ("double_three", "double_any"):
        cell(notebook, name)["metadata"]["nbgrader"]["points"] = 1_000_000
    save(folder, notebook)


@case(score=NONE)
def checks_tagged_to_be_skipped(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = WRONG
    for name in ("double_three", "double_any"):
        cell(notebook, name)["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    save(folder, notebook)


@case(score=NONE)
def results_forged_in_the_outputs(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = WRONG
    for name, points in {"double_three": 40, "double_any": 50}.items():
        forged = {
            "output_type": "execute_result",
            "data": {"text/plain": str(points)},
            "metadata": {},
            "execution_count": 1,
        }
        cell(notebook, name)["outputs"] = [forged]
    save(folder, notebook)


@case()
def an_old_schema(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    for each in notebook["cells"]:
        each["metadata"].get("nbgrader", {}).update(schema_version=1)
    save(folder, notebook)


@case()
def marks_of_the_wrong_kind(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    for each in notebook["cells"]:
        if "nbgrader" in each["metadata"]:
            each["metadata"]["nbgrader"] |= {"points": "many", "grade": [], "locked": None, "solution": 3.5}
    save(folder, notebook)


@case()
def cells_that_are_no_cells(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    notebook["cells"][1:1] = [None, 7, "text", [], {}, {"cell_type": "heading", "source": 5}, {"cell_type": None}]
    save(folder, notebook)


@case()
def all_cells_in_reverse(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    notebook["cells"].reverse()
    save(folder, notebook)


@case()
def the_answer_as_a_list_of_lines_with_windows_ends(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = [line + "\r\n" for line in ANSWER.split("\n")]
    save(folder, notebook)


@case()
def half_a_pair_of_surrogates(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER + "\nsmile = '\ud83d'"
    save(folder, notebook)


@case(score=NONE)
def null_bytes_in_the_code(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = "def double(x):\0\n    return 2 * x"
    save(folder, notebook)


@case(score=NONE, says="defines the same names")
def the_answer_typed_below_the_checks(folder: Path, notebook: dict):
    notebook["cells"].append(code(ANSWER))
    save(folder, notebook)


@case()
def the_answer_typed_into_a_new_cell_before_the_checks(folder: Path, notebook: dict):
    place = notebook["cells"].index(cell(notebook, "double"))
    cell(notebook, "double")["source"] = ""
    notebook["cells"].insert(place + 1, code(ANSWER))
    save(folder, notebook)


@case(score=NONE, says="was not found")
def the_answer_cell_deleted(folder: Path, notebook: dict):
    notebook["cells"].remove(cell(notebook, "double"))
    save(folder, notebook)


@case("refused", says="more than 2,000")
def a_hundred_thousand_cells(folder: Path, notebook: dict):
    notebook["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": f"{n}"} for n in range(100_000)]
    save(folder, notebook)


@case()
def a_notebook_of_the_third_format(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    for each in notebook["cells"]:
        if each["cell_type"] == "code":
            each["input"] = each.pop("source")
    save(folder, {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": notebook["cells"]}]})


@case(score=FULL)
def a_kernel_of_another_language_asked_for(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    save(folder, notebook | {"metadata": {"kernelspec": {"name": "bash", "language": "bash", "display_name": "Bash"}}})


@case()
def scripts_in_texts_and_pictures(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    picture = {"x.svg": {"image/svg+xml": "<svg onload=alert(1)>"}, "y.png": {"image/png": "iVBORw0KGgo="}}
    cell(notebook, "why")["source"] = "<script>alert('pineapple')</script><img src=x onerror=alert(1)>"
    cell(notebook, "why")["attachments"] = picture
    save(folder, notebook)
