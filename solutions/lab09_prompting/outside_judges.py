"""Judges outside the student's kernel: plain results beside what they should be, and labels beside those never shown."""

import math

import numpy as np
import pandas as pd
from scipy.special import log_softmax
from scipy.stats import norm

from shared import checks
from shared.assets import CHECKOUT
from shared.settings import load_settings

LABELS = CHECKOUT / "tests" / "hidden_labels" / "sentiment.csv"


def window_fits(fitting: list[int]) -> None:
    """How many examples fit, in six windows."""
    rng = checks.fresh("window_fits")
    hint = "From the front, without leaving one out, beside the query and the room for the answer."
    for found in fitting:
        lengths = rng.integers(1, 90, size=8)
        others = rng.integers(1, 60, size=2)
        free = int(rng.integers(130, 420)) - int(others.sum())
        checks.count(found, int((lengths.cumsum() <= free).sum()), "examples that fit", hint)
    checks.count(len(fitting), 6, "the number of windows")


def label_several(found: list[float]) -> None:
    """Log-probabilities of labels of several tokens."""
    rng = checks.fresh("label_several")
    for value in found:
        tokens = int(rng.integers(4, 9))
        rows = log_softmax(rng.normal(size=(tokens, 11)) * 3, axis=-1)
        ids = rng.integers(11, size=tokens)
        start = int(rng.integers(1, tokens))
        expected = rows[np.arange(start - 1, tokens - 1), ids[start:]].sum()
        checks.close(
            value, expected, "the log-probability of a label", hint="All of its tokens, and no others.", rtol=1e-4
        )
    checks.count(len(found), 5, "the number of labels")


def calibrate_formula(calibrated: list[list[list[float]]]) -> None:
    """Scores without the mean log-probability of the reference."""
    rng = checks.fresh("calibrate_formula")
    for labels, found in zip((2, 3, 5), calibrated, strict=True):
        scores = np.log(rng.dirichlet(np.ones(labels), size=6))
        reference = np.log(rng.dirichlet(np.ones(labels), size=4))
        expected = scores - reference.mean(axis=0)
        found = np.asarray(found, dtype=float)
        hint = "From each label's scores, its mean over the reference."
        checks.shape(found, (6, labels), "what calibrate returns")
        same = [values - values.mean(axis=1, keepdims=True) for values in (found, expected)]
        checks.close(*same, "the calibrated scores", hint=hint, rtol=1e-4, atol=1e-6)


def split_shares(ids: list[str], splits: list[str]) -> None:
    """Shares of texts in validation (15%) and test (25%)."""
    checks.count(len(splits), 3000, "the number of splits", "One for each row.")
    checks.count(len(set(ids)), 3000, "the number of texts")
    for name, share in (("validation", 0.15), ("test", 0.25)):
        reached = splits.count(name) / len(splits)
        hint = f"{share:.0%} of the texts were asked for in {name}, yours has {reached:.1%} (within 5 points counts)."
        checks.that(abs(reached - share) < 0.05, hint)


def cost_request(dollars: list[float]) -> None:
    """Dollars for five requests, a part of whose tokens is in the cache."""
    rng = checks.fresh("cost_request")
    for found in dollars:
        counts = rng.integers(100, 5000, size=3)
        prices = rng.uniform(0.1, 20.0, size=3)
        expected = (counts[1] * prices[0] + counts[2] * prices[1] + counts[0] * prices[2]) / 1e6
        checks.close(found, expected, "dollars for a request", hint="Tokens read anew, from the cache, and written.")
    checks.count(len(dollars), 5, "the number of requests")


def cost_break_even(requests: list[float]) -> None:
    """Numbers of requests at which tuning has paid, each a whole number of times what a request saves."""
    rng = checks.fresh("cost_break_even")
    for found, (_, times) in zip(requests, rng.integers(1, 60, size=(5, 2)).tolist(), strict=True):
        checks.count(found, times, "requests until tuning has paid", "Where the totals are equal it has paid.")


def paired_clustered(errors: list[list[float]]) -> None:
    """Differences and clustered standard errors."""
    rng = checks.fresh("paired_clustered")
    for mean, error in errors:
        owners = rng.integers(7, size=40)
        difference = rng.integers(2, size=40) - rng.integers(2, size=40)
        sums = pd.Series(difference - difference.mean()).groupby(owners).sum()
        checks.close(mean, difference.mean(), "the difference")
        expected = math.sqrt((sums**2).sum()) / 40
        checks.close(error, expected, "the clustered standard error", hint="Added up within clusters.", rtol=1e-4)
    checks.count(len(errors), 5, "the number of comparisons")


def power_formula(found: list[float]) -> None:
    """Smallest differences."""
    rng = checks.fresh("power_formula")
    for value in found:
        sd, alpha, power = rng.uniform([0.1, 0.001, 0.5], [2.0, 0.2, 0.99])
        quantiles = norm.ppf(1 - alpha / 2) + norm.ppf(power)
        checks.close(
            value, quantiles * sd / math.sqrt(int(rng.integers(10, 5000))), "the smallest difference", rtol=1e-4
        )
    checks.count(len(found), 5, "the number of differences")


def holm_adjusted(adjusted: list[list[float]]) -> None:
    """Holm's p-values of three families."""
    rng = checks.fresh("holm_adjusted")
    for count, found in zip((2, 5, 8), adjusted, strict=True):
        values = 0.1 * 4.0 ** -rng.permutation(count)
        order = np.argsort(values)
        steps = np.minimum(1.0, np.maximum.accumulate(values[order] * np.arange(count, 0, -1)))
        checks.close(found, steps[np.argsort(order)], "Holm's p-values", hint="In the order given.", rtol=1e-4)


def choice_front(chosen: list[str]) -> None:
    """Choices within the margin that no other setup beats."""
    rng = checks.fresh("choice_front")
    for name in chosen:
        setups = {f"s{n}": (rng.uniform(0.5, 0.9, size=3).mean(), int(rng.integers(20, 900))) for n in range(6)}
        checks.that(name in setups, f"{name!r} is not the name of a setup.")
        mean, tokens = setups[name]
        best = max(value for value, _ in setups.values())
        checks.that(mean >= best - 0.08 - 1e-9, "The chosen setup lies further below the best than the margin.")
        beaten = [m >= mean and t <= tokens and (m > mean or t < tokens) for m, t in setups.values()]
        checks.that(not any(beaten), "Another setup is as accurate or more, and costs no more: the choice is beaten.")
    checks.count(len(chosen), 5, "the number of choices")


def predictions_score(tuned: dict[str, int], biased: dict[str, int]) -> None:
    """Accuracy on test texts that are not neutral: of the biased scorer always, of the tuned model where it is believed."""
    settings = load_settings("lab09_prompting", "tiny")
    truth = pd.read_csv(LABELS, dtype={"id": str}).set_index("id")["label"]
    reached = _accuracy(biased, truth, settings.test_rows)
    hint = f"On test texts the biased scorer's file should be right in {settings.floor:.0%}; yours is in {reached:.1%}."
    checks.that(reached >= settings.floor, f"{hint} Was its bias taken off?")
    best = max(reached, _accuracy(tuned, truth, settings.test_rows))
    hint = f"On test texts {best:.3f} are right: above {settings.ceiling} it is not believed."
    checks.that(best <= settings.ceiling, f"{hint} Have labels leaked?")


def _accuracy(guess: dict[str, int], truth: pd.Series, rows: int) -> float:
    """0 for a file that leaves a test row out or holds another one; neutral texts do not count."""
    if len(guess) != rows or not set(guess) <= set(truth.index):
        return 0.0
    polar = [name for name in guess if truth[name] != 1]
    return float(np.mean([guess[name] == truth[name] for name in polar]))
