# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 2 · Operations, days and tokens
#
# ## Exercise 3 · 6ND, petaflop/s-days, and twenty tokens a parameter
#
# *Why.* Memory says whether a model can be trained here, operations say for how long. Both parts of the bill, parameters
# *N* and tokens *D*, enter as a product, so a budget can be spent on either.
#
# *Effort.* Easy, 15 minutes, 7 points.
#
# A forward pass takes about 2 operations for each parameter and token, the backward pass twice as many: *C* = 6 · *N* ·
# *D*. One **petaflop/s-day** is what a machine of 10¹⁵ operations a second does in a day. Hoffmann and others (2022)
# found that a budget is best spent with about 20 tokens for each parameter.
#
# Write the four functions below. `compute_optimal` splits a budget so that *D* is `ratio` times *N*.
#
# <details><summary>Hint 1: two equations</summary>
#
# C = 6ND and D = ratio · N: put the second into the first and solve for N.
# </details>


# %% answer="compute"
def training_flops(parameters: float, tokens: float) -> float:
    """Operations of a training: forward and backward, 6ND."""
    ### BEGIN SOLUTION
    return 6 * parameters * tokens
    ### END SOLUTION


def petaflop_s_days(flops: float) -> float:
    """The same in petaflop/s-days."""
    ### BEGIN SOLUTION
    return flops / (1e15 * 24 * 60 * 60)
    ### END SOLUTION


def training_days(flops: float, devices: int, peak: float, utilisation: float) -> float:
    """Days on `devices` devices of `peak` operations a second each, of which the share `utilisation` (0 to 1) is used."""
    ### BEGIN SOLUTION
    return flops / (devices * peak * utilisation) / (24 * 60 * 60)
    ### END SOLUTION


def compute_optimal(flops: float, ratio: float = 20.0) -> tuple[float, float]:
    """(parameters, tokens) that use up these operations with `ratio` tokens for each parameter."""
    ### BEGIN SOLUTION
    parameters = math.sqrt(flops / (6 * ratio))
    return parameters, ratio * parameters
    ### END SOLUTION


# %% check="compute_flops" points=2
found = training_flops(1000, 20)
checks.that(found is not None, "training_flops returns nothing: does it return its result?")
checks.that(found != 40_000, "2ND is the forward pass alone; the backward pass takes twice as much again.")
checks.that(found != 80_000, "4ND is the backward pass alone; the forward pass comes on top.")
checks.close(found, 120_000, "operations for 1,000 parameters and 20 tokens")
day = petaflop_s_days(86_400e15)
checks.shape(day, (), "what petaflop_s_days returns")
wrong = {
    86_400: "That is seconds of a petaflop/s; a day has 86,400 of them.",
    24: "That is hours of a petaflop/s; a day has 24 of them.",
    1_000: "That counts in teraflops; peta is 10¹⁵.",
    86_400**2: "Seconds are multiplied here: more seconds in a day make fewer days of the same work.",
}
for value, hint in wrong.items():
    checks.that(not np.isclose(float(day), value), hint)
checks.close(day, 1.0, "petaflop/s-days of 86,400 · 10¹⁵ operations")
### BEGIN HIDDEN TESTS
checks.close(petaflop_s_days(43_200e15), 0.5, "petaflop/s-days of half a day", "Half a day is 0.5: do not round.")
for n, d in checks.fresh().integers(1, 10**9, size=(4, 2)).tolist():
    checks.close(training_flops(n, d), 6 * n * d, "operations")
    checks.close(petaflop_s_days(n * 1e15), n / 86400, "petaflop/s-days")
### END HIDDEN TESTS

# %% check="compute_days" points=2
found = training_days(86_400e12, 2, 1e12, 0.25)
checks.shape(found, (), "what training_days returns")
wrong = {
    0.5: "A device that is used a quarter takes longer: divide by the utilisation too.",
    0.125: "Where less of a device is used the days grow: divide by the utilisation.",
    8: "Two devices take half the time, not twice the time.",
    4: "Two devices take half the time, not the time of one.",
    2 * 86_400: "That is seconds, not days.",
    48: "That is hours, not days.",
    200: "The utilisation is a share from 0 to 1, not a percentage.",
}
for value, hint in wrong.items():
    checks.that(not np.isclose(float(found), value), hint)
checks.close(found, 2.0, "days for 86,400 · 10¹² operations on 2 devices of 10¹² a second, used a quarter")
### BEGIN HIDDEN TESTS
checks.close(training_days(43_200e12, 1, 1e12, 1.0), 0.5, "days", "Half a day is 0.5: do not round.")
rng = checks.fresh()
for c, n, peak in rng.integers(1, 10**6, size=(4, 3)).tolist():
    share = float(rng.uniform(0.05, 0.95))
    found = training_days(c * 1e15, n, peak * 1e6, share)
    checks.close(found, c * 1e15 / share / n / peak / 1e6 / 86400, f"days at a utilisation of {share:.2f}")
### END HIDDEN TESTS


# %% check="compute_optimal_split" points=3
def split_of(flops: float, **more) -> tuple[float, float]:
    """What compute_optimal returns, as two numbers."""
    found = compute_optimal(flops, **more)
    checks.shape(found, (2,), "what compute_optimal returns", hint="Return two numbers: parameters, then tokens.")
    return float(found[0]), float(found[1])


N, D = split_of(120e6)
hint = "Tokens are 20 times the parameters, not the other way round; parameters come first."
checks.that(not np.isclose(N, 20 * D), hint)
checks.that(not np.isclose(N * D, 120e6), "The budget is 6 · N · D: the 6 is missing.")
checks.close(D, 20 * N, "the tokens, which are 20 times the parameters,")
checks.close(6 * N * D, 120e6, "6ND, which has to use up the budget,")
five = split_of(750, ratio=5)
checks.that(not np.isclose(five[1], 20 * five[0]), "The ratio is an argument: 20 is only its default.")
checks.close(five[1], 5 * five[0], "tokens at a ratio of 5, which are 5 times the parameters,")
hint = "The ratio decides the parameters too, not only the tokens."
checks.close(6 * five[0] * five[1], 750, "6ND at a ratio of 5, for a budget of 750,", hint)
small = split_of(30)
checks.close(
    small, [0.5, 10], "parameters and tokens for 30 operations", hint="Do not round: these are means to plan with."
)
drawn = checks.fresh("compute_optimal_split").uniform(1e9, 1e24, size=4)
checks.hand_over(fixed=split_of(6e20, ratio=10), drawn=[split_of(float(c), ratio=7.0) for c in drawn])


# %% [markdown]
# Five models, with the parameters and tokens on the slides this course was designed from (Hoffmann and others 2022;
# Touvron and others 2023). The device is one of {{ '%.0f' % (s.tiny.device_peak / 1e12) }} teraflop/s of which
# {{ '%.0f' % (100 * s.tiny.utilisation) }}% are used, a round number of ours.


# %%
def five_models() -> pd.DataFrame:
    """The slide's five models: what they were trained with, beside twenty tokens a parameter."""
    rows = {}
    for name, (parameters, tokens) in settings.published_models.items():
        flops = training_flops(parameters, tokens)
        best_size, best_tokens = compute_optimal(flops)
        rows[name] = {
            "parameters (B)": parameters / 1e9,
            "tokens (B)": tokens / 1e9,
            "tokens a parameter": tokens / parameters,
            "20 x parameters (B)": 20 * parameters / 1e9,
            "petaflop/s-days": petaflop_s_days(flops),
            "days on 1,024 devices": training_days(flops, 1024, settings.device_peak, settings.utilisation),
            "same budget, parameters (B)": best_size / 1e9,
            "same budget, tokens (B)": best_tokens / 1e9,
        }
    return pd.DataFrame(rows).T.round(1)


five_models()

# %% [markdown]
# **Read it.** GPT-3, OPT and BLOOM have 1 to 2 tokens a parameter: by this rule their budgets would have paid for a
# smaller model that reads far more. Chinchilla has 20, LLaMA-65B a little more. The rule asks for the best model for
# the *training* budget; if a model is used a lot, one that is smaller and read more than that is cheaper over its life.
