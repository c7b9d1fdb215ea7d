"""How texts of a notebook become part of a page, for feedback and for formgrader."""

from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader import utils

from shared.realign import ADDED


@pass_context
def markdown2html(context, source: str) -> str:
    """As nbconvert's filter of this name; a student's HTML is shown as text, since a script in it would run as its reader."""
    cell = context.get("cell", {})
    ours = "metadata" in cell and not utils.is_solution(cell) and not cell.get("id", "").startswith(ADDED)
    renderer = IPythonRenderer(
        escape=not ours, attachments=cell.get("attachments", {}), embed_images=False, exclude_anchor_links=True
    )
    return MarkdownWithMath(renderer=renderer).render(source)
