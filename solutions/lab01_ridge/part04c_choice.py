# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 9 · Choosing alpha
#
# *Why.* Alpha is learnt from data as well, so its choice belongs inside the pipeline. And the smallest error has a
# spread of its own: where several alphas do about equally well, the most cautious of them is a defensible choice.
#
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write two functions. `tuned_ridge`: a pipeline whose last step is `RidgeCV` with the grid it is given.
# `choose_alpha`: from a table of fold errors, the alpha with the smallest mean error, and the *largest* alpha whose
# mean error is at most that smallest mean plus one standard error of it (standard deviation over the folds, divisor
# folds − 1, over the root of the number of folds).
#
# <details><summary>Hint 1: whose standard error?</summary>
# The best alpha's own row: its spread says how far its mean may be off.
# </details>


# %% answer="choose_alpha"
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
    alphas = np.asarray(alphas)
    means = errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return float(alphas[best]), float(alphas[means <= limit].max())
    ### END SOLUTION


# %% check="tuned_units" points=1 tags=["inside"]
one = checks.attempt(tuned_ridge, [1.0, 100.0]).fit(X[:150], y[:150])
before = one.predict(X[150:])
hint = "A second pipeline changed the first: return a new, unfitted one at each call, with a scaler of its own."
checks.attempt(tuned_ridge, [1.0, 100.0]).fit(X[150:300] * 2, y[150:300])
checks.close(one.predict(X[150:]), before, "the first pipeline's predictions", hint=hint)
hint = "The tuned model depends on units: where is the scaler?"
factors = 10.0 ** np.array([3, -1, 0, 2, -2, 1, 0, -3, 2, 1, -1])
two = tuned_ridge([1.0, 100.0]).fit(X[:150] * factors, y[:150]).predict(X[150:] * factors)
checks.close(two, before, "predictions in other units", hint=hint)
### BEGIN HIDDEN TESTS
factors = 10.0 ** checks.fresh().integers(-3, 4, size=X.shape[1])
two = tuned_ridge([1.0, 100.0]).fit(X[:150] * factors, y[:150]).predict(X[150:] * factors)
checks.close(two, before, "predictions in other units", hint=hint)
### END HIDDEN TESTS

# %% check="tuned_grid" points=2
Z = np.random.default_rng(5).normal(size=(60, 2))
hint = "The model should choose from the grid it is given: here only the smallest alpha can follow the data."
follows = checks.attempt(tuned_ridge, [1e-6, 1e6]).fit(Z, Z.sum(axis=1))
checks.close(follows.predict(Z), Z.sum(axis=1), "predictions of an exact line", hint=hint, atol=1e-3)
hint = "With only one alpha in the grid that alpha must be used: is the grid handed on?"
checks.that(np.ptp(checks.attempt(tuned_ridge, [1e6]).fit(Z, Z.sum(axis=1)).predict(Z)) < 0.01, hint)
hint = (
    "The model should choose in fit, from the rows given to fit: a target without any pattern wants the largest alpha."
)
noise, t = pure_noise(60, 20, np.random.default_rng(7))
checks.that(np.ptp(checks.attempt(tuned_ridge, [1e-6, 1e6]).fit(noise, t).predict(noise)) < 0.01, hint)

# %% check="alpha_best" points=2
# Means 5.9, 5.025, 5.2, 7.4; the third row has the smallest median, the fourth the smallest single error.
table = np.array([[5.0, 7.0, 5.6, 6.0], [4.0, 6.0, 5.2, 4.9], [4.2, 7.3, 4.6, 4.7], [8.0, 3.9, 9.0, 8.7]])
grid = [1.0, 10.0, 100.0, 1000.0]
found = checks.unchanged(choose_alpha, grid, table, what="the grid or the table of errors")
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two alphas: the best, then the cautious one.")
hint = (
    "The best alpha has the smallest error on average over the folds: their mean, not the median or the luckiest fold."
)
checks.close(found[0], 10.0, "the best alpha", hint=hint)
### BEGIN HIDDEN TESTS
order = checks.fresh().permutation(4)
found = checks.attempt(choose_alpha, 10.0**order, table[order])[0]
checks.close(found, 10.0, "the best alpha, grid shuffled", hint=hint)
### END HIDDEN TESTS

# %% check="alpha_cautious" points=3
# Means 5, 5.54, 5.8, 6; the best row's standard deviation over 3 folds is 1, so its standard error is 0.577.
table = np.array([[4.0, 5.0, 6.0], [1.54, 9.54, 5.54], [5.8, 5.8, 5.8], [1.0, 11.0, 6.0]])
hint = (
    "The LARGEST alpha within one standard error of the best row's mean, by the best row's spread: "
    "its sd (divisor: folds − 1) over the root of folds."
)
found = checks.attempt(choose_alpha, [1.0, 10.0, 100.0, 1000.0], table.copy())
checks.close(found[1], 10.0, "the cautious alpha", hint=hint)
backwards = checks.attempt(choose_alpha, [1000.0, 100.0, 10.0, 1.0], table[::-1].copy())[1]
checks.close(backwards, 10.0, "the cautious alpha, with the grid in another order", hint=hint)
hint = "The LARGEST alpha whose mean is within the limit, even where a smaller one on the way to it is not."
detour = table[[0, 2, 1, 3]]
found = checks.attempt(choose_alpha, [1.0, 10.0, 100.0, 1000.0], detour.copy())[1]
checks.close(found, 100.0, "the cautious alpha behind one that is beyond the limit", hint=hint)
hint = "The limit itself still counts: the mean is at most the smallest mean plus one standard error"
level = np.array([[4.0, 4.0, 4.0], [3.0, 4.0, 5.0], [9.0, 9.0, 9.0]])
found = checks.attempt(choose_alpha, [1.0, 10.0, 100.0], level.copy(), hint=hint)[1]
checks.close(found, 10.0, "the cautious alpha, where the best row has no spread", hint=hint)
### BEGIN HIDDEN TESTS
order = checks.fresh().permutation(4)
shuffled = checks.attempt(choose_alpha, 10.0**order, table[order])[1]
checks.close(
    shuffled, 10.0, "the cautious alpha, with the grid in another order", hint="Does the order of the grid matter?"
)
### END HIDDEN TESTS


# %%
def wide_sample() -> tuple[np.ndarray, np.ndarray]:
    """The wide table of some people drawn at random, and their weights."""
    rows = np.random.default_rng(settings.seeds[0]).choice(len(X), size=settings.wide_rows, replace=False)
    return wide_table(X[rows]), y[rows]


def errors_of_folds() -> np.ndarray:
    """Test RMSE of scaled ridge on the wide table; (alphas, folds), kg."""
    table, t = wide_sample()
    folds = list(KFold(settings.folds, shuffle=True, random_state=settings.seeds[0]).split(table))
    return np.array([fold_errors(scaled_ridge(alpha), table, t, folds) for alpha in settings.alphas])


# %%
def figure_choice(errors):
    bars = errors.std(axis=1, ddof=1) / np.sqrt(settings.folds)
    best, cautious = choose_alpha(settings.alphas, errors)
    figure, panel = plots.axes(width=6.5)
    panel.errorbar(settings.alphas, errors.mean(axis=1), yerr=bars, marker="o", capsize=3, label="mean ± bar")
    panel.axvline(best, color=plots.COLOURS[2], label=f"best: {best:g}")
    panel.axvline(cautious, color=plots.COLOURS[1], linestyle="--", label=f"cautious: {cautious:g}")
    panel.set(xscale="log", xlabel="penalty alpha (no unit)", ylabel="cross-validated RMSE (kg)")
    panel.legend()
    plots.show(figure, alt="Error against alpha on the wide table: high on the left, a valley, then the mean's error.")


def table_of_choice(errors) -> pd.DataFrame:
    table, t = wide_sample()
    Z = StandardScaler().fit_transform(table)
    print(
        f"RidgeCV, which takes the smallest leave-one-out error, chooses {RidgeCV(settings.alphas).fit(Z, t).alpha_:g}."
    )
    means = errors.mean(axis=1)
    rows = {"alpha": settings.alphas, "degrees of freedom": np.round(effective_df(Z, settings.alphas), 1)}
    rows["RMSE (kg)"] = means.round(2)
    rows["bar (kg)"] = (errors.std(axis=1, ddof=1) / np.sqrt(settings.folds)).round(2)
    rows["minus the best, fold by fold (kg)"] = [mean_sd(row - errors[means.argmin()]) for row in errors]
    return pd.DataFrame(rows)


# %%
wide_errors = errors_of_folds()
figure_choice(wide_errors)
table_of_choice(wide_errors)

# %% [markdown]
# What are the bars? The standard deviation of {{ s.tiny.folds }} fold errors over the root of {{ s.tiny.folds }}. That
# would be a standard error if the folds were independent, but any two of them share most of their training rows, and
# no formula makes an unbiased one out of a single round of cross-validation (Bengio and Grandvalet, 2004). So "one
# standard error" is a rule of thumb for being cautious, not a test, and here it is too cautious by far: it accepts an
# alpha that leaves less than one degree of freedom. Why? Most of a bar is the luck of the folds (some hold heavier
# people), which every alpha shares. The last column of the table subtracts fold by fold (mean ± standard deviation over the folds),
# and tells more alphas apart. Part 5 compares two models in this way, and corrects for shared rows.
#
# **Your choice.** Exercise 12 asks which alpha you would use for this table, and why. The best, the cautious one, or another?
# Decide now, while you look at the numbers, and write it down.
