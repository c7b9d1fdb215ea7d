# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Right: a BERT-large, {{ '{:,}'.format(s.tiny.large.parameters) }} parameters in {{ s.tiny.large.layers }} layers of
# width {{ s.tiny.large.width }}, with LoRA of rank {{ s.tiny.large.r }} on query and value. Left, above the dashed line,
# LoRA trains *more* than the matrix has: on small matrices, and this lab's are small, a low rank is not a luxury.
#
# # Part 2 · Selective: some of the old parameters
#
# ## Exercise 2 · The top, or the biases
#
# *Why.* The oldest method trains the last layers only. BitFit trains the bias vectors only, well under 1% of a model,
# and needs no new code at all. But a model must *have* biases.
#
# *Effort.* Easy, 20 minutes, 8 points.
#
# Write `top_layers(model, last)` for a `Classifier`: the last `last` layers of `model.body.layers`, the final norm
# `model.body.norm` and `model.classifier` learn, all else is frozen; return how many numbers learn. And `bitfit(model)`
# for *any* model with a `classifier`: every bias and the whole classifier learn, all else is frozen; return the names
# of the biases in the order of `named_parameters()`. It must not matter what was frozen before.
#
# <details><summary>Hint 1: what is a bias?</summary>
# A parameter whose own name, after the last dot, is <code>bias</code>. One-dimensional parameters are not all biases: a
# norm's <code>weight</code> is one-dimensional too.
# </details>
# <details><summary>Hint 2: last = 0</summary>
# <code>layers[-0:]</code> is the whole list. Count from the front.
# </details>

# %%
TOY = {
    "vocab_size": 60,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_attention_heads": 4,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "initializer_range": 0.2,
}


def shaken(model, seed: int):
    """The model with all vectors (norms, biases) drawn at random, as if it had been trained; ready to be read from."""
    generator = torch.Generator().manual_seed(seed)
    for vector in [p for p in model.parameters() if p.ndim == 1]:
        vector.data += 0.3 * torch.randn(vector.shape, generator=generator)
    return model.eval()


def toy_classifier(seed: int = 0, layers: int = 4) -> Classifier:
    """A Classifier with three labels on a Qwen2 of width 16 with random weights."""
    torch.manual_seed(seed)
    config = Qwen2Config(**TOY, num_hidden_layers=layers, num_key_value_heads=2)
    return shaken(Classifier(Qwen2Model(config), 3), seed)


# %%
def toy_modernbert() -> ModernBertForSequenceClassification:
    """A ModernBERT of width 16 with random weights: its classifier is called `classifier` too."""
    config = ModernBertConfig(**TOY, num_hidden_layers=3, cls_token_id=1, sep_token_id=2, num_labels=3)
    return ModernBertForSequenceClassification(config).eval()


def toy_batch(rows: int = 3, tokens: int = 7, rng=None) -> dict:
    """Token ids and mask of a padded batch: row k has k tokens fewer than the first."""
    mask = np.arange(tokens) < tokens - np.arange(rows)[:, None]
    ids = (rng or np.random.default_rng(0)).integers(3, 60, size=(rows, tokens))
    return {"input_ids": torch.as_tensor(ids * mask), "attention_mask": torch.as_tensor(mask).long()}


def learning(model) -> list[str]:
    """Names of the parameters that learn."""
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


# %% answer="selective"
def top_layers(model: Classifier, last: int) -> int:
    """Leaves the last layers, the final norm and the classifier trainable; returns how many numbers learn."""
    ### BEGIN SOLUTION
    model.requires_grad_(False)
    layers = model.body.layers
    for part in [*layers[len(layers) - last :], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return trainable(model)
    ### END SOLUTION


def bitfit(model) -> list[str]:
    """Leaves every bias and model.classifier trainable; returns the names of the biases."""
    ### BEGIN SOLUTION
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if name.rpartition(".")[2] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases
    ### END SOLUTION


# %% check="top_which" points=2
for last in (3, 1, 0):
    model = toy_classifier()
    top_layers(model, last)
    found = [
        number for number, layer in enumerate(model.body.layers) if all(p.requires_grad for p in layer.parameters())
    ]
    hint = (
        f"Of four layers the last {last} should learn, whole: the right end, and last=0 is none (layers[-0:] is all)."
    )
    checks.that(found == list(range(4 - last, 4)), hint)
    named = ("body.embed", *(f"body.layers.{number}." for number in found), "body.norm.", "classifier.")
    rest = [name for name in learning(model) if not name.startswith(named)]
    checks.that(not rest, f"{hint} But {rest[:1]} learns as well.")
hint = "The final norm and the classifier learn with any number of layers: without them nothing new comes out on top."
checks.that({"body.norm.weight", "classifier.weight", "classifier.bias"} <= set(learning(model)), hint)
### BEGIN HIDDEN TESTS
for layers, last in [(12, 1), (12, 11), (7, int(checks.fresh().integers(1, 7)))]:
    model = toy_classifier(layers=layers)
    top_layers(model, last)
    found = [all(p.requires_grad for p in layer.parameters()) for layer in model.body.layers]
    hint = f"Of {layers} layers the last {last} should learn, whole (and layer 10 is not layer 1, whatever its name starts with)."
    checks.that(found == [number >= layers - last for number in range(layers)], hint)
    frozen = [any(p.requires_grad for p in layer.parameters()) for layer in model.body.layers[: layers - last]]
    checks.that(not any(frozen), f"{hint} Below them nothing does.")
### END HIDDEN TESTS

# %% check="top_embeddings" points=2
model = toy_classifier(layers=3)
top_layers(model.requires_grad_(True), 2)
awake = learning(model)
top_layers(model.requires_grad_(False), 2)
hint = "What was frozen before stays frozen: set the flag of what learns as well as of what does not. Frozen is still"
asleep = [name for name in awake if name not in learning(model) and "embed" not in name]
checks.that(not asleep, f"{hint} {asleep[:1]}.")
hint = "The embeddings still learn: the largest table of the model, and every backward pass runs down to them."
checks.that("body.embed_tokens.weight" not in learning(model), hint)
count = top_layers(model.requires_grad_(True), 2)
checks.that("body.embed_tokens.weight" not in learning(model), hint)
checks.count(
    count, trainable(model), "the number returned", "Count numbers (numel), not tensors; only those that learn."
)

# %% check="bitfit_names" points=2
model = toy_classifier(layers=2)
model.body.debias = nn.Linear(4, 4, bias=False)  # no bias, whatever its name suggests
expected = [f"body.layers.{n}.self_attn.{part}_proj.bias" for n in range(2) for part in "qkv"] + ["classifier.bias"]
hint = "Qwen2 has biases at q, k and v of each layer, and the classifier has one; a bias is a parameter named 'bias'."
checks.that(list(bitfit(model)) == expected, f"{hint} In the order of named_parameters, with full names.")
model.body.outer_norm = nn.LayerNorm(4)
expected.insert(-1, "body.outer_norm.bias")
found = list(bitfit(model))
hint = "A bias is every bias, of whatever module: a LayerNorm, which Qwen2 has not and BERT has, comes with one too."
checks.that(found == expected, f"{hint} Yours: {found[-2:]} at the end.")
found = list(bitfit(toy_modernbert()))
hint = "ModernBERT has no bias in any linear layer or norm: the search should find classifier.bias and nothing else."
checks.that(found == ["classifier.bias"], f"{hint} Yours: {found}.")

# %% check="bitfit_rest" points=2
for before in (True, False):
    for model in (toy_classifier(layers=2), toy_modernbert()):
        model.requires_grad_(before)
        biases = {name for name, _ in model.named_parameters() if name.endswith(".bias")}
        bitfit(model)
        found = set(learning(model))
        hint = "The whole classifier learns, its weight too: it starts at random, and a bias alone cannot tell classes."
        checks.that("classifier.weight" in found, hint)
        checks.that(biases <= found, "Every bias should learn, whatever was frozen before.")
        hint = (
            "Everything that is neither a bias nor the classifier is frozen, the embeddings and the norms' weights too"
        )
        checks.that(found <= biases | {"classifier.weight"}, f"{hint}: {sorted(found - biases)[:2]} learn.")


# %%
def biases_of(name: str) -> str:
    """What BitFit finds in a model of the course."""
    model = AutoModelForSequenceClassification.from_pretrained(model_path(name), num_labels=4, dtype=torch.float32)
    if not hasattr(model, "classifier"):  # Qwen2's own classifier is called score and has no bias
        model = Classifier(model.model, 4)
    found = bitfit(model)
    total = sum(p.numel() for p in model.parameters())
    count = sum(model.get_parameter(name).numel() for name in found)
    vectors = "1 bias vector" if len(found) == 1 else f"{len(found)} bias vectors"
    return f"{name}: {vectors}, {count:,} of {total:,} numbers ({count / total:.4%}), first {found[0]}"


for name in (settings.encoder, settings.model):
    print(biases_of(name))
