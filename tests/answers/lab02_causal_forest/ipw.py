# Answers to lab 2, exercise 3.

# %% right="weights divided by their sums by hand"
def ipw(y, t, p, low, high):
    keep = (low <= p) & (p <= high)
    w1 = np.where(keep & (t == 1), 1 / p, 0.0)
    w0 = np.where(keep & (t == 0), 1 / (1 - p), 0.0)
    return np.sum(w1 * y) / w1.sum() - np.sum(w0 * y) / w0.sum(), np.mean(keep)


# %% right="weighted least squares on an intercept and the treatment"
def ipw(y, t, p, low, high):
    keep = ~((p < low) | (p > high))
    weight = np.where(t == 1, 1 / p, 1 / (1 - p))[keep]
    line = LinearRegression().fit(t[keep][:, None], y[keep], sample_weight=weight)
    return [line.coef_[0], keep.sum() / len(y)]


# %% right="a loop over the rows"
def ipw(y, t, p, low, high):
    total, weights, kept = [0.0, 0.0], [0.0, 0.0], 0
    for yi, ti, pi in zip(y, t, p, strict=True):
        if low <= pi <= high:
            w = 1 / pi if ti == 1 else 1 / (1 - pi)
            total[int(ti)] += w * yi
            weights[int(ti)] += w
            kept += 1
    return total[1] / weights[1] - total[0] / weights[0], kept / len(y)


# %% wrong="weights p instead of 1/p" loses=["ipw_treated"] says="1/p"
def ipw(y, t, p, low, high):
    k = (p >= low) & (p <= high)
    y, t, p = y[k], t[k], p[k]
    return np.average(y, weights=t * p) - np.average(y, weights=(1 - t) / (1 - p)), k.mean()


# %% wrong="1/p for the untreated, too" loses=["ipw_untreated"] says="1/(1 − p)"
def ipw(y, t, p, low, high):
    k = (p >= low) & (p <= high)
    y, t, p = y[k], t[k], p[k]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / p), k.mean()


# %% wrong="not normalised" loses=["ipw_normalised"] says="add up to one"
def ipw(y, t, p, low, high):
    k = (p >= low) & (p <= high)
    y, t, p = y[k], t[k], p[k]
    return np.mean(t / p * y) - np.mean((1 - t) / (1 - p) * y), k.mean()


# %% wrong="clipped instead of dropped" loses=["ipw_trims"] says="clipping"
def ipw(y, t, p, low, high):
    p = np.clip(p, max(low, 1e-9), min(high, 1 - 1e-9))
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), 1.0


# %% wrong="only treated rows are trimmed" loses=["ipw_trims"] says="treated and untreated alike"
def ipw(y, t, p, low, high):
    k = ((p >= low) & (p <= high)) | (t == 0)
    y, t, p = y[k], t[k], p[k]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), k.mean()


# %% wrong="trimmed at the low end only" loses=["ipw_trims"] says="both ends"
def ipw(y, t, p, low, high):
    k = p >= low
    y, t, p = y[k], t[k], p[k]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), k.mean()


# %% wrong="share dropped instead of kept" loses=["ipw_trims"] says="must go"
def ipw(y, t, p, low, high):
    k = (p >= low) & (p <= high)
    y, t, p = y[k], t[k], p[k]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), 1 - k.mean() * 0.5


# %% right="torch, float32"
def ipw(y, t, p, low, high):
    import torch

    keep = (p >= low) & (p <= high)
    yk, tk, pk = (torch.tensor(np.asarray(a)[keep], dtype=torch.float32) for a in (y, t, p))
    w = torch.where(tk == 1, 1 / pk, 1 / (1 - pk))
    means = [(w * yk * side).sum() / (w * side).sum() for side in (tk, 1 - tk)]
    return (means[0] - means[1]).item(), keep.sum() / len(keep)


# %% wrong="the plain complement of the share" loses=["ipw_trims"] says="the share dropped"
def ipw(y, t, p, low, high):
    out = (p < low) | (p > high)
    y, t, p = y[~out], t[~out], p[~out]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), out.mean()


# %% wrong="how many are kept" loses=["ipw_trims"] says="not the number of rows"
def ipw(y, t, p, low, high):
    k = (p >= low) & (p <= high)
    y, t, p = y[k], t[k], p[k]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), len(y)


# %% wrong="an open interval" loses=["ipw_trims"] says="[low, high] is closed"
def ipw(y, t, p, low, high):
    k = (p > low) & (p < high)
    y, t, p = y[k], t[k], p[k]
    return np.average(y, weights=t / p) - np.average(y, weights=(1 - t) / (1 - p)), k.mean()


# %% wrong="the untreated stay whatever their propensity, the share is right" loses=["ipw_trims"] says="treated and untreated alike"
def ipw(y, t, p, low, high):
    k = (p >= low) & (p <= high)
    w0 = (1 - t) / (1 - p)
    return np.average(y[k], weights=(t / p)[k]) - np.average(y, weights=w0), k.mean()


# %% wrong="p turned into each row's own probability, in place" loses=["ipw_normalised"] says="in place"
def ipw(y, t, p, low, high):
    k = (p >= low) & (p <= high)
    np.copyto(p, 1 - p, where=t == 0)
    one, zero = k & (t == 1), k & (t == 0)
    return np.average(y[one], weights=1 / p[one]) - np.average(y[zero], weights=1 / p[zero]), k.mean()
