# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 5 · What is the scaler worth?

# %% [markdown]
# ## Exercise 10 · The same splits for everybody
#
# *Why.* Errors vary more between splits than between two good models. Two models judged on the *same* splits can be
# compared split by split, and much of the luck cancels (how much, the cell after Exercise 11 prints).
#
# *Effort.* Medium, 10 minutes, 7 points.
#
# Write `paired_errors`: for each seed one random split (use `train_test_split` with `train_size=train_rows` and that
# seed as `random_state`); each model is fitted on that split's training rows, as they are, and judged by its RMSE on
# all remaining rows.
#
# <details><summary>Hint 1: which loop is the outer one?</summary>
# The seeds. Split once, then let every model work on the same four arrays.
# </details>


# %% answer="paired_errors"
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


# %% check="paired_splits" points=3
twins = {"one": LinearRegression(), "two": LinearRegression()}
found = checks.attempt(paired_errors, twins, X.copy(), y.copy(), 60, [6, 4, 5])
checks.keys(found, ["one", "two"], "the result")
checks.shape(found["one"], (3,), "the errors", hint="For each model, one error for each seed: is every one kept?")
hint = "Two equal models must get equal errors: is every model given the same split?"
checks.close(found["one"], found["two"], "the errors of two equal models", hint=hint, rtol=1e-4)
hint = "Another seed should mean another split: does the seed reach train_test_split?"
one = np.asarray(found["one"], dtype=float).ravel()
checks.that(np.unique(np.round(one, 6)).size == 3, hint)
hint = "The errors should come in the order of the seeds given: these belong to the seeds 4, 5, 6, not to 6, 4, 5."
ascending = []
for seed in (4, 5, 6):
    a, b, c, d = train_test_split(X, y, train_size=60, random_state=seed)
    ascending.append(np.sqrt(np.mean((d - LinearRegression().fit(a, c).predict(b)) ** 2)))
checks.that(not np.allclose(one, ascending, rtol=1e-4), hint)

# %% check="paired_rows" points=2 tags=["inside"]
Z = np.arange(30.0).reshape(30, 1)
t = np.arange(30.0) + 50
Witness.forget()
checks.unchanged(lambda a, c: paired_errors({"witness": Witness()}, a, c, 12, [0, 1]), Z, t, what="the data given")
hint = "Hand the rows to the models as they are: no scaling or centring here, neither of all rows nor in a split."
for rows, others, target in zip(Witness.fitted, Witness.judged, Witness.targets, strict=False):
    checks.that(np.isin(rows, Z).all() and np.isin(others, Z).all() and np.isin(target, t).all(), hint)
hint = "Fit on train_rows rows; judge on all the others and on no row that was fitted on."
checks.count(len(Witness.fitted), 2, "the number of fits for one model and two seeds", hint="One fit for each seed.")
for rows, others in zip(Witness.fitted, Witness.judged, strict=False):
    checks.count(len(rows), 12, "the number of rows fitted on", hint=hint)
    checks.count(len(np.setdiff1d(others, rows)), 18, "the number of unseen rows judged on", hint=hint)
    checks.count(len(np.intersect1d(others, rows)), 0, "the number of rows both fitted and judged on", hint=hint)

# %% check="paired_rmse" points=2
zero = DummyRegressor(strategy="constant", constant=0.0)
Z = np.arange(40.0).reshape(40, 1)
hint = "Being off by 3 kg everywhere is an RMSE of 3 kg, for each seed one: root of the mean of the squares."
found = checks.attempt(paired_errors, {"zero": zero}, Z.copy(), np.full(40, 3.0), 10, [0, 1, 2])
checks.close(found["zero"], [3.0, 3.0, 3.0], "the RMSE", hint=hint, rtol=1e-4)
t = np.arange(40.0)
expected = [np.sqrt(np.mean(train_test_split(t, train_size=20, random_state=seed)[1] ** 2)) for seed in (0, 3, 7)]
found = checks.attempt(paired_errors, {"zero": zero}, Z.copy(), t.copy(), 20, [0])
checks.close(found["zero"], expected[:1], "the RMSE for residuals of many sizes", hint=hint, rtol=1e-4)
hint = "Each error belongs to the split of its own seed: are the seeds given used, each as random_state?"
found = checks.attempt(paired_errors, {"zero": zero}, Z.copy(), t.copy(), 20, [3, 7])
checks.close(found["zero"], expected[1:], "the RMSE for the seeds 3 and 7", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
t = rng.normal(size=40) + np.arange(40.0)
seed = int(rng.integers(100, 1000))
found = checks.attempt(paired_errors, {"zero": zero}, Z.copy(), t.copy(), 20, [seed])
test_target = train_test_split(t, train_size=20, random_state=seed)[1]
checks.close(found["zero"], [np.sqrt(np.mean(test_target**2))], "the RMSE", hint=hint, rtol=1e-4)
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
# To the right of 0 the scaled model is better. (The black bars are standard deviations of a single split, not of
# the mean.) It beats unscaled ridge in metres and least squares on most splits, yet
# it loses to *millimetres* on most. That is the luck you met after Exercise 4: so large a number exempts height from
# the penalty, and height is the best predictor of the eleven. A good unit found by accident is worth something; only,
# nobody can know beforehand that it is one. The mean, far behind the others here, waits in the closing table.
