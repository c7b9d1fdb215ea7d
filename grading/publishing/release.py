"""Puts a lab into a course directory: its notebooks, its deadline, and the cells that nbgrader will grade."""

import shutil
from pathlib import Path

from grading import folders
from grading.atomic_write import write_atomically
from grading.authoring.build import generate, instructor_notebook, require_built
from grading.closed_directory import ALONE, close, share_gradebook
from grading.course import Course
from grading.coursedir import (
    config_path,
    instructor_path,
    judges_path,
    old_judges_path,
    staging_folder,
    student_path,
)
from grading.editions import keep_edition
from grading.gradebook.database import gradebook
from grading.gradebook.extensions import apply_all
from grading.nbgrader_settings import database_url
from grading.publishing.reference_trial import try_reference
from grading.verdicts.tripwires import write_known
from shared.assets.cache_paths import CHECKOUT


def release_lab(lab: str, course: Course, root: Path, checkout: Path = CHECKOUT) -> Path:
    """Registers the lab in the gradebook and writes its notebooks into the course directory; returns the student notebook.

    Afterwards formgrader works in `root`, and nbgrader except for its autograding. What an earlier edition of the course
    released is replaced; a release that is refused leaves everything as it was.

    Raises:
        LabError: labs/ is not what the source makes, a judge is missing or at fault, or nbgrader refuses (cells changed after
            submissions came in).
    """
    require_built(lab, course, checkout)
    notebook = instructor_notebook(lab, course, checkout)
    tripwires = try_reference(lab, notebook, root, checkout)
    root.mkdir(parents=True, exist_ok=True, mode=ALONE)
    staging = staging_folder(lab, root)
    folders.remove_tree(staging)
    try:
        generate(lab, course, staging, notebook, database_url(course, root))
        write_known(lab, root, tripwires)
        _write(lab, root, checkout, instructor_path(lab, staging).read_text(encoding="utf-8"))
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    with gradebook(root, course) as book:
        book.update_or_create_assignment(lab, duedate=course.due(lab))  # nbgrader keeps it in UTC
        apply_all(book, lab, course, root)
    close(root, course)
    share_gradebook(root, course)
    return student_path(lab, root)


def _write(lab: str, root: Path, checkout: Path, instructors: str) -> None:
    """Writes what a lab consists of into a course directory."""
    write_atomically(config_path(root), config_path(checkout).read_text(encoding="utf-8"))
    judges = judges_path(lab, checkout)
    if judges.exists():
        write_atomically(judges_path(lab, root), judges.read_text(encoding="utf-8"))
    else:
        judges_path(lab, root).unlink(missing_ok=True)
    old_judges_path(lab, root).unlink(missing_ok=True)
    write_atomically(instructor_path(lab, root), instructors)
    # What students submit is the notebook of labs/, byte for byte.
    students = student_path(lab, checkout).read_text(encoding="utf-8")
    write_atomically(student_path(lab, root), students)
    keep_edition(lab, root, students)
