# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The leaking score is an invention, made by the selection; the honest one is below zero, as it should be for a
# model that fits noise. Hastie, Tibshirani and Friedman (*The Elements of Statistical Learning*, section 7.10.2)
# publish the same experiment for a classifier: 50 people, 5,000 noise columns, the best 100 kept: estimated error 3%,
# true error 50%.
#
# # Part 4 · How much penalty?

# %% [markdown]
# ## Exercise 7 · The whole path at once
#
# *Why.* The singular value decomposition shows what the penalty does, and gives the weights for *all* alphas at the
# price of one. With the standardised columns $Z = U S V^\top$ the weights are
#
# $$w(\alpha) = V \, \mathrm{diag}\left(\frac{s_k}{s_k^2 + \alpha}\right) U^\top (y - \bar y).$$
#
# A direction in which people differ a lot (large $s_k$) hardly notices alpha; a direction with little variation is
# switched off first.
#
# *Effort.* Medium, 15 minutes, 8 points.
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
found = checks.attempt(ridge_path, X.copy(), y.copy(), some)
checks.shape(found, (3, X.shape[1]), "the path", hint="One row for each alpha, one column for each column of X.")
norms = np.linalg.norm(np.asarray(found), axis=1)
hint = "The rows should come in the order of the alphas given; more penalty means shorter weights."
checks.that(norms[1] > norms[0] > norms[2], hint)
checks.that(some == [100.0, 0.01, 1000.0], "The caller's list of alphas was sorted in place: work on a copy.")

# %% check="path_limits" points=3
own = (X.copy(), y.copy())
found = np.asarray(checks.unchanged(lambda a, c: ridge_path(a, c, [1e-9, 1e12]), *own, what="the data given"))
checks.shape(found, (2, X.shape[1]), "the path", hint="One row for each alpha, one column for each column of X.")
least = LinearRegression().fit(X, y)
length = np.linalg.norm(least.predict(X) - y.mean())
hint = "s² / (s² + alpha) is how much is left of a prediction; a weight has s / (s² + alpha), with one s less."
checks.that(not np.isclose(np.linalg.norm(found[0]), length, rtol=1e-3), hint)
hint = (
    "With next to no penalty the weights are those of least squares, in kg per standard deviation. "
    "Is X standardised, and V transposed the right way?"
)
expected = least.coef_ * X.std(axis=0)
checks.close(found[0], expected, "the weights for a tiny alpha", hint=hint, rtol=1e-4, atol=2e-5)
hint = "With an enormous penalty nothing is left but the mean: all weights go to zero."
checks.close(found[1], np.zeros(X.shape[1]), "the weights for a huge alpha", hint=hint, atol=1e-3)
in_mm = checks.attempt(ridge_path, X * np.where(np.arange(X.shape[1]) == 0, 1000.0, 1.0), y.copy(), [100.0])
hint = "The unit of height makes a difference: standardise columns BEFORE the penalty sees them, not weights after."
same = checks.attempt(ridge_path, X.copy(), y.copy(), [100.0])
checks.close(in_mm, same, "the weights with height in millimetres", hint=hint, rtol=1e-4, atol=1e-4)

# %% check="path_values" points=3
pair = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])  # standardised already, XᵀX = 4 I
hint = "Each direction's weight is s / (s² + alpha): is s squared below, and alpha added as it is?"
found = np.asarray(checks.attempt(ridge_path, pair.copy(), np.array([-3.0, -1.0, 1.0, 3.0]), [4.0, 12.0]))
checks.close(found, [[1.0, 0.5], [0.5, 0.25]], "the weights", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z = StandardScaler().fit_transform(rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3)))
t = rng.normal(size=40)
some = [0.5, 8.0, 90.0]
expected = [Ridge(alpha=a).fit(Z, t).coef_ for a in some]
found = checks.attempt(ridge_path, Z.copy(), t.copy(), some)
checks.close(found, expected, "the path", hint=hint, rtol=1e-4, atol=1e-5)
### END HIDDEN TESTS


# %%
def figure_path():
    alphas = np.logspace(*settings.path_exponents, settings.path_points)
    path = np.asarray(ridge_path(X, y, alphas))  # (alphas, columns)
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
# the other falls. Weights that are held back like this have more **bias** and less **variance**: they miss the best plane
# of the whole population a little, but move less when people are drawn again.

# %% [markdown]
# ## Exercise 8 · What one matrix knows
#
# *Why.* Alpha alone says little: the same 100 is much for one table and nothing for another. Ridge's fitted values are
# linear in the target, and the matrix that makes them answers two questions. With the columns centred,
#
# $$\hat y = H y, \qquad H = \tfrac1n \mathbf 1 \mathbf 1^\top + X_c (X_c^\top X_c + \alpha I)^{-1} X_c^\top.$$
#
# *How much of a model is left?* The trace of the second part, $\sum_k s_k^2 / (s_k^2 + \alpha)$ with the singular values
# $s_k$ of $X_c$: the **effective degrees of freedom**. It falls from the number of columns to 0 as alpha grows, and it
# can be compared between tables, units and scalers. *What would each row's error be, had it been left out?* No refit
# is needed: row $i$'s residual, divided by $1 - H_{ii}$, is exactly that.
#
# *Effort.* Medium, 20 minutes, 10 points.
#
# Write both functions, for columns as they come: centre them, but do not scale them.
#
# <details><summary>Hint 1: where does alpha not reach?</summary>
# The first part of H belongs to the intercept. It is not penalised, and every row has 1/n of it.
# </details>
# <details><summary>Hint 2: must the whole matrix be built?</summary>
# For 1,445 rows it may be. With Xc = U S Vᵀ only its diagonal is needed: the sum over k of U²ₖ s²ₖ / (s²ₖ + alpha).
# </details>


# %% answer="hat_matrix"
def effective_df(X: np.ndarray, alphas) -> np.ndarray:
    """Effective degrees of freedom of ridge without its intercept; (alphas,), in the order given.

    Args:
        X: (rows, columns), not scaled here. alphas: numbers, at least 0.
    """
    ### BEGIN SOLUTION
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])
    ### END SOLUTION


def leave_one_out(X: np.ndarray, y: np.ndarray, alpha: float) -> np.ndarray:
    """Each row's y minus its prediction by ridge fitted to all other rows; (rows,), kg.

    Args:
        X: (rows, columns), not scaled here. y: (rows,), kg. alpha: of the penalty; the intercept is free.
    """
    ### BEGIN SOLUTION
    centred = X - X.mean(axis=0)
    gram = centred.T @ centred + alpha * np.eye(X.shape[1])
    H = 1 / len(X) + centred @ np.linalg.solve(gram, centred.T)  # (rows, rows)
    return (y - H @ y) / (1 - np.diag(H))
    ### END SOLUTION


# %% check="df_values" points=2
table = np.array([[3.0, 9.0], [3.0, 15.0], [7.0, 9.0], [7.0, 15.0]])  # centred: s² = 16 and 36
hint = "Each direction counts s² / (s² + alpha), with the singular values of the CENTRED columns: are both s squared?"
found = checks.unchanged(lambda a: effective_df(a, [16.0, 4.0]), table, what="the table given")
checks.shape(found, (2,), "the result", hint="One number for each alpha.")
plus = "The intercept is not counted here: the sum is over the directions of the centred columns alone."
checks.that(not np.allclose(np.asarray(found), [1 / 2 + 36 / 52 + 1, 4 / 5 + 9 / 10 + 1]), plus)
swapped = "The numbers should come in the order of the alphas given, one for each alpha."
checks.that(not np.allclose(np.asarray(found)[::-1], [1 / 2 + 36 / 52, 4 / 5 + 9 / 10]), swapped)
checks.close(found, [1 / 2 + 36 / 52, 4 / 5 + 9 / 10], "the degrees of freedom", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z = rng.normal(size=(12, 4)) * [1, 3, 0.5, 9] + rng.normal(size=4)
middle = Z - Z.mean(axis=0)
some = [0.4, 7.0, 0.02]
expected = [np.trace(middle @ np.linalg.inv(middle.T @ middle + a * np.eye(4)) @ middle.T) for a in some]
found = checks.attempt(effective_df, Z.copy(), list(some))
checks.close(found, expected, "the degrees of freedom", hint=hint, rtol=1e-3)
### END HIDDEN TESTS

# %% check="df_limits" points=2
found = np.asarray(checks.attempt(effective_df, X.copy(), [1e3, 0.0, 1e15]))
hint = (
    "Without a penalty all columns count, one each; with an enormous one none does. In the order of the alphas given."
)
checks.close(found[1:], [11.0, 0.0], "the degrees of freedom for alpha = 0 and 1e15", hint=hint, rtol=1e-3, atol=1e-3)
hint = "Columns as they come: height in millimetres is a larger column, which alpha reaches later. Is something scaled?"
in_mm = X * np.where(np.arange(X.shape[1]) == 0, 1000.0, 1.0)
checks.that(checks.attempt(effective_df, in_mm, [1e3])[0] > found[0] + 0.5, hint)

# %% check="loo_exact" points=4
Z = np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 8.0], [7.0, 6.0], [9.0, 1.0]])
t = np.array([60.0, 64.0, 75.0, 71.0, 90.0])
found = checks.unchanged(lambda a, c: leave_one_out(a, c, 3.0), Z, t, what="the data given")
checks.shape(found, (5,), "the result", hint="One residual for each row.")
expected = []
for i in range(5):
    others = np.arange(5) != i
    expected.append(t[i] - Ridge(alpha=3.0).fit(Z[others], t[others]).predict(Z[i : i + 1])[0])
fitted = t - Ridge(alpha=3.0).fit(Z, t).predict(Z)
hint = "These are the residuals of a model that has seen the row: divide each by 1 − H at its own place."
checks.that(not np.allclose(np.asarray(found), fitted), hint)
checks.that(not np.allclose(np.asarray(found), np.negative(expected)), "The sign is turned: y minus the prediction.")
hint = "Each residual belongs to a fit without its own row: is it divided by 1 − H at that row's own place on the diagonal?"
checks.close(found, expected, "the residuals", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("loo_exact")
residuals = []
for alpha in (0.0, 2.0, 40.0):
    Z = rng.normal(size=(9, 3)) * [1, 4, 0.5] + [5, 0, 2]
    t = rng.normal(size=9) + 70
    residuals.append(checks.attempt(leave_one_out, Z, t, alpha))
checks.hand_over(residuals=residuals)
### END HIDDEN TESTS

# %% check="loo_intercept" points=2
Z = np.array([[1.0], [2.0], [4.0], [9.0]])
t = np.array([60.0, 64.0, 75.0, 90.0])
hint = (
    "With an enormous penalty only the mean is left, and leaving a row out moves it: does H hold the intercept's 1/n?"
)
found = checks.attempt(leave_one_out, Z.copy(), t.copy(), 1e12)
checks.close(found, (t - t.mean()) * 4 / 3, "the residuals for a huge alpha", hint=hint, rtol=1e-4)
hint = (
    "Moving the zero of a column or of y must change no residual: are the columns centred, and is the intercept free?"
)
here = checks.attempt(leave_one_out, Z.copy(), t.copy(), 2.0)
moved = checks.attempt(leave_one_out, Z + 50, t + 30, 2.0)
checks.close(moved, here, "the residuals after moving both zeros", hint=hint, rtol=1e-3, atol=1e-3)


# %%
def three_ways() -> None:
    """Leave-one-out by the hat matrix, by refitting without each row, and by RidgeCV, on standardised columns."""
    Z = StandardScaler().fit_transform(X)
    by_hat = np.asarray(leave_one_out(Z, y, settings.alpha))
    some = range(0, len(Z), 10)
    refitted = []
    for row in some:
        others = np.arange(len(Z)) != row
        refitted.append(y[row] - Ridge(alpha=settings.alpha).fit(Z[others], y[others]).predict(Z[row : row + 1])[0])
    squared = RidgeCV(alphas=[settings.alpha], store_cv_results=True).fit(Z, y).cv_results_[:, 0]
    print(f"Largest difference to {len(some)} refits: {np.abs(by_hat[list(some)] - refitted).max():.1e} kg;")
    print(f"of the squares to those of RidgeCV, {len(Z):,} rows: {np.abs(by_hat**2 - squared).max():.1e} kg².")
    print(f"Leave-one-out RMSE {np.sqrt(np.mean(by_hat**2)):.3f} kg, with alpha = {settings.alpha:g}.")


three_ways()

# %% [markdown]
# This is how `RidgeCV` can try a whole grid at the price of one decomposition: it never refits. (In a pipeline it
# leaves out one row at a time *after* the scaler has seen all training rows. From the experiment before Exercise 6 you
# know what that costs with so many rows: next to nothing. Test rows are not involved.)
