# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 2 · Activations, which no parameter count knows
#
# *Why.* The backward pass needs what the forward pass computed, so it is kept. This is the term that grows with batch
# and length, and in attention with the square of the length.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# One layer of our encoder, for each token, with width *d*, feed-forward width *f*, *h* heads and *T* tokens in a row,
# keeps these vectors of 32-bit numbers:
#
# | step of the layer | what it keeps |
# |---|---|
# | norm before attention | its input (*d*) |
# | projection to queries, keys and values | its input (*d*) |
# | attention scores | queries, keys (*d* each) |
# | attention output | values (*d*), and a row of *T* weights for each head |
# | projection of attention | its input (*d*) |
# | norm before the feed-forward | its input (*d*) |
# | first feed-forward matrix | its input (*d*) |
# | GELU and gate | the matrix's output (2*f*), and GELU's output (*f*) |
# | second feed-forward matrix | its input (*f*) |
#
# Write `activation_bytes` for a batch of equally long rows, from this table. Then `largest_batch`: how many rows at
# most fit into a budget of bytes beside those already held? Zero, if not even one row does.
#
# <details><summary>Hint 1: the row of weights</summary>
#
# A token looks at T tokens, once for each head: h · T numbers. All T tokens of a row do so.
# </details>


# %% answer="activation_bytes"
def activation_bytes(
    batch: int, length: int, layers: int, width: int, feed_forward: int, heads: int, bits: int = 32
) -> float:
    """Bytes of activations kept for the backward pass, for `batch` rows of `length` tokens; everything else left out."""
    ### BEGIN SOLUTION
    numbers = 8 * width + 4 * feed_forward + heads * length
    return batch * length * layers * numbers * bits / 8
    ### END SOLUTION


def largest_batch(
    budget: float, held: float, length: int, layers: int, width: int, feed_forward: int, heads: int, bits: int = 32
) -> int:
    """The most rows whose activations fit into `budget` bytes beside the `held` ones; 0 if not even one fits."""
    ### BEGIN SOLUTION
    row = activation_bytes(1, length, layers, width, feed_forward, heads, bits)
    return max(0, math.floor((budget - held) / row))
    ### END SOLUTION


# %% check="activation_formula" points=3
def activations(*sizes, **more) -> float:
    """What activation_bytes finds, as a number."""
    found = activation_bytes(*sizes, **more)
    checks.shape(found, (), "what activation_bytes returns")
    return float(found)


found = activations(batch=2, length=10, layers=3, width=8, feed_forward=5, heads=4)
tokens, vectors, exact = 2 * 10 * 3, 8 * 8 + 4 * 5, 2 * 10 * 3 * (8 * 8 + 4 * 5 + 4 * 10) * 4
checks.that(found != exact / 4, "These are the numbers; each has `bits` bits, which are bits / 8 bytes.")
checks.that(found != exact * 8, "These are bits: eight of them are one byte.")
hint = "Each head keeps a row of T weights for every token: h · T for each token, with T² for a whole row of text."
checks.that(found not in (tokens * vectors * 4, tokens * (vectors + 4) * 4), hint)
checks.that(found != tokens * (vectors + 10) * 4, "Every head has its own row of weights.")
checks.that(
    found != tokens * (vectors + 4 * 100) * 4, "For one token a head keeps T weights; all T tokens together keep T²."
)
for name, share in [("row of the batch", 2), ("token", 10), ("layer", 3)]:
    checks.that(found != exact / share, f"Every {name} keeps its own.")
hint = "GELU and gate keep 2f and f, and the second matrix keeps f more."
checks.that(found not in [tokens * (64 + k * 5 + 40) * 4 for k in (1, 2, 3)], hint)
hint = "Count the d's again, row by row of the table: queries, keys and values are three."
checks.that(found not in [tokens * (k * 8 + 20 + 40) * 4 for k in range(1, 8)], hint)
checks.close(found, exact, "bytes for 2 rows of 10 tokens, 3 layers, d = 8, f = 5, h = 4")
### BEGIN HIDDEN TESTS
half = activations(2, 10, 3, 8, 5, 4, bits=16)
checks.that(half != exact, "The bits are an argument: 32 is only its default.")
checks.close(half, exact / 2, "bytes of 16-bit activations")
for b, t, n, d, f, h in checks.fresh().integers(1, 40, size=(5, 6)).tolist():
    expected = b * n * (8 * t * d + 4 * t * f + h * t * t) * 2
    checks.close(activations(b, t, n, d, f, h, bits=16), expected, f"16-bit bytes for {(b, t, n, d, f, h)}")
### END HIDDEN TESTS

# %% check="activation_batch" points=2
rest = {"length": 10, "layers": 2, "width": 8, "feed_forward": 6, "heads": 4}
row = activation_bytes(1, **rest)  # by your function, so that only largest_batch is tried here
checks.that(row is not None and row > 0, "activation_bytes has to work before largest_batch can be tried.")
exactly = largest_batch(5 * row, 2 * row, **rest)
checks.that(exactly is not None, "largest_batch returns nothing: does it return its result?")
checks.that(exactly != 5, "What is already held takes its part of the budget.")
checks.that(exactly != 2, "What fills the budget to its last byte still fits: three rows, not two.")
checks.count(exactly, 3, "rows where exactly three fit")
found = largest_batch(4.75 * row, row, **rest)
checks.that(found != 4, "A part of a row does not fit: round down.")
checks.count(found, 3, "rows where three fit and nearly a fourth")
checks.that(isinstance(found, int | np.integer), f"A number of rows is an int, yours is a {type(found).__name__}.")
hint = "What is held fills half a row here: subtract it from the budget before anything is rounded."
checks.count(largest_batch(5 * row, 0.5 * row, **rest), 4, "rows where four and a half fit", hint)
for budget, held, case in [(row, 3.5 * row, "more is held than the budget has"), (0.9 * row, 0, "not even one fits")]:
    none = largest_batch(budget, held, **rest)
    checks.that(none is not None and none == 0, f"Where {case} the answer is 0, yours is {none}.")
### BEGIN HIDDEN TESTS
checks.count(largest_batch(row, 0, **rest), 1, "rows where exactly one fits")
small = activation_bytes(1, **rest, bits=16)
for rows in (3, *checks.fresh().integers(1, 50, size=4).tolist()):
    found = largest_batch((rows + 0.5) * small, 0, **rest, bits=16)
    checks.count(
        found, rows, "rows of 16-bit activations that fit", "The bits of an activation are an argument here too."
    )
other = {"length": 7, "layers": 5, "width": 3, "feed_forward": 9, "heads": 2}
row = activation_bytes(1, **other)
checks.count(largest_batch(6.5 * row, 2 * row, **other), 4, "rows where four fit, in a model of another shape")
### END HIDDEN TESTS

# %% check="activation_outside" points=3
grid = list(itertools.product((1, 3), (5, 50), (2, 6)))
visible = [activations(b, t, n, 384, 640, 6) for b, t, n in grid]
hint = "Twice the length takes more than twice the memory: attention's weights grow with its square."
checks.that(not np.isclose(activations(1, 200, 6, 64, 96, 6), 2 * activations(1, 100, 6, 64, 96, 6)), hint)
rng = checks.fresh("activation_outside")
drawn = [activations(*row) for row in rng.integers(1, 30, size=(4, 6)).tolist()]
checks.hand_over(fixed=visible, drawn=drawn)


# %% [markdown]
# Formulas are cheap; now measure. `measured_step` does one step of training and counts the bytes of every tensor that
# exists: weights, gradients, the optimizer's, and all that autograd keeps for the backward pass.


# %%
def kept_bytes(model: nn.Module, ids: torch.Tensor) -> tuple[float, torch.Tensor]:
    """(bytes that autograd keeps besides the model's own weights, the loss), each piece of memory counted once."""
    own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    pieces = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            pieces[storage.data_ptr()] = storage.nbytes()
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        labels = torch.zeros(len(ids), dtype=torch.long, device=ids.device)
        loss = model(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss
    return sum(pieces.values()), loss


def bytes_held(tensors) -> int:
    """Bytes of these tensors."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors if tensor is not None)


# %%
def measured_step(batch: int, length: int) -> dict[str, float]:
    """MB held in one training step of the profile's encoder, by what they are for."""
    model = copy.deepcopy(encoder).train()
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
    ids = torch.randint(5, 1000, (batch, length), generator=torch.Generator().manual_seed(0)).to(device)
    activations, loss = kept_bytes(model, ids)
    loss.backward()
    optimizer.step()
    states = [value for state in optimizer.state.values() for value in state.values()]
    found = {"weights": bytes_held(model.parameters()), "gradients": bytes_held(p.grad for p in model.parameters())}
    found |= {"optimizer": bytes_held(states), "activations": activations}
    return {name: size / 1e6 for name, size in found.items()}


def estimated_step(batch: int, length: int) -> dict[str, float]:
    """The same by your formulas."""
    layout = (shape.num_hidden_layers, shape.hidden_size, shape.intermediate_size, shape.num_attention_heads)
    groups = [{"parameters": p.numel(), "bits": 32, "trained": p.requires_grad} for p in encoder.parameters()]
    found = training_bytes(groups, gradient_bits=32, state_bits=32, states=2)
    found["activations"] = activation_bytes(batch, length, *layout)
    return {name: found[name] / 1e6 for name in ("weights", "gradients", "optimizer", "activations")}


# %%
def memory_table() -> pd.DataFrame:
    """MB of one step, estimated and measured, for every batch and length of the settings."""
    rows = {}
    for batch, length in itertools.product(settings.memory_batches, settings.memory_lengths):
        estimated = estimated_step(batch, length)
        for name, measured in measured_step(batch, length).items():
            rows[batch, length, name] = {"estimated": estimated[name], "measured": measured}
    table = pd.DataFrame(rows).T.rename_axis(index=["rows", "tokens", "what"])
    table["off by (%)"] = 100 * (table["estimated"] / table["measured"] - 1)
    return table.round(2)


memory = memory_table()
memory


# %%
def figure_lengths(panel, batch: int) -> None:
    """Estimated memory against length, up to 16 times the longest one measured."""
    lengths = np.geomspace(min(settings.memory_lengths), 16 * max(settings.memory_lengths), 30).astype(int)
    steps = [estimated_step(batch, int(length)) for length in lengths]
    panel.plot(lengths, [step["activations"] for step in steps], color=plots.COLOURS[3], label="activations")
    panel.plot(lengths, [sum(step.values()) - step["activations"] for step in steps], "--", label="all else")
    panel.set(xscale="log", yscale="log", xlabel="tokens in a row (number)", ylabel="estimated (MB)")
    panel.legend(fontsize=8)


# %%
def figure_memory():
    figure, panels = plots.axes(2)
    names = ["weights", "gradients", "optimizer", "activations"]
    batch = max(settings.memory_batches)
    for place, length in enumerate(settings.memory_lengths):
        for shift, kind in [(-0.2, "estimated"), (0.2, "measured")]:
            below = 0
            for name, colour in zip(names, plots.COLOURS, strict=False):
                size = memory.loc[(batch, length, name), kind]
                named = {"label": name} if not place and shift < 0 else {}
                panels[0].bar(place + shift, size, 0.36, bottom=below, color=colour, alpha=0.6 + shift, **named)
                below += size
    panels[0].set(
        xticks=range(len(settings.memory_lengths)),
        xticklabels=settings.memory_lengths,
        xlabel=f"tokens in each of {batch} rows (left: estimated, right: measured)",
        ylabel="held in a step (MB)",
    )
    figure_lengths(panels[1], batch)
    panels[0].set_ylim(top=1.4 * panels[0].get_ylim()[1])
    panels[0].legend(fontsize=8, ncols=2, loc="upper left")
    alt = "Left: stacked bars of the memory of a step, estimated beside measured, growing with the length of the rows."
    plots.show(figure, alt=f"{alt} Right: memory against length; activations bend upwards and overtake all else.")
    print(f"largest error of an estimate: {memory['off by (%)'].abs().max():.1f}% (the goal was 10%)")


figure_memory()

# %%
parts = estimated_step(1, 128)
print(f"{shape.model_type} on a card of 16 GB, rows of 128 tokens:", end=" ")
held = 1e6 * (parts["weights"] + parts["gradients"] + parts["optimizer"])
layout = (shape.num_hidden_layers, shape.hidden_size, shape.intermediate_size, shape.num_attention_heads)
print(
    f"{largest_batch(16e9, held, 128, *layout):,} rows by formula; {largest_batch(16e9, held, 512, *layout):,} of 512 tokens"
)
