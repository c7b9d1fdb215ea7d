# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Fill the blank, guess the next word
#
# {{ badge }}
#
# After this lab you will be able to
# - learn a byte-pair vocabulary from counts, and cut words with it exactly as the library does;
# - write the three pretraining objectives: masked tokens, next token, corrupted spans;
# - say who may attend to whom in an encoder, a decoder and both together, and prove it on a real model;
# - turn a model's scores into a loss, a perplexity and a probability for every next token;
# - write greedy decoding, temperature, top-k, nucleus sampling and beam search, and get what `generate` gets;
# - choose an architecture and a decoding method for a task, and defend the choice with numbers.
#
# *You need:* PyTorch tensors, softmax, a little probability. *Your time:* just under four hours, twenty minutes of
# them before class (Part A). The machine's share of the work:
#
# {{ budget_table }}
#
# No function of yours may change what it is given: the lists, dictionaries and tensors belong to whoever calls it.
#
# Those are minutes of a machine that has nothing else to do. On one that is busy, or shared by a class, each becomes
# several.

# %% tags=["setup"]
from shared.session import start

settings = start("lab04_language_models")

# %%
import codecs
import json
import re
import tracemalloc
from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import pandas as pd
import torch

# %%
from scipy.stats import chisquare
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from tqdm.auto import tqdm
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, DataCollatorForLanguageModeling, GenerationConfig
from transformers.utils import logging

from shared import checks, plots
from shared.datasets import load_sentiment, load_speeches
from shared.metrics import mean_sd
from shared.models import load_tokenizer, model_path

logging.disable_progress_bar()
logging.set_verbosity_error()
pd.set_option("display.max_colwidth", None)  # tables show whole sentences
