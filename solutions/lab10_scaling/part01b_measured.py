# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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
    panels[0].set(
        xlabel=f"tokens in each of {batch} rows (left: estimated, right: measured)",
        ylabel="held in a step (MB)",
        ymargin=0.35,
    )
    figure_lengths(panels[1], batch)
    panels[0].legend(fontsize=8, ncols=2)
    worst = memory["off by (%)"].abs().max()
    alt = "Left: stacked bars of the memory of a step, estimated beside measured, growing with the length of the rows."
    plots.show(figure, alt=f"{alt} Right: memory against length; activations bend upwards and overtake all else.")
    print(f"largest error of an estimate: {worst:.1f}% (the goal was 10%)")


# %%
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
print(
    f"{largest_batch(16e9, held, 128, *layout):,} rows by formula; {largest_batch(16e9, held, 512, *layout):,} of 512 tokens"
)
