# %% right="an explicit projection, eigenvalues of the Gram matrix"
def effective_df(X, alphas):
    Z = X - X.mean(axis=0)
    values = np.clip(np.linalg.eigvalsh(Z.T @ Z), 0, None)
    return [float(np.sum(values / (values + alpha))) for alpha in alphas]


def leave_one_out(X, y, alpha):
    n, d = X.shape
    A = np.column_stack([np.ones(n), X])
    penalty = np.diag([0.0] + [alpha] * d)
    H = A @ np.linalg.inv(A.T @ A + penalty) @ A.T
    residuals = y - H @ y
    return residuals / (1 - H.diagonal())


# %% right="only the diagonal, from the decomposition"
def effective_df(X, alphas):
    s2 = np.linalg.svd(X - X.mean(0), compute_uv=False) ** 2
    return (s2 / (s2 + np.asarray(alphas, dtype=float)[:, None])).sum(axis=1)


def leave_one_out(X, y, alpha):
    U, s, _ = np.linalg.svd(X - X.mean(0), full_matrices=False)
    shrink = s**2 / (s**2 + alpha)
    fitted = y.mean() + U @ (shrink * (U.T @ (y - y.mean())))
    leverage = 1 / len(y) + (U**2 * shrink).sum(axis=1)
    return pd.Series((y - fitted) / (1 - leverage))


# %% right="brute force: a refit without each row; a trace by solving"
def effective_df(X, alphas):
    Z = X - X.mean(axis=0)
    gram = Z.T @ Z
    return np.array([np.trace(np.linalg.solve(gram + alpha * np.eye(len(gram)), gram)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    found = np.empty(len(y))
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        w, b = ridge_fit(X[rest], y[rest], alpha)
        found[i] = y[i] - X[i] @ w - b
    return found


# %% right="torch in double precision"
import torch


def effective_df(X, alphas):
    Z = torch.tensor(X, dtype=torch.float64)
    s = torch.linalg.svdvals(Z - Z.mean(0))
    return torch.stack([(s**2 / (s**2 + alpha)).sum() for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z, t = torch.tensor(X, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)
    Z = Z - Z.mean(0)
    H = 1 / len(t) + Z @ torch.linalg.solve(Z.T @ Z + alpha * torch.eye(Z.shape[1], dtype=Z.dtype), Z.T)
    return (t - H @ t) / (1 - H.diagonal())


# %% wrong="s is not squared" loses=["df_values"] says="both s squared"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s / (s + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="alpha is squared, too" loses=["df_values"] says="s² / (s² + alpha)"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha**2)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="the columns are not centred for the degrees of freedom" loses=["df_values"] says="CENTRED"
def effective_df(X, alphas):
    s = np.linalg.svd(X, compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="the intercept is counted" loses=["df_values", "df_limits"] says="intercept is not counted"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([1 + np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="columns standardised inside" loses=["df_values", "df_limits", "loo_exact"] says="CENTRED"
def effective_df(X, alphas):
    s = np.linalg.svd((X - X.mean(axis=0)) / X.std(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="in the order of sorted alphas" loses=["df_values", "df_limits"] says="for each alpha"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in sorted(alphas)])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="residuals of the model that has seen the row" loses=["loo_exact", "loo_intercept"] says="has seen the row"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    w, b = ridge_fit(X, y, alpha)
    return y - X @ w - b


# %% wrong="the mean of the diagonal for every row (generalised cross-validation)" loses=["loo_exact"] says="own place"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.trace(H) / len(H))


# %% wrong="the intercept's share of the diagonal is forgotten" loses=["loo_exact", "loo_intercept"] says="own row"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    P = Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (y - y.mean() - P @ (y - y.mean())) / (1 - np.diag(P))


# %% wrong="no intercept at all: nothing is centred" loses=["loo_exact", "loo_intercept"] says="own row"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    H = X @ np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="prediction minus y" loses=["loo_exact", "loo_intercept"] says="sign"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T)
    return (H @ y - y) / (1 - np.diag(H))


# %% wrong="X centred in place in both" loses=["df_values", "loo_exact"] says="in place"
def effective_df(X, alphas):
    X -= X.mean(axis=0)
    s = np.linalg.svd(X, compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    X -= X.mean(axis=0)
    H = 1 / len(X) + X @ np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T)
    return (y - H @ y) / (1 - np.diag(H))


# %% wrong="alpha of the settings in place of the argument" loses=["loo_exact", "loo_intercept"] says="own row"
def effective_df(X, alphas):
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.array([np.sum(s**2 / (s**2 + alpha)) for alpha in alphas])


def leave_one_out(X, y, alpha):
    Z = X - X.mean(axis=0)
    H = 1 / len(X) + Z @ np.linalg.solve(Z.T @ Z + settings.alpha * np.eye(X.shape[1]), Z.T)
    return (y - H @ y) / (1 - np.diag(H))
