# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Memory, scaling laws, compression, cost
#
# {{ badge }}
#
# After this lab you will be able to
# - say how many bytes a training needs, for weights, gradients, optimizer state and activations, and check it by
#   measuring;
# - turn parameters and tokens into operations, petaflop/s-days, days on a machine, tonnes of CO2 and dollars;
# - fit a scaling law to recorded runs, predict a larger run with an interval, and split a budget between model and data;
# - read model cards for what decides, and say when a model is too expensive to train and good enough to reuse;
# - make a model smaller in four ways (8 bits, 4 bits, pruning, distillation) and report size, speed and kept quality
#   without flattering yourself.
#
# *You need:* gradients and `AdamW` (lab 5), cross-entropy and temperature (lab 4), absmax quantisation (lab 7). *Your
# time:* about four hours. Run time and memory:
#
# {{ budget_table }}
#
# The model is `{{ s.tiny.model }}` in profiles tiny and laptop and `{{ s.t4.model }}` on a GPU. None of your functions
# may change what it is given: the caller's tensors, arrays, lists and dictionaries are the same afterwards.

# %% tags=["setup"]
from shared.session import start

settings = start("lab10_scaling")

# %%
import copy
import functools
import gc
import itertools
import json
import math
import re
import time
from pathlib import Path

# %%
import numpy as np
import pandas as pd
import torch
import transformers
from scipy.optimize import least_squares
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from tqdm.auto import tqdm
from transformers import AutoModelForSequenceClassification

# %%
from shared import checks, plots
from shared.assets import embedded
from shared.datasets import load_sentiment
from shared.hardware import detect, give_memory_back
from shared.metrics import mean_sd
from shared.models import load_tokenizer, model_path
from shared.seeding import seed_everything

# %%
transformers.utils.logging.set_verbosity_error()  # else each load reports that the classifier is new
transformers.utils.logging.disable_progress_bar()
hardware = detect()
device = torch.device(hardware.device)
gc.freeze()  # so that the garbage collector skips everything that was imported


# %%
def pretrained() -> nn.Module:
    """The profile's encoder in float32 with a new classifier for three classes, its embeddings frozen."""
    # Eager attention keeps its weights for the backward pass where one can see them, and is fast at this size.
    how = {"num_labels": 3, "attn_implementation": "eager", "dtype": torch.float32}
    model = AutoModelForSequenceClassification.from_pretrained(model_path(settings.model), **how)
    model.model.embeddings.requires_grad_(False)
    return model.to(device)


encoder = pretrained()
shape = encoder.config
print(f"{sum(p.numel() for p in encoder.parameters()):,} parameters,", end=" ")
print(f"{sum(p.numel() for p in encoder.parameters() if p.requires_grad):,} of them trainable;")
print(f"{shape.num_hidden_layers} layers of width {shape.hidden_size}, {shape.num_attention_heads} heads,", end=" ")
print(f"feed-forward {shape.intermediate_size}.")
