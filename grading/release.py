"""Puts a lab into a course directory: notebooks, deadline, and the cells nbgrader will grade by."""

from pathlib import Path

from nbgrader.api import Gradebook

from grading.build import generate, instructor_notebook, require_built, write_atomically
from grading.configuration import LABS
from grading.course import CHECKOUT, Course

CONFIG = "nbgrader_config.py"


def gradebook(root: Path, course: Course) -> Gradebook:
    """The course directory's gradebook; use it in a `with` statement."""
    return Gradebook(f"sqlite:///{root / 'gradebook.db'}", course.id)


def release(lab: str, course: Course, root: Path, checkout: Path = CHECKOUT) -> Path:
    """Registers the lab in the gradebook and writes its student notebook into the course directory.

    Afterwards plain nbgrader, formgrader included, works in `root`.

    Raises:
        LabError: labs/ is not what the source makes, or nbgrader refuses (cells changed after submissions came in).
    """
    require_built(lab, course, checkout)
    config = (checkout / CONFIG).read_text(encoding="utf-8")
    write_atomically(root / CONFIG, config)
    path = generate(lab, course, root, instructor_notebook(lab, course, checkout), gradebook=True)
    with gradebook(root, course) as book:
        book.update_or_create_assignment(lab, duedate=course.lab(lab).deadline)
    # What students submit is what stands in labs/, byte for byte.
    write_atomically(path, (checkout / LABS / lab / f"{lab}.ipynb").read_text(encoding="utf-8"))
    return path
