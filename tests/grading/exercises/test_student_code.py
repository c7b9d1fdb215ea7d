"""What an exercise gets of a student's earlier cells, and when it depends on a run of the whole notebook."""

import pytest
from nbformat.v4 import new_code_cell

from grading.exercises.student_code import Code, bound_names, guarded, helpers, lab_names, wants_a_run


def cell(source: str, name: str = "", is_answer: bool = False):
    marks = {"grade": not is_answer, "solution": is_answer, "grade_id": name, "points": 1, "locked": not is_answer}
    return new_code_cell(source, metadata={"nbgrader": marks} if name else {})


STUB = "raise NotImplementedError"
INSTRUCTOR = [
    cell("import numpy as np\nX = np.zeros(3)\ndef shown(x):\n    return X + x"),
    cell("def first(x):\n    return _private(x)\ndef _private(x):\n    return x", "first", True),
    cell("assert first(X) == 1", "first_check"),
    cell("choice = 3", "second", True),
    cell("assert choice == 3", "second_check"),
]
RELEASED = [
    INSTRUCTOR[0],
    cell(f"def first(x):\n    {STUB}", "first", True),
    INSTRUCTOR[2],
    cell(STUB, "second", True),
    INSTRUCTOR[4],
]
LAB = lab_names(INSTRUCTOR, RELEASED)


def test_the_names_of_a_lab():
    assert LAB.bound == {"np", "X", "shown", "first", "choice"}
    assert LAB.by_answer == {"first": {"first"}, "second": {"choice"}}
    assert LAB.private == {"_private"}


def given(earlier: str, answer: str = "second") -> set[str]:
    """Names that the definitions of an earlier cell give to an exercise."""
    return bound_names(helpers([Code(earlier)], answer, LAB))


@pytest.mark.parametrize(
    ("earlier", "names"),
    [
        ("def helper(x):\n    return x", {"helper"}),
        ("class Helper:\n    pass", {"Helper"}),
        ("import math\nfrom math import pi as circle", {"math", "circle"}),
        ("limits = {'a': (1, -2.5), 'b': None}\nrate: float = 0.1", {"limits", "rate"}),
        ("best = first(X)", set()),
        ("def first(x):\n    return 0", set()),
        ("X = 1", set()),
        ("def broken(:", set()),
        ("choice = 4", {"choice"}),
    ],
)
def test_definitions_cross_and_results_do_not(earlier, names):
    assert given(earlier) == names


def test_a_definition_that_fails_leaves_the_others():
    code = guarded(
        Code("def f(x=missing):\n    return x\ndef g():\n    '''two\n    lines'''\n    return 2").definitions
    )
    names = {}
    exec(code, names)
    assert "f" not in names
    assert names["g"]() == 2
    assert names["g"].__doc__ == "two\n    lines"


def reason(own: str, *earlier: Code, answer: str = "second") -> str:
    return wants_a_run([Code(own, answer)], list(earlier), answer, LAB)


def test_an_answer_alone_does_not():
    assert reason("choice = int(first(X)[0])", Code("def first(x):\n    return x", "first")) == ""


@pytest.mark.parametrize(
    ("own", "earlier", "says"),
    [
        ("choice = best", "best = first(X)", "it uses best"),
        ("choice = helper()", "best = first(X)\ndef helper():\n    return best", "it uses best"),
        ("choice = X[0]", "X = X + 1", "gives X"),
        ("X = 3\nchoice = X", "", "gives X"),
        ("choice = first(X)", "def first(x):\n    return 0", "gives first"),
        ("choice = get_ipython()", "", "kernel"),
        ("choice = 3\n!ls", "", "kernel"),
        ("choice = _private(3)", "def _private(x):\n    return 2 * x", "it defines _private"),
        ("choice = 3", "#" * 30_000, "too long"),
    ],
)
def test_what_a_run_alone_can_show_wants_one(own, earlier, says):
    assert says in reason(own, Code(earlier))


@pytest.mark.parametrize(
    ("own", "earlier"),
    [
        ("choice = 3", "best = first(X)"),  # nothing uses it
        ("choice = helper()", "def helper():\n    return 3"),
        ("choice = 3", "import numpy as np\nX = np.zeros(3)"),  # the lab's own cell, copied
        ("choice = 3", "%matplotlib inline\nprint(first(X))"),
        ("choice = 3", "for i in range(3):\n    print(i)"),
        ("raise NotImplementedError", "best = 1 / 0"),
        ("choice = (", ""),
    ],
)
def test_what_does_not_matter_wants_none(own, earlier):
    assert reason(own, Code(earlier)) == ""
