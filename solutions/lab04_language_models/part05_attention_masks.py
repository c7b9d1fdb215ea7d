# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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
# *Effort.* Medium, 15 minutes, 7 points.
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


# %% answer="may_attend"
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


# %% check="attend_encoder" points=1
checks.shape(may_attend(4, 0), (4, 4), "the table of 4 source tokens")
hint = "In an encoder every token sees every token, on both sides."
checks.close(may_attend(4, 0), np.ones((4, 4)), "the encoder's table", hint=hint)
ids = encoder_tokenizer("Both sides of a blank")["input_ids"]
checks.close(influence(encoder, ids) > 0, may_attend(len(ids), 0), "the real encoder's table", hint=hint)

# %% check="attend_decoder" points=2
hint = "In a decoder a token (row) sees itself and those before it (columns): a lower triangle with its diagonal."
checks.close(may_attend(0, 3), [[1, 0, 0], [1, 1, 0], [1, 1, 1]], "the decoder's table", hint=hint)
ids = decoder_tokenizer("One side only, from left to right")["input_ids"]
checks.close(influence(decoder, ids) > 0, may_attend(0, len(ids)), "the real decoder's table", hint=hint)

# %% check="attend_cross" points=2
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

# %% check="attend_count" points=1
hint = "Encoder n², decoder n(n+1)/2 (its diagonal counts), plus one for each pair of target and source token."
for n in (1, 2, 7, 300):
    checks.count(connections(n, 0), n**2, f"the connections of an encoder, n = {n}", hint=hint)
    checks.count(connections(0, n), sum(range(1, n + 1)), f"the connections of a decoder, n = {n}", hint=hint)
for m in (1, 3, 6):
    by_rows = 5 * 5 + sum(5 + row for row in range(1, m + 1))
    checks.count(connections(5, m), by_rows, f"the connections of 5 source and {m} target tokens", hint=hint)

# %% check="attend_formula" points=1 tags=["inside"]
hint = (
    "connections must be a formula: the table of a million tokens has a million times a million places, "
    "too many to build or to count one by one."
)
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
    both = connections(n, 0)
    left = connections(0, n)
    print(f"{n:8,}{both:16,}{left:16,}{left / both:20.4f}")
