"""Configures nbgrader for this course: for `nbgrader` itself, for formgrader, and for the `course` commands."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from grading.course import Course, as_table
from grading.coursedir import LABS, SOLUTIONS, exchange_folder, gradebook_path
from grading.grade_log import watch
from shared.errors import UNANSWERED

STUB = f'# YOUR CODE HERE\nraise NotImplementedError("{UNANSWERED}: replace this line with your code.")'
TEXT_STUB = "*Write your answer here.*"
# nbgrader would copy these next to the notebook: percent sources, which hold the answers, and files that each run writes again.
IGNORE = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache", "*.py", "predictions.csv", "metrics.json"]
# The templates' filters by name: nbconvert's, replaced, and two of our own.
PAGE_FILTERS = {
    "markdown2html": "grading.feedback.rendering.markdown2html",
    "highlight_code": "grading.feedback.rendering.highlight_code",
    "strip_files_prefix": "grading.feedback.rendering.strip_files_prefix",
    "clean_html": "grading.feedback.allow_list.clean_html",
    "formgrader_policy": "grading.feedback.policy.formgrader_policy",
    "sign_scripts": "grading.feedback.policy.sign_scripts",
}


def configure(config, course: Course, root: Path):
    """Fills a traitlets Config for a course directory and returns it.

    Args:
        config: from `get_config()` or `traitlets.config.Config()`.
        course: the settings of course.toml.
        root: the course directory, which holds solutions/, labs/, submitted/, autograded/, feedback/ and gradebook.db; from
            now on it has a log of the grades that this process changes.
    """
    watch(database_url(course, root), root)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = course.id
    config.CourseDirectory.source_directory = SOLUTIONS
    config.CourseDirectory.release_directory = LABS
    config.CourseDirectory.ignore = IGNORE
    config.CourseDirectory.db_url = database_url(course, root)
    config.Exchange.root = str(exchange_folder(course, root))
    config.CourseDirectory.groupshared = bool(course.group)
    config.NbGraderAPI.timezone = course.timezone
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    # Rubrics are in the locked question above each written answer, where a grader reads them together.
    config.ClearMarkScheme.enforce_metadata = False
    config.Execute.timeout = course.cell_timeout_seconds
    config.AssignLatePenalties.plugin_class = "grading.gradebook.late_penalties.LatePolicy"
    # `course autograde` alone takes this setting out, for notebooks that have run within walls.
    config.Autograde.exporter_class = "grading.gradebook.preprocessors.OnlyWithinWalls"
    config.Autograde.autograde_preprocessors = [
        "nbgrader.preprocessors.Execute",
        "grading.gradebook.preprocessors.NeutralOutputs",
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    # How pages show what students wrote and displayed, which may hold scripts: formgrader's, made by this exporter, and feedback.
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = PAGE_FILTERS
    config.HTMLExporter.preprocessors = ["grading.feedback.show_safely.ShowSafely"]
    config.HTMLExporter.template_file = "submission.html.j2"
    config.HTMLExporter.extra_template_paths = [str(Path(__file__).parent / "feedback" / "templates" / "formgrader")]
    config.HighlightMagicsPreprocessor.enabled = False  # it would choose a language by a cell's first line
    config.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.AssignLatePenalties",  # again, since a person may have given points since
        "nbgrader.preprocessors.GetGrades",
        "grading.feedback.hide_tests.HideTests",
        "grading.feedback.overview.Overview",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    # Formgrader's button too makes pages in a process of their own, which alone uses the exporter that works where it is called.
    config.GenerateFeedback.exporter_class = "grading.feedback.html_exporter.OwnProcessExporter"
    config.OwnProcessExporter.course = as_table(course)
    return config


def database_url(course: Course, root: Path) -> str:
    """The gradebook's URL, as SQLAlchemy takes it."""
    return course.database or f"sqlite:///{gradebook_path(root)}"


def last_error(result: dict) -> str:
    """The last line that names an error in what nbgrader's API returned, or its last line of all."""
    lines = [line.strip() for line in (result.get("log", "") + result.get("error", "")).splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line and "[ERROR]" not in line]
    return (errors or lines or ["no message"])[-1]


def api(course: Course, root: Path, gradebook: bool = True, adapt: Callable = lambda config: None):
    """nbgrader's own API for a course directory.

    Args:
        gradebook: False for an API that only generates notebooks, three times as fast, without a gradebook.
        adapt: is called with the Config and may change it.
    """
    from nbgrader.apps import NbGraderAPI
    from nbgrader.converters import GenerateAssignment
    from traitlets.config import Config

    # nbgrader calls `alembic` by its bare name; it is installed next to this interpreter.
    here = str(Path(sys.executable).parent)
    if here not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([here, os.environ["PATH"]])
    config = configure(Config(), course, root)
    adapt(config)
    if not gradebook:
        steps = GenerateAssignment.preprocessors.default_args[0]
        config.GenerateAssignment.no_database = True
        config.GenerateAssignment.preprocessors = [step for step in steps if step.__name__ != "SaveCells"]
    return NbGraderAPI(config=config)
