# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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
# *Effort.* Easy, 10 minutes, 8 points.
#
# Write the two methods. `fit` remembers for each column the mean and the standard deviation (divisor: the number of
# rows, as in scikit-learn) and returns the object itself. `transform` subtracts and divides by what was *remembered*.
# A column that is constant in the training rows has no scale: give it the scale 1.
#
# <details><summary>Hint 1: why 1, and not a tiny number that avoids the division by zero?</summary>
# The training rows become 0 either way. Now think of a new row whose value in that column is different by 1.
# </details>


# %% answer="standardiser"
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


# %% check="standardiser_statistics" points=3
scaler = Standardiser()
Z = np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]])
checks.attempt(scaler.fit, Z.copy())
checks.close(scaler.mean_, [3.0, 20.0], "mean_", hint="One mean for each column: is the axis right?", rtol=1e-4)
hint = "One standard deviation for each column, with the number of rows as the divisor (not one less)."
checks.close(scaler.scale_, StandardScaler().fit(Z).scale_, "scale_", hint=hint, rtol=1e-4)
small = np.array([[0.1], [0.3], [0.2], [0.6]])
scaler = Standardiser()
checks.attempt(scaler.fit, small.copy())
checks.close(scaler.scale_, StandardScaler().fit(small).scale_, "scale_ of a narrow column", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z = rng.normal(size=(rng.integers(4, 9), 3)) * [1, 10, 0.1] + rng.normal(size=3)
scaler = Standardiser()
checks.attempt(scaler.fit, Z.copy())
means = Z.sum(axis=0) / len(Z)
checks.close(scaler.mean_, means, "mean_", hint="One mean for each column: is the axis right?", rtol=1e-4, atol=1e-6)
checks.close(scaler.scale_, StandardScaler().fit(Z).scale_, "scale_", hint=hint, rtol=1e-4)
### END HIDDEN TESTS

# %% check="standardiser_constant" points=2
scaler = Standardiser()
Z = np.array([[1.0, 3.0], [2.0, 3.0], [6.0, 3.0]])
scaler.fit(Z.copy())
with np.errstate(divide="ignore", invalid="ignore"):
    seen = np.asarray(checks.attempt(scaler.transform, Z.copy()))
    new = np.asarray(checks.attempt(scaler.transform, np.array([[2.0, 4.0]])))
hint = "The new row came out as 0 in every column: use what fit remembered, not the new row's own mean and scale."
checks.that(not np.array_equal(new, [[0.0, 0.0]]), hint)
hint = (
    "A column that was constant in training has the scale 1: 0 for the rows seen, and a new value keeps its distance."
)
checks.close(seen[:, 1], [0.0, 0.0, 0.0], "the constant column", hint=hint)
checks.close(new[:, 1], [1.0], "a new row in the constant column", hint=hint)

# %% check="standardiser_training" points=2
scaler = Standardiser()
Z = np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]])
checks.unchanged(scaler.fit, Z, what="the table given to fit")
new = np.array([[5.0, 40.0], [7.0, 90.0]])
expected = (new - np.asarray(scaler.mean_)) / np.asarray(scaler.scale_)
hint = "transform applies what fit remembered: subtract mean_, then divide by scale_; not the new rows' own values."
found = checks.unchanged(scaler.transform, new, what="the rows given to transform")
checks.close(found, expected, "new rows", hint=hint, rtol=1e-4)
hint = "A second scaler changed the first: remember on the object itself (self.mean_), not where another one finds it."
Standardiser().fit(Z * 3 + 7)
checks.close(scaler.transform(new.copy()), expected, "new rows, after another scaler was fitted", hint=hint, rtol=1e-4)
hint = "A second fit replaces what the first fit remembered."
scaler.fit(Z * 2)
other = Standardiser()
other.fit(Z * 2)
checks.close(scaler.mean_, other.mean_, "mean_ after a second fit", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
train = rng.normal(size=(9, 4)) * 3 + 5
test = rng.normal(size=(4, 4))
scaler = Standardiser()
checks.attempt(scaler.fit, train.copy())
together = np.asarray(checks.attempt(scaler.transform, test.copy()))
alone = checks.attempt(scaler.transform, test[:1].copy())
hint = "transform applies what fit remembered, to one row as to many."
checks.close(alone, together[:1], "a row transformed alone", hint=hint, rtol=1e-4, atol=1e-6)
back = together * np.asarray(scaler.scale_) + np.asarray(scaler.mean_)
checks.close(back, test, "the rows, transformed back", hint=hint, rtol=1e-4, atol=1e-4)
### END HIDDEN TESTS

# %% check="standardiser_self" points=1
scaler = Standardiser()
found = checks.attempt(scaler.fit, np.array([[1.0], [2.0]]))
checks.that(found is scaler, "fit should return self, so that fit(X).transform(X) works.")

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


# %% answer="to_original_units"
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


# %% check="original_weights" points=3
w = np.array([2.0, -3.0])
mean = np.array([1.7, 40.0])
scale = np.array([0.1, 12.0])
found = checks.unchanged(lambda *given: to_original_units(given[0], 70.0, *given[1:]), w, mean, scale)
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the weights, then the intercept.")
hint = "2 kg for each step of 0.1 m are 20 kg per metre: is the weight divided by the scale?"
checks.close(found[0], [20.0, -0.25], "the weights", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
w = rng.normal(size=4)
mean = rng.normal(size=4)
scale = rng.uniform(0.1, 9, size=4)
found = checks.attempt(to_original_units, w.copy(), 1.0, mean.copy(), scale.copy())[0]
checks.close(np.asarray(found) * scale, w, "the weights, scaled again", hint=hint, rtol=1e-4)
### END HIDDEN TESTS

# %% check="original_intercept" points=3
w = np.array([2.0, -3.0])
mean = np.array([1.7, 40.0])
scale = np.array([0.1, 12.0])
found = checks.attempt(to_original_units, w.copy(), 70.0, mean.copy(), scale.copy())
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the weights, then the intercept.")
weights, b = found
checks.shape(np.ravel(b), (1,), "the intercept", hint="The average person must still be predicted at b, one number.")
hint = (
    "The average person must still be predicted at b: in original units the intercept belongs to a person with x = 0."
)
checks.close(mean @ np.asarray(weights) + np.ravel(b)[0], 70.0, "the prediction for the mean row", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
w = rng.normal(size=3)
mean = rng.uniform(5, 9, size=3)
scale = rng.uniform(2, 9, size=3)
old = rng.uniform(50, 90)
weights, b = checks.attempt(to_original_units, w.copy(), old, mean.copy(), scale.copy())
checks.close(mean @ np.asarray(weights) + np.ravel(b)[0], old, "the prediction for the mean row", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# ### One object that cannot be misused
#
# A scaler beside a model is a scaler that somebody forgets. In a **pipeline** the two are fitted together on whatever
# rows `fit` is given, and `predict` uses what was learnt then: cross-validation is honest without anybody having to
# remember it. (It is scikit-learn's `StandardScaler`; yours lacks some of what a pipeline asks for.) You will build
# pipelines of your own in Exercises 6 and 9.


# %%
def scaled_ridge(alpha: float):
    """An unfitted pipeline: standardise the columns, then ridge regression with this alpha."""
    return make_pipeline(StandardScaler(), Ridge(alpha=alpha))


# %% [markdown]
# **Who else needs scaling?** Whatever adds up columns, measures a distance or penalises a size: ridge and lasso,
# nearest neighbours and k-means, principal components, support vector machines, neural networks trained by gradient
# descent. Not least squares (nothing is penalised), nor trees (a threshold moves along with its column). Your function
# from Exercise 2 measures it: the largest change of a prediction when height is typed in millimetres.


# %%
def who_needs_scaling() -> pd.DataFrame:
    """Largest change of a prediction in kg when height is typed in millimetres: plainly, and behind a scaler."""
    models = {
        "least squares": LinearRegression(),
        f"ridge, alpha {settings.alpha:g}": Ridge(alpha=settings.alpha),
        "lasso, alpha 0.5": Lasso(alpha=0.5),
        "20 nearest neighbours": KNeighborsRegressor(20),
        "support vectors, RBF kernel": SVR(C=10),
        "tree, depth 5": DecisionTreeRegressor(max_depth=5, random_state=0),
    }
    millimetres = X * np.where(np.arange(X.shape[1]) == 0, settings.factor, 1.0)
    rows = []
    for name, model in models.items():
        behind = make_pipeline(StandardScaler(), model)
        before = clone(behind).fit(X, y).predict(X)
        after = clone(behind).fit(millimetres, y).predict(millimetres)
        plain = unit_change(model, X, y, 0, settings.factor)
        rows.append([name, round(float(plain), 1), round(float(np.abs(after - before).max()), 1)])
    return pd.DataFrame(rows, columns=["model", "plain (kg)", "behind a scaler (kg)"])


who_needs_scaling()

# %% [markdown]
# Back to ridge, of which three versions can now compete: unscaled with height in metres, unscaled with height in
# millimetres, and scaled. The left panel gives each of them the same folds and every penalty of the grid.
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
    errors = unit_lottery(settings.alpha)
    reference = cv_rmse(scaled_ridge(settings.alpha), X, y)
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
