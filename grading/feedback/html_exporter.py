"""Turns notebooks into pages, for feedback and for formgrader."""

import weakref
from pathlib import Path

import nbgrader
from nbconvert.exporters import HTMLExporter
from traitlets import Dict, Float
from traitlets.config import Config

from grading.course import from_table
from grading.coursedir import feedback_page
from grading.feedback.page_process import SECONDS, PageProcess
from grading.feedback.policy import FEEDBACK
from shared.errors import LabError

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


class OwnProcessExporter(HTMLExporter):
    """Has another process export each page, within a deadline, since formgrader's server works for everybody.

    Of a page that is not done by then it exports the head alone.
    """

    course = Dict(help="the settings of course.toml, as grading.course.as_table writes them").tag(config=True)
    seconds = Float(SECONDS, help="in which a page must be made").tag(config=True)

    def __init__(self, **settings):
        super().__init__(**settings)
        self._root = Path(self.config.CourseDirectory.root)
        self._process = PageProcess(from_table(self.course), self._root, self.seconds)
        weakref.finalize(self, self._process.stop)

    def from_filename(self, filename, resources=None, **settings):
        """Exports the page of the submission that the resources name.

        Args:
            filename: of the graded notebook, which the other process finds by itself.
            resources: nbgrader's.
        Raises:
            LabError: not even the head of the page could be made.
        """
        known = resources["nbgrader"]
        if not self._process.write(known["assignment"], known["student"]):
            raise LabError(
                f"No feedback could be written for {known['student']}: run 'course autograde {known['assignment']} "
                f"--student {known['student']}', then try again."
            )
        page = feedback_page(known["student"], known["assignment"], self._root)
        return page.read_text(encoding="utf-8"), {**resources, "output_extension": self.file_extension}
