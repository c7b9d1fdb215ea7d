# %% wrong="the first step already shows old rows" loses=["plan_tasks", "plan_drawn"] says="The first step with old rows is step 4"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(steps):
        task = "A" if every and step % every == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="A and B the other way round" loses=["plan_tasks", "plan_rounds", "plan_drawn"] says="the other way round"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "B" if every == 0 or step % every == 0 else "A"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="old rows after `every` new batches" loses=["plan_tasks", "plan_rounds", "plan_drawn"] says="after four steps of B"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % (every + 1) == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="every=0 divides by zero" loses=["plan_tasks"] says="ZeroDivisionError"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if step % every == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="drawn with replacement" loses=["plan_rounds", "plan_drawn"] says="before one of them is shown again"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    plan = []
    for step in range(1, steps + 1):
        old = every > 0 and step % every == 0
        plan.append(("A" if old else "B", rng.integers(old_rows if old else new_rows, size=batch).tolist()))
    return plan


# %% wrong="shuffled anew for each step" loses=["plan_rounds", "plan_drawn"] says="before one of them is shown again"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    plan = []
    for step in range(1, steps + 1):
        old = every > 0 and step % every == 0
        count = old_rows if old else new_rows
        order = np.concatenate([rng.permutation(count) for _ in range(1 + batch // count)])
        plan.append(("A" if old else "B", order[:batch].tolist()))
    return plan


# %% wrong="the rest of a round is thrown away" loses=["plan_rounds", "plan_drawn"] says="13 or 14 times"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        if len(waiting[task]) < batch:
            waiting[task] = []
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="a short batch at the end of a round" loses=["plan_rounds", "plan_drawn"] says="also where a round ends"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        if not waiting[task]:
            waiting[task] = rng.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="each round in the order of the first" loses=["plan_rounds"] says="another order than the first"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    orders = {"A": rng.permutation(old_rows), "B": rng.permutation(new_rows)}
    place = {"A": 0, "B": 0}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        numbers = np.arange(place[task], place[task] + batch)
        plan.append((task, orders[task][numbers % len(orders[task])].tolist()))
        place[task] += batch
    return plan


# %% wrong="one place for both tasks" loses=["plan_rounds", "plan_drawn"] says="go on where the last A step stopped"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    rounds = 1 + steps * batch
    orders = {
        "A": np.concatenate([rng.permutation(old_rows) for _ in range(rounds // old_rows + 1)]),
        "B": np.concatenate([rng.permutation(new_rows) for _ in range(rounds // new_rows + 1)]),
    }
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        plan.append((task, orders[task][(step - 1) * batch : step * batch].tolist()))
    return plan


# %% wrong="the seed has no part in it" loses=["plan_rows"] says="Another seed should give another order"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(0)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="another plan at each call" loses=["plan_rows"] says="The same seed should give the same plan"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += np.random.permutation({"A": old_rows, "B": new_rows}[task]).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="old rows drawn from all, not from the store" loses=["plan_rows", "plan_rounds", "plan_drawn"] says="Old rows come from range(old_rows)"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation(new_rows).tolist()
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% wrong="only the old rows are shuffled" loses=["plan_rows", "plan_rounds"] says="rows of B"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    waiting = {"A": [], "B": []}
    plan = []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        while len(waiting[task]) < batch:
            waiting[task] += rng.permutation(old_rows).tolist() if task == "A" else list(range(new_rows))
        plan.append((task, waiting[task][:batch]))
        waiting[task] = waiting[task][batch:]
    return plan


# %% right="two long orders, cut"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)

    def batches(rows, count):
        rounds = -(-count * batch // rows) + 1
        return np.concatenate([rng.permutation(rows) for _ in range(rounds)])[: count * batch].reshape(count, batch)

    old_steps = steps // every if every else 0
    old, new = iter(batches(old_rows, old_steps)), iter(batches(new_rows, steps - old_steps))
    return [
        ("A", list(next(old))) if every and (step + 1) % every == 0 else ("B", list(next(new))) for step in range(steps)
    ]


# %% right="Python's own random numbers, and generators"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    import random

    draw = random.Random(seed)

    def rows_of(count):
        while True:
            yield from draw.sample(range(count), count)

    source = {"A": rows_of(old_rows), "B": rows_of(new_rows)}
    tasks = ["A" if every and step % every == 0 else "B" for step in range(1, steps + 1)]
    return [(task, [next(source[task]) for _ in range(batch)]) for task in tasks]


# %% right="torch's generator, tensors as rows"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    generator = torch.Generator().manual_seed(seed)
    kept = {"A": torch.tensor([], dtype=torch.long), "B": torch.tensor([], dtype=torch.long)}
    plan = []
    for step in range(1, steps + 1):
        task, count = ("A", old_rows) if every != 0 and step % every == 0 else ("B", new_rows)
        while len(kept[task]) < batch:
            kept[task] = torch.cat([kept[task], torch.randperm(count, generator=generator)])
        rows, kept[task] = kept[task][:batch], kept[task][batch:]
        plan.append([task, rows])
    return plan


# %% wrong="with every=1 all steps are B" loses=["plan_tasks"] says="With every=1"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    sizes = {"A": old_rows, "B": new_rows}
    order = {t: np.concatenate([rng.permutation(n) for _ in range(steps * batch // n + 1)]) for t, n in sizes.items()}
    used, plan = {"A": 0, "B": 0}, []
    for step in range(1, steps + 1):
        task = "A" if every > 1 and step % every == 0 else "B"
        plan.append((task, order[task][used[task] : used[task] + batch].tolist()))
        used[task] += batch
    return plan


# %% wrong="every other round is the first one backwards" loses=["plan_rounds"] says="is an earlier one again"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    order = {}
    for task, size in {"A": old_rows, "B": new_rows}.items():
        once = rng.permutation(size)
        order[task] = np.concatenate([once[:: (-1) ** n] for n in range(steps * batch // size + 1)])
    used, plan = {"A": 0, "B": 0}, []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        plan.append((task, order[task][used[task] : used[task] + batch].tolist()))
        used[task] += batch
    return plan


# %% wrong="in the order of the rows, from a random one" loses=["plan_rows", "plan_rounds"] says="most follow the one before"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed)
    order = {}
    for task, size in {"A": old_rows, "B": new_rows}.items():
        rounds = [np.roll(np.arange(size), rng.integers(1, size)) for _ in range(steps * batch // size + 1)]
        order[task] = np.concatenate(rounds)
    used, plan = {"A": 0, "B": 0}, []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        plan.append((task, order[task][used[task] : used[task] + batch].tolist()))
        used[task] += batch
    return plan


# %% wrong="few seeds: modulo 7" loses=["plan_rows"] says="yours repeats one"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    rng = np.random.default_rng(seed % 7)
    sizes = {"A": old_rows, "B": new_rows}
    order = {t: np.concatenate([rng.permutation(n) for _ in range(steps * batch // n + 1)]) for t, n in sizes.items()}
    used, plan = {"A": 0, "B": 0}, []
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        plan.append((task, order[task][used[task] : used[task] + batch].tolist()))
        used[task] += batch
    return plan


# %% wrong="only the first permutation is drawn by the seed" loses=["plan_rounds"] says="is an earlier one again"
def batch_plan(steps, batch, new_rows, old_rows, every, seed):
    plan, orders = [], {}
    sizes, used = {"A": old_rows, "B": new_rows}, {"A": 0, "B": 0}
    for step in range(1, steps + 1):
        task = "A" if every and step % every == 0 else "B"
        rows = []
        for place in range(used[task], used[task] + batch):
            turn, here = divmod(place, sizes[task])
            source = np.random.default_rng(seed if turn % 2 == 0 else [seed, 1])
            rows.append(int(orders.setdefault((task, turn), source.permutation(sizes[task]))[here]))
        used[task] += batch
        plan.append((task, rows))
    return plan
