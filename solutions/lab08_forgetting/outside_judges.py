"""Judges outside the student's kernel: the lab's plain functions on drawn inputs, and one's own schedule on hidden labels."""

import math
import re

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from shared import checks
from shared.assets import CHECKOUT
from shared.datasets import load_sentiment
from shared.settings import load_settings

LABELS = CHECKOUT / "tests" / "hidden_labels" / "sentiment.csv"
DOMAINS = ["film", "news", "products", "tweets"]


def slanted_curve(curves: list[list[float]]) -> None:
    """Whole curves, six fixed and five drawn."""
    cases = [(40, 0.25, 10.0), (40, 0.5, 4.0), (33, 0.1, 32.0), (38, 0.2, 8.0), (9, 0.1, 16.0), (24, 0.0, 8.0)]
    rng = checks.fresh("slanted_curve")
    cases += [(int(rng.integers(3, 90)), float(rng.uniform(0.02, 0.8)), float(rng.uniform(2, 50))) for _ in range(5)]
    checks.count(len(curves), len(cases), "the number of curves")
    for found, (steps, fraction, ratio) in zip(curves, cases, strict=True):
        t = np.arange(steps + 1)
        cut = max(1, math.floor(steps * fraction))
        p = np.where(t < cut, t / cut, (steps - t) / (steps - cut))
        what = f"the shares for steps {steps}, cut_fraction {fraction:.3g}, ratio {ratio:.3g}"
        divisor = cut * (1 / fraction - 1) if fraction else math.inf
        paper = np.where(t < cut, t / cut, 1 - (t - cut) / divisor)
        hint = "" if fraction else "A cut fraction of 0 is no missing one: the peak is at step 1"
        if len(found) == len(t) and np.allclose(found, (1 + paper * (ratio - 1)) / ratio, rtol=1e-4):
            hint = "The descent takes T - c steps; the paper's own divisor is another number where T * cut_fraction is not whole"
        checks.close(found, (1 + p * (ratio - 1)) / ratio, what, hint, rtol=1e-4)


def _depth(name: str, layers: int) -> int:
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def _names(layers: int, before: str = "") -> list[str]:
    """The names of the parameters of the notebook's toy model; `before` is in front of each."""
    inside = ["attn.Wqkv.weight", "attn.Wo.weight", "mlp_norm.weight", "mlp.Wi.weight", "mlp.Wo.weight"]
    names = ["body.embeddings.tok_embeddings.weight", "body.embeddings.norm.weight", "body.final_norm.weight"]
    for n in range(layers):  # ModernBERT's lowest layer has no norm of its own
        names += [f"body.layers.{n}.{part}" for part in ([] if n == 0 else ["attn_norm.weight"]) + inside]
    names += [f"heads.{task}.{part}" for task in "AB" for part in ("weight", "bias")]
    return [before + name for name in names]


def _lowest(layers: int, step: int, every: int) -> int:
    """The lowest depth that learns in the step after `step` finished ones."""
    return layers + 1 - step // every


def depth_by_name(depths: list[int]) -> None:
    """Depths of three fixed names and of eighteen in six drawn models."""
    asked = [("heads.B.bias", 3), ("final_norm.weight", 22), ("base.encoder.layers.21.attn_norm.weight", 22)]
    rng = checks.fresh("depth_by_name")
    for _ in range(6):
        layers = int(rng.integers(2, 40))
        own = f"a{rng.integers(9)}.layers.{rng.integers(layers)}.mlp.{rng.integers(30)}.bias"
        asked += [(own, layers), ("classifier.2.weight", layers), ("b.final_norm.weight", layers)]
    checks.count(len(depths), len(asked), "the number of depths")
    for found, (name, layers) in zip(depths, asked, strict=True):
        expected = _depth(name, layers)
        hint = "Layer n has depth n + 1, and n is the number after `layers.`"
        if expected == layers + 1 and ".layers." not in name:
            hint = "What is on top has depth layers + 1, and `layers` is an argument"
        checks.count(found, expected, f"the depth of {name} on {layers} layers", hint)


def rate_table(tables: list[dict[str, float]]) -> None:
    """Rates by name: two fixed lists of names and four drawn ones."""
    few = [
        "embeddings.tok_embeddings.weight",
        "layers.0.a.weight",
        "layers.1.a.weight",
        "layers.2.a.weight",
        "heads.A.bias",
    ]
    cases = [(few, 3, 3e-3, 2.6), (["final_norm.weight", "layers.4.a.weight"], 12, 1e-3, 2.6)]
    rng = checks.fresh("rate_table")
    for _ in range(4):
        layers = int(rng.integers(11, 25))
        drawn = [
            "m.embeddings.norm.weight",
            "m.final_norm.weight",
            "c.bias",
            *(f"m.layers.{n}.x.weight" for n in range(layers)),
        ]
        cases.append((rng.permutation(drawn).tolist(), layers, float(rng.uniform(1e-4, 1)), float(rng.uniform(1.1, 4))))
    checks.count(len(tables), len(cases), "the number of tables")
    hint = (
        "`layers` is how many layers the model has, whether or not all are among the names: its top layer is one below"
    )
    checks.close(
        tables[1].get("layers.4.a.weight", math.nan), 1e-3 / 2.6**8, "the rate of layer 4 of 12", f"{hint} the peak"
    )
    for found, (names, layers, peak, factor) in zip(tables, cases, strict=True):
        checks.that(set(found) == set(names), "Each name that is given has a rate, and no other name.")
        for name in names:
            expected = peak / factor ** (layers + 1 - _depth(name, layers))
            checks.close(
                found[name], expected, f"the rate of {name} of {layers} layers, factor {factor:.3g}", rtol=1e-4
            )


def unfreezing_flags(learning: list[list[str]]) -> None:
    """The names that learn in a new model after one call of the callback, for five fixed and eight drawn moments."""
    cases = [(3, 2, 0), (3, 1, 3), (3, 2, 4), (3, 2, 5), (3, 2, 0)]
    rng = checks.fresh("unfreezing_flags")
    cases += [tuple(int(number) for number in rng.integers([2, 1, 0], [6, 5, 30])) for _ in range(8)]
    checks.count(len(learning), len(cases), "the number of moments")
    for found, (layers, every, step) in zip(learning, cases, strict=True):
        wanted = {name for name in _names(layers) if _depth(name, layers) >= _lowest(layers, step, every)}
        wrong = sorted({_depth(name, layers) for name in set(found) ^ wanted})
        hint = "Each call sets all of its model's parameters, whatever earlier calls set in another one and other callbacks do"
        checks.that(
            not wrong, f"{hint}: after {step} steps, every {every}, of {layers} layers, wrong at the depths {wrong}."
        )


def unfreezing_moves(moved: list[list[list[str]]]) -> None:
    """What each step of a real Trainer moved, in a fixed and a drawn run."""
    rng = checks.fresh("unfreezing_moves")
    runs = [(4, 2), (int(rng.integers(2, 6)), int(rng.integers(1, 4)))]
    checks.count(len(moved), len(runs), "the number of runs")
    for steps, (layers, every) in zip(moved, runs, strict=True):
        checks.count(len(steps), (layers + 1) * every + 1, f"the steps of a run with {layers} layers, every {every}")
        for step, found in enumerate(steps):
            names = [name for name in _names(layers, "tuned.") if "heads.B" not in name]
            wanted = {name for name in names if _depth(name, layers) >= _lowest(layers, step, every)}
            wrong = sorted(set(found) ^ wanted)
            hint = f"After {step} steps, with one more of {layers} layers every {every}, others move than should"
            checks.that(not wrong, f"{hint}: {wrong[:3]}.")


def unfreezing_names(listed: list[list[str]]) -> None:
    """The names that learn, for three fixed and eight drawn moments."""
    cases = [(12, 0, 5), (12, 59, 5), (12, 60, 5)]
    rng = checks.fresh("unfreezing_names")
    cases += [(int(rng.integers(11, 25)), int(rng.integers(0, 100)), int(rng.integers(1, 9))) for _ in range(8)]
    checks.count(len(listed), len(cases), "the number of lists")
    for found, (layers, step, every) in zip(listed, cases, strict=True):
        wanted = {f"x.layers.{n}.mlp.Wi.weight" for n in range(layers) if layers - n <= step // every} | {
            "x.final_norm.weight"
        }
        if step // every > layers:
            wanted.add("x.embeddings.norm.weight")
        wrong = sorted(set(found) ^ wanted)
        checks.that(not wrong, f"After {step} steps, every {every}, of {layers} layers, wrong for {wrong[:2]}.")


def loss_drawn(losses: list[float]) -> None:
    """Nats per asked position, over two batches of unlike size."""
    rng = checks.fresh("loss_drawn")
    checks.count(len(losses), 3, "the number of losses")
    for found in losses:
        parts = []
        for rows in (2, 5):
            logits = 3 * rng.normal(size=(rows, 6, 9))
            labels = np.where(rng.random((rows, 6)) < 0.3, rng.integers(9, size=(rows, 6)), -100)
            labels[0, 0] = 4
            row, place = np.nonzero(labels != -100)
            parts.append(-log_softmax(logits, axis=-1)[row, place, labels[row, place]])
        checks.close(found, np.concatenate(parts).mean(), "the loss over all asked positions, in nats", rtol=1e-4)


def stop_drawn(stops: list[int]) -> None:
    """Three fixed curves and twelve drawn ones with many equal losses."""
    cases = [([0, 8, 16, 24], [4.0, 2.5, 2.5, 3.0], [2.0] * 4, 0.5), ([0, 5, 9], [3.0, 2.0, 1.0], [2.0, 1.5, 2.5], 0.5)]
    cases += [([0, 5, 9, 12], [3.0, 0.5, 2.5, 1.0], [2.0, 3.0, 1.5, 1.0], 0.5)]
    rng = checks.fresh("stop_drawn")
    for _ in range(12):
        grid = np.cumsum(rng.integers(1, 9, size=7)).tolist()
        drawn = (rng.integers(1, 6, size=(2, 7)) / 4).tolist()
        cases.append((grid, *drawn, float(rng.integers(0, 4) / 4)))
    checks.count(len(stops), len(cases), "the number of stops")
    for found, (grid, inside, outside, allowance) in zip(stops, cases, strict=True):
        limit = outside[0] + allowance
        expected = min((loss, step) for step, loss, out in zip(grid, inside, outside, strict=True) if out <= limit)[1]
        what = f"the step for losses {inside} in the domain and {outside} out of it, limit {limit}, at steps {grid},"
        checks.count(found, expected, what)


def seeds_drawn(compared: list[dict[str, float]]) -> None:
    """Intervals of two fixed and three drawn pairs of arms."""
    few = dict.fromkeys(range(4), 0.25) | {9: 0.125}
    cases = [({1: 0.5, 2: 1.0}, {1: 0.0, 2: 0.75}), (few, dict.fromkeys(few, 0.75))]
    rng = checks.fresh("seeds_drawn")
    for n in (3, 5, 8):
        seeds = rng.permutation(40)[: n + 2].tolist()
        cases.append(tuple({int(seed): float(rng.random()) for seed in part} for part in (seeds[1:], seeds[n::-1])))
    checks.count(len(compared), len(cases), "the number of comparisons")
    for found, (a, b) in zip(compared, cases, strict=True):
        gaps = np.array([a[seed] - b[seed] for seed in a if seed in b])
        half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / math.sqrt(len(gaps))
        expected = {"gap": gaps.mean(), "sd": gaps.std(ddof=1), "low": gaps.mean() - half, "high": gaps.mean() + half}
        for name, value in expected.items():
            checks.close(found[name], value, f"{name} of {len(gaps)} pairs of seeds", rtol=1e-4)
        hint = f"covered should be {expected['low'] <= 0 <= expected['high']}: {len(gaps)} pairs of seeds"
        checks.that(bool(found["covered"]) == (expected["low"] <= 0 <= expected["high"]), hint + ".")


def remedy_freezing(learning: list[list[str]]) -> None:
    """What learns under freezing: the upper half of the layers and what is on top; one fixed and four drawn sizes."""
    rng = checks.fresh("remedy_freezing")
    cases = [(3, True)] + [(int(rng.integers(1, 10)), bool(rng.integers(2))) for _ in range(4)]
    checks.count(len(learning), len(cases), "the number of models")
    for found, (layers, given) in zip(learning, cases, strict=True):
        wanted = {name for name in _names(layers) if _depth(name, layers) > layers // 2}
        wrong = sorted(set(found) ^ wanted)
        hint = f"freezing, {layers} layers: the lower {layers // 2} are frozen and all above learn; before, all were {given}"
        checks.that(not wrong, f"{hint}; wrong for {wrong[:2]}.")


def remedy_others(learning: list[list[str]]) -> None:
    """Everything learns under each remedy that freezes nothing, whatever was frozen before."""
    checks.count(len(learning), 12, "the number of models")
    wrong = [sorted(set(_names(3)) ^ set(found))[:2] for found in learning]
    checks.that(
        not any(wrong),
        f"Where nothing is frozen everything learns; wrong for {[names for names in wrong if names][:1]}.",
    )


def plan_rounds(plans: list[list[list]]) -> None:
    """One fixed plan and three drawn ones: each round of a task's rows has an order of its own."""
    cases = [(60, 5, 40, 15, 2, 7)]
    rng = checks.fresh("plan_rounds")
    cases += [
        (80, 6, int(rng.integers(12, 30)), int(rng.integers(12, 20)), 2, int(rng.integers(1000))) for _ in range(3)
    ]
    checks.count(len(plans), len(cases), "the number of plans")
    for plan, (_, _, new_rows, old_rows, _, _) in zip(plans, cases, strict=True):
        for task, count in {"A": old_rows, "B": new_rows}.items():
            shown = [row for name, rows in plan if name == task for row in rows]
            rounds = [shown[start : start + count] for start in range(0, len(shown) - count + 1, count)]
            checks.that(rounds, f"Half of the steps show task {task}: more than one round of {count} rows.")
            for number, order in enumerate(rounds):
                checks.that(sorted(order) == list(range(count)), f"A round of {task} shows each of {count} rows once.")
                hint = (
                    f"Each round of task {task} comes in a new random order: round {number + 1} is an earlier one again"
                )
                checks.that(order not in rounds[:number], hint + ".")
                checks.that(order[::-1] not in rounds[:number], hint + ", backwards.")


def _summary(before: dict, after: dict, chance: float) -> dict[str, float]:
    seeds = [seed for seed in before if seed in after]
    values = {task: [after[seed][task] for seed in seeds] for task in "AB"}
    values["forgetting"] = [after[seed]["lm"] - before[seed]["lm"] for seed in seeds]
    row = {name: float(np.mean(found)) for name, found in values.items()}
    row |= {f"{name}_sd": float(np.std(found, ddof=1)) for name, found in values.items()}
    row["retained"] = float(np.mean([(after[seed]["A"] - chance) / (before[seed]["A"] - chance) for seed in seeds]))
    return row | {"seeds": len(seeds)}


def _outcomes(name: str, chance: float) -> list[tuple[dict, dict, float]]:
    """The fixed outcomes with a chance, and three drawn ones, as the notebook makes them."""
    start = {
        4: {"A": 0.75, "B": 0.25, "lm": 4.0},
        7: {"A": 0.5, "B": 0.125, "lm": 4.25},
        9: {"A": 1.0, "B": 0.5, "lm": 3.0},
    }
    end = {7: {"A": 0.375, "B": 0.75, "lm": 5.0}, 4: {"A": 0.6875, "B": 0.875, "lm": 4.25}}
    cases = [(start, end, chance)]
    rng = checks.fresh(name)
    for n in (2, 3, 5):
        seeds = rng.permutation(50)[: n + 2].tolist()
        before = {seed: {"A": 0.5 + rng.random() / 2, "B": rng.random(), "lm": 4.0} for seed in seeds[1:]}
        after = {seed: {task: rng.random() for task in ("A", "B")} for seed in reversed(seeds[:-1])}
        for run in after.values():
            run["lm"] = 3.5 + rng.random()
        cases.append((before, after, 0.1 + rng.random() / 4))
    return cases


def summary_retained(retained: list[float]) -> None:
    """The share above chance that is still there, of outcomes that may lie above the start or below chance."""
    cases = _outcomes("summary_retained", 0.0)
    checks.count(len(retained), len(cases), "the number of outcomes")
    for found, case in zip(retained, cases, strict=True):
        expected = _summary(*case)["retained"]
        hint = "A share of one seed may lie above 1 or below 0, and chance is an argument"
        checks.close(found, expected, f"retained at chance {case[2]:.3g}", hint, rtol=1e-4)


def summary_spread(rows: list[dict[str, float]]) -> None:
    """A and B, all sds and the number of seeds, of one fixed and three drawn outcomes."""
    cases = _outcomes("summary_spread", 0.25)
    checks.count(len(rows), len(cases), "the number of outcomes")
    for found, case in zip(rows, cases, strict=True):
        for name, value in _summary(*case).items():
            if name not in ("retained", "forgetting"):
                seeds = f"{sorted(case[0])} before and {sorted(case[1])} after"
                checks.close(found[name], value, f"{name}, seeds {seeds}", rtol=1e-4)


def plan_drawn(plans: list[list[list]]) -> None:
    """Two fixed and five drawn plans: tasks, ranges, and rounds without a repetition."""
    cases = [(7, 3, 11, 5, 3, 0), (6, 4, 3, 2, 2, 8)]
    rng = checks.fresh("plan_drawn")
    cases += [tuple(int(n) for n in rng.integers([20, 2, 9, 3, 2, 0], [50, 9, 40, 20, 7, 99])) for _ in range(5)]
    checks.count(len(plans), len(cases), "the number of plans")
    for plan, (steps, batch, new_rows, old_rows, every, _) in zip(plans, cases, strict=True):
        wanted = ["A" if step % every == 0 else "B" for step in range(1, steps + 1)]
        checks.that(
            [task for task, _ in plan] == wanted, f"With every={every}, step {every} is the first with old rows."
        )
        checks.that(all(len(rows) == batch for _, rows in plan), f"Each step has {batch} rows, also of few.")
        for task, count in {"A": old_rows, "B": new_rows}.items():
            shown = [row for name, rows in plan if name == task for row in rows]
            checks.that(set(shown) <= set(range(count)), f"Rows of {task} come from range({count}).")
            for start in range(0, len(shown) - count + 1, count):
                once = sorted(shown[start : start + count]) == list(range(count))
                checks.that(once, f"Task {task}, {count} rows in batches of {batch}: all once before one comes again.")


def schedule_score(ids: list[str], sentiment: list[list[int]], origin: list[list[int]]) -> None:
    """Macro-F1 on the test rows, mean over seeds: task A by labels that no student has, task B by the rows' domain."""
    settings = load_settings("lab08_forgetting", "tiny")
    rows = load_sentiment()["test"]
    rows = rows[np.random.default_rng(0).permutation(len(rows))[: settings.test_rows]]
    checks.that(ids == list(rows["id"]), "The guesses are not those for the test rows.")
    labels = pd.read_csv(LABELS, dtype={"id": str}).set_index("id")["label"]
    truth = {"A": labels[ids].to_numpy(), "B": np.array([DOMAINS.index(domain) for domain in rows["domain"]])}
    floors = {"A": settings.floor_a, "B": settings.floor_b}
    for task, found in {"A": sentiment, "B": origin}.items():
        checks.count(len(found), len(settings.own_seeds), "the number of runs")
        reached = np.mean([f1_score(truth[task], guess, average="macro") for guess in found])
        hint = f"After your schedule macro-F1 on task {task} should reach {floors[task]} on test rows; yours is {reached:.3f}."
        checks.that(reached >= floors[task], hint)
