"""Gives a check the seed of its hidden inputs when it runs, and no sooner: code that ran before cannot have seen it."""

import contextlib
from collections.abc import Callable, Iterator

from nbformat import NotebookNode

from grading.verdicts.fresh_seeds import check_seed
from shared.notebooks.cell_metadata import grade_id, is_check
from shared.settings import FRESH_SEED

# What runs in the kernel around a check that draws.
SEED = "__import__('os').environ[{name!r}] = {seed!r}"
FORGET = "__import__('os').environ.pop({name!r}, None)"


@contextlib.contextmanager
def seeded(cell: NotebookNode, seed: str, run_silently: Callable[[str], None]) -> Iterator[None]:
    """Lets a check that draws inputs (`checks.fresh`) draw the same ones at each attempt.

    Args:
        seed: the student's.
        run_silently: runs code in the kernel.
    """
    if not (seed and is_check(cell) and ".fresh(" in cell.source):
        yield
        return
    run_silently(SEED.format(name=FRESH_SEED, seed=check_seed(seed, grade_id(cell))))
    yield
    run_silently(FORGET.format(name=FRESH_SEED))
