# %% right="a loop for the honest score, a mask for the leaking one"
def selection_scores(X, y, k, alpha, folds):
    mask = SelectKBest(f_regression, k=k).fit(X, y).get_support()
    leaking, honest = [], []
    for a, b in folds:
        inner = SelectKBest(f_regression, k=k).fit(X[a], y[a]).get_support()
        for keep, scores in ((mask, leaking), (inner, honest)):
            model = make_pipeline(StandardScaler(), Ridge(alpha=alpha)).fit(X[a][:, keep], y[a])
            scores.append(model.score(X[b][:, keep], y[b]))
    return np.mean(leaking), np.mean(honest)


# %% right="scaler before the selection"
def selection_scores(X, y, k, alpha, folds):
    chosen = SelectKBest(f_regression, k=k).fit_transform(X, y)
    model = make_pipeline(StandardScaler(), SelectKBest(f_regression, k=k), Ridge(alpha=alpha))
    leaking = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=alpha)), chosen, y, cv=folds, scoring="r2")
    return np.mean(leaking), cross_val_score(model, X, y, cv=folds, scoring="r2").mean()


# %% right="columns ranked by absolute correlation, a list as the result"
def selection_scores(X, y, k, alpha, folds):
    def best(Z, t):
        Z, t = Z - Z.mean(0), t - t.mean()
        return np.argsort(np.abs(Z.T @ t) / np.linalg.norm(Z, axis=0))[-k:]

    scores = [[], []]
    for a, b in folds:
        for out, keep in zip(scores, (best(X, y), best(X[a], y[a])), strict=True):
            model = make_pipeline(StandardScaler(), Ridge(alpha=alpha))
            out.append(model.fit(X[a][:, keep], y[a]).score(X[b][:, keep], y[b]))
    return [np.mean(out) for out in scores]


# %% wrong="both scores leak" loses=["selection_honest"] says="anew in each fold"
def selection_scores(X, y, k, alpha, folds):
    chosen = SelectKBest(f_regression, k=k).fit_transform(X, y)
    score = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=alpha)), chosen, y, cv=folds).mean()
    return score, score


# %% wrong="both scores are honest" loses=["selection_leaking"] says="all rows"
def selection_scores(X, y, k, alpha, folds):
    model = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    score = cross_val_score(model, X, y, cv=folds).mean()
    return score, score


# %% wrong="returned in the other order" loses=["selection_leaking", "selection_honest"] says="all rows"
def selection_scores(X, y, k, alpha, folds):
    chosen = SelectKBest(f_regression, k=k).fit_transform(X, y)
    leaking = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=alpha)), chosen, y, cv=folds).mean()
    model = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    return cross_val_score(model, X, y, cv=folds).mean(), leaking


# %% wrong="honest selection only for the first fold, kept for the others" loses=["selection_honest"] says="anew in each fold"
def selection_scores(X, y, k, alpha, folds):
    model, first = make_pipeline(StandardScaler(), Ridge(alpha=alpha)), folds[0][0]
    chosen = SelectKBest(f_regression, k=k).fit_transform(X, y)
    once = SelectKBest(f_regression, k=k).fit(X[first], y[first]).transform(X)
    return cross_val_score(model, chosen, y, cv=folds).mean(), cross_val_score(model, once, y, cv=folds).mean()


# %% wrong="R² of the training rows" loses=["selection_leaking", "selection_honest"] says="leaking"
def selection_scores(X, y, k, alpha, folds):
    model = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    score = model.fit(X, y).score(X, y)
    inner = [clone(model).fit(X[a], y[a]).score(X[a], y[a]) for a, _ in folds]
    return 1 - score, np.mean(inner)


# %% wrong="no selection in the honest score" loses=["selection_honest"] says="another k"
def selection_scores(X, y, k, alpha, folds):
    model = make_pipeline(StandardScaler(), Ridge(alpha=alpha))
    chosen = SelectKBest(f_regression, k=k).fit_transform(X, y)
    return cross_val_score(model, chosen, y, cv=folds).mean(), cross_val_score(model, X, y, cv=folds).mean()


# %% wrong="the sum over the folds" loses=["selection_leaking", "selection_honest"] says="leaking"
def selection_scores(X, y, k, alpha, folds):
    chosen = SelectKBest(f_regression, k=k).fit_transform(X, y)
    leaking = cross_val_score(make_pipeline(StandardScaler(), Ridge(alpha=alpha)), chosen, y, cv=folds).sum()
    model = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    return leaking, cross_val_score(model, X, y, cv=folds).sum()


# %% right="boolean mask by F statistic, negative order; the selected table copied"
def selection_scores(X, y, k, alpha, folds):
    keep = np.argsort(-f_regression(X, y)[0])[:k]
    model = make_pipeline(StandardScaler(), Ridge(alpha))
    inner = make_pipeline(SelectKBest(f_regression, k=k), model)
    return np.mean(cross_val_score(model, X[:, keep].copy(), y, cv=folds)), np.mean(
        cross_val_score(inner, X, y, cv=folds)
    )


# %% wrong="the in-sample R² as the leaking score" loses=["selection_leaking"] says="test rows of each fold"
def selection_scores(X, y, k, alpha, folds):
    pipeline = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    leaking = clone(pipeline).fit(X, y).score(X, y)
    return leaking, cross_val_score(pipeline, X, y, cv=folds).mean()


# %% wrong="k is ignored" loses=["selection_leaking", "selection_honest"] says="k columns"
def selection_scores(X, y, k, alpha, folds):
    select = SelectKBest(f_regression, k=min(5, X.shape[1]))
    model = make_pipeline(StandardScaler(), Ridge(alpha=alpha))
    leaking = cross_val_score(model, select.fit_transform(X, y), y, cv=folds).mean()
    return leaking, cross_val_score(make_pipeline(select, model), X, y, cv=folds).mean()


# %% wrong="k is ignored; never fewer columns than there are in a small table" loses=["selection_leaking", "selection_honest"] says="k columns"
def selection_scores(X, y, k, alpha, folds):
    select = SelectKBest(f_regression, k="all" if X.shape[1] < 20 else 5)
    model = make_pipeline(StandardScaler(), Ridge(alpha=alpha))
    leaking = cross_val_score(model, select.fit_transform(X, y), y, cv=folds).mean()
    return leaking, cross_val_score(make_pipeline(select, model), X, y, cv=folds).mean()


# %% wrong="alpha is ignored" loses=["selection_leaking", "selection_honest"] says="alpha"
def selection_scores(X, y, k, alpha, folds):
    select, model = SelectKBest(f_regression, k=k), make_pipeline(StandardScaler(), Ridge())
    leaking = cross_val_score(model, select.fit_transform(X, y), y, cv=folds).mean()
    return leaking, cross_val_score(make_pipeline(select, model), X, y, cv=folds).mean()


# %% wrong="the mean over the folds forgotten in the honest score" loses=["selection_honest"] says="one number"
def selection_scores(X, y, k, alpha, folds):
    select, model = SelectKBest(f_regression, k=k), make_pipeline(StandardScaler(), Ridge(alpha=alpha))
    leaking = cross_val_score(model, select.fit_transform(X, y), y, cv=folds).mean()
    return leaking, cross_val_score(make_pipeline(select, model), X, y, cv=folds)


# %% wrong="honest selection behind a scaler that has seen all rows" loses=["selection_honest"] says="scaler has seen all rows"
def selection_scores(X, y, k, alpha, folds):
    Z = StandardScaler().fit(X).transform(X)
    pick = SelectKBest(f_regression, k=k)
    leaking = cross_val_score(Ridge(alpha=alpha), pick.fit_transform(Z, y), y, cv=folds).mean()
    return leaking, cross_val_score(make_pipeline(pick, Ridge(alpha=alpha)), Z, y, cv=folds).mean()


# %% wrong="as many folds, but its own" loses=["selection_honest"] says="given in folds"
def selection_scores(X, y, k, alpha, folds):
    own = KFold(len(folds))
    kept = SelectKBest(f_regression, k=k).fit_transform(X, y)
    inside = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    return cross_val_score(scaled_ridge(alpha), kept, y, cv=own).mean(), cross_val_score(inside, X, y, cv=own).mean()


# %% wrong="ranked by covariance with the target" loses=["selection_honest"] says="F statistic"
def selection_scores(X, y, k, alpha, folds):
    def best(Z, t):
        return np.argsort(-np.abs((t - t.mean()) @ (Z - Z.mean(axis=0))))[:k]

    leaking = cross_val_score(scaled_ridge(alpha), X[:, best(X, y)], y, cv=folds).mean()
    honest = []
    for train, test in folds:
        kept = best(X[train], y[train])
        honest.append(scaled_ridge(alpha).fit(X[train][:, kept], y[train]).score(X[test][:, kept], y[test]))
    return leaking, np.mean(honest)


# %% wrong="only columns that rise with the target" loses=["selection_honest"] says="sign of its effect"
def selection_scores(X, y, k, alpha, folds):
    def best(Z, t):
        return np.argsort([-np.corrcoef(column, t)[0, 1] for column in Z.T])[:k]

    leaking = cross_val_score(scaled_ridge(alpha), X[:, best(X, y)], y, cv=folds).mean()
    honest = []
    for train, test in folds:
        kept = best(X[train], y[train])
        honest.append(scaled_ridge(alpha).fit(X[train][:, kept], y[train]).score(X[test][:, kept], y[test]))
    return leaking, np.mean(honest)


# %% wrong="one column fewer" loses=["selection_honest"] says="With all columns kept"
def selection_scores(X, y, k, alpha, folds):
    kept = SelectKBest(f_regression, k=k - 1).fit_transform(X, y)
    inside = make_pipeline(SelectKBest(f_regression, k=k - 1), StandardScaler(), Ridge(alpha=alpha))
    leaking = cross_val_score(scaled_ridge(alpha), kept, y, cv=folds).mean()
    return leaking, cross_val_score(inside, X, y, cv=folds).mean()


# %% wrong="alpha of the settings" loses=["selection_leaking", "selection_honest"] says="with the alpha given"
def selection_scores(X, y, k, alpha, folds):
    kept = SelectKBest(f_regression, k=k).fit_transform(X, y)
    last = Ridge(alpha=settings.selection_alpha)
    leaking = cross_val_score(make_pipeline(StandardScaler(), last), kept, y, cv=folds).mean()
    inside = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), last)
    return leaking, cross_val_score(inside, X, y, cv=folds).mean()


# %% wrong="columns centred in the caller's table" loses=["selection_honest"] says="in place"
def selection_scores(X, y, k, alpha, folds):
    X -= X[0]
    kept = SelectKBest(f_regression, k=k).fit_transform(X, y)
    inside = make_pipeline(SelectKBest(f_regression, k=k), StandardScaler(), Ridge(alpha=alpha))
    leaking = cross_val_score(scaled_ridge(alpha), kept, y, cv=folds).mean()
    return leaking, cross_val_score(inside, X, y, cv=folds).mean()
