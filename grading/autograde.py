"""Grades a class through nbgrader: each submission in a process of its own, so that none can stop another's grade."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from nbgrader.api import MissingEntry
from tqdm import tqdm

from grading.build import write_atomically
from grading.configuration import api
from grading.course import Course, load_course
from grading.execution import ONE_THREAD
from grading.intake import Refused, inspect, submission
from grading.release import gradebook
from shared.settings import LabError

# Beside submitted/, which stays as it was handed in: copies that passed the intake.
ACCEPTED = "accepted"


@dataclass(frozen=True)
class Record:
    """How one submission fared: status "graded", "refused" or "failed", why, how long, and of which bytes."""

    student: str
    status: str
    reason: str
    seconds: float
    digest: str


def record_path(root: Path, lab: str, student: str) -> Path:
    return root / "records" / lab / f"{student}.json"


def records(root: Path, lab: str) -> dict[str, Record]:
    """Student -> what the last run recorded."""
    found = (json.loads(path.read_text()) for path in sorted((root / "records" / lab).glob("*.json")))
    return {row["student"]: Record(**row) for row in found}


def students(root: Path, lab: str) -> list[str]:
    return sorted(path.parent.name for path in (root / "submitted").glob(f"*/{lab}") if path.is_dir())


def autograde(lab: str, course: Course, root: Path, only: str | None = None) -> list[Record]:
    """Grades every submission that is new or changed, or one student's again; returns all records of the lab.

    Raises:
        LabError: the lab is not released in this course directory, or there is nothing to grade.
    """
    known = grade_ids(lab, course, root)
    chosen = students(root, lab)
    if only and only not in chosen:
        raise LabError(f"{only} has handed in nothing for {lab}: look into {root / 'submitted'}.")
    if not chosen:
        raise LabError(f"Nobody has handed in {lab} in {root}: run 'course collect {lab} --from FOLDER' first.")
    done = records(root, lab)
    release = _digest(root / "labs" / lab) + _digest(root / "solutions" / lab)
    for student in tqdm([only] if only else chosen, desc=f"Grading {lab}", unit="submission"):
        digest = hashlib.sha256((release + _digest(root / "submitted" / student / lab)).encode()).hexdigest()
        if not only and student in done and done[student].digest == digest:
            continue
        _save(root, lab, grade(lab, student, course, root, known, digest))
    return list(records(root, lab).values())


def grade_ids(lab: str, course: Course, root: Path) -> set[str]:
    """Names of the lab's graded and answer cells, as released."""
    course.lab(lab)
    if not (root / "gradebook.db").is_file():
        raise LabError(f"There is no gradebook in {root}: run 'course release {lab} --root {root}' first.")
    with gradebook(root, course) as book:
        try:
            return {cell.name for cell in book.find_notebook(lab, lab).source_cells}
        except MissingEntry:
            raise LabError(
                f"{lab} is not released in {root}: run 'course release {lab} --root {root}' first."
            ) from None


def grade(lab: str, student: str, course: Course, root: Path, known: set[str], digest: str) -> Record:
    """One submission: intake, then nbgrader in a child process; whatever goes wrong becomes a record."""
    start = time.monotonic()
    try:
        _accept(lab, root / "submitted" / student / lab, root / ACCEPTED / student / lab, known, course)
        status, reason = _in_child(lab, student, root)
    except Refused as refusal:
        status, reason = "refused", str(refusal)
    if status != "graded":
        _forget(lab, student, course, root)
    return Record(student, status, reason, round(time.monotonic() - start, 2), digest)


def _accept(lab: str, folder: Path, target: Path, known: set[str], course: Course) -> None:
    """Copies the one notebook that is meant, under the lab's own name, to where nbgrader will read it."""
    path = submission(folder, lab)
    inspect(path, known, course.max_submission_mb)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copyfile(path, target / f"{lab}.ipynb", follow_symlinks=False)
    if (stamp := folder / "timestamp.txt").is_file():
        shutil.copyfile(stamp, target / stamp.name, follow_symlinks=False)


def _in_child(lab: str, student: str, root: Path) -> tuple[str, str]:
    command = [sys.executable, "-m", "grading.autograde", lab, student, str(root)]
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, **ONE_THREAD}
    )
    if done.returncode == 0:
        return "graded", ""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    telling = next((line for line in reversed(lines) if "Error" in line and "[ERROR]" not in line), "no message")
    return (
        "failed",
        f"nbgrader could not grade it ({telling}): look at the file, then 'course autograde {lab} --student'.",
    )


def _forget(lab: str, student: str, course: Course, root: Path) -> None:
    """Removes what an earlier run gave: a stale score must not stand beside a refusal."""
    with gradebook(root, course) as book:
        try:
            book.remove_submission(lab, student)
        except MissingEntry:
            book.update_or_create_student(student)
    shutil.rmtree(root / "autograded" / student / lab, ignore_errors=True)


def _save(root: Path, lab: str, record: Record) -> None:
    write_atomically(record_path(root, lab, record.student), json.dumps(asdict(record)) + "\n")


def _digest(folder: Path) -> str:
    """One fingerprint of a folder's regular files and links."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        total.update(str(path.relative_to(folder)).encode())
        if path.is_symlink():
            total.update(str(path.readlink()).encode())
        elif path.is_file():
            total.update(path.read_bytes())
    return total.hexdigest()


if __name__ == "__main__":
    lab_name, student_name, root_name = sys.argv[1:]
    nbgrader = api(load_course(), Path(root_name))
    nbgrader.coursedir.submitted_directory = ACCEPTED
    result = nbgrader.autograde(lab_name, student_name)
    print(result.get("log", ""), result.get("error", ""), file=sys.stderr)
    sys.exit(not result["success"])
