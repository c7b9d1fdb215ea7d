# %% right="indices drawn, sorted by hand"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    base = fit(x, losses)(x)
    left = [math.log(a / b) for a, b in zip(losses, base, strict=True)]
    n = len(left)
    found = []
    for _ in range(draws):
        made = np.array([base[i] * math.exp(left[rng.integers(n)]) for i in range(n)])
        found.append(float(fit(x, made)(new_x)[0]) * math.exp(left[rng.integers(n)]))
    found.sort()
    cut = (1 - level) / 2 * (draws - 1)
    return found[math.floor(cut)], found[math.ceil(draws - 1 - cut)]


# %% right="all drawn at once, in logarithms, with percentiles"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    log_fit = np.log(fit(x, losses)(x))
    residuals = np.log(losses) - log_fit
    picked = rng.choice(residuals, size=(draws, len(losses) + 1), replace=True)
    logs = [float(np.log(fit(x, np.exp(log_fit + row[:-1]))(new_x)[0])) + row[-1] for row in picked]
    out = 50 * (1 - level)
    return np.exp(np.percentile(logs, [out, 100 - out]))


# %% right="pandas and a list"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    law = fit(x.copy(), losses.copy())
    fitted = pd.Series(law(x))
    residuals = np.log(pd.Series(losses) / fitted).to_numpy()
    found = pd.Series(index=range(draws), dtype=float)
    for k in range(draws):
        resampled = residuals[rng.integers(0, len(residuals), len(residuals))]
        found[k] = fit(x, (fitted * np.exp(resampled)).to_numpy())(new_x).item()
    own = residuals[rng.integers(0, len(residuals), draws)]
    found = found * np.exp(own)
    return [found.quantile(0.5 - level / 2), found.quantile(0.5 + level / 2)]


# %% right="tensors"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = torch.as_tensor(fit(x, losses)(x))
    residuals = torch.log(torch.as_tensor(losses) / fitted)
    found = torch.empty(draws, dtype=torch.float64)
    for k in range(draws):
        pick = torch.as_tensor(rng.integers(len(losses), size=len(losses) + 1))
        predict = fit(x, (fitted * residuals[pick[1:]].exp()).numpy())
        found[k] = float(predict(new_x)[0]) * float(residuals[pick[0]].exp())
    return torch.quantile(found, torch.tensor([0.5 - level / 2, 0.5 + level / 2], dtype=torch.float64))


# %% wrong="the new run has no noise" loses=["interval_ends", "interval_width", "interval_coverage"] says="own uncertainty alone"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0])
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="never fitted again" loses=["interval_draws", "interval_width"] says="fitted once to the runs and 30 times"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    law = fit(x, losses)
    residuals = np.log(losses / law(x))
    found = law(new_x)[0] * np.exp(rng.choice(residuals, draws))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="refitted, but predicted with the first law" loses=["interval_width"] says="its own refitted law"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    law = fit(x, losses)
    fitted = law(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(law(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="runs drawn instead of residuals" loses=["interval_draws"] says="do not draw runs"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        pick = rng.integers(len(losses), size=len(losses))
        found.append(fit(x[pick], losses[pick])(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="residuals shuffled" loses=["interval_draws"] says="with replacement"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.permutation(residuals)))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="one residual for all runs" loses=["interval_draws", "interval_width"] says="a residual of its own"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals)))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="residuals put onto the measured losses" loses=["interval_draws"] says="*fitted* loss"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, losses * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="normal noise" loses=["interval_draws", "interval_ends"] says="*fitted* loss times exp of one of the residuals"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        noise = rng.normal(0, residuals.std(), len(losses) + 1)
        found.append(fit(x, fitted * np.exp(noise[1:]))(new_x)[0] * np.exp(noise[0]))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="differences of losses, added" loses=["interval_draws", "interval_ends", "interval_width", "interval_coverage"] says="*fitted* loss times exp of one"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = losses - fitted
    found = []
    for _ in range(draws):
        predict = fit(x, fitted + rng.choice(residuals, len(losses)))
        found.append(predict(new_x)[0] + rng.choice(residuals))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="mean and 1.28 standard deviations" loses=["interval_ends"] says="not normally distributed"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    from scipy.stats import norm

    z = norm.ppf((1 + level) / 2)
    logs = np.log(found)
    return tuple(np.exp(logs.mean() + z * logs.std() * np.array([-1, 1])))


# %% wrong="quantiles 1 - level and level" loses=["interval_ends", "interval_width", "interval_coverage"] says="quantiles 0.4 and 0.6"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [1 - level, level]))


# %% wrong="all left out at the high end" loses=["interval_ends", "interval_width"] says="high end"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [0, level]))


# %% wrong="all left out at the low end" loses=["interval_ends", "interval_width"] says="low end"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [1 - level, 1]))


# %% wrong="from the lowest to the highest draw" loses=["interval_ends", "interval_width", "interval_coverage"] says="interval of all draws"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return min(found), max(found)


# %% wrong="level 0.9 typed in" loses=["interval_ends", "interval_width"] says="0.6 here"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [0.05, 0.95]))


# %% wrong="fitted over measured" loses=["interval_draws", "interval_ends"] says="log(measured / fitted)"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(fitted / losses)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="high end first" loses=["interval_form", "interval_ends", "interval_width", "interval_coverage"] says="low end comes first"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 + level) / 2, (1 - level) / 2]))


# %% wrong="an interval of logarithms" loses=["interval_form", "interval_ends", "interval_width", "interval_coverage"] says="not of their logarithms"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(np.log(found), [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="the middle beside the ends" loses=["interval_form", "interval_draws", "interval_ends", "interval_width", "interval_coverage"] says="two numbers"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, 0.5, (1 + level) / 2]))


# %% wrong="no seed" loses=["interval_form"] says="default_rng(seed)"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng()
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="seed 0 typed in" loses=["interval_draws"] says="seed` is an argument"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(0)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="NumPy's global generator" loses=["interval_form"] says="generator of your own"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    np.random.seed(seed)
    rng = np.random
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="the caller's losses are overwritten" loses=["interval_form", "interval_draws", "interval_ends", "interval_width", "interval_coverage"] says="changes the caller's arrays"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        losses[:] = fitted * np.exp(rng.choice(residuals, len(losses)))
        found.append(fit(x, losses)(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="a hundred draws whatever is asked" loses=["interval_draws"] says="here it was fitted 101 times"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(100):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    return tuple(np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))


# %% wrong="the notebook's law instead of fit" loses=["interval_form", "interval_ends", "interval_width", "interval_coverage"] says="far from what the fit predicts"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        found.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    law = fit_law(*known[["parameters", "tokens", "loss"]].to_numpy().T)
    centre = float(kaplan_loss(law, 1e7, 1e7))
    return tuple(centre * np.exp(np.quantile(residuals, [(1 - level) / 2, (1 + level) / 2])))
