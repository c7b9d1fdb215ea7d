"""Phishing mail from the Hugging Face hub, for machines that reach it. Card: data/cards/phishing.md."""

from pathlib import Path
from typing import TYPE_CHECKING

from shared.assets.checksums import digest
from shared.assets.hf_hub import from_hub
from shared.datasets import mail
from shared.datasets.arrow_cache import cached_dataset
from shared.datasets.example_ids import normalised, tenths, text_id
from shared.errors import LabError

if TYPE_CHECKING:
    from datasets import DatasetDict

PHISHING = ("legitimate", "phishing")
REPO = "zefang-liu/phishing-email-dataset"
REVISION = "34085a032c123ca237f314a01a67909cdea35e34"
FILE = "Phishing_Email.csv"
SHA256 = "18ef4fff1acb8986f0ab01e83ede6025420c829656af5a377560fce17e153b97"

LABELS = dict(zip(("Safe Email", "Phishing Email"), range(len(PHISHING)), strict=True))
TEST_TENTHS = 2
OPENING = 100  # normalised characters: emails that begin alike are one letter to many people
LONGEST = 100_000  # characters; what is longer is no mail


def load_phishing() -> "DatasetDict":
    """Phishing and legitimate mail from the Hugging Face hub, body only; card: phishing.md. For profiles t4 and gpu.

    Returns:
        Splits train, validation and test with columns `id`, `text` and, except in test, `label` (ClassLabel: legitimate,
        phishing).
    Raises:
        LabError: the hub is out of reach; `load_mail` needs no hub.
    Source: "Phishing Email Detection", Kaggle 2023, as mirrored by Z. Liu.
    """
    columns = {"text": "string", "label": PHISHING}
    made_from = [Path(module) for module in (__file__, mail.__file__)]
    return cached_dataset("phishing", columns, messages, made_from)


def messages(file: Path | None = None) -> list[dict]:
    """The hub's emails without copies, sorted by id: id, text, label (0 legitimate, 1 phishing) and split.

    Emails that begin alike are in one split; a text that has both labels is left out.

    Raises:
        LabError: as `hub_file`.
    """
    from pandas import read_csv

    table = read_csv(file or hub_file(), usecols=["Email Text", "Email Type"], dtype=str, keep_default_na=False)
    kept: dict[str, dict] = {}
    contradicted = set()
    for raw, kind in zip(table["Email Text"], table["Email Type"], strict=True):
        words = normalised(text := mail.masked(raw)) if len(raw) <= LONGEST else ""
        if words in ("", "empty"):
            continue
        row = {"id": text_id(text), "text": text, "label": LABELS[kind]}
        row["split"] = tenths(text_id(words[:OPENING]), TEST_TENTHS)
        if kept.setdefault(words, row)["label"] != row["label"]:
            contradicted.add(words)
    return sorted((row for words, row in kept.items() if words not in contradicted), key=lambda row: row["id"])


def hub_file() -> Path:
    """The file at the pinned commit, from the hub's own cache or over the network, verified.

    Raises:
        LabError: it is not in the cache and the hub is out of reach, or it is not the file that the course knows.
    """
    from huggingface_hub import hf_hub_download

    path = from_hub(
        hf_hub_download,
        usable=Path.exists,
        what="The phishing emails are",
        otherwise="use load_mail(), which holds spam and scam and needs no hub",
        repo_id=REPO,
        filename=FILE,
        repo_type="dataset",
        revision=REVISION,
    )
    if digest(path) != SHA256:
        raise LabError(
            f"The phishing emails from the hub are not those that the course knows: delete {path} and load again."
        )
    return path
