"""The end at which a student's answer runs: it does what the checks ask, and tells what came of it."""

import base64
import contextlib
import inspect
import os
import pickle
import traceback
from collections.abc import Callable

from grading.crossing.files import Files
from grading.crossing.library_values import PLAIN
from grading.crossing.plain_values import KIND, VALUE, NotPlain
from grading.crossing.protocol import CALL, DESCRIBE, GET, ITEM, SET, End, exception, shared_names, told
from grading.crossing.state import callers_own, fingerprint, has_state, state_of


class AnswerEnd(End):
    """The end at which an answer runs.

    Args:
        names: the notebook's, as they were when both processes were forked.
        files: what it and the checks write; None where both have the same folders anyway.
    """

    def __init__(self, send: Callable, receive: Callable, names: dict, files: Files | None):
        super().__init__(send, receive)
        self._files = files
        self._shared = shared_names(names)
        self._bound: dict = {}  # the notebook's names now: a whole run computes itself what a checkpoint would have had
        self._shown: list = []  # what the checks have stubs of

    def serve(self, request: dict, bound: dict | None = None) -> dict:
        """The answer to a request of the checks.

        Args:
            bound: the notebook's names now.
        """
        if request["ask"] == DESCRIBE:
            return {"found": {name: self._packed(bound[name]) for name in request["names"] if name in bound}}
        if self._files:
            self._files.put(request["files"])  # first: they are told once, even where the rest has to be sent again
        self._bound = bound or {}
        stale: list[str] = []
        try:
            args = [self._value(each, stale) for each in request["args"]]
            kwargs = {name: self._value(each, stale) for name, each in request["kwargs"].items()}
        except Exception as error:  # what was sent cannot be read in a process that the answer has changed
            return {"raised": told(error)}
        if stale:
            return {"stale": stale}
        with _in_folder(request["folder"]):
            found = self._done(self._shown[request["target"]], request["ask"], args, kwargs)
        found["files"] = self._files.changed() if self._files else []
        return found

    def call_back(self, number: int, args: tuple, kwargs: dict):
        """Calls a function of the checks."""
        request = {
            "ask": CALL,
            "target": number,
            "args": [self._packed(each) for each in args],
            "kwargs": {name: self._packed(each) for name, each in kwargs.items()},
        }
        found = self._answer_to(request)
        if "raised" in found:
            raise exception(*found["raised"])
        return self._value(found["result"], [])

    def _done(self, target, what: str, args: list, kwargs: dict) -> dict:
        given = [*args, *kwargs.values()]
        own = [callers_own(each) for each in given]
        before = [fingerprint(each) if has_state(each) else "" for each in given]
        changed: list[int] = []

        def compare() -> None:
            changed[:] = [place for place, each in enumerate(given) if callers_own(each) != own[place]]

        try:
            result = _perform(target, what, args, kwargs)
            compare()
            # One that was handed over comes back as that, unless it is no longer what it was.
            same = [None if place in changed else each for place, each in enumerate(given)]
            found = {"result": self._packed(result, same)}
        except BaseException as error:  # the answer may also end the program, or say that it was interrupted
            compare()
            found = {"raised": told(error, _where(error))}
        moved = [place for place, each in enumerate(given) if has_state(each) and fingerprint(each) != before[place]]
        states = [[place, PLAIN.encode(state_of(given[place]))] for place in moved]
        return {**found, "changed": changed, "states": states}

    def _packed(self, value, given: list | tuple = ()):
        def other(each):
            handed = [place for place, one in enumerate(given) if one is each]
            if handed:
                return {KIND: "given", VALUE: handed[0]}
            if isinstance(each, _CallBack):
                return {KIND: "call back", VALUE: each.number}
            return {KIND: "stub", VALUE: [self._number_of(each), _about(each)]}

        # One that the call was given is still the same one, whatever it is.
        handed = [place for place, one in enumerate(given) if one is value and not isinstance(value, bool | int | str)]
        return {KIND: "given", VALUE: handed[0]} if handed and value is not None else PLAIN.encode(value, other)

    def _number_of(self, value) -> int:
        """The same one for the same object, which is kept: the checks can tell that a method returns its own object."""
        for number, shown in enumerate(self._shown):
            if shown is value:
                return number
        self._shown.append(value)
        return len(self._shown) - 1

    def _value(self, found, stale: list[str]):
        """A value of the checks' end; a name is added to `stale` where both ends have different things under it."""

        def other(table: dict):
            kind, value = table[KIND], table[VALUE]
            if kind == "yours":
                return self._shown[value]
            if kind == "call back":
                return _CallBack(self, *value)
            if kind == "pickle":
                return pickle.loads(base64.b64decode(value))
            if kind != "shared":
                raise NotPlain(kind)
            name, expected = value
            mine = self._shared.get(name, self._bound.get(name))
            if fingerprint(mine) != expected:
                stale.append(name)
            return mine

        return PLAIN.decode(found, other)


class _CallBack:
    """A function of the checks, as the answer has it."""

    def __init__(self, end: AnswerEnd, number: int, name: str):
        self._end = end
        self.number = number
        self.__name__ = name

    def __call__(self, *args, **kwargs):
        return self._end.call_back(self.number, args, kwargs)


def _perform(target, what: str, args: list, kwargs: dict):
    if what == CALL:
        return target(*args, **kwargs)
    if what == GET:
        return getattr(target, args[0])
    if what == SET:
        return setattr(target, *args)
    return target[args[0]] if what == ITEM else len(target)


def _about(value) -> dict:
    """What a stub shows of itself."""
    doc = getattr(value, "__doc__", None)
    about = {
        "name": str(getattr(value, "__name__", type(value).__name__)),
        "doc": doc if isinstance(doc, str) else None,
    }
    with contextlib.suppress(Exception):  # no signature, or one of the student's own making
        parameters = inspect.signature(value).parameters.values()
        about["parameters"] = [[each.name, each.kind.value] for each in parameters]
    return about


def _where(error: Exception) -> str:
    """The student's own line at which it happened."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "ipython-input" in each.filename]
    return frames[-1].line or "" if frames else ""


@contextlib.contextmanager
def _in_folder(path: str):
    """Stands where the check stands."""
    os.makedirs(path, exist_ok=True)
    with contextlib.chdir(path):
        yield
