"""Puts a lab into a course directory: notebooks, deadline, and the cells nbgrader will grade by."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from grading.build import generate, instructor_notebook, require_built, write_atomically
from grading.configuration import LABS, SOLUTIONS, database_url
from grading.course import CHECKOUT, Course
from grading.outside import OUTSIDE
from shared.settings import LabError

CONFIG = "nbgrader_config.py"


@contextlib.contextmanager
def gradebook(root: Path, course: Course) -> Iterator[Gradebook]:
    """The course directory's gradebook.

    Raises:
        LabError: it cannot be reached, or another program holds it.
    """
    try:
        with Gradebook(database_url(course, root), course.id) as book:
            yield book
    except SQLAlchemyError as error:
        said = str(error).splitlines()[0][:200]
        raise LabError(f"the gradebook cannot be used ({said}): close what else uses it, then run again.") from error


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
        book.update_or_create_assignment(lab, duedate=course.due(lab))  # nbgrader keeps it in UTC
    judges = checkout / SOLUTIONS / lab / OUTSIDE
    if judges.exists():
        write_atomically(root / SOLUTIONS / lab / OUTSIDE, judges.read_text(encoding="utf-8"))
    else:
        (root / SOLUTIONS / lab / OUTSIDE).unlink(missing_ok=True)
    # What students submit is what stands in labs/, byte for byte.
    write_atomically(path, (checkout / LABS / lab / f"{lab}.ipynb").read_text(encoding="utf-8"))
    return path


def require_released(lab: str, course: Course, root: Path) -> None:
    """Raises LabError where the course directory has no such lab."""
    first = f"run 'course release {lab} --root {root}' first"
    if not (root / "gradebook.db").is_file() and not course.database:
        raise LabError(f"There is no gradebook in {root}: {first}.")
    with gradebook(root, course) as book:
        try:
            book.find_notebook(lab, lab)
        except MissingEntry:
            raise LabError(f"{lab} is not released in {root}: {first}.") from None
