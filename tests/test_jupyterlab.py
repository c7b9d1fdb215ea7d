"""JupyterLab as `make lab` starts it, in headless Chromium: the notebook opens, runs, and Validate passes on the reference."""

import shutil
import subprocess
import sys
import time

import nbformat
import pytest

from grading.authoring.build import instructor_notebook
from grading.coursedir import student_path
from tests.browser import SECONDS, browser_page, jupyterlab

LAB = "lab01_ridge"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """(address, token, folder) of a JupyterLab; the folder holds both versions of a lab."""
    from grading.course import load_course

    folder = tmp_path_factory.mktemp("labs")
    nbformat.write(instructor_notebook(LAB, load_course()), folder / "reference.ipynb")
    shutil.copyfile(student_path(LAB), folder / "student.ipynb")
    with jupyterlab(folder, tmp_path_factory.mktemp("config")) as (address, token):
        yield address, token, folder


@pytest.fixture
def page():
    with browser_page() as page:
        yield page


def open_notebook(page, server, name: str) -> None:
    address, token, _ = server
    page.goto(f"{address}/lab/workspaces/{name.split('.')[0]}/tree/{name}?token={token}")
    toolbar(page).get_by_text("Python 3").wait_for()


def toolbar(page):
    """The toolbar of the notebook in front."""
    return page.locator(".jp-NotebookPanel:visible .jp-NotebookPanel-toolbar")


def validate(page) -> str:
    """Presses Validate and returns what the dialog says."""
    toolbar(page).get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog:visible")
    dialog.wait_for(timeout=240 * SECONDS)
    return dialog.inner_text()


def test_extensions_are_loaded():
    done = subprocess.run([sys.executable, "-m", "jupyter", "labextension", "list"], capture_output=True, text=True)
    listed = done.stdout + done.stderr
    for name in ("nbgrader", "jupytext"):
        line = next(line for line in listed.splitlines() if name in line)
        assert "enabled" in line, line


def test_the_reference_opens_runs_and_validates(page, server):
    open_notebook(page, server, "reference.ipynb")
    assert page.get_by_text("Would you like to get notified about official Jupyter news").count() == 0
    for instructors in ("Formgrader", "Create Assignment", "Course List", "Assignment List", "Nbgrader"):
        assert page.get_by_text(instructors, exact=True).count() == 0
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    path = server[2] / "reference.ipynb"
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2 * SECONDS)  # let the file be written
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        if all(cell.execution_count for cell in cells):
            break
    assert all(cell.execution_count for cell in cells), "every cell ran"
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    page.screenshot(path=server[2] / "reference.png")
    assert "Success" in validate(page)


def test_an_unanswered_notebook_is_told_what_to_do(page, server):
    open_notebook(page, server, "student.ipynb")
    said = validate(page)
    page.screenshot(path=server[2] / "student.png")
    assert "Still open: Exercise 1, 0 of 11 points." in said
    assert "ridge_fit is not answered yet" in said
    assert "cell failed" not in said, "nbgrader's words around the text"
    assert "checks.close(" not in said, "no source of a check"
