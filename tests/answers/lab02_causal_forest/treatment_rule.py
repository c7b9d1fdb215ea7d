# Answers to lab 2, exercise 10.

# %% right="sorted from the end"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% right="ranks, weights of both treatments added"
def choose(effect, cost, budget):
    from scipy.stats import rankdata

    rank = rankdata(-np.asarray(effect), method="ordinal")
    return (rank <= int(budget * len(effect))) & (effect > cost)


def value_scores(y, t, treat, p, cost):
    treat = np.asarray(treat, dtype=float)
    return treat * (t * y / p - cost) + (1 - treat) * (1 - t) * y / (1 - p)


# %% right="loops and lists"
def choose(effect, cost, budget):
    treat, left = [False] * len(effect), int(budget * len(effect))
    for i in sorted(range(len(effect)), key=lambda i: -effect[i]):
        if left > 0 and effect[i] > cost:
            treat[i] = True
            left -= 1
    return np.array(treat)


def value_scores(y, t, treat, p, cost):
    scores = []
    for yi, ti, ri, pi in zip(y, t, treat, p, strict=True):
        score = yi / (pi if ri else 1 - pi) if bool(ti) == bool(ri) else 0.0
        scores.append(score - cost if ri else score)
    return np.array(scores)


# %% wrong="any positive effect" loses=["rule_cost"] says="what it costs"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > 0)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% wrong="the cost is ignored" loses=["rule_cost"] says="what it costs"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% wrong="the smallest effects first" loses=["rule_budget"] says="largest effects"
def choose(effect, cost, budget):
    best = np.argsort(effect)[: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% wrong="no budget" loses=["rule_budget"] says="at most 40%"
def choose(effect, cost, budget):
    return effect > cost


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% wrong="budget rounded up" loses=["rule_budget"] says="rounded down"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect)) + 1]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% wrong="no weights" loses=["value_matched"] says="over the chance"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y - cost * treat


# %% wrong="weight 1/p for everybody" loses=["value_matched"] says="1 − p if not"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = p
    return (t == treat) * y / chance - cost * treat


# %% wrong="people whose treatment disagrees count as well" loses=["value_matched"] says="agrees"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return y / chance - cost * treat


# %% wrong="only the treated count" loses=["value_matched"] says="agrees"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * treat * y / chance - cost * treat


# %% wrong="the cost falls on those treated in the trial" loses=["value_cost"] says="whatever the trial assigned"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * t


# %% wrong="no cost" loses=["value_cost"] says="costs once"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance


# %% wrong="the cost is weighted, too" loses=["value_cost"] says="costs once"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: int(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * (y - cost * treat) / chance


# %% wrong="the budget is a share of those above the cost" loses=["rule_budget"] says="of all people"
def choose(effect, cost, budget):
    above = np.flatnonzero(effect > cost)
    best = above[np.argsort(-effect[above])][: int(budget * len(above))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% wrong="budget rounded to the nearest number" loses=["rule_budget"] says="rounded down"
def choose(effect, cost, budget):
    best = np.argsort(effect)[::-1][: round(budget * len(effect))]
    treat = np.zeros(len(effect), bool)
    treat[best] = True
    return treat & (effect > cost)


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% wrong="the first ones above the cost, in the order of the rows" loses=["rule_budget"] says="largest effects"
def choose(effect, cost, budget):
    treat = np.zeros(len(effect), bool)
    treat[np.flatnonzero(effect > cost)[: int(budget * len(effect))]] = True
    return treat


def value_scores(y, t, treat, p, cost):
    chance = np.where(treat, p, 1 - p)
    return (t == treat) * y / chance - cost * treat


# %% right="float32, a list of bool"
def choose(effect, cost, budget):
    places = sorted(range(len(effect)), key=lambda i: -effect[i])[: int(budget * len(effect))]
    return [bool(i in places and effect[i] > cost) for i in range(len(effect))]


def value_scores(y, t, treat, p, cost):
    y, p = np.float32(y), np.float32(p)
    return (t == treat) * y / np.where(treat, p, 1 - p) - np.float32(cost) * treat


# %% wrong="largest by size, harm included" loses=["rule_budget"] says="not largest sizes"
def choose(effect, cost, budget):
    first = np.argsort(-np.abs(effect))[: int(budget * len(effect))]
    return np.isin(np.arange(len(effect)), first) & (effect > cost)


def value_scores(y, t, treat, p, cost):
    return np.where(t == treat, y / np.where(treat, p, 1 - p), 0.0) - cost * treat


# %% wrong="everybody at least as good as the last one within the budget" loses=["rule_budget"] says="three equal effects"
def choose(effect, cost, budget):
    most = int(budget * len(effect))
    if most == 0:
        return np.zeros(len(effect), dtype=bool)
    return (effect >= np.sort(effect)[-most]) & (effect > cost)


def value_scores(y, t, treat, p, cost):
    return np.where(t == treat, y / np.where(treat, p, 1 - p), 0.0) - cost * treat


# %% wrong="worth it at exactly the cost" loses=["rule_cost"] says="equal to the cost"
def choose(effect, cost, budget):
    chosen = pd.Series(effect).rank(method="first", ascending=False).to_numpy() <= int(budget * len(effect))
    return chosen & (effect >= cost)


def value_scores(y, t, treat, p, cost):
    return np.where(t == treat, y / np.where(treat, p, 1 - p), 0.0) - cost * treat


# %% wrong="zeros and ones" loses=["rule_cost"] says="bool"
def choose(effect, cost, budget):
    chosen = pd.Series(effect).rank(method="first", ascending=False).to_numpy() <= int(budget * len(effect))
    return (chosen & (effect > cost)).astype(int)


def value_scores(y, t, treat, p, cost):
    return np.where(t == treat, y / np.where(treat, p, 1 - p), 0.0) - cost * treat


# %% wrong="the cost is taken off the caller's effects" loses=["rule_cost"] says="in place"
def choose(effect, cost, budget):
    effect -= cost
    chosen = pd.Series(effect).rank(method="first", ascending=False).to_numpy() <= int(budget * len(effect))
    return chosen & (effect > 0)


def value_scores(y, t, treat, p, cost):
    return np.where(t == treat, y / np.where(treat, p, 1 - p), 0.0) - cost * treat


# %% wrong="weights with a mean of one" loses=["value_matched"] says="over the chance"
def choose(effect, cost, budget):
    chosen = pd.Series(effect).rank(method="first", ascending=False).to_numpy() <= int(budget * len(effect))
    return chosen & (effect > cost)


def value_scores(y, t, treat, p, cost):
    weight = (t == treat) / np.where(treat, p, 1 - p)
    return y * weight * len(y) / weight.sum() - cost * treat


# %% wrong="outcomes of those who disagree are set to zero in place" loses=["value_matched"] says="in place"
def choose(effect, cost, budget):
    chosen = pd.Series(effect).rank(method="first", ascending=False).to_numpy() <= int(budget * len(effect))
    return chosen & (effect > cost)


def value_scores(y, t, treat, p, cost):
    y[t != treat] = 0
    return y / np.where(treat, p, 1 - p) - cost * treat
