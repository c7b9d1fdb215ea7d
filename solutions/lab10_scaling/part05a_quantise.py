# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 5 · The same model, smaller
#
# ## Exercise 8 · Eight bits, four bits
#
# *Why.* A weight of 32 bits is mostly digits that no prediction needs. Rounding it to one of 255 levels takes a quarter of
# the memory, to one of 15 an eighth, and no training at all.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Quantise a matrix **row by row**: a row's scale is its largest absolute value divided by the highest level,
# 2^(bits−1) − 1 (127 for 8 bits, 7 for 4), and its codes are the weights divided by the scale, **rounded to the nearest whole number**.
# Write `quantise` and `dequantise`, and `quantised_bytes`: what codes and scales take when codes are packed without gaps
# (two to a byte at 4 bits). A row of zeros comes back as zeros.
#
# <details><summary>Hint 1: shapes</summary>
#
# <code>weight.abs().amax(dim=1, keepdim=True)</code> has shape (rows, 1), which divides a (rows, columns) matrix row by row.
# </details>


# %% answer="quantise"
def quantise(weight: torch.Tensor, bits: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(codes (rows, columns) of dtype int8, scales (rows,) float32) of a float32 matrix; bits is 2 to 8."""
    ### BEGIN SOLUTION
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().amax(dim=1) / highest
    scales = torch.where(scales == 0, torch.ones_like(scales), scales)
    return torch.round(weight / scales[:, None]).to(torch.int8), scales
    ### END SOLUTION


def dequantise(codes: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """The float32 matrix (rows, columns) that codes and scales stand for."""
    ### BEGIN SOLUTION
    return codes.to(torch.float32) * scales[:, None]
    ### END SOLUTION


def quantised_bytes(rows: int, columns: int, bits: int, scale_bits: int = 32) -> float:
    """Bytes of a quantised matrix: its codes, packed, and one scale for each row."""
    ### BEGIN SOLUTION
    return (rows * columns * bits + rows * scale_bits) / 8
    ### END SOLUTION


# %% check="quantise_codes" points=2
def codes_of(weight: torch.Tensor, bits: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(codes, scales), after a look at their forms."""
    found = checks.unchanged(lambda w: quantise(w, bits), weight, what="the weight")
    checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two tensors: codes, then scales.")
    codes, scales = found
    checks.shape(codes, tuple(weight.shape), "the codes")
    checks.that(tuple(scales.shape) in ((len(weight),), (len(weight), 1)), "There is one scale for each row.")
    checks.dtype(
        codes, "int8", "the codes", hint="Codes are small whole numbers, kept as such: that is what saves memory."
    )
    return codes.to(torch.float32), scales.reshape(-1)


weight = torch.tensor([[1.27, -0.638, 0.006, 0.0], [12.7, -25.4, 0.34, 7.77]])
codes, scales = codes_of(weight, 8)
checks.that(
    not np.isclose(float(scales[0]), 0.2), "Each row has a scale of its own: row 0 must not pay for row 1's 25.4."
)
checks.that(
    not np.isclose(float(scales[0]), 1.27 / 128), "The highest level is 2^(bits-1) - 1 = 127, on both sides of zero."
)
checks.that(not np.isclose(float(scales[1]), 0.1), "The largest ABSOLUTE value sets the scale: in row 1 that is 25.4.")
checks.close(scales, [0.01, 0.2], "the scales at 8 bits", rtol=1e-4)
hint = "Round to the nearest level: -63.8 becomes -64 and 38.85 becomes 39. Cutting digits off makes the error twice as large."
checks.close(codes, [[127, -64, 1, 0], [64, -127, 2, 39]], "the codes at 8 bits", hint=hint)
codes, scales = codes_of(torch.tensor([[0.7, -0.36, 0.04]]), 4)
checks.that(
    not np.isclose(float(scales[0]), 0.7 / 127), "At 4 bits the highest level is 7: the number of bits is an argument."
)
checks.close(scales, [0.1], "the scale at 4 bits", rtol=1e-4)
checks.close(codes, [[7, -4, 0]], "the codes at 4 bits", hint=hint)
### BEGIN HIDDEN TESTS
for bits in range(2, 9):
    drawn = torch.from_numpy(checks.fresh().normal(size=(5, 40))).float() * torch.tensor(
        [[1e-3], [1.0], [30.0], [0.1], [7.0]]
    )
    codes, scales = codes_of(drawn, bits)
    highest = 2 ** (bits - 1) - 1
    checks.close(scales, drawn.abs().amax(1) / highest, f"scales at {bits} bits", rtol=1e-4)
    checks.close(codes.abs().amax(1), [highest] * 5, f"the highest code of each row at {bits} bits")
### END HIDDEN TESTS

# %% check="quantise_back" points=3
weight = torch.from_numpy(np.random.default_rng(4).normal(size=(6, 32))).float()
weight[2] = 0
for bits in (8, 4):
    codes, scales = quantise(weight.clone(), bits)
    kept = codes.clone()
    back = dequantise(codes, scales)
    checks.that(back is not None, "dequantise returns nothing: does it return its result?")
    checks.that(torch.equal(codes, kept), "dequantise changes the codes that it is given.")
    checks.dtype(back, "float32", "what dequantise returns")
    checks.that(
        not torch.isnan(back).any(),
        "A row of zeros comes back as nan: its largest value is 0, and 0 / 0 is not a number.",
    )
    step = weight.abs().amax(1, keepdim=True) / (2 ** (bits - 1) - 1)
    hint = f"At {bits} bits no weight moves by more than half a level of its row"
    checks.that(
        ((back - weight).abs() <= 0.501 * step + 1e-7).all(), f"{hint}: is each row multiplied by its own scale?"
    )
### BEGIN HIDDEN TESTS
drawn = torch.from_numpy(checks.fresh().normal(size=(3, 3))).float()  # square: rows and columns can be mixed up
scaled = drawn * torch.tensor([[1.0], [10.0], [100.0]])
back = dequantise(*quantise(scaled.clone(), 8))
checks.close(
    back / scaled.abs().amax(1, keepdim=True),
    scaled / scaled.abs().amax(1, keepdim=True),
    "a square matrix, there and back",
    atol=0.005,
)
codes = torch.tensor([[1, -2], [3, 4]], dtype=torch.int8)
checks.close(
    dequantise(codes, torch.tensor([0.5, 100.0])), [[0.5, -1.0], [300.0, 400.0]], "what codes and scales stand for"
)
### END HIDDEN TESTS

# %% check="quantise_size" points=3
found = quantised_bytes(10, 64, 4)
checks.that(found is not None, "quantised_bytes returns nothing: does it return its result?")
checks.that(found != 640, "At 4 bits two codes share a byte.")
checks.that(found not in (320, 324), "Each row's scale is kept as well: without it the codes mean nothing.")
checks.that(found != 360 * 8, "Eight bits are one byte.")
checks.close(found, 360, "bytes of 10 rows of 64 codes of 4 bits, with 32-bit scales")
checks.close(quantised_bytes(3, 8, 8, scale_bits=16), 30, "bytes of 3 rows of 8 codes of 8 bits, with 16-bit scales")
rng = checks.fresh("quantise_size")
drawn = torch.from_numpy(rng.normal(size=(4, 16))).float()
there_and_back = [dequantise(*quantise(drawn.clone(), bits)) for bits in (8, 4, 3)]
checks.hand_over(
    matrices=there_and_back, sizes=[float(quantised_bytes(*row)) for row in rng.integers(2, 99, size=(4, 4)).tolist()]
)
