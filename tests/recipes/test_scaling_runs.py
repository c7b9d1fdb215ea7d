"""The recorded runs of lab 10: what is counted, that they learn, and that the script goes on where it was stopped."""

import csv
import math
import sys

import numpy as np
import pytest
import torch

from shared.assets.access import embedded
from shared.assets.cache_paths import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "data" / "recipes"))

import scaling_runs
from scaling_runs import SHAPES, TOKENS, Recipe, build, measure, parameters


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
    assert row["tokens"] == recipe.steps * recipe.rows * recipe.width <= 100_000
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


def test_the_records_hold_what_lab_10_fits():
    with embedded("scaling_runs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = {(int(row["parameters"]), int(row["tokens"])): float(row["loss"]) for row in rows}
    sizes, amounts = (sorted({key[place] for key in table}) for place in (0, 1))
    assert len(rows) == len(table) == len(sizes) * len(amounts) == len(SHAPES) * len(TOKENS)
    for (size, tokens), loss in table.items():
        assert loss < min([table[s, tokens] for s in sizes if s < size], default=math.inf), "larger models do better"
        assert loss < min([table[size, t] for t in amounts if t < tokens], default=math.inf), "more text does better"
