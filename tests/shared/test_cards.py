"""Each data set has a card, and what the card counts is what the set holds."""

import re
import tomllib

import pytest

from grading.coursedir import source_parts
from shared.assets.cache_paths import CHECKOUT
from shared.assets.manifest import embedded_assets, models
from shared.datasets import film, mail, pronouns, text_sets
from shared.datasets.arrow_cache import SPLITS
from shared.settings import PROFILES, labs, load_settings

CARDS = {path.name: path.read_text(encoding="utf-8") for path in (CHECKOUT / "data" / "cards").glob("*.md")}
MANIFEST = tomllib.loads((CHECKOUT / "data" / "manifest.toml").read_text(encoding="utf-8"))
TEXT_SETS = {
    "sentiment.md": text_sets.load_sentiment,
    "film.md": film.load_film,
    "mail.md": mail.load_mail,
    "speeches.md": text_sets.load_speeches,
    "voice.md": text_sets.load_voice,
    "pronouns.md": pronouns.load_pronouns,
}


@pytest.mark.parametrize("name", MANIFEST["archive"])
def test_each_archive_is_named_by_a_card_with_its_version(name):
    archive = MANIFEST["archive"][name]
    named = rf"`{re.escape(archive['package'])}` {re.escape(archive['version'])}(?![\w.+~-]*\w)"
    assert any(re.search(named, card) for card in CARDS.values()), f"`{archive['package']}` {archive['version']}"


@pytest.mark.parametrize("name", [item.name for item in embedded_assets() if item.used_by])
def test_what_ships_and_is_used_is_named_by_a_card(name):
    assert any(f"data/embedded/{name}" in card for card in CARDS.values())


@pytest.mark.parametrize("module", ["film", "mail", "phishing", "pronouns", "tables", "text_sets"])
def test_cards_that_the_code_names_exist(module):
    source = (CHECKOUT / "shared" / "datasets" / f"{module}.py").read_text(encoding="utf-8")
    named = re.findall(r"(?i)card: (?:data/cards/)?(\w+\.md)", source)
    assert named
    assert set(named) <= set(CARDS)


@pytest.mark.parametrize("name", TEXT_SETS)
def test_rows_of_each_split_are_those_on_the_card(name):
    written = dict(re.findall(r"^\| (train|validation|test) \| ([\d,]+) \|", CARDS[name], flags=re.MULTILINE))
    sets = TEXT_SETS[name]()
    assert {split: int(written[split].replace(",", "")) for split in SPLITS} == {s: len(sets[s]) for s in SPLITS}


@pytest.mark.parametrize("name", [*TEXT_SETS, "phishing.md", "pretraining_text.md"])
def test_a_card_says_where_from_under_which_licence_and_what_not_for(name):
    card = CARDS[name]
    assert re.search(r"^\| (?:Origin|Provenance|Made by) \|", card, flags=re.MULTILINE)
    assert re.search(r"^\| (?:Licence|.*\| licence)", card, flags=re.MULTILINE)
    assert re.search(r"(?i)not (?:to be used )?for\b", card)


LOADERS = (
    "load_nhefs",
    "load_thornton",
    "load_pension",
    "load_sentiment",
    "load_speeches",
    "load_voice",
    "load_film",
    "load_mail",
    "load_phishing",
    "pronoun_rows",
)


@pytest.mark.parametrize("loader", LOADERS)
def test_a_card_names_the_labs_that_use_the_data(loader):
    users = {lab for lab in labs() if any(loader in path.read_text(encoding="utf-8") for path in source_parts(lab))}
    rows = [re.search(r"^\| Used by \|.*", card, flags=re.MULTILINE) for card in CARDS.values()]
    [row] = [row.group() for row in rows if row and f"{loader}()" in row.group()]
    assert set(re.findall(r"lab\d\d_\w+", row)) == users
    assert ("no lab yet" in row) == (not users)


@pytest.mark.parametrize("model", models())
def test_a_card_names_the_profiles_that_load_the_model(model):
    profiles = {p for p in PROFILES if any(model in load_settings(lab, p).model_names() for lab in labs())}
    rows = [re.search(r"^\| Used by \|.*", card, flags=re.MULTILINE) for card in CARDS.values()]
    [row] = [row.group() for row in rows if row and f'"{model}"' in row.group()]
    assert set(re.findall(r"\b(?:tiny|laptop|t4|gpu)\b", row.replace("-tiny", ""))) == profiles
