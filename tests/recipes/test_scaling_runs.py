"""The recorded runs of lab 10: what is counted, that they learn, and that the script goes on where it was stopped."""

import csv
import math
import sys

import numpy as np
import pytest
import torch

from shared.assets import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "data" / "recipes"))

import scaling_runs
from scaling_runs import Recipe, build, measure, parameters

RECORDS = CHECKOUT / "data" / "embedded" / "scaling_runs.csv"


@pytest.fixture(scope="module")
def text() -> np.ndarray:
    """600,000 bytes of the course's own prose."""
    torch.set_num_threads(1)
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted(CHECKOUT.glob("solutions/*/*.py")))
    return np.frombuffer((pages.encode() * 8)[:600_000], dtype=np.uint8)


def test_parameters_leave_out_the_embeddings():
    model = build(Recipe(16, 2, 4096, 0))
    assert parameters(model) == sum(p.numel() for p in model.parameters()) - 256 * 16


def test_a_run_learns_and_can_be_repeated(text):
    recipe = Recipe(16, 2, 100_000, 0)
    row = measure(recipe, text)
    assert row["tokens"] == recipe.steps * 2048 <= 100_000
    assert row["flops"] == 6 * row["parameters"] * row["tokens"]
    assert float(row["loss"]) < 0.75 * math.log(256)
    assert measure(recipe, text)["loss"] == row["loss"]
    assert measure(Recipe(16, 2, 100_000, 1), text)["loss"] != row["loss"]


def test_a_stopped_script_goes_on(text, tmp_path, monkeypatch):
    monkeypatch.setattr(scaling_runs, "corpus_bytes", lambda cache: text)
    monkeypatch.setattr(scaling_runs, "TOKENS", (4096, 8192))
    monkeypatch.setattr(scaling_runs, "SHAPES", ((16, 2), (24, 2)))
    target = tmp_path / "runs.csv"
    monkeypatch.setattr(sys, "argv", ["scaling_runs.py", "--target", str(target)])
    scaling_runs.main()
    lines = target.read_text().splitlines()
    assert len(lines) == 5
    target.write_text("\n".join(lines[:3]) + "\n")
    measured = []
    monkeypatch.setattr(scaling_runs, "measure", lambda recipe, text: measured.append(recipe) or measure(recipe, text))
    scaling_runs.main()
    assert [(recipe.hidden, recipe.tokens) for recipe in measured] == [(16, 8192), (24, 8192)]
    columns = [line.split(",")[:-1] for line in target.read_text().splitlines()]
    assert columns == [line.split(",")[:-1] for line in lines], "all but the seconds"


@pytest.mark.skipif(not RECORDS.exists(), reason="the runs are not recorded yet: python data/recipes/scaling_runs.py")
def test_the_records_hold_what_lab_10_fits():
    rows = list(csv.DictReader(RECORDS.open(encoding="utf-8")))
    assert len({(row["parameters"], row["tokens"]) for row in rows}) >= 12
    for tokens in {row["tokens"] for row in rows}:
        losses = [
            float(row["loss"])
            for row in sorted(rows, key=lambda row: int(row["parameters"]))
            if row["tokens"] == tokens
        ]
        assert losses[-1] < losses[0], "larger models do better on the same text"
