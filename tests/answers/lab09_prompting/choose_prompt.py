# %% right="the most accurate, the cheaper of equals"
def choose_prompt(records, margin):
    means = {}
    for row in records:
        means.setdefault(row["name"], []).append(row["validation"])
    tokens = {row["name"]: row["tokens"] for row in records}
    return max(means, key=lambda name: (round(np.mean(means[name]), 12), -tokens[name]))


# %% right="the cheapest within the margin"
def choose_prompt(records, margin):
    table = pd.DataFrame(records).groupby("name")[["validation", "tokens"]].mean()
    good = table[table["validation"] >= table["validation"].max() - margin - 1e-9]
    cheap = good[good["tokens"] == good["tokens"].min()]
    return cheap["validation"].idxmax()


# %% right="accuracy less a price for tokens"
def choose_prompt(records, margin):
    table = pd.DataFrame(records).groupby("name")[["validation", "tokens"]].mean()
    good = table[table["validation"] >= table["validation"].max() - margin - 1e-9]
    return (good["validation"] - 1e-5 * good["tokens"]).idxmax()


# %% wrong="the best single draw" loses=["choice_draws", "choice_front"] says="best single draw"
def choose_prompt(records, margin):
    return max(records, key=lambda row: row["validation"])["name"]


# %% wrong="chosen on test" loses=["choice_draws", "choice_validation", "choice_front"] says="more than the margin"
def choose_prompt(records, margin):
    table = pd.DataFrame(records).groupby("name")[["validation", "test", "tokens"]].mean()
    return table.sort_values(["test", "tokens"], ascending=[False, True]).index[0]


# %% wrong="validation and test averaged" loses=["choice_validation"] says="best on TEST"
def choose_prompt(records, margin):
    table = pd.DataFrame(records).groupby("name")[["validation", "test", "tokens"]].mean()
    score = table["validation"] + table["test"] - 1e-6 * table["tokens"]
    return score.idxmax()


# %% wrong="the cheapest of all" loses=["choice_draws", "choice_front"] says="more than the margin"
def choose_prompt(records, margin):
    return min(records, key=lambda row: (row["tokens"], -row["validation"]))["name"]


# %% wrong="the first of equals, tokens forgotten" loses=["choice_front"] says="must not be beaten"
def choose_prompt(records, margin):
    table = pd.DataFrame(records).groupby("name", sort=False)["validation"].mean()
    return table.idxmax()


# %% wrong="the margin typed in" loses=["choice_front"] says="margin of 0"
def choose_prompt(records, margin):
    table = pd.DataFrame(records).groupby("name")[["validation", "tokens"]].mean()
    good = table[table["validation"] >= table["validation"].max() - 0.05 - 1e-9]
    return good.sort_values(["tokens", "validation"], ascending=[True, False]).index[0]


# %% wrong="the cheapest within the margin, equals at random places" loses=["choice_front"] says="beaten"
def choose_prompt(records, margin):
    table = pd.DataFrame(records).groupby("name")[["validation", "tokens"]].mean()
    good = table[table["validation"] >= table["validation"].max() - margin - 1e-9]
    return good.sort_values(["tokens", "validation"]).index[0]


# %% wrong="a record instead of a name" loses=["choice_draws", "choice_validation", "choice_front"] says="name of a setup"
def choose_prompt(records, margin):
    return max(records, key=lambda row: row["validation"])


# %% wrong="records sorted in place" loses=["choice_draws", "choice_validation", "choice_front"] says="records have been changed"
def choose_prompt(records, margin):
    records.sort(key=lambda row: (row["tokens"], row["name"]))
    table = pd.DataFrame(records).groupby("name")[["validation", "tokens"]].mean()
    good = table[table["validation"] >= table["validation"].max() - margin - 1e-9]
    return good.sort_values(["tokens", "validation"], ascending=[True, False]).index[0]
