"""The bank's runner: it must see every way in which checks and answers can disagree."""

import json
import os
import subprocess
import sys

import pytest

from grading.authoring.answer_bank import ENVIRONMENT, Outcome, judge
from grading.authoring.answer_files import Answer, load_bank
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

LAB = "lab01_ridge"
RUNNER = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from grading.authoring.answer_files import load_bank
from grading.authoring.answer_bank import run
from grading.authoring.build import instructor_notebook
from grading.course import load_course
from grading.verdicts.outside_judges import judges
checkout, seeds = Path(sys.argv[1]), int(sys.argv[2])
cells = [c for c in instructor_notebook("lab01_ridge", load_course(), checkout).cells if c.cell_type == "code"]
print(json.dumps([asdict(o) for o in run(cells, load_bank("lab01_ridge", checkout), seeds, judges("lab01_ridge", checkout))]))
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


def test_every_disagreement_is_told(mini):
    (mini / "tests" / "answers" / LAB / "double.py").write_text(
        '# %% right="not right at all"\ndef double(x):\n    return 7\n'
        '# %% wrong="not wrong at all" loses=["double_any"] says="x"\ndef double(x):\n    return 2 * x\n'
        '# %% wrong="other words" loses=["double_any"] says="pink elephants"\ndef double(x):\n    return 6\n'
        '# %% wrong="an accident" loses=["double_three", "double_any"] says="x"\ndef double(x):\n    return x.y\n'
        '# %% wrong="kills its kernel" loses=["double_three", "double_any"] says="x"\n'
        "def double(x):\n    import os\n    os._exit(0)\n"
    )
    found = outcomes(mini)
    assert any("should keep it" in sentence for sentence in found["not right at all"].trouble)
    assert found["not wrong at all"].trouble == ["keeps double_any, but should lose it"]
    assert any("is not told 'pink elephants'" in sentence for sentence in found["other words"].trouble)
    assert any("by an accident" in sentence for sentence in found["an accident"].trouble)
    assert any("died" in sentence for sentence in found["kills its kernel"].trouble)


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


def test_a_judge_outside_is_not_fooled_by_patched_checks(mini):
    bank = mini / "tests" / "answers" / LAB / "double.py"
    bank.write_text(f'# %% wrong="patches the checks" loses=["double_any"] says="Twice means two times"{FORGERY}')
    assert outcomes(mini)["patches the checks"].trouble == []


def test_more_seeds_find_the_answer_that_one_check_in_four_misses(mini):
    (mini / "tests" / "answers" / LAB / "double.py").write_text(
        '# %% right="wrong for 8 alone"\ndef double(x):\n    return 2 * x if x != 8 else 0\n'
        '# %% right="always right"\ndef double(x):\n    return x + x\n'
    )
    found = outcomes(mini, seeds=30)
    assert any("loses double_any" in sentence for sentence in found["wrong for 8 alone"].trouble)
    assert found["always right"].trouble == []


def test_an_empty_message_counts_as_an_accident():
    answer = Answer("e", "l", "", ("check",), "")
    assert judge(answer, {"check": ["AssertionError", ""]}) != []


@pytest.mark.parametrize("marks", ['right="a" loses=["b"]', 'wrong="a"', 'wrong="a" loses=[] says="b"', 'says="b"'])
def test_a_half_marked_answer_is_refused(mini, marks):
    path = mini / "tests" / "answers" / LAB / "double.py"
    path.write_text(f"# %% {marks}\nx = 1\n")
    with pytest.raises(LabError, match=r"double\.py, cell 1: write either right="):
        load_bank(LAB, mini)
