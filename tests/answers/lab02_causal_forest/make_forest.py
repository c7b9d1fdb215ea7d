# Answers to lab 2, exercise 7.

# %% right="a dictionary that is unpacked"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    recipe = {"smooth": settings.smooth, "aggressive": settings.aggressive}[style]
    common = {"discrete_treatment": True, "n_estimators": trees, "random_state": seed}
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), **common, **recipe
    )


# %% right="if and else"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    y, t = LassoCV(cv=settings.cv), LogisticRegressionCV(cv=settings.cv)
    if style == "smooth":
        s = settings.smooth
        depth = None
    else:
        s = settings.aggressive
        depth = s["max_depth"]
    return CausalForestDML(
        model_y=y, model_t=t, discrete_treatment=True, n_estimators=trees, random_state=seed, max_depth=depth,
        min_samples_leaf=s["min_samples_leaf"], max_samples=s["max_samples"],
    )  # fmt: skip


# %% right="attributes set afterwards"
import econml.dml


def make_forest(style, trees, seed):
    forest = econml.dml.CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True
    )
    for name, value in {**getattr(settings, style), "n_estimators": trees, "random_state": seed}.items():
        setattr(forest, name, value)
    return forest


# %% wrong="a regression for the treatment" loses=["forest_nuisances"] says="yes or no"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LassoCV(cv=settings.cv), discrete_treatment=True,
        n_estimators=trees, random_state=seed, **getattr(settings, style),
    )  # fmt: skip


# %% wrong="treatment taken for a number" loses=["forest_nuisances"] says="discrete_treatment=True"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv),
        n_estimators=trees, random_state=seed, **getattr(settings, style),
    )  # fmt: skip


# %% wrong="the library's default models" loses=["forest_nuisances"] says="LassoCV"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    return CausalForestDML(discrete_treatment=True, n_estimators=trees, random_state=seed, **getattr(settings, style))


# %% wrong="a depth limit in the smooth forest" loses=["forest_smooth"] says="max_depth"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    recipe = {"max_depth": 5, **getattr(settings, style)}
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True,
        n_estimators=trees, random_state=seed, **recipe,
    )  # fmt: skip


# %% wrong="always smooth" loses=["forest_aggressive"] says="style"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True,
        n_estimators=trees, random_state=seed, **settings.smooth,
    )  # fmt: skip


# %% wrong="styles swapped" loses=["forest_smooth", "forest_aggressive"] says="large leaves"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    recipe = settings.aggressive if style == "smooth" else settings.smooth
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True,
        n_estimators=trees, random_state=seed, **recipe,
    )  # fmt: skip


# %% wrong="the seed is fixed inside" loses=["forest_seed"] says="fixed inside"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True,
        n_estimators=trees, random_state=123, **getattr(settings, style),
    )  # fmt: skip


# %% wrong="nothing is returned" loses=["forest_nuisances", "forest_smooth", "forest_aggressive", "forest_seed"] says="return"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    forest = CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True,
        n_estimators=trees, random_state=seed, **getattr(settings, style),
    )  # fmt: skip
    print(forest)


# %% wrong="the number of trees is fixed inside" loses=["forest_seed"] says="asked for"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True,
        n_estimators=settings.trees, random_state=seed, **getattr(settings, style),
    )  # fmt: skip


# %% wrong="the recipe in the settings gets trees and seed" loses=["forest_smooth"] says="copy the dictionary"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    options = getattr(settings, style)
    options.update(n_estimators=trees, random_state=seed)
    return CausalForestDML(
        model_y=LassoCV(cv=settings.cv),
        model_t=LogisticRegressionCV(cv=settings.cv),
        discrete_treatment=True,
        **options,
    )


# %% wrong="one forest is kept and set anew" loses=["forest_seed"] says="makes a new forest"
from econml.dml import CausalForestDML

ONE = CausalForestDML(
    model_y=LassoCV(cv=settings.cv), model_t=LogisticRegressionCV(cv=settings.cv), discrete_treatment=True
)


def make_forest(style, trees, seed):
    ONE.max_depth = None
    for name, value in getattr(settings, style).items():
        setattr(ONE, name, value)
    ONE.n_estimators, ONE.random_state = trees, seed
    return ONE


# %% wrong="without intervals, which would be faster" loses=["forest_seed"] says="inference"
from econml.dml import CausalForestDML


def make_forest(style, trees, seed):
    models = {"model_y": LassoCV(cv=settings.cv), "model_t": LogisticRegressionCV(cv=settings.cv)}
    recipe = models | getattr(settings, style)
    return CausalForestDML(discrete_treatment=True, n_estimators=trees, random_state=seed, inference=False, **recipe)
