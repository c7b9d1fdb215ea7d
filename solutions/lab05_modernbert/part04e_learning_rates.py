# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Memory and parameters are counted, and climb with N; the last step up is the embedding table. Seconds are what a clock
# said, the best of {{ s.tiny.step_repeats }} passes in profile tiny: on a busy machine a point may still stand out of
# line, so read the two ends. Where the head alone learns, stored states leave next to nothing to compute; where all
# layers learn they leave everything but the embeddings, and the two ways should cost the same but for the clock. In the
# first panel bars show the standard deviation over seeds, on {{ s.tiny.validation_rows }} validation rows in profile
# tiny, and a point without one is a single run: differences that are no larger than a bar are noise. So, side by side:
# what each further layer costs, and whether the score rises with it by more than noise.
# {%- if s.tiny.recorded_sweep %}
# The grey triangles in profile tiny were not measured just now: they are recorded from one run of profile laptop, on
# {{ s.laptop.train_rows }} training rows; there, too, the scores of all N lie within 0.04 of each other.
# {%- endif %}
#
# ## How large a rate?
#
# From scratch, rates around 1e-3 are usual; pretrained models are tuned at 2e-5 to 1e-4. Stored states make a sweep
# cheap, so here it is, on the last {{ s.tiny.last }} layers, one seed.


# %%
@functools.cache
def rate_runs() -> dict[float, dict]:
    """Rate -> one run of the last layers; one seed."""
    seed = settings.seeds[0]
    rates = tqdm(settings.rates, desc="Rates", delay=10, leave=False)
    return {rate: tail_run(seed, settings.last, rate, None) for rate in rates}


# %%
def smooth(losses: list[float]) -> np.ndarray:
    """The mean of up to five steps, (steps,)."""
    return pd.Series(losses).rolling(5, min_periods=1).mean().to_numpy()


def rate_table() -> pd.DataFrame:
    """For each rate: the score, the last loss, how many classes are predicted, and the share of the commonest."""
    table = {}
    for rate, run in rate_runs().items():
        shares = np.bincount(run["probabilities"].argmax(1), minlength=len(classes)) / len(validation)
        table[f"{rate:g}"] = {
            "macro-F1": run["macro_f1"],
            "loss, last 5 steps": smooth(run["losses"])[-1],
            "classes predicted": int((shares > 0).sum()),
            "share of the commonest": shares.max(),
        }
    return pd.DataFrame(table).T.astype({"classes predicted": int}).rename_axis(index="rate").round(3)


# %%
def figure_rates():
    figure, panels = plots.axes(2)
    runs = rate_runs()
    for rate, run in runs.items():
        panels[0].plot(range(1, len(run["losses"]) + 1), smooth(run["losses"]), label=f"{rate:g}")
    panels[0].set(xlabel="step (number)", ylabel="loss, mean of 5 steps (nats)", ylim=(0, 4))
    panels[0].legend(title="rate", fontsize=8)
    panels[1].plot(list(runs), [run["macro_f1"] for run in runs.values()], "o-", label="last layers")
    lazy = score([np.bincount(train["label"]).argmax()] * len(validation), validation["label"])["macro_f1"]
    panels[1].axhline(lazy, color="grey", linestyle="--", label="majority")
    panels[1].set(xscale="log", xlabel="learning rate (per step)", ylabel="macro-F1 (0 to 1)")
    panels[1].legend(fontsize=8)
    scores = ", ".join(f"{run['macro_f1']:.2f} at {rate:g}" for rate, run in runs.items())
    alt = "Left: training loss against the step, a curve for each rate. Right: macro-F1 against the rate: "
    plots.show(figure, alt=alt + f"{scores}; the majority's, a dashed line, is {lazy:.2f}.")


figure_rates()
rate_table()
