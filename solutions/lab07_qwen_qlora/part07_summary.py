# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over seeds (the seed draws LoRA's A and the order of the chats), on the same held-out
# sentences and definitions. Rows that say *recorded* were measured when the lab was made, by these functions with the settings of the
# profile that they name; the others just now.


# %%
def closing_table() -> pd.DataFrame:
    base = before("sentiment")
    rows = {}
    names = ["exact_match", "parse_failures", "macro_f1", "likeliest_right"]
    rows["always one class"] = {name: f"{value:.3f}" for name, value in lazy().items()}
    rows["before"] = {name: f"{base[name]:.3f}" for name in names} | {"runs": 1}
    runs = [tuned("sentiment", seed)["scores"] for seed in settings.live_seeds]
    values = {name: [run[name] for run in runs] for name in names}
    text = {name: mean_sd(found) if len(runs) > 1 else f"{found[0]:.3f}" for name, found in values.items()}
    rows["QLoRA, just now"] = text | {"runs": len(runs)}
    for row in settings.recorded:
        rows[f"{row['kind']}, recorded in {row['profile']}"] = {name: row[name] for name in [*names, "runs"]}
    return pd.DataFrame(rows).T.fillna("")


closing_table()


# %%
def closing_voice() -> pd.DataFrame:
    names = ["held-out loss", "style"]
    rows = {"before": before("voice"), "QLoRA, just now": tuned("voice", settings.seeds[0])["scores"]}
    table = {row: {name: f"{found[name]:.3f}" for name in names} for row, found in rows.items()}
    for row in settings.recorded_voice:
        table[f"{row['kind']}, recorded in {row['profile']}"] = {"held-out loss": row["loss"], "style": row["style"]}
    return pd.DataFrame(table).T.rename(columns={"held-out loss": "held-out loss, nats", "style": "taken for Bierce"})


closing_voice()

# %% [markdown]
# LoRA beside QLoRA, the same seeds, rates and steps: are four bits paid for? In profile tiny the voice's held-out loss
# of QLoRA is {{ s.tiny.recorded_gap }} nats above LoRA's (seed by seed, mean ± standard deviation, recorded), a fraction
# of what the four bits cost before tuning: the adapter makes up for most of it. On sentiment nothing between the two
# rows is larger than its spread.
#
# Published figures that echo this, none of them on our sentences or our models:
#
# | published, not ours | |
# |---|---|
# | QLoRA tunes a model of 65 billion parameters on one GPU of 48 GB; the best reaches 99.3% of ChatGPT on Vicuna | Dettmers and others 2023, arXiv 2305.14314 |
# | LoRA on RoBERTa-base, 0.3 of 125 million parameters trained (r = 8 on query and value: 294,912), GLUE average: 87.2, all parameters 86.4 | Hu and others 2021, arXiv 2106.09685, table 2 |
# | a model of 10 billion parameters: full tuning 160 GB, LoRA about 40 GB, QLoRA about 12 GB | the course's slides |
#
# **What this shows.** Which tokens are learnt, one by one. What sixteen levels, a block and a quantised scale cost in
# error and save in bits, agreeing with the library code by code. That a decoder in four bits, in which two thin
# matrices beside each query and value projection are all that learns, comes to answer in the form asked for, and over
# the recorded seeds more often right than one answer for all (a single run may fall within the noise of that). That an
# adapter belongs to the weights it was trained beside.
#
# **What this does not show.** In profile tiny a run reads {{ "{:,}".format(s.tiny.batch * s.tiny.steps) }} chats, and the
# held-out sentences are few and short, so a difference of several hundredths in macro-F1 is noise; look at the spread
# of the recorded rows. The style score of the voice comes from a classifier that this model's own samples helped to
# train. LoRA and QLoRA share a rate that was chosen once, for QLoRA, and full tuning was timed and weighed, not judged.
# Nothing was measured on a GPU, and what four bits do to the quality of a large model cannot be seen in a small one.
#
# **Where this goes.** The tuned model has learnt a job. Lab 8 asks what it has forgotten for it.
