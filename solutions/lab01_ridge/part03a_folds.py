# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# At the smallest penalties the three curves agree, because hardly any penalty is left: a tuned
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
# ## Exercise 5 · Cross-validation by hand
#
# *Why.* `cross_val_score` is one line. Writing it once shows which line keeps it honest.
#
# *Effort.* Medium, 15 minutes, 9 points.
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
    """Learns nothing, predicts 0, and notes what it is given: the first column, the target, and whether it is fitted again."""

    fitted = []  # noqa: RUF012  scikit-learn clones the model: all clones note here
    targets = []  # noqa: RUF012
    judged = []  # noqa: RUF012
    again = []  # noqa: RUF012

    def fit(self, X, y):
        Witness.fitted.append(np.sort(X[:, 0]))
        Witness.targets.append(np.sort(y))
        Witness.again.append(hasattr(self, "seen_"))
        self.seen_ = True
        return self

    def predict(self, X):
        Witness.judged.append(np.sort(X[:, 0]))
        return np.zeros(len(X))

    @classmethod
    def forget(cls) -> None:
        """Empties the notes."""
        for notes in (cls.fitted, cls.targets, cls.judged, cls.again):
            notes.clear()


# %% answer="fold_errors"
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


# %% check="fold_values" points=4
Z = X[:90]
t = y[:90]
folds = list(KFold(4, shuffle=True, random_state=8).split(Z))
expected = -cross_val_score(LinearRegression(), Z, t, cv=folds, scoring="neg_root_mean_squared_error")
hint = (
    "One error for each fold: the root of the mean squared residual on the test rows, after a fit on the training rows."
)
found = checks.attempt(fold_errors, LinearRegression(), Z.copy(), t.copy(), folds)
checks.close(found, expected, "the errors", hint=hint, rtol=1e-4)
hint = "Fit on the training rows that are given: they need not be all the rows that are not tested."
gaps = [(train[:30], test) for train, test in folds]
expected = -cross_val_score(LinearRegression(), Z, t, cv=gaps, scoring="neg_root_mean_squared_error")
found = checks.attempt(fold_errors, LinearRegression(), Z.copy(), t.copy(), gaps)
checks.close(found, expected, "the errors", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
Z = rng.normal(size=(31, 3))
t = rng.normal(size=31)
folds = list(KFold(3, shuffle=True, random_state=int(rng.integers(1000))).split(Z))
expected = -cross_val_score(LinearRegression(), Z, t, cv=folds, scoring="neg_root_mean_squared_error")
found = checks.attempt(fold_errors, LinearRegression(), Z.copy(), t.copy(), folds)
checks.close(found, expected, "the errors", hint="Are the model, rows and folds those that are given?", rtol=1e-4)
### END HIDDEN TESTS

# %% check="fold_rows" points=3 tags=["inside"]
hint = (
    "A fold's model must be fitted on its training rows, as they are. Did something look at all rows before the split? "
    "No scaling here, neither of all rows nor fold by fold; it belongs in the model."
)
Z = np.array([[310.0, 1.0], [270.0, 2.0], [330.0, 0.0], [295.0, 5.0], [350.0, 4.0], [260.0, 3.0]])
t = np.array([60.0, 75.0, 66.0, 90.0, 81.0, 58.0])
folds = list(KFold(3).split(Z))
Witness.forget()
checks.unchanged(lambda a, c: fold_errors(Witness(), a, c, folds), Z, t, what="the data given to fold_errors")
for (train, _), rows, target in zip(folds, Witness.fitted, Witness.targets, strict=False):
    checks.close(rows, np.sort(Z[train, 0]), "the rows a model is fitted on", hint=hint)
    checks.close(target, np.sort(t[train]), "the target a model is fitted on", hint=hint)
checks.count(len(Witness.fitted), len(folds), "the number of fits", hint="One fit for each fold.")
### BEGIN HIDDEN TESTS
Z = checks.fresh().normal(size=(12, 2)) * 50 + 300
folds = list(KFold(3).split(Z))
Witness.forget()
checks.attempt(fold_errors, Witness(), Z.copy(), np.arange(12.0), folds)
for (train, _), rows in zip(folds, Witness.fitted, strict=False):
    checks.close(rows, np.sort(Z[train, 0]), "the rows a model is fitted on", hint=hint)
### END HIDDEN TESTS

# %% check="fold_clone" points=2 tags=["inside"]
probe = LinearRegression()
folds = list(KFold(2).split(X[:40]))
checks.attempt(fold_errors, probe, X[:40].copy(), y[:40].copy(), folds)
checks.that(not hasattr(probe, "coef_"), "The caller's model came back fitted: each fold deserves a fresh clone of it.")
Witness.forget()
checks.attempt(fold_errors, Witness(), X[:40].copy(), y[:40].copy(), folds)
hint = (
    "One model was fitted again and again: each fold deserves a fresh clone, since some models remember earlier fits."
)
checks.that(not any(Witness.again), hint)
