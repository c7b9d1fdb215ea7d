"""Sizes and SHA-256 sums of files and folders."""

import hashlib
import os
from pathlib import Path

from shared.assets.manifest import Asset

SUMS = "SHA256SUMS"


def is_intact(asset: Asset) -> bool:
    """Whether the cache holds the asset with the bytes that the manifest promises."""
    return asset.cached.exists() and size(asset.cached) == asset.bytes and digest(asset.cached) == asset.sha256


def size(path: Path) -> int:
    """Bytes of a file, or of all files of a folder."""
    return sum(file.stat().st_size for file in files(path))


def digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of its listing (see `listing`)."""
    if path.is_dir():
        return hashlib.sha256(listing(path, path).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing(path: Path, base: Path) -> str:
    """One line a file in the format of sha256sum, sorted by path relative to `base`."""
    names = sorted((file.relative_to(base).as_posix(), file) for file in files(path))
    return "".join(f"{digest(file)}  {name}\n" for name, file in names)


def files(path: Path) -> list[Path]:
    """The file itself, or all files of a folder, at any depth."""
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]


def record_embedded(path: Path) -> None:
    """Writes the checksums of a file or folder into SHA256SUMS next to it; a recipe calls this once it has made `path`.

    Lines of other names stay, so that a rerun of one recipe never approves a change that another file has suffered.
    """
    sums = path.parent / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.exists() else []
    others = [line for line in lines if line.split("  ", 1)[1].split("/")[0] != path.name]
    lines = sorted([*others, *listing(path, path.parent).splitlines()], key=lambda line: line.split("  ", 1)[1])
    part = sums.with_name(SUMS + ".part")
    part.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    os.replace(part, sums)


def is_recorded(path: Path) -> bool:
    """Whether a file or folder has exactly the checksums that SHA256SUMS next to it promises."""
    sums = path.parent / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.exists() else []
    promised = [line for line in lines if line.split("  ", 1)[1].split("/")[0] == path.name]
    return path.exists() and bool(promised) and promised == listing(path, path.parent).splitlines()
