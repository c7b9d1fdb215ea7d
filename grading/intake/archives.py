"""Unpacks a zip archive, which a student may have made to do harm, into a folder; nothing lands outside it, nothing is a link."""

import datetime
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from shared.notebooks.reading import Refused, shown

MOST_ENTRIES = 100_000
MOST_BYTES = 20e9  # of all entries together, as unpacked
CHUNK = 1 << 20
UTF8 = 0x800  # the flag of an entry whose name is UTF-8
ENCRYPTED = 0x1
UNIX_TIME = 0x5455  # the extra field with seconds since 1970


def is_zip(path: Path) -> bool:
    """Whether a file is named like a zip archive."""
    return path.suffix.lower() == ".zip"


def unpack(path: Path, target: Path, most_bytes: float, zone: datetime.tzinfo) -> None:
    """Writes an archive's files into the empty folder `target`, with their times.

    Args:
        most_bytes: of a file; of a larger one, one byte more is written, so that it is seen to be too large.
        zone: in which times are meant, unless the archive has them in UTC too.
    Raises:
        Refused: it is no zip archive, cannot be opened without a password, or holds more than any class hands in.
    """
    name = shown(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_ENTRIES:
                raise Refused(
                    f"The archive {name} holds {len(entries):,} files, more than {MOST_ENTRIES:,}: unpack it yourself."
                )
            left = MOST_BYTES
            for entry in entries:
                left -= _write(archive, entry, target, min(most_bytes, left), zone, name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error, ValueError) as error:
        raise Refused(
            f"The archive {name} cannot be opened ({shown(str(error))[:80]}): hand in the notebook itself."
        ) from None


def _write(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    target: Path,
    most_bytes: float,
    zone: datetime.tzinfo,
    name: str,
) -> int:
    """Writes one file; returns its size."""
    place = _place(_name(entry))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if place is None or kind not in (0, stat.S_IFREG):
        return 0
    if entry.flag_bits & ENCRYPTED:
        raise Refused(f"The archive {name} asks for a password: hand in the notebook itself.")
    if most_bytes <= 0:
        raise Refused(f"The archive {name} unpacks to more than {MOST_BYTES / 1e9:g} GB: unpack it yourself.")
    path = target / place
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        with archive.open(entry) as source, path.open("xb") as file:
            while written <= most_bytes and (data := source.read(min(CHUNK, int(most_bytes) + 1 - written))):
                file.write(data)
                written += len(data)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return 0  # two entries of one name: the first stays
    except OSError as error:
        raise Refused(
            f"The archive {name} holds a file that cannot be written ({error.strerror}): unpack it yourself."
        ) from None
    seconds = _seconds(entry, zone)
    os.utime(path, (seconds, seconds))
    return written


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name; macOS writes UTF-8 without saying so, which Python then reads as the code page of DOS."""
    if entry.flag_bits & UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _place(name: str) -> Path | None:
    """Where an entry goes below the folder; None for one that would go elsewhere."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name or ":" in path.parts[0]:
        return None
    return Path(*path.parts)


def _seconds(entry: zipfile.ZipInfo, zone: datetime.tzinfo) -> float:
    """When an entry was last changed, in seconds since 1970."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == UNIX_TIME and size >= 5 and extra[4] & 1:
            return float(struct.unpack("<i", extra[5:9])[0])
        extra = extra[4 + size :]
    try:
        return datetime.datetime(*entry.date_time, tzinfo=zone).timestamp()
    except ValueError:
        return 0.0
