"""Writes the pages that students get back, also for submissions that were refused."""

import contextlib
import functools
import html
import queue
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from grading.atomic_write import write_atomically
from grading.course import Course
from grading.coursedir import feedback_page
from grading.feedback.exchange_secrets import prepare_release
from grading.feedback.page_process import SECONDS, PageProcess
from grading.feedback.policy import FEEDBACK
from grading.gradebook.records import Record, records
from shared.errors import LabError

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title></head>
<body style="font-family: sans-serif; max-width: 40em; margin: 3em auto">
<h1>{title}</h1><p>This submission was not graded: {reason}</p>
<p>Nothing is lost. Once you hand it in again it is graded as usual; if you cannot fix it, ask your instructor.</p>
</body></html>
"""


def write_feedback(lab: str, course: Course, root: Path, workers: int = 1, seconds: float = SECONDS) -> list[Path]:
    """Writes one page a student; returns their paths.

    Args:
        workers: processes side by side.
        seconds: in which a page must be made; after that it gets its head alone, with points and remarks.
    Raises:
        LabError: nothing was graded yet, no process could be started, or nbgrader failed for some students (all others are
            written, they are named).
    """
    found = records(root, lab)
    if not found:
        raise LabError(f"Nothing of {lab} is graded in {root}: run 'course autograde {lab}' first.")
    with _processes(min(workers, len(found)), course, root, seconds) as (threads, idle):
        work = threads.map(functools.partial(_page, lab, course, root, idle), found.values())
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


def _page(lab: str, course: Course, root: Path, idle: queue.SimpleQueue, record: Record) -> Path | None:
    """Writes the student's page and returns its path; None where nbgrader could not even make its head."""
    page = feedback_page(record.student, lab, root)
    page.unlink(missing_ok=True)  # an older one, should this one fail
    if record.status == "graded":
        process = idle.get()
        try:
            return page if process.write(lab, record.student) else None
        finally:
            idle.put(process)
    title = html.escape(course.lab(lab).title)
    reason = html.escape(record.reason)
    write_atomically(page, PAGE.format(policy=FEEDBACK, title=title, reason=reason))
    return page


@contextlib.contextmanager
def _processes(count: int, course: Course, root: Path, seconds: float) -> Iterator[tuple[Executor, queue.SimpleQueue]]:
    """Gives as many threads as processes that write pages, and a queue of the processes; ends them afterwards."""
    processes = [PageProcess(course, root, seconds) for _ in range(count)]
    idle = queue.SimpleQueue()
    for process in processes:
        idle.put(process)
    try:
        with ThreadPoolExecutor(count) as threads:
            try:
                yield threads, idle
            finally:
                threads.shutdown(cancel_futures=True)
    finally:
        for process in processes:
            process.stop()
