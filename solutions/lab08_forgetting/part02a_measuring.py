# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 2 · Domain adaptation
#
# A model that has to work on another register, legal or medical language for instance, can first go on with its
# pretraining there, without any labels. The second stage of ULMFiT is the same thing on the texts of the task. First we
# need to measure what that changes.
#
# ## Exercise 4 · Nats per masked token
#
# *Why.* Everything about domains and about forgetting below is a difference of two such numbers. A tenth of a nat is a
# lot, and an average over the wrong things is easily off by more.
#
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write `held_out_loss`: the mean cross-entropy, in nats, of the true tokens at the asked positions. The texts come in
# batches of (logits, labels), and labels are −100 where nothing is asked; each
# label stands at its own logits, nothing is shifted. Each **asked position of the whole set** weighs
# the same, whichever batch it is in. A batch may ask nothing at all; if none of them asks anything, return `nan`.
#
# <details><summary>Hint 1: two sums</summary>
#
# Add up the losses and the number of asked positions over all batches, and divide once, at the end.
# <code>reduction="sum"</code> and <code>ignore_index</code> exist.
#
# </details>


# %%
def asked_batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Two batches over a vocabulary of 2: one asked token of probability 1/2, and three of probability 1/8."""
    first = torch.zeros(1, 3, 2)
    first[0, 1:] = torch.tensor([9.0, 0.0])
    second = torch.tensor([0.0, math.log(7.0)]).expand(2, 2, 2).clone()
    return [(first, torch.tensor([[1, -100, -100]])), (second, torch.tensor([[0, 0], [-100, 0]]))]


def loss_found(batches: list[tuple[torch.Tensor, torch.Tensor]]) -> float:
    """What held_out_loss says, or a sentence about what stops it."""
    asked = [int((labels != -100).sum()) for _, labels in batches]
    try:
        found = held_out_loss(batches)
    except (RuntimeError, IndexError, ValueError, ZeroDivisionError) as error:
        hint = f"held_out_loss stops at batches with {asked} asked positions, labels -100 elsewhere"
        raise checks.CheckFailed(f"{hint}: {error}.") from error
    checks.shape(found, (), "the loss")
    return float(found)


# %% answer="held_out_loss"
def held_out_loss(batches: list[tuple[torch.Tensor, torch.Tensor]]) -> float:
    """Nats per asked position, of all batches of (logits (rows, tokens, vocabulary), labels (rows, tokens))."""
    ### BEGIN SOLUTION
    total = 0.0
    asked = 0
    for logits, labels in batches:
        losses = nn.functional.cross_entropy(
            logits.flatten(0, 1).float(), labels.flatten(), ignore_index=-100, reduction="sum"
        )
        total += float(losses)
        asked += int((labels != -100).sum())
    return total / asked if asked else math.nan
    ### END SOLUTION


# %% check="loss_asked" points=2
shifted = torch.tensor([[[0.0, math.log(7.0)], [0.0, 0.0]]])
found = loss_found([(shifted, torch.tensor([[0, 1]]))])
hint = "Labels are not shifted here: a masked word's label stands at the word's own place"
checks.that(not abs(found - math.log(8 / 7)) < 1e-4, hint + ".")
checks.that(not abs(found - math.log(16)) < 1e-4, "The mean over the asked positions, not the sum.")
checks.that(not abs(found - math.log(2)) < 1e-4, "Asked is what is not -100: 0 is a token's number like any other.")
checks.that(not abs(found - 2) < 1e-4, "Nats, not bits: the natural logarithm.")
checks.that(not abs(found - 4) < 1e-4, "The loss itself, not its exponential, the perplexity.")
checks.close(found, math.log(16) / 2, "the loss of two tokens of probabilities 1/8 and 1/2", rtol=1e-4)
found = loss_found(asked_batches()[:1])
hint = "Only asked positions count: labels of -100 are neither right nor wrong, and not in the divisor"
checks.that(not abs(found * 3 - math.log(2)) < 1e-3, hint + ".")
checks.close(found, math.log(2), "the loss of one token of probability 1/2", rtol=1e-4)
### BEGIN HIDDEN TESTS
checks.close(loss_found(asked_batches()[1:]), math.log(8), "the loss of three tokens of probability 1/8", rtol=1e-4)
### END HIDDEN TESTS

# %% check="loss_pooled" points=2
found = loss_found(asked_batches())
means = {
    "the mean of the batches' means, in which a batch that asks little weighs most": (1, 1),
    "a mean in which each batch weighs by its number of texts": (1, 2),
    "a mean in which each batch weighs by all of its positions, asked or not": (3, 4),
    "the loss of the first batch alone": (1, 0),
    "the loss of the last batch alone": (0, 1),
}
for what, (one, other) in means.items():
    wrong = (one * math.log(2) + other * math.log(8)) / (one + other)
    checks.that(not abs(found - wrong) < 1e-3, f"Each asked position weighs the same, but this is {what}.")
checks.close(found, (math.log(2) + 3 * math.log(8)) / 4, "the loss of both batches together", rtol=1e-4)

# %% check="loss_edges" points=1
nothing = (torch.zeros(2, 2, 2), torch.full((2, 2), -100))
earlier = [*asked_batches(), nothing]
given = copy.deepcopy(earlier)
loss_found(given)
hint = "The function changes its input in place: the caller's logits or labels would be different."
checks.that(all(map(torch.equal, sum(earlier, ()), sum(given, ()))), hint)
hint = "A batch that asks nothing adds nothing, and must not turn the result into nan"
checks.close(loss_found([nothing, *asked_batches()[:1], nothing]), math.log(2), "the loss", hint, rtol=1e-4)
first, last = asked_batches()[0], (torch.tensor([[[0.0, math.log(7.0)]]]), torch.tensor([[1]]))
hint = "Batches after one that asks nothing count as well"
checks.close(loss_found([first, nothing, last]), math.log(16 / 7) / 2, "the loss", hint, rtol=1e-4)
checks.that(math.isnan(loss_found([nothing])), "Where no position is asked at all, the loss is nan.")
large = torch.tensor([[[300.0, 0.0]]])
hint = (
    "Go from the logits by log_softmax: a softmax first overflows or becomes 0, and a small number added caps the loss"
)
checks.close(loss_found([(large, torch.tensor([[1]]))]), 300.0, "the loss of a token with logit 0 beside 300", hint)

# %% check="loss_drawn" points=3
losses = []
rng = checks.fresh("loss_drawn")
for _ in range(3):
    batches = []
    for rows in (2, 5):
        logits = 3 * rng.normal(size=(rows, 6, 9))
        labels = np.where(rng.random((rows, 6)) < 0.3, rng.integers(9, size=(rows, 6)), -100)
        labels[0, 0] = 4
        batches.append((torch.tensor(logits, dtype=torch.float32), torch.tensor(labels)))
    losses.append(loss_found(batches))
checks.that(np.isfinite(losses).all(), f"Every loss here is a finite number; yours are {losses}.")
checks.hand_over(losses=losses)


# %% [markdown]
# Now on real texts: three registers that the course's model has never read. Addresses on the State of the Union, the
# rated sentences of our tasks, and definitions from *The Devil's Dictionary*. In each text a share of
# {{ s.tiny.mask_rate }} of the tokens is masked, always the same ones, so that two models are compared on the same questions.

# %%
REGISTERS = ["speeches", "sentences", "definitions"]


@functools.cache
def register_texts(register: str, split: str) -> list[str]:
    """Texts of a register in random order; of train as many as the profile trains on, otherwise as many as it measures."""
    loaders = {"speeches": load_speeches, "sentences": load_sentiment, "definitions": load_voice}
    column = "completion" if register == "definitions" else "text"
    rows = loaders[register]()[split]
    count = settings.adapt_steps * settings.adapt_batch if split == "train" else settings.register_rows
    return rows[np.random.default_rng(1).permutation(len(rows))[:count]][column]


def masked(texts: list[str], seed: int) -> dict:
    """ids, mask, labels (rows, tokens): a random share of the tokens is replaced by [MASK] and asked, at least one a text."""
    tokens = tokenizer(texts, truncation=True, max_length=settings.register_length, padding=True, return_tensors="pt")
    ids = tokens["input_ids"]
    score = torch.rand(ids.shape, generator=torch.Generator().manual_seed(seed))
    for special in (tokenizer.pad_token_id, tokenizer.cls_token_id, tokenizer.sep_token_id):
        score[ids == special] = 2.0
    asked = (score < settings.mask_rate) | (score == score.min(1, keepdim=True).values)
    labels = ids.masked_fill(~asked, -100)
    return {"ids": ids.masked_fill(asked, tokenizer.mask_token_id), "mask": tokens["attention_mask"], "labels": labels}


# %%
def masked_logits(body, batch: dict) -> torch.Tensor:
    """Logits (asked, vocabulary) at a batch's asked positions, of a body under the pretrained head.

    The head's output layer is the body's embedding.
    """
    model = language_model()
    states = body(input_ids=batch["ids"], attention_mask=batch["mask"]).last_hidden_state
    states = model.head(states[batch["labels"] != -100])  # nobody looks at the logits of the others
    return nn.functional.linear(states, body.embeddings.tok_embeddings.weight, model.decoder.bias)


@torch.no_grad()
def register_loss(body, register: str) -> float:
    """Nats per masked token on held-out texts of a register, by your function."""
    body.eval()
    texts = register_texts(register, "validation")
    batches = []
    for start in range(0, len(texts), 16):
        batch = {name: part.to(device) for name, part in masked(texts[start : start + 16], start).items()}
        asked = batch["labels"][batch["labels"] != -100]
        batches.append((masked_logits(body, batch)[None].cpu(), asked[None].cpu()))  # as one text
    return held_out_loss(batches)


pretrained_losses = {register: register_loss(language_model().model, register) for register in REGISTERS}
print({register: round(loss, 3) for register, loss in pretrained_losses.items()}, "nats per masked token")
