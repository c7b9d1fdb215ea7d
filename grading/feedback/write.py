"""Writes the pages that students get back, also for submissions that were refused."""

import contextlib
import functools
import html
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tqdm import tqdm

from grading.atomic_write import write_atomically
from grading.course import Course
from grading.coursedir import feedback_page
from grading.feedback.exchange_secrets import prepare_release
from grading.feedback.policy import FEEDBACK
from grading.gradebook.records import Record, records
from grading.nbgrader_settings import api
from shared.errors import LabError

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title></head>
<body style="font-family: sans-serif; max-width: 40em; margin: 3em auto">
<h1>{title}</h1><p>This submission was not graded: {reason}</p>
<p>Nothing is lost. Once you hand it in again it is graded as usual; if you cannot fix it, ask your instructor.</p>
</body></html>
"""


def write_feedback(lab: str, course: Course, root: Path, workers: int = 1) -> list[Path]:
    """Writes one page a student; returns their paths.

    Args:
        workers: processes side by side.
    Raises:
        LabError: nothing was graded yet, or nbgrader failed for some students (all others are written, they are named).
    """
    found = records(root, lab)
    if not found:
        raise LabError(f"Nothing of {lab} is graded in {root}: run 'course autograde {lab}' first.")
    with _mapping(min(workers, len(found))) as over:
        work = over(functools.partial(_page, lab, course, root), found.values())
        pages = list(tqdm(work, total=len(found), desc=f"Feedback {lab}", unit="page"))
    written = [record for record, page in zip(found.values(), pages, strict=True) if page]
    if shared := prepare_release(written, lab, root):
        print(
            f"course: The submissions of {' and '.join(shared)} have the same secret of the exchange, so their pages cannot go "
            "back through it: send them another way.",
            file=sys.stderr,
        )
    failed = [student for student, page in zip(found, pages, strict=True) if page is None]
    if failed:
        raise LabError(
            f"No feedback could be written for {', '.join(failed)}; the other {len(pages) - len(failed)} are written."
        )
    return pages


def _page(lab: str, course: Course, root: Path, record: Record) -> Path | None:
    """Writes the student's page and returns its path; None where nbgrader could not."""
    page = feedback_page(record.student, lab, root)
    if record.status == "graded":
        return page if api(course, root).generate_feedback(lab, record.student)["success"] else None
    title = html.escape(course.lab(lab).title)
    reason = html.escape(record.reason)
    write_atomically(page, PAGE.format(policy=FEEDBACK, title=title, reason=reason))
    return page


@contextlib.contextmanager
def _mapping(workers: int) -> Iterator[Callable]:
    """Gives a `map` that runs in this number of processes.

    Raises:
        LabError: one of them died.
    """
    if workers == 1:
        yield map
        return
    # spawn: a database's connections must not be forked
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        try:
            yield pool.map
        except BrokenProcessPool:
            raise LabError(
                "A process that wrote pages died, of too little memory perhaps: run again with fewer --workers."
            ) from None
