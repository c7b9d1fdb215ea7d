"""Pages of a submission in headless Chromium: grading by hand works in formgrader, and a student's script runs nowhere."""

import json

import pytest

from grading import autograde
from grading.course import load_course
from grading.coursedir import feedback_page, student_path
from grading.feedback.write import write_feedback
from grading.gradebook.database import gradebook
from shared.assets.cache_paths import CHECKOUT
from tests.test_jupyterlab import SECONDS, browsing, serving

LAB = "lab01_ridge"
CALL = "document.title = `taken`"
SIZED = f"display({{'image/png': 'eA=='}}, raw=True, metadata={{'image/png': {{'width': '1 onerror={CALL}'}}}})"
ANSWER = f"import pandas\n\n{SIZED}\ndisplay(pandas.DataFrame({{'rank': [4, 8]}}))\n\ndef double(x):\n    return 2 * x"
WRITTEN = f"My **reason**.\n\n```mermaid\n</pre><img src=x onerror='{CALL}'><script>{CALL}</script>\n```"


@pytest.fixture(scope="module")
def directory(tmp_path_factory, release_mini):
    """(course, course directory) with one graded submission, which is right and holds scripts."""
    course = load_course()
    _, root = release_mini(tmp_path_factory.mktemp("formgrader"), course)
    notebook = json.loads(student_path(LAB, root).read_text())
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = {"double": ANSWER, "why": WRITTEN}.get(name, cell["source"])
    folder = root / "submitted" / "ada" / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_text(json.dumps(notebook))
    autograde.grade_class(LAB, course, root, "plain")
    return course, root


@pytest.fixture
def seen():
    """(page, what it complained of, addresses that it asked for)."""
    with browsing() as page:
        complaints = []
        asked = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        yield page, complaints, asked


def test_grading_by_hand_is_saved_and_no_script_of_a_student_runs(directory, seen, tmp_path):
    course, root = directory
    page, complaints, asked = seen
    with gradebook(root, course) as book:
        submission = book.find_submission_notebook(LAB, LAB, "ada").id
    with serving(root, tmp_path, {"PYTHONPATH": str(CHECKOUT)}) as (address, token):
        page.goto(f"{address}/tree?token={token}")  # a grader has logged in before
        page.wait_for_load_state("networkidle")
        complaints.clear()
        page.goto(f"{address}/formgrader/submissions/{submission}/?index=0")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=tmp_path / "formgrader.png", full_page=True)
        assert page.title() == LAB
        assert page.locator("strong", has_text="reason").is_visible()
        assert page.locator("table.dataframe").is_visible()
        page.fill("#why", "7")
        page.fill("#why-comment", "Nearly.")
        page.locator("#why").click()
        page.keyboard.press("Tab")  # formgrader's own keys
        page.locator(".glyphicon.name-hidden").click()
        page.locator("a.name-shown", has_text="ada").wait_for()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1 * SECONDS)  # let the last value be written
    with gradebook(root, course) as book:
        assert book.find_grade("why", LAB, LAB, "ada").manual_score == 7
        assert book.find_comment("why", LAB, LAB, "ada").manual_comment == "Nearly."
    assert complaints == []
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {address.split("/")[2]}


def test_a_students_page_runs_nothing_and_asks_for_nothing(directory, seen, tmp_path):
    course, root = directory
    page, _, asked = seen
    write_feedback(LAB, course, root)
    page.goto(feedback_page("ada", LAB, root).as_uri())
    page.wait_for_load_state("networkidle")
    page.screenshot(path=tmp_path / "feedback.png", full_page=True)
    assert page.title() == LAB
    assert page.locator("table.dataframe").is_visible()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
