"""Formats repeated measurements, for all benchmarks."""

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, smallest and largest value: '4.10 (3.90 to 4.60)'."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"
