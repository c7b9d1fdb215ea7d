"""Makes three-class sentiment in four domains from the rated snippets of Hutto and Gilbert (2014). Card: data/cards/sentiment.md.

Run: python data/recipes/sentiment.py
"""

import html
import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from families import families
from writing import jsonl_xz, write_whole

from shared.assets.access import asset_path
from shared.assets.cache_paths import embedded_directory
from shared.assets.checksums import record_embedded
from shared.datasets.example_ids import normalised, tenths, text_id
from shared.datasets.text_sets import SENTIMENTS

FILES = {
    "film": "movieReviewSnippets_GroundTruth.txt",
    "news": "nytEditorialSnippets_GroundTruth.txt",
    "tweets": "tweets_GroundTruth.txt",
    "products": "amazonReviewSnippets_GroundTruth.txt",
}
# Of the mean rating, -4 to 4. Between the two, 20 raters (standard error 0.18) cannot tell whether a text is neutral.
NEUTRAL_UP_TO = 0.5
POLAR_FROM = 0.8


@dataclass(frozen=True)
class Snippet:
    """A rated text.

    group: the article, review or single text that it was cut from; rating: the mean of about 20 people, -4 to 4.
    """

    text: str
    domain: str
    group: str
    rating: float


def snippets(archive: Path) -> Iterator[Snippet]:
    """All rated snippets of the archive, cleaned, in the order of its files."""
    with tarfile.open(archive) as box:
        for domain, name in FILES.items():
            lines = box.extractfile(f"hutto_ICWSM_2014/{name}").read().decode("utf-8").splitlines()
            for line in lines:
                number, rating, text = line.split("\t", 2)
                yield Snippet(cleaned(text), domain, f"{domain}-{number.split('_')[0]}", float(rating))


def cleaned(text: str) -> str:
    """The text with entities decoded (some were encoded twice), '' as a quotation mark, and single spaces."""
    text = html.unescape(html.unescape(text)).replace("''", '"')
    return re.sub(r"\s+", " ", text).strip()


def label(rating: float) -> str | None:
    """The class of a mean rating; None between neutral and polar."""
    if abs(rating) <= NEUTRAL_UP_TO:
        return "neutral"
    if abs(rating) < POLAR_FROM:
        return None
    return "positive" if rating > 0 else "negative"


def rows(archive: Path) -> list[dict]:
    """id, text, domain, label and split of every snippet that is kept, sorted by id; of two equal texts the first stays."""
    first = {}
    for snippet in snippets(archive):
        if normalised(snippet.text):
            first.setdefault(normalised(snippet.text), snippet)
    kept = list(first.values())
    related = families([snippet.text for snippet in kept], [snippet.group for snippet in kept])
    table = [
        {
            "id": text_id(snippet.text),
            "text": snippet.text,
            "domain": snippet.domain,
            "label": label(snippet.rating),
            "split": tenths(family),
        }
        for snippet, family in zip(kept, related, strict=True)
    ]
    return sorted((row for row in table if row["label"]), key=lambda row: row["id"])


def without_test_labels(table: list[dict]) -> list[dict]:
    """The rows as they are shipped: those of the test split have no label."""
    return [{k: v for k, v in row.items() if (row["split"], k) != ("test", "label")} for row in table]


def main() -> None:
    archive = asset_path("rated_snippets")
    folder = embedded_directory() / "sentiment"
    table = rows(archive)
    write_whole(folder / "snippets.jsonl.xz", jsonl_xz(without_test_labels(table)))
    record_embedded(folder)
    for name in ("train", "validation", "test"):
        chosen = [row for row in table if row["split"] == name]
        shares = [sum(row["label"] == each for row in chosen) / len(chosen) for each in SENTIMENTS]
        listed = " ".join(f"{each} {share:.3f}" for each, share in zip(SENTIMENTS, shares, strict=True))
        print(f"{name:10} {len(chosen):6,} rows {listed}")


if __name__ == "__main__":
    main()
