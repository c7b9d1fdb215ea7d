# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The smooth constant is near the cost, so a few trees more or less decide for all people at once. With 100 trees its
# constants were 0.457, 0.399 and 0.468: at a cost of 0.4 it treats nobody in the second split. With 8,000 trees they
# were 0.443, 0.426 and 0.439, and it treats everybody.
#
# The aggressive forest finds differences everywhere and refuses the offer to a quarter of the people or more. Its
# rule is worth no more than "everybody" as far as these people can tell. We measured gains of -0.046, -0.031 and
# -0.013 with 100 trees, and -0.033, -0.050 and -0.023 with 8,000, each with a standard error of about 0.02. Picking the
# people with the smallest estimates is, for a good part, picking errors.
#
# ## Exercise 11 · All seeds, one file
#
# *Why.* One seed is an anecdote. A claim such as "smooth wins" needs its spread, and a file that a program can read.
#
# *Effort.* Easy, 10 minutes, 4 points.
#
# Write `write_metrics`: call `measure(seed)` once for each seed, and write JSON: every name with its `mean`, its sample
# standard deviation `sd` (divisor n − 1) and the number of `seeds`. NumPy's numbers are not JSON's: convert them.
#
# <details><summary>Hint 1: a file that is whole or not there</summary>
# Build the dictionary first, `json.dumps` it, and write the text in one go.
# </details>
#
# The checks write to a folder of their own. You hand in the notebook alone: whoever runs it gets `metrics.json` again.


# %%
import contextlib
import json
import re
import tempfile
from pathlib import Path


# %% answer="write_metrics"
def write_metrics(measure, seeds: list[int], path: str) -> None:
    """Writes {name: {"mean": ..., "sd": ..., "seeds": ...}} to a JSON file.

    Args:
        measure: measure(seed) -> {name: number}, the same names for every seed.
        seeds: at least two.
        path: of the file.
    """
    ### BEGIN SOLUTION
    import json
    from pathlib import Path

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {
        name: {"mean": float(column.mean()), "sd": float(column.std(ddof=1)), "seeds": len(column)}
        for name, column in table.items()
    }
    Path(path).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    ### END SOLUTION


# %% check="metrics_spread" points=2


def spreads(rows: dict[int, dict[str, float]]) -> None:
    """Fails unless the file holds, under each name, that name's mean and sample sd; how it is spelled is not judged here.

    Args:
        rows: seed -> {name: number}; the names come in another order for some seeds.
    """
    hint = (
        "Mean and sample standard deviation (divisor n − 1) of each name, over all seeds: not the first seed, not the "
        "error of the mean."
    )
    asked = []

    def measure(seed):
        checks.that(
            seed in rows, f"measure is called with {seed!r}, which is not one of the seeds given: {list(rows)}."
        )
        asked.append(seed)
        return dict(rows[seed])

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_metrics(measure, list(rows), f"{folder}/asked_for.json")
        text = "".join(file.read_text(encoding="utf-8") for file in Path(folder).iterdir())
    table = pd.DataFrame(rows).T
    for name in table:
        entry = re.search(rf"""['"]{name}['"]:\s*{{(.*?)}}""", text, re.DOTALL)
        for key, value in (("mean", table[name].mean()), ("sd", table[name].std())):
            found = re.search(rf"""['"]{key}['"]:\s*['"]?(-?[\d.]+(e-?\d+)?)""", entry[1] if entry else "")
            right = found is not None and np.isclose(float(found[1]), value, rtol=1e-3, atol=1e-3)
            checks.that(
                right, f"{hint} The {key} of {name} is {value:.4f}, yours {found[1] if found else 'is missing'}."
            )
    checks.that(
        sorted(asked) == sorted(rows), f"Call measure once for each seed, it may take hours: yours asks {asked}."
    )


spreads({3: {"a": 5.25, "b": 1.5}, 1: {"b": 0.25, "a": 7.5}, 8: {"a": 4.125, "b": 9.5}, 5: {"a": 6.5, "b": 2.75}})
### BEGIN HIDDEN TESTS
rng = checks.fresh()
names = ["y", "x", "z"]
spreads({int(s): {n: rng.normal(5, 2) for n in rng.permutation(names)} for s in rng.choice(1000, 5, replace=False)})
### END HIDDEN TESTS

# %% check="metrics_file" points=2
hint = "The file must be JSON that a program can read: one entry a name, with mean, sd and seeds."
with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    file = Path(folder, "asked_for.json")
    try:
        write_metrics(lambda seed: {"a": np.float32(seed), "b": np.int64(2 * seed)}, [1, 2, 3], str(file))
        checks.that(file.exists(), "No file is at `path` afterwards: is it written to the path that the caller gives?")
        text = file.read_text(encoding="utf-8")
        write_metrics(lambda seed: {"a": np.float32(seed), "b": np.int64(2 * seed)}, [1, 2, 3], str(file))
    except TypeError as error:
        checks.that(False, f"NumPy's numbers are not JSON's, so convert them with float(); Python says: {error}.")
    checks.that(file.read_text(encoding="utf-8") == text, "Run twice, the file must hold the second run's text alone.")
try:
    found = json.loads(text)
except ValueError:
    found = None
checks.that(isinstance(found, dict), f"{hint} Yours begins: {text[:60]}")
checks.keys(found, ["a", "b"], "the file", hint=hint)
for name in ("a", "b"):
    checks.keys(found[name], ["mean", "sd", "seeds"], f"the entry of {name}", hint=hint)
    checks.that(found[name]["seeds"] == 3, f"`seeds` is the number of seeds, 3; yours is {found[name]['seeds']!r}.")
    for key in ("mean", "sd"):
        checks.that(
            isinstance(found[name][key], int | float),
            f"The {key} of {name} should be a number; yours is {found[name][key]!r}.",
        )

# %% [markdown]
# Now the whole experiment: two worlds, two forests and, as a third, no forest at all but one constant effect, by
# least squares; the true effects get a held-out score as well. Each seed draws new people, treatments, noise and
# trees. `lost` is what the rule "treat where the estimated effect exceeds {{ s.tiny.world_cost }}" loses against
# knowing everybody's effect, in thousand dollars per person.


# %%
def lost(effect: np.ndarray, truth: np.ndarray) -> float:
    """Value that treating by these estimates loses against treating by the truth, per person."""
    gain = truth - settings.world_cost
    return np.mean(np.maximum(gain, 0)) - np.mean(gain * choose(effect, settings.world_cost, 1.0))


# %%
def measure(seed: int, bar: tqdm) -> dict[str, float]:
    """All scores of both forests, of a constant and of the truth, in both worlds, for one seed."""
    found = {}
    for world in ("gentle", "band"):
        for style in ("smooth", "aggressive"):
            r = run(world, style, seed)
            k = settings.interval_rows
            scores = score_effects(r.effect[:k], r.low, r.high, r.truth[:k])
            scores["lost"] = lost(r.effect, r.truth)
            scores["held_out_score"] = held_out_score(world, seed, r.effect)
            for name, value in scores.items():
                found[f"{world}/{style}/{name}"] = value
            bar.update()
        x, t, y, _ = draw_world(world, settings.rows, seed)
        constant = np.full(len(r.truth), adjusted_effect(y, t, x))
        found[f"{world}/constant/rmse"] = np.sqrt(np.mean((constant - r.truth) ** 2))
        found[f"{world}/constant/lost"] = lost(constant, r.truth)
        found[f"{world}/truth/held_out_score"] = held_out_score(world, seed, r.truth)
    return found


# %%
@functools.cache
def results() -> dict[tuple[str, str, str], dict[str, float]]:
    """Runs the experiment once, by way of metrics.json; keys are (world, estimator, score)."""
    with tqdm(total=4 * len(settings.seeds), desc="forests") as bar:
        write_metrics(lambda seed: measure(seed, bar), settings.seeds, "metrics.json")
    rows = json.loads(Path("metrics.json").read_text(encoding="utf-8"))
    return {tuple(name.split("/")): row for name, row in rows.items()}


print(f"{len(results())} scores in metrics.json")
