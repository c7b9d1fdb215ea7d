"""Judges ridge regression outside the student's kernel, on the inputs that the checks drew."""

import numpy as np
from scipy import stats

from shared import checks


def ridge_weights(weights: list) -> None:
    """Ridge regression is least squares on rows added for the penalty; three penalties."""
    rng = checks.fresh("ridge_weights")
    hint = "Is alpha, just as it is, added to each diagonal entry of XᵀX?"
    for alpha, found in zip((0.0, 0.3, 50.0), weights, strict=True):
        Z = rng.normal(size=(25, 3)) * [1, 4, 0.3]
        t = rng.normal(size=25)
        Z = Z - Z.mean(axis=0)
        t = t - t.mean()
        expected = np.linalg.lstsq(np.vstack([Z, alpha**0.5 * np.eye(3)]), np.append(t, np.zeros(3)), rcond=None)[0]
        checks.close(found, expected, "the weights", hint=hint, rtol=1e-4, atol=1e-5)


def loo_exact(residuals: list) -> None:
    """Each row's residual under the weights that least squares on rows added for the penalty finds without it."""
    rng = checks.fresh("loo_exact")
    hint = "Each residual belongs to a fit without its own row."
    for alpha, found in zip((0.0, 2.0, 40.0), residuals, strict=True):
        Z = rng.normal(size=(9, 3)) * [1, 4, 0.5] + [5, 0, 2]
        t = rng.normal(size=9) + 70
        expected = []
        for row in range(9):
            seen = np.delete(Z, row, axis=0)
            target = np.delete(t, row)
            design = np.hstack([seen, np.ones((8, 1))])
            added = np.hstack([alpha**0.5 * np.eye(3), np.zeros((3, 1))])
            full = np.append(target, np.zeros(3))
            solution = np.linalg.lstsq(np.vstack([design, added]), full, rcond=None)[0]
            expected.append(t[row] - np.append(Z[row], 1.0) @ solution)
        checks.close(found, expected, f"the residuals for alpha = {alpha:g}", hint=hint, rtol=1e-3, atol=1e-3)


def compare_se(found: list) -> None:
    """The corrected standard errors of three pairs of models."""
    hint = "The root of 1/J + test rows / train rows, times the sd of the differences."
    expected = [se for _, se, _ in _compared("compare_se")]
    checks.close(found, expected, "the standard errors", hint=hint, rtol=1e-4)


def compare_p(found: list) -> None:
    """The p-values of three pairs of models."""
    hint = "p is two-sided: twice the tail beyond |mean / se|, of Student's t with J − 1 degrees of freedom."
    expected = [2 * stats.t.sf(abs(mean / se), splits - 1) for mean, se, splits in _compared("compare_p")]
    checks.close(found, expected, "p", hint=hint, rtol=1e-3, atol=1e-9)


def _compared(name: str) -> list[tuple[float, float, int]]:
    """Mean, standard error and number of splits of the pairs that a check drew."""
    rng = checks.fresh(name)
    found = []
    for train, test in ((90, 10), (50, 150), (1000, 445)):
        gaps = rng.normal(14, 1, size=8) - rng.normal(13, 1, size=8)
        found.append((gaps.mean(), gaps.std(ddof=1) * (1 / 8 + test / train) ** 0.5, 8))
    return found
