"""Ids of texts, and splits that follow from them."""

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


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
