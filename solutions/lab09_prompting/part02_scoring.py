# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 2 · A classifier that was never trained
#
# ## Exercise 3 · The likelihood of a label
#
# *Why.* Ask a language model to write a label and it may write anything. Ask instead how likely each label is as the
# continuation, and take the likeliest: every text gets a class, no answer has to be parsed, and the result is a number
# per label, which Part 3 needs. All benchmarks of base models are scored this way.
#
# *Effort.* Medium, 20 minutes, 10 points.
#
# Write `label_log_prob`: the log-probability, in nats, of the label's tokens after the prompt's. `token_ids` holds the
# prompt's tokens, then the label's; row *t* of `logits` is what the model predicts *after* token *t*. A label of
# several tokens has the product of their probabilities, each given the tokens before it. Do not divide by the length.
#
# <details><summary>Hint 1: which rows?</summary>
#
# The label's first token was predicted by the prompt's last row.
#
# </details>
# <details><summary>Hint 2: exp overflows</summary>
#
# `scipy.special.log_softmax(logits, axis=-1)` subtracts the maximum first. It has been imported.
#
# </details>


# %% answer="label_log_prob"
def label_log_prob(logits: np.ndarray, token_ids: np.ndarray, prompt_tokens: int) -> float:
    """log p(label | prompt) in nats.

    Args:
        logits: (tokens, vocabulary), float; row t predicts token t + 1, so the last row predicts nothing here.
        token_ids: (tokens,), integers: the prompt's tokens, then the label's.
        prompt_tokens: how many of them are the prompt's, at least 1.
    """
    ### BEGIN SOLUTION
    predicted = log_softmax(np.asarray(logits)[prompt_tokens - 1 : -1], axis=-1)
    return float(predicted[np.arange(len(predicted)), token_ids[prompt_tokens:]].sum())
    ### END SOLUTION


# %% check="label_single" points=3
def made_up(seed: int, tokens: int, vocabulary: int, scale: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits (tokens, vocabulary) and ids (tokens,) at random."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(tokens, vocabulary)) * scale, rng.integers(vocabulary, size=tokens)


logits, ids = made_up(0, 5, 7)
rows = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
expected = rows[3, ids[4]]
found = checks.unchanged(label_log_prob, logits, ids, 4)
wrong = {
    rows[4, ids[4]]: "Row t predicts token t + 1: the label's first token is predicted by the prompt's last row.",
    logits[3, ids[4]]: "That is a logit, not a log-probability: it was not normalised over the vocabulary.",
    -expected: "A log-probability is negative; yours is the loss, its opposite.",
    np.exp(expected): "That is a probability; the log-probability is asked for.",
    rows[np.arange(4), ids[1:]].sum(): "The prompt's own tokens are in it: only the label's count.",
}
named = [hint for value, hint in wrong.items() if np.size(found) == 1 and np.isclose(float(found), value)]
checks.close(found, expected, "the log-probability of a label of one token", hint="".join(named[:1]), rtol=1e-4)

# %% check="label_several" points=4
logits, ids = made_up(1, 9, 6)
rows = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
each = rows[np.arange(5, 8), ids[6:]]
found = checks.unchanged(label_log_prob, logits, ids, 6)
everything = rows[np.arange(8), ids[1:]].sum()
wrong = {
    each[0]: "Only the label's first token was counted: this label has three.",
    each.mean(): "That is the mean over the label's tokens; the label's probability is their product: do not divide.",
    everything: "The prompt's own tokens are in it: how likely the prompt is says nothing about the label.",
    each.max(): "That is the likeliest token's; all of the label's tokens count.",
}
named = [hint for value, hint in wrong.items() if np.size(found) == 1 and np.isclose(float(found), value)]
checks.close(found, each.sum(), "the log-probability of a label of three tokens", hint="".join(named[:1]), rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("label_several")
found = []
for _ in range(5):
    tokens = int(rng.integers(4, 9))
    logits = rng.normal(size=(tokens, 11)) * 3
    ids = rng.integers(11, size=tokens)
    found.append(float(label_log_prob(logits, ids, int(rng.integers(1, tokens)))))
checks.hand_over(found=found)
### END HIDDEN TESTS

# %% check="label_stable" points=3
logits, ids = made_up(2, 4, 6)
moved = (logits + np.array([[0.0], [1000.0], [-800.0], [0.0]])).astype(np.float32)
found = label_log_prob(moved, ids, 2)
rows = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
hint = "Adding a number to a whole row of logits changes no probability. exp(1000) is infinite: take the maximum off."
checks.that(np.isfinite(np.asarray(found, dtype=float)).all(), hint)
checks.close(found, rows[1, ids[2]] + rows[2, ids[3]], "the log-probability", hint=hint, rtol=1e-3)
ids = np.array([1, 0, 0])
certain = np.array([[40.0, 0.0], [0.0, 40.0], [0.0, 0.0]])
hint = "A label that the model holds impossible has a very negative log-probability, about -40 here, and no other."
checks.close(label_log_prob(certain, ids, 1), -40.0, "the log-probability", hint=hint, rtol=1e-3)

# %% [markdown]
# With it, a language model is a classifier. `scores_of` puts your function on the logits that `shared` reads from the
# model; what all prompts share is read once and kept in the key/value cache, so that an example costs its tokens once
# in a run and not once per text.


# %%
@functools.cache
def prompted_model(name: str):
    """A causal language model in float32 that nobody trains."""
    return AutoModelForCausalLM.from_pretrained(model_path(name), dtype=torch.float32).to(device).eval()


def scores_of(model, tokenizer, prompts: list[str], labels: list[str]) -> np.ndarray:
    """Your log-probability of each label after each prompt, (prompts, labels); a label follows after one space."""
    scores = np.zeros((len(prompts), len(labels)))
    rows = answer_logits(model, tokenizer, prompts, [f" {label}" for label in labels], settings.ask_batch)
    total = len(prompts) * len(labels)
    for row in tqdm(rows, total=total, desc="Labels scored", delay=3, leave=False):
        scores[row.prompt, row.answer] = label_log_prob(row.logits, row.token_ids, 1)
    return scores


# %% [markdown]
# A *setup* is everything that one may choose about a prompt: how the query reads and which words are the labels, how
# many examples, and which, in which order. Examples are short texts of the pool, drawn with a seed.


# %%
WORDINGS = {row["name"]: row for row in settings.wordings}


@functools.cache
def short_pool() -> list[int]:
    """Numbers of the pool's texts that are short enough to be examples."""
    lengths = token_lengths(pool["text"].tolist(), tokenizer)
    return [row for row, length in enumerate(lengths) if length <= settings.shot_tokens]


def drawn_shots(count: int, draw: int) -> list[int]:
    """Numbers of `count` texts of the pool; the first of a longer draw with the same seed."""
    order = np.random.default_rng(draw).permutation(short_pool())
    return [int(row) for row in order[:count]]


# %%
@functools.cache
def measured(wording: str, shots: tuple[int, ...], name: str = settings.model) -> dict[str, np.ndarray]:
    """The scores (texts, 2) of the held-out texts and of three content-free ones, for examples of these numbers."""
    words = WORDINGS[wording]
    examples = [(words["query"].format(text=pool["text"][n]), words["labels"][pool["positive"][n]]) for n in shots]
    asked = [*texts, *settings.content_free]
    prompts = [few_shot_prompt(examples, words["query"].format(text=text)) for text in asked]
    scores = scores_of(prompted_model(name), load_tokenizer(name), prompts, words["labels"])
    return {"scores": scores[: len(texts)], "content-free": scores[len(texts) :]}


def accuracy(scores: np.ndarray) -> float:
    """The share of held-out texts whose true label has the largest score."""
    return float((scores.argmax(axis=1) == truth).mean())
