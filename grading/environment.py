"""Environment variables that end with the block that set them."""

import contextlib
import os
from collections.abc import Iterator, Mapping


@contextlib.contextmanager
def variables(given: Mapping[str, str]) -> Iterator[None]:
    """os.environ with these as long as the `with` block lasts; then each is again what it was, or unset."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
