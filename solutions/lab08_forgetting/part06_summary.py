# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over seeds, measured just now by your functions, on the same validation rows.


# %%
def ablation_rows() -> dict[str, dict]:
    """The ablation's arms: macro-F1 on A."""
    rows = {}
    for arm, scores_by_seed in ablation().items():
        rows[f"ablation: {arm}"] = {"A, macro-F1": mean_sd(list(scores_by_seed.values())), "seeds": len(scores_by_seed)}
        rows[f"ablation: {arm}"]["laptop, recorded: A"] = mean_sd(settings.recorded_ablation[arm])
    return rows


def recorded_row(name: str) -> dict[str, str]:
    """What profile laptop had for a way to learn B: A, B and forgetting; empty where nothing was recorded."""
    if name not in settings.recorded_remedies:
        return {}
    a, b, lm = np.array(settings.recorded_remedies[name]).T
    lost = mean_sd(lm - np.array(settings.recorded_before)[:, 2])
    titles = ("A", "B", "forgetting")
    return {
        f"laptop, recorded: {title}": text for title, text in zip(titles, (mean_sd(a), mean_sd(b), lost), strict=True)
    }


# %%
def closing_table() -> pd.DataFrame:
    """Ours in one table: the ablation, and what each way to learn B did; mean ± sd over seeds."""
    rows = ablation_rows()
    own = {seed: own_outcome(my_schedule, my_replay(), seed) for seed in settings.live_seeds}
    for name, runs in {**outcomes, "my schedule": own}.items():
        row = summarise(started, runs, guessing())
        a, b, lost = (f"{row[value]:.3f} ± {row[f'{value}_sd']:.3f}" for value in ("A", "B", "forgetting"))
        rows[f"B by {name}"] = {"A, macro-F1": a, "B, macro-F1": b, "forgetting (nats)": lost, "seeds": row["seeds"]}
        rows[f"B by {name}"] |= recorded_row(name)
    return pd.DataFrame(rows).T.fillna("")


closing_table()

# %%
learned_a = [started[seed]["lm"] - pretrained_losses["speeches"] for seed in settings.live_seeds]
print(f"task A alone: forgetting {mean_sd(learned_a)} nats, from the pretrained {pretrained_losses['speeches']:.3f}")

# %% [markdown]
# {%- if s.tiny.recorded_before %} The recorded columns: profile laptop, seeds 0 to {{ (s.tiny.recorded_before | length) - 1 }}
# (of the ablation 0 to {{ (s.tiny.recorded_ablation["one rate"] | length) - 1 }}), measured by
# `benchmarks/forgetting.py` when this lab was made (a machine of two CPU cores, x86-64, one thread, 32 bits;
# {{ s.laptop.steps_a }} steps on A, {{ s.laptop.steps_b }} on B).
# {%- endif %} Published figures in the same units, on other models and tasks, so not to be compared number by number:
#
# | published, not ours | |
# |---|---|
# | Llama-3.2-3B on MetaMathQA, all parameters at 1e-5: forgetting, and accuracy on GSM8K | 0.030 nats, 47.2% |
# | the same, (IA)³ at 1e-3 | 0.050 nats, 39.8% |
# | the same, LoRA of rank 32; DoRA; prefix tuning; (IA)³ at a tuned rate | 0.050 nats at 47.8%; 0.051; 0.198; 0.314 nats |
# | ULMFiT on IMDb, errors: one rate; + discriminative; + both other tools as well | 6.87%, 5.57%, 5.00% |
#
# The first three rows are one seed each, from peft's method comparison (huggingface/peft, folder
# method_comparison/MetaMathQA/results, the first two at commit 4be7542c of July 2026, the third at b8bf407 of 14 August 2026); (IA)³
# trains far fewer numbers, at a hundred times the rate, and forgets more. The last are from
# Howard and Ruder 2018, arXiv 1801.06146, with an LSTM.
#
# **What this shows.** What the three tools do to each layer at each step, exactly. That a difference of two losses on the
# same masked tokens measures forgetting with far less noise than a second task's macro-F1. That each remedy has a price
# in B, and that two limits, a head alone and a second model, belong into every such table.
#
# **What this does not show.** One pair of tasks on the same sentences, one small model, in profile tiny
# {{ s.tiny.steps_a }} and {{ s.tiny.steps_b }} steps: gaps within the bars are noise. Rates were not searched for each remedy. Nothing
# here says how much a large model forgets, or after how many steps.
#
# **Where this goes.** Lab 9 changes no weight at all: it asks what a prompt can do instead.
