# %% right="statistics, sorted pairs"
from statistics import NormalDist


def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    normal = NormalDist()
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) * sd / texts**0.5


def holm(p_values):
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, (value, place) in enumerate(sorted((value, place) for place, value in enumerate(p_values))):
        largest = max(largest, min(1.0, value * (len(p_values) - rank)))
        adjusted[place] = largest
    return adjusted


# %% right="isf, statsmodels"
from statsmodels.stats.multitest import multipletests


def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.isf(alpha / 2) + norm.isf(1 - power)) * np.sqrt(sd**2 / texts)


def holm(p_values):
    return multipletests(p_values, method="holm")[1] if len(p_values) else []


# %% right="cumulative maximum with pandas"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    error = sd / np.sqrt(texts)
    return error * norm.ppf([1 - alpha / 2, power]).sum()


def holm(p_values):
    series = pd.Series(p_values, dtype=float).sort_values()
    return (series * np.arange(len(series), 0, -1)).cummax().clip(upper=1).sort_index().to_numpy()


# %% wrong="without the power" loses=["power_formula"] says="half of the time"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return norm.ppf(1 - alpha / 2) * sd / math.sqrt(texts)


def holm(p_values):
    return (
        pd.Series(p_values, dtype=float)
        .sort_values()
        .mul(np.arange(len(p_values), 0, -1))
        .cummax()
        .clip(upper=1)
        .sort_index()
        .tolist()
    )


# %% wrong="one-sided" loses=["power_formula"] says="split between the two sides"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    return (
        pd.Series(p_values, dtype=float)
        .sort_values()
        .mul(np.arange(len(p_values), 0, -1))
        .cummax()
        .clip(upper=1)
        .sort_index()
        .tolist()
    )


# %% wrong="alpha and power typed in" loses=["power_formula"] says="are arguments"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return 2.801585 * sd / math.sqrt(texts)


def holm(p_values):
    return (
        pd.Series(p_values, dtype=float)
        .sort_values()
        .mul(np.arange(len(p_values), 0, -1))
        .cummax()
        .clip(upper=1)
        .sort_index()
        .tolist()
    )


# %% wrong="divided by the number of texts" loses=["power_formula"] says="not by its root"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / texts


def holm(p_values):
    return (
        pd.Series(p_values, dtype=float)
        .sort_values()
        .mul(np.arange(len(p_values), 0, -1))
        .cummax()
        .clip(upper=1)
        .sort_index()
        .tolist()
    )


# %% wrong="two groups" loses=["power_formula"] says="paired"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd * math.sqrt(2 / texts)


def holm(p_values):
    return (
        pd.Series(p_values, dtype=float)
        .sort_values()
        .mul(np.arange(len(p_values), 0, -1))
        .cummax()
        .clip(upper=1)
        .sort_index()
        .tolist()
    )


# %% wrong="Bonferroni" loses=["holm_adjusted", "holm_edges"] says="Bonferroni"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    return [min(1.0, value * len(p_values)) for value in p_values]


# %% wrong="left sorted" loses=["holm_adjusted"] says="in which the p-values came"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    values = np.sort(p_values)
    return np.minimum(1, np.maximum.accumulate(values * np.arange(len(values), 0, -1))).tolist()


# %% wrong="not monotone" loses=["holm_edges"] says="None may be smaller"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    order = np.argsort(p_values, kind="stable")
    found = np.empty(len(p_values))
    found[order] = np.minimum(1, np.asarray(p_values)[order] * np.arange(len(order), 0, -1)) if len(order) else []
    return found.tolist()


# %% wrong="not limited to 1" loses=["holm_edges"] says="at most 1"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    return (
        pd.Series(p_values, dtype=float)
        .sort_values()
        .mul(np.arange(len(p_values), 0, -1))
        .cummax()
        .sort_index()
        .tolist()
    )


# %% wrong="Benjamini and Hochberg" loses=["holm_adjusted", "holm_edges"] says="Benjamini"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    series = pd.Series(p_values, dtype=float).sort_values(ascending=False)
    ranks = np.arange(len(series), 0, -1)
    return (series * len(series) / ranks).cummin().clip(upper=1).sort_index().tolist()


# %% wrong="the factor grows" loses=["holm_adjusted", "holm_edges"] says="The factor has to fall"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    return (
        pd.Series(p_values, dtype=float)
        .sort_values()
        .mul(np.arange(1, len(p_values) + 1))
        .cummax()
        .clip(upper=1)
        .sort_index()
        .tolist()
    )


# %% wrong="sorted in place" loses=["holm_adjusted"] says="list of p-values has been changed"
def smallest_difference(sd, texts, alpha=0.05, power=0.8):
    return (norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts)


def holm(p_values):
    given = list(p_values)
    p_values.sort()
    steps = (
        np.minimum(1, np.maximum.accumulate([v * (len(given) - n) for n, v in enumerate(p_values)])) if given else []
    )
    return [
        float(steps[p_values.index(value)])
        if given.count(value) == 1
        else float(max(steps[[n for n, v in enumerate(p_values) if v == value]]))
        for value in given
    ]
