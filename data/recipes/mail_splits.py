"""Chooses the emails of the SpamAssassin corpus that the course uses, and their splits. Card: data/cards/mail.md.

The emails are fetched, not embedded; what ships is a list of ids. Run: python data/recipes/mail_splits.py
"""

import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from families import families
from writing import write_whole

from shared.assets.access import asset_path
from shared.assets.cache_paths import embedded_directory
from shared.assets.checksums import record_embedded
from shared.datasets.example_ids import normalised, tenths
from shared.datasets.mail import MAIL, mail_id, raw_messages, text_of

TEST_TENTHS = 2  # spam is a quarter of the emails, and a threshold is chosen for it
SHORTEST = 5  # words
# Function words make up a third of English prose; below this share of a longer text it is another language or a list.
ENGLISH = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "have", "i", "if", "in", "is", "it")
)
ENGLISH |= {"my", "not", "of", "on", "or", "that", "the", "this", "to", "we", "will", "with", "you", "your"}
ENGLISH_SHARE = 0.10
LONG_ENOUGH = 30
SEXUAL = re.compile(
    r"\b(?:porn\w*|xxx+|penis\w*|puss(?:y|ies)|cum|cumm?ing|cocks?|fuck\w*|blowjobs?|horny|nude\w*|sluts?|tits|orgasm\w*|"
    r"erotic\w*|ejacul\w*|sex|sexual\w*|lesbians?|whores?|rape\w*)\b",
    flags=re.IGNORECASE,
)


def reason_to_drop(text: str) -> str | None:
    """Why an email is not used; None if it is."""
    letters = re.findall(r"[^\W\d_]", text)
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < SHORTEST:
        return "hardly a word"
    if sum(map(str.isascii, letters)) < 0.9 * len(letters):
        return "another script"
    if len(words) >= LONG_ENOUGH and sum(word in ENGLISH for word in words) < ENGLISH_SHARE * len(words):
        return "not English prose"
    return "sexual words" if SEXUAL.search(text) else None


def rows(archive: Path) -> tuple[list[dict], Counter]:
    """id and split of every email that is used, sorted by id, and (class, reason) -> how many were dropped.

    Of emails with the same normalised text the first stays. A thread (emails with one subject) is in one split.
    """
    kept = {}
    dropped = Counter()
    for raw, label in raw_messages(archive):
        text = text_of(raw)
        reason = reason_to_drop(text) or ("a copy" if normalised(text) in kept else None)
        if reason:
            dropped[MAIL[label], reason] += 1
        else:
            kept[normalised(text)] = mail_id(raw), text
    subjects = [normalised(text.split("\n")[0]) for _, text in kept.values()]
    related = families([text for _, text in kept.values()], subjects)
    table = [
        {"id": id_, "split": tenths(family, TEST_TENTHS)}
        for (id_, _), family in zip(kept.values(), related, strict=True)
    ]
    return sorted(table, key=lambda row: row["id"]), dropped


def main() -> None:
    table, dropped = rows(asset_path("spam_assassin"))
    path = embedded_directory() / "mail_splits.csv"
    write_whole(path, ("id,split\n" + "".join(f"{row['id']},{row['split']}\n" for row in table)).encode())
    record_embedded(path)
    print(len(table), "emails:", dict(Counter(row["split"] for row in table)))
    for (label, reason), count in sorted(dropped.items()):
        print(f"dropped {count:4} {label}: {reason}")


if __name__ == "__main__":
    main()
