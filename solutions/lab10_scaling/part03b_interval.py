# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 5 · How sure are you?
#
# *Why.* "The larger run will reach 1.57" is worth nothing without how far it may be off. One seed more moved these losses
# by 0.01 to 0.03 nats.
#
# *Effort.* Hard, 20 minutes, 9 points.
#
# Write `prediction_interval` by the bootstrap. Fit once. The residuals are log(measured / fitted). Then, `draws` times:
# make losses that might have come out as well (each fitted loss times exp of a residual drawn with replacement), fit them,
# predict the new run, and **multiply by exp of one more drawn residual: the new run will have a noise of its own**. The
# interval holds the share `level` of these, with the same share left out on both sides.
#
# `fit(x, losses)` is handed to you: it returns a function from x to predicted losses. x has one row for each run, `new_x`
# has one row. Draw from `np.random.default_rng(seed)`, so that the same call gives the same interval.
#
# <details><summary>Hint 1: both ends</summary>
#
# For a level of 0.9 the ends are the quantiles 0.05 and 0.95.
# </details>


# %%
def fit_line(x: np.ndarray, losses: np.ndarray):
    """A power law in the first column of x, as a function that predicts."""
    slope, intercept = np.polyfit(np.log(x[:, 0]), np.log(losses), 1)
    return lambda new: np.exp(intercept + slope * np.log(new[:, 0]))


def made_up_runs(rng, noise: float, runs: int = 24) -> tuple[np.ndarray, np.ndarray, float]:
    """x (runs, 1), losses (runs,) of a power law with noise, and the loss that the run at x = 1e7 then has."""
    x = np.geomspace(1e3, 1e6, runs)[:, None]
    new = 10 * 1e7**-0.1 * np.exp(noise * rng.normal())
    return x, 10 * x[:, 0] ** -0.1 * np.exp(noise * rng.normal(size=runs)), float(new)


def interval_of(fit, x, losses, new_x, level, draws, seed) -> list[float]:
    """Both ends that prediction_interval finds; fails if it changes what it is given."""
    before = [x.copy(), losses.copy(), new_x.copy()]
    found = prediction_interval(fit, x, losses, new_x, level, draws, seed)
    checks.shape(
        found, (2,), "what prediction_interval returns", hint="Return two numbers: the low end, then the high end."
    )
    same = all(np.array_equal(old, new) for old, new in zip(before, (x, losses, new_x), strict=True))
    checks.that(same, "The function changes the caller's arrays: work on copies.")
    return [float(end) for end in found]


# %%
RESIDUALS = np.repeat([-0.3, -0.2, -0.1, 0.05, 0.1, 0.4], [2, 4, 4, 4, 4, 2])[np.argsort(np.sin(np.arange(20)))]
FEW = np.arange(1.0, 21.0)[:, None]  # x of the twenty runs
BASE = 2.0 + FEW[:, 0] % 2  # what the fit below says about them
calls = []


def stubborn_fit(x, losses):
    """Says 2 or 3 for each of the twenty runs and 5 for the new one, whatever the losses; notes what it is given."""
    calls.append((np.array(x), np.array(losses)))
    return lambda new: np.where(new[:, 0] > 100, 5.0, 2.0 + new[:, 0] % 2)


# %% answer="prediction_interval"
def prediction_interval(
    fit, x: np.ndarray, losses: np.ndarray, new_x: np.ndarray, level: float, draws: int, seed: int
) -> tuple[float, float]:
    """(low, high) for the loss of one new run.

    Args:
        fit: fit(x, losses) -> predict, and predict(x) -> (rows,) losses.
        x: (runs, features). losses: (runs,), nats. new_x: (1, features). level: such as 0.9. draws: number of refits.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    fitted = fit(x, losses)(x)
    residuals = np.log(losses / fitted)
    predictions = []
    for _ in range(draws):
        predict = fit(x, fitted * np.exp(rng.choice(residuals, len(losses))))
        predictions.append(predict(new_x)[0] * np.exp(rng.choice(residuals)))
    low, high = np.quantile(predictions, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
    ### END SOLUTION


# %% check="interval_form" points=1 tags=["inside"]
NEW = np.array([[1e7]])
x, losses, _ = made_up_runs(np.random.default_rng(0), 0.03)
found = interval_of(fit_line, x, losses, NEW, 0.9, 200, seed=1)
line = float(fit_line(x, losses)(NEW)[0])
checks.that(found[0] <= found[1], "The low end comes first, and is below the high end.")
hint = "The interval is one of losses, not of their logarithms."
checks.that(not np.exp(found[0]) < line < np.exp(found[1]), hint)
where = f"from {found[0]:.3f} to {found[1]:.3f}, and the fit predicts {line:.3f}"
hint = f"The interval lies far from what the fit predicts: it goes {where}."
checks.that(0.9 * found[0] < line < 1.1 * found[1], hint)
again = interval_of(fit_line, x, losses, NEW, 0.9, 200, seed=1)
checks.close(again, found, "the interval of a second call with the same seed", hint="Draw from default_rng(seed).")
flat = interval_of(fit_line, x, 10 * x[:, 0] ** -0.1, NEW, 0.9, 20, seed=1)
checks.close(flat, [10 * 1e7**-0.1] * 2, "both ends where the runs have no noise", rtol=1e-6)
state = np.random.get_state()[1].copy()
interval_of(fit_line, x, losses, NEW, 0.9, 5, seed=2)
hint = "Draw from a generator of your own, not from NumPy's global one."
checks.that(np.array_equal(state, np.random.get_state()[1]), hint)

# %% check="interval_draws" points=2 tags=["inside"]
calls.clear()
interval_of(stubborn_fit, FEW, BASE * np.exp(RESIDUALS), NEW, 0.6, 30, seed=3)
hint = f"With 30 draws the law is fitted once to the runs and 30 times to redrawn ones; here it was fitted {len(calls)} times."
checks.that(30 <= len(calls) <= 33, hint)
hint = "A redrawn run keeps its x: draw residuals and put them onto the fitted losses; do not draw runs."
checks.that(all(np.array_equal(given, FEW) for given, _ in calls), hint)
redrawn = [np.log(made / BASE) for _, made in calls[-30:]]
hint = "Each redrawn loss should be a *fitted* loss times exp of one of the residuals log(measured / fitted): here it is not."
checks.that(all(np.isclose(logs[:, None], RESIDUALS).any(1).all() for logs in redrawn), hint)
checks.that(not all(np.ptp(logs) < 1e-9 for logs in redrawn), "Every run draws a residual of its own.")
hint = "All redrawn sets hold the very same residuals in another order, or the runs' own: draw with replacement."
checks.that(not all(np.allclose(np.sort(logs), np.sort(RESIDUALS)) for logs in redrawn), hint)
last = calls[-1][1]
interval_of(stubborn_fit, FEW, BASE * np.exp(RESIDUALS), NEW, 0.6, 30, seed=4)
hint = "Another seed redraws the very same losses: `seed` is an argument."
checks.that(not np.array_equal(calls[-1][1], last), hint)

# %% check="interval_ends" points=2
found = np.log(interval_of(stubborn_fit, FEW, BASE * np.exp(RESIDUALS), NEW, 0.6, 2000, seed=4)) - np.log(5)
wrong = {
    (0.0, 0.0): "That is the law's own uncertainty alone: the new run has a noise of its own, one more drawn residual.",
    (-0.1, 0.05): "These are the quantiles 0.4 and 0.6 of what was drawn: level 0.6 means the middle 60%.",
    (-0.3, 0.05): "The same share should be left out on both sides; here all of it is left out at the high end.",
    (-0.1, 0.4): "The same share should be left out on both sides; here all of it is left out at the low end.",
    (-0.3, 0.4): "That is the interval of all draws, or nearly; the share `level` should be in it, which is 0.6 here.",
    (-0.1, 0.2): "Residuals are log(measured / fitted), not the other way round.",
    (-0.182, 0.142): "Take the ends from the draws themselves: these residuals are not normally distributed.",
}
for ends, hint in wrong.items():
    checks.that(not np.allclose(found, ends, atol=0.012), hint)
hint = "The interval holds the middle 60% of the predictions, each times exp of one more drawn residual."
checks.close(found, [-0.2, 0.1], "both ends, as log(end / predicted)", hint=hint, atol=0.012)


# %% check="interval_width" points=2
def width(level: float, noise: float, new_x=NEW) -> float:
    """Of the interval in logarithms, mean of five data sets."""
    found = []
    for seed in range(5):
        x, losses, _ = made_up_runs(np.random.default_rng(seed), noise)
        found.append(np.diff(np.log(interval_of(fit_line, x, losses, new_x, level, 200, seed)))[0])
    return float(np.mean(found))


wide = width(0.9, 0.03)
hint = "That is as narrow as the law's own uncertainty: the new run has a noise of its own, one more drawn residual."
checks.that(wide > 0.085, f"{hint} (width {wide:.3f} in logarithms; of normal noise of 0.03 alone, 90% span 0.099)")
checks.that(wide < 0.16, f"That is wider than noise and law together make it: width {wide:.3f} in logarithms.")
far = width(0.9, 0.03, np.array([[1e20]]))
hint = "Far beyond the runs refitted laws differ, so the interval is wide: does each prediction come from its own refitted law?"
checks.that(far > 0.2, f"{hint} (width {far:.3f} in logarithms at x = 1e20)")
### BEGIN HIDDEN TESTS
half = width(0.5, 0.03)
hint = f"Half of normal noise spans 0.41 of what 90% of it spans; yours {half / wide:.2f}."
checks.that(0.3 < half / wide < 0.55, hint)
ratio = width(0.9, 0.06) / wide
hint = f"Twice the noise makes the interval twice as wide, not {ratio:.1f} times: it has to come from the residuals."
checks.that(1.7 < ratio < 2.3, hint)
### END HIDDEN TESTS

# %% check="interval_coverage" points=2
intervals = []
truth = []
rng = np.random.default_rng(5)
for _ in range(60):
    x, losses, new = made_up_runs(rng, 0.04)
    intervals.append(interval_of(fit_line, x, losses, NEW, 0.8, 120, seed=7))
    truth.append(new)
inside = np.mean([low <= new <= high for (low, high), new in zip(intervals, truth, strict=True)])
hint = f"Intervals of level 0.8 held the new run in {100 * inside:.0f}% of sixty data sets whose truth is known."
checks.that(inside >= 0.58, f"{hint} That is too seldom.")
checks.that(inside <= 0.9, f"{hint} That is too often.")
checks.hand_over(fixed=intervals)


# %% [markdown]
# Now the run that was held back: predicted by your law from the nineteen others, then opened.


# %%
def fit_kaplan(x: np.ndarray, losses: np.ndarray):
    """Your law, in the form that prediction_interval asks for; columns of x: parameters, tokens."""
    law = fit_law(x[:, 0], x[:, 1], losses)
    return lambda new: kaplan_loss(law, new[:, 0], new[:, 1])


columns = ["parameters", "tokens"]
x, losses = known[columns].to_numpy(float), known["loss"].to_numpy()
new_x = runs.loc[[held_back], columns].to_numpy(float)
predicted = float(fit_kaplan(x, losses)(new_x)[0])
interval = prediction_interval(fit_kaplan, x, losses, new_x, 0.9, settings.bootstraps, seed=0)
measured = float(runs["loss"][held_back])
print(
    f"predicted {predicted:.3f}, 90% interval {interval[0]:.3f} to {interval[1]:.3f}; measured {measured:.3f} nats per byte"
)
print(f"best known run {known['loss'].min():.3f}: the guess that it gets no better would be off by", end=" ")
print(f"{known['loss'].min() - measured:.3f}, the law by {abs(predicted - measured):.3f}")


# %%
def figure_residuals(panel, law: dict) -> None:
    """What the law leaves, run by run."""
    left = known["loss"] - kaplan_loss(law, known["parameters"], known["tokens"])
    panel.plot(known["flops"], left, "o", color=plots.COLOURS[0], label="known runs")
    panel.plot(runs["flops"][held_back], measured - predicted, "*", color="black", markersize=10, label="held back")
    panel.axhline(0, color="grey", linestyle=":")
    panel.set(xscale="log", xlabel="operations, 6ND (number)", ylabel="measured minus law (nats per byte)")
    panel.legend(fontsize=8)


# %%
def figure_law():
    figure, panels = plots.axes(2)
    law = fit_law(x[:, 0], x[:, 1], losses)
    lines = zip(runs.groupby("tokens"), plots.COLOURS, "osD^", strict=False)
    for (tokens, group), colour, marker in lines:
        panels[0].plot(group["parameters"], group["loss"], marker, color=colour, label=f"{tokens / 1e6:.2f}M tokens")
        sizes = np.geomspace(runs["parameters"].min(), 2 * runs["parameters"].max(), 40)
        panels[0].plot(sizes, kaplan_loss(law, sizes, np.full(40, tokens)), color=colour, alpha=0.6)
    place = float(new_x[0, 0]), predicted, [[predicted - interval[0]], [interval[1] - predicted]]
    panels[0].errorbar(*place, fmt="_", color="black", capsize=4, label="predicted, 90%")
    panels[0].plot(place[0], measured, "*", color="black", markersize=10, label="held back, measured")
    panels[0].set(
        xscale="log", yscale="log", xlabel="parameters without embeddings (number)", ylabel="loss (nats per byte)"
    )
    panels[0].yaxis.set_minor_formatter("{x:.1f}")
    figure_residuals(panels[1], law)
    panels[0].legend(fontsize=7)
    alt = "Left: recorded losses on log axes with the fitted law, one curve for each amount of text; the held-back run and its"
    plots.show(figure, alt=f"{alt} predicted interval at the lower right. Right: residuals scatter around zero.")


figure_law()
