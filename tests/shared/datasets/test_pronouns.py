"""The pronoun world has one right answer a text, and no short cut to it."""

import random
import subprocess
import sys
from collections import Counter, defaultdict

import pytest

from shared.datasets.pronouns import (
    KIND,
    NAMES,
    PAD,
    PEOPLE,
    PRONOUNS,
    VOCABULARY,
    encode,
    load_pronouns,
    pronoun_rows,
)

DISTANCES = (6, 12, 24, 48)


@pytest.fixture(scope="module")
def rows():
    return pronoun_rows(4000, seed=1, distances=DISTANCES)


def solved(text: str) -> str:
    """The world's rule: the one of the pronoun's kind who was named last."""
    *words, pronoun = text.split()
    return next(word for word in reversed(words) if KIND.get(word) == pronoun)


def share_right(rows, answer) -> float:
    return sum(answer(row["text"].split()) == row["referent"] for row in rows) / len(rows)


def test_the_rule_solves_every_text(rows):
    assert all(solved(row["text"]) == row["referent"] for row in rows)
    for row in rows:
        words = row["text"].split()
        assert words[row["position"]] == row["referent"] == PEOPLE[row["label"]]
        assert len(words) - 1 - row["position"] == row["distance"]


def test_no_short_cut_solves_it(rows):
    """Each is what a model could do without looking up the one who was named last of the right kind."""
    train, test = rows[:2000], rows[2000:]

    def names(words, pronoun=None):
        return [word for word in words if word in KIND and pronoun in (None, KIND[word])]

    majority = Counter(row["referent"] for row in train).most_common(1)[0][0]
    by_pronoun = defaultdict(Counter)
    for row in train:
        by_pronoun[row["text"].split()[-1]][row["referent"]] += 1
    draw = random.Random(0)
    short_cuts = {
        "always the commonest": lambda words: majority,
        "the commonest for the pronoun": lambda words: by_pronoun[words[-1]].most_common(1)[0][0],
        "who was named last": lambda words: names(words)[-1],
        "who was named last but one": lambda words: names(words)[-2],
        "who was named first": lambda words: names(words)[0],
        "the first of the kind": lambda words: names(words, words[-1])[0],
        "the last but one of the kind": lambda words: names(words, words[-1])[-2],
        "the most often named of the kind": lambda words: Counter(names(words, words[-1])).most_common(1)[0][0],
        "anybody of the kind in the text": lambda words: draw.choice(names(words, words[-1])),
        **{f"the word {d} back": lambda words, d=d: words[-1 - d] for d in DISTANCES},
    }
    for name, answer in short_cuts.items():
        assert share_right(test, answer) < 0.6, name
    for name in ("always the commonest", "who was named last", "the first of the kind"):
        assert share_right(test, short_cuts[name]) < 0.25, name
    assert share_right(test, short_cuts["who was named last"]) == 0, "somebody else is always named in between"


def test_distances_are_balanced_and_lengths_do_not_tell_them(rows):
    counts = Counter(row["distance"] for row in rows)
    assert counts == dict.fromkeys(DISTANCES, 1000)
    lengths = defaultdict(list)
    for row in rows:
        lengths[row["distance"]].append(len(row["text"].split()))
    means = [sum(each) / len(each) for each in lengths.values()]
    assert max(means) - min(means) < 1
    assert len({(min(each), max(each)) for each in lengths.values()}) == 1


def test_pronouns_and_names_are_used_alike_at_each_distance(rows):
    for distance in DISTANCES:
        chosen = [row for row in rows if row["distance"] == distance]
        pronouns = Counter(row["text"].split()[-1] for row in chosen)
        assert set(pronouns) == set(PRONOUNS)
        assert max(pronouns.values()) < 1.4 * min(pronouns.values())
        assert {row["label"] for row in chosen} == set(range(len(PEOPLE)))
    labels = Counter(row["label"] for row in rows)
    assert max(labels.values()) < 1.8 * min(labels.values())


def test_the_same_pronoun_meant_somebody_else_before(rows):
    for row in rows:
        words = row["text"].split()
        before = words[: row["position"]]
        earlier = [place for place, word in enumerate(before) if word == words[-1]]
        assert earlier, "the pronoun is used before its last referent is named"
        assert any(solved(" ".join(before[: place + 1])) != row["referent"] for place in earlier)
        assert words[-1] not in words[row["position"] : -1], "and not in between, which would carry the referent on"


def test_every_pronoun_means_somebody(rows):
    for row in rows:
        words = row["text"].split()
        for place, word in enumerate(words):
            if word in PRONOUNS:
                assert any(KIND.get(each) == word for each in words[:place])


def test_the_vocabulary_is_closed_and_codes_go_both_ways(rows):
    assert len(set(VOCABULARY)) == len(VOCABULARY) < 100
    assert VOCABULARY[0] == PAD
    for row in rows[:200]:
        ids = encode(row["text"])
        assert " ".join(VOCABULARY[number] for number in ids) == row["text"]
        assert 0 not in ids
    assert {word for row in rows for word in row["text"].split()} == set(VOCABULARY) - {PAD}
    with pytest.raises(KeyError):
        encode("Nora flew .")


def test_seeds_fix_the_rows_in_any_process():
    code = "from shared.datasets import pronoun_rows; print(pronoun_rows(50, 3))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == str(pronoun_rows(50, 3))
    assert pronoun_rows(50, 3) == pronoun_rows(50, 3) != pronoun_rows(50, 4)


def test_other_distances_names_and_distractors():
    for row in pronoun_rows(60, 0, distances=(7, 90), names=2, distractors=0.0):
        assert solved(row["text"]) == row["referent"]
        assert {word for word in row["text"].split() if word in KIND} <= {
            n for names in NAMES.values() for n in names[:2]
        }

    def share_of_names(distractors):
        rows = pronoun_rows(200, 0, distances=(48,), distractors=distractors)
        return sum(word in KIND for row in rows for word in row["text"].split()[row["position"] + 1 :])

    assert share_of_names(0.0) < share_of_names(0.5) < share_of_names(1.0)
    for wrong in ({"distances": (5, 12)}, {"names": 1}, {"names": 9}):
        with pytest.raises(ValueError, match="Distances start at 6 words"):
            pronoun_rows(1, 0, **wrong)


def test_splits_share_no_text_and_keep_their_sizes():
    sets = load_pronouns((300, 40, 80), seed=5, distances=(6, 12))
    assert {name: len(split) for name, split in sets.items()} == {"train": 300, "validation": 40, "test": 80}
    texts = [text for split in sets.values() for text in split["text"]]
    assert len(set(texts)) == len(texts)
    assert Counter(sets["test"]["distance"]) == {6: 40, 12: 40}
