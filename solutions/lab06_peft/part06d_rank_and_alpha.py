# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The start goes a long way: in profile tiny a vector 1.5 long travels 5.1, and its cosine with its start falls to 0.36. A
# random step as long would leave 0.28, so training has kept a little more of the start than chance does, and the word
# itself is still the nearest in 3 of the 8 vectors, against 1 in 20. And a nearest token always exists: vectors that mean
# nothing have one at 0.37, the trained ones at 0.42. Some neighbours are of one kind, there the plurals beside the first
# vector and the beginnings of words beside the sixth; but their starts, "cells" and "se", are of the same kind, so this
# may be what is left of the start and no message. A soft prompt moves the answers without being a sentence.
#
# ## Rank and alpha
#
# LoRA has two dials. The rank says how many directions an update may use, alpha / r how loudly it speaks. Turning alpha
# is nearly the same as turning the learning rate, so the two sweeps answer different questions.


# %%
def lora_runs(**options) -> list[float]:
    """Macro-F1 of LoRA with these options, one a seed of the sweep."""
    plain = options == {"r": settings.r, "alpha": settings.alpha}
    return [
        run("LoRA", seed, **({} if plain else options))["macro_f1"] for seed in settings.seeds[: settings.sweep_seeds]
    ]


@functools.cache
def sweeps() -> dict[str, dict[int, list[float]]]:
    """ "rank": at constant alpha / r; "alpha": at the rank of the table."""
    scale = settings.alpha / settings.r
    ranks = {r: lora_runs(r=r, alpha=scale * r) for r in tqdm(settings.ranks, desc="Ranks", delay=10, leave=False)}
    alphas = {a: lora_runs(r=settings.r, alpha=a) for a in tqdm(settings.alphas, desc="Alphas", delay=10, leave=False)}
    return {"rank": ranks, "alpha": alphas}


# %%
def levels() -> dict[str, list[float]]:
    """Macro-F1 of the two methods to hold LoRA against, on the same seeds as the sweeps."""
    seeds = settings.seeds[: settings.sweep_seeds]
    return {
        method: [run(method, seed)["macro_f1"] for seed in seeds] for method in ("all parameters", "classifier only")
    }


# %%
def figure_sweeps():
    figure, panels = plots.axes(2, sharey=True)
    for panel, (name, runs) in zip(panels, sweeps().items(), strict=True):
        means, spreads = ([f(v) for v in runs.values()] for f in (np.mean, lambda v: np.std(v, ddof=1)))
        panel.errorbar(list(runs), means, spreads, fmt="o-", capsize=3, label="LoRA")
        for (method, scores), style, colour in zip(levels().items(), ("--", ":"), plots.COLOURS[1:3], strict=True):
            panel.axhline(np.mean(scores), linestyle=style, color=colour, label=method)
        panel.set(xscale="log", xlabel=f"{name} (number)", ylabel="macro-F1, mean ± sd (0 to 1)")
        panel.set_xticks(list(runs), [f"{n:g}" for n in runs])
        panel.minorticks_off()
    panels[1].legend(fontsize=8)
    alt = "Macro-F1 of LoRA, points with error bars joined by lines: left against the rank, right against alpha at one "
    plots.show(figure, alt=alt + "rank. Two horizontal lines mark training all parameters and the classifier alone.")


figure_sweeps()


# %%
def sweep_table() -> pd.DataFrame:
    """What the figure shows, in numbers."""
    table = {f"{name} {n:g}": mean_sd(values) for name, runs in sweeps().items() for n, values in runs.items()}
    for name, scores in levels().items():
        table[name] = mean_sd(scores)
    return pd.DataFrame({"macro-F1": table})


sweep_table()

# %% [markdown]
# Points and lines are means of the same {{ s.tiny.sweep_seeds }} seeds in profile tiny; the large table has
# {{ s.tiny.seeds | length }}, so its numbers differ a little. Two things to look for. Does the highest rank buy anything?
# Before you pay for it, it should. And what do the ends cost? In profile tiny rank 1 and the largest alpha lie *below*
# the classifier alone, although they train that classifier too: by less than their bars, so not "harmful", but a LoRA
# that is badly set has bought nothing with its numbers.


# %%
# In profile laptop, a model a hundred times the size: does the gap between soft prompt and LoRA close?
def larger_model() -> pd.DataFrame | str:
    """The methods of settings.larger_methods on settings.larger, beside the same on the lab's model."""
    if not settings.larger:
        return "no larger model in this profile"
    rows = {}
    for method in settings.larger_methods:
        scores = [run(method, seed, larger=True)["macro_f1"] for seed in settings.seeds[: settings.sweep_seeds]]
        small = [run(method, seed)["macro_f1"] for seed in settings.seeds]
        rows[method] = {settings.model: mean_sd(small), settings.larger: mean_sd(scores)}
    return pd.DataFrame(rows).T


larger_model()
