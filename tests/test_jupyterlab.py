"""JupyterLab as `make lab` starts it, in headless Chromium: the notebook opens, runs, and Validate passes on the reference."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from grading.authoring.build import instructor_notebook
from grading.coursedir import student_path
from shared.assets.cache_paths import CHECKOUT

LAB = "lab01_ridge"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
SECONDS = 1000  # playwright counts in milliseconds

chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """(address, token, folder) of a JupyterLab with the course's settings; the folder holds both versions of a lab."""
    from grading.course import load_course

    folder = tmp_path_factory.mktemp("labs")
    nbformat.write(instructor_notebook(LAB, load_course()), folder / "reference.ipynb")
    shutil.copyfile(student_path(LAB), folder / "student.ipynb")
    environment = {"JUPYTER_CONFIG_PATH": str(CHECKOUT / ".jupyter"), "LAB_PROFILE": "tiny"}
    with serving(folder, tmp_path_factory.mktemp("config"), environment) as (address, token):
        yield address, token, folder


@contextlib.contextmanager
def serving(folder: Path, config: Path, environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Runs JupyterLab in a folder; gives its address and token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1"]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(config), **environment}
    log = (config / "server.log").open("w")
    process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api?token={token}", timeout=2)
                break
            except OSError:
                assert process.poll() is None, (config / "server.log").read_text()
                time.sleep(0.5)
        yield address, token
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


@contextlib.contextmanager
def browsing() -> Iterator:
    """Gives a page of headless Chromium; skips the test where there is none."""
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60 * SECONDS)
        yield page
        browser.close()


@pytest.fixture
def page(server):
    with browsing() as page:
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
    assert "failed" in said.lower()
    assert "not answered yet: replace this line with your code" in said
