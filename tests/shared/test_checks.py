"""Check helpers: every failure says the hint first, then what differs; every right value passes."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shared import checks
from shared.checks import CheckFailed
from shared.settings import FRESH_SEED


@pytest.mark.parametrize(
    "value", [[1.0, 2.0], (1, 2), np.array([1.0, 2.0], dtype="float32"), torch.tensor([1.0, 2.0], requires_grad=True)]
)
def test_close_takes_whatever_holds_the_numbers(value):
    checks.close(value, [1.0, 2.0], "the weights")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([1.0, 2.5], "Hint first. (the weights: 1 of 2 values differ, first at index 1, expected 2, yours 2.5)"),
        ([1.0, float("nan")], "Hint first. (the weights: 1 of 2 values are nan)"),
        ([1.0], "Hint first. (the weights should have shape (2,), yours has (1,))"),
        (None, "Hint first. (the weights is None: does the function return its result?)"),
        ("ab", "Hint first. (the weights should have shape (2,), yours has ())"),
        ([[1.0], [1.0, 2.0]], "Hint first. (the weights is ragged: its rows have different lengths)"),
        ([object(), 1], "Hint first. (the weights should hold numbers, but is a list)"),
    ],
)
def test_close_says_the_hint_then_the_difference(value, says):
    with pytest.raises(CheckFailed) as caught:
        checks.close(value, [1.0, 2.0], "the weights", hint="Hint first.")
    assert str(caught.value) == says


def test_close_on_one_number_has_no_index():
    with pytest.raises(CheckFailed, match=r"^The loss: expected 1, yours 2$"):
        checks.close(2.0, 1.0, "the loss")


def test_a_bfloat16_tensor_is_compared_like_any_other():
    checks.shape(torch.zeros(2, 3, dtype=torch.bfloat16), (2, 3), "x")
    checks.close(torch.tensor([1.0, 2.0], dtype=torch.bfloat16), [1.0, 2.0], "x")
    with pytest.raises(CheckFailed, match="should be float32, yours is bfloat16"):
        checks.dtype(torch.zeros(1, dtype=torch.bfloat16), "float32", "x")


def test_a_sentence_starts_with_a_capital_but_a_name_keeps_its_letters():
    with pytest.raises(CheckFailed, match=r"^metrics\.json lacks a$"):
        checks.keys({}, ["a"], "metrics.json")
    with pytest.raises(CheckFailed, match=r"^macro_f1: expected 1, yours 2$"):
        checks.close(2.0, 1.0, "macro_f1")
    with pytest.raises(CheckFailed, match=r"^Results lacks a$"):
        checks.keys({}, ["a"], "results")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(2e-5, 1))
def test_close_sees_every_relative_change_beyond_its_tolerance(values, change):
    reference = np.array(values) + np.where(np.array(values) >= 0, 1.0, -1.0)
    checks.close(reference * (1 + 1e-7), reference, "x")
    with pytest.raises(CheckFailed):
        checks.close(reference * (1 + change), reference, "x")


def test_shape_dtype_and_count():
    checks.shape(np.zeros((2, 3)), (2, 3), "x")
    checks.shape(pd.DataFrame({"a": [1, 2]}), (2, 1), "x")
    checks.dtype(torch.zeros(1), "float32", "x")
    checks.dtype(np.zeros(1), "float64", "x")
    checks.count(24_576, 24_576, "trainable parameters")
    checks.count(torch.tensor(3), 3, "trainable parameters")
    with pytest.raises(CheckFailed, match="should be float32, yours is float64"):
        checks.dtype(np.zeros(1), "float32", "x")
    with pytest.raises(CheckFailed, match="Trainable parameters should be 24,576, yours is 589,824"):
        checks.count(589_824, 24_576, "trainable parameters")
    for wrong in (None, True, 0):
        with pytest.raises(CheckFailed):
            checks.count(wrong, 1, "x")


def test_between_and_keys():
    checks.between(np.array([0.5]), 0, 1, "a share")
    checks.keys({"a": 1, "b": 2}, ["a"], "results")
    checks.keys(pd.DataFrame({"a": [1]}), ["a"], "results")
    with pytest.raises(CheckFailed, match="should lie between 0 and 1, yours is 2"):
        checks.between(2, 0, 1, "a share")
    for value in (float("nan"), [1, 2], None):
        with pytest.raises(CheckFailed):
            checks.between(value, 0, 1, "a share")
    with pytest.raises(CheckFailed, match="Results lacks b, c"):
        checks.keys({"a": 1}, ["a", "b", "c"], "results")
    with pytest.raises(CheckFailed, match="should be a dict or a table, yours is a list"):
        checks.keys([1], ["a"], "results")


def test_an_error_of_an_answer_is_a_failed_check_that_names_it():
    def divide(x):
        return 1 / x

    def stub(x):
        raise NotImplementedError("Write your answer here.")

    assert checks.attempt(divide, 2) == 0.5
    with pytest.raises(CheckFailed, match=r"^No row is left \(ZeroDivisionError: division by zero\)$"):
        checks.attempt(divide, 0, hint="No row is left")
    with pytest.raises(CheckFailed, match=r"^The answer ends in an error \(TypeError: "):
        checks.attempt(divide, "a")
    with pytest.raises(NotImplementedError, match="Write your answer here"):
        checks.unchanged(stub, np.arange(3.0))


def test_the_line_of_the_notebook_is_named():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    with capture_output():
        shell.run_cell("import numpy as np\ndef answer(x):\n    return np.linalg.inv(x)\n")
    with pytest.raises(CheckFailed, match=r"LinAlgError: .*, in the line 'return np\.linalg\.inv\(x\)'\)$"):
        checks.attempt(shell.user_ns["answer"], np.zeros(3))


def test_unchanged_sees_a_function_that_works_in_place():
    def tidy(x):
        return x - x.mean()

    def untidy(x):
        x -= x.mean()
        return x

    assert checks.unchanged(tidy, np.arange(3.0)).sum() == 0
    with pytest.raises(CheckFailed, match="changes its input in place"):
        checks.unchanged(untidy, np.arange(3.0))


def test_that_says_why():
    checks.that(np.bool_(True), "never shown")
    with pytest.raises(CheckFailed, match="say why"):
        checks.that(False, "say why")


def test_a_notebook_shows_one_sentence():
    assert CheckFailed("Is B zero?")._render_traceback_() == ["Check failed: Is B zero?"]
    assert issubclass(CheckFailed, AssertionError), "nbgrader and the bank read it as a failed assertion"


def test_fresh_inputs_differ_on_each_call_and_repeat_where_the_environment_says_so():
    code = "from shared import checks; print([checks.fresh().integers(10**9) for _ in range(3)])"

    def drawn(**extra):
        return subprocess.check_output([sys.executable, "-c", code], env={**os.environ, **extra}, text=True)

    assert drawn() != drawn()
    assert drawn(**{FRESH_SEED: "7"}) == drawn(**{FRESH_SEED: "7"}) != drawn(**{FRESH_SEED: "8"})
    first, second = (checks.fresh().integers(10**9) for _ in range(2))
    assert first != second


def test_a_judge_draws_the_inputs_of_the_check_that_it_is_named_after(monkeypatch):
    def drawn(name: str) -> int:
        return checks.fresh(name).integers(10**9)

    monkeypatch.setenv(FRESH_SEED, "7")
    before = drawn("slope_value")
    checks.fresh()  # whatever else a notebook draws
    assert drawn("slope_value") == before != drawn("fold_values")
    monkeypatch.setenv(FRESH_SEED, "8")
    assert drawn("slope_value") != before


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("checks.that(True, 'never')", "Passed.\n"),
        ("for n in (1, 2):\n    checks.count(n, n, 'n')", "Passed.\n"),
        ("checks.that(False, 'why')", ""),
        ("def helper():\n    checks.that(True, 'never')", ""),
        ("def helper():\n    checks.that(True, 'never')\n\nhelper()", "Passed.\n"),
        ("numbers = checks.fresh().integers(9)", ""),
        ("1 + 1", ""),
    ],
)
def test_a_cell_whose_checks_hold_says_so(cell, says, capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["checks"] = checks
    result = shell.run_cell(cell)
    capsys.readouterr()
    checks.announce(result)
    assert capsys.readouterr().out == says


@pytest.fixture
def shell(monkeypatch):
    """Runs a cell as a notebook does, with the hook that announces what passed."""
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setattr(checks, "_failed", {})
    shell = InteractiveShell()
    shell.user_ns["checks"] = checks

    def run(*cells):
        for cell in cells:
            checks.announce(shell.run_cell(cell))

    return run


CELLS = {
    "Exercise 1": ["# Exercise 1, check slope: 5 points\nchecks.that({slope}, 'why')"],
    "Exercise 2": [
        "# Exercise 2, check fold: 3 points\nchecks.that({fold}, 'why')",
        "# Exercise 2, check mean: 1 point\nchecks.that({mean}, 'why')",
    ],
}
POINTS = {"Exercise 1": 5, "Exercise 2": 4}


def summary_of(run, capsys, **passes) -> str:
    """What the summary prints after all cells ran; `passes` says which checks pass."""
    run(*(cell.format(**passes) for cells in CELLS.values() for cell in cells))
    capsys.readouterr()
    checks.summary(POINTS, written=11)
    return capsys.readouterr().out


def test_the_summary_counts_points_and_names_what_is_open(shell, capsys):
    out = summary_of(shell, capsys, slope=True, fold=False, mean=True)
    assert "worth 6 of 9 points" in out
    assert "Still open: Exercise 2, 1 of 4 points.\n    fold: why\n" in out
    assert "  Exercise 1, 5 of 5 points." in out
    assert "Success" not in out
    assert "Written answers are worth 11 more" in out


def test_the_summary_takes_the_last_run_of_a_check(shell, capsys):
    summary_of(shell, capsys, slope=True, fold=True, mean=True)
    out = summary_of(shell, capsys, slope=False, fold=True, mean=True)
    assert "worth 4 of 9 points" in out
    assert "Still open: Exercise 1, 0 of 5 points." in out


def test_the_summary_of_a_finished_lab_says_so(shell, capsys):
    out = summary_of(shell, capsys, slope=True, fold=True, mean=True)
    assert "Success: the checks that passed are worth 9 of 9 points." in out
    assert "open" not in out


def test_the_summary_says_when_no_check_has_run(shell, capsys):
    checks.summary(POINTS, written=11)
    assert "run the cells above first" in capsys.readouterr().out


def test_the_summary_itself_is_no_check_that_passed(shell, capsys):
    shell("checks.summary({'Exercise 1': 5}, written=10)")
    assert "Passed." not in capsys.readouterr().out
