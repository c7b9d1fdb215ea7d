"""The filters with which a page's templates turn cells into HTML; they take the place of nbconvert's."""

from html import escape

from jinja2 import pass_context
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader import utils

from grading.feedback.allow_list import IMAGES, as_text, clean_html
from shared.notebooks.cell_metadata import is_added

PLAIN = "plain"  # in a cell's metadata: to be shown as it was typed
PYTHON = {"py", "python", "python3", "ipython", "ipython3"}
HIGHLIGHT = Highlight2HTML(pygments_lexer="ipython3")


class Renderer(IPythonRenderer):
    """nbconvert's renderer without what it fetches, draws or refuses; `attachments` are the cell's own pictures."""

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "").split(maxsplit=1)[:1]
        if language and language[0] in PYTHON:
            return super().block_code(code, language[0])
        return as_text(code)  # other lexers can be slow, and a diagram would be drawn by a script from elsewhere

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if not url.startswith("attachment:"):
            return escape(text)  # a page fetches nothing, such as the course's badge of Colab
        name = url.removeprefix("attachment:")
        for kind in IMAGES:
            if data := self.attachments.get(name, {}).get(f"image/{kind}"):
                return f'<img src="data:image/{kind};base64,{escape(str(data))}" alt="{escape(text)}">'
        return f"<em>(A picture is missing here: {escape(name)} did not come with the notebook.)</em>"


def student_markdown(source: str, attachments: dict) -> str:
    """Renders what a student wrote or displayed: HTML in it is text, since a script would run with its reader's rights."""
    try:
        return clean_html(_render(source, attachments, escape=True))
    except Exception:  # such as a RecursionError: a page with this text as it was typed is better than none
        return as_text(source)


def course_markdown(source: str, attachments: dict) -> str:
    """Renders what the course wrote, which may hold HTML."""
    return _render(source, attachments, escape=False)


def _render(source: str, attachments: dict, escape: bool) -> str:
    renderer = Renderer(escape=escape, attachments=attachments, embed_images=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


def is_students(cell: NotebookNode) -> bool:
    """Whether a student wrote the text of this cell."""
    return utils.is_solution(cell) or is_added(cell)


@pass_context
def markdown2html(context, source: str) -> str:
    """Renders the Markdown of a cell or a remark."""
    cell = context.get("cell", {})
    if "metadata" not in cell:
        return student_markdown(source, {})
    if cell.metadata.get(PLAIN):
        return as_text(source)
    render = student_markdown if is_students(cell) else course_markdown
    return render(source, cell.get("attachments", {}))


def highlight_code(source: str, metadata: dict | None = None) -> str:
    """Colours code as Python, whatever language it says it is."""
    if (metadata or {}).get(PLAIN):
        return f'<div class="highlight">{as_text(source)}</div>'
    return HIGHLIGHT(source)


def strip_files_prefix(text: str) -> str:
    """Returns the text unchanged: nbconvert's own search for old addresses takes long on a text full of brackets."""
    return text
