# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # What a state forgets, attention looks up
#
# {{ badge }}
#
# After this lab you will be able to
# - write one step of an LSTM, and say what its gates let through, keep and forget;
# - write scaled dot-product attention, its masks, its heads and a whole transformer block, each equal to PyTorch's;
# - compare two architectures fairly: same parameters, same texts, each at its own best learning rate, several seeds;
# - measure how far back a model can look, and name the conditions under which the answer changes;
# - read an attention map, and know what it does not tell;
# - watch a word's vector take on its meaning, layer by layer, in a pretrained model.
#
# *You need:* matrix products, softmax, what a gradient step is, a little PyTorch (`nn.Module`, `nn.Linear`). *Your
# time:* about three and a half hours. No GPU is used: the models of this lab are so small that a GPU would wait for
# Python. No function of yours may change what it is given: tensors, dictionaries and models belong to whoever calls it.
# The machine's share of the work:
#
# {{ budget_table }}

# %% tags=["setup"]
from shared.session import start

settings = start("lab03_lstm_vs_attention")

# %%
import copy
import functools
import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pandas as pd
import torch

torch.set_num_threads(1)  # models this small are fastest so, and give the same numbers each time

# %%
from torch import nn
from torch.nn import functional as F
from tqdm.auto import tqdm
from transformers import AutoModel, BertConfig, BertModel
from transformers.utils import logging

from shared import checks, plots
from shared.datasets import KIND, NAMES, PEOPLE, VOCABULARY, encode, pronoun_rows
from shared.metrics import mean_sd
from shared.models import load_tokenizer, model_path

logging.disable_progress_bar()
logging.set_verbosity_error()  # else loading a model without its old head is reported as if it mattered

# %% [markdown]
# ## A world in which one word decides
#
# > Nora waited near the gate . Tom sang . he slept . **she** …
#
# Who is *she*? A pronoun has a vector like any other word, but what it means stands somewhere else in the text, maybe
# far back; and a few lines later the same pronoun means another person. To find out how far back a model can look we
# need texts in which we *know* where the answer stands. So we generate them: in our small world a pronoun means whoever
# of its kind (*she*, *he*, *they*, and *it* for animals) was **named last**. Everybody named or meant in between is of
# another kind: distractors, from whom a model must not take the answer.


# %%
def marked(row: dict) -> str:
    """The text with [the referent] and (who else of its kind is named) marked."""
    kind = {name: f"({name})" for name in NAMES[row["text"].split()[-1]]} | {row["referent"]: f"[{row['referent']}]"}
    return " ".join(kind.get(word, word) for word in row["text"].split())


for pronoun, names in NAMES.items():
    print(f"{pronoun:>4}: {', '.join(names)}")
for row in pronoun_rows(2, seed=settings.seeds[0], distances=settings.distances):
    print(f"\n{row['distance']} words back: {marked(row)}")

# %% [markdown]
# In [brackets] the one who is meant, in (parentheses) the other one of that kind, who was named before. In training the distance takes every value from the shortest to the longest, so that no model can learn a few places
# by heart; in the test it is one of {{ s.tiny.distances | join(", ") }} words. Each pronoun on the way is a question as
# well, which makes several questions a text; the test asks the last one only. Texts are padded on the **left**, so that
# they all end in the last column.
#
# Two yardsticks: guessing among all names of the right kind is worth 1 in {{ s.tiny.names }}. And since a test text names two
# people of the kind it asks for, knowing *who* was named, but not who came last, is worth 1 in 2.


# %%
def questions(words: list[str], start: int) -> list[tuple[int, int]]:
    """(column, answer) of each pronoun whose referent was named before; the text begins in column `start`."""
    named = {}
    found = []
    for column, word in enumerate(words, start):
        if word in KIND:
            named[KIND[word]] = PEOPLE.index(word)
        elif word in named:  # a pronoun
            found.append((column, named[word]))
    return found


# %%
def tensors(rows: list[dict], last: int):
    """ids (rows, words); asked (rows, last), columns of the last pronouns; answers (rows, last), -100 where none is asked."""
    ids = torch.zeros(len(rows), settings.words, dtype=torch.long)  # 0 is the padding
    asked = torch.full((len(rows), last), settings.words - 1)
    answers = torch.full((len(rows), last), -100)
    for number, words in enumerate(row["text"].split() for row in rows):
        start = settings.words - len(words)
        ids[number, start:] = torch.tensor(encode(" ".join(words)))
        found = torch.tensor(questions(words, start)[-last:])
        asked[number, -len(found) :], answers[number, -len(found) :] = found.T
    return ids, asked, answers


# %%
@functools.cache
def world(names: int = settings.names, distractors: float = settings.distractors) -> dict:
    """Training texts, all distances, and test texts, with their distances, from different seeds."""
    everywhere = range(min(settings.distances), max(settings.distances) + 1)
    train = pronoun_rows(settings.train_texts, settings.world_seed, everywhere, names=names, distractors=distractors)
    test = pronoun_rows(
        settings.test_texts, settings.world_seed + 1, settings.distances, names=names, distractors=distractors
    )
    known = {row["text"] for row in train}
    test = [row for row in test if row["text"] not in known]
    distances = torch.tensor([row["distance"] for row in test])
    return {"train": tensors(train, settings.questions), "test": tensors(test, 1), "distances": distances, "rows": test}


ids, asked, answers = world()["train"]
print(
    f"{len(ids):,} training texts of up to {ids.shape[1]} words, {(answers >= 0).sum() / len(ids):.1f} questions each;"
)
print(f"{len(world()['rows']):,} test texts; {len(VOCABULARY)} words, {len(PEOPLE)} of them names.")
