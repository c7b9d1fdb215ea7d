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


def mean_sd(values) -> str:
    """'0.712 ± 0.014': mean and sample standard deviation over seeds.

    Args:
        values: one number a seed, at least two.
    """
    import numpy as np

    values = np.asarray(values, dtype=float)
    if values.size < 2:
        raise ValueError("A spread needs results of at least two seeds.")
    return f"{values.mean():.3f} ± {values.std(ddof=1):.3f}"
