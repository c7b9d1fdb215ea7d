"""Every lab as its readers meet it: the reference runs clean, the student's runs to the end, and both are one lab."""

import nbformat
import pytest
from nbclient import NotebookClient

from grading.authoring.build import instructor_notebook, is_edited, student_text
from grading.course import load_course
from grading.coursedir import reference_path, student_path
from grading.kernels.kernel_client import own_sockets
from grading.kernels.run_notebook import Run, run_notebook
from shared.settings import HANDED_OVER

LABS = list(load_course().labs)
HAND_IN_PREDICTIONS = ("lab05_modernbert", "lab07_qwen_qlora", "lab09_prompting")
SECRETS = ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME")


@pytest.fixture(scope="module", params=LABS)
def lab(request):
    return request.param


@pytest.fixture(scope="module")
def reference(lab, tmp_path_factory, demo_root):
    """(its run, the folder it ran in); the demo's, where that has run already."""
    done = reference_path(lab, demo_root)
    if done.is_file():
        return Run(nbformat.read(done, as_version=4)), done.parent
    folder, course = tmp_path_factory.mktemp(lab), load_course()
    return run_notebook(instructor_notebook(lab, course), folder, course.cell_timeout_seconds), folder


@pytest.fixture(scope="module")
def unanswered(lab, tmp_path_factory):
    student, course = nbformat.read(student_path(lab), as_version=4), load_course()
    return run_notebook(student, tmp_path_factory.mktemp(lab), course.cell_timeout_seconds)


def test_labs_follows_from_the_parts_to_the_byte(lab, course):
    assert student_path(lab).read_bytes() == student_text(lab, course)[1].encode()
    assert not is_edited(student_path(lab))


def test_the_reference_runs_without_an_error_or_a_warning(reference):
    run, _ = reference
    assert run.errors() == {}
    cells = [cell for cell in run.notebook.cells if cell.cell_type == "code"]
    for cell in (cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")):
        shown = [output for output in cell.outputs if HANDED_OVER not in output.get("data", {})]
        said = "".join(output.text if output.get("name") == "stdout" else str(output) for output in shown)
        assert said == "Passed.\n", f"{cell.id} prints or warns: of a check that passes one word is heard"


def test_the_last_cell_counts_the_points_that_checks_give(reference, unanswered):
    def last_said(run) -> str:
        return "".join(output.get("text", "") for output in run.notebook.cells[-1].outputs)

    worth = sum(
        cell.metadata["nbgrader"]["points"]
        for cell in reference[0].notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    )
    assert f"worth {worth} of {worth} points" in last_said(reference[0])
    assert "Still open" not in last_said(reference[0])
    assert f"worth 0 of {worth} points" in last_said(unanswered)


def test_the_reference_keeps_its_memory_budget(reference, lab):
    from shared.settings import load_settings

    assert reference[0].peak_gb <= load_settings(lab, "tiny").memory_gb


def test_figures_are_described_and_there_are_enough(reference):
    pictures = [
        (output.data, output.metadata)
        for cell in reference[0].notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "display_data" and "image/png" in output.data
    ]
    assert len(pictures) >= 3
    for _, metadata in pictures:
        assert len(str(metadata.get("image/png", metadata)).split()) >= 5


def test_the_artefact_is_written(reference, lab):
    expected = "predictions.csv" if lab in HAND_IN_PREDICTIONS else "metrics.json"
    assert expected in {path.name for path in reference[1].iterdir()}


def test_an_unanswered_notebook_runs_to_the_end_and_every_check_fails(unanswered):
    found = unanswered.errors()
    checks = [
        cell
        for cell in unanswered.notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    ]
    passed = [cell.id for cell in checks if cell.id not in found]
    assert passed == []
    for cell in checks:
        name, message = found[cell.id]
        assert name in ("NotImplementedError", "CheckFailed", "AssertionError"), (cell.id, name, message)
        assert message, f"{cell.id} fails without a word"


def test_both_versions_are_one_lab(lab, course):
    """Same cells in the same order; outside of answer cells and hidden regions, the same text."""
    instructor = instructor_notebook(lab, course)
    student = nbformat.read(student_path(lab), as_version=4)
    assert [cell.id for cell in instructor.cells] == [cell.id for cell in student.cells]
    for theirs, ours in zip(student.cells, instructor.cells, strict=True):
        assert theirs.cell_type == ours.cell_type
        if not any(secret in ours.source for secret in SECRETS):
            assert theirs.source == ours.source


def test_the_lab_has_the_exercises_and_points_of_the_syllabus(lab, course):
    cells = instructor_notebook(lab, course).cells
    marks = [cell.metadata.get("nbgrader", {}) for cell in cells]
    exercises = [mark for mark in marks if mark.get("solution")]
    assert 8 <= len(exercises) <= 12
    assert sum(mark["points"] for mark in marks if mark.get("grade")) == course.lab(lab).points


@pytest.mark.parametrize("profile", ["laptop", "t4", "gpu"])
def test_the_first_cells_work_in_every_profile(lab, course, profile, tmp_path, monkeypatch):
    """Whatever the profile, the set-up cell finds its numbers; nothing heavy is run."""
    from shared.settings import load_settings

    monkeypatch.setenv("LAB_PROFILE", profile)
    notebook = instructor_notebook(lab, course)
    last = next(i for i, cell in enumerate(notebook.cells) if "setup" in cell.metadata.get("tags", []))
    notebook.cells = notebook.cells[: last + 1]
    where = {"metadata": {"path": str(tmp_path)}}
    with own_sockets() as config:
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where, config=config).execute()
    assert f"profile {profile}" in str(notebook.cells[last].outputs)
    assert load_settings(lab, profile).minutes <= 20
