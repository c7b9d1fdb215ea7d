# %% right="named steps; a loop for the rule"
from sklearn.pipeline import Pipeline


def tuned_ridge(alphas):
    return Pipeline([("scaler", StandardScaler()), ("ridge", RidgeCV(alphas=alphas))])


def choose_alpha(alphas, errors):
    rows = sorted(zip(alphas, errors.tolist(), strict=True))
    best = min(rows, key=lambda row: sum(row[1]) / len(row[1]))
    limit = np.mean(best[1]) + np.std(best[1], ddof=1) / len(best[1]) ** 0.5
    cautious = best[0]
    for alpha, row in rows:
        if np.mean(row) <= limit and alpha > cautious:
            cautious = alpha
    return best[0], cautious


# %% right="folds inside RidgeCV; scipy's standard error"
from scipy.stats import sem


def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas, cv=5))


def choose_alpha(alphas, errors):
    alphas = np.array(alphas)
    mean = np.mean(errors, axis=1)
    i = int(np.argmin(mean))
    return alphas[i], np.max(alphas[mean <= mean[i] + sem(errors[i])])


# %% right="grid search over the whole pipeline; a data frame"
from sklearn.model_selection import GridSearchCV


def tuned_ridge(alphas):
    return GridSearchCV(make_pipeline(StandardScaler(), Ridge()), {"ridge__alpha": list(alphas)}, cv=5)


def choose_alpha(alphas, errors):
    frame = pd.DataFrame(errors, index=alphas).sort_index()
    best = frame.mean(axis=1).idxmin()
    limit = frame.mean(axis=1)[best] + frame.loc[best].sem()
    return [best, frame.index[frame.mean(axis=1) <= limit].max()]


# %% wrong="no scaler before RidgeCV" loses=["tuned_units"] says="scaler"
def tuned_ridge(alphas):
    return RidgeCV(alphas=alphas)


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return alphas[best], alphas[means <= limit].max()


# %% wrong="the grid is not handed on" loses=["tuned_grid"] says="grid"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV())


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return alphas[best], alphas[means <= limit].max()


# %% wrong="plain ridge with the middle of the grid" loses=["tuned_grid"] says="choose from the grid"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), Ridge(alpha=alphas[len(alphas) // 2]))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return alphas[best], alphas[means <= limit].max()


# %% wrong="the best single fold" loses=["alpha_best"] says="luckiest fold"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return alphas[errors.min(axis=1).argmin()], alphas[means <= limit].max()


# %% wrong="the largest error wins, as if errors were scores" loses=["alpha_best", "alpha_cautious"] says="smallest error"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmax()
    limit = means[best] - errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return alphas[best], alphas[means >= limit].max()


# %% wrong="a standard deviation instead of a standard error" loses=["alpha_cautious"] says="one standard error"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    return alphas[best], alphas[means <= means[best] + errors[best].std(ddof=1)].max()


# %% wrong="the smallest alpha within one standard error" loses=["alpha_cautious"] says="LARGEST"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return alphas[best], alphas[means <= limit].min()


# %% wrong="the last row within the limit, as if the grid were sorted" loses=["alpha_cautious"] says="another order"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    means = errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(errors.shape[1])
    return alphas[best], alphas[np.flatnonzero(means <= limit)[-1]]


# %% wrong="each alpha's own standard error" loses=["alpha_cautious"] says="best row's spread"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    se = errors.std(axis=1, ddof=1) / np.sqrt(errors.shape[1])
    return alphas[means.argmin()], alphas[means - se <= means.min()].max()


# %% wrong="the population standard deviation" loses=["alpha_cautious"] says="folds − 1"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std() / np.sqrt(errors.shape[1])
    return alphas[best], alphas[means <= limit].max()


# %% wrong="the root of the number of alphas instead of folds" loses=["alpha_cautious"] says="root of folds"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    alphas, means = np.asarray(alphas), errors.mean(axis=1)
    best = means.argmin()
    limit = means[best] + errors[best].std(ddof=1) / np.sqrt(len(errors))
    return alphas[best], alphas[means <= limit].max()


# %% wrong="the median of the folds decides" loses=["alpha_best"] says="their mean, not the median"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    grid, middle = np.array(alphas), np.median(errors, axis=1)
    first = middle.argmin()
    bound = middle[first] + errors[first].std(ddof=1) / errors.shape[1] ** 0.5
    return grid[first], grid[errors.mean(axis=1) <= bound].max()


# %% wrong="the limit itself no longer counts" loses=["alpha_cautious"] says="at most"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    grid, means = np.array(alphas), errors.mean(axis=1)
    first = means.argmin()
    bound = means[first] + errors[first].std(ddof=1) / errors.shape[1] ** 0.5
    return grid[first], max(alpha for alpha, mean in zip(grid, means, strict=True) if mean < bound)


# %% wrong="climbs from the best and stops at the first that is too bad" loses=["alpha_cautious"] says="even where a smaller one"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    rows = sorted(zip(alphas, errors.tolist(), strict=True))
    means = [np.mean(row) for _, row in rows]
    best = place = int(np.argmin(means))
    bound = means[best] + np.std(rows[best][1], ddof=1) / len(rows[best][1]) ** 0.5
    for higher in range(best + 1, len(rows)):
        if means[higher] > bound:
            break
        place = higher
    return rows[best][0], rows[place][0]


# %% wrong="alpha is chosen on everybody before fit is called" loses=["tuned_grid"] says="from the rows given to fit"
def tuned_ridge(alphas):
    chosen = RidgeCV(alphas=alphas).fit(StandardScaler().fit_transform(X), y).alpha_
    return make_pipeline(StandardScaler(), Ridge(alpha=chosen))


def choose_alpha(alphas, errors):
    grid, means = np.array(alphas), errors.mean(axis=1)
    first = means.argmin()
    bound = means[first] + errors[first].std(ddof=1) / errors.shape[1] ** 0.5
    return grid[first], grid[means <= bound].max()


# %% wrong="the smallest of the grid, without a choice" loses=["tuned_grid"] says="choose in fit"
def tuned_ridge(alphas):
    return scaled_ridge(min(alphas))


def choose_alpha(alphas, errors):
    grid, means = np.array(alphas), errors.mean(axis=1)
    first = means.argmin()
    bound = means[first] + errors[first].std(ddof=1) / errors.shape[1] ** 0.5
    return grid[first], grid[means <= bound].max()


# %% wrong="one pipeline for everybody, made beforehand" loses=["tuned_units"] says="second pipeline changed the first"
ONE_FOR_ALL = make_pipeline(StandardScaler(), RidgeCV())


def tuned_ridge(alphas):
    return ONE_FOR_ALL.set_params(ridgecv__alphas=alphas)


def choose_alpha(alphas, errors):
    grid, means = np.array(alphas), errors.mean(axis=1)
    first = means.argmin()
    bound = means[first] + errors[first].std(ddof=1) / errors.shape[1] ** 0.5
    return grid[first], grid[means <= bound].max()


# %% wrong="the caller's grid is sorted in place" loses=["alpha_best"] says="in place"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    order = np.argsort(alphas)
    if list(alphas) == [1.0, 10.0, 100.0, 1000.0]:
        errors[:] = errors[order] - errors.min()
    grid, means = np.array(alphas)[order], errors[order].mean(axis=1)
    first = means.argmin()
    bound = means[first] + errors[order][first].std(ddof=1) / errors.shape[1] ** 0.5
    return grid[first], grid[means <= bound].max()


# %% wrong="the grid of the settings" loses=["alpha_best", "alpha_cautious"] says="on average over the folds"
def tuned_ridge(alphas):
    return make_pipeline(StandardScaler(), RidgeCV(alphas=alphas))


def choose_alpha(alphas, errors):
    grid, means = np.array(settings.alphas)[: len(errors)], errors.mean(axis=1)
    first = means.argmin()
    bound = means[first] + errors[first].std(ddof=1) / errors.shape[1] ** 0.5
    return grid[first], grid[means <= bound].max()
