# %% right="inverse of the normal equations"
def ridge_fit(X, y, alpha):
    m, t = X.mean(0), y.mean()
    Z = X - m
    w = np.linalg.inv(Z.T @ Z + alpha * np.identity(X.shape[1])) @ Z.T @ (y - t)
    return w, t - m @ w


# %% right="rows of penalty appended to least squares, returns a list"
def ridge_fit(X, y, alpha):
    p = X.shape[1]
    Z = np.vstack([X - X.mean(axis=0), np.sqrt(alpha) * np.eye(p)])
    t = np.concatenate([y - y.mean(), np.zeros(p)])
    w = np.linalg.lstsq(Z, t, rcond=None)[0]
    return [w, np.mean(y - X @ w)]


# %% right="column of ones with a zero in the penalty; y not centred"
def ridge_fit(X, y, alpha):
    ones = np.column_stack([np.ones(len(X)), X])
    penalty = np.diag([0.0] + [alpha] * X.shape[1])
    theta = np.linalg.solve(ones.T @ ones + penalty, ones.T @ y)
    return theta[1:], theta[0]


# %% right="singular values, only X centred"
def ridge_fit(X, y, alpha):
    U, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    w = Vt.T @ (s / (s**2 + alpha) * (U.T @ y))
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="the intercept is penalised" loses=["ridge_intercept"] says="penalised"
def ridge_fit(X, y, alpha):
    ones = np.column_stack([np.ones(len(X)), X])
    theta = np.linalg.solve(ones.T @ ones + alpha * np.eye(ones.shape[1]), ones.T @ y)
    return theta[1:], theta[0]


# %% wrong="no intercept at all" loses=["ridge_intercept"] says="left out"
def ridge_fit(X, y, alpha):
    return np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y), 0.0


# %% wrong="the intercept is the mean of y, as if the columns were centred by the caller" loses=["ridge_intercept"] says="mean prediction"
def ridge_fit(X, y, alpha):
    Z = X - X.mean(axis=0)
    return np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T @ (y - y.mean())), y.mean()


# %% wrong="only y is centred" loses=["ridge_intercept"] says="each column by its own mean"
def ridge_fit(X, y, alpha):
    w = np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ (y - y.mean()))
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="alpha times the number of rows, for a mean instead of a sum of squares" loses=["ridge_weights"] says="just as it is"
def ridge_fit(X, y, alpha):
    Z = X - X.mean(axis=0)
    w = np.linalg.solve(Z.T @ Z + len(X) * alpha * np.eye(X.shape[1]), Z.T @ (y - y.mean()))
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="alpha squared" loses=["ridge_weights"] says="diagonal"
def ridge_fit(X, y, alpha):
    Z = X - X.mean(axis=0)
    w = np.linalg.solve(Z.T @ Z + alpha**2 * np.eye(X.shape[1]), Z.T @ (y - y.mean()))
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="alpha added to every entry, not only the diagonal" loses=["ridge_weights"] says="diagonal"
def ridge_fit(X, y, alpha):
    Z = X - X.mean(axis=0)
    w = np.linalg.solve(Z.T @ Z + alpha, Z.T @ (y - y.mean()))
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="least squares shrunk by one factor" loses=["ridge_weights"] says="diagonal"
def ridge_fit(X, y, alpha):
    Z = X - X.mean(axis=0)
    w = np.linalg.lstsq(Z, y - y.mean(), rcond=None)[0] / (1 + alpha)
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="centres the caller's arrays in place" loses=["ridge_input"] says="in place"
def ridge_fit(X, y, alpha):
    m, t = X.mean(axis=0), y.mean()
    X -= m
    y -= t
    w = np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y)
    return w, t - m @ w


# %% wrong="nothing is centred, the intercept is mended afterwards" loses=["ridge_intercept"] says="each column by its own mean"
def ridge_fit(X, y, alpha):
    w = np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y)
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="one mean of the whole table instead of one for each column" loses=["ridge_intercept"] says="each column by its own mean"
def ridge_fit(X, y, alpha):
    Z = X - X.mean()
    w = np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T @ (y - y.mean()))
    return w, y.mean() - X.mean(axis=0) @ w


# %% right="single precision, results as torch tensors"
import torch


def ridge_fit(X, y, alpha):
    A, t = torch.tensor(np.asarray(X), dtype=torch.float32), torch.tensor(np.asarray(y), dtype=torch.float32)
    middle = A.mean(0)
    A = A - middle
    w = torch.linalg.solve(A.T @ A + alpha * torch.eye(A.shape[1]), A.T @ (t - t.mean()))
    return w, t.mean() - middle @ w


# %% right="a data frame's columns, weights as a Series"
def ridge_fit(X, y, alpha):
    frame = pd.DataFrame(X)
    Z = frame - frame.mean()
    w = pd.Series(np.linalg.solve(Z.T @ Z + alpha * np.eye(Z.shape[1]), Z.T @ (y - np.mean(y))))
    return w, np.mean(y) - (w * frame.mean()).sum()


# %% wrong="the intercept comes first" loses=["ridge_weights", "ridge_intercept"] says="the weights w, then the intercept b"
def ridge_fit(X, y, alpha):
    Z, t = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Z.T @ Z + alpha * np.eye(Z.shape[1]), Z.T @ t)
    return y.mean() - X.mean(axis=0) @ w, w


# %% wrong="alpha = 0 is treated as a mistake of the caller" loses=["ridge_weights"] says="alpha = 0 is allowed"
def ridge_fit(X, y, alpha):
    assert alpha > 0, "there must be a penalty"
    Z, t = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Z.T @ Z + alpha * np.eye(Z.shape[1]), Z.T @ t)
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="the penalty of the settings" loses=["ridge_weights"] says="alpha, just as it is"
def ridge_fit(X, y, alpha):
    Z, t = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Z.T @ Z + settings.alpha * np.eye(Z.shape[1]), Z.T @ t)
    return w, y.mean() - X.mean(axis=0) @ w


# %% wrong="the lab's table in place of the argument" loses=["ridge_weights", "ridge_intercept", "ridge_input"] says="ends in an error"
def ridge_fit(Z, t, alpha):
    middle = X.mean(axis=0)
    w = np.linalg.solve((Z - middle).T @ (Z - middle) + alpha * np.eye(Z.shape[1]), (Z - middle).T @ (t - t.mean()))
    return w, t.mean() - middle @ w


# %% wrong="a bare error: the identity has the size of the rows" loses=["ridge_weights", "ridge_intercept", "ridge_input"] says="in the line"
def ridge_fit(X, y, alpha):
    Z, t = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Z.T @ Z + alpha * np.eye(len(Z)), Z.T @ t)
    return w, y.mean() - X.mean(axis=0) @ w
