"""Records lab10's comparison of compressed models: LAB_PROFILE=laptop python benchmarks/compression.py

Runs the lab's own functions with the reference's answers, a seed at a time, and keeps each seed's rows in the cache: a second run
continues where the first was stopped. Times are taken last, of all encoders in turn, so that a busy minute meets all of them: run
that on an idle machine. Prints the lines of shared/profiles.toml.
"""

import json
import statistics

import numpy as np
from lab_definitions import definitions_until

from grading.atomic_write import write_atomically
from grading.authoring.build import instructor_notebook
from grading.course import load_course
from shared.assets.cache_paths import cache_directory
from shared.notebooks.cell_metadata import grade_id

LAB = "lab10_scaling"
REFERENCE = (2.0, 0.5)  # temperature and soft_weight of the students in the comparison
ROUNDS = 5
SWEEP = ((1.0, 0.5), (4.0, 0.5), (2.0, 1.0))


def measured(seed: int, lab: dict) -> dict[str, list[dict]]:
    """The rows of one seed: the comparison, and students with other settings."""
    runs = lab["compression_runs"](seed, *REFERENCE) + [row | {"seed": seed} for row in lab["baseline_runs"]()]
    by_method = {row["method"]: row["macro_f1"] for row in runs}
    students = {(1.0, 0.0): by_method[lab["LABELS_ONLY"]], REFERENCE: by_method[lab["DISTILLED"]]}
    for setting in SWEEP:
        students[setting] = lab["scored"](lab["student_of"](seed, *setting))["macro_f1"]
    sweep = [{"temperature": t, "soft_weight": w, "macro_f1": score} for (t, w), score in students.items()]
    return {"runs": runs, "sweep": sweep}


def seconds_a_text(lab: dict) -> dict[str, float]:
    """Method -> median seconds a text over ROUNDS rounds in turn; time does not depend on what a model has learned."""
    full = lab["pretrained"]().eval()
    half = lab["half_of"](full)
    models = {lab["AS_TRAINED"]: full, lab["LABELS_ONLY"]: half, lab["DISTILLED"]: half}
    models |= {f"{bits} bits": lab["quantised"](full, bits)[0] for bits in lab["settings"].bits}
    models |= {f"{100 * share:.0f}% pruned": lab["thinned"](full, share)[0] for share in lab["settings"].pruned_shares}
    models[f"{lab['DISTILLED']}, 8 bits"] = lab["quantised"](half, 8)[0]
    found = {method: [] for method in models}
    for _ in range(ROUNDS):
        for method, model in models.items():
            found[method].append(lab["scored"](model)["seconds"])
    return {method: statistics.median(seconds) for method, seconds in found.items()}


def mean_and_sd(values: list[float]) -> tuple[str, str]:
    """Both with four digits."""
    return f"{statistics.mean(values):.4f}", f"{statistics.stdev(values):.4f}"


def lines(found: list[dict], compare) -> list[str]:
    """The rows of recorded_runs and recorded_sweep, as TOML."""
    rows = [row for one in found for row in one["runs"]]
    compared = compare(rows, rows[0]["method"])
    text = ["recorded_runs = ["]
    for method, row in compared.items():
        own = [record for record in rows if record["method"] == method]
        mean, sd = mean_and_sd([record["macro_f1"] for record in own])
        kept = f"kept = {row['kept_mean']:.4f}, kept_sd = {row['kept_sd']:.4f}"
        size = f"megabytes = {own[0]['bytes'] / 1e6:.6f}, faster = {row['faster']:.3f}"
        text.append(f'    {{ method = "{method}", {size}, macro_f1 = {mean}, macro_f1_sd = {sd}, {kept} }},')
    text += ["]", "recorded_sweep = ["]
    for number, row in enumerate(found[0]["sweep"]):
        mean, sd = mean_and_sd([one["sweep"][number]["macro_f1"] for one in found])
        setting = f"temperature = {row['temperature']}, soft_weight = {row['soft_weight']}"
        text.append(f"    {{ {setting}, macro_f1 = {mean}, sd = {sd} }},")
    return [*text, "]"]


def main() -> None:
    lab = definitions_until(LAB, "baseline_runs") | definitions_of_compare()
    folder = cache_directory() / "benchmarks"
    found = []
    for seed in lab["settings"].recorded_seeds:
        file = folder / f"compression-{lab['settings'].profile}-{seed}.json"
        if not file.exists():
            write_atomically(file, json.dumps(measured(seed, lab)))
        found.append(json.loads(file.read_text(encoding="utf-8")))
    seconds = seconds_a_text(lab)
    for row in (row for one in found for row in one["runs"]):
        row["seconds"] = seconds.get(row["method"], row["seconds"])
    if len(found) > 1:
        print("\n".join(lines(found, lab["compare"])))


def definitions_of_compare() -> dict:
    """The reference's `compare`, which stands in a later cell than the runs, taken by itself."""
    cells = instructor_notebook(LAB, load_course()).cells
    namespace = {"np": np}
    exec(next(cell.source for cell in cells if grade_id(cell) == "accounts"), namespace)
    return {"compare": namespace["compare"]}


if __name__ == "__main__":
    main()
