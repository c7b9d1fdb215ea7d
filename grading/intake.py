"""The door: which files are submissions, and why the others are not. Nothing is executed here, nothing is lost."""

import json
import shutil
import stat
from pathlib import Path

import nbformat

from grading.course import Course
from shared.settings import LabError


class Refused(LabError):
    """A submission that cannot be graded; the sentence goes to student and instructor."""


def submission(folder: Path, lab: str) -> Path:
    """The one notebook in a student's folder that is meant, by name or because there is no other.

    Raises:
        Refused: no notebook, or several without a telling name.
    """
    exact = folder / f"{lab}.ipynb"
    if exact.exists() or exact.is_symlink():
        return exact
    found = sorted(path for path in folder.glob("*.ipynb"))
    named = [path for path in found if path.name.startswith(lab)]  # a browser's "lab01_ridge (1).ipynb"
    if len(named or found) == 1:
        return (named or found)[0]
    if not found:
        raise Refused(f"There is no notebook in the submission: hand in {lab}.ipynb.")
    raise Refused(f"Several notebooks were handed in ({', '.join(p.name for p in found)}): hand in {lab}.ipynb alone.")


def inspect(path: Path, known: set[str], max_mb: float) -> None:
    """Refuses what cannot be a submission of this lab.

    Args:
        path: the file.
        known: the lab's grade_ids.
        max_mb: largest size, megabytes.
    Raises:
        Refused: with one sentence that tells the student what to do.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused(f"{path.name} is a link or a special file, not a notebook: hand in the file itself.")
    if status.st_size > max_mb * 1e6:
        raise Refused(
            f"{path.name} has {status.st_size / 1e6:.0f} MB, more than {max_mb:g}: clear all outputs and save."
        )
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, nbformat.reader.NotJSONError):
        raise Refused(
            f"{path.name} is not a notebook (cut off, or another kind of file): download it again and hand it in."
        ) from None
    except (nbformat.ValidationError, AttributeError, KeyError, TypeError, ValueError):
        raise Refused(
            f"{path.name} has a damaged notebook structure: open it in JupyterLab, save it, and hand it in."
        ) from None
    if not known & {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}:
        raise Refused(f"{path.name} has none of this lab's cells: is it the notebook of another lab?")


def collect(lab: str, course: Course, root: Path, source: Path) -> list[str]:
    """Copies submissions into the course directory; returns the students.

    Args:
        source: a folder with one folder a student (any notebook in it) or one file a student, <student>.ipynb.
    Raises:
        LabError: no such folder, or nothing in it.
    """
    if not source.is_dir():
        raise LabError(f"There is no folder {source}: pass --from the folder with the submissions.")
    students = []
    for entry in sorted(source.iterdir()):
        if entry.name.startswith(".") or not (entry.is_dir() or entry.suffix == ".ipynb"):
            continue
        student = entry.stem if entry.suffix == ".ipynb" else entry.name
        target = root / "submitted" / student / lab
        target.mkdir(parents=True, exist_ok=True)
        for path in [entry] if entry.suffix == ".ipynb" else sorted(entry.glob("*.ipynb")):
            name = f"{lab}.ipynb" if path is entry else path.name
            shutil.copyfile(path, target / name, follow_symlinks=False)
        students.append(student)
    if not students:
        raise LabError(f"{source} holds no submissions: it needs <student>.ipynb files or one folder a student.")
    return students
