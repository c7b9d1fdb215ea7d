# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 1 · Where the memory goes
#
# ## Exercise 1 · Bytes before the first batch
#
# *Why.* "CUDA out of memory" is a sum that nobody did beforehand. Three of its four terms are known before any text is
# read: the weights, their gradients, and what the optimizer keeps.
#
# *Effort.* Easy, 15 minutes, 9 points.
#
# A training holds **groups** of parameters, each with its number, the bits of one weight, and whether it is trained. A
# frozen group needs its weights and nothing else; a trained one also needs a gradient and so many states of the optimizer
# for each parameter. Write `training_bytes`. A bit is an eighth of a byte.
#
# <details><summary>Hint 1: to check yourself by hand</summary>
#
# A billion parameters, everything in 32 bits, two states (Adam's two moments): 4 GB of weights, 4 of gradients, 8 of
# states. GB here are 10⁹ bytes.
# </details>
#
# <details><summary>Hint 2: where 160 GB come from</summary>
#
# Mixed precision computes with 16-bit weights and gradients; the optimizer keeps three 32-bit numbers for each
# parameter: its two moments and a copy of the weight that is precise enough to take small steps.
# </details>


# %% answer="training_bytes"
def training_bytes(groups: list[dict], gradient_bits: float, state_bits: float, states: int) -> dict[str, float]:
    """Bytes that a training holds before it has read a text.

    Args:
        groups: {"parameters": number, "bits": of one weight, "trained": bool} for each group of parameters.
        gradient_bits: of one gradient. state_bits: of one number of the optimizer's. states: such numbers a parameter.

    Returns:
        {"weights", "gradients", "optimizer", "total"}, in bytes.
    """
    ### BEGIN SOLUTION
    trained = sum(group["parameters"] for group in groups if group["trained"])
    found = {
        "weights": sum(group["parameters"] * group["bits"] for group in groups) / 8,
        "gradients": trained * gradient_bits / 8,
        "optimizer": trained * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}
    ### END SOLUTION


# %% check="bytes_full" points=3
KEYS = ("weights", "gradients", "optimizer", "total")


def bytes_of(groups: list[dict], gradient_bits: float, state_bits: float, states: int) -> list[float]:
    """What training_bytes finds, in the order of KEYS; fails if it changes its groups."""
    before = copy.deepcopy(groups)
    found = training_bytes(groups, gradient_bits, state_bits, states)
    checks.that(groups == before, "The function changes the caller's groups: read them only.")
    checks.that(isinstance(found, dict), "The function should return a dictionary: does it return its result?")
    checks.keys(found, KEYS, "what training_bytes returns")
    return [float(found[key]) for key in KEYS]


one = bytes_of([{"parameters": 1000, "bits": 16, "trained": True}], 32, 64, 3)
checks.that(one[0] != 16_000, "The weights are in bits: eight of them are one byte.")
checks.that(one[0] != 4_000, "A weight has its group's own bits; 32 are those of a gradient here.")
checks.that(one[2] != 8_000, "The optimizer keeps `states` numbers for each parameter, not one.")
checks.that(one[2] not in (12_000, 6_000), "A state has state_bits, whatever a gradient or a weight has.")
checks.that(one[3] != one[0], "The total is the sum of all three.")
checks.close(one, [2_000, 4_000, 24_000, 30_000], f"bytes of 1,000 parameters ({', '.join(KEYS)})")
### BEGIN HIDDEN TESTS
for n, bits, gradient, state, states in checks.fresh().integers(1, 60, size=(4, 5)).tolist():
    expected = np.array([n * bits, n * gradient, n * state * states]) / 8
    found = bytes_of([{"parameters": n, "bits": bits, "trained": True}], gradient, state, states)
    checks.close(found, [*expected, expected.sum()], f"bytes of {n} parameters ({', '.join(KEYS)})")
checks.close(bytes_of([], 16, 32, 3), [0, 0, 0, 0], "bytes of no groups at all")
### END HIDDEN TESTS

# %% check="bytes_frozen" points=3
frozen = {"parameters": 8000, "bits": 4, "trained": False}
adapter = {"parameters": 100, "bits": 16, "trained": True}
found = bytes_of([frozen, adapter], 16, 32, 3)
checks.that(found[0] not in (4_000, 200), "All groups have weights, the frozen and the trained: add both.")
checks.that(found[0] not in (16_200, 4_050), "Each group's weights have that group's own bits.")
checks.that(found[1] != 16_200, "A frozen parameter has no gradient: nothing will ever move it.")
checks.that(found[2] != 97_200, "The optimizer keeps states of the trained parameters only.")
checks.close(found, [4_200, 200, 1_200, 5_600], f"bytes of a frozen and a trained group ({', '.join(KEYS)})")
### BEGIN HIDDEN TESTS
checks.close(bytes_of([frozen], 16, 32, 3), [4000, 0, 0, 4000], f"bytes when nothing is trained ({', '.join(KEYS)})")
rng = checks.fresh()
groups = [
    {"parameters": int(rng.integers(1, 10**6)), "bits": float(rng.choice([4, 8, 16])), "trained": bool(k % 2)}
    for k in range(5)
]
trained = sum(g["parameters"] for g in groups if g["trained"])
weights = sum(g["parameters"] * g["bits"] / 8 for g in groups)
expected = [weights, trained * 3, trained * 10, weights + trained * 13]
checks.close(bytes_of(groups, 24, 40, 2), expected, f"bytes of five groups ({', '.join(KEYS)})")
### END HIDDEN TESTS

# %% check="bytes_outside" points=3
cases = [[(4000, 32, True)], [(4000, 4, False), (10, 16, True)], [(7, 8, True), (9, 4, False), (2, 16, True)]]
given = [[dict(zip(("parameters", "bits", "trained"), row, strict=True)) for row in case] for case in cases]
visible = [bytes_of(groups, 16, 32, 2) for groups in given]
checks.close(visible[2][1:3], [18, 72], "gradients and optimizer of a mixture of groups, bytes")
rng = checks.fresh("bytes_outside")
drawn = [
    {"parameters": int(n), "bits": int(bits), "trained": bool(trained)}
    for n, bits, trained in zip(rng.integers(1, 9999, 4), rng.integers(1, 33, 4), [1, 0, 1, 0], strict=True)
]
checks.hand_over(fixed=visible, drawn=bytes_of(drawn, 8, 24, 5))

# %% [markdown]
# The seeds of this course print such numbers on slides. Which formula do they come from? At 32 bits the slide's 4,200 GB
# for 175 billion parameters and 12,000 GB for 500 billion are 24 bytes for each parameter; ten billion at 160, about 40
# and about 12 GB are full tuning, LoRA and QLoRA. Your function's answers beside the slides':


# %%
def slide_table() -> pd.DataFrame:
    """GB by formula beside GB on the slides; adapters have one parameter for a hundred of the base model."""
    billion = 10**9
    rows = []
    for size, slide in [(1, None), (175, 4200), (500, 12000)]:
        group = {"parameters": size * billion, "bits": 32, "trained": True}
        rows.append((f"{size}B, all 32 bits, Adam", training_bytes([group], 32, 32, 2), slide))
    group = {"parameters": 10 * billion, "bits": 16, "trained": True}
    rows.append(("10B, full, mixed precision", training_bytes([group], 16, 32, 3), 160))
    adapter = {"parameters": billion // 10, "bits": 16, "trained": True}
    for name, bits, slide in [("LoRA, base in 16 bits", 16, 40), ("QLoRA, base in 4 bits", 4, 12)]:
        base = {"parameters": 10 * billion, "bits": bits, "trained": False}
        rows.append((f"10B, {name}", training_bytes([base, adapter], 16, 32, 3), slide))
    table = pd.DataFrame({name: {key: found[key] / 1e9 for key in KEYS} | {"slide": slide} for name, found, slide in rows}).T
    table["not in the formula"] = table["slide"] - table["total"]
    return table.astype(float).round(1)


slide_table()

# %% [markdown]
# **Read it.** In GB. 160 is the formula to the digit, with three 32-bit numbers in the optimizer. The slides' 4,200 and
# 12,000 hold 8 bytes a parameter more than the 16 that weights, gradients and Adam need: an allowance for activations and
# buffers, which really depend on batch and length and not on the parameters. And LoRA and QLoRA come to 21.6 and 6.6 GB,
# not to 40 and 12: the slide's numbers are nearly twice what they are before activations and overhead. The last column is
# what somebody would have to measure.
#
# ## Exercise 2 · Activations, which no parameter count knows
#
# *Why.* The backward pass needs what the forward pass computed, so it is kept. This is the term that grows with batch
# and length, and in attention with the square of the length.
#
# *Effort.* Medium, 20 minutes, 9 points.
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
# most fit into a budget of bytes beside those already held? None, if even one row does not.
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
found = activation_bytes(batch=2, length=10, layers=3, width=8, feed_forward=5, heads=4)
checks.that(found is not None, "The function returns nothing: does it return its result?")
exact = 2 * 10 * 3 * (8 * 8 + 4 * 5 + 4 * 10) * 4
checks.that(found != exact / 4, "These are the numbers; each has `bits` bits, which are bits / 8 bytes.")
hint = "Each head keeps a row of T weights for every token: h · T for each token, with T² for a whole row of text."
checks.that(found not in (2 * 10 * 3 * (8 * 8 + 4 * 5) * 4, 2 * 10 * 3 * (8 * 8 + 4 * 5 + 4) * 4), hint)
checks.that(found != 2 * 10 * 3 * (8 * 8 + 4 * 5 + 10) * 4, "Every head has its own row of weights.")
checks.that(found != exact / 3, "Every layer keeps its own.")
checks.close(found, exact, "bytes for 2 rows of 10 tokens, 3 layers, d = 8, f = 5, h = 4")
### BEGIN HIDDEN TESTS
for b, t, n, d, f, h in checks.fresh().integers(1, 40, size=(5, 6)).tolist():
    expected = b * n * (8 * t * d + 4 * t * f + h * t * t) * 2
    checks.close(activation_bytes(b, t, n, d, f, h, bits=16), expected, f"16-bit bytes for {(b, t, n, d, f, h)}")
### END HIDDEN TESTS

# %% check="activation_batch" points=3
row = 10 * 2 * (8 * 8 + 4 * 6 + 4 * 10) * 4  # bytes of one row of 10 tokens in 2 layers
rest = {"length": 10, "layers": 2, "width": 8, "feed_forward": 6, "heads": 4}
hint = "What is already held takes its part of the budget."
checks.that(largest_batch(5 * row + 7, 2 * row, **rest) != 5, hint)
checks.that(largest_batch(5 * row - 7, row, **rest) != 4, "Half a row does not fit: round down.")
checks.count(largest_batch(5 * row, 2 * row, **rest), 3, "rows where exactly three fit")
checks.count(largest_batch(5 * row - 7, row, **rest), 3, "rows where three fit and nearly a fourth")
checks.count(largest_batch(row, 3 * row, **rest), 0, "rows where more is held than the budget has")
checks.count(largest_batch(row - 1, 0, **rest), 0, "rows where not even one fits")
### BEGIN HIDDEN TESTS
for rows, extra in checks.fresh().integers(1, 50, size=(5, 2)).tolist():
    found = largest_batch(rows * row / 2 + extra, 0, **rest, bits=16)
    checks.count(found, rows, "rows of 16-bit activations that fit", "Half the bits, twice the rows.")
checks.that(type(largest_batch(5.5 * row, 0, **rest)) is int, "A number of rows is an int.")
### END HIDDEN TESTS

# %% check="activation_outside" points=3
grid = list(itertools.product((1, 3), (5, 50), (2, 6)))
visible = [float(activation_bytes(b, t, n, 384, 384, 6)) for b, t, n in grid]
hint = "Twice the length takes more than twice the memory: attention's weights grow with its square."
checks.that(activation_bytes(1, 200, 6, 384, 384, 6) > 2.01 * activation_bytes(1, 100, 6, 384, 384, 6), hint)
rng = checks.fresh("activation_outside")
drawn = [float(activation_bytes(*row)) for row in rng.integers(1, 30, size=(4, 6)).tolist()]
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
def figure_memory():
    figure, panels = plots.axes(2)
    names = ["weights", "gradients", "optimizer", "activations"]
    batch = max(settings.memory_batches)
    for place, length in enumerate(settings.memory_lengths):
        for shift, kind in [(-0.2, "estimated"), (0.2, "measured")]:
            below = 0
            for name, colour in zip(names, plots.COLOURS, strict=False):
                size = memory.loc[(batch, length, name), kind]
                label = name if not place and shift < 0 else None
                panels[0].bar(place + shift, size, 0.36, bottom=below, color=colour, label=label, alpha=0.6 + shift)
                below += size
    panels[0].set_xticks(range(len(settings.memory_lengths)), [str(n) for n in settings.memory_lengths])
    panels[0].set(xlabel=f"tokens in each of {batch} rows (left: estimated, right: measured)", ylabel="held in a step (MB)")
    figure_lengths(panels[1], batch)
    panels[0].legend(fontsize=8)
    worst = memory["off by (%)"].abs().max()
    alt = "Left: stacked bars of the memory of a step, estimated beside measured, growing with the length of the rows."
    plots.show(figure, alt=f"{alt} Right: memory against length; activations bend upwards and overtake all else.")
    print(f"largest error of an estimate: {worst:.1f}% (the goal was 10%)")


def figure_lengths(panel, batch: int) -> None:
    """Estimated memory against length, up to 16 times the longest one measured."""
    lengths = np.geomspace(min(settings.memory_lengths), 16 * max(settings.memory_lengths), 30).astype(int)
    steps = [estimated_step(batch, int(length)) for length in lengths]
    panel.plot(lengths, [step["activations"] for step in steps], color=plots.COLOURS[3], label="activations")
    panel.plot(lengths, [sum(step.values()) - step["activations"] for step in steps], "--", label="all else")
    panel.set(xscale="log", yscale="log", xlabel="tokens in a row (number)", ylabel="estimated (MB)")
    panel.legend(fontsize=8)


figure_memory()

# %%
parts = estimated_step(1, 128)
print(f"{shape.model_type} on a card of 16 GB, rows of 128 tokens:", end=" ")
held = 1e6 * (parts["weights"] + parts["gradients"] + parts["optimizer"])
layout = (shape.num_hidden_layers, shape.hidden_size, shape.intermediate_size, shape.num_attention_heads)
print(f"{largest_batch(16e9, held, 128, *layout):,} rows by formula; {largest_batch(16e9, held, 512, *layout):,} of 512 tokens")
