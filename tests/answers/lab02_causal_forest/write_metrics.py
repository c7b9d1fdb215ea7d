# Answers to lab 2, exercise 11.

# %% right="lists and the statistics module"
def write_metrics(measure, seeds, path):
    import json
    import statistics

    records = [measure(seed) for seed in seeds]
    rows = {}
    for name in records[0]:
        values = [float(record[name]) for record in records]
        rows[name] = {"mean": statistics.fmean(values), "sd": statistics.stdev(values), "seeds": len(values)}
    with open(path, "w") as file:
        json.dump(rows, file)


# %% right="pandas aggregation, renamed into place"
def write_metrics(measure, seeds, path):
    import os

    table = pd.DataFrame({seed: measure(seed) for seed in seeds}).T.astype(float)
    result = pd.DataFrame({"mean": table.mean(), "sd": table.std(), "seeds": len(table)})
    result.to_json(f"{path}.part", orient="index", double_precision=12)
    os.replace(f"{path}.part", path)


# %% right="numpy with a default for its numbers"
def write_metrics(measure, seeds, path):
    import json
    from pathlib import Path

    records = [measure(seed) for seed in seeds]
    stack = {name: np.array([record[name] for record in records], dtype=float) for name in records[0]}
    rows = {k: {"mean": v.mean(), "sd": v.std(ddof=1), "seeds": v.size, "values": v.tolist()} for k, v in stack.items()}
    Path(path).write_text(json.dumps(rows, default=float))


# %% wrong="divisor n" loses=["metrics_spread"] says="divisor n − 1"
def write_metrics(measure, seeds, path):
    import json

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {n: {"mean": c.mean(), "sd": float(np.std(c.to_numpy())), "seeds": len(c)} for n, c in table.items()}
    with open(path, "w") as file:
        file.write(json.dumps(rows))


# %% wrong="error of the mean instead of the spread" loses=["metrics_spread"] says="not the error of the mean"
def write_metrics(measure, seeds, path):
    import json

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {n: {"mean": c.mean(), "sd": c.sem(), "seeds": len(c)} for n, c in table.items()}
    with open(path, "w") as file:
        file.write(json.dumps(rows))


# %% wrong="only the first seed" loses=["metrics_spread"] says="not the first seed"
def write_metrics(measure, seeds, path):
    import json

    rows = {n: {"mean": float(v), "sd": 0.0, "seeds": len(seeds)} for n, v in measure(seeds[0]).items()}
    with open(path, "w") as file:
        file.write(json.dumps(rows))


# %% wrong="Python's own notation instead of JSON" loses=["metrics_file"] says="JSON"
def write_metrics(measure, seeds, path):
    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {n: {"mean": float(c.mean()), "sd": float(c.std()), "seeds": len(c)} for n, c in table.items()}
    with open(path, "w") as file:
        file.write(str(rows))


# %% wrong="number of seeds left out" loses=["metrics_file"] says="seeds"
def write_metrics(measure, seeds, path):
    import json

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {n: {"mean": float(c.mean()), "sd": float(c.std())} for n, c in table.items()}
    with open(path, "w") as file:
        file.write(json.dumps(rows))


# %% wrong="a list of the seeds' records" loses=["metrics_spread", "metrics_file"] says="sample standard deviation"
def write_metrics(measure, seeds, path):
    import json

    records = [{k: float(v) for k, v in measure(seed).items()} for seed in seeds]
    with open(path, "w") as file:
        file.write(json.dumps(records))


# %% wrong="median instead of mean" loses=["metrics_spread"] says="mean and sample"
def write_metrics(measure, seeds, path):
    import json

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {n: {"mean": float(c.median()), "sd": float(c.std()), "seeds": len(c)} for n, c in table.items()}
    with open(path, "w") as file:
        file.write(json.dumps(rows))


# %% wrong="the list of seeds instead of their number" loses=["metrics_file"] says="number of seeds"
def write_metrics(measure, seeds, path):
    import json

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {n: {"mean": c.mean(), "sd": float(c.std()), "seeds": list(seeds)} for n, c in table.items()}
    with open(path, "w") as file:
        file.write(json.dumps(rows))


# %% wrong="numbers written as text" loses=["metrics_file"] says="mean of a"
def write_metrics(measure, seeds, path):
    import json

    records = [measure(seed) for seed in seeds]
    stack = {name: np.array([record[name] for record in records]) for name in records[0]}
    rows = {k: {"mean": v.mean(), "sd": v.std(ddof=1), "seeds": v.size} for k, v in stack.items()}
    with open(path, "w") as file:
        json.dump(rows, file, default=str)


# %% wrong="the path is ignored" loses=["metrics_file"] says="path"
def write_metrics(measure, seeds, path):
    import json

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    rows = {n: {"mean": float(c.mean()), "sd": float(c.std()), "seeds": len(c)} for n, c in table.items()}
    with open("metrics.json", "w") as file:
        file.write(json.dumps(rows))


# %% right="Series, rounded to three digits"
def write_metrics(measure, seeds, path):
    import json
    from pathlib import Path

    columns = {}
    for seed in seeds:
        for name, value in measure(seed).items():
            columns.setdefault(name, []).append(float(value))
    told = {
        n: {"mean": round(np.mean(c), 3), "sd": round(pd.Series(c).std(), 3), "seeds": len(c)}
        for n, c in columns.items()
    }
    Path(path).write_text(json.dumps(told, sort_keys=True))


# %% wrong="measured again for each name" loses=["metrics_spread"] says="once for each seed"
def write_metrics(measure, seeds, path):
    import json
    from pathlib import Path

    told = {}
    for name in measure(seeds[0]):
        column = pd.Series([float(measure(seed)[name]) for seed in seeds])
        told[name] = {"mean": column.mean(), "sd": column.std(), "seeds": len(column)}
    Path(path).write_text(json.dumps(told))


# %% wrong="values by position, whatever their names" loses=["metrics_spread"] says="of each name"
def write_metrics(measure, seeds, path):
    import json
    from pathlib import Path

    rows = [measure(seed) for seed in seeds]
    table = np.array([[float(value) for value in row.values()] for row in rows])
    told = {}
    for name, mean, sd in zip(rows[0], table.mean(axis=0), table.std(axis=0, ddof=1), strict=True):
        told[name] = {"mean": mean, "sd": sd, "seeds": len(seeds)}
    Path(path).write_text(json.dumps(told))


# %% wrong="mean and sd change places" loses=["metrics_spread"] says="the mean of a is"
def write_metrics(measure, seeds, path):
    import json
    from pathlib import Path

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    told = {n: {"mean": float(c.std()), "sd": float(c.mean()), "seeds": len(c)} for n, c in table.items()}
    Path(path).write_text(json.dumps(told))


# %% wrong="seeds are counted from 0" loses=["metrics_spread"] says="not one of the seeds given"
def write_metrics(measure, seeds, path):
    import json
    from pathlib import Path

    table = pd.DataFrame([measure(seed) for seed in range(len(seeds))]).astype(float)
    told = {n: {"mean": float(c.mean()), "sd": float(c.std()), "seeds": len(c)} for n, c in table.items()}
    Path(path).write_text(json.dumps(told))


# %% wrong="appends to the file" loses=["metrics_file"] says="run twice"
def write_metrics(measure, seeds, path):
    import json

    table = pd.DataFrame([measure(seed) for seed in seeds]).astype(float)
    told = {n: {"mean": float(c.mean()), "sd": float(c.std()), "seeds": len(c)} for n, c in table.items()}
    with open(path, "a+") as file:
        file.write(json.dumps(told))


# %% wrong="numbers as they come, which JSON refuses" loses=["metrics_file"] says="convert them with float()"
def write_metrics(measure, seeds, path):
    import json
    from pathlib import Path

    rows = [measure(seed) for seed in seeds]
    told = {}
    for name in rows[0]:
        column = [row[name] for row in rows]
        told[name] = {"mean": sum(column) / len(column), "sd": np.std(column, ddof=1), "seeds": len(column)}
    told = {n: {k: v if k == "seeds" else np.float32(v) for k, v in e.items()} for n, e in told.items()}
    if isinstance(rows[0][name], float):
        told = {n: {k: float(v) if k != "seeds" else v for k, v in e.items()} for n, e in told.items()}
    Path(path).write_text(json.dumps(told))
