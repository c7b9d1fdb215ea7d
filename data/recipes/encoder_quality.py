"""Keeps the rows that judge_encoder.py measures, and sums them up for the encoder's card."""

import csv
from pathlib import Path

import numpy as np
from tqdm import tqdm
from writing import write_table

ARMS = ("random", "embeddings", "masked", "distilled")
BASELINES = ("majority", "tf-idf", "minilm-frozen")
COLUMNS = ("arm", "labels", "seed", "rate", "validation", "test", "seconds")
SEEDS = (0, 1, 2)
FEW = 200  # labels


class Table:
    """The measured rows and the file that has them, which is written after each run."""

    def __init__(self, path: Path):
        self.path = path
        self.rows = []
        if path.exists():
            with path.open(encoding="utf-8") as file:
                self.rows = list(csv.DictReader(file))

    def find(self, arm: str, labels: int | None, seed: int) -> list[dict]:
        """The rows of an arm, a number of labels (None: all) and a seed, one for each rate."""
        wanted = (arm, str(labels or "all"), str(seed))
        return [row for row in self.rows if (row["arm"], row["labels"], row["seed"]) == wanted]

    def add(self, row: dict) -> None:
        """Appends a row and writes the whole table anew, so that a killed run leaves no half row."""
        row = {
            "arm": row["arm"],
            "labels": str(row["labels"] or "all"),
            "seed": str(row["seed"]),
            "rate": f"{row['rate']:g}",
            "validation": f"{row['validation']:.2f}",
            "test": f"{row['test']:.2f}",
            "seconds": f"{row['seconds']:.2f}",
        }
        self.rows.append(row)
        write_table(self.path, COLUMNS, self.rows)
        tqdm.write(" ".join(f"{row[key]:>13}" for key in COLUMNS))


def summary(rows: list[dict]) -> str:
    """A Markdown table: macro-F1 in percent, mean ± sd over the seeds, at each arm's best rate."""
    lines = ["| arm | all labels | 200 labels |", "|---|---|---|"]
    for arm in (*BASELINES, *ARMS):
        cells = []
        for labels in ("all", str(FEW)):
            mine = [row for row in rows if (row["arm"], row["labels"]) == (arm, labels)]
            first = [row for row in mine if row["seed"] == str(SEEDS[0])]
            rate = None
            if first:
                rate = max(first, key=lambda row: float(row["validation"]))["rate"]
            scores = [float(row["test"]) for row in mine if row["rate"] == rate or arm in BASELINES]
            if len(scores) == len(SEEDS):
                cells.append(f"{np.mean(scores):.1f} ± {np.std(scores, ddof=1):.1f}")
            else:
                cells.append("not measured")
        lines.append(f"| {arm} | {' | '.join(cells)} |")
    return "\n".join(lines)
