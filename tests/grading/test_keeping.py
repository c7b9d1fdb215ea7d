"""Tests backup, restore and forgetting a student: all of it comes back, and nothing of one student stays."""

import json
import shutil
from dataclasses import replace

import pytest

from grading import backup, forget
from grading.course import load_course
from grading.coursedir import gradebook_path
from grading.grade_log import changes
from grading.gradebook.database import gradebook
from grading.gradebook.roster import Person, enrol, people
from shared.errors import LabError

LAB = "lab01_ridge"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A course directory with two students who have something everywhere."""
    root = tmp_path_factory.mktemp("keeping") / "root"
    root.mkdir()
    course = load_course()
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    gradebook_path(root).touch()
    enrol([Person("ada", "Ada", "King"), Person("ada-2", "Ada", "Queen")], course, root)
    with gradebook(root, course) as book:
        book.add_assignment(LAB, duedate=None)
        for student in ("ada", "ada-2"):
            book.add_submission(LAB, student)
            book.extend(LAB, student, course.due(LAB))
    for student in ("ada", "ada-2"):
        for folder in ("submitted", "accepted", "autograded", "feedback"):
            (root / folder / student / LAB).mkdir(parents=True)
            (root / folder / student / LAB / f"{LAB}.ipynb").write_text("{}")
        for name in (
            f"records/{LAB}/{student}.json",
            f"held_marks/{LAB}/{student}.json",
            f"executed/{LAB}/{student}.ipynb",
        ):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("{}")
    return root


@pytest.fixture
def place(tmp_path, template, course):
    """(course directory, course) with an exchange beside it."""
    root = tmp_path / "root"
    shutil.copytree(template, root)
    inbound = tmp_path / "exchange" / course.id / "inbound"
    for student in ("ada", "ada-2"):
        (inbound / f"{student}+{LAB}+2027-01-05 10:00:00 UTC+abc").mkdir(parents=True)
    return root, replace(course, exchange=str(tmp_path / "exchange"))


def mentions(folder, student) -> list:
    return [path for path in folder.rglob("*") if path.stem.partition("+")[0] == student]


def test_nothing_of_a_student_stays_and_all_of_another_does(place):
    root, course = place
    others = mentions(root.parent, "ada-2")
    listed = forget.known_of("ada", course, root)
    assert len(listed) == 4 + 4 + 1 + 2
    assert len(mentions(root.parent, "ada")) == 4 + 4 + 1
    forget.forget_student("ada", course, root)
    assert mentions(root.parent, "ada") == []
    assert set(people(course, root)) == {"ada-2"}
    assert changes(root, "ada") == []
    assert mentions(root.parent, "ada-2") == others
    assert changes(root, "ada-2")
    with pytest.raises(LabError, match="which has ada-2"):
        forget.known_of("ada", course, root)


def test_what_was_kept_comes_back(place, tmp_path):
    root, course = place
    target = tmp_path / "kept.tar.gz"
    count = backup.back_up(course, root, target)
    assert target.stat().st_mode & 0o077 == 0
    before = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    shutil.rmtree(root)
    assert backup.restore(target, root) == count
    after = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    book = gradebook_path(root).relative_to(root)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {book}
    assert set(people(course, root)) == {"ada", "ada-2"}


def test_nothing_is_overwritten(place, tmp_path):
    root, course = place
    target = tmp_path / "kept.tar.gz"
    backup.back_up(course, root, target)
    with pytest.raises(LabError, match="exists already"):
        backup.back_up(course, root, target)
    with pytest.raises(LabError, match="is not empty"):
        backup.restore(target, root)
    with pytest.raises(LabError, match="in the course directory itself"):
        backup.back_up(course, root, root / "kept.tar.gz")


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_what_is_no_backup_leaves_nothing(tmp_path, content):
    source = tmp_path / "odd.tar.gz"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(LabError, match="course backup"):
        backup.restore(source, tmp_path / "root")
    assert not (tmp_path / "root").exists()
    assert json.dumps([path.name for path in tmp_path.iterdir()]) == json.dumps(
        [source.name] if content is not None else []
    )
