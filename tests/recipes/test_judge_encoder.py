"""The judge of the encoder: a fair start for every arm, and a card that says what was measured."""

import csv
import sys

import numpy as np
import pytest
import torch

from shared.assets.access import embedded
from shared.assets.cache_paths import CHECKOUT
from shared.datasets.text_sets import load_sentiment

sys.path.insert(0, str(CHECKOUT / "data" / "recipes"))

import judge_encoder
from judge_encoder import ENCODER, mean_states, predict, probe, start_from_probe, start_model, summary
from transformers import AutoTokenizer


@pytest.fixture
def few(monkeypatch):
    """(texts, labels): 60 sentences to learn from; 40 others stand for the validation set."""
    rows = load_sentiment()["train"].select(range(100))
    texts, labels = list(rows["text"]), np.array(rows["label"])
    sets = {"train": (texts[:60], labels[:60]), "validation": (texts[60:], labels[60:])}
    monkeypatch.setattr(judge_encoder, "sentiment", lambda: sets)
    torch.set_num_threads(1)
    return sets["train"]


@pytest.mark.parametrize("arm", ["random", "distilled"])
def test_fine_tuning_starts_where_the_probe_ends(few, arm):
    texts, labels = few
    tokenizer, model = AutoTokenizer.from_pretrained(ENCODER), start_model(arm, 0)
    sets = {"train": texts, "validation": judge_encoder.sentiment()["validation"][0]}
    states = {split: mean_states(model.eval().model, sets[split], tokenizer).numpy() for split in sets}
    expected = probe(states, labels)
    start_from_probe(model, texts, labels, tokenizer)
    assert (predict(model, texts, tokenizer) == expected.predict(states["train"])).all()
    inputs = tokenizer(texts[:8], truncation=True, max_length=judge_encoder.LONGEST, padding=True, return_tensors="pt")
    with torch.no_grad():
        share = model(**inputs).logits.softmax(-1).numpy()
    assert share == pytest.approx(expected.predict_proba(states["train"][:8]), abs=1e-3)


def test_arms_begin_apart_and_repeat():
    weights = {arm: start_model(arm, 0).get_input_embeddings().weight for arm in ("random", "embeddings", "distilled")}
    assert torch.equal(weights["random"], start_model("random", 0).get_input_embeddings().weight)
    assert not torch.equal(weights["random"], start_model("random", 1).get_input_embeddings().weight)
    assert not torch.equal(weights["random"], weights["embeddings"])
    assert not torch.equal(weights["embeddings"], weights["distilled"])


def test_a_batch_loses_and_doubles_no_text():
    texts, tokenizer = [f"number {'very ' * (i % 7)}{i}" for i in range(150)], AutoTokenizer.from_pretrained(ENCODER)
    for seed in (None, 3):
        groups = [group for group, _, _ in judge_encoder.batches(texts, np.arange(150), tokenizer, seed)]
        assert sorted(i for group in groups for i in group) == list(range(150))
        assert max(map(len, groups)) <= judge_encoder.BATCH


def test_the_card_says_what_was_measured():
    card = (CHECKOUT / "data" / "cards" / "course_encoder.md").read_text(encoding="utf-8")
    with (embedded("course-encoder") / "quality.csv").open(encoding="utf-8") as file:
        assert summary(list(csv.DictReader(file))) in card
    hits = judge_encoder.hits_at_5()
    assert f"{sum(answer in words for _, answer, words in hits)} of {len(hits)} ordinary sentences" in card


def test_lab05_may_say_that_each_start_is_worth_more_than_its_spread_and_none_most_of_the_gain():
    with (embedded("course-encoder") / "quality.csv").open(encoding="utf-8") as file:
        cells = [line.split("|")[-2].split(" ± ") for line in summary(list(csv.DictReader(file))).splitlines()]
    means, spreads = np.array([[float(number) for number in cell] for cell in cells[-4:]]).T
    steps = np.diff(means)
    assert steps.min() > spreads.max()
    assert steps.max() < steps.sum() / 2
