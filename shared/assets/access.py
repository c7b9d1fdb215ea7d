"""The path of a file that the course needs: fetched and verified first, or shipped with the course."""

from pathlib import Path

from shared.assets.cache_paths import embedded_directory
from shared.assets.checksums import is_intact
from shared.assets.fetching import fetch
from shared.assets.manifest import asset
from shared.errors import LabError


def asset_path(name: str) -> Path:
    """The verified file or folder of an asset, fetched first where the cache lacks it or holds a damaged copy.

    Raises:
        LabError: unknown name, no network, no client, a wrong checksum, a full or read-only disk.
    """
    wanted = asset(name)
    if not is_intact(wanted):
        fetch(wanted)
    return wanted.cached


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
