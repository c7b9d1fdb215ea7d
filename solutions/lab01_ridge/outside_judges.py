"""Judges the weights of ridge regression outside the student's kernel, on the inputs that the check drew."""

import numpy as np

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
        checks.close(found, expected, "the weights", hint=hint, atol=1e-7)
