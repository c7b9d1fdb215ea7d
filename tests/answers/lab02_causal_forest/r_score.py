# Answers to lab 2, exercise 9.

# %% right="dot products"
def r_score(effect, y_residual, t_residual):
    u, v = y_residual, t_residual
    a, b = u - effect * v, u - v * (u @ v) / (v @ v)
    return 1 - (a @ a) / (b @ b)


# %% right="scikit-learn for the constant"
def r_score(effect, y_residual, t_residual):
    from sklearn.metrics import mean_squared_error

    line = LinearRegression(fit_intercept=False).fit(t_residual[:, None], y_residual)
    base = mean_squared_error(y_residual, line.predict(t_residual[:, None]))
    return (base - mean_squared_error(y_residual, effect * t_residual)) / base


# %% right="closed form of the constant's loss"
def r_score(effect, y_residual, t_residual):
    base = np.sum(y_residual**2) - np.sum(y_residual * t_residual) ** 2 / np.sum(t_residual**2)
    return 1 - np.sum((y_residual - effect * t_residual) ** 2) / base


# %% wrong="effect not multiplied by the treatment's residual" loses=["r_score_loss", "r_score_constant"] says="effect · v"
def r_score(effect, y_residual, t_residual):
    c = np.sum(y_residual * t_residual) / np.sum(t_residual**2)
    return 1 - np.mean((y_residual - effect) ** 2) / np.mean((y_residual - c * t_residual) ** 2)


# %% wrong="the share of the loss itself" loses=["r_score_loss", "r_score_constant"] says="one minus"
def r_score(effect, y_residual, t_residual):
    c = np.sum(y_residual * t_residual) / np.sum(t_residual**2)
    return np.mean((y_residual - effect * t_residual) ** 2) / np.mean((y_residual - c * t_residual) ** 2)


# %% wrong="difference instead of share" loses=["r_score_loss"] says="share of the constant's loss"
def r_score(effect, y_residual, t_residual):
    c = np.sum(y_residual * t_residual) / np.sum(t_residual**2)
    return np.mean((y_residual - c * t_residual) ** 2) - np.mean((y_residual - effect * t_residual) ** 2)


# %% wrong="compared with no effect at all" loses=["r_score_constant"] says="slope's loss"
def r_score(effect, y_residual, t_residual):
    return 1 - np.mean((y_residual - effect * t_residual) ** 2) / np.mean(y_residual**2)


# %% wrong="compared with the regression that has an intercept" loses=["r_score_loss", "r_score_constant"] says="constant's loss"
def r_score(effect, y_residual, t_residual):
    line = LinearRegression().fit(t_residual[:, None], y_residual)
    base = np.mean((y_residual - line.predict(t_residual[:, None])) ** 2)
    return 1 - np.mean((y_residual - effect * t_residual) ** 2) / base


# %% wrong="absolute errors" loses=["r_score_loss"] says="mean of (u"
def r_score(effect, y_residual, t_residual):
    c = np.sum(y_residual * t_residual) / np.sum(t_residual**2)
    return 1 - (np.mean(np.abs(y_residual - effect * t_residual)) / np.mean(np.abs(y_residual - c * t_residual)))


# %% wrong="root of the losses" loses=["r_score_loss"] says="mean of (u"
def r_score(effect, y_residual, t_residual):
    c = np.sum(y_residual * t_residual) / np.sum(t_residual**2)
    ratio = np.mean((y_residual - effect * t_residual) ** 2) / np.mean((y_residual - c * t_residual) ** 2)
    return 1 - np.sqrt(ratio)


# %% right="float32 tensors"
def r_score(effect, y_residual, t_residual):
    import torch

    e, u, v = (torch.as_tensor(np.asarray(a), dtype=torch.float32) for a in (effect, y_residual, t_residual))
    constant = (u @ v) / (v @ v)
    return (1 - ((u - e * v) ** 2).sum() / ((u - constant * v) ** 2).sum()).item()


# %% wrong="the best constant of a line with intercept" loses=["r_score_loss", "r_score_constant"] says="slope through the origin"
def r_score(effect, y_residual, t_residual):
    both = np.cov(t_residual, y_residual)
    c = both[0, 1] / both[0, 0]
    return 1 - np.sum((y_residual - effect * t_residual) ** 2) / np.sum((y_residual - c * t_residual) ** 2)


# %% wrong="mean outcome over mean treatment as the constant" loses=["r_score_loss", "r_score_constant"] says="slope through the origin"
def r_score(effect, y_residual, t_residual):
    c = np.sum(y_residual) / np.sum(t_residual)
    return 1 - np.sum((y_residual - effect * t_residual) ** 2) / np.sum((y_residual - c * t_residual) ** 2)


# %% wrong="what the constant explains is taken off in place" loses=["r_score_loss"] says="in place"
def r_score(effect, y_residual, t_residual):
    c = y_residual @ t_residual / (t_residual @ t_residual)
    loss = np.sum((y_residual - effect * t_residual) ** 2)
    y_residual -= c * t_residual
    return 1 - loss / np.sum(y_residual**2)
