# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# One run, one seed: what it is worth beside the baselines, with a spread, is the closing table's business.
#
# # Part 4 · Freezing
#
# ## Exercise 5 · All but the last N
#
# *Why.* The lower layers know words and grammar, which do not change from task to task. To freeze a parameter is to set
# `requires_grad = False` on it: no gradient, no optimizer state, no change.
#
# *Effort.* Medium, 15 minutes, 9 points.
#
# Write `freeze(model, last)`. The embeddings and all layers but the last `last` are frozen; the last ones,
# `final_norm`, `head` and `classifier` learn. `last=0` leaves only those three; `None` unfreezes everything. It must
# not matter how the model was frozen before. Return how many numbers will be trained.
#
# <details><summary>Hint 1: the loop everybody writes</summary>
# <code>for layer in model.model.layers[:-N]: for p in layer.parameters(): p.requires_grad = False</code>. Try it with
# N = 0 on a Python list before you trust it.
# </details>
# <details><summary>Hint 2: why the embeddings too?</summary>
# While anything below learns, the gradient has to be carried all the way down to it, through every frozen layer, and
# every layer's activations are kept for that. The embeddings are at the very bottom, under
# <code>model.model.embeddings</code>.
# </details>


# %%
def learns(module) -> bool:
    """Whether all parameters of the module learn; fails the check if only some do."""
    flags = {parameter.requires_grad for parameter in module.parameters()}
    checks.that(len(flags) == 1, "Half of a module is frozen and half is not: set the flag on every parameter of it.")
    return flags.pop()


# %% answer="freeze"
def freeze(model, last: int | None) -> int:
    """Leaves the last layers, final_norm, head and classifier trainable (None: everything); returns trainable numbers."""
    ### BEGIN SOLUTION
    model.requires_grad_(True)
    if last is not None:
        layers = model.model.layers
        model.model.embeddings.requires_grad_(False)
        for layer in layers[: len(layers) - last]:
            for parameter in layer.parameters():
                parameter.requires_grad = False
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    ### END SOLUTION


# %% check="freeze_layers" points=2
for last in (1, 2, 3):
    model = toy_model()
    freeze(model, last)
    expected = [False] * (4 - last) + [True] * last
    found = [learns(layer) for layer in model.model.layers]
    hint = (
        f"Of four layers, the last {last} should learn. "
        "Is the flag set on the parameters (not the layer), and at the right end?"
    )
    checks.that(found == expected, hint)
### BEGIN HIDDEN TESTS
layers = int(checks.fresh().integers(5, 9))
for last in (1, layers - 1, layers):
    toy = toy_model(layers=layers)
    freeze(toy, last)
    checks.that([learns(layer) for layer in toy.model.layers] == [n >= layers - last for n in range(layers)], hint)
### END HIDDEN TESTS

# %% check="freeze_none_left" points=2
model = toy_model()
freeze(model, 0)
hint = "With last=0 no layer learns. layers[:-0] is layers[:0], an empty list: count from the front instead."
checks.that(not any(learns(layer) for layer in model.model.layers), hint)

# %% check="freeze_embeddings" points=2
for last in (2, 4):
    model = toy_model()
    freeze(model, last)
    hint = (
        "The embeddings still learn, so every backward pass runs down to them: freeze model.model.embeddings as well."
    )
    checks.that(not learns(model.model.embeddings), hint)

# %% check="freeze_head" points=1
model = toy_model()
freeze(model, 1)
hint = "final_norm, head and classifier should learn: without them nothing new can come out at the top."
checks.that(all(learns(part) for part in (model.model.final_norm, model.head, model.classifier)), hint)

# %% check="freeze_again" points=1
model = toy_model()
for last, expected in [(1, 1), (3, 3), (2, 2), (None, 4)]:
    freeze(model, last)
    found = sum(learns(layer) for layer in model.model.layers)
    checks.count(
        found, expected, f"layers that learn after freeze(model, {last})", "What was frozen before should not matter."
    )
checks.that(learns(model.model.embeddings), "None unfreezes everything, the embeddings as well.")

# %% check="freeze_count" points=1
for last in (None, 2):
    model = toy_model()
    found = freeze(model, last)
    expected = sum(p.numel() for p in model.parameters() if p.requires_grad)
    checks.count(
        found, expected, "the number returned", "Count numbers (numel), not tensors, and only those that learn."
    )
