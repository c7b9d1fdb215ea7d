"""Measures what it costs a submission that checks run in another process than its answers.

python benchmarks/outside.py [LAB ...] [--students 8] [--rounds 3]

The exercises of one mixed class run on one stage, one submission after another, in turn with checks outside and all inside.
"""

import argparse
import os
import platform
import statistics
import time
from dataclasses import replace

os.environ["LAB_PROFILE"] = "tiny"

import nbformat
from by_exercise import mixed_class
from tqdm import tqdm

from grading.course import load_course
from grading.coursedir import instructor_path, student_path
from grading.environment_variables import variables
from grading.exercises.class_stage import ClassStage, class_stage
from grading.exercises.plan import exercises
from grading.exercises.run import ExerciseRuns
from grading.exercises.stage_process import Checkpoints
from grading.kernels.resource_limits import Limits
from grading.workers.grading_task import checks_put_in
from grading.workers.kernel_modes import kernel_variables
from shared.notebooks.cell_metadata import grade_id, is_check


def seconds(stage: ClassStage, notebooks: list, all_inside: bool) -> float:
    """Seconds a submission, of a class."""
    begin = time.monotonic()
    for made in notebooks:
        notebook = nbformat.from_dict(made)
        inside = {grade_id(cell) for cell in notebook.cells if is_check(cell)} if all_inside else stage.names.inside
        found = exercises(notebook.cells, replace(stage.names, inside=inside))
        runs = ExerciseRuns(notebook, Checkpoints(stage.folder).child, "1", {}, output_bytes=10**6)
        runs.run(found, stage.seconds)
    return (time.monotonic() - begin) / len(notebooks)


def measure(lab: str, students: int, rounds: int) -> str:
    """One row of the table."""
    instructor = nbformat.read(instructor_path(lab), as_version=4)
    released = nbformat.read(student_path(lab), as_version=4)
    texts = [sample.text for sample in mixed_class(lab, students, seed=0)]
    notebooks = [checks_put_in(nbformat.reads(text, as_version=4), instructor) for text in texts]
    with variables(kernel_variables()), class_stage(instructor, released, Limits(memory_gb=4), 600) as stage:
        pairs = [[seconds(stage, notebooks, all_inside) for all_inside in (False, True)] for _ in range(rounds)]
    outside, inside = zip(*pairs, strict=True)
    ratios = [one / other for one, other in pairs]
    spread = f"{statistics.mean(ratios):.2f} ± {statistics.stdev(ratios):.2f}"
    return f"| {lab} | {statistics.mean(outside):.2f} | {statistics.mean(inside):.2f} | {spread} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", default=list(load_course().labs))
    parser.add_argument("--students", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, one submission at a time")
    rows = [measure(lab, options.students, options.rounds) for lab in tqdm(options.labs, desc="Labs")]
    print("| lab | checks outside, s a submission | all inside, with canaries, s | ratio (mean ± sd of rounds) |")
    print("|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
