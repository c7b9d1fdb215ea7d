"""Measures loading a model and running it once: seconds (of the clock and the CPU) and peak memory, each in its own process.

In float32, on a CPU. The weights are mapped from the file, so memory fills only when the first forward pass reads them.

python benchmarks/models.py [--runs 5] [MODEL ...]
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile

from spreads import spread
from tqdm import tqdm

from shared.assets.access import asset_path
from shared.assets.manifest import models
from shared.errors import LabError
from shared.models.loading import model_path

# Prints seconds, CPU seconds and the most memory that the process has held, in GB; `before` is not timed.
MEASURE = """
import json, resource, sys, time
import torch
from transformers.utils import logging
logging.disable_progress_bar()
{before}
start = time.perf_counter()
start_cpu = time.process_time()
{timed}
spent = [time.perf_counter() - start, time.process_time() - start_cpu]
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([*spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9]))
"""
# The classes are named, so that they are imported before the clock starts, as in a notebook's first cell.
IMPORTS = "from transformers import AutoModel, AutoModelForCausalLM, BertModel, ModernBertModel, Qwen2ForCausalLM"
LOAD = """
model = {kind}.from_pretrained({path!r}, dtype=torch.float32)
model(torch.zeros(1, 8, dtype=torch.long))
"""
CONVERT_IMPORTS = f"""
from pathlib import Path
import gguf
from shared.models.gguf_conversion import convert
{IMPORTS}
"""
CONVERT = "convert(Path({gguf!r}), Path({folder!r}), '')"


def measure(before: str, timed: str) -> list[float]:
    """[seconds, CPU seconds, GB] of one process."""
    code = MEASURE.format(before=before, timed=timed)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def row(name: str, before: str, timed: str, runs: int) -> str:
    """A row of the table, each figure with its spread over the runs."""
    figures = zip(*(measure(before, timed) for _ in tqdm(range(runs), desc=name, leave=False)), strict=True)
    return f"| {name} | {' | '.join(map(spread, figures))} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, {options.runs} processes each")
    print("| model | load and run, s | of the CPU, s | peak memory of the process, GB |\n|---|---|---|---|")
    print(row("none, imports alone", IMPORTS, "", options.runs), flush=True)
    for name in options.models or models():
        try:
            path = str(model_path(name))
        except LabError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        kind = "AutoModel" if models()[name].system is None else "AutoModelForCausalLM"
        print(row(name, IMPORTS, LOAD.format(kind=kind, path=path), options.runs), flush=True)
        if models()[name].kind == "converted":
            with tempfile.TemporaryDirectory() as folder:
                timed = CONVERT.format(gguf=str(asset_path(models()[name].asset)), folder=folder)
                print(row(f"{name}, converting it", CONVERT_IMPORTS, timed, options.runs), flush=True)


if __name__ == "__main__":
    main()
