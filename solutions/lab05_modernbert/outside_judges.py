"""Judges outside the student's kernel: predictions.csv beside labels that it never sees, and thresholds by their costs."""

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from shared import checks
from shared.assets import CHECKOUT
from shared.settings import load_settings

LABELS = CHECKOUT / "tests" / "hidden_labels" / "sentiment.csv"


def predictions_score(predictions: dict[str, int]) -> None:
    """Macro-F1 on the test rows; an id without a prediction counts as wrong."""
    settings = load_settings("lab05_modernbert", "tiny")
    truth = pd.read_csv(LABELS, dtype={"id": str}).set_index("id")["label"]
    guess = [predictions.get(row, -1) for row in truth.index]
    reached = f1_score(truth, guess, labels=[0, 1, 2], average="macro")
    checks.that(
        reached >= settings.floor, f"On test rows macro-F1 should reach {settings.floor}; yours is {reached:.3f}."
    )
    hint = (
        f"On the test rows macro-F1 is {reached:.3f}: above {settings.ceiling} it is not believed. Have labels leaked?"
    )
    checks.that(reached <= settings.ceiling, hint)


def threshold_cost(thresholds: list[float]) -> None:
    """No other threshold costs less; the first set of mails has two probabilities that nearly agree."""
    rng = checks.fresh("threshold_cost")
    hint = "Two probabilities nearly agree, and the best threshold parts them: a grid has no point there, they have."
    middle = rng.integers(21, 80) / 100 + np.array([0.00315, 0.00325])
    _cheapest(thresholds[0], np.array([0.2, *middle, 0.9]), np.array([0, 0, 1, 1]), hint)
    hint = "Another threshold costs less. Try every probability that occurs; hidden means at or above the threshold."
    checks.count(len(thresholds), 7, "the number of thresholds")
    for found in thresholds[1:]:
        spam = rng.permutation(np.arange(50) % 2)
        sure = np.round(rng.random() * np.clip(0.5 + 0.2 * (spam - 0.5) + 0.1 * rng.normal(size=50), 0, 1), 5)
        _cheapest(found, sure, spam, hint)


def _cheapest(threshold: float, probability: np.ndarray, spam: np.ndarray, hint: str) -> None:
    """Both errors cost the same, so that the cost is the number of mails on the wrong side."""

    def wrong(border: float) -> int:
        return int(np.sum((probability >= border) != spam))

    fewest = min(wrong(border) for border in [*probability, 2.0])
    checks.count(wrong(float(threshold)), fewest, "the mails on the wrong side", hint=hint)
