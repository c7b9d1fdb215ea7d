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
# Python. The machine's share of the work:
#
# {{ budget_table }}

# %% tags=["setup"]
from shared.session import start

settings = start("lab03_lstm_vs_attention")

# %%
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
    named, found = {}, []
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
    asked, answers = torch.full((len(rows), last), settings.words - 1), torch.full((len(rows), last), -100)
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
    options = {"names": names, "distractors": distractors}
    everywhere = range(min(settings.distances), max(settings.distances) + 1)
    train = pronoun_rows(settings.train_texts, settings.world_seed, everywhere, **options)
    test = pronoun_rows(settings.test_texts, settings.world_seed + 1, settings.distances, **options)
    known = {row["text"] for row in train}
    test = [row for row in test if row["text"] not in known]
    distances = torch.tensor([row["distance"] for row in test])
    return {"train": tensors(train, settings.questions), "test": tensors(test, 1), "distances": distances, "rows": test}


ids, asked, answers = world()["train"]
print(
    f"{len(ids):,} training texts of up to {ids.shape[1]} words, {(answers >= 0).sum() / len(ids):.1f} questions each;"
)
print(f"{len(world()['rows']):,} test texts; {len(VOCABULARY)} words, {len(PEOPLE)} of them names.")

# %% [markdown]
# # Part 1 · A state
#
# A recurrent network reads one word at a time and keeps what it has understood in a **state**, a list of numbers whose
# length never changes. An LSTM protects that state with gates, numbers between 0 and 1:
#
# $$c' = f \odot c + i \odot g, \qquad h' = o \odot \tanh(c')$$
#
# The forget gate $f$ says how much of the old cell stays, the input gate $i$ how much of the candidate $g$ comes in, the
# output gate $o$ how much of the cell is shown. All four are computed from the word $x$ and the last output $h$:
# $\sigma(W_{ih}\,x + b_{ih} + W_{hh}\,h + b_{hh})$ for the gates, and the same with $\tanh$ for $g$.

# %% [markdown]
# ## Exercise 1 · One step of an LSTM
#
# *Why.* Everything an LSTM remembers passes through these few lines at every word. *Effort.* Easy, 20 minutes, 9 points.
#
# Write `lstm_step` with PyTorch's layout: the rows of both matrices are stacked in the order input gate, forget gate,
# candidate, output gate, `hidden` rows each.
#
# <details><summary>Hint 1: four products or one?</summary>
# One: compute all 4 × hidden numbers at once, then <code>.chunk(4, dim=-1)</code>.
# </details>
# <details><summary>Hint 2: which of the four gets tanh?</summary>
# What decides <em>how much</em> lies between 0 and 1, a sigmoid. What says <em>what</em> is written must be able to be
# negative.
# </details>


# %%
def gates(entry=0.0, forget=0.0, candidate=0.0, out=0.0) -> tuple[torch.Tensor, ...]:
    """Weights of an LSTM of hidden size 4 and width 2 whose gates hear these numbers, whatever x and h are; for the checks."""
    parts = [torch.zeros(4) + torch.as_tensor(part) for part in (entry, forget, candidate, out)]
    return torch.zeros(16, 2), torch.zeros(16, 4), torch.cat(parts), torch.zeros(16)


# %% nbgrader={"grade": false, "grade_id": "lstm_step", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh) -> tuple[torch.Tensor, torch.Tensor]:
    """One step of an LSTM: the new output and the new cell.

    Args:
        x: (rows, width), the word's vectors. h, c: (rows, hidden), output and cell so far.
        W_ih: (4 hidden, width). W_hh: (4 hidden, hidden). b_ih, b_hh: (4 hidden,). Order: input, forget, candidate, output.
    Returns:
        h' and c', (rows, hidden) each.
    """
    ### BEGIN SOLUTION
    gates = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh  # (rows, 4 hidden)
    i, f, g, o = gates.chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
    ### END SOLUTION


# %% [markdown]
# Run the checks as often as you like; each looks at one idea. First the cell: what stays, and what comes in.

# %% nbgrader={"grade": true, "grade_id": "lstm_forget", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
c, forget = torch.randn(3, 4), torch.tensor([-30.0, -1.0, 1.0, 30.0])
found = lstm_step(torch.zeros(3, 2), torch.zeros(3, 4), c, *gates(entry=-30.0, forget=forget))
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the new h, then the new c.")
expected = c / (1 + torch.exp(-forget))
swapped = np.shape(found[0]) == np.shape(c) and np.allclose(torch.as_tensor(found[0]), expected, atol=1e-6)
checks.that(not swapped, "These look like c' and h' in the wrong order: the output h' comes first, then the cell c'.")
hint = (
    "With the input gate shut, the cell is the old cell times sigmoid of the second quarter: open keeps, shut erases."
)
checks.close(found[1], expected, "the new cell", hint=hint, atol=1e-6)

# %% nbgrader={"grade": true, "grade_id": "lstm_write", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
entry, candidate = torch.tensor([-30.0, -1.0, 1.0, 30.0]), torch.tensor([-2.0, 0.5, -1.0, 3.0])
weights = gates(entry=entry, forget=-30.0, candidate=candidate)
found = lstm_step(torch.zeros(3, 2), torch.zeros(3, 4), torch.randn(3, 4), *weights)[1]
hint = "With the forget gate shut, the cell is sigmoid(first quarter) times tanh(third quarter); it can be negative."
expected = torch.sigmoid(entry) * torch.tanh(candidate) * torch.ones(3, 1)
checks.close(found, expected, "the new cell", hint=hint, atol=1e-6)

# %% nbgrader={"grade": true, "grade_id": "lstm_output", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
show = torch.tensor([-30.0, -1.0, 1.0, 30.0])
h, cell = lstm_step(torch.zeros(3, 2), torch.zeros(3, 4), 3 * torch.randn(3, 4), *gates(out=show))
hint = "The output is sigmoid(last quarter) times tanh of the new cell (the tanh keeps it between -1 and 1)."
checks.close(h, torch.sigmoid(show) * torch.tanh(torch.as_tensor(cell)), "the new h", hint=hint, atol=1e-6)

# %% nbgrader={"grade": true, "grade_id": "lstm_inputs", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
x, h, c = torch.randn(5, 3), torch.randn(5, 4), torch.randn(5, 4)
W, U, b, d = torch.randn(16, 3), torch.randn(16, 4), torch.randn(16), torch.randn(16)
one = lstm_step(x, h, c, W, U, b, d)[1]
merged = torch.cat([x, h], dim=1), torch.zeros(5, 4), c, torch.cat([W, U], dim=1), torch.zeros(16, 4), b + d, 0 * d
hint = "Every gate hears the word and the last output, and both biases: W_ih x + b_ih + W_hh h + b_hh."
checks.close(one, lstm_step(*merged)[1], "the cell, beside that of x and h joined into one input", hint=hint, atol=1e-5)
### BEGIN HIDDEN TESTS
for _ in range(3):
    W, U, b, d = torch.randn(16, 3), torch.randn(16, 4), torch.randn(16), torch.randn(16)
    one = lstm_step(x, h, c, W, U, b, d)[1]
    merged = (
        torch.cat([x, h], dim=1),
        torch.zeros(5, 4),
        c,
        torch.cat([W, U], dim=1),
        torch.zeros(16, 4),
        b + d,
        0 * d,
    )
    checks.close(one, lstm_step(*merged)[1], "the cell", hint=hint, atol=1e-5)
    moved = lstm_step(x, torch.randn(5, 4), c, W, U, b, d)[1]
    checks.that(not torch.allclose(torch.as_tensor(moved), torch.as_tensor(one)), hint)
### END HIDDEN TESTS

# %% [markdown]
# What does a state keep before anybody has trained it? Two copies of an LSTM read the same words, except that the first
# word differs. The curve is the distance between the two cells as they read on: what is left of that word. Each curve
# is another starting value of the forget gate's bias.


# %%
def left_of_a_word(bias: float, hidden: int = 32, words: int = 48) -> list[float]:
    """Distance between the cells of two texts that differ in the first word, after 0, 1, 2 … more words."""
    torch.manual_seed(settings.seeds[0])
    lstm = nn.LSTMCell(settings.width, hidden)
    weights = [p.detach().clone() for p in (lstm.weight_ih, lstm.weight_hh, lstm.bias_ih, lstm.bias_hh)]
    weights[3][hidden : 2 * hidden] += bias
    texts = torch.randn(words, 1, settings.width).repeat(1, 2, 1)  # (words, 2 copies, width)
    texts[0, 1] = torch.randn(settings.width)
    h, c, left = torch.zeros(2, hidden), torch.zeros(2, hidden), []
    for x in texts:
        h, c = lstm_step(x, h, c, *weights)
        left.append(float((c[0] - c[1]).norm()))
    return left


# %%
def figure_state():
    figure, panel = plots.axes(width=6.5)
    for bias, style in zip(settings.forget_biases, ("o-", "s-", "^-"), strict=True):
        left = np.array(left_of_a_word(bias))
        panel.plot(
            left / left[0], style, markersize=4, label=f"{bias:g}: gate starts near {1 / (1 + math.exp(-bias)):.2f}"
        )
    panel.set(
        yscale="log", ylim=(1e-6, 2), xlabel="words read since", ylabel="share of the difference left in the cell"
    )
    panel.legend(title="forget gate's bias")
    plots.show(
        figure,
        alt="What is left in an untrained LSTM's cell of one differing word against the words read since, on a logarithmic "
        "axis. With bias 0 and 1 it falls exponentially, with bias 3 it stays near one half.",
    )


figure_state()

# %% [markdown]
# The two lower curves are nearly straight on a logarithmic axis: a state forgets at a steady rate unless it *learns* to
# hold. At the library's start (bias 0) each word halves the cell; a learning signal from a name forty words back must be found
# in what is left. So we give our LSTM a start of {{ s.tiny.forget_biases[1] | int }}, as Jozefowicz and others (2015) advise: a comparison is
# worth little unless both sides are given a fair chance. (The start was not tuned beyond that; we come back to the third
# curve.)
#
# # Part 2 · Looking up
#
# Attention keeps every word's vector and lets a word that needs context *ask*. Its query $q$ is compared with a key
# $k_j$ of each word; the softmax of the comparisons says from which words the values $v_j$ are taken:
#
# $$\text{weights}_j = \text{softmax}_j\left(\frac{q \cdot k_j}{\sqrt{d}}\right), \qquad \text{output} = \sum_j \text{weights}_j\, v_j$$
#
# Nothing in this formula depends on how far away word $j$ is.

# %% [markdown]
# ## Exercise 2 · Scaled dot-product attention
#
# *Why.* This is the line that everything after 2017 is built around. *Effort.* Medium, 20 minutes, 10 points.
#
# Write `attention`. It works on the last two dimensions and leaves any number of leading ones alone (rows, heads).
# The mask is True where a query **may look**. A forbidden word gets the weight 0 and the allowed ones share 1 among them;
# a query that may look nowhere gets zeros, not nan. PyTorch's `F.scaled_dot_product_attention` is the judge: write it
# yourself, with `softmax`.
#
# <details><summary>Hint 1: why divide by the root of d?</summary>
# A sum of d products of independent numbers of variance 1 has variance d. Undivided, the softmax of wide vectors is all on
# one word from the start, and its gradient is nearly zero. Here d is the length of one query.
# </details>
# <details><summary>Hint 2: how does one forbid a word?</summary>
# Before the softmax: <code>scores.masked_fill(~mask, float("-inf"))</code>. Where a whole row is forbidden the softmax is
# 0/0; <code>torch.nan_to_num</code>, or a second <code>masked_fill</code> on the weights, mends that.
# </details>


# %% nbgrader={"grade": false, "grade_id": "attention", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def attention(q, k, v, mask=None) -> tuple[torch.Tensor, torch.Tensor]:
    """Scaled dot-product attention.

    Args:
        q: (..., asked, d). k: (..., words, d). v: (..., words, d_v).
        mask: bool, broadcasts to (..., asked, words); True where the query may look. None: everywhere.
    Returns:
        output (..., asked, d_v) and weights (..., asked, words). Source: Vaswani and others 2017, section 3.2.1.
    """
    ### BEGIN SOLUTION
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (..., asked, words)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1))
    return weights @ v, weights
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "attention_weights", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
q, k, v = torch.randn(2, 3, 4), torch.randn(2, 7, 4), torch.randn(2, 7, 5)
found = attention(q, k, v)
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the output, then the weights.")
checks.shape(found[1], (2, 3, 7), "the weights", hint="One weight for each query and word")
hint = "Each query shares out 1 among the words: is the softmax over the words, the last dimension?"
checks.close(found[1].sum(dim=-1), torch.ones(2, 3), "the sums of the weights", hint=hint, atol=1e-5)
hint = "The output is the weighted sum of the values."
checks.close(found[0], torch.einsum("baw,bwd->bad", found[1], v), "the output", hint=hint, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "attention_scale", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = (
    "Two words' scores differ by q · (k1 - k2) / √d, where d is the length of one query (not of all words or values)."
)
for shape, words in (((1, 4), 2), ((1, 64), 5), ((3, 1, 9), 4)):
    q, k = torch.randn(*shape), torch.randn(*shape[:-2], words, shape[-1])
    w = attention(q, k, torch.randn(*shape[:-2], words, 3))[1]
    expected = (q * (k[..., :1, :] - k[..., 1:2, :])).sum(-1) / shape[-1] ** 0.5
    logs = torch.log(w[..., 0]) - torch.log(w[..., 1])
    checks.close(logs, expected, "the difference of two scores", hint=hint, rtol=1e-3, atol=1e-4)
    theirs = F.scaled_dot_product_attention(q, k, torch.eye(words).expand(*shape[:-2], words, words))
    checks.close(w, theirs, "your weights, beside PyTorch's", hint=hint, rtol=1e-4, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "attention_mask", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
q, k, v = torch.randn(2, 3, 4), torch.randn(2, 6, 4), torch.randn(2, 6, 5)
mask = torch.rand(2, 3, 6) < 0.5
mask[..., 2] = True  # everybody may look somewhere
found, weights = attention(q, k, v, mask)
hint = "The mask is True where a query MAY look: everything else gets exactly no weight. Is it the wrong way round?"
checks.close(
    torch.as_tensor(weights)[~mask], torch.zeros(int((~mask).sum())), "the forbidden words' weights", hint=hint
)
hint = "The allowed words share 1 among them, as if the others did not exist: forbid before the softmax, not after it."
checks.close(weights.sum(-1), torch.ones(2, 3), "the sums of the weights", hint=hint, atol=1e-5)
### BEGIN HIDDEN TESTS
q, k, v = torch.randn(2, 2, 3, 4), torch.randn(2, 2, 6, 4), torch.randn(2, 2, 6, 5)
mask = (torch.rand(2, 1, 3, 6) < 0.5) | (torch.arange(6) == 1)  # one for both heads
weights = torch.as_tensor(attention(q, k, v, mask)[1])
checks.that(
    bool((weights.masked_select(~mask) == 0).all()), "A mask with a head dimension of 1 must work for all heads."
)
values = torch.eye(6).expand(2, 2, 6, 6)  # with these PyTorch's output is its weights
theirs = F.scaled_dot_product_attention(torch.zeros(2, 2, 3, 4), torch.zeros(2, 2, 6, 4), values, attn_mask=mask)
mine = attention(torch.zeros(2, 2, 3, 4), torch.zeros(2, 2, 6, 4), values, mask)[1]
checks.close(mine, theirs, "the weights of equal scores, beside PyTorch's", hint=hint, atol=1e-5)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "attention_nowhere", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
nowhere = torch.tensor([[True, True, True], [False, False, False]])
found, weights = attention(torch.randn(2, 4), torch.randn(3, 4), torch.randn(3, 4), nowhere)
hint = "A query that may look nowhere gets zeros. The softmax of a row of minus infinities is nan: mend it afterwards."
checks.close(weights[1], torch.zeros(3), "the weights of such a query", hint=hint)
checks.close(found[1], torch.zeros(4), "its output", hint=hint)

# %% [markdown]
# ## Exercise 3 · Who may look where
#
# *Why.* An LSTM reads from left to right and cannot help it; attention sees everything unless it is told not to. A word that
# was only put there to fill up the row (*padding*) must never be looked at; and to be comparable with the LSTM (and later to
# generate text) a word must not look to its right (*causal*). *Effort.* Medium, 15 minutes, 9 points.
#
# Write `may_look`. Not every word asks: `asked` holds, for each text, the columns of the words that do.
#
# <details><summary>Hint 1: one comparison for the causal part</summary>
# Compare the columns 0, 1, … (words,) with <code>asked[..., None]</code>, (rows, asked, 1): broadcasting makes (rows, asked,
# words). May a word look at itself?
# </details>
# <details><summary>Hint 2: whose padding?</summary>
# That of the words looked <em>at</em>: (rows, 1, 1, words) in the result's shape.
# </details>


# %%
def allowed(ids, asked) -> torch.Tensor:
    """What may_look says for these lists, its shape checked; (rows, asked, words)."""
    ids, asked = torch.as_tensor(ids), torch.as_tensor(asked)
    found = may_look(ids, asked)
    expected = (len(ids), 1, asked.shape[1], ids.shape[1])
    checks.shape(found, expected, "the mask", hint="Rows, one for all heads, queries, words")
    return found[:, 0]


# %% nbgrader={"grade": false, "grade_id": "may_look", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def may_look(ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """Which words each query may look at: not padding, and not to the right of the word that asks (itself is allowed).

    Args:
        ids: (rows, words), 0 for padding. asked: (rows, asked), columns of the words that ask.
    Returns:
        bool, (rows, 1, asked, words), True where it may look; the 1 stands for all heads.
    """
    ### BEGIN SOLUTION
    real = (ids != 0)[:, None, :]  # (rows, 1, words)
    before = torch.arange(ids.shape[1]) <= asked[:, :, None]  # (rows, asked, words)
    return (real & before)[:, None]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "look_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
allowed([[1, 1, 1]] * 2, [[0, 1, 2]] * 2)
allowed([[1, 1, 1, 1]] * 3, [[3, 1]] * 3)
found = may_look(torch.ones(2, 6, dtype=torch.long), torch.arange(6).expand(2, 6))
checks.dtype(found, "bool", "the mask", hint="True and False, no numbers")

# %% nbgrader={"grade": true, "grade_id": "look_future", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
found = allowed([[1] * 6], [list(range(6))])[0]
hint = "A word may look to its left only. Is the triangle the wrong way round, or queries and words swapped?"
checks.that(not bool(torch.triu(found.float(), 1).any()), hint)
checks.that(bool(found[5, :5].all()) and bool(found[3, 0]), hint)
hint = "The column of the word that asks counts, not its number among those that ask: compare with `asked`."
for column in (4, 2, 5):
    found = allowed([[1] * 6], [[0, column]])[0, 1]
    checks.that(bool(found[:column].all()) and not bool(found[column + 1 :].any()), hint)
### BEGIN HIDDEN TESTS
columns = torch.randint(1, 9, (4, 3))
found = allowed([[1] * 9] * 4, columns)
for row, number in np.ndindex(4, 3):
    column = int(columns[row, number])
    right = found[row, number, column + 1 :]
    checks.that(bool(found[row, number, :column].all()) and not bool(right.any()), hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "look_itself", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = allowed([[1] * 5], [[0, 1, 2, 3, 4]])
hint = "A word may look at itself; otherwise the first word of a text could look nowhere."
checks.that(bool(torch.diagonal(found[0]).all()), hint)

# %% nbgrader={"grade": true, "grade_id": "look_padding", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
found = allowed([[0, 0, 0, 5, 2, 9], [0, 4, 4, 1, 7, 3]], [[5, 4], [5, 4]])
hint = "Nobody may look at padding (id 0), in any text: is the padding of the words looked at masked, row by row?"
for row, filled in ((0, 3), (1, 1)):
    checks.that(not bool(found[row, :, :filled].any()), hint)
    real = "All real words to the left are allowed, whatever their id. Is the padding looked up text by text?"
    checks.that(bool(found[row, 0, filled:5].all()), real)

# %% [markdown]
# ## Exercise 4 · Several heads, four projections
#
# *Why.* Queries, keys and values are not the words' vectors themselves but learned views of them: `q_proj` and `k_proj`
# decide *which* words are relevant, `v_proj` *what* is taken from them, and `o_proj` mixes what the heads bring back. (These
# are the names that you will hand to LoRA later in the course.) Several heads, each on its own slice of the vector, can
# look at several places at once. *Effort.* Medium, 30 minutes, 11 points.
#
# Write `MultiHead`. `width` is the length of a word's vector, each head gets `width // heads` of it, in order: head 0
# the first numbers, head 1 the next. For the core you may use `F.scaled_dot_product_attention(q, k, v, attn_mask=mask)`,
# or your `attention`.
#
# <details><summary>Hint 1: from (rows, words, width) to (rows, heads, words, width / heads)</summary>
# First <code>view</code> the last dimension as two, heads and head width; then swap the words and the heads with
# <code>transpose(1, 2)</code>. A single view to the final shape would cut texts into pieces instead of vectors.
# </details>
# <details><summary>Hint 2: and back?</summary>
# The same in reverse: transpose, then <code>flatten(2)</code>, then <code>o_proj</code>.
# </details>


# %% [markdown]
# The judge will be PyTorch's own `nn.MultiheadAttention`, with the weights of yours:


# %%
def torch_heads(mine: nn.Module, width: int) -> nn.MultiheadAttention:
    """PyTorch's multi-head attention with the weights of yours."""
    theirs = nn.MultiheadAttention(width, mine.heads, batch_first=True)
    inward = [mine.q_proj, mine.k_proj, mine.v_proj]
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([layer.weight for layer in inward]))
        theirs.in_proj_bias.copy_(torch.cat([layer.bias for layer in inward]))
        theirs.out_proj.load_state_dict(mine.o_proj.state_dict())
    return theirs


def strangers(module: nn.Module) -> nn.Module:
    """The module with random biases: at zero, as some start them, a forgotten one would go unseen."""
    for name, parameter in module.named_parameters():
        if "bias" in name:
            nn.init.normal_(parameter)
    return module.requires_grad_(False)


# %% nbgrader={"grade": false, "grade_id": "multi_head", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
class MultiHead(nn.Module):
    """Attention in several heads, with the projections q_proj, k_proj, v_proj and o_proj, linear layers with biases."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        ### BEGIN SOLUTION
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)
        ### END SOLUTION

    def forward(self, queries: torch.Tensor, context: torch.Tensor, mask=None) -> torch.Tensor:
        """queries (rows, asked, width), context (rows, words, width) -> (rows, asked, width).

        mask: bool, broadcasts to (rows, heads, asked, words), True where a query may look.
        """

        ### BEGIN SOLUTION
        def split(x):  # (rows, n, width) -> (rows, heads, n, width / heads)
            return x.view(len(x), x.shape[1], self.heads, -1).transpose(1, 2)

        q, k, v = split(self.q_proj(queries)), split(self.k_proj(context)), split(self.v_proj(context))
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o_proj(found.transpose(1, 2).flatten(2))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "heads_parts", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
layer = MultiHead(12, 3)
hint = "The four projections are nn.Linear(width, width), named q_proj, k_proj, v_proj and o_proj."
for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
    checks.that(isinstance(getattr(layer, name, None), nn.Linear), hint)
checks.count(sum(p.numel() for p in layer.parameters()), 4 * (12 * 12 + 12), "the number of parameters", hint=hint)
with torch.no_grad():
    layer.o_proj.weight.zero_()
    found = layer(torch.randn(2, 5, 12), torch.randn(2, 7, 12))
hint = "What the heads bring back passes through o_proj: with its weights at zero only its bias is left."
checks.close(found, layer.o_proj.bias.detach().expand(2, 5, 12), "the output", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "heads_one", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
layer = strangers(MultiHead(8, 1))
queries, context = torch.randn(2, 3, 8), torch.randn(2, 6, 8)
expected = torch_heads(layer, 8)(queries, context, context)[0]
hint = "With one head: queries through q_proj, the context through k_proj and v_proj, scaled attention, then o_proj."
checks.close(layer(queries, context), expected, "the output of one head", hint=hint, rtol=1e-4, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "heads_many", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
hint = "Each head is a slice of each word's vector: split width into heads, then swap words and heads, and back in the end."
for heads, words in ((2, 6), (4, 8), (4, 5)):
    layer = strangers(MultiHead(8, heads))
    queries, context = torch.randn(2, words, 8), torch.randn(2, words, 8)
    expected = torch_heads(layer, 8)(queries, context, context)[0]
    found = layer(queries, context)
    checks.close(found, expected, f"the output of {heads} heads", hint=hint, rtol=1e-4, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "heads_mask", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
layer = strangers(MultiHead(8, 2))
queries, context = torch.randn(2, 3, 8), torch.randn(2, 6, 8)
mask = (torch.rand(2, 1, 3, 6) < 0.5) | (torch.arange(6) == 2)
changed = context.clone()
mask[..., 4], changed[:, 4] = False, 100.0
before, after = layer(queries, context, mask), layer(queries, changed, mask)
hint = "A word that the mask forbids still changes the output: is the mask handed on, True where a query may look?"
checks.close(after, before, "the output after changing a forbidden word", hint=hint, rtol=1e-4, atol=1e-5)
louder = context.clone()
louder[:, 2] += 5.0
checks.that(not torch.allclose(layer(queries, louder, mask), before, atol=1e-3), "Allowed words must count.")

# %% [markdown]
# ## Exercise 5 · A block
#
# *Why.* A transformer is this block, many times over: attention brings information from other words, the MLP works on
# each word alone, and both only *add* to the word's vector (the residual connection), so that it keeps what it has and
# gathers context layer by layer. Each part reads a normalised copy of the vector. *Effort.* Medium, 20 minutes, 9 points.
#
# Write `Block.forward` in the order that today's models use (*pre-norm*):
#
# $$x \leftarrow x + \text{attention}(\text{norm}_1(x), \text{norm}_1(\text{context}), \text{mask}), \qquad x \leftarrow x + \text{mlp}(\text{norm}_2(x))$$
#
# <details><summary>Hint 1: why is the context normalised as well?</summary>
# In self-attention <code>x</code> and <code>context</code> are the same vectors; a word must look the same when it asks and
# when it is looked at. We pass them separately only because not every word has to ask.
# </details>
# <details><summary>Hint 2: may I write <code>x += …</code>?</summary>
# The arrow in the formula is a new value, not a change in place: <code>+=</code> overwrites the caller's vectors, which the
# way back through the network still needs. Write <code>x = x + …</code>.
# </details>


# %% [markdown]
# The checks put a probe in the place of the attention: it writes down what it was given and returns what it is told to.


# %%
class Probe(nn.Module):
    """Stands in for an attention module: remembers what it was called with, returns `answer`."""

    def __init__(self, answer=0.0):
        super().__init__()
        self.answer, self.seen = answer, []

    def forward(self, queries, context, mask=None):
        self.seen.append((queries.detach(), context.detach(), mask))
        return torch.zeros_like(queries) + self.answer


def probed(answer=0.0, width: int = 6, silent: bool = False) -> nn.Module:
    """A block around a probe, its norms far from their start; `silent`: its MLP returns zeros."""
    block = strangers(Block(Probe(answer), width, 2))
    if silent:
        nn.init.zeros_(block.mlp[2].weight), nn.init.zeros_(block.mlp[2].bias)
    return block


# %% nbgrader={"grade": false, "grade_id": "block", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
class Block(nn.Module):
    """A pre-norm transformer block around a given attention module.

    attention: called as attention(queries, context, mask), all vectors (rows, n, width), as `MultiHead`.
    """

    def __init__(self, attention: nn.Module, width: int, factor: int):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x: torch.Tensor, context: torch.Tensor, mask=None) -> torch.Tensor:
        """x (rows, asked, width), the words that ask; context (rows, words, width) -> (rows, asked, width)."""
        ### BEGIN SOLUTION
        x = x + self.attention(self.norm1(x), self.norm1(context), mask)
        return x + self.mlp(self.norm2(x))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "block_residual", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
x, context = 3 * torch.randn(2, 4, 6), torch.randn(2, 5, 6)
given = x.clone()
found = probed(answer=2.0)(given, context)
checks.close(given, x, "the caller's x", hint="You changed x in place: write x = x + …, not x += …", atol=1e-6)
found = probed(silent=True)(x, context)
hint = "Attention and MLP only add to x: if both return zeros, x comes out as it went in (not normalised, not lost)."
checks.close(found, x, "the output of a block whose parts are silent", hint=hint, atol=1e-6)
found = probed(answer=2.0, silent=True)(x, context)
checks.close(found, x + 2.0, "the output if attention says 2 and the MLP nothing", hint=hint, atol=1e-6)

# %% nbgrader={"grade": true, "grade_id": "block_norm", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
x, context, mask = 3 * torch.randn(2, 4, 6), torch.randn(2, 5, 6) + 4, torch.ones(2, 1, 4, 5, dtype=torch.bool)
block = probed()
block(x.clone(), context, mask)
checks.count(len(block.attention.seen), 1, "the number of calls of the attention")
queries, looked_at, given = block.attention.seen[0]
checks.close(queries, block.norm1(x), "what asks", hint="The attention reads norm1 of x", atol=1e-5)
hint = "What is looked at passes through the same norm1 as what asks"
checks.close(looked_at, block.norm1(context), "what is looked at", hint=hint, atol=1e-5)
checks.that(given is mask, "The mask is not handed on to the attention.")

# %% nbgrader={"grade": true, "grade_id": "block_mlp", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
x, context, said = torch.randn(2, 4, 6), torch.randn(2, 5, 6), 2 * torch.randn(6)
block = probed(answer=said)
heard = []
block.mlp[0].register_forward_pre_hook(lambda module, inputs: heard.append(inputs[0].detach()))
block(x.clone(), context)
checks.count(len(heard), 1, "the number of calls of the MLP")
hint = "The MLP reads norm2 of x AFTER attention has added to it, so that it can work on what was brought back."
checks.close(heard[0], block.norm2(x + said), "what the MLP reads", hint=hint, atol=1e-5)

# %% [markdown]
# The whole block against PyTorch's own: `nn.TransformerEncoderLayer` with `norm_first=True`, with the weights of yours.


# %%
def beside_torch(width: int = 16, heads: int = 4) -> float:
    """Largest difference between your block and PyTorch's layer with the same weights, on random texts."""
    mine = strangers(Block(MultiHead(width, heads), width, 2))
    theirs = nn.TransformerEncoderLayer(
        width, heads, 2 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    theirs.self_attn = torch_heads(mine.attention, width)
    theirs.norm1, theirs.norm2, theirs.linear1, theirs.linear2 = mine.norm1, mine.norm2, mine.mlp[0], mine.mlp[2]
    x = torch.randn(3, 10, width)
    return float((mine(x, x) - theirs(x)).detach().abs().max())


print(f"largest difference to nn.TransformerEncoderLayer: {beside_torch():.1e}")

# %% [markdown]
# # Part 3 · Two readers of one size
#
# Both readers turn words into vectors of {{ s.tiny.width }} numbers, and choose one of all names by a linear layer at the
# end. In between one has an LSTM, the other a single block. The attention reader also learns a vector for each column:
# attention sees a bag of words, and *named last* is about order. Only the pronouns ask, so only they get queries: n
# comparisons each for a text of n words. (If every word asked, as in a language model, that would be n² in time, and all n
# vectors in memory; the LSTM's work for each word, and its state, stay the same however long the text is.)


# %%
def at(x: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """x (rows, words, width) at columns (rows, asked) -> (rows, asked, width)."""
    return x[torch.arange(len(x))[:, None], columns]


class LSTMReader(nn.Module):
    """nn.LSTM runs your step over all words, in compiled code; the forget gate's bias gets a head start."""

    def __init__(self, hidden: int, forget_bias: float = 0.0):
        super().__init__()
        self.words = nn.Embedding(len(VOCABULARY), settings.width)
        nn.init.normal_(self.words.weight, std=settings.word_sd)
        self.lstm = nn.LSTM(settings.width, hidden, batch_first=True)
        self.head = nn.Linear(hidden, len(PEOPLE))
        with torch.no_grad():
            self.lstm.bias_hh_l0[hidden : 2 * hidden] += forget_bias

    def forward(self, ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """ids (rows, words), asked (rows, asked) -> one score for each name, (rows, asked, people)."""
        return self.head(at(self.lstm(self.words(ids))[0], asked))


# %%
class AttentionReader(nn.Module):
    """Your block, between vectors for words and columns and a linear layer."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.words, self.columns = nn.Embedding(len(VOCABULARY), width), nn.Embedding(settings.words, width)
        nn.init.normal_(self.words.weight, std=settings.word_sd)
        nn.init.normal_(self.columns.weight, std=settings.column_sd)
        self.block = Block(MultiHead(width, heads), width, settings.mlp_factor)
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, len(PEOPLE))

    def vectors(self, ids: torch.Tensor) -> torch.Tensor:
        return self.words(ids) + self.columns.weight  # (rows, words, width)

    def forward(self, ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """ids (rows, words), asked (rows, asked) -> one score for each name, (rows, asked, people)."""
        x = self.vectors(ids)
        return self.head(self.norm(self.block(at(x, asked), x, may_look(ids, asked))))


# %% [markdown]
# ## Exercise 6 · The same number of parameters
#
# *Why.* If one model is larger, a difference between them proves nothing about architecture. An LSTM's size grows in steps
# with its hidden size, so we look for the size that comes nearest. *Effort.* Easy, 15 minutes, 7 points.
#
# Write `matched_size`: among `sizes`, the one for which `build(size)` has a number of parameters closest to `target`. A
# parameter that is used in two places counts once; a buffer (numbers that are stored but not learned) does not count.
#
# <details><summary>Hint 1: how many numbers has a model?</summary>
# <code>sum(p.numel() for p in model.parameters())</code>: <code>parameters()</code> names each one once and leaves buffers out;
# <code>state_dict()</code> does neither.
# </details>


# %% nbgrader={"grade": false, "grade_id": "matched_size", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def matched_size(target: int, build, sizes) -> int:
    """The size whose model is nearest in parameters to the target.

    Args:
        target: number of parameters to match. build: a function, size -> nn.Module. sizes: the sizes to try, such as range(1, 99).
    """

    ### BEGIN SOLUTION
    def parameters(size):
        return sum(p.numel() for p in build(size).parameters())

    return min(sizes, key=lambda size: abs(parameters(size) - target))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "matched_nearest", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
hint = "Nearest may also be a little larger than the target: compare the absolute differences, and return the size."
# nn.Linear(7, size, bias=False) has 7 · size parameters
for target, size in ((70, 10), (73, 10), (74, 11), (38, 5), (1, 2), (9999, 19)):
    found = matched_size(target, lambda n: nn.Linear(7, n, bias=False), range(2, 20))
    checks.count(found, size, f"the size for {target} parameters", hint=hint)
### BEGIN HIDDEN TESTS
targets = checks.fresh("matched_nearest").integers(100, 5000, size=5)
sizes = [matched_size(int(target), lambda n: nn.LSTM(5, n, bias=False), range(2, 40)) for target in targets]
checks.hand_over(sizes=sizes)
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "matched_count", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
class Odd(nn.Module):
    """One matrix under two names, vectors, and a buffer: size² + 3 size parameters."""

    def __init__(self, size: int):
        super().__init__()
        self.one = nn.Linear(size, size)
        self.two = nn.Linear(size, size, bias=False)
        self.two.weight = self.one.weight
        self.shift = nn.Parameter(torch.zeros(2 * size))
        self.register_buffer("table", torch.zeros(50))


hint = "Count every parameter once, biases too; a tied matrix is one, and a buffer is not a parameter."
for target, size in ((10, 2), (108, 9), (130, 10), (154, 11)):
    checks.count(matched_size(target, Odd, range(1, 30)), size, f"the size for {target} parameters", hint=hint)


# %%
def hidden_size() -> tuple[int, int, int]:
    """The LSTM's matched hidden size, and the two readers' numbers of parameters."""

    def count(model):
        return sum(p.numel() for p in model.parameters())

    target = count(AttentionReader(settings.width, settings.heads))
    hidden = matched_size(target, LSTMReader, range(8, 96))
    return hidden, count(LSTMReader(hidden)), target


hidden, ours, theirs = hidden_size()
print(f"attention {theirs:,} parameters; LSTM of hidden size {hidden} {ours:,}: {ours / theirs - 1:+.1%}")

# %% [markdown]
# ## The experiment
#
# Both see the same {{ s.tiny.batch }} texts a step for {{ s.tiny.steps }} steps, with AdamW, a warm-up and a cosine descent
# of the learning rate. Each has the rate that was best for *it* on validation texts of another seed: both were tried with
# the same {{ s.tiny.rates_tried | length }} rates. Below: what the rates were worth (accuracy over all distances, mean of
# {{ s.tiny.rates_seeds }} seeds, recorded when the lab was made). Attention is trained with {{ s.tiny.rate_attention }}, the LSTM
# with {{ s.tiny.rate_lstm }}.

# %%
pd.DataFrame(
    {"attention": settings.rates_attention, "LSTM": settings.rates_lstm},
    index=pd.Index(settings.rates_tried, name="learning rate"),
)


# %%
def train(model: nn.Module, data: tuple, rate: float, seed: int, steps: int) -> nn.Module:
    """Trains on random batches; the loss is cross-entropy over the pronouns asked."""
    ids, asked, answers = data
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=settings.warmup)
    draw = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        batch = torch.randint(len(ids), (settings.batch,), generator=draw)
        scores = model(ids[batch], asked[batch])  # (batch, asked, people)
        loss = F.cross_entropy(scores.flatten(0, 1), answers[batch].flatten(), ignore_index=-100)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return model.eval()


# %%
@functools.cache  # a model is trained once; after a change to an exercise, run this cell again and then those below
def trained(kind: str, seed: int, names: int, distractors: float, steps: int, bias: float, larger: int) -> nn.Module:
    """A reader of this kind, trained in the world with so many names and distractors; `larger` times the hidden size."""
    torch.manual_seed(seed)
    if kind == "attention":
        model, rate = AttentionReader(settings.width, settings.heads), settings.rate_attention
    else:
        model, rate = LSTMReader(hidden_size()[0] * larger, bias), settings.rate_lstm
    return train(model, world(names, distractors)["train"], rate, seed, steps)


# %%
@functools.cache  # a model trained anew is another key
@torch.no_grad()
def accuracy(model: nn.Module, names: int, distractors: float) -> dict[int, float]:
    """Distance in words -> share of the test texts whose last pronoun is understood."""
    test = world(names, distractors)
    ids, asked, answers = test["test"]
    hits = model(ids, asked).argmax(dim=-1) == answers  # (rows, 1)
    return {d: float(hits[test["distances"] == d].float().mean()) for d in settings.distances}


# %%
def usual(**changes) -> dict:
    """The options of `trained`, as the settings say, with some changed."""
    options = {"names": settings.names, "distractors": settings.distractors, "steps": settings.steps}
    return {**options, "bias": settings.forget_biases[1], "larger": 1, **changes}


def results(kind: str, seeds: int, **changes) -> list[dict]:
    """One dict of accuracies for each of the first seeds; `changes` go to names, distractors, steps, bias, larger."""
    options, found = usual(**changes), []
    for seed in tqdm(settings.seeds[:seeds], desc=" ".join([kind, *map(str, changes.values())]), delay=1, leave=False):
        model = trained(kind, seed, **options)
        found.append(accuracy(model, options["names"], options["distractors"]))
    return found


# %%
def everyone() -> dict[str, list[dict]]:
    return {kind: results(kind, len(settings.seeds)) for kind in ("attention", "LSTM")}


for kind, found in everyone().items():
    print(kind, {d: mean_sd([each[d] for each in found]) for d in settings.distances})

# %% [markdown]
# (± is the standard deviation over {{ s.tiny.seeds | length }} seeds: each draws other starting weights and another order of
# texts.) The figure shows both against distance, and on the right the same LSTM trained
# {{ s.tiny.long_steps // s.tiny.steps }} times as long. (That takes a while: in profile tiny this curve was recorded when the lab
# was made; elsewhere your machine measures it.)


# %%
def curve(panel, found: list[dict], label: str, style: str, colour: str):
    """Mean accuracy against distance, with a bar of one standard deviation over seeds."""
    values = np.array([[each[d] for d in settings.distances] for each in found])  # (seeds, distances)
    spread = values.std(axis=0, ddof=1)
    panel.errorbar(settings.distances, values.mean(axis=0), spread, fmt=style, capsize=3, label=label, color=colour)


# %%
def long_run() -> list[dict]:
    """The LSTM trained for `long_steps`: measured here where the profile says so, otherwise as recorded."""
    if settings.long_seeds:
        return results("LSTM", settings.long_seeds, steps=settings.long_steps)
    return [dict(zip(settings.distances, shares, strict=True)) for shares in settings.recorded_long]


ALT_DISTANCE = (
    "Accuracy against distance. Left: attention is nearly flat, close to 1, while the LSTM falls far with distance. "
    "Right: the same LSTM, trained several times as long, stays much higher at the longest distance."
)


# %%
def figure_distance():
    figure, panels = plots.axes(columns=2, sharey=True)
    blue, orange, green = plots.COLOURS[:3]
    curve(panels[0], everyone()["attention"], "attention", "o-", blue)
    curve(panels[0], everyone()["LSTM"], "LSTM", "s--", orange)
    curve(panels[1], everyone()["LSTM"], "LSTM, as on the left", "s--", orange)
    curve(panels[1], long_run(), f"LSTM, trained {settings.long_steps // settings.steps} times as long", "^-", green)
    panels[0].axhline(1 / 2, color="grey", linestyle="-.", label="knowing who was named, not who last")
    panels[0].axhline(1 / settings.names, color="grey", linestyle=":", label="guessing among the right kind")
    for panel in panels:
        panel.set(ylim=(0, 1.03), xlabel="distance to the referent (words)", ylabel="share understood (0 to 1)")
        panel.set_xticks(settings.distances)
        panel.legend(loc="lower left", bbox_to_anchor=(0, 0.14), fontsize=8)
    panels[0].set_title("as trained here"), panels[1].set_title("the LSTM, trained longer")
    plots.show(figure, alt=ALT_DISTANCE)


figure_distance()

# %% [markdown]
# To attention a word far away is no harder to reach than a near one: its formula knows no distance. The LSTM must carry the
# name through every word in between, and each of them is an occasion to lose it. What does it say when it is wrong? If it still
# knew both names, but not which came last, it would often choose the other one:


# %%
@torch.no_grad()
def chosen(seed: int) -> pd.DataFrame:
    """One row a test text: whom the LSTM of this seed takes for the referent, in one of four classes."""
    model, test = trained("LSTM", seed, **usual()), world()
    ids, asked, _ = test["test"]
    guesses = [PEOPLE[number] for number in model(ids, asked).argmax(dim=-1)[:, 0].tolist()]
    found = {name: [] for name in ("right", "the other one named", "right kind, never named", "wrong kind")}
    for guess, row in zip(guesses, test["rows"], strict=True):
        words = row["text"].split()
        of_kind = KIND[guess] == words[-1]
        classes = (guess == row["referent"], of_kind and guess in words, of_kind, True)
        for name, first in zip(found, range(4), strict=True):
            found[name].append(classes.index(True) == first)
    return pd.DataFrame(found).groupby(test["distances"].numpy()).mean()


# %%
sum(chosen(seed) for seed in settings.seeds).div(len(settings.seeds)).rename_axis("distance (words)").round(3)

# %% [markdown]
# (Shares of the test texts, mean over seeds.) The kind survives every distance; what fades is the name. Most wrong answers are
# names that the text does not hold at all: the state has not confused two names, it has lost the one.
#
# **But a fall like this is no law of nature.** Trained longer, the same LSTM keeps up. So its state has room for what
# must be kept, one name of each kind; what it lacked was practice, since the learning signal from far back is weak. The next
# table changes one thing at a time; the learning rate stays as it was and is not tuned anew. (Rows marked "recorded" were
# measured when the lab was made, with three seeds; in profile laptop and above your machine measures them.)


# %%
def conditions() -> pd.DataFrame:
    """The LSTM, at the shortest and the longest distance, as above and under other conditions."""
    ends = (min(settings.distances), max(settings.distances))
    rows = [["as above", *(mean_sd([each[d] for each in everyone()["LSTM"]]) for d in ends), "now"]]
    for case in settings.conditions:
        found, when = case["recorded"], "recorded"
        if settings.condition_seeds:
            changes = {name: value for name, value in case.items() if name not in ("label", "recorded")}
            measured = results("LSTM", settings.condition_seeds, **changes)
            found, when = [mean_sd([each[d] for each in measured]) for d in ends], "now"
        rows.append([case["label"], *found, when])
    return pd.DataFrame(rows, columns=["the LSTM", *(f"at {d} words" for d in ends), "measured"])


conditions()

# %% [markdown]
# So the fall belongs to two conditions at least: **little training** and a **small state**. More of either all but removes it
# (a wider state is no longer a comparison at equal size), and a forget gate that starts open takes most of it away. What the
# many names on the way contribute, the last two rows do not settle: without distractors by name the curve falls less, but it
# starts lower, and with two names of each kind even a guess is worth one half. No learning rate was tuned anew for any row.

# %% [markdown]
# ## Exercise 7 · Report it
#
# *Why.* A claim about a difference between models is a claim about its spread as well. *Effort.* Easy, 15 minutes, 8 points.
#
# Write `write_metrics`. It gets, for each model, one dict a seed (distance in words → accuracy, 0 to 1) and writes a JSON file
# to the path it is given: for each model `mean` and `sd`, each with every distance as a key, and `fall`, with its own
# `mean` and `sd`: the accuracy at the shortest distance minus that at the longest, in **points** (hundredths), seed by
# seed. All standard deviations are sample ones (divisor: number of seeds − 1).
#
# <details><summary>Hint 1: JSON's keys</summary>
# JSON turns the key 6 into "6". That is fine; but look for the shortest distance before you turn numbers into words: "12" comes
# before "6" in the alphabet.
# </details>


# %%
def written(results: dict) -> dict:
    """What write_metrics writes for these results, read back from a temporary folder; {} where that is no JSON."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "metrics.json"
        write_metrics(results, str(path))
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
    return found if isinstance(found, dict) else {}


def metric(metrics: dict, *names: str) -> float:
    """One number of the file, such as metric(metrics, "LSTM", "mean", "6"); nan where it is missing."""
    for name in names:
        metrics = metrics.get(name, {}) if isinstance(metrics, dict) else {}
    return float(metrics) if isinstance(metrics, int | float) else float("nan")


# %% nbgrader={"grade": false, "grade_id": "write_metrics", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def write_metrics(results: dict[str, list[dict[int, float]]], path: str) -> None:
    """Writes each model's mean and sd at each distance, and its fall in points, as JSON.

    Args:
        results: model -> one dict for each seed, distance in words -> accuracy, 0 to 1. path: where to write.
    """
    ### BEGIN SOLUTION
    metrics = {}
    for model, seeds in results.items():
        values = {d: [each[d] for each in seeds] for d in seeds[0]}
        near, far = np.array(values[min(values)]), np.array(values[max(values)])
        fall = 100 * (near - far)
        metrics[model] = {
            "mean": {str(d): float(np.mean(shares)) for d, shares in values.items()},
            "sd": {str(d): float(np.std(shares, ddof=1)) for d, shares in values.items()},
            "fall": {"mean": float(fall.mean()), "sd": float(fall.std(ddof=1))},
        }
    Path(path).write_text(json.dumps(metrics, indent=1), encoding="utf-8")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "metrics_file", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
sample = {"a": [{6: 0.9, 12: 0.6}, {6: 0.8, 12: 0.7}], "b": [{6: 0.5, 12: 0.5}, {6: 0.6, 12: 0.6}]}
read = written(sample)
checks.that(read, "The file is missing at the path given, or not JSON: write it there, with json.dump or json.dumps.")
checks.keys(read, ["a", "b"], "metrics.json")
for name in sample:
    checks.keys(read[name], ["mean", "sd", "fall"], f"'{name}' in metrics.json")

# %% nbgrader={"grade": true, "grade_id": "metrics_summary", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
rng = np.random.default_rng(3)
sample = {name: [{d: float(rng.random()) for d in (6, 9, 30)} for _ in range(4)] for name in ("a", "b")}
read = written(sample)
hint = "mean and sd are over the seeds, for each model and distance by itself; sd is the sample one (divisor n − 1)."
for name, seeds in sample.items():
    for d in (6, 9, 30):
        shares = np.array([each[d] for each in seeds])
        found = [metric(read, name, "mean", str(d)), metric(read, name, "sd", str(d))]
        checks.close(found, [shares.mean(), (shares.var() * 4 / 3) ** 0.5], f"mean and sd of '{name}'", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "metrics_fall", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
hint = "The fall is shortest minus longest distance (as numbers, whatever their order in the dict), in points."
sample = {"a": [{48: 0.2, 6: 0.9, 12: 0.5}, {48: 0.4, 6: 0.8, 12: 0.5}, {48: 0.5, 6: 0.8, 12: 0.5}]}
read = written(sample)
checks.close(metric(read, "a", "fall", "mean"), (70 + 40 + 30) / 3, "the mean fall", hint=hint)
hint = "Subtract seed by seed, then take the sd of the differences: it is not made from the two sds."
checks.close(metric(read, "a", "fall", "sd"), np.std([70, 40, 30], ddof=1), "the sd of the fall", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh("metrics_fall")
near, far = rng.random(5), rng.random(5)
read = written({"x": [{100: float(f), 9: float(n), 20: 0.5} for n, f in zip(near, far, strict=True)]})
checks.hand_over(mean=metric(read, "x", "fall", "mean"), sd=metric(read, "x", "fall", "sd"))
### END HIDDEN TESTS


# %%
def report() -> pd.DataFrame:
    """Writes metrics.json beside the notebook, from your results, and shows the fall."""
    write_metrics(everyone(), "metrics.json")
    found = json.loads(Path("metrics.json").read_text(encoding="utf-8"))
    rows = {kind: f"{found[kind]['fall']['mean']:.1f} ± {found[kind]['fall']['sd']:.1f}" for kind in found}
    heading = f"fall from {min(settings.distances)} to {max(settings.distances)} words (points)"
    return pd.DataFrame({heading: rows})


report()

# %% [markdown]
# ## Exercise 8 · The map
#
# *Why.* Attention's weights can be looked at: they say from where a word took what it added. Fast code such as
# `F.scaled_dot_product_attention` never shows them, so they have to be computed again from the layer's own projections.
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write `attention_map`: the weights of each head by itself, from `layer.q_proj`, `layer.k_proj` and `layer.heads`.
#
# <details><summary>Hint 1: which parts of the layer have no say in the weights?</summary>
# <code>v_proj</code> and <code>o_proj</code>: they decide what is taken, not from where.
# </details>
# <details><summary>Hint 2: a trick</summary>
# If the values are the identity matrix, (words, words), the output of attention <em>is</em> the weights.
# </details>


# %%
def some_layer(width: int, heads: int) -> SimpleNamespace:
    """Projections as a `MultiHead` has them, for the checks."""
    names = ("q_proj", "k_proj", "v_proj", "o_proj")
    return SimpleNamespace(heads=heads, **{name: strangers(nn.Linear(width, width)) for name in names})


# %% nbgrader={"grade": false, "grade_id": "attention_map", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def attention_map(layer, queries: torch.Tensor, context: torch.Tensor, mask=None) -> torch.Tensor:
    """The attention weights of a multi-head layer.

    Args:
        layer: has q_proj, k_proj and heads, as `MultiHead`. queries: (rows, asked, width). context: (rows, words, width).
        mask: bool, broadcasts to (rows, heads, asked, words), True where a query may look.
    Returns:
        (rows, heads, asked, words); each head's weights of each query sum to 1.
    """

    ### BEGIN SOLUTION
    def split(x):  # (rows, n, width) -> (rows, heads, n, width / heads)
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "map_shares", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
layer, x, y = some_layer(8, 2), torch.randn(3, 2, 8), torch.randn(3, 5, 8)
mask = (torch.rand(3, 1, 2, 5) < 0.5) | (torch.arange(5) == 3)
found = attention_map(layer, x, y, mask)
checks.shape(found, (3, 2, 2, 5), "the map", hint="Rows, heads, queries, words: one map for each head, not their mean")
hint = "Each query of each head shares out 1 among the words it may look at, and nothing to the others."
checks.close(found.sum(-1), torch.ones(3, 2, 2), "the sums", hint=hint, atol=1e-5)
checks.that(bool((found.masked_select(~mask) == 0).all()), hint)

# %% nbgrader={"grade": true, "grade_id": "map_projections", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "One head: q_proj on what asks, k_proj on what is looked at, and the same scaling as in the layer."
for words in (5, 7):
    layer, x, y = some_layer(6, 1), torch.randn(2, 5, 6), torch.randn(2, words, 6)
    q, k = layer.q_proj(x), layer.k_proj(y)
    expected = F.scaled_dot_product_attention(q, k, torch.eye(words).expand(2, words, words))
    checks.close(attention_map(layer, x, y)[:, 0], expected, "the weights", hint=hint, rtol=1e-4, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "map_heads", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Each head compares its own slice of width / heads numbers, and scales by the root of that slice's length."
for heads, words in ((2, 4), (4, 8)):
    layer, x, y = some_layer(8, heads), torch.randn(2, 4, 8), torch.randn(2, words, 8)
    for head, part in enumerate(torch.arange(8).chunk(heads)):
        q, k = layer.q_proj(x)[..., part], layer.k_proj(y)[..., part]
        expected = F.scaled_dot_product_attention(q, k, torch.eye(words).expand(2, words, words))
        found = attention_map(layer, x, y)[:, head]
        checks.close(found, expected, f"the weights of head {head}", hint=hint, rtol=1e-4, atol=1e-5)

# %% [markdown]
# Where do the heads of the first seed's model look, when the last pronoun asks?


# %%
def last_map(seed: int) -> torch.Tensor:
    """The trained reader's attention from the last pronoun of each test text; (rows, heads, words)."""
    model = trained("attention", seed, **usual())
    ids, asked, _ = world()["test"]
    with torch.no_grad():
        x = model.block.norm1(model.vectors(ids))
        return attention_map(model.block.attention, at(x, asked), x, may_look(ids, asked))[:, :, 0]


def on_referent(seed: int) -> pd.DataFrame:
    """One row a test text: its pronoun, its distance, and the share of each head's attention on the referent."""
    weights, test = last_map(seed), world()
    place = settings.words - 1 - test["distances"]  # the referent's column, since texts end in the last one
    shares = weights[torch.arange(len(place)), :, place]  # (rows, heads)
    table = pd.DataFrame(shares.numpy(), columns=[f"head {head}" for head in range(settings.heads)])
    table["pronoun"] = [row["text"].split()[-1] for row in test["rows"]]
    return table.assign(distance=test["distances"].numpy())


on_referent(settings.seeds[0]).drop(columns="distance").groupby("pronoun").mean().round(2)

# %% [markdown]
# Each number is the share of a head's attention that falls on the referent, mean over all test texts that end in that
# pronoun. Look along a row: which heads look at the referent? Then one text in detail (tall bars carry their word), and all
# texts against distance: the attention of each pronoun's strongest head, mean ± sd over seeds. (Which head is strongest is
# read off the same test texts.)


# %%
def map_of_one(panel, number: int):
    """Bars of each head's attention over one test text; above them the names of the pronoun's kind."""
    row = world()["rows"][number]
    words = row["text"].split()
    back = np.arange(len(words))[::-1]  # words back from the pronoun
    shares = last_map(settings.seeds[0])[number, :, -len(words) :].numpy()  # (heads, words)
    for head in range(settings.heads):
        panel.bar(back - 0.4 * head + 0.6, shares[head], width=0.4, label=f"head {head}")
    tallest = shares.max(axis=0)
    for place, word in enumerate(words):
        if tallest[place] > 0.2 or KIND.get(word) == words[-1]:
            meant = ", the referent" if back[place] == row["distance"] else ""
            top = tallest[place] + 0.03
            panel.annotate(f"{word}{meant}", (back[place], top), rotation=90, ha="center", va="bottom", fontsize=8)
    panel.invert_xaxis()
    panel.set(ylim=(0, 1.7), yticks=[0, 0.5, 1], ylabel="attention (share of 1)")
    panel.set_xlabel(f"words back from the last one, '{words[-1]}'")
    panel.legend(loc="upper right")


# %%
ALT_MAP = (
    "Left: bars of each head's attention over the words of one text at the longest distance; tall bars carry their word, and the "
    "referent is marked. Right: the share that each pronoun's strongest head puts on the referent, against distance."
)


# %%
def figure_map():
    figure, panels = plots.axes(columns=2, width=6.0)
    map_of_one(panels[0], int((world()["distances"] == max(settings.distances)).nonzero()[0]))
    shares = []
    for seed in settings.seeds:
        table = on_referent(seed)
        heads = table.drop(columns="distance").groupby("pronoun").mean().idxmax(axis=1)  # each pronoun's own head
        own = [row[heads[row["pronoun"]]] for _, row in table.iterrows()]
        shares.append(pd.Series(own).groupby(table["distance"]).mean())
    mean, spread = np.mean(shares, axis=0), np.std(shares, axis=0, ddof=1)
    panels[1].errorbar(settings.distances, mean, spread, fmt="o-", capsize=3)
    panels[1].set(ylim=(0, 1.03), xlabel="distance to the referent (words)", xticks=settings.distances)
    panels[1].set_ylabel("attention on the referent (share)")
    panels[0].set_title("one text, first seed"), panels[1].set_title("all texts, strongest head")
    plots.show(figure, alt=ALT_MAP)


figure_map()

# %% [markdown]
# Nobody told the model where to look: it was only told who was meant. For each pronoun some head has found the word that
# decides, often more than one, and the same head may serve several pronouns. At the longest distance
# less of it falls there, and the answers are as right: **attention's weights are not the decision.** Values, the other heads,
# the residual connection and the MLP come after them.
#
# # Part 4 · How a word gets its meaning
#
# In a pretrained model the same blocks are stacked. *Bank* enters as one vector, whatever the sentence; each layer adds
# something from the words around. We take sentences in which *bank* is a river's or a money bank, and follow it.

# %%
SENTENCES = {
    "river": (
        "We sat on the bank of the river and watched the boats .",
        "The river rose over its bank after days of rain .",
        "He pulled the canoe out of the water and up the muddy bank .",
        "Tall reeds grow along the bank of the stream .",
        "They fished from the grassy bank until the sun went down .",
        "The current carried the log to the far bank of the river .",
    ),
    "money": (
        "She asked the bank for a loan to buy a house .",
        "The bank raised the interest rate on its savings accounts .",
        "He paid the cheque into his account at the bank .",
        "The bank refused the loan because their income was too low .",
        "They opened an account with a bank and deposited the money .",
        "The bank charges a fee for every payment by card .",
    ),
}

# %%
NEW = {
    "near 'river'": "After the flood the river had moved the bank a little to the west .",
    "near 'loan'": "After the crisis the loan was moved by the bank to another firm .",
    "near neither": "After a long walk we finally came to the bank and sat down .",
}


# %%
@functools.cache
def pretrained():
    """The course's model for this profile, and its tokenizer."""
    model = AutoModel.from_pretrained(model_path(settings.model), dtype=torch.float32)
    return model.eval(), load_tokenizer(settings.model)


def encoded(sentences) -> dict[str, torch.Tensor]:
    """input_ids and attention_mask, (sentences, pieces) each, padded on the right."""
    tokenizer = pretrained()[1]
    batch = tokenizer(list(sentences), padding=True, return_tensors="pt")
    return {name: batch[name] for name in ("input_ids", "attention_mask")}


# %%
def bank_id() -> int:
    """The one word piece that stands for 'bank' within a sentence."""
    tokenizer = pretrained()[1]
    pieces = tokenizer(" bank", add_special_tokens=False)["input_ids"]
    checks.count(len(pieces), 1, "the number of word pieces of 'bank'")
    return pieces[0]


print(f"{settings.model}: {sum(p.numel() for p in pretrained()[0].parameters()):,} parameters,", end=" ")
print(f"{pretrained()[0].config.num_hidden_layers} layers; 'bank' is word piece {bank_id()}")

# %% [markdown]
# ## Exercise 9 · One word, all layers
#
# *Why.* `output_hidden_states=True` makes a model return what it usually throws away: every word's vector before the
# first layer and after each one. *Effort.* Medium, 15 minutes, 9 points.
#
# Write `word_states`. The word stands somewhere else in each sentence, and shorter sentences are padded; if it stands
# there twice, take the first. Nothing is trained here, so ask for no gradients.
#
# <details><summary>Hint 1: how many states has a model with six layers?</summary>
# Seven: <code>model(...).hidden_states</code> is a tuple that begins with the embeddings.
# </details>
# <details><summary>Hint 2: where does the word stand?</summary>
# <code>(input_ids == token_id).int().argmax(dim=1)</code> gives the first place in each row.
# </details>


# %%
@functools.cache
def little_bert() -> BertModel:
    """An untrained BERT of 3 layers, for the checks."""
    config = BertConfig(
        vocab_size=40,
        hidden_size=12,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=24,
        initializer_range=0.5,
    )
    return BertModel(config, add_pooling_layer=False).eval()


# %% nbgrader={"grade": false, "grade_id": "word_states", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def word_states(model, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_id: int) -> torch.Tensor:
    """The vectors of one word before the first layer and after each layer.

    Args:
        model: of transformers, in eval mode. input_ids, attention_mask: (sentences, pieces). token_id: of the word.
    Returns:
        (sentences, layers + 1, width), without gradients.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    states = torch.stack(found.hidden_states, dim=1)  # (sentences, layers + 1, pieces, width)
    places = (input_ids == token_id).int().argmax(dim=1)
    return states[torch.arange(len(input_ids)), :, places]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "states_layers", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
ids = torch.tensor([[7, 5, 9, 11], [7, 5, 3, 12]])  # the word, 5, in the same place
every = torch.ones_like(ids)
found = word_states(little_bert(), ids, every, 5)
checks.shape(found, (2, 4, 12), "the states", hint="Sentences, layers + 1, width: the embeddings come first")
hint = "In order: the embeddings, then each layer's output. Before the first layer the same word in the same place is the same."
checks.close(found[0, 0].detach(), found[1, 0].detach(), "the two embeddings", hint=hint, atol=1e-6)
with torch.no_grad():
    last = little_bert()(input_ids=ids, attention_mask=every).last_hidden_state[:, 1]
checks.close(found[:, -1].detach(), last, "the last states", hint=hint, rtol=1e-4, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "states_place", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "The word stands in another place in each sentence, and the first one counts: look for token_id row by row."
ids = torch.tensor([[5, 8, 9, 11, 4], [7, 5, 3, 5, 12], [2, 1, 6, 9, 5]])
every = torch.ones_like(ids)
with torch.no_grad():
    states = little_bert()(input_ids=ids, attention_mask=every, output_hidden_states=True).hidden_states
found = word_states(little_bert(), ids, every, 5)
for row, place in enumerate((0, 1, 4)):
    checks.close(
        found[row, -1].detach(), states[-1][row, place], "the word's last state", hint=hint, rtol=1e-4, atol=1e-5
    )

# %% nbgrader={"grade": true, "grade_id": "states_padding", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
alone = word_states(little_bert(), torch.tensor([[8, 5, 9]]), torch.ones(1, 3, dtype=torch.long), 5)
padded = torch.tensor([[8, 5, 9, 0, 0, 0], [1, 2, 3, 4, 5, 6]])
company = word_states(little_bert(), padded, (padded > 0).long(), 5)
hint = "A sentence's states must not depend on its padding: hand the attention_mask to the model."
checks.close(company[0].detach(), alone[0].detach(), "the padded sentence", hint=hint, rtol=1e-4, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "states_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = word_states(little_bert(), torch.tensor([[8, 5, 9]]), torch.ones(1, 3, dtype=torch.long), 5)
hint = "The states still carry a graph for gradients: call the model under torch.no_grad()."
checks.that(torch.is_tensor(found) and not found.requires_grad, hint)

# %% [markdown]
# ## Exercise 10 · Do the senses part?
#
# *Why.* Pictures of vectors in two dimensions show what one hopes to see. A number does not: are two *banks* of one sense
# more alike than two of different senses? *Effort.* Medium, 20 minutes, 8 points.
#
# Write `sense_gap`: for each layer, the mean cosine similarity over all pairs of *different* sentences of the same sense,
# minus the mean over all pairs of different senses.
#
# <details><summary>Hint 1: all cosines at once</summary>
# Divide each vector by its length (<code>F.normalize</code>), then one matrix product per layer gives all pairs.
# </details>
# <details><summary>Hint 2: the diagonal</summary>
# A sentence's similarity to itself is 1 and says nothing. Leave those pairs out.
# </details>


# %% nbgrader={"grade": false, "grade_id": "sense_gap", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def sense_gap(states: torch.Tensor, senses: list[str]) -> torch.Tensor:
    """How much more alike a word's states are within a sense than between senses.

    Args:
        states: (sentences, layers, width). senses: one name for each sentence.
    Returns:
        (layers,): mean cosine of pairs of one sense (never a sentence with itself) minus mean cosine of pairs of two senses.
    """
    ### BEGIN SOLUTION
    units = F.normalize(states, dim=-1).transpose(0, 1)  # (layers, sentences, width)
    cosines = units @ units.transpose(1, 2)  # (layers, sentences, sentences)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, pairs].mean(dim=1) - cosines[:, ~same].mean(dim=1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "gap_direction", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
one, other = torch.tensor([3.0, 4.0, 0.0]), torch.tensor([0.0, 0.0, 5.0])
states = torch.stack([one, one, other, other])[:, None]  # (4 sentences, 1 layer, 3)
hint = "Within minus between: with one vector for each sense, at right angles to each other, the gap is 1 − 0."
checks.close(sense_gap(states, ["a", "a", "b", "b"]), [1.0], "the gap", hint=hint, atol=1e-5)
states = torch.stack([one, -one, one, -one])[:, None]
checks.that(float(sense_gap(states, ["a", "b", "a", "b"])[0]) > 0, hint)

# %% nbgrader={"grade": true, "grade_id": "gap_pairs", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
units, senses = F.normalize(torch.randn(7, 1, 5), dim=-1), ["a", "b", "a", "a", "b", "a", "b"]
pairs = [(i, j) for i in range(7) for j in range(7) if i != j]
cosine = {(i, j): float(units[i, 0] @ units[j, 0]) for i, j in pairs}
same = np.mean([cosine[i, j] for i, j in pairs if senses[i] == senses[j]])
apart = np.mean([cosine[i, j] for i, j in pairs if senses[i] != senses[j]])
hint = "All pairs of different sentences count alike; a sentence is not compared with itself (that is always 1)."
checks.close(sense_gap(units, senses), [same - apart], "the gap", hint=hint, rtol=1e-3, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "gap_cosine", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
states, senses = torch.randn(6, 3, 5), ["a", "a", "b", "b", "b", "a"]
longer = states * (0.2 + 5 * torch.rand(6, 3, 1))
hint = "Cosine compares directions: a longer vector must not count more. Is each vector divided by its own length?"
gap = sense_gap(states.clone(), senses)
checks.close(sense_gap(longer, senses), gap, "the gap after stretching vectors", hint=hint, rtol=1e-3, atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "gap_layers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
states, senses = F.normalize(torch.randn(6, 4, 5), dim=-1), ["a", "a", "b", "b", "b", "a"]
found = sense_gap(states, senses)
hint = "One gap for each layer, from that layer's vectors alone"
checks.shape(found, (4,), "the gaps", hint=hint)
for layer in range(4):
    alone = sense_gap(states[:, layer : layer + 1], senses)
    checks.close(found[layer], torch.as_tensor(alone).reshape(-1)[0], "a layer's gap", hint=hint, rtol=1e-3, atol=1e-5)

# %% [markdown]
# Left: the gap in each layer, and in grey where it lies when the senses are shuffled among the sentences (95% of
# {{ s.tiny.shuffles }} shuffles): a gap within the grey is none. Right: three new sentences; a value above 0 means that their
# *bank* is on average more alike to the *bank* of the money sentences than to that of the river sentences.


# %%
def leaning(states: torch.Tensor, known: torch.Tensor, senses: list[str]) -> torch.Tensor:
    """Mean cosine of each new state to the known money states minus that to the river states; (sentences, layers)."""
    new, old = F.normalize(states, dim=-1), F.normalize(known, dim=-1)
    cosines = torch.einsum("nlw,klw->nkl", new, old)  # (new, known, layers)
    money = torch.tensor([sense == "money" for sense in senses])
    return cosines[:, money].mean(dim=1) - cosines[:, ~money].mean(dim=1)


def shuffled_gaps(states: torch.Tensor, senses: list[str]) -> np.ndarray:
    """2.5th and 97.5th percentile of each layer's gap when the senses are dealt out at random; (2, layers)."""
    rng = np.random.default_rng(settings.seeds[0])
    gaps = [sense_gap(states, rng.permutation(senses).tolist()).numpy() for _ in range(settings.shuffles)]
    return np.percentile(gaps, [2.5, 97.5], axis=0)


# %%
ALT_BANK = (
    "Left: the gap between cosines within and between senses of the word bank against the layer, above a grey band of shuffled "
    "senses. Right: how far the word bank of three new sentences leans to the money or to the river sentences, by layer."
)


# %%
def figure_bank():
    model, senses = pretrained()[0], [sense for sense, texts in SENTENCES.items() for _ in texts]
    batch = encoded([text for texts in SENTENCES.values() for text in texts])
    known = word_states(model, **batch, token_id=bank_id())
    figure, panels = plots.axes(columns=2)
    panels[0].plot(sense_gap(known, senses).numpy(), "o-", label="gap")
    band = shuffled_gaps(known, senses)
    panels[0].fill_between(range(band.shape[1]), *band, color="grey", alpha=0.3, label="shuffled senses")
    panels[0].set(xlabel="layer (0: embeddings)", ylabel="cosine within − between senses")
    new = leaning(word_states(model, **encoded(NEW.values()), token_id=bank_id()), known, senses)
    for label, values, style in zip(NEW, new.numpy(), ("o-", "s--", "^:"), strict=True):
        panels[1].plot(values, style, label=label)
    panels[1].set(xlabel="layer (0: embeddings)", ylabel="cosine to money − to river")
    panels[1].axhline(0, color="grey", linewidth=0.8)
    panels[0].legend(), panels[1].legend()
    plots.show(figure, alt=ALT_BANK)


figure_bank()

# %% [markdown]
# At the embeddings *bank* is the same in every sentence (but for its place, in models that add one), and no sense can be
# told. Block by block the words around it leave their trace; a fixed vector for each word, as in word2vec, could not do this.
# Read the right-hand panel with care: it is three sentences. *River* and *loan* stand in some of the known ones as well, so a
# word in common may do what the sense should; and in the third, in which neither stands, people walk and sit down, as they do in
# some river sentences. A model that has read little may lean the wrong way. What does yours do?
#
# # Part 5 · What follows

# %% [markdown] nbgrader={"grade": false, "grade_id": "reader_question", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# ## Exercise 11 · State or attention?
#
# *Why.* "Transformers remember, RNNs forget" is the kind of sentence that this lab can now make precise. *Effort.* Medium, 20
# minutes, 12 points, read by a person.
#
# A colleague writes: "The LSTM falls and attention does not, so an LSTM *cannot* carry a name over
# {{ s.tiny.distances[-1] }} words, and attention is better in every respect. The map proves it: the model picks the
# referent because it attends to it."
#
# Answer in about 200 words, with numbers from your own output. (a) What exactly was shown about the LSTM, and under which
# conditions? Use the figure or the table of conditions. (b) What does attention pay for looking up, in memory and time for
# a text of n words, and in information it had to be given? When would you rather have a state? (c) What does the map show,
# what does it not prove, and which experiment would tell more? (`mask` is an argument of your block, and the texts are yours to
# change.)
#
# === BEGIN MARK SCHEME ===
# 12 points. Half of a part's points where the idea is named but not tied to the output, or tied but garbled.
#
# (a) 5 points. 2: quotes the fall with its spread (about the size in metrics.json) and says for which size, amount of
# training and world it was measured. 2: "cannot" is refuted by a condition in the output: more training, a
# wider state or another start of the forget gate shrink the fall. 1: names a mechanism: a state of fixed size must keep
# a name for every kind through each word; gates have to learn to hold, from a signal that is weak far back.
#
# (b) 4 points. 2: n² comparisons (or all n vectors kept, per query n) against a state of constant size and constant work
# per word. 1: needed columns (positions): without them attention sees a bag of words and cannot know who was named last. 1:
# a sensible case for a state: endless streams, small devices, latency per word, very long texts.
#
# (c) 3 points. 1: the map shows where the values were taken from (share on the referent, with a number). 1: it is not proof of a
# cause: other heads, the residual path, v_proj and the MLP also decide; weights can be large on vectors that add little. 1: an
# intervention: change or mask the referent, swap it for another name, cut a head, and see whether the answer follows.
#
# A typical wrong answer: "the LSTM has vanishing gradients, so it cannot" (1 point of (a) at most, if tied to the training), or
# "attention has no cost because it is parallel" (0 of the first 2 points of (b)).
# === END MARK SCHEME ===

# %% [markdown] nbgrader={"grade": true, "grade_id": "reader", "locked": false, "points": 12, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# (a) Shown: at about 14,600 parameters, after some ten thousand short texts, with eight names of each kind and many
# distractors, the LSTM falls by roughly 45 points from 6 to 48 words, and attention not at all. "Cannot" is refuted by
# the right-hand panel: the same LSTM, trained four times as long, loses one or two points. So it has room for the
# names, one of each kind; what it lacked was practice in holding them, and a gate that starts open gives it a head start.
#
# (b) Attention keeps all n vectors and makes n comparisons for each word that asks, n² if all do; the LSTM's state and work per
# word are constant. Attention also had to be given columns, or it could not know who was named last. On an endless stream, or a
# small device, I would take a state.
#
# (c) The map shows that more than half of the weight of a pronoun's strongest head falls on the referent, at every distance. It
# does not prove that this decides: the other heads, the MLP and the residual path have a say. Swap the referent for another
# name and see whether the answer follows.
# ### END SOLUTION

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over the {{ s.tiny.seeds | length }} seeds of the course settings, shares of
# {{ s.tiny.test_texts // (s.tiny.distances | length) }} test texts (profile tiny) for each distance.


# %%
def closing_table() -> pd.DataFrame:
    rows = {
        kind: {f"{d} words": mean_sd([each[d] for each in found]) for d in settings.distances}
        for kind, found in everyone().items()
    }
    table = pd.DataFrame(rows).T
    near, far = min(settings.distances), max(settings.distances)
    for kind, found in everyone().items():
        fall = [100 * (each[near] - each[far]) for each in found]
        table.loc[kind, "fall (points)"] = f"{np.mean(fall):.1f} ± {np.std(fall, ddof=1):.1f}"
    return table


closing_table()

# %% [markdown]
# **Published, beside it.** The world is ours, so no published accuracy can stand in this table. The pattern is old:
# Bahdanau and others (2015, arXiv 1409.0473) gave a recurrent translator attention because its quality fell with the
# length of the sentence; Khandelwal and others (2018, arXiv 1805.04623) found that an LSTM language model uses about 200 words
# of context, and word order only within the last 50. The start of the forget gate is from Jozefowicz and others (2015).
#
# **What this shows.** At one small size and one short training, each at its own best rate, attention's accuracy hardly depends
# on distance and the LSTM's does, strongly. **What it does not show.** That an LSTM cannot: with more training, or a wider
# state, it keeps up. Nor that one block of attention understands language: the rule of this world is a single look-up,
# which is just what a block can do, and columns beyond the longest text were never trained. Distances are up to
# {{ s.tiny.distances[-1] }} words; real texts have longer ones, and pronouns whose meaning takes knowledge, not counting.
#
# **Where this goes.** A language model is a stack of your blocks. In the next labs they are pretrained, and you
# change them: the last N layers, or a low-rank update of `q_proj` and `v_proj`.
