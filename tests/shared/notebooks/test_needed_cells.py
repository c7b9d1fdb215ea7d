"""Tests which cells a bank leaves out."""

import pytest
from nbformat.v4 import new_code_cell

from shared.notebooks.needed_cells import changed_names, global_names, needed_cells


def cell(source: str, name: str = "", **kind):
    made = new_code_cell(source)
    if name:
        made.metadata["nbgrader"] = {"grade_id": name, "solution": False, "grade": False} | kind
    return made


def test_an_experiment_that_no_check_uses_is_left_out():
    data = cell("rows = [1, 2]")
    answer = cell("def mean(values):\n    return sum(values) / len(values)", "mean", solution=True)
    check = cell("assert mean(rows) == 1.5", "mean_value", grade=True)
    experiment = cell("trained = mean(rows) * 2")
    figure = cell("def figure():\n    rows = trained\n    return rows\nfigure()")
    assert needed_cells([data, answer, check, experiment, figure]) == [data, answer, check]
    assert needed_cells([data, answer, check, experiment, figure], {"trained"}) == [data, answer, check, experiment]


def test_a_cell_that_a_needed_cell_builds_on_is_kept():
    first = cell("import math")
    second = cell("def area(r):\n    return math.pi * r * r")
    check = cell("assert area(1) > 3", "area_value", grade=True)
    assert needed_cells([first, second, check]) == [first, second, check]


def test_the_set_up_cell_is_always_kept():
    setup = cell("print('here')")
    setup.metadata["tags"] = ["setup"]
    assert needed_cells([setup]) == [setup]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = y", {"x"}),
        ("import numpy as np", {"np"}),
        ("for i in range(3):\n    total += i", {"i", "total"}),
        ("model.layers[0].weight = w", {"model"}),
        ("results.append(3)", {"results"}),
        ("train(model, data)", {"train", "model", "data"}),
        ("train(model=model, steps=3)", {"train", "model"}),
        ("pieces()[0].append(3)", set()),
        ("def f():\n    x = 1\n    return x", {"f"}),
        ("print(table)", {"print", "table"}),
    ],
)
def test_what_a_cell_changes(source, names):
    assert changed_names(source) == names


def test_names_that_a_function_takes_from_outside_are_global():
    assert global_names("def f(x):\n    y = x + z\n    return [g(v) for v in y]") == {"f", "z", "g"}
