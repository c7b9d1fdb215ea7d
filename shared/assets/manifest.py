"""What the course needs, as data/manifest.toml and data/models.toml list it: files to fetch, files that ship, models."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from shared.assets.cache_paths import cache_directory, data_path
from shared.errors import LabError

FETCH = "python -m shared.assets fetch"
MANIFEST = "manifest.toml"


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
    """A file or folder that ships with the course, in data/embedded/. Its checksums are in SHA256SUMS next to it."""

    name: str
    title: str
    licence: str
    source: str
    used_by: tuple[str, ...]


def _table(name: str) -> dict:
    path = data_path(name)
    return _parsed(path, path.stat().st_mtime_ns)


@functools.cache
def _parsed(path: Path, changed: int) -> dict:
    """A TOML file, parsed once a process and again when it has changed."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def assets(user: str | None = None) -> list[Asset]:
    """All fetched assets of the manifest, or those that one lab (or recipe) uses."""
    table = _table(MANIFEST)
    rows = [
        Asset(**{**row, "name": name, "used_by": tuple(row["used_by"]), "archive": table["archive"][row["archive"]]})
        for name, row in table["asset"].items()
    ]
    return [asset for asset in rows if user is None or user in asset.used_by]


def asset(name: str) -> Asset:
    """One fetched asset by its name.

    Raises:
        LabError: the manifest does not have it.
    """
    found = next((asset for asset in assets() if asset.name == name), None)
    if found is None:
        raise LabError(f"There is no asset '{name}': 'python -m shared.assets list' shows all.")
    return found


def embedded_assets() -> list[Embedded]:
    """What ships with the course."""
    rows = _table(MANIFEST).get("embedded", {})
    return [Embedded(**{**row, "name": name, "used_by": tuple(row["used_by"])}) for name, row in rows.items()]


@dataclass(frozen=True)
class Model:
    """One row of data/models.toml: `bytes` is the size of its weights file, `parameters` are counted with tied ones once.

    `asset`, `repo` and `revision` are set where the kind needs them. `system` is set for a decoder: the system turn that its
    chat template puts in front of a chat without one ("" for none).
    """

    name: str
    title: str
    kind: str
    parameters: int
    bytes: int
    licence: str
    source: str
    used_by: tuple[str, ...]
    asset: str = ""
    repo: str = ""
    revision: str = ""
    system: str | None = None


def models() -> dict[str, Model]:
    """Name -> model, all of the table."""
    rows = _table("models.toml")["model"]
    return {name: Model(**{**row, "name": name, "used_by": tuple(row["used_by"])}) for name, row in rows.items()}
