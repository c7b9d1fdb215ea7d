"""Judges outside the kernel: what is handed over counts, whatever it is; nothing of a student's can stop the run."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grading.coursedir import judges_path
from grading.verdicts.outside_judges import NOTHING, ODD, apply, judges, verdict
from shared import checks
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.settings import HANDED_OVER


def three(number: int) -> None:
    checks.that(number == 3, "It should be three.")


@pytest.mark.parametrize(
    ("outputs", "says"),
    [
        ([{HANDED_OVER: {"number": 3}}], None),
        ([{HANDED_OVER: {"number": 7}}, {"text/plain": "3"}, {HANDED_OVER: {"number": 3}}], None),
        ([{HANDED_OVER: {"number": 3}}, {HANDED_OVER: {"number": 7}}], "It should be three."),
        ([], NOTHING),
        ([{"text/plain": "3"}], NOTHING),
        ([{HANDED_OVER: "3"}], NOTHING),
        ([{HANDED_OVER: {}}], ODD),
        ([{HANDED_OVER: {"number": 3, "other": 1}}], ODD),
        ([{HANDED_OVER: {"number": [[3]]}}], "It should be three."),
    ],
)
def test_the_last_thing_handed_over_is_judged(outputs, says):
    found = verdict(three, outputs)
    assert (found and found[1]) == says


def cell(name: str, *outputs) -> NotebookNode:
    return new_code_cell("...", metadata={"nbgrader": {"grade_id": name}}, outputs=list(outputs))


def test_a_failed_cell_keeps_its_own_message_and_other_cells_are_left_alone():
    error = new_output("error", ename="CheckFailed", evalue="no file", traceback=[])
    notebook = new_notebook(cells=[cell("three", error), cell("three"), cell("four")])
    apply(notebook, {"three": three})
    messages = [[output.evalue for output in each.outputs] for each in notebook.cells]
    assert messages == [["no file"], [NOTHING], []]


def test_judges_are_the_functions_written_in_outside_judges_py(tmp_path):
    folder = tmp_path / "solutions" / "lab01_ridge"
    folder.mkdir(parents=True)
    assert judges("lab01_ridge", tmp_path) == {}
    judges_path("lab01_ridge", tmp_path).write_text("from pathlib import Path\ndef _help(): ...\ndef scored(x): ...\n")
    assert list(judges("lab01_ridge", tmp_path)) == ["scored"]
    judges_path("lab01_ridge", tmp_path).write_text("import nothing_of_that_name\n")
    with pytest.raises(LabError, match=r"outside_judges\.py fails"):
        judges("lab01_ridge", tmp_path)


def test_every_judge_of_the_course_has_its_check(course):
    from grading.authoring.build import instructor_notebook

    for lab in course.labs:
        cells = instructor_notebook(lab, course).cells
        handing = {c.metadata["nbgrader"]["grade_id"] for c in cells if "checks.hand_over(" in c.source}
        assert set(judges(lab, CHECKOUT)) == handing, lab


def test_in_every_lab_some_of_the_checks_that_carry_most_are_judged_outside(course):
    from grading.authoring.build import instructor_notebook

    for lab in course.labs:
        known = [cell.metadata["nbgrader"] for cell in instructor_notebook(lab, course).cells if is_code_check(cell)]
        most = max(check["points"] for check in known)
        assert {check["grade_id"] for check in known if check["points"] == most} & set(judges(lab, CHECKOUT)), lab


def is_code_check(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade", False)
