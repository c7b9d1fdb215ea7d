"""Judges matched sizes and a table's fall outside the student's kernel, on the inputs that the checks drew."""

from shared import checks


def matched_nearest(sizes: list[int]) -> None:
    """The size of an LSTM without biases (four gates, two matrices) whose count comes nearest to each of five targets."""
    hint = "Nearest may also be a little larger than the target: compare the absolute differences, and return the size."
    counts = {n: 4 * n * (5 + n) for n in range(2, 40)}
    for target, found in zip(checks.fresh("matched_nearest").integers(100, 5000, size=5), sizes, strict=True):
        gap = min(abs(count - int(target)) for count in counts.values())
        checks.that(found in counts, f"{hint} The size should be one of those offered, yours is {found}.")
        checks.count(abs(counts[found] - int(target)), gap, "the distance to the target", hint=hint)


def metrics_fall(mean: float, sd: float) -> None:
    """The fall from the shortest to the longest distance over five seeds, in points."""
    rng = checks.fresh("metrics_fall")
    near = rng.random(5)
    far = rng.random(5)
    checks.close(mean, 100 * (near - far).mean(), "the mean fall", hint="In points, signed.")
    hint = "Subtract seed by seed, then take the sd of the differences: it is not made from the two sds."
    checks.close(sd, 100 * (near - far).std(ddof=1), "the sd of the fall", hint=hint)
