"""Files the labs need, fetched once by the ordinary package clients, verified, and kept in a cache.

From a terminal: python -m shared.assets list | fetch LAB... | verify
"""

import argparse
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from shared.settings import LabError

CHECKOUT = Path(__file__).resolve().parent.parent
INSTALLED_MANIFEST = Path(__file__).with_name("manifest.toml")
FETCH = "python -m shared.assets fetch"


@dataclass(frozen=True)
class Asset:
    """One file: `path` inside its archive, SHA-256 and size (bytes) of the file, labs that use it."""

    name: str
    title: str
    path: str
    sha256: str
    bytes: int
    licence: str
    source: str
    used_by: tuple[str, ...]
    archive: dict

    @property
    def cached(self) -> Path:
        return cache_directory() / self.name / Path(self.path).name


def cache_directory() -> Path:
    """LAB_CACHE if set, else data/cache of the checkout, else the user's cache folder."""
    if chosen := os.environ.get("LAB_CACHE"):
        return Path(chosen)
    if (CHECKOUT / "data" / "manifest.toml").exists():
        return CHECKOUT / "data" / "cache"
    return Path.home() / ".cache" / "finetuning-labs"


def assets(lab: str | None = None) -> list[Asset]:
    """All assets of the manifest, or those that one lab uses."""
    manifest = CHECKOUT / "data" / "manifest.toml"
    table = tomllib.loads((manifest if manifest.exists() else INSTALLED_MANIFEST).read_text(encoding="utf-8"))
    rows = [
        Asset(**{**row, "name": name, "used_by": tuple(row["used_by"]), "archive": table["archive"][row["archive"]]})
        for name, row in table["asset"].items()
    ]
    return [asset for asset in rows if lab is None or lab in asset.used_by]


def asset_path(name: str) -> Path:
    """The verified file of an asset, fetched first where the cache lacks it or holds a damaged copy.

    Raises:
        LabError: unknown name, no network, a wrong checksum, a full or read-only disk.
    """
    asset = next((asset for asset in assets() if asset.name == name), None)
    if asset is None:
        raise LabError(f"There is no asset '{name}'; 'python -m shared.assets list' shows all.")
    if not is_intact(asset):
        fetch(asset)
    return asset.cached


def is_intact(asset: Asset) -> bool:
    """Whether the cache holds the file with the bytes that the manifest promises."""
    return (
        asset.cached.is_file() and asset.cached.stat().st_size == asset.bytes and sha256(asset.cached) == asset.sha256
    )


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(asset: Asset) -> None:
    """Downloads the asset's archive and unpacks every asset of it that the cache lacks.

    Works in a folder beside the cache's entries and renames at the end, so a killed fetch leaves nothing half-written.
    """
    cache = cache_directory()
    size = asset.archive["bytes"] / 1e6
    print(f"Fetching {asset.title} ({size:.1f} MB, once) ...", file=sys.stderr)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as work:
            archive = download(asset, Path(work))
            for sibling in assets():
                if sibling.archive == asset.archive and not is_intact(sibling):
                    unpack(archive, sibling, Path(work))
    except OSError as error:
        raise LabError(_disk_sentence(error, cache, size)) from error


def _disk_sentence(error: OSError, cache: Path, size: float) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {cache} is full: free {2 * size:.0f} MB, or set LAB_CACHE to a folder elsewhere."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"The cache {cache} cannot be written: set LAB_CACHE to a folder of yours and run '{FETCH}' again."
    return f"The cache {cache} failed ({error.strerror or error}): set LAB_CACHE to a folder on another disk."


def download(asset: Asset, work: Path) -> Path:
    """The archive, brought by pip into `work`; pip itself refuses bytes that differ from the manifest's hash."""
    archive = asset.archive
    pin = work / "pin.txt"
    pin.write_text(f"{archive['package']}=={archive['version']} --hash=sha256:{archive['sha256']}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--require-hashes"]
    # Temporary files of pip belong beside the cache too, where there is room or the error names the right disk.
    environment = {**os.environ, "TMPDIR": str(work)}
    done = subprocess.run(
        [*command, "--dest", str(work), "-r", str(pin)], capture_output=True, text=True, env=environment
    )
    file = work / archive["file"]
    if done.returncode or not file.is_file():
        raise LabError(_download_sentence(asset, done.stderr))
    return file


def _download_sentence(asset: Asset, stderr: str) -> str:
    pin = f"{asset.archive['package']}=={asset.archive['version']}"
    again = f"run '{FETCH} {asset.used_by[0]}'"
    if "No space left" in stderr:
        raise OSError(errno.ENOSPC, "No space left on device")
    if "HASHES" in stderr or "hash" in stderr.lower():
        return f"What arrived as {pin} is not the file the course was made with and was thrown away; {again} once more."
    last = next((line.strip() for line in reversed(stderr.splitlines()) if line.strip()), "no message")
    return (
        f"'{asset.name}' is not in the cache and pip could not fetch {pin}: connect to a network and {again} ({last})"
    )


def unpack(archive: Path, asset: Asset, work: Path) -> None:
    """Takes one file out of the archive, verifies it, and moves it into the cache in one step."""
    part = work / f"{asset.name}.part"
    with part.open("wb") as out:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as box, box.open(asset.path) as member:
                shutil.copyfileobj(member, out)
        else:
            with tarfile.open(archive) as box, box.extractfile(asset.path) as member:
                shutil.copyfileobj(member, out)
    if sha256(part) != asset.sha256:
        raise LabError(f"'{asset.name}' does not have the manifest's checksum; run '{FETCH} {asset.used_by[0]}' again.")
    asset.cached.parent.mkdir(parents=True, exist_ok=True)
    os.replace(part, asset.cached)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m shared.assets", description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["list", "fetch", "verify"])
    parser.add_argument("labs", nargs="*", help="labs whose assets are meant; all where none is named")
    options = parser.parse_args(arguments)
    known = {lab for asset in assets() for lab in asset.used_by}
    if unknown := set(options.labs) - known:
        parser.error(f"no asset is used by {', '.join(sorted(unknown))}; labs with assets: {', '.join(sorted(known))}")
    chosen = [asset for asset in assets() if not options.labs or set(options.labs) & set(asset.used_by)]
    damaged = 0
    for asset in chosen:
        if options.action == "fetch":
            asset_path(asset.name)
        state = "ok" if is_intact(asset) else "damaged" if asset.cached.exists() else "not fetched"
        damaged += state != "ok"
        print(f"{asset.name:16} {state:12} {asset.bytes / 1e6:6.1f} MB  {asset.licence:24} {', '.join(asset.used_by)}")
    return int(options.action == "verify" and damaged > 0)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        sys.exit(str(error))
