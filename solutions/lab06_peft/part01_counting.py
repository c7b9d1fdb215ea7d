# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 1 · Counting first
#
# ## Exercise 1 · What would it train, and what would it store?
#
# *Why.* A matrix of 768 × 768 has 589,824 numbers. If the change that a task needs has rank *r*, two thin matrices say
# it: one of *out* × *r*, one of *r* × *in*. Whether that is little depends on the shape; count before you believe.
#
# *Effort.* Easy, 10 minutes, 6 points.
#
# Write `lora_numbers`: how many numbers LoRA of rank r trains for one matrix, and which share of the matrix that is
# (0 to 1). And `storage_bytes`: the bytes on disk for so many tasks, once as `"full copies"` (each task its own whole
# model) and once as `"one base"` (the model once, and each task's added numbers).
#
# <details><summary>Hint 1: to check yourself by hand</summary>
# 768 × 768 at r = 16: 24,576 numbers, 4.2%. 512 × 64 at r = 8: 8 · 64 + 512 · 8 = 4,608, which is 86% fewer.
# </details>


# %% answer="counting"
def lora_numbers(out_features: int, in_features: int, r: int) -> tuple[int, float]:
    """(numbers that LoRA trains for one matrix, their share of the matrix's own numbers, 0 to 1)."""
    ### BEGIN SOLUTION
    count = r * (out_features + in_features)
    return count, count / (out_features * in_features)
    ### END SOLUTION


def storage_bytes(base: int, added: int, tasks: int, bytes_each: int = 4) -> dict[str, int]:
    """{"full copies": bytes, "one base": bytes} for a base model of so many numbers and so many added ones a task."""
    ### BEGIN SOLUTION
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * (base + added * tasks)}
    ### END SOLUTION


# %% check="count_lora" points=2
hint = "LoRA trains two matrices, A of r × in and B of out × r: r times the sum of both sides."
for sides, expected in [((768, 768, 16), 24_576), ((512, 64, 8), 4_608), ((5, 7, 1), 12)]:
    checks.count(lora_numbers(*sides)[0], expected, f"numbers trained for out, in, r = {sides}", hint)
### BEGIN HIDDEN TESTS
for out, inside, r in checks.fresh().integers(2, 900, size=(6, 3)).tolist():
    checks.count(lora_numbers(out, inside, r)[0], r * out + r * inside, "numbers trained", hint)
### END HIDDEN TESTS

# %% check="count_share" points=2
hint = "The share is what LoRA trains, divided by the matrix's own numbers: 0 to 1, neither percent nor what is saved."
checks.close(lora_numbers(768, 768, 16)[1], 1 / 24, "the share at 768 × 768, r = 16", hint=hint)
checks.close(lora_numbers(512, 64, 8)[1], 4_608 / 32_768, "the share at 512 × 64, r = 8", hint=hint)
### BEGIN HIDDEN TESTS
for out, inside in checks.fresh().integers(20, 900, size=(6, 2)).tolist():
    checks.close(lora_numbers(out, inside, 3)[1], 3 / out + 3 / inside, "the share at r = 3", hint=hint)
### END HIDDEN TESTS

# %% check="count_storage" points=2
found = storage_bytes(1000, 10, tasks=3)
checks.keys(found, ["full copies", "one base"], "what storage_bytes returns")
hint = "Full fine-tuning stores one whole model a task, at bytes_each for each number."
checks.count(found["full copies"], 12_000, "bytes of three full copies", hint)
hint = "The base is stored once, however many tasks there are, and each task adds its own numbers only."
checks.count(found["one base"], 4_120, "bytes of one base with three tasks", hint)
hint = "Each number takes bytes_each bytes: that they are 4 is only what is taken where the caller does not say."
found = storage_bytes(1000, 10, tasks=5, bytes_each=2)
checks.count(found["full copies"], 10_000, "bytes of five full copies at two bytes a number", hint)
checks.count(found["one base"], 2_100, "bytes of one base with five tasks at two bytes a number", hint)
### BEGIN HIDDEN TESTS
base, added, tasks, size = (int(n) for n in checks.fresh().integers(2, 10**6, size=4))
found = storage_bytes(base, added, tasks, size)
checks.count(found["one base"], size * base + size * tasks * added, "bytes of one base", hint)
checks.count(found["full copies"], size * base * tasks, "bytes of full copies", "One whole model a task.")
### END HIDDEN TESTS


# %%
def stored_gigabytes() -> pd.DataFrame:
    """GB on disk for 1 to 100 tasks of the model settings.large, with LoRA on query and value of each layer."""
    large = settings.large
    added = 2 * large["layers"] * lora_numbers(large["width"], large["width"], large["r"])[0]
    return pd.DataFrame({n: storage_bytes(large["parameters"], added, n) for n in range(1, 101)}).T / 1e9


# %%
def figure_counting():
    (figure, panels) = plots.axes(2)
    ranks = [2**n for n in range(8)]
    for out, inside in [(768, 768), (512, 64), tuple(whole.body.layers[0].self_attn.v_proj.weight.shape)]:
        shares = [100 * lora_numbers(out, inside, r)[1] for r in ranks]
        panels[0].plot(ranks, shares, "o-", label=f"{out} × {inside}")
    panels[0].axhline(100, color="grey", linestyle="--")
    panels[0].set(xscale="log", yscale="log", xlabel="rank r (number)", ylabel="trained, of the matrix (%)")
    stored = stored_gigabytes()
    for name, style in [("full copies", "-"), ("one base", "--")]:
        panels[1].plot(stored.index, stored[name], style, label=name)
    panels[1].set(yscale="log", xlabel="tasks (number)", ylabel="on disk, 4 bytes a number (GB)")
    [panel.legend(fontsize=8) for panel in panels]
    grown = f"one base from {stored['one base'][1]:.1f} to {stored['one base'][100]:.1f} GB."
    alt = "Left: the share that LoRA trains grows in proportion to the rank, and passes 100% for small matrices. "
    plots.show(figure, alt=f"{alt}Right: storage for 1 to 100 tasks; full copies grow a hundredfold, {grown}")
    print(f"a hundred tasks: {stored['full copies'][100]:.0f} GB, or {stored['one base'][100]:.1f} GB")


figure_counting()
