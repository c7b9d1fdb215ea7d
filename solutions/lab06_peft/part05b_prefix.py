# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 10 · A prefix for every layer
#
# *Why.* A soft prompt enters at the bottom and has to survive every layer. Prefix tuning puts trainable **keys and
# values** in front of the text's own, in each layer separately. The model sees them as a text that it has read already:
# they go where generation keeps its past.
#
# *Effort.* Hard, 25 minutes, 8 points.
#
# Write `Prefix(config, length)`: `self.numbers`, a parameter (layers, 2, key-value heads, length, head size), keys at
# 0 and values at 1, drawn with standard deviation `settings.prefix_sd`; `forward(mask)` returns a **new**
# `DynamicCache` for the rows of the batch, and the mask with ones for the prefix in front. (A `DynamicCache` is made
# from a list with a pair for each layer, key and value, both (rows, key-value heads, length, head size).)
#
# <details><summary>Hint 1: how many heads?</summary>
# Several query heads may share one key-value head. It is <code>config.num_key_value_heads</code> that counts here; the
# size of a head is <code>head_size(config)</code>.
# </details>
# <details><summary>Hint 2: why a new one each time?</summary>
# The model appends the text's own keys and values to the cache that it is given. A cache used twice has the last batch
# in it.
# </details>


# %%
def head_size(config) -> int:
    """Numbers in one head's key."""
    return getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads


def toy_config(layers: int = 3) -> Qwen2Config:
    """Four query heads on two key-value heads, each of size 4."""
    return Qwen2Config(**TOY, num_hidden_layers=layers, num_key_value_heads=2)


def cached_pairs(cache) -> list[tuple]:
    """(key, value) of each layer of a DynamicCache."""
    checks.that(isinstance(cache, DynamicCache), "The first thing returned should be a DynamicCache.")
    return [(layer.keys, layer.values) for layer in cache.layers]


# %% answer="prefix"
class Prefix(nn.Module):
    """Trainable keys and values in front of every text, in every layer. Source: Li and Liang 2021."""

    def __init__(self, config, length: int):
        super().__init__()
        self.config = config
        self.length = length
        ### BEGIN SOLUTION
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))
        ### END SOLUTION

    def forward(self, mask: torch.Tensor) -> tuple[DynamicCache, torch.Tensor]:
        """A new cache that holds the prefix for each row, and the mask (rows, length + tokens)."""
        ### BEGIN SOLUTION
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers]
        return DynamicCache(pairs), torch.cat([mask.new_ones(rows, self.length), mask], dim=1)
        ### END SOLUTION


# %% check="prefix_numbers" points=2
for layers, length in [(3, 5), (2, 1)]:
    prefix = Prefix(toy_config(layers), length)
    hint = "Keys and values of each layer, for each key-value head (2 here, not the 4 query heads): (layers, 2, 2, length, 4)."
    checks.shape(prefix.numbers, (layers, 2, 2, length, 4), "numbers", hint)
    checks.count(trainable(prefix), layers * 2 * 2 * length * 4, "numbers that learn", "The numbers are one parameter.")
wide = Qwen2Config(**(TOY | {"hidden_size": 48}), num_hidden_layers=5, num_key_value_heads=1)
hint = "Layers, heads and their size are those of the config given: here 5 layers, one key-value head of size 12."
checks.shape(Prefix(wide, 3).numbers, (5, 2, 1, 3, 12), "numbers", hint)
spread = Prefix(toy_config(8), 50).numbers.std()
hint = "Draw the numbers with standard deviation settings.prefix_sd."
checks.between(spread / settings.prefix_sd, 0.9, 1.1, "their spread / settings.prefix_sd", hint)

# %% check="prefix_pairs" points=3 tags=["inside"]
for rng in (np.random.default_rng(8), checks.fresh()):
    prefix = Prefix(toy_config(), 4)
    batch = toy_batch()
    model = toy_decoder()
    prefix.numbers.data = normal(rng, 3, 2, 2, 4, 4)
    pairs = cached_pairs(prefix(batch["attention_mask"])[0])
    checks.count(len(pairs), 3, "layers in the cache", "One pair of key and value for each layer.")
    for layer, pair in enumerate(pairs):
        hint = f"Every row of the batch gets numbers[{layer}] in layer {layer}: first the key, then the value."
        checks.close(torch.stack(pair), torch.stack([prefix.numbers[layer]] * 3, 1), "key and value", hint=hint)
    mask = torch.cat([torch.ones(3, 4), batch["attention_mask"]], 1)
    mine = model(batch["input_ids"], attention_mask=mask, past_key_values=prefix(batch["attention_mask"])[0]).logits
    theirs = peft_logits(model, PrefixTuningConfig, prefix.numbers.detach().permute(3, 0, 1, 2, 4), 4, batch)
    checks.close(
        mine, theirs, "the logits", hint="With the same numbers peft's prefix tuning says the same.", atol=1e-5
    )

# %% check="prefix_mask" points=1
for length in (1, 4):
    old = torch.tensor([[1, 1, 1], [1, 0, 0]])
    mask = Prefix(toy_config(), length)(old.clone())[1]
    hint = "The mask should grow by the prefix, which is real in every row: ones in front, the text's own mask behind."
    checks.close(mask, torch.cat([torch.ones(2, length), old], 1), "the mask", hint=hint)

# %% check="prefix_again" points=2 tags=["inside"]
prefix = Prefix(toy_config(), 4)
batch = toy_batch()
model = toy_decoder()
prefix.numbers.data = normal(np.random.default_rng(9), 3, 2, 2, 4, 4)
logits = []
for _ in range(3):
    cache, _ = prefix(batch["attention_mask"])
    checks.count(len(cached_pairs(cache)), 3, "layers in the cache", "One pair of key and value for each layer.")
    sizes = tuple(cached_pairs(cache)[0][0].shape)
    hint = (
        "Every key and value starts with an axis for the rows of the batch, here 3: (3, key-value heads, places, size)"
    )
    checks.that(len(sizes) == 4 and sizes[0] == 3, f"{hint}. Yours: {sizes}.")
    hint = "The cache still holds the last batch's text: make a new one on each call."
    checks.count(sizes[2], 4, "places in the cache before the text", hint)
    mask = torch.cat([torch.ones(3, 4), batch["attention_mask"]], 1)
    logits.append(model(batch["input_ids"], attention_mask=mask, past_key_values=cache).logits)
checks.close(logits[2], logits[0], "the logits of the third call", hint="Three calls, three times the same.", atol=1e-6)
logits[0].sum().backward()
hint = (
    "No gradient reaches the numbers: the cache should be made of the parameter itself, not of a copy without a graph."
)
checks.that(prefix.numbers.grad is not None and prefix.numbers.grad.any(), hint)


# %%
def prefix_on_modernbert() -> str:
    """What peft says when it is asked for prefix tuning on an encoder."""
    try:
        get_peft_model(toy_modernbert(), PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=4))(**toy_batch())
    except ValueError as error:
        return f"peft: {error}"
    return "this version of peft can do it"


print(prefix_on_modernbert())
