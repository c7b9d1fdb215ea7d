"""Grades a class: reads and rebuilds submissions, runs them in isolation on several workers, and writes the gradebook.

Each submission that is done has a record. After a killed run, the same command goes on: a submission with a record is not graded
twice, and one without is graded from the start.
"""

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
from tqdm import tqdm

from grading.audit import Audit
from grading.course import Course
from grading.coursedir import (
    SUBMITTED,
    instructor_path,
    judges_path,
    student_path,
    submitted_folder,
)
from grading.environment_variables import variables
from grading.exercises.class_stage import ClassStage, class_stage
from grading.gradebook.database import require_released
from grading.gradebook.records import Record, digest, records, save, students
from grading.gradebook.roster import unusable
from grading.gradebook.run_lock import hold_run_lock
from grading.intake.submission import Submission, open_submission
from grading.kernels.resource_limits import Limits
from grading.registrar import Accepted, NoResult, Registrar
from grading.verdicts import tripwires
from grading.verdicts.fresh_seeds import course_secret, student_seed
from grading.verdicts.outside_judges import JudgeFault, require_judges
from grading.workers import dask_cluster
from grading.workers.by_exercise import STAGE
from grading.workers.grading_task import Done, Task
from grading.workers.kernel_modes import KERNELS, kernel_variables, ready_kernels
from grading.workers.local import Failed, run_all
from shared.errors import LabError
from shared.notebooks.reading import Refused, shown


class Grading:
    """A run that grades one lab of one course directory: which submissions are due, their tasks, and what becomes of them."""

    def __init__(self, lab: str, course: Course, root: Path, kernel: str):
        self.stage: ClassStage | None = None  # where it is there, submissions are graded by exercise
        self.audit = Audit()
        self.lab = course.lab(lab).name
        self.course = course
        self.root = root
        self.kernel = kernel
        require_released(lab, course, root)
        released = student_path(lab, root)
        instructors = instructor_path(lab, root)
        # Computed before anything is read: a file that changes in between has another digest, so everybody is graded again.
        # It covers these files alone, since what Python and Jupyter leave next to them is no reason to grade again.
        self.lab_digest = digest(released, instructors, judges_path(lab, root))
        require_judges(lab, nbformat.read(instructors, as_version=4), root)
        self.registrar = Registrar(lab, course, root)
        self.secret = course_secret(root)
        self.tripwires = tripwires.read_known(lab, root)
        # Student -> the rebuilt submission, its digest, and when work on it began, of every submission that is running.
        self.pending: dict[str, tuple[Accepted, str, float]] = {}

    def due(self, only: str | None) -> list[str]:
        """Students whose submission is new or changed, or only the one that was asked for.

        Raises:
            LabError: that student, or the whole class, has handed in nothing.
        """
        handed_in = students(self.root, self.lab)
        done = records(self.root, self.lab)
        if only and only not in handed_in:
            nothing = f"There is no submission of {self.lab} by {only}: look into {self.root / SUBMITTED}."
            raise LabError(unusable(only) or nothing)
        if not handed_in and not done:
            raise LabError(
                f"Nobody has handed in {self.lab} in {self.root}: run 'course collect {self.lab} --from FOLDER' first."
            )
        if only:
            return [only]
        return [student for student in handed_in if student not in done or self._is_outdated(done[student])]

    def _is_outdated(self, record: Record) -> bool:
        """Whether a submission changed since its record, or failed, since the cause may have been this machine."""
        return record.status == "failed" or record.digest != self.digest_of(record.student)

    def _open(self, student: str) -> Submission:
        return open_submission(submitted_folder(student, self.lab, self.root), self.lab, self.course.max_submission_mb)

    def digest_of(self, student: str) -> str:
        """A fingerprint of what a student has handed in, and of what it is graded with."""
        return self._digest(self._open(student))

    def _digest(self, read: Submission) -> str:
        """A fingerprint of the submission and of what it is graded with."""
        return self.lab_digest[:32] + read.digest[:32]

    def tasks(self, due: list[str], bar: tqdm) -> Iterator[tuple[str, Task]]:
        """Yields (student, task) for each submission that can be run, and records the others as refused or failed."""
        for student in due:
            start = time.monotonic()
            fingerprint = ""
            try:
                read = self._open(student)
                fingerprint = self._digest(read)
                if read.refusal:
                    raise Refused(read.refusal)
                accepted = self.registrar.accept(student, read)
            except Refused as refusal:
                self._close(Record(student, "refused", str(refusal), _since(start), fingerprint), bar)
                continue
            except NoResult as error:
                self._close(Record(student, "failed", str(error), _since(start), fingerprint), bar)
                continue
            self.pending[student] = accepted, fingerprint, start
            yield student, self.task(student)

    def seed(self, student: str) -> str:
        """The seed of a student's hidden inputs."""
        return student_seed(self.secret, self.lab, student)

    def task(self, student: str) -> Task:
        """What to run of a submission that was accepted and has no result yet."""
        accepted, _, _ = self.pending[student]
        return self.task_of(student, accepted.notebook, accepted.exercises)

    def task_of(self, student: str, notebook: str, exercises: list[dict]) -> Task:
        """What to run of a notebook with hidden tests, given as text.

        Args:
            exercises: the fields of each plan.Exercise to run, where there is a stage.
        """
        return Task(
            notebook,
            KERNELS[self.kernel],
            cell_seconds=self.course.cell_timeout_seconds,
            total_seconds=self.course.total_timeout_seconds,
            output_bytes=self.course.max_output_kb * 1000,
            memory_gb=self.course.memory_gb,
            seed=self.seed(student),
            tripwires=self.tripwires,
            exercises=exercises if self.stage else [],
            exercise_seconds=self.stage.seconds if self.stage else {},
            audit=student in self.audit.drawn,
        )

    @contextlib.contextmanager
    def by_exercise(self, drawn_from: list[str]) -> Iterator[dict[str, str]]:
        """Runs the lab once for the class, as long as the `with` block lasts, and gives the environment that workers need.

        Where that cannot be done here, it says so, and submissions are run as a whole.

        Args:
            drawn_from: students of whom some are drawn for the audit.
        """
        instructor = nbformat.read(instructor_path(self.lab, self.root), as_version=4)
        released = nbformat.read(student_path(self.lab, self.root), as_version=4)
        limits = Limits(memory_gb=self.course.memory_gb)
        with contextlib.ExitStack() as stack:
            try:
                stage = class_stage(instructor, released, limits, self.course.cell_timeout_seconds)
                self.stage = stack.enter_context(stage)
            except LabError as error:
                print(f"course: {error} Each notebook is run as a whole instead.", file=sys.stderr)
                yield {}
                return
            self.audit.draw(drawn_from, self.course.audit)
            self.kernel = "sandbox"  # where a process in the stage does not start; it needs no fork server
            yield {STAGE: str(self.stage.folder)}

    def done(self, student: str, result: Done | Failed, bar: tqdm) -> None:
        """Has a finished run entered into the gradebook and saves its record.

        Args:
            result: of the run, or why there is none.
        """
        accepted, fingerprint, start = self.pending.pop(student)
        if isinstance(result, Done):
            self.audit.note(student, result)
        record = Record(
            student,
            "failed",
            seconds=_since(start),
            digest=fingerprint,
            repairs=accepted.repairs,
            doubts=accepted.doubts,
            flags=[] if isinstance(result, Failed) else [*result.flags, *accepted.remarks],
        )
        try:
            if isinstance(result, Failed):
                raise NoResult(str(result))
            self._begin_writing(student)
            again = self.registrar.enter(student, result, [*accepted.doubts], self.seed(student))
            record = replace(record, status="graded", seconds=result.seconds, doubts=accepted.doubts | again)
        except JudgeFault as fault:
            self._close(replace(record, reason=shown(str(fault))), bar)
            raise
        except NoResult as error:
            record = replace(record, reason=shown(str(error)))  # it may quote what a student wrote
        self._close(record, bar)

    def _begin_writing(self, student: str) -> None:
        """Records that the gradebook is about to change: after a run that is killed, this submission is graded again."""
        reason = f"Grading was interrupted: run 'course autograde {self.lab}' again."
        save(self.root, self.lab, Record(student, "failed", reason))

    def _close(self, record: Record, bar: tqdm) -> None:
        """Saves the final record of a submission; without a grade, also removes that of an earlier run."""
        if record.status != "graded":
            self._begin_writing(record.student)
            self.registrar.remove(record.student)
        save(self.root, self.lab, record)
        bar.update()


def _since(start: float) -> float:
    """Seconds since a moment of time.monotonic()."""
    return round(time.monotonic() - start, 2)


def grade_class(
    lab: str,
    course: Course,
    root: Path,
    kernel: str,
    workers: int = 1,
    only: str | None = None,
    scheduler: str = "",
    by_exercise: bool = False,
) -> list[Record]:
    """Grades every submission that is new or changed, or one student's again; returns all records of the lab.

    Args:
        root: the course directory.
        kernel: "sandbox", "warm", "container" or "plain".
        workers: how many processes on this machine run submissions at the same time.
        only: id of the one student to grade again.
        scheduler: address of a Dask scheduler whose workers run the submissions instead.
        by_exercise: whether the lab runs once, and only the exercises of each submission; with "sandbox" or "warm".
    Raises:
        LabError: the lab is not released here, there is nothing to grade, submissions cannot be isolated, another run is
            grading them, or the gradebook cannot be written.
    """
    grading = Grading(lab, course, root, kernel)
    with hold_run_lock(lab, root):
        _autograde(grading, workers, only, scheduler, by_exercise)
    return list(records(root, lab).values())


def _autograde(grading: Grading, workers: int, only: str | None, scheduler: str, by_exercise: bool) -> None:
    due = grading.due(only)
    if not due:
        return
    kernel = grading.kernel
    memory_gb = grading.course.memory_gb
    given = kernel_variables(grading.course.container if kernel == "container" else "")
    with (
        variables(given),
        contextlib.ExitStack() as stack,
        tqdm(total=len(due), desc=f"Grading {grading.lab}", unit="submission") as bar,
    ):
        tasks = grading.tasks(due, bar)
        again = []  # students whose kernel was starved, to be run alone once everybody else is done

        def done(student: str, result) -> None:
            if isinstance(result, Done) and result.starved and student not in again and not scheduler:
                again.append(student)
            else:
                grading.done(student, result, bar)

        stack.callback(grading.registrar.stop)
        grading.registrar.start()
        if scheduler:
            dask_cluster.run_all(tasks, scheduler, kernel, memory_gb, given, done)
        else:
            environment = {}
            if by_exercise:
                # A student who is graded alone is not drawn: the better of two runs would count for this one only.
                drawn_from = [] if only else due
                environment = stack.enter_context(grading.by_exercise(drawn_from))
            kernels, ready = stack.enter_context(ready_kernels(grading.kernel, memory_gb))
            environment = environment | kernels
            run_all(tasks, workers, environment, done, ready)
            if sharing := grading.audit.sharing():
                grading.audit.add(sharing)
                bar.total += len(sharing)
                run_all(grading.tasks(sharing, bar), workers, environment, done, ready=lambda: None)
            if again:
                alone = [(student, grading.task(student)) for student in again]
                run_all(alone, 1, environment, done, ready=lambda: None)
