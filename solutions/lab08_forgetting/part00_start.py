# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Schedules, domain adaptation, catastrophic forgetting
#
# {{ badge }}
#
# After this lab you will be able to
# - write the three tools of ULMFiT, discriminative learning rates, slanted triangular schedule and gradual unfreezing,
#   and say in an ablation, over five seeds, which of them helped *here*;
# - continue a model's pretraining on another register, and read off what it cost elsewhere;
# - measure catastrophic forgetting, on an old task and on the language-model loss, in the same unit as a published table;
# - compare five remedies in one plot of the old task against the new one;
# - design a schedule of your own, run it, and defend it.
#
# *You need:* `Trainer` and freezing (lab 5), LoRA (lab 6), masked words (lab 4). *Your time:* 235 minutes, a little under
# four hours. Run time and memory:
#
# {{ budget_table }}
#
# The model is `{{ s.tiny.model }}` in profiles tiny and laptop (a ModernBERT of six layers that this course pretrained
# itself) and `{{ s.t4.model }}` (22 layers, 149 million parameters) on a T4 or a larger GPU. Your code is the same
# everywhere, and everything is computed in 32 bits, on the processor or on the GPU that your profile finds.
#
# Two habits hold for the whole lab. Your functions never change what they are given, unless the text asks for it. And an
# exercise that asks for a number wants a plain one; NumPy's and PyTorch's numbers are accepted too.

# %% tags=["setup"]
from shared.session import start

settings = start("lab08_forgetting")

# %%
import copy
import functools
import gc
import itertools
import json
import math
import operator
import re
from pathlib import Path
from tempfile import TemporaryDirectory

# %%
import numpy as np
import pandas as pd
import torch
import transformers
from peft import LoraConfig, inject_adapter_in_model
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from torch import nn
from tqdm.auto import tqdm

# %%
from transformers import (
    AutoModelForMaskedLM,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.models.modernbert import ModernBertConfig, ModernBertModel

from shared import checks, plots
from shared.datasets import load_sentiment, load_speeches, load_voice
from shared.hardware import detect
from shared.metrics import mean_sd
from shared.models import load_tokenizer, model_path

# %%
transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
hardware = detect()
device = torch.device(hardware.device)
gc.freeze()  # Trainer tidies up after every run: no need to look through everything that was imported each time

# %% [markdown]
# ## Two tasks on the same sentences
#
# The rated sentences of labs 5 and 6, with two questions about each. **Task A**: is it negative, neutral or positive?
# **Task B**: does it come from a film review, a newspaper, a product review or a tweet? A model learns A, then B, and we
# ask what is left of A. The sentences are the same, so whatever it loses is not for lack of having seen them.

# %%
CLASSES = {"A": ["negative", "neutral", "positive"], "B": ["film", "news", "products", "tweets"]}
tokenizer = load_tokenizer(settings.model)


@functools.cache
def encoded(split: str) -> dict:
    """ids and mask (rows, tokens), labels A (absent in test) and B (rows,), the rows' id and text."""
    rows = load_sentiment()[split]
    count = {"train": settings.train_rows, "validation": settings.validation_rows, "test": settings.test_rows}[split]
    rows = rows[np.random.default_rng(0).permutation(len(rows))[:count]]
    tokens = tokenizer(rows["text"], truncation=True, max_length=settings.max_length, padding=True, return_tensors="pt")
    found = {"ids": tokens["input_ids"], "mask": tokens["attention_mask"], "id": rows["id"], "text": rows["text"]}
    found["B"] = torch.tensor([CLASSES["B"].index(domain) for domain in rows["domain"]])
    if "label" in rows:
        found["A"] = torch.tensor(rows["label"])
    return found


print(f"{len(encoded('train')['A']):,} rows to train on, {len(encoded('validation')['A'])} to validate on")
pd.crosstab(
    pd.Series(encoded("train")["B"]).map(CLASSES["B"].__getitem__),
    pd.Series(encoded("train")["A"]).map(CLASSES["A"].__getitem__),
).rename_axis(index="B: origin", columns="A: sentiment")


# %% [markdown]
# One body, one linear head for each task. The pretrained model also has a head that fills in masked words. It is kept
# aside, one copy for the whole lab, and put on top of any body whose *language-model loss* we want to know.


# %%
class TwoTasks(nn.Module):
    """A pretrained body with one linear head a task, on the mean last state of a text's real tokens."""

    def __init__(self, body):
        super().__init__()
        self.body = body
        self.heads = nn.ModuleDict({task: nn.Linear(body.config.hidden_size, len(CLASSES[task])) for task in CLASSES})

    def forward(self, ids, mask):
        """ids, mask (rows, tokens) -> the pooled states (rows, width) that the heads read."""
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        real = mask.unsqueeze(-1)
        return (states * real).sum(1) / real.sum(1)


# %%
@functools.cache
def language_model():
    """The pretrained model with the head that fills in masked words, float32."""
    return AutoModelForMaskedLM.from_pretrained(model_path(settings.model), dtype=torch.float32).to(device).eval()


def new_model(seed: int, body=None) -> TwoTasks:
    """A copy of a body (None: the pretrained one) under fresh heads, which the seed draws on the CPU."""
    set_seed(seed)
    with torch.device("cpu"):
        model = TwoTasks(copy.deepcopy(body or language_model().model))
    return model.to(device)


LAYERS = language_model().config.num_hidden_layers
DEPTHS = LAYERS + 2  # embeddings, layers, and what is on top
names = [name for name, _ in new_model(0).named_parameters()]
print(f"{LAYERS} layers, {sum(p.numel() for p in new_model(0).parameters()):,} parameters, by names such as these:")
print("\n".join([*names[:5], "...", *names[-6:]]))


# %%
def toy_model(seed: int = 0, layers: int = 4) -> TwoTasks:
    """A TwoTasks of width 16 with random weights, for checks."""
    torch.manual_seed(seed)
    config = ModernBertConfig(
        vocab_size=60,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=layers,
        num_attention_heads=2,
        local_attention=4,
        initializer_range=0.1,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        cls_token_id=1,
        sep_token_id=2,
    )
    return TwoTasks(ModernBertModel(config))
