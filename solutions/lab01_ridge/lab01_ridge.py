# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Ridge regression needs a standard scaler
#
# {{ badge }}
#
# After this lab you will be able to
# - write ridge regression as a closed form, with an intercept that is left alone, and get what scikit-learn gets;
# - say why a penalty makes the *units* of a column matter, and show it on real measurements;
# - put scaler and model into one pipeline, so that cross-validation is honest without anybody having to remember it;
# - recognise leakage, measure what it costs, and tell a harmless leak from a fatal one;
# - choose the penalty, compare two models on the same splits, and report a difference with its spread;
# - say what a coefficient means, and what it does not.
#
# *You need:* matrix products, least squares, a little NumPy. *Your time:* about three hours. No GPU is used.
# The machine's share of the work:
#
# {{ budget_table }}

# %% tags=["setup"]
from shared.session import start

settings = start("lab01_ridge")

# %%
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.dummy import DummyRegressor
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm.auto import tqdm

from shared import checks, plots
from shared.datasets import load_nhefs
from shared.metrics import mean_sd

# %% [markdown]
# ## The data
#
# In 1971 a large health survey in the United States measured and questioned, among many others, the smokers in this
# table. We predict a person's **body weight in kilograms** in 1971 from eleven other columns, each in a usual unit
# (height, written down in centimetres, is in metres here). (One warning to come
# back to: blood pressure was taken at the follow-up in 1982. As a lesson about units this does no harm. As a way to
# *predict* anything it would be nonsense, since nobody knows a value from the future.)

# %%
people = load_nhefs()
columns = [name for name in people.columns if name != "weight"]
units = dict.fromkeys(columns, "0 or 1") | {"height": "m", "age": "years", "smoking_years": "years"}
units |= {"systolic": "mmHg", "diastolic": "mmHg", "cholesterol": "mg/dL", "cigarettes": "a day"}
units |= {"schooling": "years", "tobacco_price": "$ a pack"}
X, y = people[columns].to_numpy(), people["weight"].to_numpy()  # (rows, 11) and (rows,), weight in kg
overview = people[columns].agg(["mean", "std"]).T.round(2)
overview.insert(0, "unit", pd.Series(units))
print(f"{len(people):,} people, mean weight {y.mean():.1f} kg, standard deviation {y.std():.1f} kg")
overview

# %% [markdown]
# Height is in metres, so its numbers hardly vary (look at its `std`); cholesterol's vary by tens. Nobody would say
# that cholesterol is therefore the more important column. A ridge penalty does say so. Here is one model, fitted
# twice to the same people; the second time height was typed in millimetres.

# %%
millimetres = X.copy()
millimetres[:, 0] *= settings.factor
in_metres = Ridge(alpha=settings.alpha).fit(X, y).predict(X)
in_millimetres = Ridge(alpha=settings.alpha).fit(millimetres, y).predict(millimetres)
tallest = X[:, 0].argmax()
print(
    f"The tallest person, {X[tallest, 0]:.2f} m, weighs {y[tallest]:.1f} kg. Ridge with alpha = {settings.alpha:g} says"
)
print(f"  {in_metres[tallest]:.1f} kg if heights were typed in metres,")
print(f"  {in_millimetres[tallest]:.1f} kg if they were typed in millimetres.")

# %% [markdown]
# Two predictions for one person from the same facts: at most one of them can be the model we meant. The rest of the lab
# finds out where this comes from, mends it, and measures what the mending is worth (which will not always be what you
# would expect).
#
# # Part 1 · What the penalty sees

# %% [markdown]
# ## Exercise 1 · Ridge in closed form
#
# *Why.* Everything below follows from one formula. Ridge looks for the weights $w$ and the intercept $b$ that make
#
# $$\sum_i (y_i - x_i \cdot w - b)^2 + \alpha \sum_j w_j^2$$
#
# smallest. The penalty sums over the weights alone. The intercept is free: otherwise counting kilograms from 60
# instead of from 0 would change the model.
#
# (Two things are called weight here. We say *weights* for the numbers $w$ and *body weight* for what is predicted.)
#
# *Effort.* Medium, 20 minutes, 11 points.
#
# Write `ridge_fit`. With the columns and the target centred, the best $w$ solves
# $(X_c^\top X_c + \alpha I)\, w = X_c^\top y_c$, and the intercept follows from the means. The caller's arrays must stay
# as they are.
#
# <details><summary>Hint 1: where does the intercept go?</summary>
# Set the derivative with respect to b to zero: the residuals must sum to nothing. So the fitted plane passes through
# the point of means, whatever alpha is. Solve that for b once you have w.
# </details>
# <details><summary>Hint 2: inverse or solve?</summary>
# Both give the answer here; <code>np.linalg.solve(A, c)</code> is faster and more exact than <code>np.linalg.inv(A) @
# c</code>.
# </details>


# %% nbgrader={"grade": false, "grade_id": "ridge_fit", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def ridge_fit(X: np.ndarray, y: np.ndarray, alpha: float) -> tuple[np.ndarray, float]:
    """Ridge regression with an intercept that is not penalised.

    Args:
        X: (rows, columns). y: (rows,), in kg. alpha: weight of the penalty on the sum of squared weights, at least 0.
    Returns:
        w, (columns,), in kg per unit of each column, and b, one number, in kg.
    """
    ### BEGIN SOLUTION
    column_means, target_mean = X.mean(axis=0), y.mean()
    centred = X - column_means
    gram = centred.T @ centred + alpha * np.eye(X.shape[1])  # (columns, columns)
    w = np.linalg.solve(gram, centred.T @ (y - target_mean))
    return w, float(target_mean - column_means @ w)
    ### END SOLUTION


# %% [markdown]
# Run the checks as often as you like; each looks at one idea.

# %% nbgrader={"grade": true, "grade_id": "ridge_weights", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
rng = np.random.default_rng(0)
Z = rng.normal(size=(30, 4)) * [1, 5, 0.1, 20]
Z -= Z.mean(axis=0)  # centred already: only the formula for w is looked at here
t = Z @ [1.0, -2.0, 3.0, 0.1] + rng.normal(size=30)
t -= t.mean()
found = ridge_fit(Z.copy(), t.copy(), 7.0)
checks.that(
    isinstance(found, tuple | list) and len(found) == 2, "Return two things: the weights w, then the intercept b."
)
expected = Ridge(alpha=7.0, solver="cholesky").fit(Z, t).coef_
hint = "Is alpha, just as it is, added to each diagonal entry of XᵀX?"
checks.close(found[0], expected, "the weights of centred data", hint=hint)
### BEGIN HIDDEN TESTS
rng, weights = checks.fresh("ridge_weights"), []
for alpha in (0.0, 0.3, 50.0):
    Z, t = rng.normal(size=(25, 3)) * [1, 4, 0.3], rng.normal(size=25)
    weights.append(ridge_fit(Z - Z.mean(axis=0), t - t.mean(), alpha)[0])
checks.hand_over(weights=weights)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "ridge_intercept", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
Z = np.random.default_rng(1).normal(size=(40, 3)) + np.array([10.0, -4.0, 2.0])
t = Z @ [1.0, 2.0, 0.5] + 30
w, b = ridge_fit(Z.copy(), t.copy(), 5.0)
hint = "The mean prediction must be the mean of y for every alpha. Is the intercept penalised, or left out?"
checks.close(np.mean(Z @ np.asarray(w) + b), t.mean(), "the mean prediction", hint=hint, atol=1e-7)
hint = "Moving a zero must not change a weight: are y and the columns centred, each column by its own mean?"
centred = ridge_fit(Z - Z.mean(axis=0), t - t.mean(), 5.0)[0]
checks.close(w, centred, "the weights, beside those of the same data centred beforehand", hint=hint, atol=1e-7)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
shift, shifts = rng.uniform(50, 100), rng.uniform(5, 50, size=3)
w_y, b_y = ridge_fit(Z.copy(), t + shift, 5.0)
checks.close(w_y, w, "the weights after adding a constant to y", hint="Is the intercept penalised?", atol=1e-7)
checks.close(b_y, b + shift, "the intercept after adding to y", hint="Is the intercept penalised?", atol=1e-6)
w_x, b_x = ridge_fit(Z + shifts, t.copy(), 5.0)
checks.close(w_x, w, "the weights after adding constants to the columns", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "ridge_input", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
Z = np.random.default_rng(2).normal(size=(12, 2)) + 3.0
t = np.arange(12.0)
found = checks.unchanged(lambda a, c: ridge_fit(a, c, 1.0), Z, t, what="the data given to ridge_fit")
checks.that(found is not None, "ridge_fit returns nothing yet.")

# %% [markdown]
# ## Exercise 2 · The same heights, in another unit
#
# *Why.* A change of unit carries no information, so a sensible procedure must not react to it. We want one number
# that says how strongly a model reacts: the largest change of any prediction, in kg.
#
# *Effort.* Easy, 10 minutes, 7 points.
#
# Write `unit_change`: fit a fresh copy of the model on `X`, another on `X` with one column multiplied by `factor`,
# let each predict for the rows *in its own units*, and return the largest absolute difference. Leave the caller's
# model and data alone.
#
# <details><summary>Hint 1: why a fresh copy?</summary>
# <code>fit</code> returns the very object it was called on. Fit one model twice and both names mean the second fit;
# <code>sklearn.base.clone</code> gives an unfitted copy with the same settings.
# </details>


# %% nbgrader={"grade": false, "grade_id": "unit_change", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def unit_change(model, X: np.ndarray, y: np.ndarray, column: int, factor: float) -> float:
    """Largest absolute change of a prediction, in kg, when one column is multiplied by a factor before fitting.

    Args:
        model: an unfitted scikit-learn regressor, left as it is. X: (rows, columns). y: (rows,), kg.
    """
    ### BEGIN SOLUTION
    rescaled = X.copy()
    rescaled[:, column] *= factor
    before = clone(model).fit(X, y).predict(X)
    after = clone(model).fit(rescaled, y).predict(rescaled)
    return float(np.abs(after - before).max())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "unit_model", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
probe = Ridge(alpha=2.0)
unit_change(probe, np.array([[-1.0], [1.0], [0.0]]), np.array([-1.0, 1.0, 0.0]), 0, 10.0)
hint = "The caller's model came back fitted: fit two clones instead (one object fitted twice is one model)."
checks.that(not hasattr(probe, "coef_"), hint)

# %% nbgrader={"grade": true, "grade_id": "unit_value", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
# By hand: x = (-1, -1, 2), y = x, alpha = 2 gives w = 6/8. With x ten times as large, 10 w = 600/602.
line = np.array([[-1.0], [-1.0], [2.0]])
hint = (
    "Each model predicts in the units it was fitted in; take the absolute differences, then their maximum "
    "(and are they two models, not one fitted twice?)."
)
for x in (line, -line):
    found = unit_change(Ridge(alpha=2.0), x.copy(), x[:, 0].copy(), 0, 10.0)
    checks.close(found, 2 * (600 / 602 - 6 / 8), "the change in kg", hint=hint)
plain = unit_change(LinearRegression(), X.copy(), y, 0, 1000.0)
checks.close(plain, 0.0, "the change without a penalty", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for _ in range(4):
    Z, factor = rng.normal(size=(20, 3)) + 1, rng.choice([0.01, 0.1, 30.0])
    t, column = Z.sum(axis=1) + rng.normal(size=20), int(rng.integers(3))
    scaled = Z * np.where(np.arange(3) == column, factor, 1.0)
    change = Ridge(alpha=4.0).fit(Z, t).predict(Z) - Ridge(alpha=4.0).fit(scaled, t).predict(scaled)
    found = unit_change(Ridge(alpha=4.0), Z.copy(), t.copy(), column, factor)
    checks.close(found, np.linalg.norm(change, np.inf), "the change", hint=hint, atol=1e-7)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "unit_input", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
Z, t = np.array([[-1.0, 2.0], [1.0, 5.0], [0.0, 1.0]]), np.array([-1.0, 1.0, 0.5])
unit_change(Ridge(), *(before := (Z.copy(), t.copy())), 1, 10.0)
checks.close(before[0], Z, "X", hint="The caller's X now holds other units: multiply a copy of it.")

# %% [markdown]
# Now with our measurements. Each curve is one change of unit; the horizontal axis is the strength of the penalty.


# %%
def figure_units():
    figure, panel = plots.axes(width=6.5)
    cases = [("height", 1000.0, "o-"), ("height", 100.0, "s--"), ("cholesterol", 0.02586, "^-"), ("age", 12.0, "v-")]
    for name, factor, style in cases:
        changes = [unit_change(Ridge(alpha=a), X, y, columns.index(name), factor) for a in settings.alphas]
        size = 9 if style == "o-" else 5  # large circles, so that they are seen behind the squares
        panel.plot(settings.alphas, changes, style, markersize=size, label=f"{name} × {factor:g}")
    panel.set(xscale="log", xlabel="penalty alpha", ylabel="largest change of a prediction (kg)")
    panel.legend(title="column, factor")
    plots.show(
        figure,
        alt="Largest change of a prediction in kilograms against alpha for four changes of unit. Without penalty nothing "
        "changes; with a penalty, typing height in millimetres or centimetres moves predictions by many kilograms.",
    )


figure_units()

# %% [markdown]
# At the left end there is next to no penalty, hence no reaction: least squares simply divides a weight by 1000 when
# its column is multiplied by 1000. The penalty forbids that. A coefficient of 70 kg per metre costs $70^2$; the same plane
# written in kg per millimetre costs $0.07^2$. **A column with small numbers needs a large weight, and large weights
# are what ridge punishes.** (At the far right × 100 falls again: there the penalty is so strong that it crushes the
# weight per centimetre as well, and the two models grow alike. Millimetres still hold out.) The factors 0.02586
# (cholesterol in mmol/L) and 12 (age in months) are units that are really in use.
#
# # Part 2 · The scaler
#
# The cure is to measure every column in its own standard deviations, a unit that no typist can choose. Then alpha is
# a plain number, too. On unscaled columns it is none: where $w$ is in kg per metre, $\alpha w^2$ is in $\text{kg}^2$
# only if alpha is in square metres, so that the same 100 means something else for every column and every unit. That is
# why an axis below says "no unit" only where all columns are standardised.

# %% [markdown]
# ## Exercise 3 · Standardise by hand
#
# *Why.* A scaler is a model: it learns something (means and scales) from one set of rows and applies it to others.
# Keeping these two steps apart is the whole secret of doing it without leakage.
#
# *Effort.* Easy, 15 minutes, 9 points.
#
# Write the two methods. `fit` remembers for each column the mean and the standard deviation (divisor: the number of
# rows, as in scikit-learn) and returns the object itself. `transform` subtracts and divides by what was *remembered*.
# A column that is constant in the training rows has no scale: give it the scale 1.
#
# <details><summary>Hint 1: why 1, and not a tiny number that avoids the division by zero?</summary>
# The training rows become 0 either way. Now think of a new row whose value in that column is different by 1.
# </details>


# %% nbgrader={"grade": false, "grade_id": "standardiser", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
class Standardiser:
    """Columns to mean 0 and standard deviation 1, as seen in the rows given to `fit`."""

    def fit(self, X: np.ndarray) -> "Standardiser":
        """Remembers `mean_` and `scale_`, both (columns,), from X, (rows, columns); returns self."""
        ### BEGIN SOLUTION
        self.mean_ = X.mean(axis=0)
        spread = X.std(axis=0)
        self.scale_ = np.where(spread == 0, 1.0, spread)
        return self
        ### END SOLUTION

    def transform(self, X: np.ndarray) -> np.ndarray:
        """The rows of X, (rows, columns), in standard deviations from the remembered mean; same shape."""
        ### BEGIN SOLUTION
        return (X - self.mean_) / self.scale_
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "standardiser_statistics", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
scaler, Z = Standardiser(), np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]])
scaler.fit(Z.copy())
checks.close(scaler.mean_, [3.0, 20.0], "mean_", hint="One mean for each column: is the axis right?")
hint = "One standard deviation for each column, with the number of rows as the divisor (not one less)."
checks.close(scaler.scale_, StandardScaler().fit(Z).scale_, "scale_", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z = rng.normal(size=(rng.integers(4, 9), 3)) * [1, 10, 0.1] + rng.normal(size=3)
scaler = Standardiser()
scaler.fit(Z.copy())
checks.close(scaler.mean_, Z.sum(axis=0) / len(Z), "mean_", hint="One mean for each column: is the axis right?")
checks.close(scaler.scale_, StandardScaler().fit(Z).scale_, "scale_", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "standardiser_constant", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
scaler, Z = Standardiser(), np.array([[1.0, 3.0], [2.0, 3.0], [6.0, 3.0]])
scaler.fit(Z.copy())
with np.errstate(divide="ignore", invalid="ignore"):
    seen, new = scaler.transform(Z.copy()), scaler.transform(np.array([[2.0, 4.0]]))
hint = (
    "A column that was constant in training has the scale 1: 0 for the rows seen, and a new value keeps its distance."
)
checks.close(np.asarray(seen)[:, 1], [0.0, 0.0, 0.0], "the constant column", hint=hint)
checks.close(np.asarray(new)[:, 1], [1.0], "a new row in the constant column", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "standardiser_training", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
scaler, Z = Standardiser(), np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]])
scaler.fit(Z.copy())
new = np.array([[5.0, 40.0], [7.0, 90.0]])
expected = (new - scaler.mean_) / scaler.scale_
hint = "transform applies what fit remembered: subtract mean_, then divide by scale_; not the new rows' own values."
checks.close(scaler.transform(new.copy()), expected, "new rows", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
train, test = rng.normal(size=(9, 4)) * 3 + 5, rng.normal(size=(4, 4))
scaler.fit(train.copy())
together, alone = scaler.transform(test.copy()), scaler.transform(test[:1].copy())
checks.close(alone, together[:1], "a row transformed alone", hint=hint)
checks.close(together * scaler.scale_ + scaler.mean_, test, "the rows, transformed back", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "standardiser_self", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
scaler = Standardiser()
checks.that(
    scaler.fit(np.array([[1.0], [2.0]])) is scaler, "fit should return self, so that fit(X).transform(X) works."
)

# %% [markdown]
# ## Exercise 4 · Back to kilograms per metre
#
# *Why.* Weights on standardised columns are in kg per standard deviation. People ask for kg per metre. Both describe
# the same plane, so the translation is exact.
#
# *Effort.* Easy, 10 minutes, 6 points.
#
# Write `to_original_units`: given `w`, `b` of a model on $(x - \text{mean}) / \text{scale}$, return the weights and the
# intercept of the same model on $x$ itself.
#
# <details><summary>Hint 1: no formula comes to mind?</summary>
# Write the prediction out, w · (x − mean) / scale + b, and collect what multiplies x and what is left.
# </details>


# %% nbgrader={"grade": false, "grade_id": "to_original_units", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def to_original_units(w: np.ndarray, b: float, mean: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, float]:
    """The same linear model on unscaled columns.

    Args:
        w: (columns,), kg per standard deviation. b: kg. mean, scale: (columns,), of the scaler.
    Returns:
        Weights (columns,), kg per original unit, and the intercept, kg.
    """
    ### BEGIN SOLUTION
    weights = w / scale
    return weights, float(b - mean @ weights)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "original_weights", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
w, mean, scale = np.array([2.0, -3.0]), np.array([1.7, 40.0]), np.array([0.1, 12.0])
found = to_original_units(w, 70.0, mean, scale)
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the weights, then the intercept.")
hint = "2 kg for each step of 0.1 m are 20 kg per metre: is the weight divided by the scale?"
checks.close(found[0], [20.0, -0.25], "the weights", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
w, mean, scale = rng.normal(size=4), rng.normal(size=4), rng.uniform(0.1, 9, size=4)
checks.close(np.asarray(to_original_units(w, 1.0, mean, scale)[0]) * scale, w, "the weights, scaled again", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "original_intercept", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
w, mean, scale = np.array([2.0, -3.0]), np.array([1.7, 40.0]), np.array([0.1, 12.0])
weights, b = to_original_units(w, 70.0, mean, scale)
hint = (
    "The average person must still be predicted at b: in original units the intercept belongs to a person with x = 0."
)
checks.close(mean @ np.asarray(weights) + b, 70.0, "the prediction for the mean row", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
w, mean, scale, old = rng.normal(size=3), rng.uniform(5, 9, size=3), rng.uniform(2, 9, size=3), rng.uniform(50, 90)
weights, b = to_original_units(w, old, mean, scale)
checks.close(mean @ np.asarray(weights) + b, old, "the prediction for the mean row", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 5 · One object that cannot be misused
#
# *Why.* A scaler beside a model is a scaler that somebody forgets. In a `Pipeline` the two are fitted together on
# whatever rows `fit` is given, and `predict` uses what was learnt then.
#
# *Effort.* Easy, 10 minutes, 8 points.
#
# Write `scaled_ridge`: an unfitted pipeline of scikit-learn's `StandardScaler` (yours from Exercise 3 lacks some of
# what a pipeline asks for) and `Ridge`.
#
# <details><summary>Hint 1: which tool?</summary>
# <code>make_pipeline</code> takes the steps in order; both steps are imported at the top of the notebook.
# </details>


# %% nbgrader={"grade": false, "grade_id": "scaled_ridge", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def scaled_ridge(alpha: float):
    """An unfitted pipeline: standardise the columns, then ridge regression with this alpha."""
    ### BEGIN SOLUTION
    return make_pipeline(StandardScaler(), Ridge(alpha=alpha))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "pipeline_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model = scaled_ridge(200.0).fit(X, y)
by_hand = (X - X.mean(axis=0)) / X.std(axis=0)
expected = Ridge(alpha=200.0).fit(by_hand, y).predict(by_hand)
hint = "It should be ridge, with the alpha it was given, on columns of mean 0 and standard deviation 1."
checks.close(model.predict(X), expected, "the predictions", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "pipeline_units", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
model = scaled_ridge(50.0)
checks.that(hasattr(model, "fit") and hasattr(model, "predict"), "Return an unfitted pipeline with fit and predict.")
hint = "The predictions depend on the units: is every column divided by its standard deviation, inside the pipeline?"
shorter = X * np.where(np.arange(X.shape[1]) == 0, 1000.0, 1.0)
before, after = model.fit(X, y).predict(X), scaled_ridge(50.0).fit(shorter, y).predict(shorter)
checks.close(after, before, "the predictions with height in millimetres", hint=hint)
### BEGIN HIDDEN TESTS
factors, zeros = 10.0 ** checks.fresh().integers(-3, 4, size=X.shape[1]), np.arange(X.shape[1])
other = scaled_ridge(50.0).fit(X * factors + zeros, y).predict(X * factors + zeros)
checks.close(other, before, "the predictions with every column in another unit", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pipeline_training", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
model = scaled_ridge(10.0).fit(X[:200], y[:200])
hint = "Scaling is learnt from the rows given to fit alone; a prediction must not depend on other rows."
one, many = model.predict(X[200:201]), model.predict(X[200:260])
checks.close(one, many[:1], "one row predicted alone and in company", hint=hint)
### BEGIN HIDDEN TESTS
rows = checks.fresh().choice(len(X), size=150, replace=False)
train, test = rows[:100], rows[100:]
expected = Ridge(alpha=10.0).fit((X[train] - X[train].mean(axis=0)) / X[train].std(axis=0), y[train])
in_units = (X[test] - X[train].mean(axis=0)) / X[train].std(axis=0)
found = scaled_ridge(10.0).fit(X[train], y[train]).predict(X[test])
checks.close(found, expected.predict(in_units), "predictions for unseen rows", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# Three models can now compete: unscaled ridge with height in metres, unscaled ridge with height in millimetres, and
# your scaled ridge. The left panel gives each of them the same folds and every penalty of the grid.
# The right panel takes the question further: units are somebody's choice, so let us draw a unit for every column at
# random (its own one times 0.01, 0.1, 1, 10 or 100), {{ s.tiny.unit_draws }} times over,
# all at alpha = {{ s.tiny.alpha | int }}.


# %%
def cv_rmse(model, X, y, seed=0) -> float:
    """Root mean squared error in kg, averaged over shuffled folds."""
    folds = KFold(settings.folds, shuffle=True, random_state=seed)
    return -cross_val_score(model, X, y, cv=folds, scoring="neg_root_mean_squared_error").mean()


def unit_lottery(alpha: float) -> np.ndarray:
    """Errors of unscaled ridge, one for each random choice of units; (unit_draws,), kg."""
    rng = np.random.default_rng(settings.seeds[0])
    draws = 10.0 ** rng.integers(-2, 3, size=(settings.unit_draws, X.shape[1]))
    return np.array([cv_rmse(Ridge(alpha=alpha), X * factors, y) for factors in tqdm(draws, desc="units")])


# %%
LOTTERY_ALT = (
    "Left: cross-validated error against alpha; in metres it rises early, scaled later, in millimetres hardly at all. "
    "Right: errors of unscaled ridge for random units spread over more than a kilogram; the scaled model is one line."
)


def lottery_left(panel) -> None:
    raw = {
        "unscaled, metres": X,
        "unscaled, millimetres": X * np.where(np.arange(X.shape[1]) == 0, settings.factor, 1.0),
    }
    for name, table in raw.items():
        errors = [cv_rmse(Ridge(alpha=a), table, y) for a in settings.alphas]
        panel.plot(settings.alphas, errors, "o-", markersize=9, label=name)
    scaled = [cv_rmse(scaled_ridge(a), X, y) for a in settings.alphas]
    panel.plot(settings.alphas, scaled, "s--", markersize=5, label="scaled, any unit")
    panel.set(xscale="log", xlabel="penalty alpha", ylabel="cross-validated RMSE (kg)")
    panel.legend()


# %%
def figure_lottery():
    figure, (left, right) = plots.axes(2, width=5.4)
    lottery_left(left)
    errors, reference = unit_lottery(settings.alpha), cv_rmse(scaled_ridge(settings.alpha), X, y)
    right.hist(errors, bins=30)
    right.axvline(reference, color=plots.COLOURS[2], linewidth=2, label=f"scaled: {reference:.2f} kg in every unit")
    right.set(xlabel="cross-validated RMSE of unscaled ridge (kg)", ylabel="choices of units (count)")
    right.legend()
    plots.show(figure, alt=LOTTERY_ALT)
    print(f"Random units: {errors.min():.2f} to {errors.max():.2f} kg, median {np.median(errors):.2f}.")
    print(
        f"{np.mean(errors < reference):.0%} of the units beat the scaler, at most by {reference - errors.min():.3f} kg."
    )


figure_lottery()

# %% [markdown]
# Read it honestly. At the smallest penalties the three curves agree, because hardly any penalty is left: a tuned
# alpha lets the unscaled model escape to plain least squares. With *millimetres* the unscaled model stays good even
# at a huge alpha, where the scaled one has already given up. That is luck: large numbers exempt height from the
# penalty, and height happens to be the best predictor here. In the right panel you see the same luck in bulk: the left
# heap is exactly the draws that multiplied height by 10 or 100. In all others height is lost to the penalty, and the
# error depends on `male`, the next best thing: those furthest right made its numbers smaller, too. The
# line below counts the units that beat the scaler, and says by how much. The scaler does not promise the smallest
# error; it promises that the error does not depend on who typed the table.
#
# # Part 3 · Leakage
#
# An error estimate is honest if *everything* that learns from data learns from the training rows only.

# %% [markdown]
# ## Exercise 6 · Cross-validation by hand
#
# *Why.* `cross_val_score` is one line. Writing it once shows which line keeps it honest.
#
# *Effort.* Medium, 15 minutes, 10 points.
#
# The small class below belongs to the checks: it stands in for a model and notes which rows it is shown.
#
# Write `fold_errors`. For each pair of index arrays (train, test): fit a fresh copy of the model on the training
# rows, as they are, and measure the root mean squared error on the test rows. If the model needs a scaler, the scaler
# is inside the model.
#
# <details><summary>Hint 1: what may happen before the loop?</summary>
# Nothing that looks at X or y. That is the point of having the scaler in the pipeline.
# </details>


# %%
class Witness(RegressorMixin, BaseEstimator):
    """Learns nothing, predicts 0, and notes the first column of the rows it is fitted on and asked about."""

    fitted, judged = [], []

    def fit(self, X, y):
        Witness.fitted.append(np.sort(X[:, 0]))
        return self

    def predict(self, X):
        Witness.judged.append(np.sort(X[:, 0]))
        return np.zeros(len(X))


# %% nbgrader={"grade": false, "grade_id": "fold_errors", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def fold_errors(model, X: np.ndarray, y: np.ndarray, folds) -> np.ndarray:
    """Root mean squared error on each fold's test rows; (folds,), kg.

    Args:
        model: an unfitted regressor or pipeline, left as it is. X: (rows, columns). y: (rows,), kg.
        folds: a list of pairs (training rows, test rows), each an index array.
    """
    ### BEGIN SOLUTION
    errors = []
    for train, test in folds:
        residuals = y[test] - clone(model).fit(X[train], y[train]).predict(X[test])
        errors.append(np.sqrt(np.mean(residuals**2)))
    return np.array(errors)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "fold_values", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
Z, t = X[:90], y[:90]
folds = list(KFold(4).split(Z))
expected = -cross_val_score(LinearRegression(), Z, t, cv=folds, scoring="neg_root_mean_squared_error")
hint = (
    "One error for each fold: the root of the mean squared residual on the test rows, after a fit on the training rows."
)
checks.close(fold_errors(LinearRegression(), Z.copy(), t.copy(), folds), expected, "the errors", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z, t = rng.normal(size=(31, 3)), rng.normal(size=31)
folds = list(KFold(3, shuffle=True, random_state=int(rng.integers(1000))).split(Z))
expected = -cross_val_score(LinearRegression(), Z, t, cv=folds, scoring="neg_root_mean_squared_error")
checks.close(fold_errors(LinearRegression(), Z.copy(), t.copy(), folds), expected, "the errors", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "fold_rows", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
Z = checks.fresh().normal(size=(12, 2)) * 50 + 300
folds = list(KFold(3).split(Z))
Witness.fitted.clear()
fold_errors(Witness(), Z.copy(), np.arange(12.0), folds)
hint = (
    "A fold's model must be fitted on its training rows, as they are. Did something look at all rows before the split? "
    "No scaling here, neither of all rows nor fold by fold; it belongs in the model."
)
for (train, _), noted in zip(folds, Witness.fitted, strict=False):
    checks.close(noted, np.sort(Z[train, 0]), "the rows a model is fitted on", hint=hint)
checks.count(len(Witness.fitted), len(folds), "the number of fits", hint="One fit for each fold.")

# %% nbgrader={"grade": true, "grade_id": "fold_clone", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
probe = LinearRegression()
fold_errors(probe, X[:40].copy(), y[:40].copy(), list(KFold(2).split(X[:40])))
checks.that(not hasattr(probe, "coef_"), "The caller's model came back fitted: each fold deserves a fresh clone of it.")

# %% [markdown]
# ### What does a leaking scaler cost?
#
# The classic mistake is `StandardScaler().fit_transform(X)` before the split: test rows take part in the means and
# standard deviations. How much does that flatter the estimate? We measure it on samples of different sizes from our
# table, with an alpha of a tenth of the number of rows, so that the penalty stays in proportion.


# %%
def scaler_leak(rows: int, seed: int) -> float:
    """Honest minus leaking cross-validated RMSE, kg, on a random sample of rows; positive: the leak flatters."""
    sample = np.random.default_rng(seed).choice(len(X), size=rows, replace=False)
    Z, t = X[sample], y[sample]
    honest = cv_rmse(make_pipeline(StandardScaler(), Ridge(alpha=rows / 10)), Z, t, seed)
    leaking = cv_rmse(Ridge(alpha=rows / 10), StandardScaler().fit_transform(Z), t, seed)  # do not do this
    return honest - leaking


# %%
def typing_error(seed: int) -> tuple[float, float]:
    """RMSE, kg, on correct test rows when ONE test row has its height in centimetres: honest scaler, leaking scaler."""
    train, test, t_train, t_test = train_test_split(X, y, test_size=0.2, random_state=seed)
    test[0, 0] *= 100
    leaking = StandardScaler().fit(np.vstack([train, test]))  # do not do this
    errors = []
    for scaler in (StandardScaler().fit(train), leaking):
        model = Ridge(alpha=settings.alpha).fit(scaler.transform(train), t_train)
        residuals = t_test[1:] - model.predict(scaler.transform(test[1:]))
        errors.append(np.sqrt(np.mean(residuals**2)))
    return tuple(errors)


# %%
LEAKS_ALT = (
    "Left: what a leaking scaler hides, against sample size: next to nothing for large samples, a wide spread for tiny. "
    "Right: each point is a split with one mistyped test row; the leaking model's error lies above the honest one's."
)


def leaks_left(panel, repeats) -> None:
    leaks = [[scaler_leak(rows, seed) for seed in repeats] for rows in tqdm(settings.leak_rows, desc="sample sizes")]
    means, spreads = np.mean(leaks, axis=1), np.std(leaks, axis=1, ddof=1)
    panel.errorbar(settings.leak_rows, means, yerr=spreads, marker="o", capsize=4)
    panel.axhline(0, color="grey", linewidth=1)
    panel.set(xscale="log", xlabel="rows in the sample (count)", ylabel="error hidden, mean ± sd (kg RMSE)")
    panel.set_xticks(settings.leak_rows, settings.leak_rows)
    panel.minorticks_off()
    for rows, mean, spread in zip(settings.leak_rows, means, spreads, strict=True):
        print(f"{rows:5d} rows: the leaking scaler flatters the model by {mean:+.4f} ± {spread:.4f} kg")


# %%
def figure_leaks():
    figure, (left, right) = plots.axes(2, width=5.2, height=4.2)
    leaks_left(left, range(settings.leak_repeats))
    honest, leaking = np.transpose([typing_error(seed) for seed in range(settings.leak_repeats)])
    right.scatter(honest, leaking, label="one split each")
    right.axline((honest.min(), honest.min()), slope=1, color="grey", label="no harm")
    right.set(xlabel="RMSE, scaler saw training rows (kg)", ylabel="RMSE, scaler saw all rows (kg)")
    right.legend(title="one test height typed in cm")
    plots.show(figure, alt=LEAKS_ALT)
    print(f"One typing error: {mean_sd(honest)} kg honest, {mean_sd(leaking)} kg leaking, on the other test rows")
    print(f"The leak costs {mean_sd(leaking - honest)} kg, split by split.")


figure_leaks()

# %% [markdown]
# On {{ "{:,}".format(s.tiny.leak_rows[-1]) }} rows the leak is far too small to matter. It flatters the model only
# where rows are so few that each of them moves the means, and even there its spread from sample to sample is about as
# large as itself. Whoever tells you that a scaler fitted on all rows ruins every result has not measured it. The right
# panel is the better argument: a model that was fitted with one eye on the test rows *changes when a test row changes*.
# One slip of the keyboard in a row that it should never have seen makes it worse for everybody else.
#
# No scaler protects from a leak that sits in the table itself, such as our blood pressures of 1982: that one is found
# by reading the data card (`data/cards/nhefs.md`), not by cross-validation, whose every fold agrees with it.
#
# A leak becomes deadly when it carries the **target**.

# %% [markdown]
# ## Exercise 7 · A leak that invents a result
#
# *Why.* With many columns people first pick those that correlate with the target, then cross-validate the model on the
# columns that are left. The picking has seen every test fold's answers.
#
# *Effort.* Medium, 15 minutes, 7 points.
#
# Write `selection_scores`: twice the mean cross-validated R² of "keep the k columns with the largest F statistic,
# standardise, ridge". Once with the columns kept *before* cross-validation, from all rows; once with the selection
# inside.
#
# <details><summary>Hint 1: which pieces?</summary>
# <code>SelectKBest(f_regression, k=k)</code> is a transformer like the scaler, so it can stand in a pipeline.
# <code>cross_val_score(model, X, y, cv=folds)</code> gives R² for regressors.
# </details>


# %%
def pure_noise(rows: int, width: int, seed: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Random columns and a random target that has nothing to do with them: nothing to be learnt here."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, width)), rng.normal(size=rows)


# %% nbgrader={"grade": false, "grade_id": "selection_scores", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def selection_scores(X: np.ndarray, y: np.ndarray, k: int, alpha: float, folds) -> tuple[float, float]:
    """Mean R² over the folds (1: perfect, 0: as good as the mean), leaking and honest.

    Args:
        X: (rows, columns). y: (rows,). k: columns to keep. folds: a list of pairs (training rows, test rows).
    Returns:
        leaking: columns chosen on all rows; honest: columns chosen in each fold, on its training rows.
    """
    ### BEGIN SOLUTION
    chosen = SelectKBest(f_regression, k=k).fit_transform(X, y)
    leaking = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=alpha)), chosen, y, cv=folds)
    pipeline = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    return float(leaking.mean()), float(cross_val_score(pipeline, X, y, cv=folds).mean())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "selection_leaking", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
noise, t = pure_noise(60, 200, seed=3)
folds = list(KFold(5).split(noise))
few, more = (selection_scores(noise.copy(), t.copy(), k, 1.0, folds) for k in (5, 50))
checks.that(isinstance(few, tuple | list) and len(few) == 2, "Return two scores: leaking first, honest second.")
hint = "The leaking score keeps the k columns that are best on ALL rows, before any fold: on pure noise it looks good."
checks.between(few[0], 0.1, 0.9, "the leaking R² on noise", hint=hint)
checks.that(few[0] != more[0], "Another k gives the same leaking score: does the selection keep k columns?")
every = selection_scores(X[:60].copy(), y[:60].copy(), X.shape[1], 100.0, folds)[0]
plain = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=100.0)), X[:60], y[:60], cv=folds).mean()
kept = (
    "With all columns kept this is plain cross-validation: the R² on the test rows of each fold, with the alpha given."
)
checks.close(every, plain, "the leaking R² with nothing left out", hint=kept, atol=0.01)
### BEGIN HIDDEN TESTS
noise, t = pure_noise(50, 40)
best = np.argsort([-abs(np.corrcoef(column, t)[0, 1]) for column in noise.T])[:6]
folds = list(KFold(5, shuffle=True, random_state=1).split(noise))
expected = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=2.0)), noise[:, best], t, cv=folds).mean()
checks.close(selection_scores(noise.copy(), t.copy(), 6, 2.0, folds)[0], expected, "leaking R²", hint=hint, atol=0.1)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "selection_honest", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
noise, t = pure_noise(60, 200, seed=3)
folds = list(KFold(5).split(noise))
few, more = (selection_scores(noise.copy(), t.copy(), k, 1.0, folds)[1] for k in (5, 50))
hint = "Noise predicts nothing. The honest score chooses its columns anew in each fold, from the training rows alone."
checks.between(few, -3.0, 0.05, "the honest R² on noise", hint=hint)
checks.that(few != more, "Another k gives the same honest score: does the selection in each fold keep k columns?")
every = selection_scores(X[:60].copy(), y[:60].copy(), X.shape[1], 100.0, folds)[1]
plain = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=100.0)), X[:60], y[:60], cv=folds).mean()
kept = (
    "With all columns kept this is plain cross-validation: the R² on the test rows of each fold, with the alpha given."
)
checks.close(every, plain, "the honest R² with nothing left out", hint=kept, atol=1e-6)
### BEGIN HIDDEN TESTS
noise, t = pure_noise(50, 40)
folds, scores = list(KFold(5, shuffle=True, random_state=1).split(noise)), []
for train, test in folds:
    best = np.argsort([-abs(np.corrcoef(column, t[train])[0, 1]) for column in noise[train].T])[:6]
    model = make_pipeline(StandardScaler(), Ridge(alpha=2.0)).fit(noise[train][:, best], t[train])
    scores.append(model.score(noise[test][:, best], t[test]))
found = selection_scores(noise.copy(), t.copy(), 6, 2.0, folds)[1]
checks.close(found, np.mean(scores), "honest R²", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# Now on people: {{ s.tiny.leak_people }} real weights, and {{ "{:,}".format(s.tiny.noise_columns) }} columns of
# random numbers that have nothing to do with them. There is nothing to find.


# %%
def selection_experiment(seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(settings.leak_people, settings.noise_columns))
    weights = rng.choice(y, size=settings.leak_people, replace=False)
    folds = list(KFold(settings.folds, shuffle=True, random_state=seed).split(noise))
    return selection_scores(noise, weights, settings.selected, settings.selection_alpha, folds)


for name, scores in zip(
    ["leaking", "honest"], zip(*map(selection_experiment, settings.seeds), strict=True), strict=True
):
    print(f"R² with {name} selection, mean ± sd over {len(scores)} seeds: {mean_sd(scores)}")

# %% [markdown]
# The leaking score is an invention, made by the selection; the honest one is even below zero, as it should be for a
# model that fits noise. Hastie, Tibshirani and Friedman (*The Elements of Statistical Learning*, section 7.10.2)
# publish the same experiment for a classifier: 50 people, 5,000 noise columns, the best 100 kept: estimated error 3%,
# true error 50%.
#
# # Part 4 · How much penalty?

# %% [markdown]
# ## Exercise 8 · The whole path at once
#
# *Why.* The singular value decomposition shows what the penalty does, and gives the weights for *all* alphas at the
# price of one. With the standardised columns $Z = U S V^\top$ the weights are
#
# $$w(\alpha) = V \, \mathrm{diag}\left(\frac{s_k}{s_k^2 + \alpha}\right) U^\top (y - \bar y).$$
#
# A direction in which people differ a lot (large $s_k$) hardly notices alpha; a direction with little variation is
# switched off first.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `ridge_path`: standardise the columns (no column is constant here), then one row of weights for each alpha, in
# the order given, in kg per standard deviation.
#
# <details><summary>Hint 1: shapes</summary>
# <code>np.linalg.svd(Z, full_matrices=False)</code> gives U (rows, columns), s (columns,), Vt (columns, columns).
# Uᵀ(y − ȳ) is (columns,): compute it once.
# </details>
# <details><summary>Hint 2: must it be the decomposition?</summary>
# No. A loop that solves one ridge problem for each alpha is right as well, only slower.
# </details>


# %% nbgrader={"grade": false, "grade_id": "ridge_path", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def ridge_path(X: np.ndarray, y: np.ndarray, alphas) -> np.ndarray:
    """Ridge weights on standardised columns, kg per standard deviation; (alphas, columns), one row for each alpha.

    Args:
        X: (rows, columns), unscaled. y: (rows,), kg. alphas: positive numbers, in any order.
    """
    ### BEGIN SOLUTION
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    along = U.T @ (y - y.mean())  # (columns,): the target, seen along each direction
    return np.array([Vt.T @ (s / (s**2 + alpha) * along) for alpha in alphas])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "path_order", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
some = [100.0, 0.01, 1000.0]
found = ridge_path(X.copy(), y.copy(), some)
checks.shape(found, (3, X.shape[1]), "the path", hint="One row for each alpha, one column for each column of X.")
norms = np.linalg.norm(np.asarray(found), axis=1)
hint = "The rows should come in the order of the alphas given; more penalty means shorter weights."
checks.that(norms[1] > norms[0] > norms[2], hint)

# %% nbgrader={"grade": true, "grade_id": "path_limits", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
found = np.asarray(ridge_path(X.copy(), y.copy(), [1e-9, 1e12]))
checks.shape(found, (2, X.shape[1]), "the path", hint="One row for each alpha, one column for each column of X.")
expected = LinearRegression().fit(X, y).coef_ * X.std(axis=0)
hint = (
    "With next to no penalty the weights are those of least squares, in kg per standard deviation. "
    "Is X standardised, and V transposed the right way?"
)
checks.close(found[0], expected, "the weights for a tiny alpha", hint=hint, atol=1e-5)
hint = "With an enormous penalty nothing is left but the mean: all weights go to zero."
checks.close(found[1], np.zeros(X.shape[1]), "the weights for a huge alpha", hint=hint, atol=1e-3)
in_mm = ridge_path(X * np.where(np.arange(X.shape[1]) == 0, 1000.0, 1.0), y.copy(), [100.0])
hint = "The unit of height makes a difference: standardise columns BEFORE the penalty sees them, not weights after."
same = ridge_path(X.copy(), y.copy(), [100.0])
checks.close(in_mm, same, "the weights for alpha = 100 with height in millimetres", hint=hint, atol=1e-6)

# %% nbgrader={"grade": true, "grade_id": "path_values", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
pair = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])  # standardised already, XᵀX = 4 I
hint = "Each direction's weight is s / (s² + alpha): is s squared below, and alpha added as it is?"
found = np.asarray(ridge_path(pair, np.array([-3.0, -1.0, 1.0, 3.0]), [4.0, 12.0]))
checks.close(found, [[1.0, 0.5], [0.5, 0.25]], "the weights", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z = StandardScaler().fit_transform(rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3)))
t, some = rng.normal(size=40), [0.5, 8.0, 90.0]
expected = [Ridge(alpha=a).fit(Z, t).coef_ for a in some]
checks.close(ridge_path(Z.copy(), t.copy(), some), expected, "the path", hint=hint, atol=1e-7)
### END HIDDEN TESTS


# %%
def figure_path():
    alphas = np.logspace(*settings.path_exponents, settings.path_points)
    path = ridge_path(X, y, alphas)  # (alphas, columns)
    figure, panel = plots.axes(width=7.5, height=4.2)
    named = ("height", "male", "cholesterol", "diastolic", "age", "smoking_years")
    for j, name in enumerate(columns):
        panel.plot(alphas, path[:, j], **({"label": name} if name in named else {"color": "lightgrey", "label": "_"}))
    panel.set(xscale="log", xlabel="penalty alpha (no unit)", ylabel="weight (kg per standard deviation)")
    panel.legend(ncols=2)
    plots.show(
        figure,
        alt="Ridge weights against alpha on a logarithmic axis. Height leads; all weights shrink towards zero as "
        "alpha grows, though single weights rise or change their order on the way.",
    )


figure_path()

# %% [markdown]
# The vector as a whole gets shorter all the way; a single weight need not. Columns that tell nearly the same story
# (male and height; age and years of smoking) share their weight out as alpha grows, and one of them may rise while
# the other falls.

# %% [markdown]
# ## Exercise 9 · Choosing alpha
#
# *Why.* Alpha is learnt from data as well, so its choice belongs inside the pipeline. And the smallest error has a
# spread of its own: where several alphas do about equally well, the most cautious of them is a defensible choice.
#
# *Effort.* Medium, 15 minutes, 9 points.
#
# Write two functions. `tuned_ridge`: a pipeline whose last step is `RidgeCV` with the grid it is given.
# `choose_alpha`: from a table of fold errors, the alpha with the smallest mean error, and the *largest* alpha whose
# mean error is at most that smallest mean plus one standard error of it (standard deviation over the folds, divisor
# folds − 1, over the root of the number of folds).
#
# <details><summary>Hint 1: whose standard error?</summary>
# The best alpha's own row: its spread says how far its mean may be off.
# </details>


# %% nbgrader={"grade": false, "grade_id": "choose_alpha", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def tuned_ridge(alphas):
    """An unfitted pipeline: standardise the columns, then ridge with alpha chosen from the grid by RidgeCV."""
    ### BEGIN SOLUTION
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))
    ### END SOLUTION


def choose_alpha(alphas, errors: np.ndarray) -> tuple[float, float]:
    """The best alpha and the largest alpha within one standard error of it.

    Args:
        alphas: (alphas,), in any order. errors: (alphas, folds), RMSE in kg.
    """
    ### BEGIN SOLUTION
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return float(alphas[best]), float(alphas[means <= limit].max())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "tuned_units", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
one = tuned_ridge([1.0, 100.0]).fit(X[:150], y[:150]).predict(X[150:])
factors = 10.0 ** checks.fresh().integers(-3, 4, size=X.shape[1])
two = tuned_ridge([1.0, 100.0]).fit(X[:150] * factors, y[:150]).predict(X[150:] * factors)
checks.close(two, one, "predictions in other units", hint="The tuned model depends on units: where is the scaler?")

# %% nbgrader={"grade": true, "grade_id": "tuned_grid", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
Z = np.random.default_rng(5).normal(size=(60, 2))
hint = "The model should choose from the grid it is given: here only the smallest alpha can follow the data."
follows = tuned_ridge([1e-6, 1e6]).fit(Z, Z.sum(axis=1))
checks.close(follows.predict(Z), Z.sum(axis=1), "predictions of an exact line", hint=hint, atol=1e-3)
hint = "With only one alpha in the grid that alpha must be used: is the grid handed on?"
checks.that(np.ptp(tuned_ridge([1e6]).fit(Z, Z.sum(axis=1)).predict(Z)) < 0.01, hint)

# %% nbgrader={"grade": true, "grade_id": "alpha_best", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
table = np.array([[5.0, 7.0, 6.0, 6.0], [4.0, 6.0, 5.2, 4.9], [4.2, 6.2, 5.1, 5.3], [8.0, 3.9, 9.0, 9.0]])
found = choose_alpha([1.0, 10.0, 100.0, 1000.0], table.copy())
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two alphas: the best, then the cautious one.")
hint = "The best alpha has the smallest error on average over the folds (not in its luckiest fold)."
checks.close(found[0], 10.0, "the best alpha", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
order = rng.permutation(4)
checks.close(choose_alpha(10.0**order, table[order])[0], 10.0, "the best alpha, grid shuffled", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "alpha_cautious", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Means 5, 5.54, 5.8, 6; the best row's standard deviation over 3 folds is 1, so its standard error is 0.577.
table = np.array([[4.0, 5.0, 6.0], [1.54, 9.54, 5.54], [5.8, 5.8, 5.8], [1.0, 11.0, 6.0]])
hint = (
    "The LARGEST alpha within one standard error of the best row's mean, by the best row's spread: "
    "its sd (divisor: folds − 1) over the root of folds."
)
checks.close(choose_alpha([1.0, 10.0, 100.0, 1000.0], table.copy())[1], 10.0, "the cautious alpha", hint=hint)
backwards = choose_alpha([1000.0, 100.0, 10.0, 1.0], table[::-1].copy())[1]
checks.close(backwards, 10.0, "the cautious alpha, with the grid in another order", hint=hint)
### BEGIN HIDDEN TESTS
order = checks.fresh().permutation(4)
shuffled = choose_alpha(10.0**order, table[order])[1]
checks.close(shuffled, 10.0, "the cautious alpha, with the grid in another order", hint=hint)
### END HIDDEN TESTS


# %%
def figure_choice():
    folds = list(KFold(settings.folds, shuffle=True, random_state=settings.seeds[0]).split(X))
    errors = np.array([fold_errors(scaled_ridge(alpha), X, y, folds) for alpha in settings.alphas])  # (alphas, folds)
    best, cautious = choose_alpha(settings.alphas, errors)
    figure, panel = plots.axes(width=6.5)
    spread = errors.std(axis=1, ddof=1) / np.sqrt(settings.folds)
    panel.errorbar(settings.alphas, errors.mean(axis=1), yerr=spread, marker="o", capsize=3, label="mean ± std. error")
    panel.axvline(best, color=plots.COLOURS[2], label=f"best: {best:g}")
    panel.axvline(cautious, color=plots.COLOURS[1], linestyle="--", label=f"cautious: {cautious:g}")
    panel.set(xscale="log", xlabel="penalty alpha (no unit)", ylabel="cross-validated RMSE (kg)")
    panel.legend()
    plots.show(figure, alt="Error against alpha: flat over powers of ten, then steep; best and cautious marked.")
    chosen = tuned_ridge(settings.alphas).fit(X, y)[-1].alpha_
    print(f"RidgeCV inside the pipeline, which wants the smallest leave-one-out error, chooses {chosen:g}.")


figure_choice()

# %% [markdown]
# With eleven columns and well over a thousand people there is little to gain from a penalty: the curve is
# flat until alpha is of the order of the number of rows. On so flat a curve the smallest error moves easily: `RidgeCV`
# knows no caution, it takes the smallest leave-one-out error, and if that is the cautious alpha of your five folds, it
# is by chance. (A small print: inside a pipeline `RidgeCV` leaves out one row at a time *after* the scaler has seen all
# training rows. From the experiment after Exercise 6 you know what that costs with so many rows: next to nothing. The
# test rows are not involved.)
#
# # Part 5 · What is the scaler worth?

# %% [markdown]
# ## Exercise 10 · The same splits for everybody
#
# *Why.* Errors vary more between splits than between two good models. Two models judged on the *same* splits can be
# compared split by split, and much of the luck cancels (how much, Exercise 11 will print).
#
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write `paired_errors`: for each seed one random split (use `train_test_split` with `train_size=train_rows` and that
# seed as `random_state`); each model is fitted on that split's training rows and judged by its RMSE on all remaining
# rows.
#
# <details><summary>Hint 1: which loop is the outer one?</summary>
# The seeds. Split once, then let every model work on the same four arrays.
# </details>


# %% nbgrader={"grade": false, "grade_id": "paired_errors", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def paired_errors(models: dict, X: np.ndarray, y: np.ndarray, train_rows: int, seeds) -> dict[str, list[float]]:
    """Test RMSE in kg of each model on the same random splits.

    Args:
        models: name -> unfitted model. X: (rows, columns). y: (rows,), kg. train_rows: to fit on, the rest to test.
    Returns:
        name -> one error for each seed, in the order of the seeds.
    """
    ### BEGIN SOLUTION
    errors = {name: [] for name in models}
    for seed in seeds:
        Z_train, Z_test, t_train, t_test = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            residuals = t_test - clone(model).fit(Z_train, t_train).predict(Z_test)
            errors[name].append(float(np.sqrt(np.mean(residuals**2))))
    return errors
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "paired_splits", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
twins = {"one": LinearRegression(), "two": LinearRegression()}
found = paired_errors(twins, X.copy(), y.copy(), 60, [4, 5, 6])
checks.keys(found, ["one", "two"], "the result")
checks.shape(found["one"], (3,), "the errors", hint="For each model, one error for each seed: is every one kept?")
hint = "Two equal models must get equal errors: is every model given the same split?"
checks.close(found["one"], found["two"], "the errors of two equal models", hint=hint)
hint = "Another seed should mean another split: does the seed reach train_test_split?"
checks.that(np.unique(np.round(np.asarray(found["one"], dtype=float).ravel(), 9)).size != 1, hint)

# %% nbgrader={"grade": true, "grade_id": "paired_rows", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
Witness.fitted.clear()
Witness.judged.clear()
paired_errors({"witness": Witness()}, np.arange(30.0).reshape(30, 1), np.arange(30.0), 12, [0, 1])
hint = "Fit on train_rows rows; judge on all the others and on no row that was fitted on."
checks.count(len(Witness.fitted), 2, "the number of fits for one model and two seeds", hint="One fit for each seed.")
for rows, others in zip(Witness.fitted, Witness.judged, strict=False):
    checks.count(len(rows), 12, "the number of rows fitted on", hint=hint)
    checks.count(len(np.setdiff1d(others, rows)), 18, "the number of unseen rows judged on", hint=hint)
    checks.count(len(np.intersect1d(others, rows)), 0, "the number of rows both fitted and judged on", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "paired_rmse", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
zero, t = DummyRegressor(strategy="constant", constant=0.0), np.full(40, 3.0)
found = paired_errors({"zero": zero}, np.arange(40.0).reshape(40, 1), t, 10, [0, 1, 2])
hint = "Being off by 3 kg everywhere is an RMSE of 3 kg, for each seed one: root of the mean of the squares."
checks.close(found["zero"], [3.0, 3.0, 3.0], "the RMSE", hint=hint)
found = paired_errors({"zero": zero}, np.arange(40.0).reshape(40, 1), np.arange(40.0), 20, [3])
test_target = train_test_split(np.arange(40.0), train_size=20, random_state=3)[1]
checks.close(found["zero"], [np.sqrt(np.mean(test_target**2))], "the RMSE for residuals of many sizes", hint=hint)
### BEGIN HIDDEN TESTS
t = checks.fresh().normal(size=40) + np.arange(40.0)
found = paired_errors({"zero": zero}, np.arange(40.0).reshape(40, 1), t, 20, [3])
test_target = train_test_split(t, train_size=20, random_state=3)[1]
checks.close(found["zero"], [np.sqrt(np.mean(test_target**2))], "the RMSE", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# Five models compete: the mean (knows nothing), least squares (no penalty), and ridge with a tuned alpha three times:
# unscaled with height in metres, unscaled with height in millimetres, and scaled. They learn from {{
# s.tiny.train_rows }} people only, since a penalty is meant for scarce data. The millimetres are produced by a small
# given step in front of the model.


# %%
class Millimetres(BaseEstimator):
    """A pipeline step that types the first column in millimetres; it learns nothing, so it cannot leak."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.column_stack([X[:, 0] * settings.factor, X[:, 1:]])

    def __sklearn_is_fitted__(self):
        return True


# %%
def competition(seed: int, train_rows: int) -> dict[str, list[float]]:
    """Errors of all competitors on `splits` random splits that belong to this seed."""
    models = {
        "mean": DummyRegressor(),
        "least squares": LinearRegression(),
        "ridge, metres": RidgeCV(alphas=settings.alphas),
        "ridge, millimetres": make_pipeline(Millimetres(), RidgeCV(alphas=settings.alphas)),
        "ridge, scaled": tuned_ridge(settings.alphas),
    }
    return paired_errors(models, X, y, train_rows, range(seed * 10_000, seed * 10_000 + settings.splits))


# %%
def figure_competition():
    errors = competition(settings.seeds[0], settings.train_rows)
    figure, panel = plots.axes(width=7.5, height=3.2)
    rivals = ("ridge, millimetres", "ridge, metres", "least squares")
    gaps = [np.subtract(errors[name], errors["ridge, scaled"]) for name in rivals]
    for place, gap in enumerate(gaps, start=1):
        panel.scatter(gap, np.full(len(gap), place), s=12, alpha=0.5)
        panel.errorbar(gap.mean(), place + 0.2, xerr=gap.std(ddof=1), marker="o", capsize=4, color="black")
        print(f"{rivals[place - 1]}: {mean_sd(gap)} kg over {len(gap)} splits, worse in {np.mean(gap > 0):.0%}")
    panel.axvline(0, color="grey", linewidth=1)
    panel.set_yticks(range(1, len(rivals) + 1), rivals)
    panel.set_ylim(0.6, len(rivals) + 0.6)
    panel.set(xlabel="RMSE minus that of scaled ridge, same split (kg); black: mean ± sd", ylabel="model")
    alt = "Paired differences to scaled ridge, a point a split: millimetres mostly below 0, the two others above."
    plots.show(figure, alt=alt)


figure_competition()

# %% [markdown]
# To the right of 0 the scaled model is better. It beats unscaled ridge in metres and least squares on most splits, yet
# it loses to *millimetres* on most. That is the luck you met after Exercise 5: so large a number exempts height from
# the penalty, and height is the best predictor of the eleven. A good unit found by accident is worth something; only,
# nobody can know beforehand that it is one. The mean, far behind the others here, waits in the closing table.

# %% [markdown]
# ## Exercise 11 · Report it
#
# *Why.* A result that stands only in a figure cannot be read by another program; one in a small file can. You hand in
# the notebook alone: when it is graded it runs from top to bottom, and makes `metrics.json` again.
#
# *Effort.* Easy, 10 minutes, 6 points.
#
# Write `write_metrics`. It takes the errors of `"unscaled"` and `"scaled"` on the same splits and writes a JSON file
# to the path it is given (the checks try it in a temporary folder, so your own file stays as it is):
# `rmse_mean` and `rmse_sd`, each with both names inside, and `difference` with `mean`, `sd` and `wins`: the mean and
# standard deviation of unscaled − scaled over the splits, and the share of splits (0 to 1) in which scaled has the
# smaller error. All standard deviations are sample ones (divisor: number of splits − 1).
#
# <details><summary>Hint 1: is the sd of a difference the difference of the sds?</summary>
# No. Subtract split by split first; then take the mean and the sd of the differences.
# </details>


# %%
def read_metrics(path) -> dict:
    """The contents of a metrics file, or an empty dict where there is none or it is not JSON."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def metric(metrics: dict, *names: str) -> float:
    """One number of the file, such as metric(metrics, "rmse_mean", "scaled"); nan where it is missing."""
    for name in names:
        metrics = metrics.get(name, {}) if isinstance(metrics, dict) else {}
    return float(metrics) if isinstance(metrics, int | float) else float("nan")


# %%
def written(errors: dict) -> dict:
    """What write_metrics writes for these errors, read back from a temporary folder: metrics.json stays yours."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "metrics.json")
        write_metrics({name: list(values) for name, values in errors.items()}, path)
        return read_metrics(path)


# %% nbgrader={"grade": false, "grade_id": "write_metrics", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def write_metrics(errors: dict[str, list[float]], path: str) -> None:
    """Writes means, spreads and the paired difference of "unscaled" and "scaled", (splits,) each, in kg, as JSON."""
    ### BEGIN SOLUTION
    difference = np.subtract(errors["unscaled"], errors["scaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values, ddof=1)) for name, values in errors.items()},
        "difference": {
            "mean": float(difference.mean()),
            "sd": float(difference.std(ddof=1)),
            "wins": float((difference > 0).mean()),
        },
    }
    Path(path).write_text(json.dumps(metrics, indent=1), encoding="utf-8")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "metrics_file", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = written({"unscaled": [14.0, 15.0, 13.0], "scaled": [13.5, 14.0, 13.5]})
checks.that(found, "The file is missing at the path given, or not JSON: write it there, with json.dump or json.dumps.")
checks.keys(found, ["rmse_mean", "rmse_sd", "difference"], "metrics.json")

# %% nbgrader={"grade": true, "grade_id": "metrics_summary", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
values = {"unscaled": [14.0, 15.0, 13.0, 14.5], "scaled": [13.5, 14.0, 13.5, 14.4]}
read = written(values)
for name, numbers in values.items():
    found = [metric(read, key, name) for key in ("rmse_mean", "rmse_sd")]
    expected = [np.mean(numbers), np.std(numbers, ddof=1)]
    hint = (
        "rmse_mean and rmse_sd hold each model's mean and sample standard deviation over splits, not a standard error."
    )
    checks.close(found, expected, f"mean and sd of '{name}' in the file", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "metrics_paired", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
small, rng = X[:, :3], np.random.default_rng(6)
values = {"unscaled": [], "scaled": []}
for seed in rng.integers(10_000, size=8):
    parts = train_test_split(small, y, train_size=50, random_state=int(seed))
    for name, model in {"unscaled": Ridge(50.0), "scaled": make_pipeline(StandardScaler(), Ridge(50.0))}.items():
        residuals = parts[3] - model.fit(parts[0], parts[2]).predict(parts[1])
        values[name].append(float(np.sqrt(np.mean(residuals**2))))
gaps = [a - b for a, b in zip(values["unscaled"], values["scaled"], strict=True)]
read = written(values)
found = [metric(read, "difference", key) for key in ("mean", "sd", "wins")]
hint = "Subtract split by split (unscaled − scaled), then mean and sd of the differences; wins: share above 0."
checks.close(found[0], np.mean(gaps), "the mean difference", hint=hint)
checks.close(found[2], sum(gap > 0 for gap in gaps) / len(gaps), "the share of wins", hint=hint)
hint = "Subtract split by split, then take the sd of the differences, a sample one (divisor: number of splits − 1)."
checks.close(found[1], np.std(gaps, ddof=1), "the sd of the difference", hint=hint)

# %% [markdown]
# And the real thing, in `metrics.json` beside your notebook. It is yours to keep: only the notebook is handed in. The
# last line says what the same splits are worth: how much the difference varies, beside how much it would vary if
# the two models were judged on splits of their own.


# %%
def report():
    errors = competition(settings.seeds[0], settings.train_rows)
    pair = {"unscaled": errors["ridge, metres"], "scaled": errors["ridge, scaled"]}
    write_metrics(pair, "metrics.json")
    print(Path("metrics.json").read_text())
    same, apart = np.std(np.subtract(*pair.values()), ddof=1), np.hypot(*(np.std(e, ddof=1) for e in pair.values()))
    print(f"sd of the difference: {same:.2f} kg on the same splits, about {apart:.2f} kg on splits of their own")


report()

# %% [markdown]
# # Part 6 · What do the coefficients say?
#
# The table shows two fits to all people: least squares, and scaled ridge with alpha = {{ s.tiny.alpha | int }},
# translated back into original units. Then the same ridge weights as they were fitted, in kg per standard deviation;
# and, as a warning, how much these move when people are drawn again (bootstrap).


# %%
def coefficient_table() -> pd.DataFrame:
    """Weights per original unit; last two columns: kg per standard deviation, and its sd over bootstrap samples."""
    model = scaled_ridge(settings.alpha).fit(X, y)
    scaler, ridge = model[0], model[-1]
    back, _ = to_original_units(ridge.coef_, ridge.intercept_, scaler.mean_, scaler.scale_)
    draws = [np.random.default_rng(seed).integers(len(X), size=len(X)) for seed in range(settings.bootstraps)]
    weights = np.array([scaled_ridge(settings.alpha).fit(X[rows], y[rows])[-1].coef_ for rows in draws])
    table = pd.DataFrame({"least squares": LinearRegression().fit(X, y).coef_, "ridge": back}, index=columns)
    words = {"0 or 1": "kg, 1 against 0", "years": "kg per year", "a day": "kg per cigarette a day"}
    table["unit"] = [words.get(units[name], f"kg per {units[name]}") for name in columns]
    table["ridge, kg per sd"], table["± bootstrap sd"] = ridge.coef_, weights.std(axis=0, ddof=1)
    return table.round(3)


coefficient_table()

# %%
print(people[["height", "male", "age", "smoking_years"]].corr().round(2).to_string())
both = LinearRegression().fit(X, y).coef_[[columns.index("age"), columns.index("smoking_years")]]
without = [name for name in columns if name != "smoking_years"]
alone = LinearRegression().fit(people[without], y).coef_[without.index("age")]
print(f"age: {both[0]:+.3f} kg per year beside smoking_years ({both[1]:+.3f} kg per year), {alone:+.3f} without it.")

# %% [markdown] nbgrader={"grade": false, "grade_id": "coefficients_question", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# ## Exercise 12 · What the coefficients mean, and what they do not
#
# *Why.* A table of weights is the most misread output of all. *Effort.* Medium, 15 minutes, 11 points, read by a
# person.
#
# A colleague looks at the two cells above and writes: "Height matters most, since it has by far the largest
# coefficient in the least-squares column. Every further year of smoking takes weight off a person; so people who want
# to lose weight should not stop. And age plays no role."
#
# Answer in about 150 words, with numbers from your own output. (a) Why does the size of the number in the "ridge" or
# "least squares" column not show importance, and which column is fairer, with which reservation?
# (b) What is wrong with reading `age` and `smoking_years` one at a time? What happens to age when its partner leaves?
# (c) Why does no column of the coefficient table say what happens if somebody stops smoking? Name one thing
# that could be behind the coefficient of `smoking_years`.
#
# === BEGIN MARK SCHEME ===
# 11 points. Half of a part's points where the idea is named but not tied to the table, or tied but garbled.
#
# (a) 4 points. 2: a coefficient is in kg per unit, so metres make it large and millimetres small without any change
# of the model (a number from the output is quoted). 1: kg per standard deviation puts all columns on one footing. 1:
# a reservation: the standard deviation is this sample's; binary columns; weights shared among correlated columns;
# shrinkage; bootstrap spread.
#
# (b) 4 points. 2: age and smoking_years are strongly correlated (about 0.87), so "one more year of smoking at the
# same age" is a rare comparison (in effect, starting younger) and the data can hardly tell the two apart. 1: quotes
# the change of age's weight when smoking_years is left out. 1: a weight near zero beside a collinear partner is not
# "no role"; penalty splits weight between partners.
#
# (c) 3 points. 2: association in observational data; everybody in the table smoked when weighed and no column says
# who stopped later; a prediction model adjusts for whatever columns it happens to have. 1: a concrete alternative:
# illness that lowers weight, birth cohort, diet, alcohol, income, reverse causation.
#
# A typical wrong answer: "the coefficient is small, so it is not significant" (no credit for (b) by itself), or
# "ridge makes the coefficients causal because it handles collinearity" (no credit for (c)).
# === END MARK SCHEME ===

# %% [markdown] nbgrader={"grade": true, "grade_id": "coefficients", "locked": false, "points": 11, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# (a) The 70-odd kg for height are kg *per metre*, and nobody differs from anybody by a metre; typed in millimetres
# the same model shows 0.07. The column in kg per standard deviation is fairer, since each weight belongs to a step
# that is usual in this sample. Reservation: the step is this sample's, it means little for a 0/1 column, and
# correlated columns such as height and male share what they have in common, the more so with a penalty.
#
# (b) Age and years of smoking correlate at 0.87: somebody with more years of smoking at the *same* age is somebody
# who started younger. The data hold few such contrasts, so the two weights are badly separated. Without smoking_years
# the weight of age even changes its sign here. "Age plays no role" is a statement about age *given* its partner.
#
# (c) Everybody in the table smoked when weighed, and no column says who stopped later; nobody was made to. The number
# is an association: illness may make long-time smokers thinner, those born earlier may differ in diet. Adding a
# penalty changes none of that.
# ### END SOLUTION

# %% [markdown]
# # What you measured
#
# Test RMSE: mean ± standard deviation over the {{ s.tiny.seeds | length }} seeds of the course settings; each seed
# stands for the mean over {{ s.tiny.splits }} splits (profile tiny; {{ s.gpu.splits }} in the others). In the last two
# columns the unit is the single split: mean ± standard deviation of the paired difference, and how often it is above 0,
# over all splits of all seeds. Every number in the table was measured just now, by your functions.


# %%
def closing_table() -> pd.DataFrame:
    rows = []
    for train_rows in settings.table_rows:
        results = [competition(seed, train_rows) for seed in tqdm(settings.seeds, desc=f"{train_rows} people")]
        for name in results[0]:
            by_seed = [np.mean(result[name]) for result in results]
            gaps = np.concatenate([np.subtract(result[name], result["ridge, scaled"]) for result in results])
            wins = f"{np.mean(gaps > 0):.0%}" if name != "ridge, scaled" else ""
            rows.append([train_rows, name, mean_sd(by_seed), mean_sd(gaps) if wins else "", wins])
    heads = ["training rows", "model", "test RMSE (kg)", "minus scaled ridge, per split (kg)", "scaled ridge better in"]
    return pd.DataFrame(rows, columns=heads)


closing_table()

# %% [markdown]
# One published figure can stand beside yours. For the leak in Exercise 7: Hastie, Tibshirani and Friedman report an
# estimated error of 3% where the truth is 50% (theirs is a classifier; ours is a regression whose leaking R² you
# printed). For ridge on this table with this selection of columns we know of no published error, so there is none to
# compare with.
#
# **What this shows.** With few people, scaled ridge beats least squares, and beats by even more unscaled ridge with
# height in metres, on most splits; with many people, a tuned alpha makes them equal up to a few grams. **What it does
# not show.** That scaling always wins: with few people, unscaled ridge in millimetres is clearly better still on
# these data, since the unit happens to spare height, the best predictor. A unit that is right by accident is a prior
# belief that nobody wrote down. If you do believe that height deserves less penalty, say so in the model; do not
# leave it to the tape measure. Nor does it show anything about people who do not smoke, about other years, about a
# useful forecast of weight (two columns come from its future), or about causes. The splits share their rows, so the
# spread says how stable a result is on this table, not on another one.
#
# **Where this goes.** Fine-tuning a language model uses the same idea under the name *weight decay*. With plain gradient
# descent it is exactly ridge's penalty; AdamW applies the pull towards zero apart from its scaled gradient, a close
# relative. By custom it spares the biases and the normalisation layers, for the reason for which Exercise 1 spares the
# intercept. And a network's normalisation layers do for its hidden columns what the
# scaler does for ours.
