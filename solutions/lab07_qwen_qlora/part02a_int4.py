# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 2 · Four bits by hand
#
# ## Exercise 4 · Integers and a scale for each block
#
# *Why.* A weight that is only read need not be exact. With four bits there are sixteen values; what they stand for is
# agreed block by block, so that one large weight spoils its own block and not the whole matrix.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `quantise_int4`: the weights row by row in blocks of `block` numbers (the last may be shorter); the scale of a
# block is its largest absolute value; a code is the *nearest* integer from −7 to 7, where 7 stands for the scale. And
# the way back, `dequantise_int4`. A block of zeros comes back as zeros: keep its divisor above zero, for what becomes of
# 0 / 0 when it is cast to an integer differs from machine to machine (on some it is 0, and no check would notice).
#
# <details><summary>Hint 1: the last block</summary>
# Pad the flat weights with zeros to a multiple of <code>block</code>, work on a (blocks, block) table, and cut the
# codes at the end. Zeros never raise a largest absolute value.
# </details>
# <details><summary>Hint 2: a scale for each number</summary>
# <code>scales.repeat_interleave(block)[: codes.numel()]</code>.
# </details>


# %%
def relative_error(approximate: torch.Tensor, exact: torch.Tensor) -> float:
    """Norm of the difference / norm of the exact weights."""
    return float((approximate.float() - exact.float()).norm() / exact.float().norm())


def coded(weights: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Your codes and scales; explains what stops where the last block is shorter."""
    try:
        return quantise_int4(weights, block)
    except (RuntimeError, ValueError) as error:
        hint = f"{weights.numel()} numbers do not fill blocks of {block}: pad the last block with zeros."
        checks.that(weights.numel() % block == 0, f"{hint} PyTorch says: {error}")
        raise


# %% answer="quantise_int4"
def quantise_int4(weights: torch.Tensor, block: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Codes from -7 to 7, int8, (numbers,), and scales, float32, (blocks,), of a tensor of any shape."""
    ### BEGIN SOLUTION
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.abs().amax(1)  # (blocks,)
    codes = (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: flat.numel()], scales
    ### END SOLUTION


def dequantise_int4(codes: torch.Tensor, scales: torch.Tensor, block: int, shape: tuple[int, ...]) -> torch.Tensor:
    """The weights that the codes stand for, float32, in this shape."""
    ### BEGIN SOLUTION
    return (codes / 7 * scales.repeat_interleave(block)[: codes.numel()]).view(shape)
    ### END SOLUTION


# %% check="int4_codes" points=3
codes, scales = quantise_int4(torch.tensor([[0.7, -0.26, 0.24, 0.04], [-1.4, 1.1, 0.89, 0.11]]), 4)
hint = "The scale of a block is its largest absolute value, the sign left aside."
checks.close(scales, [0.7, 1.4], "the scales", hint=hint, rtol=1e-4)
hint = "7 stands for the scale, and a code is the NEAREST of the integers from -7 to 7: round, do not cut off."
checks.close(codes, [7, -3, 2, 0, -7, 6, 4, 1], "the codes", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
whole = rng.integers(-7, 8, size=(6, 16))
whole[:, 3] = 7
off = torch.tensor(whole + rng.uniform(-0.45, 0.45, size=whole.shape) * (np.abs(whole) < 7)).float()
codes, _ = quantise_int4(0.03 * off, 16)
checks.close(codes, whole.flatten(), "the codes", hint=hint)
### END HIDDEN TESTS

# %% check="int4_blocks" points=3
weights = torch.tensor([[0.1, 0.2, 0.1, -0.2, 0.1, 0.1], [9.0, 1.0, 0.3, 0.3, 0.2, -0.3]])
codes, scales = quantise_int4(weights, 4)
hint = "A scale for each block of 4 numbers, taken along the rows one after the other: a block may cross a row's end."
checks.close(scales, [0.2, 9.0, 0.3], "the scales", hint=hint, rtol=1e-4)
codes, scales = coded(weights, 5)
hint = "Twelve numbers in blocks of 5: two whole ones and a last one of two, and still twelve codes."
checks.shape(codes, (12,), "the codes", hint)
checks.close(scales, [0.2, 9.0, 0.3], "the scales", hint=hint, rtol=1e-4)

# %% check="int4_back" points=2
weights = torch.randn(7, 9, generator=torch.Generator().manual_seed(1))
weights[2:4] = 0.0
codes, scales = coded(weights, 8)
back = dequantise_int4(codes, scales, 8, (7, 9))
checks.shape(back, (7, 9), "the weights", "Back in the shape given.")
hint = "A block of zeros has the scale 0, and 0 / 0 is nan: keep the divisor above zero."
checks.that(bool(torch.isfinite(back).all()), hint)
hint = "A weight comes back within half a step, that is its block's scale / 14: code / 7 x scale."
step = scales.repeat_interleave(8)[:63].view(7, 9) / 14
checks.that(bool(((back - weights).abs() <= step * 1.001 + 1e-6).all()), hint)
