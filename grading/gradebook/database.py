"""Opens nbgrader's gradebook of a course directory."""

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import nbgrader.api
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from grading.course import Course
from grading.coursedir import config_path, gradebook_path, instructor_path, judges_path
from grading.grade_log import watch
from grading.nbgrader_settings import database_url
from grading.released_imports import require_current_imports
from shared.errors import LabError


@contextlib.contextmanager
def shared_engine() -> Iterator[None]:
    """Lets all of nbgrader's steps share a database engine as long as the `with` block lasts.

    They open the gradebook nine times for each submission, and each engine compiles the same queries again: a third of the
    writer's time.
    """
    create = nbgrader.api.create_engine
    nbgrader.api.create_engine = functools.cache(create)
    try:
        yield
    finally:
        nbgrader.api.create_engine = create


@contextlib.contextmanager
def gradebook(root: Path, course: Course) -> Iterator[Gradebook]:
    """Opens the course directory's gradebook for a `with` block.

    Raises:
        LabError: it cannot be reached, or another program holds it.
    """
    url = database_url(course, root)
    watch(url, root)
    try:
        with Gradebook(url, course.id) as book:
            yield book
    except SQLAlchemyError as error:
        said = str(error).splitlines()[0][:200]
        raise LabError(f"The gradebook cannot be used ({said}): close what else uses it, then run again.") from error


def require_released(lab: str, course: Course, root: Path) -> None:
    """Raises LabError where the course directory has no such lab, or one that an earlier edition released."""
    first = f"run 'course release {lab} --root {root}' first"
    if not gradebook_path(root).is_file() and not course.database:
        raise LabError(f"There is no gradebook in {root}: {first}.")
    with gradebook(root, course) as book:
        try:
            book.find_notebook(lab, lab)
        except MissingEntry:
            raise LabError(f"{lab} is not released in {root}: {first}.") from None
    released = (config_path(root), instructor_path(lab, root), judges_path(lab, root))
    require_current_imports(root, [path for path in released if path.is_file()], lab)
