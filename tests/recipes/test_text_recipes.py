"""The recipes of the text sets on a small scale: what is kept, how it is cleaned, what stands together."""

import gzip
import io
import json
import lzma
import sys
import tarfile
from collections import Counter
from pathlib import Path

import pytest

RECIPES = Path(__file__).resolve().parents[2] / "data" / "recipes"
sys.path.insert(0, str(RECIPES))

import families
import hidden_labels
import mail_splits
import sentiment
import speeches
import voice
import writing

from shared.assets.access import embedded
from shared.assets.checksums import is_recorded
from shared.datasets.example_ids import normalised, tenths
from shared.datasets.mail import load_mail, mail_id
from shared.datasets.text_sets import read_rows


def archive(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as box:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            box.addfile(entry, io.BytesIO(text.encode()))
    return path


@pytest.mark.parametrize("name", ["sentiment", "speeches.jsonl.xz", "devils_dictionary.jsonl", "mail_splits.csv"])
def test_what_ships_is_what_the_recipe_recorded(name):
    assert is_recorded(embedded(name))


# Sentiment


@pytest.mark.parametrize(
    ("rating", "label"),
    [
        *((-4.0, "negative"), (-0.8, "negative"), (-0.79, None), (-0.51, None), (-0.5, "neutral"), (0.0, "neutral")),
        *((0.5, "neutral"), (0.6, None), (0.8, "positive"), (3.9, "positive")),
    ],
)
def test_labels_follow_from_the_mean_rating(rating, label):
    assert sentiment.label(rating) == label


def test_sentiment_rows_are_clean_and_articles_stay_whole(tmp_path):
    news = [
        f"{article}_{sentence}\t{(-1) ** sentence}.5\tArticle {article * 31} tells {sentence * 17} of many things"
        for article in range(1, 41)
        for sentence in range(1, 6)
    ]
    films = [
        "1\t2.5\tA ''great'' film &amp;amp; more  fun",
        "2\t2.9\ta GREAT film more fun!",
        "3\t0.7\tNobody can say",
        "4\t-3\t ... ",
    ]
    files = dict.fromkeys(sentiment.FILES.values(), "1\t0.0\tA plain word about nothing")
    files |= {sentiment.FILES["film"]: "\r\n".join(films), sentiment.FILES["news"]: "\r\n".join(news)}
    table = sentiment.rows(
        archive(tmp_path / "a.tgz", {f"hutto_ICWSM_2014/{name}": text for name, text in files.items()})
    )
    texts = [row["text"] for row in table]
    assert 'A "great" film & more fun' in texts
    assert "a GREAT film more fun!" not in texts, "a copy of the first"
    assert "Nobody can say" not in texts, "between neutral and polar"
    assert texts.count("A plain word about nothing") == 1
    assert [row["id"] for row in table] == sorted(row["id"] for row in table)
    splits = {}
    for row in table:
        if row["domain"] == "news":
            assert splits.setdefault(row["text"].split()[1], row["split"]) == row["split"]
    assert len(splits) == 40
    assert set(splits.values()) == {"train", "validation", "test"}
    bare = sentiment.without_test_labels(table)
    assert {row["split"] for row in bare if "label" in row} == {"train", "validation"}


def test_families_join_groups_and_near_copies_through_chains():
    texts = [
        "the cat sat on the mat today",
        "the cat sat on the mat again today",
        "quite another thing",
        "and one more of those",
    ]
    names = families.families(texts, ["a", "b", "b", "c"])
    assert names[0] == names[1] == names[2] != names[3]
    backwards = families.families(texts[::-1], ["c", "b", "b", "a"])
    assert backwards[::-1] == names, "the order does not matter"
    counts = Counter(tenths(f"{number:012x}", test=2) for number in range(100))
    assert counts == {"train": 70, "validation": 10, "test": 20}


# Speeches


def test_passages_are_whole_sentences_without_stage_directions():
    text = "Mr. Speaker, J. Doe is here. (Applause.)  We go on! It cost $2.5 millions. [Laughter] &quot;Fine,&quot; he said."
    passages = list(speeches.passages(f"{text} The end.", words=8))
    assert passages == ["Mr. Speaker, J. Doe is here.", "We go on! It cost $2.5 millions.", '"Fine," he said. The end.']
    assert list(speeches.passages("One sentence that is longer than the limit. Short.", words=3)) == [
        *("One sentence that is longer than the limit.", "Short.")
    ]


def test_speeches_are_split_whole_and_copies_go(tmp_path):
    files = {
        f"package/sotu/data/{1900 + n}_some_body_x.json": json.dumps(
            {
                "year": 1900 + n,
                "name": "William Mc Kinley",
                "text": f"Speech number {n} is this. " * 30 + "God bless you.",
            }
        )
        for n in range(20)
    }
    rows = speeches.rows(archive(tmp_path / "s.tgz", {**files, "package/other/data/1900_a.json": "{}"}))
    assert {row["president"] for row in rows} == {"William McKinley"}
    by_year = {row["year"]: row["split"] for row in rows}
    assert Counter(by_year.values()) == {"train": 16, "validation": 2, "test": 2}
    assert all(row["split"] == by_year[row["year"]] for row in rows)
    assert len({row["text"] for row in rows}) == len(rows)


# Voice

ENTRIES = """ABRIDGE, v.t.  To shorten.

        When in the course of human events it becomes necessary.
                                                       Oliver Cromwell

ACADEMY, n.  [from {ACADEME}]   A _modern_ school where cannon-
shots are taught.

BRUTE, n.  See {HUSBAND}.

COURT FOOL, n.  The plaintiff.  The poet says of him:

    Verse.

DEAD, adj.

    Done with the work

FAMOUS, adj.  conspicuously without a capital.

ABRIDGE, v.i.  Another one.

HEBREW, n.  Left out.

ZEAL, n.  A certain "disorder."  It passes.
    An indented anecdote.
"""


def test_definitions_are_prose_without_verse_references_or_mark_up(tmp_path):
    path = tmp_path / "devil.dict.dz"
    path.write_bytes(gzip.compress(ENTRIES.encode()))
    assert {row["prompt"]: row["completion"] for row in voice.rows(path)} == {
        "abridge (verb)": "To shorten.",
        "academy (noun)": "A modern school where cannon-shots are taught.",
        "court fool (noun)": "The plaintiff.",
        "zeal (noun)": 'A certain "disorder." It passes.',
    }


def test_long_definitions_end_with_a_sentence():
    sentence = "A word " * 15 + "here."
    assert voice.definition("\n".join([sentence] * 5)) == " ".join([sentence] * 2)
    assert voice.definition("Word " * 100 + "end.") == "", "no whole sentence is short enough"


# Mail


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hello\n\nthis is a letter to you", None),
        ("Hi\n\nyes no", "hardly a word"),
        ("好聽的音樂送給你 這是 委託 由 專業 廣告 公司 代發", "another script"),
        ("word " * 40, "not English prose"),
        ("Ruby on rails, perl, apt-get, kernel", None),
        ("this is about xxx pictures and more", "sexual words"),
    ],
)
def test_why_a_mail_is_left_out(text, reason):
    assert mail_splits.reason_to_drop(text) == reason


def test_mails_of_one_thread_stand_together_and_copies_go(tmp_path):
    def mail(subject: str, body: str) -> str:
        return f"Subject: {subject}\nX-Number: {len(subject)}\n\n{body}\n"

    bodies = {n: f"The answer to this is {n} of {n * 7} and {n * 13} for you" for n in range(120)}
    files = {
        f"package/data/{'spam-1' if n % 4 == 0 else 'easy-ham-1'}/{n:05}.abc.txt": mail(f"Re: topic {n // 3}", body)
        for n, body in bodies.items()
    }
    files["package/data/spam-2/00001.abc.txt"] = mail("[list] topic 0", bodies[0])
    path = archive(tmp_path / "m.tgz", files)
    table, dropped = mail_splits.rows(path)
    assert dropped == {("spam", "a copy"): 1}
    assert len(table) == 120
    split = {row["id"]: row["split"] for row in table}
    for topic in range(40):
        thread = [mail_id(mail(f"Re: topic {topic}", bodies[3 * topic + each]).encode()) for each in range(3)]
        assert len({split[each] for each in thread}) == 1
    assert set(split.values()) == {"train", "validation", "test"}


def test_no_mail_has_a_near_copy_or_its_thread_in_another_split():
    """Judged anew, on the texts as a lab loads them."""
    sets = load_mail()
    rows = [(text, split) for split in sets for text in sets[split]["text"]]
    subjects = [normalised(text.split("\n")[0]) for text, _ in rows]
    splits: dict[str, set[str]] = {}
    for family, (_, split) in zip(families.families([text for text, _ in rows], subjects), rows, strict=True):
        splits.setdefault(family, set()).add(split)
    assert len(splits) > 1000
    assert all(len(each) == 1 for each in splits.values())


# Writing


def test_hidden_labels_are_those_of_the_test_rows_without_text():
    rows = [
        {"id": "a", "text": "secret", "label": 1, "split": "test"},
        {"id": "b", "text": "x", "label": 0, "split": "train"},
    ]
    assert hidden_labels.csv_of(rows) == b"id,label\na,1\n"


def test_files_are_written_whole_and_read_again(tmp_path):
    rows = [{"id": "a", "text": 'é\u2028 "x"', "split": "train"}, {"id": "b", "text": "", "split": "test"}]
    for name, data in (("rows.jsonl", writing.jsonl(rows)), ("rows.jsonl.xz", writing.jsonl_xz(rows))):
        writing.write_whole(tmp_path / "folder" / name, data)
        assert read_rows(tmp_path / "folder" / name) == rows
    assert {path.name for path in (tmp_path / "folder").iterdir()} == {"rows.jsonl", "rows.jsonl.xz"}
    assert lzma.decompress(writing.jsonl_xz(rows)) == writing.jsonl(rows)
