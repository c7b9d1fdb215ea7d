# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 5 · The next token, its loss, and perplexity
#
# *Why.* A decoder's blank is always the next token, so one row of text holds as many exercises as tokens less one.
# The loss of each is $-\log p$ of the token that really came: 0 for a model that was certain, large for one that was
# taken by surprise. It is the same loss for all three objectives. Because of the chain rule of probability,
# $p(x_1, \dots, x_n) = \prod_t p(x_t \mid x_1, \dots, x_{t-1})$, a decoder's losses add up to $-\log p$ of the whole text.
#
# *Effort.* Medium, 25 minutes, 10 points.
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


# %% answer="causal_pairs"
def causal_pairs(ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and targets, both (rows, tokens - 1), of ids, (rows, tokens); mask: 1 for text, 0 for padding (right)."""
    ### BEGIN SOLUTION
    inputs = ids[:, :-1]
    targets = ids[:, 1:].masked_fill(attention_mask[:, 1:] == 0, -100)
    return inputs, targets
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


# %% check="causal_shift" points=2
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

# %% check="causal_padding" points=2
ids = torch.tensor([[5, 8, 0, 9, 4], [7, 3, 1, 0, 0], [6, 0, 0, 0, 0]])
mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]])
targets = checks.unchanged(causal_pairs, ids, mask, what="ids or mask")[1]
hint = (
    "A target is -100 exactly where the attention mask of the TARGET is 0: padding is never predicted. The mask says "
    "what is padding, not the id (an id that pads may also stand in a text)."
)
checks.close(targets != -100, mask[:, 1:] == 1, "which targets count", hint=hint)
### BEGIN HIDDEN TESTS
lengths = checks.fresh().integers(1, 9, size=6)
mask = torch.from_numpy(np.arange(9) < lengths[:, None]).long()
targets = causal_pairs(torch.ones(6, 9, dtype=torch.long), mask)[1]
checks.close((np.asarray(targets) != -100).sum(axis=1), lengths - 1, "the number of targets in each row", hint=hint)
### END HIDDEN TESTS

# %% check="loss_value" points=2
hint = "The loss is minus the NATURAL logarithm of the softmax probability of the target, one number for each place."
exact = torch.tensor([[[0.5, 0.25, 0.25]]]).log()
for target, p in enumerate([0.5, 0.25, 0.25]):
    checks.close(token_losses(exact, torch.tensor([[target]])), [[-np.log(p)]], f"the loss at p = {p}", hint=hint)
checks.close(
    token_losses(exact + 7, torch.tensor([[0]])), [[np.log(2)]], "the loss with all logits 7 higher", hint=hint
)
found = token_losses(torch.tensor([[[0.0, 300.0]]]), torch.tensor([[0]]))
stable = "The softmax of a far lower score is 0 in floating point, and its logarithm minus infinity: use log_softmax."
checks.close(found, [[300.0]], "the loss of a score 300 below the other", hint=stable)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
logits = torch.from_numpy(rng.normal(size=(2, 5, 11)) * 4)
targets = torch.from_numpy(rng.integers(11, size=(2, 5)))
expected = functional.cross_entropy(logits.reshape(10, 11), targets.reshape(10), reduction="none").reshape(2, 5)
checks.close(token_losses(logits, targets), expected, "the losses, beside cross_entropy", hint=hint)
### END HIDDEN TESTS

# %% check="loss_ignored" points=1
logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
targets = torch.tensor([[1, -100, 4], [-100, 0, -100]])
found = losses_of(logits, targets)
hint = "A target of -100 does not count: its loss is 0, one number for each place all the same."
checks.shape(found, (2, 3), "the losses", hint=hint)
checks.close(found[targets == -100], [0, 0, 0], "the losses at -100", hint=hint)
checks.that((found[targets != -100] > 0).all(), "The other places keep their loss.")
found = checks.unchanged(token_losses, logits, targets, what="logits or targets")

# %% check="perplexity_mean" points=2
losses = torch.tensor([[1.0, 2.0, 3.0], [9.0, 0.0, 0.0]])
targets = torch.tensor([[4, 0, 4], [4, 7, -100]])  # 0 is an id like any other, and a loss of 0 is one
hint = "e to the mean over all targets that count, whatever row they stand in; -100 is not among them."
found = checks.unchanged(perplexity, losses, targets)
checks.close(found, np.exp(3.0), "the perplexity of losses 1, 2, 3, 9 and 0", hint=hint)
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

# %% check="loss_library" points=1
ids, mask = batch_of(
    ["The union is strong.", "We shall pay our debts, and build new roads and schools."], decoder_tokenizer
)
inputs = ids[:, :-1]
targets = ids[:, 1:].masked_fill(mask[:, 1:] == 0, -100)
with torch.no_grad():
    expected = decoder(
        ids.to(decoder.device),
        attention_mask=mask.to(decoder.device),
        labels=ids.masked_fill(mask == 0, -100).to(decoder.device),
    ).loss
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
    losses = []
    targets = []
    for part in ids.split(8):
        inputs, wanted = causal_pairs(part, torch.ones_like(part))
        losses.append(token_losses(logits_of(decoder, inputs, torch.ones_like(inputs)), wanted))
        targets.append(wanted)
    losses = torch.cat(losses)
    targets = torch.cat(targets)
    size = sum(len(decoder_tokenizer.decode(row).encode()) for row in targets)
    return perplexity(losses, targets), float(losses.sum() / np.log(2) / size)


# %%
def registers() -> None:
    frame = sentences["test"].to_pandas()
    texts = {name: rows["text"].tolist() for name, rows in frame.groupby("domain")}
    texts["speeches"] = list(speeches["text"])
    print(f"{settings.rows} texts each, the first {settings.register_tokens} tokens of each")
    for name, some in texts.items():
        per_token, bits = decoder_perplexity(some)
        print(f"{name:9} perplexity {per_token:8.1f}, {bits:.2f} bits per byte")


registers()
