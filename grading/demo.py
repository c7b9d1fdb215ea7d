"""Runs everything from building to feedback on a class of made-up students, and checks that each gets the right grade.

The first lab goes first, so that its table of grades is there soon; then the references of all other labs run.
"""

import os
import shlex
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

import nbformat
from tqdm import tqdm

from grading.atomic_write import write_atomically
from grading.authoring.build import build_lab, instructor_notebook
from grading.autograde import grade_class
from grading.course import Course
from grading.coursedir import reference_path, references_folder
from grading.feedback.write import write_feedback
from grading.gradebook.grades import Row, as_table, class_grades
from grading.kernels import sandbox
from grading.kernels.run_notebook import Run, run_notebook
from grading.publishing.release import release_lab
from grading.sample_students import Sample, hand_in, sample_class
from shared.errors import LabError

WORKERS = 2  # notebooks at the same time: a laptop has the cores and the memory for two
STOPPED = 130  # the exit status of a command that Ctrl-C ended


def run_demo(course: Course, root: Path) -> int:
    """Takes the first lab from building to a table of grades, then runs the other labs; returns the exit status."""
    os.environ.setdefault("LAB_PROFILE", "tiny")
    first, *others = course.labs
    wrong = demo_class(first, course, root)
    try:
        seconds = run_others(others, course, root)
    except KeyboardInterrupt:
        print(
            f"\nStopped: the class of {first} and its grades are in {root}; run the command again for the other labs."
        )
        return STOPPED
    print(f"\nReferences ran in: {', '.join(f'{name} {spent:.0f} s' for name, spent in seconds.items())}.")
    print(f"Their notebooks, with the files that they wrote: {references_folder(root)}")
    return int(bool(wrong))


def demo_class(lab: str, course: Course, root: Path) -> list[str]:
    """Builds and releases a lab, grades a sample class and prints its table; returns each grade that is not as it must be."""
    build_lab(lab, course)
    print(f"Running the reference of {lab}.")
    execute_reference(lab, course, reference_path(lab, root))
    release_lab(lab, course, root)
    samples = sample_class(lab, course)
    hand_in(samples, lab, root)
    grade_own_class(lab, replace(course, audit=0), root)  # the reference has run as a whole already
    pages = write_feedback(lab, course, root, WORKERS)
    rows = class_grades(lab, course, root)
    stories = {sample.student: sample.story for sample in samples}
    print(f"\n{course.lab(lab).title}: a class of {len(rows)}\n")
    print(as_table(rows))
    print("\nWho is who: " + "; ".join(f"{student}: {story}" for student, story in stories.items()) + ".")
    wrong = [sentence for sample in samples for sentence in surprises(sample, rows)]
    print(f"\nThe first page of feedback: {pages[0]}")
    print(f"Grade the written answers with: course formgrader --root {shlex.quote(str(root))}")
    for sentence in wrong:
        print(f"NOT AS EXPECTED: {sentence}")
    return wrong


def run_others(labs: list[str], course: Course, root: Path) -> dict[str, float]:
    """Builds the other labs, runs their references side by side and releases them; returns the seconds that each took."""
    for name in labs:
        build_lab(name, course)
    pool = ThreadPoolExecutor(WORKERS)
    try:
        started = {pool.submit(execute_reference, name, course, reference_path(name, root)): name for name in labs}
        ended = tqdm(as_completed(started), desc="Running the other labs' references", unit="lab", total=len(labs))
        seconds = {started[future]: future.result().seconds for future in ended}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    for name in labs:
        release_lab(name, course, root)
    return seconds


def grade_own_class(lab: str, course: Course, root: Path) -> None:
    """Grades a class whose code is the course's own: by exercise where this machine can isolate it, else without isolation."""
    try:
        sandbox.require()
    except LabError as error:
        print(f"The course's own code is graded without isolation: {error}")
        grade_class(lab, course, root, "plain", WORKERS)
    else:
        grade_class(lab, course, root, "sandbox", WORKERS, by_exercise=True)


def execute_reference(lab: str, course: Course, target: Path) -> Run:
    """Runs a reference notebook in a fresh kernel, and writes it with its outputs to `target`.

    Raises:
        LabError: a cell failed; the notebook is still written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    run = run_notebook(instructor_notebook(lab, course), target.parent, course.cell_timeout_seconds)
    write_atomically(target, nbformat.writes(run.notebook) + "\n")
    if run.errors():
        cell, (name, message) = next(iter(run.errors().items()))
        raise LabError(f"The reference of {lab} fails in cell {cell} ({name}: {message}): open {target}.")
    return run


def surprises(sample: Sample, rows: list[Row]) -> list[str]:
    """One sentence for each way in which a made-up student's grade differs from what it must be."""
    row = next((row for row in rows if row.student == sample.student), None)
    if row is None:
        return [f"{sample.student} has no row"]
    if not sample.readable:
        return [] if row.status == "refused" else [f"{sample.student} should be refused, but is {row.status}"]
    if row.status not in ("graded", "review"):
        return [f"{sample.student} is {row.status}: {row.reason}"]
    if sample.loses is None:
        return [] if row.score == 0 else [f"{sample.student} answered nothing, but has {row.score:g} points"]
    lost = {name for name, points in row.checks.items() if points == 0}
    return [
        f"{sample.student}: {name} is {'lost' if name in lost else 'kept'}" for name in sorted(lost ^ set(sample.loses))
    ]
