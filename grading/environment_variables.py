"""Environment variables: those of a run in one thread, and any that end with the block that set them."""

import contextlib
import os
from collections.abc import Iterator, Mapping

# One thread a notebook: the same results wherever it runs, and no fight over cores where several run side by side
# (on two crowded cores, a lab that takes 26 s with one thread was seen to take 181 s with two).
ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
    "LOKY_MAX_CPU_COUNT": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


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
