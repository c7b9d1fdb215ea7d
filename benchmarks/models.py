"""What a model costs to load: seconds and peak memory, each load in a process of its own, in float32 on a CPU.

python benchmarks/models.py [--runs 5] [MODEL ...]
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

from shared.assets import asset_path
from shared.models import model_path, models
from shared.settings import LabError

# Prints seconds and the largest memory that the process has held, in GB; what comes before `start` is not timed.
MEASURE = """
import json, resource, sys, time
import torch
from transformers.utils import logging
logging.disable_progress_bar()
{before}
start = time.perf_counter()
{timed}
seconds = time.perf_counter() - start
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9]))
"""
LOAD = "model = {kind}.from_pretrained({path!r}, dtype=torch.float32)"
CONVERT = "convert(Path({gguf!r}), Path({folder!r}), '')"


def measure(before: str, timed: str) -> list[float]:
    """[seconds, GB] of one process."""
    code = MEASURE.format(before=before, timed=timed)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def row(name: str, before: str, timed: str, runs: int) -> str:
    seconds, memory = zip(*(measure(before, timed) for _ in tqdm(range(runs), desc=name, leave=False)), strict=True)
    return f"| {name} | {spread(seconds)} | {spread(memory)} |"


def spread(values: tuple[float, ...]) -> str:
    """'4.10 (3.90 to 4.60)': median, smallest and largest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, {options.runs} processes each")
    print("| model | load, s | peak memory of the process, GB |\n|---|---|---|")
    print(row("nothing but torch and transformers", "from transformers import AutoModelForCausalLM", "", options.runs))
    for name in options.models or models():
        try:
            path = str(model_path(name))
        except LabError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        kind = "AutoModel" if models()[name].system is None else "AutoModelForCausalLM"
        print(
            row(name, f"from transformers import {kind}", LOAD.format(kind=kind, path=path), options.runs), flush=True
        )
        if models()[name].kind == "converted":
            with tempfile.TemporaryDirectory() as folder:
                imports = "from pathlib import Path; from shared.decoder import convert"
                timed = CONVERT.format(gguf=str(asset_path(models()[name].asset)), folder=str(Path(folder)))
                print(row(f"{name}, converting it", imports, timed, options.runs), flush=True)


if __name__ == "__main__":
    main()
