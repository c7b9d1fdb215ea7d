# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 9 · Prune by magnitude
#
# *Why.* Many weights are nearly zero, so make them zero. Whether that saves anything is another question, which the size on
# disk answers, and not the count of zeros.
#
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write `prune`: a copy of all matrices in which the `share` of smallest absolute value is zero. **One ranking for all of
# them together**: a matrix of small weights loses more than one of large ones. Of *n* weights, exactly round(share · n)
# become zero (which of equal ones, is up to you); the others stay as they are.
#
# And `sparse_bytes`: a pruned matrix is stored as its nonzero values, each with its place, an index of `index_bits`.
#
# <details><summary>Hint 1: one ranking</summary>
#
# <code>torch.cat([weight.abs().flatten() for weight in weights.values()])</code>, then <code>argsort</code>: the first
# round(share · n) places become zero in the flat tensor, which <code>split</code> cuts up again.
# </details>


# %% answer="prune"
def prune(weights: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
    """Copies of the tensors, by name, of whose elements together the share (0 to 1) of smallest magnitude is zero."""
    ### BEGIN SOLUTION
    flat = torch.cat([weight.flatten() for weight in weights.values()])
    places = flat.abs().argsort()[: round(share * len(flat))]
    flat[places] = 0
    pieces = flat.split([weight.numel() for weight in weights.values()])
    return {name: piece.reshape(weights[name].shape).clone() for name, piece in zip(weights, pieces, strict=True)}
    ### END SOLUTION


def sparse_bytes(values: int, zeros: int, value_bits: int = 32, index_bits: int = 32) -> float:
    """Bytes of a tensor of so many values, of which so many are zero, stored as nonzero values and their places."""
    ### BEGIN SOLUTION
    return (values - zeros) * (value_bits + index_bits) / 8
    ### END SOLUTION


# %% check="prune_smallest" points=3
def pruned(weights: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
    """What prune returns, after a look at its form and at its arguments."""
    before = {name: weight.clone() for name, weight in weights.items()}
    found = prune(weights, share)
    hint = "prune changes the tensors that it is given: the model would be pruned for good. Work on copies."
    checks.that(all(torch.equal(weights[name], before[name]) for name in before), hint)
    checks.that(isinstance(found, dict), "prune should return a dictionary: does it return its result?")
    checks.keys(found, list(weights), "what prune returns")
    for name, weight in weights.items():
        checks.shape(found[name], tuple(weight.shape), f"the pruned {name}")
    return found


two = {"a": torch.tensor([[0.1, -5.0], [0.2, 3.0]]), "b": torch.tensor([0.9, -0.3, 4.0, 2.0, -1.0, 6.0])}
found = pruned(two, 0.3)
hint = "-5 is a large weight: magnitude is the absolute value."
checks.that(found["a"][0, 1] != 0, hint)
hint = "The rest stays as it is: pruning zeroes the smallest, and neither scales nor keeps only the others' signs."
checks.close(found["b"][[0, 2, 3, 4, 5]], two["b"][[0, 2, 3, 4, 5]], "weights that stay", hint=hint)
zeros = int(sum((weight == 0).sum() for weight in found.values()))
checks.that(zeros != 7, "The share is what becomes zero, not what is kept.")
checks.count(zeros, 3, "zeros among ten weights at a share of 0.3")
checks.close(found["a"], [[0.0, -5.0], [0.0, 3.0]], "the first matrix at a share of 0.3")
checks.close(found["b"], [0.9, 0.0, 4.0, 2.0, -1.0, 6.0], "the second tensor at a share of 0.3")
### BEGIN HIDDEN TESTS
drawn = {f"w{k}": torch.from_numpy(checks.fresh().normal(size=(4, 5 + k))).float() for k in range(3)}
everything = torch.cat([weight.abs().flatten() for weight in drawn.values()])
for share in (0.1, 0.5, 0.75):
    limit = everything.sort().values[round(share * len(everything))]
    for name, weight in pruned(drawn, share).items():
        checks.close(weight, torch.where(drawn[name].abs() < limit, 0.0, drawn[name]), f"{name} at a share of {share}")
### END HIDDEN TESTS

# %% check="prune_together" points=3
uneven = {"small": torch.full((2, 5), 0.01) * torch.arange(1, 11).reshape(2, 5), "large": torch.arange(1.0, 11.0)}
found = pruned(uneven, 0.5)
hint = "All ten weights of `small` are below all of `large`: at a share of one half they go, and `large` keeps all of its own."
checks.count(int((found["large"] == 0).sum()), 0, "zeros in the tensor of large weights", hint)
checks.count(int((found["small"] == 0).sum()), 10, "zeros in the tensor of small weights", hint)
tied = pruned({"t": torch.tensor([2.0, -2.0, 2.0, 2.0])}, 0.5)["t"]
hint = "Four equally large weights, a share of one half: exactly two become zero. A threshold alone cannot do that."
checks.count(int((tied == 0).sum()), 2, "zeros among equal weights", hint)
### BEGIN HIDDEN TESTS
checks.count(int((pruned(uneven, 0.0)["small"] == 0).sum()), 0, "zeros at a share of 0")
checks.count(int(sum((w == 0).sum() for w in pruned(uneven, 1.0).values())), 20, "zeros at a share of 1")
zeroed = pruned({"t": torch.tensor([0.0, 0.0, 1.0, 3.0])}, 0.75)["t"]
checks.close(zeroed, [0.0, 0.0, 0.0, 3.0], "a tensor that had zeros before, at a share of 0.75")
### END HIDDEN TESTS

# %% check="prune_size" points=2
found = sparse_bytes(1000, 900)
checks.that(found is not None, "sparse_bytes returns nothing: does it return its result?")
checks.that(found != 400, "A value without its place is of no use: each nonzero one also needs its index.")
checks.that(found not in (7200, 3600), "The nonzero ones are stored, not the zeros.")
checks.that(found != 6400, "Eight bits are one byte.")
checks.close(found, 800, "bytes of 1,000 values of which 900 are zero")
checks.close(sparse_bytes(1000, 600, value_bits=8, index_bits=16), 1200, "bytes with 8-bit values and 16-bit places")
### BEGIN HIDDEN TESTS
n, z, v, i = (int(k) for k in checks.fresh().integers(1, 90, size=4))
checks.close(sparse_bytes(n + z, z, v, i), n * (v + i) / 8, "bytes of nonzero values and places")
checks.close(sparse_bytes(50, 50), 0, "bytes where all is zero")
### END HIDDEN TESTS


# %%
print(f"a million 32-bit weights, dense: {4e6 / 1e6:.1f} MB; sparse, with 32-bit places:", end=" ")
for share in settings.pruned_shares:
    print(f"{100 * share:.0f}% zero {sparse_bytes(10**6, round(10**6 * share)) / 1e6:.1f} MB", end="; ")
