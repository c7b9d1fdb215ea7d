# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## What we measured
#
# Mean ± standard deviation over the seeds, all ours. `rmse`, `bias` and `lost` are in thousand dollars, `coverage` is
# the share of true effects inside their {{ (100 - 100 * s.tiny.alpha) | round | int }}% intervals, `held_out_score`
# is in percent.

# %%
text = {key: f"{value['mean']:.2f} ± {value['sd']:.2f}" for key, value in results().items()}
print(pd.Series(text).unstack().fillna("").to_string())

# %%
figure, panels = plots.axes(2)
for (metric, label), panel in zip(
    [("rmse", "RMSE (thousand dollars)"), ("lost", "value lost (thousand dollars per person)")], panels, strict=True
):
    for number, style in enumerate(("smooth", "aggressive", "constant")):
        entries = [results()[world, style, metric] for world in ("gentle", "band")]
        places = np.arange(2) + 0.27 * (number - 1)
        means = [entry["mean"] for entry in entries]
        up = [entry["sd"] for entry in entries]
        spread = [np.minimum(up, means), up]  # neither score can be below 0
        panel.bar_label(panel.bar(places, means, 0.25, yerr=spread, capsize=3, label=style), fmt="%.2f", fontsize=7)
    panel.set_xticks([0, 1], ["gentle", "band"])
    panel.set(xlabel="world", ylabel=label), panel.legend(fontsize=8)
plots.show(
    figure,
    alt="Bars with error bars. RMSE: in the gentle world smooth is lowest and aggressive highest, above even a "
    "constant; in the band world aggressive is lowest and a constant highest. Value lost: a constant loses most in "
    "both worlds, the aggressive forest nothing in the band; the smooth forest's bar in the gentle world has a spread "
    "larger than itself.",
)

# %% [markdown]
# **Smooth wins** where the effect changes slowly under much noise: less than half of the aggressive forest's RMSE,
# which is larger even than that of one constant for everybody. **Smooth loses** where the effect has edges: twice the
# aggressive forest's RMSE or more, and an interval that misses about every second true effect, and more of them with
# {{ '{:,}'.format(s.laptop.trees) }} trees. So neither recipe is
# "the good one". They are bets about how fast effects change and how loud the noise is, and the bet has to be made
# before the truth is known.
#
# Three more things the table says, less loudly. Both forests beat the constant in the band by far, and the smooth one
# gives away little value there, because a rule only needs the right side of the cost. In the gentle world the value
# lost by the smooth forest varies so much between seeds that its lead there is no more than a tendency (with 100
# trees, one of the three seeds reverses it). And the held-out score, the only column that real data could give you,
# sees the difference in the band, while in the gentle world its spread over seeds is larger than the score of the true
# effects, which is all there is to detect.
#
# | | published | ours |
# |---|---|---|
# | trial: came without an incentive | 34% (Thornton 2008, AER 98(5), abstract) | 34.1%, complete rows of the same trial |
# | trial: came with an incentive | even the smallest doubled that share (same abstract) | 78.9%, all amounts together |
# | households, partially linear | $7,823 to $9,371, four learners (Mendez 2026a) | residual slopes of exercise 5, above |
# | households, both arms modelled | $7,924 to $8,559 (Mendez 2026a) | none |
# | households, AIPW | $8,019 parametric, $8,120 lasso (Mendez 2026b) | weights without a model, above |
# | households, by income, low to high | $4,087, 1,399, 5,154, 8,532, 20,511 (Mendez 2026b) | aggressive curve: rises, too |
# | worlds, forests | none that is comparable | all numbers above |
#
# Mendez 2026a and 2026b are tutorials at carlos-mendez.org on DoubleML (`python_doubleml_pension`, 9,915 households) and on
# Stata 19's `cate` (`stata_cate`, 9,913 households). Both know more of a household than our table of 9,275: education, two
# earners, pension plan, home.
#
# **What this does not show.** Two worlds of our making, one table of covariates, three seeds, linear baselines that
# suit the models of the outcome. With {{ s.tiny.trees }} trees the intervals contain the trees' own randomness as
# well; with {{ '{:,}'.format(s.laptop.trees) }} they do not, and cover less where there is bias. The effect of the
# households rests on there being no unmeasured difference between employers, which no forest can check. And recipes
# fixed beforehand, as here, are fairer than recipes picked after seeing the truth.
