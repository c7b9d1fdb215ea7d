"""Records experiments of lab 8 in another profile, for `recorded_...` in shared/profiles.toml: a JSON line for each arm and seed.

LAB_PROFILE=laptop OMP_NUM_THREADS=1 nice python benchmarks/forgetting.py rows.jsonl [--kinds before remedies]

The functions are the notebook's own, with the reference's answers. A second run goes on where the first was stopped; when all
rows are there, it prints them as profiles.toml has them.
"""

import argparse
import os
import platform
import subprocess
import time
from pathlib import Path

from json_rows import append_row, read_rows
from lab_definitions import definitions_until
from tqdm import tqdm

LAB = "lab08_forgetting"
MEASURES = ("A", "B", "lm")


def jobs(lab: dict, seeds: list[int] | None = None) -> dict[tuple[str, str, int], tuple]:
    """(kind, arm, seed) -> the notebook's function and its arguments, what is drawn with a spread first; None: its own seeds."""
    settings = lab["settings"]
    found = {}
    usual = seeds or settings.seeds
    for seed in usual:
        found["before", "", seed] = (lab["before"], seed)
        for remedy in lab["REMEDIES"]:
            found["remedies", remedy, seed] = (lab["after"], remedy, seed)
    for seed in usual:
        for register in ("speeches", "sentences"):
            found["adaptation", register, seed] = (lab["adapted"], register, seed)
    for seed in seeds or settings.ablation_seeds:
        for arm in lab["ARMS"]:
            found["ablation", arm, seed] = (lab["ablation_run"], arm, seed)
    for seed in usual if "own_outcome" in lab else []:
        found["own", "", seed] = (lab["own_outcome"], lab["my_schedule"], lab["my_replay"](), seed)
    return found


def shown(kind: str, value) -> object:
    """What a function returned, as JSON can hold it: outcomes, a macro-F1, or the losses at the start and at the end."""
    if kind == "adaptation":
        losses = list(value[1].values())
        return {"start": losses[0], "end": losses[-1]}
    return value


def as_settings(rows: list[dict]) -> str:
    """Lines for profiles.toml, three digits: arm -> a score, or [A, B, lm], for each seed in order."""
    lines = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        arms = {}
        for row in sorted((row for row in rows if row["kind"] == kind), key=lambda row: row["seed"]):
            value = row["value"]
            if kind == "adaptation":
                value = [value["end"][name] - value["start"][name] for name in value["end"]]
            elif isinstance(value, dict):
                value = [value[name] for name in MEASURES]
            numbers = [round(number, 3) for number in value] if isinstance(value, list) else round(value, 3)
            arms.setdefault(row["arm"], []).append(numbers)
        lines += [f"# {kind}", *(f'"{arm}" = {values}' for arm, values in arms.items())]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=Path)
    parser.add_argument("--kinds", nargs="*", default=["before", "remedies", "adaptation", "ablation"])
    parser.add_argument("--seeds", nargs="*", type=int, help="the profile's own where left out")
    options = parser.parse_args()
    path = options.rows
    rows = read_rows(path)
    done = {(row["kind"], row["arm"], row["seed"]) for row in rows}
    # The cells before `own_outcome` run all remedies once more.
    lab = definitions_until(LAB, "own_outcome" if "own" in options.kinds else "all_outcomes")
    machine = f"{os.cpu_count()} CPUs, {platform.machine()}, {lab['torch'].get_num_threads()} thread"
    commit = subprocess.check_output(["git", "describe", "--always", "--dirty"], text=True).strip()
    for (kind, arm, seed), (function, *arguments) in tqdm(jobs(lab, options.seeds).items()):
        if kind not in options.kinds or (kind, arm, seed) in done:
            continue
        start = time.perf_counter(), time.process_time()
        value = shown(kind, function(*arguments))
        spent = {"seconds": time.perf_counter() - start[0], "cpu_seconds": time.process_time() - start[1]}
        row = {"kind": kind, "arm": arm, "seed": seed, "value": value, **spent}
        row |= {"profile": lab["settings"].profile, "machine": machine, "commit": commit}
        append_row(path, row)
        rows.append(row)
    print(as_settings(rows))


if __name__ == "__main__":
    main()
