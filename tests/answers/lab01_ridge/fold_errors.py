# %% right="list comprehension, a list as the result"
def fold_errors(model, X, y, folds):
    return [
        np.mean((y[test] - clone(model).fit(X[train], y[train]).predict(X[test])) ** 2) ** 0.5 for train, test in folds
    ]


# %% right="scikit-learn's own loop"
def fold_errors(model, X, y, folds):
    return -cross_val_score(model, X, y, cv=folds, scoring="neg_root_mean_squared_error")


# %% right="filled array, boolean masks, norm"
def fold_errors(model, X, y, folds):
    errors = np.empty(len(folds))
    for i, (train, test) in enumerate(folds):
        fresh = clone(model)
        fresh.fit(X[train], y[train])
        errors[i] = np.linalg.norm(fresh.predict(X[test]) - y[test]) / np.sqrt(len(test))
    return errors


# %% wrong="fitted on all rows" loses=["fold_values", "fold_rows"] says="training rows"
def fold_errors(model, X, y, folds):
    return [np.sqrt(np.mean((y[test] - clone(model).fit(X, y).predict(X[test])) ** 2)) for _, test in folds]


# %% wrong="scaled before the split" loses=["fold_rows"] says="before the split"
def fold_errors(model, X, y, folds):
    Z = StandardScaler().fit_transform(X)
    return [np.sqrt(np.mean((y[b] - clone(model).fit(Z[a], y[a]).predict(Z[b])) ** 2)) for a, b in folds]


# %% wrong="the training error" loses=["fold_values"] says="test rows"
def fold_errors(model, X, y, folds):
    return [np.sqrt(np.mean((y[a] - clone(model).fit(X[a], y[a]).predict(X[a])) ** 2)) for a, _ in folds]


# %% wrong="mean squared error without the root" loses=["fold_values"] says="root"
def fold_errors(model, X, y, folds):
    return [np.mean((y[b] - clone(model).fit(X[a], y[a]).predict(X[b])) ** 2) for a, b in folds]


# %% wrong="one average instead of one error for each fold" loses=["fold_values"] says="for each fold"
def fold_errors(model, X, y, folds):
    return np.mean([np.sqrt(np.mean((y[b] - clone(model).fit(X[a], y[a]).predict(X[b])) ** 2)) for a, b in folds])


# %% wrong="training and test rows swapped" loses=["fold_values", "fold_rows"] says="training rows"
def fold_errors(model, X, y, folds):
    return [np.sqrt(np.mean((y[b] - clone(model).fit(X[a], y[a]).predict(X[b])) ** 2)) for b, a in folds]


# %% wrong="fits the caller's model" loses=["fold_clone"] says="fresh clone"
def fold_errors(model, X, y, folds):
    return [np.sqrt(np.mean((y[b] - model.fit(X[a], y[a]).predict(X[b])) ** 2)) for a, b in folds]


# %% wrong="fits once, before the loop" loses=["fold_values", "fold_rows", "fold_clone"] says="training rows"
def fold_errors(model, X, y, folds):
    model.fit(X, y)
    return [np.sqrt(np.mean((y[b] - model.predict(X[b])) ** 2)) for _, b in folds]


# %% wrong="scaled inside each fold, where the rows should stay as they are" loses=["fold_rows"] says="nor fold by fold"
def fold_errors(model, X, y, folds):
    errors = []
    for a, b in folds:
        scaler = StandardScaler().fit(X[a])
        fitted = clone(model).fit(scaler.transform(X[a]), y[a])
        errors.append(np.sqrt(np.mean((y[b] - fitted.predict(scaler.transform(X[b]))) ** 2)))
    return errors
