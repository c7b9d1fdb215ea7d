# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 1 · A difference and its error
#
# *Why.* Where treatment is assigned at random, the plainest estimator is the right one, and everything later in this
# lab has to agree with it there.
#
# *Effort.* Easy, 10 minutes, 7 points.
#
# Write `difference_in_means`: the mean outcome of the treated minus that of the untreated, and its standard error, the
# square root of $s_1^2/n_1 + s_0^2/n_0$, with the sample variance (divisor $n-1$) of each group.
#
# <details><summary>Hint 1: which n?</summary>
# Each group's own. A group of ten is uncertain however many people are in the other group.
# </details>


# %% answer="difference_in_means"
def difference_in_means(y: np.ndarray, t: np.ndarray) -> tuple[float, float]:
    """Difference of two groups' means and its standard error.

    Args:
        y: outcomes, (n,).
        t: 1 for the treated, 0 for the others, (n,).
    Returns:
        (treated minus untreated, standard error), both in the unit of y.
    """
    ### BEGIN SOLUTION
    treated = y[t == 1]
    untreated = y[t == 0]
    error = np.sqrt(treated.var(ddof=1) / len(treated) + untreated.var(ddof=1) / len(untreated))
    return treated.mean() - untreated.mean(), error
    ### END SOLUTION


# %% check="difference_value" points=3
hint = "Is it the treated minus the untreated, each mean taken over its own group's rows only?"
y = np.array([5.0, 1.0, 2.0, 9.0, 3.0, 4.0, 10.0])
t = np.array([1, 0, 0, 1, 0, 1, 0])
found = checks.unchanged(difference_in_means, y, t)
checks.shape(found, (2,), "the result", hint="Return two numbers: the difference and its standard error.")
checks.close(found[0], 2.0, "the difference", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
t = np.r_[np.ones(7), np.zeros(15)][rng.permutation(22)]
y = rng.normal(3, 2, 22)
checks.close(difference_in_means(y, t)[0], y[t == 1].mean() - y[t == 0].mean(), "the difference", hint=hint)
checks.close(difference_in_means(y, 1 - t)[0], y[t == 0].mean() - y[t == 1].mean(), "with groups swapped", hint=hint)
### END HIDDEN TESTS

# %% check="difference_error" points=4
hint = "The error of a mean is not the spread of people: each group's sample variance over its own n; then the root."
found = difference_in_means(np.array([5.0, 1.0, 2.0, 9.0, 3.0, 4.0, 10.0]), np.array([1, 0, 0, 1, 0, 1, 0]))
checks.shape(found, (2,), "the result", hint="Return two numbers: the difference and its standard error.")
checks.close(found[1], np.sqrt(7 / 3 + (50 / 3) / 4), "the standard error", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh("difference_error")
errors = []
for n1, n0 in [(3, 20), (12, 5)]:
    high = rng.normal(1, 3, n1)
    low = rng.normal(-1, 1, n0)
    errors.append(difference_in_means(np.r_[low, high], np.r_[np.zeros(n0), np.ones(n1)])[1])
checks.hand_over(errors=errors)
### END HIDDEN TESTS

# %% [markdown]
# The same formula on both tables. Only one of the two numbers is an effect.

# %%
for name, table, outcome, treatment in [
    ("trial: share that learned the result", trial, "learned", "incentive"),
    ("households: assets, thousand dollars", pension, "assets", "eligible"),
]:
    y = table[outcome].to_numpy()
    t = table[treatment].to_numpy()
    difference, error = difference_in_means(y, t)
    print(f"{name}: {y[t == 1].mean():.3f} - {y[t == 0].mean():.3f} = {difference:.3f} (standard error {error:.3f})")

# %% [markdown]
# ## Exercise 2 · Regression adjustment
#
# *Why.* Households with the offer also earn more. Comparing people of equal income, age and family takes that part
# away, as far as a straight line can.
#
# *Effort.* Easy, 15 minutes, 8 points.
#
# Write `adjusted_effect`: the coefficient of the treatment in a least squares regression of the outcome on an
# intercept, the treatment and the covariates. No penalty: lab 1 showed what a penalty does to a coefficient, and this
# coefficient is the answer.
#
# <details><summary>Hint 1: the design matrix</summary>
# `np.column_stack` of a column of ones, t and x; `np.linalg.lstsq` returns the coefficients in the order of the
# columns.
# </details>


# %% [markdown]
# The checks build worlds without noise, in which the treatment adds exactly the same to everybody, and one in which it
# adds more to some than to others: there, too, the answer is the coefficient of this one regression.


# %%
def confounded(rng: np.random.Generator, effect: float, n: int = 4000):
    """Outcome, treatment and two covariates; the covariates raise both treatment and outcome, noise-free."""
    x = rng.normal(size=(n, 2))
    x -= x.mean(axis=0)
    t = (x.sum(axis=1) + rng.normal(size=n) > 0).astype(float)
    return effect * t + x @ np.array([3.0, -7.0]), t, x


# %% answer="adjusted_effect"
def adjusted_effect(y: np.ndarray, t: np.ndarray, x: np.ndarray) -> float:
    """Least squares coefficient of t in a regression of y on an intercept, t and the columns of x.

    Args:
        y: outcomes, (n,).
        t: treatment, 0 or 1, (n,).
        x: covariates, (n, features).
    """
    ### BEGIN SOLUTION
    design = np.column_stack([np.ones(len(y)), t, x])
    return np.linalg.lstsq(design, y, rcond=None)[0][1]
    ### END SOLUTION


# %% check="adjusted_confounders" points=4
hint = "Are all covariates and the treatment in one regression, and is it the treatment's coefficient that you return?"
y, t, x = confounded(np.random.default_rng(0), effect=2.0)
found = checks.unchanged(adjusted_effect, y, t, x)
through_origin = np.linalg.lstsq(np.column_stack([t, x]), y - y.mean(), rcond=None)[0][0]
checks.that(
    not np.allclose(found, through_origin, atol=1e-3),
    "Centring the outcome alone is no intercept: t has a mean, too, and the line need not go through the origin.",
)
lasso = LassoCV(cv=settings.cv).fit(np.column_stack([t, x]), y).coef_[0]
checks.that(not np.allclose(found, lasso), "A lasso shrinks the treatment's coefficient, too: no penalty here.")
checks.close(found, 2.0, "the effect", hint=hint, rtol=0, atol=0.05)
few = (t == 0) | (x[:, 0] > 0.5)  # the treated have a high first covariate, and with it they gain more
y, t, x = (y + t * x[:, 0])[few], t[few], x[few]
line = LinearRegression().fit(np.column_stack([t, x]), y)
found = adjusted_effect(y - line.intercept_, t, x)  # an intercept of 0: whether there is one is judged below
checks.close(found, line.coef_[0], "the effect, where it differs between people", hint=hint, rtol=0, atol=0.05)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for effect in rng.uniform(-5, 5, 3):
    y, t, x = confounded(rng, effect)
    checks.close(adjusted_effect(y, t, x), effect, "the effect", hint=hint, rtol=0, atol=0.05)
### END HIDDEN TESTS

# %% check="adjusted_intercept" points=2
hint = "The effect must not move when every outcome rises by the same amount. Is there an intercept?"
few = confounded(np.random.default_rng(1), effect=2.0, n=60)


def rise(y: np.ndarray, t: np.ndarray, x: np.ndarray, shift: float) -> None:
    """Fails unless the effect stays where it is when the outcome rises by a shift."""
    moved = float(adjusted_effect(y + shift, t, x)) - float(adjusted_effect(y, t, x))
    without = np.linalg.lstsq(np.column_stack([t, x]), np.full(len(y), shift), rcond=None)[0][0]
    none = np.isclose(moved, without, rtol=0.01)
    penalty = "The effect must not move when every outcome rises. A penalty on the intercept makes it move: use none."
    checks.close(
        moved, 0.0, f"what adding {shift:.3g} to y adds to the effect", hint=hint if none else penalty, atol=2e-3
    )


rise(*few, 100.0)
### BEGIN HIDDEN TESTS
rise(*few, -checks.fresh().uniform(90, 150))
### END HIDDEN TESTS

# %% check="adjusted_units" points=2
hint = "The units of the covariates must not matter to the effect. Is there a penalty in the regression?"
y, t, x = confounded(np.random.default_rng(2), effect=2.0)
before = adjusted_effect(y, t, x)
checks.close(adjusted_effect(y, t, x / 1000), before, "the effect, x in other units", hint=hint, rtol=0, atol=2e-3)
### BEGIN HIDDEN TESTS
unit = 10 ** checks.fresh().uniform(2.5, 3.5)
found = adjusted_effect(y, t, x / np.array([1, unit]))
checks.close(found, before, "the effect, one column in other units", hint=hint, rtol=0, atol=2e-3)
### END HIDDEN TESTS

# %% [markdown]
# Covariates in sensible units: income in tens of thousands of dollars, age in decades. The factors are fixed
# beforehand, not learned from the data, so they cannot leak from one fold into another; and they bring the columns to
# like sizes, which a penalised model needs.

# %%
UNITS = {"income": 10, "age": 10, "family": 1, "married": 1, "male": 1}


def covariates(people: pd.DataFrame) -> np.ndarray:
    """Income in ten thousand dollars, age in decades, family size, married, male; (rows, 5)."""
    return people[list(UNITS)].to_numpy() / np.array(list(UNITS.values()))


# %%
own_traits = trial[["distance", "age", "hiv"]].to_numpy() / np.array([1, 10, 1])
effect = adjusted_effect(trial["learned"].to_numpy(), trial["incentive"].to_numpy(), own_traits)
print(f"trial: {effect:.3f}")
effect = adjusted_effect(pension["assets"].to_numpy(), pension["eligible"].to_numpy(), covariates(pension))
print(f"households: {effect:.1f} thousand dollars")

# %% [markdown]
# In the trial adjustment moves next to nothing: randomisation had made the groups alike. Among the households it takes
# away more than half of the gap. What is left is an effect only if nothing else differs, and only if straight lines
# will do.
#
# **A penalty can undo an adjustment.** "No ridge, no lasso without a scaler" was lab 1's lesson about prediction.
# Here it is a lesson about bias: below, `LassoCV` predicts assets, once with the units above and once with income in
# dollars. `LassoCV` tries penalties from the smallest one that sets every coefficient to zero down to a thousandth of
# it, and that start is set by the largest column. In dollars it lies so high that even its thousandth is too much for
# the other columns.

# %%
for unit, factor in [("ten thousand dollars", 1.0), ("dollars", 1e-4)]:
    x = covariates(pension) / np.array([factor, 1, 1, 1, 1])
    lasso = LassoCV(cv=settings.cv).fit(x, pension["assets"])
    kept = [name for name, weight in zip(UNITS, lasso.coef_, strict=True) if weight != 0]
    print(f"income in {unit}: keeps {', '.join(kept)}; R² {lasso.score(x, pension['assets']):.3f}")
