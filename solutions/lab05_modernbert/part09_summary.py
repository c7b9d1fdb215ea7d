# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over seeds, on the same validation rows, each with the same training rows to draw from;
# measured just now, by your functions. (In profile tiny a run of ModernBERT reads {{ s.tiny.steps * s.tiny.batch }} of
# the {{ s.tiny.train_rows }}, TF-IDF all of them.) The seed draws the order of the rows, the head, and, from scratch,
# everything else.


# %%
def closing_table() -> pd.DataFrame:
    base = baseline_table()
    rows = {
        "majority": [base.loc["majority"]],
        "TF-IDF + logistic regression": [base.loc["tf-idf"]],
        "LSTM from scratch": [lstm_score(seed, None) for seed in settings.seeds],
        "ModernBERT from scratch": [full_run(seed, False, None) for seed in settings.scratch_seeds],
        "ModernBERT, head only": runs_of(0),
        f"ModernBERT, last {settings.last}": runs_of(settings.last),
        "ModernBERT, all": runs_of(None),
    }
    table = pd.DataFrame({"runs": {name: len(runs) for name, runs in rows.items()}})
    for score_name, title in {"macro_f1": "macro-F1", "worst_f1": "F1 of the worst class"}.items():
        values = {name: [run[score_name] for run in runs] for name, runs in rows.items()}
        table[title] = {name: mean_sd(f1) if len(f1) > 1 else f"{f1[0]:.3f}" for name, f1 in values.items()}
    return table


closing_table()

# %% [markdown]
# Published figures that echo this, none of them on our sentences, so none to be compared number by number:
#
# | published, not ours | |
# |---|---|
# | ModernBERT-base, all parameters, SST-2 (two classes, film), accuracy | 96.0 (Warner and others 2024, arXiv 2412.13663) |
# | a recipe for it, of the authors' example notebook, not of the paper | rate 8e-5, batches of 32, 2 epochs, Adam's betas 0.9 and 0.98 |
# | Financial PhraseBank, three classes: LSTM, with ELMo, ULMFiT, FinBERT, accuracy | 0.71, 0.75, 0.83, 0.86 (Araci 2019, arXiv 1908.10063) |
# | ULMFiT: 100 labels match | 10 to 20 times the data from scratch (Howard and Ruder 2018, arXiv 1801.06146) |
#
# **What this shows.** What freezing saves: parameters and memory, counted, and seconds, by the clock, for every N of
# the sweep; and that stored states change the model's logits by rounding at most. That a rate can be too small to learn
# and large enough to destroy. That a threshold is a choice about whom the mistakes hit.
#
# **What this does not show.** In profile tiny a run has {{ s.tiny.steps }} steps and the validation set {{
# s.tiny.validation_rows }} rows, so differences of a few hundredths in macro-F1 are noise, and the ModernBERT from
# scratch is stopped long before it has converged: its row says what that many steps are worth, not what it could learn.
# The sweeps over rates and over domains are one seed each. Hyperparameters were not tuned for each arm. Nothing
# here is about languages other than English, nor about phishing of today.
#
# **Where this goes.** Freezing chooses *which* of the old parameters may change. Lab 6 leaves them all as they are and
# adds a few new ones.
