"""After a check was mended, `course regrade` shows who gains or loses, writes only when told to, and keeps what a person gave."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from grading import autograde
from grading.authoring.build import build_lab
from grading.course import load_course
from grading.coursedir import executed_path
from grading.gradebook.database import gradebook
from grading.gradebook.grades import class_grades
from grading.publishing.release import release_lab
from grading.registrar import NoResult
from grading.regrade import _changed, as_table, regrade
from grading.sample_students import hand_in, sample_class
from shared.errors import LabError
from tests.isolation import needs_walls

pytestmark = needs_walls
LAB = "lab01_ridge"
STRICT = 'checks.close(double(3), 6, "double(3)", hint="Twice means two times, not three.")'
MENDED = 'checks.that(double(3) in (6, 7), "Twice means two times, not three.")'


@pytest.fixture(scope="module")
def graded(tmp_path_factory, release_mini):
    """(course, checkout, course directory) of ada, who is right, and gus, who is not; a person gave gus 7 points for the text."""
    course = replace(load_course(), audit=0)
    checkout, root = release_mini(tmp_path_factory.mktemp("class"), course)
    samples = [sample for sample in sample_class(LAB, course, checkout) if sample.student in ("ada", "gus")]
    samples[1] = replace(samples[1], text=samples[0].text.replace("secret_of_the_reference * x", "7"))
    hand_in(samples, LAB, root)
    autograde.grade_class(LAB, course, root, "plain")
    with gradebook(root, course) as book:
        grade = book.find_grade("why", LAB, LAB, "gus")
        grade.manual_score = 7
        grade.needs_manual_grade = False
        book.db.commit()
    return course, checkout, root


def points(course, root) -> dict[str, dict[str, float]]:
    return {row.student: row.checks for row in class_grades(LAB, course, root)}


def mend(course, checkout, root) -> None:
    (source,) = (checkout / "solutions" / LAB).glob("lab01_ridge.py")
    source.write_text(source.read_text().replace(STRICT, MENDED))
    build_lab(LAB, course, checkout)
    release_lab(LAB, course, root, checkout)


def test_nothing_is_replayed_where_nothing_changed(graded):
    course, _, root = graded
    assert points(course, root)["gus"] == {"double_three": 0, "double_any": 0, "why": 7}
    assert regrade(LAB, course, root, workers=1, write=True) == []


def test_it_shows_first_and_writes_when_told_to(graded):
    course, checkout, root = graded
    mend(course, checkout, root)
    before = executed_path("gus", LAB, root).read_bytes()
    (found,) = regrade(LAB, course, root, workers=2, write=False)
    assert (found.student, found.check, found.before, found.after) == ("gus", "double_three", 0, 40)
    assert "Twice means two times, not three" in found.why
    assert "gus      double_three       0   40     +40" in as_table([found])
    assert executed_path("gus", LAB, root).read_bytes() == before
    assert points(course, root)["gus"]["double_three"] == 0
    assert regrade(LAB, course, root, workers=2, write=True) == [found]
    assert points(course, root)["gus"] == {"double_three": 40, "double_any": 0, "why": 7}
    assert points(course, root)["ada"]["double_any"] == 50
    assert regrade(LAB, course, root, workers=1, write=True) == []
    assert autograde.Grading(LAB, course, root, "plain").due(None) == []


def test_a_lab_that_nobody_handed_in_is_said(tmp_path, release_mini):
    course = load_course()
    _, root = release_mini(tmp_path, course)
    with pytest.raises(
        LabError, match="Nothing of lab01_ridge is graded in .*: run 'course autograde lab01_ridge' first"
    ):
        regrade(LAB, course, root, workers=1, write=False)


def test_a_run_that_cannot_be_read_is_named_and_stops_nobody(capsys):
    class Broken:
        """A registrar to which the executed notebook of one student cannot be read."""

        def changed(self, student):
            if student == "ada":
                raise NoResult("It could not be compared (NotJSONError).")
            return "{}", [{"name": "double"}] if student == "gus" else []

    found = _changed(SimpleNamespace(registrar=Broken()), ["ada", "ben", "gus"])
    assert found == {"gus": ("{}", [{"name": "double"}])}
    assert capsys.readouterr().err == "ada keeps what it has: It could not be compared (NotJSONError).\n"
