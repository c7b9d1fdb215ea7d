# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 7 · Hand it in
#
# What you hand in is this notebook. The file `metrics.json` that it writes at the end is for you, and for whatever program
# you want to read it with: nobody collects it, and at grading the notebook runs again and writes its own.
#
# ## Exercise 11 · Who is beaten by whom
#
# *Why.* "Best" needs a price. A method is **dominated** if another one costs no more and is no worse, and is better in
# at least one of the two. What remains is the Pareto front: the only methods between which there is a choice to make.
#
# *Effort.* Medium, 20 minutes, 6 points.
#
# Write `pareto(cost, quality)`: the methods that nobody dominates, cheapest first; two that are equal in both stay
# both. And `write_metrics(runs, path)`, which writes a JSON file
# `{"methods": {method: {"trainable", "share", "bytes", "macro_f1_mean", "macro_f1_sd", "seeds"}}, "pareto": [...]}`:
# share is trainable / total (0 to 1), the sd is the sample's (divided by seeds − 1), the front is that of trainable
# against mean macro-F1.
#
# <details><summary>Hint 1: NumPy's default</summary>
# <code>np.std</code> divides by n. <code>ddof=1</code> makes it n − 1. And JSON knows no NumPy numbers:
# <code>float(...)</code>, <code>int(...)</code>.
# </details>


# %%
def made_up_runs(rng, methods: int = 5, seeds: int = 4) -> dict[str, list[dict]]:
    """Records like those of all_runs, with numbers drawn at random."""
    runs = {}
    for number in range(methods):
        size = int(rng.integers(100, 90_000))
        seconds = float(rng.uniform(0.01, 0.1))
        same = {"trainable": size, "total": 100_000, "bytes": int(rng.integers(500, 400_000)), "seconds": seconds}
        runs[f"method {number}"] = [same | {"macro_f1": float(rng.random())} for _ in range(seeds)]
    return runs


def chosen_runs() -> dict[str, list[dict]]:
    """Five methods whose front by trained numbers and mean differs from that by bytes, by time, or by one seed."""
    rows = {
        "d": (400, 3000, 0.05, [0.5, 0.8, 0.8]),
        "a": (100, 9000, 0.03, [0.6, 0.4, 0.5]),
        "e": (500, 2000, 0.04, [0.9, 0.6, 0.63]),
        "c": (300, 5000, 0.02, [0.7, 0.3, 0.5]),
        "b": (200, 1000, 0.01, [0.4, 0.6, 0.62]),
    }
    same = {name: dict(zip(("trainable", "bytes", "seconds"), row, strict=False)) for name, row in rows.items()}
    return {name: [same[name] | {"total": 1000, "macro_f1": f1} for f1 in row[3]] for name, row in rows.items()}


# %%
def written(runs: dict) -> dict:
    """What write_metrics writes for these runs, read back."""
    before = copy.deepcopy(runs)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "results of today.json"
        path.write_text('{"methods": {}}', encoding="utf-8")  # what an earlier run of the notebook left there
        write_metrics(runs, str(path))
        text = path.read_text(encoding="utf-8")
        checks.that(text != '{"methods": {}}', "There is no file at the path given.")
    try:
        found = json.loads(text)
    except ValueError as error:
        hint = "The file is no JSON: str() of a dict is Python's notation, and a file that was there is replaced, not added to."
        checks.that(False, f"{hint} ({error})")
    checks.that(runs == before, "The runs have been changed in place: the tables and figures still need them.")
    checks.keys(found, ["methods", "pareto"], "the file")
    return found


# %%
def row_is_right(method: str, row: dict, records: list[dict]) -> None:
    """Fails unless a row of the file is what these records come to."""
    scores = pd.Series([record["macro_f1"] for record in records])
    checks.keys(row, ["trainable", "share", "bytes", "macro_f1_mean", "macro_f1_sd", "seeds"], f"the row of {method}")
    size, total = records[0]["trainable"], records[0]["total"]
    frozen = abs(row["share"] - size / (total - size)) < 1e-9
    hint = "The share is of the total: numbers that learn, divided by all of them, frozen or not."
    checks.close(row["share"], size / total, "share", hint=hint if frozen else "A share is 0 to 1.")
    checks.close(row["macro_f1_mean"], scores.mean(), "macro_f1_mean", hint="The mean is over all seeds.")
    hint = "The sd should be that of a sample: divided by seeds - 1 (ddof=1)."
    checks.close(row["macro_f1_sd"], scores.std(), "macro_f1_sd", hint=hint)
    checks.count(row["trainable"], size, "trainable", "Numbers that learn.")
    checks.count(row["bytes"], records[0]["bytes"], "bytes", "Bytes of one task's file.")
    checks.count(row["seeds"], len(records), "seeds", "The number of runs.")


# %% answer="write_metrics"
def pareto(cost: dict[str, float], quality: dict[str, float]) -> list[str]:
    """The methods that no other dominates (lower cost and higher quality are better), cheapest first."""

    ### BEGIN SOLUTION
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    front = [method for method in cost if not any(beats(other, method) for other in cost)]
    return sorted(front, key=cost.get)
    ### END SOLUTION


def write_metrics(runs: dict[str, list[dict]], path: str) -> None:
    """Writes the JSON file described above."""
    ### BEGIN SOLUTION
    methods = {}
    for method, records in runs.items():
        scores = [record["macro_f1"] for record in records]
        first = records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    part = Path(f"{path}.part")
    part.write_text(json.dumps({"methods": methods, "pareto": front}, indent=1), encoding="utf-8")
    part.replace(path)
    ### END SOLUTION


# %% check="pareto_front" points=3
cost = {"c": 1000, "a": 10, "e": 2000, "b": 100, "d": 20}
quality = {"a": 0.5, "b": 0.7, "c": 0.8, "d": 0.4, "e": 0.75}
hint = "Keep whoever nobody beats: d costs more than a and is worse, e costs more than c and is worse; a, b and c stay."
checks.that(list(pareto(cost, quality)) == ["a", "b", "c"], f"{hint} Cheapest first.")
cost = {"x": 3, "y": 1, "z": 3, "w": 2}
quality = {"x": 0.6, "y": 0.5, "z": 0.6, "w": 0.5}
found = list(pareto(cost, quality))
hint = "x and z are equal in both, so neither beats the other: both stay. w is as good as y and costs more: it goes."
checks.that(found[:1] == ["y"] and sorted(found) == ["x", "y", "z"], hint)
hint = "p and q have one cost, and q is better: p goes, whichever of the two comes first."
for pair in (["p", "q"], ["q", "p"]):
    cost = dict.fromkeys(pair, 5) | {"o": 9}
    checks.that(list(pareto(cost, {"p": 0.4, "q": 0.6, "o": 0.5})) == ["q"], hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
names = [f"m{n}" for n in range(30)]
cost, quality = ({name: float(v) for name, v in zip(names, rng.permutation(30), strict=True)} for _ in range(2))
best = -1.0
expected = []
for name in sorted(names, key=cost.get):
    if quality[name] > best:
        best = quality[name]
        expected = [*expected, name]
checks.that(
    list(pareto(cost, quality)) == expected, "The front climbs: cheapest first, each one better than all before it."
)
### END HIDDEN TESTS


# %% check="metrics_file" points=3
front = "The front should be that of trainable (cost) against mean macro-F1 (quality), and nothing beside it."
for rng in (np.random.default_rng(1), checks.fresh()):
    runs = made_up_runs(rng)
    found = written(runs)
    for method, records in runs.items():
        checks.keys(found["methods"], [method], "the file's methods")
        row = found["methods"][method]
        row_is_right(method, row, records)
    means = {method: row["macro_f1_mean"] for method, row in found["methods"].items()}
    checks.that(found["pareto"] == sorted(found["pareto"], key=lambda m: runs[m][0]["trainable"]), front)
    checks.that(max(means, key=means.get) in found["pareto"], f"{front} The best of all is never beaten.")
found_of_five = written(chosen_runs())["pareto"]
checks.that(found_of_five == ["a", "b", "d", "e"], f"{front} Yours: {found_of_five}.")
### BEGIN HIDDEN TESTS
climbing = []
for method in sorted(means, key=lambda m: runs[m][0]["trainable"]):
    if all(means[method] > means[other] for other in climbing):
        climbing.append(method)
checks.that(found["pareto"] == climbing, front)
### END HIDDEN TESTS


# %%
def hand_over():
    write_metrics(all_runs(), "metrics.json")
    found = json.loads(Path("metrics.json").read_text(encoding="utf-8"))
    print(f"metrics.json: {len(found['methods'])} methods;", "the front:", ", ".join(found["pareto"]))


hand_over()
