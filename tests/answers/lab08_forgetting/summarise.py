# %% wrong="chance is not subtracted" loses=["summary_retained"] says="Subtract chance above and below"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean(a / np.array([before[seed]["A"] for seed in seeds]))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="chance subtracted above only" loses=["summary_retained"] says="Subtract chance below as well"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / np.array([before[seed]["A"] for seed in seeds]))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="the share of the means" loses=["summary_retained"] says="not the share of the means"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = (a.mean() - chance) / (np.mean([before[seed]["A"] for seed in seeds]) - chance)
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="the share that is lost" loses=["summary_retained"] says="not the share lost"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    first = np.array([before[seed]["A"] for seed in seeds])
    retained = np.mean((first - a) / (first - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="chance is always one third" loses=["summary_retained"] says="retained: seeds 4 and 7"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - 1 / 3) / (np.array([before[seed]["A"] for seed in seeds]) - 1 / 3))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="paired by the order of the entries" loses=["summary_retained", "summary_forgetting", "summary_spread"] says="Pair by seed"
def summarise(before, after, chance):
    starts = list(before.values())[: len(after)]
    ends = list(after.values())[: len(before)]
    starts = starts[: len(ends)]
    a, b = (np.array([end[task] for end in ends]) for task in "AB")
    lost = np.array([end["lm"] - start["lm"] for start, end in zip(starts, ends, strict=False)])
    retained = np.mean([(end["A"] - chance) / (start["A"] - chance) for start, end in zip(starts, ends, strict=False)])
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(lost)}


# %% wrong="before less after" loses=["summary_forgetting", "metrics_file"] says="After minus before"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([before[seed]["lm"] - after[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="the mean of all after less the mean of all before" loses=["summary_forgetting", "summary_spread"] says="it is in no mean"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    old, new = (np.array([row["lm"] for row in rows.values()]) for rows in (before, after))
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": new.mean() - old.mean(), "forgetting_sd": new.std(ddof=1), "seeds": len(seeds)}


# %% wrong="every seed after has to have a start" loses=["summary_retained", "summary_forgetting", "summary_spread"] says="summarise stops at the seeds"
def summarise(before, after, chance):
    seeds = sorted(after)
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="the sd of a population" loses=["summary_spread"] says="ddof=1"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(), "B": b.mean(), "B_sd": b.std(), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(), "seeds": len(seeds)}


# %% wrong="the population's sd for forgetting alone" loses=["summary_spread"] says="ddof=1"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(), "seeds": len(seeds)}


# %% wrong="the spread of the losses after, not of the differences" loses=["summary_spread"] says="not of the losses after task B"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b, lm = (np.array([after[seed][name] for seed in seeds]) for name in ("A", "B", "lm"))
    lost = lm - np.array([before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lm.std(ddof=1), "seeds": len(seeds)}


# %% wrong="A before B instead of after it" loses=["summary_spread"] says="A is what is left after B"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    first = np.array([before[seed]["A"] for seed in seeds])
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    row = {"A": first.mean(), "A_sd": first.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1)}
    row["retained"] = np.mean((a - chance) / (first - chance))
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="A and B swapped" loses=["summary_spread", "metrics_file"] says="B and its sd"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"B": a.mean(), "B_sd": a.std(ddof=1), "A": b.mean(), "A_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% wrong="counts the seeds that have a start" loses=["summary_spread"] says="Seed 9 has a start and no end"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(before)}


# %% wrong="takes the caller's outcomes apart" loses=["summary_retained", "summary_forgetting", "summary_spread"] says="changes its input in place"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed].pop("A") for seed in seeds]) - chance))
    for seed in seeds:
        before[seed]["A"] = chance
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% right="arrays"
def summarise(before, after, chance):
    seeds = sorted(set(before) & set(after))
    a, b = (np.array([after[seed][task] for seed in seeds]) for task in "AB")
    lost = np.array([after[seed]["lm"] - before[seed]["lm"] for seed in seeds])
    retained = np.mean((a - chance) / (np.array([before[seed]["A"] for seed in seeds]) - chance))
    row = {"A": a.mean(), "A_sd": a.std(ddof=1), "B": b.mean(), "B_sd": b.std(ddof=1), "retained": retained}
    return row | {"forgetting": lost.mean(), "forgetting_sd": lost.std(ddof=1), "seeds": len(seeds)}


# %% right="pandas, joined by seed"
def summarise(before, after, chance):
    both = pd.DataFrame(after).T.join(pd.DataFrame(before).T, rsuffix="_first", how="inner")
    both = both[["A", "B", "lm", "A_first", "lm_first"]].astype(float)
    lost = both["lm"] - both["lm_first"]
    return {
        "A": both["A"].mean(),
        "A_sd": both["A"].std(),
        "B": both["B"].mean(),
        "B_sd": both["B"].std(),
        "forgetting": lost.mean(),
        "forgetting_sd": lost.std(),
        "retained": ((both["A"] - chance) / (both["A_first"] - chance)).mean(),
        "seeds": len(both),
    }


# %% right="the statistics module and torch"
def summarise(before, after, chance):
    import statistics

    seeds = [seed for seed in before if seed in after]
    row = {"seeds": len(seeds)}
    lost = [after[seed]["lm"] - before[seed]["lm"] for seed in seeds]
    for name, values in [("forgetting", lost), *((task, [after[seed][task] for seed in seeds]) for task in "AB")]:
        row[name] = statistics.fmean(values)
        row[f"{name}_sd"] = torch.tensor(values, dtype=torch.float64).std()
    row["retained"] = sum((after[n]["A"] - chance) / (before[n]["A"] - chance) for n in seeds) / len(seeds)
    return row


# %% wrong="retained between 0 and 1" loses=["summary_retained"] says="may lie above 1 or below 0"
def summarise(before, after, chance):
    seeds = [seed for seed in before if seed in after]
    a, b = ([after[seed][task] for seed in seeds] for task in "AB")
    lost = [after[seed]["lm"] - before[seed]["lm"] for seed in seeds]
    kept = np.clip([(after[seed]["A"] - chance) / (before[seed]["A"] - chance) for seed in seeds], 0, 1)
    row = {"A": np.mean(a), "A_sd": np.std(a, ddof=1), "B": np.mean(b), "B_sd": np.std(b, ddof=1)}
    row |= {"forgetting": np.mean(lost), "forgetting_sd": np.std(lost, ddof=1)}
    return row | {"retained": np.mean(kept), "seeds": len(seeds)}
