"""The log of grades that changed, which is only ever appended to: who, when, which, from what, to what.

Every program that opens the gradebook through nbgrader writes it, formgrader included: SQLAlchemy reports each change before it
reaches the database, and the lines are written once the change is committed.
"""

import datetime
import getpass
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import URL, event, inspect, make_url
from sqlalchemy.orm import Session

from grading.coursedir import grade_log_path
from shared.notebooks.reading import shown
from shared.text_table import table

PENDING = "grade_log"  # in a session's `info`: changes that are not committed yet
WATCHED = {
    "Grade": ("auto_score", "manual_score", "extra_credit"),
    "Comment": ("manual_comment",),
    "SubmittedAssignment": ("extension",),
}
_roots: dict[str, Path] = {}  # URL of a gradebook -> its course directory


@dataclass(frozen=True)
class Change:
    """One value that changed; None means that there was, or is, none.

    Args:
        when: UTC, ISO 8601.
        who: the account, or the hub's user; program: what they ran.
        cell: empty for an extension.
        what: nbgrader's name of the value, such as "manual_score".
    """

    when: str
    who: str
    program: str
    student: str
    lab: str
    cell: str
    what: str
    old: float | str | None
    new: float | str | None


def watch(url: str, root: Path) -> None:
    """Logs from now on what this process changes in the gradebook at `url`, in the course directory `root`."""
    if not _roots:
        event.listen(Session, "before_flush", _before_flush)
        event.listen(Session, "after_commit", _after_commit)
        event.listen(Session, "after_soft_rollback", _after_rollback)
    _roots[_written(make_url(url))] = root


def _written(url: URL) -> str:
    """A gradebook's URL in one spelling."""
    return url.render_as_string(hide_password=False)


def changes(root: Path, student: str) -> list[Change]:
    """What changed for a student, the oldest first; a line that was cut off is left out."""
    path = grade_log_path(root)
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(Change(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return [change for change in found if change.student == student]


def as_table(found: list[Change]) -> str:
    """The changes as a table for the terminal."""
    header = ("when", "who", "program", "lab", "cell", "what", "from", "to")
    rows = [
        (each.when, each.who, each.program, each.lab, each.cell or "-", each.what, _text(each.old), _text(each.new))
        for each in found
    ]
    return table(rows, align="<" * len(header), header=header)


def _text(value: float | str | None) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "-" if value is None else shown(str(value))


def _before_flush(session: Session, *context) -> None:
    if session.bind is None:
        return
    root = _roots.get(_written(session.bind.url))
    if root is None:
        return
    with session.no_autoflush:
        rows = [*session.dirty, *session.new]
        found = [change for row in rows for change in _changes_of(row, gone=False)]
        found += [change for row in session.deleted for change in _changes_of(row, gone=True)]
    session.info.setdefault(PENDING, []).extend((root, change) for change in found)


def _after_commit(session: Session) -> None:
    for root, change in session.info.pop(PENDING, []):
        _append(root, change)


def _after_rollback(session: Session, previous) -> None:
    session.info.pop(PENDING, None)


def _changes_of(row, gone: bool) -> Iterator[Change]:
    """The changes of what is watched in one row."""
    kind = type(row).__name__
    for name in WATCHED.get(kind, ()):
        history = inspect(row).attrs[name].load_history()
        if gone:
            old, new = getattr(row, name), None
        elif history.has_changes():
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
        else:
            continue
        if old != new:
            yield _change(row, kind, name, old, new)


def _change(row, kind: str, name: str, old, new) -> Change:
    submission = row if kind == "SubmittedAssignment" else row.notebook.assignment
    cell = "" if kind == "SubmittedAssignment" else row.name
    return _now(submission.student.id, submission.assignment.name, cell, name, old, new)


def _now(student: str, lab: str, cell: str, what: str, old, new) -> Change:
    """A change that is made at this moment, by the account that runs this program."""
    return Change(
        when=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        who=os.environ.get("JUPYTERHUB_USER") or getpass.getuser(),
        program=Path(sys.argv[0]).name,
        student=student,
        lab=lab,
        cell=cell,
        what=what,
        old=_plain(old),
        new=_plain(new),
    )


def log_extension(
    root: Path, student: str, lab: str, old: datetime.datetime | None, new: datetime.datetime | None
) -> None:
    """Logs until when a student may hand in, which the gradebook need not know yet."""
    if old != new:
        _append(root, _now(student, lab, "", "until", old, new))


def _plain(value) -> float | str | None:
    """A value as JSON has it; an extension as "2 days, 0:00:00"."""
    return value if value is None or isinstance(value, float | int | str) else shown(str(value))


def _append(root: Path, change: Change) -> None:
    """Adds one line; the system appends it whole, also when two programs write."""
    line = json.dumps(asdict(change)) + "\n"
    handle = os.open(grade_log_path(root), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o660)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)
