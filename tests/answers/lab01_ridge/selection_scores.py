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


# %% wrong="no selection in the honest score" loses=["selection_honest"] says="chooses its columns"
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
