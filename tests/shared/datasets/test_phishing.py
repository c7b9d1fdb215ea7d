"""Phishing mail from the hub: cleaned like the other mail, verified, and one sentence where the hub is out of reach."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.assets.cache_paths import CHECKOUT
from shared.assets.checksums import digest
from shared.datasets import phishing
from shared.datasets.arrow_cache import SPLITS
from shared.datasets.phishing import PHISHING, load_phishing
from shared.errors import LabError

LETTER = (
    "Dear customer, your account was limited because somebody signed in from abroad, so please confirm your name at "
)
ROWS = [
    *((f"Minutes of meeting {n}, with {n * 7} people", "Safe Email") for n in range(40)),
    *((f"Confirm account {n} at http://bank{n}.example/login or joe@example.org", "Phishing Email") for n in range(40)),
    *((f"{LETTER}http://bank.example/{n} code {n}", "Phishing Email") for n in range(5)),
    ("minutes of MEETING 3 with 21 people!", "Safe Email"),
    ("Both one and the other", "Safe Email"),
    ("both one, and the other", "Phishing Email"),
    ("empty", "Phishing Email"),
    ("", "Safe Email"),
    ("word " * 30_000, "Phishing Email"),
]


@pytest.fixture
def file(tmp_path) -> Path:
    """As the hub has it: a number without a name, then text and kind."""
    path = tmp_path / phishing.FILE
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([("", "Email Text", "Email Type"), *((n, *row) for n, row in enumerate(ROWS))])
    return path


@pytest.fixture
def hub(tmp_path, monkeypatch) -> Path:
    """The folder of the pinned commit in an empty cache of the hub's client."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    name = "datasets--" + phishing.REPO.replace("/", "--")
    return tmp_path / "hub" / name / "snapshots" / phishing.REVISION


def test_mails_are_cleaned_and_those_that_begin_alike_stand_together(file):
    rows = phishing.messages(file)
    texts = [row["text"] for row in rows]
    assert len(rows) == 85, "without copies, contradictions, empty ones and one that is no mail"
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    assert "Confirm account 7 at URL or ADDRESS" in texts
    assert not [text for text in texts if text.lower().startswith("both one")], "one text, two labels"
    assert len({row["split"] for row in rows if row["text"].startswith(LETTER)}) == 1
    assert {row["split"] for row in rows} == set(SPLITS)
    assert all(row["label"] == row["text"].startswith(("Confirm", "Dear")) for row in rows)


def test_what_the_hubs_cache_holds_is_loaded_without_a_network(file, hub, monkeypatch):
    hub.mkdir(parents=True)
    file.rename(hub / phishing.FILE)
    monkeypatch.setattr(phishing, "SHA256", digest(hub / phishing.FILE))
    sets = load_phishing()
    assert tuple(sets) == SPLITS
    assert sets["train"].features["label"].names == list(PHISHING)
    assert sets["test"].column_names == ["id", "text"]


def test_another_file_than_the_pinned_one_is_refused(file, hub):
    hub.mkdir(parents=True)
    file.rename(hub / phishing.FILE)
    with pytest.raises(LabError, match="not those that the course knows: delete .*Phishing_Email.csv and load again"):
        load_phishing()


def test_without_a_hub_one_sentence_says_what_to_do(hub, tmp_path):
    with pytest.raises(LabError, match=r"out of reach or switched off \(HF_HUB_OFFLINE\).*use load_mail\(\)") as error:
        load_phishing()
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "cache").glob("texts/*")), "nothing half-made is left"


def test_a_hub_that_cannot_be_reached_is_the_same_sentence(tmp_path):
    """The network itself refuses, in a process of its own, because huggingface_hub reads HF_HUB_OFFLINE when imported."""
    code = (
        "import importlib, sys, time; sys.modules['httpx'] = None; time.sleep = lambda seconds: None;"  # it tries five times
        "import huggingface_hub as hub; from huggingface_hub.errors import HfHubHTTPError;"
        "httpx = importlib.import_module(HfHubHTTPError.__bases__[0].__module__.split('.')[0]);"  # the hub's own, by version
        "hub.set_client_factory(lambda: httpx.Client(transport=httpx.MockTransport("
        "lambda request: (_ for _ in ()).throw(httpx.ConnectError('refused')))));"
        "from shared.datasets import load_phishing; load_phishing()"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path), "LAB_CACHE": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=CHECKOUT)
    assert "LabError" in done.stderr.splitlines()[-1]
    assert "use load_mail()" in done.stderr.splitlines()[-1]
