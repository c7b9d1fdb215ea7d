# Answers to lab 2, exercise 4.

# %% right="a loop over contiguous folds"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone

    guess = np.empty(len(target))
    for part in np.array_split(np.arange(len(target)), folds):
        others = np.setdiff1d(np.arange(len(target)), part)
        fitted = clone(model).fit(x[others], target[others])
        guess[part] = (
            fitted.predict_proba(x[part])[:, 1] if hasattr(fitted, "predict_proba") else fitted.predict(x[part])
        )
    return target - guess


# %% right="every folds-th row is one fold"
def cross_fitted_residuals(model, x, target, folds):
    import copy

    which = np.arange(len(target)) % folds
    result = np.zeros(len(target))
    for k in range(folds):
        m = copy.deepcopy(model).fit(x[which != k], target[which != k])
        p = m.predict_proba(x[which == k])[:, -1] if hasattr(m, "predict_proba") else m.predict(x[which == k])
        result[which == k] = target[which == k] - p
    return result


# %% right="cross_val_predict with its default folds"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.model_selection import cross_val_predict

    if hasattr(model, "predict_proba"):
        return target - cross_val_predict(model, x, target, cv=folds, method="predict_proba")[:, 1]
    return target - cross_val_predict(model, x, target, cv=folds)


# %% wrong="one model for all rows" loses=["residual_unseen", "residual_folds"] says="see that row"
def cross_fitted_residuals(model, x, target, folds):
    m = model.fit(x, target)
    return target - (m.predict_proba(x)[:, 1] if hasattr(m, "predict_proba") else m.predict(x))


# %% wrong="mean of all folds' models, most of which saw the row" loses=["residual_unseen"] says="see that row"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone
    from sklearn.model_selection import KFold

    guesses = []
    for train, _ in KFold(folds).split(x):
        m = clone(model).fit(x[train], target[train])
        guesses.append(m.predict_proba(x)[:, 1] if hasattr(m, "predict_proba") else m.predict(x))
    return target - np.mean(guesses, axis=0)


# %% wrong="order of shuffled folds kept" loses=["residual_order", "residual_probability"] says="order of the rows"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone
    from sklearn.model_selection import KFold

    guesses = []
    for train, test in KFold(folds, shuffle=True, random_state=1).split(x):
        m = clone(model).fit(x[train], target[train])
        guesses.append(m.predict_proba(x[test])[:, 1] if hasattr(m, "predict_proba") else m.predict(x[test]))
    return target - np.concatenate(guesses)


# %% wrong="rows that do not fill a fold are forgotten" loses=["residual_order"] says="the last ones too"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone

    guess, size = np.zeros(len(target)), len(target) // folds
    for k in range(folds):
        test = np.arange(k * size, (k + 1) * size)
        train = np.setdiff1d(np.arange(size * folds), test)
        m = clone(model).fit(x[train], target[train])
        guess[test] = m.predict_proba(x[test])[:, 1] if hasattr(m, "predict_proba") else m.predict(x[test])
    return target - guess


# %% wrong="a label instead of a probability" loses=["residual_probability"] says="not a label"
def cross_fitted_residuals(model, x, target, folds):
    return target - cross_val_predict(model, x, target, cv=folds)


# %% wrong="the probability of 0" loses=["residual_probability"] says="not the other column"
def cross_fitted_residuals(model, x, target, folds):
    if hasattr(model, "predict_proba"):
        return target - cross_val_predict(model, x, target, cv=folds, method="predict_proba")[:, 0]
    return target - cross_val_predict(model, x, target, cv=folds)


# %% wrong="prediction minus target" loses=["residual_order", "residual_probability"] says="target minus prediction"
def cross_fitted_residuals(model, x, target, folds):
    if hasattr(model, "predict_proba"):
        return cross_val_predict(model, x, target, cv=folds, method="predict_proba")[:, 1] - target
    return cross_val_predict(model, x, target, cv=folds) - target


# %% wrong="always five folds" loses=["residual_folds"] says="k fits"
def cross_fitted_residuals(model, x, target, folds):
    if hasattr(model, "predict_proba"):
        return target - cross_val_predict(model, x, target, cv=5, method="predict_proba")[:, 1]
    return target - cross_val_predict(model, x, target, cv=5)


# %% wrong="fitted on the one fold and used on the others" loses=["residual_folds"] says="all rows but one fold"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone

    parts = np.array_split(np.arange(len(target)), folds)
    guess = np.zeros(len(target))
    for k, part in enumerate(parts):
        test = parts[(k + 1) % folds]
        m = clone(model).fit(x[part], target[part])
        guess[test] = m.predict_proba(x[test])[:, 1] if hasattr(m, "predict_proba") else m.predict(x[test])
    return target - guess


# %% wrong="residuals of rows that do not fill a fold stay zero" loses=["residual_order"] says="the last ones too"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone

    residual, size = np.zeros(len(target)), len(target) // folds
    for k in range(folds):
        test = np.arange(k * size, (k + 1) * size)
        train = np.setdiff1d(np.arange(len(target)), test)
        m = clone(model).fit(x[train], target[train])
        guess = m.predict_proba(x[test])[:, 1] if hasattr(m, "predict_proba") else m.predict(x[test])
        residual[test] = target[test] - guess
    return residual


# %% wrong="residuals in the order of shuffled folds" loses=["residual_order", "residual_probability"] says="order of the rows"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone
    from sklearn.model_selection import KFold

    residuals = []
    for train, test in KFold(folds, shuffle=True, random_state=1).split(x):
        m = clone(model).fit(x[train], target[train])
        guess = m.predict_proba(x[test])[:, 1] if hasattr(m, "predict_proba") else m.predict(x[test])
        residuals.append(target[test] - guess)
    return np.concatenate(residuals)


# %% wrong="nothing is returned" loses=["residual_unseen", "residual_order", "residual_probability"] says="return its result"
def cross_fitted_residuals(model, x, target, folds):
    target - cross_val_predict(model, x, target, cv=folds)


# %% right="shuffled folds, filled in by row"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone
    from sklearn.model_selection import KFold

    residual = np.full(len(target), np.nan)
    for train, test in KFold(folds, shuffle=True).split(x):
        m = clone(model).fit(x[train], target[train])
        guess = m.predict_proba(x[test])[:, 1] if hasattr(m, "predict_proba") else m.predict(x[test])
        residual[test] = target[test] - guess
    return residual


# %% right="float32, classifier told by its probabilities"
def cross_fitted_residuals(model, x, target, folds):
    from sklearn.base import clone

    guess = np.empty(len(target), dtype=np.float32)
    for part in np.array_split(np.random.default_rng(3).permutation(len(target)), folds):
        rest = np.setdiff1d(np.arange(len(target)), part)
        own = clone(model).fit(x[rest], target[rest])
        guess[part] = own.predict_proba(x[part])[:, 1] if hasattr(own, "predict_proba") else own.predict(x[part])
    return target.astype(np.float32) - guess


# %% wrong="one model object, fitted again and again" loses=["residual_folds"] says="fresh copy"
def cross_fitted_residuals(model, x, target, folds):
    guess = np.empty(len(target))
    for part in np.array_split(np.arange(len(target)), folds):
        rest = np.setdiff1d(np.arange(len(target)), part)
        model.fit(x[rest], target[rest])
        guess[part] = model.predict_proba(x[part])[:, 1] if hasattr(model, "predict_proba") else model.predict(x[part])
    return target - guess


# %% wrong="a scaler sees all rows" loses=["residual_unseen"] says="a scaler too"
def cross_fitted_residuals(model, x, target, folds):
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    method = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    guess = cross_val_predict(model, scaled, target, cv=folds, method=method)
    return target - (guess if guess.ndim == 1 else guess[:, 1])


# %% wrong="two values in the target make a classifier" loses=["residual_probability"] says="depends on the model"
def cross_fitted_residuals(model, x, target, folds):
    if len(np.unique(target)) == 2 and not isinstance(target[0], float):
        return target - cross_val_predict(model, x, target, cv=folds, method="predict_proba")[:, 1]
    if set(np.unique(target)) == {0.0, 1.0}:
        return target - cross_val_predict(model, x, target, cv=folds, method="predict_proba")[:, 1]
    return target - cross_val_predict(model, x, target, cv=folds)


# %% wrong="the residuals are written over the target" loses=["residual_order"] says="in place"
def cross_fitted_residuals(model, x, target, folds):
    method = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    guess = cross_val_predict(model, x, target, cv=folds, method=method)
    if target.dtype.kind == "f":
        target -= guess if guess.ndim == 1 else guess[:, 1]
        return target
    return target - (guess if guess.ndim == 1 else guess[:, 1])
