"""Records the outcome of each submission in one small file per student, written once it is done."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from grading.atomic_write import write_atomically
from grading.coursedir import records_folder, students_with_folder
from grading.gradebook.roster import unusable
from shared.notebooks.reading import shown

SHOWN = 3  # repairs that a table has room for


@dataclass(frozen=True)
class Record:
    """The outcome of one submission.

    Args:
        status: "graded", "refused" (it is no submission) or "failed" (it could not be run).
        reason: why, for student and instructor; empty when graded.
        seconds: what its run took.
        digest: of the submission and of what it was graded with; a changed one is graded again.
        repairs: what was put right before grading, in sentences.
        doubts: grade_id of an answer -> why a person must look at it.
        flags: what an instructor should know: what looks like an attempt to forge a grade, or cells that were stopped.
    """

    student: str
    status: str
    reason: str = ""
    seconds: float = 0.0
    digest: str = ""
    repairs: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)

    @property
    def put_right(self) -> str:
        """The repairs in one line; a notebook that lost all its nbgrader tags would fill a page. Empty where there were none."""
        if not self.repairs:
            return ""
        shown = self.repairs[:SHOWN]
        more = len(self.repairs) - SHOWN
        if more > 0:
            shown.append(f"and {more} more")
        return "put right: " + "; ".join(shown)


def records(root: Path, lab: str) -> dict[str, Record]:
    """Returns what the last run recorded for each student, and a refusal for each folder whose name is no student id."""
    found = [_read(path, lab) for path in sorted(records_folder(lab, root).glob("*.json"))]
    refused = {
        shown(name): Record(shown(name), "refused", unusable(name))
        for name in students_with_folder(lab, root)
        if unusable(name)
    }
    return dict(sorted(({record.student: record for record in found} | refused).items()))


def _read(path: Path, lab: str) -> Record:
    """Reads a record; one that was cut off, as by a loss of power, counts as a failure, so that the next run grades again."""
    try:
        record = Record(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, OSError):
        record = None
    if record is None or not _is_sound(record):
        return Record(shown(path.stem), "failed", f"Its record cannot be read: run 'course autograde {lab}' again.")
    return record


def _is_sound(record: Record) -> bool:
    """Whether each field has a value of the kind that was saved."""
    texts = (record.student, record.status, record.reason, record.digest)
    lists = (record.repairs, record.flags)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(lines, list) and all(isinstance(line, str) for line in lines) for lines in lists)
        and isinstance(record.doubts, dict)
        and isinstance(record.seconds, int | float)
    )


def save(root: Path, lab: str, record: Record) -> None:
    write_atomically(records_folder(lab, root) / f"{record.student}.json", json.dumps(asdict(record)) + "\n")


def students(root: Path, lab: str) -> list[str]:
    """Returns the students who have handed in something, under a name that can be graded."""
    return [name for name in students_with_folder(lab, root) if not unusable(name)]


def digest(*paths: Path) -> str:
    """Returns one fingerprint of several of the course's files; a missing file counts as well."""
    found = (hashlib.sha256(path.read_bytes()).digest() if path.is_file() else bytes(32) for path in paths)
    return hashlib.sha256(b"".join(found)).hexdigest()
