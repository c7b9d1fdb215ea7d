"""Compares grading by exercise with runs of the whole notebook, on mixed classes drawn from a lab's bank: time, and every check.

make bench, or: python benchmarks/by_exercise.py [LAB ...] [--students 50] [--whole 4] [--workers 2]

Of the class, `--whole` submissions are also graded as a whole, in a course directory of their own with the same hidden inputs.
"""

import argparse
import os
import platform
import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ["LAB_PROFILE"] = "tiny"

import nbformat
from tqdm import tqdm

from grading.authoring.answer_files import Answer, load_bank
from grading.autograde import grade_class
from grading.course import Course, load_course
from grading.coursedir import executed_path, fresh_seed_path, records_folder, student_path
from grading.gradebook.grades import class_grades
from grading.publishing.release import release_lab
from grading.sample_students import Sample, answered, hand_in
from shared.notebooks.cell_metadata import grade_id, is_answer, is_check

WRONG = 1 / 3  # of the answers
UNFINISHED = 3  # every third student leaves half of the exercises open


def mixed_class(lab: str, students: int, seed: int) -> list[Sample]:
    """Submissions whose answers are drawn from the lab's bank, right ones and wrong ones."""
    dice = random.Random(seed)
    student = nbformat.read(student_path(lab), as_version=4)
    bank: dict[str, list[Answer]] = {}
    for answer in load_bank(lab):
        bank.setdefault(answer.exercise, []).append(answer)
    samples = []
    for number in range(students):
        chosen = {}
        for exercise, answers in bank.items():
            right = dice.random() > WRONG
            chosen[exercise] = dice.choice([answer for answer in answers if answer.right == right]).source
        if number % UNFINISHED == 0:
            for exercise in dice.sample(sorted(chosen), len(chosen) // 2):
                del chosen[exercise]
        text = nbformat.writes(answered(student, chosen))
        samples.append(Sample(f"student{number:03}", "", text, None))
    return samples


def graded(lab: str, course: Course, root: Path, samples: list[Sample], workers: int, by_exercise: bool) -> float:
    """Seconds to grade a class, the start included."""
    hand_in(samples, lab, root)
    begin = time.monotonic()
    grade_class(lab, course, root, "warm", workers, by_exercise=by_exercise)
    return time.monotonic() - begin


def outcomes(lab: str, course: Course, root: Path) -> dict[str, dict[str, bool]]:
    """Student -> check -> whether it was kept."""
    rows = class_grades(lab, course, root)
    return {row.student: {name: bool(points) for name, points in row.checks.items()} for row in rows}


def said(student: str, check: str, lab: str, root: Path) -> str:
    """Why a check failed, and which exercise it belongs to."""
    exercise = ""
    for cell in nbformat.read(executed_path(student, lab, root), as_version=4).cells:
        exercise = grade_id(cell) if is_answer(cell) else exercise
        if is_check(cell) and grade_id(cell) == check:
            errors = [f"{each.ename}: {each.evalue}" for each in cell.outputs if each.output_type == "error"]
            return f"{exercise}: {(errors or ['passed'])[0][:150]}"
    return "no such check"


def compare(lab: str, course: Course, students: int, whole: int, workers: int) -> str:
    """One row of the table; prints each check that the two ways see differently."""
    samples = mixed_class(lab, students, seed=0)
    few = samples[:: max(1, students // whole)][:whole]
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        by_exercise = Path(first) / "root"
        as_a_whole = Path(second) / "root"
        for root in (by_exercise, as_a_whole):
            release_lab(lab, course, root)
            fresh_seed_path(root).write_text("1\n", encoding="utf-8")
        fast = graded(lab, course, by_exercise, samples, workers, True)
        ends = sorted(path.stat().st_mtime for path in records_folder(lab, by_exercise).glob("*.json"))
        steady = (ends[-1] - ends[0]) / (students - 1)
        slow = graded(lab, course, as_a_whole, few, workers, False) / whole
        here = outcomes(lab, course, by_exercise)
        better = worse = 0
        for student, checks in outcomes(lab, course, as_a_whole).items():
            for check in (name for name, kept in checks.items() if kept != here[student][name]):
                better += here[student][check]
                worse += checks[check]
                ways = said(student, check, lab, by_exercise), said(student, check, lab, as_a_whole)
                tqdm.write(f"{lab}, {student}, {check}: by exercise {ways[0]}; as a whole {ways[1]}")
    start = fast - students * steady
    each = fast / students
    class_of_300 = (start + 300 * steady) / 60
    row = [f"{start:.0f}", f"{steady:.2f}", f"{each:.2f}", f"{slow:.1f}", f"{slow / each:.1f}", f"{class_of_300:.1f}"]
    return f"| {lab} | {' | '.join([*row, str(better), str(worse)])} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    course = replace(load_course(), audit=0)
    parser.add_argument("labs", nargs="*", default=list(course.labs))
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--whole", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {options.workers} workers")
    rows = [
        compare(lab, course, options.students, options.whole, options.workers)
        for lab in tqdm(options.labs, desc="Labs")
    ]
    print(
        "| lab | start, s | then a submission, s | with the start, s | as a whole, s | ratio | class of 300, min "
        "| checks gained | lost |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
