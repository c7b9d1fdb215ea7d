"""Plain-text tables: what is aligned how, and which rows are refused."""

import pytest

from shared.text_table import table


def test_columns_are_as_wide_as_their_longest_entry_and_aligned_as_asked():
    rows = [("ada", "7.5", "graded", ""), ("grace", "10", "failed", "no such file")]
    assert table(rows, align="<><<", header=("student", "score", "status", "why")).splitlines() == [
        "student  score  status  why",
        "ada        7.5  graded",
        "grace       10  failed  no such file",
    ]


def test_without_a_header_the_rows_alone_are_shown():
    assert table([("a", "1"), ("bcd", "23")], align="<>") == "a     1\nbcd  23"


def test_a_table_without_rows_is_its_header_or_nothing():
    assert table([], align="<>", header=("name", "size")) == "name  size"
    assert table([], align="<>") == ""


@pytest.mark.parametrize(
    ("rows", "header", "align", "says"),
    [
        ([("a", "b", "c")], (), "<<", "no room for the 3 entries"),
        ([("a",)], (), "<<", "no room for the 1 entries"),
        ([("a", "b")], ("name",), "<<", "no room for the 1 entries"),
        ([("a", "b")], (), "<^", "'<' or '>'"),
    ],
)
def test_rows_of_another_length_and_other_signs_are_refused(rows, header, align, says):
    with pytest.raises(ValueError, match=says):
        table(rows, align, header)
