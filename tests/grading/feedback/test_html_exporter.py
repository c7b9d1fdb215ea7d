"""A script in what a student wrote would run in its reader's browser, and a large text would keep the page waiting."""

import base64
import itertools

import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.converters import GenerateFeedback
from traitlets.config import Config

from grading.feedback.allow_list import clean_html
from grading.feedback.html_exporter import NBGRADERS, FeedbackExporter
from grading.feedback.overview import Exercise, Head
from grading.feedback.rendering import course_markdown
from grading.feedback.show_safely import CUT
from grading.nbgrader_settings import configure
from shared.notebooks.cell_metadata import ADDED

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> [here](javascript:alert(3))"
WRITTEN = {"grade_id": "why", "grade": True, "solution": True, "locked": False, "task": False, "points": 1}
GRADED = {"score": 0, "comment": ""}
HEAD = Head("ada", "A lab", handed_in="", before=0, late="")
FEEDBACK = {"notebook": "lab", "score": 0, "max_score": 1, "late_penalty": 0, "exercises": [], "head": HEAD}
NAMES = ("notebook_id", "submission_id", "assignment_id", "student", "last_name", "first_name", "notebook_path")
FORMGRADER = {**dict.fromkeys(NAMES, "mine"), "base_url": "", "index": 0, "total": 1}


def of_formgrader(course, tmp_path) -> HTMLExporter:
    """The exporter as formgrader's server extension makes it."""
    config = configure(Config(), course, tmp_path)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [str(NBGRADERS)]
    return HTMLExporter(config=config)


def of_feedback(course, tmp_path) -> FeedbackExporter:
    return FeedbackExporter(config=GenerateFeedback(config=configure(Config(), course, tmp_path)).config)


@pytest.fixture(params=["formgrader", "feedback"])
def page(request, course, tmp_path):
    """Makes a page of cells, as text."""

    def make(*cells, **metadata) -> str:
        notebook = new_notebook(cells=list(cells), metadata=metadata)
        if request.param == "formgrader":
            return of_formgrader(course, tmp_path).from_notebook_node(notebook, dict(FORMGRADER))[0]
        return of_feedback(course, tmp_path).from_notebook_node(notebook, {"nbgrader": dict(FEEDBACK)})[0]

    return make


NUMBERS = itertools.count()


def added() -> str:
    """The id of a cell that a student added."""
    return f"{ADDED}{next(NUMBERS)}"


def written(source: str, **more):
    return new_markdown_cell(source, metadata={"nbgrader": {**WRITTEN, **GRADED}}, **more)


def shown(data: dict, metadata: dict | None = None, kind: str = "display_data"):
    return new_code_cell("x", id=added(), outputs=[new_output(kind, data, metadata=metadata or {})])


def running(page: str) -> list[str]:
    """All on a page that could run or be fetched by itself, but nbgrader's own scripts and styles and pictures in the page."""
    found = []
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        if tag.name in ("iframe", "object", "embed", "form", "base", "svg", "math", "video", "audio") or (
            tag.name == "script" and not tag.get("nonce")
        ):
            found.append(str(tag)[:200])
        for name, value in tag.attrs.items():
            address = name in ("src", "href", "srcset", "action", "data", "style") and tag.name not in (
                "script",
                "link",
            )
            safe = str(value).startswith(("data:image/", "#", "https://", "mailto:", "/formgrader/"))
            of_nbgrader = name == "style" and tag.name in ("input", "span", "th", "td", "div")
            if name.startswith("on") or (address and not safe and not of_nbgrader):
                found.append(f"{tag.name} {name}={str(value)[:80]}")
    return found


PIXEL = "iVBORw0KGgo="
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
HANDLER = "1 onerror=alert(1)"
CELLS = {
    "html in an answer": written(HOSTILE),
    "a link's target": written(
        "[a](javascript:alert(1)) [b](data:text/html,<script>) [c](vbscript:x) [d](&#106;avascript:a)"
    ),
    "a picture's address": written(
        '![a](javascript:alert(1)) ![b](/logout) ![c](https://example.org/spy.png) ![d](x"onerror=a)'
    ),
    "a title": written('[a](https://example.org "x\\" onmouseover=alert(1)")'),
    "mermaid": written("```mermaid\n</pre><img src=x onerror=alert(1)><pre>\n```"),
    "mermaid with more words": written("~~~ mermaid-x y\n</pre><script>alert(1)</script>\n~~~"),
    "a fenced language": written('```"><script>alert(1)</script>\nx\n```'),
    "maths": written("$</p><script>alert(1)</script>$ \\begin{a}<img src=x onerror=alert(1)>\\end{a}"),
    "a table": written("| a |\n|---|\n| <img src=x onerror=alert(1)> |"),
    "an attachment's form": written(
        "![x](attachment:x.png)", attachments={"x.png": {"text/html": "x", '"><script>alert(1)</script>': "x"}}
    ),
    "an attachment's data": written(
        "![x](attachment:x.png)", attachments={"x.png": {"image/png": '"><img src=x onerror=alert(1)>'}}
    ),
    "an attachment's name": written('![x](<attachment:"><script>alert(1)</script>>)'),
    "width": shown({"image/png": PIXEL}, {"image/png": {"width": HANDLER}}),
    "height of a jpeg": shown({"image/jpeg": PIXEL}, {"image/jpeg": {"height": HANDLER}}),
    "size for all forms": shown(
        {"image/png": PIXEL}, {"width": HANDLER, "height": HANDLER, "alt": '" onerror=alert(1)'}
    ),
    "a file's name": shown({"image/png": PIXEL}, {"filenames": {"image/png": "https://example.org/spy.png"}}),
    "a picture's data": shown({"image/png": '"><script>alert(1)</script>'}),
    "gif": shown({"image/gif": '"><script>alert(1)</script>'}),
    "svg": shown({"image/svg+xml": SVG}),
    "javascript": shown({"application/javascript": "alert(1)"}),
    "latex": shown({"text/latex": "<script>alert(1)</script>"}),
    "an output's html": shown(
        {"text/html": f"{HOSTILE}<svg onload=alert(1)><style>@import 'https://example.org'</style>"}
    ),
    "html in a frame": shown({"text/html": "<script>alert(1)</script>"}, {"text/html": {"isolated": True}}),
    "half a tag": shown({"text/html": "<img src=x onerror=alert(1) "}),
    "a form": shown({"text/html": "<form action=https://example.org><input name=a><button>Save</button></form>"}),
    "a frame": shown(
        {"text/html": "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>"}
    ),
    "a base": shown(
        {"text/html": "<base href=https://example.org><meta http-equiv=refresh content='0;url=javascript:a'>"}
    ),
    "a style": shown({"text/html": "<div style='background: url(https://example.org/spy)'>a</div>"}),
    "mathml": shown(
        {"text/html": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>"}
    ),
    "an output's markdown": shown({"text/markdown": f"{HOSTILE}\n```mermaid\n</pre><script>alert(1)</script>\n```"}),
    "a diagram": shown({"text/vnd.mermaid": "</pre><script>alert(1)</script>"}),
    "a widget": shown({"application/vnd.jupyter.widget-view+json": {"model_id": "</script><script>alert(1)</script>"}}),
    "a vendor's form": shown(
        {"application/vnd.plotly.v1+json": {"a": "<script>"}, "text/html": "<script>alert(1)</script>"}
    ),
    "pdf": shown({"application/pdf": '"><script>alert(1)</script>'}),
    "an error": new_code_cell(
        "x", outputs=[new_output("error", ename=HOSTILE, evalue=HOSTILE, traceback=[HOSTILE, f"\x1b[31m{HOSTILE}"])]
    ),
    "a stream": new_code_cell("x", outputs=[new_output("stream", name="<script>", text=f"\x1b[31m{HOSTILE}\x1b]8;;x")]),
    "tags": new_code_cell("x", metadata={"tags": ['"><script>alert(1)</script>'], "name": "<script>", "alt": HANDLER}),
    "magics": new_code_cell("%%html\n<script>alert(1)</script>", metadata={"magics_language": '"><script>'}),
    "raw": new_raw_cell(HOSTILE, id=added(), metadata={"raw_mimetype": "text/html"}),
    "code": new_code_cell(f"# {HOSTILE}\n'''</pre><script>alert(1)</script>'''"),
}


@pytest.mark.parametrize("name", CELLS)
def test_nothing_of_a_students_runs_or_is_fetched(page, name):
    metadata = {
        "title": "</title><script>alert(1)</script>",
        "authors": [{"name": "<script>"}],
        "widgets": {"a": "</script>"},
    }
    assert running(page(CELLS[name], **metadata)) == []


def test_a_name_in_formgraders_page_is_text(course, tmp_path):
    names = {"last_name": "<script>alert(1)</script>", "first_name": '<div id="notebook"><script>alert(2)</script>'}
    text, _ = of_formgrader(course, tmp_path).from_notebook_node(new_notebook(), {**FORMGRADER, **names})
    assert "alert(1)" in text
    assert running(text) == []


def test_a_page_says_first_what_it_may_do(page):
    head = BeautifulSoup(page(), "html.parser").head
    policy = head.find(True)
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"].startswith("default-src 'none'")
    assert "unsafe-eval" not in policy["content"]
    assert "https:" not in str(head.find_all("script"))


def test_only_nbgraders_scripts_have_formgraders_word_and_it_is_new_each_time(course, tmp_path):
    words = set()
    for _ in range(2):
        cell = written("<script>alert(1)</script>")
        text, _ = of_formgrader(course, tmp_path).from_notebook_node(new_notebook(cells=[cell]), dict(FORMGRADER))
        scripts = BeautifulSoup(text, "html.parser").find_all("script")
        assert len(scripts) > 10
        (word,) = {script["nonce"] for script in scripts}
        assert f"script-src 'nonce-{word}'" in text
        words.add(word)
    assert len(words) == 2


@pytest.mark.parametrize("cell", [{"metadata": {"nbgrader": {**WRITTEN, **GRADED}}}, {"id": added()}])
def test_what_a_student_wrote_is_text(page, cell):
    text = page(new_markdown_cell(f"**bold**, $a < b$ and {HOSTILE}", **cell))
    assert "<strong>bold</strong>, $a &lt; b$" in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_title_in_the_head_is_set_as_in_the_notebook(course, tmp_path):
    known = {**FEEDBACK, "exercises": [Exercise("Rank *r* < 8")]}
    text, _ = of_feedback(course, tmp_path).from_notebook_node(new_notebook(), {"nbgrader": known})
    assert "Rank <em>r</em> &lt; 8" in text


def test_what_the_course_wrote_may_fold():
    source = "<details><summary>Hint</summary>One</details>"
    assert source in course_markdown(source, {})


def test_a_picture_in_an_answer_is_shown_and_a_missing_one_is_said(page):
    cell = written("![plot](attachment:x.png) ![lost](attachment:foo.png)")
    cell.attachments = {"x.png": {"image/png": "iVBORw0KGgo="}}
    text = page(cell)
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in text
    assert "foo.png did not come with the notebook" in text


def test_figures_tables_formulas_and_code_are_shown(page):
    table = "<table border='1' class='dataframe'><thead><tr><th>rank</th></tr></thead></table>"
    gif = base64.b64encode(b"GIF89a").decode()
    text = page(
        shown({"image/png": PIXEL, "text/plain": "<Figure>"}, {"image/png": {"width": 300, "height": 200.0}}),
        shown({"image/gif": gif}),
        shown({"text/html": f"<div><style scoped>\n.a {{}}</style>{table}</div>", "text/plain": "rank"}),
        shown({"text/latex": "$x^2$"}),
        written("$$\\frac{a}{b}$$\n\n```python\nimport numpy\n```"),
        new_code_cell("import numpy"),
    )
    picture = BeautifulSoup(text, "html.parser").find("img")
    assert (picture["src"], picture["width"], picture["height"]) == (f"data:image/png;base64,{PIXEL}", "300", "200")
    assert f"data:image/gif;base64,{gif}" in text
    assert '<table class="dataframe"><thead><tr><th>rank</th></tr></thead></table>' in text
    assert ".a {}" not in text
    assert "$x^2$" in text
    assert "$$\\frac{a}{b}$$" in text
    assert text.count('<span class="kn">import</span>') == 2


SLOW = {
    "spaces": "a" + 150_000 * " " + "b",
    "lines of spaces": ("a" + 199 * " " + "b") * 3_000,
    "begin": 100_000 * r"\begin{a}",
    "brackets": 100_000 * "[",
    "quotes": 100_000 * "> ",
    "emphasis": 50_000 * "*a **b ",
    "lists": "".join(f"{'  ' * n}- a\n" for n in range(500)),
    "tags": 40_000 * "<b>",
    "attributes": "<b " + 90_000 * "a " + ">",
    "names in names": 60_000 * "a.",
    "signs": 100_001 * "&",
}


@pytest.mark.parametrize("name", SLOW)
def test_what_would_take_a_renderer_long_is_shown_as_it_was_typed(page, name):
    answers = [written(SLOW[name]) for _ in range(5)]
    outputs = [shown({kind: SLOW[name]}) for kind in ("text/html", "text/markdown", "text/plain", "text/latex")]
    text = page(*answers, *outputs, new_code_cell(SLOW[name], id=added()))
    assert len(text) < 12_000_000
    if len(SLOW[name]) > 100_000:
        assert CUT.strip() in text


def test_of_many_outputs_the_first_are_shown(page):
    outputs = [new_output("display_data", {"text/html": "<b>shown</b>"}) for _ in range(2_000)]
    text = page(new_code_cell("x", id=added(), outputs=outputs))
    assert 100 < text.count("<b>shown</b>") < 1_000
    assert CUT.strip() in text


def test_deep_html_is_text():
    assert clean_html(1_000 * "<b>a").startswith("<pre>&lt;b&gt;a&lt;b")
    assert clean_html(10 * "<b>a").startswith("<b>a<b>a")
