# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over the {{ s.tiny.seeds | length }} seeds of the course settings, shares of
# {{ s.tiny.test_texts // (s.tiny.distances | length) }} test texts (profile tiny) for each distance.


# %%
def closing_table() -> pd.DataFrame:
    rows = {
        kind: {f"{d} words": mean_sd([each[d] for each in found]) for d in settings.distances}
        for kind, found in everyone().items()
    }
    table = pd.DataFrame(rows).T
    near = min(settings.distances)
    far = max(settings.distances)
    for kind, found in everyone().items():
        fall = [100 * (each[near] - each[far]) for each in found]
        table.loc[kind, "fall (points)"] = f"{np.mean(fall):.1f} ± {np.std(fall, ddof=1):.1f}"
    return table


closing_table()

# %% [markdown]
# **Published, beside it.** The world is ours, so no published accuracy can stand in this table. The pattern is old:
# Bahdanau and others (2015, arXiv 1409.0473) gave a recurrent translator attention because its quality fell with the
# length of the sentence; Khandelwal and others (2018, arXiv 1805.04623) found that an LSTM language model uses about 200 words
# of context, and word order only within the last 50. The start of the forget gate is from Jozefowicz and others (2015).
#
# **What this shows.** At one small size and one short training, each at its own best rate, attention's accuracy hardly depends
# on distance and the LSTM's does, strongly. **What it does not show.** That an LSTM cannot: with more training, or a wider
# state, it keeps up. Nor that one block of attention understands language: the rule of this world is a single look-up,
# which is just what a block can do, and columns beyond the longest text were never trained. Distances are up to
# {{ s.tiny.distances[-1] }} words; real texts have longer ones, and pronouns whose meaning takes knowledge, not counting.
#
# **Where this goes.** A language model is a stack of your blocks. In the next labs they are pretrained, and you
# change them: the last N layers, or a low-rank update of `q_proj` and `v_proj`.
