"""A step added to nbgrader's pipeline of autograding."""

from nbgrader import utils
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
