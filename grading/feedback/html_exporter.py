"""Turns notebooks into pages, for feedback and for formgrader."""

from pathlib import Path

import nbgrader
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader import utils
from traitlets.config import Config

from shared.notebooks.cell_metadata import is_added

NBGRADERS = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"


class FeedbackExporter(HTMLExporter):
    """Exports pages for students with this package's template."""

    @property
    def default_config(self) -> Config:
        folders = [str(Path(__file__).with_name("templates")), str(NBGRADERS)]
        where = {"template_name": "feedback-by-exercise", "extra_template_basedirs": folders}
        ours = {**where, "template_file": "page.html.j2"}  # it extends index.html.j2, which is nbgrader's
        return Config({**super().default_config, "FeedbackExporter": ours})


@pass_context
def markdown2html(context, source: str) -> str:
    """Renders Markdown; a student's HTML is shown as text, since a script in it would run with its reader's rights."""
    cell = context.get("cell", {})
    ours = "metadata" in cell and not utils.is_solution(cell) and not is_added(cell)
    renderer = IPythonRenderer(
        escape=not ours, attachments=cell.get("attachments", {}), embed_images=False, exclude_anchor_links=True
    )
    return MarkdownWithMath(renderer=renderer).render(source)
