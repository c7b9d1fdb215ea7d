"""Grades a class: intake, rebuilding, runs behind walls on several workers, and one writer into the gradebook.

A record is saved when a submission is done. A killed run is started again with the same command: what has a record is not
graded twice, and what has none is graded from the start.
"""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from grading import folders
from grading.atomic_write import write_atomically
from grading.course import Course
from grading.coursedir import (
    SUBMITTED,
    accepted_folder,
    fresh_seed_path,
    instructor_path,
    judges_path,
    student_path,
    submitted_folder,
)
from grading.environment_variables import variables
from grading.gradebook.database import require_released, shared_engine
from grading.gradebook.merge import forget, merge
from grading.gradebook.records import Record, digest, records, save, students
from grading.gradebook.roster import unusable
from grading.gradebook.run_lock import hold_run_lock
from grading.intake.submission import STAMP, Submission, open_submission
from grading.verdicts import outside_judges
from grading.verdicts.failure_kinds import require_own_fault
from grading.workers import dask_cluster
from grading.workers.grading_task import Task, checks_put_in
from grading.workers.kernel_modes import KERNELS, ready_kernels
from grading.workers.local import CONTAINER, Failed, run_all
from shared.errors import LabError
from shared.notebooks.reading import Refused, read_cells, shown
from shared.notebooks.realign import Realigned, realign
from shared.settings import FRESH_SEED


class Grading:
    """One lab of one course directory at work."""

    def __init__(self, lab: str, course: Course, root: Path, kernel: str):
        self.lab, self.course, self.root, self.kernel = course.lab(lab).name, course, root, kernel
        require_released(lab, course, root)
        released = student_path(lab, root)
        instructors = instructor_path(lab, root)
        # Taken before anything is read: what changes in between has another digest, so that it is graded again. Of these
        # files alone: what Python and Jupyter leave beside them is no reason to.
        self.made_with = digest(released, instructors, judges_path(lab, root))
        self.release = nbformat.read(released, as_version=4)
        self.instructor = nbformat.read(instructors, as_version=4)
        self.judges = outside_judges.judges(lab, root)
        self.pending: dict[str, tuple[Realigned, str, float]] = {}

    def due(self, only: str | None) -> list[str]:
        """Students whose submission is new or changed, or the one that is asked for."""
        chosen, done = students(self.root, self.lab), records(self.root, self.lab)
        if only and only not in chosen:
            nothing = f"{only} has handed in nothing for {self.lab}: look into {self.root / SUBMITTED}."
            raise LabError(unusable(only) or nothing)
        if not chosen and not done:
            raise LabError(
                f"Nobody has handed in {self.lab} in {self.root}: run 'course collect {self.lab} --from FOLDER' first."
            )
        return [only] if only else [s for s in chosen if s not in done or self._again(done[s])]

    def _again(self, record: Record) -> bool:
        """What changed is graded again; so is what failed, since the cause may have been this machine."""
        return record.status == "failed" or record.digest != self._digest(self._open(record.student))

    def _open(self, student: str) -> Submission:
        return open_submission(submitted_folder(student, self.lab, self.root), self.lab, self.course.max_submission_mb)

    def _digest(self, read: Submission) -> str:
        return self.made_with[:32] + read.digest[:32]

    def tasks(self, due: list[str], bar: tqdm) -> Iterator[tuple[str, Task]]:
        """A task for each submission that passes the intake; the others are recorded here."""
        for student in due:
            start, made_of = time.monotonic(), ""
            try:
                read = self._open(student)
                made_of = self._digest(read)
                realigned = self._accept(student, read)
            except Refused as refusal:
                self._close(Record(student, "refused", str(refusal), _since(start), made_of), bar)
                continue
            except Exception as error:  # whatever a submission does to the intake, it does to nobody else
                reason = shown(f"it could not be taken in ({type(error).__name__}: {error})")
                self._close(Record(student, "failed", reason, _since(start), made_of), bar)
                continue
            self.pending[student] = realigned, made_of, start
            yield student, self._task(realigned)

    def _task(self, realigned: Realigned) -> Task:
        full = checks_put_in(nbformat.from_dict(realigned.notebook), self.instructor)
        return Task(
            nbformat.writes(full),
            KERNELS[self.kernel],
            cell_seconds=self.course.cell_timeout_seconds,
            total_seconds=self.course.total_timeout_seconds,
            output_bytes=self.course.max_output_kb * 1000,
            memory_gb=self.course.memory_gb,
        )

    def _accept(self, student: str, read: Submission) -> Realigned:
        """The rebuilt notebook, which is also written to where nbgrader will read it."""
        if read.refusal:
            raise Refused(read.refusal)
        realigned = realign(self.release, read_cells(read.data, read.name))
        target = accepted_folder(student, self.lab, self.root)
        folders.remove_tree(target)
        target.mkdir(parents=True)
        nbformat.write(realigned.notebook, target / f"{self.lab}.ipynb")
        if read.stamp:
            (target / STAMP).write_bytes(read.stamp)
        return realigned

    def done(self, student: str, result, bar: tqdm) -> None:
        """Takes a finished run into the gradebook and records it."""
        realigned, made_of, start = self.pending.pop(student)
        status, reason, flags, seconds = "failed", str(result), [], _since(start)
        if not isinstance(result, Failed):
            seconds, flags = result.seconds, result.flags
            notebook = nbformat.reads(result.notebook, as_version=4)
            outside_judges.apply(notebook, self.judges)
            self._interrupted(student)
            try:
                require_own_fault(notebook, self.release)
                merge(self.lab, student, notebook, realigned.doubts, self.course, self.root)
                status, reason = "graded", ""
            except LabError as error:
                reason = str(error)
            except SQLAlchemyError as error:
                reason = f"the gradebook could not be written ({str(error).splitlines()[0][:200]}): grade again"
        reason = shown(reason)  # it may quote what a student wrote
        self._close(Record(student, status, reason, seconds, made_of, realigned.repairs, realigned.doubts, flags), bar)

    def _interrupted(self, student: str) -> None:
        """What stands on record while the gradebook is written: a run that is killed there grades this student again."""
        save(
            self.root,
            self.lab,
            Record(student, "failed", f"grading was interrupted: run 'course autograde {self.lab}' again"),
        )

    def _close(self, record: Record, bar: tqdm) -> None:
        if record.status != "graded":
            self._interrupted(record.student)
            forget(self.lab, record.student, self.course, self.root)
        save(self.root, self.lab, record)
        bar.update()


def _since(start: float) -> float:
    return round(time.monotonic() - start, 2)


def inherited(root: Path, container: str = "") -> dict[str, str]:
    """The variables that every kernel inherits: the small models, and the course directory's own fresh inputs.

    Args:
        container: the command that starts one, where each submission is to run in its own.

    The seed is drawn once for a course directory, so that grading again gives the same grade.
    """
    path = fresh_seed_path(root)
    if not path.is_file():
        write_atomically(path, f"{secrets.randbits(60)}\n")
    given = {"LAB_PROFILE": "tiny", FRESH_SEED: path.read_text().strip()}
    if container:
        given[CONTAINER] = container
    return given


def grade_class(
    lab: str, course: Course, root: Path, kernel: str, workers: int = 1, only: str | None = None, scheduler: str = ""
) -> list[Record]:
    """Grades every submission that is new or changed, or one student's again; returns all records of the lab.

    Args:
        kernel: "sandbox", "warm", "container" or "plain". workers: processes side by side on this machine.
        scheduler: address of a Dask scheduler whose workers run the submissions instead.
    Raises:
        LabError: the lab is not released here, there is nothing to grade, submissions cannot be isolated, another run is at
            work on them, or the gradebook cannot be written.
    """
    grading = Grading(lab, course, root, kernel)
    with hold_run_lock(lab, root):
        _autograde(grading, workers, only, scheduler)
    return list(records(root, lab).values())


def _autograde(grading: Grading, workers: int, only: str | None, scheduler: str) -> None:
    due, kernel, memory_gb = grading.due(only), grading.kernel, grading.course.memory_gb
    if not due:
        return
    given = inherited(grading.root, grading.course.container if kernel == "container" else "")
    with (
        shared_engine(),
        variables(given),
        tqdm(total=len(due), desc=f"Grading {grading.lab}", unit="submission") as bar,
    ):
        tasks = grading.tasks(due, bar)

        def done(student: str, result) -> None:
            grading.done(student, result, bar)

        if scheduler:
            dask_cluster.run_all(tasks, scheduler, kernel, memory_gb, given, done)
        else:
            with ready_kernels(kernel, memory_gb) as (environment, ready):
                run_all(tasks, workers, environment, done, ready)
