"""Grades again, of a class that was graded, the exercises whose checks or judges have changed since."""

import contextlib
import sys
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from grading.autograde import Grading
from grading.course import Course
from grading.environment_variables import variables
from grading.gradebook.records import records, save
from grading.gradebook.run_lock import hold_run_lock
from grading.registrar import Difference, NoResult
from grading.workers.grading_task import Done
from grading.workers.kernel_modes import kernel_variables, ready_kernels
from grading.workers.local import Failed, run_all
from shared.errors import LabError
from shared.text_table import table

KERNEL = "sandbox"  # for whole runs of what depends on more than an exercise


def regrade(lab: str, course: Course, root: Path, workers: int, write: bool) -> list[Difference]:
    """Runs the exercises whose checks changed once more; returns what differs, and enters it where `write` says so.

    What a person gave stays. A submission that cannot be run or compared keeps what it has, and is named.

    Raises:
        LabError: nothing of the lab was graded, its exercises cannot be run by themselves here, or another run is grading it.
    """
    grading = Grading(lab, course, root, KERNEL)
    with hold_run_lock(lab, root):
        graded = {name: record for name, record in records(root, lab).items() if record.status == "graded"}
        if not graded:
            raise LabError(f"Nothing of {lab} is graded in {root}: run 'course autograde {lab}' first.")
        with contextlib.ExitStack() as stack:
            stack.callback(grading.registrar.stop)
            stack.enter_context(variables(kernel_variables()))
            due = _changed(grading, [*graded])
            if not due:
                return []
            environment = stack.enter_context(grading.by_exercise([]))
            if grading.stage is None:
                raise LabError(f"Exercises cannot be run by themselves here: run 'course autograde {lab}' instead.")
            kernels, ready = stack.enter_context(ready_kernels(grading.kernel, course.memory_gb))
            environment = environment | kernels
            bar = stack.enter_context(tqdm(total=len(due), desc=f"Comparing {lab}", unit="submission"))
            found = []

            def done(student: str, result: Done | Failed) -> None:
                bar.update()
                try:
                    if isinstance(result, Failed):
                        raise NoResult(str(result))
                    entered, differences = grading.registrar.compare(student, result, grading.seed(student))
                    found.extend(differences)
                    if write:
                        record = graded[student]
                        again = grading.registrar.enter(student, entered, [*record.doubts], grading.seed(student))
                        flags = list(dict.fromkeys([*record.flags, *result.flags]))
                        now = replace(
                            record, doubts=record.doubts | again, flags=flags, digest=grading.digest_of(student)
                        )
                        save(root, lab, now)
                except NoResult as error:
                    bar.write(f"{student} keeps what it has: {error}")

            tasks = [(name, grading.task_of(name, *given)) for name, given in due.items()]
            run_all(tasks, workers, environment, done, ready)
    return sorted(found, key=lambda each: (each.student, each.check))


def _changed(grading: Grading, students: list[str]) -> dict[str, tuple[str, list[dict]]]:
    """What to run again of each submission; one whose earlier run cannot be read is named, and keeps what it has."""
    found = {}
    for student in students:
        try:
            notebook, exercises = grading.registrar.changed(student)
        except NoResult as error:
            print(f"{student} keeps what it has: {error}", file=sys.stderr)
            continue
        if exercises:
            found[student] = notebook, exercises
    return found


def as_table(differences: list[Difference]) -> str:
    """One line for each check that differs."""
    rows = [
        (each.student, each.check, f"{each.before:g}", f"{each.after:g}", f"{each.after - each.before:+g}", each.why)
        for each in differences
    ]
    return table(rows, "<<>>><", ("student", "check", "before", "now", "points", "why"))
