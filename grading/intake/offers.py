"""What a student's files offer: the notebook that counts, and what lies beside it, which is named."""

import datetime
import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from grading.intake.archives import is_zip, unpack
from grading.intake.platform_names import CANVAS, Owner
from shared.notebooks.reading import Refused, shown

NOTEBOOK = re.compile(r"(?i).+\.ipynb(?:\.txt|\.json)?")
ATTEMPT = re.compile(r"[ _]?\((\d+)\)(?=\.ipynb)|-(\d+)(?=\.ipynb)", re.IGNORECASE)
# What operating systems and editors leave: nobody's, and nothing that a student means to hand in.
LEFT_BEHIND = re.compile(r"(?i)__MACOSX|\..*|desktop\.ini|Thumbs\.db|ehthumbs\.db|__pycache__|\$RECYCLE\.BIN|Icon\r")
DEEPEST = 4  # folders in a student's folder that are looked into
MOST_FILES = 1000
NAMED = 5  # files that a sentence has room for
KINDS = {
    ".html": "a web page",
    ".htm": "a web page",
    ".py": "a Python file",
    ".pdf": "a PDF file",
    ".doc": "a text document",
    ".docx": "a text document",
    ".rar": "an archive that cannot be opened here",
    ".7z": "an archive that cannot be opened here",
    ".tar": "an archive that cannot be opened here",
    ".gz": "an archive that cannot be opened here",
    ".tgz": "an archive that cannot be opened here",
}
STAMPS = ("timestamp.txt", "submission_secret.txt", "feedback_secret.txt", "submission.txt")  # nbgrader's own


@dataclass(frozen=True)
class Offer:
    """A file that may be the notebook.

    label: its name without what a platform put before it; where: its name as a person sees it, with its folder; time, changed:
    when it was handed in and when it was last changed, in seconds since 1970, which differ for a file from an archive.
    """

    path: Path
    label: str
    where: str
    time: float
    changed: float
    owner: Owner

    @property
    def attempt(self) -> int:
        """The number that a browser or a platform puts behind the name of a second file."""
        match = ATTEMPT.search(self.label)
        return int(match[1] or match[2]) if match else 0


@dataclass
class Offers:
    """All that was found of one student: notebooks, names of other files, and of texts typed into the platform's page."""

    notebooks: list[Offer] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def is_notebook(name: str) -> bool:
    """Whether a file is named like a notebook, also one to whose name a browser added something."""
    return NOTEBOOK.fullmatch(name) is not None


def is_left_behind(name: str) -> bool:
    """Whether a file or folder is what an operating system or an editor leaves."""
    return LEFT_BEHIND.fullmatch(name) is not None


def kind_of(path: Path) -> str:
    """What a file is that is no notebook, as a sentence says it."""
    return KINDS.get(path.suffix.lower(), "no notebook")


def gather(
    entries: list[tuple[Owner, Path]], lab: str, scratch: Path, most_bytes: float, zone: datetime.tzinfo
) -> Offers:
    """Looks through a student's files and folders, unpacking archives into the folder `scratch`.

    Raises:
        Refused: an entry is a link, or an archive that cannot be opened.
    """
    found = Offers()
    for number, (owner, entry) in enumerate(entries):
        if entry.is_symlink():
            raise Refused(f"The file {shown(entry.name)} is a link: hand in the file itself.")
        if owner.text:
            found.texts.append(entry.name)
        elif entry.is_dir():
            _look_through(entry, owner, found, scratch / str(number), most_bytes, zone)
        elif is_zip(entry):
            _unpacked(entry, owner, found, scratch / str(number), most_bytes, zone)
        elif is_notebook(entry.name):
            time = os.lstat(entry).st_mtime
            found.notebooks.append(Offer(entry, _label(entry.name, owner, lab), entry.name, time, time, owner))
        else:
            found.others.append(entry.name)
    return found


def _label(name: str, owner: Owner, lab: str) -> str:
    """The name that a student gave a file; one that a person named after the student is the lab's."""
    name = unicodedata.normalize("NFC", name)
    canvas = CANVAS.fullmatch(name) if owner.platform == "canvas" else None
    if canvas:
        return name[canvas.end("file") + 1 :]
    match = ATTEMPT.search(name)
    return f"{lab}{match[0] if match else ''}.ipynb"


def _look_through(
    folder: Path,
    owner: Owner,
    found: Offers,
    scratch: Path,
    most_bytes: float,
    zone: datetime.tzinfo,
    zips: bool = True,
) -> None:
    """Finds what is in a folder, and in those inside it; follows no link."""
    files = []
    for here, inner, names in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        inner[:] = [] if depth >= DEEPEST else sorted(name for name in inner if not is_left_behind(name))
        files += [Path(here) / name for name in sorted(names) if depth or name not in STAMPS]
        if len(files) > MOST_FILES:
            raise Refused(
                f"The folder {shown(folder.name)} holds more than {MOST_FILES:,} files: hand in the notebook alone."
            )
    visible = [path for path in files if not is_left_behind(path.name)]
    # Where nothing else is there, a notebook with a dot before its name is what the student has.
    files = visible if any(is_notebook(path.name) or is_zip(path) for path in visible) else files
    for number, path in enumerate(files):
        if is_notebook(path.name):
            time = os.lstat(path).st_mtime
            where = f"{folder.name}/{path.relative_to(folder)}"
            found.notebooks.append(Offer(path, path.name, where, time, time, owner))
        elif zips and is_zip(path) and not path.is_symlink():
            _unpacked(path, owner, found, scratch / str(number), most_bytes, zone)
        elif not is_left_behind(path.name):
            found.others.append(str(path.relative_to(folder)))


def _unpacked(path: Path, owner: Owner, found: Offers, scratch: Path, most_bytes: float, zone: datetime.tzinfo) -> None:
    """Finds what is in an archive, whose own time is when it was handed in."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        raise Refused(
            f"The file {shown(path.name)} is a link or a special file, not an archive: hand in the file itself."
        )
    scratch.mkdir(parents=True)
    unpack(path, scratch, most_bytes, zone)
    inside = Offers()
    _look_through(scratch, owner, inside, scratch, most_bytes, zone, zips=False)
    for offer in inside.notebooks:
        where = f"{path.name}/{offer.path.relative_to(scratch)}"
        found.notebooks.append(replace(offer, where=where, time=status.st_mtime))
    found.others += [f"{path.name}/{name}" for name in inside.others]


def choose(offers: Offers, lab: str) -> tuple[Offer, list[str]]:
    """The notebook that counts, and in sentences what else was there.

    Of several that are named after the lab, or by the platform after the student, the newest counts.

    Raises:
        Refused: there is none, or several whose names do not tell which is meant.
    """
    found = offers.notebooks
    if not found:
        raise Refused(_nothing(offers, lab))
    named = [offer for offer in found if offer.label.casefold().startswith(lab.casefold())]
    candidates = named or found
    names = ", ".join(shown(offer.path.name) for offer in candidates)
    if len({offer.label for offer in candidates}) > 1 and not named:
        raise Refused(f"Several notebooks were handed in ({names}): hand in {lab}.ipynb alone.")
    chosen = max(candidates, key=_age)
    said = []
    if len(candidates) > 1:
        older = _listed([offer.where for offer in candidates if offer is not chosen])
        said.append(f"of {len(candidates)} notebooks the newest counts, {shown(chosen.where)}, and not {older}")
    beside = [offer.where for offer in found if offer not in candidates] + offers.others
    if beside:
        said.append(f"handed in beside the notebook and not graded: {_listed(beside)}")
    if offers.texts:
        said.append(f"a text typed into the platform's page is not graded: {_listed(offers.texts)}")
    return chosen, said


def _age(offer: Offer) -> tuple:
    """Sorts by when a file was handed in; Canvas numbers its files, and gives all of them the time of the download."""
    number = offer.owner.number if offer.owner.platform == "canvas" else 0
    # Archives keep every other second.
    return (number, round(offer.time / 2), round(offer.changed / 2), offer.attempt)


def _listed(names: list[str]) -> str:
    shown_names = ", ".join(shown(name) for name in names[:NAMED])
    more = len(names) - NAMED
    return f"{shown_names} and {more} more" if more > 0 else shown_names


def _nothing(offers: Offers, lab: str) -> str:
    """Why there is no notebook, with what there is instead."""
    if offers.others:
        first = Path(offers.others[0])
        found = (
            f"{shown(first.name)} is {kind_of(first)}"
            if len(offers.others) == 1
            else f"there are {_listed(offers.others)}"
        )
        return f"There is no notebook in the submission ({found}): hand in {lab}.ipynb."
    if offers.texts:
        return (
            f"There is no notebook in the submission, only a text typed into the platform's page: hand in {lab}.ipynb."
        )
    return f"There is no notebook in the submission: hand in {lab}.ipynb."
