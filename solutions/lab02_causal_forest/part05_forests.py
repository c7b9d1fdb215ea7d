# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 6 · How smooth is smooth?
#
# *Why.* A causal forest's smoothness is arithmetic. Each tree gets a share `max_samples` of the rows; an *honest*
# tree uses one half of them to choose its splits and the other half to estimate in the leaves; and in each half every
# leaf must hold `min_samples_leaf` rows. Three numbers, and you know whether a tree can split at all.
#
# *Effort.* Easy, 10 minutes, 8 points.
#
# Write `most_leaves`, an upper bound on the leaves of one honest tree. Rows are whole: round down at every step
# (share of the rows, half of it, leaves). A tree that cannot split has one leaf.
#
# <details><summary>Hint 1: a worked case</summary>
# 1,000 rows, a share of 0.3, leaves of at least 50: 300 rows a tree, 150 in a half, at most 3 leaves.
# </details>


# %% answer="most_leaves"
def most_leaves(rows: int, max_samples: float, min_samples_leaf: int) -> int:
    """Largest possible number of leaves of one honest tree.

    Args:
        rows: rows the forest is fitted on.
        max_samples: share of the rows that each tree gets, in (0, 1].
        min_samples_leaf: rows that a leaf must hold, in each half.
    """
    ### BEGIN SOLUTION
    half = int(rows * max_samples) // 2
    return max(1, half // min_samples_leaf)
    ### END SOLUTION


# %% check="leaves_honest" points=3
hint = "A tree gets max_samples of the rows, and honesty leaves half of those for choosing splits."
found = most_leaves(1024, 0.25, 8)
checks.that(found != 15, "Count leaves, not splits: one split makes two leaves.")
checks.close(found, 16, "the leaves for 1,024 rows, a share of 0.25, leaves of 8", hint=hint)
found = most_leaves(1280, 0.25, 8)
checks.that(found != 16, "A tree need not be balanced: it can have any whole number of leaves, not only 2, 4, 8, 16.")
checks.close(found, 20, "the leaves for 1,280 rows, a share of 0.25, leaves of 8", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for leaf, leaves, power in rng.integers([2, 2, 1], [40, 30, 6], size=(5, 3)):
    rows = int(leaf * leaves * 2 * 2**power)  # divides exactly at every step
    checks.close(most_leaves(rows, 0.5**power, int(leaf)), int(leaves), "the leaves", hint=hint)
### END HIDDEN TESTS

# %% check="leaves_whole" points=3
hint = "There is no part of a row and no part of a leaf: round down at each step."
checks.close(most_leaves(1004, 0.25, 25), 5, "the leaves for 1,004 rows, a share of 0.25, leaves of 25", hint=hint)
checks.close(most_leaves(1007, 0.25, 25), 5, "the leaves for 1,007 rows, a share of 0.25, leaves of 25", hint=hint)
checks.close(most_leaves(1024, 0.25, 25), 5, "the leaves for 1,024 rows, a share of 0.25, leaves of 25", hint=hint)
checks.close(most_leaves(1007, 0.25, 42), 2, "the leaves for 1,007 rows, a share of 0.25, leaves of 42", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for extra in rng.integers(0, 8, size=5):  # 6 leaves need 8 * 2 * 6 rows a tree; a quarter of 8 * extra is never enough
    leaf = int(rng.integers(10, 30))
    rows = 4 * (2 * 6 * leaf) + int(extra) * 4
    checks.close(most_leaves(rows, 0.25, leaf), 6, f"the leaves for {rows} rows, 0.25, {leaf}", hint=hint)
    checks.close(most_leaves(rows - int(extra) * 4 - 1, 0.25, leaf), 5, "the leaves one row short", hint=hint)
### END HIDDEN TESTS

# %% check="leaves_stump" points=2
hint = "A tree that cannot split is still a tree: it has one leaf, and every person gets the same effect."
checks.close(most_leaves(1024, 0.0625, 50), 1, "the leaves for 1,024 rows, a share of 1/16, leaves of 50", hint=hint)
checks.close(most_leaves(512, 0.0625, 32), 1, "the leaves for 512 rows, a share of 1/16, leaves of 32", hint=hint)
if most_leaves(1280, 0.25, 8) == 20:  # a wrong half is judged above
    checks.close(
        most_leaves(1024, 0.0625, 32), 1, "the leaves for 1,024 rows, a share of 1/16, leaves of 32", hint=hint
    )
### BEGIN HIDDEN TESTS
for leaf in checks.fresh().integers(50, 90, size=3):
    checks.close(most_leaves(64, 0.25, int(leaf)), 1, "the leaves of a tree with 16 rows", hint=hint)
### END HIDDEN TESTS

# %%
for name, rows in [("trial", len(trial)), ("households", len(pension)), ("worlds", settings.rows)]:
    for style in ("smooth", "aggressive"):
        recipe = getattr(settings, style)
        most = most_leaves(rows, recipe["max_samples"], recipe["min_samples_leaf"])
        print(f"{name}, {rows:,} rows, {style}: at most {most} {'leaf' if most == 1 else 'leaves'} a tree")

# %% [markdown]
# Read the lines that say 1 twice: the trial and the households. The smooth recipe was written for larger tables; on
# these two its trees cannot split even once, and "the forest" is one constant, however many trees it has. Nothing in
# the library warns of it. Exercises 10 and 12 will need this.
#
# ## Exercise 7 · The two forests
#
# *Why.* Here are the two recipes, in full. Everything you have built by hand happens inside `CausalForestDML`:
# cross-fitted residuals by the models you name, then a forest of residual-on-residual regressions. Its trees decide which
# people count as neighbours of a person; one regression among these neighbours, this time with an intercept, is solved.
#
# *Effort.* Easy, 15 minutes, 9 points.
#
# Write `make_forest`: an unfitted `CausalForestDML` with `LassoCV(cv=settings.cv)` for the outcome,
# `LogisticRegressionCV(cv=settings.cv)` for the treatment, `discrete_treatment=True`, the number of trees and the seed
# given, and the hyperparameters of `settings.smooth` or `settings.aggressive`, which are dictionaries.
#
# | | min_samples_leaf | max_samples | max_depth |
# |---|---|---|---|
# | smooth | {{ s.tiny.smooth.min_samples_leaf }} | {{ s.tiny.smooth.max_samples }} | no limit |
# | aggressive | {{ s.tiny.aggressive.min_samples_leaf }} | {{ s.tiny.aggressive.max_samples }} | {{ s.tiny.aggressive.max_depth }} |
#
# The limit of {{ s.tiny.aggressive.max_depth }} never binds: leaves of {{ s.tiny.aggressive.min_samples_leaf }} rows stop
# the trees first (the deepest we saw had 27 levels). It stands here because recipes that people copy have it.
#
# Trees: {{ s.tiny.trees }} in profile tiny, {{ '{:,}'.format(s.laptop.trees) }} in the others; a multiple of 4,
# because trees come in groups of four that share a half-sample, from which the intervals are made.
#
# <details><summary>Hint 1: a dictionary as arguments</summary>
# `f(**settings.smooth)` passes every entry by name. `getattr(settings, style)` finds the right one.
# </details>

# %% answer="make_forest"
from econml.dml import CausalForestDML


def make_forest(style: str, trees: int, seed: int) -> CausalForestDML:
    """An unfitted causal forest.

    Args:
        style: "smooth" or "aggressive". trees: divisible by 4. seed: goes to `random_state`.
    """
    ### BEGIN SOLUTION
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv),
        model_t=LogisticRegressionCV(cv=settings.cv),
        discrete_treatment=True,
        n_estimators=trees,
        random_state=seed,
        **getattr(settings, style),
    )
    ### END SOLUTION


# %% check="forest_nuisances" points=3 tags=["inside"]
hint = "The outcome is a number (LassoCV), the treatment is yes or no (LogisticRegressionCV, discrete_treatment=True)."
for style in ("smooth", "aggressive"):
    forest = make_forest(style, 8, 1)
    checks.that(type(forest).__name__ == "CausalForestDML", "make_forest should return an unfitted CausalForestDML.")
    checks.that(isinstance(forest.model_y, LassoCV), f"{hint} model_y is {forest.model_y}.")
    checks.that(isinstance(forest.model_t, LogisticRegressionCV), f"{hint} model_t is {forest.model_t}.")
    checks.that(forest.discrete_treatment is True, f"{hint} discrete_treatment is {forest.discrete_treatment}.")
    checks.count(forest.model_y.cv, settings.cv, "cv of model_y")
    checks.count(forest.model_t.cv, settings.cv, "cv of model_t")

# %% check="forest_smooth" points=2 tags=["inside"]
recipes = {
    "smooth": {"min_samples_leaf", "max_samples"},
    "aggressive": {"min_samples_leaf", "max_samples", "max_depth"},
}
forest = make_forest("smooth", 8, 1)
checks.that(forest is not None, "make_forest gives back nothing: does it return the forest?")
for style, names in recipes.items():
    added = ", ".join(sorted(set(getattr(settings, style)) - names))
    checks.that(not added, f"make_forest writes {added} into settings.{style} itself: copy the dictionary first.")
for name, value in settings.smooth.items():
    checks.close(
        getattr(forest, name), value, f"{name} of the smooth forest", hint="Smooth: large leaves, few rows a tree."
    )
checks.that(forest.max_depth is None, "The smooth recipe sets no max_depth; its leaves stop it.")
### BEGIN HIDDEN TESTS
checks.that(forest.honest, "Leave honesty on, as in the library's default.")
### END HIDDEN TESTS

# %% check="forest_aggressive" points=2
forest = make_forest("aggressive", 8, 1)
checks.that(forest is not None, "make_forest gives back nothing: does it return the forest?")
hint = "Aggressive: small leaves, deep trees, nearly half of the rows in each. Does the style reach the forest?"
for name, value in settings.aggressive.items():
    checks.that(getattr(forest, name) is not None, f"{hint} {name} is not set.")
    checks.close(getattr(forest, name), value, f"{name} of the aggressive forest", hint=hint)
### BEGIN HIDDEN TESTS
checks.that(forest.honest, "Leave honesty on, as in the library's default.")
### END HIDDEN TESTS

# %% check="forest_seed" points=2
hint = "The trees and the seed that the caller asks for must reach the forest: are they fixed inside?"
forest = make_forest("smooth", 12, 5)
checks.that(forest is not None, "make_forest gives back nothing: does it return the forest?")
found = (
    f"Asked for 12 trees and seed 5, yours has n_estimators={forest.n_estimators}, random_state={forest.random_state}."
)
checks.that(forest.n_estimators == 12 and forest.random_state == 5, f"{hint} {found}")
checks.that(
    make_forest("smooth", 12, 6) is not forest, "Each call makes a new forest: the second must not change the first."
)
checks.that(forest.inference, "Leave inference on, as in the library's default: the intervals below need it.")
### BEGIN HIDDEN TESTS
trees = int(checks.fresh().integers(2, 9)) * 4
seed = int(checks.fresh().integers(1000))
forest = make_forest("aggressive", trees, seed)
checks.that(forest.n_estimators == trees and forest.random_state == seed, hint)
### END HIDDEN TESTS


# %%
def along_income(forest: CausalForestDML, x: np.ndarray, incomes: np.ndarray) -> np.ndarray:
    """Effects at these incomes (thousand dollars), all other covariates at their medians in x."""
    people = np.tile(np.median(x, axis=0), (len(incomes), 1))
    people[:, 0] = incomes / UNITS["income"]
    return forest.effect(people).ravel()


# %%
incomes = np.linspace(12, 100, 89)
figure, panel = plots.axes(width=6)
x = covariates(pension)
for style in ("smooth", "aggressive"):
    forest = make_forest(style, settings.trees, settings.seeds[0])
    forest.fit(pension["assets"].to_numpy(), pension["eligible"].to_numpy(), X=x)
    panel.plot(incomes, along_income(forest, x, incomes), label=style)
    effect = forest.effect(x)
    (low, high) = forest.effect_interval(np.median(x, axis=0)[None], alpha=settings.alpha)
    print(f"{style}: effects of the households {effect.mean():.1f} on average, sd {effect.std():.2f} thousand dollars;")
    print(f"    the interval at the medians of the covariates is {low.item():.1f} to {high.item():.1f}")
panel.set(xlabel="income (thousand dollars a year)", ylabel="effect on assets (thousand dollars)")
panel.legend()
plots.show(
    figure,
    alt="Estimated effect of a 401(k) offer against income. The smooth forest is a horizontal line; "
    "the aggressive forest jumps up and down between neighbouring incomes and tends to rise.",
)

# %% [markdown]
# As the arithmetic said: one constant against a mountain range, from the same data and the same library. The forest does
# not average the trees' slopes. Each tree hands over its *moments*, which for one leaf are the means of v², v, uv and u
# over the ninety or so households that it estimates from; the forest averages the moments over all trees and solves once,
# for slope and intercept. With few trees that is still a wild thing, as a few households are very rich: with 100 trees we
# got 2.1 thousand dollars. With 2,000 trees and three seeds we got 6.0, 6.6 and 6.7, beside slopes of exercise 5, on the
# same folds and models, of 6.3, 6.3 and 6.2; with 8,000 trees 6.0. *A forest that cannot split is double machine
# learning*, the hard way. Whether the mountain range is right, the households cannot tell us. The worlds can.
#
# `run` fits one forest in one world and keeps what the rest of the lab needs. It remembers its results, because with
# all {{ '{:,}'.format(s.laptop.trees) }} trees an aggressive fit takes nearly two minutes on two cores, and the
# smooth one about half a minute.

# %%
import functools
from types import SimpleNamespace


@functools.cache
def run(world: str, style: str, seed: int) -> SimpleNamespace:
    """Effects of all held-out people by one forest, intervals (low, high) of the first of them, and a curve."""
    x, t, y, _ = draw_world(world, settings.rows, seed)
    forest = make_forest(style, settings.trees, seed).fit(y, t, X=x)
    fresh, fresh_t, fresh_y, truth = draw_world(world, settings.held_out_rows, seed + 1000)
    low, high = forest.effect_interval(fresh[: settings.interval_rows], alpha=settings.alpha)
    return SimpleNamespace(
        effect=forest.effect(fresh).ravel(), truth=truth, low=low.ravel(), high=high.ravel(),
        x=fresh, t=fresh_t, y=fresh_y, curve=along_income(forest, x, incomes),
    )  # fmt: skip


# %%
figure, panels = plots.axes(2, sharey=True)
bar = tqdm(total=4, desc="forests")
for world, panel in zip(("gentle", "band"), panels, strict=True):
    for style in ("smooth", "aggressive"):
        panel.plot(incomes, run(world, style, settings.seeds[0]).curve, label=style)
        bar.update()
    panel.plot(incomes, true_effect(world, incomes), "k--", label="truth")
    panel.set(title=world, xlabel="income (thousand dollars a year)", ylabel="effect (thousand dollars)")
    panel.legend(fontsize=8)
    panel.tick_params(labelleft=True)
bar.close()
plots.show(
    figure,
    alt="Two panels of estimated effect against income with the truth dashed. In the gentle world the smooth "
    "curve keeps to the slow rise, too flat at both ends, and the aggressive one scatters around it. In the band "
    "world the aggressive curve follows the edges of the band and the smooth one rounds them off.",
)
