"""A class graded by exercise: the grades of whole runs, what those alone show, the audit, and the way back to whole runs."""

import json
from dataclasses import replace

import nbformat
import pytest

from grading import autograde, sample_students
from grading.course import load_course
from grading.coursedir import executed_path, records_folder
from grading.demo import surprises
from grading.exercises import class_stage
from grading.gradebook.grades import class_grades
from grading.verdicts.failure_kinds import BY_EXERCISE
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id
from tests.isolation import needs_walls

pytestmark = needs_walls

LAB = "lab01_ridge"
COMPUTED = "def double(x):\n    return factor * x"
HANDED_IN = {  # name -> (a cell above the answer, the answer)
    "computes": ("factor = sum([1, 1])", COMPUTED),
    "defines": ("factor = 2", COMPUTED),
    "loops": ("while True:\n    pass", "def double(x):\n    return 2 * x"),
    "magic": ("", "%time\ndef double(x):\n    return 2 * x"),
}


def hand_in(root, name: str, above: str, answer: str) -> None:
    notebook = nbformat.read(root / "labs" / LAB / f"{LAB}.ipynb", as_version=4)
    place = next(place for place, cell in enumerate(notebook.cells) if grade_id(cell) == "double")
    notebook.cells[place].source = answer
    if above:
        notebook.cells.insert(place, nbformat.v4.new_code_cell(above))
    folder = root / "submitted" / name / LAB
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{LAB}.ipynb")


@pytest.fixture(scope="module")
def graded(tmp_path_factory, release_mini):
    """(course, course directory, samples, records) of a class that was graded by exercise, without an audit."""
    course = replace(load_course(), audit=0, cell_timeout_seconds=10)
    checkout, root = release_mini(tmp_path_factory.mktemp("class"), course)
    made = sample_students.sample_class(LAB, course, checkout)
    samples = [sample for sample in made if sample.student in ("ada", "finn", "gus", "jo")]
    sample_students.hand_in(samples, LAB, root)
    for name, cells in HANDED_IN.items():
        hand_in(root, name, *cells)
    found = autograde.grade_class(LAB, course, root, "warm", workers=2, by_exercise=True)
    return course, root, samples, {record.student: record for record in found}


def reason(root, student: str) -> str:
    """Why a submission was also run as a whole."""
    return json.loads(executed_path(student, LAB, root).read_text())["metadata"][BY_EXERCISE]


def test_everybody_gets_exactly_what_the_bank_says(graded):
    course, root, samples, _ = graded
    rows = class_grades(LAB, course, root)
    assert [sentence for sample in samples for sentence in surprises(sample, rows)] == []


def test_no_sample_needs_a_whole_run(graded):
    _, root, samples, _ = graded
    assert {reason(root, sample.student) for sample in samples if sample.readable} == {""}


@pytest.mark.parametrize(
    ("student", "why"),
    [
        ("computes", "double: it uses factor, which an earlier cell computes"),
        ("magic", "double: it uses what only a notebook's kernel has"),
        ("defines", ""),
        ("loops", ""),
    ],
)
def test_what_only_a_whole_run_has_counts_and_nothing_else_asks_for_one(graded, student, why):
    course, root, _, _ = graded
    assert reason(root, student) == why
    row = next(row for row in class_grades(LAB, course, root) if row.student == student)
    assert row.checks["double_three"] == 40
    assert row.checks["double_any"] == 50


def test_a_difference_is_reported_with_both_outcomes(graded):
    flags = graded[3]["computes"].flags
    said = "double_three by itself: NameError: name 'factor' is not defined; in a run of the whole notebook: passed"
    assert said in flags
    assert graded[3]["magic"].flags == []


def test_an_audit_runs_as_many_as_the_course_says_as_a_whole(graded):
    course, root, _, _ = graded
    (records_folder(LAB, root) / "ada.json").unlink()
    found = autograde.grade_class(LAB, replace(course, audit=1), root, "sandbox", by_exercise=True)
    assert reason(root, "ada") == "drawn for the audit"
    assert next(record for record in found if record.student == "ada").flags == []
    assert next(row for row in class_grades(LAB, course, root) if row.student == "ada").score == 90


def test_a_machine_without_a_stage_runs_notebooks_as_a_whole_and_says_so(tmp_path, release_mini, monkeypatch, capsys):
    course = load_course()
    checkout, root = release_mini(tmp_path, course)
    sample_students.hand_in(sample_students.sample_class(LAB, course, checkout)[:1], LAB, root)

    def no_stage(*_):
        raise LabError("No stage can be built here.")

    monkeypatch.setattr(class_stage, "running_stage", no_stage)
    autograde.grade_class(LAB, course, root, "plain", by_exercise=True)
    assert "No stage can be built here. Each notebook is run as a whole instead." in capsys.readouterr().err
    assert BY_EXERCISE not in json.loads(executed_path("ada", LAB, root).read_text())["metadata"]
    assert class_grades(LAB, course, root)[0].score == 90
