"""Removes from a page of feedback what a student must not see: hidden tests and rubrics."""

import builtins
from pathlib import Path

from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.verdicts.canaries import TAMPERED
from grading.verdicts.course_messages import REGION, LabWords
from grading.verdicts.failure_kinds import LOST, NOT_RUN, SECOND_ATTEMPT, TOO_LONG
from shared.notebooks.cell_metadata import grade_id, is_added

NOT_SHOWN = (
    "(Not shown: the hidden checks had run by here, and whatever a program displays after them could give them away. "
    "Nothing is wrong with that, and no point hangs on it: run your own copy to see this output and your figures.)"
)
NOT_SHOWN_AGAIN = (
    "(Not shown: this notebook's kernel was lost, so it was run again, and whatever a program displays in a second run could "
    "give hidden checks away. No point hangs on it: run your own copy to see this output and your figures.)"
)
OWN_ERROR = (
    "raised by your code; its message is in your own copy, not on this page, because it could quote a hidden check."
)
OURS = {"CheckFailed", LOST, TOO_LONG, NOT_RUN, TAMPERED}
NAMES = OURS | {name for name in vars(builtins) if name.endswith(("Error", "Exception", "Interrupt", "Exit"))}


class HideTests(NbGraderPreprocessor):
    """nbgrader's step that hides tests and rubrics, and all output that could quote them.

    Student code can read a hidden test as soon as it runs, and display it in any encoding. From the first one on the page
    therefore shows no free output; a failed check keeps what the course says in it, which names the misconception. A notebook
    that needed a second attempt shows none at all.
    """

    def preprocess(self, nb, resources):
        self.lab = LabWords(resources["nbgrader"]["assignment"], Path(self.config.CourseDirectory.root))
        # The kernel that was lost may have left what it saw of a hidden test where the next one found it before its first.
        self.hidden_ran = bool(nb.metadata.get(SECOND_ATTEMPT))
        self.sentence = NOT_SHOWN_AGAIN if self.hidden_ran else NOT_SHOWN
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, cell_index):
        check = utils.is_locked(cell)
        if cell.cell_type == "code":
            self.hidden_ran = self.hidden_ran or (check and "BEGIN HIDDEN TESTS" in cell.source)
            if self.hidden_ran:
                cell.execution_count = None  # a kernel can send any number
                cell.outputs = self.harmless(cell, check)
        if check:
            cell.source = REGION.sub("", cell.source).rstrip()
        return cell, resources

    def harmless(self, cell, check: bool) -> list:
        """Returns the outputs of a cell that a page can show once a hidden test has run."""
        sentence = new_output("stream", name="stdout", text=self.sentence)
        if is_added(cell):
            return [sentence]  # always: as many cells as a student likes could tell by having an output or none
        errors = [output for output in cell.outputs if output.output_type == "error"][-1:]
        errors = [self.course_error(output, grade_id(cell)) for output in errors]
        free = not check and len(cell.outputs) > len(errors)
        return [sentence, *errors] if free else errors

    def course_error(self, output, check: str):
        """Reduces an error of a cell to the course's own words, without a traceback."""
        name = output.ename if output.ename in NAMES else "Error"
        said = self.lab.of(check).words_of(output.evalue) or OWN_ERROR
        return new_output("error", ename=name, evalue=said, traceback=[f"{name}: {said}"])
