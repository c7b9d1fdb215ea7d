# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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
# *Effort.* Medium, 20 minutes, 10 points.
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
    inputs, labels = found
    return ids, special, inputs, labels


# %% answer="mask_tokens"
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


# %% check="mlm_labels" points=2
ids, special, inputs, labels = masked(0.5, seed=1)
chosen = labels != -100
checks.that(chosen.any() and not chosen.all(), "Labels are -100 (the loss skips it) wherever no token was chosen.")
hint = "A label is the id that stood there before."
checks.close(labels[chosen], ids[chosen], "the labels of chosen tokens", hint=hint)
hint = "A token without a label must reach the model as it is; whatever was changed, in whichever way, has a label."
plain = ~chosen & ~special
checks.close(inputs[plain], ids[plain], "the tokens without a label", hint=hint)

# %% check="mlm_special" points=2
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

# %% check="mlm_rate" points=1
hint = "Each ordinary token is chosen with probability `rate`, by its own throw."
for rate in (settings.mask_rate, 0.4):
    labels = masked(rate, seed=3)[3][:, 5:]
    share = (labels != -100).double()
    sd = (rate * (1 - rate) / share.numel()) ** 0.5
    checks.between(share.mean(), rate - 6 * sd, rate + 6 * sd, f"the share chosen at rate {rate}", hint=hint)
    spread = 6 * (rate * (1 - rate) / len(share)) ** 0.5
    checks.that(((share.mean(0) - rate).abs() < spread).all(), hint + " Some columns are chosen far more often.")
    rows = (share.sum(1).std() / (rate * (1 - rate) * share.shape[1]) ** 0.5).item()
    quota = "No quota a row or a batch: with a throw for each token, now more are chosen, now fewer."
    checks.between(rows, 0.7, 1.3, "the spread of the number chosen in a row, beside that of throws", hint=quota)
    several = torch.stack([masked(rate, seed)[3] != -100 for seed in range(5)])
    same = len(several.sum((1, 2)).unique()) == 1 and len(several.unique(dim=0)) > 1
    checks.that(not same, f"{quota} Five batches: always {int(several[0].sum())} tokens chosen.")

# %% check="mlm_split" points=2
tries = [4]
### BEGIN HIDDEN TESTS
tries += checks.fresh().integers(10**9, size=2).tolist()
### END HIDDEN TESTS
for seed in tries:
    ids, _, inputs, labels = masked(0.6, seed=seed)
    chosen = labels != -100
    kept = (inputs == ids)[chosen].sum().item()
    hidden = (inputs == 3)[chosen].sum().item()
    counts = [hidden, chosen.sum().item() - hidden - kept, kept]
    hint = "Of ALL chosen tokens 80% become [MASK], 10% a random token, 10% stay; yours: "
    checks.that(
        surprise(counts, [0.8, 0.1, 0.1]) > 1e-6, hint + ", ".join(f"{c / max(1, sum(counts)):.1%}" for c in counts)
    )
    others = inputs[chosen & (inputs != 3) & (inputs != ids)]
    hint = "Each random token is its own draw from the whole vocabulary."
    checks.that(others.unique().numel() > 0.5 * others.numel() and others.max() > 9000, hint)
    batch = "A random token comes from the vocabulary, not from the batch: here the batch holds no id below 1,000."
    checks.that(others.min() < 1000, batch)

# %% check="mlm_input" points=1
ids = torch.randint(5, 90, (30, 20), generator=torch.Generator().manual_seed(5))
special = torch.arange(20).expand(30, 20) < 2
checks.unchanged(lambda a, b: mask_tokens(a, b, 3, 90, 0.5, torch.Generator().manual_seed(6)), ids, special, what="ids")
checks.that(mask_tokens(ids, special, 3, 90, 0.5, torch.Generator()) is not None, "mask_tokens returns nothing yet.")

# %% check="mlm_generator" points=1
hint = "All randomness must come from the generator: the same seed gives the same batch, another seed another one."
ids = torch.full((40, 30), 50)
special = torch.zeros(40, 30, dtype=torch.bool)
one, same, other = (
    mask_tokens(ids.clone(), special, 3, 90, 0.5, torch.Generator().manual_seed(n))[0] for n in (7, 7, 8)
)
checks.that(torch.equal(one, same), hint)
checks.that(not torch.equal(one, other), hint)
generator = torch.Generator().manual_seed(7)
one, following = (mask_tokens(ids.clone(), special, 3, 90, 0.5, generator)[0] for _ in range(2))
hint = "The generator goes on from batch to batch: a second call with the same one must not mask the same places again."
checks.that(not torch.equal(one, following), hint)

# %% check="mlm_vectorised" points=1 tags=["inside"]
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
    rate = settings.mask_rate
    size = encoder.config.vocab_size
    mask_id = encoder_tokenizer.mask_token_id
    ids = passages(seed, settings.rows, settings.width, encoder_tokenizer)
    special = torch.zeros_like(ids, dtype=torch.bool)
    generator = torch.Generator().manual_seed(seed)
    collator = DataCollatorForLanguageModeling(encoder_tokenizer, mlm_probability=rate, seed=seed + 1)
    batch = collator([{"input_ids": row, "special_tokens_mask": torch.zeros_like(row)} for row in ids])
    yours = mask_tokens(ids, special, mask_id, size, rate, generator)
    rows = {}
    for name, (inputs, labels) in {"yours": yours, "library": (batch["input_ids"], batch["labels"])}.items():
        chosen = labels != -100
        fates = [~chosen, chosen & (inputs == mask_id), chosen & (inputs == ids)]
        counts = [fate.sum().item() for fate in fates]
        rows[name] = [*counts, ids.numel() - sum(counts)]
    rows["expected"] = [round(ids.numel() * share) for share in (1 - rate, 0.8 * rate, 0.1 * rate, 0.1 * rate)]
    return pd.DataFrame(rows, index=["not chosen", "[MASK]", "left as it is", "random token"]).T


compare_masking()
