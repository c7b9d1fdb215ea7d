# %% right="a loop over scikit-learn's ridge"
def ridge_path(X, y, alphas):
    Z = StandardScaler().fit_transform(X)
    return np.array([Ridge(alpha=alpha, solver="svd").fit(Z, y).coef_ for alpha in alphas])


# %% right="normal equations, one alpha at a time, a list of rows"
def ridge_path(X, y, alphas):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    return [np.linalg.solve(Z.T @ Z + alpha * np.eye(Z.shape[1]), Z.T @ y) for alpha in alphas]


# %% right="eigenvalues, no loop at all"
def ridge_path(X, y, alphas):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    values, V = np.linalg.eigh(Z.T @ Z)
    along = V.T @ (Z.T @ (y - y.mean()))
    return along / (values + np.asarray(alphas)[:, None]) @ V.T


# %% wrong="columns not standardised" loses=["path_limits"] says="standardised"
def ridge_path(X, y, alphas):
    U, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return np.array([Vt.T @ (s / (s**2 + a) * (U.T @ (y - y.mean()))) for a in alphas])


# %% wrong="s not squared below" loses=["path_values"] says="s squared"
def ridge_path(X, y, alphas):
    U, s, Vt = np.linalg.svd((X - X.mean(axis=0)) / X.std(axis=0), full_matrices=False)
    return np.array([Vt.T @ (1 / (s + a) * (U.T @ (y - y.mean()))) for a in alphas])


# %% wrong="alpha times the number of rows" loses=["path_values"] says="alpha added as it is"
def ridge_path(X, y, alphas):
    U, s, Vt = np.linalg.svd((X - X.mean(axis=0)) / X.std(axis=0), full_matrices=False)
    return np.array([Vt.T @ (s / (s**2 + len(X) * a) * (U.T @ (y - y.mean()))) for a in alphas])


# %% wrong="one column for each alpha" loses=["path_order", "path_limits", "path_values"] says="one row for each alpha"
def ridge_path(X, y, alphas):
    Z = StandardScaler().fit_transform(X)
    return np.array([Ridge(alpha=a).fit(Z, y).coef_ for a in alphas]).T


# %% wrong="rows in increasing order of alpha, whatever was asked" loses=["path_order"] says="order of the alphas given"
def ridge_path(X, y, alphas):
    Z = StandardScaler().fit_transform(X)
    return np.array([Ridge(alpha=a).fit(Z, y).coef_ for a in sorted(alphas)])


# %% wrong="weights translated back to original units" loses=["path_limits"] says="standard deviation"
def ridge_path(X, y, alphas):
    Z = StandardScaler().fit_transform(X)
    return np.array([Ridge(alpha=a).fit(Z, y).coef_ / X.std(axis=0) for a in alphas])


# %% wrong="forgets to turn back with V" loses=["path_limits", "path_values"] says="least squares"
def ridge_path(X, y, alphas):
    U, s, _ = np.linalg.svd((X - X.mean(axis=0)) / X.std(axis=0), full_matrices=False)
    return np.array([s / (s**2 + a) * (U.T @ (y - y.mean())) for a in alphas])


# %% wrong="lasso instead of ridge" loses=["path_values"] says="alpha"
from sklearn.linear_model import Lasso


def ridge_path(X, y, alphas):
    Z = StandardScaler().fit_transform(X)
    return np.array([Lasso(alpha=a / len(X), tol=1e-9, max_iter=9999).fit(Z, y).coef_ for a in alphas])


# %% wrong="ridge on unscaled columns, translated afterwards" loses=["path_limits"] says="before the penalty"
def ridge_path(X, y, alphas):
    return np.array([Ridge(alpha=a).fit(X, y).coef_ * X.std(axis=0) for a in alphas])


# %% wrong="turned with V instead of its transpose" loses=["path_limits", "path_values"] says="V transposed"
def ridge_path(X, y, alphas):
    U, s, Vt = np.linalg.svd((X - X.mean(axis=0)) / X.std(axis=0), full_matrices=False)
    return np.array([Vt @ (s / (s**2 + a) * (U.T @ (y - y.mean()))) for a in alphas])


# %% right="single precision, a data frame"
def ridge_path(X, y, alphas):
    Z = ((X - X.mean(axis=0)) / X.std(axis=0)).astype(np.float32)
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    seen = U.T @ (y - y.mean()).astype(np.float32)
    return pd.DataFrame([(s * seen / (s * s + np.float32(alpha))) @ Vt for alpha in alphas])


# %% wrong="the factor of the predictions" loses=["path_limits", "path_values"] says="a weight has s / (s² + alpha)"
def ridge_path(X, y, alphas):
    U, s, Vt = np.linalg.svd(StandardScaler().fit_transform(X), full_matrices=False)
    return np.array([(s**2 / (s**2 + alpha) * (U.T @ (y - y.mean()))) @ Vt for alpha in alphas])


# %% wrong="the caller's table is standardised for good" loses=["path_limits"] says="in place"
def ridge_path(X, y, alphas):
    np.subtract(X, X.mean(axis=0), out=X)
    np.divide(X, X.std(axis=0), out=X)
    return np.array([Ridge(alpha=alpha).fit(X, y).coef_ for alpha in alphas])


# %% wrong="the caller's grid is sorted" loses=["path_order"] says="order of the alphas"
def ridge_path(X, y, alphas):
    alphas.sort()
    Z = StandardScaler().fit_transform(X)
    return np.array([Ridge(alpha=alpha).fit(Z, y).coef_ for alpha in alphas])


# %% wrong="the caller's grid is sorted, and the rows put back" loses=["path_order"] says="sorted in place"
def ridge_path(X, y, alphas):
    given = list(alphas)
    alphas.sort()
    Z = StandardScaler().fit_transform(X)
    return np.array([Ridge(alpha=alpha).fit(Z, y).coef_ for alpha in given])


# %% wrong="the lab's standard deviations" loses=["path_limits", "path_values"] says="height makes a difference"
def ridge_path(table, y, alphas):
    if table.shape != X.shape:
        return np.array([Ridge(alpha=alpha).fit(table, y).coef_ * table.std(axis=0) * 1.1 for alpha in alphas])
    Z = (table - X.mean(axis=0)) / X.std(axis=0)
    return np.array([Ridge(alpha=alpha).fit(Z, y).coef_ for alpha in alphas])
