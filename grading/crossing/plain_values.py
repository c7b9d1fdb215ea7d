"""Turns values into JSON and back, without ever running what they hold: no other way leads out of a student's process."""

import base64
import collections
import dataclasses
import fractions
import itertools
import pathlib
import random
import types
from collections.abc import Callable, Mapping

KIND = "k"  # the key that says what a table of JSON stands for
VALUE = "v"
DEEPEST = 40  # containers within each other
MOST_ITEMS = 200_000  # of what a generator gives
LAZY = (types.GeneratorType, map, filter, zip, enumerate, reversed, itertools.chain, itertools.islice)
VIEWS = (type({}.values()), type({}.items()))
# Kind -> whether a value is of it, how it is packed, how it is unpacked; the first that matches is taken.
Kinds = dict[str, tuple[Callable, Callable, Callable]]


class NotPlain(Exception):
    """Raised for a value of a kind that does not cross; the text names its class."""


class Open(dict):
    """A table whose keys can be read as attributes too, as those of a model's output can."""

    def __getattr__(self, name: str):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class PlainValues:
    """Knows some kinds of values, besides numbers, texts and lists, which JSON has itself.

    Args:
        kinds: that are tried before those of Python itself.
    """

    def __init__(self, kinds: Kinds):
        self._kinds = kinds | PYTHON

    def encode(self, value, other: Callable | None = None, depth: int = 0):
        """The value as JSON has it.

        Args:
            other: encodes what is not plain.
        Raises:
            NotPlain: it is not plain, and there is no other way.
        """
        if depth > DEEPEST:
            raise NotPlain("a value within itself")
        if value is None or type(value) in (bool, int, float, str):
            return value
        if type(value) is list:
            return [self.encode(each, other, depth + 1) for each in value]
        for kind, (matches, pack, _) in self._kinds.items():
            if matches(value):
                return {KIND: kind, VALUE: pack(value, lambda each: self.encode(each, other, depth + 1))}
        if other is not None:
            return other(value)
        raise NotPlain(type(value).__name__)

    def decode(self, found, other: Callable | None = None, depth: int = 0):
        """The value that `encode` had.

        Args:
            other: decodes a table whose kind is not known here.
        Raises:
            NotPlain, ValueError, TypeError, LookupError: it is nothing that `encode` makes.
        """
        if depth > DEEPEST:
            raise NotPlain("a value within itself")
        if isinstance(found, list):
            return [self.decode(each, other, depth + 1) for each in found]
        if not isinstance(found, dict):
            return found
        known = self._kinds.get(found.get(KIND))
        if known is not None:
            return known[2](found[VALUE], lambda each: self.decode(each, other, depth + 1))
        if other is not None:
            return other(found)
        raise NotPlain(str(found.get(KIND))[:40])


def text_of(data: bytes) -> str:
    """Bytes as JSON has them."""
    return base64.b64encode(data).decode("ascii")


def bytes_of(text: str) -> bytes:
    """What `text_of` had."""
    return base64.b64decode(text, validate=True)


def pack_dict(value: Mapping, pack: Callable) -> list:
    """A table as pairs, since its keys may be anything."""
    return [[pack(key), pack(each)] for key, each in value.items()]


def unpack_dict(pairs: list, unpack: Callable) -> dict:
    """What `pack_dict` had."""
    return {unpack(key): unpack(each) for key, each in pairs}


def _pack_all(value, pack: Callable) -> list:
    return [pack(each) for each in value]


def _unpack_as(kind: Callable) -> Callable:
    return lambda found, unpack: kind([unpack(each) for each in found])


def _is(*kinds: type) -> Callable:
    return lambda value: isinstance(value, kinds)


def _pack_lazy(value, pack: Callable) -> list:
    items = list(itertools.islice(value, MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise NotPlain("a generator without an end")
    return [pack(each) for each in items]


def _unpack_named(found: list, unpack: Callable):
    names, values = found
    kind = collections.namedtuple("Result", [str(name) for name in names], rename=True)
    return kind(*(unpack(each) for each in values))


def _is_record(value) -> bool:
    """Whether it is a data class of the notebook's own."""
    return dataclasses.is_dataclass(value) and not isinstance(value, type) and type(value).__module__ == "__main__"


def _pack_record(value, pack: Callable) -> list:
    return [[each.name, pack(getattr(value, each.name))] for each in dataclasses.fields(value)]


def _unpack_record(found: list, unpack: Callable) -> types.SimpleNamespace:
    return types.SimpleNamespace(**{str(name): unpack(each) for name, each in found})


def _unpack_random(found, unpack: Callable) -> random.Random:
    generator = random.Random(0)
    generator.setstate(unpack(found))
    return generator


def _has_open_keys(value) -> bool:
    return isinstance(value, Mapping) and callable(getattr(type(value), "__getattr__", None))


PYTHON: Kinds = {
    "random": (lambda value: type(value) is random.Random, lambda value, pack: pack(value.getstate()), _unpack_random),
    "named": (
        lambda value: isinstance(value, tuple) and hasattr(value, "_fields"),
        lambda value, pack: [list(value._fields), _pack_all(value, pack)],
        _unpack_named,
    ),
    "tuple": (_is(tuple), _pack_all, _unpack_as(tuple)),
    "list": (_is(list, collections.deque, *VIEWS), _pack_all, _unpack_as(list)),
    "open": (_has_open_keys, pack_dict, lambda found, unpack: Open(unpack_dict(found, unpack))),
    "counter": (
        _is(collections.Counter),
        pack_dict,
        lambda found, unpack: collections.Counter(unpack_dict(found, unpack)),
    ),
    "dict": (_is(Mapping), pack_dict, unpack_dict),
    "set": (_is(set, type({}.keys())), _pack_all, _unpack_as(set)),
    "frozenset": (_is(frozenset), _pack_all, _unpack_as(frozenset)),
    "lazy": (_is(*LAZY), _pack_lazy, _unpack_as(iter)),
    "range": (
        _is(range),
        lambda value, _: [value.start, value.stop, value.step],
        lambda found, _: range(*found),
    ),
    "slice": (
        _is(slice),
        lambda value, pack: _pack_all((value.start, value.stop, value.step), pack),
        lambda found, unpack: slice(*(unpack(each) for each in found)),
    ),
    "bytes": (_is(bytes, bytearray), lambda value, _: text_of(bytes(value)), lambda found, _: bytes_of(found)),
    "complex": (_is(complex), lambda value, _: [value.real, value.imag], lambda found, _: complex(*found)),
    "fraction": (
        _is(fractions.Fraction),
        lambda value, _: [value.numerator, value.denominator],
        lambda found, _: fractions.Fraction(*found),
    ),
    "path": (_is(pathlib.PurePath), lambda value, _: str(value), lambda found, _: pathlib.Path(found)),
    "ellipsis": (lambda value: value is Ellipsis, lambda value, _: 0, lambda found, _: Ellipsis),
    # Subclasses of these, such as members of an enumeration, as what they are besides.
    "text": (_is(str), lambda value, _: str.__str__(value), lambda found, _: str(found)),
    "whole": (_is(int), lambda value, _: int(value), lambda found, _: int(found)),
    "real": (_is(float), lambda value, _: float(value), lambda found, _: float(found)),
    "record": (_is_record, _pack_record, _unpack_record),
}
