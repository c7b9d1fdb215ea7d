"""Sets environment variables for the length of a block, and names those of a run in one thread."""

import contextlib
import os
from collections.abc import Iterator, Mapping

# One thread for each notebook gives the same results wherever it runs, and several at a time do not fight over cores
# (on two busy cores, a lab that takes 26 s with one thread took 181 s with two).
ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
    "LOKY_MAX_CPU_COUNT": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@contextlib.contextmanager
def variables(given: Mapping[str, str]) -> Iterator[None]:
    """Sets variables in os.environ as long as the `with` block lasts; then each has its earlier value, or is unset."""
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
