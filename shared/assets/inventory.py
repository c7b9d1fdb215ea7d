"""The command line of the assets: `course assets ...` for instructors, `python -m shared.assets ...` for all."""

import argparse
import sys

from shared.assets.access import asset_path
from shared.assets.cache_paths import embedded_directory
from shared.assets.checksums import is_intact, is_recorded, size
from shared.assets.manifest import FETCH, Asset, Embedded, assets, embedded_assets, models
from shared.errors import LabError
from shared.text_table import table

EPILOG = (
    "NAME is a lab, a recipe (recipes/corpus) or an asset. Without a name, fetch brings what the labs use, list and verify "
    "look at everything. Exit status of verify: 1 where something is damaged; what was never fetched is not damaged."
)


def main(arguments: list[str] | None = None) -> int:
    """`python -m shared.assets`: a LabError becomes its sentence on stderr and exit status 2."""
    description = (
        "What the course fetches and ships: where it is used, its size, its licence and whether it is here, intact."
    )
    parser = argparse.ArgumentParser(prog="python -m shared.assets", description=description, epilog=EPILOG)
    parser.add_argument("action", nargs="?", default="list", choices=["list", "fetch", "verify"])
    parser.add_argument("names", nargs="*", metavar="NAME", help="labs, recipes or assets that are meant")
    options = parser.parse_args(arguments)
    try:
        return run(options.action, options.names)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; what was fetched is kept, the same command goes on from there.", file=sys.stderr)
        return 130


def run(action: str, names: list[str]) -> int:
    """Lists, fetches or verifies; returns the exit status.

    Raises:
        LabError: a name that nothing in the manifest has.
    """
    chosen = _chosen(names, fetching=action == "fetch")
    failures = _fetch([item for item in chosen if isinstance(item, Asset)]) if action == "fetch" else 0
    states = _print_table(chosen)
    if action == "verify":
        return int(bool({"damaged", "missing"} & set(states)))
    return 2 if failures else 0


def _chosen(names: list[str], fetching: bool) -> list[Asset | Embedded]:
    everything = [*assets(), *shipped()]
    if not names:
        # The sources of what recipes made are large, and nobody needs them to run a lab.
        return [item for item in everything if not (fetching and all(u.startswith("recipes/") for u in item.used_by))]
    known = {name for item in everything for name in (item.name, *item.used_by)}
    if unknown := [name for name in names if name not in known]:
        raise LabError(f"The manifest does not know {', '.join(unknown)}: name one of {', '.join(sorted(known))}.")
    return [item for item in everything if {item.name, *item.used_by} & set(names)]


def shipped() -> list[Embedded]:
    """What ships with the course: the manifest's data and the embedded models of data/models.toml."""
    nets = [model for model in models().values() if model.kind == "embedded"]
    return embedded_assets() + [Embedded(net.name, net.title, net.licence, net.source, net.used_by) for net in nets]


def _fetch(chosen: list[Asset]) -> int:
    """Fetches all it can; each failure is one sentence, and none keeps the others from being fetched."""
    failures = 0
    for asset in chosen:
        try:
            asset_path(asset.name)
        except LabError as error:
            failures += 1
            print(error, file=sys.stderr)
    return failures


def state(item: Asset | Embedded) -> str:
    """ok, damaged, "not fetched" (an asset) or missing (what should ship with the course)."""
    if isinstance(item, Embedded):
        path = embedded_directory() / item.name
        return "ok" if is_recorded(path) else "damaged" if path.exists() else "missing"
    return "ok" if is_intact(item) else "damaged" if item.cached.exists() else "not fetched"


def _bytes(item: Asset | Embedded) -> int:
    if isinstance(item, Asset):
        return item.bytes
    path = embedded_directory() / item.name
    return size(path) if path.exists() else 0


def _print_table(chosen: list[Asset | Embedded]) -> list[str]:
    """Verifies each item and prints one line an item, then the sums; returns the states."""
    states = [state(item) for item in chosen]
    rows = [_row(item, found) for item, found in zip(chosen, states, strict=True)]
    if rows:
        print(table(rows, align="<<><<<"))
    print(_sums(chosen, states))
    return states


def _row(item: Asset | Embedded, found: str) -> list[str]:
    where = "ships with the course" if isinstance(item, Embedded) else f"through {item.archive['client']}"
    return [
        item.name,
        found,
        f"{_bytes(item) / 1e6:.1f} MB",
        item.licence,
        where,
        ", ".join(item.used_by),
    ]


def _sums(chosen: list[Asset | Embedded], states: list[str]) -> str:
    found = list(zip(chosen, states, strict=True))
    here = sum(_bytes(item) for item, at in found if at == "ok")
    text = f"{states.count('ok')} of {len(chosen)} are here and intact, {here / 1e6:.1f} MB."
    if damaged := [item.name for item, at in found if isinstance(item, Asset) and at == "damaged"]:
        text += f" Damaged: {', '.join(damaged)}; '{FETCH} {' '.join(damaged)}' replaces them."
    if shipped := [item.name for item, at in found if isinstance(item, Embedded) and at != "ok"]:
        text += (
            f" Not as the course ships it: {', '.join(shipped)}; get the course's folder (in Colab, its package) again."
        )
    if absent := [item for item, at in found if at == "not fetched"]:
        archives = {item.archive["file"]: item.archive["bytes"] for item in absent}
        text += f" Not fetched: {len(absent)}, {sum(archives.values()) / 1e6:.1f} MB to download when they are needed."
    return text
