"""Reads a roster as a platform exports it or a spreadsheet saves it, or says in one sentence what is wrong, and where."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from grading.gradebook.roster import Person, unusable
from grading.gradebook.roster_columns import FULL, ID, NUMBER, meanings
from shared.errors import LabError
from shared.notebooks.reading import shown

DELIMITERS = ",;\t"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx and .ods, and the older .xls, begin
ROUNDED = re.compile(r"\d+[.,]\d+E\+\d+", re.IGNORECASE)  # a long number as a spreadsheet shows it
NOT_PEOPLE = ("points possible", "student, test")  # rows that Canvas adds
MOST_BYTES = 50_000_000


@dataclass
class Roster:
    """The students of a file, and what should be said of how it was read."""

    people: list[Person] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_roster(path: Path, known: Collection[str] = (), keep_short: bool = False) -> Roster:
    """Reads a table with one row for each student.

    Args:
        path: of a file of comma-, semicolon- or tab-separated values in UTF-8, UTF-16, or Windows' own code page.
        known: ids of the gradebook; a number that lost its leading zeros is found among them.
        keep_short: take ids of digits as they are, also where some are shorter than most.
    Raises:
        LabError: the file or a row cannot be read; the sentence names line and column.
    """
    roster = Roster()
    name = shown(path.name)
    text = _decoded(_content(path), name, roster)
    rows = _rows(text, name)
    line, header = next(rows, (0, []))
    if not header:
        raise LabError(f"{name} is empty: export the list of students again.")
    columns = meanings(header)
    _require_identity(columns, header, line, name, roster)
    found: dict[str, int] = {}
    for line, row in rows:
        person = _person(columns, row, line, name, header)
        if person is None:
            continue
        person = _with_zeros(person, known, roster)
        if why := unusable(person.id):
            raise LabError(f"Line {line} of {name}, column {_title(columns, header)}: {why.partition(':')[0]}.")
        if person.id in found:
            raise LabError(
                f"Line {line} of {name}, column {_title(columns, header)}: '{shown(person.id)}' is also in line "
                f"{found[person.id]}, and an id belongs to one student: delete one of the two."
            )
        found[person.id] = line
        roster.people.append(person)
    if not found:
        raise LabError(f"{name} has a header and no student: export the list of students again.")
    if not keep_short:
        _require_zeros(found, known, _title(columns, header), name)
    return roster


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise LabError(f"The file {path} cannot be read ({error.strerror}): name the file with the students.") from None


def _decoded(data: bytes, name: str, roster: Roster) -> str:
    """The text of a file in the encodings that spreadsheets write."""
    if data.startswith(WORKBOOKS):
        raise LabError(f"{name} is a workbook: in the spreadsheet, save it as 'CSV UTF-8', and read that file.")
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        if b"\0" in data[:4]:
            return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        utf8 = error
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        line = data.count(b"\n", 0, utf8.start) + 1
        raise LabError(
            f"Line {line} of {name} is neither UTF-8 nor Windows-1252: in the spreadsheet, save it as 'CSV UTF-8'."
        ) from None
    odd = next((word for word in text.split() if not word.isascii()), "")
    roster.notes.append(f"{name} is not UTF-8 and was read as Windows-1252: check names such as {shown(odd)}.")
    return text


def _rows(text: str, name: str):
    """(line, cells) of each row that is not empty; the first is the header."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    skipped = 0
    delimiter = ""
    while lines and (not lines[0].strip(" \t,;") or lines[0].lower().startswith("sep=")):
        if lines[0].lower().startswith("sep="):
            delimiter = lines[0].strip()[4:5]
        lines.pop(0)
        skipped += 1
    if not lines:
        return
    first = re.sub(r'"[^"]*"', "", lines[0])
    delimiter = delimiter or max(DELIMITERS, key=first.count)
    if "\0" in text:
        raise LabError(f"{name} holds signs that no table has: export the list of students again.")
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, skipinitialspace=True)
    before = 0
    try:
        for row in reader:
            cells = [_cell(cell) for cell in row]
            if any(cells):
                yield skipped + before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise LabError(
            f"Line {skipped + before + 1} of {name} cannot be read ({error}): save the table again."
        ) from None


def _cell(text: str) -> str:
    """A cell without blanks at its ends, which may be no-break spaces, nor the sign that keeps a number a text."""
    text = unicodedata.normalize("NFC", " ".join(text.replace("\ufeff", "").split()))
    if match := re.fullmatch(r'="?(.*?)"?', text):  # ="00123", as some exports protect leading zeros
        text = match[1]
    return text.removeprefix("'")


def _require_identity(columns: list[str], header: list[str], line: int, name: str, roster: Roster) -> None:
    if ID in columns:
        return
    if "email" in columns:
        roster.notes.append(f"{name} has no column with a login: ids are what stands before the @ of the address.")
        return
    titles = ", ".join(shown(title) for title in header if title)
    raise LabError(
        f"Line {line} of {name} names no column with ids (it has: {titles[:200]}): call one 'id', or 'email', whose part "
        "before the @ is then the id."
    )


def _title(columns: list[str], header: list[str]) -> str:
    """The title of the column that ids are taken from."""
    return f"'{shown(header[columns.index(ID if ID in columns else 'email')])}'"


def _person(columns: list[str], row: list[str], line: int, name: str, header: list[str]) -> Person | None:
    """One row's student; None for a row that is nobody's."""
    if any(cell for cell in row[len(columns) :]):
        raise LabError(
            f"Line {line} of {name} has {len(row)} cells, more than the {len(columns)} columns of its header: put a cell that "
            "holds a separator between quotes."
        )
    cells = dict(zip(columns, [*row, *[""] * (len(columns) - len(row))], strict=False))
    cells.pop("", None)
    if cells.get(FULL, "").casefold() in NOT_PEOPLE or not any(cells.values()):
        return None
    for column, cell in cells.items():
        if ROUNDED.fullmatch(cell) and column in (ID, NUMBER):
            title = shown(header[columns.index(column)])
            raise LabError(
                f"Line {line} of {name}, column '{title}': the spreadsheet rounded a number to '{cell}': format the column as "
                "text before you save it."
            )
    first, last = _names(cells)
    email = cells.get("email", "")
    student = cells[ID] if ID in columns else email.partition("@")[0]
    if not student:
        title = _title(columns, header)
        raise LabError(
            f"Line {line} of {name}, column {title}: the cell is empty, and without an id there is no student."
        )
    return Person(student, first, last, email, cells.get(NUMBER, ""))


def _names(cells: dict[str, str]) -> tuple[str, str]:
    """First and last name; of a full name, "King, Ada" says which is which, and "Ada King" is split at its last blank."""
    first, last = cells.get("first_name", ""), cells.get("last_name", "")
    full = cells.get(FULL, "")
    if first or last or not full:
        return first, last
    if "," in full:
        last, _, first = full.partition(",")
        return first.strip(), last.strip()
    first, _, last = full.rpartition(" ")
    return first, last


def _with_zeros(person: Person, known: Collection[str], roster: Roster) -> Person:
    """The student under the id that the gradebook knows, where the file's lost its leading zeros."""
    if person.id in known or not person.id.isdigit():
        return person
    same = [each for each in known if each.isdigit() and each.lstrip("0") == person.id.lstrip("0")]
    if len(same) != 1:
        return person
    roster.notes.append(
        f"{person.id} is read as {same[0]}, as the gradebook has it: a spreadsheet drops leading zeros."
    )
    return Person(same[0], person.first_name, person.last_name, person.email, person.platform_id)


def _require_zeros(found: dict[str, int], known: Collection[str], title: str, name: str) -> None:
    """Raises LabError where ids look as if a spreadsheet had dropped their leading zeros."""
    if not all(student.isdigit() for student in found):
        return
    [(usual, count)] = Counter(map(len, found)).most_common(1)
    short = [student for student in found if len(student) < usual and student not in known]
    if short and count > len(found) / 2 and usual > 3:
        student = short[0]
        raise LabError(
            f"Line {found[student]} of {name}, column {title}: '{student}' has {len(student)} digits where most have {usual}, "
            f"and spreadsheets drop leading zeros: write '{student.zfill(usual)}' "
            "and format the column as text, or pass --keep-short."
        )
