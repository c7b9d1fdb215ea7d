"""Tests the bank's runner, which must see every way in which checks and answers can disagree."""

import json
import os
import re
import subprocess
import sys

import pytest

from grading.authoring.answer_bank import ENVIRONMENT, Outcome, _together, differences, up_to_exercise
from grading.authoring.answer_files import Answer, load_bank
from grading.authoring.build import instructor_notebook
from grading.course import load_course
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id, is_check

LAB = "lab01_ridge"
RUNNER = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from grading.authoring.answer_files import load_bank
from grading.authoring.answer_bank import run_bank
from grading.authoring.build import instructor_notebook
from grading.course import load_course
from grading.verdicts.outside_judges import judges
checkout = Path(sys.argv[1])
seeds = int(sys.argv[2])
cells = [c for c in instructor_notebook("lab01_ridge", load_course(), checkout).cells if c.cell_type == "code"]
outcomes = run_bank(cells, load_bank("lab01_ridge", checkout), seeds, judges("lab01_ridge", checkout))
print(json.dumps([asdict(outcome) for outcome in outcomes]))
"""


def outcomes(checkout, seeds: int = 1) -> dict[str, Outcome]:
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(checkout), str(seeds)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=CHECKOUT,
    )
    assert done.returncode == 0, done.stderr
    return {row["label"]: Outcome(**row) for row in json.loads(done.stdout)}


def test_a_true_bank_has_no_trouble(mini):
    found = outcomes(mini)
    assert len(found) == 6
    assert not [outcome for outcome in found.values() if outcome.trouble]
    assert set(found["three times"].lost) == {"double_three", "double_any"}


def test_every_disagreement_is_reported(mini):
    (mini / "tests" / "answers" / LAB / "double.py").write_text(
        '# %% right="not right at all"\ndef double(x):\n    return 7\n'
        '# %% wrong="not wrong at all" loses=["double_any"] says="x"\ndef double(x):\n    return 2 * x\n'
        '# %% wrong="other words" loses=["double_any"] says="pink elephants"\ndef double(x):\n    return 6\n'
        '# %% wrong="an accident" loses=["double_three", "double_any"] says="x"\ndef double(x):\n    return x.y\n'
        '# %% wrong="kills its kernel" loses=["double_three", "double_any"] says="x"\n'
        "def double(x):\n    import os\n    os._exit(0)\n"
    )
    trouble = {label: outcome.trouble for label, outcome in outcomes(mini).items()}
    died = "The process died here: it was told to stop, or needed more memory or time than it may use."
    not_run = "This cell was not run, because one before it did not end."
    attribute = "AttributeError: 'int' object has no attribute 'y'"
    assert trouble == {
        "not right at all": [
            "loses double_three, but should keep it: CheckFailed: "
            "Twice means two times, not three. (double(3): expected 6, yours 7)",
            "loses double_any, but should keep it: CheckFailed: Twice nothing is nothing. (double(0): expected 0, yours 7)",
        ],
        "not wrong at all": ["keeps double_any, but should lose it"],
        "other words": [
            "does not get the message 'pink elephants', but: Twice nothing is nothing. (double(0): expected 0, yours 6)"
        ],
        "an accident": [
            f"loses double_three by an accident instead of a check that explains: {attribute}",
            f"loses double_any by an accident instead of a check that explains: {attribute}",
            "does not get the message 'x', but: 'int' object has no attribute 'y'",
        ],
        "kills its kernel": [
            f"loses double_three by an accident instead of a check that explains: KernelLost: {died}",
            f"loses double_any by an accident instead of a check that explains: NotRun: {not_run}",
            f"does not get the message 'x', but: {died}",
        ],
    }


def test_one_answer_leaves_no_trace_in_the_next(mini):
    bank = mini / "tests" / "answers" / LAB / "double.py"
    bank.write_text(
        '# %% right="changes the helper package"\nfrom shared import checks as tampered\n'
        "tampered.close = lambda *a, **k: None\ndef double(x):\n    return 2 * x\n"
        '# %% wrong="must still be caught" loses=["double_any"] says="nothing"\ndef double(x):\n    return 6\n'
    )
    assert not [outcome for outcome in outcomes(mini).values() if outcome.trouble]


FORGERY = """
from shared import checks as real
real.close = lambda *a, **k: None
def double(x):
    return 7
"""


def test_checks_outside_are_not_fooled_by_patched_ones(mini):
    bank = mini / "tests" / "answers" / LAB / "double.py"
    loses = '["double_three", "double_any"]'
    bank.write_text(f'# %% wrong="patches the checks" loses={loses} says="Twice means two times"{FORGERY}')
    assert outcomes(mini)["patches the checks"].trouble == []


def test_more_seeds_find_the_answer_that_one_check_in_four_misses(mini):
    (mini / "tests" / "answers" / LAB / "double.py").write_text(
        '# %% right="wrong for 8 alone"\ndef double(x):\n    return 2 * x if x != 8 else 0\n'
        '# %% right="always right"\ndef double(x):\n    return x + x\n'
    )
    found = outcomes(mini, seeds=30)
    [sentence] = found["wrong for 8 alone"].trouble
    assert re.fullmatch(
        r"loses double_any, but should keep it: CheckFailed: .*expected 16, yours 0\) "
        r"\[under \d+ of 30 sets of inputs, first with seed \d+\]",
        sentence,
    )
    assert found["always right"].trouble == []


def test_every_trouble_of_an_answer_is_reported_not_that_of_the_first_inputs_alone():
    runs = [
        Outcome("e", "l", False, 1.0, {"a": ["CheckFailed", "no"]}, ["keeps b, but should lose it"]),
        Outcome("e", "l", False, 2.0, {}, ["keeps a, but should lose it", "keeps b, but should lose it"]),
        Outcome("e", "l", False, 3.0, {"c": ["CheckFailed", "2"]}, ["keeps b, but should lose it"]),
    ]
    together = _together(runs)
    assert together.trouble == [
        "keeps b, but should lose it",
        "keeps a, but should lose it [under 1 of 3 sets of inputs, first with seed 1]",
    ]
    assert set(together.lost) == {"a", "c"}
    assert together.seconds == 6.0


def test_one_exercise_is_proven_without_what_comes_after_it_and_the_checks_before_it():
    cells = [cell for cell in instructor_notebook(LAB, load_course()).cells if cell.cell_type == "code"]
    kept = up_to_exercise(cells, "unit_change")
    assert [grade_id(cell) for cell in kept if is_check(cell)] == ["unit_model", "unit_value", "unit_input"]
    assert grade_id(kept[-1]) == "unit_input"
    assert "ridge_fit" in [grade_id(cell) for cell in kept]
    with pytest.raises(LabError, match="There is no exercise 'unit' in this lab: name one of ridge_fit, unit_change"):
        up_to_exercise(cells, "unit")


def test_an_empty_message_counts_as_an_accident():
    answer = Answer("e", "l", "", ("check",), "")
    assert differences(answer, {"check": ["AssertionError", ""]}) == [
        "loses check by an accident instead of a check that explains: AssertionError: "
    ]


@pytest.mark.parametrize("marks", ['right="a" loses=["b"]', 'wrong="a"', 'wrong="a" loses=[] says="b"', 'says="b"'])
def test_a_half_marked_answer_is_refused(mini, marks):
    path = mini / "tests" / "answers" / LAB / "double.py"
    path.write_text(f"# %% {marks}\nx = 1\n")
    with pytest.raises(LabError, match=r"^Cell 1 of double\.py .*: write either right="):
        load_bank(LAB, mini)
