# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over the {{ s.tiny.seeds | length }} seeds of the course settings; a seed stands for the
# mean over {{ s.tiny.prompts }} speeches (profile tiny; {{ s.laptop.prompts }} on a laptop, {{ s.gpu.prompts }} on a
# larger GPU). Every text was written by your functions. `metrics.json` beside the notebook now holds mean and sd of the
# repetition for each method. Its sd is another one, over single texts; the table's is over seeds, each of them a mean
# already, and so as a rule smaller (where a seed has more than one text).

# %%
report()
