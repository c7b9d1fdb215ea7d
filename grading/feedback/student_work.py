"""The one allow-list for what students wrote and displayed, on pages of feedback and in formgrader alike."""

import base64
import binascii
import html
import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from shared.notebooks.cell_metadata import is_added, is_answer

TAGS = frozenset(
    {
        *("a", "abbr", "b", "br", "code", "del", "em", "i", "img", "s", "small", "span", "strong", "sub", "sup", "u"),
        *("blockquote", "details", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre", "summary"),
        *("dd", "dl", "dt", "li", "ol", "ul"),
        *("caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    }
)
ATTRIBUTES = {
    "*": ["align", "colspan", "rowspan", "scope", "style", "title", "valign"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "details": ["open"],
    "table": ["class"],
}
PROTOCOLS = frozenset({"http", "https", "mailto", "data"})
STYLES = CSSSanitizer(
    allowed_css_properties=[
        "text-align",
        "vertical-align",
        "color",
        "background-color",
        "font-weight",
        "white-space",
        "width",
    ]
)
IMAGES = ("image/png", "image/jpeg", "image/gif")
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
TEXTS = ("text/plain", "text/html")
# Renderers take quadratic time for some texts: within these limits, less than a second for each.
LONGEST_TEXT = 20_000  # characters of a text in Markdown
RUN = re.compile(r"(?<=\S)[ \t]{50,}(?=\S)")  # blanks between two words
LONGEST_HTML = 300_000  # characters of an output in HTML
MOST_TAGS = 10_000  # in an output
ALL_TEXT = 200_000  # characters of all texts of a notebook that are rendered
ALL_TAGS = 30_000  # in all outputs of a notebook
LARGEST_SIDE = 4000  # pixels of a picture


class StudentWork(Preprocessor):
    """Leaves in a notebook what a page may show; runs before it is made, for feedback and for formgrader."""

    def preprocess(self, nb, resources):
        self._text = 0
        self._tags = 0
        nb.metadata = NotebookNode(
            kernelspec=NotebookNode(name="python3", language="python", display_name="Python 3"),
            language_info=NotebookNode(name="python", pygments_lexer="ipython3"),
        )
        for cell in nb.cells:
            self._clean(cell)
        return nb, resources

    def _clean(self, cell: NotebookNode) -> None:
        ours = {"nbgrader": cell.metadata.nbgrader} if "nbgrader" in cell.metadata else {}
        cell.metadata = NotebookNode(ours)
        if cell.cell_type == "code":
            cell.outputs = [clean for output in cell.outputs if (clean := self._output(output))]
        elif is_answer(cell) or is_added(cell):
            if cell.cell_type == "raw":  # which nbconvert would copy onto the page
                cell.cell_type = "markdown"
                cell.source = _fenced(cell.source)
            self._text += len(cell.source)
            if self._text > ALL_TEXT:
                cell.source = _fenced(cell.source[:LONGEST_TEXT])
        if "attachments" in cell:
            cell.attachments = NotebookNode({name: _pictures(kinds) for name, kinds in cell.attachments.items()})

    def _output(self, output: NotebookNode) -> NotebookNode | None:
        """What a page may show of an output; None where that is nothing."""
        if output.output_type not in ("display_data", "execute_result"):
            return output
        data = {kind: text for kind in TEXTS if isinstance(text := output.data.get(kind), str)}
        if "text/html" in data:
            self._tags += data["text/html"].count("<")
            if self._tags > ALL_TAGS:
                data.pop("text/html")  # the others pass clean_html in the template
        data |= _pictures(output.data)
        sizes = {kind: _size(output.metadata.get(kind)) for kind in IMAGES if kind in data}
        output.data = NotebookNode(data)
        output.metadata = NotebookNode({kind: NotebookNode(size) for kind, size in sizes.items() if size})
        return output if data else None


def clean_html(text: str) -> str:
    """HTML with what the list allows of it; as text, where it is too long to be looked through."""
    if len(text) > LONGEST_HTML or text.count("<") > MOST_TAGS:
        return f"<pre>{html.escape(text[:LONGEST_TEXT])} …</pre>"
    # Their content is no text for a reader.
    text = re.sub(r"<(style|script)\b.*?(</\1\s*>|$)", "", text, flags=re.DOTALL | re.IGNORECASE)
    return bleach.clean(text, TAGS, _allowed, PROTOCOLS, strip=True, css_sanitizer=STYLES)


def markdown(source: str, attachments: dict) -> str:
    """A student's Markdown as HTML: HTML within it is shown as it was typed."""
    if len(source) > LONGEST_TEXT:
        return f"<pre>{html.escape(source[:LONGEST_TEXT])} …</pre>"
    source = RUN.sub(" ", source)
    return clean_html(_rendered(source, attachments, escape=True))


def course_markdown(source: str, attachments: dict) -> str:
    """Markdown that the course wrote, as HTML."""
    return _rendered(source, attachments, escape=False)


class _Renderer(IPythonRenderer):
    """Fetches nothing: draws no diagrams, for which a script would be needed, and shows the text of a picture elsewhere."""

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre><code>{self.escape_html(code)}</code></pre>"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if not url.startswith(("attachment:", "data:")):
            return self.escape_html(text or url)
        try:
            return super().image(text, url, title)
        except InvalidNotebook:
            return f"<em>(The picture {self.escape_html(url.removeprefix('attachment:'))} was not handed in.)</em>"


def _rendered(source: str, attachments: dict, escape: bool) -> str:
    renderer = _Renderer(escape=escape, attachments=attachments, embed_images=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay: no picture is fetched, and nothing but a link leads elsewhere."""
    if name == "src":
        return bool(PICTURE.fullmatch(value))
    if name == "href":
        return not value.strip().lower().startswith("data:")
    if name == "class":
        return value == "dataframe"  # of pandas; others could make it look like a part of the page
    if name in ("width", "height"):
        return value.isascii() and value.isdigit() and int(value) <= LARGEST_SIDE
    return name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(tag, ())


def _pictures(data: dict) -> dict:
    """The pictures in an output or an attachment whose content is base64."""
    return {kind: text for kind in IMAGES if isinstance(text := data.get(kind), str) and _is_base64(text)}


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        return False
    return True


def _size(metadata) -> dict:
    """Width and height of a picture, in pixels, where they are numbers."""
    if not isinstance(metadata, dict):
        return {}
    sides = {side: metadata.get(side) for side in ("width", "height")}
    return {side: value for side, value in sides.items() if type(value) is int and 0 < value <= LARGEST_SIDE}


def _fenced(source: str) -> str:
    """Text that Markdown shows as it is."""
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{source}\n{fence}"
