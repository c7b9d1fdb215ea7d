"""The course's text sets, as a lab loads them: fixed splits, nothing on two sides, no label where none may be."""

import csv
import re
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from shared.assets.cache_paths import CHECKOUT, cache_directory
from shared.datasets import arrow_cache, example_ids, film, mail, text_sets
from shared.datasets.arrow_cache import SPLITS, cached_dataset
from shared.errors import LabError

HIDDEN = CHECKOUT / "tests" / "hidden_labels"
LABELLED = {
    "sentiment": (text_sets.load_sentiment, ["id", "text", "domain", "label"], text_sets.SENTIMENTS),
    "film": (film.load_film, ["id", "text", "label"], film.POLARITIES),
    "mail": (mail.load_mail, ["id", "text", "label"], mail.MAIL),
}
ALL = {
    **{name: row[0] for name, row in LABELLED.items()},
    "speeches": text_sets.load_speeches,
    "voice": text_sets.load_voice,
}


def hidden(name: str) -> dict[str, int]:
    with (HIDDEN / f"{name}.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["id", "label"]
    return {row[0]: int(row[1]) for row in rows[1:]}


@pytest.mark.parametrize("name", LABELLED)
def test_columns_and_classes(name):
    load, columns, classes = LABELLED[name]
    sets = load()
    assert tuple(sets) == SPLITS
    for split in ("train", "validation"):
        assert sets[split].column_names == columns
        assert sets[split].features["label"].names == list(classes)
        assert set(sets[split]["label"]) == set(range(len(classes)))
    assert sets["test"].column_names == columns[:-1]


@pytest.mark.parametrize("name", LABELLED)
def test_the_hidden_labels_are_those_of_the_test_split(name):
    labels = hidden(name)
    assert set(labels) == set(LABELLED[name][0]()["test"]["id"])
    assert set(labels.values()) == set(range(len(LABELLED[name][2])))


@pytest.mark.parametrize("name", ALL)
def test_nothing_stands_twice(name):
    sets = ALL[name]()
    column = "completion" if name == "voice" else "text"
    ids = [each for split in SPLITS for each in sets[split]["id"]]
    assert len(set(ids)) == len(ids)
    words = Counter(example_ids.normalised(text) for split in SPLITS for text in sets[split][column])
    assert words.most_common(1)[0][1] == 1


@pytest.mark.parametrize("name", ALL)
def test_texts_are_clean(name):
    sets = ALL[name]()
    for split in SPLITS:
        for text in sets[split]["completion" if name == "voice" else "text"]:
            assert text == text.strip()
            assert text
            assert not re.search(r"<br|&(?:amp|lt|gt|quot);|  |[\x00-\x09\x0b-\x1f]", text) or name == "mail"


@pytest.mark.parametrize("name", LABELLED)
def test_splits_are_about_a_tenth_and_alike(name):
    sets, labels = LABELLED[name][0](), hidden(name)
    rows = sum(map(len, sets.values()))
    assert 0.07 < len(sets["validation"]) / rows < 0.13
    assert 0.08 < len(sets["test"]) / rows < 0.22  # of mails, two tenths
    train = Counter(sets["train"]["label"])
    test = Counter(labels.values())
    for label, count in train.items():
        assert test[label] / len(labels) == pytest.approx(count / len(sets["train"]), abs=0.05)


def test_every_domain_is_in_every_split():
    for split in text_sets.load_sentiment().values():
        assert set(split["domain"]) == {"film", "news", "tweets", "products"}


def test_films_stay_together_and_classes_balance():
    ends = (0, 9_999, 10_000, 10_028, 10_029, 11_249, 11_250, 11_278, 11_279, 12_499, 12_500)
    assert [film.film_split(row) for row in ends] == [
        *("train", "train", None, None, "validation", "validation", None, None, "test", "test", "train")
    ]
    reviews = film.film_reviews()
    counts = Counter((review["split"], review["label"]) for review in reviews)
    for split in SPLITS:
        assert counts[split, 0] == pytest.approx(counts[split, 1], rel=0.01)
    openings = Counter(example_ids.normalised(review["text"])[:100] for review in reviews)
    assert openings.most_common(1)[0][1] == 1, "a review that was posted twice, with another ending"


def test_sets_do_not_hold_each_others_texts():
    """The film snippets of the sentiment set are also in the part of the reviews' file that is left out."""
    seen: dict[str, str] = {}
    for name in ("sentiment", "film", "mail", "speeches"):
        for split in ALL[name]().values():
            for text in split["text"]:
                assert seen.setdefault(example_ids.normalised(text), name) == name


def test_speeches_are_split_whole_and_from_all_times():
    sets = text_sets.load_speeches()
    speeches = {split: set(zip(sets[split]["president"], sets[split]["year"], strict=True)) for split in SPLITS}
    assert not speeches["train"] & speeches["test"]
    assert not speeches["train"] & speeches["validation"]
    for split in SPLITS:
        assert {year // 50 for _, year in speeches[split]} == {1790 // 50, *range(1800 // 50, 2021 // 50 + 1)}
    assert not any(re.search(r"(?i)[\[(](applause|laughter)|\[missing", text) for text in sets["train"]["text"])


def test_definitions_are_prose_of_one_author():
    sets = text_sets.load_voice()
    words = [prompt.split(" (")[0] for split in SPLITS for prompt in sets[split]["prompt"]]
    assert len(set(words)) == len(words)
    for split in SPLITS:
        for row in sets[split]:
            assert re.fullmatch(
                r"[a-z' -]+ \((?:plural )?(?:noun|verb|adjective|adverb|pronoun|participle)\)", row["prompt"]
            )
            assert re.match(r"[\"(]?[A-Z]", row["completion"])
            assert re.search(r"[.!?][\")]*$", row["completion"])
            assert not re.search(r"[{}\[\]_]", row["completion"])
            assert len(row["completion"].split()) <= 80


def test_arrow_files_of_a_student_hold_no_hidden_label():
    """Every Arrow file of the cache that has a test row's id: no column of it is a label."""
    ids = {each for name in LABELLED for each in LABELLED[name][0]()["test"]["id"]}
    seen = 0
    for path in (cache_directory() / "texts").rglob("*.arrow"):
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_stream(source).read_all()
        if ids & set(table["id"].to_pylist()):
            seen += 1
            assert not {"label", "labels", "rating", "split"} & set(table.column_names), path
    assert seen >= len(LABELLED)


ROWS = [{"id": split, "text": f"words of {split}", "label": "a", "split": split} for split in SPLITS]
COLUMNS = {"text": "string", "label": ("a", "b")}


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "texts"


def test_a_set_is_built_once_and_memory_mapped(cache):
    calls = []

    def rows():
        calls.append(1)
        return ROWS

    for _ in range(2):
        sets = cached_dataset("small", COLUMNS, rows, ["one"])
    assert len(calls) == 1
    assert sets["train"].cache_files[0]["filename"].startswith(str(cache))
    assert sets["train"][0] == {"id": "train", "text": "words of train", "label": 0}
    assert sets["test"][0] == {"id": "test", "text": "words of test"}


def test_a_set_follows_what_it_was_made_from(cache, tmp_path):
    source = tmp_path / "source"
    for text in ("old", "new"):
        source.write_text(text)
        sets = cached_dataset("small", COLUMNS, lambda t=text: [{**row, "text": t} for row in ROWS], [source])
        assert sets["train"]["text"][0] == text
    assert len(list(cache.iterdir())) == 1, "the outdated set is gone"


def test_a_build_that_fails_leaves_nothing(cache, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(arrow_cache.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        cached_dataset("small", COLUMNS, lambda: ROWS, ["one"])
    assert not list(cache.iterdir())
    monkeypatch.undo()


def test_the_faster_of_two_processes_wins(cache):
    def rows():
        cached_dataset("small", COLUMNS, lambda: ROWS, ["one"])  # another process, meanwhile
        return ROWS

    assert len(cached_dataset("small", COLUMNS, rows, ["one"])["train"]) == 1
    assert len(list(cache.iterdir())) == 1


def test_a_damaged_copy_is_named(cache):
    cached_dataset("small", COLUMNS, lambda: ROWS, ["one"])
    for path in cache.rglob("*.arrow"):
        path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(LabError, match="small set in the cache is damaged: delete .*small-"):
        cached_dataset("small", COLUMNS, lambda: ROWS, ["one"])


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(LabError, match="set LAB_CACHE to a folder with room"):
        cached_dataset("small", COLUMNS, lambda: ROWS, ["one"])


def test_a_label_outside_the_classes_is_refused(cache):
    with pytest.raises(ValueError, match=r"c|Invalid"):
        cached_dataset("small", COLUMNS, lambda: [{**row, "label": "c"} for row in ROWS], ["one"])
