"""Turns notebooks into pages, for feedback and for formgrader."""

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from grading.feedback import student_work
from grading.feedback.content_policy import FEEDBACK
from grading.nbgrader_settings import NBGRADERS_TEMPLATES, OUR_TEMPLATES
from shared.notebooks.cell_metadata import is_added, is_answer


class FeedbackExporter(HTMLExporter):
    """Exports pages for students with this package's template."""

    @property
    def default_config(self) -> Config:
        where = {
            "template_name": "feedback-by-exercise",
            "extra_template_basedirs": [str(OUR_TEMPLATES), str(NBGRADERS_TEMPLATES)],
        }
        ours = {**where, "template_file": "page.html.j2"}  # it extends index.html.j2, which is nbgrader's
        return Config({**super().default_config, "FeedbackExporter": ours})

    def _init_resources(self, resources):
        resources = super()._init_resources(resources)
        resources["policy"] = FEEDBACK
        return resources


@pass_context
def markdown2html(context, source: str) -> str:
    """Renders Markdown; what a student wrote passes the allow-list, since a script in it would run with its reader's rights."""
    cell = context.get("cell", {})
    if "metadata" in cell and not is_answer(cell) and not is_added(cell) and context.get("output") is None:
        return student_work.course_markdown(source, cell.get("attachments", {}))
    return student_work.markdown(source, cell.get("attachments", {}))
