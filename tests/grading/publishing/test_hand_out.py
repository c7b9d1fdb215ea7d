"""Tests handing labs out through the exchange: only where there is one, and a new edition takes the place of the old."""

from dataclasses import replace

from grading.coursedir import student_path
from grading.publishing.hand_out import hand_back, hand_out

LAB = "lab01_ridge"


def test_a_lab_goes_where_students_fetch_it_and_a_new_edition_replaces_it(tmp_path, release_mini, course):
    _, root = release_mini(tmp_path, course)
    course = replace(course, exchange=str(tmp_path / "exchange"))
    assert hand_out(LAB, course, root) is None
    assert hand_back(LAB, course, root) is None
    (tmp_path / "exchange").mkdir(mode=0o777)
    place = hand_out(LAB, course, root)
    released = place / f"{LAB}.ipynb"
    assert released.read_bytes() == student_path(LAB, root).read_bytes()
    assert sorted(path.name for path in place.iterdir()) == [f"{LAB}.ipynb"]
    path = student_path(LAB, root)
    path.write_text(path.read_text() + "\n")
    assert hand_out(LAB, course, root) == place
    assert released.read_bytes() == path.read_bytes()
