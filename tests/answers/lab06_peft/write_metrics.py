# %% right="sorted once, a running best"
def pareto(cost, quality):
    front, best, price = [], float("-inf"), None
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if quality[method] > best or (quality[method], cost[method]) == (best, price):
            front, best, price = [*front, method], quality[method], cost[method]
    return front


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% right="with pandas"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    rows = {}
    for method, records in runs.items():
        table = pd.DataFrame(records)
        first = table.iloc[0]
        row = {"trainable": int(first["trainable"]), "share": float(first["trainable"] / first["total"])}
        row |= {"bytes": int(first["bytes"]), "seeds": len(table), "seconds": float(table["seconds"].median())}
        rows[method] = row | {"macro_f1_mean": table["macro_f1"].mean(), "macro_f1_sd": table["macro_f1"].std()}
    front = pareto({m: r["trainable"] for m, r in rows.items()}, {m: r["macro_f1_mean"] for m, r in rows.items()})
    with open(path, "w") as file:
        json.dump({"pareto": front, "methods": rows}, file)


# %% right="NumPy masks, the statistics module"
def pareto(cost, quality):
    names = list(cost)
    c, q = (np.array([table[name] for name in names]) for table in (cost, quality))
    no_worse = (c[:, None] <= c) & (q[:, None] >= q)
    strictly = (c[:, None] < c) | (q[:, None] > q)
    alive = ~(no_worse & strictly).any(axis=0)
    return sorted([name for name, here in zip(names, alive, strict=True) if here], key=lambda name: cost[name])


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": __import__("statistics").mean(scores),
            "macro_f1_sd": __import__("statistics").stdev(scores),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="the best method alone" loses=["pareto_front", "metrics_file"] says="a, b and c stay"
def pareto(cost, quality):
    return [max(quality, key=quality.get)]


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="all of them, sorted by cost" loses=["pareto_front", "metrics_file"] says="a, b and c stay"
def pareto(cost, quality):
    return sorted(cost, key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="dear and bad is kept: the signs are mixed up" loses=["pareto_front", "metrics_file"] says="nobody beats"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] < quality[b]
        return better and cost[a] <= cost[b] and quality[a] <= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="dearest first" loses=["pareto_front", "metrics_file"] says="cheapest first"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get, reverse=True)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="equals beat each other, and both go" loses=["pareto_front"] says="both stay"
def pareto(cost, quality):
    def beats(a, b):
        return a != b and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="beaten only by who is cheaper and better at once" loses=["pareto_front"] says="it goes"
def pareto(cost, quality):
    def beats(a, b):
        return cost[a] < cost[b] and quality[a] > quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="the sd of a population" loses=["metrics_file"] says="ddof=1"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="the best seed instead of the mean" loses=["metrics_file"] says="mean is over all seeds"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.max(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="the share in percent" loses=["metrics_file"] says="0 to 1"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": 100 * first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods, "pareto": front}))


# %% wrong="no file is written" loses=["metrics_file"] says="no file"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    return json.dumps({"methods": methods, "pareto": front})


# %% wrong="the file has no front" loses=["metrics_file"] says="lacks pareto"
def pareto(cost, quality):
    def beats(a, b):
        better = cost[a] < cost[b] or quality[a] > quality[b]
        return better and cost[a] <= cost[b] and quality[a] >= quality[b]

    return sorted((m for m in cost if not any(beats(o, m) for o in cost)), key=cost.get)


def write_metrics(runs, path):
    methods = {}
    for method, records in runs.items():
        scores, first = [record["macro_f1"] for record in records], records[0]
        methods[method] = {
            "trainable": first["trainable"],
            "share": first["trainable"] / first["total"],
            "bytes": first["bytes"],
            "macro_f1_mean": float(np.mean(scores)),
            "macro_f1_sd": float(np.std(scores, ddof=1)),
            "seeds": len(records),
        }
    cost = {method: row["trainable"] for method, row in methods.items()}
    front = pareto(cost, {method: row["macro_f1_mean"] for method, row in methods.items()})
    Path(path).write_text(json.dumps({"methods": methods}))


# %% right="one sweep over cost and quality"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="of two at one price the first in the list" loses=["pareto_front"] says="whichever of the two comes first"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=cost.get):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="the front in the order of the list" loses=["pareto_front", "metrics_file"] says="Cheapest first"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return [method for method in cost if method in front]


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="the share of what stays frozen" loses=["metrics_file"] says="of the total"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / (records[0]["total"] - records[0]["trainable"])
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="the front of the file sizes" loses=["metrics_file"] says="trainable (cost)"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["bytes"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="the front of one seed" loses=["metrics_file"] says="mean macro-F1"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: records[0]["macro_f1"] for method, records in runs.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="every method is on the front" loses=["metrics_file"] says="front should be"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": sorted(cost, key=cost.get)}, file)


# %% wrong="the winner is the whole front" loses=["metrics_file"] says="front should be"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": [max(mean, key=mean.get)]}, file)


# %% wrong="the front by seconds" loses=["metrics_file"] says="trainable (cost)"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: records[0]["seconds"] for method, records in runs.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="Python's notation in a file called JSON" loses=["metrics_file"] says="is no JSON"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        print({"methods": table, "pareto": pareto(cost, mean)}, file=file)


# %% wrong="adds its lines to a file that is there" loses=["metrics_file"] says="replaced, not added to"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "a") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="as many seeds as the settings name" loses=["metrics_file"] says="number of runs"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record["macro_f1"] for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(settings.seeds)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)


# %% wrong="takes the scores out of the records" loses=["metrics_file"] says="changed in place"
def pareto(cost, quality):
    front = []
    for method in sorted(cost, key=lambda m: (cost[m], -quality[m])):
        if (
            not front
            or quality[method] > quality[front[-1]]
            or (cost[method], quality[method]) == (cost[front[-1]], quality[front[-1]])
        ):
            front.append(method)
    return front


def write_metrics(runs, path):
    table = {}
    for method, records in runs.items():
        f1 = np.array([record.pop("macro_f1") for record in records])
        table[method] = {name: records[0][name] for name in ("trainable", "bytes")}
        table[method]["share"] = records[0]["trainable"] / records[0]["total"]
        table[method] |= {"macro_f1_mean": f1.mean(), "macro_f1_sd": f1.std(ddof=1), "seeds": len(f1)}
    cost = {method: row["trainable"] for method, row in table.items()}
    mean = {method: row["macro_f1_mean"] for method, row in table.items()}
    with open(path, "w") as file:
        json.dump({"methods": table, "pareto": pareto(cost, mean)}, file)
