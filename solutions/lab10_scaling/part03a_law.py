# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 3 · A law from small runs
#
# Twenty tiny language models were trained for this lab: five sizes, four amounts of text, each from random weights with a
# schedule of its own length (card: `data/cards/scaling_runs.md`, code: `data/recipes/scaling_runs.py`). Tokens are bytes,
# losses nats per byte. **The largest run is held back**: you predict it, and then look.


# %%
def recorded_runs() -> pd.DataFrame:
    """The twenty recorded runs, smallest first."""
    table = pd.read_csv(embedded("scaling_runs.csv"))
    return table.sort_values(["parameters", "tokens"], ignore_index=True)


runs = recorded_runs()
held_back = runs["flops"].idxmax()
known = runs.drop(index=held_back)
print(f"{len(known)} known runs, {known['parameters'].min():,} to {known['parameters'].max():,} parameters;", end=" ")
print(f"held back: {runs['parameters'][held_back]:,} parameters, {runs['tokens'][held_back]:,} tokens,", end=" ")
print(f"{runs['flops'][held_back] / known['flops'].max():.1f} times the operations of the largest known one.")

# %% [markdown]
# ## Exercise 4 · Fit the law
#
# *Why.* A large run is paid for once. What makes it a decision and not a bet is a law that small runs obey.
#
# *Effort.* Hard, 25 minutes, 8 points.
#
# Kaplan and others (2020, equation 1.5) write the loss as
#
# $$L(N, D) = \left[\left(\frac{N_c}{N}\right)^{\alpha_N/\alpha_D} + \frac{D_c}{D}\right]^{\alpha_D}$$
#
# with four numbers: how fast the loss falls with parameters and with tokens, and the two scales, which we hold as
# logarithms because they are huge. `kaplan_loss` computes it. Write `fit_law`: the law that makes the sum of squares of
# log(predicted / measured) smallest. Any optimiser will do; `scipy.optimize.least_squares` takes a function that returns
# the residuals, and a start such as 0.1, 0.2, 15, 15. The sum of squares matters, not the four numbers: several laws that
# look different predict alike.
#
# Write `power_law` first: where only one thing varies, *y* = *c* · *x*⁻ᵉ is a straight line in logarithms, and least
# squares on logarithms has a closed form.
#
# <details><summary>Hint 1: the line</summary>
#
# log y = log c − e · log x. <code>np.polyfit(np.log(x), np.log(y), 1)</code> returns slope and intercept, in this order.
# </details>
#
# <details><summary>Hint 2: the residuals</summary>
#
# <code>np.log(kaplan_loss(law, parameters, tokens)) - np.log(losses)</code>, where law is made of the optimiser's four
# numbers: <code>dict(zip(LAW, numbers))</code>.
# </details>

# %%
LAW = ("alpha_N", "alpha_D", "log_N_c", "log_D_c")


def kaplan_loss(law: dict[str, float], parameters, tokens):
    """Nats a token by equation 1.5; parameters and tokens are numbers or arrays of one shape."""
    size = np.asarray(parameters, dtype=float)
    text = np.asarray(tokens, dtype=float)
    lack_of_size = np.exp((law["log_N_c"] - np.log(size)) * law["alpha_N"] / law["alpha_D"])
    return (lack_of_size + np.exp(law["log_D_c"] - np.log(text))) ** law["alpha_D"]


# %% answer="fit_law"
def power_law(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """(coefficient c, exponent e) of y = c · x ** -e, by least squares on logarithms; x and y are positive, (points,)."""
    ### BEGIN SOLUTION
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return float(np.exp(intercept)), float(-slope)
    ### END SOLUTION


def fit_law(parameters: np.ndarray, tokens: np.ndarray, losses: np.ndarray) -> dict[str, float]:
    """The law (keys LAW, for kaplan_loss) with the smallest sum of squares of log(predicted / measured); all (runs,)."""

    ### BEGIN SOLUTION
    def residuals(numbers):
        return np.log(kaplan_loss(dict(zip(LAW, numbers, strict=True)), parameters, tokens)) - np.log(losses)

    found = least_squares(residuals, [0.1, 0.2, 15.0, 15.0])
    return {name: float(number) for name, number in zip(LAW, found.x, strict=True)}
    ### END SOLUTION


# %% check="law_line" points=2
x = np.array([1.0, 10.0, 100.0, 1000.0])
found = power_law(x.copy(), 8 * x**-0.25)
checks.that(found is not None, "power_law returns nothing: does it return its result?")
checks.shape(found, (2,), "what power_law returns", hint="Return two numbers: the coefficient, then the exponent.")
hint = "The exponent is positive where y falls: y = c · x to the power of minus e."
checks.that(not np.isclose(float(found[1]), -0.25), hint)
hint = "The intercept is the logarithm of the coefficient."
checks.that(not np.isclose(float(found[0]), np.log(8)), hint)
checks.that(not np.isclose(float(found[0]), 0.25), "The coefficient comes first, the exponent second.")
hint = "A logarithm to base 10 is undone by 10 to its power, a natural one by exp: use one of the two throughout."
checks.that(not np.isclose(float(found[0]), np.exp(np.log10(8))), hint)
checks.that(not np.isclose(float(found[0]), 10 ** np.log(8)), hint)
checks.close(found, [8, 0.25], "coefficient and exponent of 8 · x to the power of -0.25", rtol=1e-4)
y = np.array([8.0, 4.0, 3.0, 1.0])
slope = np.cov(np.log(x), np.log(y))[0, 1] / np.var(np.log(x), ddof=1)
line = [np.exp(np.log(y).mean() - slope * np.log(x).mean()), -slope]
hint = "Least squares on the logarithms of both, through all points."
checks.close(checks.unchanged(power_law, x, y), line, "coefficient and exponent of four points", hint=hint, rtol=1e-3)
### BEGIN HIDDEN TESTS
for rng in (np.random.default_rng(3), checks.fresh()):
    x = np.sort(rng.uniform(1, 1e6, 7))
    y = 3 * x**-0.3 * np.exp(0.1 * rng.normal(size=7))
    slope = np.cov(np.log(x), np.log(y))[0, 1] / np.var(np.log(x), ddof=1)
    line = [np.exp(np.log(y).mean() - slope * np.log(x).mean()), -slope]
    checks.close(power_law(x, y), line, "coefficient and exponent of noisy points", hint=hint, rtol=1e-3)
checks.close(power_law(np.array([1.0, 2.0]), np.array([1.0, 4.0]))[1], -2, "the exponent where y grows", rtol=1e-4)
### END HIDDEN TESTS

# %% check="law_exact" points=3
MADE_UP = dict(zip(LAW, (0.08, 0.25, 17.0, 15.0), strict=True))
sizes, texts = (side.ravel().astype(float) for side in np.meshgrid([5e3, 5e4, 5e5], [2e5, 6e5, 2e6]))


def fitted_losses(parameters, tokens, losses) -> np.ndarray:
    """What fit_law's law says about the runs that it was fitted to."""
    law = checks.unchanged(fit_law, parameters, tokens, losses)
    checks.that(isinstance(law, dict), "fit_law should return a dictionary: does it return its result?")
    checks.keys(law, LAW, "the law")
    return kaplan_loss(law, parameters, tokens)


exact = kaplan_loss(MADE_UP, sizes, texts)
fitted = fitted_losses(sizes, texts, exact)
start = kaplan_loss(dict(zip(LAW, (0.1, 0.2, 15.0, 15.0), strict=True)), sizes, texts)
checks.that(not np.allclose(fitted, start), "The law is still the one to start from: return what the optimiser found.")
hint = "These losses obey a law exactly, so the best fit goes through all of them."
checks.close(fitted, exact, "predicted losses", hint=hint, rtol=3e-3)
order = np.argsort(np.sin(np.arange(9)))
again = fitted_losses(sizes[order], texts[order], exact[order])
checks.close(again, exact[order], "predicted losses of the same runs in another order", hint=hint, rtol=3e-3)
### BEGIN HIDDEN TESTS
other = dict(zip(LAW, (0.06, 0.3, 16.0, 14.5), strict=True))
losses = kaplan_loss(other, sizes, texts)
hint = "Another law is another fit: only the arguments count, not the notebook's runs."
checks.close(fitted_losses(sizes, texts, losses), losses, "predicted losses by another law", hint=hint, rtol=3e-3)
### END HIDDEN TESTS

# %% check="law_noisy" points=3
pattern = np.array([0.03, -0.02, 0.01, -0.03, 0.02, 0.04, -0.01, -0.03, 0.0])
noisy = exact * np.exp(pattern)


def root_mean_square(losses, fitted) -> float:
    """Of log(fitted / measured)."""
    return float(np.sqrt(np.mean(np.log(fitted / losses) ** 2)))


reached = root_mean_square(noisy, fitted_losses(sizes, texts, noisy))
hint = f"There is a law that leaves a root mean square residual of 0.01936, yours leaves {reached:.5f}."
checks.that(
    not np.isclose(reached, 0.01980, atol=5e-5), f"{hint} Are the two exponents fitted too, not only the scales?"
)
checks.that(not np.isclose(reached, 0.01968, atol=5e-5), f"{hint} Are the residuals differences of logarithms?")
checks.that(reached <= 0.01945, hint)
outlier = exact * np.where(np.arange(9) == 4, 1.5, 1.0)
reached = root_mean_square(outlier, fitted_losses(sizes, texts, outlier))
hint = f"With one strange run the smallest root mean square residual is 0.1270, yours is {reached:.4f}."
named = f"{hint} That is a fit which passes the strange run by: squares of all runs count, so it pulls."
checks.that(not 0.1344 < reached < 0.1354, named)
named = f"{hint} Are the residuals differences of logarithms, and not of losses?"
checks.that(not 0.1282 < reached < 0.1286, named)
checks.that(reached <= 0.1275, hint)
checks.hand_over(laws=[fit_law(sizes, texts, losses) for losses in (exact, noisy, outlier)])


# %% [markdown]
# Your law on the nineteen known runs, beside two that are easier to write: one line for each amount of text (no size
# larger than those trained can then be predicted from text), and the mean of all losses, which any law must beat.


# %%
def law_table() -> pd.DataFrame:
    law = fit_law(*known[["parameters", "tokens", "loss"]].to_numpy().T)
    fitted = kaplan_loss(law, known["parameters"], known["tokens"])
    by_text = []
    for _, group in known.groupby("tokens"):
        coefficient, exponent = power_law(group["parameters"].to_numpy(), group["loss"].to_numpy())
        by_text.extend(coefficient * group["parameters"] ** -exponent - group["loss"])
    spread = {"the mean of all losses": known["loss"] - known["loss"].mean(), "four lines, one a text": by_text}
    spread["Kaplan's law"] = fitted - known["loss"]
    numbers = {"the mean of all losses": 1, "four lines, one a text": 8, "Kaplan's law": 4}
    table = {name: {"fitted numbers": numbers[name], "residual (nats)": np.std(d)} for name, d in spread.items()}
    print({name: round(number, 3) for name, number in law.items()})
    return pd.DataFrame(table).T.round(3)


law_table()

# %% [markdown]
# **Read it.** The four lines hold twice as many numbers as the law and are hardly closer to the runs. And a line knows one
# amount of text only: what a model learns from twice as much, the law alone can say.
