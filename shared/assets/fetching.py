"""Fetches assets into the cache: under a lock, in a folder next to the cache's entries, verified, moved in one step.

A fetch that is killed leaves a `.fetch-` folder, which the next one sweeps, and never half an asset.
"""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from shared.assets.cache_paths import cache_directory
from shared.assets.checksums import digest, is_intact
from shared.assets.manifest import FETCH, Asset, assets
from shared.assets.package_clients import download
from shared.errors import LabError

WORK = ".fetch-"


def fetch(asset: Asset) -> None:
    """Downloads the asset's archive and unpacks every asset of it that the cache lacks.

    Raises:
        LabError: no network, no client, a wrong checksum, a full or read-only disk.
    """
    cache = cache_directory()
    again = f"run '{FETCH} {asset.name}'"
    wanted = [other for other in assets() if other.archive == asset.archive]
    # A client keeps its own copy until it is done; then each asset is unpacked next to the archive.
    needed = 2 * asset.archive["bytes"] + sum(other.bytes for other in wanted)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone(cache):
            if is_intact(asset):  # another process fetched it while this one waited
                return
            print(f"Fetching {asset.title} ({asset.archive['bytes'] / 1e6:.1f} MB, once) ...", file=sys.stderr)
            with tempfile.TemporaryDirectory(dir=cache, prefix=WORK, ignore_cleanup_errors=True) as folder:
                work = Path(folder)
                _sweep(cache, work)
                if shutil.disk_usage(cache).free < needed:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                archive = download(asset.archive, work, again)
                for other in sorted(wanted, key=lambda other: other.path == ""):  # the archive itself moves last
                    if not is_intact(other):
                        _install(_unpack(archive, other, work, again), other, work)
    except OSError as error:
        raise LabError(_disk_sentence(error, cache, needed)) from error


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process at a time fetches into a cache; the system frees the lock of a process that is killed."""
    from filelock import FileLock, Timeout

    lock = FileLock(cache / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"Another process is fetching into {cache}; waiting for it ...", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _sweep(cache: Path, work: Path) -> None:
    """Removes what killed fetches left; called under the lock, so no live fetch owns it.

    A client may outlive the fetch that started it: moved away first, its folder is no longer where it wants to write.
    """
    for leftover in set(cache.glob(f"{WORK}*")) - {work}:
        shutil.rmtree(leftover.rename(work / leftover.name), ignore_errors=True)


def _disk_sentence(error: OSError, cache: Path, needed: int) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk that holds {cache} is full: free {needed / 1e6:.0f} MB, or set LAB_CACHE to a folder elsewhere."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"The cache {cache} cannot be written: set LAB_CACHE to a folder of yours and run '{FETCH}' again."
    return f"The cache {cache} failed ({error.strerror or error}): set LAB_CACHE to a folder on another disk."


def _unpack(archive: Path, asset: Asset, work: Path, again: str) -> Path:
    """The asset, out of its archive and verified, still in `work`."""
    part = work / f"{asset.name}.part"
    if not asset.path:
        os.replace(archive, part)
    for name, member in _members(archive, asset.path, work):
        target = part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            shutil.copyfileobj(member, out)
    if not part.exists() or digest(part) != asset.sha256:
        raise LabError(f"'{asset.name}' does not have the manifest's checksum and was thrown away: {again} once more.")
    return part


def _members(archive: Path, path: str, work: Path) -> Iterator[tuple[PurePosixPath, BinaryIO]]:
    """Regular files of the archive at or under `path`, each with its path relative to it ("." for a single file).

    Nothing is extracted by an archive's own say: a link or device, an absolute path or one with `..` raises LabError.
    """
    if not path:
        return
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as box:
            for entry in box.infolist():
                if _wanted(entry.filename, path) and not entry.is_dir():
                    yield _inside(entry.filename, path, regular=True), box.open(entry)
        return
    if archive.suffix == ".deb":
        archive = _tar_of_deb(archive, work)
    with tarfile.open(archive) as box:
        for entry in box:
            name = entry.name.removeprefix("./")
            if _wanted(name, path) and not entry.isdir():
                yield _inside(name, path, entry.isreg()), box.extractfile(entry)


def _wanted(name: str, path: str) -> bool:
    return name.startswith(path) if path.endswith("/") else name == path


def _inside(name: str, path: str, regular: bool) -> PurePosixPath:
    relative = PurePosixPath(name).relative_to(path)
    if not regular or ".." in PurePosixPath(name).parts or "\\" in name:
        raise LabError(f"The archive's member '{name}' is a link or leads out of its folder: it was not unpacked.")
    return relative


def _tar_of_deb(package: Path, work: Path) -> Path:
    tar = work / "package.tar"
    with tar.open("wb") as out:
        subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=out, check=True)
    return tar


def _install(part: Path, asset: Asset, work: Path) -> None:
    """Moves a verified asset into the cache in one step; a damaged folder in its place goes first."""
    asset.cached.parent.mkdir(parents=True, exist_ok=True)
    if asset.cached.is_dir():
        os.replace(asset.cached, work / f"{asset.name}.damaged")
    os.replace(part, asset.cached)
