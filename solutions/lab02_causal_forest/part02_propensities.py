# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# In dollars nothing but income is left: a confounder such as age is out of the model without a word, because of a
# unit. The models inside the forests below are penalised as well, which is why they get `covariates` and not the raw
# table.
#
# ## Exercise 3 · Propensities, overlap and weights
#
# *Why.* Instead of modelling the outcome one can model who gets treated. Weighting each treated person by 1/p and each
# untreated one by 1/(1 − p) makes both groups look like everybody, if p is right and never close to 0 or 1.
#
# *Effort.* Medium, 20 minutes, 11 points.
#
# Write `ipw`. First drop everybody, treated or not, whose propensity lies outside [low, high]. Then weight the rest,
# with each group's weights divided by their sum, so that each group's result is a weighted *mean*. A propensity of
# exactly low or high lies inside.
#
# <details><summary>Hint 1: who gets the large weights?</summary>
# The surprising people: treated although that was unlikely, untreated although that was unlikely.
# </details>
# <details><summary>Hint 2: dropping or clipping?</summary>
# Clipping keeps people in and lies about their propensity. Here they go.
# </details>


# %% [markdown]
# The checks use made-up populations in which the treated share of each stratum is *exactly* its propensity, so that
# right weights give exactly the right answer.


# %%
def exact_population(rng: np.random.Generator, strata: int = 6, size: int = 40):
    """Stratum number, propensity and treatment, each (strata * size,); size * p rows of a stratum are treated."""
    treated = rng.choice(np.arange(4, size - 3), size=strata, replace=False)
    stratum = np.repeat(np.arange(strata), size)
    t = np.concatenate([rng.permutation(np.arange(size) < k) for k in treated]).astype(float)
    return stratum, treated[stratum] / size, t


# %% answer="ipw"
def ipw(y: np.ndarray, t: np.ndarray, p: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Effect by inverse propensity weights that add up to one in each group, after trimming.

    Args:
        y, t: outcomes and treatment (0 or 1), (n,).
        p: propensities P(t = 1 | x), strictly between 0 and 1, (n,).
        low, high: rows with p outside [low, high] are dropped.
    Returns:
        (effect in the unit of y, share of rows kept).
    """
    ### BEGIN SOLUTION
    keep = (p >= low) & (p <= high)
    y = y[keep]
    t = t[keep]
    p = p[keep]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), keep.mean()
    ### END SOLUTION


# %% check="ipw_treated" points=3
hint = "A treated row stands for 1/p people: it weighs more the less likely it was to be treated."
for rng in [np.random.default_rng(3)]:
    stratum, p, t = exact_population(rng)
    level = rng.uniform(5, 10, 6)[stratum]
    found = ipw(level * t, t, p, 0.0, 1.0)  # the untreated have nothing, so only the weights of the treated matter
    checks.shape(found, (2,), "the result", hint="Return two numbers: the effect and the share of rows kept.")
    checks.close(found[0], level.mean(), "the effect", hint=hint)
### BEGIN HIDDEN TESTS
for rng in [checks.fresh() for _ in range(3)]:
    stratum, p, t = exact_population(rng)
    level = rng.uniform(5, 10, 6)[stratum]
    checks.close(ipw(level * t, t, p, 0.0, 1.0)[0], level.mean(), "the effect", hint=hint)
### END HIDDEN TESTS

# %% check="ipw_untreated" points=3
hint = "An untreated row stands for 1/(1 − p) people: p is the chance of being treated, not of what it got."
rng = np.random.default_rng(4)
stratum, p, t = exact_population(rng)
level = rng.uniform(5, 10, 6)[stratum]
found = ipw(level * (1 - t), t, p, 0.0, 1.0)  # the treated have nothing here
checks.shape(found, (2,), "the result", hint="Return two numbers: the effect and the share of rows kept.")
checks.close(found[0], -level.mean(), "the effect", hint=hint)
### BEGIN HIDDEN TESTS
for rng in [checks.fresh() for _ in range(3)]:
    stratum, p, t = exact_population(rng)
    level = rng.uniform(5, 10, 6)[stratum]
    checks.close(ipw(level * (1 - t), t, p, 0.0, 1.0)[0], -level.mean(), "the effect", hint=hint)
### END HIDDEN TESTS

# %% check="ipw_normalised" points=2
hint = "If everybody has the same outcome the effect is 0. Do each group's weights add up to one?"
rng = np.random.default_rng(5)
p = rng.uniform(0.1, 0.9, 60)
t = np.r_[1.0, 0.0, rng.random(58) < p[2:]]
found = checks.unchanged(lambda y, t, p: ipw(y, t, p, 0.0, 1.0), np.full(60, 100.0), t, p)
checks.shape(found, (2,), "the result", hint="Return two numbers: the effect and the share of rows kept.")
checks.close(found[0], 0.0, "the effect", hint=hint, atol=1e-3)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
p = rng.uniform(0.1, 0.9, 60)
y = rng.normal(size=60)
t = np.r_[1.0, 0.0, rng.random(58) < p[2:]]
before = ipw(y, t, p, 0.0, 1.0)[0]
checks.close(ipw(y + 50, t, p, 0.0, 1.0)[0], before, "the effect after adding 50 to y", hint=hint, rtol=0, atol=1e-3)
### END HIDDEN TESTS


# %% check="ipw_trims" points=3
def trims(rng: np.random.Generator, lowest: int) -> None:
    """Fails unless exactly the strata outside the limits are dropped; the limits are propensities that occur.

    Args:
        lowest: the lowest stratum kept; five of seven are.
    """
    hint = "Rows outside [low, high] must go, treated and untreated alike, at both ends; clipping p keeps them in."
    p, t = exact_population(rng, strata=7, size=64)[1:]  # k / 64 is exact in float32, too
    low, high = np.unique(p)[[lowest, lowest + 4]]
    inside = (p >= low) & (p <= high)
    with_it = np.where(inside, 3.0, 80.0 * p)  # whoever stays has 3 with the treatment and 1 without
    without = np.where(inside, 1.0, -50.0 * p)
    found = ipw(np.where(t == 1, with_it, without), t, p, low, high)
    checks.shape(found, (2,), "the result", hint="Return two numbers: the effect and the share of rows kept.")
    effect, share = found
    checks.that(not np.isclose(share, 3 / 7), "[low, high] is closed: a propensity of exactly low or high stays.")
    checks.that(share <= 1, f"Return the share kept, from 0 to 1, not the number of rows; yours is {share:.0f}.")
    checks.that(not np.isclose(share, 2 / 7), "Return the share of rows kept: yours is the share dropped.")
    checks.close((effect, share), (2.0, 5 / 7), "effect and share kept", hint=hint)


trims(np.random.default_rng(6), lowest=1)
### BEGIN HIDDEN TESTS
for lowest in (0, 1, 2):
    trims(checks.fresh(), lowest)
### END HIDDEN TESTS

# %% [markdown]
# Now the households, with two models of who is offered the plan: a logistic regression, straight in the log odds, and
# boosted trees. Both are cross-validated: no household is predicted by a model that has seen it.

# %%
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_predict

CLASSIFIERS = {
    "logistic": LogisticRegressionCV(cv=settings.cv),
    "boosted": HistGradientBoostingClassifier(max_iter=60, learning_rate=0.05, random_state=settings.seeds[0]),
}
propensity = {
    name: cross_val_predict(
        model, covariates(pension), pension["eligible"].astype(int), cv=settings.folds, method="predict_proba"
    )[:, 1]
    for name, model in CLASSIFIERS.items()
}
for name, p in propensity.items():
    print(f"{name}: from {p.min():.3f} to {p.max():.3f}, {np.sum(p > settings.trim[1])} above {settings.trim[1]}")

# %%
figure, (left, right) = plots.axes(2)
bands = pd.cut(pension["income"], [10, 20, 30, 40, 50, 60, 80, 100, 200])
middle = pension["income"].groupby(bands, observed=True).mean()
for name, p in propensity.items():
    left.plot(middle, pd.Series(p).groupby(bands, observed=True).mean(), marker="o", label=f"{name}, mean propensity")
shares = pension["eligible"].groupby(bands, observed=True)
left.errorbar(middle, shares.mean(), yerr=2 * shares.sem(), fmt="ks", capsize=3, label="offered the plan, ± 2 s.e.")
left.set(xlabel="income (thousand dollars a year)", ylabel="share offered the plan")
left.legend(fontsize=8)
for value, label in [(1, "offered"), (0, "not offered")]:
    chosen = propensity["logistic"][pension["eligible"] == value]
    right.hist(chosen, bins=np.linspace(0, 1, 41), density=True, alpha=0.5, label=label)
right.set(xlabel="logistic propensity", ylabel="density (per unit of propensity)")
right.legend(fontsize=8)
plots.show(
    figure,
    alt="Left: the share offered the plan rises with income and levels off near 0.6; boosted propensities "
    "follow it, logistic ones climb on towards 0.9. Right: propensities of both groups overlap except at the top.",
)

# %% [markdown]
# The offer levels off at high incomes; the logistic line does not know how to. It tells the weights that a rich
# household without the offer is a rarity that has to stand for dozens, and that household owns a great deal. See what
# becomes of the effect, and how few rows it hangs on.

# %%
y = pension["assets"].to_numpy()
t = pension["eligible"].to_numpy()
for name, p in propensity.items():
    for low, high in [(0.0, 1.0), settings.trim, (0.1, 0.9)]:
        effect, kept = ipw(y, t, p, low, high)
        gone = round((1 - kept) * len(y))
        print(f"{name}, propensities in [{low}, {high}]: {effect:5.1f} thousand dollars, households dropped: {gone}")

# %% [markdown]
# Compare the first two lines: the few households with a propensity above {{ s.tiny.trim[1] }} decide whether the
# logistic weights see no effect at all or one of the size that the regression saw. Trimming brings the answer into
# that region, at a price: it is now about the households that are left. The boosted propensities hardly need the
# repair, and they say several thousand dollars more throughout. Trimming does not close that gap, and these data do
# not say who is right. Look at overlap *before* you look at effects.
