# Answers to lab 2, exercise 8.

# %% right="numpy"
def score_effects(effect, low, high, truth):
    inside = np.logical_and(truth >= low, truth <= high)
    return {"rmse": ((effect - truth) ** 2).mean() ** 0.5, "bias": (effect - truth).mean(), "coverage": inside.mean()}


# %% right="scikit-learn and counts"
def score_effects(effect, low, high, truth):
    from sklearn.metrics import mean_squared_error

    misses = np.count_nonzero(truth < low) + np.count_nonzero(truth > high)
    return {
        "coverage": 1 - misses / len(truth),
        "bias": effect.mean() - truth.mean(),
        "rmse": np.sqrt(mean_squared_error(truth, effect)),
    }


# %% right="a loop"
def score_effects(effect, low, high, truth):
    n, square, error, inside = len(truth), 0.0, 0.0, 0
    for e, a, b, true in zip(effect, low, high, truth, strict=True):
        square += (e - true) ** 2 / n
        error += (e - true) / n
        inside += a <= true <= b
    return {"rmse": square**0.5, "bias": error, "coverage": inside / n}


# %% wrong="no root" loses=["score_rmse"] says="root"
def score_effects(effect, low, high, truth):
    e = effect - truth
    return {"rmse": np.mean(e**2), "bias": e.mean(), "coverage": np.mean((low <= truth) & (truth <= high))}


# %% wrong="mean absolute error" loses=["score_rmse"] says="squared errors"
def score_effects(effect, low, high, truth):
    e = effect - truth
    return {"rmse": np.abs(e).mean(), "bias": e.mean(), "coverage": np.mean((low <= truth) & (truth <= high))}


# %% wrong="standard deviation of the errors" loses=["score_rmse"] says="constant error counts"
def score_effects(effect, low, high, truth):
    e = effect - truth
    return {"rmse": e.std(), "bias": e.mean(), "coverage": np.mean((low <= truth) & (truth <= high))}


# %% wrong="truth minus estimate" loses=["score_bias"] says="estimate minus truth"
def score_effects(effect, low, high, truth):
    e = truth - effect
    return {"rmse": np.sqrt(np.mean(e**2)), "bias": e.mean(), "coverage": np.mean((low <= truth) & (truth <= high))}


# %% wrong="absolute errors as bias" loses=["score_bias"] says="cancel"
def score_effects(effect, low, high, truth):
    e = effect - truth
    inside = np.mean((low <= truth) & (truth <= high))
    return {"rmse": np.sqrt(np.mean(e**2)), "bias": np.abs(e).mean(), "coverage": inside}


# %% wrong="coverage of the estimate" loses=["score_coverage"] says="own true effect"
def score_effects(effect, low, high, truth):
    e = effect - truth
    return {"rmse": np.sqrt(np.mean(e**2)), "bias": e.mean(), "coverage": np.mean((low <= effect) & (effect <= high))}


# %% wrong="coverage of the average truth" loses=["score_coverage"] says="own interval"
def score_effects(effect, low, high, truth):
    e, m = effect - truth, truth.mean()
    return {"rmse": np.sqrt(np.mean(e**2)), "bias": e.mean(), "coverage": np.mean((low <= m) & (m <= high))}


# %% wrong="only the upper end" loses=["score_coverage"] says="own true effect"
def score_effects(effect, low, high, truth):
    e = effect - truth
    return {"rmse": np.sqrt(np.mean(e**2)), "bias": e.mean(), "coverage": np.mean(truth <= high)}


# %% wrong="a count instead of a share" loses=["score_coverage"] says="share of people"
def score_effects(effect, low, high, truth):
    e = effect - truth
    return {"rmse": np.sqrt(np.mean(e**2)), "bias": e.mean(), "coverage": np.sum((low <= truth) & (truth <= high))}


# %% right="Series in, tensors inside, float32"
def score_effects(effect, low, high, truth):
    import torch

    e, a, b, w = (torch.tensor(pd.Series(v).to_numpy(), dtype=torch.float32) for v in (effect, low, high, truth))
    covered = torch.logical_and(a <= w, w <= b)
    return {"rmse": (e - w).norm() / len(w) ** 0.5, "bias": (e - w).mean(), "coverage": covered.float().mean()}


# %% wrong="limits are outside" loses=["score_coverage"] says="limit is covered"
def score_effects(effect, low, high, truth):
    d = pd.DataFrame({"d": effect - truth, "in": (truth > low) & (truth < high)})
    return {"rmse": (d["d"] ** 2).mean() ** 0.5, "bias": d["d"].mean(), "coverage": d["in"].mean()}


# %% wrong="the interval's half width about the estimate" loses=["score_coverage"] says="own interval"
def score_effects(effect, low, high, truth):
    d = effect - truth
    return {"rmse": np.sqrt((d**2).mean()), "bias": d.mean(), "coverage": np.mean(2 * np.abs(d) <= high - low)}


# %% wrong="the median as bias" loses=["score_bias"] says="mean of estimate minus truth"
def score_effects(effect, low, high, truth):
    d = effect - truth
    covered = (low <= truth) & (truth <= high)
    return {"rmse": np.sqrt((d**2).mean()), "bias": np.median(d), "coverage": covered.mean()}


# %% wrong="errors are written over the estimates" loses=["score_rmse"] says="in place"
def score_effects(effect, low, high, truth):
    effect -= truth
    covered = (low <= truth) & (truth <= high)
    return {"rmse": np.sqrt(np.mean(effect**2)), "bias": effect.mean(), "coverage": covered.mean()}
