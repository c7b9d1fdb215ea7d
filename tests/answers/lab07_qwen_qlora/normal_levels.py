# %% right="the standard library's normal distribution"
from statistics import NormalDist


def normal_levels(bits, offset=0.9677083):
    half, quantile = 2 ** (bits - 1), NormalDist().inv_cdf
    above = [quantile(0.5 + (offset - 0.5) * n / half) for n in range(1, half + 1)]
    below = [-quantile(0.5 + (offset - 0.5) * n / (half - 1)) for n in range(half - 1, 0, -1)]
    return np.array([*below, 0.0, *above]) / above[-1]


# %% right="from the lower tail, in torch"
def normal_levels(bits, offset=0.9677083):
    half, normal = 2 ** (bits - 1), torch.distributions.Normal(0.0, 1.0)
    low = normal.icdf(torch.linspace(1 - offset, 0.5, half, dtype=torch.float64))
    high = normal.icdf(torch.linspace(0.5, offset, half + 1, dtype=torch.float64))
    levels = torch.cat([low[:-1], torch.zeros(1, dtype=torch.float64), high[1:]])
    return (levels / levels[-1]).numpy()


# %% right="each side divided by its own end"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    up, down = np.linspace(0.5, offset, half + 1), np.linspace(0.5, offset, half)
    positive, negative = norm.ppf(up)[1:], norm.ppf(down)[:0:-1]
    return np.concatenate([-negative / negative[0], np.zeros(1), positive / positive[-1]])


# %% wrong="evenly spaced" loses=["levels_zero", "levels_quantiles"] says="exactly 0"
def normal_levels(bits, offset=0.9677083):
    return np.linspace(-1, 1, 2**bits)


# %% wrong="evenly spaced with a zero" loses=["levels_quantiles"] says="not equal distance"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    return np.concatenate([np.linspace(-1, 0, half)[:-1], [0.0], np.linspace(0, 1, half + 1)[1:]])


# %% wrong="symmetric, without a zero" loses=["levels_zero", "levels_quantiles"] says="a symmetric set has no 0"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    positive = norm.ppf(np.linspace(0.5, offset, half + 1)[1:])
    return np.concatenate([-positive[::-1], positive]) / positive.max()


# %% wrong="not divided by the largest" loses=["levels_ends", "levels_quantiles"] says="divide by the largest"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    positive = norm.ppf(np.linspace(0.5, offset, half + 1)[1:])
    negative = -norm.ppf(np.linspace(0.5, offset, half)[1:])
    return np.sort(np.concatenate([negative, [0.0], positive]))


# %% wrong="up to probability 1, which is infinite" loses=["levels_ends", "levels_zero", "levels_quantiles"] says="infinite"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    with np.errstate(all="ignore"):
        levels = np.concatenate(
            [-norm.ppf(np.linspace(0.5, 1, half)[:0:-1]), [0.0], norm.ppf(np.linspace(0.5, 1, half + 1)[1:])]
        )
        return levels / levels.max()


# %% wrong="the offset given is ignored" loses=["levels_quantiles"] says="up to the offset given"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    positive = norm.ppf(np.linspace(0.5, 0.9677083, half + 1)[1:])
    negative = -norm.ppf(np.linspace(0.5, 0.9677083, half)[1:])
    return np.sort(np.concatenate([negative, [0.0], positive])) / positive.max()


# %% wrong="one positive level too few, one negative too many" loses=["levels_zero", "levels_quantiles"] says="one more is positive"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    positive = norm.ppf(np.linspace(0.5, offset, half)[1:])
    negative = -norm.ppf(np.linspace(0.5, offset, half + 1)[1:])
    return np.sort(np.concatenate([negative, [0.0], positive])) / positive.max()


# %% wrong="descending" loses=["levels_ends", "levels_quantiles"] says="ascend"
def normal_levels(bits, offset=0.9677083):
    half = 2 ** (bits - 1)
    positive = norm.ppf(np.linspace(0.5, offset, half + 1)[1:])
    negative = -norm.ppf(np.linspace(0.5, offset, half)[1:])
    return np.sort(np.concatenate([negative, [0.0], positive]))[::-1] / positive.max()


# %% wrong="1/2 left in on both sides" loses=["levels_zero", "levels_quantiles"] says="neither half"
def normal_levels(bits, offset=0.9677083):
    half = norm.ppf(np.linspace(0.5, offset, 2 ** (bits - 1)))
    return np.concatenate([-half[::-1], half]) / half.max()
