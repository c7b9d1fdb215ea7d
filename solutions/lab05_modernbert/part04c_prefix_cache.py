# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# A frozen part has no bar, and the bars that remain are as high as before: freezing takes gradients away and alters
# none. Where the head's bar towers over the others, remember what a gradient says: how fast the loss would change with
# these numbers. The head's last layer, `classifier`, is new and random and has everything to learn; the rest of the
# head, and what lies below it, was pretrained.
#
# ## Exercise 7 · Pay for the frozen part once
#
# *Why.* A frozen layer gives the same states for a sentence in every epoch. ModernBERT has no dropout by default, so
# "the same" is exact. Compute them once, keep them, and train the rest on what was kept: the model is the same model,
# and the frozen part's forward pass is gone from every step.
#
# *Effort.* Hard, 30 minutes, 10 points.
#
# `run_layers` sends states through some layers, with the attention masks and positions they need. What comes before the
# first layer is `model.model.embeddings(input_ids)`: word vectors, (rows, tokens, width), already through their norm.
# With these two write `prefix_states`: embeddings, then all layers but the last `last`, without recording anything for
# a backward pass. And `logits_from`: from those states to the logits: the last layers, `final_norm`, the mean over the
# real tokens of a row, `head`, `classifier`. Together they must give what `model(...)` gives.
#
# <details><summary>Hint 1: the mean over real tokens</summary>
# Padding has states as well. Multiply by the mask, (rows, tokens, 1), sum over tokens, divide by the number of real
# tokens of each row.
# </details>
# <details><summary>Hint 2: nothing to run</summary>
# <code>run_layers(model, layers[n:], ...)</code> with an empty list gives the states back. Which n is right for
# last = 0? <code>layers[-0:]</code> is the whole list, and <code>layers[:-0]</code> is empty: count from the front in
# both functions.
# </details>


# %%
def run_layers(model, layers, states: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """The states, (rows, tokens, width), after these layers of the model; padding is hidden from attention."""
    masks = {
        "full_attention": create_bidirectional_mask(
            config=model.config,
            inputs_embeds=states,
            attention_mask=attention_mask,
        ),
        # Two layers of three look only at their neighbourhood.
        "sliding_attention": create_bidirectional_sliding_window_mask(
            config=model.config,
            inputs_embeds=states,
            attention_mask=attention_mask,
        ),
    }
    positions = torch.arange(states.shape[1], device=states.device).unsqueeze(0)
    for layer in layers:
        kind = layer.attention_type
        rotary = model.model.rotary_emb(states, positions, kind)
        states = layer(states, attention_mask=masks[kind], position_embeddings=rotary)
    return states


# %%
def layers_run(model, last: int) -> list[int]:
    """Numbers of the layers that your prefix_states runs, in order."""
    ran = []
    hooks = [
        layer.register_forward_hook(lambda *_, number=number: ran.append(number))
        for number, layer in enumerate(model.model.layers)
    ]
    try:
        prefix_states(model, last, *list(toy_batch().values())[:2])
    finally:
        for hook in hooks:
            hook.remove()
    return ran


# %% answer="prefix_states"
def prefix_states(model, last: int, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """States (rows, tokens, width) that enter the last layers; nothing is recorded for a backward pass."""
    ### BEGIN SOLUTION
    layers = model.model.layers
    with torch.no_grad():
        states = model.model.embeddings(input_ids)
        return run_layers(model, layers[: len(layers) - last], states, attention_mask)
    ### END SOLUTION


def logits_from(model, last: int, states: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Logits (rows, classes) from the states that enter the last layers."""
    ### BEGIN SOLUTION
    layers = model.model.layers
    states = model.model.final_norm(run_layers(model, layers[len(layers) - last :], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    pooled = (states * real).sum(1) / real.sum(1)  # (rows, width)
    return model.classifier(model.head(pooled))
    ### END SOLUTION


# %% check="cache_prefix" points=3 tags=["inside"]
model = toy_model().eval()
batch = toy_batch()
text = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}
real = text["attention_mask"].bool()
all_states = model.model(**text, output_hidden_states=True).hidden_states
for last in (1, 2, 3):
    found = prefix_states(model, last, *text.values())
    hint = (
        f"Four layers, the last {last} left out: embeddings (with their norm), then {4 - last} layers, with the mask."
    )
    checks.close(found[real], all_states[4 - last][real], "the states of real tokens", hint=hint, atol=1e-6)
waste = "The last layers run too, and their work is thrown away: that is the time which storing is meant to save."
for last in (1, 3):
    checks.that(layers_run(model, last) == list(range(4 - last)), f"{waste} Of four, {4 - last} should run, each once.")
### BEGIN HIDDEN TESTS
model = toy_model(int(checks.fresh().integers(9999))).eval()
batch = toy_batch(4, 12, None)
text = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}
real = text["attention_mask"].bool()
all_states = model.model(**text, output_hidden_states=True).hidden_states
for last in (1, 2, 3):
    found = prefix_states(model, last, *text.values())
    checks.close(found[real], all_states[4 - last][real], "the states of real tokens", hint=hint, atol=1e-6)
### END HIDDEN TESTS


# %% check="cache_logits" points=3
def whole_and_split(model, batch: dict, last: int):
    """Logits of the whole model, and those by way of stored states."""
    ids = batch["input_ids"]
    mask = batch["attention_mask"]
    stored_states = model.model(ids, mask, output_hidden_states=True).hidden_states[4 - last].detach()
    return model(ids, mask).logits, logits_from(model, last, stored_states, mask)


for last in (1, 2, 3):
    whole, split = whole_and_split(toy_model().eval(), toy_batch(), last)
    hint = "From right states come other logits: the last layers, final_norm, mean over real tokens only, head, classifier."
    checks.close(split, whole, "logits from stored states", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
for last in (1, 2, 3):
    model = toy_model(int(checks.fresh().integers(9999))).eval()
    whole, split = whole_and_split(model, toy_batch(5, 11, None), last)
    checks.close(split, whole, "logits from stored states", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% check="cache_ends" points=2
model = toy_model().eval()
batch = toy_batch()
ids = batch["input_ids"]
mask = batch["attention_mask"]
for last in (0, 4):
    found = logits_from(model, last, prefix_states(model, last, ids, mask), mask)
    hint = (
        f"last={last} of four layers should give the whole model's logits. If a check above fails, mend that first; "
        "if none does: does a layer run twice at this end (or not at all), or final_norm?"
    )
    checks.close(found, model(ids, mask).logits, "logits by way of stored states", hint=hint, atol=1e-6)

# %% check="cache_gradient" points=2 tags=["inside"]
model = toy_model()
batch = toy_batch()
ids, mask, labels = batch.values()
states = prefix_states(model, 2, ids, mask)
checks.that(
    not states.requires_grad, "Stored states carry a graph of the frozen layers with them: use torch.no_grad()."
)
logits = logits_from(model, 2, states, mask)
hint = "No gradient comes back from logits_from: the last layers and the head have to learn, so record there."
checks.that(logits.requires_grad, hint)
nn.functional.cross_entropy(logits, labels).backward()
found = [p.grad for p in model.model.layers[2:].parameters()]
checks.that(all(g is not None for g in found) and model.classifier.weight.grad is not None, hint)
expected = torch.autograd.grad(model(**batch).loss, list(model.model.layers[2:].parameters()))
hint = (
    "The last layers' gradients are not the whole model's. If a check above fails, mend that first; if none does: "
    "is something detached, or computed without a record, between the states and the logits?"
)
for mine, theirs in zip(found, expected, strict=True):
    checks.close(mine, theirs, "gradients of the last layers", hint=hint, rtol=1e-3, atol=1e-6)

# %% [markdown]
# Now on the real model. `Tail` is a model for `Trainer` that reads stored states; its parameters *are* the big
# model's, so training it trains the big one. Two questions: is it exact, and what does it save? The next cells are
# given, up to the two lines that answer: run them all, and read `Tail`; the others store, pad and time.


# %%
class Tail(nn.Module):
    """The last layers and the head of a model, fed with stored states (rows, tokens, width)."""

    def __init__(self, model, last: int):
        super().__init__()
        self.model = model
        self.last = last

    def forward(self, states, attention_mask, labels=None) -> dict:
        logits = logits_from(self.model, self.last, states, attention_mask)
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return {"loss": loss, "logits": logits}


def collate_states(rows: list[dict]) -> dict:
    """Stored rows as a batch, padded with zeros to the longest."""
    states = nn.utils.rnn.pad_sequence([row["states"] for row in rows], batch_first=True)
    lengths = torch.tensor([len(row["states"]) for row in rows]).unsqueeze(1)
    mask = (torch.arange(states.shape[1]).unsqueeze(0) < lengths).long()
    return {"states": states, "attention_mask": mask, "labels": torch.tensor([row["label"] for row in rows])}


# %%
def by_length(rows: list[dict], size: int = 64):
    """Numbers of the rows in batches of like length."""
    what = "states" if "states" in rows[0] else "input_ids"
    order = sorted(range(len(rows)), key=lambda row: len(rows[row][what]))
    return [order[first : first + size] for first in range(0, len(order), size)]


# %%
@torch.no_grad()
def stored(rows: list[dict], last: int, labels: int = len(classes)) -> list[dict]:
    """Tokenised rows as the frozen layers leave them: states (tokens, width), in main memory, and label."""
    model = new_model(0, labels=labels).eval()
    found = [{}] * len(rows)
    for chosen in tqdm(by_length(rows), desc="Storing states", delay=10, leave=False, disable=len(rows) < 2000):
        batch = collate([rows[row] for row in chosen]).to(device)
        states = prefix_states(model, last, batch["input_ids"], batch["attention_mask"]).cpu()
        for place, row in enumerate(chosen):
            length = len(rows[row]["input_ids"])
            found[row] = {"states": states[place, :length].clone(), "label": rows[row]["label"]}
    return found


# %%
@torch.no_grad()
def deeper(model, rows: list[dict], layer: int) -> list[dict]:
    """Stored rows after one more layer of the model."""
    found = [{}] * len(rows)
    for chosen in by_length(rows):
        batch = collate_states([rows[row] for row in chosen])
        states = batch["states"].to(device)
        mask = batch["attention_mask"].to(device)
        afterwards = run_layers(model, model.model.layers[layer : layer + 1], states, mask).cpu()
        for row, after in zip(chosen, afterwards, strict=True):
            found[row] = {"states": after[: len(rows[row]["states"])].clone(), "label": rows[row]["label"]}
    return found


# %%
@functools.cache
def states_of(name: str, last: int) -> list[dict]:
    """Stored states of "train" or "validation"; the head's are computed from those that the last layers read."""
    if last == settings.last:
        rows = {"train": train, "validation": validation}[name]
        return stored(list(tokenise(rows, tokenizer, settings.max_length)), last)
    model = new_model(0).eval()
    rows = states_of(name, settings.last)
    for layer in range(len(model.model.layers) - settings.last, len(model.model.layers) - last):
        rows = deeper(model, rows, layer)
    return rows


# %%
def step_seconds(model, batch: dict) -> float:
    """Seconds for one forward and backward pass; the best of several."""
    seconds = []
    for _ in range(settings.step_repeats):
        begin = time.perf_counter()
        loss = model(**batch)["loss"]
        loss.backward()
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begin)
        model.zero_grad()
    return min(seconds)


# %%
def step_batches(last: int):
    """(model, one batch as tokens, the same rows as stored states), the model frozen below the last layers."""
    model = new_model(settings.seeds[0])
    freeze(model, last)
    rows = list(tokenise(train.select(range(settings.batch)), tokenizer, settings.max_length))
    batch = collate(rows).to(device)
    states = prefix_states(model, last, batch["input_ids"], batch["attention_mask"])
    return model, batch, {"states": states, "attention_mask": batch["attention_mask"], "labels": batch["labels"]}


# %%
def exact_and_faster(last: int):
    model, batch, kept = step_batches(last)
    tail = Tail(model, last)
    with torch.no_grad():
        difference = (model(**batch).logits - tail(**kept)["logits"]).abs().max().item()
    plain = step_seconds(model, batch)
    stored_too = step_seconds(tail, kept)
    print(f"last {last} layers: logits differ by at most {difference:.1e}; a step takes {plain:.3f} s from tokens,")
    print(
        f"{stored_too:.3f} s from stored states: {plain / stored_too:.1f} times as fast (one batch, measured just now)"
    )


exact_and_faster(settings.last)
