"""Runs within a student's kernel, once all cells have run: its text is sent there, since a kernel sees nothing of `grading`.

It must not import anything that a kernel may lack, and nothing it finds there can be trusted.
"""

import builtins
import functools
import json
import sys
import types
import warnings

KEPT = "answers_before_a_tripwire"
MOST = 20  # findings that are told
CELLS = ("ipykernel_", "<ipython-input")  # what the file names of a notebook's cells contain
LOOKED_AT = ("shared", "numpy", "torch", "pandas", "sklearn", "IPython", "ipykernel", "jupyter_client", "nbgrader")


def spoiled(value):
    """Returns another value of the same kind, far from any tolerance; None where the kind has none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float | complex):
        return 3 * value + 7
    if isinstance(value, str):
        return f"{value[::-1]}?"
    if isinstance(value, dict):
        return {key: spoiled(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        inner = [spoiled(each) for each in value] or [7]
        return type(value)(*inner) if hasattr(value, "_fields") else type(value)(inner)
    if hasattr(value, "dtype") and hasattr(value, "shape") and not hasattr(value, "columns"):
        return ~value if str(value.dtype).endswith("bool") else 3 * value + 7
    return None


def answering_wrong(answer):
    """The same function, by its name and signature, whose results are spoiled."""

    @functools.wraps(answer)
    def call(*args, **kwargs):
        return spoiled(answer(*args, **kwargs))

    return call


def spoil(shell, names: list[str]) -> None:
    """Has the student's functions of these names give wrong results, and no others: what was spoiled before is put back."""
    shell.user_ns.update(getattr(shell, KEPT, {}))
    kept = {name: shell.user_ns[name] for name in names if name in shell.user_ns}
    setattr(shell, KEPT, kept)
    for name, answer in kept.items():
        if callable(answer) and not isinstance(answer, type):
            shell.user_ns[name] = answering_wrong(answer)


def report(shell) -> None:
    """Prints, as a JSON list, what the notebook has changed of how cells and checks run."""
    found = [f"a transformer of code, {type(each).__name__}" for each in shell.ast_transformers]
    hooks = [*shell.input_transformers_cleanup, *shell.input_transformers_post]
    found += [f"a transformer of cells, {_name(hook)}" for hook in hooks if _from_a_cell(hook)]
    if shell.custom_exceptions:
        found.append("a handler of exceptions")
    modules = [(name, module) for name, module in sorted(sys.modules.items()) if name.split(".")[0] in LOOKED_AT]
    with warnings.catch_warnings(action="ignore"):  # some modules have attributes that warn
        found += [f"{name}.{each}" for name, module in modules for each in _replaced(module)]
    found += [f"builtins.{each}" for each in _replaced(builtins)]
    for kind in type(shell).__mro__[:-1]:
        found += [f"{kind.__name__}.{each}" for each in _replaced(kind)]
    found += [f"the shell's {each}" for each in _replaced(shell)]
    found += [f"the session's {each}" for each in _replaced(getattr(getattr(shell, "kernel", None), "session", None))]
    print(json.dumps(found[:MOST]))


def _replaced(owner) -> list[str]:
    """Names under which an object holds a function that was written in the notebook."""
    return [name for name, value in list(getattr(owner, "__dict__", {}).items()) if _from_a_cell(value)]


def _from_a_cell(value) -> bool:
    """Whether a function, a class, or the class of an object, was written in the notebook."""
    if isinstance(value, types.MethodType):  # an attribute is not asked for: some objects answer for any name
        value = value.__func__
    if isinstance(value, types.FunctionType):
        return any(mark in value.__code__.co_filename for mark in CELLS)
    return vars(value if isinstance(value, type) else type(value)).get("__module__") == "__main__"


def _name(hook) -> str:
    return getattr(hook, "__qualname__", type(hook).__name__)
