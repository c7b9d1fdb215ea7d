"""Measures a lab in profile tiny: seconds and peak memory of its reference, and seconds of grading one submission.

make bench, or: python benchmarks/labs.py [--runs 5] [LAB ...]
"""

import argparse
import os
import platform
import tempfile
from pathlib import Path

os.environ["LAB_PROFILE"] = "tiny"

from spreads import spread
from tqdm import tqdm

from grading.authoring.build import instructor_notebook
from grading.autograde import grade_class
from grading.course import load_course
from grading.kernels.run_notebook import run_notebook
from grading.publishing.release import release_lab
from grading.sample_students import hand_in, sample_class


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    course = load_course()
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {options.runs} runs each")
    print("| lab | reference, s | peak memory, GB | grading one submission, s |\n|---|---|---|---|")
    for lab in options.labs or course.labs:
        notebook = instructor_notebook(lab, course)
        seconds = []
        peaks = []
        for _ in tqdm(range(options.runs), desc=lab, leave=False):
            with tempfile.TemporaryDirectory() as folder:
                run = run_notebook(notebook, Path(folder), course.cell_timeout_seconds)
            assert not run.errors(), run.errors()
            seconds.append(run.seconds)
            peaks.append(run.peak_gb)
        with tempfile.TemporaryDirectory() as folder:
            release_lab(lab, course, Path(folder))
            hand_in(sample_class(lab, course)[: options.runs], lab, Path(folder))
            graded = [record.seconds for record in grade_class(lab, course, Path(folder), "plain")]
        print(f"| {lab} | {spread(seconds, 1)} | {spread(peaks, 1)} | {spread(graded, 1)} |")


if __name__ == "__main__":
    main()
