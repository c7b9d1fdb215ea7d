# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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
    Z = X[sample]
    t = y[sample]
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
    means = np.mean(leaks, axis=1)
    spreads = np.std(leaks, axis=1, ddof=1)
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
# large as itself. That a scaler fitted on all rows ruins every result is a claim that nobody can have measured. The
# right panel is the better argument: a model that was fitted with one eye on the test rows *changes when a test row changes*.
# One slip of the keyboard in a row that it should never have seen makes it worse for everybody else.
#
# No scaler protects from a leak that sits in the table itself, such as our blood pressures of 1982: that one is found
# by reading the data card (`data/cards/nhefs.md`), not by cross-validation, whose every fold agrees with it.
#
# A leak becomes deadly when it carries the **target**.

# %% [markdown]
# ## Exercise 6 · A leak that invents a result
#
# *Why.* With many columns people first pick those that correlate with the target, then cross-validate the model on the
# columns that are left. The picking has seen every test fold's answers.
#
# *Effort.* Medium, 15 minutes, 7 points.
#
# Write `selection_scores`: twice the mean cross-validated R² of "keep the k columns with the largest F statistic,
# standardise, ridge". Once with the columns kept *before* cross-validation, from all rows; once honestly, with
# everything that learns from data inside the pipeline: the selection and the scaler.
#
# <details><summary>Hint 1: which pieces?</summary>
# <code>SelectKBest(f_regression, k=k)</code> is a transformer like the scaler, so it can stand in a pipeline.
# <code>cross_val_score(model, X, y, cv=folds)</code> gives R² for regressors.
# </details>


# %%
def pure_noise(rows: int, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random columns and a random target that has nothing to do with them: nothing to be learnt here."""
    return rng.normal(size=(rows, width)), rng.normal(size=rows)


# %% answer="selection_scores"
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


# %% check="selection_leaking" points=3
noise, t = pure_noise(60, 200, np.random.default_rng(3))
folds = list(KFold(5).split(noise))
few, more = (checks.attempt(selection_scores, noise.copy(), t.copy(), k, 1.0, folds) for k in (5, 50))
checks.that(isinstance(few, tuple | list) and len(few) == 2, "Return two scores: leaking first, honest second.")
hint = "The leaking score keeps the k columns that are best on ALL rows, before any fold: on pure noise it looks good."
checks.between(few[0], 0.1, 0.9, "the leaking R² on noise", hint=hint)
checks.that(float(few[0]) != float(more[0]), "Another k gives the same leaking score: does it keep k columns?")
every = checks.attempt(selection_scores, X[:60].copy(), y[:60].copy(), X.shape[1], 100.0, folds)[0]
plain = cross_val_score(scaled_ridge(100.0), X[:60], y[:60], cv=folds).mean()
kept = (
    "With all columns kept this is plain cross-validation: the R² on the test rows of each fold, with the alpha given."
)
checks.close(every, plain, "the leaking R² with nothing left out", hint=kept, atol=0.01)
### BEGIN HIDDEN TESTS
# Columns of one size, all in favour of the target: every way of ranking them agrees, and none hangs on the draw.
noise, t = pure_noise(60, 200, checks.fresh())
noise = StandardScaler().fit_transform(noise)
noise = noise * np.sign(noise.T @ (t - t.mean()))
best = np.argsort(noise.T @ (t - t.mean()))[-10:]
expected = cross_val_score(scaled_ridge(2.0), noise[:, best], t, cv=folds).mean()
found = checks.attempt(selection_scores, noise.copy(), t.copy(), 10, 2.0, folds)[0]
checks.close(found, expected, "leaking R²", hint=hint, atol=0.15)
### END HIDDEN TESTS

# %% check="selection_honest" points=4
noise, t = pure_noise(60, 200, np.random.default_rng(3))
folds = list(KFold(5).split(noise))
few, more = (checks.attempt(selection_scores, noise.copy(), t.copy(), k, 1.0, folds)[1] for k in (5, 50))
hint = "Noise predicts nothing. The honest score chooses its columns anew in each fold, from the training rows alone."
checks.between(few, -3.0, 0.05, "the honest R² on noise", hint=hint)
checks.that(float(few) != float(more), "Another k gives the same honest score: does it keep k columns in each fold?")
every = checks.unchanged(lambda a, c: selection_scores(a, c, X.shape[1], 100.0, folds), X[:60], y[:60])[1]
plain = cross_val_score(scaled_ridge(100.0), X[:60], y[:60], cv=folds).mean()
early = cross_val_score(Ridge(alpha=100.0), StandardScaler().fit_transform(X[:60]), y[:60], cv=folds).mean()
checks.that(
    abs(every - early) > 1e-6, "The honest score's scaler has seen all rows: it belongs inside, as the selection does."
)
kept = (
    "With all columns kept this is plain cross-validation: the R² on the test rows of each fold, with the alpha given."
)
checks.close(every, plain, "the honest R² with nothing left out", hint=kept, rtol=1e-4)
### BEGIN HIDDEN TESTS
for case in (np.random.default_rng(0), checks.fresh()):
    noise, t = pure_noise(50, 40, case)
    even = StandardScaler().fit_transform(noise)
    even = even * np.sign(even.T @ (t - t.mean()))
    uneven = noise * 10.0 ** case.integers(-2, 3, size=40)
    usual = list(KFold(5).split(noise))
    other = [(train[:36], test[:7]) for train, test in KFold(5, shuffle=True, random_state=1).split(noise)]
    for table, folds, idea in (
        (even, usual, hint),
        (
            uneven,
            usual,
            "Columns are ranked by the F statistic: neither a column's unit nor the sign of its effect matters.",
        ),
        (noise, other, "Are the training and test rows of each fold those that are given in folds?"),
    ):
        scores = []
        for train, test in folds:
            best = np.argsort([-abs(np.corrcoef(column, t[train])[0, 1]) for column in table[train].T])[:6]
            model = scaled_ridge(2.0).fit(table[train][:, best], t[train])
            scores.append(model.score(table[test][:, best], t[test]))
        found = checks.attempt(selection_scores, table.copy(), t.copy(), 6, 2.0, folds)[1]
        checks.close(found, np.mean(scores), "honest R²", hint=idea, rtol=1e-4, atol=1e-6)
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
