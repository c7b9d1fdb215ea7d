"""Text sets as Arrow files in the cache: built once, memory-mapped ever after."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from shared.assets.cache_paths import cache_directory
from shared.errors import LabError

if TYPE_CHECKING:
    from datasets import DatasetDict

SPLITS = ("train", "validation", "test")
LABEL = "label"


def cached_dataset(
    name: str, columns: dict[str, str | tuple], rows: Callable[[], list[dict]], made_from: Iterable[Path | str]
) -> "DatasetDict":
    """The set from the cache; where the cache lacks it, it is built and saved there first, in one step.

    Args:
        name: the set's name.
        columns: column -> Arrow type, or the class names of a ClassLabel. `id` is added, and the test split has no `label`.
        rows: makes the rows: dicts with the columns, `id` and `split`. A label is a class name or its number.
        made_from: files that the rows follow from (data or code), or checksums of files that are not there yet. The cache's
            entry carries their digest, so a set never outlives what it was made from.
    Raises:
        LabError: the cache cannot be written, or its copy is damaged.
    """
    from datasets import load_from_disk

    folder = cache_directory() / "texts" / f"{name}-{_digest([*made_from, repr(columns)])}"
    if not folder.exists():
        print(f"Preparing the {name} set (once) ...", file=sys.stderr)
        _save(_split(rows(), columns), folder)
        for outdated in set(folder.parent.glob(f"{name}-*")) - {folder}:
            shutil.rmtree(outdated, ignore_errors=True)
    try:
        return load_from_disk(str(folder))
    except (OSError, ValueError) as error:  # Arrow's errors are among these
        raise LabError(f"The {name} set in the cache is damaged: delete {folder} and load the set again.") from error


def _digest(made_from: Iterable[Path | str]) -> str:
    together = hashlib.sha256()
    for part in made_from:
        together.update(part.encode() if isinstance(part, str) else part.read_bytes())
    return together.hexdigest()[:12]


def _split(rows: list[dict], columns: dict[str, str | tuple]) -> "DatasetDict":
    from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

    types = {"id": Value("string")}
    types |= {n: Value(t) if isinstance(t, str) else ClassLabel(names=list(t)) for n, t in columns.items()}
    sets = {}
    for split in SPLITS:
        features = Features({n: t for n, t in types.items() if (split, n) != ("test", LABEL)})
        chosen = [{name: row[name] for name in features} for row in rows if row["split"] == split]
        sets[split] = Dataset.from_list(chosen, features=features)
    return DatasetDict(sets)


def _save(sets: "DatasetDict", folder: Path) -> None:
    """Writes next to `folder` and renames; where another process was faster, its copy stays."""
    from datasets import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    wanted = not are_progress_bars_disabled()
    disable_progress_bars()  # of half a second each
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".building-", ignore_cleanup_errors=True) as work:
            sets.save_to_disk(f"{work}/{folder.name}")
            os.replace(f"{work}/{folder.name}", folder)
    except OSError as error:
        if not folder.exists():
            reason = error.strerror or error
            raise LabError(
                f"The cache {folder.parent} cannot hold the set ({reason}): set LAB_CACHE to a folder with room."
            ) from error
    finally:
        if wanted:
            enable_progress_bars()
