"""Measures writing into a gradebook as it grows, and reading from a large one.

make bench, or: python benchmarks/gradebook.py [--students 2000]
"""

import argparse
import os
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ["LAB_PROFILE"] = "tiny"

import nbformat
from spreads import spread
from submissions import LAB, class_of
from tqdm import tqdm

from grading import autograde, coursedir
from grading.course import load_course
from grading.feedback.write import write_feedback
from grading.gradebook import database, grades, merge, records, roster
from grading.reports import item_analysis, lms_export

EDGE = 50  # submissions at either end that are compared
PAGES = 100  # of feedback, written in each round
ROUNDS = 3


def files_of(folder: Path) -> tuple[int, float]:
    """(number of files, megabytes) below a folder."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return len(found), sum(path.stat().st_size for path in found) / 1e6


def seconds(work, *arguments) -> float:
    """Seconds that a call takes."""
    begin = time.monotonic()
    work(*arguments)
    return time.monotonic() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=2000)
    students = parser.parse_args().students
    course = load_course()
    with tempfile.TemporaryDirectory() as folder:
        root = class_of(1, Path(folder), course)
        first = autograde.grade_class(LAB, course, root, "warm")[0]
        executed = nbformat.read(root / coursedir.EXECUTED / LAB / f"{first.student}.ipynb", as_version=4)

        def add(student: str) -> None:
            """Writes the first student's results again, under another name."""
            shutil.copytree(root / coursedir.ACCEPTED / first.student, root / coursedir.ACCEPTED / student)
            merge.merge(LAB, student, executed, (), course, root)
            records.save(root, LAB, replace(first, student=student))

        with database.shared_engine():
            costs = [seconds(add, f"x{number:06}") for number in tqdm(range(students), desc="Writing")]
        number, megabytes = files_of(root)
        book = (root / "gradebook.db").stat().st_size / 1e6
        rows = grades.class_grades(LAB, course, root)
        print(f"writing a submission: {spread(costs[:EDGE])} s at first, {spread(costs[-EDGE:])} s after {students}")
        print(
            f"files, a submission: {number / students:.1f}, {megabytes / students * 1e3:.0f} kB; gradebook {book:.1f} MB"
        )
        print(f"course grades: {seconds(grades.class_grades, LAB, course, root):.1f} s")
        print(f"export: {seconds(lms_export.canvas, 'Lab 1', rows, roster.people(course, root)):.1f} s")
        print(f"items: {seconds(item_analysis.analyse, rows, grades.maxima(LAB, course, root)):.1f} s")
        for path in sorted((root / "records" / LAB).glob("*.json"))[PAGES:]:
            path.unlink()
        pages = {workers: [] for workers in (1, 2)}
        for _ in range(ROUNDS):
            for workers, page_costs in pages.items():
                page_costs.append(seconds(write_feedback, LAB, course, root, workers) / PAGES)
        ratios = [one / two for one, two in zip(*pages.values(), strict=True)]
        kilobytes = files_of(root / "feedback")[1] / PAGES * 1e3
        print(f"feedback, a page: {spread(pages[1])} s, {kilobytes:.0f} kB")
        print(f"with two workers: {spread(pages[2])} s, {spread(ratios)} times as fast, their start included")


if __name__ == "__main__":
    main()
