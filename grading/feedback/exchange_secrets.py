"""Puts beside each page what nbgrader's exchange needs to give it to exactly the student who handed in."""

import secrets
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from grading.atomic_write import write_atomically
from grading.coursedir import accepted_folder, feedback_page, submitted_folder
from grading.gradebook.records import Record
from grading.intake.submission import SECRET, STAMP, read_small


def prepare_release(found: Iterable[Record], lab: str, root: Path) -> list[str]:
    """Writes the secret and the time of each submission beside its page, for `nbgrader release_feedback`.

    The exchange names a page by its secret, so a page whose secret another student also has is kept back under a new one, as is
    one that did not come through the exchange.

    Args:
        found: the records of the students who have a page.
    Returns:
        The students whose secret somebody else has too.
    """
    handed_in = {record.student: _folder(record, lab, root) for record in found}
    known = {student: read_small(folder / SECRET).decode(errors="replace") for student, folder in handed_in.items()}
    times = Counter(filter(None, known.values()))
    shared = [student for student, secret in known.items() if times[secret] > 1]
    for student, folder in handed_in.items():
        beside = feedback_page(student, lab, root).parent
        own = known[student] if known[student] and student not in shared else secrets.token_hex(64)
        for name, text in ((SECRET, own), (STAMP, read_small(folder / STAMP).decode(errors="replace"))):
            (beside / name).unlink(missing_ok=True)  # nbgrader's own copy, which may not be written to
            write_atomically(beside / name, text)
    return shared


def _folder(record: Record, lab: str, root: Path) -> Path:
    """The submission that a page is about: what was graded, or else what was handed in."""
    folder = accepted_folder if record.status == "graded" else submitted_folder
    return folder(record.student, lab, root)
