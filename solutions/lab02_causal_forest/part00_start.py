# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Lab 2 · Smooth and aggressive causal forests
#
# {{ badge }}
#
# A forest can estimate for whom something works. Whether to believe it depends on two or three numbers that most
# people copy from somewhere. In this lab you meet two sets of them, a *smooth* one and an *aggressive* one, on real
# people and in made-up worlds whose truth you can look up, and find out where each of them is right.
#
# **When you are through you can**
#
# - tell a difference between two groups from an effect, and say what randomisation buys;
# - adjust for confounders by regression and by propensity weights, and see when the weights cannot be trusted;
# - write double machine learning with cross-fitting by hand and say what each half of it protects from;
# - work out from the number of rows and two hyperparameters how many leaves a tree of a causal forest can have;
# - score effect estimates with a known truth (RMSE, bias, coverage) and without one (a held-out score);
# - price a treatment rule before anybody deploys it.
#
# **Work.** About three hours, 12 exercises, 100 points, 10 of them for a written answer.
# **You need** least squares, cross-validation, standard errors. No graphics card is used.
#
# {{ budget_table }}

# %% tags=["setup"]
from shared.session import start

settings = start("lab02_causal_forest")

# %% [markdown]
# Two warnings of the libraries are switched off below, by name, and you should know what they say. scikit-learn
# announces future defaults of `LogisticRegressionCV`; nothing of today's fit changes. EconML says that it ignores the
# `cv={{ s.tiny.cv }}` of the models it is given and cross-validates on its own folds instead: the forests' recipe
# below asks for `cv={{ s.tiny.cv }}` all the same, as most recipes do, and now you know that the number has no effect
# there.

# %%
import warnings

import numpy as np
import pandas as pd
from sklearn.linear_model import LassoCV, LinearRegression, LogisticRegression, LogisticRegressionCV
from tqdm.auto import tqdm

from shared import checks, plots
from shared.datasets import load_pension, load_thornton
from shared.metrics import mean_sd

warnings.filterwarnings("ignore", category=FutureWarning, module=r"sklearn\.linear_model\._logistic")
warnings.filterwarnings("ignore", message=".*has a non-default cv attribute, which will be ignored")

# %% [markdown]
# ## The people
#
# **A trial.** In rural Malawi, in 2004, people who had been tested for HIV were offered money, or none, for coming to
# learn the result; a random draw decided. Did the offer make them come?
#
# **Households.** US households in 1991: the employer offers a 401(k) pension plan (`eligible`), or does not. Nobody
# assigned it at random. Do households save more because of the offer?
#
# Both tables have a card in `data/cards/`: where they come from, what they lack, what they must not be used for.
#
# **One rule for all exercises.** The arrays that your functions get still belong to whoever calls them: compute with
# them, but never write into them.

# %%
trial = load_thornton()
pension = load_pension()
print(trial.describe().loc[["count", "mean", "min", "max"]].round(2).T.to_string())
print(pension.describe().loc[["count", "mean", "min", "max"]].round(2).T.to_string())
