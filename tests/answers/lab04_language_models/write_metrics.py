# %% right="a set that grows; pandas"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% right="Counter; statistics"
import statistics


def repeated_share(ids, n):
    runs = Counter(zip(*(ids[i:] for i in range(n)), strict=False))
    return sum(count - 1 for count in runs.values()) / runs.total() if runs else 0


def write_metrics(shares, path):
    repeated = {}
    for name in shares:
        repeated[name] = {"mean": statistics.fmean(shares[name]), "sd": statistics.stdev(shares[name])}
    worst = sorted(repeated, key=lambda name: repeated[name]["mean"])[-1]
    Path(path).write_text(json.dumps({"repeated": repeated, "most_repetitive": worst}))


# %% right="NumPy windows; written beside and renamed"
def repeated_share(ids, n):
    if len(ids) < n:
        return 0.0
    windows = np.lib.stride_tricks.sliding_window_view(np.array(ids), n)
    return 1 - len(np.unique(windows, axis=0)) / len(windows)


def write_metrics(shares, path):
    repeated = {
        name: {"mean": float(np.mean(v)), "sd": float(np.std(v, ddof=1)), "n": len(v)} for name, v in shares.items()
    }
    means = {name: row["mean"] for name, row in repeated.items()}
    part = Path(path).with_suffix(".part")
    part.write_text(json.dumps({"most_repetitive": max(means, key=means.get), "repeated": repeated}))
    part.replace(path)


# %% wrong="every occurrence of a repeated run counts" loses=["repeated_runs"] says="been there before"
def repeated_share(ids, n):
    runs = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    return sum(runs.count(run) > 1 for run in runs) / len(runs) if runs else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="runs that do not overlap" loses=["repeated_runs"] says="they overlap"
def repeated_share(ids, n):
    runs = [tuple(ids[i : i + n]) for i in range(0, len(ids) - n + 1, n)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="divides by the number of tokens" loses=["repeated_runs"] says="Of the runs"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / len(ids) if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="the share of distinct runs" loses=["repeated_runs"] says="been there before"
def repeated_share(ids, n):
    runs = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    return len(set(runs)) / len(runs) if runs else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="the last run is forgotten" loses=["repeated_runs"] says="Of the runs"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="always writes metrics.json in the working directory" loses=["metrics_file", "metrics_summary"] says="at the path given"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open("metrics.json", "w") as file:
        json.dump(result, file)


# %% wrong="writes Python, not JSON" loses=["metrics_file", "metrics_summary"] says="not JSON"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        file.write(str(result))


# %% wrong="NumPy's float32 in the JSON" loses=["metrics_file", "metrics_summary"] says="float(...)"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    repeated = {}
    for name, values in shares.items():
        values = np.array(values, dtype=np.float32)
        repeated[name] = {"mean": values.mean(), "sd": values.std(ddof=1)}
    worst = max(repeated, key=lambda name: repeated[name]["mean"])
    with open(path, "w") as file:
        json.dump({"repeated": repeated, "most_repetitive": worst}, file)


# %% wrong="the most repetitive single text wins" loses=["metrics_file"] says="largest MEAN"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": max(shares, key=lambda name: max(shares[name]))}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="no most_repetitive" loses=["metrics_file"] says="lacks most_repetitive"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index")}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="population standard deviation" loses=["metrics_summary"] says="SAMPLE"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="percent instead of shares" loses=["metrics_summary"] says="as shares from 0 to 1"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: 100 * np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="standard error" loses=["metrics_summary"] says="SAMPLE"
def repeated_share(ids, n):
    seen, repeats = set(), 0
    total = len(ids) - n + 1
    for i in range(total):
        run = tuple(ids[i : i + n])
        repeats += run in seen
        seen.add(run)
    return repeats / total if total > 0 else 0.0


def write_metrics(shares, path):
    table = pd.DataFrame({"mean": {k: np.mean(v) for k, v in shares.items()}})
    table["sd"] = {k: np.std(v, ddof=1) / len(v) ** 0.5 for k, v in shares.items()}
    result = {"repeated": table.to_dict("index"), "most_repetitive": table["mean"].idxmax()}
    with open(path, "w") as file:
        json.dump(result, file)


# %% wrong="divides although there is no run" loses=["repeated_runs"] says="too short to hold a run"
def repeated_share(ids, n):
    runs = Counter(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1))
    return sum(count - 1 for count in runs.values()) / runs.total()


def write_metrics(shares, path):
    told = {name: {"mean": float(np.mean(x)), "sd": float(np.std(x, ddof=1))} for name, x in shares.items()}
    most = max(told, key=lambda name: told[name]["mean"])
    Path(path).write_text(json.dumps({"repeated": told, "most_repetitive": most}))


# %% wrong="runs as text without gaps" loses=["repeated_runs"] says="[1, 11, 11, 1]"
def repeated_share(ids, n):
    runs = Counter("".join(map(str, ids[i : i + n])) for i in range(len(ids) - n + 1))
    return sum(count - 1 for count in runs.values()) / max(1, runs.total())


def write_metrics(shares, path):
    told = {name: {"mean": float(np.mean(x)), "sd": float(np.std(x, ddof=1))} for name, x in shares.items()}
    most = max(told, key=lambda name: told[name]["mean"])
    Path(path).write_text(json.dumps({"repeated": told, "most_repetitive": most}))


# %% wrong="the largest sum repeats most" loses=["metrics_file"] says="largest MEAN"
def repeated_share(ids, n):
    runs = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    return 1 - len(set(runs)) / max(1, len(runs)) if runs else 0.0


def write_metrics(shares, path):
    told = {name: {"mean": float(np.mean(x)), "sd": float(np.std(x, ddof=1))} for name, x in shares.items()}
    most = max(shares, key=lambda name: np.sum(shares[name]))
    Path(path).write_text(json.dumps({"repeated": told, "most_repetitive": most}))


# %% wrong="a second run is added to the file" loses=["metrics_file"] says="do not append"
def repeated_share(ids, n):
    runs = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    return 1 - len(set(runs)) / max(1, len(runs)) if runs else 0.0


def write_metrics(shares, path):
    told = {name: {"mean": float(np.mean(x)), "sd": float(np.std(x, ddof=1))} for name, x in shares.items()}
    most = max(told, key=lambda name: told[name]["mean"])
    with open(path, "a") as file:
        file.write(json.dumps({"repeated": told, "most_repetitive": most}))
