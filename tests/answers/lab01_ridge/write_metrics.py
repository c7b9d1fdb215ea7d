# %% right="json.dump, statistics module"
import statistics


def write_metrics(errors, path):
    gaps = [a - b for a, b in zip(errors["unscaled"], errors["scaled"], strict=True)]
    metrics = {
        "rmse_mean": {name: statistics.mean(values) for name, values in errors.items()},
        "rmse_sd": {name: statistics.stdev(values) for name, values in errors.items()},
        "difference": {"mean": statistics.mean(gaps), "sd": statistics.stdev(gaps)},
    }
    metrics["difference"]["wins"] = sum(gap > 0 for gap in gaps) / len(gaps)
    with open(path, "w") as file:
        json.dump(metrics, file)


# %% right="a data frame"
def write_metrics(errors, path):
    frame = pd.DataFrame(errors)
    gap = frame["unscaled"] - frame["scaled"]
    difference = {"mean": gap.mean(), "sd": gap.std(), "wins": (gap > 0).mean()}
    text = json.dumps({"rmse_mean": dict(frame.mean()), "rmse_sd": dict(frame.std()), "difference": difference})
    Path(path).write_text(text)


# %% right="text assembled, written beside the target, then renamed"
import os


def write_metrics(errors, path):
    a, b = np.array(errors["unscaled"]), np.array(errors["scaled"])

    def sd(values):
        return float(np.sqrt(((values - values.mean()) ** 2).sum() / (len(values) - 1)))

    metrics = {"difference": {"wins": float(np.mean(b < a)), "sd": sd(a - b), "mean": float(a.mean() - b.mean())}}
    metrics["rmse_mean"] = {"scaled": float(b.mean()), "unscaled": float(a.mean())}
    metrics["rmse_sd"] = {"scaled": sd(b), "unscaled": sd(a)}
    Path(f"{path}.part").write_text(json.dumps(metrics))
    os.replace(f"{path}.part", path)


# %% wrong="a printed dict is not JSON" loses=["metrics_file", "metrics_summary", "metrics_paired"] says="not JSON"
def write_metrics(errors, path):
    gap = np.subtract(errors["unscaled"], errors["scaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values, ddof=1)) for name, values in errors.items()},
        "difference": {"mean": float(gap.mean()), "sd": float(gap.std(ddof=1)), "wins": float((gap > 0).mean())},
    }
    Path(path).write_text(str(metrics))


# %% wrong="a file of another name" loses=["metrics_file", "metrics_summary", "metrics_paired"] says="missing"
def write_metrics(errors, path):
    Path("results.json").write_text(json.dumps({"rmse_mean": {}, "rmse_sd": {}, "difference": {}}))


# %% wrong="only the scaled model is reported" loses=["metrics_file", "metrics_summary", "metrics_paired"] says="lacks difference"
def write_metrics(errors, path):
    values = errors["scaled"]
    metrics = {"rmse_mean": {"scaled": float(np.mean(values))}, "rmse_sd": {"scaled": float(np.std(values, ddof=1))}}
    Path(path).write_text(json.dumps(metrics))


# %% wrong="population standard deviation" loses=["metrics_summary", "metrics_paired"] says="sample standard deviation"
def write_metrics(errors, path):
    gap = np.subtract(errors["unscaled"], errors["scaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values)) for name, values in errors.items()},
        "difference": {"mean": float(gap.mean()), "sd": float(gap.std()), "wins": float((gap > 0).mean())},
    }
    Path(path).write_text(json.dumps(metrics))


# %% wrong="standard errors in place of standard deviations of the models" loses=["metrics_summary"] says="not a standard error"
def write_metrics(errors, path):
    gap = np.subtract(errors["unscaled"], errors["scaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values, ddof=1) / len(values) ** 0.5) for name, values in errors.items()},
        "difference": {"mean": float(gap.mean()), "sd": float(gap.std(ddof=1)), "wins": float((gap > 0).mean())},
    }
    Path(path).write_text(json.dumps(metrics))


# %% wrong="difference of the standard deviations" loses=["metrics_paired"] says="sd of the differences"
def write_metrics(errors, path):
    gap = np.subtract(errors["unscaled"], errors["scaled"])
    sds = {name: float(np.std(values, ddof=1)) for name, values in errors.items()}
    metrics = {"rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()}, "rmse_sd": sds}
    spread = abs(sds["unscaled"] - sds["scaled"])
    metrics["difference"] = {"mean": float(gap.mean()), "sd": spread, "wins": float((gap > 0).mean())}
    Path(path).write_text(json.dumps(metrics))


# %% wrong="scaled minus unscaled" loses=["metrics_paired"] says="unscaled − scaled"
def write_metrics(errors, path):
    gap = np.subtract(errors["scaled"], errors["unscaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values, ddof=1)) for name, values in errors.items()},
        "difference": {"mean": float(gap.mean()), "sd": float(gap.std(ddof=1)), "wins": float((gap < 0).mean())},
    }
    Path(path).write_text(json.dumps(metrics))


# %% wrong="the number of wins instead of their share" loses=["metrics_paired"] says="share of wins"
def write_metrics(errors, path):
    gap = np.subtract(errors["unscaled"], errors["scaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values, ddof=1)) for name, values in errors.items()},
        "difference": {"mean": float(gap.mean()), "sd": float(gap.std(ddof=1)), "wins": int((gap > 0).sum())},
    }
    Path(path).write_text(json.dumps(metrics))


# %% wrong="population standard deviation of the difference alone" loses=["metrics_paired"] says="splits − 1"
def write_metrics(errors, path):
    gap = np.subtract(errors["unscaled"], errors["scaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values, ddof=1)) for name, values in errors.items()},
        "difference": {"mean": float(gap.mean()), "sd": float(gap.std()), "wins": float((gap > 0).mean())},
    }
    Path(path).write_text(json.dumps(metrics))


# %% wrong="the path is ignored" loses=["metrics_file", "metrics_summary", "metrics_paired"] says="path"
def write_metrics(errors, path):
    gap = np.subtract(errors["unscaled"], errors["scaled"])
    metrics = {
        "rmse_mean": {name: float(np.mean(values)) for name, values in errors.items()},
        "rmse_sd": {name: float(np.std(values, ddof=1)) for name, values in errors.items()},
        "difference": {"mean": float(gap.mean()), "sd": float(gap.std(ddof=1)), "wins": float((gap > 0).mean())},
    }
    Path("metrics.json").write_text(json.dumps(metrics))
