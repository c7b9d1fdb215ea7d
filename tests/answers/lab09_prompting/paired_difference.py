# %% right="pandas"
def paired_difference(a, b, clusters):
    rows = pd.DataFrame({"d": np.asarray(a, float) - np.asarray(b, float), "c": np.asarray(clusters)})
    rest = rows["d"] - rows["d"].mean()
    return rows["d"].mean(), np.sqrt((rest.groupby(rows["c"]).sum() ** 2).sum()) / len(rows)


# %% right="a dictionary"
def paired_difference(a, b, clusters):
    difference = [float(x) - float(y) for x, y in zip(a, b, strict=True)]
    mean = sum(difference) / len(difference)
    sums = {}
    for value, name in zip(difference, clusters, strict=True):
        sums[name] = sums.get(name, 0.0) + value - mean
    return mean, math.sqrt(sum(value * value for value in sums.values())) / len(difference)


# %% right="a matrix of who is with whom"
def paired_difference(a, b, clusters):
    rest = np.array(a, dtype=float) - np.array(b, dtype=float)
    mean = rest.mean()
    rest = rest - mean
    together = np.asarray(clusters)[:, None] == np.asarray(clusters)[None, :]
    return mean, np.sqrt(max(0.0, rest @ together @ rest)) / rest.size


# %% right="statsmodels"
def paired_difference(a, b, clusters):
    import statsmodels.api as sm

    difference = np.asarray(a, float) - np.asarray(b, float)
    numbers = np.unique(clusters, return_inverse=True)[1]
    kind = {"groups": numbers, "use_correction": False}
    if np.ptp(difference) == 0:
        return difference[0], 0.0
    fit = sm.OLS(difference, np.ones(len(difference))).fit(cov_type="cluster", cov_kwds=kind)
    return fit.params[0], fit.bse[0]


# %% wrong="rows as if independent" loses=["paired_clustered", "paired_limits"] says="rows as independent"
def paired_difference(a, b, clusters):
    difference = np.asarray(a, float) - np.asarray(b, float)
    return difference.mean(), difference.std() / math.sqrt(len(difference))


# %% wrong="rows as if independent, divisor n - 1" loses=["paired_clustered", "paired_limits"] says="rows as independent"
def paired_difference(a, b, clusters):
    difference = np.asarray(a, float) - np.asarray(b, float)
    return difference.mean(), difference.std(ddof=1) / math.sqrt(len(difference))


# %% wrong="two unpaired means" loses=["paired_clustered", "paired_limits"] says="two unpaired means"
def paired_difference(a, b, clusters):
    a, b = np.asarray(a, float), np.asarray(b, float)
    return a.mean() - b.mean(), math.sqrt(a.var() / len(a) + b.var() / len(b))


# %% wrong="b minus a" loses=["paired_mean", "paired_clustered"] says="a minus b"
def paired_difference(a, b, clusters):
    difference = np.asarray(b, float) - np.asarray(a, float)
    numbers = np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(numbers, weights=difference - difference.mean())
    return difference.mean(), np.sqrt((sums**2).sum()) / len(difference)


# %% wrong="means of clusters" loses=["paired_mean", "paired_clustered"] says="clusters' means"
def paired_difference(a, b, clusters):
    difference = pd.Series(np.asarray(a, float) - np.asarray(b, float))
    means = difference.groupby(np.asarray(clusters)).mean()
    return means.mean(), means.std(ddof=0) / math.sqrt(len(means))


# %% wrong="the variance" loses=["paired_clustered", "paired_limits"] says="square root"
def paired_difference(a, b, clusters):
    difference = np.asarray(a, float) - np.asarray(b, float)
    numbers = np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(numbers, weights=difference - difference.mean())
    return difference.mean(), (sums**2).sum() / len(difference) ** 2


# %% wrong="divided by the clusters" loses=["paired_clustered", "paired_limits"] says="number of clusters"
def paired_difference(a, b, clusters):
    difference = np.asarray(a, float) - np.asarray(b, float)
    numbers = np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(numbers, weights=difference - difference.mean())
    return difference.mean(), np.sqrt((sums**2).sum()) / len(sums)


# %% wrong="clusters expected in one piece" loses=["paired_clustered", "paired_limits"] says="need not stand together"
def paired_difference(a, b, clusters):
    difference = np.asarray(a, float) - np.asarray(b, float)
    clusters = np.asarray(clusters)
    starts = np.flatnonzero(np.r_[True, clusters[1:] != clusters[:-1]])
    sums = np.add.reduceat(difference - difference.mean(), starts)
    return difference.mean(), np.sqrt((sums**2).sum()) / len(difference)


# %% wrong="sorted in place by cluster" loses=["paired_mean", "paired_clustered", "paired_limits"] says="changed in place"
def paired_difference(a, b, clusters):
    order = np.argsort(clusters, kind="stable")[::-1]
    a[:], b[:], clusters[:] = a[order], b[order], clusters[order]
    difference = a.astype(float) - b
    numbers = np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(numbers, weights=difference - difference.mean())
    return difference.mean(), np.sqrt((sums**2).sum()) / len(difference)


# %% wrong="the usual correction for few clusters" loses=["paired_clustered", "paired_limits"] says="expected 0.166829"
def paired_difference(a, b, clusters):
    difference = np.asarray(a, float) - np.asarray(b, float)
    numbers = np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(numbers, weights=difference - difference.mean())
    few = len(sums) / (len(sums) - 1)
    return difference.mean(), np.sqrt(few * (sums**2).sum()) / len(difference)
