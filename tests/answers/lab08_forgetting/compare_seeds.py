# %% wrong="theirs less ours" loses=["seeds_gap", "seeds_interval", "seeds_drawn"] says="ours less theirs"
def compare_seeds(ours, theirs):
    gaps = np.array([theirs[seed] - ours[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="paired by the order of entries" loses=["seeds_gap", "seeds_sd", "seeds_interval", "seeds_covered", "seeds_drawn"] says="each with its own partner"
def compare_seeds(ours, theirs):
    gaps = np.array(list(ours.values())) - np.array(list(theirs.values()))
    if len(gaps) < 2:
        raise ValueError("at least two seeds")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="a difference of two means over all seeds" loses=["seeds_gap", "seeds_interval", "seeds_drawn"] says="seeds 7 and 8 have none"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = np.mean(list(ours.values())) - np.mean(list(theirs.values()))
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="a seed without a partner stops it" loses=["seeds_gap", "seeds_sd", "seeds_interval", "seeds_covered", "seeds_drawn"] says="those that both have count; yours stops"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours])
    if len(gaps) < 2:
        raise ValueError("at least two seeds")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="the number of seeds checked before they are paired" loses=["seeds_gap"] says="raise a ValueError"
def compare_seeds(ours, theirs):
    if len(ours) < 2 or len(theirs) < 2:
        raise ValueError("at least two seeds")
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="no error for a single seed" loses=["seeds_gap"] says="raise a ValueError"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) == 0:
        raise ValueError("no seed in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="divided by n" loses=["seeds_sd", "seeds_interval", "seeds_drawn"] says="divided by n − 1"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std()
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="the sd of two independent arms" loses=["seeds_sd", "seeds_interval", "seeds_covered", "seeds_drawn"] says="The sd is that of the gaps"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = math.sqrt(
        np.var([ours[seed] for seed in ours if seed in theirs], ddof=1)
        + np.var([theirs[seed] for seed in ours if seed in theirs], ddof=1)
    )
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="the error of the mean called sd" loses=["seeds_sd", "seeds_drawn"] says="not of their mean"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1) / math.sqrt(len(gaps))
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="1.96 instead of t" loses=["seeds_interval", "seeds_covered", "seeds_drawn"] says="not 1.96"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = 1.96 * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="sd not divided by the root of n" loses=["seeds_interval", "seeds_covered", "seeds_drawn"] says="sd / √n, not of sd"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="n degrees of freedom" loses=["seeds_interval", "seeds_drawn"] says="not four"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps)) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="one-sided" loses=["seeds_interval", "seeds_drawn"] says="not at 0.95"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.95, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="n counted in one arm" loses=["seeds_interval", "seeds_drawn"] says="that both arms have, four"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(ours) - 1) * sd / math.sqrt(len(ours))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="low and high exchanged" loses=["seeds_interval", "seeds_drawn"] says="low is the lower end"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": high, "high": low, "covered": covered}


# %% wrong="covered upside down" loses=["seeds_covered", "seeds_drawn"] says="above 0, so the spread does not cover"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(not low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="covered only if 0 lies strictly within" loses=["seeds_covered"] says="its ends are included"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low < 0 < high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="one end alone decides" loses=["seeds_covered", "seeds_drawn"] says="wholly below 0"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="a gap within one sd" loses=["seeds_covered", "seeds_drawn"] says="Gaps of 1/2 and 1/4"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(abs(gap) <= sd)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="words for a verdict" loses=["seeds_gap", "seeds_sd", "seeds_interval", "seeds_covered", "seeds_drawn"] says="covered is True or False"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours if seed in theirs])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": "yes" if covered else "no"}


# %% wrong="the caller's seeds without a partner thrown out" loses=["seeds_gap", "seeds_sd", "seeds_interval", "seeds_covered", "seeds_drawn"] says="in place"
def compare_seeds(ours, theirs):
    for seed in set(ours) ^ set(theirs):
        ours.pop(seed, None)
        theirs.pop(seed, None)
    gaps = np.array([ours[seed] - theirs[seed] for seed in ours])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% wrong="the notebook's seeds" loses=["seeds_gap", "seeds_sd", "seeds_interval", "seeds_covered", "seeds_drawn"] says="those that both have count; yours stops"
def compare_seeds(ours, theirs):
    gaps = np.array([ours[seed] - theirs[seed] for seed in settings.ablation_seeds])
    if len(gaps) < 2:
        raise ValueError("at least two seeds in common")
    gap = gaps.mean()
    sd = gaps.std(ddof=1)
    half = stats.t.ppf(0.975, len(gaps) - 1) * sd / math.sqrt(len(gaps))
    low, high = gap - half, gap + half
    covered = bool(low <= 0 <= high)
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": covered}


# %% right="with statistics, which raises by itself"
import statistics


def compare_seeds(ours, theirs):
    common = sorted(ours.keys() & theirs.keys())
    gaps = [ours[seed] - theirs[seed] for seed in common]
    sd = statistics.stdev(gaps)
    gap = statistics.fmean(gaps)
    half = stats.t(df=len(gaps) - 1).interval(0.95)[1] * sd / len(gaps) ** 0.5
    return {"gap": gap, "sd": sd, "low": gap - half, "high": gap + half, "covered": not (gap > half or gap < -half)}


# %% right="two series, aligned by their index"
def compare_seeds(ours, theirs):
    gaps = (pd.Series(ours) - pd.Series(theirs)).dropna()
    if gaps.size < 2:
        raise ValueError("a spread needs two seeds")
    half = stats.t.ppf(0.975, gaps.size - 1) * stats.sem(gaps)
    low, high = gaps.mean() - half, gaps.mean() + half
    return {"gap": gaps.mean(), "sd": gaps.std(), "low": low, "high": high, "covered": low <= 0 <= high}


# %% right="the lower quantile, added"
def compare_seeds(ours, theirs):
    pairs = [(ours[seed], theirs[seed]) for seed in set(ours) & set(theirs)]
    n = len(pairs)
    if n < 2:
        raise ValueError(f"{n} seeds in common")
    gap = sum(a - b for a, b in pairs) / n
    sd = (sum((a - b - gap) ** 2 for a, b in pairs) / (n - 1)) ** 0.5
    low = gap + stats.t.ppf(0.025, n - 1) * sd / n**0.5
    high = 2 * gap - low
    return {"gap": gap, "sd": sd, "low": low, "high": high, "covered": low <= 0 <= high}


# %% right="by hand, in torch"
def compare_seeds(ours, theirs):
    both = ours.keys() & theirs.keys()
    if len(both) < 2:
        raise ValueError(f"{len(both)} seeds in common")
    gaps = torch.tensor([ours[seed] - theirs[seed] for seed in both], dtype=torch.float64)
    gap, sd = gaps.mean(), gaps.std()
    half = stats.t.isf(0.025, len(both) - 1) * sd / len(both) ** 0.5
    return {"covered": abs(gap) <= half, "gap": gap, "sd": sd, "low": gap - half, "high": gap + half}
