"""Judges outside the kernel: what is handed over counts, whatever it is; nothing of a student's can stop the run."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grading.coursedir import judges_path
from grading.verdicts.fresh_seeds import check_seed
from grading.verdicts.judging import Judging
from grading.verdicts.outside_judges import (
    NOTHING,
    ODD,
    JudgeFault,
    handed_over,
    handing_over,
    judges,
    require_judges,
    verdict,
)
from shared import checks
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.settings import FRESH_SEED, HANDED_OVER


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
    cell = new_code_cell("...", outputs=[new_output("display_data", data) for data in outputs])
    found = verdict(three, handed_over(cell))
    assert (found and found[1]) == says


def cell(name: str, *outputs) -> NotebookNode:
    return new_code_cell("...", metadata={"nbgrader": {"grade_id": name}}, outputs=list(outputs))


LAB = "lab01_ridge"
JUDGES = """
import functools, os, time
import numpy as np
from shared import checks

def double_any(doubles: list) -> None:
    checks.close(doubles, [0, 2, 4], "the doubles")

def grows(doubles: list) -> None:
    np.asarray(doubles)

def hangs(doubles: list) -> None:
    while True: pass

def loses_a_file(doubles: list) -> None:
    open("/nowhere/labels.csv")

def misspells(doubles: list) -> None:
    check.close(doubles, [1])

def draws(doubles: list) -> None:
    checks.that(doubles == [int(checks.fresh("draws").integers(10**9))], "It should be what was drawn.")

def tells(doubles: list) -> None:
    checks.that(False, ",".join(sorted(os.environ)))

wrapped = functools.wraps(open)(lambda doubles: double_any(doubles))
_helper = double_any
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "solutions" / LAB).mkdir(parents=True)
    judges_path(LAB, tmp_path).write_text(JUDGES)
    return tmp_path


@pytest.fixture
def judging(root):
    known = Judging(LAB, list(judges(LAB, root)), root)
    yield known
    known.stop()


def judged(judging: Judging, name: str, doubles=None, seed: str = "7") -> str:
    """The message of the check of this name; empty where its judge accepts the values."""
    outputs = [] if doubles is None else [new_output("display_data", {HANDED_OVER: {"doubles": doubles}})]
    notebook = new_notebook(cells=[cell(name, *outputs)])
    judging.apply(notebook, seed)
    errors = [output for output in notebook.cells[0].outputs if output.output_type == "error"]
    return errors[0].evalue if errors else ""


def test_values_are_judged_in_another_process(judging):
    assert judged(judging, "double_any", [0, 2, 4]) == ""
    assert "expected 4, yours 5" in judged(judging, "double_any", [0, 2, 5])
    assert judged(judging, "double_any") == NOTHING
    assert judged(judging, "double_any", ["a"]) != ""
    assert judged(judging, "wrapped", [0, 2, 4]) == "", "whatever a decorator has made of it"


def test_a_failed_cell_keeps_its_own_message_and_other_cells_are_left_alone(judging):
    error = new_output("error", ename="CheckFailed", evalue="no file", traceback=[])
    notebook = new_notebook(cells=[cell("double_any", error), cell("double_any"), cell("four")])
    judging.apply(notebook, "7")
    messages = [[output.evalue for output in each.outputs] for each in notebook.cells]
    assert messages == [["no file"], [NOTHING], []]


def test_values_that_swell_or_hang_a_judge_are_wrong_and_the_next_student_is_judged(judging, monkeypatch):
    assert judged(judging, "grows", ["x" * 1_000_000] + [""] * 3000) == ODD
    monkeypatch.setattr("grading.verdicts.judging.PATIENCE", 2)
    assert judged(judging, "hangs", [1]) == ODD
    assert judged(judging, "double_any", [0, 2, 4]) == ""


@pytest.mark.parametrize(("name", "says"), [("loses_a_file", "FileNotFoundError"), ("misspells", "NameError")])
def test_a_fault_of_the_course_takes_nobodys_points(judging, name, says):
    with pytest.raises(JudgeFault, match=rf"The judge of '{name}' fails \({says}.*\): correct it, then run again\."):
        judged(judging, name, [1])


def test_a_judge_draws_what_its_check_drew(judging, monkeypatch):
    monkeypatch.setenv(FRESH_SEED, check_seed("7", "draws"))
    drawn = [int(checks.fresh("draws").integers(10**9))]
    assert judged(judging, "draws", drawn, "7") == ""
    assert judged(judging, "draws", drawn, "8") != ""


def test_a_judge_sees_nothing_of_the_instructors_environment(judging, monkeypatch):
    monkeypatch.setenv("INSTRUCTOR_TOKEN", "secret")
    assert "INSTRUCTOR_TOKEN" not in judged(judging, "tells", [1])


def notebook_of(*sources: str) -> NotebookNode:
    known = {"grade": True, "solution": False, "points": 1}
    cells = [
        new_code_cell(source, metadata={"nbgrader": {**known, "grade_id": name}})
        for name, source in (each.split(": ", 1) for each in sources)
    ]
    return new_notebook(cells=cells)


HANDS = "double_any: checks.hand_over(doubles=[1])"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "The check 'double_any' of lab01_ridge hands values over, but .*outside_judges.py has no function"),
        ("def double_ayn(doubles): ...\n", "The check 'double_any' of lab01_ridge hands values over"),
        ("def _double_any(doubles): ...\n", "The check 'double_any' of lab01_ridge hands values over"),
        ("from math import floor as double_any\n", "The check 'double_any' of lab01_ridge hands values over"),
        ("def double_any(doubles): ...\ndef other(x): ...\n", "has a function 'other', but no check of that name"),
        ("import nothing_of_that_name\n", r"outside_judges\.py fails"),
    ],
)
def test_a_judge_that_is_missing_or_misspelt_is_an_error(root, text, says):
    if text is None:
        judges_path(LAB, root).unlink()
    else:
        judges_path(LAB, root).write_text(text)
    with pytest.raises(LabError, match=says):
        require_judges(LAB, notebook_of(HANDS), root)


def test_a_check_hands_over_however_it_calls(root):
    other = "double_any: from shared.checks import hand_over\nhand_over(doubles=[1])"
    assert handing_over(notebook_of(other)) == ["double_any"]
    assert handing_over(notebook_of("double_any: print('hand_over')")) == []


def test_every_judge_of_the_course_has_its_check(course):
    from grading.authoring.build import instructor_notebook

    for lab in course.labs:
        cells = instructor_notebook(lab, course).cells
        require_judges(lab, new_notebook(cells=cells))


def test_in_every_lab_some_of_the_checks_that_carry_most_are_judged_outside(course):
    from grading.authoring.build import instructor_notebook

    for lab in course.labs:
        known = [cell.metadata["nbgrader"] for cell in instructor_notebook(lab, course).cells if is_code_check(cell)]
        most = max(check["points"] for check in known)
        assert {check["grade_id"] for check in known if check["points"] == most} & set(judges(lab, CHECKOUT)), lab


def is_code_check(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade", False)
