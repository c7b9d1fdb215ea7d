"""Measures building a data set and loading it from the cache: seconds, CPU seconds, peak memory, each in its own process.

Fetched files are taken from the usual cache, so no download is timed. Run: python benchmarks/data_sets.py [--runs 3] [SET ...]
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

from shared.assets.cache_paths import cache_directory

CALLS = {
    "sentiment": "shared.datasets.load_sentiment()",
    "mail": "shared.datasets.load_mail()",
    "film": "shared.datasets.load_film()",
    "speeches": "shared.datasets.load_speeches()",
    "voice": "shared.datasets.load_voice()",
    "pronouns": "shared.datasets.pronouns.load_pronouns()",
    "nhefs": "shared.datasets.tables.table_dataset('nhefs')",
    "thornton_hiv": "shared.datasets.tables.table_dataset('thornton_hiv')",
    "pension_401k": "shared.datasets.tables.table_dataset('pension_401k')",
}
# Imports are not timed, since a notebook has made them before. ru_maxrss is in kB on Linux, in bytes on macOS.
PROBE = """
import resource, sys, time
import datasets, pandas
import shared.datasets, shared.datasets.pronouns, shared.datasets.tables
start = time.perf_counter()
start_cpu = time.process_time()
sets = {call}
seconds = time.perf_counter() - start
cpu_seconds = time.process_time() - start_cpu
unit = 1024**3 if sys.platform == "darwin" else 1024**2
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(seconds, cpu_seconds, peak, sum(map(len, sets.values())))
"""


def measure(call: str, cache: Path) -> tuple[float, float, float, int]:
    """Seconds, CPU seconds, peak memory in GB, and rows of one call in a fresh process with this cache."""
    environment = os.environ | {"LAB_CACHE": str(cache), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", PROBE.format(call=call)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds, busy, peak, rows = done.stdout.split()
    return float(seconds), float(busy), float(peak), int(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", help=", ".join(CALLS))
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}, {options.runs} runs each")
    print("| set | rows | first build, s | CPU, s | peak, GB | from the cache, s | CPU, s | peak, GB |")
    print("|---" * 8 + "|")
    for name in options.sets or CALLS:
        first = []
        again = []
        for _ in tqdm(range(options.runs), desc=name, leave=False):
            with tempfile.TemporaryDirectory() as folder:
                for fetched in cache_directory().glob("*"):  # what was fetched, without the sets built from it
                    if fetched.is_dir() and fetched.name != "texts":
                        (Path(folder) / fetched.name).symlink_to(fetched.resolve())
                first.append(measure(CALLS[name], Path(folder)))
                again.append(measure(CALLS[name], Path(folder)))
        cells = [name, f"{first[0][3]:,}"]
        for runs in (first, again):
            cells += [f"{statistics.median(run[place] for run in runs):.2f}" for place in (0, 1, 2)]
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
