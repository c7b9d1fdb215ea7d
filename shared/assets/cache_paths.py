"""Where the course's files are: in a checkout, in the installed package, and in the cache of what was fetched."""

import os
from pathlib import Path

from platformdirs import user_cache_path

CHECKOUT = Path(__file__).resolve().parents[2]
INSTALLED = Path(__file__).resolve().parents[1]  # where the wheel puts the manifest and embedded/, for Colab


def cache_directory() -> Path:
    """LAB_CACHE if set, else data/cache of the checkout, else the user's cache folder."""
    if chosen := os.environ.get("LAB_CACHE"):
        return Path(chosen)
    if _in_checkout():
        return CHECKOUT / "data" / "cache"
    return user_cache_path("finetuning-labs", appauthor=False)


def data_path(name: str) -> Path:
    """A file or folder of data/, in the checkout or where the wheel put it."""
    return CHECKOUT / "data" / name if _in_checkout() else INSTALLED / name


def embedded_directory() -> Path:
    """The folder of the data and models that ship with the course."""
    return data_path("embedded")


def _in_checkout() -> bool:
    return (CHECKOUT / "data" / "manifest.toml").exists()
