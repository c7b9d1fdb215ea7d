"""A script in what a student wrote would run in the browser of whoever grades it."""

import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.converters import GenerateFeedback
from traitlets.config import Config

from grading.feedback.html_exporter import FeedbackExporter, markdown2html
from grading.feedback.overview import Exercise
from grading.nbgrader_settings import configure
from shared.notebooks.cell_metadata import ADDED

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> [here](javascript:alert(3))"
WRITTEN = {"grade_id": "why", "grade": True, "solution": True, "locked": False, "task": False, "points": 1}


def page(course, tmp_path, *cells) -> str:
    exporter = HTMLExporter(config=configure(Config(), course, tmp_path))
    return exporter.from_notebook_node(new_notebook(cells=list(cells)))[0]


@pytest.mark.parametrize("cell", [{"metadata": {"nbgrader": WRITTEN}}, {"id": f"{ADDED}1"}])
def test_what_a_student_wrote_is_text(course, tmp_path, cell):
    text = page(course, tmp_path, new_markdown_cell(f"**bold**, $a < b$ and {HOSTILE}", **cell))
    assert "<strong>bold</strong>" in text
    assert "&lt;script&gt;alert(1)" in text
    for word in ("<script>alert", "<img src=x", 'href="javascript:alert(3)"'):
        assert word not in text


def test_a_title_in_the_head_is_set_as_in_the_notebook(course, tmp_path):
    known = {"notebook": "lab", "score": 0, "max_score": 1, "late_penalty": 0, "exercises": [Exercise("Rank *r* < 8")]}
    nbgraders = GenerateFeedback(config=configure(Config(), course, tmp_path)).config
    text, _ = FeedbackExporter(config=nbgraders).from_notebook_node(new_notebook(), {"nbgrader": known})
    assert "Rank <em>r</em> &lt; 8" in text


def test_what_the_course_wrote_may_fold():
    source = "<details><summary>Hint</summary>One</details>"
    assert source in markdown2html({"cell": new_markdown_cell(source)}, source)


def test_a_picture_in_an_answer_is_shown(course, tmp_path):
    cell = new_markdown_cell("![plot](attachment:x.png)", metadata={"nbgrader": WRITTEN})
    cell.attachments = {"x.png": {"image/png": "iVBORw0KGgo="}}
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in page(course, tmp_path, cell)
