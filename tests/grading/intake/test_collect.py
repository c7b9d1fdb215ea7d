"""Tests collecting: a newer submission replaces the older one as a whole, links are refused, and no name stops anybody else."""

import datetime
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from grading import folders
from grading.gradebook import records
from grading.gradebook.roster import LONGEST, unusable
from grading.intake.collect import collect_folder
from grading.intake.submission import open_submission
from grading.kernels.sandbox import NOBODY

LAB = "lab01_ridge"


@pytest.fixture
def places(tmp_path) -> tuple[Path, Path]:
    """(what was downloaded, the course directory)."""
    (tmp_path / "download").mkdir()
    return tmp_path / "download", tmp_path / "root"


def put(source: Path, student: str, name: str = f"{LAB}.ipynb", text: str = "{}") -> Path:
    (source / student).mkdir(exist_ok=True)
    (source / student / name).write_text(text)
    return source / student / name


def graded(root: Path, student: str):
    """What autograding would read."""
    return open_submission(root / "submitted" / student / LAB, LAB, 20)


def test_folders_and_single_files_are_taken(places, course):
    source, root = places
    put(source, "ada", f"{LAB} (2).ipynb")
    put(source, "ada", f"._{LAB} (2).ipynb")
    (source / "ben.ipynb").write_text("{}")
    (source / ".DS_Store").write_text("")
    (source / "._ben.ipynb").write_text("")
    found = collect_folder(LAB, course, root, source)
    assert (found.students, found.refused) == (["ada", "ben"], {})
    assert graded(root, "ada").name == f"{LAB} (2).ipynb"
    assert graded(root, "ben").name == f"{LAB}.ipynb"


def test_a_resubmission_under_another_name_is_what_is_graded(places, course):
    source, root = places
    old = put(source, "ada", text="old")
    collect_folder(LAB, course, root, source)
    old.unlink()
    put(source, "ada", f"{LAB}-1.ipynb", "new")
    collect_folder(LAB, course, root, source)
    assert graded(root, "ada").data == b"new"
    assert [path.name for path in (root / "submitted" / "ada").iterdir()] == [LAB]


def test_a_link_is_refused_on_record_and_nothing_is_ever_written_through_it(places, course):
    source, root = places
    victim = root / "grades.log"
    root.mkdir()
    victim.write_text("the log")
    (source / "eve").mkdir()
    link = source / "eve" / f"{LAB}.ipynb"
    link.symlink_to(victim)
    put(source, "ada")
    for _ in range(2):
        found = collect_folder(LAB, course, root, source)
        assert "is a link" in found.refused["eve"]
        assert found.students == ["ada"]
    assert "is a link" in graded(root, "eve").refusal
    link.unlink()
    link.write_text("forged")
    collect_folder(LAB, course, root, source)
    assert graded(root, "eve").data == b"forged"
    assert victim.read_text() == "the log"


def test_links_planted_in_the_course_directory_are_replaced_not_followed(places, course):
    source, root = places
    planted = root / "submitted" / "eve"
    planted.mkdir(parents=True)
    (root / "elsewhere").mkdir()
    (root / "elsewhere" / "kept").touch()
    (planted / LAB).symlink_to(root / "elsewhere")
    put(source, "eve")
    collect_folder(LAB, course, root, source)
    assert (root / "elsewhere" / "kept").exists()
    assert not (planted / LAB).is_symlink()


def linked_folder(source):
    (source / "eve").symlink_to("/etc")


def pipe(source):
    (source / "eve").mkdir()
    os.mkfifo(source / "eve" / f"{LAB}.ipynb")


def hard_link(source):
    os.link(put(source, "ada"), source / "eve.ipynb")


def too_large(source):
    put(source, "eve", text=" " * 3_000_000)


def link_to_itself(source):
    (source / "eve.ipynb").symlink_to(source / "eve.ipynb")


def nothing(source):
    (source / "eve").mkdir()


@pytest.mark.parametrize(
    ("offer", "says"),
    [
        (linked_folder, "The file eve is a link: hand in the file itself."),
        (pipe, f"The file {LAB}.ipynb is a link or a special file, not a notebook: hand in the file itself."),
        (hard_link, "The file eve.ipynb is a link or a special file, not a notebook: hand in the file itself."),
        (too_large, f"The file {LAB}.ipynb has 3 MB, more than 2: clear all outputs and save."),
        (link_to_itself, "The file eve.ipynb is a link: hand in the file itself."),
        (nothing, f"There is no notebook in the submission: hand in {LAB}.ipynb."),
    ],
)
def test_what_cannot_be_taken_is_refused_and_stops_nobody(places, course, offer, says):
    source, root = places
    offer(source)
    put(source, "zoe")
    found = collect_folder(LAB, replace(course, max_submission_mb=2), root, source)
    assert found.refused["eve"] == says
    assert graded(root, "eve").refusal == says
    assert "zoe" in found.students


NAMES = [
    b"J\xf6rg",
    b"Smith [Bob]",
    b"a*b",
    b"\x1b[2J",
    b"line\nbreak",
    b"x" * (LONGEST + 1),
    b" ada",
    "\u202egnp".encode(),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_no_id_is_refused_by_itself(places, course, name):
    source, root = places
    put(source, os.fsdecode(name))
    put(source, "zoe")
    found = collect_folder(LAB, course, root, source)
    assert found.students == ["zoe"]
    [(shown, why)] = found.refused.items()
    assert (shown + why).isprintable()
    assert "cannot be a student's id" in why
    assert records.students(root, LAB) == ["zoe"]


@pytest.mark.parametrize(
    "name", ["ada", "Zoë Müller_12345_assignsubmission_file", "王小明", "o'neill-2", "a.b@c.org", "{x}"]
)
def test_ordinary_names_are_ids(name):
    assert unusable(name) == ""


def test_a_submission_is_as_late_as_its_file_whatever_a_timestamp_of_the_students_own_says(places, course):
    source, root = places
    course = replace(course, timezone="America/New_York")
    due = course.due(LAB).timestamp()
    for name, seconds in {"early": -60, "late": 60, "stamped": 60, "odd": 60}.items():
        path = put(source, name)
        os.utime(path, (due + seconds, due + seconds))
    (source / "stamped" / "timestamp.txt").write_text("2027-02-01 10:00:00 UTC")
    (source / "odd" / "timestamp.txt").write_text("never")
    os.utime(put(source, "far"), ns=(10**18 * 9, 10**18 * 9))
    assert collect_folder(LAB, course, root, source).late == ["far", "late", "odd", "stamped"]
    assert graded(root, "early").stamp.startswith(b"2027-02-13 04:58:00.000000 UTC")
    assert graded(root, "stamped").stamp == graded(root, "late").stamp


def test_the_time_is_in_the_form_that_nbgrader_reads(places, course):
    from nbgrader.coursedir import CourseDirectory

    source, root = places
    path = put(source, "ada")
    os.utime(path, (1_800_000_000, 1_800_000_000))
    collect_folder(LAB, course, root, source)
    read = CourseDirectory().get_existing_timestamp(str(root / "submitted" / "ada" / LAB))
    assert read == datetime.datetime(2027, 1, 15, 8, 0)


def deepen(folder: Path) -> None:
    """Makes 1500 folders one in another, so that the path to the innermost is too long to be used."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("x" * 200, dir_fd=here)
        inside = os.open("x" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inside
    os.close(here)


@pytest.fixture
def own_folder():
    """A folder of a user without root's rights, as whom the test runs."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        if user == 0:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(user)


def test_a_folder_of_any_depth_is_removed(own_folder):
    top = own_folder / "deep"
    top.mkdir()
    deepen(top)
    (top / "link").symlink_to("/etc")
    (top / "0").write_text("in the way")
    (top / "x" / "y").mkdir(parents=True)
    for shut in (top / "x" / "y", top / "x"):
        shut.chmod(0)
    folders.remove_tree(top)
    assert list(own_folder.iterdir()) == []


def test_an_older_submission_of_any_depth_makes_way(places, course):
    source, root = places
    old = root / "submitted" / "eve" / LAB
    old.mkdir(parents=True)
    deepen(old)
    put(source, "eve")
    assert collect_folder(LAB, course, root, source).students == ["eve"]
    assert [path.name for path in (root / "submitted" / "eve").iterdir()] == [LAB]
