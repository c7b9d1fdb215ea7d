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


# %% right="a Series, models in single precision"
def fold_errors(model, X, y, folds):
    def error(train, test):
        fitted = clone(model).fit(X[train], y[train])
        return np.float32(np.sqrt(np.mean((fitted.predict(X[test]) - y[test]) ** 2)))

    return pd.Series([error(train, test) for train, test in folds])


# %% wrong="all rows that are not tested are trained on" loses=["fold_values"] says="need not be all the rows"
def fold_errors(model, X, y, folds):
    errors = []
    for _, test in folds:
        rest = np.delete(np.arange(len(y)), test)
        errors.append(np.sqrt(np.mean((clone(model).fit(X[rest], y[rest]).predict(X[test]) - y[test]) ** 2)))
    return errors


# %% wrong="the target is centred on all rows first" loses=["fold_rows"] says="before the split"
def fold_errors(model, X, y, folds):
    middle = y.mean()
    errors = []
    for train, test in folds:
        guess = clone(model).fit(X[train], y[train] - middle).predict(X[test]) + middle
        errors.append(np.sqrt(np.mean((guess - y[test]) ** 2)))
    return errors


# %% wrong="one clone serves all folds" loses=["fold_clone"] says="again and again"
def fold_errors(model, X, y, folds):
    own = clone(model)
    return [np.sqrt(np.mean((own.fit(X[train], y[train]).predict(X[test]) - y[test]) ** 2)) for train, test in folds]


# %% wrong="folds of its own" loses=["fold_values"] says="on the test rows, after a fit on the training rows"
def fold_errors(model, X, y, folds):
    own = KFold(len(folds)).split(X)
    return [np.sqrt(np.mean((clone(model).fit(X[a], y[a]).predict(X[b]) - y[b]) ** 2)) for a, b in own]


# %% wrong="the caller's table is standardised in place" loses=["fold_rows"] says="in place"
def fold_errors(model, X, y, folds):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return [np.sqrt(np.mean((clone(model).fit(X[a], y[a]).predict(X[b]) - y[b]) ** 2)) for a, b in folds]


# %% wrong="the spread of the residuals" loses=["fold_values"] says="root of the mean squared"
def fold_errors(model, X, y, folds):
    return [(clone(model).fit(X[a], y[a]).predict(X[b]) - y[b]).std() for a, b in folds]


# %% wrong="always five folds" loses=["fold_values", "fold_rows", "fold_clone"] says="ends in an error"
def fold_errors(model, X, y, folds):
    pairs = [folds[i] for i in range(settings.folds)]
    return [np.sqrt(np.mean((clone(model).fit(X[a], y[a]).predict(X[b]) - y[b]) ** 2)) for a, b in pairs]
