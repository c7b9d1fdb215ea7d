"""Comparisons for the checks in a notebook: each failure says first what may be misunderstood, then what differs.

A check cell reads `checks.close(mine, reference, "the weights", hint="Is the intercept penalised?")`.
"""

import ast
import itertools
import json
import os
import traceback
import zlib
from collections.abc import Callable

from shared.notebooks.check_labels import CheckLabel, read_label
from shared.settings import FRESH_SEED, HANDED_OVER
from shared.short_errors import one_line

RTOL = 1e-5
ATOL = 1e-8
_calls = itertools.count()
_seed: str | None = None  # under which these calls were made
_failed: dict[CheckLabel, str] = {}  # how each check that has run failed, the last time; "" where it passed


class CheckFailed(AssertionError):
    """A failed check; the notebook shows its sentence alone, without a traceback through this module."""

    def _render_traceback_(self) -> list[str]:
        return [f"Check failed: {self}"]


def that(condition, hint: str) -> None:
    """Fails with the hint unless the condition, a bool or something with one truth value, holds."""
    if not bool(condition):
        raise CheckFailed(hint)


def _fail(hint: str, detail: str) -> None:
    first = detail.split()[0].rstrip(":")
    is_name = not first.isalpha()  # metrics.json, macro_f1: a name keeps its letters
    raise CheckFailed(f"{hint} ({detail})" if hint else detail if is_name else detail[0].upper() + detail[1:])


def _array(value, what: str, hint: str):
    """The value as a NumPy array of numbers; torch tensors and data frames are accepted."""
    import numpy as np

    if value is None:
        _fail(hint, f"{what} is None: does the function return its result?")
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()  # NumPy has no bfloat16
    try:
        array = np.asarray(value)
    except ValueError:
        _fail(hint, f"{what} is ragged: its rows have different lengths")
    if array.dtype == object:
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            _fail(hint, f"{what} should hold numbers, but is a {type(value).__name__}")
    return array


def shape(actual, expected: tuple[int, ...], what: str, hint: str = "") -> None:
    """Fails unless the array, tensor or frame has exactly this shape."""
    found = tuple(_array(actual, what, hint).shape)
    if found != tuple(expected):
        _fail(hint, f"{what} should have shape {tuple(expected)}, yours has {found}")


def dtype(actual, expected: str, what: str, hint: str = "") -> None:
    """Fails unless the dtype's name, such as "float32" or "int64", is the expected one."""
    found = str(getattr(actual, "dtype", type(actual).__name__)).removeprefix("torch.")
    if found != expected:
        _fail(hint, f"{what} should be {expected}, yours is {found}")


def count(actual, expected: int, what: str, hint: str = "") -> None:
    """Fails unless a number of things, such as trainable parameters, is exactly the expected one."""
    if isinstance(actual, bool) or actual is None or actual != expected:
        shown = f"{actual:,}" if isinstance(actual, int | float) else repr(actual)
        _fail(hint, f"{what} should be {expected:,}, yours is {shown}")


def close(actual, expected, what: str, hint: str = "", rtol: float = RTOL, atol: float = ATOL) -> None:
    """Fails unless both have one shape and all values agree within rtol (relative) + atol (absolute).

    NaN equals nothing, infinity only itself.
    """
    import numpy as np

    mine = _array(actual, what, hint)
    reference = _array(expected, what, "")
    shape(mine, reference.shape, what, hint)
    if mine.dtype.kind not in "biufc":
        _fail(hint, f"{what} should hold numbers, yours holds {mine.dtype}")
    bad = ~np.isclose(mine, reference, rtol=rtol, atol=atol)
    if not bad.any():
        return
    if np.isnan(mine).any():
        _fail(hint, f"{what}: {int(np.isnan(mine).sum())} of {mine.size} values are nan")
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    place = f"first at index {where if len(where) > 1 else where[0]}, " if where else ""
    detail = f"{what}: {int(bad.sum())} of {mine.size} values differ, {place}" if where else f"{what}: "
    _fail(hint, f"{detail}expected {reference[where]:.6g}, yours {mine[where]:.6g}")


def between(actual, low: float, high: float, what: str, hint: str = "") -> None:
    """Fails unless low <= actual <= high, for one number."""
    value = _array(actual, what, hint)
    if value.size != 1:
        _fail(hint, f"{what} should be one number, yours has shape {value.shape}")
    if not low <= float(value.reshape(())) <= high:
        _fail(hint, f"{what} should lie between {low:g} and {high:g}, yours is {float(value.reshape(())):.6g}")


def keys(actual, expected, what: str, hint: str = "") -> None:
    """Fails unless a mapping or table has at least the expected keys or columns, and names the missing ones."""
    if not hasattr(actual, "keys"):
        _fail(hint, f"{what} should be a dict or a table, yours is a {type(actual).__name__}")
    if missing := [key for key in expected if key not in actual.keys()]:  # noqa: SIM118  a frame's keys are columns
        _fail(hint, f"{what} lacks {', '.join(map(str, missing))}")


def attempt(function: Callable, *arguments, hint: str = "The answer ends in an error"):
    """The result of function(*arguments); an error in it fails with the hint, the error, and the line of the notebook it is from.

    What an untouched stub raises passes through: it says itself what to do.
    """
    try:
        return function(*arguments)
    except (CheckFailed, NotImplementedError):
        raise
    except Exception as error:
        line = _notebook_line(error)
        _fail(hint, f"{type(error).__name__}: {error}" + (f", in the line '{line}'" if line else ""))


def _notebook_line(error: Exception) -> str:
    """The last line of a notebook's cells that an error has come through; "" where it has come through none.

    Where the answer runs in another process than the check, the error brings the answer's line with it.
    """
    if line := getattr(error, "answers_line", ""):
        return line
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if "ipykernel" in frame.filename or frame.filename.startswith("<ipython")]
    return lines[-1] or "" if lines else ""


def unchanged(
    function: Callable,
    *arrays,
    what: str = "the input",
    hint: str = "The function changes its input in place: the caller's data would be different",
):
    """The result of function(*arrays); fails if the call ends in an error, or changes one of the arrays in place."""
    import copy

    before = copy.deepcopy(arrays)
    result = attempt(function, *arrays)
    for old, new in zip(before, arrays, strict=True):
        close(new, old, what, hint=hint)
    return result


def fresh(name: str = ""):
    """A NumPy generator for a hidden check's inputs, another one on each call and in each process.

    Where the environment sets COURSE_FRESH_SEED, a process draws the same ones again, whatever it had drawn under another
    seed: a grading can then be repeated.

    Args:
        name: of a check that is judged outside the kernel: under the same seed its judge draws the same inputs.
    """
    import numpy as np

    global _calls, _seed
    seed = os.environ.get(FRESH_SEED)
    if seed != _seed:
        _seed = seed
        _calls = itertools.count()
    number = zlib.crc32(name.encode()) if name else next(_calls)
    return np.random.default_rng([int(seed), number] if seed else None)


def announce(result) -> None:
    """Prints "Passed." after a cell whose checks all held, since silence worries at 2 a.m.; IPython calls it after each cell."""
    if label := read_label(result.info.raw_cell):
        error = result.error_in_exec or result.error_before_exec
        _failed[label] = one_line(error) if error else ""
    if result.success and _compares(result.info.raw_cell):
        print("Passed.")


def _compares(source: str) -> bool:
    """Whether a cell calls one of these comparisons, itself or in a function that it defines and calls."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a magic such as %pip
        return False
    defined = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    waiting = [node for node in body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "checks":
            if node.attr not in (fresh.__name__, hand_over.__name__, summary.__name__):
                return True
        elif isinstance(node, ast.Name) and node.id in defined:
            waiting += defined.pop(node.id).body
        elif not isinstance(node, ast.FunctionDef | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
    return False


def summary(points: dict[str, int], written: int) -> None:
    """Prints, exercise by exercise, how many points the checks that passed are worth, and why the others failed.

    Args:
        points: what the checks of each exercise are worth together.
        written: points of the answers that a person reads.
    """
    if not _failed:
        print("No check has run since the kernel started: run the cells above first (Run → Run All Cells).")
        return
    reached = dict.fromkeys(points, 0)
    for label, failure in _failed.items():
        if not failure and label.exercise in reached:
            reached[label.exercise] += label.points
    total = sum(reached.values())
    success = "Success: " if total == sum(points.values()) else ""
    print(
        f"{success}{'t' if success else 'T'}he checks that passed are worth {total} of {sum(points.values())} points."
    )
    for exercise, worth in points.items():
        still_open = "" if reached[exercise] == worth else "Still open: "
        print(f"  {still_open}{exercise}, {reached[exercise]} of {worth} points.")
        for reason in _reasons(exercise):
            print(f"    {reason}")
    print(
        f"Written answers are worth {written} more; a person reads them. Hidden tests, which run when the lab is graded,"
    )
    print("try the same ideas on other inputs: points reached here can still be lost there.")


def _reasons(exercise: str) -> list[str]:
    """Why checks of an exercise failed, each sentence once, with the names of its checks."""
    names = {}
    for label, failure in _failed.items():
        if failure and label.exercise == exercise:
            names.setdefault(failure, []).append(label.name)
    return [f"{', '.join(checks)}: {failure}" for failure, checks in names.items()]


def hand_over(**values) -> None:
    """Hands plain values (numbers, texts, lists and dicts of them) to the grader, who judges them outside this kernel."""
    from IPython.display import display

    plain = json.loads(json.dumps(values, default=_plain))
    sizes = ", ".join(
        f"{name} ({len(value)})" if isinstance(value, list | dict) else name for name, value in plain.items()
    )
    display({HANDED_OVER: plain, "text/plain": f"Handed over to be scored: {sizes}."}, raw=True)


def _plain(value):
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise CheckFailed(f"Numbers, texts and lists of them can be handed over, but not a {type(value).__name__}.")
