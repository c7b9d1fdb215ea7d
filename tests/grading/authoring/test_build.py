"""Tests the build: the same bytes every time, nothing of an answer left, and nobody's work destroyed."""

import errno

import nbformat
import pytest

from grading import atomic_write, coursedir
from grading.authoring import build, source_rules
from grading.course import load_course
from shared.errors import LabError
from shared.notebooks.cell_metadata import RUN_ON, stop_at_errors

LAB = "lab01_ridge"


@pytest.fixture
def source(mini):
    """The small lab's source; call it to replace text in it."""
    [path] = coursedir.source_parts(LAB, mini)

    def edit(old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return edit


def test_two_builds_give_the_same_bytes_and_pass_their_own_check(mini, course):
    first = build.build_lab(LAB, course, mini).read_bytes()
    assert build.build_lab(LAB, course, mini).read_bytes() == first
    build.require_built(LAB, course, mini)


def test_the_student_notebook_has_stub_badge_and_format(mini, course):
    notebook = nbformat.read(build.build_lab(LAB, course, mini), as_version=4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert "raise NotImplementedError(" in text
    assert f"github/{course.repository}/blob/{course.branch}/labs/{LAB}/{LAB}.ipynb" in text
    for secret in ("secret_of_the_reference", "hidden_argument", "five for half", "because the exercise"):
        assert secret not in text.lower()


def test_parts_are_joined_in_the_order_of_their_names(mini, course):
    [whole] = coursedir.source_parts(LAB, mini)
    cells = build.instructor_notebook(LAB, course, mini).cells
    head, tail = whole.read_text().split("# %% nbgrader=", 1)
    whole.with_name("part01_double.py").write_text(f"# %% nbgrader={tail}")
    whole.with_name("part00_start.py").write_text(head)
    whole.unlink()
    whole.with_name("outside_judges.py").write_text("# %%\n# no part\n")
    assert build.instructor_notebook(LAB, course, mini).cells == cells
    whole.with_name("part00_start.py").rename(whole.with_name("part02_late.py"))
    assert build.instructor_notebook(LAB, course, mini).cells[0].source.startswith("def double")


def test_run_all_continues_after_an_open_exercise_and_stops_before_the_first(mini, course):
    notebook = nbformat.read(build.build_lab(LAB, course, mini), as_version=4)
    tagged = [RUN_ON in cell.metadata.get("tags", []) for cell in notebook.cells if cell.cell_type == "code"]
    assert tagged == [False, False, True, True, True, True], "what comes first; an answer, two checks, the summary"
    stop_at_errors(notebook)
    assert not any(RUN_ON in cell.metadata.get("tags", []) for cell in notebook.cells)


def test_only_the_notebook_lands_in_labs(mini, course):
    target = build.build_lab(LAB, course, mini)
    assert [path.name for path in target.parent.iterdir()] == [f"{LAB}.ipynb"]


def test_a_notebook_somebody_worked_in_is_never_overwritten(mini, course, source):
    target = build.build_lab(LAB, course, mini)
    worked = target.read_text().replace("# YOUR CODE HERE", "return 2 * x  # mine")
    target.write_text(worked)
    with pytest.raises(LabError, match=f"{LAB}.ipynb was edited by hand .*course build {LAB}"):
        build.build_lab(LAB, course, mini)
    assert target.read_text() == worked
    with pytest.raises(LabError, match="was edited by hand"):
        build.require_built(LAB, course, mini)


def test_a_source_newer_than_its_notebook_is_reported(mini, course, source):
    build.build_lab(LAB, course, mini)
    source("Twice means two times", "Double means two times")
    with pytest.raises(LabError, match=f"older than its source: run 'course build {LAB}'"):
        build.require_built(LAB, course, mini)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"points": 40', '"points": 41', "add up to 101, not to 100"),
        ('"double_any"', '"double_three"', "'double_three' is on several cells"),
        ('"points": 10', '"points": 0', "Only 0 points are for written answers"),
        (
            "secret_of_the_reference = 2.0\n",
            "pass\n    ### END SOLUTION\n    secret = 1\n    ### BEGIN SOLUTION\n",
            None,
        ),
        ("import warnings\n", "import warnings\n" * 30, "keep cells within 20"),
        ("# Why twice?", "# Why twice? {{ s.tiny.no_such_number }}", "no_such_number"),
        ("# Why twice?", "# Why {{ twice }}?", f"^Cell 7 of solutions/{LAB}/{LAB}.py has a template"),
        (
            '# %% tags=["setup"]',
            '# %% chek="setup"',
            f"^Cell 3 of solutions/{LAB}/{LAB}.py .* unknown key 'chek'",
        ),
    ],
)
def test_a_broken_rule_stops_the_build_with_its_sentence(mini, course, source, old, new, says):
    source(old, new)
    if says is None:
        build.build_lab(LAB, course, mini)  # several solution regions in one cell are allowed
        return
    with pytest.raises(LabError, match=says):
        build.build_lab(LAB, course, mini)


def test_a_stub_that_lost_a_function_of_its_solution_is_named(mini, course, source):
    source("    secret_of_the_reference = 2.0\n", "    secret_of_the_reference = 2.0\n\n    def inner(): ...\n")
    build.build_lab(LAB, course, mini)  # a helper inside a function is the solution's own business
    source("def double(x: float) -> float:\n", "### BEGIN SOLUTION\ndef double(x: float) -> float:\n")
    source('    """Twice x."""\n    ### BEGIN SOLUTION\n', '    """Twice x."""\n')
    with pytest.raises(LabError, match=r"lacks 'def double\(x: float\) -> float'"):
        build.build_lab(LAB, course, mini)


def test_a_solution_line_repeated_in_the_open_is_a_leak(mini, course):
    instructor, text = build.student_text(LAB, course, mini)
    student = nbformat.reads(text, as_version=4)
    assert source_rules.leaks(instructor, student) == []
    student.cells[-1].source += "\n    secret_of_the_reference = 2.0\n"
    assert source_rules.leaks(instructor, student) == [
        "A line of an answer or hidden test is left in the student notebook: 'secret_of_the_reference = 2.0'."
    ]


@pytest.mark.parametrize("word", source_rules.SECRET)
def test_a_marker_left_behind_is_a_leak(mini, course, word):
    instructor, text = build.student_text(LAB, course, mini)
    student = nbformat.reads(text, as_version=4)
    student.cells[-1].source += f"\n### END {word}\n"
    assert source_rules.leaks(instructor, student) == [f"The student notebook still says '{word}'."]


def test_a_full_disk_is_one_sentence_and_keeps_the_old_notebook(mini, course, monkeypatch):
    target = build.build_lab(LAB, course, mini)
    before = target.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic_write.os, "replace", full)
    with pytest.raises(LabError, match=r"cannot be written \(No space left on device\): free"):
        atomic_write.write_atomically(target, "new")
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_lab_without_source_says_where_to_write_it(mini, course):
    with pytest.raises(LabError, match=r"^There is no solutions/lab02_causal_forest/part\*\.py: .* part00_start"):
        build.build_lab("lab02_causal_forest", load_course(), mini)
