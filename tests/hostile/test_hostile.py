"""One class of honest and hostile submissions, graded together: everybody gets what they deserve, nothing leaks, nothing stops."""

import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from grading import autograde
from grading.course import load_course
from grading.environment_variables import variables
from grading.feedback import write
from grading.gradebook import grades
from tests.hostile import attacks, files, forgeries, messages, notebooks, pages  # noqa: F401  they register their cases
from tests.hostile.cases import ANSWER, CASES, FULL, LAB, SECRET, cell, save
from tests.isolation import needs_walls

HONEST = {
    "honest_right": (ANSWER, FULL),
    "honest_sum": ("def double(x):\n    return x + x", FULL),
    "honest_half": ("def double(x):\n    return 6", 40.0),
    "honest_unanswered": (None, 0.0),
}
SOURCE = re.compile(r'<div class="[^"]*highlight[^"]*">.*?</pre></div>', flags=re.DOTALL)
# What attacks print; behind a quote it is an attack's own line, which an error shows where its cell was stopped.
TELLTALE = re.compile(rf"(?<!')(?:REACHED|FOUND|WROTE|GAINED)|{SECRET}")


def scripts(page: str) -> str:
    """All that a browser would run of a page."""
    tags = BeautifulSoup(page, "html.parser").find_all(True)
    handlers = [
        str(value) for tag in tags for name, value in tag.attrs.items() if name[:2] == "on" or ":" in str(value)
    ]
    return "\n".join([*(tag.get_text() for tag in tags if tag.name == "script"), *handlers])


pytestmark = needs_walls


def honest(notebook: dict, name: str) -> dict:
    copy = json.loads(json.dumps(notebook))
    if answer := HONEST[name][0]:
        cell(copy, "double")["source"] = answer
    return copy


@pytest.fixture(scope="module", params=["sandbox", "warm", "exercise"])
def graded(request, tmp_path_factory, release_mini):
    """(course directory, course, records, whether by exercise) of the whole class, graded in one run."""
    course = replace(load_course(), cell_timeout_seconds=15, total_timeout_seconds=60, memory_gb=3, audit=0)
    _, root = release_mini(tmp_path_factory.mktemp("hostile"), course)
    notebook = json.loads((root / "labs" / LAB / f"{LAB}.ipynb").read_text())
    for case in CASES:
        folder = root / "submitted" / case.name / LAB
        folder.mkdir(parents=True)
        case.write(folder, json.loads(json.dumps(notebook)))
    for name in HONEST:
        folder = root / "submitted" / name / LAB
        folder.mkdir(parents=True)
        save(folder, honest(notebook, name))
    with variables({"INSTRUCTOR_TOKEN": SECRET}):
        by_exercise = request.param == "exercise"
        kernel = "warm" if by_exercise else request.param
        found = autograde.grade_class(LAB, course, root, kernel, workers=2, by_exercise=by_exercise)
    return root, course, {record.student: record for record in found}, by_exercise


@pytest.fixture
def rows(graded):
    root, course, *_ = graded
    return {row.student: row for row in grades.class_grades(LAB, course, root)}


def test_nobody_is_lost(graded, rows):
    assert set(rows) == {case.name for case in CASES} | set(HONEST)
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_gets_the_status_and_the_points_that_it_must(graded, rows, case):
    row, record = rows[case.name], graded[2][case.name]
    assert record.status == case.status, record.reason
    if case.status == "graded":
        got = sum(points or 0 for name, points in row.checks.items() if name != "why")
        expected = case.score if not graded[3] or case.score_outside is None else case.score_outside
        # A canary of the attack's own kind takes even the points that a forger could get.
        assert got == expected or (record.flags and got == 0), (row, record)
        # Where checks run outside, a forger gains nothing that anybody would have to be warned of.
        harmless = graded[3] and (got == 0 or case.score_outside is not None)
        assert record.flags or not case.flagged or harmless, "the instructor is not warned"
    told = " ".join([record.reason, *record.repairs, *record.doubts.values()])
    assert any(piece.lower() in told.lower() for piece in case.says.split("|")), told


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_student_gets_what_they_get_alone(graded, rows, name):
    assert sum(points or 0 for check, points in rows[name].checks.items() if check != "why") == HONEST[name][1]
    assert graded[2][name].flags == []
    assert graded[2][name].repairs == []


def test_nothing_was_reached_read_written_or_gained(graded):
    root = graded[0]
    for folder in ("executed", "autograded"):
        for path in (root / folder).rglob("*.ipynb"):
            outputs = [out for c in json.loads(path.read_text())["cells"] for out in c.get("outputs", [])]
            assert not TELLTALE.findall(json.dumps(outputs)), path
    assert not [path for path in root.rglob("*") if path.name in ("pwned", "pwned.txt")]


def test_pages_show_no_hidden_test_no_script_and_no_secret(graded):
    root, course, *_ = graded
    for page in write.write_feedback(LAB, course, root, workers=2):
        text = SOURCE.sub("", page.read_text())  # what students typed may name anything
        assert not TELLTALE.findall(text), page
        for word in ("hidden_argument", "<iframe"):
            assert word not in text, (page, word)
        assert "alert(" not in (scripts(text) if "alert(" in text else ""), page
        assert len(text) < 3_000_000, page
