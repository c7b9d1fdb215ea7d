# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Fine-tuning ModernBERT, and freezing most of it
#
# {{ badge }}
#
# After this lab you will be able to
# - say what a classifier has to beat, and measure it with a score that a lazy one cannot win;
# - fine-tune a pretrained encoder with `Trainer`: batches that waste little, a rate, a warm-up, weight decay;
# - freeze all but the last *N* layers, prove what is frozen, and say what it saves in seconds and in memory;
# - store what the frozen layers compute, exactly, and stop paying for it;
# - draw a label-efficiency curve that is fair to both sides;
# - choose a threshold where two mistakes hurt different people, and defend it.
#
# *You need:* PyTorch modules and gradients, attention (lab 3), tokens (lab 4). *Your time:* about four hours.
# The machine's share of the work:
#
# {{ budget_table }}
#
# The model is `{{ s.tiny.model }}` in profiles tiny and laptop (a ModernBERT of six layers that this course pretrained
# itself, small enough for a processor) and `{{ s.t4.model }}` (22 layers, 149 million parameters) on a GPU. Your code
# is the same, and "ModernBERT" in a table or figure below means the one that your profile loads.

# %% tags=["setup"]
from shared.session import start

settings = start("lab05_modernbert")

# %%
import functools
import gc
import textwrap
import time
from pathlib import Path
from tempfile import TemporaryDirectory

# %%
import datasets
import numpy as np
import pandas as pd
import torch
import transformers
from datasets import Dataset
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from torch import nn
from tqdm.auto import tqdm

# %%
from transformers import (
    AutoConfig,
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    DataCollatorWithPadding,
    PrinterCallback,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.masking_utils import create_bidirectional_mask, create_bidirectional_sliding_window_mask
from transformers.models.modernbert import ModernBertConfig, ModernBertForSequenceClassification

import shared.metrics
from shared import checks, plots
from shared.assets import embedded
from shared.datasets import load_mail, load_sentiment
from shared.hardware import detect
from shared.metrics import mean_sd
from shared.models import load_tokenizer, model_path

# %%
transformers.utils.logging.set_verbosity_error()  # else each load reports that the new head has no pretrained weights
transformers.utils.logging.disable_progress_bar()
datasets.disable_progress_bars()
hardware = detect()
device = torch.device(hardware.device)
gc.freeze()  # Trainer tidies up after every run: no need to look through everything that was imported each time

# %% [markdown]
# ## The data
#
# Sentences from film reviews, newspaper editorials, tweets and product reviews, each rated by about twenty people from
# −4 to 4 and sorted here into negative, neutral and positive. The test split has no labels: they stay with your
# instructor, and Exercise 12 sends them an answer. We work with a random part of the others, as large as the profile
# allows.


# %%
def draw(split: Dataset, rows: int, seed: int = 0) -> Dataset:
    """So many rows of a split in random order (all of them if it has fewer), as a data set in memory."""
    chosen = np.random.default_rng(seed).permutation(len(split))[:rows]
    return Dataset.from_dict(split[chosen], features=split.features)


texts, tokenizer = load_sentiment(), load_tokenizer(settings.model)
classes = texts["train"].features["label"].names
train = draw(texts["train"], settings.train_rows)
validation = draw(texts["validation"], settings.validation_rows)
print(f"{len(texts['train']):,} sentences to train on, of which we use {len(train):,};")
print(
    f"{len(texts['validation']):,} to validate on, of which we use {len(validation):,}; {len(texts['test']):,} to test."
)
counts = pd.crosstab(pd.Series(train["domain"]), pd.Series(train["label"])).set_axis(classes, axis=1)
counts.rename_axis(index="domain", columns="rows")

# %% [markdown]
# # Part 1 · What has to be beaten
#
# ## Exercise 1 · Two baselines
#
# *Why.* A score means nothing alone. The laziest answer is one class for everything; the honest rival of every language
# model is a linear one on counted words, which trains in a second and has never read a book.
#
# *Effort.* Easy, 10 minutes, 7 points.
#
# Write `fit_baselines`: a dict with two fitted classifiers, both with a method `predict(texts)` that takes a list of
# strings and gives class numbers. `"majority"` always says the class that is most frequent *among the labels it was
# fitted on*. `"tf-idf"` is logistic regression on TF-IDF features.
#
# <details><summary>Hint 1: must I write them myself?</summary>
# No: scikit-learn's <code>DummyClassifier</code> and <code>make_pipeline(TfidfVectorizer(),
# LogisticRegression())</code> are what people use, as they come. Both have <code>fit</code> and <code>predict</code>.
# </details>


# %% nbgrader={"grade": false, "grade_id": "fit_baselines", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def fit_baselines(texts: list[str], labels: list[int]) -> dict:
    """Fitted "majority" and "tf-idf" classifiers; each has predict(texts) -> class numbers, (texts,)."""
    ### BEGIN SOLUTION
    words = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, max_iter=300, tol=1e-3))
    baselines = {"majority": DummyClassifier(strategy="most_frequent"), "tf-idf": words}
    for classifier in baselines.values():
        classifier.fit(texts, labels)
    return baselines
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "baseline_majority", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
said = ["a fine day", "a bad day", "a day", "no day", "good", "bad", "so so"]
for most in (1, 0):
    given = [most, most, most, 2, 2, 1 - most, most]
    found = fit_baselines(said, given)
    checks.keys(found, ["majority", "tf-idf"], "the dict of baselines")
    guess = [int(g) for g in found["majority"].predict(["bad", "good", "so so", "a day", "never seen"] * 4)]
    hint = f"Of these labels, class {most} is the most frequent, so 'majority' says {most} for every text."
    checks.that(guess == [most] * 20, hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for most in rng.permutation(3):
    given = [int(most)] * 9 + [0, 1, 2] * 2
    guess = fit_baselines([f"word{n} day" for n in range(15)], given)["majority"].predict(["word1 day", "x"] * 15)
    hint = "'majority' says the most frequent of the labels it was fitted on, for every text."
    checks.that(all(int(g) == most for g in guess), hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "baseline_words", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
marks = ["awful", "chair", "lovely"]  # one telling word a class, the rest is filler
filler = ["the", "film", "was", "long", "and", "then", "we", "went", "home"]


def planted(rng, rows: int, marks: list[str]):
    labels = rng.permutation(np.arange(rows) % 3)
    return [" ".join(rng.permutation([*rng.choice(filler, 5), marks[k]])) for k in labels], [int(k) for k in labels]


pair = planted(np.random.default_rng(0), 90, marks)
new = planted(np.random.default_rng(1), 30, marks)
hint = "One word gives each class away, and 'tf-idf' should have learned all three: does it see words and all labels?"
checks.between(np.mean(fit_baselines(*pair)["tf-idf"].predict(new[0]) == np.array(new[1])), 0.95, 1, "accuracy", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
marks = [f"w{n}x" for n in rng.permutation(1000)[:3]]
pair, new = planted(rng, 120, marks), planted(rng, 40, marks)
checks.between(np.mean(fit_baselines(*pair)["tf-idf"].predict(new[0]) == np.array(new[1])), 0.95, 1, "accuracy", hint)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 2 · A score that a lazy classifier cannot win
#
# *Why.* Accuracy rewards the frequent class. Macro-F1 gives each class one vote: F1 of each class, then the plain mean.
# Whom does that mean hide? Two classes served well carry a third that is hardly ever recognised, so the class served
# worst gets a number of its own. `Trainer` calls a function of yours after each evaluation: you decide what is
# reported.
#
# *Effort.* Easy, 15 minutes, 8 points.
#
# Write `compute_metrics`. It gets a pair of logits and labels, and returns `accuracy`, `macro_f1` and `worst_f1`, all
# from 0 to 1; `worst_f1` is the F1 of the class whose F1 is lowest. A class that is never predicted, or never hit, has
# F1 = 0: it counts in the mean, it may be the worst, and nothing divides by zero. (A class that occurs neither among
# the labels nor among the predictions is yours to decide: to count it as 0 and to leave it out are both accepted.)
#
# <details><summary>Hint 1: F1 without dividing by zero</summary>
# F1 = 2 TP / (2 TP + FP + FN). The number of predictions of a class plus the number of its true rows is the
# denominator, and that is zero only for a class that nobody ever mentions.
# </details>


# %% nbgrader={"grade": false, "grade_id": "compute_metrics", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def compute_metrics(prediction) -> dict[str, float]:
    """accuracy, macro_f1 and worst_f1, 0 to 1; prediction unpacks into logits (rows, classes) and labels (rows,)."""
    ### BEGIN SOLUTION
    logits, labels = prediction
    guess = np.argmax(logits, axis=-1)  # (rows,)
    f1 = []
    for k in range(np.shape(logits)[-1]):
        hits, mentions = np.sum((guess == k) & (labels == k)), np.sum(guess == k) + np.sum(labels == k)
        f1.append(2 * hits / max(1, mentions))
    return {"accuracy": float(np.mean(guess == labels)), "macro_f1": float(np.mean(f1)), "worst_f1": float(min(f1))}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "metrics_accuracy", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def logits_of(guess, classes: int = 3):
    """Logits whose largest entry is where `guess` says."""
    return np.eye(classes)[np.array(guess)] * 2.5 - 1.0


truth = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 1])
guess = np.array([0, 0, 0, 2, 1, 0, 2, 2, 1, 1])
found = compute_metrics((logits_of(guess), truth))
checks.keys(found, ["accuracy", "macro_f1"], "what compute_metrics returns")
hint = "accuracy is the share of rows, 0 to 1, whose largest logit stands at the true class."
checks.close(found["accuracy"], 0.7, "accuracy", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
logits, truth = rng.normal(size=(60, 4)), rng.integers(4, size=60)
found = compute_metrics((logits, truth))["accuracy"]
checks.close(found, accuracy_score(truth, logits.argmax(1)), "accuracy", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "metrics_macro", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
truth = np.array([0] * 12 + [1] * 5 + [2] * 3)
guess = np.array([0] * 8 + [1, 1, 2, 2] + [1] * 4 + [0] + [2, 0, 0])
hint = "macro_f1 is F1 class by class, then their plain mean: each class one vote, however rare."
found = compute_metrics((logits_of(guess), truth))["macro_f1"]
checks.close(found, f1_score(truth, guess, average="macro"), "macro-F1", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for size in (3, 5):
    truth = np.append(rng.integers(size, size=80), np.arange(size))
    guess = np.append(np.where(rng.random(80) < 0.5, truth[:80], 0), np.arange(size))
    found = compute_metrics((logits_of(guess, size), truth))["macro_f1"]
    checks.close(found, f1_score(truth, guess, average="macro"), "macro-F1", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "metrics_never", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
truth = np.array([0, 0, 0, 1, 1, 2])
hint = "A class that is never predicted, or never hit, has F1 = 0 and still counts in the mean (here of three classes)."
with np.errstate(all="ignore"):
    found = compute_metrics((logits_of([0] * 6), truth))["macro_f1"]  # classes 1 and 2 are never predicted
    checks.close(found, (2 / 3) / 3, "macro-F1", hint=hint)
    found = compute_metrics((logits_of([0, 0, 0, 2, 2, 1]), truth))["macro_f1"]  # 1 and 2 predicted, never hit
    checks.close(found, 1 / 3, "macro-F1", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "metrics_worst", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
truth, guess = [0] * 5 + [1] * 4 + [2] * 2, [0] * 2 + [1] * 4 + [0] * 3 + [2] * 2
found = compute_metrics((logits_of(guess), np.array(truth)))
checks.keys(found, ["worst_f1"], "what compute_metrics returns")
hint = "worst_f1 belongs to the class served worst, which need not be the rarest: here the rarest is always recognised."
checks.close(found["worst_f1"], 1 / 4, "worst-F1", hint=hint)
truth, guess = [0] * 6 + [1] * 3 + [2] * 2, [0] * 2 + [1] * 7 + [2] * 2
hint = "worst_f1 is an F1, of precision and recall together: the smallest recall alone, or precision alone, is less."
checks.close(compute_metrics((logits_of(guess), np.array(truth)))["worst_f1"], 1 / 2, "worst-F1", hint=hint)
hint = "The worst of all classes, also of those that are never predicted: nobody is served worse."
with np.errstate(all="ignore"):
    found = compute_metrics((logits_of([0, 0, 0, 1, 1, 0]), np.array([0, 0, 0, 1, 1, 2])))["worst_f1"]
checks.close(found, 0.0, "worst-F1", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for size in (3, 4):
    truth, easy = np.append(rng.integers(size, size=80), np.arange(size)), rng.permutation(size) / size
    guess = np.where(rng.random(80 + size) < 0.2 + 0.7 * easy[truth], truth, rng.integers(size, size=80 + size))
    found = compute_metrics((logits_of(guess, size), truth))["worst_f1"]
    hint = "worst_f1 is the smallest F1 of all classes."
    checks.close(found, f1_score(truth, guess, average=None, labels=range(size)).min(), "worst-F1", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# For later labs `shared.metrics.compute_metrics` computes the first two of these numbers with the library `evaluate`.
# The lazy classifier's, by the course's function and by yours:


# %%
def side_by_side() -> pd.DataFrame:
    truth = np.array(validation["label"])
    lazy = logits_of([np.bincount(train["label"]).argmax()] * len(truth))
    by_course, by_you = shared.metrics.compute_metrics((lazy, truth)), compute_metrics((lazy, truth))
    return pd.DataFrame({"the course's": by_course, "yours": {name: by_you[name] for name in by_course}}).round(3)


side_by_side()

# %% [markdown]
# Both baselines, on the validation rows. `tf-idf` once with the rows that this profile uses, once with all.


# %%
def score(guess, truth) -> dict[str, float]:
    """Your metrics, for classes instead of logits."""
    return compute_metrics((np.eye(len(classes))[np.asarray(guess)], np.asarray(truth)))


@functools.cache
def baseline_table() -> pd.DataFrame:
    rows = {}
    for name, rows_used in {"majority": train, "tf-idf": train, "tf-idf, all rows": texts["train"]}.items():
        fitted = fit_baselines(rows_used["text"][:], rows_used["label"][:])[name.split(",")[0]]
        rows[name] = {"rows": len(rows_used), **score(fitted.predict(validation["text"][:]), validation["label"][:])}
    return pd.DataFrame(rows).T.astype({"rows": int}).round(3)


baseline_table()

# %% [markdown]
# The lazy classifier's accuracy looks like a start. Its macro-F1 shows what it knows, one class of three, and the last
# column how badly the class served worst fares. For the linear one the gap between the last two columns is what its
# mean hides.
#
# # Part 2 · From texts to batches
#
# ## Exercise 3 · Pad late, pad little
#
# *Why.* A batch is a rectangle, sentences are not. Whatever fills the corners is computed and thrown away. So rows are
# stored unpadded, and a collator pads each batch to its own longest row.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write two functions. `tokenise` gives a data set with `input_ids`, `attention_mask` and, where there is one, `label`
# and nothing else (the collator makes tensors of whatever it finds, and cannot make one of a text); rows are cut to
# `max_length`, not padded. `tokens_computed` counts what a model will process when rows of these lengths come in this
# order, `batch_size` at a time: each batch padded to its own longest row, or, with `fixed`, every row padded *or cut*
# to that length.
#
# <details><summary>Hint 1: which call does the first one?</summary>
# <code>dataset.map(function, batched=True, remove_columns=[...])</code> with
# <code>tokenizer(rows["text"], truncation=True, max_length=...)</code>. Its columns join the old ones, so list those that
# should go.
# </details>
# <details><summary>Hint 2: the last batch</summary>
# It may have fewer rows than the others. Its rectangle is smaller, but it is there.
# </details>


# %% nbgrader={"grade": false, "grade_id": "tokenise", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def tokenise(dataset: Dataset, tokenizer, max_length: int) -> Dataset:
    """input_ids and attention_mask of column "text", unpadded, at most max_length tokens; keeps "label" if there is one."""
    ### BEGIN SOLUTION
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length),
        batched=True,
        remove_columns=[name for name in dataset.column_names if name != "label"],
    )
    ### END SOLUTION


def tokens_computed(lengths: list[int], batch_size: int, fixed: int | None = None) -> int:
    """Tokens that a model processes, padding included, when rows of these lengths come batch by batch."""
    ### BEGIN SOLUTION
    batches = [lengths[start : start + batch_size] for start in range(0, len(lengths), batch_size)]
    return sum(len(batch) * (fixed or max(batch)) for batch in batches)
    ### END SOLUTION


# %% [markdown]
# The checks use the course's tokenizer on sentences of their own.

# %% nbgrader={"grade": true, "grade_id": "tokens_unpadded", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
said = ["good", "a long and winding sentence about nothing in particular", "not bad at all", "good good " * 40]
rows = Dataset.from_dict({"id": list("abcd"), "text": said, "label": [2, 1, 0, 2]})
found = [list(ids) for ids in tokenise(rows, tokenizer, 12)["input_ids"]]
hint = "Rows are padded already: leave that to the collator, which sees one batch at a time."
checks.that(not any(tokenizer.pad_token_id in ids for ids in found), hint)
hint = "Every row keeps at most max_length tokens, special tokens included: pass truncation=True and max_length."
checks.that(max(len(ids) for ids in found) == 12, hint)
hint = "The tokens should be those that the tokenizer itself gives, with its special tokens at both ends."
checks.that(found == tokenizer(said, truncation=True, max_length=12)["input_ids"], hint)

# %% nbgrader={"grade": true, "grade_id": "tokens_columns", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = tokenise(rows, tokenizer, 12)
hint = "The collator needs input_ids and attention_mask of each row."
checks.that({"input_ids", "attention_mask"} <= set(found.column_names), hint)
hint = "The labels are lost, or their column has another name: without 'label' there is nothing to learn from."
checks.that("label" in found.column_names and list(found["label"]) == [2, 1, 0, 2], hint)
hint = "The collator cannot make a tensor of text: remove the columns that the model does not read (id, text, domain)."
checks.that(set(found.column_names) == {"input_ids", "attention_mask", "label"}, hint)
hint = "A set without labels, such as the test split, has no 'label' to keep."
checks.that(
    set(tokenise(rows.remove_columns("label"), tokenizer, 9).column_names) == {"input_ids", "attention_mask"}, hint
)

# %% nbgrader={"grade": true, "grade_id": "padding_dynamic", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "Each batch is padded to its own longest row, and the last batch may have fewer rows."
checks.count(tokens_computed([5, 3, 9, 2], 2), 2 * 5 + 2 * 9, "tokens of two batches", hint)
checks.count(tokens_computed([5, 3, 9, 2, 4], 2), 2 * 5 + 2 * 9 + 4, "tokens of two batches and a half", hint)
checks.count(tokens_computed([7, 7, 7], 8), 21, "tokens of one small batch", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for rows_drawn in (17, 40):
    lengths, size = rng.integers(1, 60, size=rows_drawn).tolist(), int(rng.integers(2, 9))
    padded = np.zeros((-(-rows_drawn // size), size), dtype=int)
    padded.flat[:rows_drawn] = lengths
    rows_of = np.minimum(size, rows_drawn - size * np.arange(len(padded)))
    checks.count(tokens_computed(lengths, size), int(padded.max(1) @ rows_of), "tokens", hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "padding_fixed", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "With a fixed length every row, short or long, costs exactly that many tokens."
checks.count(tokens_computed([5, 3, 9, 2, 40], 2, fixed=16), 5 * 16, "tokens at a fixed length", hint)
checks.count(tokens_computed([5, 3], 4, fixed=2), 2 * 2, "tokens at a fixed length", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
lengths, fixed = rng.integers(1, 80, size=23).tolist(), int(rng.integers(2, 60))
checks.count(tokens_computed(lengths, 4, fixed=fixed), 23 * fixed, "tokens at a fixed length", hint)
### END HIDDEN TESTS

# %% [markdown]
# What it saves here, against the fixed length of {{ s.tiny.usual_length }} that is often typed without a look at the
# texts: counted for the training texts drawn above, and timed for one forward pass over a few. Sorting rows by length
# saves nearly all of the rest; `train_sampling_strategy="group_by_length"` asks `Trainer` for something like it, at the
# price of batches that are a little less random. Below, texts are cut to {{ s.tiny.max_length }} tokens in profile
# tiny, to {{ s.laptop.max_length }} in laptop and to {{ s.gpu.max_length }} on a GPU; a line below the figure says how
# many texts that shortens.
#
# `new_model` loads the pretrained encoder and puts a classification head on it. No pretrained weights exist for that
# head: it is **new and random**, and the part that reconstructed masked words is dropped. transformers reports both in
# a long table at each load ("MISSING", "UNEXPECTED"), which is as it should be here; the import cell above turned it
# off, along with the loading bars. Elsewhere, read it: a row of your encoder among the missing ones is a bug.


# %%
def new_model(seed: int, pretrained: bool = True, labels: int = len(classes)):
    """ModernBERT with a fresh head on top; where pretrained is False, everything is fresh. Weights in float32."""
    set_seed(seed)
    source = model_path(settings.model)
    options = {"num_labels": labels, "classifier_pooling": "mean"}  # the head reads the mean over all real tokens
    if pretrained:
        model = AutoModelForSequenceClassification.from_pretrained(source, dtype=torch.float32, **options)
    else:
        model = AutoModelForSequenceClassification.from_config(
            AutoConfig.from_pretrained(source, **options), dtype=torch.float32
        )
    return model.to(device)


# %%
@torch.no_grad()
def forward_seconds(said: list[str], **padding) -> float:
    """Seconds for one forward pass over the texts, settings.batch at a time; the better of two."""
    model, seconds = new_model(0).eval(), []
    options = {"truncation": True, "max_length": settings.usual_length, "return_tensors": "pt", **padding}
    for _ in range(2):
        begin = time.perf_counter()
        for first in range(0, len(said), settings.batch):
            model(**tokenizer(said[first : first + settings.batch], **options).to(device)).logits.sum().item()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


# %%
def figure_padding():
    lengths = [len(ids) for ids in tokenise(train, tokenizer, settings.usual_length)["input_ids"]]
    computed = {"fixed length": tokens_computed(lengths, settings.batch, settings.usual_length)}
    computed |= {"longest of batch": tokens_computed(lengths, settings.batch)}
    computed |= {"sorted by length": tokens_computed(sorted(lengths), settings.batch)}
    some = train["text"][: settings.batch]
    slow, fast = (forward_seconds(some, padding=padding) for padding in ("max_length", True))
    figure, panels = plots.axes(2)
    panels[0].hist(lengths, bins=range(0, settings.usual_length + 2, 2))
    panels[0].set(xlabel="length (tokens)", ylabel="training texts (number)")
    bars = panels[1].bar(list(computed), [tokens / sum(lengths) for tokens in computed.values()])
    panels[1].bar_label(bars, fmt="%.2f")
    panels[1].set(xlabel="padding", ylabel="tokens computed / real tokens (ratio)")
    plots.show(figure, alt="Left: most texts are far shorter than the limit. Right: sorted batches waste least.")
    print(f"{len(some)} texts, one forward pass: {slow:.2f} s at a fixed length, {fast:.2f} s padded batch by batch")


figure_padding()

# %%
cut = np.mean([len(ids) > settings.max_length for ids in tokenizer(train["text"][:])["input_ids"]])
print(f"{cut:.0%} of the training texts are longer than {settings.max_length} tokens: below, models read their start.")

# %% [markdown]
# The third rival trains a network, but reads no pretrained weights: word vectors and an LSTM, both from scratch. Given
# code, no exercise; it is small and quick on purpose, and gets {{ s.tiny.lstm_steps }} steps in profile tiny.

# %%
collate = DataCollatorWithPadding(tokenizer)


class TextLSTM(nn.Module):
    """Word vectors, an LSTM, and a linear layer on the mean state of the real tokens."""

    def __init__(self, width: int):
        super().__init__()
        self.vectors = nn.Embedding(len(tokenizer), width, padding_idx=tokenizer.pad_token_id)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.classifier = nn.Linear(width, len(classes))

    def forward(self, input_ids, attention_mask):
        states, _ = self.lstm(self.vectors(input_ids))  # (rows, tokens, width)
        real = attention_mask.unsqueeze(-1).to(states.dtype)
        return self.classifier((states * real).sum(1) / real.sum(1))


# %%
@functools.cache
def lstm_score(seed: int, chosen: tuple[int, ...] | None) -> dict[str, float]:
    """Trains an LSTM from scratch on the chosen rows (None: all); its scores on the validation rows."""
    set_seed(seed)
    model, rng = TextLSTM(settings.lstm_width).to(device), np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.lstm_rate)
    rows = list(tokenise(train.select(chosen) if chosen else train, tokenizer, settings.max_length))
    for _ in range(settings.lstm_steps):
        batch = collate([rows[row] for row in rng.integers(len(rows), size=settings.batch)]).to(device)
        labels = batch.pop("labels")
        nn.functional.cross_entropy(model(**batch), labels).backward()
        optimizer.step()
        optimizer.zero_grad()
    batch = collate(list(tokenise(validation, tokenizer, settings.max_length))).to(device)
    labels = batch.pop("labels")
    with torch.no_grad():
        return compute_metrics((model.eval()(**batch).cpu().numpy(), labels.cpu().numpy()))


# %%
print({name: round(value, 3) for name, value in lstm_score(settings.seeds[0], None).items()})

# %% [markdown]
# # Part 3 · Fine-tuning all of it
#
# ## Exercise 4 · The arguments of a training run
#
# *Why.* A pretrained model is destroyed most easily in its first steps: the head is random, so the gradients that reach
# the layers below are large and mean nothing. A small rate, a warm-up and a decay to zero are the usual care.
#
# *Effort.* Medium, 15 minutes, 7 points.
#
# Write `training_arguments`: `steps` updates of `settings.batch` texts; the rate climbs in a straight line from 0 to
# `rate` over the first `settings.warmup` (a share) of the steps and falls in a straight line to 0 at the last; weight
# decay `settings.weight_decay`; the seed; no checkpoints. Pass `**machine` on, which says what depends on the hardware.
#
# <details><summary>Hint 1: names that changed</summary>
# In transformers 5 a warm-up share goes into <code>warmup_steps</code> as a number below 1 (<code>warmup_ratio</code>
# is gone), and <code>eval_strategy</code> was once called <code>evaluation_strategy</code>. Old tutorials raise a
# TypeError.
# </details>
# <details><summary>Hint 2: epochs or steps?</summary>
# <code>max_steps</code> overrides epochs. <code>lr_scheduler_type</code> is linear decay unless you say otherwise.
# </details>

# %%
print(f"settings.batch = {settings.batch} texts, settings.warmup = {settings.warmup} of the steps,", end=" ")
print(f"settings.weight_decay = {settings.weight_decay}")
print(f"later: settings.last = {settings.last} layers learn, at settings.rate = {settings.rate}")

# %%
# Autocast by hardware (shared/hardware.py says why), a loss for every step, nothing on the screen.
machine = {"bf16": hardware.dtype == "bfloat16", "fp16": hardware.dtype == "float16"}
machine |= {"use_cpu": hardware.device == "cpu", "dataloader_pin_memory": hardware.device == "cuda"}
machine |= {"disable_tqdm": True, "report_to": "none", "logging_steps": 1, "per_device_eval_batch_size": 64}


# %%
TOY = {"vocab_size": 60, "hidden_size": 16, "intermediate_size": 24, "num_attention_heads": 2, "local_attention": 4}
TOY |= {"initializer_range": 0.1}
TOY |= {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2}


def toy_model(seed: int = 0, layers: int = 4) -> ModernBertForSequenceClassification:
    """A ModernBERT with random weights, a few layers of width 16, three classes."""
    torch.manual_seed(seed)
    config = ModernBertConfig(**TOY, num_hidden_layers=layers, num_labels=3, classifier_pooling="mean")
    model = ModernBertForSequenceClassification(config)
    for norm in [p for p in model.parameters() if p.ndim == 1]:
        nn.init.normal_(norm, mean=1.0, std=0.3)  # as after training: no longer all ones
    return model


# %%
def toy_trainer(rate: float, steps: int, seed: int) -> Trainer:
    with TemporaryDirectory() as folder:
        trainer = Trainer(model=toy_model(), args=training_arguments(folder, rate, steps, seed))
        trainer.create_optimizer_and_scheduler(steps)
        return trainer


def rates_of(trainer: Trainer, steps: int) -> np.ndarray:
    """The learning rate at each step, and after the last; runs the trainer's schedule to its end."""
    rates = [trainer.lr_scheduler.get_last_lr()[0]]
    for _ in range(steps):
        trainer.optimizer.step()
        trainer.lr_scheduler.step()
        rates.append(trainer.lr_scheduler.get_last_lr()[0])
    return np.array(rates)


# %% nbgrader={"grade": false, "grade_id": "training_arguments", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def training_arguments(output_dir: str, rate: float, steps: int, seed: int) -> TrainingArguments:
    """Linear warm-up and decay, AdamW with weight decay, so many steps of settings.batch texts, no checkpoints."""
    ### BEGIN SOLUTION
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        seed=seed,
        save_strategy="no",
        **machine,
    )
    ### END SOLUTION


# %% [markdown]
# The checks put your arguments into a `Trainer` with the toy ModernBERT above and look at what comes out.

# %% nbgrader={"grade": true, "grade_id": "arguments_rate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for rate, steps in [(1e-3, 50), (3e-5, 20)]:
    trainer = toy_trainer(rate, steps, 0)
    rates = rates_of(trainer, steps)
    checks.close(rates.max(), rate, "the largest rate of the run", hint="Is learning_rate the rate given?")
    hint = "After the last step the rate should be 0, reached in a straight line: linear decay (the default)."
    checks.close(rates[-1], 0, "the rate at the end", hint=hint, atol=1e-12)
    falling = rates[rates.argmax() :]
    checks.close(np.diff(falling, 2), np.zeros(len(falling) - 2), "bends of the falling part", hint=hint, atol=1e-9)
    checks.count(trainer.args.max_steps, steps, "the number of updates", "Set max_steps; epochs depend on the data.")

# %% nbgrader={"grade": true, "grade_id": "arguments_warmup", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for steps in (40, 200):
    rates = rates_of(toy_trainer(1e-3, steps, 0), steps)
    climb = round(settings.warmup * steps)
    hint = f"Of {steps} steps, {climb} are the warm-up: the rate climbs from 0 in a straight line. A share or a count?"
    found = rates[: climb + 1] / rates.max()
    checks.close(found, np.arange(climb + 1) / climb, "rate / largest rate", hint=hint, atol=1e-9)

# %% nbgrader={"grade": true, "grade_id": "arguments_decay", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
groups = toy_trainer(1e-3, 20, 0).optimizer.param_groups
hint = "Weight decay should be settings.weight_decay on the matrices (Trainer itself spares biases and norms)."
checks.close(sorted({g["weight_decay"] for g in groups}), [0.0, settings.weight_decay], "the weight decays", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "arguments_rest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for seed in (3, 4):
    arguments = toy_trainer(1e-3, 20, seed).args
    checks.count(arguments.seed, seed, "the seed", "The order of the rows follows from the seed given.")
    hint = "A batch has settings.batch rows: that is per_device_train_batch_size."
    checks.count(arguments.per_device_train_batch_size, settings.batch, "rows in a batch", hint)
    hint = "Checkpoints would fill the disk: save_strategy='no'."
    checks.that(str(getattr(arguments.save_strategy, "value", arguments.save_strategy)) == "no", hint)
    hint = "Pass **machine on: it holds what your hardware needs."
    checks.that(arguments.logging_steps == 1 and arguments.disable_tqdm, hint)

# %% [markdown]
# Everything is there now. One function trains, evaluates, and reports; it will train frozen models and stored states
# alike, so keep it in mind.


# %%
def fine_tune(model, rows, held, rate: float, steps: int, seed: int, collator=collate) -> dict:
    """Trains the model in place with your arguments; your metrics, losses (steps,), seconds per step, probabilities."""
    with TemporaryDirectory() as folder:
        arguments = training_arguments(folder, rate, steps, seed)
        options = {"data_collator": collator, "compute_metrics": compute_metrics}
        trainer = Trainer(model=model, args=arguments, train_dataset=rows, eval_dataset=held, **options)
        trainer.remove_callback(PrinterCallback)
        begin = time.perf_counter()
        trainer.train()
        seconds = (time.perf_counter() - begin) / steps
        found = trainer.predict(held)
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    logits = torch.as_tensor(np.asarray(found.predictions, dtype=np.float32))
    result = {name.removeprefix("test_"): value for name, value in found.metrics.items()}
    return result | {"losses": losses, "seconds": seconds, "probabilities": logits.softmax(-1).numpy()}


# %%
def steps_for(rows: int) -> int:
    """Updates for so many rows: settings.steps, but no row more often than settings.epochs times."""
    return min(settings.steps, settings.epochs * rows // settings.batch)


@functools.cache
def full_run(seed: int, pretrained: bool, chosen: tuple[int, ...] | None) -> dict:
    """All parameters trained, from pretrained or random weights, on the chosen training rows (None: all)."""
    rows, held = (tokenise(part, tokenizer, settings.max_length) for part in (train, validation))
    rows = rows.select(chosen) if chosen else rows
    return fine_tune(new_model(seed, pretrained), rows, held, settings.full_rate, steps_for(len(rows)), seed)


# %%
def first_run():
    result = full_run(settings.seeds[0], True, None)
    print(f"{len(result['losses'])} steps of {settings.batch} texts, {result['seconds']:.2f} s each:", end=" ")
    print(f"accuracy {result['accuracy']:.3f}, macro-F1 {result['macro_f1']:.3f}")


first_run()

# %% [markdown]
# One run, one seed: what it is worth beside the baselines, with a spread, is the closing table's business.
#
# # Part 4 · Freezing
#
# ## Exercise 5 · All but the last N
#
# *Why.* The lower layers know words and grammar, which do not change from task to task. To freeze a parameter is to set
# `requires_grad = False` on it: no gradient, no optimizer state, no change.
#
# *Effort.* Medium, 15 minutes, 9 points.
#
# Write `freeze(model, last)`. The embeddings and all layers but the last `last` are frozen; the last ones,
# `final_norm`, `head` and `classifier` learn. `last=0` leaves only those three; `None` unfreezes everything. It must
# not matter how the model was frozen before. Return how many numbers will be trained.
#
# <details><summary>Hint 1: the loop everybody writes</summary>
# <code>for layer in model.model.layers[:-N]: for p in layer.parameters(): p.requires_grad = False</code>. Try it with
# N = 0 on a Python list before you trust it.
# </details>
# <details><summary>Hint 2: why the embeddings too?</summary>
# While anything below learns, the gradient has to be carried all the way down to it, through every frozen layer, and
# every layer's activations are kept for that. The embeddings are at the very bottom, under
# <code>model.model.embeddings</code>.
# </details>


# %%
def learns(module) -> bool:
    """Whether all parameters of the module learn; fails the check if only some do."""
    flags = {parameter.requires_grad for parameter in module.parameters()}
    checks.that(len(flags) == 1, "Half of a module is frozen and half is not: set the flag on every parameter of it.")
    return flags.pop()


# %% nbgrader={"grade": false, "grade_id": "freeze", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def freeze(model, last: int | None) -> int:
    """Leaves the last layers, final_norm, head and classifier trainable (None: everything); returns trainable numbers."""
    ### BEGIN SOLUTION
    model.requires_grad_(True)
    if last is not None:
        layers = model.model.layers
        model.model.embeddings.requires_grad_(False)
        for layer in layers[: len(layers) - last]:
            for parameter in layer.parameters():
                parameter.requires_grad = False
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "freeze_layers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for last in (1, 2, 3):
    model = toy_model()
    freeze(model, last)
    expected = [False] * (4 - last) + [True] * last
    found = [learns(layer) for layer in model.model.layers]
    hint = "Of four layers, "
    hint += f"the last {last} should learn. Is the flag set on the parameters (not the layer), and at the right end?"
    checks.that(found == expected, hint)
### BEGIN HIDDEN TESTS
layers = int(checks.fresh().integers(5, 9))
for last in (1, layers - 1, layers):
    toy = toy_model(layers=layers)
    freeze(toy, last)
    checks.that([learns(layer) for layer in toy.model.layers] == [n >= layers - last for n in range(layers)], hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "freeze_none_left", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model = toy_model()
freeze(model, 0)
hint = "With last=0 no layer learns. layers[:-0] is layers[:0], an empty list: count from the front instead."
checks.that(not any(learns(layer) for layer in model.model.layers), hint)

# %% nbgrader={"grade": true, "grade_id": "freeze_embeddings", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for last in (2, 4):
    model = toy_model()
    freeze(model, last)
    hint = (
        "The embeddings still learn, so every backward pass runs down to them: freeze model.model.embeddings as well."
    )
    checks.that(not learns(model.model.embeddings), hint)

# %% nbgrader={"grade": true, "grade_id": "freeze_head", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
model = toy_model()
freeze(model, 1)
hint = "final_norm, head and classifier should learn: without them nothing new can come out at the top."
checks.that(all(learns(part) for part in (model.model.final_norm, model.head, model.classifier)), hint)

# %% nbgrader={"grade": true, "grade_id": "freeze_again", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
model = toy_model()
for last, expected in [(1, 1), (3, 3), (2, 2), (None, 4)]:
    freeze(model, last)
    found = sum(learns(layer) for layer in model.model.layers)
    checks.count(
        found, expected, f"layers that learn after freeze(model, {last})", "What was frozen before should not matter."
    )
checks.that(learns(model.model.embeddings), "None unfreezes everything, the embeddings as well.")

# %% nbgrader={"grade": true, "grade_id": "freeze_count", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for last in (None, 2):
    model = toy_model()
    found = freeze(model, last)
    expected = sum(p.numel() for p in model.parameters() if p.requires_grad)
    checks.count(
        found, expected, "the number returned", "Count numbers (numel), not tensors, and only those that learn."
    )

# %% [markdown]
# ## Exercise 6 · Where the gradient goes
#
# *Why.* `requires_grad` is what you asked for. The gradient is what you got. Looking at it is how people find the layer
# that they forgot.
#
# *Effort.* Medium, 15 minutes, 6 points.
#
# Write `gradient_norms`: one backward pass of the loss on a batch; then, for each entry of `parts(model)`, the
# Euclidean norm of all its gradient numbers together, 0.0 where none arrived. Gradients left by somebody else must not
# count, and none must stay behind; weights stay as they are.
#
# <details><summary>Hint 1: what does a frozen parameter hold?</summary>
# <code>parameter.grad</code> is <code>None</code>, not zeros. And <code>backward()</code> adds to what is there already.
# </details>


# %%
def parts(model) -> dict:
    """Name -> module, from the bottom to the top: embeddings, each layer, final_norm, head."""
    layers = {f"layer {number}": layer for number, layer in enumerate(model.model.layers)}
    top = {"final_norm": model.model.final_norm, "head": nn.ModuleList([model.head, model.classifier])}
    return {"embeddings": model.model.embeddings, **layers, **top}


def toy_batch(rows: int = 3, tokens: int = 9, seed: int | None = 0) -> dict:
    """A padded batch for the toy model: row k has k tokens fewer than the first."""
    rng = np.random.default_rng(seed)
    ids, mask = rng.integers(3, 60, size=(rows, tokens)), np.ones((rows, tokens), dtype=int)
    for row in range(rows):
        mask[row, tokens - row :] = 0
    batch = {"input_ids": ids * mask, "attention_mask": mask, "labels": rng.integers(3, size=rows)}
    return {name: torch.as_tensor(value) for name, value in batch.items()}


# %% nbgrader={"grade": false, "grade_id": "gradient_norms", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def gradient_norms(model, batch: dict) -> dict[str, float]:
    """Part -> norm of the gradient of model(**batch).loss with respect to its parameters; 0.0 where there is none."""
    ### BEGIN SOLUTION
    model.zero_grad()
    model(**batch).loss.backward()
    norms = {}
    for name, module in parts(model).items():
        squares = [p.grad.pow(2).sum() for p in module.parameters() if p.grad is not None]
        norms[name] = float(sum(squares)) ** 0.5
    model.zero_grad()
    return norms
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "gradient_values", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def reference_norms(model, batch) -> dict[str, float]:
    wanted = [p for p in model.parameters() if p.requires_grad]
    found = dict(zip(map(id, wanted), torch.autograd.grad(model(**batch).loss, wanted), strict=True))
    inside = {
        name: [found[id(p)].flatten() for p in m.parameters() if id(p) in found] for name, m in parts(model).items()
    }
    return {name: float(torch.cat(tensors).norm()) if tensors else 0.0 for name, tensors in inside.items()}


model, batch = toy_model(), toy_batch()
expected, found = reference_norms(model, batch), gradient_norms(model, batch)
checks.keys(found, expected, "what gradient_norms returns")
hint = "One norm over all gradient numbers of a part: square, sum over all its parameters, then one root."
checks.close([found[name] for name in expected], list(expected.values()), "the norms", hint=hint, rtol=1e-3, atol=1e-7)
### BEGIN HIDDEN TESTS
model, batch = toy_model(int(checks.fresh().integers(9999))), toy_batch(seed=None)
expected, found = reference_norms(model, batch), gradient_norms(model, batch)
checks.close([found[name] for name in expected], list(expected.values()), "the norms", hint=hint, rtol=1e-3, atol=1e-7)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "gradient_frozen", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model = toy_model()
for module in [model.model.embeddings, *model.model.layers[:3]]:
    module.requires_grad_(False)
found = gradient_norms(model, toy_batch())
hint = "Frozen parts get no gradient, so 0.0: is it the gradient that is measured, and is None taken for nothing?"
quiet = [found[name] for name in ("embeddings", "layer 0", "layer 1", "layer 2")]
checks.close(quiet, [0.0] * 4, "norms of the frozen parts", hint=hint)
checks.that(min(found["layer 3"], found["head"]) > 0, "The last layer and the head learn: their gradient is not 0.")

# %% nbgrader={"grade": true, "grade_id": "gradient_clean", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model, batch = toy_model(), toy_batch()
before = [p.detach().clone() for p in model.parameters()]
first = gradient_norms(model, batch)["head"]
hint = "The weights have moved: a look at gradients takes no step."
checks.that(all(torch.equal(p, old) for p, old in zip(model.parameters(), before, strict=True)), hint)
hint = "backward() leaves gradients behind for whoever comes next: clear them before you return."
checks.that(all(p.grad is None or not p.grad.abs().sum() for p in model.parameters()), hint)
model(**batch).loss.backward()  # somebody leaves gradients behind
hint = "backward() adds to what is there: clear old gradients first."
checks.close(gradient_norms(model, batch)["head"], first, "the head's norm the second time", hint=hint, rtol=1e-4)


# %%
def figure_gradients():
    figure, panel = plots.axes(width=8)
    batch = collate(list(tokenise(train.select(range(settings.batch)), tokenizer, settings.max_length))).to(device)
    for number, (last, name) in enumerate([(None, "all"), (settings.last, f"last {settings.last}"), (0, "head only")]):
        model = new_model(settings.seeds[0])
        count = freeze(model, last)
        norms = gradient_norms(model, batch)
        places = np.arange(len(norms)) + 0.27 * (number - 1)
        panel.bar(places, list(norms.values()), 0.25, label=f"{name}: {count:,} parameters learn")
    panel.set_xticks(range(len(norms)), list(norms), rotation=45)
    panel.set(xlabel="part of the model", ylabel="gradient norm (nats per unit)")
    panel.legend(fontsize=8)
    alt = "Bars of gradient norms for each part. With all parameters every part has a bar; with the last layers only those "
    plots.show(figure, alt=alt + "layers, the final norm and the head have one; with the head only just the last two.")


figure_gradients()

# %% [markdown]
# A frozen part has no bar, and the bars that remain are as high as before: freezing takes gradients away and alters
# none. Where the head's bar towers over the others, remember what a gradient says: how fast the loss would change with
# these numbers. The head is new and random and has everything to learn; what lies below it was pretrained.
#
# ## Exercise 7 · Pay for the frozen part once
#
# *Why.* A frozen layer gives the same states for a sentence in every epoch. ModernBERT has no dropout by default, so
# "the same" is exact. Compute them once, keep them, and train the rest on what was kept: the model is the same model,
# and the frozen part's forward pass is gone from every step.
#
# *Effort.* Hard, 30 minutes, 10 points.
#
# `run_layers` sends states through some layers, with the attention masks and positions they need. What comes before the
# first layer is `model.model.embeddings(input_ids)`: word vectors, (rows, tokens, width), already through their norm.
# With these two write `prefix_states`: embeddings, then all layers but the last `last`, without recording anything for
# a backward pass. And `logits_from`: from those states to the logits: the last layers, `final_norm`, the mean over the
# real tokens of a row, `head`, `classifier`. Together they must give what `model(...)` gives.
#
# <details><summary>Hint 1: the mean over real tokens</summary>
# Padding has states as well. Multiply by the mask, (rows, tokens, 1), sum over tokens, divide by the number of real
# tokens of each row.
# </details>
# <details><summary>Hint 2: nothing to run</summary>
# <code>run_layers(model, layers[n:], ...)</code> with an empty list gives the states back. Which n is right for
# last = 0? <code>layers[-0:]</code> is the whole list, and <code>layers[:-0]</code> is empty: count from the front in
# both functions.
# </details>


# %%
def run_layers(model, layers, states: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """The states, (rows, tokens, width), after these layers of the model; padding is hidden from attention."""
    what = {"config": model.config, "inputs_embeds": states, "attention_mask": attention_mask}
    near = create_bidirectional_sliding_window_mask(**what)  # two layers of three look only at their neighbourhood
    masks = {"full_attention": create_bidirectional_mask(**what), "sliding_attention": near}
    positions = torch.arange(states.shape[1], device=states.device).unsqueeze(0)
    for layer in layers:
        kind = layer.attention_type
        rotary = model.model.rotary_emb(states, positions, kind)
        states = layer(states, attention_mask=masks[kind], position_embeddings=rotary)
    return states


# %% nbgrader={"grade": false, "grade_id": "prefix_states", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def prefix_states(model, last: int, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """States (rows, tokens, width) that enter the last layers; nothing is recorded for a backward pass."""
    ### BEGIN SOLUTION
    layers = model.model.layers
    with torch.no_grad():
        states = model.model.embeddings(input_ids)
        return run_layers(model, layers[: len(layers) - last], states, attention_mask)
    ### END SOLUTION


def logits_from(model, last: int, states: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Logits (rows, classes) from the states that enter the last layers."""
    ### BEGIN SOLUTION
    layers = model.model.layers
    states = model.model.final_norm(run_layers(model, layers[len(layers) - last :], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    pooled = (states * real).sum(1) / real.sum(1)  # (rows, width)
    return model.classifier(model.head(pooled))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "cache_prefix", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
model, batch = toy_model().eval(), toy_batch()
text = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}
real = text["attention_mask"].bool()
all_states = model.model(**text, output_hidden_states=True).hidden_states
for last in (1, 2, 3):
    found = prefix_states(model, last, *text.values())
    hint = (
        f"Four layers, the last {last} left out: embeddings (with their norm), then {4 - last} layers, with the mask."
    )
    checks.close(found[real], all_states[4 - last][real], "the states of real tokens", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
model, batch = toy_model(int(checks.fresh().integers(9999))).eval(), toy_batch(4, 12, None)
text = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}
all_states, real = model.model(**text, output_hidden_states=True).hidden_states, text["attention_mask"].bool()
for last in (1, 2, 3):
    found = prefix_states(model, last, *text.values())
    checks.close(found[real], all_states[4 - last][real], "the states of real tokens", hint=hint, atol=1e-6)
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "cache_logits", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def whole_and_split(model, batch: dict, last: int):
    """Logits of the whole model, and those by way of stored states."""
    ids, mask = batch["input_ids"], batch["attention_mask"]
    stored_states = model.model(ids, mask, output_hidden_states=True).hidden_states[4 - last].detach()
    return model(ids, mask).logits, logits_from(model, last, stored_states, mask)


for last in (1, 2, 3):
    whole, split = whole_and_split(toy_model().eval(), toy_batch(), last)
    hint = "From right states come other logits: the last layers, final_norm, mean over real tokens only, head, classifier."
    checks.close(split, whole, "logits from stored states", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
for last in (1, 2, 3):
    model = toy_model(int(checks.fresh().integers(9999))).eval()
    whole, split = whole_and_split(model, toy_batch(5, 11, None), last)
    checks.close(split, whole, "logits from stored states", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "cache_ends", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model, batch = toy_model().eval(), toy_batch()
ids, mask = batch["input_ids"], batch["attention_mask"]
for last in (0, 4):
    found = logits_from(model, last, prefix_states(model, last, ids, mask), mask)
    hint = f"last={last} of four layers should give the whole model's logits. If a check above fails, mend that first; "
    hint += "if none does: does a layer run twice at this end (or not at all), or final_norm?"
    checks.close(found, model(ids, mask).logits, "logits by way of stored states", hint=hint, atol=1e-6)

# %% nbgrader={"grade": true, "grade_id": "cache_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model, batch = toy_model(), toy_batch()
ids, mask, labels = batch.values()
states = prefix_states(model, 2, ids, mask)
checks.that(
    not states.requires_grad, "Stored states carry a graph of the frozen layers with them: use torch.no_grad()."
)
logits = logits_from(model, 2, states, mask)
hint = "No gradient comes back from logits_from: the last layers and the head have to learn, so record there."
checks.that(logits.requires_grad, hint)
nn.functional.cross_entropy(logits, labels).backward()
found = [p.grad for p in model.model.layers[2:].parameters()]
checks.that(all(g is not None for g in found) and model.classifier.weight.grad is not None, hint)
expected = torch.autograd.grad(model(**batch).loss, list(model.model.layers[2:].parameters()))
for mine, theirs in zip(found, expected, strict=True):
    hint = (
        "The last layers' gradients are not the whole model's. If a check above fails, mend that first; if none does: "
    )
    hint += "is something detached, or computed without a record, between the states and the logits?"
    checks.close(mine, theirs, "gradients of the last layers", hint=hint, rtol=1e-3, atol=1e-6)

# %% [markdown]
# Now on the real model. `Tail` is a model for `Trainer` that reads stored states; its parameters *are* the big
# model's, so training it trains the big one. Two questions: is it exact, and what does it save? The next cells are
# given, up to the two lines that answer: run them all, and read `Tail`; the others store, pad and time.


# %%
class Tail(nn.Module):
    """The last layers and the head of a model, fed with stored states (rows, tokens, width)."""

    def __init__(self, model, last: int):
        super().__init__()
        self.model, self.last = model, last

    def forward(self, states, attention_mask, labels=None) -> dict:
        logits = logits_from(self.model, self.last, states, attention_mask)
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return {"loss": loss, "logits": logits}


def collate_states(rows: list[dict]) -> dict:
    """Stored rows as a batch, padded with zeros to the longest."""
    states = nn.utils.rnn.pad_sequence([row["states"] for row in rows], batch_first=True)
    lengths = torch.tensor([len(row["states"]) for row in rows]).unsqueeze(1)
    mask = (torch.arange(states.shape[1]).unsqueeze(0) < lengths).long()
    return {"states": states, "attention_mask": mask, "labels": torch.tensor([row["label"] for row in rows])}


# %%
def by_length(rows: list[dict], size: int = 64):
    """Numbers of the rows in batches of like length."""
    what = "states" if "states" in rows[0] else "input_ids"
    order = sorted(range(len(rows)), key=lambda row: len(rows[row][what]))
    return [order[first : first + size] for first in range(0, len(order), size)]


# %%
@torch.no_grad()
def stored(rows: list[dict], last: int, labels: int = len(classes)) -> list[dict]:
    """Tokenised rows as the frozen layers leave them: states (tokens, width), in main memory, and label."""
    model, found = new_model(0, labels=labels).eval(), [{}] * len(rows)
    for chosen in tqdm(by_length(rows), desc="Storing states", delay=10, leave=False, disable=len(rows) < 2000):
        batch = collate([rows[row] for row in chosen]).to(device)
        states = prefix_states(model, last, batch["input_ids"], batch["attention_mask"]).cpu()
        for place, row in enumerate(chosen):
            length = len(rows[row]["input_ids"])
            found[row] = {"states": states[place, :length].clone(), "label": rows[row]["label"]}
    return found


# %%
@torch.no_grad()
def deeper(model, rows: list[dict], layer: int) -> list[dict]:
    """Stored rows after one more layer of the model."""
    found = [{}] * len(rows)
    for chosen in by_length(rows):
        batch = collate_states([rows[row] for row in chosen])
        states, mask = batch["states"].to(device), batch["attention_mask"].to(device)
        for row, after in zip(
            chosen, run_layers(model, model.model.layers[layer : layer + 1], states, mask).cpu(), strict=True
        ):
            found[row] = {"states": after[: len(rows[row]["states"])].clone(), "label": rows[row]["label"]}
    return found


# %%
@functools.cache
def states_of(name: str, last: int) -> list[dict]:
    """Stored states of "train" or "validation"; the head's are computed from those that the last layers read."""
    if last == settings.last:
        rows = {"train": train, "validation": validation}[name]
        return stored(list(tokenise(rows, tokenizer, settings.max_length)), last)
    model, rows = new_model(0).eval(), states_of(name, settings.last)
    for layer in range(len(model.model.layers) - settings.last, len(model.model.layers) - last):
        rows = deeper(model, rows, layer)
    return rows


# %%
def step_seconds(model, batch: dict) -> float:
    """Seconds for one forward and backward pass; the best of several."""
    seconds = []
    for _ in range(settings.step_repeats):
        begin = time.perf_counter()
        loss = model(**batch)["loss"]
        loss.backward()
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begin)
        model.zero_grad()
    return min(seconds)


# %%
def step_batches(last: int):
    """(model, one batch as tokens, the same rows as stored states), the model frozen below the last layers."""
    model = new_model(settings.seeds[0])
    freeze(model, last)
    rows = list(tokenise(train.select(range(settings.batch)), tokenizer, settings.max_length))
    batch = collate(rows).to(device)
    states = prefix_states(model, last, batch["input_ids"], batch["attention_mask"])
    return model, batch, {"states": states, "attention_mask": batch["attention_mask"], "labels": batch["labels"]}


# %%
def exact_and_faster(last: int):
    model, batch, kept = step_batches(last)
    tail = Tail(model, last)
    with torch.no_grad():
        difference = (model(**batch).logits - tail(**kept)["logits"]).abs().max().item()
    plain, stored_too = step_seconds(model, batch), step_seconds(tail, kept)
    print(f"last {last} layers: logits differ by at most {difference:.1e}; a step takes {plain:.3f} s from tokens,")
    print(
        f"{stored_too:.3f} s from stored states: {plain / stored_too:.1f} times as fast (one batch, measured just now)"
    )


exact_and_faster(settings.last)

# %% [markdown]
# The same numbers, at the price of the last layers alone, after one pass over the data to fill the store. So the fewer
# layers learn, the more it saves, and most where none does: the first row of the next table. It costs memory or disk
# instead: width times four bytes for each token. And it is only right while the rows stay as they are (no random
# cropping, no word dropout) and nothing in the prefix draws at random.
#
# ## How many layers should learn?
#
# So here is the sweep over N, from the head alone to all layers and then the embeddings as well. What learning costs is
# measured on one batch. Seconds are shown both ways. Memory is what one step holds: weights, gradients, Adam's two
# averages, and the activations kept for the backward pass, each counted in the step itself. Scores are means over
# seeds where a row has more runs than one. Profiles laptop and gpu train every N of the table. Tiny trains
# {{ s.tiny.sweep_scores | join(", ") }} and all, with {{ s.tiny.steps }} steps of {{ s.tiny.batch }} texts, so a run
# reads {{ s.tiny.steps * s.tiny.batch }} of its {{ s.tiny.train_rows }} texts. Each trains at a rate that suits it: in
# tiny the head alone at {{ s.tiny.head_rate }}, layers at {{ s.tiny.rate }}, all at {{ s.tiny.full_rate }}.
# The cells before the table are given: run them, and read `tail_run`, which later parts call again.


# %%
def training_memory(model, batch: dict) -> float:
    """MB that one training step holds: weights, gradients, two Adam averages, and what backward needs of the forward."""
    kept = {}

    def note(tensor):
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        loss = model(**batch).loss
    weights = {p.untyped_storage().data_ptr(): p.nbytes for p in model.parameters()}
    loss.backward()
    learned = sum(p.grad.nbytes for p in model.parameters() if p.grad is not None)
    model.zero_grad()
    activations = sum(size for place, size in kept.items() if place not in weights)
    return (sum(weights.values()) + 3 * learned + activations) / 1e6


# %%
@functools.cache
def tail_run(seed: int, last: int, rate: float, chosen: tuple[int, ...] | None) -> dict:
    """The last layers trained on stored states of the chosen rows (None: all); with the model where it is the usual run."""
    rows = states_of("train", last)
    rows = [rows[row] for row in chosen] if chosen else rows
    tail = Tail(new_model(seed), last)
    freeze(tail.model, last)
    result = fine_tune(tail, rows, states_of("validation", last), rate, steps_for(len(rows)), seed, collate_states)
    usual = chosen is None and (last, rate) == (settings.last, settings.rate)
    return result | {"model": tail.model} if usual else result


def best_run(seed: int) -> dict:
    """The last layers at the usual rate on all training rows, with the model."""
    return tail_run(seed, settings.last, settings.rate, None)


# %%
def partial_run(seed: int, last: int) -> dict:
    """The last layers trained on tokens: no states of this depth are stored."""
    model = new_model(seed)
    freeze(model, last)
    rows, held = (tokenise(part, tokenizer, settings.max_length) for part in (train, validation))
    return fine_tune(model, rows, held, settings.rate, steps_for(len(rows)), seed)


def rate_for(last: int) -> float:
    return settings.rate if last else settings.head_rate


def runs_of(last: int | None) -> list[dict]:
    """One run for each seed; None: everything learns."""
    if last is None:
        return [full_run(seed, True, None) for seed in settings.full_seeds]
    if last in (0, settings.last):
        return [tail_run(seed, last, rate_for(last), None) for seed in settings.seeds]
    return [partial_run(settings.seeds[0], last)]


# %%
def price_row(last: int | None) -> dict:
    """One N: what learns, and what a step costs; None: everything learns, and nothing can be stored."""
    model, batch, kept = step_batches(last or 0)
    found = {"N": "all" if last is None else last, "parameters": freeze(model, last)}
    found |= {"MB": training_memory(model, batch), "s, tokens": step_seconds(model, batch)}
    return found | {"s, stored": np.nan if last is None else step_seconds(Tail(model, last), kept)}


# %%
@functools.cache
def layer_sweep() -> pd.DataFrame:
    """A row for each N of the settings, from the head alone to all parameters."""
    table = []
    for last in tqdm([*settings.sweep_layers, None], desc="N", delay=10, leave=False):
        scored = last is None or last in settings.sweep_scores
        f1 = [run["macro_f1"] for run in runs_of(last)] if scored else []
        row = {"macro-F1": np.mean(f1) if f1 else np.nan, "sd": np.std(f1, ddof=1) if len(f1) > 1 else np.nan}
        table.append(price_row(last) | row | {"runs": len(f1)})
    return pd.DataFrame(table)


layer_sweep().round({"MB": 1, "s, tokens": 3, "s, stored": 3, "macro-F1": 3, "sd": 3})


# %%
def score_panel(panel, table: pd.DataFrame, places: list[int]):
    """Macro-F1 against N with the spread over seeds, and the recorded curve of a longer run where the settings have one."""
    panel.errorbar(places, table["macro-F1"], table["sd"], fmt="o", capsize=4, label="measured now")
    if settings.recorded_sweep:
        layers, f1 = zip(*settings.recorded_sweep, strict=True)
        panel.plot(layers, f1, "^:", color="grey", label="recorded, profile laptop")
        panel.legend(fontsize=8)


# %%
def figure_sweep():
    table, layers = layer_sweep(), settings.sweep_layers
    places = [*layers, layers[-1] + layers[1] - layers[0]]  # "all" one step beyond the last N
    figure, panels = plots.axes(4, width=3.4)
    score_panel(panels[0], table, places)
    panels[1].plot(places, table["s, tokens"], "o-", label="from tokens")
    panels[1].plot(places, table["s, stored"], "s--", label="from stored states")
    panels[1].legend(fontsize=8)
    panels[2].plot(places, table["MB"], "o-")
    panels[3].plot(places, table["parameters"] / 1e6, "o-")
    names = ["macro-F1 (0 to 1)", "time of a step (s)", "memory of a step (MB)", "parameters that learn (millions)"]
    for panel, name in zip(panels, names, strict=True):
        panel.set(xlabel="layers that learn, N", ylabel=name, ylim=(0, None), xticks=places, xticklabels=table["N"])
    alt = "Macro-F1, seconds of a step (from tokens and from stored states), memory and parameters against N. The last "
    plots.show(figure, alt=alt + "two climb with N; a step from stored states is shortest where the head alone learns.")


figure_sweep()

# %% [markdown]
# Memory and parameters are counted, and climb with N; the last step up is the embedding table. Seconds are what a clock
# said, the best of {{ s.tiny.step_repeats }} passes in profile tiny: on a busy machine a point may still stand out of
# line, so read the two ends. Where the head alone learns, stored states leave next to nothing to compute; where all
# layers learn they leave everything but the embeddings, and the two ways should cost the same but for the clock. In the
# first panel bars show the standard deviation over seeds, on {{ s.tiny.validation_rows }} validation rows in profile
# tiny, and a point without one is a single run: differences that are no larger than a bar are noise. So, side by side:
# what each further layer costs, and whether the score rises with it by more than noise.
# {%- if s.tiny.recorded_sweep %}
# The grey triangles in profile tiny were not measured just now: they are recorded from one run of profile laptop, on
# {{ s.laptop.train_rows }} training rows; there, too, the scores of all N lie within 0.04 of each other.
# {%- endif %}
#
# ## How large a rate?
#
# From scratch, rates around 1e-3 are usual; pretrained models are tuned at 2e-5 to 1e-4. Stored states make a sweep
# cheap, so here it is, on the last {{ s.tiny.last }} layers, one seed.


# %%
@functools.cache
def rate_runs() -> dict[float, dict]:
    """Rate -> one run of the last layers; one seed."""
    rates, seed = tqdm(settings.rates, desc="Rates", delay=10, leave=False), settings.seeds[0]
    return {rate: tail_run(seed, settings.last, rate, None) for rate in rates}


# %%
def smooth(losses: list[float]) -> np.ndarray:
    """The mean of up to five steps, (steps,)."""
    return pd.Series(losses).rolling(5, min_periods=1).mean().to_numpy()


def rate_table() -> pd.DataFrame:
    """For each rate: the score, the last loss, how many classes are predicted, and the share of the commonest."""
    table = {}
    for rate, run in rate_runs().items():
        shares = np.bincount(run["probabilities"].argmax(1), minlength=len(classes)) / len(validation)
        row = {"macro-F1": run["macro_f1"], "loss, last 5 steps": smooth(run["losses"])[-1]}
        row |= {"classes predicted": int((shares > 0).sum()), "share of the commonest": shares.max()}
        table[f"{rate:g}"] = row
    return pd.DataFrame(table).T.astype({"classes predicted": int}).rename_axis(index="rate").round(3)


# %%
def figure_rates():
    figure, panels = plots.axes(2)
    runs = rate_runs()
    for rate, run in runs.items():
        panels[0].plot(range(1, len(run["losses"]) + 1), smooth(run["losses"]), label=f"{rate:g}")
    panels[0].set(xlabel="step (number)", ylabel="loss, mean of 5 steps (nats)", ylim=(0, 4))
    panels[0].legend(title="rate", fontsize=8)
    panels[1].plot(list(runs), [run["macro_f1"] for run in runs.values()], "o-", label="last layers")
    lazy = score([np.bincount(train["label"]).argmax()] * len(validation), validation["label"])["macro_f1"]
    panels[1].axhline(lazy, color="grey", linestyle="--", label="majority")
    panels[1].set(xscale="log", xlabel="learning rate (per step)", ylabel="macro-F1 (0 to 1)")
    panels[1].legend(fontsize=8)
    scores = ", ".join(f"{run['macro_f1']:.2f} at {rate:g}" for rate, run in runs.items())
    alt = "Left: training loss against the step, a curve for each rate. Right: macro-F1 against the rate: "
    plots.show(figure, alt=alt + f"{scores}; the majority's, a dashed line, is {lazy:.2f}.")


figure_rates()
rate_table()

# %% [markdown]
# At the smallest rate little has happened by the last step. At the largest, look whether the score is at the dashed
# line or below, which is what "broken" means here: pretraining has been overwritten, and the last two columns say
# whether nearly all texts get one class. Do not look for it in the loss: **a broken run can end with the lowest loss of
# all.** A model that gives every text the shares of the three classes pays at most ln 3 = 1.1 nats on average, and a
# large rate gets there in a few steps; a run that still improves on a head that began confident and wrong can stand
# above that while it already tells the classes apart. The best rate depends on what learns: a head alone stands a
# larger rate than all parameters do, and a small model a larger one than ModernBERT-base, whose makers used 8e-5. So
# the number of steps, the part that learns and the number of seeds belong beside every "best learning rate" that you
# read.
#
# # Part 5 · How many labels?
#
# ## Exercise 8 · Subsets that can be compared
#
# *Why.* Does a pretrained model need fewer labels? The curve answers only if its points differ in nothing but the
# number. So the texts of a smaller subset are among those of every larger one (**nested**), and each subset has the
# classes in the shares of the whole (**stratified**), or luck with a rare class looks like a lesson about labels.
#
# *Effort.* Medium, 20 minutes, 7 points.
#
# Write `nested_subsets`: a dict from each count to that many different row numbers, as a tuple. In a subset of n rows a
# class with share p of all labels has n p rows, give or take one. The seed decides who is drawn, and nothing else does:
# the rows of a count must not depend on which other counts are asked for (below, one is asked for at a time).
#
# <details><summary>Hint 1: one order, many prefixes</summary>
# If all subsets are prefixes of one order of the rows, they are nested by themselves. What remains is an order in which
# every prefix has the right shares.
# </details>
# <details><summary>Hint 2: such an order</summary>
# Shuffle each class by itself. Give the k-th row of a class (k = 0, 1, ...) of n rows the place (k + ½) / n, and sort
# all rows by place: every class is spread evenly from 0 to 1.
# </details>


# %% nbgrader={"grade": false, "grade_id": "nested_subsets", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def nested_subsets(labels: list[int], counts: list[int], seed: int) -> dict[int, tuple[int, ...]]:
    """Count -> that many row numbers; smaller subsets lie inside larger ones, all with the class shares of the whole."""
    ### BEGIN SOLUTION
    rng, labels = np.random.default_rng(seed), np.asarray(labels)
    place = np.zeros(len(labels))  # of each row in the common order, 0 to 1
    for k in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == k))
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    order = np.argsort(place, kind="stable")
    return {count: tuple(int(row) for row in order[:count]) for count in counts}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "subset_sizes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
made_up = [int(k) for k in np.random.default_rng(0).permutation([0] * 370 + [1] * 210 + [2] * 420)]
found = nested_subsets(made_up, [10, 50, 200, 1000], 0)
checks.keys(found, [10, 50, 200, 1000], "the dict of subsets")
for count, rows in found.items():
    rows = [int(row) for row in rows]
    checks.count(len(rows), count, "rows in a subset", "Rounding class by class does not always add up to the count.")
    checks.count(len(set(rows)), count, "different rows in a subset", "Nobody is drawn twice.")
    (
        checks.between(min(rows), 0, len(made_up) - 1, "the smallest row number"),
        checks.between(max(rows), 0, 999, "the largest"),
    )

# %% nbgrader={"grade": true, "grade_id": "subset_nested", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for seed in (0, 7):
    found = nested_subsets(made_up, [200, 20, 75], seed)
    hint = "The smaller subset should lie inside the larger one: take prefixes of one order, not a new draw for each."
    checks.that(set(found[20]) < set(found[75]) < set(found[200]), hint)
    alone = "Asked for alone, a count should get the rows that it gets among others: same seed, same order of the rows."
    for count in (20, 75, 200):
        checks.that(set(nested_subsets(made_up, [count], seed)[count]) == set(found[count]), alone)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
drawn, seed = [int(k) for k in rng.integers(4, size=500)], int(rng.integers(9999))
found = nested_subsets(drawn, [30, 120, 400], seed)
checks.that(set(found[30]) < set(found[120]) < set(found[400]), hint)
checks.that(all(set(nested_subsets(drawn, [count], seed)[count]) == set(found[count]) for count in found), alone)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "subset_shares", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = (
    "In a subset of n rows a class with share p has n p rows, give or take one: neither as luck will, nor equal shares."
)
for count, rows in nested_subsets(made_up, [10, 50, 200], 3).items():
    inside = np.bincount(np.array(made_up)[list(rows)], minlength=3)
    checks.between(
        np.abs(inside - count * np.array([0.37, 0.21, 0.42])).max(), 0, 1.5, "rows too many or too few", hint
    )
### BEGIN HIDDEN TESTS
rng = checks.fresh()
drawn = rng.choice(3, size=900, p=[0.6, 0.1, 0.3])
for count, rows in nested_subsets(drawn.tolist(), [40, 300], int(rng.integers(9999))).items():
    gap = np.bincount(drawn[list(rows)], minlength=3) - count * np.bincount(drawn, minlength=3) / 900
    checks.between(np.abs(gap).max(), 0, 1.5, "rows too many or too few", hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "subset_seed", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
draws = [set(nested_subsets(made_up, [100], seed)[100]) for seed in (1, 1, 2, 3)]
checks.that(
    draws[0] == draws[1], "The same seed should draw the same rows: use a generator of your own with that seed."
)
hint = "Other seeds should draw other rows (the order of the file decides here, or a seed that is fixed inside)."
checks.that(draws[0] != draws[2] and draws[2] != draws[3] and max(draws[0]) > 500 and min(draws[0]) < 500, hint)
late = sum(made_up[row] == 0 for row in draws[0] | draws[2] | draws[3])
checks.that(late > 60, "Within a class the rows should be drawn at random as well.")

# %% [markdown]
# The curve. "Pretrained" trains the top of a pretrained model on stored states: the head alone in profile tiny, the
# last {{ s.laptop.label_last }} layers in laptop, {{ s.gpu.label_last }} on a GPU. Three arms read no pretrained
# weights: TF-IDF, the LSTM, and ModernBERT itself with random weights, all of it learning (there is nothing worth
# freezing). Both ModernBERTs get as many steps, at most {{ s.tiny.steps }} in profile tiny and {{ s.laptop.steps }} in
# laptop; of networks from scratch, tiny can afford one point only.


# %%
def chosen_rows(count: int, seed: int) -> tuple[int, ...] | None:
    """Row numbers of the training part: your subset of that size, or None where that is all of it."""
    return nested_subsets(train["label"][:], [count], seed)[count] if count < len(train) else None


# %%
def label_run(seed: int, chosen: tuple[int, ...] | None) -> dict:
    """The pretrained arm: the top of the model, trained on stored states of the chosen rows (None: all)."""
    return tail_run(seed, settings.label_last, rate_for(settings.label_last), chosen)


# %%
def label_arms(count: int, seed: int) -> dict[str, float]:
    """Macro-F1 of each arm with so many labels."""
    rows = chosen_rows(count, seed)
    part = train.select(rows) if rows else train
    words = fit_baselines(part["text"][:], part["label"][:])["tf-idf"]
    found = {"tf-idf": score(words.predict(validation["text"][:]), validation["label"][:])["macro_f1"]}
    found["pretrained"] = label_run(seed, rows)["macro_f1"]
    if count in settings.scratch_counts:
        found["LSTM from scratch"] = lstm_score(seed, rows)["macro_f1"]
        if seed in settings.scratch_seeds:
            found["ModernBERT from scratch"] = full_run(seed, False, rows)["macro_f1"]
    return found


# %%
@functools.cache
def label_curve() -> pd.DataFrame:
    """Rows: number of labels; columns: (arm, seed)."""
    cells = {}
    for count, seed in tqdm(
        [(c, s) for c in settings.label_counts for s in settings.label_seeds], desc="Labels", delay=10, leave=False
    ):
        for arm, f1 in label_arms(count, seed).items():
            cells[min(count, len(train)), arm, seed] = f1
    return pd.Series(cells).unstack([1, 2])


# %%
def figure_labels():
    figure, panel = plots.axes(width=6.5)
    styles = {"pretrained": "o-", "tf-idf": "^--", "LSTM from scratch": "v-.", "ModernBERT from scratch": "s:"}
    for number, (arm, style) in enumerate(styles.items()):
        curve = label_curve()[arm]
        spread = curve.std(axis=1, ddof=1) if curve.shape[1] > 1 else None
        places = curve.index * 1.03 ** (number - 1.5)  # a little apart, or one mark would hide another
        panel.errorbar(
            places, curve.mean(axis=1), spread, fmt=style, capsize=3, label=f"{arm}, seeds: {curve.shape[1]}"
        )
    panel.set(xscale="log", xlabel="labels (number)", ylabel="macro-F1 (0 to 1)", ylim=(0, 1))
    panel.set_xticks(label_curve().index, [f"{count:,}" for count in label_curve().index])
    panel.minorticks_off()
    panel.legend(fontsize=8)
    ends = [f"{arm} ends at {label_curve()[arm].mean(axis=1).dropna().iloc[-1]:.2f}" for arm in styles]
    alt = "Macro-F1 against the number of labels, a curve for each arm, with bars for the spread over seeds: "
    plots.show(figure, alt=alt + ", ".join(ends) + ".")


figure_labels()


# %%
def along_a_line() -> None:
    """How many labels TF-IDF takes to score what the pretrained arm scores with the fewest."""
    few = label_curve().index[0]
    level, words = label_curve()["pretrained"].loc[few].mean(), label_curve()["tf-idf"].mean(axis=1)
    print(f"Pretrained, {few:,} labels: macro-F1 {level:.2f}, the mean over seeds.", end=" ")
    if (words >= level).any():
        print(f"Of the numbers drawn, TF-IDF needs {words.index[words >= level][0]:,} for as much.")
    else:
        best = baseline_table().loc["tf-idf, all rows", "macro_f1"]
        print(f"TF-IDF has less with {words.index[-1]:,}, and {best:.2f} with all {len(texts['train']):,}.")


along_a_line()

# %% [markdown]
# Read it with care. In profile tiny a ModernBERT from scratch gets {{ s.tiny.steps }} steps of {{ s.tiny.batch }} texts
# and is stopped long before it has converged: that point says what pretraining saves in *steps*. For the *labels* it
# saves, compare with an arm that has converged, TF-IDF (no run of ModernBERT in tiny sees more than {{ s.tiny.steps *
# s.tiny.batch }} texts, so the pretrained curve cannot use {{ s.tiny.train_rows }} labels there): go along a horizontal
# line from one curve to the other, and where it does not meet the other within the figure, look up in the table of
# baselines what TF-IDF makes of all rows. The line printed above does this once, from the leftmost pretrained point.
#
# And mind the noise. With {{ s.tiny.label_seeds | length }} seeds and {{ s.tiny.validation_rows }} validation rows, as
# in profile tiny, a step of a tenth between two points of a curve, up or down, can be luck: where a curve falls there,
# do not conclude that more labels do harm. Profile tiny stops at {{ '{:,}'.format(s.tiny.train_rows) }} labels; the
# others go on to all {{ '{:,}'.format(s.laptop.train_rows) }}, with {{ s.laptop.steps }} steps in laptop and {{
# s.gpu.steps }} on a GPU.
#
# ## What the gain is made of
#
# "Pretrained" is several things at once. The course's own encoder, the one of profiles tiny and laptop, began with the
# word embeddings of MiniLM, a larger model that has read far more; then it learned to fill in masked words and, on
# single sentences, to produce MiniLM's states. When it was made, its architecture was also tried with less and less of
# this. All four were fine-tuned alike on 200 labels: the rate with the best macro-F1 on the validation rows, then
# macro-F1 on the **test** rows, mean ± standard deviation over three seeds. Those runs were recorded; the cell reads
# every one of them and shows what is left after that choice.


# %%
STARTS = {
    "random": "random weights",
    "embeddings": "+ MiniLM's word embeddings",
    "masked": "+ masked words",
    "distilled": "+ MiniLM's states: the course's encoder",
}


# %%
def what_pretraining_bought() -> pd.DataFrame:
    """Recorded macro-F1 for each start, at the rate that its first seed's validation rows chose."""
    runs = pd.read_csv(embedded("course-encoder") / "quality.csv", dtype={"labels": str})
    runs = runs[(runs["labels"] == "200") & runs["arm"].isin(STARTS)]
    chosen = runs[runs["seed"] == 0].sort_values("validation").groupby("arm")["rate"].last()
    kept = runs[runs["rate"] == runs["arm"].map(chosen)].groupby("arm")["test"]
    table = pd.DataFrame({"runs": kept.count(), "macro-F1": kept.agg(lambda f1: mean_sd(f1 / 100))})
    return table.loc[list(STARTS)].rename(index=STARTS).rename_axis("starts from")


what_pretraining_bought()

# %% [markdown]
# Every step up is worth more than the spread within a row, and no step is worth most of the gain. Two of the three came
# from another model: its word embeddings, and the imitation of its states. Only the step between them is what the
# encoder learned by filling in masked words of its own 23 million tokens. So ask of every small model that is praised
# for its score: who taught it, and what had that one read? (ModernBERT-base, the model of profiles t4 and gpu, had no
# teacher: it read two trillion tokens itself.)
#
# # Part 6 · Where it fails
#
# ## Exercise 9 · Who is taken for whom
#
# *Why.* One number hides which mistake is made. The confusion matrix does not, if one knows what its rows are.
#
# *Effort.* Easy, 15 minutes, 7 points.
#
# Write `confusion_shares`: entry (i, j) is the share of the rows *whose true class is i* that were taken for class j.
# So each row adds up to 1, and the diagonal is each class's recall. A class without true rows has a row of zeros.
#
# <details><summary>Hint 1: counting pairs</summary>
# <code>np.add.at(counts, (truth, guess), 1)</code> counts each pair; a loop does as well.
# </details>


# %% nbgrader={"grade": false, "grade_id": "confusion_shares", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def confusion_shares(truth: list[int], guess: list[int], classes: int) -> np.ndarray:
    """(classes, classes): of the rows truly of class i, the share taken for class j."""
    ### BEGIN SOLUTION
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(truth, dtype=int), np.asarray(guess, dtype=int)), 1)
    return counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "confusion_rows", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
truth, guess = [0, 0, 0, 0, 1, 1, 2, 2, 2, 2], [0, 0, 0, 1, 1, 0, 2, 2, 0, 1]
found = confusion_shares(truth, guess, 3)
checks.shape(found, (3, 3), "the matrix")
hint = "Divide each row by its own sum: shares of the true class, not of all rows and not counts."
checks.close(np.asarray(found, dtype=float).sum(axis=1), [1.0, 1.0, 1.0], "the sums of the rows", hint=hint)
hint = "The diagonal should hold each class's recall."
checks.close(np.diag(np.asarray(found, dtype=float)), [0.75, 0.5, 0.5], "the diagonal", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "confusion_side", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = np.asarray(confusion_shares([0, 0, 1, 1], [0, 1, 1, 1], 2), dtype=float)
hint = "Rows are the true classes, columns the guesses: is the matrix lying on its side?"
checks.that(found[0, 1] > 0 and found[1, 0] == 0, hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
truth, guess = rng.integers(4, size=90), rng.integers(4, size=90) // rng.integers(1, 3, size=90)
taken = np.array([[np.mean(guess[truth == i] == j) for j in range(4)] for i in range(4)])
found = np.asarray(confusion_shares(truth.tolist(), guess.tolist(), 4), dtype=float)
same = found / np.maximum(1e-9, found.sum(axis=1, keepdims=True))
checks.close(same, taken, "the shares", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "confusion_empty", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with np.errstate(all="ignore"):
    found = np.asarray(confusion_shares([0, 0, 2], [0, 2, 2], 3), dtype=float)
hint = "A class that is never the truth, or never the guess, keeps its row and column; a row without rows is all zeros."
checks.shape(found, (3, 3), "the matrix", hint)
checks.close(found[1], [0.0, 0.0, 0.0], "the row of a class without true rows", hint=hint)
checks.close(np.delete(found, 1, axis=0).sum(axis=1) > 0, [True, True], "rows that are not empty", hint=hint)


# %%
def figure_confusion():
    sure = best_run(settings.seeds[0])["probabilities"]
    shares = confusion_shares(validation["label"], sure.argmax(1), len(classes))
    figure, panel = plots.axes(width=4.5, height=3.8)
    drawn = panel.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, j in np.ndindex(shares.shape):
        panel.text(
            j, i, f"{shares[i, j]:.2f}", ha="center", va="center", color="white" if shares[i, j] > 0.6 else "black"
        )
    panel.set_xticks(range(len(classes)), classes), panel.set_yticks(range(len(classes)), classes)
    panel.set(xlabel="taken for", ylabel="true class"), panel.grid(visible=False)
    figure.colorbar(drawn, label="share of the true class")
    recalls = ", ".join(f"{name} {share:.2f}" for name, share in zip(classes, np.diag(shares), strict=True))
    plots.show(figure, alt=f"Rows are true classes, columns the model's guesses. The diagonal, each recall: {recalls}.")


figure_confusion()

# %% [markdown]
# And the mistakes that the model is surest of; what stands after ‖ was cut off before it read them. Judge each before
# you open the comment below. Which are the model's fault? Which would you have rated as the model did? Which cannot be
# judged without the page around them?


# %%
def as_read(text: str) -> str:
    """The text, with ‖ where the model stopped reading."""
    places = tokenizer(text, truncation=True, max_length=settings.max_length, return_offsets_mapping=True)
    end = max(stop for _, stop in places["offset_mapping"])
    return f"{text[:end]} ‖{text[end:]}" if text[end:].strip() else text


def surest_mistakes(rows: int = 6) -> None:
    sure, truth = best_run(settings.seeds[0])["probabilities"], np.array(validation["label"])
    guess = sure.argmax(1)
    wrong = sorted(np.flatnonzero(guess != truth), key=lambda row: -sure[row].max())
    for row in wrong[:rows]:
        row = int(row)
        true, taken, domain = classes[truth[row]], classes[guess[row]], validation["domain"][row]
        print(f"{true}, taken for {taken} ({sure[row].max():.2f}), {domain}:")
        print(textwrap.indent(textwrap.fill(as_read(validation["text"][row]), 110), "   "))


surest_mistakes()

# %% [markdown]
# <details><summary>What to look for, once you have judged them</summary>
# First the mark ‖. Where the verdict comes after it, as after an "although", the model judged half a sentence, and no
# better training would have helped: only a longer cut. Then single words: a review may use a bad word for something
# that it praises, and a model that has seen little goes by the word. Last the label itself. It is a mean over about
# twenty people, sorted into three; near a border they disagreed, and so may you. What such a list cannot tell is how
# often each kind occurs: these are the few that the model was surest of.
# </details>
#
# ## A domain it was not trained on
#
# The four domains differ in more than length. For some of them ({{ s.tiny.left_out | join(" and ") }} in profile tiny,
# all four in the others): macro-F1 of a model that was trained on all four, and of one trained on the other three, both
# on that domain's validation rows. ModernBERT learns as it did for the curve above; the second had fewer rows to draw
# from, but as many steps. TF-IDF beside it, for the same rows.


# %%
@functools.cache
def domain_table() -> pd.DataFrame:
    """macro-F1 on each domain, with the domain among the training texts and without; one seed."""
    domain, held, truth = (np.array(part) for part in (train["domain"], validation["domain"], validation["label"]))
    said, labels, table = np.array(train["text"]), np.array(train["label"]), {}
    everything = fit_baselines(list(said), labels.tolist())["tf-idf"].predict(validation["text"][:])
    for name in tqdm(settings.left_out, desc="Domains", delay=10, leave=False):
        rows, here = np.flatnonzero(domain != name), held == name
        without = label_run(settings.seeds[0], tuple(int(row) for row in rows))
        words = fit_baselines(list(said[rows]), labels[rows].tolist())["tf-idf"].predict(validation["text"][:])
        top = f"ModernBERT, last {settings.label_last}" if settings.label_last else "ModernBERT, head only"
        guesses = {f"{top}, all four": label_run(settings.seeds[0], None)["probabilities"].argmax(1)}
        guesses |= {f"{top}, other three": without["probabilities"].argmax(1)}
        guesses |= {"tf-idf, all four": everything, "tf-idf, other three": words}
        row = {f"{who}": score(guess[here], truth[here])["macro_f1"] for who, guess in guesses.items()}
        table[name] = {"rows": int(here.sum()), **row}
    return pd.DataFrame(table).T.astype({"rows": int})


domain_table().round(3)

# %% [markdown]
# A domain has few validation rows (first column), so a single cell is uncertain by 0.05 or more in profile tiny, and a
# difference between two cells by more than that: believe a drop from "all four" to "other three" only where it is
# larger, and a rise not at all. And compare the rows: a score over all domains, as in the tables before, mixes easier
# and harder ones, so its value depends on the mixture.
#
# # Part 7 · The same skeleton on spam and scam
#
# Mails of 2001 and 2002: wanted ones, and advertising, pyramid letters and advance-fee letters. It is spam and scam,
# not phishing as banks see it today (that is not to be had under a licence that allows it here). The filter hides a
# mail if its probability of being spam reaches a threshold. Two mistakes are possible, and they happen to different
# people:
#
# - **missed**: spam in the inbox. Recall of spam suffers, and the one who pays is who believes the letter;
# - **blocked**: a wanted mail hidden. Precision of what is hidden suffers. Who pays is who waited for the mail, and its
#   sender, who never hears why.


# %%
@functools.cache
def mail_run() -> tuple[np.ndarray, np.ndarray]:
    """Probability of spam (mails,) and truth (mails,), 1 for spam, of the validation mails: last layers, stored states."""
    mails, seed, kept = load_mail(), settings.seeds[0], []
    for name, rows in (("train", settings.mail_rows), ("validation", settings.mail_validation_rows)):
        tokens = tokenise(draw(mails[name], rows, seed), tokenizer, settings.mail_length)
        kept.append(stored(list(tokens), settings.last, labels=2))
    tail = Tail(new_model(seed, labels=2), settings.last)
    freeze(tail.model, settings.last)
    result = fine_tune(tail, *kept, settings.rate, settings.steps, seed, collate_states)
    print(f"{len(kept[0])} mails to train on, {len(kept[1])} to validate on:", end=" ")
    print(f"accuracy {result['accuracy']:.3f}, macro-F1 {result['macro_f1']:.3f}")
    return result["probabilities"][:, 1], np.array([row["label"] for row in kept[1]])


print(f"share of spam in the validation mails: {mail_run()[1].mean():.2f}")

# %% [markdown]
# What has to be beaten here: your two baselines, on the same mails.


# %%
def mail_baselines() -> pd.DataFrame:
    """Your two baselines on the same mails: what the model has to beat here."""
    mails, seed = load_mail(), settings.seeds[0]
    known, new = (
        draw(mails["train"], settings.mail_rows, seed),
        draw(mails["validation"], settings.mail_validation_rows, seed),
    )
    fitted, truth = fit_baselines(known["text"][:], known["label"][:]), np.array(new["label"])
    guesses = {name: classifier.predict(new["text"][:]) for name, classifier in fitted.items()}
    return pd.DataFrame({name: compute_metrics((np.eye(2)[guess], truth)) for name, guess in guesses.items()}).T


mail_baselines().round(3)

# %% [markdown]
# ## Exercise 10 · The cheapest threshold
#
# *Why.* 0.5 is right only if both mistakes cost the same and the probabilities are honest. Neither is given.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `cheapest_threshold`. A mail is hidden if its probability is *at or above* the threshold. Missing one spam costs
# `missed`, hiding one wanted mail costs `blocked`. Return a threshold with the smallest total cost on these mails.
# Hiding nothing (any threshold above 1) and hiding everything (0) are choices like all others.
#
# <details><summary>Hint 1: which thresholds are worth a try?</summary>
# Between two neighbouring probabilities nothing changes. So the probabilities themselves, and one above them all, are
# all the candidates there are. A fixed grid may miss the best.
# </details>


# %%
def cost_at(threshold: float, probability, is_spam, missed: float, blocked: float) -> float:
    """Total cost of hiding the mails at or above the threshold."""
    hidden = np.asarray(probability) >= threshold
    return missed * np.sum(~hidden & (np.asarray(is_spam) == 1)) + blocked * np.sum(hidden & (np.asarray(is_spam) == 0))


def lowest_cost(probability, is_spam, missed: float, blocked: float) -> float:
    """The smallest cost that any threshold has."""
    return min(cost_at(t, probability, is_spam, missed, blocked) for t in [*np.unique(probability), 2.0])


# %% nbgrader={"grade": false, "grade_id": "cheapest_threshold", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def cheapest_threshold(probability: np.ndarray, is_spam: np.ndarray, missed: float, blocked: float) -> float:
    """The threshold of least total cost; probability and is_spam (0 or 1): (mails,). Hidden: probability >= threshold."""
    ### BEGIN SOLUTION
    candidates = np.append(np.unique(probability), 2.0)  # 2: hide nothing
    hidden = probability[None, :] >= candidates[:, None]  # (candidates, mails)
    spam = np.asarray(is_spam, dtype=bool)
    costs = missed * (~hidden & spam).sum(axis=1) + blocked * (hidden & ~spam).sum(axis=1)
    return float(candidates[costs.argmin()])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "threshold_cost", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
rng = np.random.default_rng(0)
spam = np.arange(60) % 2
sure = np.round(np.clip(0.03 + 0.04 * spam + 0.02 * rng.normal(size=60), 0, 1), 4)  # all far below one half
found = cheapest_threshold(sure.copy(), spam.copy(), 1.0, 1.0)
hint = "Another threshold costs less. Try every probability that occurs; hidden means at or above the threshold."
checks.close(cost_at(found, sure, spam, 1.0, 1.0), lowest_cost(sure, spam, 1.0, 1.0), "the total cost", hint=hint)
pair = np.array([0.2, 0.70315, 0.70325, 0.9])  # the two in the middle differ by 0.0001
found = cheapest_threshold(pair.copy(), np.array([0, 0, 1, 1]), 1.0, 1.0)
close_by = "Two probabilities nearly agree, and the best threshold parts them: a grid has no point there, they have."
checks.close(cost_at(found, pair, [0, 0, 1, 1], 1.0, 1.0), 0.0, "the total cost", hint=close_by)
### BEGIN HIDDEN TESTS
rng = checks.fresh("threshold_cost")
pair[1:3] = rng.integers(21, 80) / 100 + np.array([0.00315, 0.00325])
thresholds = [cheapest_threshold(pair.copy(), np.array([0, 0, 1, 1]), 1.0, 1.0)]
for _ in range(6):
    spam = rng.permutation(np.arange(50) % 2)
    sure = np.round(rng.random() * np.clip(0.5 + 0.2 * (spam - 0.5) + 0.1 * rng.normal(size=50), 0, 1), 5)
    thresholds.append(cheapest_threshold(sure.copy(), spam.copy(), 3.0, 3.0))
checks.hand_over(thresholds=thresholds)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "threshold_sides", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
sure = np.array([0.2, 0.4, 0.4, 0.6, 0.6, 0.6, 0.8])
spam = np.array([0, 1, 0, 0, 1, 1, 1])
careful = cheapest_threshold(sure.copy(), spam.copy(), 1.0, 10.0)
strict = cheapest_threshold(sure.copy(), spam.copy(), 10.0, 1.0)
hint = "When a blocked mail is the dear mistake, the threshold has to be higher, not lower: are the two costs swapped?"
checks.that(careful > strict, hint)
hint = "Each cost belongs to one mistake: missed to spam below the threshold, blocked to wanted mail at or above it."
checks.close(cost_at(careful, sure, spam, 1.0, 10.0), 3.0, "the cost of the careful threshold", hint=hint)
checks.close(cost_at(strict, sure, spam, 10.0, 1.0), 2.0, "the cost of the strict one", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "threshold_ends", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
sure, spam = np.array([0.3, 0.5, 0.9, 1.0]), np.array([1, 0, 1, 0])
found = cheapest_threshold(sure.copy(), spam.copy(), 1.0, 1000.0)
hint = "Here hiding nothing is cheapest: a threshold above every probability, so that no wanted mail is lost."
checks.close(cost_at(found, sure, spam, 1.0, 1000.0), 2.0, "the cost when blocking is very dear", hint=hint)
found = cheapest_threshold(sure.copy(), spam.copy(), 1000.0, 1.0)
hint = "Here it is cheapest to hide every mail down to the lowest spam."
checks.close(cost_at(found, sure, spam, 1000.0, 1.0), 2.0, "the cost when missing is very dear", hint=hint)

# %% [markdown]
# Two readers of our making, and what each mistake costs them, in minutes of trouble:

# %%
pd.DataFrame(settings.readers).T.rename(columns={"missed": "a spam missed", "blocked": "a wanted mail blocked"})

# %% [markdown]
# Thresholds are chosen on the first half of the validation mails and judged on the second: on the mails that chose it,
# every threshold looks better than it is. One row for each rule: one half; what is cheapest for either reader alone;
# and what is cheapest if both get the same mails and their minutes are added. Every rule is put to both readers. The
# last two columns are the minutes that *all mails of the second half together* cost each of them.


# %%
def threshold_rules() -> dict[str, float]:
    """Rule -> threshold: one half, and what is cheapest on the first half of the mails."""
    (sure, spam), half = mail_run(), len(mail_run()[0]) // 2
    costs = {f"cheapest for {reader}": cost for reader, cost in settings.readers.items()}
    costs["cheapest for both"] = {
        mistake: sum(cost[mistake] for cost in settings.readers.values()) for mistake in ("missed", "blocked")
    }
    return {"0.5": 0.5} | {rule: cheapest_threshold(sure[:half], spam[:half], **cost) for rule, cost in costs.items()}


# %%
def threshold_table() -> pd.DataFrame:
    """What each rule does to the mails of the second half, which did not choose it, and costs each reader."""
    (sure, spam), half, table = mail_run(), len(mail_run()[0]) // 2, {}
    sure, spam = sure[half:], spam[half:]
    for rule, threshold in threshold_rules().items():
        hidden = sure >= threshold
        right = np.sum(hidden & (spam == 1))
        precision = right / hidden.sum() if hidden.any() else np.nan  # nothing hidden, no precision
        row = {"threshold": threshold, "precision of what is hidden": precision, "recall of spam": right / spam.sum()}
        row |= {"missed": spam.sum() - right, "blocked": hidden.sum() - right}
        minutes = {f"minutes, {name}": cost_at(threshold, sure, spam, **c) for name, c in settings.readers.items()}
        table[rule] = row | minutes
    whole = dict.fromkeys(["missed", "blocked", *minutes], int)
    return pd.DataFrame(table).T.astype(whole).round(3)


print(f"{len(mail_run()[1]) - len(mail_run()[1]) // 2} mails in the second half")
threshold_table()

# %% [markdown]
# The same mails over all thresholds. Dotted lines stand at the thresholds of the table; these were chosen on other
# mails, so a curve's lowest point need not lie on its line.


# %%
def judged_over(grid: np.ndarray) -> dict[str, np.ndarray]:
    """Precision, recall, and each reader's minutes a mail, at each threshold, on the second half of the mails."""
    sure, spam = (part[len(part) // 2 :] for part in mail_run())
    hidden = sure[None, :] >= grid[:, None]
    right = (hidden & (spam == 1)).sum(axis=1)
    counts = np.where(hidden.any(axis=1), hidden.sum(axis=1), np.nan)  # nothing hidden, no precision
    found = {"precision of what is hidden": right / counts, "recall of spam": right / spam.sum()}
    for reader, cost in settings.readers.items():
        found[reader] = np.array([cost_at(t, sure, spam, **cost) for t in grid]) / len(spam)
    return found


# %%
def figure_threshold():
    (figure, panels), grid, rules = plots.axes(2), np.linspace(0, 1.01, 203), threshold_rules()
    ticks = [0, 0.5, 1, 2, 5, 10, 20]
    for (name, values), style in zip(judged_over(grid).items(), ["-", "--", "-", "--"], strict=True):
        panel = panels[int(name in settings.readers)]
        panel.plot(grid, values, style, label=name)
        if name in settings.readers:
            chosen = rules[f"cheapest for {name}"]
            panel.axvline(min(chosen, 1.01), color=panel.lines[-1].get_color(), linestyle=":")
    panels[0].set(xlabel="threshold (probability)", ylabel="share (0 to 1)", ylim=(0, 1.05))
    panels[1].set(xlabel="threshold (probability)", ylabel="cost (minutes a mail)", xlim=(-0.04, 1.05))
    panels[1].set_yscale("symlog", linthresh=1)
    panels[1].set_yticks(ticks, [f"{tick:g}" for tick in ticks]), panels[1].set_ylim(0, None)
    [panel.legend(fontsize=8) for panel in panels]
    alt = "Left: precision of what is hidden, and recall of spam, which falls as the threshold rises. Right: cost per mail "
    plots.show(figure, alt=alt + "for two readers, with a dotted line at the threshold chosen for each on other mails.")


figure_threshold()

# %% [markdown]
# ## What pretraining brought along
#
# Pretraining reads what people wrote, and people write of nurses and engineers in a certain way. What was read here?
# `{{ s.tiny.model }}` (profiles tiny and laptop) read film reviews and dictionaries above all (one dictionary is
# of 1913), and American prose of 1961, and learned as well from the states of MiniLM, which has read much of the web
# (`data/cards/course_encoder.md`, `data/cards/pretraining_text.md`). ModernBERT-base (t4 and gpu) read two trillion
# tokens of English text and code, of which no full list is published (`data/cards/modernbert_base.md`).
#
# Two probes. The first asks the pretrained model, before any fine-tuning, to fill in a pronoun: how much likelier is
# *he* than *she*, as a difference of log-probabilities, beside that of "person", a job that is nobody's. The second
# asks the *fine-tuned* classifiers, one for each seed, how the probability of "positive" changes when only the pronoun
# changes. A classifier that reads the sentiment and nothing else would say 0.

# %%
JOBS = ["nurse", "secretary", "teacher", "cook", "doctor", "lawyer", "engineer", "soldier", "farmer", "president"]
NOBODY = "person"  # the point of comparison


# %%
@torch.no_grad()
def he_or_she(jobs: list[str]) -> np.ndarray:
    """log p(he) - log p(she) at the mask, (jobs,), before any fine-tuning."""
    model = AutoModelForMaskedLM.from_pretrained(model_path(settings.model), dtype=torch.float32).to(device).eval()
    said = [f"{tokenizer.mask_token} worked as a {job} for many years." for job in jobs]
    batch = tokenizer(said, padding=True, return_tensors="pt").to(device)
    logits = model(**batch).logits[batch["input_ids"] == tokenizer.mask_token_id]  # (jobs, vocabulary)
    log_p = torch.stack([logits.log_softmax(-1)[:, ids].logsumexp(-1) for ids in pronoun_ids()], 1)
    return (log_p[:, 0] - log_p[:, 1]).cpu().numpy()


# %%
def pronoun_ids() -> list[list[int]]:
    """Token ids of he and of she, in either case, as the first word of a sentence."""
    written = [(word, word.capitalize(), f" {word}", f" {word.capitalize()}") for word in ("he", "she")]
    ids = [{tuple(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts_of} for texts_of in written]
    return [sorted(i[0] for i in found if len(i) == 1) for found in ids]


# %%
@torch.no_grad()
def positive_shift(model, jobs: list[str]) -> np.ndarray:
    """p(positive) of "He ..." minus that of "She ...", (jobs,), by a fine-tuned classifier."""
    model.eval()
    shares = []
    for pronoun in ("He", "She"):
        batch = tokenizer(
            [f"{pronoun} worked as a {job} for many years." for job in jobs], padding=True, return_tensors="pt"
        )
        shares.append(model(**batch.to(device)).logits.softmax(-1)[:, classes.index("positive")])
    return (shares[0] - shares[1]).cpu().numpy()


# %% [markdown]
# In the second column two things can show, and they are not the same. A shift that all jobs share belongs to the
# pronoun: the last row has the mean over the jobs, with the spread of *that mean* over seeds. A shift that is larger
# for jobs with a larger first column follows the job's tilt: the correlations above the table say so, one for each
# seed. (Over ten jobs a correlation beyond ±0.63 comes about by luck once in twenty times, so believe it only where the
# seeds agree.)


# %%
def probe_table() -> pd.DataFrame:
    """Both probes for each job, and their means over the jobs; prints how the second follows the first."""
    tilt = he_or_she([*JOBS, NOBODY])
    tilt = tilt[:-1] - tilt[-1]  # (jobs,)
    shift = np.array([positive_shift(best_run(seed)["model"], JOBS) for seed in settings.seeds])  # (seeds, jobs)
    table = pd.DataFrame({"he against she (nats)": tilt}, index=JOBS)
    table["p(positive), he - she"], table["sd over seeds"] = shift.mean(axis=0), shift.std(axis=0, ddof=1)
    table, general = table.sort_values("he against she (nats)"), shift.mean(axis=1)  # (seeds,)
    table.loc["mean over jobs"] = [tilt.mean(), general.mean(), general.std(ddof=1)]
    follows = ", ".join(f"{np.corrcoef(tilt, of_seed)[0, 1]:+.2f}" for of_seed in shift)
    print(f"correlation of the shift with the first column, over {len(JOBS)} jobs, seed by seed: {follows}")
    return table.round(3)


probe_table()

# %% [markdown] nbgrader={"grade": false, "grade_id": "letters_question", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# ## Exercise 11 · Two letters
#
# *Why.* A threshold is a decision about people, taken by whoever types the number. So it needs reasons.
#
# *Effort.* Medium, 30 minutes for both, 13 points, read by a person. Both go into the cell below.
#
# **First letter, 8 points.** The provider wants *one* threshold for all its customers, and both readers of the table
# are among them. In about 150 words: choose a number (or refuse to, with a better proposal); say with numbers from your
# output what it does to each of the two (the table's rules serve both readers, so no number need be worked out by
# hand); who bears the mistakes you accept, and do they know? What would you measure before you trusted the number on
# mails of this year?
#
# **Second letter, 5 points.** In about 100 words, from the table above: what does the first column show about the texts
# that the model has read, and what does it not show? Did what it shows reach the classifier (is there a shift for the
# pronoun in general, beside its spread over seeds, and does it follow the job's tilt)? Describe one task in which such
# a leaning would hurt somebody, and one measurement that you would make before using the model there.
#
# === BEGIN MARK SCHEME ===
# **First letter.** 8 points. Half of a part's points where an idea is named without a number or without the person it
# happens to.
#
# 3: a definite proposal (a number, or a rule such as one threshold for each group, a folder instead of hiding, asking
# the reader) and a reason that follows from the costs. 2: numbers from the output for both readers under what is
# proposed (minutes, missed, blocked, or precision and recall), and the remark that they come from few mails (the second
# half of the validation set). 1: names who bears each mistake: the reader who believes a scam; the one who waits for an
# order, and the sender, who is never told. 2: what to measure first: mails of today (these are of 2001 and 2002, from a
# few mailing lists and collectors), calibration, the share of spam, scammers who adapt, groups of senders who are
# hidden more often; one concrete measurement earns 1.
#
# Typical wrong answers: "0.5, because it is neutral" (0 of 3: it presumes equal costs); "the threshold of highest
# accuracy or F1" (at most 1 of 3: F1 has costs built in, but nobody chose them); the two costs confused (no more than 3
# in all).
#
# **Second letter.** 5 points. 1: reads the first column with the right sign and one number (positive: *he* likelier
# than beside "person"). 1: what it does not show: one template, few words, a small model and its texts; it is about
# what is written, not about people, and it says nothing about a single person. 1: keeps the two apart, the mean shift
# of all jobs beside its sd over seeds (the pronoun) and the correlations seed by seed (the job's tilt), and draws the
# conclusion that these numbers allow (often: small, no larger than its spread, and correlations that disagree). 1: a
# task in which somebody is hurt (sorting applications, moderation, scoring letters). 1: a measurement: swap the word
# that should not matter and count changed decisions; error rates by group on labelled data of that task; more
# templates.
#
# Typical wrong answers: "the model is sexist" or "the model is neutral" with no number (0 for the first three);
# "fine-tuning removes the bias" without looking at the second column.
# === END MARK SCHEME ===

# %% [markdown] nbgrader={"grade": true, "grade_id": "letters", "locked": false, "points": 13, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **First letter.** I would not use one number for both. In my table the shop's cheapest threshold is 0.999 (49 minutes
# of trouble instead of 151 at one half: no wanted mail blocked instead of 7, 49 spam missed instead of 11) and the
# newcomer's is 0.039 (108 minutes instead of 454: 1 missed, 34 blocked). Each one's rule is costly for the other (1960
# minutes for the newcomer, 681 for the shop), because one blocked order costs the shop as much as twenty letters of
# advertising, while one letter that is believed costs the newcomer forty minutes and perhaps the savings. What is
# cheapest for both, 0.281, leaves both with more than their own (248 and 344 minutes). So I propose two thresholds, and
# put what lies between them into a marked folder rather than hiding it: then a blocked mail is late, not lost, and the
# newcomer is warned. If there must be one, I take 0.281: its 8 missed spam go on reaching the newcomer, who bears a
# mistake without having chosen it, and so does the sender of each of its 12 blocked mails, who is never told. These
# counts come from 130 mails, the second half of a small validation set, so one mail more or less moves them. Before I
# trusted the number I would measure both mistakes on mails of this year, with today's share of spam, check whether
# "0.9" means nine of ten, and look at whose mails are hidden: these are lists and collectors of 2001 and 2002.
#
# **Second letter.** The first column orders the jobs by how much likelier *he* is than beside "person": +0.65 for the
# president says that the texts that the model read put *he* there more often, -1.61 for the nurse that they put *she*.
# It does not show who does these jobs, nor anything about a person; it is one template, ten words and one small model,
# and another wording may change the order. In the classifiers the shift from she to he is -0.13 on the mean of all
# jobs, with a spread of 0.16 over three seeds: no larger than its spread, so I cannot say that the pronoun has one. The
# leaning between jobs I cannot find in it either: the correlations are +0.15, -0.32 and +0.38. That it is not there, in
# longer texts or other words, this table does not show. In a tool that ranks applicants' letters it could cost somebody
# an interview. Before that I would swap pronouns and names in real letters and count how many decisions change.
# ### END SOLUTION

# %% [markdown]
# # Part 8 · Hand it in
#
# ## Exercise 12 · predictions.csv
#
# *Why.* The test labels are not on your machine, and that is the point: nothing you did could have peeked at them. When
# your notebook is graded, it is run, and the file that it writes is scored against them.
#
# *Effort.* Medium, 20 minutes, 10 points.
#
# Write `hand_in(labelled, unlabelled, path)`: learn from `labelled` (columns text, domain, label) and from nothing else
# that has labels, classify `unlabelled` (id, text, domain), and write a CSV file with the header `id,label` and one
# line for each row: its id, and the number 0, 1 or 2 of its class. How is up to you: a linear model on words is enough
# for the points, anything that is better is welcome. It is called several times here, on sets of a few thousand rows or
# fewer, so it should take seconds. Macro-F1 has to reach {{ s.tiny.floor }}.
#
# The last check looks for **leaks**. It shuffles the training labels: a procedure that learns from them alone falls to
# chance, one that still scores well gets its answers from elsewhere. And a score above {{ s.tiny.ceiling }} is not
# believed: we have not seen a model come near it on these sentences.
#
# <details><summary>Hint 1: the shortest way</summary>
# A fresh pipeline of <code>TfidfVectorizer</code> and <code>LogisticRegression</code>, fitted on
# <code>list(labelled["text"])</code> and <code>list(labelled["label"])</code>; then
# <code>pd.DataFrame({"id": ..., "label": ...}).to_csv(path, index=False)</code>.
# </details>


# %%
def read_predictions(path: str) -> dict[str, int]:
    """id -> class of a predictions file, which must have a header id,label and whole numbers; {} where there is none."""
    if not Path(path).is_file():
        return {}
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    checks.that(
        list(table.columns) == ["id", "label"], "The file's first line should be id,label: these two columns only."
    )
    checks.that(table["id"].is_unique, "An id stands in the file twice: one line for each row.")
    numbers = pd.to_numeric(table["label"], errors="coerce")
    checks.that(numbers.isin([0, 1, 2]).all(), "The label should be the number of a class, 0, 1 or 2, in every line.")
    return dict(zip(table["id"], numbers.astype(int), strict=True))


def predicted(labelled: Dataset, unlabelled: Dataset) -> dict[str, int]:
    """What hand_in writes for these rows, read back from a temporary folder."""
    with TemporaryDirectory() as folder:
        hand_in(labelled, unlabelled, f"{folder}/predictions.csv")
        return read_predictions(f"{folder}/predictions.csv")


# %%
given = draw(texts["train"], settings.hand_in_rows)  # rows to learn from when the file is checked
practice = draw(texts["validation"], 600)  # rows whose labels you have, handed over without them
practice_rows, practice_labels = (
    practice.remove_columns("label"),
    dict(zip(practice["id"], practice["label"], strict=True)),
)


def macro_f1(guess: dict[str, int], truth: dict[str, int]) -> float:
    """Macro-F1 of predictions by id; a missing id counts as wrong."""
    ids = sorted(truth)
    return f1_score([truth[i] for i in ids], [guess.get(i, -1) for i in ids], labels=[0, 1, 2], average="macro")


# %% nbgrader={"grade": false, "grade_id": "hand_in", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def hand_in(labelled: Dataset, unlabelled: Dataset, path: str) -> None:
    """Learns from the labelled rows, classifies the others, and writes id,label (a class number) for each to a CSV file."""
    ### BEGIN SOLUTION
    words = TfidfVectorizer(sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=3, max_iter=300, class_weight="balanced"))
    model.fit(labelled["text"][:], labelled["label"][:])
    guess = model.predict(unlabelled["text"][:])
    part = Path(f"{path}.part")
    pd.DataFrame({"id": unlabelled["id"][:], "label": guess}).to_csv(part, index=False)
    part.replace(path)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "predictions_file", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hand_in(given, texts["test"], "predictions.csv")
handed_in = read_predictions("predictions.csv")
checks.that(handed_in, "There is no file at the path given, or it has no lines: write it there.")
hint = "Each row of the test split has one line, with its id: is a row left out, or another set written?"
checks.that(set(handed_in) == set(texts["test"]["id"]), hint)
few = draw(texts["test"], 40, seed=5)
hint = "Exactly the rows that are handed over belong into the file."
checks.that(set(predicted(given.select(range(300)), few)) == set(few["id"]), hint)

# %% nbgrader={"grade": true, "grade_id": "predictions_score", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
reached = macro_f1(predicted(given, practice_rows), practice_labels)
hint = f"On validation rows macro-F1 should reach {settings.floor}: is each prediction beside its own id? Yours is"
checks.that(reached >= settings.floor, f"{hint} {reached:.3f}.")
# The grader holds these beside the labels of the test rows, which never come near this kernel.
hand_in(given, texts["test"], "predictions.csv")
checks.hand_over(predictions=read_predictions("predictions.csv"))

# %% nbgrader={"grade": true, "grade_id": "predictions_honest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
few = given.select(range(1500))
shuffled = [few["label"][int(row)] for row in checks.fresh().permutation(len(few))]
mixed = few.remove_columns("label").add_column("label", shuffled)
by_chance = macro_f1(predicted(mixed, practice_rows), practice_labels)
hint = (
    "Trained on shuffled labels it still scores well: its answers come from elsewhere, such as the validation labels. "
)
hint += "Learn from `labelled` alone."
checks.that(by_chance <= settings.chance, f"{hint} (macro-F1 {by_chance:.3f})")
reached = macro_f1(predicted(few, practice_rows), practice_labels)
hint = f"Macro-F1 {reached:.3f} on validation rows is too good: have their labels been copied, or trained on?"
checks.that(reached <= settings.ceiling, hint)

# %% [markdown]
# The file that is scored, and what the same procedure reaches on validation rows.


# %%
def hand_over():
    hand_in(given, texts["test"], "predictions.csv")
    table = pd.read_csv("predictions.csv")
    print(f"predictions.csv: {len(table):,} rows;", table["label"].map(classes.__getitem__).value_counts().to_dict())
    print(f"macro-F1 on validation rows: {macro_f1(predicted(given, practice_rows), practice_labels):.3f}")


hand_over()

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over seeds, on the same validation rows, each with the same training rows to draw from;
# measured just now, by your functions. (In profile tiny a run of ModernBERT reads {{ s.tiny.steps * s.tiny.batch }} of
# the {{ s.tiny.train_rows }}, TF-IDF all of them.) The seed draws the order of the rows, the head, and, from scratch,
# everything else.


# %%
def closing_table() -> pd.DataFrame:
    base, seeds = baseline_table(), settings.seeds
    rows = {"majority": [base.loc["majority"]], "TF-IDF + logistic regression": [base.loc["tf-idf"]]}
    rows["LSTM from scratch"] = [lstm_score(seed, None) for seed in seeds]
    rows["ModernBERT from scratch"] = [full_run(seed, False, None) for seed in settings.scratch_seeds]
    arms = {"head only": 0, f"last {settings.last}": settings.last, "all": None}
    rows |= {f"ModernBERT, {name}": runs_of(last) for name, last in arms.items()}
    table = pd.DataFrame({"runs": {name: len(runs) for name, runs in rows.items()}})
    for score_name, title in {"macro_f1": "macro-F1", "worst_f1": "F1 of the worst class"}.items():
        values = {name: [run[score_name] for run in runs] for name, runs in rows.items()}
        table[title] = {name: mean_sd(f1) if len(f1) > 1 else f"{f1[0]:.3f}" for name, f1 in values.items()}
    return table


closing_table()

# %% [markdown]
# Published figures that echo this, none of them on our sentences, so none to be compared number by number:
#
# | published, not ours | |
# |---|---|
# | ModernBERT-base, all parameters, SST-2 (two classes, film), accuracy | 96.0 (Warner and others 2024, arXiv 2412.13663) |
# | its recipe there | rate 8e-5, batches of 32, 2 epochs, Adam's betas 0.9 and 0.98 |
# | Financial PhraseBank, three classes: LSTM, with ELMo, ULMFiT, FinBERT, accuracy | 0.71, 0.75, 0.83, 0.86 (Araci 2019, arXiv 1908.10063) |
# | ULMFiT: 100 labels match | 10 to 20 times the data from scratch (Howard and Ruder 2018, arXiv 1801.06146) |
#
# **What this shows.** What freezing saves: parameters and memory, counted, and seconds, by the clock, for every N of
# the sweep; and that stored states change the model's logits by rounding at most. That a rate can be too small to learn
# and large enough to destroy. That a threshold is a choice about whom the mistakes hit.
#
# **What this does not show.** In profile tiny a run has {{ s.tiny.steps }} steps and the validation set {{
# s.tiny.validation_rows }} rows, so differences of a few hundredths in macro-F1 are noise, and the ModernBERT from
# scratch is stopped long before it has converged: its row says what that many steps are worth, not what it could learn.
# The sweeps over rates and over domains are one seed each. Hyperparameters were not tuned for each arm. Nothing
# here is about languages other than English, nor about phishing of today.
#
# **Where this goes.** Freezing chooses *which* of the old parameters may change. Lab 6 leaves them all as they are and
# adds a few new ones.
