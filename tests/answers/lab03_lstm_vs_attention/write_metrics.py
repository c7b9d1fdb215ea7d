# %% right="pandas"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        table = pd.DataFrame(seeds)
        fall = 100 * (table[min(table.columns)] - table[max(table.columns)])
        metrics[model] = {
            "mean": {str(d): float(x) for d, x in table.mean().items()},
            "sd": {str(d): float(x) for d, x in table.std().items()},
            "fall": {"mean": float(fall.mean()), "sd": float(fall.std())},
        }
    with open(path, "w") as file:
        json.dump(metrics, file)


# %% right="the statistics module, keys left to JSON"
def write_metrics(results, path):
    from statistics import mean, stdev

    metrics = {}
    for model, seeds in results.items():
        distances = sorted(seeds[0])
        falls = [(each[distances[0]] - each[distances[-1]]) * 100 for each in seeds]
        metrics[model] = {
            "mean": {d: mean(each[d] for each in seeds) for d in distances},
            "sd": {d: stdev(each[d] for each in seeds) for d in distances},
            "fall": {"mean": mean(falls), "sd": stdev(falls)},
        }
    Path(path).write_text(json.dumps(metrics))


# %% right="a NumPy array (seeds, distances)"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        distances = sorted(seeds[0])
        shares = np.array([[each[d] for d in distances] for each in seeds])
        fall = (shares[:, 0] - shares[:, -1]) * 100
        mean, sd = shares.mean(axis=0), shares.std(axis=0, ddof=1)
        metrics[model] = {
            "mean": dict(zip(map(str, distances), mean.tolist(), strict=True)),
            "sd": dict(zip(map(str, distances), sd.tolist(), strict=True)),
            "fall": {"mean": fall.mean().item(), "sd": fall.std(ddof=1).item()},
        }
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(metrics, indent=2))


# %% wrong="writes beside the notebook, not to the path given" loses=["metrics_file", "metrics_summary", "metrics_fall"] says="at the path given"
def write_metrics(results, path):
    metrics = {model: {"mean": {}, "sd": {}, "fall": {}} for model in results}
    Path("metrics.json").write_text(json.dumps(metrics), encoding="utf-8")


# %% wrong="Python's own text of a dict, which is not JSON" loses=["metrics_file", "metrics_summary", "metrics_fall"] says="JSON"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        values = {d: [each[d] for each in seeds] for d in seeds[0]}
        metrics[model] = {"mean": {str(d): float(np.mean(x)) for d, x in values.items()}, "sd": {}, "fall": {}}
    Path(path).write_text(str(metrics), encoding="utf-8")


# %% wrong="population standard deviation" loses=["metrics_summary", "metrics_fall"] says="divisor n"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        values = {d: [each[d] for each in seeds] for d in seeds[0]}
        fall = 100 * (np.array(values[min(values)]) - np.array(values[max(values)]))
        metrics[model] = {
            "mean": {str(d): float(np.mean(x)) for d, x in values.items()},
            "sd": {str(d): float(np.std(x)) for d, x in values.items()},
            "fall": {"mean": float(fall.mean()), "sd": float(fall.std())},
        }
    Path(path).write_text(json.dumps(metrics), encoding="utf-8")


# %% wrong="mean and sd over all distances together" loses=["metrics_summary"] says="distance by itself"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        values = {d: [each[d] for each in seeds] for d in seeds[0]}
        every = [x for each in values.values() for x in each]
        fall = 100 * (np.array(values[min(values)]) - np.array(values[max(values)]))
        metrics[model] = {
            "mean": {str(d): float(np.mean(every)) for d in values},
            "sd": {str(d): float(np.std(every, ddof=1)) for d in values},
            "fall": {"mean": float(fall.mean()), "sd": float(fall.std(ddof=1))},
        }
    Path(path).write_text(json.dumps(metrics), encoding="utf-8")


# %% wrong="shares, not points" loses=["metrics_fall"] says="in points"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        values = {d: [each[d] for each in seeds] for d in seeds[0]}
        fall = np.array(values[min(values)]) - np.array(values[max(values)])
        metrics[model] = {
            "mean": {str(d): float(np.mean(x)) for d, x in values.items()},
            "sd": {str(d): float(np.std(x, ddof=1)) for d, x in values.items()},
            "fall": {"mean": float(fall.mean()), "sd": float(fall.std(ddof=1))},
        }
    Path(path).write_text(json.dumps(metrics), encoding="utf-8")


# %% wrong="longest minus shortest" loses=["metrics_fall"] says="shortest minus longest"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        values = {d: [each[d] for each in seeds] for d in seeds[0]}
        fall = 100 * (np.array(values[max(values)]) - np.array(values[min(values)]))
        metrics[model] = {
            "mean": {str(d): float(np.mean(x)) for d, x in values.items()},
            "sd": {str(d): float(np.std(x, ddof=1)) for d, x in values.items()},
            "fall": {"mean": float(fall.mean()), "sd": float(fall.std(ddof=1))},
        }
    Path(path).write_text(json.dumps(metrics), encoding="utf-8")


# %% wrong="shortest and longest in the order of the alphabet" loses=["metrics_fall"] says="as numbers"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        values = {str(d): [each[d] for each in seeds] for d in seeds[0]}
        fall = 100 * (np.array(values[min(values)]) - np.array(values[max(values)]))
        metrics[model] = {
            "mean": {d: float(np.mean(x)) for d, x in values.items()},
            "sd": {d: float(np.std(x, ddof=1)) for d, x in values.items()},
            "fall": {"mean": float(fall.mean()), "sd": float(fall.std(ddof=1))},
        }
    Path(path).write_text(json.dumps(metrics), encoding="utf-8")


# %% wrong="the sd of the fall made from the two sds" loses=["metrics_fall"] says="seed by seed"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        values = {d: [each[d] for each in seeds] for d in seeds[0]}
        near, far = values[min(values)], values[max(values)]
        apart = np.hypot(np.std(near, ddof=1), np.std(far, ddof=1))
        metrics[model] = {
            "mean": {str(d): float(np.mean(x)) for d, x in values.items()},
            "sd": {str(d): float(np.std(x, ddof=1)) for d, x in values.items()},
            "fall": {"mean": float(100 * (np.mean(near) - np.mean(far))), "sd": float(100 * apart)},
        }
    Path(path).write_text(json.dumps(metrics), encoding="utf-8")


# %% wrong="accuracies by position in each seed" loses=["metrics_summary"] says="for each model and distance by itself"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        far, near = max(seeds[0]), min(seeds[0])
        fall = pd.Series([100 * (seed[near] - seed[far]) for seed in seeds])
        table = np.array([list(seed.values()) for seed in seeds])
        means, spreads = table.mean(axis=0), table.std(axis=0, ddof=1)
        mean = {str(d): m for d, m in zip(seeds[0], means.tolist(), strict=True)}
        sd = {str(d): s for d, s in zip(seeds[0], spreads.tolist(), strict=True)}
        metrics[model] = {"mean": mean, "sd": sd, "fall": {"mean": fall.mean(), "sd": fall.std()}}
    Path(path).write_text(json.dumps(metrics))


# %% wrong="each run is appended" loses=["metrics_file"] says="do not append"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        far, near = max(seeds[0]), min(seeds[0])
        fall = pd.Series([100 * (seed[near] - seed[far]) for seed in seeds])
        table = pd.DataFrame(seeds)
        mean, sd = (part.rename(index=str).to_dict() for part in (table.mean(), table.std()))
        metrics[model] = {"mean": mean, "sd": sd, "fall": {"mean": fall.mean(), "sd": fall.std()}}
    with open(path, "a") as file:
        file.write(json.dumps(metrics))


# %% wrong="the caller's seeds lose their distances" loses=["metrics_file"] says="results were changed"
def write_metrics(results, path):
    metrics = {}
    for model, seeds in results.items():
        far, near = max(seeds[0]), min(seeds[0])
        fall = pd.Series([100 * (seed[near] - seed[far]) for seed in seeds])
        table = pd.DataFrame(seeds)
        for seed in seeds:
            seed.clear()
        mean, sd = (part.rename(index=str).to_dict() for part in (table.mean(), table.std()))
        metrics[model] = {"mean": mean, "sd": sd, "fall": {"mean": fall.mean(), "sd": fall.std()}}
    Path(path).write_text(json.dumps(metrics))
