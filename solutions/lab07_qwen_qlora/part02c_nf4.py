# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 6 · NF4, packed
#
# *Why.* Now the real thing, down to the byte. If your bytes are those of the library, you know what is in a 4-bit
# checkpoint.
#
# *Effort.* Hard, 25 minutes, 8 points.
#
# Write `quantise_nf4`: blocks and scales as in Exercise 4 (here the numbers always fill their blocks), each weight
# divided by its block's scale, the code is the number, 0 to 15, of the *nearest* level; two codes to a byte, the
# first in the high half. And `dequantise_nf4`, from the bytes back to weights.
#
# <details><summary>Hint 1: nearest without a loop</summary>
# Between two neighbouring levels the border is their midpoint: <code>torch.bucketize(values, midpoints)</code> counts
# how many midpoints lie below each value, and that is the code.
# </details>
# <details><summary>Hint 2: halves of a byte</summary>
# <code>first * 16 + second</code> going in; <code>byte // 16</code> and <code>byte % 16</code> coming out (or shifts:
# <code>&lt;&lt; 4</code>, <code>&gt;&gt; 4</code>, <code>&amp; 15</code>).
# </details>


# %%
def codes_in(packed: torch.Tensor) -> torch.Tensor:
    """The codes in bytes, the high half first, (2 * bytes,)."""
    packed = packed.flatten().to(torch.int64)
    return torch.stack([packed // 16, packed % 16], dim=1).flatten()


def library_nf4(weights: torch.Tensor, block: int, double: bool = False):
    """(packed, state) of bitsandbytes for the same weights."""
    return bitsandbytes.functional.quantize_4bit(
        weights.contiguous(), blocksize=block, quant_type="nf4", compress_statistics=double
    )


# %% answer="quantise_nf4"
def quantise_nf4(weights: torch.Tensor, levels: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Packed codes, uint8, (numbers / 2,), and scales, float32, (blocks,); `levels` ascend from -1 to 1."""
    ### BEGIN SOLUTION
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    values = (blocks / scales.clamp(min=1e-30).unsqueeze(1)).flatten()
    codes = torch.bucketize(values, (levels[1:] + levels[:-1]) / 2).to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scales
    ### END SOLUTION


def dequantise_nf4(
    packed: torch.Tensor, scales: torch.Tensor, levels: torch.Tensor, block: int, shape: tuple[int, ...]
) -> torch.Tensor:
    """The weights that the packed codes stand for, float32, in this shape."""
    ### BEGIN SOLUTION
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().long()
    return (levels[codes].view(-1, block) * scales.unsqueeze(1)).view(shape)
    ### END SOLUTION


# %% check="nf4_nearest" points=3
def share_equal(packed: torch.Tensor, weights: torch.Tensor, block: int) -> float:
    """Share of codes that are those of bitsandbytes, packed or not, in whichever order two share a byte."""
    theirs = codes_in(library_nf4(weights, block)[0])
    found = packed.flatten()
    mine = found.long() if found.numel() == theirs.numel() else codes_in(found)
    checks.count(mine.numel(), theirs.numel(), "the number of codes", "One code for each weight.")
    return max(float((codes == theirs).float().mean()) for codes in (mine, mine.view(-1, 2).flip(1).flatten()))


weights = torch.randn(12, 64, generator=torch.Generator().manual_seed(2)) * 0.02
packed, scales = quantise_nf4(weights, LEVELS, 64)
hint = "Each block of 64 has its own scale, its largest absolute value."
checks.close(scales.flatten(), weights.abs().amax(1), "the scales", hint=hint, rtol=1e-4)
hint = "After dividing by the scale, take the nearest level (borders are midpoints), not the next one below or above."
checks.between(share_equal(packed, weights, 64), 0.999, 1, "share of codes as in bitsandbytes", hint)
### BEGIN HIDDEN TESTS
weights = torch.tensor(checks.fresh().standard_t(4, size=(40, 64))).float()
for block in (32, 64):
    share = share_equal(quantise_nf4(weights, LEVELS, block)[0], weights, block)
    checks.between(share, 0.999, 1, "share of codes as in bitsandbytes", hint)
### END HIDDEN TESTS

# %% check="nf4_packed" points=3
weights = LEVELS.repeat(4)[torch.tensor([15, 0, 7, 7, 1, 14, 3, 12] * 8)]  # weights that are levels themselves
packed, _ = quantise_nf4(weights, LEVELS, 64)
hint = "Two codes share a byte (uint8): 64 weights take 32."
checks.dtype(packed, "uint8", "the packed codes", hint)
checks.shape(packed.flatten(), (32,), "the bytes of 64 weights", hint)
hint = "The first code of a pair stands in the high half of its byte (times 16), the second in the low half."
pattern = [15 * 16 + 0, 7 * 16 + 7, 1 * 16 + 14, 3 * 16 + 12] * 8
checks.close(packed.flatten().int(), pattern, "the bytes", hint=hint)

# %% check="nf4_back" points=2
weights = torch.randn(8, 32, generator=torch.Generator().manual_seed(3))
packed, state = library_nf4(weights, 32)
expected = bitsandbytes.functional.dequantize_4bit(packed, state)
found = dequantise_nf4(packed.flatten(), state.absmax, LEVELS, 32, (8, 32))
hint = "From a byte come two codes, the high half first; each names a level, times its block's scale."
checks.close(found, expected, "the weights", hint=hint, rtol=1e-4, atol=1e-6)

# %% [markdown]
# Byte by byte on real weights: every matrix of the first layers of this profile's model.


# %%
def matrices(layers: int) -> dict[str, torch.Tensor]:
    """Name -> weights, float32 on the CPU, of every matrix in the first layers."""
    found = {}
    for number, layer in enumerate(base_model().model.layers[:layers]):
        for name, module in layer.named_modules():
            if isinstance(module, nn.Linear):
                found[f"{number}.{name}"] = module.weight.detach().float().cpu()
    return found


# %%
@functools.cache
def agreement() -> pd.DataFrame:
    rows = {}
    for weights in matrices(settings.layers_compared).values():
        packed, scales = quantise_nf4(weights, LEVELS, settings.block)
        theirs, state = library_nf4(weights, settings.block)
        same = codes_in(packed) == codes_in(theirs)
        row = rows.setdefault("x".join(map(str, weights.shape)), {"codes": 0, "equal": 0, "scales differ by": 0.0})
        row["codes"] = row["codes"] + same.numel()
        row["equal"] = row["equal"] + int(same.sum())
        row["scales differ by"] = max(row["scales differ by"], float((scales - state.absmax).abs().max()))
    table = pd.DataFrame(rows).T
    table["share equal"] = table["equal"] / table["codes"]
    return table.astype({"codes": int, "equal": int})


# %%
agreement()
