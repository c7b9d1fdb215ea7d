# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 8 · What this test set can show, and how many questions you asked it
#
# *Why.* Before you run a comparison, ask which difference it could find at all: with 120 texts two prompts may differ
# by eight points, and you will probably not see it. After you have run six, remember that one in twenty comparisons of
# equal things is "significant" by luck.
#
# *Effort.* Medium, 25 minutes, 9 points.
#
# Write `smallest_difference`: the true difference that a two-sided test at level `alpha` finds with probability
# `power`: the sum of the normal quantiles at 1 − alpha / 2 and at `power`, times the standard error, which is `sd` (of
# the paired differences of single texts) over the root of the number of texts. And `holm`: Holm's adjusted p-values, in
# the order given. The smallest of m is multiplied by m, the next by m − 1, and so on; none may be smaller than the one
# before it, and none larger than 1.
#
# <details><summary>Hint 1: quantiles</summary>
#
# `norm.ppf(0.975)` is 1.96. (`norm`, of scipy, has been imported.)
#
# </details>
# <details><summary>Hint 2: back to the order given</summary>
#
# `order = np.argsort(p_values)` sorts them; `adjusted[order] = ...` puts results back.
#
# </details>


# %% answer="power_and_holm"
def smallest_difference(sd: float, texts: int, alpha: float = 0.05, power: float = 0.8) -> float:
    """The smallest true difference that is found with probability `power` in a two-sided test at level `alpha`.

    Args:
        sd: standard deviation of the paired differences of single texts.
        texts: how many texts are compared.
    """
    ### BEGIN SOLUTION
    return float((norm.ppf(1 - alpha / 2) + norm.ppf(power)) * sd / math.sqrt(texts))
    ### END SOLUTION


def holm(p_values: list[float]) -> list[float]:
    """Holm's adjusted p-values, in the order of p_values."""
    ### BEGIN SOLUTION
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values, kind="stable")
    factors = np.arange(len(values), 0, -1)
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return adjusted.tolist()
    ### END SOLUTION


# %% check="power_formula" points=4
found = smallest_difference(0.6, 225)
wrong = {
    1.959964 * 0.04: "That difference is found half of the time only: the power's quantile is missing.",
    (1.644854 + 0.841621) * 0.04: "A one-sided test: alpha is split between the two sides.",
    2.801585 * 0.6: "Not divided by the root of the number of texts: that is one text's difference.",
    2.801585 * 0.6 / 225: "Divided by the number of texts, not by its root.",
    2.801585 * 0.04 * math.sqrt(2): "The root of 2 is for two separate groups of texts; these differences are paired.",
}
named = [hint for value, hint in wrong.items() if np.isclose(found, value, rtol=1e-3)]
checks.close(found, 2.801585 * 0.04, "the smallest difference, sd 0.6, 225 texts", hint="".join(named[:1]), rtol=1e-4)
hint = "alpha and power are arguments;"
checks.close(smallest_difference(0.5, 100, 0.01, 0.9), 3.857381 * 0.05, f"{hint} at 0.01 and 0.9 it", rtol=1e-4)
checks.close(smallest_difference(0.5, 100, 0.05, 0.5), 1.959964 * 0.05, f"{hint} at a power of one half it", rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("power_formula")
found = []
for _ in range(5):
    sd, alpha, power = rng.uniform([0.1, 0.001, 0.5], [2.0, 0.2, 0.99])
    found.append(float(smallest_difference(sd, int(rng.integers(10, 5000)), alpha, power)))
checks.hand_over(found=found)
### END HIDDEN TESTS

# %% check="holm_adjusted" points=3
given = [0.04, 0.001, 0.30, 0.012]
found = holm(given)
checks.that(given == [0.04, 0.001, 0.30, 0.012], "The list of p-values has been changed.")
checks.count(len(found), 4, "the number of adjusted p-values")
wrong = [
    ([0.16, 0.004, 1.0, 0.048], "That is Bonferroni: all are multiplied by 4. Holm's factor falls by one each time."),
    ([0.004, 0.036, 0.08, 0.30], "Sorted: give them in the order in which the p-values came."),
    ([0.0533333, 0.004, 0.30, 0.024], "That is Benjamini and Hochberg's, which controls another rate."),
    ([0.12, 0.001, 1.0, 0.024], "The factor has to fall from the smallest p-value to the largest."),
]
named = [hint for value, hint in wrong if np.allclose(np.asarray(found, dtype=float), value, rtol=1e-4)]
checks.close(found, [0.08, 0.004, 0.30, 0.036], "Holm's p-values", hint="".join(named[:1]), rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("holm_adjusted")
adjusted = []
for count in (2, 5, 8):
    values = 0.1 * 4.0 ** -rng.permutation(count)
    adjusted.append([float(value) for value in holm(values.tolist())])
checks.hand_over(adjusted=adjusted)
### END HIDDEN TESTS

# %% check="holm_edges" points=2
hint = "None may be smaller than the one before it: 0.021 times 2 is 0.042, but 0.02 times 3 was already 0.06."
checks.close(holm([0.03, 0.02, 0.021]), [0.06, 0.06, 0.06], "Holm's p-values", hint=hint, rtol=1e-4)
hint = "A p-value is at most 1."
checks.close(holm([0.9, 0.7]), [1.0, 1.0], "Holm's p-values", hint=hint)
checks.close(
    holm([0.02, 0.01, 0.01]), [0.03, 0.03, 0.03], "Holm's p-values with a tie", hint="Ties stay ties.", rtol=1e-4
)
checks.close(holm([0.2]), [0.2], "a single p-value", hint="One comparison needs no adjustment.")
checks.that(len(holm([])) == 0, "Of no p-values there are no adjusted ones.")


# %% [markdown]
# The six comparisons: with the clustered error, and with the error that would have come out if rows were independent.
# In orange what was recorded with SmolLM2-135M, clustered as well, where the comparison is one of prompts.


# %%
def comparison_table() -> pd.DataFrame:
    """Each comparison: difference, clustered error, the error without clusters, p, Holm's p, and what could be found."""
    owners = np.tile(np.arange(len(texts)), len(settings.draws))
    rows = {}
    for name, (a, b) in pairs.items():
        difference, error = paired_difference(a, b, owners)
        p = 2 * norm.sf(abs(difference) / error) if error > 0 else 1.0
        by_text = (a - b).reshape(len(settings.draws), -1).mean(axis=0)
        found = smallest_difference(by_text.std(ddof=1), len(texts), settings.alpha, settings.power)
        alone = paired_difference(a, b, np.arange(len(a)))[1]
        rows[name] = {"difference": difference, "error": error, "without clusters": alone, "p": p, "findable": found}
    table = pd.DataFrame(rows).T
    return table.assign(**{"p, Holm": holm(table["p"].tolist())})


compared = comparison_table()
compared.round(3)


# %%
def draw_recorded(panel, names: list[str], places: np.ndarray) -> None:
    """What was recorded of these comparisons, a little above their places."""
    for row in settings.recorded_comparisons:
        place = places[names.index(row["name"])] + 0.3
        label = "recorded, SmolLM2-135M" if row is settings.recorded_comparisons[0] else None
        options = {"fmt": "D", "color": plots.COLOURS[1], "label": label}
        panel.errorbar(row["difference"], place, xerr=norm.ppf(1 - settings.alpha / 2) * row["error"], **options)


def draw_power(panel) -> None:
    """The smallest difference found, against the number of texts, for three spreads."""
    counts = np.geomspace(50, 20_000, 60)
    for sd in (0.3, 0.5, 0.7):
        found = [100 * smallest_difference(sd, count, settings.alpha, settings.power) for count in counts]
        panel.plot(counts, found, label=f"sd of a text's difference {sd}")
    panel.axvline(len(texts), color="black", linestyle=":", label=f"the {len(texts)} texts here")
    panel.set(xscale="log", yscale="log", xlabel="texts (number)", ylabel="smallest difference found (points)")
    panel.legend(fontsize=8)


# %%
def figure_experiment(table: pd.DataFrame):
    figure, panels = plots.axes(2, width=6.0)
    places = np.arange(len(table))[::-1]
    width = norm.ppf(1 - settings.alpha / 2)
    for column, shade, aside in [("error", plots.COLOURS[0], 0.1), ("without clusters", "0.6", -0.1)]:
        label = "clustered by text" if column == "error" else "as if rows were independent"
        options = {"fmt": "o", "color": shade, "label": label}
        panels[0].errorbar(table["difference"], places + aside, xerr=width * table[column], **options)
    draw_recorded(panels[0], list(table.index), places)
    panels[0].axvline(0, color="black", linewidth=0.8)
    panels[0].set_yticks(places, table.index, fontsize=8)
    panels[0].set(xlabel="difference in accuracy, 95% interval", ylabel="comparison")
    panels[0].legend(fontsize=8, loc="lower left")
    draw_power(panels[1])
    alt = "Left: six differences with intervals, recorded ones beside them; right: the smallest difference that is found falls with the "
    plots.show(figure, alt=f"{alt}root of the number of texts.")


figure_experiment(compared)
