# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Lab 2 · Smooth and aggressive causal forests
#
# {{ badge }}
#
# A forest can estimate for whom something works. Whether to believe it depends on two or three numbers that most
# people copy from somewhere. In this lab you meet two sets of them, a *smooth* one and an *aggressive* one, on real
# people and in made-up worlds whose truth you can look up, and find out where each of them is right.
#
# **When you are through you can**
#
# - tell a difference between two groups from an effect, and say what randomisation buys;
# - adjust for confounders by regression and by propensity weights, and see when the weights cannot be trusted;
# - write double machine learning with cross-fitting by hand and say what each half of it protects from;
# - work out from the number of rows and two hyperparameters how many leaves a tree of a causal forest can have;
# - score effect estimates with a known truth (RMSE, bias, coverage) and without one (a held-out score);
# - price a treatment rule before anybody deploys it.
#
# **Work.** About three hours, 12 exercises, 100 points, 10 of them for a written answer.
# **You need** least squares, cross-validation, standard errors. No graphics card is used.
#
# {{ budget_table }}

# %% tags=["setup"]
from shared.session import start

settings = start("lab02_causal_forest")

# %% [markdown]
# Two warnings of the libraries are switched off below, by name, and you should know what they say. scikit-learn
# announces future defaults of `LogisticRegressionCV`; nothing of today's fit changes. EconML says that it ignores the
# `cv={{ s.tiny.cv }}` of the models it is given and cross-validates on its own folds instead: the forests' recipe
# below asks for `cv={{ s.tiny.cv }}` all the same, as most recipes do, and now you know that the number has no effect
# there.

# %%
import warnings

import numpy as np
import pandas as pd
from sklearn.linear_model import LassoCV, LinearRegression, LogisticRegression, LogisticRegressionCV
from tqdm.auto import tqdm

from shared import checks, plots
from shared.datasets import load_pension, load_thornton
from shared.metrics import mean_sd

warnings.filterwarnings("ignore", category=FutureWarning, module=r"sklearn\.linear_model\._logistic")
warnings.filterwarnings("ignore", message=".*has a non-default cv attribute, which will be ignored")

# %% [markdown]
# ## The people
#
# **A trial.** In rural Malawi, in 2004, people who had been tested for HIV were offered money, or none, for coming to
# learn the result; a lottery decided. Did the offer make them come?
#
# **Households.** US households in 1991: the employer offers a 401(k) pension plan (`eligible`), or does not. Nobody
# drew lots. Do households save more because of the offer?
#
# Both tables have a card in `data/cards/`: where they come from, what they lack, what they must not be used for.

# %%
trial, pension = load_thornton(), load_pension()
print(trial.describe().loc[["count", "mean", "min", "max"]].round(2).T.to_string())
print(pension.describe().loc[["count", "mean", "min", "max"]].round(2).T.to_string())

# %% [markdown]
# ## Exercise 1 · A difference and its error
#
# *Why.* Where a lottery decides who is treated, the plainest estimator is the right one, and everything later in this
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


# %% nbgrader={"grade": false, "grade_id": "difference_in_means", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def difference_in_means(y: np.ndarray, t: np.ndarray) -> tuple[float, float]:
    """Difference of two groups' means and its standard error.

    Args:
        y: outcomes, (n,).
        t: 1 for the treated, 0 for the others, (n,).
    Returns:
        (treated minus untreated, standard error), both in the unit of y.
    """
    ### BEGIN SOLUTION
    treated, untreated = y[t == 1], y[t == 0]
    error = np.sqrt(treated.var(ddof=1) / len(treated) + untreated.var(ddof=1) / len(untreated))
    return treated.mean() - untreated.mean(), error
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "difference_value", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Is it the treated minus the untreated, each mean taken over its own group's rows only?"
found = difference_in_means(np.array([5.0, 7.0, 1.0, 2.0, 3.0]), np.array([1, 1, 0, 0, 0]))
checks.shape(found, (2,), "the result", hint="Return two numbers: the difference and its standard error.")
checks.close(found[0], 4.0, "the difference", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
t = np.r_[np.ones(7), np.zeros(15)][rng.permutation(22)]
y = rng.normal(3, 2, 22)
checks.close(difference_in_means(y, t)[0], y[t == 1].mean() - y[t == 0].mean(), "the difference", hint=hint)
checks.close(difference_in_means(y, 1 - t)[0], y[t == 0].mean() - y[t == 1].mean(), "with groups swapped", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "difference_error", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
hint = "The error of a mean is not the spread of people: each group's sample variance over its own n; then the root."
found = difference_in_means(np.array([5.0, 7.0, 1.0, 2.0, 3.0]), np.array([1, 1, 0, 0, 0]))
checks.shape(found, (2,), "the result", hint="Return two numbers: the difference and its standard error.")
checks.close(found[1], np.sqrt(2 / 2 + 1 / 3), "the standard error", hint=hint)
### BEGIN HIDDEN TESTS
rng, errors = checks.fresh("difference_error"), []
for n1, n0 in [(3, 20), (12, 5)]:
    high, low = rng.normal(1, 3, n1), rng.normal(-1, 1, n0)
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
    y, t = table[outcome].to_numpy(), table[treatment].to_numpy()
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
# The checks build worlds without noise, in which the treatment adds exactly the same to everybody.


# %%
def confounded(rng: np.random.Generator, effect: float, n: int = 4000):
    """Outcome, treatment and two covariates; the covariates raise both treatment and outcome, noise-free."""
    x = rng.normal(size=(n, 2))
    x -= x.mean(axis=0)
    t = (x.sum(axis=1) + rng.normal(size=n) > 0).astype(float)
    return effect * t + x @ np.array([3.0, -7.0]), t, x


# %% nbgrader={"grade": false, "grade_id": "adjusted_effect", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "adjusted_confounders", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
hint = "Are all covariates and the treatment in one regression, and is it the treatment's coefficient that you return?"
y, t, x = confounded(np.random.default_rng(0), effect=2.0)
checks.close(adjusted_effect(y, t, x), 2.0, "the effect", hint=hint, rtol=0, atol=0.05)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for effect in rng.uniform(-5, 5, 3):
    y, t, x = confounded(rng, effect)
    checks.close(adjusted_effect(y, t, x), effect, "the effect", hint=hint, rtol=0, atol=0.05)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "adjusted_intercept", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "The effect must not move when every outcome rises by the same amount. Is there an intercept?"
y, t, x = confounded(np.random.default_rng(1), effect=2.0)
before = adjusted_effect(y, t, x)
checks.close(adjusted_effect(y + 100, t, x), before, "the effect for y + 100", hint=hint, rtol=1e-6, atol=1e-6)
### BEGIN HIDDEN TESTS
shift = checks.fresh().uniform(20, 50)
checks.close(adjusted_effect(y - shift, t, x), before, "the effect, y shifted", hint=hint, rtol=1e-6, atol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "adjusted_units", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "The units of the covariates must not matter to the effect. Is there a penalty in the regression?"
y, t, x = confounded(np.random.default_rng(2), effect=2.0)
before = adjusted_effect(y, t, x)
checks.close(adjusted_effect(y, t, x / 1000), before, "the effect, x in other units", hint=hint, rtol=1e-5, atol=1e-5)
### BEGIN HIDDEN TESTS
unit = 10 ** checks.fresh().uniform(1.5, 3.5)
found = adjusted_effect(y, t, x / np.array([1, unit]))
checks.close(found, before, "the effect, one column in other units", hint=hint, rtol=1e-5, atol=1e-5)
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
# In the trial adjustment moves next to nothing: the lottery had made the groups alike. Among the households it takes
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
# with each group's weights divided by their sum, so that each group's result is a weighted *mean*.
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


# %% nbgrader={"grade": false, "grade_id": "ipw", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
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
    y, t, p = y[keep], t[keep], p[keep]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), keep.mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "ipw_treated", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
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

# %% nbgrader={"grade": true, "grade_id": "ipw_untreated", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
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

# %% nbgrader={"grade": true, "grade_id": "ipw_normalised", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "If everybody has the same outcome the effect is 0. Do each group's weights add up to one?"
rng = np.random.default_rng(5)
p = rng.uniform(0.1, 0.9, 60)
t = np.r_[1.0, 0.0, rng.random(58) < p[2:]]
found = ipw(np.full(60, 100.0), t, p, 0.0, 1.0)
checks.shape(found, (2,), "the result", hint="Return two numbers: the effect and the share of rows kept.")
checks.close(found[0], 0.0, "the effect", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
p, y = rng.uniform(0.1, 0.9, 60), rng.normal(size=60)
t = np.r_[1.0, 0.0, rng.random(58) < p[2:]]
before = ipw(y, t, p, 0.0, 1.0)[0]
checks.close(ipw(y + 50, t, p, 0.0, 1.0)[0], before, "the effect after adding 50 to y", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "ipw_trims", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Rows outside [low, high] must go, treated and untreated alike, at both ends; clipping p keeps them in."
for rng in [np.random.default_rng(6)]:
    stratum, p, t = exact_population(rng)
    order = np.unique(p)
    low, high = order[1:3].mean(), order[4:6].mean()  # two strata lie below, one above
    inside = (p > low) & (p < high)
    gain = np.where(inside, 3.0, 80.0 * p)  # whoever stays gains 3
    checks.close(ipw(gain * t, t, p, low, high), (3.0, 0.5), "effect and share kept", hint=hint)
### BEGIN HIDDEN TESTS
for rng in [checks.fresh() for _ in range(3)]:
    stratum, p, t = exact_population(rng)
    order = np.unique(p)
    low, high = order[:2].mean(), order[3:5].mean()
    gain = np.where((p > low) & (p < high), -2.0, 80.0 * p)
    checks.close(ipw(gain * t, t, p, low, high), (-2.0, 0.5), "effect and share kept", hint=hint)
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
y, t = pension["assets"].to_numpy(), pension["eligible"].to_numpy()
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

# %% [markdown]
# ## Exercise 4 · Residuals that never saw themselves
#
# *Why.* Double machine learning takes out of the outcome, and out of the treatment, whatever the covariates predict,
# and compares what is left. A flexible model that predicts rows it was fitted on leaves too little: it has taken out
# part of the noise, and of the effect, as well. Cross-fitting is the cure.
#
# *Effort.* Medium, 20 minutes, 11 points.
#
# Write `cross_fitted_residuals`. Divide the rows into `folds` parts; predict each part by a fresh copy of the model
# fitted on all the others; return target minus prediction in the rows' own order. A classifier predicts the
# *probability* of 1.
#
# <details><summary>Hint 1: regressor or classifier?</summary>
# `sklearn.base.is_classifier(model)`, or ask whether it has `predict_proba`, whose second column is the probability
# of 1.
# </details>
# <details><summary>Hint 2: a fresh copy</summary>
# `sklearn.base.clone`. There is also a function of scikit-learn that does nearly all of it; you met it above.
# </details>


# %% nbgrader={"grade": false, "grade_id": "cross_fitted_residuals", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def cross_fitted_residuals(model, x: np.ndarray, target: np.ndarray, folds: int) -> np.ndarray:
    """Target minus out-of-fold prediction, (n,), in the order of the rows.

    Args:
        model: an unfitted scikit-learn regressor, or a classifier (then the prediction is P(target = 1)).
        x: covariates, (n, features).
        target: outcome or treatment, (n,).
        folds: number of parts; n need not be divisible by it.
    """
    ### BEGIN SOLUTION
    from sklearn.base import is_classifier
    from sklearn.model_selection import KFold

    splits = KFold(folds, shuffle=True, random_state=0)
    if is_classifier(model):
        return target - cross_val_predict(model, x, target, cv=splits, method="predict_proba")[:, 1]
    return target - cross_val_predict(model, x, target, cv=splits)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "residual_unseen", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
from sklearn.neighbors import KNeighborsRegressor

hint = "A prediction knows its own row's target. Does any model that predicts a row see that row in its fit?"
memory = KNeighborsRegressor(n_neighbors=1)  # repeats whatever it saw nearest
rng = np.random.default_rng(7)
x, noise = rng.normal(size=(500, 3)), rng.normal(size=500)  # nothing to be learned here
found = cross_fitted_residuals(memory, x, noise, 5)
checks.shape(found, (500,), "the residuals", hint="One residual for every row.")
# Noise minus somebody else's noise has a spread of about 1.4; a row that has seen itself leaves nothing.
checks.between(np.std(found), 1.1, 1.8, "the spread of the residuals", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for folds in (2, 4):
    x, noise = rng.normal(size=(500, 2)), rng.normal(size=500)
    found = cross_fitted_residuals(memory, x, noise, folds)
    checks.between(np.std(found), 1.1, 1.8, "the spread of the residuals", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "residual_order", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from sklearn.dummy import DummyRegressor

hint = "Target minus prediction, one residual a row, in the order of the rows: the last ones too?"
x = np.random.default_rng(8).normal(size=(203, 2))  # 203 rows do not divide into 5 equal folds
left_over = cross_fitted_residuals(LinearRegression(), x, 4 + x @ np.array([2.0, -3.0]), 5)
checks.close(left_over, np.zeros(203), "what a line leaves of a line", hint=hint, atol=1e-6)
target = 100.0 * (x[:, 0] > 0)  # 0 or 100; a model that predicts the mean says about 50 for every row
guess = target - np.asarray(cross_fitted_residuals(DummyRegressor(), x, target, 5))
checks.between(guess.min(), 20, 80, "target minus residual of a model that predicts means, lowest", hint=hint)
checks.between(guess.max(), 20, 80, "target minus residual of a model that predicts means, highest", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
n = int(7 * rng.integers(60, 70) + rng.integers(1, 7))
x = rng.normal(size=(n, 3))
left_over = cross_fitted_residuals(LinearRegression(), x, x @ rng.normal(size=3) - 1, 7)
checks.close(left_over, np.zeros(n), "the residuals", hint=hint, atol=1e-6)
target = rng.permutation(100.0 * (np.arange(n) % 2))
guess = target - np.asarray(cross_fitted_residuals(DummyRegressor(), x, target, 7))
checks.that(np.all((guess > 10) & (guess < 90)), f"{hint} A model that predicts means: wrong residuals.")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "residual_probability", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "For a classifier: t minus the probability of t = 1, not a label, not the other column, not prediction minus t."
rng = np.random.default_rng(9)
for rng in [np.random.default_rng(9)]:
    x = rng.normal(size=(300, 1))
    t = (3 * x[:, 0] + rng.logistic(size=300) > 0).astype(int)
    found = cross_fitted_residuals(LogisticRegression(), x, t, 3)
    checks.shape(found, (300,), "the residuals")
    found = np.asarray(found)
    checks.that(len(np.unique(np.abs(found))) > 100 and np.all(found[t == 1] > 0), hint)
    checks.between(np.abs(found).mean(), 0.05, 0.4, "mean size of a residual", hint=hint)
### BEGIN HIDDEN TESTS
for rng in [checks.fresh()]:
    x = rng.normal(size=(400, 1))
    t = (-4 * x[:, 0] + rng.logistic(size=400) > 0).astype(int)
    found = np.asarray(cross_fitted_residuals(LogisticRegression(), x, t, 4))
    checks.that(np.all(np.abs(found) < 1) and np.all(found[t == 0] < 0), hint)
    checks.between(np.abs(found).mean(), 0.02, 0.4, "mean size of a residual", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "residual_folds", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "With k folds there are k fits, each on all rows but one fold."
sizes = []


class Counting(LinearRegression):
    def fit(self, x, target):
        sizes.append(len(x))
        return super().fit(x, target)


x = np.random.default_rng(10).normal(size=(60, 2))
cross_fitted_residuals(Counting(), x, x[:, 0], 3)
checks.that(sizes == [40, 40, 40], f"{hint} 3 folds of 60 rows: fits on {sizes} rows.")
### BEGIN HIDDEN TESTS
sizes.clear()
cross_fitted_residuals(Counting(), x, x[:, 0], 6)
checks.that(sizes == [50] * 6, f"{hint} 6 folds of 60 rows: fits on {sizes} rows.")
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 5 · Residual on residual
#
# *Why.* Once both residuals are there, the effect is a slope through the origin: how much unexpected outcome comes
# with one unit of unexpected treatment. A small mistake in one of the two models hardly moves it, because what the
# other leaves is unrelated to the covariates. That is what *orthogonal* means here.
#
# *Effort.* Easy, 10 minutes, 7 points.
#
# Write `residual_slope`: the least squares slope *without* intercept, $\sum uv / \sum v^2$ with $u$ the outcome's
# residuals and $v$ the treatment's, and its robust standard error, $\sqrt{\sum v^2 e^2} / \sum v^2$ with
# $e = u - \text{slope}\, v$.
#
# <details><summary>Hint 1: why no intercept?</summary>
# Both models had one. What is left has no level of its own to explain.
# </details>


# %% nbgrader={"grade": false, "grade_id": "residual_slope", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def residual_slope(y_residual: np.ndarray, t_residual: np.ndarray) -> tuple[float, float]:
    """Slope through the origin of y's residuals on t's, with its heteroskedasticity-robust standard error.

    Args:
        y_residual, t_residual: (n,) each.
    Returns:
        (slope, standard error), in units of y per unit of t.
    """
    ### BEGIN SOLUTION
    weight = np.sum(t_residual**2)
    slope = np.sum(t_residual * y_residual) / weight
    error = y_residual - slope * t_residual
    return slope, np.sqrt(np.sum((t_residual * error) ** 2)) / weight
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "slope_value", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
hint = "The slope goes through the origin: no intercept, no centring; the treatment's residuals are what is squared."
found = residual_slope(np.array([2.0, 3.0, 6.0]), np.array([1.0, 1.0, 3.0]))
checks.shape(found, (2,), "the result", hint="Return two numbers: the slope and its standard error.")
checks.close(found[0], 23 / 11, "the slope", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh("slope_value")
v = rng.normal(0.4, 1, 50)
u = rng.uniform(1, 3) * v + rng.normal(2, 1, 50)
checks.hand_over(slopes=[residual_slope(a * u, b * v)[0] for a, b in ((1, 1), (3, 1), (1, 3))])
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "slope_error", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "The robust error weights squared deviations by their row's v², takes the root and divides by the sum of v²."
u, v = np.array([2.0, 3.0, 6.0]), np.array([1.0, 1.0, 3.0])
found = residual_slope(u, v)
checks.shape(found, (2,), "the result", hint="Return two numbers: the slope and its standard error.")
checks.close(found[1], np.sqrt(182) / 121, "the standard error", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
v = rng.normal(0.2, 1, 40)
u = 2 * v + rng.normal(0, 1, 40) * (0.1 + np.abs(v))
deviation = u - v * (u @ v) / (v @ v)
expected = np.sqrt(np.sum(v**2 * deviation**2)) / np.sum(v**2)
checks.close(residual_slope(u, v)[1], expected, "the standard error", hint=hint)
checks.close(residual_slope(5 * u, v)[1], 5 * expected, "the error for 5 u", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# ## Worlds with a known truth
#
# To see who is right we need people whose effect we know, and nobody has that table. So: real covariates, drawn from
# the households with replacement, {{ '{:,}'.format(s.tiny.rows) }} rows; treatment drawn from a propensity that rises
# with income and age; outcome = a baseline in income, age and marriage + effect × treatment + noise. Covariates
# repeat, outcomes and treatments are drawn anew. The two worlds differ in one thing:
#
# - **gentle**: the effect climbs slowly with income around {{ s.tiny.world_gentle.mean }} thousand dollars, under
#   noise of standard deviation {{ s.tiny.world_gentle.noise }};
# - **band**: the effect is {{ s.tiny.world_band.height }} for incomes between {{ s.tiny.world_band.low }} and
#   {{ s.tiny.world_band.high }} thousand dollars and nothing outside, under noise of standard deviation
#   {{ s.tiny.world_band.noise }}. Schemes with an income test look like that.


# %%
def true_effect(world: str, income: np.ndarray) -> np.ndarray:
    """Effect in thousand dollars at these incomes (thousand dollars a year)."""
    if world == "gentle":
        w = settings.world_gentle
        return w["mean"] + w["swing"] * np.tanh((income - w["centre"]) / w["width"])
    w = settings.world_band
    return w["height"] * ((income > w["low"]) & (income < w["high"]))


def draw_world(world: str, rows: int, seed: int):
    """Covariates (rows, 5), treatment, outcome and true effect, each (rows,)."""
    rng = np.random.default_rng(seed)
    x = covariates(pension.iloc[rng.integers(len(pension), size=rows)])
    log_odds = 0.8 * np.clip((10 * x[:, 0] - 40) / 30, -1, 2) + 0.3 * (x[:, 1] - 4.1) - 0.3
    t = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(float)
    effect = true_effect(world, 10 * x[:, 0])
    noise = {"gentle": settings.world_gentle, "band": settings.world_band}[world]["noise"]
    return x, t, 4 * x[:, 0] + 3 * x[:, 1] + 1.5 * x[:, 3] + effect * t + noise * rng.standard_normal(rows), effect


# %%
def average_effects(y: np.ndarray, t: np.ndarray, x: np.ndarray, classifier) -> dict[str, tuple[float, float]]:
    """Four estimates of one average effect and, where the exercises above gave one, their standard errors."""
    u = cross_fitted_residuals(LassoCV(cv=settings.cv), x, y, settings.folds)
    v = cross_fitted_residuals(classifier, x, t.astype(int), settings.folds)
    return {
        "naive difference": difference_in_means(y, t),
        "least squares": (adjusted_effect(y, t, x), np.nan),
        "weights, trimmed": (ipw(y, t, t - v, *settings.trim)[0], np.nan),
        "residual slope": residual_slope(u, v),
    }


def show_estimates(panel, found: dict[str, tuple[float, float]], truth: float, mark: str, label: str) -> None:
    """Prints the estimates and plots estimate minus truth, with two standard errors to either side if known."""
    values, errors = np.array(list(found.values())).T
    panel.errorbar(values - truth, list(found), xerr=2 * errors, fmt=mark, capsize=3, label=label, fillstyle="none")
    shown = (f"{name} {v:.2f}" + (f" ± {e:.2f}" if e > 0 else "") for (name, (v, e)) in found.items())
    print(f"{label}:\n    " + ", ".join(shown))


# %%
figure, panels = plots.axes(2)
households = (pension["assets"].to_numpy(), pension["eligible"].to_numpy(), covariates(pension))
for (name, classifier), mark in zip(CLASSIFIERS.items(), "ox", strict=True):
    show_estimates(panels[0], average_effects(*households, classifier), 0, mark, f"{name} propensities")
panels[0].set(title="households: truth unknown", xlabel="effect (thousand dollars)", ylabel="estimator")
for world, mark in (("gentle", "o"), ("band", "x")):
    x, t, y, effect = draw_world(world, settings.rows, settings.seeds[0])
    found = average_effects(y, t, x, LogisticRegression())
    show_estimates(panels[1], found, effect.mean(), mark, f"{world}, true effect {effect.mean():.2f}")
panels[1].set(title="worlds: truth known", xlabel="estimate - truth (thousand dollars)", ylabel="estimator")
panels[0].legend(fontsize=8), panels[1].legend(fontsize=8)
plots.show(
    figure,
    alt="Four estimators of an average effect. Left, households: the naive gap of 19 falls to between 5 and "
    "10. Right, made-up worlds: the naive difference is 7 too high, the three adjusted estimates are within 0.5.",
)

# %% [markdown]
# The whiskers show two standard errors to either side; the printed ± is one, for the two estimators whose
# error you have computed. (The naive difference and least squares use no propensity: left, their two marks coincide.)
#
# All three adjustments remove most of the naive gap. They do not agree to the dollar. Where the effect varies, the
# residual slope weighs people by how uncertain their treatment was, so it estimates a *differently weighted* average.
# The weights of the worlds came out too low in each of six draws that we tried, by 0.4 on average, for a reason that
# you have met: there, as among the households, the propensity levels off at high incomes and the logistic line climbs
# on. With the worlds' own propensities the same weights met the truth on average.
#
# The next question is the one a single number cannot answer: for whom?

# %% [markdown]
# ## Exercise 6 · How smooth is smooth?
#
# *Why.* A causal forest's smoothness is arithmetic. Each tree gets a share `max_samples` of the rows; an *honest*
# tree uses one half of them to choose its splits and the other half to estimate in the leaves; and in each half every
# leaf must hold `min_samples_leaf` rows. Three numbers, and you know whether a tree can split at all.
#
# *Effort.* Easy, 10 minutes, 8 points.
#
# Write `most_leaves`, an upper bound on the leaves of one honest tree. Rows are whole: round down at every step
# (share of the rows, half of it, leaves). A tree that cannot split has one leaf.
#
# <details><summary>Hint 1: a worked case</summary>
# 1,000 rows, a share of 0.3, leaves of at least 50: 300 rows a tree, 150 in a half, at most 3 leaves.
# </details>


# %% nbgrader={"grade": false, "grade_id": "most_leaves", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def most_leaves(rows: int, max_samples: float, min_samples_leaf: int) -> int:
    """Largest possible number of leaves of one honest tree.

    Args:
        rows: rows the forest is fitted on.
        max_samples: share of the rows that each tree gets, in (0, 1].
        min_samples_leaf: rows that a leaf must hold, in each half.
    """
    ### BEGIN SOLUTION
    half = int(rows * max_samples) // 2
    return max(1, half // min_samples_leaf)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "leaves_honest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "A tree gets max_samples of the rows, and honesty leaves half of those for choosing splits."
checks.close(most_leaves(1024, 0.25, 8), 16, "the leaves for 1,024 rows, a share of 0.25, leaves of 8", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for leaf, leaves, power in rng.integers([2, 2, 1], [40, 30, 6], size=(5, 3)):
    rows = int(leaf * leaves * 2 * 2**power)  # divides exactly at every step
    checks.close(most_leaves(rows, 0.5**power, int(leaf)), int(leaves), "the leaves", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "leaves_whole", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "There is no part of a row and no part of a leaf: round down at each step."
checks.close(most_leaves(1004, 0.25, 25), 5, "the leaves for 1,004 rows, a share of 0.25, leaves of 25", hint=hint)
checks.close(most_leaves(1007, 0.25, 25), 5, "the leaves for 1,007 rows, a share of 0.25, leaves of 25", hint=hint)
checks.close(most_leaves(1024, 0.25, 25), 5, "the leaves for 1,024 rows, a share of 0.25, leaves of 25", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for extra in rng.integers(0, 8, size=5):  # 6 leaves need 8 * 2 * 6 rows a tree; a quarter of 8 * extra is never enough
    leaf = int(rng.integers(10, 30))
    rows = 4 * (2 * 6 * leaf) + int(extra) * 4
    checks.close(most_leaves(rows, 0.25, leaf), 6, f"the leaves for {rows} rows, 0.25, {leaf}", hint=hint)
    checks.close(most_leaves(rows - int(extra) * 4 - 1, 0.25, leaf), 5, "the leaves one row short", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "leaves_stump", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "A tree that cannot split is still a tree: it has one leaf, and every person gets the same effect."
checks.close(most_leaves(1024, 0.0625, 50), 1, "the leaves for 1,024 rows, a share of 1/16, leaves of 50", hint=hint)
checks.close(most_leaves(512, 0.0625, 32), 1, "the leaves for 512 rows, a share of 1/16, leaves of 32", hint=hint)
### BEGIN HIDDEN TESTS
for leaf in checks.fresh().integers(50, 90, size=3):
    checks.close(most_leaves(64, 0.25, int(leaf)), 1, "the leaves of a tree with 16 rows", hint=hint)
### END HIDDEN TESTS

# %%
for name, rows in [("trial", len(trial)), ("households", len(pension)), ("worlds", settings.rows)]:
    for style in ("smooth", "aggressive"):
        recipe = getattr(settings, style)
        most = most_leaves(rows, recipe["max_samples"], recipe["min_samples_leaf"])
        print(f"{name}, {rows:,} rows, {style}: at most {most} {'leaf' if most == 1 else 'leaves'} a tree")

# %% [markdown]
# Read the lines that say 1 twice: the trial and the households. The smooth recipe was written for larger tables; on
# these two its trees cannot split even once, and "the forest" is one constant, however many trees it has. Nothing in
# the library warns of it. Exercises 10 and 12 will need this.
#
# ## Exercise 7 · The two forests
#
# *Why.* Here are the two recipes, in full. Everything you have built by hand happens inside `CausalForestDML`:
# cross-fitted residuals by the models you name, then a forest whose leaves are little residual-on-residual slopes.
#
# *Effort.* Easy, 15 minutes, 9 points.
#
# Write `make_forest`: an unfitted `CausalForestDML` with `LassoCV(cv=settings.cv)` for the outcome,
# `LogisticRegressionCV(cv=settings.cv)` for the treatment, `discrete_treatment=True`, the number of trees and the seed
# given, and the hyperparameters of `settings.smooth` or `settings.aggressive`, which are dictionaries.
#
# | | min_samples_leaf | max_samples | max_depth |
# |---|---|---|---|
# | smooth | {{ s.tiny.smooth.min_samples_leaf }} | {{ s.tiny.smooth.max_samples }} | no limit |
# | aggressive | {{ s.tiny.aggressive.min_samples_leaf }} | {{ s.tiny.aggressive.max_samples }} | {{ s.tiny.aggressive.max_depth }} |
#
# Trees: {{ s.tiny.trees }} in profile tiny, {{ '{:,}'.format(s.laptop.trees) }} in the others; a multiple of 4,
# because trees come in groups of four that share a half-sample, from which the intervals are made.
#
# <details><summary>Hint 1: a dictionary as arguments</summary>
# `f(**settings.smooth)` passes every entry by name. `getattr(settings, style)` finds the right one.
# </details>

# %% nbgrader={"grade": false, "grade_id": "make_forest", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
from econml.dml import CausalForestDML


def make_forest(style: str, trees: int, seed: int) -> CausalForestDML:
    """An unfitted causal forest.

    Args:
        style: "smooth" or "aggressive". trees: divisible by 4. seed: goes to `random_state`.
    """
    ### BEGIN SOLUTION
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv),
        model_t=LogisticRegressionCV(cv=settings.cv),
        discrete_treatment=True,
        n_estimators=trees,
        random_state=seed,
        **getattr(settings, style),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "forest_nuisances", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "The outcome is a number (LassoCV), the treatment is yes or no (LogisticRegressionCV, discrete_treatment=True)."
for style in ("smooth", "aggressive"):
    forest = make_forest(style, 8, 1)
    checks.that(type(forest).__name__ == "CausalForestDML", "make_forest should return an unfitted CausalForestDML.")
    checks.that(isinstance(forest.model_y, LassoCV), f"{hint} model_y is {forest.model_y}.")
    checks.that(isinstance(forest.model_t, LogisticRegressionCV), f"{hint} model_t is {forest.model_t}.")
    checks.that(forest.discrete_treatment is True, f"{hint} discrete_treatment is {forest.discrete_treatment}.")
    checks.count(forest.model_y.cv, settings.cv, "cv of model_y")
    checks.count(forest.model_t.cv, settings.cv, "cv of model_t")

# %% nbgrader={"grade": true, "grade_id": "forest_smooth", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
forest = make_forest("smooth", 8, 1)
checks.that(forest is not None, "make_forest gives back nothing: does it return the forest?")
for name, value in settings.smooth.items():
    checks.close(
        getattr(forest, name), value, f"{name} of the smooth forest", hint="Smooth: large leaves, few rows a tree."
    )
checks.that(forest.max_depth is None, "The smooth recipe sets no max_depth; its leaves stop it.")
### BEGIN HIDDEN TESTS
checks.that(forest.honest, "Leave honesty on, as in the library's default.")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "forest_aggressive", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
forest = make_forest("aggressive", 8, 1)
checks.that(forest is not None, "make_forest gives back nothing: does it return the forest?")
hint = "Aggressive: small leaves, deep trees, nearly half of the rows in each. Does the style reach the forest?"
for name, value in settings.aggressive.items():
    checks.that(getattr(forest, name) is not None, f"{hint} {name} is not set.")
    checks.close(getattr(forest, name), value, f"{name} of the aggressive forest", hint=hint)
### BEGIN HIDDEN TESTS
checks.that(forest.honest, "Leave honesty on, as in the library's default.")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "forest_seed", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "The trees and the seed that the caller asks for must reach the forest: are they fixed inside?"
forest = make_forest("smooth", 12, 5)
checks.that(forest is not None, "make_forest gives back nothing: does it return the forest?")
found = (
    f"Asked for 12 trees and seed 5, yours has n_estimators={forest.n_estimators}, random_state={forest.random_state}."
)
checks.that(forest.n_estimators == 12 and forest.random_state == 5, f"{hint} {found}")
### BEGIN HIDDEN TESTS
trees, seed = 4 * int(checks.fresh().integers(2, 9)), int(checks.fresh().integers(1000))
forest = make_forest("aggressive", trees, seed)
checks.that(forest.n_estimators == trees and forest.random_state == seed, hint)
### END HIDDEN TESTS


# %%
def along_income(forest: CausalForestDML, x: np.ndarray, incomes: np.ndarray) -> np.ndarray:
    """Effects at these incomes (thousand dollars), all other covariates at their medians in x."""
    people = np.tile(np.median(x, axis=0), (len(incomes), 1))
    people[:, 0] = incomes / UNITS["income"]
    return forest.effect(people).ravel()


# %%
incomes = np.linspace(12, 100, 89)
figure, panel = plots.axes(width=6)
x = covariates(pension)
for style in ("smooth", "aggressive"):
    forest = make_forest(style, settings.trees, settings.seeds[0])
    forest.fit(pension["assets"].to_numpy(), pension["eligible"].to_numpy(), X=x)
    panel.plot(incomes, along_income(forest, x, incomes), label=style)
    effect, (low, high) = forest.effect(x), forest.effect_interval(np.median(x, axis=0)[None], alpha=settings.alpha)
    print(f"{style}: effects of the households {effect.mean():.1f} on average, sd {effect.std():.2f} thousand dollars;")
    print(f"    the interval at the medians of the covariates is {low.item():.1f} to {high.item():.1f}")
panel.set(xlabel="income (thousand dollars a year)", ylabel="effect on assets (thousand dollars)")
panel.legend()
plots.show(
    figure,
    alt="Estimated effect of a 401(k) offer against income. The smooth forest is a horizontal line; "
    "the aggressive forest jumps up and down between neighbouring incomes and tends to rise.",
)

# %% [markdown]
# As the arithmetic said: one constant against a mountain range, from the same data and the same library. The constant
# need not even be a good one: it averages slopes that are fitted to some ninety households each, and a slope from
# ninety households, a few of them very rich, is a wild thing: with 8,000 trees and the same seed we got 6.0 thousand
# dollars. Compare that with the interval printed above the figure. Which of the two is right, the households cannot
# tell us. The worlds can.
#
# `run` fits one forest in one world and keeps what the rest of the lab needs. It remembers its results, because with
# all {{ '{:,}'.format(s.laptop.trees) }} trees an aggressive fit takes nearly two minutes on two cores, and the
# smooth one about half a minute.

# %%
import functools
from types import SimpleNamespace


@functools.cache
def run(world: str, style: str, seed: int) -> SimpleNamespace:
    """Effects of all held-out people by one forest, intervals (low, high) of the first of them, and a curve."""
    x, t, y, _ = draw_world(world, settings.rows, seed)
    forest = make_forest(style, settings.trees, seed).fit(y, t, X=x)
    fresh, fresh_t, fresh_y, truth = draw_world(world, settings.held_out_rows, seed + 1000)
    low, high = forest.effect_interval(fresh[: settings.interval_rows], alpha=settings.alpha)
    return SimpleNamespace(
        effect=forest.effect(fresh).ravel(), truth=truth, low=low.ravel(), high=high.ravel(),
        x=fresh, t=fresh_t, y=fresh_y, curve=along_income(forest, x, incomes),
    )  # fmt: skip


# %%
figure, panels = plots.axes(2, sharey=True)
bar = tqdm(total=4, desc="forests")
for world, panel in zip(("gentle", "band"), panels, strict=True):
    for style in ("smooth", "aggressive"):
        panel.plot(incomes, run(world, style, settings.seeds[0]).curve, label=style)
        bar.update()
    panel.plot(incomes, true_effect(world, incomes), "k--", label="truth")
    panel.set(title=world, xlabel="income (thousand dollars a year)", ylabel="effect (thousand dollars)")
    panel.legend(fontsize=8)
    panel.tick_params(labelleft=True)
bar.close()
plots.show(
    figure,
    alt="Two panels of estimated effect against income with the truth dashed. In the gentle world the smooth "
    "curve keeps to the slow rise, too flat at both ends, and the aggressive one scatters around it. In the band "
    "world the aggressive curve follows the edges of the band and the smooth one rounds them off.",
)

# %% [markdown]
# Left, smooth keeps to the slow rise without chasing noise, and is too flat at both ends. Right, it cannot win: with
# so few leaves a tree an edge becomes a slope, and people outside the band are promised an effect they do not have.
# Curves show one line through many people, so count.
#
# ## Exercise 8 · Scores against the truth
#
# *Why.* Three questions, three numbers: how far off, in which direction, and does the interval keep its promise?
#
# *Effort.* Easy, 10 minutes, 9 points.
#
# Write `score_effects`: `rmse`, `bias` (estimate minus truth, on average) and `coverage` (the share of people whose
# own true effect lies between their own low and high).
#
# <details><summary>Hint 1: coverage</summary>
# `low <= truth` and `truth <= high`, person by person, then a mean. The estimate itself has no part in it.
# </details>


# %% nbgrader={"grade": false, "grade_id": "score_effects", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def score_effects(effect: np.ndarray, low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Root mean squared error and bias of effect estimates, and coverage of their intervals.

    Args:
        effect, low, high, truth: estimate, interval and true effect of each person, (n,) each, in one unit.
    Returns:
        {"rmse": in that unit, "bias": in that unit, "coverage": share from 0 to 1}.
    """
    ### BEGIN SOLUTION
    error = effect - truth
    covered = (low <= truth) & (truth <= high)
    return {"rmse": np.sqrt(np.mean(error**2)), "bias": np.mean(error), "coverage": np.mean(covered)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "score_rmse", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Root of the mean of the squared errors, in the unit of the effect; a constant error counts too."
effect, truth = np.array([3.0, 1.0, 4.0, 8.0]), np.array([1.0, 0.0, 6.0, 4.0])
found = score_effects(effect, effect - 1.5, effect + 1.5, truth)
checks.keys(found, ["rmse", "bias", "coverage"], "the result")
checks.close(found["rmse"], 2.5, "rmse", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
truth = rng.normal(size=50)
shift = rng.uniform(2, 5)
checks.close(score_effects(truth + shift, truth, truth, truth)["rmse"], shift, "rmse of a constant error", hint=hint)
checks.close(
    score_effects(truth * 3, truth, truth, truth)["rmse"], 2 * np.linalg.norm(truth) / 50**0.5, "rmse", hint=hint
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "score_bias", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Bias is the mean of estimate minus truth: positive where effects are promised too large. Errors may cancel."
effect, truth = np.array([3.0, 1.0, 4.0, 8.0]), np.array([1.0, 0.0, 6.0, 4.0])
found = score_effects(effect, effect - 1.5, effect + 1.5, truth)
checks.keys(found, ["rmse", "bias", "coverage"], "the result")
checks.close(found["bias"], 1.25, "bias", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
truth, error = rng.normal(size=(2, 40))
checks.close(score_effects(truth + error, truth, truth, truth)["bias"], error.mean(), "bias", hint=hint)
checks.close(score_effects(truth - 2, truth, truth, truth)["bias"], -2.0, "bias", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "score_coverage", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Coverage is the share of people whose own true effect lies in their own interval, from 0 to 1."
effect, truth = np.array([3.0, 1.0, 4.0, 8.0]), np.array([1.0, 0.0, 6.0, 4.0])
found = score_effects(effect, effect - np.array([3, 2, 1, 1]), effect + 1, truth)
checks.keys(found, ["rmse", "bias", "coverage"], "the result")
checks.close(found["coverage"], 0.5, "coverage", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
truth = rng.normal(size=60)
k = int(rng.integers(10, 50))  # the first k intervals hold their truth, the others lie above or below theirs
low = np.where(np.arange(60) < k, truth - 0.6, truth + np.where(np.arange(60) % 2, 0.5, -1.5))
checks.close(score_effects(low + 0.5, low, low + 1, truth)["coverage"], k / 60, "coverage", hint=hint)
### END HIDDEN TESTS

# %%
for world in ("gentle", "band"):
    for style in ("smooth", "aggressive"):
        r, k = run(world, style, settings.seeds[0]), settings.interval_rows
        scores = score_effects(r.effect[:k], r.low, r.high, r.truth[:k])
        shown = ", ".join(f"{name} {value:.2f}" for name, value in scores.items())
        print(f"{world}, {style}: {shown}, mean width of an interval {np.mean(r.high - r.low):.1f}")

# %% [markdown]
# The intervals were ordered at {{ (100 - 100 * s.tiny.alpha) | round | int }}%. The smooth forest does not reliably
# deliver that even where it has the smaller error: its interval knows about noise and nothing about bias, and bias is
# what smoothing adds. More trees do not help, on the contrary. With {{ '{:,}'.format(s.laptop.trees) }} trees and the
# first seed we measured 55% in the gentle world and 28% in the band, because the random part of the interval shrinks
# and the bias stays. The aggressive forest's intervals keep their promise by being wide: see above, and with
# {{ '{:,}'.format(s.laptop.trees) }} trees we measured 96% in both worlds.

# %% [markdown]
# ## Exercise 9 · A score without the truth
#
# *Why.* On real people there is no truth to compare with. But effects that are right explain the outcome's residual
# of people the forest has never seen: u ≈ effect × v. That gives a held-out score.
#
# *Effort.* Medium, 15 minutes, 7 points.
#
# Write `r_score`: one minus the mean of (u − effect · v)², divided by the same mean for the *best constant effect*,
# which is the slope through the origin of exercise 5. Better than the best constant is above 0, worse is below.
#
# <details><summary>Hint 1: the best constant</summary>
# $\sum uv / \sum v^2$ of the very residuals that are given. Compute it here; do not call exercise 5.
# </details>


# %% nbgrader={"grade": false, "grade_id": "r_score", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def r_score(effect: np.ndarray, y_residual: np.ndarray, t_residual: np.ndarray) -> float:
    """Share of the best constant's R-loss that these effects remove: 0 like the constant, 1 perfect, below 0 worse.

    Args:
        effect: estimated effects of held-out people, (n,).
        y_residual, t_residual: their cross-fitted residuals, (n,) each.
    """
    ### BEGIN SOLUTION
    constant = np.sum(y_residual * t_residual) / np.sum(t_residual**2)
    loss = np.mean((y_residual - effect * t_residual) ** 2)
    return 1 - loss / np.mean((y_residual - constant * t_residual) ** 2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "r_score_loss", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
hint = "The loss is the mean of (u − effect · v)²; the score is one minus its share of the constant's loss."
u, v = np.array([1.0, -2.0, 0.5, 0.5]), np.array([0.5, 0.0, -0.5, -0.5])
checks.close(
    r_score(np.array([2.0, 9.0, -1.0, -1.0]), np.array([1.0, 0.0, 0.5, 0.5]), v), 1.0, "a perfect score", hint=hint
)
u = u - v * (u @ v) / (v @ v)  # now the best constant effect is 0
checks.close(r_score(np.ones(4), u, v), 1 - np.sum((u - v) ** 2) / np.sum(u**2), "the score", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
u, v, effect = rng.normal(0.3, 1, (3, 50))
u -= v * (u @ v) / (v @ v)
checks.close(r_score(effect, u, v), 1 - np.sum((u - effect * v) ** 2) / np.sum(u**2), "the score", hint=hint)
checks.close(r_score(effect / 2, u, 2 * v), r_score(effect, u, v), "the score in other units of v", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "r_score_constant", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "The best constant effect scores 0 and every other constant less: is the loss compared with the slope's loss?"
u, v = np.array([2.0, 3.0, 5.5]), np.array([1.0, 1.0, 2.0])
checks.close(r_score(np.full(3, 16 / 6), u, v), 0.0, "the score of the best constant", hint=hint, atol=1e-9)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
v = rng.normal(size=60)
u = rng.uniform(2, 4) * v + rng.normal(1, 1, 60)
best = (u @ v) / (v @ v)
checks.close(r_score(np.full(60, best), u, v), 0.0, "the score of the best constant", hint=hint, atol=1e-9)
for other in best + np.array([-3.0, 3.0]):
    checks.that(r_score(np.full(60, other), u, v) < -1e-6, hint)
### END HIDDEN TESTS


# %%
@functools.cache
def held_out_residuals(world: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Residuals of outcome and treatment of a world's held-out people, the same ones for both forests."""
    r = run(world, "smooth", seed)
    u = cross_fitted_residuals(LassoCV(cv=settings.cv), r.x, r.y, settings.folds)
    return u, cross_fitted_residuals(LogisticRegression(), r.x, r.t.astype(int), settings.folds)


def held_out_score(world: str, seed: int, effect: np.ndarray) -> float:
    """R-score of these effects of a world's held-out people, in percent of the best constant's loss."""
    return 100 * r_score(effect, *held_out_residuals(world, seed))


for world in ("gentle", "band"):
    forests = {style: run(world, style, settings.seeds[0]) for style in ("smooth", "aggressive")}
    estimates = {style: r.effect for style, r in forests.items()} | {"the true effects": forests["smooth"].truth}
    for name, effect in estimates.items():
        print(f"{world}, {name}: {held_out_score(world, settings.seeds[0], effect):.2f} percent")

# %% [markdown]
# In the band world the order is plain, and it is the truth's. In the gentle world nearly all of the loss is noise
# that no effect explains: even the true effects score next to nothing, so {{ '{:,}'.format(s.tiny.held_out_rows) }}
# held-out people cannot be relied on to tell the forests apart. The table at the end shows how far the score moves
# from seed to seed.
#
# ## Exercise 10 · A rule and its value
#
# *Why.* Nobody is paid for an RMSE. A forest is used to decide whom to treat, and a decision can be priced on
# held-out people of a trial without knowing anybody's effect: those whose lot agrees with the rule show what the rule
# would do.
#
# *Effort.* Medium, 20 minutes, 9 points.
#
# Write two functions. `choose`: treat everybody whose effect exceeds the cost, but at most a share `budget` of all
# people (rounded down), the largest effects first. `value_scores`: one number for each person, y · [t agrees with the
# rule] / P(that t) − cost · [rule treats], whose mean estimates the value of the rule.
#
# <details><summary>Hint 1: why one number for each person?</summary>
# The mean is the value and sd/√n its error; and two rules can be compared person by person, which cancels much noise.
# </details>
# <details><summary>Hint 2: who pays?</summary>
# The cost falls on everybody whom the *rule* treats, whatever the lot said in the trial.
# </details>


# %% nbgrader={"grade": false, "grade_id": "treatment_rule", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "rule_cost", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "Treat where the effect exceeds what it costs; a positive effect is not enough."
found = choose(np.array([0.5, -1.0, 3.0, 1.5]), 1.0, 1.0)
checks.shape(found, (4,), "the rule")
checks.close(np.asarray(found, dtype=int), [0, 0, 1, 1], "the rule", hint=hint)
### BEGIN HIDDEN TESTS
effect = checks.fresh().normal(1, 1, 50)
checks.close(np.asarray(choose(effect, 1.2, 1.0), dtype=int), (effect > 1.2).astype(int), "the rule", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "rule_budget", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "A budget of 0.4 treats at most 40% of all people, rounded down, those with the largest effects."
effect = np.array([0.5, 9.0, 7.0, 0.6, 8.0])
for budget in (0.4, 0.55):  # 0.55 of five people are 2.75 people: two
    found = choose(effect, 1.0, budget)
    checks.close(np.asarray(found, dtype=int), [0, 1, 0, 0, 1], f"the rule with a budget of {budget}", hint=hint)
### BEGIN HIDDEN TESTS
effect = checks.fresh().permutation(np.r_[np.linspace(-1, 0.4, 15), np.linspace(1, 9, 26)])
for share in (0.49, 0.51):  # 20.09 and 20.91 of 41 people; 26 lie above the cost
    expected = effect >= np.sort(effect)[-20]
    checks.close(np.asarray(choose(effect, 0.5, share), dtype=int), expected.astype(int), "the rule", hint=hint)
checks.count(int(np.sum(choose(effect, 0.5, 0.0))), 0, "the people treated without any budget", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "value_matched", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Only people whose lot agrees with the rule count, each over the chance of that lot: p if treated, 1 − p if not."
for rng in [np.random.default_rng(11)]:
    stratum, p, t = exact_population(rng)
    with_it, without = rng.uniform(1, 9, (2, 6))[:, stratum]
    treat = stratum % 2 == 0
    found = value_scores(np.where(t == 1, with_it, without), t, treat, p, 0.0)
    checks.shape(found, (len(t),), "the scores", hint="One score for each person; the caller takes the mean.")
    checks.close(np.mean(found), np.where(treat, with_it, without).mean(), "the value of the rule", hint=hint)
### BEGIN HIDDEN TESTS
for rng in [checks.fresh() for _ in range(3)]:
    stratum, p, t = exact_population(rng)
    with_it, without = rng.uniform(1, 9, (2, 6))[:, stratum]
    treat = rng.permutation(6)[stratum] < 3
    found = value_scores(np.where(t == 1, with_it, without), t, treat, p, 0.0)
    checks.close(np.mean(found), np.where(treat, with_it, without).mean(), "the value of the rule", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "value_cost", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "Everybody whom the rule treats costs once, whatever the lot said; nobody else costs anything."
y, t, p = np.array([1.0, 0.0, 1.0, 1.0]), np.array([1, 0, 0, 1]), np.full(4, 0.5)
treat = np.array([True, True, False, False])
free, paid = value_scores(y, t, treat, p, 0.0), value_scores(y, t, treat, p, 0.3)
checks.shape(paid, (4,), "the scores", hint="One score for each person; the caller takes the mean.")
paid = np.asarray(free) - np.asarray(paid)
checks.close(paid, [0.3, 0.3, 0.0, 0.0], "what each person costs", hint=hint, atol=1e-9)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
t, p, treat = rng.integers(0, 2, 30), rng.uniform(0.2, 0.8, 30), rng.random(30) < 0.5
y, cost = rng.normal(size=30), rng.uniform(1, 2)
paid = np.asarray(value_scores(y, t, treat, p, 0.0)) - np.asarray(value_scores(y, t, treat, p, cost))
checks.close(paid, cost * treat, "what each person costs", hint=hint, atol=1e-9)
### END HIDDEN TESTS

# %% [markdown]
# **The trial, priced.** Suppose an offer is worth making where it raises the chance of coming by more than
# {{ s.tiny.trial_cost }}: that is its cost, counted in learned results. The forest learns from two thirds of the
# people and the rules are priced on the others, once for each of the {{ s.tiny.seeds | length }} seeds. The smooth
# recipe is one constant here, as exercise 6 showed, so its rule treats everybody or nobody: it depends on which side
# of the cost the constant falls.


# %%
def price_rules(seed: int) -> pd.DataFrame:
    """Scores of four rules on held-out people of the trial, (people, rules); each column's mean is a value."""
    order = np.random.default_rng(seed).permutation(len(trial))
    cut = int(settings.trial_share * len(trial))
    people, held_out = trial.iloc[order[:cut]], trial.iloc[order[cut:]]
    x, fresh = (part[["distance", "age", "hiv"]].to_numpy() / np.array([1, 10, 1]) for part in (people, held_out))
    rules = {"nobody": np.zeros(len(fresh), bool), "everybody": np.ones(len(fresh), bool)}
    for style in ("smooth", "aggressive"):
        forest = make_forest(style, settings.trees, seed)
        forest.fit(people["learned"].to_numpy(), people["incentive"].to_numpy(), X=x)
        effect = forest.effect(fresh).ravel()
        rules[style] = choose(effect, settings.trial_cost, 1.0)
        share = f"offers money to {rules[style].mean():.0%} of {len(fresh)} people"
        print(f"split {seed}, {style}: effects from {effect.min():.3f} to {effect.max():.3f}, {share}")
    y, t, p = held_out["learned"].to_numpy(), held_out["incentive"].to_numpy(), people["incentive"].mean()
    scores = [value_scores(y, t, who, np.full(len(t), p), settings.trial_cost) for who in rules.values()]
    return pd.DataFrame(dict(zip(rules, scores, strict=True)))


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

# %% [markdown]
# The smooth constant is near the cost, so a few trees more or less decide for all people at once. With 100 trees its
# constants were 0.457, 0.399 and 0.468: at a cost of 0.4 it treats nobody in the second split. With 8,000 trees they
# were 0.443, 0.426 and 0.439, and it treats everybody.
#
# The aggressive forest finds differences everywhere and refuses the offer to a quarter of the people or more. Its
# rule is worth no more than "everybody" as far as these people can tell. We measured gains of -0.014, -0.035 and
# -0.020 with 100 trees, and 0.002, -0.053 and -0.019 with 8,000, each with a standard error of 0.02 to 0.03. Picking
# the people with the smallest estimates is, for a good part, picking errors.
#
# ## Exercise 11 · All seeds, one file
#
# *Why.* One seed is an anecdote. A claim such as "smooth wins" needs its spread, and a file that a program can read.
#
# *Effort.* Easy, 10 minutes, 4 points.
#
# Write `write_metrics`: call `measure(seed)` once for each seed, and write JSON: every name with its `mean`, its sample
# standard deviation `sd` (divisor n − 1) and the number of `seeds`. NumPy's numbers are not JSON's: convert them.
#
# <details><summary>Hint 1: a file that is whole or not there</summary>
# Build the dictionary first, `json.dumps` it, and write the text in one go.
# </details>
#
# The checks write to a folder of their own. You hand in the notebook alone: whoever runs it gets `metrics.json` again.


# %% nbgrader={"grade": false, "grade_id": "write_metrics", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def write_metrics(measure, seeds: list[int], path: str) -> None:
    """Writes {name: {"mean": ..., "sd": ..., "seeds": ...}} to a JSON file.

    Args:
        measure: measure(seed) -> {name: number}, the same names for every seed.
        seeds: at least two.
        path: of the file.
    """
    ### BEGIN SOLUTION
    import json
    from pathlib import Path

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {
        name: {"mean": float(column.mean()), "sd": float(column.std(ddof=1)), "seeds": len(column)}
        for name, column in table.items()
    }
    Path(path).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "metrics_spread", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
import contextlib
import json
import re
import tempfile
from pathlib import Path

hint = (
    "Mean and sample standard deviation (divisor n − 1) over all seeds: not the first seed, not the error of the mean."
)
values = {seed: dict(zip("ab", checks.fresh().normal(5, 2, 2), strict=True)) for seed in (3, 1, 8, 5)}
with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    write_metrics(values.get, list(values), f"{folder}/asked_for.json")
    text = "".join(file.read_text(encoding="utf-8") for file in Path(folder).iterdir())
numbers = [float(x) for x in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text)]
for name in ("a", "b"):
    column = pd.Series([row[name] for row in values.values()])
    for value in (column.mean(), column.std()):
        checks.that(
            np.isclose(numbers, value, rtol=1e-3, atol=1e-3).any(), f"{hint} {value:.4f} is missing for {name}."
        )

# %% nbgrader={"grade": true, "grade_id": "metrics_file", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "The file must be JSON that a program can read: one entry a name, with mean, sd and seeds."
with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    file = Path(folder, "asked_for.json")
    write_metrics(lambda seed: {"a": np.float32(seed), "b": np.int64(2 * seed)}, [1, 2, 3], str(file))
    checks.that(file.exists(), "No file is at `path` afterwards: is it written to the path that the caller gives?")
    text = file.read_text(encoding="utf-8")
try:
    found = json.loads(text)
except ValueError:
    found = None
checks.that(isinstance(found, dict), f"{hint} Yours begins: {text[:60]}")
checks.keys(found, ["a", "b"], "the file", hint=hint)
for name in ("a", "b"):
    checks.keys(found[name], ["mean", "sd", "seeds"], f"the entry of {name}", hint=hint)
    seeds = found[name]["seeds"]
    checks.that(seeds == 3, f"`seeds` is the number of seeds, here 3; yours is {seeds!r}.")
    for key in ("mean", "sd"):
        value = found[name][key]
        checks.that(isinstance(value, int | float), f"The {key} of {name} should be a number; yours is {value!r}.")

# %% [markdown]
# Now the whole experiment: two worlds, two forests and, as a third, no forest at all but one constant effect, by
# least squares; the true effects get a held-out score as well. Each seed draws new people, treatments, noise and
# trees. `lost` is what the rule "treat where the estimated effect exceeds {{ s.tiny.world_cost }}" loses against
# knowing everybody's effect, in thousand dollars per person.


# %%
def lost(effect: np.ndarray, truth: np.ndarray) -> float:
    """Value that treating by these estimates loses against treating by the truth, per person."""
    gain = truth - settings.world_cost
    return np.mean(np.maximum(gain, 0)) - np.mean(gain * choose(effect, settings.world_cost, 1.0))


# %%
def measure(seed: int, bar: tqdm) -> dict[str, float]:
    """All scores of both forests, of a constant and of the truth, in both worlds, for one seed."""
    found = {}
    for world in ("gentle", "band"):
        for style in ("smooth", "aggressive"):
            r, k = run(world, style, seed), settings.interval_rows
            scores = score_effects(r.effect[:k], r.low, r.high, r.truth[:k])
            scores |= {"lost": lost(r.effect, r.truth), "held_out_score": held_out_score(world, seed, r.effect)}
            found |= {f"{world}/{style}/{name}": value for name, value in scores.items()}
            bar.update()
        x, t, y, _ = draw_world(world, settings.rows, seed)
        constant = np.full(len(r.truth), adjusted_effect(y, t, x))
        found[f"{world}/constant/rmse"] = np.sqrt(np.mean((constant - r.truth) ** 2))
        found[f"{world}/constant/lost"] = lost(constant, r.truth)
        found[f"{world}/truth/held_out_score"] = held_out_score(world, seed, r.truth)
    return found


# %%
@functools.cache
def results() -> dict[tuple[str, str, str], dict[str, float]]:
    """Runs the experiment once, by way of metrics.json; keys are (world, estimator, score)."""
    with tqdm(total=4 * len(settings.seeds), desc="forests") as bar:
        write_metrics(lambda seed: measure(seed, bar), settings.seeds, "metrics.json")
    rows = json.loads(Path("metrics.json").read_text(encoding="utf-8"))
    return {tuple(name.split("/")): row for name, row in rows.items()}


print(f"{len(results())} scores in metrics.json")

# %% [markdown]
# ## What we measured
#
# Mean ± standard deviation over the seeds, all ours. `rmse`, `bias` and `lost` are in thousand dollars, `coverage` is
# the share of true effects inside their {{ (100 - 100 * s.tiny.alpha) | round | int }}% intervals, `held_out_score`
# is in percent.

# %%
text = {key: f"{value['mean']:.2f} ± {value['sd']:.2f}" for key, value in results().items()}
print(pd.Series(text).unstack().fillna("").to_string())

# %%
figure, panels = plots.axes(2)
for (metric, label), panel in zip(
    [("rmse", "RMSE (thousand dollars)"), ("lost", "value lost (thousand dollars per person)")], panels, strict=True
):
    for number, style in enumerate(("smooth", "aggressive", "constant")):
        entries = [results()[world, style, metric] for world in ("gentle", "band")]
        places, means = np.arange(2) + 0.27 * (number - 1), [entry["mean"] for entry in entries]
        up = [entry["sd"] for entry in entries]
        spread = [np.minimum(up, means), up]  # neither score can be below 0
        panel.bar_label(panel.bar(places, means, 0.25, yerr=spread, capsize=3, label=style), fmt="%.2f", fontsize=7)
    panel.set_xticks([0, 1], ["gentle", "band"])
    panel.set(xlabel="world", ylabel=label), panel.legend(fontsize=8)
plots.show(
    figure,
    alt="Bars with error bars. RMSE: in the gentle world smooth is lowest and aggressive highest, above even a "
    "constant; in the band world aggressive is lowest and a constant highest. Value lost: a constant loses most in "
    "both worlds, the aggressive forest nothing in the band; the smooth forest's bar in the gentle world has a spread "
    "larger than itself.",
)

# %% [markdown]
# **Smooth wins** where the effect changes slowly under much noise: less than half of the aggressive forest's RMSE,
# which is larger even than that of one constant for everybody. **Smooth loses** where the effect has edges: twice the
# aggressive forest's RMSE or more, and an interval that misses about every second true effect, and more of them with
# {{ '{:,}'.format(s.laptop.trees) }} trees. So neither recipe is
# "the good one". They are bets about how fast effects change and how loud the noise is, and the bet has to be made
# before the truth is known.
#
# Three more things the table says, less loudly. Both forests beat the constant in the band by far, and the smooth one
# gives away little value there, because a rule only needs the right side of the cost. In the gentle world the value
# lost by the smooth forest varies so much between seeds that its lead there is no more than a tendency (with 100
# trees, one of the three seeds reverses it). And the held-out score, the only column that real data could give you,
# sees the difference in the band, while in the gentle world its spread over seeds is larger than the score of the true
# effects, which is all there is to detect.
#
# | | published | ours |
# |---|---|---|
# | trial: came without an incentive | 34% (Thornton 2008, AER 98(5), abstract) | 34.1%, complete rows of the same trial |
# | trial: came with an incentive | even the smallest doubled that share (same abstract) | 78.9%, all amounts together |
# | households, worlds, forests | none that is comparable | all numbers above |
#
# **What this does not show.** Two worlds of our making, one table of covariates, three seeds, linear baselines that
# suit the models of the outcome. With {{ s.tiny.trees }} trees the intervals contain the trees' own randomness as
# well; with {{ '{:,}'.format(s.laptop.trees) }} they do not, and cover less where there is bias. The effect of the
# households rests on there being no unmeasured difference between employers, which no forest can check. And recipes
# fixed beforehand, as here, are fairer than recipes picked after seeing the truth.

# %% [markdown] nbgrader={"grade": false, "grade_id": "deploy_question", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# ## Exercise 12 · Would you deploy it?
#
# *Why.* The last step is a decision, and nobody should take it from a forest.
#
# *Effort.* Medium, 20 minutes, 10 points, graded by a person.
#
# A health service asks you whether to offer the money only to the people whom the *aggressive* forest selects in the
# trial (exercise 10), to everybody, or to nobody. Answer in 150 to 250 words. Say what you would do; give the numbers
# of this lab that decide it, with their uncertainty; say what the smooth recipe tells you here and what it cannot;
# name what the cost of {{ s.tiny.trial_cost }} hides, and for whom; and name one result that would change your mind.
#
# === BEGIN MARK SCHEME ===
# 2 points: compares the *values* of the three rules on held-out people with the standard error of the difference
#   (rule minus everybody is small, within two standard errors; everybody beats nobody clearly at no or low cost, less
#   clearly at this one). Half: gives values without uncertainty.
# 2 points: a decision that follows from them (usually: the same offer for everybody, or none, not the forest's
#   selection). Another decision earns both points if it is argued from the numbers.
# 2 points: the smooth recipe cannot split on this trial (at most one leaf), so its constant is no evidence that the
#   effect is equal for all; the aggressive spread is no evidence that it differs (compare the gentle world, where it
#   was mostly noise). Half: only one of the two. With few trees the constant can fall on either side of the cost, so
#   that "everybody or nobody" hangs on the seed: seeing this can replace one of the two.
# 2 points: the cost is a judgement (what is a learned result worth, who pays, what a learned positive result means for
#   somebody); a rule by distance, age or HIV status treats people unequally and shows something about them.
# 2 points: a result that would change the decision and could really be had: a larger or a second trial, a gain over
#   everybody of at least two standard errors on people not used before, a strong known pattern; not "more accuracy".
# Typical wrong answer: "the forest found who responds, so target them": 4 at most.
# === END MARK SCHEME ===

# %% [markdown] nbgrader={"grade": true, "grade_id": "deploy", "locked": false, "points": 10, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# I would offer the money to everybody and not use the forest's selection. On held-out people of the trial its rule
# was worth less than offering to everybody in all three splits (by about 0.01 to 0.04 learned results per person with
# 100 trees, with a standard error of 0.02 to 0.03 each), so there is no sign of a gain, and no proof of a loss
# either. Everybody against nobody is a matter of the cost: the effect is 0.45 with a standard error of 0.02 among all
# people, so at 0.4 the offer is just worth making; on the held-out people alone it is ahead by 0.05 to 0.10,
# with a standard error of 0.05.
#
# The smooth recipe cannot split these people even once. Its constant does not show that all react alike (in one of
# three splits it fell below the cost), and the spread of the aggressive forest does not show that they differ: in the
# gentle world most of it was noise.
#
# The cost of 0.4 is not a measurement. It says what a learned result is worth, and it may be worth far more to
# somebody who is positive. Selecting by age, distance or test result would also be unequal treatment and could reveal
# a result to others.
#
# I would change my mind if the same rule, fixed today, beat "everybody" by at least two standard errors in a new
# trial of several thousand people, or if the money sufficed for only half of them.
# ### END SOLUTION
