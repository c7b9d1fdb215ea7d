# %% right="pandas"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% right="statistics, method by method"
def compare(records, reference):
    import statistics

    def rows(method):
        return sorted((r for r in records if r["method"] == method), key=lambda r: r["seed"])

    base = rows(reference)
    found = {}
    for method in dict.fromkeys(r["method"] for r in records):
        own = rows(method)
        kept = [r["macro_f1"] / b["macro_f1"] for r, b in zip(own, base, strict=True)]
        speed = statistics.median(r["seconds"] for r in base) / statistics.median(r["seconds"] for r in own)
        found[method] = {
            "smaller": (base[0]["bytes"] - own[0]["bytes"]) / base[0]["bytes"],
            "faster": speed - 1,
            "kept_mean": statistics.fmean(kept),
            "kept_sd": statistics.stdev(kept) if len(kept) > 1 else None,
        }
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% right="prices by the megawatt-hour"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    each = {key: reference[key] / reference["mwh"] for key in ("tonnes", "dollars")}
    found = {key: mwh * price for key, price in each.items()}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="the share that is left" loses=["compare_size_speed", "compare_kept"] says="not that is left"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="the ratio of speeds" loses=["compare_size_speed", "compare_kept"] says="take 1 off"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method]}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="the time saved" loses=["compare_size_speed", "compare_kept"] says="share of time saved"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": 1 - seconds[method] / seconds[reference]}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="the mean of the seconds" loses=["compare_size_speed", "compare_kept"] says="median of the seconds"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].mean()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="the ratio of the means" loses=["compare_kept"] says="ratio of the two means"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": f1[method].mean() / f1[reference].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="records in the order they come" loses=["compare_kept"] says="same seed"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    f1 = {m: list(g["macro_f1"]) for m, g in table.groupby("method")}
    kept = pd.DataFrame({m: np.divide(v, f1[reference]) for m, v in f1.items()})
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="divisor n" loses=["compare_kept"] says="ddof=1"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std(ddof=0) if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="no spread is nan" loses=["compare_kept"] says="kept_sd is None"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std()
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="what is lost" loses=["compare_kept"] says="what is lost"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": 1 - kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="the share that is used" loses=["footprint_seed"] says="the rest is saved"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="percent" loses=["footprint_seed"] says="not percent"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 100 - 100 * share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="trainings rounded up" loses=["footprint_seed"] says="Whole ones"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.ceil(reference["mwh"] / mwh)}


# %% wrong="always GPT-3" loses=["footprint_seed"] says="another reference"
def compare(records, reference):
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    reference = GPT3
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}


# %% wrong="records are sorted in place" loses=["compare_size_speed", "compare_kept"] says="changes the caller's records"
def compare(records, reference):
    records.sort(key=lambda record: record["seed"])
    table = pd.DataFrame(records)
    size = table.groupby("method")["bytes"].first()
    seconds = table.groupby("method")["seconds"].median()
    f1 = table.pivot(index="seed", columns="method", values="macro_f1")
    kept = f1.div(f1[reference], axis=0)
    found = {}
    for method in kept.columns:
        sd = kept[method].std() if len(kept) > 1 else None
        row = {"smaller": 1 - size[method] / size[reference], "faster": seconds[reference] / seconds[method] - 1}
        found[method] = row | {"kept_mean": kept[method].mean(), "kept_sd": sd}
    return found


def footprint(mwh, reference):
    share = mwh / reference["mwh"]
    found = {key: reference[key] * share for key in ("tonnes", "dollars")}
    return found | {"saved": 1 - share, "trainings": math.floor(reference["mwh"] / mwh)}
