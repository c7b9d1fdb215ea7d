"""A generated world in which a pronoun means the person (or animal) of its kind who was named last. Card: pronouns.md.

    Nora waited near the gate . Tom sang . he slept . she        -> Nora, 12 words back

Everybody else who is named or meant in between is of another kind, so each text has one right answer and each word before it
counts.
"""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasets import DatasetDict

PAD = "<pad>"
NAMES = {
    "she": ("Nora", "Lucia", "Amina", "Ingrid", "Mei", "Ruth", "Zofia", "Leila"),
    "he": ("Tom", "Kofi", "Anton", "Ravi", "Hugo", "Omar", "Jonas", "Felix"),
    "they": ("Alex", "Robin", "Sasha", "Kim", "Noor", "Jude", "Remy", "Charlie"),
    "it": ("Rex", "Biscuit", "Shadow", "Pepper", "Comet", "Tiger", "Muffin", "Echo"),  # animals
}
PRONOUNS = tuple(NAMES)
PEOPLE = tuple(name for names in NAMES.values() for name in names)
KIND = {name: pronoun for pronoun, names in NAMES.items() for name in names}
VERBS = ("waited", "sang", "slept", "smiled", "walked", "rested", "ran", "stopped", "worked", "ate")
ADVERBS = ("again", "today", "slowly", "alone", "early", "quietly")
SPANS = ("hours", "days", "weeks")
PLACES = ("near", "behind", "under", "around")
ADJECTIVES = ("old", "red", "small", "quiet", "wooden")
NOUNS = ("gate", "mill", "tree", "bridge", "house", "boat", "hill", "market")
VOCABULARY = (PAD, ".", "the", "for", *PRONOUNS, *VERBS, *ADVERBS, *SPANS, *PLACES, *ADJECTIVES, *NOUNS, *PEOPLE)
_ID = {word: number for number, word in enumerate(VOCABULARY)}

SHORTEST_CLAUSE = 3  # words, with the full stop
CLAUSE_LENGTHS = range(SHORTEST_CLAUSE, 8)
SHORTEST_DISTANCE = 6  # the rest of the referent's clause and one clause about somebody else


def encode(text: str) -> list[int]:
    """Numbers of a text's words in `VOCABULARY`; KeyError for a word that the world lacks."""
    return [_ID[word] for word in text.split()]


def pronoun_rows(
    rows: int,
    seed: int,
    distances: Sequence[int] = (6, 12, 24, 48),
    names: int = 8,
    distractors: float = 0.7,
) -> list[dict]:
    """Texts that end in a pronoun, and whom it means.

    Args:
        rows: how many; each distance gets its share, in turn.
        seed: fixes all rows.
        distances: words from the referent to the pronoun that ends the text, each at least 6.
        names: how many names of each kind are used, 2 to 8.
        distractors: chance that a clause in between names somebody of another kind instead of using a pronoun for them; the
            first one always does.
    Returns:
        Dicts with `text` (words and full stops with a space between), `referent` (a name), `label` (its place in `PEOPLE`),
        `distance` and `position` (the referent's place in the text, from 0). All lengths are drawn alike for all distances.
    Raises:
        ValueError: a distance or number of names outside its range.
    """
    if min(distances) < SHORTEST_DISTANCE or not 2 <= names <= len(NAMES["she"]):
        raise ValueError(
            f"Distances start at {SHORTEST_DISTANCE} words, and a kind has 2 to {len(NAMES['she'])} names."
        )
    rng = random.Random(seed)
    return [_row(rng, distances[number % len(distances)], max(distances), names, distractors) for number in range(rows)]


def load_pronouns(sizes: Sequence[int] = (8000, 800, 1600), seed: int = 0, **world) -> "DatasetDict":
    """Splits train, validation and test of `pronoun_rows` (which takes the other arguments), without a text in common.

    Args:
        sizes: rows of train, validation and test.
    Returns:
        DatasetDict with the columns of `pronoun_rows`. The test split has its labels: everybody can generate the texts.
    """
    from datasets import Dataset, DatasetDict

    rows = pronoun_rows(sum(sizes), seed, **world)
    seen = set()
    sets = {}
    for split, size in zip(("test", "validation", "train"), reversed(sizes), strict=True):
        chosen = rows[:size]
        rows = rows[size:]
        sets[split] = Dataset.from_list([row for row in chosen if row["text"] not in seen])
        seen |= {row["text"] for row in chosen}
    return DatasetDict(dict(reversed(sets.items())))


def _row(rng: random.Random, distance: int, longest: int, names: int, distractors: float) -> dict:
    pronoun = rng.choice(PRONOUNS)
    referent, before = rng.sample(NAMES[pronoun][:names], 2)
    # Only clauses about others fill up to the one length of all distances; then the same pronoun means somebody else, and
    # so many words later the referent is named. So there is one rival a text, equally near to the referent at all distances.
    others = tuple(kind for kind in PRONOUNS if kind != pronoun)
    filling = longest - distance
    words = _clauses(rng, filling, others, set(), names, distractors) if filling >= SHORTEST_CLAUSE else []
    position = filling + rng.randrange(15, 31)
    words += [before, *_rest(rng, 2), pronoun, *_rest(rng, 2)]
    known = {KIND[word] for word in words if word in KIND} - {pronoun}
    words += _clauses(rng, position - len(words), others, known, names, distractors)
    rest = rng.randint(2, min(6, distance - 1 - SHORTEST_CLAUSE))
    words += [referent, *_rest(rng, rest)]
    known = {KIND[word] for word in words if word in KIND} - {pronoun}
    words += _clauses(rng, distance - 1 - rest, others, known, names, distractors)
    return {
        "text": " ".join([*words, pronoun]),
        "referent": referent,
        "label": PEOPLE.index(referent),
        "distance": distance,
        "position": position,
    }


def _clauses(
    rng: random.Random, words: int, kinds: Sequence[str], known: set[str], names: int, distractors: float
) -> list[str]:
    """Exactly so many words of clauses about those kinds; a kind is meant by its pronoun only once it is `known` by a name."""
    text: list[str] = []
    while left := words - len(text):
        lengths = [n for n in CLAUSE_LENGTHS if left == n or left - n >= SHORTEST_CLAUSE]
        kind = rng.choice(kinds)
        by_name = not text or kind not in known or rng.random() < distractors
        known = known | {kind}
        subject = rng.choice(NAMES[kind][:names]) if by_name else kind
        text += [subject, *_rest(rng, rng.choice(lengths) - 1)]
    return text


def _rest(rng: random.Random, words: int) -> list[str]:
    """A clause without its subject, 2 to 6 words with the full stop."""
    verb = rng.choice(VERBS)
    if words == 2:
        return [verb, "."]
    if words == 3:
        return [verb, rng.choice(ADVERBS), "."]
    if words == 4:
        return [verb, "for", rng.choice(SPANS), "."]
    adjective = [rng.choice(ADJECTIVES)] if words == 6 else []
    return [verb, rng.choice(PLACES), "the", *adjective, rng.choice(NOUNS), "."]
