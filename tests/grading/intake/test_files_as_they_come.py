"""Tests collecting what people and platforms really leave: used, unpacked, or named, and nobody becomes a student by it."""

import datetime
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from grading.course import load_course
from grading.coursedir import gradebook_path, students_with_folder
from grading.gradebook.roster import Person, enrol
from grading.intake.collect import collect_folder
from grading.intake.submission import open_submission
from shared.errors import LabError

LAB = "lab01_ridge"
KNOWN = [
    Person("ada", "Ada", "King", "ada@example.org", "4711"),
    Person("ben", "Ben", "Holt", "ben@example.org", "4712"),
    Person("cleo", "Cleo", "Roy", "cleo@example.org", "4713"),
    Person("jörg", "Jörg", "Maß"),
]


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> Path:
    """A gradebook with four students."""
    root = tmp_path_factory.mktemp("known")
    gradebook_path(root).touch()
    enrol(KNOWN, load_course(), root)
    return gradebook_path(root)


@pytest.fixture
def places(tmp_path, known) -> tuple[Path, Path]:
    """(what was downloaded, a course directory whose gradebook knows four students)."""
    (tmp_path / "download").mkdir()
    (tmp_path / "root").mkdir()
    shutil.copyfile(known, gradebook_path(tmp_path / "root"))
    return tmp_path / "download", tmp_path / "root"


def put(path: Path, text: str = "{}", when: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if when:
        os.utime(path, (when, when))
    return path


def zipped(path: Path, **files: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def read(root: Path, student: str) -> bytes:
    return open_submission(root / "submitted" / student / LAB, LAB, 20).data


def test_what_systems_leave_is_nobodys_and_named(places, course):
    source, root = places
    for name in (
        "__MACOSX/._ada.ipynb",
        ".DS_Store",
        "desktop.ini",
        "Thumbs.db",
        "._ben.ipynb",
        ".ipynb_checkpoints/x",
    ):
        put(source / name)
    put(source / "ada.ipynb")
    put(source / "ben" / "__MACOSX" / f"._{LAB}.ipynb")
    put(source / "ben" / f"{LAB}.ipynb", "ben's")
    found = collect_folder(LAB, course, root, source)
    assert found.students == ["ada", "ben"]
    assert found.passed_over == sorted(
        (".DS_Store", "._ben.ipynb", ".ipynb_checkpoints", "Thumbs.db", "__MACOSX", "desktop.ini")
    )
    assert students_with_folder(LAB, root) == ["ada", "ben"]
    assert read(root, "ben") == b"ben's"


def test_files_of_other_kinds_are_named_and_their_owner_is_refused(places, course):
    source, root = places
    put(source / "ben.html")
    put(source / "who.pdf")
    put(source / f"{LAB}.ipynb")
    put(source / "grades.csv")
    put(source / "cleo" / "answer.docx")
    put(source / "ada.ipynb")
    refused = collect_folder(LAB, course, root, source).refused
    assert refused["ben"] == f"There is no notebook in the submission (ben.html is a web page): hand in {LAB}.ipynb."
    assert "is a text document" in refused["cleo"]
    assert refused["who.pdf"] == "It is a PDF file, and no student's by its name: it is left where it is."
    assert "rename it to the student's id" in refused[f"{LAB}.ipynb"]
    assert set(refused) == {"ben", "cleo", "who.pdf", f"{LAB}.ipynb", "grades.csv"}
    assert students_with_folder(LAB, root) == ["ada", "ben", "cleo"]


def test_a_notebook_under_another_ending_is_used(places, course):
    source, root = places
    put(source / "ada.ipynb.txt", "ada's")
    put(source / "ben" / f"{LAB}.ipynb.json", "ben's")
    put(source / "cleo.IPYNB", "cleo's")
    put(source / "jo\u0308rg" / f"{LAB}.IPYNB", "jörg's")
    assert collect_folder(LAB, course, root, source).students == ["ada", "ben", "cleo", "jörg"]
    assert [read(root, name) for name in ("ada", "ben", "cleo", "jörg")] == [
        b"ada's",
        b"ben's",
        b"cleo's",
        "jörg's".encode(),
    ]


def test_archives_are_unpacked_and_what_lies_beside_is_named(places, course):
    source, root = places
    zipped(source / "ada.zip", **{f"work__{LAB}.ipynb": "ada's", "work__plot.png": "x", "__MACOSX___x.ipynb": ""})
    zipped(source / "ben" / "my lab.zip", **{f"{LAB}.ipynb": "ben's"})
    put(source / "cleo" / f"{LAB}.ipynb", "cleo's")
    put(source / "cleo" / "plot.png")
    put(source / "jörg.zip", "no archive")
    found = collect_folder(LAB, course, root, source)
    assert [read(root, name) for name in ("ada", "ben", "cleo")] == [b"ada's", b"ben's", b"cleo's"]
    assert "ada: handed in beside the notebook and not graded: ada.zip/work/plot.png." in found.notes
    assert "cleo: handed in beside the notebook and not graded: plot.png." in found.notes
    assert found.refused["jörg"].startswith("The archive jörg.zip cannot be opened")


def test_an_archive_that_would_do_harm_stays_in_its_place(places, course, tmp_path):
    source, root = places
    with zipfile.ZipFile(source / "ada.zip", "w") as archive:
        archive.writestr("../../../../outside.ipynb", "x")
        archive.writestr("/tmp/outside-by-name.ipynb", "x")
        link = zipfile.ZipInfo(f"{LAB}.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with zipfile.ZipFile(source / "ben.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{LAB}.ipynb", b" " * 30_000_000)
    found = collect_folder(LAB, course, root, source)
    assert "There is no notebook" in found.refused["ada"]
    assert "more than 20: clear all outputs" in found.refused["ben"]
    assert not list(tmp_path.rglob("outside*"))
    assert not Path("/tmp/outside-by-name.ipynb").exists()


def test_the_archive_that_a_platform_gave_is_taken_as_it_is(places, course):
    source, root = places
    with zipfile.ZipFile(source / "moodle.zip", "w") as archive:
        early = zipfile.ZipInfo(f"Ada King_1_assignsubmission_file_/{LAB}.ipynb", (2027, 2, 12, 20, 0, 0))
        archive.writestr(early, "ada's")
        late = zipfile.ZipInfo(f"Ben Holt_2_assignsubmission_file_/{LAB}.ipynb", (2027, 2, 13, 20, 0, 0))
        archive.writestr(late, "ben's")
        archive.writestr("Cleo Roy_3_assignsubmission_onlinetext_/onlinetext.html", "<p>Sorry.</p>")
    found = collect_folder(LAB, course, root, source / "moodle.zip")
    assert (found.students, found.late) == (["ada", "ben"], ["ben"])
    assert "only a text typed into the platform's page" in found.refused["cleo"]


def test_a_text_beside_a_file_belongs_to_the_same_student(places, course):
    source, root = places
    put(source / "Ada King_1_assignsubmission_file_" / f"{LAB}.ipynb")
    put(source / "Ada King_1_assignsubmission_onlinetext_" / "onlinetext.html")
    put(source / "Participant_4006831_assignsubmission_file_" / f"{LAB}.ipynb")
    found = collect_folder(LAB, course, root, source)
    assert found.students == ["ada"]
    assert "a text typed into the platform's page is not graded" in found.notes[0]
    assert "reveal the identities" in found.refused["Participant_4006831_assignsubmission_file_"]


NOW = 1_780_000_000


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (f"ada/{LAB}.ipynb", f"ada/{LAB} (1).ipynb"),
        (f"ada/{LAB} (2).ipynb", f"ada/{LAB}.ipynb"),
        ("ada.ipynb", f"ada/{LAB}.ipynb"),
        ("ada (1).ipynb", "ada.ipynb"),
        (f"kingada_4711_90210_{LAB}.ipynb", f"kingada_4711_90400_{LAB}-1.ipynb"),
    ],
)
def test_of_several_attempts_the_newest_counts_and_it_is_said(places, course, older, newer):
    source, root = places
    put(source / older, "old", when=NOW)
    put(source / newer, "new", when=NOW + 600)
    found = collect_folder(LAB, course, root, source)
    assert found.students == ["ada"]
    assert read(root, "ada") == b"new"
    assert f"of 2 notebooks the newest counts, {newer}, and not {older}" in found.notes[0]


def test_canvas_numbers_count_more_than_times_of_a_download(places, course):
    source, root = places
    put(source / f"kingada_4711_90400_{LAB}-1.ipynb", "new", when=NOW)
    put(source / f"kingada_4711_90210_{LAB}.ipynb", "old", when=NOW + 9)
    collect_folder(LAB, course, root, source)
    assert read(root, "ada") == b"new"


def test_an_older_file_does_not_replace_a_newer_one_unless_told_to(places, course):
    source, root = places
    path = put(source / "ada.ipynb", "first", when=NOW)
    collect_folder(LAB, course, root, source)
    put(path, "older", when=NOW - 600)
    found = collect_folder(LAB, course, root, source)
    assert read(root, "ada") == b"first"
    assert "is older than what was collected before" in found.notes[0]
    assert found.students == []
    found = collect_folder(LAB, course, root, source, older=True)
    assert read(root, "ada") == b"older"
    assert "a newer submission was replaced by an older one" in found.notes[0]


def test_the_same_file_with_its_true_time_is_taken(places, course):
    """As after a download was unpacked without times, and once more with them."""
    source, root = places
    path = put(source / "ada.ipynb", when=course.due(LAB).timestamp() + 600)
    assert collect_folder(LAB, course, root, source).late == ["ada"]
    os.utime(path, (NOW, NOW))
    found = collect_folder(LAB, course, root, source)
    assert (found.students, found.late, found.notes) == (["ada"], [], [])


def test_canvas_says_who_is_late_whatever_the_times_of_the_files(places, course):
    source, root = places
    after = course.due(LAB).timestamp() + 3 * 86400
    put(source / f"kingada_4711_1_{LAB}.ipynb", when=after)
    put(source / f"holtben_LATE_4712_2_{LAB}.ipynb", when=after)
    put(source / f"roycleo_LATE_4713_3_{LAB}.ipynb", when=NOW)
    assert collect_folder(LAB, course, root, source).late == ["ben", "cleo"]


def test_who_is_not_on_the_roster_is_named(places, course):
    source, root = places
    put(source / "adda.ipynb")
    assert collect_folder(LAB, course, root, source).strangers == ["adda"]


def test_an_archive_that_is_none_is_said(places, course):
    source, root = places
    put(source / "moodle.zip", "x")
    with pytest.raises(LabError, match="cannot be opened"):
        collect_folder(LAB, course, root, source / "moodle.zip")


def test_times_in_an_archive_are_in_the_courses_zone(places, course):
    import dataclasses

    source, root = places
    with zipfile.ZipFile(source / "all.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("ada.ipynb", (2027, 2, 12, 23, 0, 0)), "{}")
    collect_folder(LAB, dataclasses.replace(course, timezone="America/New_York"), root, source / "all.zip")
    stamp = open_submission(root / "submitted" / "ada" / LAB, LAB, 20).stamp.decode()
    assert datetime.datetime.fromisoformat(stamp.replace(" UTC\n", "+00:00")).hour == 4
