# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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
found = paired_errors(twins, X.copy(), y.copy(), 60, [4, 5, 6])
checks.keys(found, ["one", "two"], "the result")
checks.shape(found["one"], (3,), "the errors", hint="For each model, one error for each seed: is every one kept?")
hint = "Two equal models must get equal errors: is every model given the same split?"
checks.close(found["one"], found["two"], "the errors of two equal models", hint=hint)
hint = "Another seed should mean another split: does the seed reach train_test_split?"
checks.that(np.unique(np.round(np.asarray(found["one"], dtype=float).ravel(), 9)).size != 1, hint)

# %% check="paired_rows" points=3
Witness.fitted.clear()
Witness.judged.clear()
paired_errors({"witness": Witness()}, np.arange(30.0).reshape(30, 1), np.arange(30.0), 12, [0, 1])
hint = "Fit on train_rows rows; judge on all the others and on no row that was fitted on."
checks.count(len(Witness.fitted), 2, "the number of fits for one model and two seeds", hint="One fit for each seed.")
for rows, others in zip(Witness.fitted, Witness.judged, strict=False):
    checks.count(len(rows), 12, "the number of rows fitted on", hint=hint)
    checks.count(len(np.setdiff1d(others, rows)), 18, "the number of unseen rows judged on", hint=hint)
    checks.count(len(np.intersect1d(others, rows)), 0, "the number of rows both fitted and judged on", hint=hint)

# %% check="paired_rmse" points=2
zero = DummyRegressor(strategy="constant", constant=0.0)
t = np.full(40, 3.0)
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


# %% answer="write_metrics"
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


# %% check="metrics_file" points=1
found = written({"unscaled": [14.0, 15.0, 13.0], "scaled": [13.5, 14.0, 13.5]})
checks.that(found, "The file is missing at the path given, or not JSON: write it there, with json.dump or json.dumps.")
checks.keys(found, ["rmse_mean", "rmse_sd", "difference"], "metrics.json")

# %% check="metrics_summary" points=2
values = {"unscaled": [14.0, 15.0, 13.0, 14.5], "scaled": [13.5, 14.0, 13.5, 14.4]}
read = written(values)
for name, numbers in values.items():
    found = [metric(read, key, name) for key in ("rmse_mean", "rmse_sd")]
    expected = [np.mean(numbers), np.std(numbers, ddof=1)]
    hint = (
        "rmse_mean and rmse_sd hold each model's mean and sample standard deviation over splits, not a standard error."
    )
    checks.close(found, expected, f"mean and sd of '{name}' in the file", hint=hint)

# %% check="metrics_paired" points=3
small = X[:, :3]
rng = np.random.default_rng(6)
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
    same = np.std(np.subtract(*pair.values()), ddof=1)
    apart = np.hypot(*(np.std(e, ddof=1) for e in pair.values()))
    print(f"sd of the difference: {same:.2f} kg on the same splits, about {apart:.2f} kg on splits of their own")


report()
