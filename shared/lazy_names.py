"""Lets the packages of `shared` hand out names that are imported when they are first used."""

import importlib
from collections.abc import Callable


def face(package: str, homes: dict[str, str]) -> tuple[Callable, Callable]:
    """`__getattr__` and `__dir__` of a package that hands out names of its modules (PEP 562), so that importing it is instant.

    Args:
        package: the package's `__name__`.
        homes: module of the package -> the names it gives to the face, separated by blanks.
    """
    module_of = {name: module for module, names in homes.items() for name in names.split()}

    def find(name: str):
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{module_of[name]}"), name)

    return find, lambda: sorted(module_of)
