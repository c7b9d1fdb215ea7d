# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 5 · Sixteen levels for a bell curve
#
# *Why.* Integers spread their values evenly. Weights do not: most are small. NF4 ("normal float") puts the levels where
# a normal distribution has its quantiles: where weights crowd, levels crowd.
#
# *Effort.* Medium, 20 minutes, 7 points.
#
# Write `normal_levels`. Of 2^bits levels, one is exactly 0 (padding and dead weights must stay 0), half of them are
# positive, and one fewer than that is negative. The positive ones are the standard normal's quantiles at
# probabilities in equal steps from 1/2, which is left out, to `offset`. The negative ones are found likewise and
# mirrored, with a step fewer: for four bits eight steps above 0 and seven below, both to the same offset. Divide by
# the largest, sort, and the ends are −1 and 1.
#
# <details><summary>Hint 1: the two calls</summary>
# <code>norm.ppf(np.linspace(0.5, offset, n + 1)[1:])</code> has n positive quantiles.
# </details>
# <details><summary>Hint 2: why not up to probability 1?</summary>
# The quantile there is infinite. The offset is the mean of 1 − 1/32 and 1 − 1/30: half a step from the end, for sixteen
# and for fifteen steps.
# </details>


# %% answer="normal_levels"
def normal_levels(bits: int, offset: float = 0.9677083) -> np.ndarray:
    """The 2**bits levels of a normal float, from -1 to 1, with an exact 0. Source: arXiv 2305.14314, section 3."""
    ### BEGIN SOLUTION
    half = 2 ** (bits - 1)
    positive = norm.ppf(np.linspace(0.5, offset, half + 1)[1:])
    negative = -norm.ppf(np.linspace(0.5, offset, half)[1:])
    levels = np.sort(np.concatenate([negative, [0.0], positive]))
    return levels / levels.max()
    ### END SOLUTION


# %% check="levels_ends" points=2
for bits in (3, 4):
    found = np.asarray(normal_levels(bits), dtype=float)
    checks.shape(found, (2**bits,), "the levels", f"{bits} bits tell {2**bits} levels apart.")
    hint = "The ends are -1 and 1 and the levels ascend: leave out probability 1 (infinite), divide by the largest."
    checks.close(found[[0, -1]], [-1.0, 1.0], "first and last level", hint=hint, rtol=1e-4)
    checks.that(bool((np.diff(found) >= 0).all()), hint)

# %% check="levels_zero" points=2
for bits in (3, 4):
    found = np.asarray(normal_levels(bits), dtype=float)
    hint = "One level is exactly 0, one more is positive than negative: a symmetric set has no 0 to give a zero weight."
    zeros = int((np.abs(found) < 1e-9).sum())
    checks.that(
        zeros < 2, f"0 stands {zeros} times: it belongs to neither half, so leave 1/2 out of both and add one 0."
    )
    checks.count(zeros, 1, "levels that are 0", hint)
    checks.count(int((found > 1e-9).sum()), 2 ** (bits - 1), "positive levels", hint)


# %% check="levels_quantiles" points=3
def probabilities(levels, offset: float) -> np.ndarray:
    """Steps in probability between neighbouring levels, above and below zero."""
    p = norm.cdf(np.asarray(levels, dtype=float) * norm.ppf(offset))
    return np.diff(p)


for bits, offset in [(4, 0.9677083), (3, 0.95)]:
    steps = probabilities(normal_levels(bits, offset), offset)
    half = 2 ** (bits - 1)
    hint = (
        "Between neighbouring levels lies equal probability of the normal, not equal distance, up to the offset given: "
    )
    checks.close(steps[half - 1 :], [(offset - 0.5) / half] * half, f"{hint}steps above 0", rtol=1e-3)
    checks.close(steps[: half - 1], [(offset - 0.5) / (half - 1)] * (half - 1), f"{hint}steps below 0", rtol=1e-3)
### BEGIN HIDDEN TESTS
offset = float(checks.fresh().uniform(0.9, 0.98))
steps = probabilities(normal_levels(5, offset), offset)
checks.close(steps[15:], [(offset - 0.5) / 16] * 16, f"{hint}steps above 0", rtol=1e-3)
checks.close(steps[:15], [(offset - 0.5) / 15] * 15, f"{hint}steps below 0", rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# From here on the levels are the library's own table, so that nothing later hangs on your Exercise 5. Are they yours?

# %%
LEVELS = bitsandbytes.functional.get_4bit_type("nf4", device="cpu")[:16]  # float32, ascending


def compare_levels():
    difference = np.abs(normal_levels(4) - LEVELS.numpy()).max()
    print(f"largest difference between your sixteen levels and those of bitsandbytes: {difference:.1e}")


compare_levels()
