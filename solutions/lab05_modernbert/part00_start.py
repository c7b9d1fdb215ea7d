# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Fine-tuning ModernBERT, and freezing most of it
#
# {{ badge }}
#
# After this lab you will be able to
# - say what a classifier has to beat, and measure it with a score that a lazy one cannot win;
# - fine-tune a pretrained encoder with `Trainer`: batches that waste little, a rate, a warm-up, weight decay;
# - freeze all but the last *N* layers, prove what is frozen, and say what it saves in seconds and in memory;
# - store what the frozen layers compute, exactly, and stop paying for it;
# - draw a label-efficiency curve that is fair to both sides;
# - choose a threshold where two mistakes hurt different people, and defend it.
#
# *You need:* PyTorch modules and gradients, attention (lab 3), tokens (lab 4). *Your time:* about four hours.
# The machine's share of the work:
#
# {{ budget_table }}
#
# The model is `{{ s.tiny.model }}` in profiles tiny and laptop (a ModernBERT of six layers that this course pretrained
# itself, small enough for a processor) and `{{ s.t4.model }}` (22 layers, 149 million parameters) on a GPU. Your code
# is the same, and "ModernBERT" in a table or figure below means the one that your profile loads.

# %% tags=["setup"]
from shared.session import start

settings = start("lab05_modernbert")

# %%
import functools
import gc
import textwrap
import time
from pathlib import Path
from tempfile import TemporaryDirectory

# %%
import datasets
import numpy as np
import pandas as pd
import torch
import transformers
from datasets import Dataset
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from torch import nn
from tqdm.auto import tqdm

# %%
from transformers import (
    AutoConfig,
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    EvalPrediction,
    PrinterCallback,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.masking_utils import create_bidirectional_mask, create_bidirectional_sliding_window_mask
from transformers.models.modernbert import ModernBertConfig, ModernBertForSequenceClassification

import shared.metrics
from shared import checks, plots
from shared.assets import embedded
from shared.datasets import load_mail, load_sentiment
from shared.hardware import detect
from shared.metrics import mean_sd
from shared.models import load_tokenizer, model_path
from shared.tokenization import padding_collator, token_lengths, truncation_report

# %%
transformers.utils.logging.set_verbosity_error()  # else each load reports that the new classifier has no pretrained weights
transformers.utils.logging.disable_progress_bar()
datasets.disable_progress_bars()
hardware = detect()
device = torch.device(hardware.device)
gc.freeze()  # Trainer tidies up after every run: no need to look through everything that was imported each time

# %% [markdown]
# ## The data
#
# Sentences from film reviews, newspaper editorials, tweets and product reviews, each rated by about twenty people from
# −4 to 4 and sorted here into negative, neutral and positive. The test split has no labels: they stay with your
# instructor, and Exercise 12 sends them an answer. We work with a random part of the others, as large as the profile
# allows.


# %%
def draw(split: Dataset, rows: int, seed: int = 0) -> Dataset:
    """So many rows of a split in random order (all of them if it has fewer), as a data set in memory."""
    chosen = np.random.default_rng(seed).permutation(len(split))[:rows]
    return Dataset.from_dict(split[chosen], features=split.features)


texts = load_sentiment()
tokenizer = load_tokenizer(settings.model)
classes = texts["train"].features["label"].names
train = draw(texts["train"], settings.train_rows)
validation = draw(texts["validation"], settings.validation_rows)
print(f"{len(texts['train']):,} sentences to train on, of which we use {len(train):,};")
print(
    f"{len(texts['validation']):,} to validate on, of which we use {len(validation):,}; {len(texts['test']):,} to test."
)
counts = pd.crosstab(pd.Series(train["domain"]), pd.Series(train["label"])).set_axis(classes, axis=1)
counts.rename_axis(index="domain", columns="rows")
