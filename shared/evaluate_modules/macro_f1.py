"""Macro-F1 as an `evaluate` metric that loads from this file, without a hub."""

import datasets
import evaluate
from sklearn.metrics import f1_score


class MacroF1(evaluate.Metric):
    """Mean of the classes' F1: every class counts alike, however rare it is."""

    def _info(self):
        return evaluate.MetricInfo(
            description=self.__doc__,
            citation="",
            inputs_description="predictions, references: class numbers of equal length",
            features=datasets.Features({"predictions": datasets.Value("int32"), "references": datasets.Value("int32")}),
        )

    def _compute(self, predictions, references):
        # A class that is neither predicted nor present has no F1; one that is predicted and never present has 0.
        return {"macro_f1": float(f1_score(references, predictions, average="macro", zero_division=0.0))}
