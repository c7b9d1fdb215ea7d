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
# *You need:* PyTorch tensors, softmax, a little probability. *Your time:* about four hours, half an hour of them
# before class (Part A). The machine's share of the work:
#
# {{ budget_table }}
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

# %% [markdown]
# # Part A · Before class: you guess first
#
# Two games, and you go first. No model is loaded yet, so nobody can whisper. There are no wrong guesses; the only
# mistake is to look at the models' answers first.
#
# ## Exercise 1 · Guesses, knowledge, money
#
# *Why.* Both games can be played with any text, by anybody, without a teacher. That is what makes pretraining
# possible; the money is what makes it necessary.
#
# *Effort.* Easy, 25 minutes, 8 points (guesses earn theirs by being made, not by being good).
#
# `first_guesses`. (1) The next cell prints the left halves of five sentences: write the word that comes next, one for
# each, list `"left"`. (2) It also prints four beginnings: continue each by one word, list `"next"`. (3) Only then run
# the cell after it, which prints the whole sentences with a blank, and fill each blank by one word: list `"both"`.
#
# `sort_knowledge`. For each skill in `SKILLS`: `"general"` if every company that reads English needs it, `"specific"`
# if it belongs to one trade. One of the six is arguable: take a side. Then your estimate: what percentage of the
# knowledge needed to read film reviews is general?
#
# `shared_cost`. Some companies want the same kind of tool. Each can train a model from scratch, or they share one
# general model and each adapts it. Return the total cost both ways, and the smallest number of companies for which
# sharing is *cheaper* (not equal; `scratch` is larger than `adapt`).
#
# <details><summary>Hint 1: what exactly has to be larger than what?</summary>
# n companies from scratch cost n · scratch; together they cost general + n · adapt. Count up from 1 if algebra is in
# a bad mood today.
# </details>

# %%
LEFT_HALVES = ["The", "We queued at the", "He had forgotten his", "The", "She"]
BEGINNINGS = [
    "Long ago there lived an old",
    "It has been raining all",
    "For breakfast he ate a",
    "On Sunday we all went to the",
]
SKILLS = ["grammar", "the use of 'the' and 'a'", "how a sentence is built"]
SKILLS += ["names of diseases", "kinds of film", "words that carry feeling"]
print("left:", *(f"  {half} ..." for half in LEFT_HALVES), sep="\n")
print("next:", *(f"  {beginning} ..." for beginning in BEGINNINGS), sep="\n")

# %% [markdown]
# Have you written `"left"` and `"next"` into the answer cell below? Then go on. (The right halves are written in ROT13,
# each letter moved by thirteen places, so that no eye reads ahead by accident.)

# %%
RIGHT_HALVES = [
    " onexrq hagvy gur jubyr fgerrg jnf njnxr.",
    " orpnhfr vg fryyf gur orfg oernq va gbja.",
    ", fb gur enva fbnxrq uvz.",
    " gnfgrq jbaqreshy, gubhtu abobql pbhyq nssbeq n frpbaq cyngr.",
    " gur yrggre gjvpr naq gura oheag vg.",
]
SENTENCES = [
    f"{left} [BLANK]{codecs.decode(right, 'rot13')}" for left, right in zip(LEFT_HALVES, RIGHT_HALVES, strict=True)
]
print("both:", *(f"  {sentence}" for sentence in SENTENCES), sep="\n")


# %% nbgrader={"grade": false, "grade_id": "before_class", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def first_guesses() -> dict[str, list[str]]:
    """Your guesses, one word each: "left" and "both", one for each of SENTENCES; "next", one for each of BEGINNINGS."""
    ### BEGIN SOLUTION
    left = ["man", "station", "keys", "old", "was"]
    both = ["dog", "bakery", "umbrella", "soup", "read"]
    return {"left": left, "both": both, "next": ["king", "day", "banana", "beach"]}
    ### END SOLUTION


def sort_knowledge() -> tuple[dict[str, str], float]:
    """Each of SKILLS -> "general" or "specific"; and your estimate of the general share, in percent (1 to 100)."""
    ### BEGIN SOLUTION
    kinds = dict.fromkeys(SKILLS, "general") | {"names of diseases": "specific", "kinds of film": "specific"}
    return kinds, 85.0
    ### END SOLUTION


def shared_cost(companies: int, scratch: float, general: float, adapt: float) -> tuple[float, float, int]:
    """Dollars in all if each trains from scratch; if they share and adapt; fewest companies for which sharing is cheaper."""
    ### BEGIN SOLUTION
    fewest = int(general // (scratch - adapt)) + 1
    return companies * scratch, general + companies * adapt, fewest
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "guesses_made", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
guesses = first_guesses()
checks.keys(guesses, ["left", "both", "next"], "your guesses")
for name, texts in {"left": SENTENCES, "both": SENTENCES, "next": BEGINNINGS}.items():
    checks.count(len(guesses[name]), len(texts), f'the number of guesses in "{name}"', hint="One guess for each text.")
    for guess in guesses[name]:
        one_word = isinstance(guess, str) and re.fullmatch(r"[^\W\d_]+(['’-][^\W\d_]+)*", guess.strip())
        checks.that(one_word, f'One word for each blank, as the models will give: {guess!r} in "{name}" is not one.')

# %% nbgrader={"grade": true, "grade_id": "guesses_differ", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for name, words in first_guesses().items():
    distinct = len({str(word).strip().lower() for word in words})
    checks.that(distinct >= 3, f'"{name}" holds {distinct} different words: guess for each text by itself.')

# %% nbgrader={"grade": true, "grade_id": "knowledge_kinds", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = sort_knowledge()
checks.that(
    isinstance(found, tuple | list) and len(found) == 2, "Return two things: the sorted skills, then a percentage."
)
kinds, percent = found
checks.keys(kinds, SKILLS, "the sorted skills")
checks.that(set(kinds.values()) <= {"general", "specific"}, 'Each skill is either "general" or "specific".')
checks.between(percent, 1, 100, "the general share", hint="Give your estimate in percent, from 1 to 100.")
for skill in SKILLS[:3]:
    checks.that(kinds[skill] == "general", f"Does only one trade need this: {skill}? Who reads English needs it.")
for skill in SKILLS[3:5]:
    checks.that(kinds[skill] == "specific", f"Would a bank's model need this to read its mail: {skill}?")

# %% nbgrader={"grade": true, "grade_id": "cost_totals", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = shared_cost(**settings.costs)
hint = "Return three things: the total from scratch, the shared total, the fewest companies."
checks.that(isinstance(found, tuple | list) and len(found) == 3, hint)
checks.close(found[0], 2_500_000, "the total from scratch", hint="Every company pays for its own training.")
hint = "The general model is paid for once, the adapting by every company."
checks.close(found[1], 1_050_000, "the shared total", hint=hint)
### BEGIN HIDDEN TESTS
n, general, adapt = (int(number) for number in checks.fresh().integers(2, 900, size=3))
found = shared_cost(companies=n, scratch=1000, general=general, adapt=adapt)
checks.close(found[0], sum([1000] * n), "the total from scratch", hint="Every company pays for its own training.")
checks.close(found[1], sum([adapt] * n, general), "the shared total", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "cost_break_even", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hint = "The smallest WHOLE number of companies for which sharing costs less; where both cost the same, one more."
for scratch, general, adapt in [(500_000, 1_000_000, 10_000), (30, 40, 10), (30, 35, 10), (90, 20, 10)]:
    expected = next(n for n in range(1, 99) if n * scratch > general + n * adapt)
    checks.count(shared_cost(5, scratch, general, adapt)[-1], expected, "the number of companies", hint=hint)
### BEGIN HIDDEN TESTS
for scratch, general in checks.fresh().integers(20, 60, size=(6, 2)).tolist():
    expected = next(n for n in range(1, 99) if n * scratch > general + n * 10)
    checks.count(shared_cost(7, scratch, general, 10)[-1], expected, "the number of companies", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# For the five companies of the settings: what sharing saves, and from how many companies on it pays. (What no
# price tag shows: energy, data, and people's time are spent once instead of five times as well.)


# %%
def money() -> None:
    apart, together, fewest = shared_cost(**settings.costs)
    print(f"{settings.costs['companies']} companies from scratch ${apart:,.0f}, shared ${together:,.0f}", end="; ")
    print(f"saved ${apart - together:,.0f}. Sharing is cheaper from {fewest} companies on.")


money()

# %% [markdown]
# ### Now the models
#
# Two of them. The **decoder** reads from left to right and was trained to guess the next token. The **encoder** sees
# both sides of a blank and was trained to fill it. Both in float32, in every profile, so that results can be compared
# digit by digit.


# %%
def load(kind, name: str):
    """A pretrained model in float32, for reading only, on the GPU if there is one."""
    model = kind.from_pretrained(model_path(name), dtype=torch.float32)
    return model.eval().requires_grad_(False).to("cuda" if torch.cuda.is_available() else "cpu")


kinds = [(AutoModelForCausalLM, settings.decoder), (AutoModelForMaskedLM, settings.encoder)]
loaded = [(load(kind, name), load_tokenizer(name)) for kind, name in tqdm(kinds, desc="loading")]
(decoder, decoder_tokenizer), (encoder, encoder_tokenizer) = loaded
for name, model in {settings.decoder: decoder, settings.encoder: encoder}.items():
    print(f"{name}: {model.num_parameters():,} parameters, {model.config.vocab_size:,} tokens known")


# %%
@torch.no_grad()
def next_logits(ids) -> torch.Tensor:
    """The decoder's scores for the token after `ids`, a list of token ids; (vocabulary,), float32."""
    ids = torch.as_tensor(ids, device=decoder.device).reshape(1, -1)
    return decoder(ids, use_cache=False, logits_to_keep=1).logits[0, -1].cpu()


@torch.no_grad()
def blank_logits(lefts: list[str], rights: list[str]) -> torch.Tensor:
    """The encoder's scores for a blank between each left and right text; (texts, vocabulary), float32."""
    mask = encoder_tokenizer.mask_token
    texts = [f"{left} {mask} {right}".strip() for left, right in zip(lefts, rights, strict=True)]
    batch = encoder_tokenizer(texts, return_tensors="pt", padding=True, padding_side="right").to(encoder.device)
    blank = batch["input_ids"] == encoder_tokenizer.mask_token_id
    # A hidden left side consists of masks as well: the blank is the one after those.
    number = torch.tensor([[left.count(mask) + 1] for left in lefts], device=encoder.device)
    return encoder(**batch).logits[blank & (blank.cumsum(1) == number)].cpu()


# %%
def top_words(logits: torch.Tensor, tokenizer, k: int = 3) -> str:
    """The k likeliest tokens, in words."""
    return ", ".join(tokenizer.decode([token]).strip() or "(space)" for token in logits.topk(k).indices.tolist())


def you_and_the_models() -> pd.DataFrame:
    guesses, rows = first_guesses(), []
    for place, text in enumerate(SENTENCES + BEGINNINGS):
        left, _, right = (part.strip() for part in text.partition("[BLANK]"))
        is_blank = place < len(SENTENCES)
        yours = (guesses["left"] + guesses["next"])[place]
        from_left = top_words(next_logits(decoder_tokenizer(left)["input_ids"]), decoder_tokenizer)
        both = top_words(blank_logits([left], [right])[0], encoder_tokenizer) if is_blank else ""
        rows.append([text, yours, from_left, guesses["both"][place] if is_blank else "", both])
    return pd.DataFrame(rows, columns=["text", "you, left side", "decoder", "you, both sides", "encoder"])


you_and_the_models()

# %% [markdown]
# (A token need not be a word: a piece such as “re” is the beginning of a longer one.) Read the models' columns once
# more: what gives away what these two have read? For `course-encoder` and `course-decoder-tiny` the answer stands in
# `data/cards/pretraining_text.md`: film reviews above all; of larger models nobody can list it.
#
# A table of nine texts proves nothing; {{ s.tiny.blanks }} blanks for each of {{ s.tiny.seeds | length }} seeds
# (profile tiny) say more. We take real sentences (film, news, tweets, products: `data/cards/sentiment.md`; the
# two models just named have not read them), hide one word from the middle, and count how often the hidden word is among
# a model's five likeliest tokens. Only words that are a single token to both models take part. The encoder plays three
# times: it sees the left side alone, the right side alone, or both. Where it may see one side only, every word of the
# other side is replaced by a `[MASK]`.


# %%
def token_of(word: str, tokenizer) -> int | None:
    """The id of a word in mid-sentence, or None where it takes several tokens."""
    ids = tokenizer(" " + word, add_special_tokens=False)["input_ids"]
    return ids[0] if len(ids) == 1 else None


# %%
def draw_blanks(seed: int) -> list[tuple[str, str, str]]:
    """(left, word, right) of `settings.blanks` sentences, with at least four words on either side."""
    rng, blanks = np.random.default_rng(seed), []
    texts = sentences["train"]["text"]
    for row in rng.permutation(len(texts)):
        words = texts[int(row)].split()
        places = [i for i in range(4, min(len(words), 30) - 4) if re.fullmatch(r"[a-z]{3,}", words[i])]
        place = int(rng.choice(places)) if places else 0
        if place and all(token_of(words[place], t) is not None for t in (decoder_tokenizer, encoder_tokenizer)):
            blanks.append((" ".join(words[:place]), words[place], " ".join(words[place + 1 : 30])))
        if len(blanks) == settings.blanks:
            break
    return blanks


sentences = load_sentiment()


# %%
def hits(logits: torch.Tensor, words: list[str], tokenizer) -> float:
    """Percentage of rows whose hidden word is among the five highest scores."""
    wanted = torch.tensor([token_of(word, tokenizer) for word in words])
    return 100 * (logits.topk(5).indices == wanted[:, None]).any(-1).double().mean().item()


def blank_game(seed: int, bar: tqdm) -> dict[str, float]:
    """Percentage of hidden words found by each player; the bar moves on with each."""
    lefts, words, rights = (list(column) for column in zip(*draw_blanks(seed), strict=True))
    masks = [
        [" ".join([encoder_tokenizer.mask_token] * len(text.split())) for text in side] for side in (lefts, rights)
    ]
    texts = decoder_tokenizer(lefts)["input_ids"]
    found = {"decoder,\nleft side": hits(torch.stack([next_logits(ids) for ids in texts]), words, decoder_tokenizer)}
    bar.update()
    sides = {"left side": (lefts, masks[1]), "right side": (masks[0], rights), "both sides": (lefts, rights)}
    for name, (left, right) in sides.items():
        found[f"encoder,\n{name}"] = hits(blank_logits(left, right), words, encoder_tokenizer)
        bar.update()
    return found


# %%
def figure_blanks() -> None:
    with tqdm(total=4 * len(settings.seeds), desc="blanks") as bar:
        games = pd.DataFrame([blank_game(seed, bar) for seed in settings.seeds])
    figure, panel = plots.axes(width=6.5)
    panel.bar(games.columns, games.mean(), yerr=games.std(), capsize=5, color=plots.COLOURS[: len(games.columns)])
    panel.set(xlabel="who guesses from what", ylabel="hidden word among the first five (%)")
    alt = "Bars: share of hidden words found among five guesses by the decoder from the left, and by the encoder from the "
    plots.show(figure, alt=alt + "left, the right and both sides. Both sides find the most.")
    for name in games:
        mean, sd = games[name].mean(), games[name].std()
        print(f"{name.replace(chr(10), ' ')}: {mean:.1f} ± {sd:.1f} %, mean ± sd over seeds")


figure_blanks()

# %% [markdown]
# Compare the encoder's three bars with each other: one model, one text, and only the evidence differs. (Decoder and
# encoder differ in size, text and vocabulary as well, so their distance says little about the two objectives.) The
# price of seeing both sides comes later: a model that needs the right side cannot write, because there is none yet.
#
# And your estimate of general knowledge? Here is one crude measurement: which part of the running words of one
# register also occurs in *each* of the other three? (A register: film reviews, editorials, tweets, product reviews.)


# %%
def shared_words() -> None:
    words = {name: Counter() for name in sorted(set(sentences["train"]["domain"]))}
    for text, domain in zip(sentences["train"]["text"], sentences["train"]["domain"], strict=True):
        words[domain].update(re.findall(r"[a-z']+", text.lower()))
    for name, counts in words.items():
        others = set.intersection(*(set(counter) for other, counter in words.items() if other != name))
        share = sum(count for word, count in counts.items() if word in others) / counts.total()
        print(f"{name:9}{share:.0%} of its running words also occur in all three others")
    print(f"Your estimate: {sort_knowledge()[1]:.0f}% of the knowledge needed for film reviews is general.")


shared_words()

# %% [markdown]
# Do the two percentages contradict each other? They measure different things. The count is of words: “the” counts
# each time it stands there, grammar never, and a common word that happens not to stand among the few ten thousand
# words of one register counts as specific. By so strict a rule well over half of the running words are common to all.
# Your estimate is of knowledge, which nobody can count.
#
# And the sixth skill, words that carry feeling? Either answer holds: “wonderful” praises everything, “predictable” a
# bridge but no film. Lab 5 measures what it costs when a model learns such words in one register and reads another.
#
# # Part B · After class
#
# ## Tools for the checks
#
# A language model is a function from the tokens so far to scores for the next one. Some checks put a toy in its place
# whose best answer can be worked out on paper: `toy_language` looks only at the last token, `random_language` at all
# of them.


# %%
def toy_language(table, shift=0.0):
    """A `next_logits` that looks at the last token alone: row i of table holds the probabilities after token i.

    shift: one number a row, added to its logits; softmax does not notice.
    """
    with np.errstate(divide="ignore"):
        rows = torch.tensor(np.log(np.asarray(table, dtype=float)) + np.reshape(shift, (-1, 1)))
    return lambda ids: rows[int(ids[-1])].clone()


def random_language(vocabulary: int, seed: int):
    """A `next_logits` with its own random scores for every sequence of tokens; (vocabulary,), float64."""
    return lambda ids: torch.from_numpy(
        2 * np.random.default_rng([seed, *map(int, ids)]).normal(size=vocabulary)
    ).log_softmax(0)


RING = toy_language(np.roll(np.eye(5), 1, axis=1) * 0.96 + 0.008)  # after i comes most likely i + 1, after 4 comes 0


# %%
def as_ids(found) -> list[int]:
    """Token ids as a plain list, whether they come as a list, an array or a tensor; [-1] for anything else."""
    try:
        return [int(token) for token in found]
    except (TypeError, ValueError):
        return [-1]


def surprise(counts, probabilities) -> float:
    """p-value of a chi-square test that `counts` were drawn with `probabilities`; rare outcomes are pooled."""
    counts, probabilities = np.asarray(counts, dtype=float), np.asarray(probabilities, dtype=float)
    if counts[probabilities == 0].sum() > 0:
        return 0.0
    expected = counts.sum() * probabilities / probabilities.sum()
    rare = expected < 5
    pooled = [np.append(values[~rare], values[rare].sum()) for values in (counts, expected)]
    keep = pooled[1] > 0
    return float(chisquare(pooled[0][keep], pooled[1][keep]).pvalue) if keep.sum() > 1 else 1.0


# %% [markdown]
# Draws differ from run to run, so "it looks right" is no check. `surprise` asks how likely counts at least this odd
# would be if the draws followed the stated probabilities. The checks fail below one in a million.
#
# # Tokens
#
# ## Exercise 2 · Byte-pair encoding
#
# *Why.* Every number in this course starts as a token. The vocabulary is learnt before any model: start from letters,
# and again and again join the pair of neighbours that occurs most often.
#
# *Effort.* Medium, 30 minutes, 10 points.
#
# Write `join_pair`, the step that the other two share; `learn_bpe`, which returns the pairs in the order in which
# they were joined (of two equally frequent pairs either may come first); and `apply_bpe`, which cuts a new word:
# letters first, then every learnt pair in the order learnt, each wherever it stands, from left to right. The caller's
# dictionary stays as it is. If no pair is left before `merges` are found, stop.
#
# <details><summary>Hint 1: which count?</summary>
# A pair counts as often as the words around it do: a word seen 40 times brings each of its pairs 40 times. After each
# join the neighbours have changed, so count again.
# </details>
# <details><summary>Hint 2: why not look for the longest known piece?</summary>
# The library's BPE does not. A pair learnt early is joined first, even where that blocks a longer piece learnt late.
# </details>


# %%
def library_bpe(counts: dict[str, int], merges: int) -> tuple[list[tuple[str, str]], Tokenizer]:
    """The pairs that the tokenizers library learns from the same counts, and its tokenizer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    size = len(set("".join(counts))) + merges
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False)
    tokenizer.train_from_iterator((" ".join([word] * count) for word, count in counts.items()), trainer)
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]], tokenizer


word_counts = Counter(word for text in sentences["train"]["text"] for word in re.findall(r"[a-z]+", text.lower()))
word_counts = dict(word_counts.most_common(settings.words))
print(*list(word_counts.items())[:8], sep="  ")


# %% nbgrader={"grade": false, "grade_id": "learn_bpe", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def join_pair(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    """A new list of the symbols in which each occurrence of the pair, from left to right, is one symbol."""
    ### BEGIN SOLUTION
    joined = []
    for symbol in symbols:
        if joined and (joined[-1], symbol) == tuple(pair):
            joined[-1] += symbol
        else:
            joined.append(symbol)
    return joined
    ### END SOLUTION


def learn_bpe(counts: dict[str, int], merges: int) -> list[tuple[str, str]]:
    """The first `merges` pairs of byte-pair encoding, in the order learnt; words are never joined to each other.

    Args:
        counts: word -> how often it occurs. merges: how many pairs to learn at most.
    """
    ### BEGIN SOLUTION
    pieces, learnt = {word: list(word) for word in counts}, []
    for _ in range(merges):
        pairs = Counter()
        for word, symbols in pieces.items():
            for pair in pairwise(symbols):
                pairs[pair] += counts[word]
        if not pairs:
            break
        learnt.append(max(pairs, key=pairs.get))
        pieces = {word: join_pair(symbols, learnt[-1]) for word, symbols in pieces.items()}
    return learnt
    ### END SOLUTION


def apply_bpe(word: str, pairs: list[tuple[str, str]]) -> list[str]:
    """The pieces of a word: its letters, joined by each pair in the order of the list."""
    ### BEGIN SOLUTION
    symbols = list(word)
    for pair in pairs:
        symbols = join_pair(symbols, pair)
    return symbols
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "bpe_counts", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# On paper: "r o" stands in 3 different words but 9 times; "u n" in 2 words and 31 times.
small = {"run": 30, "rob": 4, "rot": 3, "rod": 2, "sun": 1}
found = learn_bpe(small, 1) or []
hint = "A pair counts as often as its words occur: weigh each word by its count, and count pairs, not letters."
checks.count(len(found), 1, "the number of pairs learnt", hint="As many pairs as asked for, while there are any.")
checks.that([tuple(pair) for pair in found] == [("u", "n")], hint)
checks.that(small == {"run": 30, "rob": 4, "rot": 3, "rod": 2, "sun": 1}, "The caller's counts were changed.")
# "n t" meets 27 times where two words stand side by side, but in no word.
found = [tuple(pair) for pair in learn_bpe({"ox": 10, "tan": 9, "ten": 9, "tin": 9, "ton": 9}, 1) or []]
checks.that(
    found == [("o", "x")], f"Count pairs inside words only: words are never joined. (expected o+x, yours {found})"
)
### BEGIN HIDDEN TESTS
for _ in range(5):
    some = {str(w): int(checks.fresh().integers(1, 999)) for w in checks.fresh().choice(list(word_counts), 9)}
    totals = Counter()
    for word, count in some.items():
        totals.update({pair: number * count for pair, number in Counter(pairwise(word)).items()})
    first = tuple(learn_bpe(dict(some), 1)[0])
    checks.count(totals[first], max(totals.values()), "the count of the first pair", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "bpe_recount", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# On paper: th 4 times, he 3; once th is one piece, "h e" is gone and "th e" stands 3 times; then ox, twice.
small = dict.fromkeys(["the", "then", "them", "thou", "ox", "fox"], 1)
found = [tuple(pair) for pair in learn_bpe(dict(small), 3) or []]
hint = "After each join the neighbours have changed: count all pairs anew before the next one is chosen."
checks.that(found[:2] == [("t", "h"), ("th", "e")], f"{hint} (expected t+h, then th+e; yours {found[:2]})")
checks.that(found[2:] == [("o", "x")], f"{hint} (expected o+x as the third; yours {found[2:]})")
found = [tuple(pair) for pair in learn_bpe({"ab": 1, "abc": 1}, 99) or []]
checks.that(found == [("a", "b"), ("ab", "c")], "Two joins make every word one piece: stop there, and keep both.")

# %% nbgrader={"grade": true, "grade_id": "bpe_apply", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
pairs = [("e", "s"), ("es", "t"), ("t", "e"), ("te", "s"), ("s", "s")]
hint = "Take the pairs in the order learnt, each wherever it stands, left to right; do not look for the longest piece."
for word, pieces in {
    "test": ["t", "est"],
    "estes": ["est", "es"],
    "tea": ["te", "a"],
    "sss": ["ss", "s"],
    "x": ["x"],
}.items():
    checks.that(list(apply_bpe(word, list(pairs)) or []) == pieces, f"{hint} ({word}: expected {pieces})")
### BEGIN HIDDEN TESTS
learnt, tokenizer = library_bpe(word_counts, 60)
for word in checks.fresh().choice(list(word_counts), 60):
    expected = tokenizer.encode(str(word)).tokens
    checks.that(list(apply_bpe(str(word), list(learnt))) == expected, f"{hint} ({word}: expected {expected})")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "bpe_library", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
expected = library_bpe(word_counts, 30)[0]
found = [tuple(pair) for pair in learn_bpe(dict(word_counts), 30) or []]
checks.count(len(found), 30, "the number of pairs learnt", hint="As many pairs as asked for, while there are any.")
for number, (mine, theirs) in enumerate(zip(found, expected, strict=True), start=1):
    checks.that(mine == theirs, f"Pair {number} of real text: the library joins {theirs}, yours joins {mine}.")


# %% [markdown]
# How much does the vocabulary buy? Pieces per running word, against the number of pairs learnt by your code, on the
# words of the sentences above; and the same for the two models' own tokenizers (which also know capitals and
# punctuation). The decoder's is a BPE. The encoder's, in the profiles tiny and laptop, is a WordPiece, as BERT's was:
# it too is learnt by joining pairs, but it cuts a word by the longest known piece, from the left, and writes `##`
# before a piece that continues a word.


# %%
def pieces_per_word(counts: dict[str, int], cut) -> float:
    """Mean number of pieces that `cut` makes of a running word."""
    return sum(count * len(cut(word)) for word, count in counts.items()) / sum(counts.values())


# %%
def figure_pieces() -> None:
    pairs = learn_bpe(word_counts, settings.merges)
    steps = np.unique(np.linspace(0, len(pairs), 9).astype(int))
    some = dict(list(word_counts.items())[:: max(1, len(word_counts) // 400)])
    pieces = [pieces_per_word(some, lambda word, n=step: apply_bpe(word, pairs[:n])) for step in steps]
    figure, panel = plots.axes(width=6.5)
    panel.plot(steps, pieces, "o-", label="your pairs")
    for place, (name, tokenizer) in enumerate({"decoder": decoder_tokenizer, "encoder": encoder_tokenizer}.items(), 1):
        own = pieces_per_word(some, lambda word, t=tokenizer: t(" " + word, add_special_tokens=False)["input_ids"])
        panel.axhline(own, linestyle="--", color=plots.COLOURS[place], label=f"{name}, {len(tokenizer):,} tokens")
    panel.set(xlabel="pairs learnt (count)", ylabel="pieces per running word (count)", ylim=(0, None))
    panel.legend()
    plots.show(figure, alt="Pieces per word fall from over three letters, steeply for the first pairs, then slowly.")


figure_pieces()


# %%
def show_pieces() -> None:
    pairs = learn_bpe(word_counts, settings.merges)
    whole = [a + b for a, b in pairs if a + b in word_counts and apply_bpe(a + b, pairs) == [a + b]]
    print("First pairs:", *("+".join(pair) for pair in pairs[:12]))
    print("Last pairs: ", *("+".join(pair) for pair in pairs[-12:]))
    print(f"Words that have become one piece: {len(whole)}, the latest", *whole[-8:])
    print("unforgettable, with your pairs:       ", *apply_bpe("unforgettable", pairs))
    print("unforgettable, the encoder's own way:", *encoder_tokenizer.tokenize("unforgettable"))


show_pieces()

# %% [markdown]
# The first pairs do most of the work: they make the endings and short words that stand everywhere. Later ones make one
# word whole at a time (the list shows the latest). The tail is long, and no vocabulary is large enough for all words;
# but none is ever unknown, because letters remain.
#
# # Objectives
#
# ## Exercise 3 · Mask, and remember what was there
#
# *Why.* Filling blanks needs blanks. BERT chooses {{ (100 * s.tiny.mask_rate) | int }}% of the tokens. Of the chosen,
# 80% become `[MASK]`, 10% a random token, 10% stay as they are; *all* chosen ones must be predicted. Were it asked
# about `[MASK]` alone, a model would have no reason to form an opinion on any other token, and real text holds no
# `[MASK]`.
#
# *Effort.* Medium, 25 minutes, 10 points.
#
# Write `mask_tokens` for a whole batch at once, without a Python loop. Labels are the original ids where a token was
# chosen and -100 elsewhere: the value that the library's loss skips. Every ordinary token is chosen by its own throw;
# special tokens (and padding) never. All randomness comes from `generator`. The caller's `ids` stay as they are.
#
# <details><summary>Hint 1: three outcomes from one throw</summary>
# A number drawn evenly from 0 to 1 is below 0.8 in 80% of cases and at least 0.9 in 10%.
# <code>torch.where(condition, a, b)</code> chooses place by place.
# </details>


# %%
class CountCalls(TorchFunctionMode):
    """Counts the calls into torch made inside a `with` block."""

    calls = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.calls += 1
        return function(*args, **(kwargs or {}))


# %%
def masked(rate: float, seed: int, shape=(200, 100)) -> tuple[torch.Tensor, ...]:
    """(ids, special, inputs, labels) of mask_tokens on random ids from 1,000 to 9,999; special: the first 5 columns."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(1000, 10_000, shape, generator=generator)
    special = (torch.arange(shape[1]) < 5).expand(shape).clone()
    found = mask_tokens(ids.clone(), special, 3, 10_000, rate, generator)
    checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two tensors: inputs, then labels.")
    checks.shape(found[0], shape, "inputs")
    checks.shape(found[1], shape, "labels")
    return ids, special, *found


# %% nbgrader={"grade": false, "grade_id": "mask_tokens", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def mask_tokens(
    ids: torch.Tensor, special: torch.Tensor, mask_id: int, vocabulary: int, rate: float, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """BERT's corruption of a batch. Source: Devlin et al. 2019, section 3.1.

    Args:
        ids: (rows, tokens), int64, left as they are. special: (rows, tokens), bool, True where nothing may be chosen.
        mask_id: id of [MASK]. vocabulary: random tokens are drawn from 0 to vocabulary - 1. rate: share chosen, 0 to 1.
    Returns:
        inputs and labels, both (rows, tokens), int64; labels are -100 where nothing is to be predicted.
    """
    ### BEGIN SOLUTION
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    fate = torch.rand(ids.shape, generator=generator)
    others = torch.randint(vocabulary, ids.shape, generator=generator)
    inputs = torch.where(chosen & (fate < 0.8), mask_id, ids)
    inputs = torch.where(chosen & (fate >= 0.9), others, inputs)
    return inputs, torch.where(chosen, ids, -100)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mlm_labels", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ids, special, inputs, labels = masked(0.5, seed=1)
chosen = labels != -100
checks.that(chosen.any() and not chosen.all(), "Labels are -100 (the loss skips it) wherever no token was chosen.")
hint = "A label is the id that stood there before."
checks.close(labels[chosen], ids[chosen], "the labels of chosen tokens", hint=hint)
hint = "A token without a label must reach the model as it is; whatever was changed, in whichever way, has a label."
plain = ~chosen & ~special
checks.close(inputs[plain], ids[plain], "the tokens without a label", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "mlm_special", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ids, special, inputs, labels = masked(0.9, seed=2)
hint = "Special tokens are never chosen: [CLS], [SEP] and padding hold no word to be guessed."
checks.that((labels[special] == -100).all(), hint)
checks.close(inputs[special], ids[special], "special tokens", hint=hint)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(int(checks.fresh().integers(10**9)))
ids = torch.randint(50, 90, (40, 30), generator=generator)
special = torch.rand(40, 30, generator=generator) < 0.4
inputs, labels = mask_tokens(ids.clone(), special.clone(), 3, 90, 0.9, generator)
checks.that((labels[special] == -100).all(), hint)
checks.close(inputs[special], ids[special], "special tokens", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "mlm_rate", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hint = "Each ordinary token is chosen with probability `rate`, by its own throw."
for rate in (settings.mask_rate, 0.4):
    labels = masked(rate, seed=3)[3][:, 5:]
    share = (labels != -100).double()
    sd = (rate * (1 - rate) / share.numel()) ** 0.5
    checks.between(share.mean(), rate - 6 * sd, rate + 6 * sd, f"the share chosen at rate {rate}", hint=hint)
    spread = 6 * (rate * (1 - rate) / len(share)) ** 0.5
    checks.that(((share.mean(0) - rate).abs() < spread).all(), hint + " Some columns are chosen far more often.")

# %% nbgrader={"grade": true, "grade_id": "mlm_split", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
tries = [4]
### BEGIN HIDDEN TESTS
tries += checks.fresh().integers(10**9, size=2).tolist()
### END HIDDEN TESTS
for seed in tries:
    ids, _, inputs, labels = masked(0.6, seed=seed)
    chosen = labels != -100
    kept, hidden = (inputs == ids)[chosen].sum().item(), (inputs == 3)[chosen].sum().item()
    counts = [hidden, chosen.sum().item() - hidden - kept, kept]
    hint = "Of ALL chosen tokens 80% become [MASK], 10% a random token, 10% stay; yours: "
    checks.that(
        surprise(counts, [0.8, 0.1, 0.1]) > 1e-6, hint + ", ".join(f"{c / max(1, sum(counts)):.1%}" for c in counts)
    )
    others = inputs[chosen & (inputs != 3) & (inputs != ids)]
    hint = "Each random token is its own draw from the whole vocabulary."
    checks.that(others.unique().numel() > 0.5 * others.numel() and others.max() > 9000, hint)

# %% nbgrader={"grade": true, "grade_id": "mlm_input", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
ids = torch.randint(5, 90, (30, 20), generator=torch.Generator().manual_seed(5))
special = torch.arange(20).expand(30, 20) < 2
checks.unchanged(lambda a, b: mask_tokens(a, b, 3, 90, 0.5, torch.Generator().manual_seed(6)), ids, special, what="ids")
checks.that(mask_tokens(ids, special, 3, 90, 0.5, torch.Generator()) is not None, "mask_tokens returns nothing yet.")

# %% nbgrader={"grade": true, "grade_id": "mlm_generator", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hint = "All randomness must come from the generator: the same seed gives the same batch, another seed another one."
ids, special = torch.full((40, 30), 50), torch.zeros(40, 30, dtype=torch.bool)
one, same, other = (
    mask_tokens(ids.clone(), special, 3, 90, 0.5, torch.Generator().manual_seed(n))[0] for n in (7, 7, 8)
)
checks.that(torch.equal(one, same), hint)
checks.that(not torch.equal(one, other), hint)

# %% nbgrader={"grade": true, "grade_id": "mlm_vectorised", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
calls = []
for rows in (4, 64):
    with CountCalls() as counter:
        mask_tokens(torch.full((rows, 16), 9), torch.zeros(rows, 16, dtype=torch.bool), 3, 90, 0.5, torch.Generator())
    calls.append(counter.calls)
hint = "A larger batch should not need more calls into torch: no loop over rows or tokens."
checks.that(0 < calls[1] <= calls[0] + 2, f"{hint} ({calls[0]} calls for 4 rows, {calls[1]} for 64)")

# %% [markdown]
# The library has the same thing as `DataCollatorForLanguageModeling`. Both draw at random, so the batches differ;
# what must agree is how often each fate occurs. Real text: the State of the Union speeches
# (`data/cards/speeches.md`).

# %%
speeches = load_speeches()["test"]


def passages(seed: int, rows: int, width: int, tokenizer) -> torch.Tensor:
    """(rows, width) token ids of random passages that are long enough, without special tokens."""
    found = []
    for row in np.random.default_rng(seed).permutation(len(speeches)):
        ids = tokenizer(speeches[int(row)]["text"], add_special_tokens=False)["input_ids"]
        if len(ids) >= width:
            found.append(ids[:width])
        if len(found) == rows:
            break
    return torch.tensor(found)


# %%
def compare_masking(seed: int = 0) -> pd.DataFrame:
    size, mask_id = encoder.config.vocab_size, encoder_tokenizer.mask_token_id
    ids = passages(seed, settings.rows, settings.width, encoder_tokenizer)
    special, generator = torch.zeros_like(ids, dtype=torch.bool), torch.Generator().manual_seed(seed)
    collator = DataCollatorForLanguageModeling(encoder_tokenizer, mlm_probability=settings.mask_rate, seed=seed + 1)
    batch = collator([{"input_ids": row, "special_tokens_mask": torch.zeros_like(row)} for row in ids])
    yours = mask_tokens(ids, special, mask_id, size, settings.mask_rate, generator)
    rows, rate = {}, settings.mask_rate
    for name, (inputs, labels) in {"yours": yours, "library": (batch["input_ids"], batch["labels"])}.items():
        chosen = labels != -100
        fates = [~chosen, chosen & (inputs == mask_id), chosen & (inputs == ids)]
        counts = [fate.sum().item() for fate in fates]
        rows[name] = [*counts, ids.numel() - sum(counts)]
    rows["expected"] = [round(ids.numel() * share) for share in (1 - rate, 0.8 * rate, 0.1 * rate, 0.1 * rate)]
    return pd.DataFrame(rows, index=["not chosen", "[MASK]", "left as it is", "random token"]).T


compare_masking()

# %% [markdown]
# ## Exercise 4 · Corrupt spans
#
# *Why.* T5 has an encoder *and* a decoder, so one blank may stand for several tokens. Whole spans are cut
# out, each is replaced by one *sentinel*, and the decoder writes what is missing: each sentinel, followed by what
# stood in its place. The target is short, and short targets are cheap.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `corrupt_spans`. This is the pair in the library's own documentation of T5:
#
# | | |
# |---|---|
# | text | The **cute dog** walks in **the** park |
# | input | The `<extra_id_0>` walks in `<extra_id_1>` park |
# | target | `<extra_id_0>` cute dog `<extra_id_1>` the `<extra_id_2>` |
#
# Sentinels are used in the order in which their spans stand in the text; one more closes the target. Spans may be
# handed over in any order; they neither overlap nor touch. The caller's lists stay as they are.
#
# <details><summary>Hint 1: positions slip</summary>
# As soon as a span has been replaced, everything behind it stands elsewhere. Build two new lists instead, and
# remember how far the text has been copied.
# </details>


# %%
WORDS = ["The", "cute", "dog", "walks", "in", "the", "park"]
SENTINELS = [f"<extra_id_{number}>" for number in range(100)]


def corrupted(words: list, spans: list[tuple[int, int]]) -> tuple[list, list]:
    """The two lists of corrupt_spans."""
    found = corrupt_spans(list(words), list(spans), list(SENTINELS))
    checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two lists: the inputs, then the target.")
    return list(found[0]), list(found[1])


def random_spans(rng) -> tuple[list[str], list[tuple[int, int]]]:
    """A text of 40 made-up words and three to six spans in it, sorted, that neither touch nor overlap."""
    edges = np.sort(rng.choice(np.arange(1, 20), 2 * rng.integers(3, 7), replace=False)) * 2
    spans = [(int(a), int(b - a - 1)) for a, b in edges.reshape(-1, 2)]
    return [f"w{number}" for number in rng.integers(10**6, size=40)], spans


# %% nbgrader={"grade": false, "grade_id": "corrupt_spans", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def corrupt_spans(ids: list, spans: list[tuple[int, int]], sentinels: list) -> tuple[list, list]:
    """T5's corruption. Source: Raffel et al. 2020, section 3.1.4.

    Args:
        ids: tokens (ids, or strings). spans: (start, length) of each span, in any order. sentinels: more than spans.
    Returns:
        inputs: the text with one sentinel for each span; target: each sentinel and its span, then one more sentinel.
    """
    ### BEGIN SOLUTION
    inputs, target, copied = [], [], 0
    for sentinel, (begin, length) in zip(sentinels, sorted(spans), strict=False):
        inputs += [*ids[copied:begin], sentinel]
        target += [sentinel, *ids[begin : begin + length]]
        copied = begin + length
    return inputs + list(ids[copied:]), [*target, sentinels[len(spans)]]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "span_inputs", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
inputs, _ = corrupted(WORDS, [(1, 2), (5, 1)])
hint = "The input is the text with ONE sentinel for each whole span, a new sentinel for each span, the rest untouched"
shown = " ".join(map(str, inputs))
checks.that(shown == "The <extra_id_0> walks in <extra_id_1> park", f"{hint} (yours: {shown})")
### BEGIN HIDDEN TESTS
rng = checks.fresh("span_inputs")
checks.hand_over(inputs=[corrupted(*random_spans(rng))[0] for _ in range(5)])
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "span_target", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
_, target = corrupted(WORDS, [(1, 2), (5, 1)])
hint = "The target holds, span by span, its sentinel and then the words that were cut out, and nothing else"
shown = " ".join(map(str, target))
checks.that(shown.startswith("<extra_id_0> cute dog <extra_id_1> the"), f"{hint} (yours: {shown})")
### BEGIN HIDDEN TESTS
rng = checks.fresh("span_target")
checks.hand_over(targets=[corrupted(*random_spans(rng))[1] for _ in range(5)])
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "span_close", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hint = "One more sentinel, the next unused one, closes the target: it tells the model that no span is left."
for spans in ([(1, 2), (5, 1)], [(2, 3)], []):
    target = corrupted(WORDS, spans)[1]
    checks.that(target[-1:] == [SENTINELS[len(spans)]], f"{hint} ({len(spans)} spans, your last: {target[-1:]})")

# %% nbgrader={"grade": true, "grade_id": "span_order", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
given = [(5, 1), (1, 1)]
inputs = corrupted(WORDS, given)[0]
hint = "Spans may come in any order; sentinels are handed out in the order of the text: the first follows “The”."
checks.that(inputs[:2] == ["The", SENTINELS[0]], f"{hint} (yours: {' '.join(map(str, inputs))})")
words, spans = list(WORDS), list(given)
corrupt_spans(words, spans, list(SENTINELS))
checks.that(words == WORDS and spans == given, "The caller's text or spans were changed: build new lists.")

# %% [markdown]
# What does it cost? T5 cuts out {{ (100 * s.tiny.span_rate) | int }}% of the text in spans of {{ s.tiny.mean_span }}
# tokens on average. Below: one passage, and how many tokens the two halves of the model read and write.


# %%
def draw_spans(tokens: int, rng) -> list[tuple[int, int]]:
    """Spans that cover about `settings.span_rate` of the tokens, `settings.mean_span` long on average."""
    number = max(1, round(tokens * settings.span_rate / settings.mean_span))
    lengths = 1 + rng.multinomial(number * (settings.mean_span - 1), [1 / number] * number)
    gaps = 1 + rng.multinomial(tokens - lengths.sum() - number, [1 / (number + 1)] * (number + 1))[:number]
    return [
        (int(start), int(length)) for start, length in zip((gaps + lengths).cumsum() - lengths, lengths, strict=True)
    ]


def show_spans() -> None:
    words = speeches[3]["text"].split()[:60]
    inputs, target = corrupt_spans(words, draw_spans(len(words), np.random.default_rng(1)), SENTINELS)
    print(" ".join(inputs), " ".join(target), sep="\n\n")
    print(f"\n{len(words)} words: the encoder reads {len(inputs)}, the decoder writes {len(target)}.")


show_spans()

# %% [markdown]
# ## Exercise 5 · The next token, its loss, and perplexity
#
# *Why.* A decoder's blank is always the next token, so one row of text holds as many exercises as tokens less one.
# The loss of each is $-\log p$ of the token that really came: 0 for a model that was certain, large for one that was
# taken by surprise. It is the same loss for all three objectives.
#
# *Effort.* Medium, 30 minutes, 10 points.
#
# Write `causal_pairs`: what goes in, and which token should come out at each place; targets that are padding become
# -100. `token_losses`: $-\log p$ of each target, 0 where the target is -100. `perplexity`: $e$ to the mean loss over
# the targets that count. (Write the logarithm of the softmax out, or take `log_softmax`; leave `cross_entropy` to the
# checks.)
#
# <details><summary>Hint 1: who shifts?</summary>
# The library's models shift inside: they take labels equal to the input. Here you do it by hand: the logits at place
# t are compared with token t + 1. The last token has nothing after it, the first is never predicted.
# </details>
# <details><summary>Hint 2: gather stumbles over -100</summary>
# Replace -100 by any valid id first (<code>clamp(min=0)</code>), pick, and set the result to 0 afterwards.
# </details>


# %%
def batch_of(texts: list[str], tokenizer) -> tuple[torch.Tensor, torch.Tensor]:
    """ids and attention mask, both (texts, tokens), padded on the right."""
    batch = tokenizer(texts, return_tensors="pt", padding=True, padding_side="right")
    return batch["input_ids"], batch["attention_mask"]


def losses_of(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """token_losses, with a plain word for the commonest accident."""
    try:
        return token_losses(logits, targets.clone())
    except NotImplementedError:
        raise
    except (IndexError, RuntimeError) as error:
        checks.that(False, f"A target of -100 does not count, and must not be taken for an id ({error}).")


@torch.no_grad()
def logits_of(model, ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """(rows, tokens, vocabulary) on the CPU, from either model."""
    return model(ids.to(model.device), attention_mask=attention_mask.to(model.device)).logits.cpu()


# %% nbgrader={"grade": false, "grade_id": "causal_pairs", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def causal_pairs(ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and targets, both (rows, tokens - 1), of ids, (rows, tokens); mask: 1 for text, 0 for padding (right)."""
    ### BEGIN SOLUTION
    return ids[:, :-1], ids[:, 1:].masked_fill(attention_mask[:, 1:] == 0, -100)
    ### END SOLUTION


def token_losses(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """-log p of each target in nats, (rows, tokens), 0 where the target is -100; logits: (rows, tokens, vocabulary)."""
    ### BEGIN SOLUTION
    log_p = logits - logits.logsumexp(-1, keepdim=True)
    losses = -log_p.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    return losses.masked_fill(targets == -100, 0.0)
    ### END SOLUTION


def perplexity(losses: torch.Tensor, targets: torch.Tensor) -> float:
    """e to the mean loss over all targets that are not -100; both (rows, tokens)."""
    ### BEGIN SOLUTION
    return float((losses.sum() / (targets != -100).sum()).exp())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "causal_shift", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ids = torch.tensor([[5, 8, 2, 9], [7, 7, 1, 3]])
found = causal_pairs(ids.clone(), torch.ones_like(ids))
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two tensors: inputs, then targets.")
hint = "Input t is asked for token t + 1: inputs lack the last token, targets the first."
checks.close(found[0], ids[:, :3], "the inputs", hint=hint)
checks.close(found[1], [[8, 2, 9], [7, 1, 3]], "the targets", hint=hint)
### BEGIN HIDDEN TESTS
ids = torch.from_numpy(checks.fresh().integers(5, 99, size=(3, 7)))
inputs, targets = causal_pairs(ids.clone(), torch.ones_like(ids))
checks.close(np.column_stack([inputs, targets[:, -1:]]), ids, "inputs and the last target", hint=hint)
checks.close(np.column_stack([inputs[:, :1], targets]), ids, "the first input and the targets", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "causal_padding", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
ids = torch.tensor([[5, 8, 0, 9, 4], [7, 3, 1, 0, 0], [6, 0, 0, 0, 0]])
mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]])
targets = causal_pairs(ids.clone(), mask.clone())[1]
hint = "A target is -100 exactly where the attention mask of the TARGET is 0: padding is never predicted. The mask says"
hint += " what is padding, not the id (an id that pads may also stand in a text)."
checks.close(targets != -100, mask[:, 1:] == 1, "which targets count", hint=hint)
### BEGIN HIDDEN TESTS
lengths = checks.fresh().integers(1, 9, size=6)
mask = torch.from_numpy(np.arange(9) < lengths[:, None]).long()
targets = causal_pairs(torch.ones(6, 9, dtype=torch.long), mask)[1]
checks.close((np.asarray(targets) != -100).sum(axis=1), lengths - 1, "the number of targets in each row", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "loss_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "The loss is minus the NATURAL logarithm of the softmax probability of the target, one number for each place."
exact = torch.tensor([[[0.5, 0.25, 0.25]]]).log()
for target, p in enumerate([0.5, 0.25, 0.25]):
    checks.close(token_losses(exact, torch.tensor([[target]])), [[-np.log(p)]], f"the loss at p = {p}", hint=hint)
checks.close(
    token_losses(exact + 7, torch.tensor([[0]])), [[np.log(2)]], "the loss with all logits 7 higher", hint=hint
)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
logits, targets = torch.from_numpy(rng.normal(size=(2, 5, 11)) * 4), torch.from_numpy(rng.integers(11, size=(2, 5)))
expected = functional.cross_entropy(logits.reshape(10, 11), targets.reshape(10), reduction="none").reshape(2, 5)
checks.close(token_losses(logits, targets), expected, "the losses, beside cross_entropy", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "loss_ignored", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
targets = torch.tensor([[1, -100, 4], [-100, 0, -100]])
found = losses_of(logits, targets)
hint = "A target of -100 does not count: its loss is 0, one number for each place all the same."
checks.shape(found, (2, 3), "the losses", hint=hint)
checks.close(found[targets == -100], [0, 0, 0], "the losses at -100", hint=hint)
checks.that((found[targets != -100] > 0).all(), "The other places keep their loss.")

# %% nbgrader={"grade": true, "grade_id": "perplexity_mean", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
losses, targets = torch.tensor([[1.0, 2.0, 3.0], [6.0, 0.0, 0.0]]), torch.tensor([[4, 4, 4], [4, -100, -100]])
hint = "e to the mean over all targets that count, whatever row they stand in; -100 is not among them."
checks.close(perplexity(losses, targets), np.exp(3.0), "the perplexity of losses 1, 2, 3, 6", hint=hint)
even = torch.full((2, 3), float(np.log(50)))
checks.close(perplexity(even, torch.ones(2, 3)), 50.0, "the perplexity of guessing among 50", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
targets = torch.from_numpy(np.where(rng.random((4, 6)) < 0.4, -100, 7))
targets[0, 0] = 7
losses = torch.from_numpy(rng.exponential(size=(4, 6))) * (targets != -100)
expected = np.exp(np.average(losses.numpy(), weights=(targets != -100).numpy()))
checks.close(perplexity(losses, targets), expected, "the perplexity", hint=hint, rtol=1e-4)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "loss_library", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
ids, mask = batch_of(
    ["The union is strong.", "We shall pay our debts, and build new roads and schools."], decoder_tokenizer
)
inputs, targets = ids[:, :-1], ids[:, 1:].masked_fill(mask[:, 1:] == 0, -100)
with torch.no_grad():
    given = {"input_ids": ids, "attention_mask": mask, "labels": ids.masked_fill(mask == 0, -100)}
    expected = decoder(**{name: value.to(decoder.device) for name, value in given.items()}).loss
losses = losses_of(logits_of(decoder, inputs, mask[:, :-1]), targets)
hint = "token_losses: its mean over all tokens that count must be what the library's decoder returns as `loss`."
checks.close(losses.sum() / (targets != -100).sum(), expected, "the mean loss", hint=hint, rtol=1e-4)
ids, mask = batch_of([f"The state of the {encoder_tokenizer.mask_token} is strong."], encoder_tokenizer)
labels = torch.where(ids == encoder_tokenizer.mask_token_id, 100, -100)
with torch.no_grad():
    masked_loss = encoder(ids.to(encoder.device), labels=labels.to(encoder.device)).loss
masked_losses = losses_of(logits_of(encoder, ids, mask), labels)
hint = "token_losses: a masked token has the same loss, here the library's encoder's."
checks.close(masked_losses.sum(), masked_loss, "the loss", hint=hint, rtol=1e-4)
hint = "perplexity: its logarithm must be the `loss` of the library's decoder. (Your token_losses are right here.)"
checks.close(np.log(perplexity(losses, targets)), expected, "log of the perplexity", hint=hint, rtol=1e-4)

# %% [markdown]
# Which words surprise the decoder? Each bar is one token's loss; the perplexity below tells among how many equally
# likely tokens the model was, in effect, hesitating.


# %%
def figure_surprise() -> None:
    ids, mask = batch_of([SURPRISE], decoder_tokenizer)
    inputs, targets = causal_pairs(ids, mask)
    losses = token_losses(logits_of(decoder, inputs, mask[:, :-1]), targets)
    figure, panel = plots.axes(width=9, height=3.4)
    panel.bar(range(losses.numel()), losses[0])
    panel.axhline(np.log(decoder.config.vocab_size), color="grey", linestyle="--", label="blind guess")
    words = [decoder_tokenizer.decode([token]) for token in targets[0].tolist()]
    panel.set_xticks(range(len(words)), words, rotation=60)
    panel.set(xlabel=f"token to be predicted, after “{SURPRISE.split()[0]}”", ylabel="loss −log p (nats)")
    panel.legend()
    plots.show(figure, alt="Bars: the loss of each token of a sentence; low inside common phrases, high elsewhere.")


SURPRISE = "The president of the United States spoke to the people about bread and butterflies."
figure_surprise()


# %%
def decoder_perplexity(texts: list[str]) -> tuple[float, float]:
    """Perplexity per token, and bits per byte, of the first texts that are long enough, all cut to one length."""
    ids = [row for row in decoder_tokenizer(texts)["input_ids"] if len(row) >= settings.register_tokens]
    ids = torch.tensor([row[: settings.register_tokens] for row in ids[: settings.rows]])
    losses, targets = [], []
    for part in ids.split(8):
        inputs, wanted = causal_pairs(part, torch.ones_like(part))
        losses.append(token_losses(logits_of(decoder, inputs, torch.ones_like(inputs)), wanted))
        targets.append(wanted)
    losses, targets = torch.cat(losses), torch.cat(targets)
    size = sum(len(decoder_tokenizer.decode(row).encode()) for row in targets)
    return perplexity(losses, targets), float(losses.sum() / np.log(2) / size)


# %%
def registers() -> None:
    frame = sentences["test"].to_pandas()
    texts = {name: rows["text"].tolist() for name, rows in frame.groupby("domain")}
    print(f"{settings.rows} texts each, the first {settings.register_tokens} tokens of each")
    for name, some in (texts | {"speeches": list(speeches["text"])}).items():
        per_token, bits = decoder_perplexity(some)
        print(f"{name:9} perplexity {per_token:8.1f}, {bits:.2f} bits per byte")


registers()


# %% [markdown]
# A perplexity belongs to a tokenizer: fewer, longer tokens are harder to guess one by one. Between models only the
# last column is comparable, since bytes are everybody's. Between texts, low means *easy for this model*, and no more.
#
# A riddle for profile tiny. More than half of what its decoder read were film reviews; the rest was American prose of
# 1961, one novel, and a dictionary's examples. It read no speeches, no editorials of a later time and no tweets
# (`data/cards/course_decoder_tiny.md`). Which line should be the lowest, if reading were all? Is it?
#
# <details><summary>Two reasons beside reading</summary>
# Film reviews and speeches lie close together, and with so few texts their order may be chance; but if reading were
# all, the speeches should be as hard as the tweets. How regular a text is: a speech written for the record is put
# together from long words and set phrases, so that half a word or phrase gives away the rest; a critic avoids the
# expected word, and a tweet has names, links and a spelling of its own. And how long it is: the first tokens of a
# text have the least before them, which is why all texts here are cut to one length. (What the decoders of the other
# profiles have read nobody can list: no riddle there.)
# </details>
#
# ### How much may be hidden?
#
# {{ (100 * s.tiny.mask_rate) | int }}% is a choice. With your masks and your loss: what the encoder loses when more
# of the context is gone. (This is one model, trained at 30%, read at other rates; training at another rate is another
# experiment.)


# %%
def rate_losses(seed: int) -> list[float]:
    """Mean loss in nats on chosen tokens of speeches, for each of `settings.mask_rates`.

    A low rate masks the same passages several times, so that every mean rests on about as many tokens.
    """
    ids = passages(seed, settings.mask_rows, settings.width, encoder_tokenizer)
    special, means = torch.zeros_like(ids, dtype=torch.bool), []
    ask = ids, special, encoder_tokenizer.mask_token_id, encoder.config.vocab_size
    for rate in settings.mask_rates:
        draws, total, count = torch.Generator().manual_seed(seed), 0.0, 0
        for _ in range(round(max(settings.mask_rates) / rate)):
            inputs, labels = mask_tokens(*ask, rate, draws)
            total += token_losses(logits_of(encoder, inputs, torch.ones_like(inputs)), labels).sum().item()
            count += (labels != -100).sum().item()
        means.append(total / count)
    return means


# %%
def figure_rates() -> None:
    losses = np.array([rate_losses(seed) for seed in tqdm(settings.seeds, desc="masking rates")])  # (seeds, rates)
    figure, panel = plots.axes(width=6.5)
    percent = 100 * np.array(settings.mask_rates)
    panel.errorbar(percent, losses.mean(0), yerr=losses.std(0, ddof=1), marker="o", capsize=4, label="encoder, ± sd")
    panel.axhline(np.log(encoder.config.vocab_size), color="grey", linestyle="--", label="blind guess")
    panel.set(xlabel="tokens chosen (%)", ylabel="loss on chosen tokens (nats)", ylim=(0, None))
    panel.legend()
    plots.show(figure, alt="Loss on masked tokens against the masking rate: it rises as more of the context is hidden.")
    for rate, column in zip(settings.mask_rates, losses.T, strict=True):
        print(f"{rate:.0%} chosen: {mean_sd(column)} nats")


figure_rates()


# %% [markdown]
# (All rates hide tokens of the same passages, and a seed draws other passages: a hard one lifts the whole line, so the
# bars of neighbouring points go up and down together.)
#
# So should nobody hide half of a text? It is not so simple. Hiding more makes each blank harder, and there are more
# blanks to learn from in each text. Wettig and others trained BERT-large anew at several rates: 40% did better than
# 15% on GLUE and SQuAD, and even at 80% most of the benefit survived (*Should You Mask 15% in Masked Language
# Modeling?*, arXiv 2202.08005). 15% is a habit, not a law.
#
# # Who sees whom
#
# ## Exercise 6 · Attention masks
#
# *Why.* Encoder, decoder and encoder-decoder may consist of the same blocks. What makes them different is a table of
# permissions: who may look at whom.
#
# *Effort.* Medium, 20 minutes, 7 points.
#
# Write `may_attend` for a source of `source` tokens followed by a target of `target` tokens. Row i says whom token i
# may look at. Source tokens see the whole source, and nothing of the target. Target tokens see the whole source,
# themselves and the target tokens before them. With `target = 0` that is an encoder, with `source = 0` a decoder.
# Then `connections`: how many permissions that makes, as a formula (a long text's table would not fit into memory).
#
# <details><summary>Hint 1: draw a small one</summary>
# One token of source and three of target; row: who looks, column: who is seen.
# <pre>
#       s  a  b  c
#  s    x  .  .  .
#  a    x  x  .  .
#  b    x  x  x  .
#  c    x  x  x  x
# </pre>
# Now draw two of source and two of target by yourself. Which single place changes its mark?
# </details>
# <details><summary>Hint 2: count by blocks</summary>
# Four blocks: who looks (source or target) at whom (source or target). One is full for a reason, one full for another,
# one empty, one a triangle. How many places has a triangle of n rows, with its diagonal?
# </details>


# %%
def influence(model, ids: list[int]) -> np.ndarray:
    """How strongly token j moves the output at place i: the size of the gradient; (tokens, tokens), [i, j].

    0 exactly where nothing of token j can reach place i, whatever the weights.
    """
    vectors = model.get_input_embeddings()(torch.tensor([ids], device=model.device)).detach().requires_grad_()
    logits = model(inputs_embeds=vectors).logits[0].cpu()  # (tokens, vocabulary)
    direction = torch.randn(logits.shape[1], generator=torch.Generator().manual_seed(0))
    rows = [torch.autograd.grad(row @ direction, vectors, retain_graph=True)[0] for row in logits]
    return torch.cat(rows).norm(dim=-1).cpu().numpy()


# %%
class LargestTensor(TorchFunctionMode):
    """Notes the bytes of the largest tensor made inside a `with` block; Python's own tracing does not see them."""

    held = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        self.held = max(self.held, made.nbytes if isinstance(made, torch.Tensor) else 0)
        return made


# %%
def cost_of(function, *arguments) -> tuple[int, float]:
    """Bytes held at most, and CPU seconds taken (slowly: every piece of memory is noted), by one call."""
    tracemalloc.start()
    start = process_time()
    try:
        with LargestTensor() as tensors:
            function(*arguments)
        return max(tracemalloc.get_traced_memory()[1], tensors.held), process_time() - start
    finally:
        tracemalloc.stop()


# %% nbgrader={"grade": false, "grade_id": "may_attend", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def may_attend(source: int, target: int) -> np.ndarray:
    """Who may look at whom; (source + target, source + target), bool, row: who looks, column: who is seen."""
    ### BEGIN SOLUTION
    allowed = np.tri(source + target, dtype=bool)  # each token, itself and those before it
    allowed[:source, :source] = True
    return allowed
    ### END SOLUTION


def connections(source: int, target: int) -> int:
    """How many True there are in may_attend(source, target), by a formula."""
    ### BEGIN SOLUTION
    return source**2 + source * target + target * (target + 1) // 2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "attend_encoder", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
checks.shape(may_attend(4, 0), (4, 4), "the table of 4 source tokens")
hint = "In an encoder every token sees every token, on both sides."
checks.close(may_attend(4, 0), np.ones((4, 4)), "the encoder's table", hint=hint)
ids = encoder_tokenizer("Both sides of a blank")["input_ids"]
checks.close(influence(encoder, ids) > 0, may_attend(len(ids), 0), "the real encoder's table", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "attend_decoder", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "In a decoder a token (row) sees itself and those before it (columns): a lower triangle with its diagonal."
checks.close(may_attend(0, 3), [[1, 0, 0], [1, 1, 0], [1, 1, 1]], "the decoder's table", hint=hint)
ids = decoder_tokenizer("One side only, from left to right")["input_ids"]
checks.close(influence(decoder, ids) > 0, may_attend(0, len(ids)), "the real decoder's table", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "attend_cross", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
table = np.asarray(may_attend(2, 3))
checks.shape(table, (5, 5), "the table of 2 source and 3 target tokens")
checks.close(table[2:, :2], np.ones((3, 2)), "target to source", hint="Every target token sees the whole source.")
checks.close(
    table[:2, 2:], np.zeros((2, 3)), "source to target", hint="The source never sees the target: it is not written yet."
)
checks.close(table[:2, :2], np.ones((2, 2)), "source to source", hint="The source sees all of itself, on both sides.")
### BEGIN HIDDEN TESTS
source, target = (int(n) for n in checks.fresh().integers(2, 9, size=2))
expected = np.block(
    [[np.ones((source, source)), np.zeros((source, target))], [np.ones((target, source)), np.tri(target)]]
)
checks.close(may_attend(source, target), expected, "the table", hint="Source and target are two blocks.")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "attend_count", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hint = "Encoder n², decoder n(n+1)/2 (its diagonal counts), plus one for each pair of target and source token."
for n in (1, 2, 7, 300):
    checks.count(connections(n, 0), n**2, f"the connections of an encoder, n = {n}", hint=hint)
    checks.count(connections(0, n), sum(range(1, n + 1)), f"the connections of a decoder, n = {n}", hint=hint)
for m in (1, 3, 6):
    by_rows = 5 * 5 + sum(5 + row for row in range(1, m + 1))
    checks.count(connections(5, m), by_rows, f"the connections of 5 source and {m} target tokens", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "attend_formula", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hint = "connections must be a formula: the table of a million tokens has a million times a million places"
hint += ", too many to build or to count one by one."
# Calls small enough for everybody show who would build or walk through the large table.
for source, target in [(2048, 0), (0, 2048), (1024, 1024)]:
    held, seconds = min((cost_of(connections, source, target) for _ in range(3)), key=lambda cost: cost[1])
    checks.that(held < 500_000, f"{hint} ({source} + {target} tokens took {held / 2**20:.0f} MiB)")
    checks.that(seconds < 0.1, f"{hint} ({source} + {target} tokens took {seconds:.1f} s)")
checks.count(connections(10**6, 0), 10**12, "the connections of an encoder, n = 1,000,000", hint="No n is too large.")

# %% [markdown]
# Not what a table says but what a model does: how strongly each token's vector moves the output at each place. White
# is exactly zero. (In most of its layers this kind of encoder looks at the nearest 64 tokens on either side only, to
# save on n² in long texts. Ours are shorter than that.)


# %%
def influence_map(panel, name: str, model, tokenizer, text: str):
    ids = tokenizer(text)["input_ids"]
    strength = influence(model, ids)
    share = np.where(strength > 0, strength / strength.max(axis=1, keepdims=True), np.nan)
    image = panel.imshow(share, cmap="viridis", vmin=0, vmax=1)
    panel.grid(False)
    labels = [tokenizer.decode([token]).strip() for token in ids]
    panel.set_xticks(range(len(ids)), labels, rotation=60)
    panel.set_yticks(range(len(ids)), labels)
    title = f"{name}: {(strength > 0).sum()} connections of {len(ids)}²"
    panel.set(xlabel="token that is seen", ylabel="token that looks", title=title)
    return image


# %%
def figure_influence() -> None:
    figure, (left, right) = plots.axes(2, width=5.2, height=4.4)
    text = "The bank of the river was green"
    influence_map(left, "encoder", encoder, encoder_tokenizer, text)
    image = influence_map(right, "decoder", decoder, decoder_tokenizer, text)
    figure.colorbar(image, ax=[left, right], label="gradient, share of the row's largest")
    plots.show(figure, alt="Two heat maps of influence: the encoder's is full, the decoder's is a lower triangle.")


figure_influence()

# %%
print(f"{'tokens':>8}{'encoder':>16}{'decoder':>16}{'decoder / encoder':>20}")
for n in (8, 128, 2048, 32768):
    both, left = connections(n, 0), connections(0, n)
    print(f"{n:8,}{both:16,}{left:16,}{left / both:20.4f}")

# %% [markdown]
# For long texts the decoder has half the connections, and still it learns from every token of a row, while an encoder
# learns from the chosen ones alone ({{ (100 * s.tiny.mask_rate) | int }}% in BERT, 30% in the encoders used here).
# Seeing less per token, the decoder gets more exercises out of each text.
#
# # From scores to text
#
# ## Exercise 7 · Temperature, top-k, nucleus
#
# *Why.* The model's work ends with scores. Which token is written is decided here, and the same model sounds dull
# or drunk depending on a few lines of code.
#
# *Effort.* Medium, 35 minutes, 11 points.
#
# Write `next_probabilities`, in the library's order. Divide the scores by the temperature; if `top_k` is given, keep
# the k highest; softmax; if `top_p` is given, keep the *nucleus*: the smallest set of likeliest tokens whose
# probabilities sum to at least p (so the token that reaches p is in, and there is always one). What is not kept gets
# 0; the rest sums to 1. (Temperature and top-k may change places: dividing changes no order. The nucleus may not: both
# change the probabilities that it adds up.) `draw`: one token id, drawn with these probabilities, with the generator's
# randomness only.
#
# <details><summary>Hint 1: e to the 1000</summary>
# is infinite. Softmax does not change when all scores move by the same number, so subtract the largest first.
# </details>
# <details><summary>Hint 2: who belongs to the nucleus?</summary>
# Sort downwards. A token is in if the sum of those <i>before</i> it is still below p.
# </details>


# %%
def library(ids: list[int], new_tokens: int, **options):
    """What the library's `generate` returns for a prompt: `sequences` and, where it has them, `scores`.

    A trap: left alone, `generate(do_sample=True)` quietly keeps the 50 likeliest tokens; top_k=0 switches that off.
    """
    options = {"do_sample": False, "top_k": 0, "pad_token_id": decoder_tokenizer.pad_token_id, **options}
    config = GenerationConfig(max_new_tokens=new_tokens, return_dict_in_generate=True, output_scores=True, **options)
    prompt = torch.tensor([ids], device=decoder.device)
    return decoder.generate(prompt, attention_mask=torch.ones_like(prompt), generation_config=config)


decoder.generation_config = (
    GenerationConfig()
)  # the model's own habits (where it stops, say) are left out of the comparison
ENDS = sorted(set(decoder_tokenizer.all_special_ids))  # tokens that end a text or a turn
four = torch.tensor(settings.four_logits)


# %% nbgrader={"grade": false, "grade_id": "next_probabilities", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def next_probabilities(
    logits: torch.Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> torch.Tensor:
    """Probabilities of the next token; (vocabulary,), 0 for tokens that are not kept.

    Args:
        logits: (vocabulary,), left as they are. temperature: above 0. top_k: 1 to vocabulary. top_p: above 0, up to 1.
    """
    ### BEGIN SOLUTION
    scores = logits / temperature
    if top_k is not None:
        scores = scores.masked_fill(scores < scores.topk(top_k).values[-1], -torch.inf)
    weights = (scores - scores.max()).exp()
    probabilities = weights / weights.sum()
    if top_p is not None:
        ordered, order = probabilities.sort(descending=True)
        probabilities[order[ordered.cumsum(0) - ordered >= top_p]] = 0.0
    return probabilities / probabilities.sum()
    ### END SOLUTION


def draw(probabilities: torch.Tensor, generator: torch.Generator) -> int:
    """One token id, drawn with the probabilities, (vocabulary,)."""
    ### BEGIN SOLUTION
    return int(torch.multinomial(probabilities, 1, generator=generator))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "softmax_temperature", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# "The cat ..." with four possible words: sat, ran, jumped, slept.
hint = "e to each score over the sum of all of them; the scores are DIVIDED by the temperature before."
checks.close(next_probabilities(four.clone()), [0.5793, 0.1293, 0.0784, 0.2131], "the four words", hint=hint, atol=1e-4)
for temperature in settings.temperatures:
    expected = np.exp(four.double().numpy() / temperature)
    found = next_probabilities(four.clone(), temperature=temperature)
    checks.close(found, expected / expected.sum(), f"the four words at temperature {temperature}", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
for temperature in checks.fresh().uniform(0.2, 3, size=3):
    logits = torch.from_numpy(checks.fresh().normal(size=9) * 3)
    found = next_probabilities(logits.clone(), temperature=float(temperature))
    checks.close(found, (logits / temperature).softmax(0), "the probabilities", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "softmax_stable", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hint = "Large scores overflow in exp: subtract the largest score first, the result is the same."
checks.close(next_probabilities(torch.tensor([1000.0, 1000.0, 0.0])), [0.5, 0.5, 0.0], "huge scores", hint=hint)
checks.close(next_probabilities(four - 5000, temperature=0.01), [1.0, 0, 0, 0], "a temperature near 0", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "keep_top_k", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = np.asarray(next_probabilities(four.clone(), top_k=2))
hint = "Keep the k HIGHEST scores, wherever they stand; all others get probability 0, and the rest sums to 1 again."
checks.close(found, [0.7311, 0, 0, 0.2689], "the two likeliest of the four words", hint=hint, atol=1e-4)
checks.close(next_probabilities(four.clone(), top_k=1), [1, 0, 0, 0], "top_k = 1", hint=hint)
checks.close(next_probabilities(four.clone(), top_k=4), four.softmax(0), "all four kept", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
logits, k = torch.from_numpy(checks.fresh().normal(size=20)), int(checks.fresh().integers(2, 19))
found, best = np.asarray(next_probabilities(logits.clone(), top_k=k)), np.argsort(-logits.numpy())[:k]
checks.close(np.flatnonzero(found), np.sort(best), "the tokens kept", hint=hint)
checks.close(found[best], logits[best].softmax(0), "the probabilities of the tokens kept", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "keep_top_p", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
logits = torch.tensor([0.1, 0.4, 0.05, 0.3, 0.15]).log()
hint = "The nucleus: likeliest first, up to and INCLUDING the token with which the sum reaches p; never empty."
for p, kept in {0.35: [1], 0.6: [1, 3], 0.75: [1, 3, 4], 0.97: [0, 1, 2, 3, 4]}.items():
    found = np.asarray(next_probabilities(logits.clone(), top_p=p))
    sound = np.isfinite(found).all() and found.any()
    checks.that(sound, f"Nothing is kept at p = {p}, so nothing can be divided by its sum (NaN or all 0). {hint}")
    checks.that(
        np.flatnonzero(found).tolist() == kept, f"{hint} (p = {p}: tokens {kept}, yours {np.flatnonzero(found)})"
    )
    checks.close(found.sum(), 1.0, "the sum of what is kept", hint="After cutting, divide by the sum again.", rtol=1e-4)
### BEGIN HIDDEN TESTS
for p in checks.fresh().uniform(0.1, 0.95, size=4):
    logits = torch.from_numpy(checks.fresh().normal(size=15) * 2)
    before, after = logits.softmax(0).numpy(), np.asarray(next_probabilities(logits.clone(), top_p=float(p)))
    inside = np.flatnonzero(after)
    checks.that(before[inside].sum() >= p > before[inside].sum() - before[inside].min(), hint)
    checks.close(after[inside], before[inside] / before[inside].sum(), "the nucleus", hint=hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "filters_library", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "On the real model `generate` gives other probabilities: is the order temperature, top-k, softmax, nucleus?"
combinations = [{"top_k": 7}, {"temperature": 0.6, "top_p": 0.9}, {"top_k": 7, "top_p": 0.8}]
combinations.append({"temperature": 1.7, "top_k": 9, "top_p": 0.6})
for prompt in ("The people of this country want", "It was a", "The"):
    ids = decoder_tokenizer(prompt)["input_ids"]
    for options in combinations:
        expected = library(ids, 1, do_sample=True, **options).scores[0][0].softmax(0)
        found = checks.unchanged(lambda x, o=options: next_probabilities(x, **o), next_logits(ids), what="the logits")
        checks.close(found, expected, f"the probabilities with {options}", hint=hint, rtol=1e-3, atol=1e-6)

# %% nbgrader={"grade": true, "grade_id": "draw_distribution", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
weights, seeds = torch.tensor([0.58, 0.13, 0.0, 0.08, 0.21]), [0]
### BEGIN HIDDEN TESTS
weights = torch.from_numpy(checks.fresh().dirichlet([1.0] * 6)).float()
seeds += checks.fresh().integers(10**9, size=2).tolist()
### END HIDDEN TESTS
hint = "Tokens must come as often as their probabilities say (4,000 draws, chi-square)"
for seed in seeds:
    generator = torch.Generator().manual_seed(int(seed))
    counts = np.bincount([int(draw(weights.clone(), generator)) for _ in range(4000)], minlength=len(weights))
    checks.that(surprise(counts, weights) > 1e-6, f"{hint}: expected {weights.numpy().round(2)}, yours {counts / 4000}")
twice = [[int(draw(weights, g)) for _ in range(20)] for g in (torch.Generator().manual_seed(1) for _ in range(2))]
checks.that(
    twice[0] == twice[1], "The same generator state must give the same draws: use no other source of randomness."
)


# %%
def temperature_left(panel) -> None:
    for place, temperature in enumerate(settings.temperatures):
        bars = next_probabilities(four, temperature)
        panel.bar(np.arange(4) + 0.27 * (place - 1), bars, width=0.25, label=f"temperature {temperature:g}")
    panel.set_xticks(range(4), ["sat", "ran", "jumped", "slept"])
    panel.set(xlabel="word after “The cat”", ylabel="probability (0 to 1)")
    panel.legend()


# %%
def figure_temperature() -> None:
    figure, (left, right) = plots.axes(2, width=5.4)
    temperature_left(left)
    ids = passages(settings.seeds[0], 1, settings.width, decoder_tokenizer)[0].tolist()
    sizes = [(next_probabilities(next_logits(ids[:n]), top_p=settings.top_p) > 0).sum() for n in range(1, len(ids))]
    right.plot(range(1, len(ids)), sizes, "o-", markersize=3, label=f"nucleus, p = {settings.top_p:g}")
    right.axhline(settings.top_k, color=plots.COLOURS[1], label=f"top-k, k = {settings.top_k}")
    right.set(xlabel="tokens read (count)", ylabel="tokens kept (count)", yscale="log")
    right.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    alt = "Left: four words' probabilities at three temperatures: sharp at 0.5, flatter at 2. Right: the size of the nucleus "
    plots.show(figure, alt=alt + "along a real passage goes up and down from token to token; top-k stays the same.")
    larger = sum(size > settings.top_k for size in sizes)
    print(f"Nucleus: {min(sizes)} to {max(sizes)} tokens, median {int(np.median(sizes))}; ", end="")
    print(f"larger than {settings.top_k} at {larger} of {len(sizes)} places.")


figure_temperature()

# %% [markdown]
# On the left: a low temperature sharpens, a high one flattens, and neither changes the order. On the right: how many
# tokens the model has to consider before their probabilities reach p changes from place to place (the line below the
# figure says how much), and the nucleus follows. A fixed k does not. Where the nucleus lies above its line, the model
# is unsure and top-k cuts away tokens that it holds possible; where it lies below, the model is sure and top-k keeps
# tokens that it holds unlikely. (p = {{ s.tiny.top_p }} in profile tiny, {{ s.laptop.top_p }} elsewhere: the tiny
# decoder is so unsure that its nucleus at {{ s.laptop.top_p }} holds more than a thousand tokens at most places.)
#
# ## Exercise 8 · The loop
#
# *Why.* All methods but one share a loop: ask, choose, append, ask again. They differ in the choice alone. (Yours
# computes all tokens anew in each step; `generate` keeps what it has computed, which is faster and must not change a
# single token.)
#
# *Effort.* Easy, 15 minutes, 7 points.
#
# Write `likeliest`, the greedy choice, and `decode`: ask the model about *all* tokens so far, let `choose` pick one,
# append it, until there are `new_tokens` of them or one of `ends` has been written (it stays in the text). Return the
# prompt and what was written; the caller's list stays as it is.
#
# <details><summary>Hint 1: what does the model see?</summary>
# Prompt and everything written so far. A loop that keeps asking about the prompt alone says the same word for ever.
# </details>


# %% nbgrader={"grade": false, "grade_id": "decode", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def likeliest(logits: torch.Tensor) -> int:
    """The id with the highest score; logits: (vocabulary,)."""
    ### BEGIN SOLUTION
    return int(logits.argmax())
    ### END SOLUTION


def decode(next_logits, ids: list[int], new_tokens: int, choose, ends: tuple[int, ...] = ()) -> list[int]:
    """The prompt `ids`, continued by up to `new_tokens` tokens.

    Args:
        next_logits: function from a list of ids to the scores of the next token, (vocabulary,).
        choose: function from such scores to one id, such as `likeliest`. ends: ids after which nothing is written.
    """
    ### BEGIN SOLUTION
    text = list(ids)
    for _ in range(new_tokens):
        text.append(choose(next_logits(text)))
        if text[-1] in ends:
            break
    return text
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "loop_context", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "Each step must ask about the prompt AND everything written so far; return prompt and continuation."
found = as_ids(decode(RING, [3, 1], 6, likeliest))
checks.that(found == [3, 1, 2, 3, 4, 0, 1, 2], f"{hint} (expected 3 1 2 3 4 0 1 2, yours {found})")
checks.that(
    as_ids([likeliest(torch.tensor([-3.0, -1.0, -2.0]))]) == [1], "likeliest gives the place of the highest score."
)
### BEGIN HIDDEN TESTS
language, text = random_language(12, int(checks.fresh().integers(10**6))), [4, 2]
for _ in range(7):
    text.append(int(np.argmax(language(text).numpy())))
checks.that(as_ids(decode(language, [4, 2], 7, likeliest)) == text, hint)
language = random_language(12, 3)
highest = as_ids(decode(language, [5], 4, lambda logits: int(logits.argmin())))
checks.that(
    highest[1] == int(language([5]).argmin()), "The next token is what `choose` picks, not always the likeliest."
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "loop_length", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
prompt = [3, 1]
lengths = [len(as_ids(decode(RING, prompt, n, lambda logits: int(logits.argmax())))) for n in (1, 5, 0)]
checks.that(prompt == [3, 1], "The caller's prompt has grown: append to a copy of it.")
checks.close(lengths, [3, 7, 2], "the lengths", hint="new_tokens counts what is written; the prompt comes on top.")

# %% nbgrader={"grade": true, "grade_id": "loop_end", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = as_ids(decode(RING, [3, 1], 6, lambda logits: int(logits.argmax()), ends=(4, 0)))
hint = "An end token is written and nothing after it."
checks.that(found == [3, 1, 2, 3, 4], f"{hint} (expected 3 1 2 3 4, yours {found})")
found = as_ids(decode(RING, [4], 3, lambda logits: int(logits.argmax()), ends=(4,)))
checks.that(found == [4, 0, 1, 2], "An end token inside the PROMPT stops nothing: only what is written counts.")

# %% nbgrader={"grade": true, "grade_id": "loop_library", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
openings = ["The people of this country", "It was a cold morning and the"]
for opening in openings:
    ids = decoder_tokenizer(opening)["input_ids"]
    expected, found = as_ids(library(ids, 16).sequences[0]), as_ids(decode(next_logits, ids, 16, likeliest))
    hint = "Greedy decoding of the real model must give what generate gives, token for token."
    checks.that(found == expected, f"{hint}\nyours:   {found}\nlibrary: {expected}")
ids = decoder_tokenizer(openings[0])["input_ids"]
plain = as_ids(library(ids, 8).sequences[0])
stopped = as_ids(library(ids, 8, eos_token_id=[plain[-3]]).sequences[0])
found = as_ids(decode(next_logits, ids, 8, likeliest, ends=(plain[-3],)))
checks.that(found == stopped, "With an end token, too, it should give what generate gives.")


# %% [markdown]
# With `draw`, the same loop samples. Read a few continuations of a real passage before you measure them. All samplers
# draw the same random numbers, so only the rule differs between them: where two rules keep nearly the same tokens,
# they write nearly the same text.


# %%
def sampler(seed: int, **options):
    """A `choose` for `decode` that samples: options go to next_probabilities."""
    generator = torch.Generator().manual_seed(seed)
    return lambda logits: draw(next_probabilities(logits, **options), generator)


def whole_words(ids: list[int]) -> list[int]:
    """The first `settings.prompt_tokens` ids, and those that finish the last word."""
    starts = (n for n, token in enumerate(ids) if decoder_tokenizer.decode([token]).startswith(" "))
    return ids[: next(n for n in starts if n >= settings.prompt_tokens)]


# %%
def read_some() -> None:
    ids = whole_words(passages(settings.seeds[0], 1, settings.width, decoder_tokenizer)[0].tolist())
    choices = {"greedy": likeliest, f"nucleus {settings.top_p:g}": sampler(0, top_p=settings.top_p)}
    choices |= {f"temperature {t:g}": sampler(0, temperature=t) for t in settings.temperatures}
    for name, choose in choices.items():
        text = decode(next_logits, ids, settings.new_tokens, choose, ends=tuple(ENDS))
        print(f"{name}: [{decoder_tokenizer.decode(ids)}]{decoder_tokenizer.decode(text[len(ids) :])!r}\n")


read_some()

# %% [markdown]
# Read the greedy text to its end. The tiny decoder soon says the same words again: having said them makes them likelier
# still, and who always takes the likeliest stays in the circle, while a draw may leave it. A larger model gets there
# later, or not within {{ s.laptop.new_tokens }} tokens.
#
# ## Exercise 9 · Beam search
#
# *Why.* The likeliest first step need not lead to the likeliest text. Beam search keeps several beginnings alive and
# judges them by the probability of all that was written.
#
# *Effort.* Hard, 30 minutes, 9 points.
#
# Write `beam_search`. Keep up to `beams` texts, each with the sum of the log-probabilities of its new tokens. In each
# step continue every kept text by every token, and of *all* these continuations keep the best `beams`. At the end
# return the best text and its sum. (Every text gets exactly `new_tokens` tokens here. `generate` also has to compare
# finished texts of different lengths, which is what its `length_penalty` is for.)
#
# <details><summary>Hint 1: must every token really be tried?</summary>
# Of one text's continuations at most the best `beams` can survive: <code>topk(beams)</code> of its log-probabilities
# is enough. Then the candidates of all texts compete with each other.
# </details>
# <details><summary>Hint 2: why not add the logits?</summary>
# Logits of different texts have different zero points. Only after log_softmax do they compare.
# </details>


# %%
def beamed(language, ids: list[int], new_tokens: int, beams: int) -> tuple[list[int], float]:
    """beam_search's text as a list of ints, and its sum."""
    found = beam_search(language, list(ids), new_tokens, beams)
    checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the ids, then the sum.")
    return as_ids(found[0]), float(found[1])


# After 0 comes 1 (0.55) or 2 (0.45). After 1 nothing is likely; after 2 comes 3 (0.9).
GARDEN = [[0.0, 0.55, 0.45, 0, 0, 0], [0, 0, 0, 0.30, 0.35, 0.35], [0, 0, 0, 0.9, 0.06, 0.04]]
GARDEN += [[0, 0, 0, 0.3, 0.4, 0.3]] * 3


# %% nbgrader={"grade": false, "grade_id": "beam_search", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def beam_search(next_logits, ids: list[int], new_tokens: int, beams: int) -> tuple[list[int], float]:
    """The best text found, prompt included, and the sum of the log-probabilities of its new tokens, in nats.

    Args:
        next_logits: function from a list of ids to the scores of the next token, (vocabulary,). ids: the prompt.
        new_tokens: how many are written. beams: how many texts are kept, 1 to vocabulary.
    """
    ### BEGIN SOLUTION
    kept = [(0.0, list(ids))]
    for _ in range(new_tokens):
        longer = []
        for total, text in kept:
            best = next_logits(text).log_softmax(-1).topk(beams)
            longer += [
                (total + p, [*text, t]) for p, t in zip(best.values.tolist(), best.indices.tolist(), strict=True)
            ]
        kept = sorted(longer, key=lambda pair: pair[0], reverse=True)[:beams]
    return kept[0][1], kept[0][0]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "beam_path", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "Two beams must find the detour: 0 2 3 (0.45 · 0.9) is likelier than what the best first step leads to."
found = beamed(toy_language(GARDEN), [0], 2, 2)[0]
checks.that(found == [0, 2, 3], f"{hint} (yours: {found})")
found = beamed(RING, [2], 3, 1)[0]
checks.that(found == [2, 3, 4, 0], "One beam is greedy decoding: 2 3 4 0 on the ring.")
### BEGIN HIDDEN TESTS
for seed in checks.fresh().integers(10**6, size=20).tolist():
    language = random_language(7, seed)
    rows = torch.stack([language([1, first]).log_softmax(0) for first in range(7)])
    best = (language([1]).log_softmax(0)[:, None] + rows).argmax().item()
    found = beamed(language, [1], 2, 7)[0]
    hint = "With as many beams as tokens, two steps search everything."
    checks.that(found == [1, best // 7, best % 7], f"{hint} (expected 1 {best // 7} {best % 7}, yours {found})")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "beam_prune", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# After 0: 1 (0.6), 2 (0.4). After 1: 3 (0.5), 4 (0.45). After 2: 3 (0.5). After 3 all is open; after 4 comes 5 for sure.
fork = [[0, 0.6, 0.4, 0, 0, 0], [0.05, 0, 0, 0.5, 0.45, 0], [0.3, 0.2, 0, 0.5, 0, 0], [0.2, 0.2, 0.2, 0.2, 0, 0.2]]
fork += [[0, 0, 0, 0, 0, 1.0], [0.2, 0.2, 0.2, 0.2, 0.2, 0]]
hint = "All continuations compete: both survivors may stem from the same text. Keep the best overall, not one for each beam."
found = beamed(toy_language(fork), [0], 3, 2)[0]
checks.that(found == [0, 1, 4, 5], f"{hint} (expected 0 1 4 5, yours {found})")
### BEGIN HIDDEN TESTS
for seed, beams in checks.fresh().integers([0, 2], [10**6, 5], size=(3, 2)).tolist():
    language, kept = random_language(9, seed), {(1,): 0.0}
    for _ in range(4):
        wider = {(*t, n): s + float(language(t).log_softmax(0)[n]) for t, s in kept.items() for n in range(9)}
        kept = dict(sorted(wider.items(), key=lambda item: -item[1])[:beams])
    checks.that(beamed(language, [1], 4, beams)[0] == list(next(iter(kept))), hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "beam_score", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
hint = "Add log-probabilities (log_softmax), not logits: a text's rank must not depend on the zero point of its scores."
shifted = toy_language(GARDEN, shift=[3.0, 50.0, -50.0, 7.0, 0.0, -2.0])
text, total = beamed(shifted, [0], 2, 2)
checks.that(text == [0, 2, 3], f"{hint} (expected 0 2 3, yours {text})")
checks.close(total, np.log(0.45 * 0.9), "the sum of the log-probabilities", hint="Sum over new tokens, not the mean.")
text, total = beamed(shifted, [0], 1, 3)
checks.close(total, np.log(0.55), "the sum after one step", hint=hint)

# %% nbgrader={"grade": true, "grade_id": "beam_library", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "Beam search of the real model must give what generate gives, token for token."
for prompt in ("The people of this country", "My fellow citizens, we", "It was late in the evening when"):
    ids = decoder_tokenizer(prompt)["input_ids"]
    expected = library(ids, 16, num_beams=settings.beams, length_penalty=0.0)
    text, total = beamed(next_logits, ids, 16, settings.beams)
    checks.that(
        text == as_ids(expected.sequences[0]), f"{hint}\nyours:   {text}\nlibrary: {as_ids(expected.sequences[0])}"
    )
    checks.close(total, expected.sequences_scores[0], "the sum of the log-probabilities", hint=hint, rtol=1e-3)

# %% [markdown]
# ## Exercise 10 · Measure repetition, and report it
#
# *Why.* "It repeats itself" is an impression. A share that another program can read is a result.
#
# *Effort.* Easy, 20 minutes, 5 points.
#
# Write `repeated_share`: of all runs of n neighbouring tokens, the share (0 to 1) that has occurred before in the
# same text; 0 for a text that is too short to have one. `write_metrics`: takes one share for each text and method,
# and writes JSON to the path it is given: `"repeated"`, with `"mean"` and `"sd"` (a sample one, divisor number of
# texts − 1) for each method, and `"most_repetitive"`, the method with the largest mean. You hand in the notebook
# alone: when it is graded, it is run, and writes its own `metrics.json`.
#
# <details><summary>Hint 1: 1 2 1 2 1 2 and n = 2</summary>
# holds the runs 12, 21, 12, 21, 12. Three of the five have been there before: 0.6.
# </details>


# %%
def written(shares: dict) -> dict:
    """What write_metrics writes for these shares, read back from a temporary folder: your metrics.json stays yours."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "metrics.json"
        try:
            write_metrics({name: list(values) for name, values in shares.items()}, str(path))
        except TypeError as error:
            unknown = "JSON serializable" in str(error)
            checks.that(not unknown, f"JSON knows Python's own float only: write float(...) around it. ({error})")
            raise
        checks.that(path.exists(), "No file at the path given: write it there, and nowhere else.")
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            checks.that(False, "The file is not JSON: json.dump or json.dumps writes it.")


# %% nbgrader={"grade": false, "grade_id": "write_metrics", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def repeated_share(ids: list[int], n: int) -> float:
    """Share (0 to 1) of the runs of n tokens that have occurred before in the same text."""
    ### BEGIN SOLUTION
    runs = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0
    ### END SOLUTION


def write_metrics(shares: dict[str, list[float]], path: str) -> None:
    """Writes mean and sample sd of each method's shares, one share a text, and the most repetitive method, as JSON."""
    ### BEGIN SOLUTION
    repeated = {
        name: {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1))} for name, values in shares.items()
    }
    worst = max(repeated, key=lambda name: repeated[name]["mean"])
    Path(path).write_text(json.dumps({"repeated": repeated, "most_repetitive": worst}, indent=1), encoding="utf-8")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "repeated_runs", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
hint = "Of the runs of n neighbours (they overlap), the share that has been there before in this text"
cases = [
    ([1, 2, 1, 2, 1, 2], 2, 0.6),
    ([1, 1, 1, 1], 1, 0.75),
    ([1, 2, 3, 4], 2, 0.0),
    ([1, 2], 3, 0.0),
    ([5, 5, 5, 5], 4, 0.0),
]
for ids, n, share in cases:
    checks.close(repeated_share(list(ids), n), share, f"the repeated share of {ids}, n = {n}", hint=hint, atol=1e-9)
### BEGIN HIDDEN TESTS
ids = checks.fresh().integers(3, size=40).tolist()
for n in (2, 3):
    seen, again = set(), 0
    for i in range(41 - n):
        again += tuple(ids[i : i + n]) in seen
        seen.add(tuple(ids[i : i + n]))
    checks.close(repeated_share(list(ids), n), again / (41 - n), "the repeated share", hint=hint, atol=1e-9)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "metrics_file", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = written({"greedy": [0.5, 0.7, 0.6], "nucleus": [0.9, 0.0, 0.0]})
checks.keys(found, ["repeated", "most_repetitive"], "metrics.json")
checks.keys(found["repeated"], ["greedy", "nucleus"], '"repeated"')
hint = "The most repetitive method has the largest MEAN share, not the most repetitive single text."
checks.that(found["most_repetitive"] == "greedy", hint)

# %% nbgrader={"grade": true, "grade_id": "metrics_summary", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
shares = {
    name: np.random.default_rng(seed).random(6).tolist() for seed, name in enumerate(("greedy", "beam", "nucleus"))
}
### BEGIN HIDDEN TESTS
shares["nucleus"] = checks.fresh().random(9).tolist()
### END HIDDEN TESTS
found = written(shares).get("repeated", {})
hint = "For each method the mean over its texts and the SAMPLE standard deviation (divisor: texts − 1), as shares from 0 to 1."
for name, values in shares.items():
    entry = found.get(name) if isinstance(found.get(name), dict) else {}
    checks.keys(entry, ["mean", "sd"], f"the entry of {name}")
    checks.close([entry["mean"], entry["sd"]], [np.mean(values), np.std(values, ddof=1)], name, hint=hint)

# %% [markdown]
# Now all methods on the same real beginnings: {{ s.tiny.prompt_tokens }} tokens of a speech, continued by {{
# s.tiny.new_tokens }} (profile tiny). The model may not end its text, so that all texts are equally long. Beside them
# what the president really said next. Each line of the figure is one method: on the left how likely the model finds its
# texts, on the right how much of them is repetition. The dashed line runs through the speech itself.


# %%
def writing_on(ids: list[int]) -> torch.Tensor:
    """`next_logits` of a model that may not end its text, so that all texts have one length; (vocabulary,)."""
    return next_logits(ids).index_fill(0, torch.tensor(ENDS), -torch.inf)


def writers(seed: int) -> dict:
    """Method -> a function from a prompt to the text it writes, prompt included."""
    samplers = {f"temperature {t:g}": {"temperature": t} for t in settings.temperatures}
    samplers[f"top-k {settings.top_k}"] = {"top_k": settings.top_k}
    samplers[f"nucleus {settings.top_p:g}"] = {"top_p": settings.top_p}
    found = {
        "greedy": lambda ids: decode(writing_on, ids, settings.new_tokens, likeliest),
        f"beam {settings.beams}": lambda ids: beam_search(writing_on, ids, settings.new_tokens, settings.beams)[0],
    }
    for name, options in samplers.items():
        found[name] = lambda ids, o=options: decode(writing_on, ids, settings.new_tokens, sampler(seed, **o))
    return found


# %%
def mean_log_p(ids: list[int]) -> float:
    """Mean log-probability, in nats, that the decoder gives to the tokens after the prompt."""
    whole = torch.tensor([ids])
    losses = token_losses(logits_of(decoder, whole[:, :-1], torch.ones_like(whole[:, :-1])), whole[:, 1:])
    return -losses[0, settings.prompt_tokens - 1 :].mean().item()


# %%
def measure(seed: int, bar: tqdm) -> tuple[pd.DataFrame, dict[str, list[bool]]]:
    """One row for each text and method; and for each prompt whether yours and the library's text agree."""
    rows, same = [], {"greedy": [], f"beam {settings.beams}": []}
    width = settings.prompt_tokens + settings.new_tokens
    for passage in passages(seed, settings.prompts, width, decoder_tokenizer).tolist():
        prompt = passage[: settings.prompt_tokens]
        texts = {"the speech itself": passage}
        for name, write in writers(seed).items():
            texts[name] = write(prompt)
            bar.update()
        never = {"eos_token_id": ENDS, "min_new_tokens": settings.new_tokens, "renormalize_logits": True}
        beams = {"num_beams": settings.beams, "length_penalty": 0.0}
        for name, options in zip(same, ({}, beams), strict=True):
            theirs = library(prompt, settings.new_tokens, **never, **options).sequences[0]
            same[name].append(as_ids(theirs) == texts[name])
        for name, ids in texts.items():
            share = repeated_share(ids[settings.prompt_tokens :], settings.ngram)
            rows.append({"seed": seed, "method": name, "log p": mean_log_p(ids), "repeated": share})
    return pd.DataFrame(rows), same


# %%
def figure_methods(table: pd.DataFrame) -> None:
    by_seed = table.groupby(["method", "seed"], sort=False)[["log p", "repeated"]].mean()
    labels = {"log p": "mean log p per token (nats)", "repeated": f"repeated runs of {settings.ngram} (0 to 1)"}
    figure, panels = plots.axes(2, width=4.8, sharey=True)
    for panel, (column, label) in zip(panels, labels.items(), strict=True):
        rows = by_seed[column].groupby(level="method", sort=False).agg(["mean", "std"])
        panel.errorbar(rows["mean"], range(len(rows)), xerr=rows["std"], fmt="o", capsize=4)
        panel.errorbar(rows["mean"][:1], [0], xerr=rows["std"][:1], fmt="D", capsize=4, color=plots.COLOURS[1])
        panel.axvline(rows["mean"].iloc[0], color=plots.COLOURS[1], linestyle="--", linewidth=1)
        panel.set_yticks(range(len(rows)), rows.index)
        panel.set(xlabel=label, ylabel="who wrote the text")
    panels[0].invert_yaxis()  # the speech itself, the first row, on top
    alt = (
        "For each method a point with its spread, left the mean log-probability, right the repetition: greedy and beam "
    )
    plots.show(figure, alt=alt + "search on the likely side of the real speech, temperature 2 on the unlikely one.")


# %%
def report() -> pd.DataFrame:
    total = len(settings.seeds) * settings.prompts * len(writers(0))
    with tqdm(total=total, desc="texts") as bar:
        results = [measure(seed, bar) for seed in settings.seeds]
    table = pd.concat([rows for rows, _ in results], ignore_index=True)
    write_metrics(
        {name: rows["repeated"].tolist() for name, rows in table.groupby("method", sort=False)}, "metrics.json"
    )
    figure_methods(table)
    for name in results[0][1]:
        same = [agrees for _, by_name in results for agrees in by_name[name]]
        print(f"{name}: {sum(same)} of {len(same)} texts equal to the library's")
    by_seed = table.groupby(["method", "seed"], sort=False)[["log p", "repeated"]].mean()
    heads = {"log p": "log p per token (nats)", "repeated": f"repeated runs of {settings.ngram} (0 to 1)"}
    return by_seed.groupby(level="method", sort=False).agg(mean_sd).rename(columns=heads)


# %% [markdown]
# # What you measured
#
# Mean ± standard deviation over the {{ s.tiny.seeds | length }} seeds of the course settings; a seed stands for the
# mean over {{ s.tiny.prompts }} speeches (profile tiny; {{ s.laptop.prompts }} on a laptop, {{ s.gpu.prompts }} on a
# larger GPU). Every text was written by your functions. `metrics.json` beside the notebook now holds mean and sd of the
# repetition for each method. Its sd is another one, over single texts; the table's is over seeds, each of them a mean
# already, and so as a rule smaller (where a seed has more than one text).

# %%
report()

# %% [markdown]
# Published, for comparison: Holtzman and others report the same picture for GPT-2 Large, hundreds of times the size
# of the tiny decoder: maximising probability gives bland, repetitive text, and human text is *not* the likeliest text
# there is (*The Curious Case of Neural Text Degeneration*, arXiv 1904.09751). Theirs are long continuations judged by
# people as well; ours are short, and nobody judged them.
#
# **What this shows.** On the same prompts and the same model, the choice of decoding alone moves repetition from one
# end of the figure to the other; and your greedy and beam search write what the library's do. (A larger model begins to
# repeat itself later than the tiny one. If your table shows little repetition under greedy, your texts ended before
# that.) **What it does not show.** That sampled text is *better*: a text of random words hardly repeats, and
# temperature 2 comes close to that. Repetition is one symptom. Where there is one right answer (a label, a
# translation, a line of code), or one source to be faithful to (a summary), likely text is often what is wanted: as
# the input says what must come, there is less to go round in circles about. That was not measured here: all texts
# above continue a beginning that leaves everything open. No encoder-decoder was run: the course has
# no small pretrained one, so your spans agree with the documented pair and no more. The spread is over passages of
# one kind of speech, and the numbers belong to the models of this profile.
#
# # Which model for which task
#
# ## Exercise 11 · Three families
#
# *Why.* The objective decides what a model sees, and what it sees decides what it is good for.
#
# *Effort.* Easy, 15 minutes, 5 points.
#
# Write `compare_models`: for BERT (340 million parameters), GPT-2 (1.5 billion) and T5 (11 billion) a dict with
# `architecture`, `objective` and `context`, in the words of `CHOICES`. And `match_tasks`: for each of `TASKS` the
# architecture whose *pretraining* fits by itself, by two questions. Must text be written? If not, every token should
# see both sides. If so: is there a complete input to be read from both sides first, or only what has been written so
# far? One of the six is arguable: take a side. (A large decoder does all of these today, by putting the input in front.
# The question here is the natural fit.)
#
# <details><summary>Hint 1: what does T5's decoder see?</summary>
# The whole input, through the encoder, from both sides; of its own output only what is already written.
# </details>

# %%
CHOICES = {
    "architecture": ["encoder", "decoder", "encoder-decoder"],
    "objective": ["masked tokens", "next token", "corrupted spans"],
    "context": ["both sides", "left side", "both sides of the input, left side of the output"],
}
TASKS = ["is a review good or bad", "mark all names in a text", "mark the answer to a question in a page"]
TASKS += ["continue a story", "translate a sentence", "correct the spelling of a letter"]


# %% nbgrader={"grade": false, "grade_id": "compare_models", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def compare_models() -> dict[str, dict[str, str]]:
    """ "BERT", "GPT-2" and "T5" -> {"architecture": ..., "objective": ..., "context": ...}, words from CHOICES."""
    ### BEGIN SOLUTION
    columns = [dict(zip(CHOICES, row, strict=True)) for row in zip(*CHOICES.values(), strict=True)]
    return dict(zip(["BERT", "GPT-2", "T5"], columns, strict=True))
    ### END SOLUTION


def match_tasks() -> dict[str, str]:
    """Each of TASKS -> one of CHOICES["architecture"]."""
    ### BEGIN SOLUTION
    fits = ["encoder"] * 3 + ["decoder"] + ["encoder-decoder"] * 2
    return dict(zip(TASKS, fits, strict=True))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "family_models", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
found = compare_models()
checks.keys(found, ["BERT", "GPT-2", "T5"], "the comparison")
for name, row in found.items():
    checks.keys(row, CHOICES, f"the row of {name}")
    for column, words in CHOICES.items():
        checks.that(row[column] in words, f"{name}: {row[column]!r} is not among the choices for {column}.")
places = [[CHOICES[column].index(found[name][column]) for column in CHOICES] for name in ("BERT", "GPT-2", "T5")]
checks.that(
    [row[0] for row in places] == [0, 1, 2], "Architecture: which of them has an encoder, which a decoder, which both?"
)
checks.that(
    [row[1] for row in places] == [0, 1, 2], "Objective: which of your Exercises 3, 4 and 5 belongs to which model?"
)

# %% nbgrader={"grade": true, "grade_id": "family_context", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = compare_models()
checks.keys(found, ["BERT", "GPT-2", "T5"], "the comparison")
contexts = [found[name].get("context") for name in ("BERT", "GPT-2", "T5")]
checks.that(
    contexts == CHOICES["context"], "Context: look at the three kinds of table in Exercise 6. Who sees which side?"
)

# %% nbgrader={"grade": true, "grade_id": "family_reading", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = match_tasks()
checks.keys(found, TASKS, "the tasks")
for task in TASKS[:3]:
    checks.that(found[task] == "encoder", f"{task}: nothing is written here, and each token should see both sides.")

# %% nbgrader={"grade": true, "grade_id": "family_writing", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = match_tasks()
checks.keys(found, TASKS, "the tasks")
checks.that(found[TASKS[3]] == "decoder", f"{TASKS[3]}: text must be written, and all there is stands on the left.")
hint = "text must be written, and there is a complete input to be read from both sides first."
checks.that(found[TASKS[4]] == "encoder-decoder", f"{TASKS[4]}: {hint}")
hint = "the letter is there already; each mistake should be judged with what stands on both sides of it."
checks.that(found[TASKS[5]] in ("encoder", "encoder-decoder"), f"{TASKS[5]}: {hint}")

# %% [markdown]
# The arguable one is the spelling. An encoder can mark the wrong word and propose another for its place, as in the
# blank game, and can change nothing else by accident. Where a correction joins two words or splits one, text has to be
# written, and an encoder-decoder fits.

# %% [markdown] nbgrader={"grade": false, "grade_id": "choices_question", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# ## Exercise 12 · Defend three choices
#
# *Why.* In a project nobody asks for the formula; they ask why you did it that way. *Effort.* Medium, 20 minutes, 10
# points, read by a person.
#
# A city hall wants (1) incoming letters sorted to twelve offices, (2) a short plain-language version of each council
# decision, (3) a playful text for the children's page. A colleague proposes: "One encoder for everything, since
# seeing both sides is simply better. Train it with half of the tokens masked: more blanks, more learning. And decode
# everything with beam search, because it finds the likeliest text, and likelier means better."
#
# Answer in about 250 words, with at least three numbers from your own output. (a) Which family for each of the three
# jobs, and why can an encoder not do all of them? (b) What does masking half of the tokens do, and what do your
# measurements say and not say about it? (c) Which decoding for job 2 and which for job 3, and what is wrong with
# "likelier means better"? (Job 2 was not measured in this lab: say what you carry over from what was, and what may
# differ.)
#
# === BEGIN MARK SCHEME ===
# 10 points. Half of an idea's points where it is named but neither explained nor tied to the student's own output.
#
# (a) 4 points. 1: sorting: encoder, every token sees both sides, nothing is written. 1: summary: encoder-decoder (or
# a decoder with the document in front, if argued). 1: children's text: decoder. 1: why not one encoder: it is trained
# to fill blanks with the right side present; when text is written there is no right side (n² against n(n+1)/2
# permissions alone earns half). The blank game's numbers (both sides against left side) count as evidence.
#
# (b) 3 points. 1: each blank gets harder, with a number from the masking-rate figure. 1: but more blanks per text, so
# the trade-off is open; 40% beat 15% for BERT-large in Wettig et al. 1: the own figure reads ONE trained model at
# other rates, so it cannot say what training at 50% would give.
#
# (c) 3 points. 1: both jobs. Job 2, accepted: greedy, beam search, a low temperature or a small nucleus, because one
# faithful version is wanted; also any of them with a safeguard against repetition, or a sampler followed by a choice
# among several versions, if argued. No lab text was a summary: who doubts beam search because it repeated in the
# table is right to, and so is who says that a source to copy from leaves less to repeat. Job 2, not accepted:
# temperature 1 or more, or "beam" without any reason. Job 3: sampling, by top-k, nucleus or moderate temperature. 1:
# a number from the closing table: greedy or beam repeat far more, at a higher log-probability, than the speech itself
# (on a larger model with short texts perhaps not; credit an honest reading). 1: human text is not the likeliest text;
# likelihood is not quality (nor is its absence: temperature 2).
#
# A typical wrong answer: "beam search is better because it is closer to the optimum" (no credit in (c)); "masking 50%
# is bad because the loss is higher" (first point of (b) only); numbers quoted that are not in the output (no credit
# for them).
# === END MARK SCHEME ===

# %% [markdown] nbgrader={"grade": true, "grade_id": "choices", "locked": false, "points": 10, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# (a) Sorting: an encoder. Nothing is written and each token may use both sides, which helped in the blank game: with
# both sides the encoder found more of the hidden words than with either side alone (47% against 29% and 28% in my
# run, profile tiny). The plain version of a decision: encoder-decoder (or a large decoder with the decision in
# front), since there is a complete input to read and a text to write. The children's text: a decoder. An encoder
# cannot write: it was trained with the right side in view, and while writing there is none.
#
# (b) Each blank gets harder: the loss on chosen tokens rose from 3.4 nats at 15% to 4.5 at 50%. But there are also
# three times as many blanks, and my figure reads one finished model; it cannot say what training at 50% would give.
# Published: 40% beat 15% for BERT-large.
#
# (c) Job 2 wants one faithful text, so greedy or beam; in my table both repeat themselves, but there nothing told the
# model what to say next, while a decision to be put plainly does. I would watch for repetition and have not measured
# it. Job 3 wants variety: nucleus sampling. In my table beam search has the highest log-probability (-1.7 nats a
# token) and repeats a quarter of its runs of four tokens; the real speech repeats none, although the model finds it
# far less likely (-4.3). So likelier does not mean better. Nor does unlikelier: temperature 2 (-8.7) is gibberish.
# ### END SOLUTION

# %% [markdown]
# **Where this goes.** Lab 5 puts a classifier on the encoder; lab 7 teaches the decoder to answer. The masks, the
# -100 and the loss are the ones from this lab, and so is the question of what the model was allowed to see.
