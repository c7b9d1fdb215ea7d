"""Mail as it comes over the wire, turned into what its writer wrote: decoded, without mark-up, quotations and footers."""

import csv
import email
import email.errors
import email.header
import hashlib
import html
import re
import tarfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

from shared.assets.access import asset_path, embedded
from shared.assets.manifest import asset
from shared.datasets.arrow_cache import cached_dataset

if TYPE_CHECKING:
    from datasets import DatasetDict

MAIL = ("ham", "spam")
FILE = r"package/data/(easy-ham|hard-ham|spam)-\d/\d+\.\w+\.txt$"
BLOCKS = r"br|p|div|tr|td|li|h\d|table|ul|ol|hr|title|blockquote"

# What would tell the mailbox a mail was collected from, instead of what it says. Each goes, with all that follows it:
FOOTERS = (
    r"^-- ?$",  # a signature; mailing lists add one as well
    r"^--? ?\n?Irish Linux Users' Group",
    r"^_{5,}\s*\n.{0,80}(?:list|yahoo|msn|join|chat|mobile|sponsored)",
    r"This sf\.net e?mail is sponsored",
    r"--DeathToSpam",
    r"^-{3,}.{0,40}Yahoo! Groups Sponsor",
    r"^To unsubscribe from this group, send",
    r"^-----BEGIN PGP SIGNATURE",
)
# ... and each of these, by itself:
TRACES = (
    r"(?:^on .*\n)?^.*\b(?:wrote|writes|said) ?:$",  # who is quoted
    r"^ ?(?:[>|}]|\w{1,4}>).*$",  # what is quoted: the same words are in another email of the thread
    r"^(?:url|date|to|from|sent|subject|cc|message-id|hash):.*$",  # headers inside the body, from news feeds and forwarding
    r"^-----(?:BEGIN PGP SIGNED MESSAGE|\s*Original Message\s*)-----$",
    r"\b(?:z{3,}|y{4,}|q{4,})\w*",  # names that the collectors blotted out
)


def load_mail() -> "DatasetDict":
    """Spam (advertising and scam, not phishing) and ham, subject and body only; card: mail.md. Fetched on first use.

    Returns:
        Splits train, validation and test with columns `id`, `text` (subject, an empty line, body) and, except in test,
        `label` (ClassLabel: ham, spam).
    Raises:
        LabError: the emails are not in the cache and cannot be fetched.
    Source: SpamAssassin public corpus, emails of 2001 and 2002.
    """
    columns = {"text": "string", "label": MAIL}
    made_from = [asset("spam_assassin").sha256, embedded("mail_splits.csv"), Path(__file__)]
    return cached_dataset("mail", columns, messages, made_from)


def messages(archive: Path | None = None, splits: Path | None = None) -> list[dict]:
    """The emails that the course uses, sorted by id: id, text (subject, empty line, body), label (0 ham, 1 spam) and split.

    Args:
        archive: the tar file with the emails; fetched where none is given.
        splits: csv of id and split; data/cards/mail.md says which emails are left out, and why.
    """
    from tqdm import tqdm

    with (splits or embedded("mail_splits.csv")).open(encoding="utf-8", newline="") as file:
        wanted = {row["id"]: row["split"] for row in csv.DictReader(file)}
    emails = raw_messages(archive or asset_path("spam_assassin"))
    rows = []
    for raw, label in tqdm(emails, desc="Reading emails", mininterval=1, leave=False):
        if split := wanted.get(mail_id(raw)):
            rows.append({"id": mail_id(raw), "text": text_of(raw), "label": label, "split": split})
    return sorted(rows, key=lambda row: row["id"])


def raw_messages(archive: Path) -> Iterator[tuple[bytes, int]]:
    """Each mail's bytes, headers and all, with its label (0 ham, 1 spam), in the order of the archive."""
    with tarfile.open(archive) as box:
        for member in box:
            if found := re.match(FILE, member.name):
                yield box.extractfile(member).read(), int(found[1] == "spam")


def mail_id(raw: bytes) -> str:
    """12 hexadecimal digits of the raw mail's SHA-256."""
    return hashlib.sha256(raw).hexdigest()[:12]


def text_of(raw: bytes) -> str:
    """Subject, an empty line, and body, without what tells only where the mail was collected; addresses and links masked."""
    subject, body = subject_and_body(raw)
    subject = re.sub(r"^(?:\s*(?:re|fwd?|aw|sv)\s*(?:\[\d+\])?:|\s*\[[^\]]{1,30}\])+", "", subject, flags=re.IGNORECASE)
    for footer in FOOTERS:
        body = re.split(footer, body, maxsplit=1, flags=re.IGNORECASE | re.MULTILINE)[0]
    text = f"{subject.strip()}\n\n{body}"
    for trace in TRACES:
        text = re.sub(trace, "", text, flags=re.IGNORECASE | re.MULTILINE)
    return masked(text)


def masked(text: str) -> str:
    """The text, tidied, with URL for each link and ADDRESS for each mail address."""
    text = re.sub(r"\b(?:https?|ftp)://[^\s>)\]\"]+|\bwww\.[^\s>)\]\"]+", "URL", text, flags=re.IGNORECASE)
    return tidy(re.sub(r"(?<![\w.+%=-])[\w.+%=-]{1,64}@[\w.-]+", "ADDRESS", text))


def subject_and_body(raw: bytes) -> tuple[str, str]:
    """Subject and readable body of one mail, however broken; what cannot be decoded becomes �.

    Quoted-printable, base64 and encoded subjects are decoded, HTML becomes text. Of the same letter as plain text and as
    HTML the plain one is read; attachments are not.
    """
    mail = email.message_from_bytes(raw)
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text" and not part.get_filename()]
    plain = tidy("\n\n".join(decoded(part) for part in parts if part.get_content_subtype() != "html"))
    if re.search(r"\w\w", plain):
        return decoded_header(mail["Subject"]), plain
    return decoded_header(mail["Subject"]), tidy("\n\n".join(map(decoded, parts)))


def decoded(part: Message) -> str:
    """Text of one part; HTML, also where it is declared as plain text, becomes lines of words."""
    text = decoded_bytes(part.get_payload(decode=True) or b"", part.get_content_charset())
    marked_up = re.search(r"<(?:html|body|table|font|a href)\b", text, flags=re.IGNORECASE)
    return without_html(text) if part.get_content_subtype() == "html" or marked_up else text


def decoded_bytes(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return data.decode("cp1252", errors="replace")


def decoded_header(value: str | None) -> str:
    """An encoded header in plain characters; unchanged where its encoding is broken."""
    value = str(value or "")
    try:
        pieces = email.header.decode_header(value)
    except (ValueError, email.errors.HeaderParseError):
        pieces = [(value, None)]
    text = "".join(piece if isinstance(piece, str) else decoded_bytes(piece, charset) for piece, charset in pieces)
    return re.sub(r"\s+", " ", text).strip()


def without_html(text: str) -> str:
    """Words of a page as a reader sees them, a line for each block. Regular expressions: half of the pages are broken."""
    text = re.sub(r"<!--.*?(?:-->|$)", "", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style)\b.*?(?:</\1\s*>|$)", " ", text, flags=re.DOTALL | re.IGNORECASE)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(rf"</?(?:{BLOCKS})\b[^<>]*>", "\n", text, flags=re.IGNORECASE)
    text = re.sub(r"</?[a-z!][^<>]*>", "", text, flags=re.IGNORECASE)
    return html.unescape(text)


def tidy(text: str) -> str:
    """No control characters, single spaces, at most one empty line."""
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\ufeff]", " ", text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()
