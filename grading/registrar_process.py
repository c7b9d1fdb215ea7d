"""The process that reads submissions and enters results into the gradebook, one submission at a time, within limits of memory.

What students wrote is parsed here and nowhere else but in workers, judges and pages: a text that kills or stops its reader
costs that submission alone. The process that grades a class asks it through grading.registrar.
"""

import base64
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import nbformat
from sqlalchemy.exc import SQLAlchemyError

from grading import folders
from grading.atomic_write import write_atomically
from grading.child_process import limit_memory, serve
from grading.course import Course, from_table
from grading.coursedir import accepted_folder, executed_path, instructor_path, judges_path, student_path
from grading.editions import older_editions
from grading.exercises.check_versions import GRADED_WITH, changed_exercises, check_versions
from grading.exercises.plan import exercises
from grading.exercises.student_code import lab_names
from grading.gradebook.database import shared_engine
from grading.gradebook.extensions import in_utc
from grading.gradebook.held_marks import give_back, hold
from grading.gradebook.merge import forget, merge
from grading.intake.submission import SECRET, STAMP
from grading.verdicts import tripwires
from grading.verdicts.failure_kinds import failed, require_own_fault, said
from grading.verdicts.judging import Judging
from grading.verdicts.outside_judges import JudgeFault, handing_over
from grading.workers.grading_task import checks_put_in
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id, nbgrader_of, stop_at_errors
from shared.notebooks.reading import Refused, read_cells
from shared.notebooks.realign import realign

MEMORY = 4 * 10**9  # bytes; the largest submissions that are read take less than one


class Desk:
    """What the requests about one lab of one course directory share; each method answers one kind."""

    def __init__(self, lab: str, course: Course, root: Path):
        self.lab = lab
        self.course = course
        self.root = root
        text = student_path(lab, root).read_text(encoding="utf-8")
        self.released = nbformat.reads(text, as_version=4)
        stop_at_errors(self.released)
        self.older = older_editions(lab, root, text)
        self.instructor = nbformat.read(instructor_path(lab, root), as_version=4)
        self.judges = Judging(lab, handing_over(self.instructor), root)
        self.names = lab_names(self.instructor.cells, self.released.cells)
        judges = judges_path(lab, root)
        text = judges.read_text(encoding="utf-8") if judges.is_file() else ""
        self.versions = check_versions(self.instructor.cells, text)

    def accept(self, student: str, name: str, data: str, stamp: str, secret: str) -> dict:
        """Rebuilds a submission on the released notebook, and writes it to where nbgrader will read it.

        Args:
            name, data, stamp, secret: as in grading.intake.submission.Submission, bytes in base64.
        Returns:
            the notebook to run as text, with its hidden tests, and what is recorded of its repair; or why there is none.
        """
        try:
            realigned = realign(self.released, read_cells(base64.b64decode(data), name), self.older)
        except Refused as refusal:
            return {"refused": str(refusal)}
        target = accepted_folder(student, self.lab, self.root)
        folders.remove_tree(target)
        target.mkdir(parents=True)
        write_atomically(target / f"{self.lab}.ipynb", nbformat.writes(realigned.notebook) + "\n")
        for beside, content in ((STAMP, stamp), (SECRET, secret)):
            if content:
                data = base64.b64decode(content)
                (target / beside).write_bytes(in_utc(data) if beside == STAMP else data)
        full = checks_put_in(realigned.notebook, self.instructor)
        return {
            "notebook": nbformat.writes(full),
            "exercises": [asdict(exercise) for exercise in exercises(full.cells, self.names)],
            "repairs": realigned.repairs,
            "doubts": realigned.doubts,
            "remarks": realigned.remarks,
        }

    def enter(self, student: str, notebook: str, flags: list[str], doubts: list[str], seed: str) -> dict:
        """Has an executed notebook judged and writes its scores into the gradebook; what a person gave is kept.

        Args:
            flags: of the run.
            doubts: names of the answers that a person must look at.
            seed: of the student's hidden inputs.
        Returns:
            why a person must look again at which answers; or why there is no score.
        """
        try:
            executed = nbformat.reads(notebook, as_version=4)
            self.judges.apply(executed, seed)
            hold(self.lab, student, self.course, self.root)
            require_own_fault(executed, self.released)
            executed.metadata[GRADED_WITH] = self.versions
            waiting = {*doubts} | tripwires.waiting(executed, flags)
            merge(self.lab, student, executed, waiting, self.course, self.root)
            return {"again": give_back(self.lab, student, executed, self.course, self.root)}
        except JudgeFault as fault:
            return {"fault": str(fault)}
        except SQLAlchemyError as error:
            what = str(error).splitlines()[0][:200]
            raise LabError(
                f"The gradebook could not be written ({what}): run 'course autograde {self.lab}' again."
            ) from error

    def changed(self, student: str) -> dict:
        """What has to be run again of a submission that was graded, since checks have changed.

        Returns:
            the notebook as text, with the checks as they are now, and the exercises of which a check has changed.
        """
        executed = nbformat.read(executed_path(student, self.lab, self.root), as_version=4)
        changed = changed_exercises(executed, self.versions)
        full = checks_put_in(executed, self.instructor)
        found = [exercise for exercise in exercises(full.cells, self.names) if exercise.name in changed]
        return {"notebook": nbformat.writes(full), "exercises": [asdict(exercise) for exercise in found]}

    def compare(self, student: str, notebook: str, seed: str) -> dict:
        """Sets exercises that were run again beside what the gradebook has, and writes nothing.

        Args:
            notebook: in which those exercises were run again.
            seed: of the student's hidden inputs.
        Returns:
            the executed notebook as it would be, and [check, points before, points after, why] of each check that differs.
        """
        executed = nbformat.read(executed_path(student, self.lab, self.root), as_version=4)
        changed = {name for checks in changed_exercises(executed, self.versions).values() for name in checks}
        again = nbformat.reads(notebook, as_version=4)
        self.judges.apply(again, seed)
        new = {grade_id(cell): cell for cell in again.cells if grade_id(cell) in changed}
        differences = []
        for cell in executed.cells:
            name = grade_id(cell)
            if name not in changed:
                continue
            worth = nbgrader_of(cell)["points"]
            before = 0.0 if failed(cell) else worth
            after = 0.0 if failed(new[name]) else worth
            if before != after:
                differences.append([name, before, after, said(new[name] if after < before else cell)])
            cell.source = new[name].source
            cell.outputs = new[name].outputs
        return {"notebook": nbformat.writes(executed), "differences": differences}

    def remove(self, student: str) -> dict:
        """Takes the scores of an earlier run out of the gradebook; what a person gave is held."""
        hold(self.lab, student, self.course, self.root)
        forget(self.lab, student, self.course, self.root)
        return {}


def _prepared() -> Callable[[dict], dict]:
    limit_memory(MEMORY)
    return partial(_answer, [])


def _answer(desks: list[Desk], asked: dict) -> dict:
    """Answers a request, or says in a sentence why that failed; the first one opens the desk, which `desks` keeps."""
    try:
        if "lab" in asked:
            sys.argv[0] = asked["program"]  # the log of grades names what a person ran
            desks.append(Desk(asked["lab"], from_table(asked["course"]), Path(asked["root"])))
            return {}
        return getattr(desks[0], asked["what"])(**asked["about"])
    except LabError as error:
        return {"failed": str(error)}
    except MemoryError:
        os._exit(1)  # the next submission gets a process that holds nothing of this one
    except Exception as error:  # whatever a submission does to what reads it, it does to nobody else
        return {"error": f"{type(error).__name__}: {str(error)[:200]}"}


if __name__ == "__main__":
    with shared_engine():
        serve(_prepared)
