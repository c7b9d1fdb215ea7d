"""Pages that students get back: nbgrader's feedback without hidden tests, and a page for a submission that was refused."""

import html
from pathlib import Path

from tqdm import tqdm

from grading.build import write_atomically
from grading.configuration import api
from grading.course import Course
from grading.records import records
from shared.settings import LabError

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family: sans-serif; max-width: 40em; margin: 3em auto">
<h1>{title}</h1><p>This submission was not graded: {reason}</p>
<p>Nothing is lost. Once you hand it in again it is graded as usual; if you cannot mend it, ask your instructor.</p>
</body></html>
"""


def feedback(lab: str, course: Course, root: Path) -> list[Path]:
    """Writes one page a student; returns their paths.

    Raises:
        LabError: nothing was graded yet, or nbgrader failed for some students (all others are written, they are named).
    """
    found = records(root, lab)
    if not found:
        raise LabError(f"Nothing of {lab} is graded in {root}: run 'course autograde {lab}' first.")
    nbgrader, pages, failed = api(course, root), [], []
    for student, record in tqdm(found.items(), desc=f"Feedback {lab}", unit="page"):
        page = root / "feedback" / student / lab / f"{lab}.html"
        if record.status != "graded":
            title, reason = html.escape(course.lab(lab).title), html.escape(record.reason)
            write_atomically(page, PAGE.format(title=title, reason=reason))
        elif not nbgrader.generate_feedback(lab, student)["success"]:
            failed.append(student)
            continue
        pages.append(page)
    if failed:
        raise LabError(
            f"nbgrader could not write feedback for {', '.join(failed)}; the other {len(pages)} are written."
        )
    return pages
