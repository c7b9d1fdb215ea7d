# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Ridge regression needs a standard scaler
#
# {{ badge }}
#
# After this lab you will be able to
# - write ridge regression as a closed form, with an intercept that is left alone, and get what scikit-learn gets;
# - say why a penalty makes the *units* of a column matter, and show it on real measurements;
# - put scaler and model into one pipeline, so that cross-validation is honest without anybody having to remember it;
# - recognise leakage, measure what it costs, and tell a harmless leak from a fatal one;
# - say what **regularisation** is for: **overfitting** and its remedy, measured in effective degrees of freedom;
# - leave out each row in turn without refitting once, choose the penalty, and defend your choice;
# - compare two models on the same splits, and say whether splits that share rows can tell them apart;
# - say what a coefficient means, and what it does not.
#
# *You need:* matrix products, least squares, a little NumPy. *Your time:* about three hours, 170 minutes of them for the
# twelve exercises. No GPU is used. Run time and memory:
#
# {{ budget_table }}
#
# **One rule for all exercises.** The arrays and lists that your functions get still belong to the caller: compute
# with them, but never write into them.

# %% tags=["setup"]
from shared.session import start

settings = start("lab01_ridge")

# %%
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.dummy import DummyRegressor
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.linear_model import Lasso, LinearRegression, Ridge, RidgeCV
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor
from tqdm.auto import tqdm

from shared import checks, plots
from shared.datasets import load_nhefs
from shared.metrics import mean_sd

# %% [markdown]
# ## The data
#
# In 1971 a large health survey in the United States measured and questioned, among many others, the smokers in this
# table. We predict a person's **body weight in kilograms** in 1971 from eleven other columns, each in a usual unit
# (height, written down in centimetres, is in metres here). (One warning to come
# back to: blood pressure was taken at the follow-up in 1982. As a lesson about units this does no harm. As a way to
# *predict* anything it would be nonsense, since nobody knows a value from the future.)

# %%
people = load_nhefs()
columns = [name for name in people.columns if name != "weight"]
units = {
    "height": "m",
    "age": "years",
    "male": "0 or 1",
    "systolic": "mmHg",
    "diastolic": "mmHg",
    "cholesterol": "mg/dL",
    "cigarettes": "a day",
    "smoking_years": "years",
    "schooling": "years",
    "tobacco_price": "$ a pack",
    "active": "0 or 1",
}
X = people[columns].to_numpy()  # (rows, 11)
y = people["weight"].to_numpy()  # (rows,), kg
overview = people[columns].agg(["mean", "std"]).T.round(2)
overview.insert(0, "unit", pd.Series(units))
print(f"{len(people):,} people, mean weight {y.mean():.1f} kg, standard deviation {y.std():.1f} kg")
overview

# %% [markdown]
# Height is in metres, so its numbers hardly vary (look at its `std`); cholesterol's vary by tens. Nobody would say
# that cholesterol is therefore the more important column. A ridge penalty does. Here is one model, fitted
# twice to the same people; the second time height was typed in millimetres.

# %%
millimetres = X.copy()
millimetres[:, 0] *= settings.factor
in_metres = Ridge(alpha=settings.alpha).fit(X, y).predict(X)
in_millimetres = Ridge(alpha=settings.alpha).fit(millimetres, y).predict(millimetres)
tallest = X[:, 0].argmax()
print(f"The tallest person, {X[tallest, 0]:.2f} m, weighs {y[tallest]:.1f} kg.")
print(f"Ridge with alpha = {settings.alpha:g} predicts")
print(f"  {in_metres[tallest]:.1f} kg if heights were typed in metres,")
print(f"  {in_millimetres[tallest]:.1f} kg if they were typed in millimetres.")
