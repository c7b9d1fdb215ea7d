# %% right="class by class into a list of places"
def nested_subsets(labels, counts, seed):
    rng = np.random.default_rng(seed)
    places = []
    for k in sorted(set(labels)):
        rows = [row for row, label in enumerate(labels) if label == k]
        rng.shuffle(rows)
        places += [((number + 0.5) / len(rows), row) for number, row in enumerate(rows)]
    order = [row for _, row in sorted(places)]
    return {count: order[:count] for count in counts}


# %% right="grown one row at a time, from the class that is furthest behind"
def nested_subsets(labels, counts, seed):
    rng = np.random.default_rng(seed)
    labels = np.array(labels)
    kinds, sizes = np.unique(labels, return_counts=True)
    waiting = [list(rng.permutation(np.where(labels == k)[0])) for k in kinds]
    taken, order = np.zeros(len(kinds)), []
    while len(order) < max(counts):
        behind = (len(order) + 1) * sizes / len(labels) - taken
        behind[[not rows for rows in waiting]] = -np.inf
        k = int(behind.argmax())
        order.append(waiting[k].pop())
        taken[k] += 1
    return {count: tuple(order[:count]) for count in counts}


# %% right="rank within class by pandas"
def nested_subsets(labels, counts, seed):
    table = pd.DataFrame({"label": labels}).sample(frac=1, random_state=seed)
    rank = table.groupby("label").cumcount() + 0.5
    share = rank / table.groupby("label")["label"].transform("size")
    order = share.sort_values(kind="stable").index.to_numpy()
    return {count: order[:count] for count in counts}


# %% wrong="a new draw for each count" loses=["subset_nested", "subset_shares"] says="prefixes of one order"
def nested_subsets(labels, counts, seed):
    rng = np.random.default_rng(seed)
    return {count: tuple(rng.choice(len(labels), count, replace=False)) for count in counts}


# %% wrong="nested, but not stratified" loses=["subset_shares"] says="luck"
def nested_subsets(labels, counts, seed):
    order = np.random.default_rng(seed).permutation(len(labels))
    return {count: tuple(order[:count]) for count in counts}


# %% wrong="stratified, but each subset drawn anew" loses=["subset_nested"] says="prefixes of one order"
def nested_subsets(labels, counts, seed):
    found, labels = {}, np.array(labels)
    for count in counts:
        rng = np.random.default_rng([seed, count])
        place = np.zeros(len(labels))
        for k in np.unique(labels):
            rows = rng.permutation(np.flatnonzero(labels == k))
            place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
        found[count] = tuple(place.argsort()[:count])
    return found


# %% wrong="drawn from the largest down, so that a count depends on which others are asked for" loses=["subset_nested"] says="Asked for alone"
def nested_subsets(labels, counts, seed):
    rng, labels = np.random.default_rng(seed), np.array(labels)
    inside, found = np.arange(len(labels)), {}
    for count in sorted(counts, reverse=True):
        place = np.zeros(len(inside))
        for k in np.unique(labels):
            rows = rng.permutation(np.flatnonzero(labels[inside] == k))
            place[rows] = (np.arange(len(rows)) + 0.5) / max(1, len(rows))
        inside = inside[np.argsort(place, kind="stable")[:count]]
        found[count] = tuple(inside)
    return found


# %% wrong="equal numbers of each class" loses=["subset_shares"] says="nor equal shares"
def nested_subsets(labels, counts, seed):
    rng, labels = np.random.default_rng(seed), np.array(labels)
    place = np.zeros(len(labels))
    for k in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == k))
        place[rows] = np.arange(len(rows))
    order = np.lexsort([rng.random(len(labels)), place])
    return {count: tuple(order[:count]) for count in counts}


# %% wrong="the first rows of each class, whatever the seed" loses=["subset_seed"] says="order of the file"
def nested_subsets(labels, counts, seed):
    labels = np.array(labels)
    place = np.zeros(len(labels))
    for k in np.unique(labels):
        rows = np.flatnonzero(labels == k)
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    order = np.argsort(place)
    return {count: tuple(order[:count]) for count in counts}


# %% wrong="the global generator, not the seed" loses=["subset_nested", "subset_seed"] says="same seed"
def nested_subsets(labels, counts, seed):
    labels = np.array(labels)
    place = np.zeros(len(labels))
    for k in np.unique(labels):
        rows = np.random.permutation(np.flatnonzero(labels == k))
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    order = np.argsort(place)
    return {count: tuple(order[:count]) for count in counts}


# %% wrong="rounds class by class, so that a row is missing or too many" loses=["subset_sizes"] says="Rounding"
def nested_subsets(labels, counts, seed):
    rng, labels = np.random.default_rng(seed), np.array(labels)
    orders = [rng.permutation(np.flatnonzero(labels == k)) for k in np.unique(labels)]
    found = {}
    for count in counts:
        parts_of = [order[: int(len(order) / len(labels) * count)] for order in orders]
        found[count] = tuple(int(row) for row in np.concatenate(parts_of))
    return found


# %% wrong="rows may be drawn twice" loses=["subset_sizes"] says="twice"
def nested_subsets(labels, counts, seed):
    rng, labels = np.random.default_rng(seed), np.array(labels)
    slots = []
    for k in np.unique(labels):
        rows = np.flatnonzero(labels == k)
        drawn = rng.choice(rows, size=len(rows))
        slots += [((n + 0.5) / len(rows), int(row)) for n, row in enumerate(drawn)]
    order = [row for _, row in sorted(slots)]
    return {count: tuple(order[:count]) for count in counts}
