# Answers to lab 2, exercise 1.

# %% right="two means, numpy"
def difference_in_means(y, t):
    a, b = y[t > 0.5], y[t < 0.5]
    return a.mean() - b.mean(), (a.var(ddof=1) / a.size + b.var(ddof=1) / b.size) ** 0.5


# %% right="standard errors by scipy"
def difference_in_means(y, t):
    from scipy.stats import sem

    return np.array([y[t == 1].mean() - y[t == 0].mean(), np.hypot(sem(y[t == 1]), sem(y[t == 0]))])


# %% right="plain Python loops"
def difference_in_means(y, t):
    groups = {0: [], 1: []}
    for value, which in zip(y, t, strict=True):
        groups[int(which)].append(float(value))
    means = {k: sum(v) / len(v) for k, v in groups.items()}
    error = sum(sum((x - means[k]) ** 2 for x in v) / (len(v) - 1) / len(v) for k, v in groups.items())
    return [means[1] - means[0], error**0.5]


# %% wrong="untreated minus treated" loses=["difference_value"] says="treated minus the untreated"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    return b.mean() - a.mean(), np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


# %% wrong="both sums divided by all rows" loses=["difference_value"] says="own group's rows"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    return np.mean(y * t) - np.mean(y * (1 - t)), np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


# %% wrong="treated against everybody" loses=["difference_value"] says="own group's rows"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    return a.mean() - y.mean(), np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


# %% wrong="spread of the people for the error of the mean" loses=["difference_error"] says="not the spread"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    return a.mean() - b.mean(), np.sqrt(a.var(ddof=1) + b.var(ddof=1))


# %% wrong="both variances divided by the total n" loses=["difference_error"] says="its own n"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    return a.mean() - b.mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(y))


# %% wrong="no root" loses=["difference_error"] says="the root"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    return a.mean() - b.mean(), a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)


# %% wrong="divisor n in the variance" loses=["difference_error"] says="sample variance"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    return a.mean() - b.mean(), np.sqrt(a.var() / len(a) + b.var() / len(b))


# %% wrong="nothing is returned" loses=["difference_value", "difference_error"] says="does the function return"
def difference_in_means(y, t):
    a, b = y[t == 1], y[t == 0]
    print(a.mean() - b.mean(), np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))


# %% right="float32 throughout"
def difference_in_means(y, t):
    y = np.asarray(y, dtype=np.float32)
    groups = [y[np.asarray(t) == value] for value in (0, 1)]
    error = np.sqrt(sum(np.float32(np.var(g, ddof=1)) / len(g) for g in groups))
    return np.array([groups[1].mean() - groups[0].mean(), error])


# %% wrong="medians" loses=["difference_value"] says="each mean"
def difference_in_means(y, t):
    one, zero = pd.Series(y[t == 1]), pd.Series(y[t == 0])
    return one.median() - zero.median(), np.hypot(one.sem(), zero.sem())


# %% wrong="the outcome is centred in place" loses=["difference_value"] says="in place"
def difference_in_means(y, t):
    y -= y.mean()
    one, zero = pd.Series(y[t == 1]), pd.Series(y[t == 0])
    return one.mean() - zero.mean(), np.hypot(one.sem(), zero.sem())


# %% wrong="each variance over the size of the other group" loses=["difference_error"] says="its own n"
def difference_in_means(y, t):
    one, zero = y[t == 1], y[t == 0]
    return one.mean() - zero.mean(), np.sqrt(one.var(ddof=1) / zero.size + zero.var(ddof=1) / one.size)
