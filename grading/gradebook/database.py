"""Opens nbgrader's gradebook of a course directory."""

import contextlib
import datetime
import functools
from collections.abc import Iterator
from pathlib import Path

import nbgrader.api
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from grading.course import Course
from grading.coursedir import config_path, gradebook_path, instructor_path, judges_path
from grading.grade_log import log_extension, watch
from grading.gradebook import extensions
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


class CourseGradebook(Gradebook):
    """nbgrader's gradebook, in which an extension can be granted before anything is handed in."""

    def __init__(self, url: str, course: Course, root: Path):
        super().__init__(url, course.id)
        self.course = course
        self.root = root

    def grant_extension(self, assignment, student, minutes=0, hours=0, days=0, weeks=0) -> None:
        """Grants a span after the deadline, by the clock on the wall; without one, takes an extension back."""
        span = datetime.timedelta(minutes=minutes, hours=hours, days=days, weeks=weeks)
        until = self.course.due(assignment) + span if span else None
        self.extend(assignment, student, until)

    def extend(self, lab: str, student: str, until: datetime.datetime | None) -> None:
        """Lets a student hand in until then, or as everybody does where `until` is None."""
        before = extensions.extensions(lab, self.root).get(student)
        extensions.keep(lab, student, until, self.root)
        log_extension(self.root, student, lab, before, until)
        try:
            submission = self.find_submission(lab, student)
        except MissingEntry:
            return
        if until is None:
            submission.extension = None
            self.db.commit()
        extensions.apply(self, lab, student, self.course, self.root)


@contextlib.contextmanager
def gradebook(root: Path, course: Course) -> Iterator[CourseGradebook]:
    """Opens the course directory's gradebook for a `with` block.

    Raises:
        LabError: it cannot be reached, or another program holds it.
    """
    url = database_url(course, root)
    watch(url, root)
    try:
        with CourseGradebook(url, course, root) as book:
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
