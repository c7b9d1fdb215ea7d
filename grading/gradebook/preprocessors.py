"""What is added to nbgrader's pipeline of autograding."""

from nbconvert.exporters import NotebookExporter
from nbgrader import utils
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor


class NeutralOutputs(NbGraderPreprocessor):
    """Leaves a check cell what decides: nbgrader reads stderr as a failure, so a warning would cost a right answer, and a result
    as a score, which a forger could display.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        if utils.is_grade(cell) and cell.cell_type == "code":
            cell.outputs = [
                output
                for output in cell.outputs
                if output.output_type != "execute_result" and output.get("name") != "stderr"
            ]
        return cell, resources


class OnlyWithinWalls(NotebookExporter):
    """Ends nbgrader's own autograding, in formgrader and on the command line, before it touches anything.

    It would run a submission with the rights of the person who grades.
    """

    def __init__(self, **settings):
        super().__init__(**settings)
        sentence = (
            "A submission runs within walls only: run 'course autograde LAB' (with '--student ID' for this one alone)."
        )
        self.log.error(sentence)
        raise NbGraderException(sentence)
