# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 3 · Which tool helped?
#
# An **ablation** adds (or removes) one thing at a time. Here each row adds a tool to the row above it, on task A:
# one rate for all layers with linear warm-up and decay; then discriminative rates; then the slanted triangle instead of
# the linear schedule; then gradual unfreezing; then the second stage, so that the classifier starts from the body that has
# read the rated sentences (without their labels). For the same seed all rows have the same fresh heads and the same
# {{ s.tiny.ablation_steps }} batches of {{ s.tiny.batch }} texts in profile tiny. One thing more differs, the peak rate: a rate that
# is divided layer by layer needs a higher peak to move as much, so every row but the first has four times the peak of
# the first. That is a rule of thumb, not a search; keep it in mind when you read the first gap.
#
# | row | peak rate in profile tiny | in laptop |
# |---|---|---|
# {% for arm, peak in s.tiny.peaks.items() -%}
# | {{ arm }} | {{ peak }} | {{ s.laptop.peaks[arm] }} |
# {% endfor %}

# %%
ARMS = list(settings.peaks)


def optimizer_and_schedule(model: nn.Module, arm: str, steps: int) -> tuple:
    """AdamW with one group for each rate, and the schedule of all groups, as the arm has them."""
    named = dict(model.named_parameters())
    rates = dict.fromkeys(named, settings.peaks[arm])
    if arm != "one rate":
        rates = discriminative_rates(list(named), LAYERS, settings.peaks[arm])
    groups = [
        {"params": [named[name] for name in named if rates[name] == rate], "lr": rate}
        for rate in sorted(set(rates.values()))
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=settings.weight_decay, fused=True)
    share = linear_share if arm in ("one rate", "+ discriminative") else slanted_triangular
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share(step, steps))


# %%
def macro_f1(guess: np.ndarray, truth: np.ndarray, classes: int) -> float:
    """The mean of the classes' F1, 0 to 1, each class one vote."""
    scores = []
    for k in range(classes):
        hits = ((guess == k) & (truth == k)).sum()
        scores.append(2 * hits / max(1, (guess == k).sum() + (truth == k).sum()))
    return float(np.mean(scores))


@torch.no_grad()
def guesses(model: TwoTasks, split: str) -> dict[str, np.ndarray]:
    """Task -> the likeliest class of each row of a split."""
    rows = encoded(split)
    model.eval()
    found = {task: [] for task in CLASSES}
    for chosen in torch.arange(len(rows["ids"])).split(64):
        longest = int(rows["mask"][chosen].sum(1).max())
        pooled = model(*(rows[part][chosen][:, :longest].to(device) for part in ("ids", "mask")))
        for task in CLASSES:
            head = model.heads[task]
            found[task].append(head(pooled).argmax(-1).cpu().numpy())
    return {task: np.concatenate(parts) for task, parts in found.items()}


def scores(model: TwoTasks) -> dict[str, float]:
    """Task -> macro-F1 on the validation rows."""
    found = guesses(model, "validation")
    return {task: macro_f1(found[task], encoded("validation")[task].numpy(), len(CLASSES[task])) for task in CLASSES}


# %%
@functools.cache
def ablation_run(arm: str, seed: int) -> float:
    """Trains on task A as the arm says, by Trainer and with your callback; macro-F1 on the validation rows."""
    model = new_model(seed, adapted("sentences")[0] if arm == "+ stage 2" else None)
    steps = settings.ablation_steps
    rows = encoded("train")
    dataset = [
        {"ids": ids, "mask": mask, "labels": int(label)}
        for ids, mask, label in zip(rows["ids"], rows["mask"], rows["A"], strict=True)
    ]
    every = max(1, steps // (2 * DEPTHS))
    unfreezing = [GradualUnfreezing(layers=LAYERS, every=every)] if arm in ("+ unfreezing", "+ stage 2") else []
    with TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, max_steps=steps, per_device_train_batch_size=settings.batch, seed=seed, **quiet
        )
        trainer = Trainer(
            model=ForTrainer(model),
            args=arguments,
            train_dataset=dataset,
            callbacks=unfreezing,
            optimizers=optimizer_and_schedule(model, arm, steps),
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return scores(model)["A"]


def ablation() -> dict[str, dict[int, float]]:
    """Arm -> seed -> macro-F1."""
    gc.freeze()  # once more: a first training imports a great deal, which each run's tidying up would go through
    pairs = [(arm, seed) for seed in settings.ablation_seeds for arm in ARMS]
    found = {arm: {} for arm in ARMS}
    for arm, seed in tqdm(pairs, desc="Ablation", delay=5, leave=False):
        found[arm][seed] = ablation_run(arm, seed)
    return found


# %% [markdown]
# ## Exercise 6 · Does the spread cover the gap?
#
# *Why.* Two means that differ by two points say nothing until you know how far one seed's gap is from the next one's. Runs
# of one seed share their heads and batches, so compare them **seed by seed**: what both have in common cancels.
#
# *Effort.* Medium, 20 minutes, 9 points.
#
# Write `compare_seeds`: for the seeds that both arms have, the mean `gap` (ours less theirs) and the sample's standard
# deviation `sd` of the gaps (divided by n − 1); `low` and `high`, the 95% interval of the mean gap by Student's t with
# n − 1 degrees of freedom, gap ± t · sd / √n, where n counts the seeds in common (of equal gaps the interval is a point); and
# `covered`, True if the interval holds 0, its ends included, so that the spread covers the gap. Fewer than two seeds in
# common: raise a `ValueError`.
#
# <details><summary>Hint 1: Student's t</summary>
#
# <code>stats.t.ppf(0.975, n - 1)</code>; for five seeds it is 2.776, not 1.96.
#
# </details>


# %%
OURS = {3: 0.75, 1: 0.5, 2: 0.625, 9: 0.875, 8: 0.1}  # seed -> score
THEIRS = {1: 0.375, 2: 0.5, 3: 0.5, 9: 0.625, 7: 0.1}  # gaps at seeds 1, 2, 3, 9: 1/8, 1/8, 1/4, 1/4


def compared_arms(ours: dict[int, float], theirs: dict[int, float]) -> dict:
    """What compare_seeds says, or a sentence about where it stops or what is amiss with its form."""
    given = dict(ours), dict(theirs)
    try:
        found = compare_seeds(*given)
    except (KeyError, IndexError, TypeError, ZeroDivisionError) as error:
        hint = f"The seeds of the two arms are {sorted(ours)} and {sorted(theirs)}, those that both have count; yours stops"
        raise checks.CheckFailed(f"{hint}: {type(error).__name__}, {error}.") from error
    checks.that(
        given == (ours, theirs), "The function changes its input in place: the caller's scores would be different."
    )
    checks.keys(found, ["gap", "sd", "low", "high", "covered"], "the dict of compare_seeds")
    covered = found["covered"]
    covered = covered.item() if hasattr(covered, "item") else covered  # a bool of NumPy's or PyTorch's
    checks.that(isinstance(covered, bool), f"covered is True or False, yours is {covered}.")
    return {name: float(found[name]) for name in ("gap", "sd", "low", "high")} | {"covered": covered}


# %% answer="compare_seeds"
def compare_seeds(ours: dict[int, float], theirs: dict[int, float]) -> dict[str, float | bool]:
    """{"gap", "sd", "low", "high", "covered"} of two arms, each seed -> score, compared seed by seed."""
    ### BEGIN SOLUTION
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("A spread needs at least two seeds that both arms have.")
    gap = float(gaps.mean())
    sd = float(gaps.std(ddof=1))
    half = float(stats.t.ppf(0.975, len(gaps) - 1)) * sd / math.sqrt(len(gaps))
    return {"gap": gap, "sd": sd, "low": gap - half, "high": gap + half, "covered": gap - half <= 0 <= gap + half}
    ### END SOLUTION


# %% check="seeds_gap" points=2
found = compared_arms(OURS, THEIRS)
checks.that(abs(found["gap"] + 0.1875) > 1e-9, "The gap is ours less theirs: better than theirs is positive.")
hint = "Only seeds that both arms have, and each with its own partner: seeds 7 and 8 have none"
checks.close(found["gap"], 0.1875, "the mean gap", hint)
for ours, theirs in [({1: 0.5, 2: 0.5}, {2: 0.25, 3: 0.5}), ({1: 0.5, 2: 0.5}, {4: 0.25, 3: 0.5})]:
    try:
        refused = compared_arms(ours, theirs) is None
    except ValueError:
        refused = True
    checks.that(refused, "One seed in common, or none, has no spread: raise a ValueError.")

# %% check="seeds_sd" points=2
found = compared_arms(OURS, THEIRS)
checks.that(abs(found["sd"] - 0.0625) > 1e-6, "The sd of a sample is divided by n − 1: ddof=1.")
hint = "The sd is that of the gaps themselves, not of their mean: √n belongs to the interval."
checks.that(abs(found["sd"] - math.sqrt(0.015625 / 3) / 2) > 1e-6, hint)
hint = "The sd is that of the gaps, pair by pair and by the seed's number, not by the order of entries"
checks.close(found["sd"], math.sqrt(0.015625 / 3), "the sd of the gaps 1/8, 1/8, 1/4, 1/4", hint)

# %% check="seeds_interval" points=2
found = compared_arms(OURS, THEIRS)
error = math.sqrt(0.015625 / 3) / 2
wrong = {
    "Four gaps have three degrees of freedom: t is 3.18, not 1.96, the normal distribution's": stats.norm.ppf(0.975),
    "Four gaps have three degrees of freedom, n − 1, not four": stats.t.ppf(0.975, 4),
    "95% leaves 2.5% on each side: t at 0.975, not at 0.95": stats.t.ppf(0.95, 3),
    "The mean of n gaps has a spread of sd / √n, not of sd": 2 * stats.t.ppf(0.975, 3),
    "n is the number of seeds that both arms have, four, not of those that one arm has": stats.t.ppf(0.975, 4)
    * 2
    / 5**0.5,
}
for hint, factor in wrong.items():
    checks.that(abs(found["high"] - found["gap"] - factor * error) > 1e-4, hint + ".")
checks.that(found["low"] <= found["high"], "low is the lower end of the interval, high the upper one.")
half = stats.t.ppf(0.975, 3) * error
checks.close([found["low"], found["high"]], [0.1875 - half, 0.1875 + half], "the interval", rtol=1e-4)

# %% check="seeds_covered" points=1
found = compared_arms(OURS, THEIRS)
checks.that(not found["covered"], "The whole interval is above 0, so the spread does not cover this gap.")
wide = compared_arms({1: 0.5, 2: 1.0}, {1: 0.0, 2: 0.75})
hint = "Gaps of 1/2 and 1/4: with two seeds t is 12.7, the interval holds 0 although both gaps are positive"
checks.that(wide["covered"], hint + ".")
below = compared_arms(dict.fromkeys(range(4), 0.25) | {9: 0.125}, dict.fromkeys([*range(4), 9], 0.75))
checks.that(not below["covered"], "An interval that is wholly below 0 does not hold 0 either.")
equal = compared_arms({1: 0.5, 2: 0.25}, {2: 0.25, 1: 0.5})
hint = "Equal arms: gap 0, sd 0, and the interval, a point, holds 0: its ends are included."
checks.that(equal["covered"] and equal["sd"] == 0, hint)

# %% check="seeds_drawn" points=2
rng = checks.fresh("seeds_drawn")
few = dict.fromkeys(range(4), 0.25) | {9: 0.125}
compared = [compared_arms({1: 0.5, 2: 1.0}, {1: 0.0, 2: 0.75}), compared_arms(few, dict.fromkeys(few, 0.75))]
for n in (3, 5, 8):
    seeds = rng.permutation(40)[: n + 2].tolist()
    a, b = ({int(seed): float(rng.random()) for seed in part} for part in (seeds[1:], seeds[n::-1]))
    compared.append(compared_arms(a, b))
ordered = all(row["low"] <= row["gap"] <= row["high"] for row in compared)
checks.that(ordered, "The gap lies between low and high; in yours it does not.")
checks.hand_over(compared=compared)


# %% [markdown]
# Before you run the next cells, write down a guess: which of the four additions helps most?


# %%
def gap_text(found: dict) -> str:
    """A gap with its interval and whether the spread covers it."""
    verdict = "covered" if found["covered"] else "not covered"
    return f"{found['gap']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}], {verdict}"


def ablation_table(runs: dict[str, dict[int, float]]) -> pd.DataFrame:
    """Macro-F1 of each arm, mean ± sd over seeds; its gap to the first arm and to the arm above, with the verdict."""
    table = {}
    for above, arm in zip([None, *ARMS], ARMS, strict=False):
        row = {"macro-F1, A": mean_sd(list(runs[arm].values()))}
        for title, other in {"gap to the first row": ARMS[0], "gap to the row above": above}.items():
            if above:
                row[title] = gap_text(compare_seeds(runs[arm], runs[other]))
        table[arm] = row
    return pd.DataFrame(table).T.fillna("")


ablation_table(ablation())


# %%
def baseline_table() -> pd.DataFrame:
    """What the arms have to beat on task A: a constant, and word counts on as many rows as a run reads and on all."""
    rows = encoded("train")
    truth = encoded("validation")["A"].numpy()
    table = {"the commonest class": macro_f1(np.full(len(truth), np.bincount(rows["A"]).argmax()), truth, 3)}
    read = min(settings.ablation_steps * settings.batch, len(rows["A"]))
    for count in sorted({read, len(rows["A"])}):
        words = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, class_weight="balanced"))
        words.fit(rows["text"][:count], rows["A"][:count].numpy())
        table[f"TF-IDF + logistic regression on {count:,} rows"] = macro_f1(
            words.predict(encoded("validation")["text"]), truth, 3
        )
    return pd.DataFrame({"macro-F1, A": table}).round(3)


baseline_table()
