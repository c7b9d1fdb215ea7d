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

# %% [markdown]
# # Part 1 · A chat is a string
#
# A base model has one skill: it continues text. Here is the beginning of a question, continued by the model as it is.


# %%
@functools.cache
def base_model():
    """The model of this profile before any tuning, not quantised; do not train it."""
    model = AutoModelForCausalLM.from_pretrained(model_path(settings.model), dtype=dtype).to(device).eval()
    return model.requires_grad_(False)


tokenizer = load_tokenizer(settings.model)
small_tokenizer = load_tokenizer("course-decoder-tiny")  # ships with the course: the checks use it in every profile


# %%
@torch.no_grad()
def continued(model, prompts: list[str], new_tokens: int, **sampling) -> list[str]:
    """What the model writes after each prompt until it ends its turn. Padded on the LEFT: the next token is last."""
    rows = tokenizer(prompts, padding=True, padding_side="left", return_tensors="pt").to(device)
    was_training, options = model.training, {"max_new_tokens": new_tokens, "do_sample": bool(sampling), **sampling}
    written = model.eval().generate(**rows, pad_token_id=tokenizer.pad_token_id, **options)
    model.train(was_training)
    return tokenizer.batch_decode(written[:, rows["input_ids"].shape[1] :], skip_special_tokens=True)


question = "What are the main risks of investing in bonds?"
print(question, continued(base_model(), [question], settings.voice_tokens)[0])

# %% [markdown]
# Not an answer: more text of the kind that might stand there. To make an assistant of it, people agree on a way of
# writing a conversation down, and train on thousands of conversations written that way. (Two of our models have met
# that writing before. About a quarter of the documents that the tiny one read were set as chats, though nobody there
# answers a question; the one of profile laptop was tuned on real chats before this course got it, and shows some of that even here.)
#
# ## Exercise 1 · Write the chat down
#
# *Why.* Qwen's convention is called ChatML: each turn is opened with a role and closed with a token of its own. There
# are others: Llama 2 and Mistral write `[INST] question [/INST] answer`. A model that was tuned on one convention and
# is asked in another meets a text that it has never seen; in Part 4 you will do that to yours.
#
# *Effort.* Easy, 10 minutes, 6 points.
#
# Write `render_chat`. Each message, `{"role": ..., "content": ...}`, becomes `<|im_start|>`, the role, a line break,
# the content just as it is, `<|im_end|>`, a line break. With `add_generation_prompt`, the text goes on with the
# *opening* of an assistant's turn, and stops there: what comes next is the model's to write.
#
# <details><summary>Hint 1: training and asking</summary>
# A conversation to train on is complete: nothing is opened that is not closed. A question to be answered ends with
# <code>&lt;|im_start|&gt;assistant</code> and a line break.
# </details>


# %% nbgrader={"grade": false, "grade_id": "render_chat", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def render_chat(messages: list[dict], add_generation_prompt: bool = False) -> str:
    """The messages in ChatML; with add_generation_prompt the assistant's turn is opened at the end."""
    ### BEGIN SOLUTION
    turns = [f"<|im_start|>{message['role']}\n{message['content']}<|im_end|>\n" for message in messages]
    return "".join(turns) + ("<|im_start|>assistant\n" if add_generation_prompt else "")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "chat_turns", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
talk = [{"role": "user", "content": "Is it dull?"}, {"role": "assistant", "content": "No."}]
talk += [{"role": "user", "content": "Long?\nOr short?"}, {"role": "assistant", "content": " Long "}]
expected = small_tokenizer.apply_chat_template(talk, tokenize=False)
found = render_chat(talk)
hint = "Every turn, the assistant's too, is closed with <|im_end|>: it is how the model learns where to stop."
checks.that(isinstance(found, str) and found.count("<|im_end|>") == 4, hint)
hint = "A line break after the role and one after each <|im_end|>, the content just as it is: "
checks.that(found == expected, f"{hint}\nexpected {expected!r}\nyours    {found!r}")
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for turns in 2 * rng.integers(1, 4, size=3):
    said = [" ".join(rng.choice(["good", "bad\n", " odd ", "film", "<b>"], 4)) for _ in range(turns)]
    talk = [{"role": "user" if n % 2 == 0 else "assistant", "content": text} for n, text in enumerate(said)]
    expected = small_tokenizer.apply_chat_template(talk, tokenize=False)
    checks.that(render_chat(talk) == expected, f"{hint}\nexpected {expected!r}")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "chat_roles", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
talk = [("system", "Be short."), ("user", "Hm."), ("user", "So?"), ("assistant", "Yes.")]
talk = [{"role": role, "content": content} for role, content in talk]
hint = "The role stands in the message: a chat may have a system turn, and one person may speak twice."
found = re.findall(r"<\|im_start\|>(\w*)", render_chat(talk))
checks.that(found == [message["role"] for message in talk], hint)

# %% nbgrader={"grade": true, "grade_id": "chat_opening", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
talk = [{"role": "user", "content": "Is it dull?"}]
found = render_chat(talk, add_generation_prompt=True)
expected = small_tokenizer.apply_chat_template(talk, tokenize=False, add_generation_prompt=True)
hint = "To ask, open the assistant's turn at the end and leave it open: the model goes on from there."
checks.that(found == expected, f"{hint}\nexpected {expected!r}\nyours    {found!r}")
found, expected = render_chat(talk), small_tokenizer.apply_chat_template(talk, tokenize=False)
hint = "A chat to train on is complete: without add_generation_prompt nothing is opened at its end."
checks.that(found == expected, f"{hint}\nexpected {expected!r}\nyours    {found!r}")

# %% [markdown]
# `tokenizer.apply_chat_template` does the same with a Jinja template that is stored beside the weights; the libraries
# call it, so it is what we use from here on. A template may also put in a system turn of its own where a chat has
# none: print one before you trust it.
#
# ## Two jobs
#
# The first has right answers: is a sentence negative, neutral or positive? Input-output pairs become chats by a
# *prompt template*: the instruction as the system turn, the sentence as the user's, the label as the assistant's. (In
# profile tiny there is no instruction: a model that has never met one would read it in vain.) We take short
# sentences, as many of each class, so that a guess is right one time in three. The second job is a voice: a word, and
# the definition that Ambrose Bierce gave of it in *The Devil's Dictionary*, 1911. (`SFTTrainer` also takes pairs as
# they are, in columns `prompt` and `completion`; `messages` says the same and holds longer talks as well.)


# %%
def pair(prompt: str, answer: str, instruction: str = "") -> dict:
    """One input-output pair as a row with `messages`."""
    system = [{"role": "system", "content": instruction}] if instruction else []
    return {"messages": [*system, {"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]}


def short(split, column: str, longest: int, rows: int, seed: int = 0) -> list[int]:
    """Numbers of up to so many random rows with at most `longest` tokens in a column; as many of each class."""
    lengths = [len(ids) for ids in tokenizer(list(split[column]))["input_ids"]]
    order = [int(row) for row in np.random.default_rng(seed).permutation(len(split)) if lengths[row] <= longest]
    if "label" not in split.column_names:
        return order[:rows]
    kinds = np.array(split["label"])
    each = [[row for row in order if kinds[row] == k] for k in np.unique(kinds)]
    size = min(rows // len(each), *map(len, each))
    return sorted(row for one in each for row in one[:size])


# %%
texts, voice = load_sentiment(), load_voice()
classes = texts["train"].features["label"].names
sizes = {"train": settings.train_rows, "validation": settings.validation_rows, "test": settings.test_rows}
sentences = {name: texts[name].select(short(texts[name], "text", settings.longest, n)) for name, n in sizes.items()}
labels = np.array(sentences["validation"]["label"])
jobs = {"sentiment": {}, "voice": {}}
for name in ("train", "validation"):
    rows = sentences[name]
    jobs["sentiment"][name] = Dataset.from_list(
        [pair(t, classes[k], settings.instruction) for t, k in zip(rows["text"], rows["label"], strict=True)]
    )
    rows = voice[name]  # the test split stays unread: whoever chooses a rate by these losses has seen what judges it
    rows = rows.select(short(rows, "completion", settings.voice_longest, len(rows)))
    jobs["voice"][name] = Dataset.from_list([pair(r["prompt"], r["completion"]) for r in rows])

# %%
for job, parts in jobs.items():
    print(f"{job}: {len(parts['train']):,} chats to train on, {len(parts['validation']):,} held out. One of them:")
    print(tokenizer.apply_chat_template(parts["train"][0]["messages"], tokenize=False))
print(f"Each class has {np.bincount(labels).max() / len(labels):.3f} of the held-out sentences.")

# %% [markdown]
# ## Exercise 2 · Which tokens may enter the loss
#
# *Why.* The model is to learn to answer, not to write other people's questions. So the loss looks at the assistant's
# words alone, and at the `<|im_end|>` after them, without which it never learns to stop. Everything else gets the label
# −100, which PyTorch's losses pass over. When this goes wrong, nothing crashes: the loss falls, and the model learns
# something else.
#
# *Effort.* Medium, 25 minutes, 10 points.
#
# Write `answer_labels`: one label for each token of a chat; the token itself inside each assistant's turn (content and
# closing `<|im_end|>`), −100 elsewhere: on the other turns, on the opening `<|im_start|>assistant` with its line
# break, on the line break after `<|im_end|>`. The model shifts labels by one itself: do not. And `collate`: a batch,
# padded on the right to its longest row with `pad_token_id`, attention mask 0 and label −100.
#
# <details><summary>Hint 1: how do I find the turns?</summary>
# <code>tokenizer.encode("&lt;|im_start|&gt;assistant\n")</code> is a short list of ids. Walk along the chat; wherever
# that list stands, the answer begins behind it, and it ends with the next <code>&lt;|im_end|&gt;</code>.
# </details>
# <details><summary>Hint 2: padding and the end of a turn</summary>
# Some tokenizers pad with the very token that ends a turn. Whoever masks "every pad token" out of the loss then masks
# the ending as well. You know which places you have added: mask those.
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer_labels", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def answer_labels(input_ids: list[int], tokenizer) -> list[int]:
    """The ids in the assistant's turns (content and closing <|im_end|>), -100 elsewhere; as long as input_ids."""
    ### BEGIN SOLUTION
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels, inside = [-100] * len(input_ids), False
    for place, token in enumerate(input_ids):
        if inside:
            labels[place] = token
            inside = token != closing
        elif input_ids[max(0, place + 1 - len(opening)) : place + 1] == opening:
            inside = True
    return labels
    ### END SOLUTION


def collate(rows: list[dict], pad_token_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask and labels, each (rows, longest), of rows with lists input_ids and labels."""
    ### BEGIN SOLUTION
    longest = max(len(row["input_ids"]) for row in rows)
    batch = {"input_ids": [], "attention_mask": [], "labels": []}
    for row in rows:
        length, missing = len(row["input_ids"]), longest - len(row["input_ids"])
        batch["input_ids"].append(row["input_ids"] + [pad_token_id] * missing)
        batch["attention_mask"].append([1] * length + [0] * missing)
        batch["labels"].append(row["labels"] + [-100] * missing)
    return {name: torch.tensor(values) for name, values in batch.items()}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "labels_prompt", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def tokens_of(talk: list[tuple[str, str]]) -> tuple[list[int], list[int]]:
    """(ids, 1 for each token of an assistant's turn) of (role, content) pairs, as the template itself marks them."""
    messages = [{"role": role, "content": content} for role, content in talk]
    options = {"return_dict": True, "return_assistant_tokens_mask": True}
    found = small_tokenizer.apply_chat_template(messages, **options)
    return found["input_ids"], found["assistant_masks"]


one = [("system", "Be brief."), ("user", "Was the assistant any good?"), ("assistant", "Not at all.")]
ids, mask = tokens_of(one)
found = answer_labels(list(ids), small_tokenizer)
checks.count(len(found), len(ids), "the number of labels", "One label for each token of the chat.")
hint = "Prompt tokens are in the loss: the system's and the user's turns and <|im_start|>assistant get the label -100."
first = mask.index(1)
checks.that(all(label == -100 for label in found[:first]), hint)
hint = "The answer's own tokens have no label: without them nothing is learnt."
checks.that(all(label != -100 for label in found[first : first + 3]), hint)

# %% nbgrader={"grade": true, "grade_id": "labels_stop", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ids, mask = tokens_of([("user", "So?"), ("assistant", "Good.")])
found, last = answer_labels(list(ids), small_tokenizer), max(n for n, inside in enumerate(mask) if inside)
hint = "The <|im_end|> that closes the answer belongs to the loss: who never sees it there never learns to stop."
checks.that(found[last] != -100, hint)
hint = "The line break after <|im_end|> is the template's, not the answer's: -100. So is the user's <|im_end|>."
checks.that(found[last + 1] == -100 and [label != -100 for label in found] == [bool(m) for m in mask], hint)

# %% nbgrader={"grade": true, "grade_id": "labels_turns", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
talk = [("user", "A?"), ("assistant", "It is fine."), ("user", "And B?"), ("assistant", "Dull."), ("user", "Thanks.")]
ids, mask = tokens_of(talk)
found = [label != -100 for label in answer_labels(list(ids), small_tokenizer)]
hint = "This chat has two answers, and a user's turn at its end: every assistant's turn has labels, nothing else."
checks.that(found == [bool(inside) for inside in mask], hint)
ids, mask = tokens_of([("user", "assistant\nHm."), ("assistant", "Yes.")])
found = [label != -100 for label in answer_labels(list(ids), small_tokenizer)]
hint = "This user wrote 'assistant' and a line break, which opens no turn: look for <|im_start|> before them as well."
checks.that(found == [bool(inside) for inside in mask], hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for turns in rng.integers(3, 7, size=3):
    roles = ["user", "assistant"] * 4
    said = [" ".join(rng.choice(["the assistant", "film", "was", "dull", "user"], 3)) for _ in range(turns)]
    ids, mask = tokens_of(list(zip(roles, said)))  # noqa: B905  as many roles as texts
    found = [label != -100 for label in answer_labels(list(ids), small_tokenizer)]
    checks.that(found == [bool(inside) for inside in mask], "Every assistant's turn has labels, nothing else.")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "labels_unshifted", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ids, mask = tokens_of(one)
given = list(ids)
found = answer_labels(ids, small_tokenizer)
hint = "Where a label is not -100 it is the token at the same place: the model does the shift by one itself."
inside = [(token, label) for token, label in zip(ids, found, strict=True) if label != -100]
checks.that(inside and all(token == label for token, label in inside), hint)
checks.that(list(ids) == given, "The ids have been changed in place: the caller still needs them.")

# %% nbgrader={"grade": true, "grade_id": "labels_padding", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
end = small_tokenizer.eos_token_id
rows = [{"input_ids": [5, 6, 7, end], "labels": [-100, -100, 7, end]}, {"input_ids": [8, end], "labels": [8, end]}]
for pad in (0, end):  # the second: a tokenizer that pads with the token that ends a turn
    found = collate([dict(row) for row in rows], pad)
    checks.keys(found, ["input_ids", "attention_mask", "labels"], "the batch")
    hint = "Pad on the right with pad_token_id; attention mask 1 on real tokens, 0 on padding."
    checks.close(found["input_ids"], [[5, 6, 7, end], [8, end, pad, pad]], "input_ids", hint=hint)
    checks.close(found["attention_mask"], [[1, 1, 1, 1], [1, 1, 0, 0]], "attention_mask", hint=hint)
    hint = "Padding gets the label -100, a real <|im_end|> keeps its own, also where both are the same token."
    checks.close(found["labels"], [[-100, -100, 7, end], [8, end, -100, -100]], "labels", hint=hint)

# %% [markdown]
# ## Exercise 3 · The loss of the answers
#
# *Why.* "Held-out loss" is a mean, and it matters of what. Over all tokens it flatters a long prompt; as a mean of
# rows' means it weighs a one-word answer as much as a paragraph.
#
# *Effort.* Easy, 15 minutes, 6 points.
#
# Write `answer_loss`: the logits at place *t* predict the token at *t* + 1. Take −log p of each labelled token, in
# nats, and average over all labelled tokens of the batch together.
#
# <details><summary>Hint 1: −100 is no class</summary>
# Either let <code>nn.functional.cross_entropy</code> pass over −100 (its <code>ignore_index</code>), or replace it by
# 0 before you look anything up, and leave those places out of the mean.
# </details>


# %% nbgrader={"grade": false, "grade_id": "answer_loss", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def answer_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean -log p (nats) over the labelled tokens; logits (rows, tokens, words), labels (rows, tokens)."""
    ### BEGIN SOLUTION
    log_p, wanted = logits[:, :-1].log_softmax(-1), labels[:, 1:]  # place t predicts the token at t + 1
    learnt = wanted != -100
    picked = log_p.gather(-1, wanted.clamp(min=0).unsqueeze(-1)).squeeze(-1)  # (rows, tokens - 1)
    return -(picked * learnt).sum() / learnt.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "loss_shift", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def certain(ids: torch.Tensor, words: int = 9) -> torch.Tensor:
    """Logits that are nearly sure of the next token of each row."""
    return 12.0 * nn.functional.one_hot(ids.roll(-1, dims=1), words).float()


ids = torch.tensor([[1, 2, 3, 4, 5], [3, 1, 4, 1, 5]])
found = answer_loss(certain(ids), ids)
checks.shape(found, (), "the loss", "One number for the whole batch.")
hint = "These logits know each NEXT token, so the loss is nearly 0: logits at t belong to the label at t + 1."
checks.between(found, 0, 0.01, "the loss", hint)


# %% nbgrader={"grade": true, "grade_id": "loss_mean", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def reference_loss(logits, labels):
    return nn.functional.cross_entropy(logits[:, :-1].reshape(-1, logits.shape[-1]), labels[:, 1:].reshape(-1))


logits = torch.randn(2, 6, 9, generator=torch.Generator().manual_seed(0)) * 3
labels_given = torch.tensor([[-100, 2, 3, 4, 5, 6], [-100, -100, -100, -100, -100, 7]])
hint = "The mean is over labelled tokens only, those of all rows together (five and one here), in nats."
found = answer_loss(logits, labels_given)
checks.close(found, reference_loss(logits, labels_given), "the loss", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng, losses = checks.fresh("loss_mean"), []
for _ in range(3):
    logits = torch.tensor(rng.normal(size=(4, 8, 7)) * 3).float()
    labels_given = np.where(np.arange(8) < rng.integers(1, 7, size=(4, 1)), -100, rng.integers(7, size=(4, 8)))
    losses.append(answer_loss(logits, torch.tensor(labels_given)))
checks.hand_over(losses=losses)
### END HIDDEN TESTS


# %% [markdown]
# Your mask beside the one that `SFTTrainer` will make of the template, token by token, and what each token of one
# chat costs the model before tuning: paler what stays out of the loss.


# %%
def rows_of(chats: Dataset, tokenizer=tokenizer) -> list[dict]:
    """input_ids and your labels of each chat."""
    ids = [tokenizer.apply_chat_template(row["messages"])["input_ids"] for row in chats]
    return [{"input_ids": row, "labels": answer_labels(row, tokenizer)} for row in ids]


def masks_agree(chats: Dataset) -> str:
    """How many tokens of the chats have the same label by your mask and by the template's."""
    same = total = 0
    for chat, row in zip(chats, rows_of(chats), strict=True):
        options = {"return_dict": True, "return_assistant_tokens_mask": True}
        marked = tokenizer.apply_chat_template(chat["messages"], **options)["assistant_masks"]
        same += sum((label != -100) == bool(mark) for label, mark in zip(row["labels"], marked, strict=True))
        total += len(marked)
    return f"{same:,} of {total:,} tokens have the same label by both masks"


# %%
def figure_tokens(chat: dict):
    row = rows_of(Dataset.from_list([chat]))[0]
    batch = {name: values.to(device) for name, values in collate([row], tokenizer.pad_token_id).items()}
    with torch.no_grad():
        log_p = base_model()(batch["input_ids"]).logits[0, :-1].float().log_softmax(-1)
    cost = -log_p.gather(-1, batch["input_ids"][0, 1:, None])[:, 0].cpu().numpy()  # the first token has no prediction
    learnt = np.array([label != -100 for label in row["labels"][1:]])
    words = [tokenizer.decode([token]).replace("\n", "⏎") for token in row["input_ids"][1:]]
    figure, panel = plots.axes(width=11)
    kinds = [(~learnt, "label −100: not in the loss", "0.8"), (learnt, "in the loss", plots.COLOURS[0])]
    for chosen, name, colour in kinds:
        panel.bar(np.flatnonzero(chosen), cost[chosen], label=name, color=colour)
    panel.set_xticks(range(len(words)), words, rotation=90, fontsize=7)
    panel.set(xlabel="token", ylabel="−log p before tuning (nats)")
    panel.legend()
    plots.show(
        figure,
        alt="A bar for each token of a chat: those of the prompt are not in the loss, the answer's are.",
    )
    print(f"the answer's loss: {cost[learnt].mean():.2f} nats a token; of all tokens: {cost.mean():.2f}")


# %%
print("sentiment:", masks_agree(jobs["sentiment"]["validation"].select(range(60))))
print("voice:", masks_agree(jobs["voice"]["validation"].select(range(20))))
figure_tokens(min(jobs["voice"]["validation"], key=lambda row: len(row["messages"][1]["content"])))

# %% [markdown]
# # Part 2 · Four bits by hand
#
# ## Exercise 4 · Integers and a scale for each block
#
# *Why.* A weight that is only read need not be exact. With four bits there are sixteen values; what they stand for is
# agreed block by block, so that one large weight spoils its own block and not the whole matrix.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `quantise_int4`: the weights row by row in blocks of `block` numbers (the last may be shorter); the scale of a
# block is its largest absolute value; a code is the *nearest* integer from −7 to 7, where 7 stands for the scale. And
# the way back, `dequantise_int4`. A block of zeros comes back as zeros: keep its divisor above zero, for what becomes of
# 0 / 0 when it is cast to an integer differs from machine to machine (on some it is 0, and no check would notice).
#
# <details><summary>Hint 1: the last block</summary>
# Pad the flat weights with zeros to a multiple of <code>block</code>, work on a (blocks, block) table, and cut the
# codes at the end. Zeros never raise a largest absolute value.
# </details>
# <details><summary>Hint 2: a scale for each number</summary>
# <code>scales.repeat_interleave(block)[: codes.numel()]</code>.
# </details>


# %%
def relative_error(approximate: torch.Tensor, exact: torch.Tensor) -> float:
    """Norm of the difference / norm of the exact weights."""
    return float((approximate.float() - exact.float()).norm() / exact.float().norm())


def coded(weights: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Your codes and scales; explains what stops where the last block is shorter."""
    try:
        return quantise_int4(weights, block)
    except (RuntimeError, ValueError) as error:
        hint = f"{weights.numel()} numbers do not fill blocks of {block}: pad the last block with zeros."
        checks.that(weights.numel() % block == 0, f"{hint} PyTorch says: {error}")
        raise


# %% nbgrader={"grade": false, "grade_id": "quantise_int4", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def quantise_int4(weights: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Codes from -7 to 7, int8, (numbers,), and scales, float32, (blocks,), of a tensor of any shape."""
    ### BEGIN SOLUTION
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.abs().amax(1)  # (blocks,)
    codes = (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: flat.numel()], scales
    ### END SOLUTION


def dequantise_int4(codes: torch.Tensor, scales: torch.Tensor, block: int, shape: tuple[int, ...]) -> torch.Tensor:
    """The weights that the codes stand for, float32, in this shape."""
    ### BEGIN SOLUTION
    return (codes / 7 * scales.repeat_interleave(block)[: codes.numel()]).view(shape)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "int4_codes", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
codes, scales = quantise_int4(torch.tensor([[0.7, -0.26, 0.24, 0.04], [-1.4, 1.1, 0.89, 0.11]]), 4)
hint = "The scale of a block is its largest absolute value, the sign left aside."
checks.close(scales, [0.7, 1.4], "the scales", hint=hint, rtol=1e-4)
hint = "7 stands for the scale, and a code is the NEAREST of the integers from -7 to 7: round, do not cut off."
checks.close(codes, [7, -3, 2, 0, -7, 6, 4, 1], "the codes", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
whole = rng.integers(-7, 8, size=(6, 16))
whole[:, 3] = 7
off = torch.tensor(whole + rng.uniform(-0.45, 0.45, size=whole.shape) * (np.abs(whole) < 7)).float()
codes, _ = quantise_int4(0.03 * off, 16)
checks.close(codes, whole.flatten(), "the codes", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "int4_blocks", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
weights = torch.tensor([[0.1, 0.2, 0.1, -0.2, 0.1, 0.1], [9.0, 1.0, 0.3, 0.3, 0.2, -0.3]])
codes, scales = quantise_int4(weights, 4)
hint = "A scale for each block of 4 numbers, taken along the rows one after the other: a block may cross a row's end."
checks.close(scales, [0.2, 9.0, 0.3], "the scales", hint=hint, rtol=1e-4)
codes, scales = coded(weights, 5)
hint = "Twelve numbers in blocks of 5: two whole ones and a last one of two, and still twelve codes."
checks.shape(codes, (12,), "the codes", hint)
checks.close(scales, [0.2, 9.0, 0.3], "the scales", hint=hint, rtol=1e-4)

# %% nbgrader={"grade": true, "grade_id": "int4_back", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
weights = torch.randn(7, 9, generator=torch.Generator().manual_seed(1))
weights[2:4] = 0.0
codes, scales = coded(weights, 8)
back = dequantise_int4(codes, scales, 8, (7, 9))
checks.shape(back, (7, 9), "the weights", "Back in the shape given.")
hint = "A block of zeros has the scale 0, and 0 / 0 is nan: keep the divisor above zero."
checks.that(bool(torch.isfinite(back).all()), hint)
hint = "A weight comes back within half a step, that is its block's scale / 14: code / 7 x scale."
step = scales.repeat_interleave(8)[:63].view(7, 9) / 14
checks.that(bool(((back - weights).abs() <= step * 1.001 + 1e-6).all()), hint)

# %% [markdown]
# ## Exercise 5 · Sixteen levels for a bell curve
#
# *Why.* Integers spread their values evenly. Weights do not: most are small. NF4 ("normal float") puts the levels where
# a normal distribution has its quantiles: where weights crowd, levels crowd.
#
# *Effort.* Medium, 20 minutes, 7 points.
#
# Write `normal_levels`. Of 2^bits levels, one is exactly 0 (padding and dead weights must stay 0), half of them are
# positive, and one fewer than that is negative. The positive ones are the standard normal's quantiles at
# probabilities in equal steps from 1/2, which is left out, to `offset`. The negative ones are found likewise and
# mirrored, with a step fewer: for four bits eight steps above 0 and seven below, both to the same offset. Divide by
# the largest, sort, and the ends are −1 and 1.
#
# <details><summary>Hint 1: the two calls</summary>
# <code>norm.ppf(np.linspace(0.5, offset, n + 1)[1:])</code> has n positive quantiles.
# </details>
# <details><summary>Hint 2: why not up to probability 1?</summary>
# The quantile there is infinite. The offset is the mean of 1 − 1/32 and 1 − 1/30: half a step from the end, for sixteen
# and for fifteen steps.
# </details>


# %% nbgrader={"grade": false, "grade_id": "normal_levels", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def normal_levels(bits: int, offset: float = 0.9677083) -> np.ndarray:
    """The 2**bits levels of a normal float, from -1 to 1, with an exact 0. Source: arXiv 2305.14314, section 3."""
    ### BEGIN SOLUTION
    half = 2 ** (bits - 1)
    positive = norm.ppf(np.linspace(0.5, offset, half + 1)[1:])
    negative = -norm.ppf(np.linspace(0.5, offset, half)[1:])
    levels = np.sort(np.concatenate([negative, [0.0], positive]))
    return levels / levels.max()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "levels_ends", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for bits in (3, 4):
    found = np.asarray(normal_levels(bits), dtype=float)
    checks.shape(found, (2**bits,), "the levels", f"{bits} bits tell {2**bits} levels apart.")
    hint = "The ends are -1 and 1 and the levels ascend: leave out probability 1 (infinite), divide by the largest."
    checks.close(found[[0, -1]], [-1.0, 1.0], "first and last level", hint=hint, rtol=1e-4)
    checks.that(bool((np.diff(found) >= 0).all()), hint)

# %% nbgrader={"grade": true, "grade_id": "levels_zero", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for bits in (3, 4):
    found = np.asarray(normal_levels(bits), dtype=float)
    hint = "One level is exactly 0, one more is positive than negative: a symmetric set has no 0 to give a zero weight."
    zeros = int((np.abs(found) < 1e-9).sum())
    checks.that(
        zeros < 2, f"0 stands {zeros} times: it belongs to neither half, so leave 1/2 out of both and add one 0."
    )
    checks.count(zeros, 1, "levels that are 0", hint)
    checks.count(int((found > 1e-9).sum()), 2 ** (bits - 1), "positive levels", hint)


# %% nbgrader={"grade": true, "grade_id": "levels_quantiles", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def probabilities(levels, offset: float) -> np.ndarray:
    """Steps in probability between neighbouring levels, above and below zero."""
    p = norm.cdf(np.asarray(levels, dtype=float) * norm.ppf(offset))
    return np.diff(p)


for bits, offset in [(4, 0.9677083), (3, 0.95)]:
    steps, half = probabilities(normal_levels(bits, offset), offset), 2 ** (bits - 1)
    hint = (
        "Between neighbouring levels lies equal probability of the normal, not equal distance, up to the offset given: "
    )
    checks.close(steps[half - 1 :], [(offset - 0.5) / half] * half, f"{hint}steps above 0", rtol=1e-3)
    checks.close(steps[: half - 1], [(offset - 0.5) / (half - 1)] * (half - 1), f"{hint}steps below 0", rtol=1e-3)
### BEGIN HIDDEN TESTS
offset = float(checks.fresh().uniform(0.9, 0.98))
steps = probabilities(normal_levels(5, offset), offset)
checks.close(steps[15:], [(offset - 0.5) / 16] * 16, f"{hint}steps above 0", rtol=1e-3)
checks.close(steps[:15], [(offset - 0.5) / 15] * 15, f"{hint}steps below 0", rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# From here on the levels are the library's own table, so that nothing later hangs on your Exercise 5. Are they yours?

# %%
LEVELS = bitsandbytes.functional.get_4bit_type("nf4", device="cpu")[:16]  # float32, ascending


def compare_levels():
    difference = np.abs(normal_levels(4) - LEVELS.numpy()).max()
    print(f"largest difference between your sixteen levels and those of bitsandbytes: {difference:.1e}")


compare_levels()

# %% [markdown]
# ## Exercise 6 · NF4, packed
#
# *Why.* Now the real thing, down to the byte. If your bytes are those of the library, you know what is in a 4-bit
# checkpoint.
#
# *Effort.* Hard, 25 minutes, 8 points.
#
# Write `quantise_nf4`: blocks and scales as in Exercise 4 (here the numbers always fill their blocks), each weight
# divided by its block's scale, the code is the number, 0 to 15, of the *nearest* level; two codes to a byte, the
# first in the high half. And `dequantise_nf4`, from the bytes back to weights.
#
# <details><summary>Hint 1: nearest without a loop</summary>
# Between two neighbouring levels the border is their midpoint: <code>torch.bucketize(values, midpoints)</code> counts
# how many midpoints lie below each value, and that is the code.
# </details>
# <details><summary>Hint 2: halves of a byte</summary>
# <code>first * 16 + second</code> going in; <code>byte // 16</code> and <code>byte % 16</code> coming out (or shifts:
# <code>&lt;&lt; 4</code>, <code>&gt;&gt; 4</code>, <code>&amp; 15</code>).
# </details>


# %%
def codes_in(packed: torch.Tensor) -> torch.Tensor:
    """The codes in bytes, the high half first, (2 * bytes,)."""
    packed = packed.flatten().to(torch.int64)
    return torch.stack([packed // 16, packed % 16], dim=1).flatten()


def library_nf4(weights: torch.Tensor, block: int, double: bool = False):
    """(packed, state) of bitsandbytes for the same weights."""
    options = {"blocksize": block, "quant_type": "nf4", "compress_statistics": double}
    return bitsandbytes.functional.quantize_4bit(weights.contiguous(), **options)


# %% nbgrader={"grade": false, "grade_id": "quantise_nf4", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def quantise_nf4(weights: torch.Tensor, levels: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Packed codes, uint8, (numbers / 2,), and scales, float32, (blocks,); `levels` ascend from -1 to 1."""
    ### BEGIN SOLUTION
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    values = (blocks / scales.clamp(min=1e-30).unsqueeze(1)).flatten()
    codes = torch.bucketize(values, (levels[1:] + levels[:-1]) / 2).to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scales
    ### END SOLUTION


def dequantise_nf4(
    packed: torch.Tensor, scales: torch.Tensor, levels: torch.Tensor, block: int, shape: tuple[int, ...]
) -> torch.Tensor:
    """The weights that the packed codes stand for, float32, in this shape."""
    ### BEGIN SOLUTION
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().long()
    return (levels[codes].view(-1, block) * scales.unsqueeze(1)).view(shape)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "nf4_nearest", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def share_equal(packed: torch.Tensor, weights: torch.Tensor, block: int) -> float:
    """Share of codes that are those of bitsandbytes, packed or not, in whichever order two share a byte."""
    theirs, found = codes_in(library_nf4(weights, block)[0]), packed.flatten()
    mine = found.long() if found.numel() == theirs.numel() else codes_in(found)
    checks.count(mine.numel(), theirs.numel(), "the number of codes", "One code for each weight.")
    return max(float((codes == theirs).float().mean()) for codes in (mine, mine.view(-1, 2).flip(1).flatten()))


weights = torch.randn(12, 64, generator=torch.Generator().manual_seed(2)) * 0.02
packed, scales = quantise_nf4(weights, LEVELS, 64)
hint = "Each block of 64 has its own scale, its largest absolute value."
checks.close(scales.flatten(), weights.abs().amax(1), "the scales", hint=hint, rtol=1e-4)
hint = "After dividing by the scale, take the nearest level (borders are midpoints), not the next one below or above."
checks.between(share_equal(packed, weights, 64), 0.999, 1, "share of codes as in bitsandbytes", hint)
### BEGIN HIDDEN TESTS
weights = torch.tensor(checks.fresh().standard_t(4, size=(40, 64))).float()
for block in (32, 64):
    share = share_equal(quantise_nf4(weights, LEVELS, block)[0], weights, block)
    checks.between(share, 0.999, 1, "share of codes as in bitsandbytes", hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "nf4_packed", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
weights = LEVELS.repeat(4)[torch.tensor([15, 0, 7, 7, 1, 14, 3, 12] * 8)]  # weights that are levels themselves
packed, _ = quantise_nf4(weights, LEVELS, 64)
hint = "Two codes share a byte (uint8): 64 weights take 32."
checks.dtype(packed, "uint8", "the packed codes", hint)
checks.shape(packed.flatten(), (32,), "the bytes of 64 weights", hint)
hint = "The first code of a pair stands in the high half of its byte (times 16), the second in the low half."
pattern = [15 * 16 + 0, 7 * 16 + 7, 1 * 16 + 14, 3 * 16 + 12] * 8
checks.close(packed.flatten().int(), pattern, "the bytes", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "nf4_back", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
weights = torch.randn(8, 32, generator=torch.Generator().manual_seed(3))
packed, state = library_nf4(weights, 32)
expected = bitsandbytes.functional.dequantize_4bit(packed, state)
found = dequantise_nf4(packed.flatten(), state.absmax, LEVELS, 32, (8, 32))
hint = "From a byte come two codes, the high half first; each names a level, times its block's scale."
checks.close(found, expected, "the weights", hint=hint, rtol=1e-4, atol=1e-6)

# %% [markdown]
# Byte by byte on real weights: every matrix of the first layers of this profile's model.


# %%
def matrices(layers: int) -> dict[str, torch.Tensor]:
    """Name -> weights, float32 on the CPU, of every matrix in the first layers."""
    found = {}
    for number, layer in enumerate(base_model().model.layers[:layers]):
        for name, module in layer.named_modules():
            if isinstance(module, nn.Linear):
                found[f"{number}.{name}"] = module.weight.detach().float().cpu()
    return found


# %%
@functools.cache
def agreement() -> pd.DataFrame:
    rows = {}
    for weights in matrices(settings.layers_compared).values():
        packed, scales = quantise_nf4(weights, LEVELS, settings.block)
        theirs, state = library_nf4(weights, settings.block)
        same = codes_in(packed) == codes_in(theirs)
        row = rows.setdefault("x".join(map(str, weights.shape)), {"codes": 0, "equal": 0, "scales differ by": 0.0})
        row["codes"], row["equal"] = row["codes"] + same.numel(), row["equal"] + int(same.sum())
        row["scales differ by"] = max(row["scales differ by"], float((scales - state.absmax).abs().max()))
    table = pd.DataFrame(rows).T
    table["share equal"] = table["equal"] / table["codes"]
    return table.astype({"codes": int, "equal": int})


# %%
agreement()

# %% [markdown]
# A share below 1 has one cause: a weight so near a midpoint that the last bit of a division decides. Dividing by the
# scale, or multiplying by 1 / scale, or comparing distances to two levels, may round to different sides there. Both
# levels are then equally good. Where the share is exactly 1, no weight came that near.
#
# ## Exercise 7 · Quantise the scales
#
# *Why.* Each block of {{ s.tiny.block }} weights carries a scale of 32 bits, half a bit a weight: an eighth of what the
# codes cost. So QLoRA quantises the scales too.
#
# *Effort.* Medium, 20 minutes, 7 points.
#
# Write `double_quantise`: subtract the mean of all scales (they are all positive: without it half of the codes would
# never be used), then take the rest in blocks of `block`: the block's largest absolute value, in 32 bits, and int8
# codes from −127 to 127. `undo_double` is the way back. And `bits_per_weight`: codes, plus one scale a block in 32
# bits; or, with `second_block`, 8 bits for each scale and 32 for each block of scales (the one mean is forgotten as
# nothing).
#
# (`bitsandbytes` uses 8-bit *floats* here instead of integers; you will see whether it matters.)
#
# <details><summary>Hint 1: it is Exercise 4 again</summary>
# With 127 in place of 7. The last block of scales is usually shorter: subtract first, then pad. A padded zero is not
# zero after the subtraction, and would become the largest of its block.
# </details>
# <details><summary>Hint 2: who shares a second scale?</summary>
# second_block scales, and each of those serves block weights.
# </details>


# %% nbgrader={"grade": false, "grade_id": "double_quantise", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def double_quantise(scales: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """int8 codes (scales,), second scales float32 (blocks of scales,), and the mean that was subtracted."""
    ### BEGIN SOLUTION
    mean = scales.mean()
    rest = nn.functional.pad(scales - mean, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.clamp(min=1e-30).unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean
    ### END SOLUTION


def undo_double(codes: torch.Tensor, second: torch.Tensor, mean: torch.Tensor, block: int) -> torch.Tensor:
    """The scales, float32, (scales,)."""
    ### BEGIN SOLUTION
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] + mean
    ### END SOLUTION


def bits_per_weight(block: int, second_block: int | None = None) -> float:
    """Bits that one weight takes in NF4, its share of the scales included."""
    ### BEGIN SOLUTION
    return 4 + (32 / block if second_block is None else 8 / block + 32 / (block * second_block))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "double_codes", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
scales = torch.rand(600, generator=torch.Generator().manual_seed(4)) * 0.02 + 0.10
codes, second, mean = double_quantise(scales, 256)
checks.close(
    float(mean), float(scales.mean()), "the mean", hint="The mean of all scales is subtracted first.", rtol=1e-4
)
hint = "600 scales in blocks of 256: two whole blocks and a shorter one, each with one second scale."
checks.shape(second, (3,), "the second scales", hint)
six = torch.tensor([0.10, 0.14, 0.12, 0.12, 0.13, 0.11])  # mean 0.12; in blocks of 4 they differ by up to 0.02 and 0.01
hint = "A second scale is the largest absolute value of scales LESS their mean. Subtract first, then pad with zeros."
checks.close(double_quantise(six, 4)[1], [0.02, 0.01], "the second scales", hint=hint, rtol=1e-3)
hint = "Codes are int8 from -127 to 127, of the scales less their mean, so they lie on both sides of 0."
checks.that(codes.dtype == torch.int8 and codes.numel() == 600, hint)
checks.that(int(codes.min()) < -60 and int(codes.max()) > 60 and int(codes.abs().max()) == 127, hint)

# %% nbgrader={"grade": true, "grade_id": "double_back", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
scales = torch.rand(700, generator=torch.Generator().manual_seed(5)) * 0.05 + 0.02
codes, second, mean = double_quantise(scales, 256)
back = undo_double(codes, second, mean, 256)
hint = (
    "Back to the scales within half a step, the second scale / 254: code / 127 x second scale, and add the mean again."
)
checks.shape(
    second, (3,), "the second scales", "One second scale for each block of 256 scales, the last block shorter."
)
half_step = second.repeat_interleave(256)[:700] / 254
checks.shape(back, (700,), "the scales", hint)
checks.that(bool(((back - scales).abs() <= 1.01 * half_step + 1e-7).all()), hint)
### BEGIN HIDDEN TESTS
scales = torch.tensor(checks.fresh().uniform(0.01, 0.2, size=330)).float()
codes, second, mean = double_quantise(scales, 64)
checks.that(bool(((undo_double(codes, second, mean, 64) - scales).abs() <= 0.11 / 250).all()), hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "double_bits", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "4 bits for the code, and a scale of 32 bits shared by a whole block."
checks.close(bits_per_weight(64), 4.5, "bits a weight, blocks of 64", hint=hint)
hint = (
    "8 bits for each scale, shared by a block; 32 bits for each second scale, shared by block x second_block weights."
)
checks.close(bits_per_weight(64, 256), 4 + 8 / 64 + 32 / (64 * 256), "bits a weight", hint=hint)
checks.close(bits_per_weight(32, 128), 4 + 8 / 32 + 32 / (32 * 128), "bits a weight", hint=hint)

# %% [markdown]
# What each idea buys. Left: real weights, each divided by its block's scale, and the levels below them. (The spikes at
# −1 and 1 are no accident: each block has one weight that is its own scale.) Right: error against bits, over block
# sizes from {{ s.tiny.blocks[0] }} (right end) to {{ s.tiny.blocks[-1] }} (left end), on all compared matrices together.


# %%
def errors_at(block: int, together: torch.Tensor) -> dict[str, tuple[float, float]]:
    """Kind of quantisation -> (bits a weight, relative error) of the flat weights."""
    shape, found = tuple(together.shape), {}
    found["int4"] = (
        4 + 32 / block,
        relative_error(dequantise_int4(*quantise_int4(together, block), block, shape), together),
    )
    packed, scales = quantise_nf4(together, LEVELS, block)
    back = dequantise_nf4(packed, scales, LEVELS, block, shape)
    found["NF4"] = (bits_per_weight(block), relative_error(back, together))
    second = settings.second_block
    scales = undo_double(*double_quantise(scales, second), second)
    back = dequantise_nf4(packed, scales, LEVELS, block, shape)
    found["NF4, scales in int8"] = (bits_per_weight(block, second), relative_error(back, together))
    packed, state = library_nf4(together, block, double=True)
    back = bitsandbytes.functional.dequantize_4bit(packed, state).flatten()
    found["bitsandbytes, double"] = (bits_per_weight(block, second), relative_error(back, together))
    return found


# %%
@functools.cache
def flat_weights() -> torch.Tensor:
    """All compared matrices in one row, as many numbers as fill blocks of every size."""
    together = torch.cat([weights.flatten() for weights in matrices(settings.layers_compared).values()])
    return together[: together.numel() // 4096 * 4096]


@functools.cache
def error_table() -> pd.DataFrame:
    rows = [
        {"kind": kind, "block": block, "bits a weight": bits, "relative error": error}
        for block in settings.blocks
        for kind, (bits, error) in errors_at(block, flat_weights()).items()
    ]
    return pd.DataFrame(rows)


# %%
def figure_levels():
    table, blocks = error_table(), flat_weights()[: 4096 * 16].view(-1, settings.block)
    figure, panels = plots.axes(2, width=5.5)
    panels[0].hist((blocks / blocks.abs().amax(1, keepdim=True)).flatten().numpy(), 121, density=True, alpha=0.5)
    for height, (name, levels) in enumerate([("int4", np.arange(-7, 8) / 7), ("NF4", LEVELS.numpy())]):
        panels[0].plot(
            levels, np.full(len(levels), -0.08 - 0.1 * height), "|", markersize=11, label=f"levels of {name}"
        )
    panels[0].set(xlabel="weight / scale of its block (ratio)", ylabel="density (per unit)")
    panels[0].set_yticks(np.arange(0, 1.1, 0.2))
    for kind, rows in table.groupby("kind", sort=False):
        style = "x--" if kind.startswith("bits") else "o-"
        panels[1].plot(rows["bits a weight"], rows["relative error"], style, label=kind)
    panels[1].set(xlabel="bits a weight, scales included", ylabel="relative error of the weights (ratio)")
    for panel in panels:
        panel.legend(fontsize=8)
    alt = "Left: a bell-shaped histogram, NF4's levels crowded in its middle, int4's spread evenly. Right: error falls "
    plots.show(figure, alt=alt + "with more bits; NF4 with quantised scales lies lowest, on the line of bitsandbytes.")


# %%
figure_levels()

# %%
error_table()[error_table()["block"] == settings.block].drop(columns="block").set_index("kind").round(4)

# %% [markdown]
# At {{ s.tiny.block }} weights a block, NF4 errs less than int4 with the same bits, and quantising the scales saves
# three eighths of a bit at a cost that shows in the fourth decimal, if at all. A larger block saves bits and errs more:
# the more weights share a scale, the larger their largest. What an error in weights does to words is another question,
# and Part 4 comes to it before anything is tuned.
#
# # Part 3 · Before
#
# ## Exercise 8 · Score what was written
#
# *Why.* A generator may answer anything: "Positive.", "I think it is positive", or nothing at all. A score that forgets
# the answers it cannot read is a score that silence wins.
#
# *Effort.* Easy, 15 minutes, 7 points.
#
# Write `parse_answer`: the class of an answer which, apart from upper and lower case, surrounding white space and one
# full stop at the end, is exactly a label; `None` otherwise. And `score_answers`: `exact_match`, the share of answers
# that are the right label to the letter; `parse_failures`, the share without a class; `macro_f1` over the classes,
# where an answer without a class is a miss for the class it should have had.
#
# <details><summary>Hint 1: why not look for the word anywhere?</summary>
# "It is not negative" contains one. Do you know what the model meant?
# </details>
# <details><summary>Hint 2: macro-F1 with failures</summary>
# Give failures a number that is no class, −1 say, and tell <code>f1_score</code> which <code>labels</code> count (and
# <code>zero_division=0</code>).
# </details>


# %% nbgrader={"grade": false, "grade_id": "score_answers", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def parse_answer(text: str, classes: list[str]) -> int | None:
    """The number of the class that the answer names, or None."""
    ### BEGIN SOLUTION
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None
    ### END SOLUTION


def score_answers(answers: list[str], labels: list[int], classes: list[str]) -> dict[str, float]:
    """exact_match, parse_failures and macro_f1, all from 0 to 1 and over all answers."""
    ### BEGIN SOLUTION
    found = [parse_answer(text, classes) for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    numbers = [-1 if label is None else label for label in found]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(-1) / len(numbers), "macro_f1": f1}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "score_parse", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
kinds = ["negative", "neutral", "positive"]
hint = "An answer counts whatever its case, with white space around it and with one full stop behind it."
checks.that([parse_answer(text, kinds) for text in ("positive", " Negative\n", "NEUTRAL.")] == [2, 0, 1], hint)
hint = "An answer that merely contains a label is not that label: 'not negative' is no negative. Give None."
odd = ["It is not negative", "positive and negative", "posit", "", "neutral neutral", "positively"]
checks.that(all(parse_answer(text, kinds) is None for text in odd), hint)

# %% nbgrader={"grade": true, "grade_id": "score_exact", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = score_answers(["positive", "Positive.", "neutral", "?"], [2, 2, 1, 0], kinds)
checks.keys(found, ["exact_match", "parse_failures", "macro_f1"], "the scores")
hint = "exact_match is to the letter: 'Positive.' names the class but is no exact match. Two of these four are."
checks.close(found["exact_match"], 0.5, "exact_match", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "score_failures", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = score_answers(["positive", "what?", "", "neutral"], [0, 2, 2, 1], kinds)
hint = "Two of four answers name no class: parse_failures is a share of all answers, wrong ones are no failures."
checks.close(found["parse_failures"], 0.5, "parse_failures", hint=hint)
hint = "With no readable answer at all, nothing is right: parse_failures 1, macro_f1 0."
found = score_answers(["what?"] * 3, [0, 1, 2], kinds)
checks.close([found["parse_failures"], found["macro_f1"]], [1.0, 0.0], "parse_failures and macro_f1", hint=hint)


# %% nbgrader={"grade": true, "grade_id": "score_macro", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def reference_f1(guess: list[int], truth: list[int]) -> float:
    both = [
        [sum(g == k == t for g, t in zip(guess, truth, strict=True)), guess.count(k) + truth.count(k)] for k in range(3)
    ]
    return sum(2 * hits / max(1, mentions) for hits, mentions in both) / 3


hint = (
    "Each of the three classes one vote; an unreadable answer is a miss for its true class and must not be left out, "
)
hint += "nor be counted as some class."
truth, guess = [0, 0, 0, 1, 1, 2, 2, 2], [0, 0, -1, -1, 1, 2, -1, 1]  # no class number fits for -1
found = score_answers([[*kinds, "hm"][g] for g in guess], truth, kinds)["macro_f1"]
checks.close(found, reference_f1(guess, truth), "macro_f1", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
truth, guess = rng.integers(3, size=60).tolist(), rng.integers(-1, 3, size=60).tolist()
found = score_answers([[*kinds, "hm"][g] for g in guess], truth, kinds)["macro_f1"]
checks.close(found, reference_f1(guess, truth), "macro_f1", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# Two more numbers. Exact match asks for a form as well as for an opinion; so we also ask which of the three labels
# the model holds *likeliest*, whatever it would have written. And the voice: held-out loss by your Exercise 3, and a
# **style classifier**, logistic regression on words, pairs of words and punctuation, that tells Bierce's definitions
# from what this model wrote for the same words before tuning, and from sentences of reviews, newspapers and speeches.
# The score is the mean probability that it gives a sample of being his. It knows his words, not his wit; so read the
# samples as well.


# %%
def asked(chats: Dataset) -> list[str]:
    """Each chat up to the assistant's turn, which is opened."""
    options = {"tokenize": False, "add_generation_prompt": True}
    return [tokenizer.apply_chat_template(row["messages"][:-1], **options) for row in chats]


def answers_of(model, prompts: list[str], new_tokens: int, **sampling) -> list[str]:
    """The model's answers to opened chats, many at a time."""
    size, found = settings.ask_batch, []
    for first in tqdm(range(0, len(prompts), size), desc="Answers", delay=10, leave=False):
        found += continued(model, prompts[first : first + size], new_tokens, **sampling)
    return found


# %%
@torch.no_grad()
def row_losses(model, rows: list[dict]) -> np.ndarray:
    """Summed -log p of each row's labelled tokens and their number, (rows, 2); rows in batches of like length."""
    order, found = np.argsort([len(row["input_ids"]) for row in rows]), np.zeros((len(rows), 2))
    was_training = model.training
    model.eval()
    for chosen in np.array_split(order, -(-len(rows) // settings.ask_batch)):
        batch = collate([rows[row] for row in chosen], tokenizer.pad_token_id)
        batch = {name: values.to(device) for name, values in batch.items()}
        logits = model(batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False).logits.float()
        for place, row in enumerate(chosen):
            wanted = batch["labels"][place : place + 1]
            count = int((wanted != -100).sum())
            found[row] = answer_loss(logits[place : place + 1], wanted).item() * count, count
    model.train(was_training)
    return found


# %%
def mean_loss(losses: np.ndarray) -> tuple[float, float]:
    """Nats a token over all rows, and its standard error: rows are what was drawn, not tokens."""
    mean = losses[:, 0].sum() / losses[:, 1].sum()
    error = np.std(losses[:, 0] - mean * losses[:, 1], ddof=1) * np.sqrt(len(losses)) / losses[:, 1].sum()
    return float(mean), float(error)


def mean_change(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """What mean_loss gives for the difference, row by row: far surer than the difference of two uncertain means."""
    return mean_loss(np.stack([after[:, 0] - before[:, 0], before[:, 1]], axis=1))


# %%
def likeliest(model, chats: Dataset) -> np.ndarray:
    """The class whose label the model holds likeliest, for each chat."""
    costs = []
    for word in classes:
        said = [[*row["messages"][:-1], {"role": "assistant", "content": word}] for row in chats]
        costs.append(row_losses(model, rows_of(Dataset.from_list([{"messages": talk} for talk in said])))[:, 0])
    return np.stack(costs).argmin(0)


# %%
def judge_sentiment(model) -> dict[str, float]:
    """Scores of the model's answers on the held-out sentences, and the share of its likeliest labels that are right."""
    chats = jobs["sentiment"]["validation"]
    scores = score_answers(answers_of(model, asked(chats), settings.label_tokens), list(labels), classes)
    return scores | {"likeliest_right": float(np.mean(likeliest(model, chats) == labels))}


# %%
def lazy() -> dict[str, float]:
    """What always answering with one class would score."""
    return score_answers([classes[0]] * len(labels), list(labels), classes)


# %%
def beginning(said: list[str]) -> list[str]:
    """The first settings.voice_tokens tokens of each text, so that length gives nobody away."""
    return tokenizer.batch_decode([ids[: settings.voice_tokens] for ids in tokenizer(list(said))["input_ids"]])


def define(model, split: str, number: int, seed: int = 0) -> list[tuple[str, str]]:
    """(prompt, sampled definition) for the first words of a split of the voice."""
    set_seed(seed)
    chats = jobs["voice"][split].select(range(min(number, len(jobs["voice"][split]))))
    sampling = {"temperature": settings.temperature, "top_p": settings.top_p}
    found = answers_of(model, asked(chats), settings.voice_tokens, **sampling)
    return [(row["messages"][-2]["content"], text) for row, text in zip(chats, found, strict=True)]


# %%
@functools.cache
def style_classifier():
    """Logistic regression that gives the probability that a text is Bierce's; and its accuracy on held-out texts."""
    parts = []
    for split in ("train", "validation"):
        his = [row["messages"][-1]["content"] for row in jobs["voice"][split]]
        own = [text for _, text in define(base_model(), split, settings.style_words, seed=1)]
        speeches = [re.split(r"(?<=[.!?]) ", text)[0] for text in load_speeches()[split]["text"][: len(own)]]
        theirs = own + list(texts[split]["text"][: len(own)]) + speeches
        parts.append((beginning(his + theirs), [1] * len(his) + [0] * len(theirs)))
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), lowercase=False, token_pattern=r"\w+|[^\w\s]")
    model = make_pipeline(words, LogisticRegression(C=10, class_weight="balanced", max_iter=300))
    return model.fit(*parts[0]), model.score(*parts[1])


# %%
def judge_voice(model) -> dict:
    """Held-out loss (nats a token) with its standard error over definitions; style score of samples; the samples."""
    losses = row_losses(model, rows_of(jobs["voice"]["validation"]))
    mean, error = mean_loss(losses)
    written = define(model, "validation", settings.samples)
    style = style_classifier()[0].predict_proba([text for _, text in written])[:, 1].mean()
    return {"held-out loss": mean, "standard error": error, "rows": losses, "style": style, "written": written}


# %%
JUDGES = {"sentiment": judge_sentiment, "voice": judge_voice}


@functools.cache
def before(job: str) -> dict:
    judge = JUDGES[job]
    return judge(base_model())


# %%
def show_before():
    print("sentiment:", {name: round(float(value), 3) for name, value in before("sentiment").items()})
    voiced = before("voice")
    loss, style = f"{voiced['held-out loss']:.2f} ± {voiced['standard error']:.2f}", f"{voiced['style']:.2f}"
    print(f"voice: held-out loss {loss} nats a token (± its standard error over definitions), taken for Bierce {style}")
    print(f"(the style classifier is right on {style_classifier()[1]:.3f} of texts that it has not seen)")
    first = answers_of(base_model(), asked(jobs["sentiment"]["validation"])[:1], 12)[0]
    print(f"its answer to the first sentence: {first!r}")


show_before()

# %% [markdown]
# # Part 4 · QLoRA
#
# ## Exercise 9 · Three configurations and a trainer
#
# *Why.* Everything so far is now one call of a library each, and each has a default that is wrong here. The 4-bit type
# is FP4 unless you say NF4. `LoraConfig` scales by 8 / 8. `SFTTrainer` puts every token in the loss unless told
# otherwise, and rounds the adapters of a 4-bit model to bfloat16. A bfloat16 has eight significant bits: a step
# smaller than about a five-hundredth of a weight is lost, and a T4, which trains in float16, stops with an error. (The
# QLoRA paper has its adapters in bfloat16 as well: where the hardware computes it, both are accepted.) You choose.
#
# *Effort.* Medium, 35 minutes, 13 points.
#
# Write `qlora_configs`: NF4 with double quantisation, computing in `dtype`; and LoRA with rank {{ s.tiny.rank }}, alpha
# {{ s.tiny.alpha }}, dropout {{ s.tiny.dropout }} on `q_proj` and `v_proj` for a causal language model. And
# `make_trainer`: an `SFTTrainer` for the model and the chats (column `messages`), loss on the assistant's turns only,
# `settings.batch` chats a step, `steps` steps, largest rate `rate`, warm-up share `settings.warmup`, rows cut at
# `settings.max_length`, no checkpoints, the seed given, `**machine` and then `**options`. Options win over your own
# arguments: whoever calls it with another `max_length` gets that one. Where `lora` is `None` all parameters learn.
# Before you return it: trainable parameters in float32, unless the hardware computes bfloat16.
#
# <details><summary>Hint 1: who wraps the model?</summary>
# Pass the plain 4-bit model and <code>peft_config=lora</code>: the trainer wraps it, once. Pass
# <code>processing_class=tokenizer</code>, or it looks for one on a hub.
# </details>
# <details><summary>Hint 2: float32 after the fact</summary>
# <code>for p in trainer.model.parameters():</code> where <code>p.requires_grad</code>, <code>p.data =
# p.data.float()</code>.
# </details>
# <details><summary>Hint 3: names in SFTConfig</summary>
# Loss on answers only: <code>assistant_only_loss=True</code>. It works only with a template that marks the answers,
# by <code>{{ "{% generation %}" }}</code>; ours does. The warm-up share: <code>warmup_steps</code>, which in this version
# takes a value below 1 as a share of all steps. No checkpoints: <code>save_strategy="no"</code>. To let options win,
# put all arguments in one dict: <code>SFTConfig(**(mine | machine | options))</code>.
# </details>

# %%
# Autocast by hardware (shared/hardware.py says why), checkpointing by profile, a loss for every step, a quiet screen.
machine = {"bf16": hardware.dtype == "bfloat16", "fp16": hardware.dtype == "float16"}
machine |= {"use_cpu": hardware.device == "cpu", "dataloader_pin_memory": hardware.device == "cuda"}
machine |= {"gradient_checkpointing": settings.checkpointing, "disable_tqdm": True, "report_to": "none"}
machine |= {"logging_steps": 1}
# On a GPU trl's loss looks at labelled tokens only. Elsewhere it would multiply all by the vocabulary, and mask then.
if machine["use_cpu"]:
    score_labelled_tokens_only()

# %%
TALKS = [("Is it dull?", "Not at all."), ("And the plot, does it make any sense to anybody?", "Hardly.")]
small_chats = Dataset.from_list([pair(f"{text} {n}", answer) for n in range(8) for text, answer in TALKS])


def small_model():
    """A 4-bit model that ships with the course, for the checks in every profile."""
    return load_in_nf4("course-decoder-tiny")


# %%
def explain(error: Exception) -> None:
    """Fails with the misconception behind an error that building a trainer raised, where it is a known one."""
    last = "put all in one dict, SFTConfig(**(mine | machine | options))."
    known = {
        "PeftModel": "The model is wrapped twice: pass the plain model and peft_config, not both wrappings.",
        "purely quantized": "LoRA is never attached, and a 4-bit model alone cannot learn: pass peft_config=lora.",
        "multiple values": f"An argument is given twice. Options come last and win: {last}",
        "unexpected keyword": f"SFTConfig has no such argument in this version (Hint 3 has the names): {error}",
    }
    for words, hint in known.items():
        checks.that(words not in str(error), hint)


# %%
def small_trainer(lora="given", **options):
    """Your trainer of the small model with a LoRA of rank 4; explains what is wrong where it cannot be built."""
    if lora == "given":
        lora = LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    with TemporaryDirectory() as folder:
        try:
            return make_trainer(small_model(), small_tokenizer, lora, small_chats, 1e-3, 20, 3, folder, **options)
        except (ValueError, TypeError) as error:
            explain(error)
            raise


# %% nbgrader={"grade": false, "grade_id": "make_trainer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def qlora_configs(dtype: torch.dtype) -> tuple[BitsAndBytesConfig, LoraConfig]:
    """NF4 with double quantisation that computes in dtype; LoRA on the query and value projections."""
    ### BEGIN SOLUTION
    four_bits = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    size = {"r": settings.rank, "lora_alpha": settings.alpha, "lora_dropout": settings.dropout}
    return four_bits, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM", **size)
    ### END SOLUTION


def make_trainer(
    model, tokenizer, lora, chats, rate: float, steps: int, seed: int, folder: str, **options
) -> SFTTrainer:
    """A trainer for the chats, loss on the assistant's turns; adapters (lora None: all) learn in float32."""
    ### BEGIN SOLUTION
    given = {"output_dir": folder, "learning_rate": rate, "max_steps": steps, "seed": seed, "save_strategy": "no"}
    given |= {"per_device_train_batch_size": settings.batch, "warmup_steps": settings.warmup}
    given |= {"max_length": settings.max_length, "assistant_only_loss": True, **machine, **options}
    what = {"train_dataset": chats, "processing_class": tokenizer, "peft_config": lora}
    trainer = SFTTrainer(model=model, args=SFTConfig(**given), **what)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "trainer_nf4", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
for wanted in (torch.float32, torch.bfloat16):
    four_bits, _ = qlora_configs(wanted)
    checks.that(four_bits.load_in_4bit, "Four bits have to be asked for: load_in_4bit=True.")
    hint = "The 4-bit type should be NF4: the library's own default is fp4, sixteen values of a tiny float."
    checks.that(four_bits.bnb_4bit_quant_type == "nf4", hint)
    hint = "The scales are not quantised: double quantisation is bnb_4bit_use_double_quant=True."
    checks.that(four_bits.bnb_4bit_use_double_quant, hint)
    hint = "It should compute in the dtype given: four bits are a way to store weights, not to multiply them."
    checks.that(four_bits.bnb_4bit_compute_dtype == wanted, hint)

# %% nbgrader={"grade": true, "grade_id": "trainer_lora", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
lora = qlora_configs(torch.float32)[1]
checks.count(lora.r, settings.rank, "the rank", "The rank is r.")
hint = f"The update is scaled by alpha / r: alpha {settings.alpha}, rank {settings.rank}. By default alpha is 8."
checks.that(lora.lora_alpha == settings.alpha and not lora.use_rslora, hint)
checks.close(lora.lora_dropout, settings.dropout, "the dropout", hint="lora_dropout is 0 unless you set it.")
hint = "The targets are q_proj and v_proj, these two and no others."
checks.that(set(lora.target_modules or []) == {"q_proj", "v_proj"}, hint)
hint = "task_type is 'CAUSAL_LM': it tells peft how the model is called and what belongs in a checkpoint."
checks.that(str(getattr(lora.task_type, "value", lora.task_type)) == "CAUSAL_LM", hint)
checks.that(not lora.modules_to_save, "Nothing else learns: no modules_to_save.")

# %% nbgrader={"grade": true, "grade_id": "trainer_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
batch = next(iter(small_trainer().get_train_dataloader()))
learnt = sorted({small_tokenizer.decode(row[row != -100]) for row in batch["labels"]})
hint = "Prompt tokens are in the loss: assistant_only_loss=True leaves them out. Of one chat the loss sees"
asks = [text for text in learnt if "user" in text or "?" in text]
checks.that(not asks, f"{hint} {asks[:1]}.")
hint = "The loss should see the answers whole, each with its <|im_end|>: are rows cut, or the ending masked? It sees"
odd = [text for text in learnt if text not in {f"{answer}<|im_end|>" for _, answer in TALKS}]
checks.that(learnt and not odd, f"{hint} {odd[:1]}.")

# %% nbgrader={"grade": true, "grade_id": "trainer_adapters", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
trainer = small_trainer()
inner, names = trainer.model, [name for name, p in trainer.model.named_parameters() if p.requires_grad]
hint = "Only LoRA's two matrices on q_proj and v_proj should learn, in each of four layers. Was peft_config passed?"
on_both = all("lora_" in name and ("q_proj" in name or "v_proj" in name) for name in names)
checks.that(len(names) == 16 and on_both, hint)
hint = "The model is wrapped twice: the adapters sit inside another PeftModel. Wrap once, or let the trainer do it."
checks.that(all(name.count("base_model") == 1 for name in names), hint)
hint = "Trainable parameters should be float32 here: trl rounds adapters to bfloat16, in which small updates vanish."
kinds_of = {str(p.dtype) for p in trainer.model.parameters() if p.requires_grad}
checks.that(kinds_of == {"torch.float32"} or hardware.dtype == "bfloat16", hint)

# %% nbgrader={"grade": true, "grade_id": "trainer_arguments", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
arguments = small_trainer(packing=False, max_grad_norm=0.5).args
checks.close(arguments.learning_rate, 1e-3, "the rate", hint="learning_rate is the rate given (the default is 2e-5).")
checks.count(arguments.max_steps, 20, "the number of steps", "Set max_steps; epochs depend on the data.")
checks.count(arguments.seed, 3, "the seed", "The seed given decides about order and LoRA's A.")
checks.count(arguments.per_device_train_batch_size, settings.batch, "chats in a batch", "settings.batch chats a step.")
checks.close(arguments.warmup_steps, settings.warmup, "the warm-up share", hint="warmup_steps below 1 is a share.")
checks.count(arguments.max_length, settings.max_length, "the longest row", "Rows are cut at settings.max_length.")
hint = "Pass **machine and **options on, and keep no checkpoints: save_strategy='no'."
quiet = arguments.logging_steps == 1 and arguments.max_grad_norm == 0.5
checks.that(quiet and str(getattr(arguments.save_strategy, "value", arguments.save_strategy)) == "no", hint)
checks.that((arguments.bf16, arguments.fp16) == (machine["bf16"], machine["fp16"]), hint)
changed = small_trainer(max_length=64, per_device_train_batch_size=2).args
hint = "Options come last and win, over your own arguments too: SFTConfig(**(mine | machine | options))."
checks.that((changed.max_length, changed.per_device_train_batch_size) == (64, 2), hint)

# %% [markdown]
# ## What it will cost, before it runs
#
# The bytes of a training step can be counted on paper: weights; for each number that learns a gradient and Adam's two
# averages; and the activations that the backward pass needs, which grow with the tokens of a batch. Given code: the
# prediction, and a count of what one step really holds (on a GPU: the peak that CUDA saw).


# %%
def load(kind: str):
    """The profile's model: for "QLoRA" in 4 bits, by your configuration; else in full precision."""
    if kind != "QLoRA":
        return AutoModelForCausalLM.from_pretrained(model_path(settings.model), dtype=dtype).to(device)
    options = {"quantization_config": qlora_configs(compute)[0], "dtype": dtype, "device_map": {"": hardware.device}}
    return keep_trainable(AutoModelForCausalLM.from_pretrained(model_path(settings.model), **options))


def counts(config) -> dict[str, int]:
    """Parameters of a Qwen2: the matrices that get quantised, all others, and what LoRA adds to q and v."""
    h, m, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    kv = h * config.num_key_value_heads // config.num_attention_heads
    linear = layers * (2 * h * h + 2 * h * kv + 3 * h * m)
    other = config.vocab_size * h * (1 if config.tie_word_embeddings else 2) + layers * (3 * h + 2 * kv) + h
    return {"linear": linear, "other": other, "lora": layers * settings.rank * (2 * h + h + kv)}


# %%
def predicted(kind: str, config, tokens: int, answer_tokens: int) -> dict[str, float]:
    """MB of one training step by part; for a batch of so many tokens (padding too), of which some are answers."""
    size, n, rank = dtype.itemsize, counts(config), settings.rank
    learns = n["linear"] + n["other"] if kind == "full" else n["lora"]
    learnt_size = size if kind == "full" or dtype == torch.bfloat16 else 4
    stored = bits_per_weight(settings.block, settings.second_block) / 8 if kind == "QLoRA" else size
    h, m, heads = config.hidden_size, config.intermediate_size, config.num_attention_heads
    kv = h * config.num_key_value_heads // heads
    # Numbers that backward needs of one layer and token: states and norms, the MLP's, keys and values, LoRA's.
    layer = 8 * h + (4 if kind == "full" else 3) * m + 2 * kv + heads + (0 if kind == "full" else 2 * rank)
    layers = config.num_hidden_layers
    kept = layer + layers * h if settings.checkpointing else layers * layer
    logits = answer_tokens * min(config.vocab_size, 32768) * 4  # the head works on labelled tokens, in pieces
    parts = {"weights": n["linear"] * stored + n["other"] * size + (0 if kind == "full" else n["lora"] * learnt_size)}
    parts |= {"gradients": learns * learnt_size, "Adam": 2 * learns * learnt_size}
    parts |= {"activations": tokens * kept * size, "logits": logits * (3 if device.type == "cuda" else 0)}
    return {name: value / 1e6 for name, value in parts.items()}


# %%
def held_bytes(trainer, batch: dict) -> int:
    """Bytes that one step holds on a CPU: weights and their scales, gradients, Adam's averages, what backward needs."""
    own, held = set(), 0
    for parameter in trainer.model.parameters():
        own.add(parameter.untyped_storage().data_ptr())
        state = getattr(parameter, "quant_state", None)
        scales = [] if state is None else [state.absmax, state.state2.absmax]
        held += parameter.nbytes * (4 if parameter.requires_grad else 1) + sum(scale.nbytes for scale in scales)
        own |= {scale.untyped_storage().data_ptr() for scale in scales}
    kept, alive = {}, []

    def note(tensor):
        alive.append(tensor.detach())  # kept, else the next may get its address; detached, else the graph keeps itself
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return alive[-1]

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        trainer.compute_loss(trainer.model.train(), dict(batch))
    return held + sum(size for place, size in kept.items() if place not in own)


# %%
def now() -> float:
    """Seconds: the processor's own on a CPU, which others cannot slow down, else the clock's, once the GPU is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.process_time() if device.type == "cpu" else time.perf_counter()


# %%
class Clock(transformers.TrainerCallback):
    """Seconds of each step; and a bar where a run takes longer than ten seconds."""

    def on_train_begin(self, args, state, control, **kwargs):
        self.seconds, self.bar = [], tqdm(total=state.max_steps, desc="Steps", delay=10, leave=False)

    def on_step_begin(self, *args, **kwargs):
        self.start = now()

    def on_step_end(self, *args, **kwargs):
        self.seconds.append(now() - self.start)
        self.bar.update()

    def on_train_end(self, *args, **kwargs):
        self.bar.close()


# %%
def quiet_trainer(model, lora, chats, *numbers, **options) -> tuple[SFTTrainer, Clock]:
    """Your trainer of the profile's model, and a clock; numbers: rate, steps, seed, folder."""
    trainer, clock = make_trainer(model, tokenizer, lora, chats, *numbers, **options), Clock()
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(clock)
    return trainer, clock


# %%
def voice_trainer(kind: str, folder: str) -> tuple[SFTTrainer, Clock]:
    """A trainer for a few steps on the voice."""
    lora = None if kind == "full" else qlora_configs(compute)[1]
    chats = jobs["voice"]["train"].select(range(settings.timed_steps * settings.batch))
    numbers = (settings.voice_rate, settings.timed_steps, settings.seeds[0], folder)
    return quiet_trainer(load(kind), lora, chats, *numbers)


def announce(kind: str, trainer, batch: dict) -> dict[str, float]:
    """Predicts the MB of a step on this batch and prints them, before any step is taken."""
    learnt = int((batch["labels"] != -100).sum())
    parts = predicted(kind, trainer.model.config, batch["input_ids"].numel(), learnt)
    print(f"{kind}, predicted: " + ", ".join(f"{name} {value:,.2f}" for name, value in parts.items() if value) + " MB")
    return parts


# %%
@functools.cache
def cost(kind: str) -> dict[str, float]:
    """Predicted and real MB of a step, seconds of a step (median of a few), numbers that learn; on the voice."""
    if on_gpu := device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    there = torch.cuda.memory_allocated() if on_gpu else 0  # by the model before tuning, which waits there
    with TemporaryDirectory() as folder:
        trainer, clock = voice_trainer(kind, folder)
        batch = next(iter(trainer.get_train_dataloader()))
        parts = announce(kind, trainer, batch)
        held = held_bytes(trainer, batch) if device.type == "cpu" else 0
        trainer.train()
    held = torch.cuda.max_memory_allocated() - there if on_gpu else held
    learns = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
    del trainer  # with its gradients and averages, before the next one comes
    give_memory_back()
    result = {"parts": parts, "numbers that learn": learns, "predicted, MB": sum(parts.values())}
    return result | {"held, MB": held / 1e6, "s / step": np.median(clock.seconds)}


# %%
KINDS = ["full", "LoRA", "QLoRA"]


def cost_table() -> pd.DataFrame:
    table = pd.DataFrame({kind: cost(kind) for kind in KINDS}).T.drop(columns="parts").astype(float)
    table["predicted / held"] = table["predicted, MB"] / table["held, MB"]
    return table.round(3).astype({"numbers that learn": int})


cost_table()


# %%
def figure_cost():
    figure, panels = plots.axes(2, width=5.5)
    below = np.zeros(len(KINDS))
    for part in cost("full")["parts"]:
        sizes = np.array([cost(kind)["parts"][part] for kind in KINDS])
        if sizes.any():
            panels[0].bar(KINDS, sizes, 0.6, bottom=below, label=part)
        below += sizes
    panels[0].plot(KINDS, [cost(kind)["held, MB"] for kind in KINDS], "k_", markersize=40, label="held")
    panels[0].set(xlabel="what is tuned", ylabel="memory of one step (MB)", ylim=(0, 1.45 * below.max()))
    panels[0].legend(fontsize=8, ncols=2, loc="upper right", markerscale=0.3)
    bars = panels[1].bar(KINDS, [cost(kind)["s / step"] for kind in KINDS], 0.6)
    panels[1].bar_label(bars, fmt="%.2f")
    panels[1].set(xlabel="what is tuned", ylabel="time of one step (s)")
    alt = "Left: stacked bars of a step's memory. Full tuning holds gradients and Adam's averages that LoRA does not; QLoRA "
    plots.show(
        figure, alt=alt + "has smaller weights; activations stay. Right: seconds of a step; QLoRA's also unpacks."
    )


# %%
figure_cost()

# %% [markdown]
# Read it by colours. *Weights* are what four bits shrink, and only the matrices: the embedding stays as it was, and in
# a small model it is most of what is left. *Gradients* and *Adam*'s averages are what LoRA takes away: its own are too
# thin to be seen at this scale, and that is the point. *Activations* are the larger part in a small model with a batch
# of many tokens. Full tuning holds more of them (in profile tiny 73 MB, the other two 63.5), because a matrix that
# learns needs its inputs on the way back, and one that is only read does not. *Seconds* are the processor's, the median
# of {{ s.tiny.timed_steps }} steps (on a GPU the clock's, of {{ s.t4.timed_steps }}), so trust large differences only.
# Four bits have to be unpacked on the way forward and once more on the way back: set QLoRA's step beside LoRA's. The
# trade is time for room. (On a machine that is busy with other things, so few steps may hide it.)
#
# On a GPU the column "held, MB" is CUDA's own peak. How near the prediction comes there is yours to measure:
#
# | measured on | profile | predicted | peak | s / step |
# |---|---|---|---|---|
# | T4, 16 GB | t4 | | | |
# | Ampere or later | gpu | | | |
#
# The slides that this lab follows give three numbers for a model of 10 billion parameters. Full tuning: 160 GB, that is
# 16 bytes a parameter (weights, gradients, Adam's two averages, each in 32 bits). LoRA: about 40 GB, the weights in 32
# bits and little else; in 16 bits they would be 20 GB. QLoRA: about 12 GB, of which the codes and their scales are 5.2
# GB (4.13 bits a weight); what the rest is made of the slides do not say. At 0.5 billion, a twentieth of that, it is 2.0
# GB for LoRA and 0.6 for QLoRA: 1.4 GB saved. Against weights in 16 bits it is less: of Qwen2.5-0.5B's 494 million
# parameters 136 million are the embedding, which stays; the other 358 million, from 16 bits to 4.13, save half a
# gigabyte. There, QLoRA is worth learning and hardly worth having.
#
# ## What four bits alone change
#
# Before anything is tuned: the same definitions, read by the model as it is and by the one in four bits. You know the
# error in the weights from Part 2. Here is the error in nats, and what each model finds likeliest on sentences.


# %%
def show_four_bits():
    rows, chats = rows_of(jobs["voice"]["validation"]), jobs["sentiment"]["validation"]
    small = load("QLoRA").eval()
    exact, coarse = before("voice")["rows"], row_losses(small, rows)
    print(
        f"held-out loss of the voice: {mean_loss(exact)[0]:.3f}; in four bits {mean_loss(coarse)[0]:.3f} nats a token"
    )
    change, error = mean_change(exact, coarse)
    print(f"change, definition by definition: {change:+.4f} ± {error:.4f} (its standard error)")
    same = np.mean(likeliest(base_model(), chats) == likeliest(small, chats))
    print(f"sentences for which both hold the same label likeliest: {same:.3f}")


show_four_bits()

# %% [markdown]
# A change of several standard errors, as in profile tiny, is real: four bits alone cost something. (The larger standard
# error of each loss by itself would have hidden it; both models read the same definitions.) Keep the number: below you
# will set it beside what tuning gains, and in the closing table QLoRA stands beside LoRA, which was tuned without it.
#
# ## Tune
#
# Now both jobs, with your configurations and your trainer.


# %%
@functools.cache
def tuned(job: str, seed: int, kind: str = "QLoRA") -> dict:
    """The model after QLoRA (or LoRA) on a job, its scores, its losses by step, and seconds a step."""
    set_seed(seed)
    rate, steps = (settings.rate, settings.steps) if job == "sentiment" else (settings.voice_rate, settings.voice_steps)
    with TemporaryDirectory() as folder:
        lora = qlora_configs(compute)[1]
        trainer, clock = quiet_trainer(load(kind), lora, jobs[job]["train"], rate, steps, seed, folder)
        trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    model, judge = trainer.model.eval(), JUDGES[job]
    del trainer
    give_memory_back()
    return {"model": model, "losses": losses, "seconds": np.median(clock.seconds), "scores": judge(model)}


# %%
def show_tuned() -> pd.DataFrame:
    after, floor = tuned("sentiment", settings.seeds[0])["scores"], lazy()["exact_match"]
    found = {"always one class": lazy(), "before": before("sentiment"), "after": after}
    first, last = (found[when]["likeliest_right"] - floor for when in ("before", "after"))
    error = 0.5 / len(labels) ** 0.5
    print(f"likeliest label right, above always one class: {first:+.3f} before, {last:+.3f} after", end="")
    print(f" ({last / first:.1f} times as much)" if first > 2 * error else "")
    print(f"(one standard error of a share of {len(labels)} sentences is at most {error:.3f})")
    return pd.DataFrame(found).T.map("{:.3f}".format).replace("nan", "")


show_tuned()

# %% [markdown]
# Two things have changed. *Exact match* and *parse failures* show that the model has learnt to answer with one of
# three words and to stop. The *likeliest* label leaves that aside: it is compared whether or not the model would have
# written it, so it is fair to a model that was never told the form, and what it has beyond always naming one class is
# what is known about sentences.
#
# The two ways need not agree: likeliest compares whole labels, greedy writing goes token by token, and two labels may
# share their first token. And one run is one draw: in profile tiny a run may come out little better than always one
# class. Over {{ s.tiny.recorded[0].runs }} recorded seeds the exact match there is {{ s.tiny.recorded[0].exact_match }} (mean ± standard
# deviation); over {{ s.laptop.recorded[2].runs }} in profile laptop, whose model is a hundred times as large,
# {{ s.laptop.recorded[2].exact_match }}. What your model wrote, and what its labels are made of:


# %%
def show_answers():
    model = tuned("sentiment", settings.seeds[0])["model"]
    said = answers_of(model, asked(jobs["sentiment"]["validation"]), settings.label_tokens)
    print("answers after tuning:", pd.Series(said).value_counts().head().to_dict())
    print("labels in tokens:", {word: [tokenizer.decode([n]) for n in tokenizer.encode(word)] for word in classes})


show_answers()


# %%
def draw_scores(panel):
    """Bars of the scores before and after, and what always answering with one class would score."""
    both = {"before": before("sentiment"), "after": tuned("sentiment", settings.seeds[0])["scores"]}
    names = ["exact_match", "parse_failures", "macro_f1", "likeliest_right"]
    for shift, (when, found) in zip((-0.2, 0.2), both.items(), strict=True):
        bars = panel.bar(np.arange(len(names)) + shift, [found[name] for name in names], 0.38, label=when)
        panel.bar_label(bars, fmt="%.2f", fontsize=7)
    floor, places = [lazy()[name] for name in names[:3]] + [lazy()["exact_match"]], np.arange(len(names))
    panel.hlines(floor, places - 0.42, places + 0.42, color="black", label="always one class")
    shown = ["exact match", "parse failures", "macro-F1", "likeliest\nlabel right"]
    panel.set_xticks(range(len(names)), shown)
    panel.set(xlabel="score on held-out sentences", ylabel="share, 0 to 1")
    panel.legend(fontsize=8)


# %%
def figure_tuned():
    figure, panels = plots.axes(2, width=5.5)
    for job, colour in zip(jobs, plots.COLOURS[2:], strict=False):  # blue and orange are before and after, on the right
        losses = pd.Series(tuned(job, settings.seeds[0])["losses"]).rolling(5, min_periods=1).mean()
        panels[0].plot(range(1, len(losses) + 1), losses, color=colour, label=job)
    panels[0].set(xlabel="step", ylabel="loss, mean of 5 steps (nats a token)")
    panels[0].legend()
    draw_scores(panels[1])
    alt = "Left: the loss of both jobs falls. Right: before tuning hardly an answer can be read, after it nearly all can, "
    plots.show(figure, alt=alt + "and macro-F1 has risen, and so has the share of likeliest labels that are right.")


figure_tuned()

# %% [markdown]
# Exercise 1 said that a model asked in another convention meets a text that it has never seen. The tuned model, asked
# the same sentences in Mistral's:


# %%
def show_other_convention():
    chats = jobs["sentiment"]["validation"]
    prompts = [f"[INST] {settings.instruction} {row['messages'][-2]['content']} [/INST]" for row in chats]
    model = tuned("sentiment", settings.seeds[0])["model"]
    scores = score_answers(answers_of(model, prompts, settings.label_tokens), list(labels), classes)
    print({name: round(float(value), 3) for name, value in scores.items()})
    said = answers_of(model, prompts[:3], 2 * settings.label_tokens)
    print("three of its answers:", [text or "(silence: it ends at once)" for text in said])


show_other_convention()

# %% [markdown]
# Set its parse failures and exact match beside the table above: what was learnt is an answer to one way of asking. When
# somebody's tuned model "does not work", compare templates first.
#
# And the voice: held-out loss with its standard error over definitions, and what the style classifier thinks of sampled
# definitions of words that were not trained on.


# %%
def show_voice():
    found = {"before": before("voice"), "after": tuned("voice", settings.seeds[0])["scores"]}
    for when, scores in found.items():
        loss, error = scores["held-out loss"], scores["standard error"]
        print(f"{when}: held-out loss {loss:.3f} ± {error:.3f} nats a token; taken for Bierce: {scores['style']:.2f}")
    change, error = mean_change(found["before"]["rows"], found["after"]["rows"])
    print(f"change of the loss, definition by definition: {change:+.3f} ± {error:.3f}")
    for (prompt, plain), (_, his) in list(zip(found["before"]["written"], found["after"]["written"], strict=True))[:4]:
        print(f"\n{prompt}\n  before: {plain.strip()[:160]}\n  after:  {his.strip()[:160]}")


show_voice()

# %% [markdown]
# Read them before you believe the number. The classifier asks whether words and rhythm are his. Whether a definition
# means anything, or stings, is yours to say; from a model of a million parameters expect a higher number and nonsense,
# from one a hundred times larger the manner and rarely the matter.
#
# ## Packed or padded
#
# Definitions differ in length, and a padded batch computes its corners. Packing lays several chats in one row, and
# the positions tell attention where each begins. First counted, then, in profiles laptop, t4 and gpu, timed:
# tokens a second, real tokens only.


# %%
def show_shares():
    rows = rows_of(jobs["voice"]["train"])
    lengths = np.array([len(row["input_ids"]) for row in rows])
    batches = np.array_split(lengths, range(settings.batch, len(lengths), settings.batch))
    padded = sum(len(batch) * batch.max() for batch in batches)
    ids = Dataset.from_dict({"input_ids": [row["input_ids"] for row in rows]})
    packed = settings.pack_length * len(pack_dataset(ids, settings.pack_length))
    print(f"share of real tokens: {lengths.sum() / padded:.2f} in batches of {settings.batch} as they come, ", end="")
    print(f"{lengths.sum() / packed:.2f} packed into rows of {settings.pack_length}")


show_shares()


# %%
def tokens_per_second(packing: bool) -> float:
    options = {"packing": packing, "max_length": settings.pack_length} if packing else {}
    options |= {"per_device_train_batch_size": settings.pack_batch} if packing else {}
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numbers = (settings.voice_rate, settings.timed_steps, settings.seeds[0], folder)
        lora, chats = qlora_configs(compute)[1], jobs["voice"]["train"]
        trainer, clock = quiet_trainer(load("QLoRA"), lora, chats, *numbers, **options)
        trainer.train()
    tokens = max(entry.get("num_tokens", 0) for entry in trainer.state.log_history)
    return tokens / sum(clock.seconds)


def show_packing():
    padded, packed = tokens_per_second(False), tokens_per_second(True)
    print(f"padded {padded:,.0f}, packed {packed:,.0f} real tokens a second ({settings.timed_steps} steps each)")


# %%
if settings.timed_packing:
    show_packing()
else:
    print(f"not timed in profile {settings.profile}")

# %% [markdown]
# | measured on | profile | padded, tokens / s | packed, tokens / s |
# |---|---|---|---|
# | T4 | t4 | | |
# | Ampere or later | gpu | | |
#
# (Without a cache of keys and values, packing is right with the attention that PyTorch brings; the trainer switches
# that cache off. A packed row is long, and so are its activations: that is why there are only {{ s.tiny.pack_batch }}
# of them in a batch.)
#
# # Part 5 · Keep what was learnt
#
# ## Exercise 10 · Save little, merge exactly
#
# *Why.* A tuned copy of the whole model for each job fills a disk; its adapter is a few megabytes. But a file that
# lacks one trained matrix loads without a word and answers nonsense. And QLoRA's adapter was trained beside the
# weights as they are in four bits: it belongs to those, not to the originals.
#
# *Effort.* Medium, 30 minutes, 9 points.
#
# Write `trained_state`: name -> copy, on the CPU, of every parameter that learnt, and of nothing else. `load_trained`
# puts such copies into a model made the same way; a `KeyError` if the model has no such parameter, or if one that
# learns has no copy. And `merged_weight`, for a layer of peft's (`base_layer` in 4 bits, `lora_A["default"].weight`,
# `lora_B["default"].weight`, `r["default"]`, `lora_alpha["default"]`): the float32 matrix, (out, in), that alone does
# what layer and adapter do together.
#
# <details><summary>Hint 1: who learnt?</summary>
# <code>requires_grad</code> knows; names do not. Here the embedding may have learnt too.
# </details>
# <details><summary>Hint 2: weights out of four bits</summary>
# <code>bitsandbytes.functional.dequantize_4bit(weight.data, weight.quant_state)</code>. The sum stays in float32.
# </details>


# %%
def small_adapted(seed: int, r: int = 4, alpha: int = 12):
    """The small 4-bit model with LoRA whose A and B are random, and an embedding that learnt as well."""
    torch.manual_seed(seed)
    lora = LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(small_model(), lora).eval()
    model.get_base_model().model.embed_tokens.weight.requires_grad_(True)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


# %%
def logits_of(model) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.arange(40, 60, device=device).view(2, 10)).logits.float().cpu()


# %%
def query_layer(model, number: int = 1):
    """A LoRA layer of the model, on its query projection."""
    return model.get_base_model().model.layers[number].self_attn.q_proj


# %%
def dequantised(layer) -> torch.Tensor:
    """The 4-bit base of a LoRA layer as float32 weights, (out, in)."""
    base = layer.base_layer.weight
    return bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()


def product(layer) -> torch.Tensor:
    """B A of a LoRA layer, not scaled."""
    return layer.lora_B["default"].weight.detach() @ layer.lora_A["default"].weight.detach()


# %%
def merged_by_you(layer) -> torch.Tensor:
    """Your merged weight; explains shapes that do not fit."""
    try:
        return merged_weight(layer)
    except RuntimeError as error:
        hint = "The packed bytes are no weights yet: dequantise them to a float32 matrix, (out, in)."
        checks.that(str(layer.base_layer.weight.data.numel()) not in str(error), f"{hint} PyTorch says: {error}")
        hint = "The shapes do not fit. The update is B A, (out, r) @ (r, in), as large as the weight."
        checks.that("size" not in str(error) and "shape" not in str(error), f"{hint} PyTorch says: {error}")
        raise


# %% nbgrader={"grade": false, "grade_id": "save_and_merge", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def trained_state(model) -> dict[str, torch.Tensor]:
    """Copies of all parameters that learn, on the CPU, by their names in the model."""
    ### BEGIN SOLUTION
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}
    ### END SOLUTION


def load_trained(model, state: dict[str, torch.Tensor]) -> None:
    """Puts the copies into the model, in place; KeyError unless they are exactly those of its parameters that learn."""
    ### BEGIN SOLUTION
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError(f"These stand on one side only: {sorted(learns.keys() ^ state.keys())[:3]}")
    with torch.no_grad():
        for name, parameter in learns.items():
            parameter.copy_(state[name])
    ### END SOLUTION


def merged_weight(layer) -> torch.Tensor:
    """The layer's 4-bit weight with its adapter added, float32, (out, in)."""
    ### BEGIN SOLUTION
    base = layer.base_layer.weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()  # (out, in)
    update = layer.lora_B["default"].weight @ layer.lora_A["default"].weight  # (out, r) @ (r, in)
    return weight + layer.lora_alpha["default"] / layer.r["default"] * update.float()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "state_whole", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model = small_adapted(0)
learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
found = trained_state(model)
checks.that(hasattr(found, "keys"), "A dict: the parameter's name and its copy.")
hint = "Something that learnt is not saved. Here the embedding learnt too, and its name has no 'lora' in it: "
missing = sorted(learns.keys() - found.keys())
checks.that(not missing, hint + ", ".join(missing[:2]))
same = all(torch.equal(found[name].float().cpu(), p.detach().float().cpu()) for name, p in learns.items())
checks.that(same, "The copies should hold the parameters' values, under their own names.")

# %% nbgrader={"grade": true, "grade_id": "state_only", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
model = small_adapted(1)
learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
found = trained_state(model)
hint = (
    "Frozen weights are in it as well: they can be had again from the base model, and they are nearly all of its size."
)
checks.that(set(found) <= set(learns), hint)
kept = {name: value.clone() for name, value in found.items()}
with torch.no_grad():
    for parameter in learns.values():
        parameter.add_(1.0)  # training goes on
hint = "Training that goes on changes what was saved: keep copies (clone), not the parameters themselves."
checks.that(all(torch.equal(found[name], kept[name]) for name in kept), hint)

# %% nbgrader={"grade": true, "grade_id": "state_back", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
model, other = small_adapted(2), small_adapted(3)
state = {name: p.detach().clone() for name, p in model.named_parameters() if p.requires_grad}
load_trained(other, state)
hint = (
    "After loading, a model made the same way should give the same logits: are all copies written into its parameters?"
)
checks.close(logits_of(other), logits_of(model), "the logits", hint=hint, rtol=1e-4, atol=1e-4)
for changed in (dict(list(state.items())[1:]), {**state, "no.such.weight": torch.zeros(1)}):
    try:
        load_trained(other, changed)
        refused = False
    except KeyError:
        refused = True
    hint = (
        "A copy too few or one with a strange name should raise a KeyError: what loads without a word answers nonsense."
    )
    checks.that(refused, hint)

# %% nbgrader={"grade": true, "grade_id": "merge_base", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
layer = query_layer(small_adapted(4))
with torch.no_grad():
    layer.lora_B["default"].weight.zero_()  # an adapter that does nothing
expected = dequantised(layer)
found = merged_by_you(layer)
hint = "The packed bytes are no weights yet: dequantise them to a float32 matrix, (out, in)."
checks.shape(found, tuple(expected.shape), "the merged weight", hint)
checks.dtype(found, "float32", "the merged weight", hint)
hint = "With B = 0 the merged weight is the 4-bit one, dequantised: the adapter was trained beside that."
checks.close(found, expected, "the merged weight", hint=hint, rtol=1e-4, atol=1e-6)


# %% nbgrader={"grade": true, "grade_id": "merge_update", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for seed, r, alpha in [(5, 4, 12), (6, 2, 1)]:
    layer = query_layer(small_adapted(seed, r, alpha))
    update = merged_by_you(layer).detach() - dequantised(layer)
    hint = (
        f"What the adapter adds has rank {r}, here more: was the sum rounded to four bits again? Leave it in float32."
    )
    singular = torch.linalg.svdvals(update.float())
    checks.that(float(singular[r]) < 1e-3 * float(singular[0]), hint)
    hint = f"The update is B A, scaled by alpha / r: here {alpha} / {r}."
    checks.close(update, alpha / r * product(layer), "the update", hint=hint, rtol=1e-3, atol=1e-5)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
r, alpha = int(rng.integers(3, 9)), int(rng.integers(10, 40))
layer = query_layer(small_adapted(int(rng.integers(9999)), r, alpha))
update = merged_by_you(layer).detach() - dequantised(layer)
checks.close(update, alpha / r * product(layer), "the update", hint="B A, scaled by alpha / r.", rtol=1e-3, atol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# The tuned model through the same door, with peft's own files: adapter saved, loaded beside a fresh 4-bit base, and
# merged.


# %%
def merged_model(adapted):
    """A plain float32 model whose projections are your merged weights, and all others the 4-bit ones, dequantised."""
    model = load("full").float()
    inside = dict(adapted.get_base_model().named_modules())
    with torch.no_grad():
        for name, module in model.named_modules():
            source = inside.get(name)
            if hasattr(source, "lora_A"):
                module.weight.copy_(merged_weight(source))
            elif isinstance(source, bitsandbytes.nn.Linear4bit):
                weight = source.weight
                module.weight.copy_(bitsandbytes.functional.dequantize_4bit(weight.data, weight.quant_state))
    return model.eval()


# %%
def round_trip():
    model = tuned("sentiment", settings.seeds[0])["model"]
    ids = tokenizer(asked(jobs["sentiment"]["validation"])[0], return_tensors="pt")["input_ids"].to(device)
    with torch.no_grad(), TemporaryDirectory() as folder:
        reference = model(ids).logits.float()
        model.save_pretrained(folder)
        megabytes = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        loaded = PeftModel.from_pretrained(load("QLoRA"), folder).eval()
        found = {"adapter loaded beside a fresh 4-bit base": loaded(ids).logits.float()}
        found["merged by you, in float32"] = merged_model(model)(ids).logits.float()
        beside = PeftModel.from_pretrained(load("LoRA"), folder).eval()
        found["adapter beside the original weights"] = beside(ids).logits.float()
        found["merged by peft into 4 bits"] = loaded.merge_and_unload()(ids).logits.float()
    whole = model.get_memory_footprint() / 1e6
    print(f"adapter's folder: {megabytes:.2f} MB; the whole 4-bit model in memory: {whole:.2f} MB")
    print(f"the logits range over {float(reference.max() - reference.min()):.1f}")
    gaps = {name: float((logits - reference).abs().max()) for name, logits in found.items()}
    return pd.Series(gaps, name="max |difference|")


# %%
round_trip().map("{:.1e}".format).to_frame()

# %% [markdown]
# The first two are the same model, up to the rounding of the numbers it computes with (on a GPU those have sixteen bits,
# and the second row shows it). The other two are not: one has put the adapter beside weights that it has never seen, the
# other has rounded the sum to four bits again. Whoever merges into four bits should measure after merging.

# %% [markdown] nbgrader={"grade": false, "grade_id": "letters_question", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# ## Exercise 11 · Two short letters (by hand)
#
# *Why.* "It fits in four bits" is not yet a reason, and a voice is never only a manner.
#
# *Effort.* Medium, 30 minutes, 11 points. Graded by a person.
#
# **First letter, 6 points.** In about 120 words, to a colleague with one 16 GB GPU who wants to tune a model of 0.5
# billion parameters and, later, one of 7 billion, both published in bfloat16, 16 bits a weight: for which of the two
# would you use QLoRA, LoRA, full tuning? Use numbers from your cost table (and say what they were measured on), the
# arithmetic of bits per weight, and say how you would merge the result for use.
#
# **Second letter, 5 points.** In about 100 words, to an editor who wants the tuned voice on a web site, "ask the
# Devil": what do your two numbers (held-out loss, style score) show, and what do they not? Read three samples and the
# card of the data set, `data/cards/voice.md`. Name one harm, whom it meets, and one thing to measure or to change first.
#
# === BEGIN MARK SCHEME ===
# **First letter.** 1: weights alone shrink, by a factor below 8 from 32 bits (below 4 from 16), because embeddings,
# norms and scales stay. 1: 7 billion in 16 bits are 14 GB, so gradients and activations no longer fit in 16 GB, in
# NF4 about 3.6 GB and embeddings; so QLoRA there. 1: at 0.5 billion the saving is about half a GB (from 16
# bits, the embedding left; 1.4 GB by the slides' numbers, from 32), so LoRA (full tuning with Adam at 16 bytes a
# parameter is 8 GB: possible, but a copy for each job). 1: a number from the own
# table, with the machine it comes from, and not carried over to the GPU as if measured. 1: four bits cost seconds
# (unpacking in each pass). 1: merging: onto the dequantised 4-bit weights, kept in 16 or 32 bits, or keep adapter and
# base apart; measure after merging. Typical wrong answers: "QLoRA is faster"; "4 bits make everything an eighth";
# merging onto the original weights.
#
# **Second letter.** 1: held-out loss fell, by how much against its standard error; it is about predicting his words.
# 1: the style score is about words and rhythm, from a classifier that knows only him against news, reviews and
# speeches; it does not see sense or wit. 1: something really read in a sample. 1: a harm and whom it meets (his
# mockery of women, foreigners, the religious, which the card names; somebody who takes a definition for one). 1: a
# measurement or change (people rate blind; a list of words and groups checked on a thousand samples; a notice;
# filtering the training rows). Typical wrong answers: "the style score shows that it writes well"; "it is only a
# joke".
# === END MARK SCHEME ===

# %% [markdown] nbgrader={"grade": true, "grade_id": "letters", "locked": false, "points": 11, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **First letter.** Tune the small one with LoRA. In bfloat16 half a billion parameters are about 1 GB; four bits
# would take half of that away, not three quarters, because the embedding stays in full, and on 16 GB nobody misses
# it. Each step would be slower: in my table, on a processor, a QLoRA step took longer than a LoRA step because the
# weights are unpacked in each pass; on your GPU I have not measured. Full tuning is about 16 bytes a parameter, 8 GB,
# which fits, but leaves you a full copy for each job. At 7 billion the weights alone are 14 GB in 16 bits and nothing
# else fits beside them; at 4.13 bits they are 3.6 GB and some for the embeddings, so QLoRA it is. To use the result,
# keep the adapter beside the 4-bit base, or add it to the dequantised base and leave the sum in 16 bits; onto the
# original weights or back into four bits it is another model, and I would measure it again.
#
# **Second letter.** The held-out loss fell by more than its standard error, so the model predicts words of Bierce's
# better on entries that it has not seen; the style score rose, so a classifier that knows him from news, reviews and
# speeches takes more samples for his. Neither sees whether a definition means anything. I read three: they begin as
# his do and lose the thread. He mocked women, foreigners and the religious, and the card says that contempt without a
# slur is still in the data, so a visitor of one of those groups may be shown it as the site's own voice. Before
# anything goes online I would sample a thousand definitions for such words, have two people read them, and label the
# page as a machine's imitation of a text of 1911.
# ### END SOLUTION

# %% [markdown]
# # Part 6 · Hand it in
#
# ## Exercise 12 · predictions.csv
#
# *Why.* The test labels are not on your machine. What your model answers on those sentences goes into a file, and the
# file is scored.
#
# *Effort.* Easy, 20 minutes, 8 points.
#
# Write `hand_in(ask, rows, path)`. `ask` takes a list of texts and gives a list of answers, as free text; `rows` has
# columns id, text and domain. Write a CSV file with the header `id,label`, one line for each row: its id, and the
# number 0, 1 or 2 of the class that the answer names (reading answers as in Exercise 8). A row whose answer names
# none still gets a line: guess, and say how in a comment. Call `ask` once, with all texts: a model works through them
# in batches.
#
# <details><summary>Hint 1: a guess that costs little</summary>
# The class that the readable answers name most often.
# </details>

# %%
test_rows = sentences["test"]  # short sentences without labels


@functools.cache
def stand_in_model():
    """A linear model on words: answers for the checks, whatever your trainer does."""
    rows, words = sentences["train"], TfidfVectorizer(sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=3, class_weight="balanced", max_iter=300))
    return model.fit(list(rows["text"]), list(rows["label"]))


# %%
def stand_in(said: list[str]) -> list[str]:
    """The linear model's classes, in words."""
    return [classes[k] for k in stand_in_model().predict(said)]


def ask_tuned(said: list[str]) -> list[str]:
    """Your tuned model's answers."""
    chats = Dataset.from_list([pair(text, "", settings.instruction) for text in said])
    return answers_of(tuned("sentiment", settings.seeds[0])["model"], asked(chats), settings.label_tokens)


# %%
def handed_in(ask, rows) -> dict[str, int]:
    """id -> class of what hand_in writes for these rows, read back."""
    with TemporaryDirectory() as folder:
        path = f"{folder}/predictions.csv"
        hand_in(ask, rows, path)
        checks.that(Path(path).is_file(), "There is no file at the path given.")
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    hint = "The file's first line should be id,label: these two columns only."
    checks.that(list(table.columns) == ["id", "label"], hint)
    checks.that(table["id"].is_unique, "An id stands in the file twice: one line for each row.")
    odd = sorted(set(table["label"]) - {"0", "1", "2"})
    hint = "The label should be the number of a class, 0, 1 or 2, in every line, also where the answer named none; in "
    hint += f"yours stands {odd[0] if odd else ''!r}. (A column with gaps makes pandas write 2.0 for 2.)"
    checks.that(not odd, hint)
    return dict(zip(table["id"], table["label"].astype(int), strict=True))


# %% nbgrader={"grade": false, "grade_id": "hand_in", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def hand_in(ask, rows: Dataset, path: str) -> None:
    """Asks for all texts, and writes id,label (a class number) for each row to a CSV file."""
    ### BEGIN SOLUTION
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else None for word in words]
    readable = [number for number in numbers if number is not None]
    usual = max(set(readable), key=readable.count) if readable else 1  # the guess where nothing can be read
    table = pd.DataFrame({"id": list(rows["id"]), "label": [usual if n is None else n for n in numbers]})
    part = Path(f"{path}.part")
    table.to_csv(part, index=False)
    part.replace(path)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "predictions_file", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
few = Dataset.from_dict({"id": list("dbac"), "text": ["t0", "t1", "t2", "t0"], "domain": ["film"] * 4})
wanted = {"d": 2, "b": 0, "a": 1, "c": 2}
spoken = {"t0": "positive", "t1": "negative", "t2": "neutral"}
calls = []
found = handed_in(lambda said: calls.append(said) or [spoken.get(text, "") for text in said], few)
hint = f"`ask` should be called once, with a list of all texts; you called it {len(calls)} times, first with "
checks.that(len(calls) == 1 and len(calls[0]) > 2, f"{hint}{calls[:1]}: a model works through them in batches.")
checks.that(set(found) == set("dbac"), "Each row has one line, with its own id.")
hint = "An answer stands beside the wrong id, or its class has the wrong number (0, 1, 2 as in `classes`)."
checks.that(found == wanted, hint)
### BEGIN HIDDEN TESTS
truth = checks.fresh().integers(3, size=30)
many = Dataset.from_dict({"id": [f"x{n}" for n in range(30)], "text": [f"{k} {n}" for n, k in enumerate(truth)]})
found = handed_in(lambda said: [classes[int(text.split()[0])] for text in said], many)
checks.that(found == {f"x{n}": int(k) for n, k in enumerate(truth)}, "An answer stands beside the wrong id.")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "predictions_unreadable", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
five = Dataset.from_dict({"id": list("abcde"), "text": list("vwxyz"), "domain": ["news"] * 5})
hint = "Answers are read as in Exercise 8: case, white space around and one full stop do not matter."
spoken = dict(zip("vwxyz", [" Positive.", "NEGATIVE", "neutral\n", "positive", "neutral"], strict=True))
found = handed_in(lambda said: [spoken[text] for text in said], five)
checks.that(found == {"a": 2, "b": 0, "c": 1, "d": 2, "e": 1}, hint)
hint = "A row whose answer names no class still gets a line; left out, it would count as wrong for certain."
spoken = dict(zip("vwxyz", ["positive", "well,", "", "not negative", "positive"], strict=True))
found = handed_in(lambda said: [spoken[text] for text in said], five)
checks.that(set(found) == set("abcde") and found["a"] == found["e"] == 2, hint)
try:
    found = handed_in(lambda said: [""] * len(said), five)
except (LookupError, ValueError) as error:
    hint = "Where no answer at all can be read there is no commonest class: guess one all the same."
    checks.that(False, f"{hint} Yours stops: {error}")
checks.that(set(found) == set("abcde"), hint)


# %% nbgrader={"grade": true, "grade_id": "predictions_score", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def macro_f1(guess: dict[str, int], truth: dict[str, int]) -> float:
    """Macro-F1 of predictions by id; a missing id counts as wrong."""
    ids = sorted(truth)
    return f1_score([truth[i] for i in ids], [guess.get(i, -1) for i in ids], labels=[0, 1, 2], average="macro")


held, number_of = sentences["validation"], {word: k for k, word in enumerate(classes)}
held = held.select(np.random.default_rng(0).permutation(len(held)))  # ids in no order
truth = dict(zip(held["id"], held["label"], strict=True))
said = {name: number_of[word] for name, word in zip(held["id"], stand_in(list(held["text"])), strict=True)}
expected, reached = macro_f1(said, truth), macro_f1(handed_in(stand_in, held.remove_columns("label")), truth)
hint = (
    f"A linear model's answers have a macro-F1 of {expected:.3f} on held-out sentences, in your file of {reached:.3f}"
)
checks.that(abs(reached - expected) < 1e-6, f"{hint}: does each answer stand beside its own id, as its own number?")
### BEGIN HIDDEN TESTS
# Their judge is outside.py: no label of a test row comes near this kernel.
try:
    answered = handed_in(ask_tuned, test_rows)
except Exception:  # an earlier exercise is wrong or open: that was paid for there
    answered = {}
checks.hand_over(tuned=answered, linear=handed_in(stand_in, test_rows))
### END HIDDEN TESTS

# %% [markdown]
# The file that counts: your tuned model's answers on the test sentences.


# %%
def hand_over():
    hand_in(ask_tuned, test_rows, "predictions.csv")
    table = pd.read_csv("predictions.csv")
    print(f"predictions.csv: {len(table):,} rows;", table["label"].map(classes.__getitem__).value_counts().to_dict())


hand_over()

# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over seeds (the seed draws LoRA's A and the order of the chats), on the same held-out
# sentences and definitions. Rows that say *recorded* were measured when the lab was made, by these functions with the settings of the
# profile that they name; the others just now.


# %%
def closing_table() -> pd.DataFrame:
    base, rows = before("sentiment"), {}
    names = ["exact_match", "parse_failures", "macro_f1", "likeliest_right"]
    rows["always one class"] = {name: f"{value:.3f}" for name, value in lazy().items()}
    rows["before"] = {name: f"{base[name]:.3f}" for name in names} | {"runs": 1}
    runs = [tuned("sentiment", seed)["scores"] for seed in settings.live_seeds]
    values = {name: [run[name] for run in runs] for name in names}
    text = {name: mean_sd(found) if len(runs) > 1 else f"{found[0]:.3f}" for name, found in values.items()}
    rows["QLoRA, just now"] = text | {"runs": len(runs)}
    for row in settings.recorded:
        rows[f"{row['kind']}, recorded in {row['profile']}"] = {name: row[name] for name in [*names, "runs"]}
    return pd.DataFrame(rows).T.fillna("")


closing_table()


# %%
def closing_voice() -> pd.DataFrame:
    names = ["held-out loss", "style"]
    rows = {"before": before("voice"), "QLoRA, just now": tuned("voice", settings.seeds[0])["scores"]}
    table = {row: {name: f"{found[name]:.3f}" for name in names} for row, found in rows.items()}
    for row in settings.recorded_voice:
        table[f"{row['kind']}, recorded in {row['profile']}"] = {"held-out loss": row["loss"], "style": row["style"]}
    return pd.DataFrame(table).T.rename(columns={"held-out loss": "held-out loss, nats", "style": "taken for Bierce"})


closing_voice()

# %% [markdown]
# LoRA beside QLoRA, the same seeds, rates and steps: are four bits paid for? In profile tiny the voice's held-out loss
# of QLoRA is {{ s.tiny.recorded_gap }} nats above LoRA's (seed by seed, mean ± standard deviation, recorded), a fraction
# of what the four bits cost before tuning: the adapter makes up for most of it. On sentiment nothing between the two
# rows is larger than its spread.
#
# Published figures that echo this, none of them on our sentences or our models:
#
# | published, not ours | |
# |---|---|
# | QLoRA tunes a model of 65 billion parameters on one GPU of 48 GB; the best reaches 99.3% of ChatGPT on Vicuna | Dettmers and others 2023, arXiv 2305.14314 |
# | LoRA on RoBERTa-base, 0.8 of 125 million parameters trained, GLUE average: 87.2, all parameters 86.4 | Hu and others 2021, arXiv 2106.09685 |
# | a model of 10 billion parameters: full tuning 160 GB, LoRA about 40 GB, QLoRA about 12 GB | the course's slides |
#
# **What this shows.** Which tokens are learnt, one by one. What sixteen levels, a block and a quantised scale cost in
# error and save in bits, agreeing with the library code by code. That a decoder in four bits, in which two thin
# matrices beside each query and value projection are all that learns, comes to answer in the form asked for, and over
# the recorded seeds more often right than one answer for all (a single run may fall within the noise of that). That an
# adapter belongs to the weights it was trained beside.
#
# **What this does not show.** In profile tiny a run reads {{ "{:,}".format(s.tiny.batch * s.tiny.steps) }} chats, and the
# held-out sentences are few and short, so a difference of several hundredths in macro-F1 is noise; look at the spread
# of the recorded rows. The style score of the voice comes from a classifier that this model's own samples helped to
# train. LoRA and QLoRA share a rate that was chosen once, for QLoRA, and full tuning was timed and weighed, not judged.
# Nothing was measured on a GPU, and what four bits do to the quality of a large model cannot be seen in a small one.
#
# **Where this goes.** The tuned model has learnt a job. Lab 8 asks what it has forgotten for it.
