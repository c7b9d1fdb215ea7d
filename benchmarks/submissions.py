"""Measures what grading costs, with this engine and with plain nbgrader on the same submissions.

make bench, or: python benchmarks/submissions.py throughput [--students 48] [--rounds 3]
python benchmarks/submissions.py sandbox [--students 8] [--rounds 3]
python benchmarks/submissions.py memory [--students 6]
python benchmarks/submissions.py growth [--students 500]
python benchmarks/submissions.py kills [--students 20] [--rounds 10]
"""

import argparse
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

os.environ["LAB_PROFILE"] = "tiny"

import psutil
from spreads import spread
from tqdm import tqdm

from grading import autograde
from grading.authoring import build
from grading.course import Course, load_course
from grading.gradebook import grades, records
from grading.publishing import release
from shared.assets.cache_paths import CHECKOUT
from shared.notebooks.cell_metadata import cell_seconds

LAB = "lab01_ridge"  # tests/mini stands in for it: one exercise, two checks
STACK = "import datasets, econml, evaluate, peft, sklearn, torch, transformers, trl"
ANSWERS = ("return 2 * x", "return x + x", "return 7", "raise ValueError(x)")
GRADE = """
import sys
from pathlib import Path
from grading.autograde import grade_class
from grading.course import load_course
grade_class("lab01_ridge", load_course(), Path(sys.argv[1]), sys.argv[2], workers=int(sys.argv[3]))
"""


def class_of(students: int, folder: Path, course: Course, first_cell: str = "") -> Path:
    """A course directory in which this number of students have handed in; `first_cell` is code to run before a notebook's own."""
    checkout = folder / "checkout"
    root = folder / "root"
    shutil.copytree(CHECKOUT / "tests" / "mini", checkout)
    for name in ("course.toml", "nbgrader_config.py"):
        shutil.copyfile(CHECKOUT / name, checkout / name)
    source = checkout / "solutions" / LAB / f"{LAB}.py"
    source.write_text(source.read_text().replace("from shared.session", f"{first_cell}\nfrom shared.session", 1))
    build.build_lab(LAB, course, checkout)
    release.release_lab(LAB, course, root, checkout)
    notebook = json.loads((root / "labs" / LAB / f"{LAB}.ipynb").read_text())
    answer = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "double")
    for number in range(students):
        answer["source"] = f"def double(x):\n    {ANSWERS[number % len(ANSWERS)]}"
        target = root / "submitted" / f"student{number:04}" / LAB
        target.mkdir(parents=True)
        (target / f"{LAB}.ipynb").write_text(json.dumps(notebook))
    return root


def engine(root: Path, kernel: str, workers: int) -> subprocess.Popen:
    """Starts this engine on the whole class, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", GRADE, str(root), kernel, str(workers)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def plain_nbgrader(root: Path) -> subprocess.Popen:
    """Starts nbgrader's own command on the whole class, which imports nbgrader only once."""
    command = [sys.executable, "-m", "nbgrader", "autograde", LAB, f"--course-dir={root}"]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seconds(start, *arguments) -> float:
    """Seconds until the process that `start` begins has ended; exits if it fails."""
    begin = time.monotonic()
    if code := start(*arguments).wait():
        sys.exit(f"{start.__name__} ended with status {code}")
    return time.monotonic() - begin


def own_cells(root: Path) -> float:
    """Seconds that a submission's own cells took, on average, by the times in the kernels' messages."""
    notebooks = [json.loads(path.read_text()) for path in (root / "executed" / LAB).glob("*.ipynb")]
    return sum(cell_seconds(cell) or 0.0 for notebook in notebooks for cell in notebook["cells"]) / len(notebooks)


def steady(root: Path) -> float:
    """Mean seconds between finished submissions, without the start of the run."""
    ends = sorted(path.stat().st_mtime for path in (root / "records" / LAB).glob("*.json"))
    return (ends[-1] - ends[0]) / (len(ends) - 1)


def throughput(kernel: str, students: int, rounds: int, course: Course) -> None:
    """Grades the same class in every way in each round, start-up included, and prints the ratios within a round."""
    ways = {
        "nbgrader": (plain_nbgrader,),
        f"{kernel}, 1": (engine, kernel, 1),
        f"{kernel}, 2": (engine, kernel, 2),
    }
    costs = {name: [] for name in ways}
    over = {name: [] for name in ways}
    for _ in tqdm(range(rounds), desc="Rounds"):
        for name, (start, *options) in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                root = class_of(students, Path(folder), course, STACK)
                costs[name].append(seconds(start, root, *options) / students)
                tqdm.write(f"{name}: {costs[name][-1]:.2f} s")
                if (
                    start is engine and options[-1] == 1
                ):  # with two workers, the time between two submissions is not that of one
                    over[name].append(steady(root) - own_cells(root))
    print(f"\n{students} submissions that import the whole stack, {rounds} rounds\n")
    print("| kernel, workers | a submission, s | times nbgrader's throughput | steady, over own cells, s |")
    print("|---|---|---|---|")
    for name, values in costs.items():
        ratios = [plain / value for plain, value in zip(costs["nbgrader"], values, strict=True)]
        print(f"| {name} | {spread(values)} | {spread(ratios)} | {spread(over[name]) if over[name] else '-'} |")


def memory(students: int, course: Course) -> None:
    """Prints the most memory that all processes of a run hold together, shared pages counted once, with one and two workers."""
    for kernel in ("sandbox", "warm"):
        for workers in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                run = engine(class_of(students, Path(folder), course, STACK), kernel, workers)
                most = 0
                while run.poll() is None:
                    most = max(most, sum(map(proportional, family(run.pid))))
                    time.sleep(0.2)
            print(f"{kernel}, {workers} workers: {most / 1e9:.2f} GB at most")


def family(pid: int) -> list[psutil.Process]:
    """A process and all its descendants; none where it has ended."""
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def proportional(process: psutil.Process) -> int:
    """Bytes that a process holds, with its share of shared pages; 0 where it has ended."""
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


def growth(students: int, course: Course) -> None:
    """Prints the seconds between finished submissions, from the start of a large class to its end."""
    with tempfile.TemporaryDirectory() as folder:
        root = class_of(students, Path(folder), course)
        autograde.grade_class(LAB, course, root, "warm", workers=2)
        ends = sorted(path.stat().st_mtime for path in (root / "records" / LAB).glob("*.json"))
    gaps = [later - earlier for earlier, later in pairwise(ends)]
    fifties = [statistics.mean(gaps[i : i + 50]) for i in range(0, len(gaps), 50)]
    listed = " ".join(f"{fifty:.3f}" for fifty in fifties)
    print(f"{students} submissions, 2 warm workers, seconds for each, fifty by fifty: {listed}")
    print(f"last / first: {fifties[-1] / fifties[0]:.3f}")


def kills(students: int, rounds: int, course: Course) -> None:
    """Kills a run with SIGKILL at random moments until it is done; its gradebook must equal that of an undisturbed run."""
    dice = random.Random(0)
    rows = []
    killed = 0
    with tempfile.TemporaryDirectory() as calm, tempfile.TemporaryDirectory() as torn:
        for folder, times in ((calm, 0), (torn, rounds)):
            root = class_of(students, Path(folder), course)
            (root / "fresh_seed").write_text("1\n")
            for _ in tqdm(range(times), desc="Kills"):
                run = engine(root, "warm", 2)
                wanted = len(records.records(root, LAB)) + dice.randint(0, max(1, students // rounds))
                while run.poll() is None and len(records.records(root, LAB)) < wanted:
                    time.sleep(0.01)
                time.sleep(dice.random())
                if run.poll() is None:
                    os.killpg(run.pid, signal.SIGKILL)
                    killed += 1
                run.wait()
            seconds(engine, root, "warm", 2)
            rows.append([asdict(row) for row in grades.class_grades(LAB, course, root)])
    print(f"killed {killed} times; equal to the uninterrupted run: {rows[0] == rows[1]} ({len(rows[0])} students)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = ["throughput", "sandbox", "memory", "growth", "kills"]
    parser.add_argument("what", nargs="?", choices=kinds, help="default: all")
    parser.add_argument("--students", type=int)
    parser.add_argument("--rounds", type=int)
    options = parser.parse_args()
    course = load_course()
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}")
    if options.what in (None, "throughput"):
        throughput("warm", options.students or 48, options.rounds or 3, course)
    if options.what in (None, "sandbox"):  # every submission makes its own imports, so a small class is enough
        throughput("sandbox", options.students or 8, options.rounds or 3, course)
    if options.what in (None, "memory"):
        memory(options.students or 6, course)
    if options.what in (None, "growth"):
        growth(options.students or 500, course)
    if options.what in (None, "kills"):
        kills(options.students or 20, options.rounds or 10, course)


if __name__ == "__main__":
    main()
