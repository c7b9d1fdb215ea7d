"""Tests what a release changes, and that one that is refused changes nothing."""

import json

import pytest

from grading import autograde
from grading.authoring import build
from grading.publishing import release
from shared.errors import LabError

LAB = "lab01_ridge"


def files(root) -> dict:
    ignored = ("gradebook.db", ".lock")
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.name.endswith(ignored)}


@pytest.fixture
def place(release_mini, tmp_path, course):
    """(checkout, course directory) where ada's submission is graded."""
    checkout, root = release_mini(tmp_path, course)
    folder = root / "submitted" / "ada" / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_bytes((root / "labs" / LAB / f"{LAB}.ipynb").read_bytes())
    autograde.grade_class(LAB, course, root, "plain")
    return checkout, root


def edit(checkout, course, old, new):
    source = checkout / "solutions" / LAB / f"{LAB}.py"
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))
    build.build_lab(LAB, course, checkout)


def test_a_release_that_nbgrader_refuses_leaves_all_as_it_was(place, course):
    checkout, root = place
    before = files(root)
    edit(checkout, course, '"grade_id": "double_three"', '"grade_id": "double_of_three"')
    with pytest.raises(LabError, match="Cannot add or remove cells for notebook 'lab01_ridge'"):
        release.release_lab(LAB, course, root, checkout)
    assert files(root) == before
    assert not list(root.glob(".releasing*"))
    folder = root / "submitted" / "ben" / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_bytes((root / "labs" / LAB / f"{LAB}.ipynb").read_bytes())
    graded = autograde.grade_class(LAB, course, root, "plain")
    assert [record.status for record in graded] == ["graded", "graded"]


def test_every_edition_is_kept_once(place, course):
    checkout, root = place
    release.release_lab(LAB, course, root, checkout)
    [first] = (root / "editions" / LAB).iterdir()
    assert first.read_text() == (root / "labs" / LAB / f"{LAB}.ipynb").read_text()
    edit(checkout, course, "Twice nothing is nothing.", "Twice zero is zero.")
    release.release_lab(LAB, course, root, checkout)
    kept = [json.loads(path.read_text()) for path in (root / "editions" / LAB).iterdir()]
    assert len(kept) == 2


def test_a_notebook_of_the_edition_before_is_graded_and_that_is_said(place, course):
    checkout, root = place
    old = (root / "labs" / LAB / f"{LAB}.ipynb").read_text()
    edit(checkout, course, "Twice nothing is nothing.", "Twice zero is zero.")
    release.release_lab(LAB, course, root, checkout)
    folder = root / "submitted" / "ben" / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_text(old)
    ben = next(record for record in autograde.grade_class(LAB, course, root, "plain") if record.student == "ben")
    assert ben.status == "graded"
    assert ben.repairs == ["it is an older edition of the lab and was graded as far as it goes"]
    assert ben.flags == []
