"""The end at which checks run: each name that the answer defines is a stub, which asks the process that runs the answer.

Nothing that comes from there is unpickled or run. Nothing here is written to by it but the state of what a call was given
(grading/crossing/state.py).
"""

import base64
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterable
from pathlib import Path

from grading.crossing.files import Files
from grading.crossing.library_values import PLAIN
from grading.crossing.pickles import pickled
from grading.crossing.plain_values import KIND, VALUE, NotPlain
from grading.crossing.protocol import (
    CALL,
    DESCRIBE,
    GET,
    ITEM,
    SET,
    SIZE,
    End,
    exception,
    is_model,
    shared_names,
    told,
)
from grading.crossing.state import fingerprint, mark_changed, set_state

MOST_CALLS_BACK = 100_000
UNREADABLE = "{name} gives what a check cannot look at ({what})"


class Stub:
    """Something in the process of the answer, which can be called, looked at and changed from here.

    IPython leaves its frames out of a traceback.

    Args:
        number: by which that process knows it.
        about: its name, docstring and parameters, as that process tells.
    """

    def __init__(self, end: "ChecksEnd", number: int, about: dict):
        own = {
            "_end": end,
            "_number": number,
            "__name__": str(about.get("name")),
            "__qualname__": str(about.get("name")),
            "__doc__": about.get("doc"),
        }
        if about.get("parameters") is not None:
            parameters = [
                inspect.Parameter(str(name), inspect._ParameterKind(kind)) for name, kind in about["parameters"]
            ]
            own["__signature__"] = inspect.Signature(parameters)
        self.__dict__.update(own)

    def __call__(self, *args, **kwargs):
        __tracebackhide__ = True
        return self._end.ask(self, CALL, args, kwargs)

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        __tracebackhide__ = True
        return self._end.ask(self, GET, (name,), {})

    def __setattr__(self, name: str, value):
        __tracebackhide__ = True
        self._end.ask(self, SET, (name, value), {})

    def __getitem__(self, key):
        __tracebackhide__ = True
        return self._end.ask(self, ITEM, (key,), {})

    def __len__(self) -> int:
        __tracebackhide__ = True
        return self._end.ask(self, SIZE, (), {})


class ChecksEnd(End):
    """The end at which checks run.

    Args:
        names: the notebook's, as they were when both processes were forked.
        files: what it and the answer write; None where both have the same folders anyway.
    """

    def __init__(self, send: Callable, receive: Callable, names: dict, files: Files | None):
        super().__init__(send, receive)
        self._files = files
        self._shared = shared_names(names)
        self._names = {id(value): name for name, value in self._shared.items()}
        self._given: list[Callable] = []  # functions of the checks, which the answer may call
        self._calls_back = 0
        self._stubs: dict[int, Stub] = {}
        # What the answer has changed, by its id: the object, what it was, and a digest of what it is since then.
        self._marked: dict[int, tuple] = {}

    def stubs(self, names: Iterable[str]) -> dict:
        """Name -> plain value or stub, of those names that the answer has bound."""
        found = self._answer_to({"ask": DESCRIBE, "names": list(names)})["found"]
        return {name: self._value(found[name], name) for name in names if name in found}

    def ask(self, stub: Stub, what: str, args: tuple, kwargs: dict):
        """What the other end answers.

        Raises:
            Exception: the one that it tells of, by its name where that is one of Python's own.
            CheckFailed: it gives what cannot be looked at.
        """
        __tracebackhide__ = True
        found = self._asked(stub, what, args, kwargs, whole=False)
        if found.get("stale"):  # what both ends have under one name is no longer the same
            found = self._asked(stub, what, args, kwargs, whole=True)
        if self._files:
            self._files.put(found.get("files", []))
        given = [*args, *kwargs.values()]
        for place, state in found.get("states", []):
            self._bring_back(stub, given[place], state)
        for place in found.get("changed", []):
            self._mark(given[place])
        if "raised" in found:
            raise exception(*found["raised"])
        return self._value(found["result"], stub.__name__, given)

    def serve(self, request: dict) -> dict:
        """Calls one of the checks' own functions for the answer."""
        self._calls_back += 1
        number = request["target"]
        if self._calls_back > MOST_CALLS_BACK or number not in range(len(self._given)):
            raise ConnectionError("The process of the answer asks for what no answer asks for.")
        args = [self._value(each, "the answer") for each in request["args"]]
        kwargs = {str(name): self._value(each, "the answer") for name, each in request["kwargs"].items()}
        try:
            return {"result": self._packed(self._given[number](*args, **kwargs))}
        except Exception as error:
            return {"raised": told(error)}

    def _asked(self, stub: Stub, what: str, args: tuple, kwargs: dict, whole: bool) -> dict:
        request = {
            "ask": what,
            "target": stub._number,
            "args": [self._packed(each, whole) for each in args],
            "kwargs": {name: self._packed(each, whole) for name, each in kwargs.items()},
            "folder": str(Path.cwd()),
            "files": self._files.changed() if self._files else [],
        }
        return self._answer_to(request)

    def _packed(self, value, whole: bool = False):
        """A value of this end. What both ends have is named, with what it holds here, unless it shall be sent as a `whole`."""
        _, before, now = self._marked.get(id(value), (None, None, None))
        if now is not None and fingerprint(value) == now:  # another call gets what a careful answer would have left
            return before
        name = None if whole else self._names.get(id(value))
        if name is not None:
            return {KIND: "shared", VALUE: [name, fingerprint(value)]}
        return PLAIN.encode(value, lambda each: self._not_plain(each, whole))

    def _not_plain(self, value, whole: bool) -> dict:
        if isinstance(value, Stub):
            return {KIND: "yours", VALUE: value._number}
        if not whole and id(value) in self._names:
            return self._packed(value)
        if _stays_here(value):
            self._given.append(value)
            return {KIND: "call back", VALUE: [len(self._given) - 1, getattr(value, "__name__", type(value).__name__)]}
        return {KIND: "pickle", VALUE: base64.b64encode(pickled(value)).decode()}

    def _value(self, found, name: str, given: list | tuple = ()):
        """A value of the other end.

        Args:
            name: of what gives it, in messages. given: what a call was given, of which it may be one.
        """

        def other(table: dict):
            kind, value = table.get(KIND), table.get(VALUE)
            if kind == "stub":
                number, about = value
                return self._stubs.setdefault(number, Stub(self, number, about))
            choice = {"given": given, "call back": self._given}.get(kind, ())
            if value in range(len(choice)):
                return choice[value]
            raise NotPlain(str(kind)[:40])

        try:
            return PLAIN.decode(found, other)
        except Exception as error:  # what a hostile process sends can fail in any way
            raise _check_failed(UNREADABLE.format(name=name, what=str(error)[:80])) from None

    def _mark(self, value) -> None:
        """Makes something that the answer has changed different here too."""
        before = self._packed(value, whole=True)
        mark_changed(value)
        self._marked[id(value)] = value, before, fingerprint(value)

    def _bring_back(self, stub: Stub, value, state) -> None:
        """Gives a generator or a model that was handed over the state that it has at the other end."""
        state = self._value(state, stub.__name__)
        try:
            set_state(value, state)
        except Exception:
            raise _check_failed(UNREADABLE.format(name=stub.__name__, what="a model of other parts")) from None


def _stays_here(value) -> bool:
    """Whether a function, or an object that can be called, is the checks' own: the answer may call it, not have it."""
    if isinstance(value, types.FunctionType | types.MethodType | functools.partial):
        return not _is_importable(value)
    return callable(value) and type(value).__module__ == "__main__" and not is_model(value)


def _is_importable(value) -> bool:
    """Whether a library has it under its name."""
    library = sys.modules.get(getattr(value, "__module__", None) or "")
    return library is not sys.modules["__main__"] and getattr(library, getattr(value, "__name__", ""), None) is value


def _check_failed(text: str) -> Exception:
    """The failure of a check, which a notebook shows as one sentence."""
    return sys.modules["shared.checks"].CheckFailed(text)
