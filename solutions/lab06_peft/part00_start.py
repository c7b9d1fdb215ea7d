# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Full, some, or new parameters
#
# {{ badge }}
#
# After this lab you will be able to
# - count what a method trains, and what a hundred tasks cost on disk, before anything runs;
# - write LoRA, bottleneck adapters, compacters, soft prompts and prefixes yourself, and show that they equal the
#   library's where the library has them;
# - merge a trained update into the weights, take it out again, and swap one task for another, exactly;
# - use `peft` without its four classic accidents;
# - compare nine ways of fine-tuning on one task, alike, with a spread, and choose one for a reason.
#
# *You need:* PyTorch modules and gradients, attention with keys and values (lab 3), freezing (lab 5).
# *Your time:* about four hours. The machine's share of the work:
#
# {{ budget_table }}
#
# The three families of this lab change *some* of the old parameters (**selective**: the top layers, the biases), add
# *new* ones and leave the old alone (**additive**: adapters, compacters, soft prompts, prefixes), or add new ones that
# can be folded into the old (**reparameterised**: LoRA). The model is `{{ s.tiny.model }}` in profiles tiny and laptop
# (a Qwen2 of 1.3 million parameters that this course pretrained itself) and `{{ s.t4.model }}` on a GPU. Why a decoder,
# for a classification? It has biases and keeps keys and values, so *every* method of this lab runs on it, and one
# model for all is what makes the comparison fair. Your code is the same everywhere.

# %% tags=["setup"]
from shared.session import start

settings = start("lab06_peft")

# %%
import copy
import functools
import gc
import json
import math
import time
import warnings
from collections import OrderedDict
from pathlib import Path
from tempfile import TemporaryDirectory

# %%
import numpy as np
import pandas as pd
import safetensors.torch
import torch
import transformers
from peft import LoraConfig, PeftModel, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from torch import nn
from torch.overrides import TorchFunctionMode
from tqdm.auto import tqdm
from transformers import AutoModel, AutoModelForSequenceClassification, DynamicCache, set_seed
from transformers.models.modernbert import ModernBertConfig, ModernBertForSequenceClassification
from transformers.models.qwen2 import Qwen2Config, Qwen2ForCausalLM, Qwen2ForSequenceClassification, Qwen2Model

# %%
from shared import checks, plots
from shared.datasets import load_sentiment
from shared.hardware import detect
from shared.metrics import mean_sd
from shared.models import load_tokenizer, model_path

transformers.utils.logging.set_verbosity_error()  # else each load reports that the new classifier has no weights yet
transformers.utils.logging.disable_progress_bar()
warnings.filterwarnings("ignore", category=FutureWarning)  # peft asks transformers for names that are going to change
device = torch.device(detect().device)
gc.freeze()  # for speed alone: what has been imported stays, so Python need not search it for rubbish again and again

# %% [markdown]
# ## One model, two tasks
#
# The sentences of lab 5 once more, and two questions about each. The main one: **where does it come from**, a film
# review, a newspaper, a product review or a tweet? The second: is it negative, neutral or positive? A model of this
# size learns the first in seconds and the second slowly, so the comparison runs on the first; the second is there
# because Exercise 4 swaps tasks.


# %%
@functools.cache
def encoded(split: str, name: str = settings.model) -> dict:
    """Token ids (of that model) and mask (rows, tokens), padded on the right, and the labels (rows,) of both tasks."""
    rows = load_sentiment()[split]
    count = {"train": settings.train_rows, "validation": settings.validation_rows}[split]
    rows = rows[np.random.default_rng(0).permutation(len(rows))[:count]]
    tokens = load_tokenizer(name)(
        rows["text"],
        truncation=True,
        max_length=settings.max_length,
        padding=True,
        padding_side="right",
        return_tensors="pt",
    )
    origin = torch.tensor([CLASSES["origin"].index(domain) for domain in rows["domain"]])
    labels = {"origin": origin, "sentiment": torch.tensor(rows["label"])}
    return {"input_ids": tokens["input_ids"], "attention_mask": tokens["attention_mask"], **labels}


CLASSES = {"origin": ["film", "news", "products", "tweets"], "sentiment": ["negative", "neutral", "positive"]}
rows = {split: np.bincount(encoded(split)["origin"], minlength=4) for split in ("train", "validation")}
pd.DataFrame(rows, index=CLASSES["origin"]).rename_axis(index="rows")


# %% [markdown]
# The classifier, written out: a pretrained body, the mean of its last states over a text's real tokens, and a fresh
# linear layer with a bias. It has two empty places, for a soft prompt and for a prefix; Exercises 9 and 10 fill them.


# %%
class Classifier(nn.Module):
    """A pretrained decoder with a fresh linear classifier on the mean last state of a text's real tokens."""

    def __init__(self, body, labels: int):
        super().__init__()
        self.body = body
        self.classifier = nn.Linear(body.config.hidden_size, labels)
        self.soft_prompt = self.prefix = None

    def forward(self, input_ids, attention_mask):
        embeddings = self.body.embed_tokens(input_ids)
        mask = attention_mask
        cache = None
        with input_ids.device:  # so that torch.ones, say, in a prompt's forward makes its tensor there too
            if self.soft_prompt is not None:
                embeddings, mask = self.soft_prompt(embeddings, mask)
            if self.prefix is not None:
                cache, mask = self.prefix(mask)
        found = self.body(
            inputs_embeds=embeddings, attention_mask=mask, past_key_values=cache, use_cache=cache is not None
        )
        states = found.last_hidden_state[:, -input_ids.shape[1] :]  # of the text's own tokens
        real = attention_mask.unsqueeze(-1)
        return self.classifier((states * real).sum(1) / real.sum(1))


# %%
@functools.cache
def pretrained_body(name: str):
    """The pretrained model without its output layer, float32."""
    return AutoModel.from_pretrained(model_path(name), dtype=torch.float32).eval()


def new_classifier(seed: int, task: str = "origin", name: str = settings.model) -> Classifier:
    """A copy of the pretrained body with a fresh classifier; the seed draws the classifier."""
    set_seed(seed)
    model = Classifier(copy.deepcopy(pretrained_body(name)), len(CLASSES[task])).to(device)
    model.name = name
    return model


# %%
def trainable(model) -> int:
    """How many numbers of the model learn."""
    return sum(map(torch.numel, (weights for weights in model.parameters() if weights.requires_grad)))


set_seed(0)
whole = Classifier(pretrained_body(settings.model), len(CLASSES["origin"]))  # to count in: no copy, and not on a GPU
print(f"{settings.model}: {trainable(whole):,} numbers, of them")
places = {"the embeddings": whole.body.embed_tokens, f"{len(whole.body.layers)} layers": whole.body.layers}
for place, part in (places | {"the final norm": whole.body.norm, "the classifier": whole.classifier}).items():
    print(f"{sum(p.numel() for p in part.parameters()):>13,} in {place}")
