# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 1 · Three tools
#
# ULMFiT (Howard and Ruder 2018, arXiv 1801.06146) made fine-tuning of language models usual. It has three stages: a
# language model is trained on general text (done: you have just loaded it), then tuned as a language model on the texts
# of the task, then tuned as a classifier. Its tools, in the last two stages, are all about *which layer may change, how
# fast, and when*.
#
# ## Exercise 1 · The slanted triangular schedule
#
# *Why.* A short climb finds a good region quickly, and a long descent refines it. The whole schedule is two straight
# lines, and most home-made versions of it get an end wrong.
#
# *Effort.* Easy, 15 minutes, 8 points.
#
# Write `slanted_triangular`: the share of the peak rate, in (0, 1], at a step. With $T$ steps in all and
# $c = \max(1, \lfloor T \cdot \text{cut\_fraction} \rfloor)$,
#
# $$p = \begin{cases} t / c & t < c \\ (T - t) / (T - c) & \text{else} \end{cases} \qquad
# \text{share} = \frac{1 + p \, (\text{ratio} - 1)}{\text{ratio}}$$
#
# so that the rate starts at 1 / ratio of the peak, is at the peak at step $c$, and is back at 1 / ratio at step $T$. `cut_fraction` lies between 0 and 1, and T = 5
# is as possible as T = 5,000. (The
# paper's own descent divides by $c \, (1 / \text{cut\_fraction} - 1)$, which is $T - c$ where $T \cdot$ cut_fraction is
# whole; elsewhere it may become negative.)
#
# <details><summary>Hint 1: to check yourself by hand</summary>
#
# With T = 100, a cut fraction of 0.1 and a ratio of 32: step 0 has 1/32, step 10 has 1, step 55 is half-way down, p = 0.5.
#
# </details>


# %%
def shares_found(case: tuple[int, float, float]) -> list[float]:
    """The shares at all steps of a run (steps, cut_fraction, ratio); nan where yours divides by 0."""
    try:
        return [slanted_triangular(step, *case) for step in range(case[0] + 1)]
    except ZeroDivisionError:
        return [math.nan] * (case[0] + 1)


# %% answer="slanted_triangular"
def slanted_triangular(step: int, steps: int, cut_fraction: float = 0.1, ratio: float = 32) -> float:
    """The share of the peak learning rate (0 to 1) at `step`, 0 to `steps`; steps >= 2, 0 <= cut_fraction < 1."""
    ### BEGIN SOLUTION
    cut = max(1, math.floor(steps * cut_fraction))
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * (ratio - 1)) / ratio
    ### END SOLUTION


# %% check="slanted_rise" points=2
found = slanted_triangular(0, 100)
checks.shape(found, (), "the share at step 0 of 100")
hint = "At step 0, p is 0 and the share is 1 / ratio, not 0: a rate of nothing wastes the step."
checks.that(abs(float(found)) > 1e-9, hint)
checks.that(
    abs(float(found) - (1 + 0.1 * 31) / 32) > 1e-6, "The climb starts at step 0 with p = 0; yours is a step ahead."
)
checks.close(found, 1 / 32, "the share at step 0 of 100, ratio 32")
found = slanted_triangular(10, 100)
hint = "After the peak p falls over the T - c steps that are left, not over all T: at step 10 of 100 it is still 1."
checks.that(abs(float(found) - (1 + 0.9 * 31) / 32) > 1e-6, hint)
checks.close(found, 1, "the share at step 10 of 100, the peak")
checks.close(
    slanted_triangular(5, 100), 16.5 / 32, "the share at step 5 of 100, half-way up", "The climb is a straight line"
)
### BEGIN HIDDEN TESTS
found = float(slanted_triangular(2, 27))
hint = "The cut is rounded down: of 27 steps a tenth is 2.7, so the peak is at step 2."
checks.that(min(abs(found - (1 + 2 / cut * 31) / 32) for cut in (2.7, 3)) > 1e-6, hint)
checks.close(found, 1, "the share at step 2 of 27", "The peak of a run of 27 steps is at step 2")
try:
    short = [slanted_triangular(step, 5) for step in (0, 1)]
except ZeroDivisionError:
    short = [math.nan, math.nan]
checks.close(short, [1 / 32, 1], "the shares at steps 0 and 1 of 5", "The cut is at least one step")
### END HIDDEN TESTS

# %% check="slanted_fall" points=2
found = slanted_triangular(55, 100)
checks.shape(found, (), "the share at step 55 of 100")
hint = "After the peak p falls over the T - c steps that are left, not over all T."
checks.that(abs(float(found) - (1 + 0.45 * 31) / 32) > 1e-6, f"{hint} Yours is at 0.45 of the way at step 55 of 100.")
last = slanted_triangular(100, 100)
checks.that(abs(float(last)) > 1e-9, "At the last step p is 0 and the share is 1 / ratio, not 0.")
checks.close(last, 1 / 32, "the share at step 100 of 100")
checks.close(found, 16.5 / 32, "the share at step 55 of 100, half-way down")
hint = "The descent is a straight line: at step 28 of 100 a fifth of it is done"
checks.close(slanted_triangular(28, 100), (1 + 0.8 * 31) / 32, "the share at step 28 of 100", hint)

# %% check="slanted_curve" points=4
short = shares_found((9, 0.1, 32.0))[0]
checks.close(short, 1 / 32, "the share at step 0 of 9", "The cut is at least one step, also where a tenth of T is less")
tried = [(40, 0.25, 10.0), (40, 0.5, 4.0), (33, 0.1, 32.0), (38, 0.2, 8.0), (9, 0.1, 16.0), (24, 0.0, 8.0)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("slanted_curve")
tried += [(int(rng.integers(3, 90)), float(rng.uniform(0.02, 0.8)), float(rng.uniform(2, 50))) for _ in range(5)]
### END HIDDEN TESTS
checks.close(
    slanted_triangular(10, 40, 0.25, 10.0), 1, "the share at step 10 of 40, a quarter", "cut_fraction is an argument"
)
checks.close(slanted_triangular(0, 40, 0.25, 10.0), 0.1, "the share at step 0, ratio 10", "ratio is an argument")
checks.hand_over(curves=[shares_found(case) for case in tried])

# %% [markdown]
# ## Exercise 2 · A rate for each layer
#
# *Why.* Lower layers hold what is general, upper ones what is particular to a task. ULMFiT lets the top learn at the
# full rate and each layer below at the rate above it divided by 2.6.
#
# *Effort.* Medium, 20 minutes, 9 points.
#
# Write `depth_of`: 0 for the embeddings (any parameter with `embeddings` in its name), *n* + 1 for layer *n*, and
# layers + 1 for everything on top of the layers: the final norm and all heads. Then `discriminative_rates`: name ->
# learning rate, the peak for what is on top, and divided by `factor` once for each step down. Names may carry any prefix
# (`model.`, `body.`), and a model may have more than ten layers.
#
# <details><summary>Hint 1: finding the number</summary>
#
# <code>re.search(r"layers\.(\d+)\.", name)</code> finds it wherever it is; <code>"layers.1" in name</code> is also true
# of layer 10.
#
# </details>


# %%
def depth_found(name: str, layers: int) -> int:
    """What depth_of says, or a sentence about where it stops."""
    try:
        return depth_of(name, layers)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise checks.CheckFailed(f"depth_of stops at the name {name}, which a model may have: {error}.") from error


def rates_found(names: list[str], layers: int, *rates: float) -> dict[str, float]:
    """What discriminative_rates says for the peak and, where it is given, the factor; or a sentence about where it stops."""
    try:
        found = discriminative_rates(names, layers, *rates)
    except (TypeError, ValueError, LookupError, AttributeError, ZeroDivisionError) as error:
        some = f"{names[0]} to {names[-1]}" if names else "names that it has used up"
        raise checks.CheckFailed(f"discriminative_rates stops at {some}, {layers} layers: {error}.") from error
    checks.keys(found, [], "the rates")
    return {name: float(rate) for name, rate in found.items()}


# %% answer="discriminative_rates"
def depth_of(name: str, layers: int) -> int:
    """0 for embeddings, n + 1 for layer n, layers + 1 for what is on top; `layers` is how many the model has."""
    ### BEGIN SOLUTION
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1
    ### END SOLUTION


def discriminative_rates(names: list[str], layers: int, peak: float, factor: float = 2.6) -> dict[str, float]:
    """Name of a parameter -> its learning rate."""
    ### BEGIN SOLUTION
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}
    ### END SOLUTION


# %% check="depth_by_name" points=3
hint = "Layer n has depth n + 1: the embeddings are below layer 0"
for name, depth in [("body.layers.0.attn.Wqkv.weight", 1), ("body.layers.1.mlp.Wi.weight", 2)]:
    checks.count(depth_found(name, 12), depth, f"the depth of {name}", hint)
hint = "Read the whole number: layers.1 is also the start of layers.10"
checks.count(depth_found("model.layers.10.mlp.Wo.weight", 12), 11, "the depth of model.layers.10.mlp.Wo.weight", hint)
for name in ("body.embeddings.tok_embeddings.weight", "body.embeddings.norm.weight"):
    checks.count(depth_found(name, 12), 0, f"the depth of {name}", "Everything of the embeddings is at the bottom")
for name in ("body.final_norm.weight", "heads.A.weight", "classifier.bias", "head.dense.weight", "final_norm.weight"):
    checks.count(depth_found(name, 12), 13, f"the depth of {name}", "The final norm and all heads are on top")
name = "body.layers.3.mlp_norm.weight"
checks.count(depth_found(name, 12), 4, f"the depth of {name}", "A norm within a layer belongs to that layer")
hint = "The layer's number is the one after `layers.`; names may have any prefix, and other numbers too"
for name, depth in [("layers.2.attn.Wo.weight", 3), ("m2.net.layers.3.mlp.0.bias", 4), ("heads.1.weight", 13)]:
    checks.count(depth_found(name, 12), depth, f"the depth of {name}", hint)
hint = "Any parameter with `embeddings` in its name is at the bottom, also one within a layer"
checks.count(
    depth_found("body.layers.2.embeddings.weight", 12), 0, "the depth of body.layers.2.embeddings.weight", hint
)
asked = [("heads.B.bias", 3), ("final_norm.weight", 22), ("base.encoder.layers.21.attn_norm.weight", 22)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("depth_by_name")
for _ in range(6):
    layers = int(rng.integers(2, 40))
    own = f"a{rng.integers(9)}.layers.{rng.integers(layers)}.mlp.{rng.integers(30)}.bias"
    asked += [(own, layers), ("classifier.2.weight", layers), ("b.final_norm.weight", layers)]
### END HIDDEN TESTS
depths = [depth_found(name, layers) for name, layers in asked]
checks.that(None not in depths, "depth_of returns nothing for some names.")
checks.hand_over(depths=[int(depth) for depth in depths])

# %% check="rate_by_layer" points=2
few = ["embeddings.tok_embeddings.weight", *(f"layers.{n}.a.weight" for n in range(3)), "heads.A.bias"]
found = rates_found(list(few), 3, 1.0, 2.0)
checks.keys(found, few, "the dict of rates")
rates = [found[name] for name in few]
hint = "Embeddings are the lowest and slowest: from the top down each step *divides* by the factor"
checks.that(rates[0] < rates[3], hint + ".")
hint = "What is on top learns at the peak itself, and the top layer one step below"
checks.close(rates[4], 1.0, "the rate of a head at peak 1", hint)
hint = "The factor is an argument: here it is 2, not 2.6."
checks.that(abs(rates[3] - 1 / 2.6) > 1e-6, hint)
checks.close(rates, [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1], "the rates for peak 1, factor 2, from the bottom up")
mixed = ["layers.1.b.weight", "heads.A.bias", "layers.2.a.weight", "layers.1.a.weight", "heads.B.bias"]
found = rates_found(list(mixed), 3, 0.5, 2.0)
hint = "The depth decides, not the order of the names: all parameters of a layer have one rate"
checks.close([found.get(name, 0) for name in mixed], [1 / 8, 1 / 2, 1 / 4, 1 / 8, 1 / 2], "rates at peak 0.5", hint)
usual = rates_found(["heads.A.bias", "layers.2.a.weight"], 3, 2.6)
rates = [usual.get(name, 0) for name in ("heads.A.bias", "layers.2.a.weight")]
hint = "The factor is 2.6 where none is given"
checks.close(rates, [2.6, 1], "the rates for peak 2.6, no factor given", hint)

# %% check="rate_table" points=4
cases = [(few[::-1], 3, 3e-3, 2.6), (["final_norm.weight", "layers.4.a.weight"], 12, 1e-3, 2.6)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("rate_table")
for _ in range(4):
    layers = int(rng.integers(11, 25))
    drawn = [
        "m.embeddings.norm.weight",
        "m.final_norm.weight",
        "c.bias",
        *(f"m.layers.{n}.x.weight" for n in range(layers)),
    ]
    cases.append((rng.permutation(drawn).tolist(), layers, float(rng.uniform(1e-4, 1)), float(rng.uniform(1.1, 4))))
### END HIDDEN TESTS
tables = []
hint = "The function changes its input in place: the caller's list of names would be different."
for drawn, *others in cases:
    given = list(drawn)
    tables.append(rates_found(given, *others))
    checks.that(given == drawn, hint)
checks.hand_over(tables=tables)
