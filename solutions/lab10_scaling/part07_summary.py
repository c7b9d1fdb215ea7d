# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What you measured
#
# Mean ± sd over seeds {{ s.tiny.live_seeds | join(', ') }} of this profile (just now), beside the recorded results of profile
# laptop over seeds {{ s.tiny.recorded_seeds | join(', ') }} ({{ s.tiny.recorded_about }}). Kept is relative to the teacher of the
# same seed.


# %%
def closing_table() -> pd.DataFrame:
    rows = {}
    for method, row in comparison.items():
        scores = records.loc[records["method"] == method]
        rows[method] = {
            "MB": f"{scores['bytes'].iloc[0] / 1e6:.2f}",
            "smaller (%)": f"{100 * row['smaller']:.0f}",
            "faster (%)": f"{100 * row['faster']:.0f}",
            "macro-F1": mean_sd(scores["macro_f1"]) if len(scores) > 1 else f"{scores['macro_f1'].iloc[0]:.3f}",
            "kept (%)": f"{100 * row['kept_mean']:.0f}",
        }
    table = pd.DataFrame(rows).T
    recorded = {row["method"]: row for row in settings.recorded_runs}
    table["laptop: faster (%)"] = {name: f"{100 * row['faster']:.0f}" for name, row in recorded.items()}
    table["laptop: macro-F1"] = {name: f"{row['macro_f1']:.3f} ± {row['macro_f1_sd']:.3f}" for name, row in recorded.items()}
    table["laptop: kept (%)"] = {
        name: f"{100 * row['kept']:.1f} ± {100 * row['kept_sd']:.1f}" for name, row in recorded.items()
    }
    return table


closing_table()

# %% [markdown]
# Published figures that echo this, none of them on our models or texts, so none to be compared number by number:
#
# | published, not ours | |
# |---|---|
# | DistilBERT beside BERT-base: smaller, faster, kept of the GLUE score | 40%, 60%, 97% (Sanh and others 2019, arXiv 1910.01108, abstract). Half the layers as here, but distilled while *pretraining*, by a triple loss; ours is distilled on the task alone |
# | tokens a parameter for the best model of a budget | about 20 (Hoffmann and others 2022, arXiv 2203.15556), words' pieces, 70 million to 16 billion parameters; ours are bytes |
# | training GPT-3 | 1,287 MWh, 552 tonnes of CO2, 4.6 million dollars (as on this course's slides) |
#
# **What this shows.** That the memory of a training step can be written down beforehand to within 10%. That nineteen small
# runs predict the loss of a larger one, with an interval that is honest about noise. What rounding, zeros and missing layers save in
# bytes and in seconds, which are different things: rounded weights are smaller and, computed in float32, not faster; pruned ones are
# not even smaller until most of them are gone; half the layers take less of both.
#
# **What this does not show.** In profile tiny a teacher is trained for {{ s.tiny.teacher_steps }} steps and judged on
# {{ s.tiny.validation_rows }} rows: there the differences between methods are mostly noise, and the recorded results are the ones to read. One task
# and one small encoder. The seconds are those of one machine, and no kernel for 8 or 4 bits was used. Nothing was trained after rounding or
# pruning, which would repair part of the damage. The energy figures are somebody else's, carried over in proportion.
