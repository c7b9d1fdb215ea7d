"""Tests the line above each check."""

import pytest

from shared.notebooks.check_labels import CheckLabel, read_label, write_label


@pytest.mark.parametrize("points", [0, 1, 12])
def test_a_label_is_read_as_it_was_written(points):
    label = CheckLabel("Exercise 10", "ridge_weights", points)
    assert read_label(f"{write_label(label)}\nx = 1") == read_label(write_label(label)) == label


def test_one_point_is_singular():
    assert write_label(CheckLabel("Exercise 1", "fit", 1)).endswith(": 1 point")


@pytest.mark.parametrize(
    "source", ["", "x = 1", "# A comment, check this: it has points", "x = 1\n# E, check a: 2 points"]
)
def test_other_cells_have_none(source):
    assert read_label(source) is None
