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
# *Effort.* Easy, 15 minutes, 7 points.
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


# %%
KEYS = ("weights", "gradients", "optimizer", "total")


def bytes_of(groups: list[dict], gradient_bits: float, state_bits: float, states: int) -> list[float]:
    """What training_bytes finds, in the order of KEYS; fails if it changes its groups or remembers something."""
    before = copy.deepcopy(groups)
    answers = []
    for _ in range(2):
        found = training_bytes(groups, gradient_bits, state_bits, states)
        checks.that(groups == before, "The function changes the caller's groups: read them only.")
        checks.that(isinstance(found, dict), "The function should return a dictionary: does it return its result?")
        checks.keys(found, KEYS, "The dictionary that training_bytes returns")
        for key in KEYS:
            checks.shape(found[key], (), f"the value of {key}")
        answers.append([float(found[key]) for key in KEYS])
    hint = "A second call with the same arguments gives other numbers: does the function keep something between calls?"
    checks.that(answers[0] == answers[1], hint)
    return answers[0]


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


# %% check="bytes_full" points=2
one = bytes_of([{"parameters": 1000, "bits": 16, "trained": True}], 32, 64, 3)
checks.that(one[0] != 16_000, "Weights come in bits here: eight of them are one byte.")
checks.that(one[0] != 4_000, "A weight has its group's own bits; 32 are those of a gradient here.")
checks.that(one[1] not in (2_000, 8_000), "A gradient has gradient_bits, whatever a weight or a state has.")
checks.that(one[2] != 8_000, "The optimizer keeps `states` numbers for each parameter, not one.")
checks.that(one[2] not in (12_000, 6_000), "A state has state_bits, whatever a gradient or a weight has.")
checks.that(one[2] != 16_000, "`states` is an argument: two are Adam's moments, and three were asked for.")
without = {28_000: "weights", 26_000: "gradients", 6_000: "optimizer"}
checks.that(one[3] not in without, f"The total leaves out the {without.get(one[3])}: it is the sum of all three.")
checks.close(one, [2_000, 4_000, 24_000, 30_000], f"bytes of 1,000 parameters ({', '.join(KEYS)})")
### BEGIN HIDDEN TESTS
odd = bytes_of([{"parameters": 7, "bits": 3, "trained": True}], 5, 9, 1)
hint = "An odd number of bits is no whole number of bytes, and is not to be rounded."
checks.close(odd, [2.625, 4.375, 7.875, 14.875], f"bytes of 7 parameters of 3 bits ({', '.join(KEYS)})", hint)
for n, bits, gradient, state, states in checks.fresh().integers(1, 60, size=(4, 5)).tolist():
    expected = np.array([n * bits, n * gradient, n * state * states]) / 8
    found = bytes_of([{"parameters": n, "bits": bits, "trained": True}], gradient, state, states)
    checks.close(found, [*expected, expected.sum()], f"bytes of {n} parameters ({', '.join(KEYS)})")
### END HIDDEN TESTS

# %% check="bytes_frozen" points=2
frozen = {"parameters": 8000, "bits": 4, "trained": False}
adapter = {"parameters": 100, "bits": 16, "trained": True}
found = bytes_of([frozen, adapter], 16, 32, 3)
checks.that(found[0] not in (4_000, 200), "All groups have weights, the frozen and the trained: add both.")
checks.that(found[0] not in (16_200, 4_050), "Each group's weights have that group's own bits.")
checks.that(found[1] not in (16_200, 16_000), "A frozen parameter has no gradient: nothing will ever move it.")
checks.that(found[2] not in (97_200, 96_000), "The optimizer keeps states of the trained parameters only.")
several = bytes_of([{**adapter, "parameters": n} for n in (10, 30)], 16, 32, 3)
checks.that(several[1] not in (20, 60), "Of two trained groups, the gradients of only one are counted.")
checks.that(several[2] not in (120, 360), "Of two trained groups, the optimizer's states of only one are counted.")
checks.close(found, [4_200, 200, 1_200, 5_600], f"bytes of a frozen and a trained group ({', '.join(KEYS)})")
checks.close(several, [80, 80, 480, 640], f"bytes of two trained groups ({', '.join(KEYS)})")
### BEGIN HIDDEN TESTS
still = bytes_of([{**frozen, "parameters": 8001}], 16, 32, 3)
checks.close(still, [4000.5, 0, 0, 4000.5], f"bytes when nothing is trained ({', '.join(KEYS)})")
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
checks.close(visible[2][1:3], [18, 72], "bytes of gradients and optimizer, two groups trained and one frozen")
rng = checks.fresh("bytes_outside")
drawn = [
    {"parameters": int(n), "bits": int(bits), "trained": bool(trained)}
    for n, bits, trained in zip(rng.integers(1, 9999, 4), rng.integers(1, 33, 4), [1, 0, 1, 0], strict=True)
]
checks.hand_over(fixed=visible, drawn=bytes_of(drawn, 8, 24, 5))

# %% [markdown]
# The slides this course was designed from print such numbers: 4,200 GB for 175 billion parameters in 32 bits and 12,000
# GB for 500 billion; for ten billion, 160 GB with full tuning, about 40 with LoRA and about 12 with QLoRA. Which
# formula do they come from? Your function's answers beside the slides':


# %%
def slide_table() -> pd.DataFrame:
    """GB by formula beside GB on the slides; adapters have one parameter for a hundred of the base model."""
    billion = 10**9
    rows = []
    for size, slide in [(1, math.nan), (175, 4200), (500, 12000)]:
        group = {"parameters": size * billion, "bits": 32, "trained": True}
        rows.append((f"{size}B, all 32 bits, Adam", training_bytes([group], 32, 32, 2), slide))
    group = {"parameters": 10 * billion, "bits": 16, "trained": True}
    rows.append(("10B, full, mixed precision", training_bytes([group], 16, 32, 3), 160))
    adapter = {"parameters": billion // 10, "bits": 16, "trained": True}
    for name, bits, slide in [("LoRA, base in 16 bits", 16, 40), ("QLoRA, base in 4 bits", 4, 12)]:
        base = {"parameters": 10 * billion, "bits": bits, "trained": False}
        rows.append((f"10B, {name}", training_bytes([base, adapter], 16, 32, 3), slide))
    table = pd.DataFrame(
        {name: {key: found[key] / 1e9 for key in KEYS} | {"slide": slide} for name, found, slide in rows}
    ).T
    table["not in the formula"] = table["slide"] - table["total"]
    table["slide, bytes a parameter"] = table["slide"] / [1, 175, 500, 10, 10, 10]
    return table.astype(float).round(1)


slide_table()

# %% [markdown]
# **Read it.** In GB. 160 is the formula to the digit, with three 32-bit numbers in the optimizer. The slides' 4,200 and
# 12,000 are 24 bytes a parameter, 8 more than the 16 that weights, gradients and Adam need: an allowance for
# activations and buffers, which really depend on batch and length and not on the parameters. And LoRA and QLoRA come to
# 21.6 and 6.6 GB, not to 40 and 12: the slide's numbers are nearly twice what they are before activations and overhead.
# *Not in the formula* is what somebody would have to measure.
