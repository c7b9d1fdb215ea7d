# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over draws of the examples (prompts) or seeds (tuning). Rows that say *recorded* were
# measured when the lab was made, with profile laptop, by these functions (`benchmarks/prompting.py`); the others just
# now.


# %%
def closing_table() -> pd.DataFrame:
    rows = {}
    for source, table in [
        (settings.profile, calibration_table(usual)),
        ("recorded, SmolLM2-135M", pd.DataFrame(settings.recorded)),
    ]:
        for (shots, kind), some in table.groupby(["shots", "kind"], sort=False):
            if kind == "content-free" or shots not in (0, 4, 8):
                continue
            spread = mean_sd(some["accuracy"]) if len(some) > 1 else f"{some['accuracy'].iloc[0]:.3f}"
            rows[f"{shots} shots, {kind}"] = rows.get(f"{shots} shots, {kind}", {}) | {source: spread}
    for row in baseline_rows().itertuples():
        rows[row.kind] = {settings.profile: row.accuracy}
    rows["tuned, one task"] = {settings.profile: f"{costs['accuracy'].iloc[-1]:.3f}"}
    recorded = {row["kind"]: row["sentiment"] for row in settings.recorded_tuning}
    rows["tuned, one task"]["recorded, tuned small"] = recorded.get("one task", "")
    return pd.DataFrame(rows).T.fillna("").rename_axis("accuracy on held-out texts")


closing_table()

# %% [markdown]
# Published figures that echo this, none of them on our texts or with our models:
#
# | published, not ours | source | what differs |
# |---|---|---|
# | Contextual calibration raises the accuracy of GPT-3 and GPT-2 by up to 30 points and lowers the spread over prompts | Zhao and others 2021, arXiv 2102.09690, abstract | models of up to 175 billion parameters, several tasks; here the content-free kind does not help reliably |
# | Batch calibration outperforms earlier calibrations on more than ten language and image tasks | Zhou and others 2023, arXiv 2309.17249, abstract | PaLM 2 and CLIP |
# | People prefer answers of InstructGPT with 1.3 billion parameters to those of GPT-3 with 175 billion | Ouyang and others 2022, arXiv 2203.02155; the course's slides | a small tuned model beats a large prompted one, in the judgement of people |
# | Paired differences and errors clustered by related questions, as in Exercise 7 | Miller 2024, arXiv 2411.00640 | the formulas are the same |
# | From the base model to Llama 3.1 Instruct about 25 billion tokens, from 15 trillion of pretraining; a format takes 50 thousand to 5 million | the course's slides | here a few thousand rows |
#
# **What this shows.** That a prompt's accuracy is the accuracy of a draw, an order and a choice of words. That most of
# the spread is a liking for a label, that it comes off without labels, and that what is averaged decides. What a split
# by rows would have leaked. Where a request's tokens go. What so many texts can show, and what they cannot.
#
# **What this does not show.** In profile tiny nothing is learned in context: its points lie near the commoner class
# however they are calibrated. The recorded model has 135 million parameters, was instruction-tuned already, and may
# have met these very reviews; three draws are few. A larger model needs less calibration than this one. Prices are our
# own round numbers.
#
# **Where this goes.** Lab 10 asks what all of this costs at scale, in memory, operations and energy.
