# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 6 · Where the gradient goes
#
# *Why.* `requires_grad` is what you asked for. The gradient is what you got. Looking at it is how people find the layer
# that they forgot.
#
# *Effort.* Medium, 15 minutes, 6 points.
#
# Write `gradient_norms`: one backward pass of the loss on a batch; then, for each entry of `parts(model)`, the
# Euclidean norm of all its gradient numbers together, 0.0 where none arrived. Gradients left by somebody else must not
# count, and none must stay behind; weights stay as they are.
#
# <details><summary>Hint 1: what does a frozen parameter hold?</summary>
# <code>parameter.grad</code> is <code>None</code>, not zeros. And <code>backward()</code> adds to what is there already.
# </details>


# %%
def parts(model) -> dict:
    """Name -> module, from the bottom to the top: embeddings, each layer, final_norm, head."""
    found = {"embeddings": model.model.embeddings}
    for number, layer in enumerate(model.model.layers):
        found[f"layer {number}"] = layer
    found["final_norm"] = model.model.final_norm
    found["head"] = nn.ModuleList([model.head, model.classifier])
    return found


def toy_batch(rows: int = 3, tokens: int = 9, seed: int | None = 0) -> dict:
    """A padded batch for the toy model: row k has k tokens fewer than the first."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(3, 60, size=(rows, tokens))
    mask = np.ones((rows, tokens), dtype=int)
    for row in range(rows):
        mask[row, tokens - row :] = 0
    batch = {"input_ids": ids * mask, "attention_mask": mask, "labels": rng.integers(3, size=rows)}
    return {name: torch.as_tensor(value) for name, value in batch.items()}


# %% answer="gradient_norms"
def gradient_norms(model, batch: dict) -> dict[str, float]:
    """Part -> norm of the gradient of model(**batch).loss with respect to its parameters; 0.0 where there is none."""
    ### BEGIN SOLUTION
    model.zero_grad()
    model(**batch).loss.backward()
    norms = {}
    for name, module in parts(model).items():
        squares = [p.grad.pow(2).sum() for p in module.parameters() if p.grad is not None]
        norms[name] = float(sum(squares)) ** 0.5
    model.zero_grad()
    return norms
    ### END SOLUTION


# %% check="gradient_values" points=2
def reference_norms(model, batch) -> dict[str, float]:
    wanted = [p for p in model.parameters() if p.requires_grad]
    found = dict(zip(map(id, wanted), torch.autograd.grad(model(**batch).loss, wanted), strict=True))
    inside = {
        name: [found[id(p)].flatten() for p in m.parameters() if id(p) in found] for name, m in parts(model).items()
    }
    return {name: float(torch.cat(tensors).norm()) if tensors else 0.0 for name, tensors in inside.items()}


model = toy_model()
batch = toy_batch()
expected = reference_norms(model, batch)
found = gradient_norms(model, batch)
checks.keys(found, expected, "what gradient_norms returns")
hint = "One norm over all gradient numbers of a part: square, sum over all its parameters, then one root."
checks.close([found[name] for name in expected], list(expected.values()), "the norms", hint=hint, rtol=1e-3, atol=1e-7)
### BEGIN HIDDEN TESTS
model = toy_model(int(checks.fresh().integers(9999)))
batch = toy_batch(seed=None)
expected = reference_norms(model, batch)
found = gradient_norms(model, batch)
checks.close([found[name] for name in expected], list(expected.values()), "the norms", hint=hint, rtol=1e-3, atol=1e-7)
### END HIDDEN TESTS

# %% check="gradient_frozen" points=2
model = toy_model()
for module in [model.model.embeddings, *model.model.layers[:3]]:
    module.requires_grad_(False)
found = gradient_norms(model, toy_batch())
hint = "Frozen parts get no gradient, so 0.0: is it the gradient that is measured, and is None taken for nothing?"
quiet = [found[name] for name in ("embeddings", "layer 0", "layer 1", "layer 2")]
checks.close(quiet, [0.0] * 4, "norms of the frozen parts", hint=hint)
checks.that(min(found["layer 3"], found["head"]) > 0, "The last layer and the head learn: their gradient is not 0.")

# %% check="gradient_clean" points=2
model = toy_model()
batch = toy_batch()
before = [p.detach().clone() for p in model.parameters()]
first = gradient_norms(model, batch)["head"]
hint = "The weights have moved: a look at gradients takes no step."
checks.that(all(torch.equal(p, old) for p, old in zip(model.parameters(), before, strict=True)), hint)
hint = "backward() leaves gradients behind for whoever comes next: clear them before you return."
checks.that(all(p.grad is None or not p.grad.abs().sum() for p in model.parameters()), hint)
model(**batch).loss.backward()  # somebody leaves gradients behind
hint = "backward() adds to what is there: clear old gradients first."
checks.close(gradient_norms(model, batch)["head"], first, "the head's norm the second time", hint=hint, rtol=1e-4)


# %%
def figure_gradients():
    figure, panel = plots.axes(width=8)
    batch = collate(list(tokenise(train.select(range(settings.batch)), tokenizer, settings.max_length))).to(device)
    for number, (last, name) in enumerate([(None, "all"), (settings.last, f"last {settings.last}"), (0, "head only")]):
        model = new_model(settings.seeds[0])
        count = freeze(model, last)
        norms = gradient_norms(model, batch)
        places = np.arange(len(norms)) + 0.27 * (number - 1)
        panel.bar(places, list(norms.values()), 0.25, label=f"{name}: {count:,} parameters learn")
    panel.set_xticks(range(len(norms)), list(norms), rotation=45)
    panel.set(xlabel="part of the model", ylabel="gradient norm (nats per unit)")
    panel.legend(fontsize=8)
    alt = "Bars of gradient norms for each part. With all parameters every part has a bar; with the last layers only those "
    plots.show(figure, alt=alt + "layers, the final norm and the head have one; with the head only just the last two.")


figure_gradients()
