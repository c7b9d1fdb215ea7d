# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# What the comparison of Part 5 comes to, written to `metrics.json`. Large hollow signs are **recorded** results of profile
# laptop: {{ s.tiny.recorded_about }}. Small filled ones are yours.


# %%
def write_metrics(path: str) -> dict[str, dict]:
    """Writes what compare finds for all runs to a JSON file, and returns it."""
    found = compare(list(all_runs()), AS_TRAINED)
    part = Path(f"{path}.part")
    part.write_text(json.dumps(found, indent=1), encoding="utf-8")
    part.replace(path)
    return found


comparison = write_metrics("metrics.json")
pd.DataFrame(comparison).T.astype(float).round(3)


# %%
MARKERS = dict(zip(dict.fromkeys(records["method"]), "*os^vD<>PXhp8", strict=False))


def draw_methods(panels) -> None:
    """Macro-F1, mean ± sd, against MB and against time relative to the teacher's: recorded hollow, measured now filled."""
    shades = dict(zip(MARKERS, itertools.cycle(plots.COLOURS), strict=False))
    for row in settings.recorded_runs:
        how = {"fmt": MARKERS.get(row["method"], "."), "color": shades.get(row["method"], "grey"), "mfc": "none"}
        for panel, place in zip(panels, (row["megabytes"], 1 / (1 + row["faster"])), strict=True):
            panel.errorbar(place, row["macro_f1"], row["macro_f1_sd"], markersize=11, alpha=0.6, capsize=3, **how)
    for method, group in records.groupby("method", sort=False):
        score = group["macro_f1"]
        places = group["bytes"].iloc[0] / 1e6, 1 / (1 + comparison[method]["faster"])
        for panel, place in zip(panels, places, strict=True):
            how = {"fmt": MARKERS[method], "color": shades[method], "markersize": 5, "capsize": 2, "label": method}
            panel.errorbar(place, score.mean(), score.std(ddof=1) if len(score) > 1 else None, **how)


# %%
def figure_compression():
    figure, panels = plots.axes(2, width=6.0, height=4.4, sharey=True)
    draw_methods(panels)
    panels[0].set(xscale="log", xlabel="size (MB)", ylabel="macro-F1, mean ± sd (0 to 1)")
    panels[1].set(
        xscale="log", xlabel="time a text, relative to the teacher's (ratio)", ylabel="macro-F1, mean ± sd (0 to 1)"
    )
    figure.legend(
        *panels[1].get_legend_handles_labels(),
        loc="outside right upper",
        title="hollow: recorded\nfilled: just now",
        fontsize=8,
    )
    alt = "Macro-F1 with error bars over seeds, left against size and right against time, for every method and two baselines."
    plots.show(figure, alt=f"{alt} Among the encoders only those of half the layers take clearly less time.")


figure_compression()

# %% [markdown] question="recommendation" points=12
# ## Exercise 12 · A recommendation under a budget
#
# *Why.* Everything above is there so that somebody can decide. Decide.
#
# *Effort.* Medium, 30 minutes, 12 points, read by a person.
#
# A newspaper wants to sort readers' letters into three classes, one model, for two years. It has 2,000 labelled letters in
# English, one server without a GPU whose memory has {{ s.tiny.case_memory_mb }} MB left for weights, and money for
# {{ s.tiny.case_flops }} operations of training in all. Editors call a model useful that keeps at least 97% of what the fine-tuned
# encoder reaches. In about 350 words, with numbers from your output:
#
# 1. pretrain a model of their own, or reuse one? Use 6ND, twenty tokens a parameter and the table on what pretraining was worth;
# 2. which of the compressed models do you put on the server, and why that one? Name the second-best and what would change your
#    mind. What would TF-IDF be an argument for?
# 3. which temperature and soft_weight did you choose, and what do the sweep and the student of labels alone say about the choice?
# 4. which differences in your tables would you not rely on, and how far would you trust the scaling law beyond its runs?
# 5. what does the choice cost in energy beside a pretraining, by your footprint, and which figure behind it is the weakest?
#
# === BEGIN MARK SCHEME ===
# 12 points. Half of a part's points where an idea is named without a number or a reason.
#
# 3: reuse, with a calculation: the operations that a pretraining of the encoder's size would take by 6ND (9.5 million
# parameters and twenty tokens each: about 1.1e16 operations; the course's own 22.9 million tokens: 1.3e15) beside the budget, and
# what pretraining is worth with few labels (over 10 points of macro-F1 with 200). 3: a definite choice that fits into the memory and keeps 97% by the
# recorded results, with size, speed and kept quality; second-best and a condition; TF-IDF is small and fast, and close where
# labels are many, so it is the baseline that has to be beaten. 2: the own temperature and soft_weight, compared with labels only; says whether
# the gap exceeds the spread. 2: names a difference within its sd; few seeds, one task, few validation rows; times depend on the machine;
# rounded models compute in float32 here, so they are not faster; the law is not to be trusted beyond a factor of a few. 2: tonnes
# or share by footprint, and its weakness (one reference figure, energy mix, prices in proportion, use not counted).
#
# Typical wrong answers: "distillation is better because the paper says 97%" (0 of the part on temperature); "4 bits are 8 times faster" (0 for
# speed: nothing here computes in 4 bits); "pruned by half, so half the size" (0 for size: with places stored nothing is saved).
# === END MARK SCHEME ===

# %% [markdown] answer="recommendation"
# ### BEGIN SOLUTION
# Reuse. Twenty tokens for each of the encoder's 9.5 million parameters are 1.9e8 tokens, and 6ND makes that 1.1e16 operations: a
# hundred times the budget of 1e14. Fine-tuning is far below it (3.6e11 at most for one of my teachers). What pretraining is worth is
# in the table: with 200 labels 53.4 ± 1.7 against 42.1 ± 1.3 from random weights, with 17,245 labels 69.0 against 62.6. 2,000 letters
# lie between, so the pretrained encoder it is.
#
# On the server: as trained it takes 38.0 MB and does not fit into 30. Eight bits take 9.6 MB and keep 99.7 ± 0.4% of the macro-F1 in
# the recorded runs: I would use them. Second-best are four bits (4.9 MB, 98.6 ± 2.4%), if memory became short; half the layers in
# eight bits (6.5 MB) take less than half the time for a text but keep 95.4 ± 3.0%, below the line, so I would take them only if letters
# came faster than the server reads them. 60% pruned takes 30.4 MB with places and keeps 90.8%: nothing speaks for it. TF-IDF has
# 0.14 MB, takes under a hundredth of the time and reaches .552 against .605 ± .021: an argument to ask first whether five points are
# worth an encoder.
#
# I chose temperature 2 and soft_weight 0.5, the middle of the range. In the recorded sweep that is .582 ± .026 beside .573 ± .015
# from the labels alone; temperature 4 has .585 ± .018. With three seeds these gaps are smaller than their spread, so I cannot say that
# the teacher's answers helped, nor that another temperature is better.
#
# I do not rely on any difference between students (in my run two seeds and 120 rows), nor on the times of rounded models, which compute in float32.
# The law predicted the held-back run, twice the operations of the largest known one, within 0.004 nats; its interval was 1.53 to
# 1.59. Beyond a factor of a few I would not trust it.
#
# A fine-tuning of 10 MWh emits 4.29 tonnes by proportion, 99.2% less than GPT-3's 552. The weakest figure is the reference: one
# model, one mix of electricity, and no word about the energy of two years of use.
# ### END SOLUTION
