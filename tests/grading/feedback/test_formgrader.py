"""Tests formgrader's page of a submission, and a page of feedback, in a real browser: of a student's work nothing runs."""

import json

import nbformat
import pytest

from grading import autograde
from grading.course import load_course
from grading.coursedir import feedback_page
from grading.feedback.write import write_feedback
from grading.gradebook import database
from tests.browser import browser_page, jupyterlab

LAB = "lab01_ridge"
ELSEWHERE = "http://127.0.0.1:9"
HOSTILE_TEXT = f"""My reason, drawn:

```mermaid
</pre><img src=x onerror="document.title = 'RAN'; fetch(`{ELSEWHERE}/m`)"><pre>
```

![seen]({ELSEWHERE}/seen.png) <img src="{ELSEWHERE}/b.png"> [here](javascript:document.title='RAN')
"""
HOSTILE_CODE = f"""
from IPython.display import HTML, Javascript, Markdown, SVG, display
def double(x):
    return 2 * x
run = "document.title = 'RAN'"
for kind in ("image/png", "image/jpeg"):
    for side in ("width", "height"):
        display({{kind: "eA=="}}, raw=True, metadata={{kind: {{side: f"1 onerror={{run}}"}}}})
display(Javascript(run))
display(HTML(f"<script>{{run}}</script><img src=x onerror=\\"{{run}}\\"><iframe src='{ELSEWHERE}/f'></iframe>"
    f"<link rel=stylesheet href='{ELSEWHERE}/c.css'><div style='background: url({ELSEWHERE}/u.png)'>div</div>"
    f"<form action='{ELSEWHERE}/g'><button>go</button></form><a href='javascript:{{run}}'>there</a>"))
display(Markdown(f"<img src=x onerror=\\"{{run}}\\">"))
display(SVG(data=f"<svg xmlns='http://www.w3.org/2000/svg' onload=\\"{{run}}\\"><script>{{run}}</script></svg>"))
print("<script>", run, "</script>")
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory, release_mini):
    course = load_course()
    _, root = release_mini(tmp_path_factory.mktemp("formgrader"), course)
    notebook = nbformat.read(root / "labs" / LAB / f"{LAB}.ipynb", as_version=4)
    notebook.metadata["title"] = "</title><script>document.title = 'RAN'</script>"
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = {"double": HOSTILE_CODE, "why": HOSTILE_TEXT}.get(name, cell.source)
    folder = root / "submitted" / "eve" / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_text(json.dumps(notebook))
    [record] = autograde.grade_class(LAB, course, root, "plain")
    assert record.status == "graded", record.reason
    with database.gradebook(root, course) as book:
        book.update_or_create_student("eve", first_name="<script>document.title = 'RAN'</script>", last_name="<b>E")
    return root


@pytest.fixture
def page():
    with browser_page() as page:
        page.fetched = []
        page.on("requestfinished", lambda request: page.fetched.append(request.url))
        yield page


def test_a_person_grades_a_hostile_submission_and_nothing_of_it_runs(page, root, tmp_path):
    course = load_course()
    with database.gradebook(root, course) as book:
        submission = book.find_submission_notebook(LAB, LAB, "eve").id
    with jupyterlab(root, tmp_path, students=False) as (address, token):
        page.goto(f"{address}/login?token={token}")
        page.goto(f"{address}/formgrader/submissions/{submission}/")
        page.get_by_text("My reason, drawn").wait_for()
        page.locator("#why").fill("7")
        page.locator("#why-comment").fill("A clear reason.")
        page.locator("#why").focus()
        page.locator("span.glyphicon.name-hidden").last.click()  # shows the name
        page.wait_for_load_state("networkidle")
        page.screenshot(path=tmp_path / "formgrader.png", full_page=True)
        assert page.title() == LAB
        assert page.locator("a.name-shown").is_visible()
        assert {url.split("/")[2] for url in page.fetched if not url.startswith("data:")} == {address.split("/")[2]}
    with database.gradebook(root, course) as book:
        grade = book.find_grade("why", LAB, LAB, "eve")
        assert (grade.manual_score, grade.needs_manual_grade) == (7, False)
        assert book.find_comment("why", LAB, LAB, "eve").manual_comment == "A clear reason."


def test_a_page_of_feedback_runs_and_fetches_nothing(page, root, tmp_path):
    write_feedback(LAB, load_course(), root)
    path = feedback_page("eve", LAB, root)
    page.goto(path.as_uri())
    page.get_by_text("My reason, drawn").wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=tmp_path / "feedback.png", full_page=True)
    assert page.title() == LAB
    assert [url for url in page.fetched if not url.startswith("data:")] == [path.as_uri()]
    assert page.locator("script").count() == 0
