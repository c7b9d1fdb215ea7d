# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Qwen with QLoRA: teach a decoder to answer
#
# {{ badge }}
#
# After this lab you will be able to
# - write a chat as the model reads it, and say which of its tokens may enter the loss;
# - store a weight in four bits by hand: absmax int4, NF4 from the normal's quantiles, double quantisation;
# - say what the error is and what it costs in bits, and agree with `bitsandbytes` code by code;
# - tune a 4-bit decoder with `SFTTrainer` and `LoraConfig`, and name what in the default settings would have gone wrong;
# - measure before and after on two jobs, one with a right answer and one with a voice;
# - save what was learnt and nothing else, and merge it into the weights that it was learnt on.
#
# *You need:* language models and their loss (lab 4), LoRA (lab 6). *Your time:* about four and a half hours. The
# machine's share of the work:
#
# {{ budget_table }}
#
# The model is `{{ s.tiny.model }}` in profile tiny (a Qwen2 of 1.3 million parameters that this course pretrained
# itself), `{{ s.laptop.model }}` in laptop (SmolLM2-135M, rewritten as the Qwen2 that it equals) and `{{ s.t4.model
# }}` on a GPU. Your code is the same. No GPU was at hand when the lab was made: its settings there follow the
# libraries' rules, and two small tables in Part 4 have empty places for a GPU's numbers. Who has one may fill them in
# (a double click opens the cell); they are not graded.

# %% tags=["setup"]
from shared.session import start

settings = start("lab07_qwen_qlora")

# %%
import functools
import gc
import re
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

# %%
import bitsandbytes
import datasets
import numpy as np
import pandas as pd
import torch
import transformers
from datasets import Dataset

# %%
from peft import LoraConfig, PeftModel, get_peft_model
from scipy.stats import norm
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from torch import nn
from tqdm.auto import tqdm
from transformers import (
    AutoModelForCausalLM,
    BitsAndBytesConfig,
    PrinterCallback,
    set_seed,
)
from trl import SFTConfig, SFTTrainer, pack_dataset

# %%
from shared import checks, plots
from shared.datasets import load_sentiment, load_speeches, load_voice
from shared.hardware import detect, give_memory_back
from shared.metrics import mean_sd
from shared.models import keep_trainable, load_in_nf4, load_tokenizer, model_path, score_labelled_tokens_only

# %%
transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
datasets.disable_progress_bars()
warnings.filterwarnings("ignore", module="trl|peft|torch|bitsandbytes|transformers")
hardware = detect()
device = torch.device(hardware.device)
dtype = torch.bfloat16 if hardware.dtype == "bfloat16" else torch.float32  # of weights that are not quantised
compute = getattr(torch, hardware.dtype)  # what a layer multiplies in once its four bits are unpacked
gc.freeze()  # Trainer tidies up after every run: no need to look through everything that was imported each time
