# %% right="NumPy throughout"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% right="plain Python with the statistics module, p by the distribution function"
import statistics


def compare(errors, train_rows, test_rows):
    gaps = [float(a) - float(b) for a, b in zip(errors["unscaled"], errors["scaled"], strict=True)]
    mean, sd = statistics.fmean(gaps), statistics.stdev(gaps)
    se = (sd**2 / len(gaps) + sd**2 * test_rows / train_rows) ** 0.5
    t = abs(mean) / se
    share = sum(gap > 0 for gap in gaps) / len(gaps)
    return {"p": 2 * (1 - stats.t(len(gaps) - 1).cdf(t)), "wins": share, "se": se, "sd": sd, "mean": mean}


# %% right="a data frame, further entries in the result"
def compare(errors, train_rows, test_rows):
    frame = pd.DataFrame({name: np.asarray(values, dtype=float) for name, values in errors.items()})
    gap = frame["unscaled"] - frame["scaled"]
    found = {
        "mean": gap.mean(),
        "sd": gap.std(),
        "wins": (frame["scaled"] < frame["unscaled"]).mean(),
        "splits": len(gap),
    }
    found["se"] = found["sd"] * (1 / len(gap) + test_rows / train_rows) ** 0.5
    found["p"] = 2 * stats.t.cdf(-abs(found["mean"] / found["se"]), df=len(gap) - 1)
    return found


# %% right="torch in single precision"
import torch


def compare(errors, train_rows, test_rows):
    gaps = torch.tensor(errors["unscaled"], dtype=torch.float64) - torch.tensor(errors["scaled"], dtype=torch.float64)
    gaps = gaps.float()
    se = gaps.std() * (1 / len(gaps) + test_rows / train_rows) ** 0.5
    p = 2 * stats.t.sf(abs(float(gaps.mean() / se)), len(gaps) - 1)
    return {"mean": gaps.mean(), "sd": gaps.std(), "wins": (gaps > 0).float().mean(), "se": se, "p": p}


# %% wrong="splits taken for independent" loses=["compare_se", "compare_p"] says="That is sd / root of J"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd / np.sqrt(len(gaps))
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="training rows over test rows" loses=["compare_se", "compare_p"] says="test rows / train rows"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + train_rows / test_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="the share of test rows in place of their ratio" loses=["compare_se", "compare_p"] says="test rows / train rows"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / (train_rows + test_rows))
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="scaled − unscaled" loses=["compare_paired"] says="unscaled − scaled"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["scaled"], errors["unscaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps < 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="the first of the dict taken for unscaled" loses=["compare_paired"] says="whatever order"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(*errors.values())
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = np.mean(np.subtract(errors["unscaled"], errors["scaled"]) > 0)
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="ties count as wins" loses=["compare_paired"] says="equal error is no win"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps >= 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="the number of wins" loses=["compare_paired"] says="share of splits"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).sum()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="population standard deviation" loses=["compare_paired", "compare_se", "compare_p"] says="splits − 1"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std()
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="errors sorted first: pairs are lost" loses=["compare_paired", "compare_se", "compare_p"] says="split by split"
def compare(errors, train_rows, test_rows):
    gaps = np.sort(errors["unscaled"]) - np.sort(errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = np.mean(np.subtract(errors["unscaled"], errors["scaled"]) > 0)
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="difference of the standard deviations" loses=["compare_paired", "compare_se", "compare_p"] says="split by split"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = np.std(errors["unscaled"], ddof=1) - np.std(errors["scaled"], ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="one-sided" loses=["compare_p"] says="two-sided"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = stats.t.sf(mean / se, len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="the normal distribution" loses=["compare_p"] says="Student"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.norm.sf(abs(mean / se))
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="one degree of freedom too many" loses=["compare_p"] says="J − 1"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps))
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="an ordinary paired t-test" loses=["compare_p"] says="two-sided"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = stats.ttest_rel(errors["unscaled"], errors["scaled"]).pvalue
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="another name for the wins" loses=["compare_paired"] says="lacks wins"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "share": wins, "se": se, "p": p}


# %% wrong="numbers as texts" loses=["compare_paired"] says="should be one number"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": f"{mean:.6f}", "sd": f"{sd:.6f}", "wins": f"{wins:.6f}", "se": se, "p": p}


# %% wrong="mean and sd exchanged" loses=["compare_paired"] says="then take the mean"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": sd, "sd": mean, "wins": wins, "se": se, "p": p}


# %% wrong="subtracts into the caller's array" loses=["compare_paired"] says="in place"
def compare(errors, train_rows, test_rows):
    gaps = errors["unscaled"]
    if isinstance(gaps, np.ndarray):
        gaps -= errors["scaled"]
    else:
        gaps = np.subtract(gaps, errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}


# %% wrong="rows of the lab's table in place of the arguments" loses=["compare_se", "compare_p"] says="test rows / train rows"
def compare(errors, train_rows, test_rows):
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    wins = (gaps > 0).mean()
    se = sd * np.sqrt(1 / len(gaps) + (len(X) - settings.train_rows) / settings.train_rows)
    p = 2 * stats.t.sf(abs(mean / se), len(gaps) - 1)
    return {"mean": mean, "sd": sd, "wins": wins, "se": se, "p": p}
