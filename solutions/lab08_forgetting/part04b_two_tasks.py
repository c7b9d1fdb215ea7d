# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## A, then B, eight times
#
# The model learns A once a seed, and every remedy starts from that same model. All get {{ s.tiny.steps_b }} steps of
# {{ s.tiny.batch }} texts in profile tiny ({{ s.laptop.steps_b }} of {{ s.laptop.batch }} in laptop); the steps that mixing
# and replay spend on A are B's loss. Mixing shows a batch of A in one step of {{ s.tiny.every["mixing tasks"] }}, from all
# rows; replay in one of {{ s.tiny.every["replay"] }}, from a store of {{ s.tiny.kept }} rows. Two rows are no remedies but
# limits: **head only** moves nothing that A needs, and **separate models** starts B from the pretrained model and keeps
# A's, at the price of a second body. Whatever a remedy is worth, it has to be better than both somewhere.

# %%
REMEDIES = list(settings.rates_b)
print(pd.Series(settings.rates_b, name="peak rate on B").to_string())


# %%
def train(model: TwoTasks, plan: list, rate, seed: int) -> TwoTasks:
    """One AdamW step for each (task, rows) of a plan, on the parameters that learn; rate(name, step) is a learning rate."""
    set_seed(seed)
    rows = encoded("train")
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    groups = {}
    for name, parameter in named.items():
        groups.setdefault(depth_of(name, LAYERS), {"params": [], "name": name})["params"].append(parameter)
    optimizer = torch.optim.AdamW(list(groups.values()), weight_decay=settings.weight_decay, fused=True)
    model.train()
    for step, (task, numbers) in enumerate(plan):
        for group in optimizer.param_groups:
            group["lr"] = rate(group["name"], step)
        mask = rows["mask"][numbers]
        longest = int(mask.sum(1).max())
        logits = model.heads[task](model(rows["ids"][numbers][:, :longest].to(device), mask[:, :longest].to(device)))
        nn.functional.cross_entropy(logits, rows[task][numbers].to(device)).backward()
        optimizer.step()
        optimizer.zero_grad()
    return model.eval()


# %%
@functools.cache
def model_after_a(seed: int) -> TwoTasks:
    """The model that has learned task A; the starting point of every remedy with this seed."""
    count = len(encoded("train")["ids"])
    plan = [("A", rows) for _, rows in batch_plan(settings.steps_a, settings.batch, count, 1, 0, seed)]
    return train(new_model(seed), plan, lambda name, step: settings.rate_a * linear_share(step, settings.steps_a), seed)


def outcome(model: TwoTasks) -> dict[str, float]:
    """Macro-F1 on both tasks, and lm: the loss on held-out general text, nats per masked token."""
    return scores(model) | {"lm": register_loss(model.body, "speeches")}


@functools.cache
def before(seed: int) -> dict[str, float]:
    """The outcome after task A, before task B."""
    return outcome(model_after_a(seed))


# %%
@functools.cache
def after(remedy: str, seed: int) -> dict[str, float]:
    """The outcome after task B under a remedy; for LoRA also what task A has when its matrices are taken off again."""
    start = new_model(seed) if remedy == "separate models" else copy.deepcopy(model_after_a(seed))
    prepare(start, remedy)
    steps = settings.steps_b
    count = len(encoded("train")["ids"])
    old = settings.kept if remedy == "replay" else count
    plan = batch_plan(steps, settings.batch, count, old, settings.every.get(remedy, 0), seed + 1000)
    model = train(start, plan, lambda name, step: settings.rates_b[remedy] * linear_share(step, steps), seed)
    found = outcome(model)
    if remedy == "separate models":
        found |= {"A": before(seed)["A"], "lm": before(seed)["lm"]}
    if remedy == "LoRA":
        for module in model.body.modules():
            if hasattr(module, "base_layer"):
                module.enable_adapters(False)
        found["A, taken off"] = scores(model)["A"] if changed_heads(model, seed) == ["B"] else math.nan
    return found


def changed_heads(model: TwoTasks, seed: int) -> list[str]:
    """The tasks whose heads are no longer those after task A."""
    old = model_after_a(seed).heads
    return [task for task in CLASSES if not torch.equal(model.heads[task].weight, old[task].weight)]


# %%
def all_outcomes() -> tuple[dict, dict]:
    """(seed -> outcome before B, remedy -> seed -> outcome after B)."""
    pairs = [(remedy, seed) for seed in settings.live_seeds for remedy in REMEDIES]
    found = {remedy: {} for remedy in REMEDIES}
    for remedy, seed in tqdm(pairs, desc="Remedies", delay=5, leave=False):
        found[remedy][seed] = after(remedy, seed)
    return {seed: before(seed) for seed in settings.live_seeds}, found


# %%
started, outcomes = all_outcomes()


# %%
def two_outcomes() -> tuple[dict, dict]:
    """Outcomes of two seeds (a third has only its start), in numbers that are exact."""
    start = {
        4: {"A": 0.75, "B": 0.25, "lm": 4.0},
        7: {"A": 0.5, "B": 0.125, "lm": 4.25},
        9: {"A": 1.0, "B": 0.5, "lm": 3.0},
    }
    end = {7: {"A": 0.375, "B": 0.75, "lm": 5.0}, 4: {"A": 0.6875, "B": 0.875, "lm": 4.25}}
    return start, end


def summarised(before: dict, after: dict, chance: float) -> dict[str, float]:
    """Your row in plain numbers, or a sentence about where it stops, what it lacks and what it changes."""
    given = copy.deepcopy((before, after))
    try:
        row = summarise(before, after, chance)
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError) as error:
        hint = f"summarise stops at the seeds {sorted(before)} before and {sorted(after)} after"
        raise checks.CheckFailed(f"{hint}: {type(error).__name__}, {error}.") from error
    hint = "The function changes its input in place: the caller's outcomes would be different."
    checks.that(given == (before, after), hint)
    checks.keys(row, SUMMARY, "what summarise returns")
    return {name: float(row[name]) for name in SUMMARY}


# %%
def drawn_outcomes(rng, n: int) -> tuple[dict, dict, float]:
    """Outcomes of n seeds before and after, one seed more on each side, and a chance; A may end above its start or below chance."""
    seeds = rng.permutation(50)[: n + 2].tolist()
    before = {seed: {"A": float(0.5 + rng.random() / 2), "B": float(rng.random()), "lm": 4.0} for seed in seeds[1:]}
    after = {seed: {name: float(rng.random()) for name in ("A", "B")} for seed in reversed(seeds[:-1])}
    for run in after.values():
        run["lm"] = float(3.5 + rng.random())
    return before, after, float(0.1 + rng.random() / 4)


SUMMARY = ["A", "A_sd", "B", "B_sd", "forgetting", "forgetting_sd", "retained", "seeds"]


# %%
def guessing() -> float:
    """Macro-F1 of the commonest class on task A, what a model has that learned nothing."""
    truth = encoded("validation")["A"].numpy()
    return macro_f1(np.full(len(truth), np.bincount(truth).argmax()), truth, 3)


def write_metrics(path: str) -> None:
    """Writes {remedy: its summary} as JSON."""
    table = {remedy: summarise(started, runs, guessing()) for remedy, runs in outcomes.items()}
    part = Path(f"{path}.part")
    part.write_text(json.dumps(table, indent=1, default=float), encoding="utf-8")
    part.replace(path)


# %% [markdown]
# ## Exercise 9 · What is lost, in two units
#
# *Why.* "It forgot a little" has to become a number that others use too. peft's own comparison of methods has a column
# **forgetting**: the cross-entropy on held-out general text *after* the tuning minus *before*, in nats. And for a task,
# the share of what was above chance that is still there.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `summarise` for one remedy, over the seeds that both dictionaries have: `A` and `B`, the mean macro-F1 after;
# `A_sd` and `B_sd`, the samples' standard deviations; `forgetting`, the mean over seeds of lm after minus lm before (a
# model that reads better than before has a negative one), and `forgetting_sd`; `retained`, the mean over seeds of
# (A after − chance) / (A before − chance); `seeds`, how many. An sd is divided by n − 1.
#
# <details><summary>Hint 1: per seed first</summary>
#
# Compute each seed's difference and each seed's share, then take means. A mean of ratios is not the ratio of means.
#
# </details>


# %% answer="summarise"
def summarise(before: dict[int, dict], after: dict[int, dict], chance: float) -> dict[str, float]:
    """What one remedy lost and gained; seed -> {"A", "B", "lm"}: macro-F1 (0 to 1) on both tasks, nats per token."""
    ### BEGIN SOLUTION
    seeds = [seed for seed in after if seed in before]
    lost = [after[seed]["lm"] - before[seed]["lm"] for seed in seeds]
    kept = [(after[seed]["A"] - chance) / (before[seed]["A"] - chance) for seed in seeds]
    row = {
        "retained": float(np.mean(kept)),
        "forgetting": float(np.mean(lost)),
        "forgetting_sd": float(np.std(lost, ddof=1)),
    }
    for task in ("A", "B"):
        values = [after[seed][task] for seed in seeds]
        row[task] = float(np.mean(values))
        row[f"{task}_sd"] = float(np.std(values, ddof=1))
    return row | {"seeds": len(seeds)}
    ### END SOLUTION


# %% check="summary_retained" points=2
found = summarised(*two_outcomes(), 0.25)
wrong = {
    "Subtract chance below as well: (A after − chance) / (A before − chance)": (0.125 / 0.5 + 0.4375 / 0.75) / 2,
    "Subtract chance above and below: whoever guesses has retained nothing": (0.375 / 0.5 + 0.6875 / 0.75) / 2,
    "A mean of the seeds' shares, not the share of the means": 0.28125 / 0.375,
    "Retained is the share that is still there, not the share lost": 0.3125,
    "Pair by seed, not by the order of the entries": 1.0,
}
for hint, value in wrong.items():
    checks.that(abs(found["retained"] - value) > 1e-6, hint + ".")
checks.close(found["retained"], 0.6875, "retained: seeds 4 and 7 keep 7/8 and 1/2")
drawn = [(*two_outcomes(), 0.0)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("summary_retained")
drawn += [drawn_outcomes(rng, n) for n in (2, 3, 5)]
### END HIDDEN TESTS
checks.hand_over(retained=[summarised(*case)["retained"] for case in drawn])

# %% check="summary_forgetting" points=2
found = summarised(*two_outcomes(), 0.25)
hint = "After minus before: a loss that rose is a positive forgetting"
checks.that(abs(found["forgetting"] + 0.5) > 1e-9, hint + ".")
hint = "Seed 9 has a start and no end: it is in no mean"
checks.that(abs(found["forgetting"] - 0.875) > 1e-9, hint + ".")
checks.close(found["forgetting"], 0.5, "forgetting: seed 4 loses 0.25, seed 7 loses 0.75 nats")
better = {4: {"A": 0.5, "B": 0.5, "lm": 3.5}, 7: {"A": 0.5, "B": 0.5, "lm": 4.0}}
hint = "A model that reads better than before has a negative forgetting"
checks.close(summarised(two_outcomes()[0], better, 0.25)["forgetting"], -0.375, "forgetting", hint)
### BEGIN HIDDEN TESTS
better[11] = {"A": 1.0, "B": 1.0, "lm": 9.0}
hint = "Only seeds that both dictionaries have: here seed 11 has an end and no start"
checks.close(summarised(two_outcomes()[0], better, 0.25)["forgetting"], -0.375, "forgetting", hint)
### END HIDDEN TESTS

# %% check="summary_spread" points=2
found = summarised(*two_outcomes(), 0.25)
hint = "An sd of a sample is divided by n − 1 (ddof=1)"
checks.that(abs(found["B_sd"] - 0.0625) > 1e-9 and abs(found["forgetting_sd"] - 0.25) > 1e-9, hint + ".")
checks.close([found["B"], found["B_sd"]], [0.8125, 0.125 / math.sqrt(2)], "B and its sd after task B")
hint = "A is what is left after B, not what was there before"
checks.close([found["A"], found["A_sd"]], [0.53125, 0.3125 / math.sqrt(2)], "A and its sd after task B", hint)
hint = "The sd is that of the seeds' differences, not of the losses after task B"
checks.that(abs(found["forgetting_sd"] - 0.75 / math.sqrt(2)) > 1e-6, hint + ".")
hint = "Each seed's after less its own before"
checks.close(found["forgetting_sd"], 0.5 / math.sqrt(2), "the sd of forgetting over seeds", hint)
checks.count(found["seeds"], 2, "the seeds that both have", "Seed 9 has a start and no end: it does not count")
drawn = [(*two_outcomes(), 0.25)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("summary_spread")
drawn += [drawn_outcomes(rng, n) for n in (2, 3, 5)]
### END HIDDEN TESTS
checks.hand_over(rows=[summarised(*case) for case in drawn])


# %% check="metrics_file" points=2
ran = "outcomes" in globals() and "started" in globals()
checks.that(ran, "The remedies have not run: answer Exercises 7 and 8, then run all cells from there on.")
write_metrics("metrics.json")
saved = json.loads(Path("metrics.json").read_text(encoding="utf-8"))
checks.keys(saved, REMEDIES, "metrics.json")
for remedy, runs in outcomes.items():
    lost = [run["lm"] - started[seed]["lm"] for seed, run in runs.items()]
    checks.close(
        saved[remedy]["forgetting"], sum(lost) / len(lost), f"forgetting of {remedy} in metrics.json", rtol=1e-4
    )
    mean = sum(run["B"] for run in runs.values()) / len(runs)
    checks.close(saved[remedy]["B"], mean, f"B of {remedy} in metrics.json", rtol=1e-4)


# %% [markdown]
# The table, the points, and behind them what profile laptop had when the lab was made.


# %%
def remedy_table() -> pd.DataFrame:
    """A row for each remedy, mean ± sd over seeds."""
    table = {}
    for remedy, runs in outcomes.items():
        row = summarise(started, runs, guessing())
        table[remedy] = {
            "A, macro-F1": f"{row['A']:.3f} ± {row['A_sd']:.3f}",
            "retained": f"{row['retained']:.0%}",
            "B, macro-F1": f"{row['B']:.3f} ± {row['B_sd']:.3f}",
            "forgetting (nats)": f"{row['forgetting']:+.3f} ± {row['forgetting_sd']:.3f}",
        }
    values = list(started.values())
    table["before B"] = {
        "A, macro-F1": mean_sd([v["A"] for v in values]),
        "B, macro-F1": mean_sd([v["B"] for v in values]),
    }
    return pd.DataFrame(table).T.fillna("")


remedy_table()
