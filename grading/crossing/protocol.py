"""What both ends have in common: lines of JSON go out and come in, each a request, which has "ask" in it, or an answer."""

import abc
import json
import random
import sys
import types
from collections.abc import Callable

CALL = "call"
GET = "get"
SET = "set"
ITEM = "item"
SIZE = "size"
DESCRIBE = "describe"
LONGEST_TEXT = 4_000  # characters of an exception
# An exception by which a loop of the checks would end in silence.
ENDS_LOOPS = ("StopIteration", "StopAsyncIteration", "GeneratorExit")


class End(abc.ABC):
    """One end of a conversation.

    Args:
        send: takes a line without its end.
        receive: gives the next line; "" once the other end is gone.
    """

    def __init__(self, send: Callable[[str], None], receive: Callable[[], str]):
        self._send = send
        self._receive = receive

    def _answer_to(self, request: dict) -> dict:
        """Sends a request, serves what the other end asks meanwhile, and returns its answer.

        Raises:
            ConnectionError: the other end is gone.
        """
        self._send(json.dumps(request))
        while line := self._receive():
            found = json.loads(line)
            if "ask" not in found:
                return found
            self._send(json.dumps(self.serve(found)))
        raise ConnectionError("The process of the answer has ended.")

    @abc.abstractmethod
    def serve(self, request: dict) -> dict:
        """The answer to a request of the other end."""


def told(error: BaseException, where: str = "") -> list:
    """What is told of an exception: its name, the classes that it is of, as (module, name), its text, and the line at fault."""
    kinds = [[each.__module__, each.__name__] for each in type(error).__mro__]
    return [type(error).__name__, kinds, str(error)[:LONGEST_TEXT], where]


def exception(name: str, kinds: list, text: str, where: str) -> Exception:
    """An exception of this name, and of the first of these classes that is known here; it has no other meaning than its text."""
    text = str(text)[:LONGEST_TEXT]
    kind = next(filter(None, (_known(*each) for each in kinds)), Exception)
    try:
        error = kind(text) if kind.__name__ == name else type(str(name), (kind,), {})(text)
    except Exception:  # UnicodeDecodeError, say, wants more than a text
        error = ValueError(text)
    error.answers_line = str(where)[:LONGEST_TEXT]
    if where:
        error.add_note(f"In the answer's line: {error.answers_line}")
    return error


def _known(module: str, name: str) -> type | None:
    """A class of exceptions that this process has imported already; None for one that ends loops, or is none."""
    found = getattr(sys.modules.get(module), name, None)
    fits = isinstance(found, type) and issubclass(found, Exception) and module != "__main__"
    return found if fits and name not in ENDS_LOOPS else None


def shared_names(names: dict) -> dict:
    """Those of a notebook's names that hold more than a number or a text: at both ends they are one object, copied by a fork."""
    small = (bool, int, float, str, types.ModuleType, type(None), random.Random)
    return {name: value for name, value in names.items() if not isinstance(value, small)}


def is_model(value) -> bool:
    """Whether it is a module of PyTorch, which is known to both ends by its class."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)
