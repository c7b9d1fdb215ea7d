# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

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


# %% answer="double_quantise"
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


# %% check="double_codes" points=3
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

# %% check="double_back" points=2
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

# %% check="double_bits" points=2
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
    shape = tuple(together.shape)
    found = {}
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
    table = error_table()
    blocks = flat_weights()[: 4096 * 16].view(-1, settings.block)
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
