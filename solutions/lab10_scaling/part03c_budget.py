# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 6 · Spend a budget
#
# *Why.* This is what laws are fitted for: the same operations buy a large model that reads little, or a small one that
# reads much.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `best_allocation`: of the given sizes, the one whose loss is lowest by the law when all operations are spent,
# and the tokens that it reads. Tokens follow from *C* = 6 · *N* · *D*, but **there are only `most_tokens` of text**: a
# run that could read more stops there, and its remaining budget is of no use. Of equally good sizes take the smallest.
#
# <details><summary>Hint 1: per size</summary>
#
# tokens = min(flops / (6 · size), most_tokens), then the loss at (size, tokens).
# </details>


# %%
TRADE = dict(zip(LAW, (0.1, 0.2, 12.0, 14.0), strict=True))
SIZES = [40_000, 2_000, 9_000_000, 300_000, 1_000]
many = 1e30  # tokens: as much text as anybody wants


def allocated(law, sizes, flops, most_tokens) -> tuple[int, float, float]:
    """What best_allocation returns, as three numbers."""
    given = dict(law), list(sizes)
    found = best_allocation(*given, flops, most_tokens)
    checks.that(given[1] == sizes, "The function changes the caller's list of sizes.")
    checks.that(given[0] == law, "The function changes the caller's law.")
    checks.shape(found, (3,), "what best_allocation returns", hint="Return three numbers: parameters, tokens and loss.")
    size, tokens, loss = (float(number) for number in found)
    checks.that(size in sizes, f"The first number should be one of the sizes {sizes}, yours is {size:g}.")
    return int(size), tokens, loss


# %% answer="best_allocation"
def best_allocation(
    law: dict[str, float], sizes: list[int], flops: float, most_tokens: float
) -> tuple[int, float, float]:
    """(parameters, tokens, loss by kaplan_loss) of the best of `sizes` (not sorted) for these operations and this text."""
    ### BEGIN SOLUTION
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    return best
    ### END SOLUTION


# %% check="allocation_best" points=3
size, tokens, loss = allocated(TRADE, SIZES, 6e12, many)
hint = "The largest size leaves too little text: its loss is higher. Compare losses, not sizes."
checks.that(size != 9_000_000, hint)
checks.that(size != 1_000, "The smallest size has the highest loss here: look for the lowest.")
checks.count(size, 300_000, "the best size for 6 · 10¹² operations")
checks.that(not np.isclose(tokens, 2e7), "Tokens are operations divided by 6N, not by N.")
hint = "Twenty tokens a parameter is a rule for another question: here all operations are spent."
checks.that(not np.isclose(tokens, 6e6), hint)
checks.close(tokens, 6e12 / 6 / 300_000, "tokens that it reads")
checks.close(loss, kaplan_loss(TRADE, 300_000, tokens), "its loss")
other = dict(zip(LAW, (0.3, 0.2, 12.0, 11.0), strict=True))
hint = "By another law another size is best: use the law that is handed over, and no rule of thumb."
checks.count(allocated(other, SIZES, 6e13, many)[0], 9_000_000, "the best size where size counts more", hint)
hint = "The first call, made again, gives another answer: does the function keep something between calls?"
checks.close(allocated(TRADE, SIZES, 6e12, many), [size, tokens, loss], "parameters, tokens, loss", hint)
### BEGIN HIDDEN TESTS
for flops in (1e10, 6e11, *10 ** checks.fresh().uniform(8, 15, size=5)):
    losses = {n: float(kaplan_loss(TRADE, n, flops / 6 / n)) for n in SIZES}
    best = min(losses, key=losses.get)
    found = allocated(TRADE, SIZES, float(flops), many)
    checks.close(found, [best, flops / 6 / best, losses[best]], f"parameters, tokens, loss for {flops:.3g} operations")
### END HIDDEN TESTS

# %% check="allocation_text" points=2
size, tokens, loss = allocated(TRADE, SIZES, 6e13, 1e6)
hint = f"There are {1e6:,.0f} tokens of text and no run can read more; this one reads {tokens:,.0f}."
checks.that(tokens <= 1e6, hint)
hint = "That would be best if there were text enough: the cap belongs into the comparison of sizes, not behind it."
checks.that(size != 300_000, hint)
hint = "All sizes up to ten million parameters can read all of the text here, so the largest is best."
checks.count(size, 9_000_000, "the best size where text is short", hint)
checks.close(tokens, 1e6, "tokens that it reads")
uncapped = float(kaplan_loss(TRADE, 9_000_000, 6e13 / 6 / 9e6))
hint = "The loss is the one after the text there is, not after all that could be paid for."
checks.that(not np.isclose(loss, uncapped), hint)
checks.close(loss, kaplan_loss(TRADE, 9_000_000, 1e6), "its loss")
### BEGIN HIDDEN TESTS
found = allocated(TRADE, [40_000], 6e13, 1e6)
checks.close(found, [40_000, 1e6, kaplan_loss(TRADE, 40_000, 1e6)], "parameters, tokens, loss of a single size")
mixed = allocated(TRADE, [1_000, 40_000, 9_000_000], 6e11, 1e6)
hint = "A cap that only some sizes reach holds for these; the others still read what they can pay for."
checks.close(mixed, [40_000, 1e6, kaplan_loss(TRADE, 40_000, 1e6)], "parameters, tokens, loss", hint=hint)
### END HIDDEN TESTS

# %% check="allocation_outside" points=3
level = dict(
    zip(LAW, (0.0, 0.2, 12.0, 14.0), strict=True)
)  # size counts for nothing: enough text makes all sizes equal
tied = allocated(level, [500, 100, 300], 6e12, 1e6)
hint = "All read the whole text and are equally good: of equals, take the smallest."
checks.count(tied[0], 100, "the size", hint)
again = allocated(level, [100, 300, 500], 6e12, 1e6)
checks.close(again, tied, "parameters, tokens, loss of the same sizes in another order")
rng = checks.fresh("allocation_outside")
drawn = []
for flops, most in 10 ** rng.uniform([9, 5], [14, 8], size=(6, 2)):
    drawn.append(list(allocated(TRADE, SIZES, float(flops), float(most))))
checks.hand_over(fixed=[list(allocated(TRADE, SIZES, 10.0**e, 3e6)) for e in range(9, 15)], drawn=drawn)


# %% [markdown]
# Spend it on our runs: for each budget the best size by your law, beside Chinchilla's twenty tokens a parameter, and
# beside the best run that was really trained with at most this budget.


# %%
def budget_table() -> pd.DataFrame:
    law = fit_law(*known[["parameters", "tokens", "loss"]].to_numpy().T)
    sizes = [int(size) for size in np.geomspace(2_000, 4_000_000, 200)]
    rows = {}
    for flops in settings.budgets:
        size, tokens, loss = best_allocation(law, sizes, flops, most_tokens=1e12)
        rule_size, rule_tokens = compute_optimal(flops)
        real = runs[runs["flops"] <= flops]
        rows[f"{flops:.0e}"] = {
            "parameters": size,
            "tokens a parameter": tokens / size,
            "loss by law": loss,
            "loss by law at 20 a parameter": float(kaplan_loss(law, rule_size, rule_tokens)),
            "best recorded run": real["loss"].min(),
        }
    return pd.DataFrame(rows).T.rename_axis("operations")


budgets = budget_table()
budgets.round(3)


# %%
def figure_budgets():
    figure, panels = plots.axes(1, width=7)
    law = fit_law(*known[["parameters", "tokens", "loss"]].to_numpy().T)
    sizes = np.geomspace(2_000, 4_000_000, 80)
    for flops, colour in zip(settings.budgets, plots.COLOURS, strict=False):
        curve = kaplan_loss(law, sizes, flops / (6 * sizes))
        panels.plot(sizes, curve, color=colour, label=f"{flops:.0e} operations")
        best = budgets.loc[f"{flops:.0e}"]
        panels.plot(best["parameters"], best["loss by law"], "o", color=colour)
        rule = compute_optimal(flops)[0]
        panels.plot(rule, best["loss by law at 20 a parameter"], "x", color=colour)
    panels.set(xscale="log", xlabel="parameters without embeddings (number)", ylabel="loss by the law (nats per byte)")
    panels.set_ylim(top=3.2)
    panels.plot([], [], "o", color="grey", label="lowest")
    panels.plot([], [], "x", color="grey", label="20 tokens a parameter")
    panels.legend(fontsize=8)
    alt = "One curve of loss against model size for each budget, falling and rising again; its lowest point moves to larger models"
    plots.show(figure, alt=f"{alt} as the budget grows. Crosses mark twenty tokens a parameter.")


figure_budgets()

# %% [markdown]
# **Read it.** A dot is the law's choice, a cross is Chinchilla's ratio, which was found for tokens of words and for
# models a thousand times larger: our tokens are bytes, and the law asks for another ratio here. Between neighbouring
# sizes the curve is flat: near the best, the split matters little. And a law that was fitted up to half a million
# parameters says nothing reliable about four million.
