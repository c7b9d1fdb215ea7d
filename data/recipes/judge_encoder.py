"""Measures what the encoder's pretraining buys: python data/recipes/judge_encoder.py [--threads N]

Three-class sentiment on four domains, macro-F1 on the hidden test labels. Four arms of one architecture (random start,
borrowed embeddings, + masked loss, + distillation) are fine-tuned in the same way: for each number of labels, the learning
rate with the best validation macro-F1 on the first seed is kept for all seeds. Fine-tuning is that of Kumar and others
(2022, LP-FT): a logistic regression on the frozen model's mean-pooled states first, then all weights from there; a rate of 0
keeps the regression. The baselines are the majority class, TF-IDF with logistic regression, and frozen MiniLM with logistic
regression, their C chosen on the validation set as well. Rows go to course-encoder/quality.csv as they are measured; a
second run continues where the first was stopped.
"""

import argparse
import copy
import csv
import random
import sys
import time
from functools import cache, lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from encoder_quality import ARMS, BASELINES, FEW, SEEDS, Table, summary
from pretraining import warmed_linear
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from transformers import AutoModel, AutoTokenizer, ModernBertConfig, ModernBertForSequenceClassification

from shared.assets.access import asset_path
from shared.assets.cache_paths import cache_directory
from shared.assets.checksums import record_embedded
from shared.datasets.text_sets import load_sentiment
from shared.seeding import seed_everything

ROOT = Path(__file__).resolve().parents[2]
ENCODER = ROOT / "data" / "embedded" / "course-encoder"
HIDDEN = ROOT / "tests" / "hidden_labels" / "sentiment.csv"
RATES = {FEW: (0, 3e-5, 1e-4, 3e-4), None: (2e-4, 6e-4)}
EPOCHS = {FEW: 15, None: 2}
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
PROBE_STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3)  # for inputs of unit variance
BATCH = 32
LONGEST = 128


@cache
def sentiment() -> dict[str, tuple[list[str], np.ndarray]]:
    """split -> (texts, labels); the test labels come from the instructor's file."""
    sets = load_sentiment()
    with HIDDEN.open(encoding="utf-8") as file:
        hidden = {row["id"]: row["label"] for row in csv.DictReader(file)}
    names = sets["train"].features["label"].names
    test = [names.index(hidden[i]) if hidden[i] in names else int(hidden[i]) for i in sets["test"]["id"]]
    labels = {"train": sets["train"]["label"], "validation": sets["validation"]["label"], "test": test}
    return {split: (list(sets[split]["text"]), np.array(labels[split])) for split in labels}


def subset(labels: int | None, seed: int) -> tuple[list[str], np.ndarray]:
    """The training set, or `labels` rows of it drawn by `seed`."""
    texts, targets = sentiment()["train"]
    if labels is None:
        return texts, targets
    rows = np.random.default_rng(seed).choice(len(texts), labels, replace=False)
    return [texts[row] for row in rows], targets[rows]


def macro_f1(truth: np.ndarray, guess: np.ndarray) -> float:
    """Macro-F1 in percent."""
    return 100 * f1_score(truth, guess, average="macro")


def start_model(arm: str, seed: int) -> ModernBertForSequenceClassification:
    """The arm's model before fine-tuning; the classifier on top is new in every arm.

    Raises:
        SystemExit: the arm's pretraining has not been run.
    """
    folders = {"masked": cache_directory() / "recipes" / "encoder" / "model-masked", "distilled": ENCODER}
    folder = folders.get(arm, ENCODER)
    if not (folder / "config.json").exists():
        sys.exit(f"There is no model in {folder}: run 'python data/recipes/pretrain_encoder.py --arm {arm}' first.")
    seed_everything(seed)
    if arm in folders:
        return ModernBertForSequenceClassification.from_pretrained(folder, num_labels=3, classifier_pooling="mean")
    config = ModernBertConfig.from_pretrained(folder, num_labels=3, classifier_pooling="mean")
    model = ModernBertForSequenceClassification(config)
    if arm == "embeddings":
        from encoder_text import borrowed_embeddings

        with torch.no_grad():
            table = borrowed_embeddings(AutoTokenizer.from_pretrained(folder), asset_path("minilm"), config.hidden_size)
            model.get_input_embeddings().weight.copy_(table * config.initializer_range)
    return model


def batches(texts: list[str], labels: np.ndarray, tokenizer, seed: int | None):
    """Yields (places, inputs, labels) of padded batches; a seed shuffles them, with texts of similar length together."""
    order = list(range(len(texts)))
    if seed is not None:
        random.Random(seed).shuffle(order)
    pool = 20 * BATCH if seed is not None else len(order)
    lengths = [len(text) for text in texts]
    groups = []
    for first in range(0, len(order), pool):
        part = sorted(order[first : first + pool], key=lengths.__getitem__)
        groups += [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
    if seed is not None:
        random.Random(seed + 1).shuffle(groups)
    for group in groups:
        inputs = tokenizer(
            [texts[i] for i in group], truncation=True, max_length=LONGEST, padding=True, return_tensors="pt"
        )
        yield group, inputs, torch.from_numpy(labels[group])


@torch.no_grad()
def predict(model, texts: list[str], tokenizer) -> np.ndarray:
    """(texts,) the likeliest classes."""
    model.eval()
    guess = np.zeros(len(texts), dtype=int)
    for group, inputs, _ in batches(texts, np.zeros(len(texts), dtype=int), tokenizer, None):
        guess[group] = model(**inputs).logits.argmax(-1).numpy()
    return guess


@torch.no_grad()
def mean_states(model, texts: list[str], tokenizer) -> torch.Tensor:
    """(texts, hidden) the mean of the last states over each text's tokens."""
    states = torch.zeros(len(texts), model.config.hidden_size)
    for group, inputs, _ in batches(texts, np.zeros(len(texts), dtype=int), tokenizer, None):
        hidden = model(**inputs).last_hidden_state
        mask = inputs["attention_mask"].unsqueeze(-1)
        states[group] = (hidden * mask).sum(1) / mask.sum(1)
    return states


def probe(states: dict[str, np.ndarray], targets: np.ndarray) -> Pipeline:
    """The logistic regression on standardised states whose C has the best validation macro-F1."""
    fits = [make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=500)) for c in PROBE_STRENGTHS]
    fits = [fit.fit(states["train"], targets) for fit in fits]
    return max(fits, key=lambda fit: macro_f1(sentiment()["validation"][1], fit.predict(states["validation"])))


def start_from_probe(model, texts: list[str], targets: np.ndarray, tokenizer) -> None:
    """Sets the model's classifier to the probe of its own frozen states, scaling folded in; removes the head in between."""
    splits = {"train": texts, "validation": sentiment()["validation"][0]}
    states = {split: mean_states(model.eval().model, splits[split], tokenizer).numpy() for split in splits}
    scaler, regression = (part for _, part in probe(states, targets).steps)
    weight = regression.coef_ / scaler.scale_
    model.head = torch.nn.Identity()
    with torch.no_grad():
        model.classifier.weight.copy_(torch.from_numpy(weight))
        model.classifier.bias.copy_(torch.from_numpy(regression.intercept_ - weight @ scaler.mean_))


@lru_cache(maxsize=1)
def started(arm: str, labels: int | None, seed: int) -> ModernBertForSequenceClassification:
    """The arm's model with its probe as classifier; all rates of a seed start from copies of it."""
    model = start_model(arm, seed)
    start_from_probe(model, *subset(labels, seed), AutoTokenizer.from_pretrained(ENCODER))
    return model


def fine_tune(arm: str, labels: int | None, seed: int, rate: float) -> dict:
    """One fine-tuning run, AdamW with a tenth of warm-up and linear decay; returns a row of the table."""
    begin = time.time()
    texts, targets = subset(labels, seed)
    tokenizer = AutoTokenizer.from_pretrained(ENCODER)
    model = copy.deepcopy(started(arm, labels, seed)).train()
    total = EPOCHS[labels] * -(-len(texts) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warmed_linear(step, total))
    for epoch in range(EPOCHS[labels] if rate else 0):
        for _, inputs, truth in batches(texts, targets, tokenizer, 1000 * seed + epoch):
            model(**inputs, labels=truth).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
    row = {"arm": arm, "labels": labels, "seed": seed, "rate": rate}
    for split in ("validation", "test"):
        texts, truth = sentiment()[split]
        row[split] = macro_f1(truth, predict(model, texts, tokenizer))
    return row | {"seconds": time.time() - begin}


@cache
def minilm_states(split: str) -> np.ndarray:
    """(texts, 384) mean-pooled states of frozen MiniLM."""
    texts = sentiment()[split][0]
    tokenizer = AutoTokenizer.from_pretrained(asset_path("minilm"))
    model = AutoModel.from_pretrained(asset_path("minilm"))
    return mean_states(model, texts, tokenizer).numpy()


def baseline(arm: str, labels: int | None, seed: int) -> dict:
    """The row of a classifier without fine-tuning, for the C with the best validation macro-F1, which is in `rate`."""
    begin = time.time()
    texts, targets = subset(labels, seed)
    inputs = {"train": texts, "validation": sentiment()["validation"][0], "test": sentiment()["test"][0]}
    if arm == "minilm-frozen":
        place = {text: row for row, text in enumerate(sentiment()["train"][0])}
        states = minilm_states("train")[[place[text] for text in texts]]
        inputs = {"train": states, "validation": minilm_states("validation"), "test": minilm_states("test")}
    best = None
    for strength in STRENGTHS if arm != "majority" else STRENGTHS[:1]:
        model = LogisticRegression(C=strength, max_iter=2000)
        if arm == "tf-idf":
            model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), model)
        elif arm == "majority":
            model = DummyClassifier()
        model.fit(inputs["train"], targets)
        scores = {s: macro_f1(sentiment()[s][1], model.predict(inputs[s])) for s in ("validation", "test")}
        if best is None or scores["validation"] > best["validation"]:
            best = {"arm": arm, "labels": labels, "seed": seed, "rate": strength, **scores}
    return best | {"seconds": time.time() - begin}


def hits_at_5(folder: Path = ENCODER) -> list[tuple[str, str, list[str]]]:
    """(sentence, expected word, the model's five likeliest words) of the forty sentences that were fixed before any training."""
    from transformers import ModernBertForMaskedLM

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = ModernBertForMaskedLM.from_pretrained(folder).eval()
    with (Path(__file__).parent / "fill_mask.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    answers = []
    for row in rows:
        inputs = tokenizer(row["sentence"], return_tensors="pt")
        with torch.no_grad():
            logits = model(**inputs).logits[0, (inputs["input_ids"][0] == tokenizer.mask_token_id).nonzero().item()]
        answers.append((row["sentence"], row["answer"], tokenizer.convert_ids_to_tokens(logits.topk(5).indices)))
    return answers


def measure(table: Table, arm: str, labels: int | None) -> None:
    """Measures what the table lacks of one arm: all rates with the first seed, then the best of them with the others."""
    if arm in BASELINES:
        for seed in SEEDS:
            if not table.find(arm, labels, seed):
                table.add(baseline(arm, labels, seed))
        return
    for rate in RATES[labels]:
        if not any(float(row["rate"]) == rate for row in table.find(arm, labels, SEEDS[0])):
            table.add(fine_tune(arm, labels, SEEDS[0], rate))
    best = max(table.find(arm, labels, SEEDS[0]), key=lambda row: float(row["validation"]))
    for seed in SEEDS[1:]:
        if not table.find(arm, labels, seed):
            table.add(fine_tune(arm, labels, seed, float(best["rate"])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--arms", nargs="+", choices=[*BASELINES, *ARMS], default=[*BASELINES, *ARMS])
    parser.add_argument("--table", type=Path, default=ENCODER / "quality.csv")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    table = Table(options.table)
    for labels in (FEW, None):
        for arm in options.arms:
            measure(table, arm, labels)
    if options.table.parent == ENCODER:
        record_embedded(ENCODER)
    print(summary(table.rows))
    hits = hits_at_5()
    for sentence, answer, words in hits:
        print(f"{'hit ' if answer in words else 'miss'} {sentence} [{answer}] {' '.join(words)}")
    print(f"hit@5: {sum(answer in words for _, answer, words in hits)} of {len(hits)}")


if __name__ == "__main__":
    main()
