# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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


# %% answer="ridge_path"
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


# %% check="path_order" points=2
some = [100.0, 0.01, 1000.0]
found = ridge_path(X.copy(), y.copy(), some)
checks.shape(found, (3, X.shape[1]), "the path", hint="One row for each alpha, one column for each column of X.")
norms = np.linalg.norm(np.asarray(found), axis=1)
hint = "The rows should come in the order of the alphas given; more penalty means shorter weights."
checks.that(norms[1] > norms[0] > norms[2], hint)

# %% check="path_limits" points=3
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

# %% check="path_values" points=3
pair = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])  # standardised already, XᵀX = 4 I
hint = "Each direction's weight is s / (s² + alpha): is s squared below, and alpha added as it is?"
found = np.asarray(ridge_path(pair, np.array([-3.0, -1.0, 1.0, 3.0]), [4.0, 12.0]))
checks.close(found, [[1.0, 0.5], [0.5, 0.25]], "the weights", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z = StandardScaler().fit_transform(rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3)))
t = rng.normal(size=40)
some = [0.5, 8.0, 90.0]
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


# %% check="tuned_units" points=2
one = tuned_ridge([1.0, 100.0]).fit(X[:150], y[:150]).predict(X[150:])
factors = 10.0 ** checks.fresh().integers(-3, 4, size=X.shape[1])
two = tuned_ridge([1.0, 100.0]).fit(X[:150] * factors, y[:150]).predict(X[150:] * factors)
checks.close(two, one, "predictions in other units", hint="The tuned model depends on units: where is the scaler?")

# %% check="tuned_grid" points=2
Z = np.random.default_rng(5).normal(size=(60, 2))
hint = "The model should choose from the grid it is given: here only the smallest alpha can follow the data."
follows = tuned_ridge([1e-6, 1e6]).fit(Z, Z.sum(axis=1))
checks.close(follows.predict(Z), Z.sum(axis=1), "predictions of an exact line", hint=hint, atol=1e-3)
hint = "With only one alpha in the grid that alpha must be used: is the grid handed on?"
checks.that(np.ptp(tuned_ridge([1e6]).fit(Z, Z.sum(axis=1)).predict(Z)) < 0.01, hint)

# %% check="alpha_best" points=2
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

# %% check="alpha_cautious" points=3
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
