"""Reduces a notebook to what a page shows of it: for feedback and formgrader alike, before any template sees it."""

import base64
import binascii
import re
from html import escape

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grading.feedback.allow_list import IMAGES, as_text, html_length, too_large
from grading.feedback.policy import NONCE, new_nonce
from grading.feedback.rendering import PLAIN, is_students, student_markdown
from grading.verdicts.failure_kinds import SECOND_ATTEMPT

LONGEST_TEXT = 100_000  # characters of a cell or an output
LONGEST_MARKDOWN = 10_000  # characters of an answer; what takes a renderer quadratic time stays below a second
MARKDOWN_BUDGET = 50_000  # characters of all that students write and display as Markdown on a page
TEXT_BUDGET = 500_000  # characters of all that students wrote and displayed on a page
HTML_BUDGET = 120_000  # characters of all outputs of a page that are HTML
TAG_BUDGET = 15_000  # tags in them
LONGEST_CODE = 5_000  # characters of a cell that is coloured
CODE_BUDGET = 40_000  # characters of all cells of students that are coloured
MOST_OUTPUTS = 500
MOST_COLOURS = 1_000  # of the terminal, in one text
CUT = "\n(Cut here: the rest is too long for this page. It is complete in your own copy.)"
COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
SPACES = re.compile(r"[ \t]{200,}")
# In the order in which one of them is shown.
SHOWN = ["text/html", "text/markdown", *(f"image/{kind}" for kind in IMAGES), "text/latex", "text/plain"]


class ShowSafely(Preprocessor):
    """Drops what no page needs, and shows as plain text what would take long to render."""

    def preprocess(self, nb, resources):
        budgets = {"text": TEXT_BUDGET, "markdown": MARKDOWN_BUDGET, "html": HTML_BUDGET, "tags": TAG_BUDGET}
        self.left = {**budgets, "code": CODE_BUDGET, "outputs": MOST_OUTPUTS}
        kept = {SECOND_ATTEMPT: True} if nb.metadata.get(SECOND_ATTEMPT) else {}
        nb.metadata = NotebookNode(language_info=NotebookNode(name="python"), **kept)
        for cell in nb.cells:
            self._reduce(cell)
        resources[NONCE] = new_nonce()
        for name in ("student", "first_name", "last_name"):  # formgrader's template writes them as they are
            if resources.get(name):
                resources[name] = escape(str(resources[name]))
        return nb, resources

    def _reduce(self, cell: NotebookNode) -> None:
        known = cell.metadata.get("nbgrader")
        cell.metadata = NotebookNode(nbgrader=known) if known else NotebookNode()
        if "attachments" in cell:
            cell.attachments = _pictures(cell.attachments)
        if is_students(cell):
            cell.source = self._cut(cell.source)
            kind, longest = ("code", LONGEST_CODE) if cell.cell_type == "code" else ("markdown", LONGEST_MARKDOWN)
            if not self._spend(kind, len(cell.source), longest):
                cell.metadata[PLAIN] = True
            elif kind == "markdown":
                cell.source = SPACES.sub(" " * 200, cell.source)
        if cell.cell_type == "raw":
            cell.cell_type = "markdown"
            cell.metadata[PLAIN] = True
        if cell.cell_type == "code":
            cell.execution_count = cell.execution_count if isinstance(cell.execution_count, int) else None
            most = self.left["outputs"]
            self.left["outputs"] -= min(most, len(cell.outputs))
            more = [new_output("stream", text=CUT)] if len(cell.outputs) > most else []
            cell.outputs = [*filter(None, map(self._shown, cell.outputs[:most])), *more]

    def _spend(self, kind: str, amount: int, most: float = float("inf")) -> bool:
        """Takes an amount from what a page has left of something; False where it is too much."""
        if amount > min(most, self.left[kind]):
            return False
        self.left[kind] -= amount
        return True

    def _spend_html(self, source: str) -> bool:
        return self._spend("tags", source.count("<")) and self._spend("html", html_length(source))

    def _cut(self, text: str) -> str:
        """The beginning of a text that is too long to be shown."""
        most = min(LONGEST_TEXT, self.left["text"])
        self.left["text"] -= min(len(text), most)
        return text if len(text) <= most else text[:most] + CUT

    def _terminal(self, text: str) -> str:
        """A text with the colours of a terminal, or without them where they are many."""
        text = self._cut(text)
        return text if text.count("\x1b") <= MOST_COLOURS else COLOUR.sub("", text)

    def _shown(self, output: NotebookNode) -> NotebookNode | None:
        if output.output_type == "stream":
            name = "stderr" if output.name == "stderr" else "stdout"
            return new_output("stream", name=name, text=self._terminal(output.text))
        if output.output_type == "error":
            traceback = self._terminal("\n".join(map(str, output.traceback))).split("\n")
            name, value = self._cut(str(output.ename)), self._cut(str(output.evalue))
            return new_output("error", ename=name, evalue=value, traceback=traceback)
        return self._displayed(output)

    def _displayed(self, output: NotebookNode) -> NotebookNode | None:
        """Keeps the first form of an output that a page can show, with nothing of its metadata but a picture's size."""
        for kind in SHOWN:
            found = output.data.get(kind)
            if not isinstance(found, str):
                continue
            metadata = {}
            if kind == "text/html":
                if too_large(found) or not self._spend_html(found):
                    if "text/plain" in output.data:
                        continue
                    found = as_text(self._cut(found))
            elif kind == "text/markdown":
                if not self._spend("markdown", len(found), LONGEST_MARKDOWN):
                    kind, found = "text/plain", self._cut(found)
                else:
                    kind, found = "text/html", student_markdown(SPACES.sub(" " * 200, found), {})
            elif kind == "image/svg+xml":
                found = found if len(found) <= 5 * LONGEST_TEXT else "<svg/>"
            elif kind.startswith("image/"):
                if not _is_base64(found):
                    continue
                metadata = {kind: _size(output, kind)}
                if kind == "image/gif":  # nbconvert's template knows none
                    metadata = {}
                    kind, found = "text/html", f'<img src="data:image/gif;base64,{found}" alt="">'
            elif kind == "text/plain":
                found = self._terminal(found)
            else:
                found = self._cut(found)
            return new_output("display_data", data={kind: found}, metadata=metadata)
        return None


def _pictures(attachments: dict) -> dict:
    """The attachments that are pictures, without any other form of them."""
    kept = {}
    for name, forms in attachments.items():
        for kind in IMAGES:
            data = forms.get(f"image/{kind}")
            if isinstance(data, str) and _is_base64(data):
                kept[name] = {f"image/{kind}": data}
                break
    return kept


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _size(output: NotebookNode, kind: str) -> dict[str, int]:
    """Width and height in pixels, where they are numbers."""
    given = output.metadata.get(kind, {})
    found = {name: given.get(name) for name in ("width", "height")} if isinstance(given, dict) else {}
    return {name: int(value) for name, value in found.items() if isinstance(value, int | float) and 0 < value < 10_000}
