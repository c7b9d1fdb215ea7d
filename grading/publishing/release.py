"""Puts a lab into a course directory: its notebooks, its deadline, and the cells that nbgrader will grade."""

from pathlib import Path

from grading.atomic_write import write_atomically
from grading.authoring.build import generate, instructor_notebook, require_built
from grading.course import Course
from grading.coursedir import config_path, judges_path, old_judges_path, student_path
from grading.gradebook.database import gradebook
from shared.assets.cache_paths import CHECKOUT


def release_lab(lab: str, course: Course, root: Path, checkout: Path = CHECKOUT) -> Path:
    """Registers the lab in the gradebook and writes its notebooks into the course directory; returns the student notebook.

    Afterwards plain nbgrader, formgrader included, works in `root`. What an earlier edition of the course released is replaced.

    Raises:
        LabError: labs/ is not what the source makes, or nbgrader refuses (cells changed after submissions came in).
    """
    require_built(lab, course, checkout)
    write_atomically(config_path(root), config_path(checkout).read_text(encoding="utf-8"))
    path = generate(lab, course, root, instructor_notebook(lab, course, checkout), gradebook=True)
    with gradebook(root, course) as book:
        book.update_or_create_assignment(lab, duedate=course.due(lab))  # nbgrader keeps it in UTC
    judges = judges_path(lab, checkout)
    if judges.exists():
        write_atomically(judges_path(lab, root), judges.read_text(encoding="utf-8"))
    else:
        judges_path(lab, root).unlink(missing_ok=True)
    old_judges_path(lab, root).unlink(missing_ok=True)
    # What students submit is the notebook of labs/, byte for byte.
    write_atomically(path, student_path(lab, checkout).read_text(encoding="utf-8"))
    return path
