# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 11 · Can these splits tell two models apart?
#
# *Why.* With 25 splits the temptation is great to divide the standard deviation of the differences by 5 and call that
# the error of their mean. But the splits are drawn from one table: any two share rows, and more splits do not make
# more people. Nadeau and Bengio (*Machine Learning* 52, 2003) correct the standard error of the mean over $J$ splits to
#
# $$\mathrm{sd} \cdot \sqrt{\frac1J + \frac{n_\text{test}}{n_\text{train}}},$$
#
# and the **corrected resampled t-test** compares mean / standard error with Student's t with $J - 1$ degrees of freedom.
#
# *Effort.* Medium, 15 minutes, 7 points.
#
# Write `compare`. It takes the errors of `"unscaled"` and `"scaled"` on the same splits and returns five numbers by
# name: `mean` and `sd` of unscaled − scaled over the splits (sample standard deviation, divisor: splits − 1), `wins`,
# the share of splits (0 to 1) in which scaled has the smaller error, `se`, the corrected standard error of the mean, and
# `p`, the two-sided p-value of the test above. The course writes them to `metrics.json`.
#
# <details><summary>Hint 1: is the sd of a difference the difference of the sds?</summary>
# No. Subtract split by split first; then take the mean and the sd of the differences.
# </details>
# <details><summary>Hint 2: where do p-values come from?</summary>
# <code>scipy.stats</code> is imported as <code>stats</code>; <code>stats.t.sf(x, df)</code> is the probability above x,
# one side of the two.
# </details>


# %% answer="compare"
def compare(errors: dict, train_rows: int, test_rows: int) -> dict[str, float]:
    """The paired difference of two models over splits that share rows, with the corrected resampled t-test.

    Args:
        errors: "unscaled" and "scaled" -> RMSE in kg of each split, (splits,). train_rows, test_rows: of each split.
    Returns:
        "mean", "sd" and "se" of unscaled − scaled in kg, "wins" as a share, "p", two-sided.
    """
    ### BEGIN SOLUTION
    gaps = np.subtract(errors["unscaled"], errors["scaled"])
    mean = gaps.mean()
    sd = gaps.std(ddof=1)
    se = sd * np.sqrt(1 / len(gaps) + test_rows / train_rows)
    return {
        "mean": float(mean),
        "sd": float(sd),
        "wins": float((gaps > 0).mean()),
        "se": float(se),
        "p": float(2 * stats.t.sf(abs(mean / se), len(gaps) - 1)),
    }
    ### END SOLUTION


# %% check="compare_paired" points=3
values = {"scaled": [13.5, 14.0, 13.6, 14.4, 12.0], "unscaled": [14.0, 15.0, 13.0, 14.4, 12.7]}
given = {name: np.array(numbers) for name, numbers in values.items()}
found = checks.unchanged(
    lambda a, b: compare({"scaled": a, "unscaled": b}, 100, 40), *given.values(), what="the errors"
)
checks.keys(found, ["mean", "sd", "wins", "se", "p"], "the result")
for name in ("mean", "sd", "wins"):
    checks.that(np.ndim(found[name]) == 0 and not isinstance(found[name], str), f"'{name}' should be one number.")
gaps = given["unscaled"] - given["scaled"]
hint = "Subtract split by split, unscaled − scaled, whatever order the two come in; then take the mean."
checks.close(found["mean"], np.mean(gaps), "the mean difference", hint=hint, rtol=1e-4)
hint = "wins is the share of splits, 0 to 1, in which scaled has the smaller error; an equal error is no win."
checks.close(found["wins"], 3 / 5, "the share of wins", hint=hint, rtol=1e-4)
hint = "Subtract split by split, then take the sd of the differences, a sample one (divisor: splits − 1)."
checks.close(found["sd"], np.std(gaps, ddof=1), "the sd of the difference", hint=hint, rtol=1e-4)
lists = checks.attempt(compare, values, 100, 40)
checks.close(lists["mean"], np.mean(gaps), "the mean, from lists", hint="Lists should do as well as arrays.", rtol=1e-4)

# %% check="compare_se" points=2
values = {"scaled": [13.5, 14.0, 13.6, 14.4, 12.0], "unscaled": [14.0, 15.0, 13.0, 14.4, 12.7]}
gaps = np.subtract(values["unscaled"], values["scaled"])
hint = "The root of 1/J + test rows / train rows, times the sd: rows shared between splits add what more splits never remove."
found = checks.attempt(compare, values, 100, 40)["se"]
checks.that(
    not np.isclose(float(found), np.std(gaps, ddof=1) / np.sqrt(5), rtol=1e-4), "That is sd / root of J: " + hint
)
checks.close(found, np.std(gaps, ddof=1) * np.sqrt(1 / 5 + 40 / 100), "the standard error", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("compare_se")
found = []
for train, test in ((90, 10), (50, 150), (1000, 445)):
    pair = {"unscaled": list(rng.normal(14, 1, size=8)), "scaled": list(rng.normal(13, 1, size=8))}
    found.append(checks.attempt(compare, pair, train, test)["se"])
checks.hand_over(found=found)
### END HIDDEN TESTS

# %% check="compare_p" points=2
values = {"scaled": [13.5, 14.0, 13.6, 14.4, 12.0], "unscaled": [14.0, 15.0, 13.0, 14.4, 12.7]}
gaps = np.subtract(values["unscaled"], values["scaled"])
hint = "p is two-sided: twice the tail beyond |mean / se|, of Student's t with J − 1 degrees of freedom."
found = checks.attempt(compare, values, 100, 40)["p"]
t_value = np.mean(gaps) / (np.std(gaps, ddof=1) * np.sqrt(1 / 5 + 40 / 100))
checks.close(found, 2 * stats.t.sf(abs(t_value), 4), "p", hint=hint, rtol=1e-3)
turned = {"unscaled": values["scaled"], "scaled": values["unscaled"]}
swapped = checks.attempt(compare, turned, 100, 40)["p"]
checks.close(swapped, found, "p with the two models exchanged", hint=hint, rtol=1e-3)
### BEGIN HIDDEN TESTS
rng = checks.fresh("compare_p")
found = []
for train, test in ((90, 10), (50, 150), (1000, 445)):
    pair = {"unscaled": list(rng.normal(14, 1, size=8)), "scaled": list(rng.normal(13, 1, size=8))}
    found.append(checks.attempt(compare, pair, train, test)["p"])
checks.hand_over(found=found)
### END HIDDEN TESTS

# %% [markdown]
# And the real thing, with 1,000 people to learn from, in `metrics.json` beside your notebook. It is yours to keep: only
# the notebook is handed in. The last line says what the same splits are worth: how much the difference varies, beside
# how much it would vary if the two models were judged on splits of their own.


# %%
def report(train_rows: int) -> None:
    errors = competition(settings.seeds[0], train_rows)
    pair = {"unscaled": errors["ridge, metres"], "scaled": errors["ridge, scaled"]}
    found = {name: float(value) for name, value in compare(pair, train_rows, len(X) - train_rows).items()}
    means = {name: float(np.mean(values)) for name, values in pair.items()}
    text = json.dumps({"train_rows": train_rows, "rmse_mean": means, "difference": found}, indent=1)
    Path("metrics.json").write_text(text, encoding="utf-8")
    naive = found["sd"] / np.sqrt(len(pair["scaled"]))
    p_naive = 2 * stats.t.sf(abs(found["mean"] / naive), len(pair["scaled"]) - 1)
    print(f"unscaled − scaled: {1000 * found['mean']:.0f} ± {1000 * found['sd']:.0f} g (sd of a split)")
    print(f"  as if splits were independent: standard error {1000 * naive:.0f} g, p = {p_naive:.3f}")
    print(f"  corrected for shared rows:     standard error {1000 * found['se']:.0f} g, p = {found['p']:.3f}")
    apart = np.hypot(*(np.std(values, ddof=1) for values in pair.values()))
    print(f"sd of the difference: {found['sd']:.2f} kg on the same splits, about {apart:.2f} kg on splits of their own")


report(max(settings.table_rows))


# %%
def disjoint_tables(rows: int) -> np.ndarray:
    """Unscaled − scaled, kg, on as many tables without a common person as there are people for: half to fit, half to test."""
    order = np.random.default_rng(settings.seeds[0]).permutation(len(X))
    gaps = []
    for part in np.array_split(order, len(X) // (2 * rows)):
        pair = (RidgeCV(alphas=settings.alphas), tuned_ridge(settings.alphas))
        own = [(part[:rows], part[rows:])]
        gaps.append(fold_errors(pair[0], X, y, own)[0] - fold_errors(pair[1], X, y, own)[0])
    return np.array(gaps)


for rows in settings.table_rows[:2]:
    gaps = disjoint_tables(rows)
    test = stats.ttest_1samp(gaps, 0)
    print(f"{rows} people to learn from, {len(gaps)} tables: {mean_sd(gaps)} kg (sd of a table), p = {test.pvalue:.3f}")

# %% [markdown]
# With 1,000 people the two tuned models differ by a few grams, by less than the difference varies from split to split; what
# looks like a finding with a naive standard error is none once shared rows are counted. With 50 or 100 people to learn
# from, the correction is no help: it supposes that the test rows decide, and with ten times more test rows than
# training rows it would declare everything undecided. There one can do better, since a table of 1,445 holds several small
# ones that share nobody: their differences are independent, and an ordinary t-test is right. With 50 people to learn
# from, fourteen tables settle it; with 100, seven tables leave it open, however sure the splits above looked.
