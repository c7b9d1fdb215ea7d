# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # In-context learning against fine-tuning
#
# {{ badge }}
#
# After this lab you will be able to
# - write prompts as templates, with zero, one and a few examples, inside a context window that is a budget;
# - make a classifier of a language model that was never tuned, by the likelihood of its labels;
# - measure how far the order of the examples, their choice and the label words move the result, and remove the bias;
# - build instruction data whose splits do not leak, and tune a small model on one task and on several;
# - count what a request costs before and after tuning, in tokens, seconds and money;
# - treat an evaluation as an experiment: paired differences, clustered errors, power, several comparisons at once;
# - decide when to fine-tune, and defend it.
#
# *You need:* language models and their loss (lab 4), chat templates and answer labels (lab 7). *Your time:* about four
# hours. Run time and memory:
#
# {{ budget_table }}
#
# Two models meet. The **prompted** one is not trained here: `{{ s.tiny.model }}` in profile tiny (1.3 million
# parameters), `{{ s.laptop.model }}` in laptop (SmolLM2 with 135 million) and `{{ s.t4.model }}` on a GPU. The **tuned**
# one is `{{ s.tiny.small }}` in every profile. In profile tiny both are the same model, and far too small to learn from
# examples in a prompt. It shows the *bias* that this lab is about very clearly and in-context learning not at all, so
# results recorded with SmolLM2-135M are drawn behind yours wherever that matters, and labelled as recorded.
#
# In all exercises, what a function is given still belongs to its caller: return new lists and arrays, and change none
# of those that you were handed.

# %% tags=["setup"]
from shared.session import start

settings = start("lab09_prompting")

# %%
import copy
import functools
import hashlib
import itertools
import math
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

# %%
import jinja2
import numpy as np
import pandas as pd
import torch
import transformers
from scipy.special import log_softmax
from scipy.stats import norm
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from tqdm.auto import tqdm
from transformers import AutoModelForCausalLM, set_seed

# %%
from shared import checks, plots
from shared.datasets import load_sentiment, load_voice
from shared.hardware import detect
from shared.metrics import mean_sd
from shared.models import answer_logits, load_tokenizer, model_path
from shared.tokenization import token_lengths

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
warnings.filterwarnings("ignore", module="torch|transformers")
device = torch.device(detect().device)

# %% [markdown]
# ## The texts
#
# Snippets of film reviews, rated by people; those that are neither negative nor positive are left out. The *pool* is
# where examples for prompts and rows for tuning come from. Every number until Part 7 is measured on *validation*
# texts; the test texts have no labels here, and Exercise 11 is scored on them.


# %%
def film_texts(split: str) -> pd.DataFrame:
    """Film snippets of a split: id, text and, except in test, positive (0 or 1); in an order that seed 0 draws."""
    rows = load_sentiment()[split].to_pandas()
    rows = rows[rows["domain"] == "film"]
    if "label" in rows:
        rows = rows[rows["label"] != 1].assign(positive=lambda table: (table["label"] == 2).astype(int))
    return rows.drop(columns=["domain", "label"], errors="ignore").sample(frac=1, random_state=0, ignore_index=True)


pool = film_texts("train")
held = film_texts("validation").head(settings.texts)
test_rows = film_texts("test").head(settings.test_rows)
truth = held["positive"].to_numpy()
texts = held["text"].tolist()
print(f"{len(pool):,} texts in the pool, {len(held)} to measure on, {len(test_rows)} to hand in.")
print(f"Always saying the commoner class is right for {max(truth.mean(), 1 - truth.mean()):.3f} of the {len(held)}.")
