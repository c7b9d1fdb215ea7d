"""Small steps added to nbgrader's own pipelines of preprocessors."""

import re

from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

REGION = re.compile(
    r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME)[^\n]*\n.*?^[^\n]*END \1[^\n]*\n?", flags=re.MULTILINE | re.DOTALL
)


class NeutralStderr(NbGraderPreprocessor):
    """Drops stderr from check cells: nbgrader reads any stderr as a failure, so a warning would cost a right answer."""

    def preprocess_cell(self, cell, resources, cell_index):
        if utils.is_grade(cell) and cell.cell_type == "code":
            cell.outputs = [
                output for output in cell.outputs if not (output.output_type == "stream" and output.name == "stderr")
            ]
        return cell, resources


class HideTests(NbGraderPreprocessor):
    """Feedback without what a student must not see: hidden tests, rubrics, tracebacks that quote them, printed values.

    A failed check keeps its message, which names the misconception.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        if not utils.is_locked(cell):
            return cell, resources
        hides = "BEGIN HIDDEN TESTS" in cell.source
        cell.source = REGION.sub("", cell.source).rstrip()
        if hides and cell.cell_type == "code":
            cell.outputs = [message_only(output) for output in cell.outputs if output.output_type == "error"]
        return cell, resources


def message_only(output):
    """An error output whose traceback is its message alone."""
    output.traceback = [f"{output.ename}: {output.evalue}"]
    return output
