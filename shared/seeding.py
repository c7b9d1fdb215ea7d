"""One call that fixes every random generator a notebook uses."""

import random
import sys


def seed_everything(seed: int) -> None:
    """Seeds Python and NumPy, and torch where it is already imported (importing it takes seconds)."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  libraries without a generator argument draw from here
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
