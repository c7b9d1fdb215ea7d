# %% right="indices"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = (1 - level) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))


# %% right="normal noise of the residuals' spread"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(rng.normal(0, residuals.std(ddof=2), len(residuals)))
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.normal(0, residuals.std(ddof=2)))
    tail = (1 - level) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))


# %% right="percentiles, noise added in logarithms"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = np.exp(np.log(fit(x, redrawn)(new_x)[0]) + residuals[rng.integers(len(residuals))])
    tail = (1 - level) / 2
    return tuple(np.percentile(found, [100 * tail, 100 - 100 * tail]).tolist())


# %% wrong="no noise of the new run's own" loses=["interval_width", "interval_coverage"] says="noise of its own"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0]
    tail = (1 - level) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))


# %% wrong="all draws" loses=["interval_width", "interval_coverage"] says="not all draws"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = (1 - level) / 2
    return float(found.min()), float(found.max())


# %% wrong="always 90%" loses=["interval_width"] says="right quantiles"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = 0.05
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))


# %% wrong="the whole rest on each side" loses=["interval_width", "interval_coverage"] says="90%"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = 1 - level
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))


# %% wrong="high end first" loses=["interval_form", "interval_width", "interval_coverage"] says="low end comes first"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = (1 - level) / 2
    return float(np.quantile(found, 1 - tail)), float(np.quantile(found, tail))


# %% wrong="logarithms are handed back" loses=["interval_form", "interval_coverage"] says="exp been left out"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = (1 - level) / 2
    return float(np.log(np.quantile(found, tail))), float(np.log(np.quantile(found, 1 - tail)))


# %% wrong="the seed is ignored" loses=["interval_form"] says="same seed"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng()
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = (1 - level) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))


# %% wrong="never fitted again" loses=["interval_form"] says="fitted once"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    predicted = fit(x, losses)(new_x)[0]
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        found[draw] = predicted * (redrawn[0] / fitted[0]) ** 0.5 * np.exp(rng.choice(residuals))
    tail = (1 - level) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))


# %% wrong="the caller's losses are redrawn in place" loses=["interval_form"] says="arrays have changed"
def prediction_interval(fit, x, losses, new_x, level, draws, seed):
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    found = np.empty(draws)
    for draw in range(draws):
        redrawn = fitted * np.exp(residuals[rng.integers(len(residuals), size=len(residuals))])
        losses[:] = redrawn
        found[draw] = fit(x, redrawn)(new_x)[0] * np.exp(rng.choice(residuals))
    tail = (1 - level) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1 - tail))
