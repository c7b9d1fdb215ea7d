"""The course's texts, with fixed splits. Cards: data/cards/.

A set with labels keeps those of its test split back: `tests/hidden_labels/` has them, for grading.
"""

import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING

from shared.assets.access import embedded
from shared.datasets.arrow_cache import cached_dataset

if TYPE_CHECKING:
    from datasets import DatasetDict

SENTIMENTS = ("negative", "neutral", "positive")


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
