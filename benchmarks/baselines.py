"""Measures the baselines of the course's models: simple classifiers on each labelled text set, a compressor on the others.

Needs the labels of the test splits (tests/hidden_labels/). Run: python benchmarks/baselines.py [SET ...]
"""

import argparse
import csv
import lzma
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from tqdm import tqdm

from shared.assets.access import asset_path
from shared.assets.cache_paths import CHECKOUT
from shared.datasets import film, mail, text_sets
from shared.datasets.mail import mail_id, raw_messages
from shared.datasets.pronouns import KIND, load_pronouns
from shared.metrics import mean_sd

LABELLED = {"sentiment": text_sets.load_sentiment, "film": film.load_film, "mail": mail.load_mail}
UNLABELLED = {"speeches": (text_sets.load_speeches, "text"), "voice": (text_sets.load_voice, "completion")}
SETS = (*LABELLED, *UNLABELLED, "pronouns")
SEEDS = (0, 1, 2)
STRENGTHS = (1, 4, 16)  # C of the logistic regression, chosen on the validation split
SHARE = 0.9  # of the training rows, drawn by each seed, which is where the spread comes from


def hidden(name: str, ids: Sequence[str]) -> np.ndarray:
    """(rows,) labels of the test rows with these ids."""
    with (CHECKOUT / "tests" / "hidden_labels" / f"{name}.csv").open(newline="") as file:
        labels = {row["id"]: int(row["label"]) for row in csv.DictReader(file)}
    return np.array([labels[each] for each in ids])


def fitted(train: tuple, validation: tuple):
    """A pipeline of TF-IDF over words and pairs of words and the logistic regression that is best on the validation split.

    Args:
        train, validation: (texts, labels).
    """
    words = TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2), max_features=200_000)
    train_features = words.fit_transform(train[0])
    validation_features = words.transform(validation[0])
    best = None
    best_score = -1.0
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=1000).fit(train_features, train[1])
        score = f1_score(validation[1], model.predict(validation_features), average="macro")
        if score > best_score:
            best = model
            best_score = score
    return make_pipeline(words, best)


def scores(truth: np.ndarray, predicted: np.ndarray) -> tuple[float, float]:
    """(accuracy, macro-F1), both 0 to 1."""
    return accuracy_score(truth, predicted), f1_score(truth, predicted, average="macro", zero_division=0)


def headers_alone() -> dict[str, str]:
    """id -> the header lines of each mail, without its subject."""
    found = {}
    for raw, _ in raw_messages(asset_path("spam_assassin")):
        head = raw.split(b"\n\n", 1)[0].decode("latin-1") + "\n"
        found[mail_id(raw)] = re.sub(r"^subject:.*\n(?:[ \t].*\n)*", "", head, flags=re.MULTILINE | re.IGNORECASE)
    return found


def table_row(name: str, what: str, sets: dict[str, tuple], groups: dict[str, np.ndarray]) -> None:
    """Prints accuracy and macro-F1 on the test split, and macro-F1 on each group of it, with their spread over the seeds.

    Args:
        name, what: the set and the baseline, for the row's first cells.
        sets: split -> (texts, labels).
        groups: name -> (rows,) whether a test row belongs to the group.
    """
    found = []
    for seed in tqdm(SEEDS, desc=name, leave=False):
        chosen = np.random.default_rng(seed).random(len(sets["train"][1])) < SHARE
        part = tuple(np.asarray(column, dtype=object)[chosen] for column in sets["train"])
        predicted = fitted((part[0], part[1].astype(int)), sets["validation"]).predict(sets["test"][0])
        rows = [scores(sets["test"][1], predicted)]
        rows += [scores(sets["test"][1][member], predicted[member]) for member in groups.values()]
        found.append(rows)
    accuracy, macro = np.array(found).transpose(2, 1, 0)  # each (whole split and groups, seeds)
    print(f"| {name} | {what} | {mean_sd(accuracy[0])} | {mean_sd(macro[0])} |")
    for group, values in zip(groups, macro[1:], strict=True):
        print(f"| {name}, {group} | {what} | | {mean_sd(values)} |")


def labelled(name: str) -> None:
    """Prints the rows of a labelled set: the majority class, TF-IDF with logistic regression, and for mail the headers."""
    data = LABELLED[name]()
    truth = {split: np.array(data[split]["label"]) for split in ("train", "validation")}
    truth["test"] = hidden(name, data["test"]["id"])
    sets = {split: (list(data[split]["text"]), truth[split]) for split in truth}
    majority = np.bincount(truth["train"]).argmax()
    accuracy, macro = scores(truth["test"], np.full(len(truth["test"]), majority))
    print(f"| {name} | majority | {accuracy:.3f} | {macro:.3f} |")
    groups = {}
    if "domain" in data["test"].column_names:
        domains = np.array(data["test"]["domain"])
        groups = {domain: domains == domain for domain in sorted(set(domains))}
    table_row(name, "TF-IDF + LR", sets, groups)
    if name == "mail":
        heads = headers_alone()
        sets = {split: ([heads[each] for each in data[split]["id"]], truth[split]) for split in truth}
        table_row(name, "headers alone (not in the set)", sets, {})


def bits_per_character(seen: Sequence[str], text: Sequence[str]) -> float:
    """Bits per character that the compressor xz needs for one text after it has read the other."""
    alone = "\n".join(seen).encode()
    together = "\n".join([*seen, *text]).encode()
    return 8 * (len(lzma.compress(together)) - len(lzma.compress(alone))) / len("\n".join(text))


def unlabelled(name: str) -> None:
    """Prints the row of a set without labels: bits per character of its test split, given nine tenths of its training split."""
    load, column = UNLABELLED[name]
    data = load()
    found = []
    for seed in tqdm(SEEDS, desc=name, leave=False):
        chosen = np.random.default_rng(seed).random(len(data["train"])) < SHARE
        rows = np.array(data["train"][column], dtype=object)[chosen]
        found.append(bits_per_character(list(rows), list(data["test"][column])))
    print(f"| {name} | xz, bits per character | {mean_sd(found)} | |")


def short_cuts(seed: int) -> dict[str, Callable[[list[str]], str]]:
    """Name -> a guess at a pronoun's referent from a text's words that does not look up who of its kind was named last."""
    draw = random.Random(seed)

    def of_its_kind(words: list[str]) -> list[str]:
        return [word for word in words if KIND.get(word) == words[-1]]

    return {
        "who was named last": lambda words: next(word for word in reversed(words) if word in KIND),
        "anybody of its kind in the text": lambda words: draw.choice(of_its_kind(words)),
        "most often named of its kind": lambda words: Counter(of_its_kind(words)).most_common(1)[0][0],
    }


def pronouns() -> None:
    """Prints the rows of the pronoun set, which each seed makes anew."""
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in tqdm(SEEDS, desc="pronouns", leave=False):
        data = load_pronouns(seed=seed)
        train, validation, test = ((list(rows["text"]), np.array(rows["label"])) for rows in data.values())
        for name, guess in short_cuts(seed).items():
            answers = np.array([guess(text.split()) for text in test[0]])
            found.setdefault(name, []).append(scores(np.array(data["test"]["referent"]), answers))
        majority = np.full(len(test[1]), np.bincount(train[1]).argmax())
        found.setdefault("majority", []).append(scores(test[1], majority))
        found.setdefault("TF-IDF + LR", []).append(scores(test[1], fitted(train, validation).predict(test[0])))
    for name, values in found.items():
        accuracy, macro = np.array(values).T
        print(f"| pronouns | {name} | {mean_sd(accuracy)} | {mean_sd(macro)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", help=", ".join(SETS))
    options = parser.parse_args()
    print("| set | baseline | accuracy | macro-F1 |\n|---|---|---|---|")
    for name in options.sets or SETS:
        if name in LABELLED:
            labelled(name)
        elif name in UNLABELLED:
            unlabelled(name)
        else:
            pronouns()


if __name__ == "__main__":
    sys.exit(main())
