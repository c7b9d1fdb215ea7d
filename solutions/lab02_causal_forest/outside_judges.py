"""Judges a standard error and a slope outside the student's kernel, on the inputs that the checks drew."""

import numpy as np
from sklearn.linear_model import LinearRegression

from shared import checks


def difference_error(errors: list[float]) -> None:
    """Welch's standard error of a difference in means, for two pairs of group sizes."""
    rng = checks.fresh("difference_error")
    hint = (
        "The error of a mean is not the spread of people: each group's sample variance over its own n; then the root."
    )
    for (n1, n0), found in zip([(3, 20), (12, 5)], errors, strict=True):
        high = rng.normal(1, 3, n1)
        low = rng.normal(-1, 1, n0)
        expected = np.sqrt(np.cov(high) / n1 + np.cov(low) / n0)
        checks.close(found, expected, f"the standard error with groups of {n1} and {n0}", hint=hint)


def slope_value(slopes: list[float]) -> None:
    """The slope through the origin for (u, v), (3u, v) and (u, 3v)."""
    rng = checks.fresh("slope_value")
    hint = (
        "The slope goes through the origin: no intercept, no centring; the treatment's residuals are what is squared."
    )
    v = rng.normal(0.4, 1, 50)
    u = rng.uniform(1, 3) * v + rng.normal(2, 1, 50)
    line = LinearRegression(fit_intercept=False).fit(v[:, None], u).coef_[0]
    for found, expected, of in zip(slopes, (line, 3 * line, line / 3), ("", " for 3 u", " for 3 v"), strict=True):
        checks.close(found, expected, f"the slope{of}", hint=hint)
