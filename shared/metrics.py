"""Metrics for a Trainer, on `evaluate` with metric scripts of our own, because its usual ones load from the hub."""

import functools
from pathlib import Path

SCRIPTS = Path(__file__).with_name("evaluate_modules")


@functools.cache
def load_metric(name: str):
    """An `evaluate` metric of the course: "accuracy" or "macro_f1".

    Raises:
        ValueError: no such metric.
    """
    import evaluate

    script = SCRIPTS / f"{name}.py"
    if not script.is_file():
        known = sorted(path.stem for path in SCRIPTS.glob("[a-z]*.py"))
        raise ValueError(f"There is no metric '{name}'; there are: {', '.join(known)}.")
    return evaluate.load(str(script))


def compute_metrics(prediction) -> dict[str, float]:
    """Accuracy and macro-F1; pass it to `Trainer(compute_metrics=...)`.

    Args:
        prediction: an EvalPrediction, or a pair of logits (rows, classes) and labels (rows,).
    """
    import numpy as np

    logits, labels = prediction
    if isinstance(logits, tuple):  # some models return hidden states with the logits
        logits = logits[0]
    classes = np.argmax(logits, axis=-1)
    return {
        key: value
        for name in ("accuracy", "macro_f1")
        for key, value in load_metric(name).compute(predictions=classes, references=labels).items()
    }


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
