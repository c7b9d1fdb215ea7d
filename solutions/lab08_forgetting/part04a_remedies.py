# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %%
TOY_IDS = torch.arange(5, 29).reshape(4, 6)
TOY_MASK = torch.ones_like(TOY_IDS)


def prepared(remedy: str, layers: int, given: bool = True, **options) -> TwoTasks:
    """A toy model with all parameters on (given) or off, made ready by your function."""
    toy = toy_model(layers=layers).requires_grad_(given)
    try:
        found = prepare(toy, remedy, **options)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise checks.CheckFailed(f"prepare stops at '{remedy}': {type(error).__name__}, {error}.") from error
    checks.that(found is None or found is toy, "Change the model that is given, in place: no other model is looked at.")
    return toy


# %% [markdown]
# # Part 4 · Catastrophic forgetting
#
# Now A first, then B. Nothing in B's loss speaks for A, and nothing in either speaks for the masked words that the model
# was pretrained on; what they need is overwritten wherever that lowers the loss of the day. **Catastrophic forgetting** is
# old (McCloskey and Cohen 1989 named it) and so are the remedies: move less (a lower rate), move fewer parameters (freezing,
# LoRA), or keep showing the old task (mixing tasks, replay).
#
# ## Exercise 7 · Who may move
#
# *Why.* Two of the remedies differ from plain fine-tuning in nothing but which parameters learn. Whether a run tests its
# remedy is decided here.
#
# *Effort.* Medium, 25 minutes, 10 points.
#
# Write `prepare`, which makes a `TwoTasks` model ready for task B, **in place**. Whatever was frozen or not before does not
# matter; afterwards exactly these learn:
#
# - `"freezing"`: all but the embeddings and the lower half of the layers (`layers // 2` of them, counted from the bottom);
# - `"head only"`: the head of task B;
# - `"LoRA"`: both heads, and LoRA matrices of rank `r` with `lora_alpha=alpha` beside each layer's `attn.Wqkv` and
#   `attn.Wo` (not the MLP's `Wo`), put into `model.body` by peft, without dropout; the body's own parameters are frozen;
# - anything else (`"no remedy"`, `"lower rate"`, `"mixing tasks"`, `"replay"`): everything.
#
# <details><summary>Hint 1: peft without a wrapper</summary>
#
# <code>inject_adapter_in_model(LoraConfig(...), model.body)</code> puts the adapters in, and the model stays the class it
# was. <code>target_modules=["attn.Wqkv", "attn.Wo"]</code> matches the ends of names.
#
# </details>
# <details><summary>Hint 2: the order</summary>
#
# Freeze everything first, then switch on what learns. New LoRA matrices learn already when they are put in; freezing the
# body afterwards would freeze them too.
#
# </details>


# %% answer="prepare"
def prepare(model: TwoTasks, remedy: str, r: int = settings.r, alpha: float = settings.alpha) -> None:
    """Sets, in place, what learns in task B under a remedy; puts LoRA in where that is the remedy."""
    ### BEGIN SOLUTION
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        layers = model.body.layers
        model.body.embeddings.requires_grad_(False)
        for layer in layers[: len(layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)
    ### END SOLUTION


# %% check="remedy_freezing" points=3
for layers, lower, given in [(4, 2, True), (5, 2, False)]:
    found = set(flags(prepared("freezing", layers, given)))
    frozen = {name for name, _ in toy_model(layers=layers).named_parameters()} - found
    hint = f"freezing, {layers} layers: the embeddings are frozen too, else the backward pass goes all the way down"
    checks.that(not any("embeddings" in name for name in found), hint + ".")
    depths = {depth_of(name, layers) for name in frozen}
    top = set(range(layers - lower + 1, layers + 1))
    hint = f"freezing, {layers} layers: the upper layers are frozen and the lower ones learn; it is meant the other way round"
    checks.that(depths - {0} != top, hint + ".")
    hint = f"freezing, {layers} layers: the lower {lower} are frozen, counted from the bottom, the others learn"
    checks.close(sorted(depths), list(range(lower + 1)), "the depths with something frozen", hint)
    hint = f"freezing, {layers} layers: what is not frozen has to learn, also where it was frozen when it was given"
    learning = {depth_of(name, layers) for name in found}
    checks.close(sorted(learning), list(range(lower + 1, layers + 2)), "the depths where something learns", hint)
cases = [(3, True)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("remedy_freezing")
cases += [(int(rng.integers(1, 10)), bool(rng.integers(2))) for _ in range(4)]
### END HIDDEN TESTS
checks.hand_over(learning=[flags(prepared("freezing", *case)) for case in cases])

# %% check="remedy_head" points=2
for given in (True, False):
    found = prepared("head only", 4, given)
    hint = "head only: only the head of task B learns; yours lets the head of A learn too"
    checks.that("heads.A.weight" not in flags(found), hint + ".")
    hint = "head only: exactly the weight and the bias of task B's head learn"
    checks.that(set(flags(found)) == {"heads.B.weight", "heads.B.bias"}, f"{hint}; yours: {flags(found)[:4]}.")

# %% check="remedy_lora" points=3 tags=["inside"]
for r, alpha, layers in [(2, 6, 3), (4, 4, 4)]:
    found = prepared("LoRA", layers, False, r=r, alpha=alpha)
    added = [name for name in flags(found) if "lora" in name]
    checks.that(added, "LoRA: no LoRA matrix learns. Was the body frozen after they were put in, or were they never?")
    hint = "LoRA: A and B beside attn.Wqkv and attn.Wo of each layer, four matrices a layer; the MLP's Wo is no target"
    checks.that(not any("mlp" in name for name in added), hint + ".")
    checks.count(len(added), 4 * layers, "LoRA matrices that learn", hint)
    others = {name for name in flags(found) if "lora" not in name}
    heads = {f"heads.{task}.{part}" for task in "AB" for part in ("weight", "bias")}
    checks.that(heads <= others, "LoRA: both heads learn beside the LoRA matrices; here one does not.")
    checks.that(others == heads, f"LoRA: nothing of the body itself learns; yours: {sorted(others - heads)[:2]}.")
    found.eval()
    plain = toy_model(layers=layers).eval()(TOY_IDS, TOY_MASK)
    checks.close(
        found(TOY_IDS, TOY_MASK), plain, "the output before training", "LoRA's B starts at zero: nothing changes", 1e-4
    )
    layer = next(module for name, module in found.named_modules() if name.endswith("layers.1.attn.Wo"))
    checks.count(*layer.r.values(), r, "LoRA's rank", "r is an argument")
    checks.close(*layer.scaling.values(), alpha / r, "LoRA's scale", "The scale is alpha / r, both arguments")
    dropped = any(isinstance(module, nn.Dropout) and module.p > 0 for module in layer.lora_dropout.values())
    checks.that(not dropped, "LoRA without dropout: lora_dropout is 0.")

# %% check="remedy_others" points=2
others = ("no remedy", "lower rate", "mixing tasks", "replay", "separate models", "a remedy of your own")
learning = []
for remedy in others:
    for given in (False, True):
        found = prepared(remedy, 3, given)
        missing = {name for name, _ in toy_model(layers=3).named_parameters()} ^ set(flags(found))
        hint = f"{remedy}: everything learns, whatever was frozen before; wrong for {sorted(missing)[:2]}"
        checks.that(not missing, hint + ".")
        learning.append(flags(found))
for remedy in (*others, "freezing", "head only"):
    now = prepared(remedy, 3).state_dict()
    other = [name for name, value in toy_model(layers=3).state_dict().items() if not torch.equal(now[name], value)]
    hint = f"{remedy}: prepare says what may learn and changes no value itself; another one has {other[:1]}"
    checks.that(not other, hint + ".")
checks.hand_over(learning=learning)


# %%
def planned(*case, **options) -> list[tuple[str, list[int]]]:
    """Your plan in plain numbers, or a sentence about where it stops or what its form is."""
    try:
        made = [(task, [int(row) for row in rows]) for task, rows in batch_plan(*case, **options)]
    except (ArithmeticError, IndexError, TypeError, ValueError) as error:
        hint = f"batch_plan stops or is no list of pairs (task, rows) for {case or options}"
        raise checks.CheckFailed(f"{hint}: {type(error).__name__}, {error}.") from error
    batch = case[1]
    short = [len(rows) for _, rows in made if len(rows) != batch]
    hint = f"Each step has `batch` = {batch} row numbers, also where a round ends; yours has a step of"
    checks.that(not short, f"{hint} {short[:1]}.")
    return made


# %% [markdown]
# ## Exercise 8 · Which texts to show again
#
# *Why.* **Mixing tasks** has all of the old data at hand, **replay** only a small store of it, and both spend steps on A
# that B would have had. Sloppy drawing spoils them quietly: some old texts are then shown five times and others never.
#
# *Effort.* Medium, 25 minutes, 10 points.
#
# Write `batch_plan`: for each step a pair (task, rows). Every `every`-th step, counted from 1, so that the first of them is
# step `every`, is `"A"` with rows from `range(old_rows)`; all others are `"B"` with rows from `range(new_rows)`; with
# `every=0` all are B. Each task goes through its rows in random order: none is shown twice before all were shown once, then
# they come in a new random order (a batch may hold the end of one round and the start of the next). The order follows
# from the seed alone: the same seed gives the same plan, another one another.
#
# <details><summary>Hint 1: one long order a task</summary>
#
# Join as many permutations as are needed, <code>np.concatenate([rng.permutation(rows) for _ in range(rounds)])</code>, and
# cut them into batches; a counter for each task says which batch is next.
#
# </details>


# %% answer="batch_plan"
def batch_plan(
    steps: int, batch: int, new_rows: int, old_rows: int, every: int, seed: int
) -> list[tuple[str, list[int]]]:
    """One ("A" or "B", batch row numbers) a step; every `every`-th step shows old rows (A), 0: none does."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    sizes = {"A": old_rows, "B": new_rows}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation(sizes[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan
    ### END SOLUTION


# %% check="plan_tasks" points=2
plan = planned(9, 2, 40, 10, every=4, seed=0)
checks.count(len(plan), 9, "the number of steps in the plan")
tasks = "".join(task for task, _ in plan)
checks.that(tasks != "ABBBABBBA", "The first step with old rows is step 4, not step 1: B B B A B B B A B.")
checks.that(tasks != "AAABAAABA", "It is the other way round: one step in four is A, three are B.")
checks.that(tasks != "BBBBABBBB", "One step of four is A, the fourth; yours shows old rows after four steps of B.")
checks.that(tasks == "BBBABBBAB", f"Of 9 steps with every=4 the tasks should be BBBABBBAB, yours are {tasks}.")
checks.that(all(task == "B" for task, _ in planned(5, 2, 40, 10, every=0, seed=0)), "With every=0 every step is B.")
tasks = "".join(task for task, _ in planned(6, 2, 40, 10, every=2, seed=3))
checks.that(tasks == "BABABA", f"Of 6 steps with every=2 the tasks should be BABABA, yours are {tasks}.")
hint = "With every=1 each step is the next of every 1, so all are A."
checks.that(all(task == "A" for task, _ in planned(3, 2, 40, 10, every=1, seed=0)), hint)

# %% check="plan_rows" points=2
plan = planned(12, 5, 40, 15, every=4, seed=1)
old, new = ([row for task, rows in plan if task == name for row in rows] for name in "AB")
checks.that(
    min(old) >= 0 and max(old) < 15, "Old rows come from range(old_rows): a store of 15 has no row 15 or above."
)
checks.that(min(new) >= 0 and max(new) < 40, "New rows come from range(new_rows).")
hint = "The same seed should give the same plan: draw from a generator made of the seed, inside the function."
checks.that(planned(12, 5, 40, 15, every=4, seed=1) == plan, hint)
seeds = (1, 2, 8, 11, 257, 1001, 65537, 2**31)
made = [planned(12, 5, 40, 15, every=4, seed=seed) for seed in seeds]
for name in "AB":
    drawn = [[row for task, rows in one if task == name for row in rows] for one in made]
    checks.that(drawn[0] != sorted(drawn[0]), f"The rows of {name} should come in random order.")
    following = sum(later == earlier + 1 for earlier, later in itertools.pairwise(drawn[0]))
    hint = f"The rows of {name} should come in random order; in yours most follow the one before, as if only the start were drawn."
    checks.that(following < len(drawn[0]) / 2, hint)
    same = [seeds[n] for n in range(1, len(seeds)) if drawn[n] in drawn[:n]]
    checks.that(
        not same, f"Another seed should give another order of the rows of {name}; yours repeats one at {same[:1]}."
    )

# %% check="plan_rounds" points=2
plan = planned(12, 5, 40, 15, every=4, seed=1)
old = [row for task, rows in plan if task == "A" for row in rows]
hint = "All 15 old rows are shown once before one of them is shown again: go on where the last A step stopped"
checks.close(sorted(old), list(range(15)), "the old rows of three steps of 5", hint)
long = planned(40, 4, 40, 6, every=2, seed=5)
old, new = (np.array([rows for task, rows in long if task == name]).ravel() for name in "AB")
hint = "20 steps of 4 show each of 6 old rows 13 or 14 times; a store smaller than a few batches goes round and round"
counts = np.bincount(old, minlength=6)
checks.that(counts.min() == 13 and counts.max() == 14, f"{hint}. Yours: {counts.tolist()}.")
hint = "80 draws of 40 new rows: each twice, and the second round in another order than the first"
checks.close(np.bincount(new, minlength=40), np.full(40, 2), "how often each new row is shown", hint)
checks.that(new[:40].tolist() != new[40:].tolist(), hint + ".")
cases = [(60, 5, 40, 15, 2, 7)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("plan_rounds")
cases += [(80, 6, int(rng.integers(12, 30)), int(rng.integers(12, 20)), 2, int(rng.integers(1000))) for _ in range(3)]
### END HIDDEN TESTS
checks.hand_over(plans=[planned(*case) for case in cases])

# %% check="plan_drawn" points=4
cases = [(7, 3, 11, 5, 3, 0), (6, 4, 3, 2, 2, 8)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("plan_drawn")
cases += [tuple(int(n) for n in rng.integers([20, 2, 9, 3, 2, 0], [50, 9, 40, 20, 7, 99])) for _ in range(5)]
### END HIDDEN TESTS
plans = [planned(*case) for case in cases]
hint = "A plan has one entry for each step that was asked for; yours have"
checks.that([len(plan) for plan in plans] == [case[0] for case in cases], f"{hint} {[len(plan) for plan in plans]}.")
checks.hand_over(plans=plans)
