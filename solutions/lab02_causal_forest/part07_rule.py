# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# In the band world the order is plain, and it is the truth's. In the gentle world nearly all of the loss is noise
# that no effect explains: even the true effects score next to nothing, so {{ '{:,}'.format(s.tiny.held_out_rows) }}
# held-out people cannot be relied on to tell the forests apart. The table at the end shows how far the score moves
# from seed to seed.
#
# ## Exercise 10 · A rule and its value
#
# *Why.* Nobody is paid for an RMSE. A forest is used to decide whom to treat, and a decision can be priced on
# held-out people of a trial without knowing anybody's effect: those who were assigned by chance what the rule would
# have given them show what the rule would do.
#
# *Effort.* Medium, 20 minutes, 9 points.
#
# Write two functions. `choose`: treat everybody whose effect exceeds the cost, but at most a share `budget` of all
# people (rounded down), the largest effects first; which of several equal effects comes first is up to you.
# `value_scores`: one number for each person, y · [t agrees with the rule] / P(that t) − cost · [rule treats], whose mean
# estimates the value of the rule.
#
# <details><summary>Hint 1: why one number for each person?</summary>
# The mean is the value and sd/√n its error; and two rules can be compared person by person, which cancels much noise.
# </details>
# <details><summary>Hint 2: who pays?</summary>
# The cost falls on everybody whom the *rule* treats, whatever the trial assigned.
# </details>


# %% answer="treatment_rule"
def choose(effect: np.ndarray, cost: float, budget: float) -> np.ndarray:
    """Whom to treat: (n,) of bool. At most int(budget * n) people, largest effects first, each above the cost."""
    ### BEGIN SOLUTION
    order = np.argsort(-effect)[: int(budget * len(effect))]
    treat = np.zeros(len(effect), dtype=bool)
    treat[order] = effect[order] > cost
    return treat
    ### END SOLUTION


def value_scores(y: np.ndarray, t: np.ndarray, treat: np.ndarray, p: np.ndarray, cost: float) -> np.ndarray:
    """Scores, (n,), whose mean is the rule's value; treat: what it says, bool; p: P(t = 1); cost: in units of y."""
    ### BEGIN SOLUTION
    agrees = t == treat
    return y * agrees / np.where(treat, p, 1 - p) - cost * treat
    ### END SOLUTION


# %% check="rule_cost" points=2
hint = "Treat where the effect exceeds what it costs; a positive effect is not enough, nor is one equal to the cost."
effect = np.array([0.5, -1.0, 3.0, 1.5, 1.0])
found = checks.unchanged(lambda effect: choose(effect, 1.0, 1.0), effect)
checks.shape(found, (5,), "the rule")
checks.close(np.asarray(found, dtype=int), [0, 0, 1, 1, 0], "the rule", hint=hint)
checks.dtype(np.asarray(found), "bool", "the rule", hint="The rule is a mask: yes or no for each person.")
### BEGIN HIDDEN TESTS
effect = checks.fresh().normal(1, 1, 50)
checks.close(np.asarray(choose(effect, 1.2, 1.0), dtype=int), (effect > 1.2).astype(int), "the rule", hint=hint)
### END HIDDEN TESTS

# %% check="rule_budget" points=2
hint = "A budget of 0.4 treats at most 40% of all people, rounded down, those with the largest effects."
effect = np.array([0.5, 9.0, 7.0, 0.6, 8.0])
for budget in (0.4, 0.55):  # 0.55 of five people are 2.75 people: two
    found = choose(effect, 1.0, budget)
    checks.close(np.asarray(found, dtype=int), [0, 1, 0, 0, 1], f"the rule with a budget of {budget}", hint=hint)
harmed = np.asarray(choose(np.array([-20.0, 9.0, 7.0, 8.0, -9.5]), 1.0, 0.4), dtype=int)
size = "Largest effects first, not largest sizes: whoever is harmed by the treatment takes no place in the budget."
checks.close(harmed, [0, 1, 0, 1, 0], "the rule where the largest number is a harm", hint=size)
equal = np.asarray(choose(np.array([2.0, 3.0, 3.0, 3.0]), 1.0, 0.5), dtype=int)
checks.that(equal.sum() == 2 and not equal[0], f"{hint} With three equal effects and places for two, yours is {equal}.")
### BEGIN HIDDEN TESTS
effect = checks.fresh().permutation(np.r_[-9.5, np.linspace(-1, 0.4, 14), np.linspace(1, 9, 26)])
for share in (0.49, 0.51):  # 20.09 and 20.91 of 41 people; 26 lie above the cost
    expected = effect >= np.sort(effect)[-20]
    checks.close(np.asarray(choose(effect, 0.5, share), dtype=int), expected.astype(int), "the rule", hint=hint)
checks.count(int(np.sum(choose(effect, 0.5, 0.0))), 0, "the people treated without any budget", hint=hint)
### END HIDDEN TESTS

# %% check="value_matched" points=3
hint = (
    "Only people whose treatment agrees with the rule count, each over the chance of the treatment that it was "
    "assigned: p if treated, 1 − p if not."
)


def matched(rng: np.random.Generator) -> None:
    """Fails unless the mean is the value of a rule that treats some strata, and each person's score is right."""
    stratum, p, t = exact_population(rng)
    with_it, without = rng.uniform(1, 9, (2, 6))[:, stratum]
    treat = rng.permutation(6)[stratum] < 3
    y = np.where(t == 1, with_it, without)
    found = checks.unchanged(lambda *given: value_scores(*given, 0.0), y, t, treat, p)
    checks.shape(found, (len(t),), "the scores", hint="One score for each person; the caller takes the mean.")
    checks.close(np.mean(found), np.where(treat, with_it, without).mean(), "the value of the rule", hint=hint)
    few = rng.permutation(len(t))[:9]  # their weights do not happen to have a mean of one
    found = value_scores(y[few], t[few], treat[few], p[few], 0.0)
    expected = np.where(t == treat, y / np.where(treat, p, 1 - p), 0.0)[few]
    checks.close(found, expected, "the scores of nine people", hint=hint)


matched(np.random.default_rng(11))
### BEGIN HIDDEN TESTS
for rng in [checks.fresh() for _ in range(3)]:
    matched(rng)
### END HIDDEN TESTS

# %% check="value_cost" points=2
hint = "Everybody whom the rule treats costs once, whatever the trial assigned; nobody else costs anything."
y = np.array([1.0, 0.0, 1.0, 1.0])
t = np.array([1, 0, 0, 1])
p = np.full(4, 0.5)
treat = np.array([True, True, False, False])
free = value_scores(y, t, treat, p, 0.0)
paid = value_scores(y, t, treat, p, 0.3)
checks.shape(paid, (4,), "the scores", hint="One score for each person; the caller takes the mean.")
paid = np.asarray(free) - np.asarray(paid)
checks.close(paid, [0.3, 0.3, 0.0, 0.0], "what each person costs", hint=hint, atol=1e-5)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
t = rng.integers(0, 2, 30)
p = rng.uniform(0.2, 0.8, 30)
treat = rng.random(30) < 0.5
y = rng.normal(size=30)
cost = rng.uniform(1, 2)
paid = np.asarray(value_scores(y, t, treat, p, 0.0)) - np.asarray(value_scores(y, t, treat, p, cost))
checks.close(paid, cost * treat, "what each person costs", hint=hint, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# **The trial, priced.** Suppose an offer is worth making where it raises the chance of coming by more than
# {{ s.tiny.trial_cost }}: that is its cost, counted in learned results. The forest learns from two thirds of the
# people and the rules are priced on the others, once for each of the {{ s.tiny.seeds | length }} seeds. The smooth
# recipe is one constant here, as exercise 6 showed, so its rule treats everybody or nobody: it depends on which side
# of the cost the constant falls.
#
# Your scores are inverse-probability scores. The cell below makes *augmented* ones of them (AIPW, also called doubly
# robust): a line predicts each person's outcome under what the rule would do, and your scores are taken of what the line
# leaves. The mean stays right whatever the line says, because the trial's p is known; where p is estimated, one of the
# two models may be wrong. A person whose treatment disagrees with the rule then counts as the line's guess, not as 0: the
# standard error of "everybody minus nobody" was 0.050, 0.048 and 0.050 in the three splits without the line and is 0.036,
# 0.036 and 0.035 with it.


# %%
def arm_lines(x: np.ndarray, people: pd.DataFrame) -> list[LinearRegression]:
    """A line from covariates to the outcome of those without an offer, and one of those with it."""
    offered = people["incentive"].to_numpy() == 1
    return [LinearRegression().fit(x[arm], people["learned"][arm]) for arm in (~offered, offered)]


def augmented_scores(people, held_out, x, fresh, treat: np.ndarray) -> np.ndarray:
    """AIPW scores of a rule on the held-out people, (held out,); x and fresh: covariates of people and held_out."""
    y, t = (held_out[column].to_numpy() for column in ("learned", "incentive"))
    without, with_it = (line.predict(fresh) for line in arm_lines(x, people))
    guess = np.where(treat, with_it, without)
    p = np.full(len(t), people["incentive"].mean())
    return guess + value_scores(y - guess, t, treat, p, settings.trial_cost)


# %%
def price_rules(seed: int) -> pd.DataFrame:
    """Scores of four rules on held-out people of the trial, (people, rules); each column's mean is a value."""
    order = np.random.default_rng(seed).permutation(len(trial))
    cut = int(settings.trial_share * len(trial))
    people = trial.iloc[order[:cut]]
    held_out = trial.iloc[order[cut:]]
    x, fresh = (part[["distance", "age", "hiv"]].to_numpy() / np.array([1, 10, 1]) for part in (people, held_out))
    rules = {"nobody": np.zeros(len(fresh), bool), "everybody": np.ones(len(fresh), bool)}
    for style in ("smooth", "aggressive"):
        forest = make_forest(style, settings.trees, seed)
        forest.fit(people["learned"].to_numpy(), people["incentive"].to_numpy(), X=x)
        effect = forest.effect(fresh).ravel()
        rules[style] = choose(effect, settings.trial_cost, 1.0)
        share = f"offers money to {rules[style].mean():.0%} of {len(fresh)} people"
        print(f"split {seed}, {style}: effects from {effect.min():.3f} to {effect.max():.3f}, {share}")
    scores = {rule: augmented_scores(people, held_out, x, fresh, who) for rule, who in rules.items()}
    return pd.DataFrame(scores)


# %%
def compare_rules(scores: pd.DataFrame) -> float:
    """Prints the value of each rule and differences between rules, person by person; returns aggressive - everybody."""
    print("    values: " + ", ".join(f"{rule} {value:.3f}" for rule, value in scores.mean().items()))
    for rule, other in [("everybody", "nobody"), ("smooth", "everybody"), ("aggressive", "everybody")]:
        gain = scores[rule] - scores[other]
        print(f"    {rule} minus {other}: {gain.mean():.3f} (standard error {gain.sem():.3f})")
    return gain.mean()


# %%
figure, panel = plots.axes(width=7)
gains = []
for number, seed in enumerate(settings.seeds):
    scores = price_rules(seed)
    gains.append(compare_rules(scores))
    places = np.arange(scores.shape[1]) + 0.12 * (number - 1)
    panel.errorbar(places, scores.mean(), yerr=scores.sem(), fmt="o:", capsize=3, label=f"split {seed}")
print(f"aggressive minus everybody: {mean_sd(gains)} (sd over splits that share people, not a standard error)")
panel.set_xticks(np.arange(4), ["nobody", "everybody", "smooth forest's\nrule", "aggressive forest's\nrule"])
panel.set(xlabel="who is offered money", ylabel="learned results per person, cost taken off")
panel.legend(fontsize=8)
plots.show(
    figure,
    alt="Value of four rules on held-out people of the trial for three splits, with one standard error: nobody is "
    "worth about a third, everybody about 0.4, the smooth forest's rule equals one of these two, and the aggressive "
    "forest's rule lies a little below everybody.",
)
