"""Sets environment variables for the length of a block, and those of the course's own processes."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

# One thread for each notebook gives the same results wherever it runs, and several at a time do not fight over cores
# (on two busy cores, a lab that takes 26 s with one thread took 181 s with two). A graphics card stays out of it: grades are
# proven in float32, and a process in which CUDA has started cannot fork.
ONE_CPU_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
    "LOKY_MAX_CPU_COUNT": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "CUDA_VISIBLE_DEVICES": "",
}

HOME = str(Path(__file__).resolve().parents[1])  # where this package is found


def python(module: str, *arguments: str) -> list[str]:
    """The command line that runs one of the course's modules; nothing is imported from the folder that one stands in."""
    return [sys.executable, "-P", "-m", module, *arguments]


def import_path() -> dict[str, str]:
    """The variable by which such a process finds the course's packages, whatever folder it starts in."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    absolute = [path for path in given if os.path.isabs(path)]
    return {"PYTHONPATH": os.pathsep.join(dict.fromkeys([HOME, *absolute]))}


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
