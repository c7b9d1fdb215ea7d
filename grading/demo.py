"""Runs everything from building to feedback on a class of made-up students, and checks that each gets the right grade."""

import os
import shlex
from concurrent.futures import ThreadPoolExecutor
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


def run_demo(course: Course, root: Path) -> int:
    """Builds the labs, executes the references, releases, grades a sample class and prints its table; returns the exit status."""
    os.environ.setdefault("LAB_PROFILE", "tiny")
    lab = next(iter(course.labs))
    for name in tqdm(course.labs, desc="Building labs", unit="lab"):
        build_lab(name, course)
    with ThreadPoolExecutor(WORKERS) as pool:
        started = pool.map(lambda name: execute_reference(name, course, reference_path(name, root)), course.labs)
        runs = list(tqdm(started, desc="Running references", unit="lab", total=len(course.labs)))
    for name in course.labs:
        release_lab(name, course, root)
    samples = sample_class(lab, course)
    hand_in(samples, lab, root)
    grade_class(lab, course, root, kernel_for_own_code(), WORKERS)
    pages = write_feedback(lab, course, root)
    rows = class_grades(lab, course, root)
    stories = {sample.student: sample.story for sample in samples}
    print(f"\n{course.lab(lab).title}: a class of {len(rows)}\n")
    print(as_table(rows))
    print("\nWho is who: " + "; ".join(f"{student}: {story}" for student, story in stories.items()) + ".")
    wrong = [sentence for sample in samples for sentence in surprises(sample, rows)]
    times = [f"{name} {run.seconds:.0f} s" for name, run in zip(course.labs, runs, strict=True)]
    print(f"\nReferences ran in: {', '.join(times)}.")
    print(f"Their notebooks, with the files that they wrote: {references_folder(root)}")
    print(f"The first page of feedback: {pages[0]}")
    print(f"Grade the written answers with: course formgrader --root {shlex.quote(str(root))}")
    for sentence in wrong:
        print(f"NOT AS EXPECTED: {sentence}")
    return int(bool(wrong))


def kernel_for_own_code() -> str:
    """The kernel mode for code of the course: "warm" where this machine can isolate kernels, "plain" otherwise."""
    try:
        sandbox.require()
    except LabError as error:
        print(f"The course's own code is graded without isolation: {error}")
        return "plain"
    return "warm"


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
