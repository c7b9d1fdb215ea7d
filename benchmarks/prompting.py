"""Measures lab09's prompts and tuned models in profile laptop: what the lab shows as recorded.

    LAB_PROFILE=laptop python benchmarks/prompting.py prompts prompting.jsonl
    LAB_PROFILE=laptop python benchmarks/prompting.py tuning tuning.jsonl
    LAB_PROFILE=laptop python benchmarks/prompting.py settings prompting.jsonl tuning.jsonl

The first two measure one setup or one run at a time; what a file holds is not measured again, so that both can be
stopped and continued. The third prints the lines for shared/profiles.toml.
"""

import itertools
import json
import sys
import time
from pathlib import Path

import numpy as np
from json_rows import append_row, read_rows
from lab_definitions import definitions_until

from shared.metrics import mean_sd

LAB = "lab09_prompting"


def setups(lab: dict) -> list[tuple[str, tuple[int, ...]]]:
    """(wording, numbers of the examples) of every setup, those of the main figure first."""
    settings = lab["settings"]
    first, *others = lab["WORDINGS"]
    found = [(first, tuple(lab["drawn_shots"](n, draw))) for draw in settings.draws for n in settings.shots]
    four = lab["drawn_shots"](4, settings.draws[0])
    orders = itertools.islice(itertools.permutations(four), 0, None, 24 // settings.orders)
    found += [(first, order) for order in orders]
    for wording in others:
        found += [(wording, tuple(lab["drawn_shots"](n, draw))) for draw in settings.draws for n in (0, 4)]
    return list(dict.fromkeys(found))


def prompts(path: Path) -> None:
    """Scores of every setup."""
    lab = definitions_until(LAB, "accuracy")
    known = {(row["wording"], tuple(row["shots"])) for row in read_rows(path)}
    for wording, shots in setups(lab):
        if (wording, shots) in known:
            continue
        started = time.perf_counter()
        found = lab["measured"](wording, shots)
        row = {
            "wording": wording,
            "shots": shots,
            "scores": found["scores"].round(5).tolist(),
            "content-free": found["content-free"].round(5).tolist(),
            "truth": lab["truth"].tolist(),
        }
        write(path, row, started)


def tuning(path: Path) -> None:
    """What each tuned model is judged to be, and the small model before tuning."""
    lab = definitions_until(LAB, "judged")
    known = {(row["kind"], row["seed"]) for row in read_rows(path)}
    runs = [("before tuning", 0), *itertools.product(("one task", "four tasks"), lab["settings"].seeds)]
    for kind, seed in runs:
        if (kind, seed) in known:
            continue
        started = time.perf_counter()
        before = kind == "before tuning"
        model = lab["prompted_model"](lab["settings"].small) if before else lab["tuned"](kind, seed)
        write(path, {"kind": kind, "seed": seed, **lab["judged"](model)}, started)


def write(path: Path, row: dict, started: float) -> None:
    """Appends a record with its seconds."""
    row |= {"seconds": round(time.perf_counter() - started, 1)}
    append_row(path, row)
    print({name: value for name, value in row.items() if not isinstance(value, list)}, flush=True)


def lines(prompts_path: Path, tuning_path: Path) -> None:
    """Prints the settings recorded, recorded_sensitivity and recorded_tuning."""
    lab = definitions_until(LAB, "calibrated")
    settings = lab["settings"]
    found = {(row["wording"], tuple(row["shots"])): row for row in read_rows(prompts_path)}
    usual = settings.wordings[0]["name"]

    def judged(wording: str, shots) -> list[dict]:
        row = {name: np.array(values) for name, values in found[wording, tuple(shots)].items() if name != "wording"}
        rows = []
        for kind, scores in lab["calibrated"](row).items():
            said = scores.argmax(axis=1)
            rows.append({"kind": kind, "accuracy": np.mean(said == row["truth"]), "positive": said.mean()})
        return rows

    print("recorded = [")
    for count in settings.shots:
        for draw in settings.draws if count else settings.draws[:1]:
            for row in judged(usual, lab["drawn_shots"](count, draw)):
                print(f"    {inline({'shots': count, 'draw': draw} | row)},")
    print("]\nrecorded_sensitivity = [")
    for wording, shots in setups(lab):
        same = sorted(shots) == sorted(lab["drawn_shots"](4, settings.draws[0])) and wording == usual
        drawn = any(list(shots) == lab["drawn_shots"](4, draw) for draw in settings.draws)
        for what, fits in (("order", same), ("words", drawn)):
            for row in judged(wording, shots) if fits else []:
                if row["kind"] != "content-free":
                    print(f"    {inline({'what': what, 'wording': wording} | row)},")
    print("]\nrecorded_comparisons = [")
    for name, (first, second) in compared(
        settings, lambda wording, n, kind: right(lab, found, wording, n, kind)
    ).items():
        difference = first - second
        by_text = (difference - difference.mean()).sum(axis=0)
        error = np.sqrt((by_text**2).sum()) / difference.size
        print(f"    {inline({'name': name, 'difference': difference.mean(), 'error': error})},")
    print("]\nrecorded_tuning = [")
    for kind in ("before tuning", "one task", "four tasks"):
        runs = [row for row in read_rows(tuning_path) if row["kind"] == kind]
        names = [name for name in runs[0] if name not in ("kind", "seed", "seconds")]
        values = {name: [run[name] for run in runs] for name in names}
        text = {name: mean_sd(some) if len(some) > 1 else f"{some[0]:.3f}" for name, some in values.items()}
        print(f"    {inline({'kind': kind} | text)},")
    print("]")


def right(lab: dict, found: dict, wording: str, count: int, kind: str) -> np.ndarray:
    """1 where a text was right, (draws, texts)."""
    rows = []
    for draw in lab["settings"].draws:
        row = found[wording, tuple(lab["drawn_shots"](count, draw))]
        scores = lab["calibrated"]({name: np.array(row[name]) for name in ("scores", "content-free")})[kind]
        rows.append(scores.argmax(axis=1) == row["truth"])
    return np.array(rows, dtype=float)


def compared(settings, answers) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The lab's comparisons of prompts, by the names that they have there."""
    usual, other = (row["name"] for row in settings.wordings[:2])
    bare = answers(usual, 4, "as it comes")
    batch = answers(usual, 4, "batch")
    return {
        "4 shots: content-free − none": (answers(usual, 4, "content-free"), bare),
        "4 shots: batch − none": (batch, bare),
        "none: 4 shots − 0 shots": (bare, answers(usual, 0, "as it comes")),
        "batch: 8 shots − 4 shots": (answers(usual, 8, "batch"), batch),
        f"4 shots, batch: {other} − {usual}": (answers(other, 4, "batch"), batch),
    }


def inline(row: dict) -> str:
    """An inline table of TOML, numbers to three digits."""
    pairs = []
    for name, value in row.items():
        shown = json.dumps(value if isinstance(value, str | int) else round(float(value), 3), ensure_ascii=False)
        pairs.append(f"{name if name.isidentifier() else json.dumps(name)} = {shown}")
    return "{ " + ", ".join(pairs) + " }"


if __name__ == "__main__":
    {"prompts": prompts, "tuning": tuning, "settings": lines}[sys.argv[1]](*map(Path, sys.argv[2:]))
