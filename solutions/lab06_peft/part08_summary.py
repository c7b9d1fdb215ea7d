# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over {{ s.tiny.seeds | length }} seeds on the same validation rows, measured just now by
# your functions; the seed draws the classifier, the order of the rows, and what is new in each method.


# %%
def closing_table() -> pd.DataFrame:
    runs = all_runs()
    full = np.mean([record["macro_f1"] for record in runs["all parameters"]])
    table = {}
    for method, records in sorted(runs.items(), key=lambda item: item[1][0]["trainable"]):
        scores = [record["macro_f1"] for record in records]
        lost = mean_sd([score - record["macro_f1"] for score, record in zip(scores, runs["LoRA"], strict=True)])
        row = {"learn": f"{records[0]['trainable']:,}", "macro-F1": mean_sd(scores), "minus LoRA, seed by seed": lost}
        table[method] = row | {"of full (%)": f"{100 * np.mean(scores) / full:.0f}"}
    return pd.DataFrame(table).T


closing_table()

# %% [markdown]
# Published figures that echo this. None is on our task or our model, so none is to be compared number by number:
#
# | published, not ours | |
# |---|---|
# | LoRA on RoBERTa-base, 0.3 of 125 million trained (r = 8 on query and value: 294,912), GLUE average | 87.2, all parameters 86.4 (Hu and others 2021, arXiv 2106.09685, table 2) |
# | Llama-3.2-3B on GSM8K, peft's method comparison, results of July 2026: the best run, rsLoRA r = 64, LoRA r = 10 on the MLP only, LoRA r = 32, all parameters | 52.6%, 51.3%, 49.4%, 47.8%, 47.2% |
# | the same comparison, prefix tuning, three settings | 18.6%, 35.8%, 41.6%: the setting decides more than the method |
# | the same, prompt tuning | 5.7% as it first stood there, 23.4% at a higher rate with a random start, 34.3% if it also starts from words of the vocabulary: two thirds of the gain are the rate |
# | soft prompts on large models | as good as tuning everything (Lester and others 2021) |
#
# **What this shows.** What each method trains and stores, exactly. That LoRA, soft prompts and prefixes
# written in a few lines are the library's. That merging and swapping tasks changes no answer. That nine methods are
# nine different prices, while the number of trained parameters says little about the time of a step.
#
# **What this does not show.** One task, one base model, and in profile tiny {{ s.tiny.steps }} steps and
# {{ s.tiny.validation_rows }} validation rows: differences within the error bars are noise, and methods that
# start slowly (a prompt, a prefix) are stopped before they are done. Each method's rate was chosen from a short list by
# two seeds, between which a soft prompt's results differ by more than its rates do; and nothing else was tuned:
# bottleneck, prompt length, where LoRA goes. Nothing here says how the order looks on a
# large model, where soft prompts are reported to catch up. The model is small enough to train whole, which is the one
# case in which nobody needs this lab.
#
# **Where this goes.** Lab 7 keeps LoRA, and squeezes the frozen weights under it into four bits.
