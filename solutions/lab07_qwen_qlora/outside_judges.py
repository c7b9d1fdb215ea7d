"""Judges outside the student's kernel: answers to test sentences beside labels that it never sees, and a mean loss."""

import numpy as np
import pandas as pd
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from shared import checks
from shared.assets import CHECKOUT
from shared.settings import load_settings

LABELS = CHECKOUT / "tests" / "hidden_labels" / "sentiment.csv"


def predictions_score(tuned: dict[str, int], linear: dict[str, int]) -> None:
    """Macro-F1 of the tuned model's answers, or of a linear model's where an earlier exercise left nothing to tune."""
    settings = load_settings("lab07_qwen_qlora", "tiny")
    truth = pd.read_csv(LABELS, dtype={"id": str}).set_index("id")["label"]
    reached = _macro_f1(tuned, truth, settings.test_rows)
    if reached < settings.floor:
        reached = max(reached, _macro_f1(linear, truth, settings.test_rows))
    hint = f"On test rows macro-F1 should reach {settings.floor}; yours is {reached:.3f}."
    checks.that(reached >= settings.floor, hint)
    hint = f"On the test rows macro-F1 is {reached:.3f}: above {settings.ceiling} it is not believed."
    checks.that(reached <= settings.ceiling, f"{hint} Have labels leaked?")


def _macro_f1(guess: dict[str, int], truth: pd.Series, rows: int) -> float:
    """0 for a file that leaves a test row out or holds another one."""
    if len(guess) != rows or not set(guess) <= set(truth.index):
        return 0.0
    return f1_score(truth[list(guess)], list(guess.values()), labels=[0, 1, 2], average="macro")


def loss_mean(losses: list[float]) -> None:
    """Cross-entropy of the next token in nats, the mean over the labelled tokens of all rows; three batches."""
    rng = checks.fresh("loss_mean")
    hint = "The mean is over labelled tokens only, those of all rows together, in nats."
    for found in losses:
        logits = rng.normal(size=(4, 8, 7)) * 3
        labels = np.where(np.arange(8) < rng.integers(1, 7, size=(4, 1)), -100, rng.integers(7, size=(4, 8)))
        row, place = np.nonzero(labels[:, 1:] != -100)
        expected = -log_softmax(logits, axis=-1)[row, place, labels[row, place + 1]].mean()
        checks.close(found, expected, "the loss", hint=hint, rtol=1e-4)
    checks.count(len(losses), 3, "the number of losses")
