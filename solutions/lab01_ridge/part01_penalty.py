# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Two predictions for one person from the same facts: at most one of them can be the model we meant. The rest of the lab
# finds out where this comes from, repairs it, and measures what the repair is worth (which will not always be what
# you would expect).
#
# # Part 1 · What the penalty sees

# %% [markdown]
# ## Exercise 1 · Ridge in closed form
#
# *Why.* Everything below follows from one formula. Ridge looks for the weights $w$ and the intercept $b$ that make
#
# $$\sum_i (y_i - x_i \cdot w - b)^2 + \alpha \sum_j w_j^2$$
#
# smallest. Adding such a penalty is **regularisation**, and alpha, which no fit of $w$ can find, is a
# **hyperparameter**. The penalty sums over the weights alone. The intercept is free: otherwise counting kilograms from 60
# instead of from 0 would change the model.
#
# (Two things are called weight here. We say *weights* for the numbers $w$ and *body weight* for what is predicted.)
#
# *Effort.* Medium, 20 minutes, 11 points.
#
# Write `ridge_fit`. With the columns and the target centred, the best $w$ solves
# $(X_c^\top X_c + \alpha I)\, w = X_c^\top y_c$, and the intercept follows from the means. With alpha = 0 it is least squares.
#
# <details><summary>Hint 1: where does the intercept go?</summary>
# Set the derivative with respect to b to zero: the residuals must sum to nothing. So the fitted plane passes through
# the point of means, whatever alpha is. Solve that for b once you have w.
# </details>
# <details><summary>Hint 2: inverse or solve?</summary>
# Both give the answer here; <code>np.linalg.solve(A, c)</code> is faster and more exact than <code>np.linalg.inv(A) @
# c</code>.
# </details>


# %% answer="ridge_fit"
def ridge_fit(X: np.ndarray, y: np.ndarray, alpha: float) -> tuple[np.ndarray, float]:
    """Ridge regression with an intercept that is not penalised.

    Args:
        X: (rows, columns). y: (rows,), in kg. alpha: weight of the penalty on the sum of squared weights, at least 0.
    Returns:
        w, (columns,), in kg per unit of each column, and b, one number, in kg.
    """
    ### BEGIN SOLUTION
    column_means = X.mean(axis=0)
    target_mean = y.mean()
    centred = X - column_means
    gram = centred.T @ centred + alpha * np.eye(X.shape[1])  # (columns, columns)
    w = np.linalg.solve(gram, centred.T @ (y - target_mean))
    return w, float(target_mean - column_means @ w)
    ### END SOLUTION


# %% [markdown]
# Run the checks as often as you like; each looks at one idea.

# %% check="ridge_weights" points=5
rng = np.random.default_rng(0)
Z = rng.normal(size=(30, 4)) * [1, 5, 0.1, 20]
Z -= Z.mean(axis=0)  # centred already: only the formula for w is looked at here
t = Z @ [1.0, -2.0, 3.0, 0.1] + rng.normal(size=30)
t -= t.mean()
found = checks.attempt(ridge_fit, Z.copy(), t.copy(), 7.0)
two = "Return two things: the weights w, then the intercept b."
checks.that(isinstance(found, tuple | list) and len(found) == 2, two)
checks.shape(found[0], (4,), "the first of them", hint=two)
expected = Ridge(alpha=7.0, solver="cholesky").fit(Z, t).coef_
hint = "Is alpha, just as it is, added to each diagonal entry of XᵀX?"
checks.close(found[0], expected, "the weights of centred data", hint=hint, rtol=1e-4)
hint = "alpha = 0 is allowed: there is no penalty then, and ridge is least squares"
plain = checks.attempt(ridge_fit, Z.copy(), t.copy(), 0.0, hint=hint)[0]
checks.close(plain, LinearRegression().fit(Z, t).coef_, "the weights for alpha = 0", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("ridge_weights")
weights = []
for alpha in (0.0, 0.3, 50.0):
    Z = rng.normal(size=(25, 3)) * [1, 4, 0.3]
    t = rng.normal(size=25)
    weights.append(checks.attempt(ridge_fit, Z - Z.mean(axis=0), t - t.mean(), alpha)[0])
checks.hand_over(weights=weights)
### END HIDDEN TESTS

# %% check="ridge_intercept" points=4
Z = np.random.default_rng(1).normal(size=(40, 3)) + np.array([10.0, -4.0, 2.0])
t = Z @ [1.0, 2.0, 0.5] + 30
found = checks.attempt(ridge_fit, Z.copy(), t.copy(), 5.0)
two = "Return two things: the weights w, then the intercept b, one number."
checks.that(isinstance(found, tuple | list) and len(found) == 2, two)
checks.shape(found[0], (3,), "the weights", hint=two)
checks.shape(np.ravel(found[1]), (1,), "the intercept", hint=two)
w, b = (np.asarray(part, dtype=float) for part in found)
hint = "The mean prediction must be the mean of y for every alpha. Is the intercept penalised, or left out?"
checks.close(np.mean(Z @ w + b), t.mean(), "the mean prediction", hint=hint)
hint = "Moving a zero must not change a weight: are y and the columns centred, each column by its own mean?"
centred = checks.attempt(ridge_fit, Z - Z.mean(axis=0), t - t.mean(), 5.0)[0]
checks.close(w, centred, "the weights, beside those of the same data centred beforehand", hint=hint, atol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
shift = rng.uniform(50, 100)
shifts = rng.uniform(5, 50, size=3)
w_y, b_y = checks.attempt(ridge_fit, Z.copy(), t + shift, 5.0)
checks.close(w_y, w, "the weights after adding a constant to y", hint="Is the intercept penalised?", atol=1e-3)
checks.close(np.ravel(b_y)[0], float(b) + shift, "the intercept after adding to y", hint=hint, atol=1e-3)
w_x, b_x = checks.attempt(ridge_fit, Z + shifts, t.copy(), 5.0)
checks.close(w_x, w, "the weights after adding constants to the columns", hint=hint, atol=1e-3)
### END HIDDEN TESTS

# %% check="ridge_input" points=2
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
# *Effort.* Easy, 10 minutes, 6 points.
#
# Write `unit_change`: fit a fresh copy of the model on `X`, another on `X` with one column multiplied by `factor`,
# let each predict for the rows *in its own units*, and return the largest absolute difference. The caller's model stays
# unfitted.
#
# <details><summary>Hint 1: why a fresh copy?</summary>
# <code>fit</code> returns the very object it was called on. Fit one model twice and both names mean the second fit;
# <code>sklearn.base.clone</code> gives an unfitted copy with the same settings.
# </details>


# %% answer="unit_change"
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


# %% check="unit_model" points=2
probe = Ridge(alpha=2.0)
checks.attempt(unit_change, probe, np.array([[-1.0], [1.0], [0.0]]), np.array([-1.0, 1.0, 0.0]), 0, 10.0)
hint = "The caller's model came back fitted: fit two clones instead (one object fitted twice is one model)."
checks.that(not hasattr(probe, "coef_"), hint)
checks.that(probe.get_params() == Ridge(alpha=2.0).get_params(), "The settings of the caller's model were changed.")

# %% check="unit_value" points=3
# By hand: x = (-1, -1, 2), y = x, alpha = 2 gives w = 6/8. With x ten times as large, 10 w = 600/602.
line = np.array([[-1.0], [-1.0], [2.0]])
hint = (
    "Each model predicts in the units it was fitted in; take the absolute differences, then their maximum "
    "(and are they two models, not one fitted twice?)."
)
for x in (line, -line):
    found = checks.attempt(unit_change, Ridge(alpha=2.0), x.copy(), x[:, 0].copy(), 0, 10.0)
    checks.close(found, 2 * (600 / 602 - 6 / 8), "the change in kg", hint=hint)
plain = checks.attempt(unit_change, LinearRegression(), X.copy(), y.copy(), 0, 1000.0)
checks.close(plain, 0.0, "the change without a penalty", hint=hint, atol=1e-6)
# By hand: two columns at right angles, so that each has a weight of its own, 4/6 of the true one; ten times as large: 400/402.
table = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
hint = "Multiply the one column that was named, by the factor that was given: all other columns stay as they are."
for column, weight in ((0, 1.0), (1, 2.0)):
    found = checks.attempt(unit_change, Ridge(alpha=2.0), table.copy(), table @ [1.0, 2.0], column, 10.0)
    checks.close(found, weight * (400 / 402 - 4 / 6), f"the change in kg for column {column}", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
hint = "Does the function use the model, the column and the factor that it is given, and nothing else?"
for _ in range(4):
    Z = rng.normal(size=(20, 3)) + 1
    factor = rng.choice([0.01, 0.1, 30.0])
    t = Z.sum(axis=1) + rng.normal(size=20)
    column = int(rng.integers(3))
    scaled = Z * np.where(np.arange(3) == column, factor, 1.0)
    change = Ridge(alpha=4.0).fit(Z, t).predict(Z) - Ridge(alpha=4.0).fit(scaled, t).predict(scaled)
    found = checks.attempt(unit_change, Ridge(alpha=4.0), Z.copy(), t.copy(), column, factor)
    checks.close(found, np.linalg.norm(change, np.inf), "the change", hint=hint, rtol=1e-4, atol=1e-6)
### END HIDDEN TESTS

# %% check="unit_input" points=1 tags=["inside"]
Z = np.array([[-1.0, 2.0], [1.0, 5.0], [0.0, 1.0]])
t = np.array([-1.0, 1.0, 0.5])
hint = "The caller's data now hold other units or numbers: multiply a copy of X."
found = checks.unchanged(lambda a, c: unit_change(Ridge(), a, c, 1, 10.0), Z, t, what="X or y", hint=hint)
checks.that(found is not None, "unit_change returns nothing yet.")

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
