"""Turns notebooks into pages, for feedback and for formgrader."""

from pathlib import Path

import nbgrader
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from grading.feedback.policy import FEEDBACK

NBGRADERS = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
TEMPLATES = Path(__file__).with_name("templates")


class FeedbackExporter(HTMLExporter):
    """Exports pages for students with this package's template."""

    @property
    def default_config(self) -> Config:
        folders = [str(TEMPLATES), str(NBGRADERS)]
        where = {"template_name": "feedback-by-exercise", "extra_template_basedirs": folders}
        ours = {**where, "template_file": "page.html.j2"}  # it extends index.html.j2, which is nbgrader's
        return Config({**super().default_config, "FeedbackExporter": ours})

    def _init_resources(self, resources):
        resources = super()._init_resources(resources)
        resources["policy"] = FEEDBACK
        return resources
