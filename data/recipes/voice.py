"""Turns Ambrose Bierce's definitions into prompts and completions. Card: data/cards/voice.md.

Run: python data/recipes/voice.py
"""

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from writing import jsonl, write_whole

from shared.assets.access import asset_path
from shared.assets.cache_paths import embedded_directory
from shared.assets.checksums import record_embedded
from shared.datasets.example_ids import normalised, tenths, text_id

WORDS = 80  # of a definition, at most, in whole sentences
PARTS_OF_SPEECH = {
    "n.": "noun",
    "n.pl.": "plural noun",
    "adj.": "adjective",
    "adv.": "adverb",
    "v.t.": "verb",
    "v.i.": "verb",
    "v.": "verb",
    "p.p.": "participle",
    "pp.": "participle",
    "pro.": "pronoun",
    "pron.": "pronoun",
}
# A headword in capitals, a part of speech, and the rest of a paragraph from the first column; verse and anecdotes are indented.
ENTRY = re.compile(
    r"^([A-Z][A-Z'-]+(?: [A-Z'-]+)*),? ?((?:[a-z]{1,4}\.){1,2})[ \n]+(\S.*(?:\n\S.*)*)", flags=re.MULTILINE
)
# Slurs, and what reads as one today, which no model needs to learn.
LEFT_OUT = re.compile(
    r"\b(?:nigger|negro|darky|darkies|savages?|squaw|injun|jews?|chinaman|hebrew)\b", flags=re.IGNORECASE
)


def entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Headword, part of speech and first paragraph of every entry that has all three."""
    for word, part, paragraph in ENTRY.findall(text):
        if part in PARTS_OF_SPEECH:
            yield word.lower(), PARTS_OF_SPEECH[part], definition(paragraph)


def definition(paragraph: str) -> str:
    """The prose of a definition, up to `WORDS`, in whole sentences; empty where there is none.

    Mark-up, etymologies, cross references and a sentence that only announces a verse are removed.
    """
    text = re.sub(r"(?<=\w-)\n", "", paragraph)  # a compound broken at the end of a line
    text = re.sub(r"\[[^\]]*\]", " ", text)
    text = re.sub(r"\{([^}]*)\}", lambda reference: reference[1].lower(), text.replace("_", ""))
    text = re.sub(r"\s+", " ", text).strip()
    kept: list[str] = []
    for sentence in re.split(r"(?:(?<=[.!?])|(?<=[.!?][\")])) (?=[\"A-Z(])", text):
        whole = re.match(r"[\"(]?[A-Z].*[.!?][\")]*$", sentence) and not re.match(r"See (?:also )?[\w ]+\.$", sentence)
        if not whole or len(" ".join([*kept, sentence]).split()) > WORDS:
            break
        kept.append(sentence)
    return " ".join(kept)


def rows(dictionary: Path) -> list[dict]:
    """id, prompt, completion and split of every definition that is kept, in the order of the alphabet.

    Of two entries for one word, or with one text, the first stays.
    """
    with gzip.open(dictionary, "rt", encoding="utf-8") as file:
        text = file.read()
    kept = []
    seen = set()
    for word, part, completion in entries(text):
        same = {word, normalised(completion)}
        if not completion or LEFT_OUT.search(f"{word} {completion}") or same & seen:
            continue
        seen |= same
        row_id = text_id(word)
        kept.append({"id": row_id, "prompt": f"{word} ({part})", "completion": completion, "split": tenths(row_id)})
    return kept


def main() -> None:
    table = rows(asset_path("dict_devil") / "devil.dict.dz")
    path = embedded_directory() / "devils_dictionary.jsonl"
    write_whole(path, jsonl(table))
    record_embedded(path)
    for name in ("train", "validation", "test"):
        chosen = [row for row in table if row["split"] == name]
        words = sum(len(row["completion"].split()) for row in chosen)
        print(f"{name:10} {len(chosen):5} definitions {words:7,} words")


if __name__ == "__main__":
    main()
