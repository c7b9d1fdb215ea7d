# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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
# *probability* of 1; a regressor predicts a number, whatever values the target takes.
#
# <details><summary>Hint 1: regressor or classifier?</summary>
# `sklearn.base.is_classifier(model)`, or ask whether it has `predict_proba`, whose second column is the probability
# of 1.
# </details>
# <details><summary>Hint 2: a fresh copy</summary>
# `sklearn.base.clone`. There is also a function of scikit-learn that does nearly all of it; you met it above.
# </details>


# %% answer="cross_fitted_residuals"
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


# %% check="residual_unseen" points=4
from sklearn.neighbors import KNeighborsRegressor

hint = "A prediction knows its own row's target. Does any model that predicts a row see that row in its fit?"
memory = KNeighborsRegressor(n_neighbors=1)  # repeats whatever it saw nearest
rng = np.random.default_rng(7)
# Nothing to be learned here.
x = rng.normal(size=(500, 3))
noise = rng.normal(size=500)
found = cross_fitted_residuals(memory, x, noise, 5)
checks.shape(found, (500,), "the residuals", hint="One residual for every row.")
# Noise minus somebody else's noise has a spread of about 1.4; a row that has seen itself leaves nothing.
checks.between(np.std(found), 1.1, 1.8, "the spread of the residuals", hint=hint)


class Looking(KNeighborsRegressor):
    """Fails if it meets a covariate row that is not one of x's: something was fitted on all rows before."""

    def fit(self, rows, target):
        own = np.isin(np.asarray(rows, dtype="float32"), x.astype("float32")).all()
        checks.that(own, "Whatever learns, a scaler too, sees all rows but one fold: hand x to the model as it is.")
        return super().fit(rows, target)


cross_fitted_residuals(Looking(), x, noise, 5)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for folds in (2, 4):
    x = rng.normal(size=(500, 2))
    noise = rng.normal(size=500)
    found = cross_fitted_residuals(memory, x, noise, folds)
    checks.between(np.std(found), 1.1, 1.8, "the spread of the residuals", hint=hint)
### END HIDDEN TESTS

# %% check="residual_order" points=2
from sklearn.dummy import DummyRegressor

hint = "Target minus prediction, one residual a row, in the order of the rows: the last ones too?"
x = np.random.default_rng(8).normal(size=(203, 2))  # 203 rows do not divide into 5 equal folds
target = 4 + x @ np.array([2.0, -3.0])
left_over = checks.unchanged(lambda x, y: cross_fitted_residuals(LinearRegression(), x, y, 5), x, target)
checks.close(left_over, np.zeros(203), "what a line leaves of a line", hint=hint, atol=1e-4)
target = 100.0 * (x[:, 0] > 0)  # 0 or 100; a model that predicts the mean says about 50 for every row
guess = target - np.asarray(cross_fitted_residuals(DummyRegressor(), x, target, 5))
checks.between(guess.min(), 20, 80, "target minus residual of a model that predicts means, lowest", hint=hint)
checks.between(guess.max(), 20, 80, "target minus residual of a model that predicts means, highest", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
n = int(7 * rng.integers(60, 70) + rng.integers(1, 7))
x = rng.normal(size=(n, 3))
left_over = cross_fitted_residuals(LinearRegression(), x, x @ rng.normal(size=3) - 1, 7)
checks.close(left_over, np.zeros(n), "the residuals", hint=hint, atol=1e-4)
target = rng.permutation(100.0 * (np.arange(n) % 2))
guess = target - np.asarray(cross_fitted_residuals(DummyRegressor(), x, target, 7))
checks.that(np.all((guess > 10) & (guess < 90)), f"{hint} A model that predicts means: wrong residuals.")
### END HIDDEN TESTS

# %% check="residual_probability" points=3
hint = "For a classifier: t minus the probability of t = 1, not a label, not the other column, not prediction minus t."
for rng in [np.random.default_rng(9)]:
    x = rng.normal(size=(300, 1))
    t = (3 * x[:, 0] + rng.logistic(size=300) > 0).astype(int)
    found = cross_fitted_residuals(LogisticRegression(), x, t, 3)
    checks.shape(found, (300,), "the residuals")
    found = np.asarray(found)
    checks.that(len(np.unique(np.abs(found))) > 100 and np.all(found[t == 1] > 0), hint)
    checks.between(np.abs(found).mean(), 0.05, 0.4, "mean size of a residual", hint=hint)
hint_line = "Whether a probability is predicted depends on the model, a classifier, not on a target of 0 and 1."
try:
    found = cross_fitted_residuals(LinearRegression(), x, t.astype(float), 3)
except AttributeError:  # a regressor has no predict_proba
    checks.that(False, hint_line)
line = LinearRegression().fit(x, t)
checks.between(np.corrcoef(t - found, line.predict(x))[0, 1], 0.99, 1.0, "agreement with a line", hint=hint_line)
### BEGIN HIDDEN TESTS
for rng in [checks.fresh()]:
    x = rng.normal(size=(400, 1))
    t = (-4 * x[:, 0] + rng.logistic(size=400) > 0).astype(int)
    found = np.asarray(cross_fitted_residuals(LogisticRegression(), x, t, 4))
    checks.that(np.all(np.abs(found) < 1) and np.all(found[t == 0] < 0), hint)
    checks.between(np.abs(found).mean(), 0.02, 0.4, "mean size of a residual", hint=hint)
### END HIDDEN TESTS

# %% check="residual_folds" points=2 tags=["inside"]
hint = "With k folds there are k fits, each on all rows but one fold."
sizes = []


class Counting(LinearRegression):
    def fit(self, x, target):
        sizes.append(len(x))
        return super().fit(x, target)


x = np.random.default_rng(10).normal(size=(60, 2))
mine = Counting()
cross_fitted_residuals(mine, x, x[:, 0], 3)
checks.that(sizes == [40, 40, 40], f"{hint} 3 folds of 60 rows: fits on {sizes} rows.")
checks.that(not hasattr(mine, "coef_"), "Fit a fresh copy of the model for each fold: the caller's own stays unfitted.")
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


# %% answer="residual_slope"
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


# %% check="slope_value" points=4
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

# %% check="slope_error" points=3
hint = "The robust error weights squared deviations by their row's v², takes the root and divides by the sum of v²."
u = np.array([2.0, 3.0, 6.0])
v = np.array([1.0, 1.0, 3.0])
found = checks.unchanged(residual_slope, u, v)
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
