# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# | measured on | profile | padded, tokens / s | packed, tokens / s |
# |---|---|---|---|
# | T4 | t4 | | |
# | Ampere or later | gpu | | |
#
# (Without a cache of keys and values, packing is right with the attention that PyTorch brings; the trainer switches
# that cache off. A packed row is long, and so are its activations: that is why there are only {{ s.tiny.pack_batch }}
# of them in a batch.)
#
# # Part 5 · Keep what was learnt
#
# ## Exercise 10 · Save little, merge exactly
#
# *Why.* A tuned copy of the whole model for each job fills a disk; its adapter is a few megabytes. But a file that
# lacks one trained matrix loads without a word and answers nonsense. And QLoRA's adapter was trained beside the
# weights as they are in four bits: it belongs to those, not to the originals.
#
# *Effort.* Medium, 30 minutes, 9 points.
#
# Write `trained_state`: name -> copy, on the CPU, of every parameter that learnt, and of nothing else. `load_trained`
# puts such copies into a model made the same way; a `KeyError` if the model has no such parameter, or if one that
# learns has no copy. And `merged_weight`, for a layer of peft's (`base_layer` in 4 bits, `lora_A["default"].weight`,
# `lora_B["default"].weight`, `r["default"]`, `lora_alpha["default"]`): the float32 matrix, (out, in), that alone does
# what layer and adapter do together.
#
# <details><summary>Hint 1: who learnt?</summary>
# <code>requires_grad</code> knows; names do not. Here the embedding may have learnt too.
# </details>
# <details><summary>Hint 2: weights out of four bits</summary>
# <code>bitsandbytes.functional.dequantize_4bit(weight.data, weight.quant_state)</code>. The sum stays in float32.
# </details>


# %%
def small_adapted(seed: int, r: int = 4, alpha: int = 12):
    """The small 4-bit model with LoRA whose A and B are random, and an embedding that learnt as well."""
    torch.manual_seed(seed)
    lora = LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(small_model(), lora).eval()
    model.get_base_model().model.embed_tokens.weight.requires_grad_(True)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


# %%
def logits_of(model) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.arange(40, 60, device=device).view(2, 10)).logits.float().cpu()


# %%
def query_layer(model, number: int = 1):
    """A LoRA layer of the model, on its query projection."""
    return model.get_base_model().model.layers[number].self_attn.q_proj


# %%
def dequantised(layer) -> torch.Tensor:
    """The 4-bit base of a LoRA layer as float32 weights, (out, in)."""
    base = layer.base_layer.weight
    return bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()


def product(layer) -> torch.Tensor:
    """B A of a LoRA layer, not scaled."""
    return layer.lora_B["default"].weight.detach() @ layer.lora_A["default"].weight.detach()


# %%
def merged_by_you(layer) -> torch.Tensor:
    """Your merged weight; explains shapes that do not fit."""
    try:
        return merged_weight(layer)
    except RuntimeError as error:
        hint = "The packed bytes are no weights yet: dequantise them to a float32 matrix, (out, in)."
        checks.that(str(layer.base_layer.weight.data.numel()) not in str(error), f"{hint} PyTorch says: {error}")
        hint = "The shapes do not fit. The update is B A, (out, r) @ (r, in), as large as the weight."
        checks.that("size" not in str(error) and "shape" not in str(error), f"{hint} PyTorch says: {error}")
        raise


# %% answer="save_and_merge"
def trained_state(model) -> dict[str, torch.Tensor]:
    """Copies of all parameters that learn, on the CPU, by their names in the model."""
    ### BEGIN SOLUTION
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}
    ### END SOLUTION


def load_trained(model, state: dict[str, torch.Tensor]) -> None:
    """Puts the copies into the model, in place; KeyError unless they are exactly those of its parameters that learn."""
    ### BEGIN SOLUTION
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError(f"These stand on one side only: {sorted(learns.keys() ^ state.keys())[:3]}")
    with torch.no_grad():
        for name, parameter in learns.items():
            parameter.copy_(state[name])
    ### END SOLUTION


def merged_weight(layer) -> torch.Tensor:
    """The layer's 4-bit weight with its adapter added, float32, (out, in)."""
    ### BEGIN SOLUTION
    base = layer.base_layer.weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()  # (out, in)
    update = layer.lora_B["default"].weight @ layer.lora_A["default"].weight  # (out, r) @ (r, in)
    return weight + layer.lora_alpha["default"] / layer.r["default"] * update.float()
    ### END SOLUTION


# %% check="state_whole" points=2
model = small_adapted(0)
learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
found = trained_state(model)
checks.that(hasattr(found, "keys"), "A dict: the parameter's name and its copy.")
hint = "Something that learnt is not saved. Here the embedding learnt too, and its name has no 'lora' in it: "
missing = sorted(learns.keys() - found.keys())
checks.that(not missing, hint + ", ".join(missing[:2]))
same = all(torch.equal(found[name].float().cpu(), p.detach().float().cpu()) for name, p in learns.items())
checks.that(same, "The copies should hold the parameters' values, under their own names.")

# %% check="state_only" points=1 tags=["inside"]
model = small_adapted(1)
learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
found = trained_state(model)
hint = (
    "Frozen weights are in it as well: they can be had again from the base model, and they are nearly all of its size."
)
checks.that(set(found) <= set(learns), hint)
kept = {name: value.clone() for name, value in found.items()}
with torch.no_grad():
    for parameter in learns.values():
        parameter.add_(1.0)  # training goes on
hint = "Training that goes on changes what was saved: keep copies (clone), not the parameters themselves."
checks.that(all(torch.equal(found[name], kept[name]) for name in kept), hint)

# %% check="state_back" points=2
model = small_adapted(2)
other = small_adapted(3)
state = {name: p.detach().clone() for name, p in model.named_parameters() if p.requires_grad}
load_trained(other, state)
hint = (
    "After loading, a model made the same way should give the same logits: are all copies written into its parameters?"
)
checks.close(logits_of(other), logits_of(model), "the logits", hint=hint, rtol=1e-4, atol=1e-4)
for changed in (dict(list(state.items())[1:]), {**state, "no.such.weight": torch.zeros(1)}):
    try:
        load_trained(other, changed)
        refused = False
    except KeyError:
        refused = True
    hint = (
        "A copy too few or one with a strange name should raise a KeyError: what loads without a word answers nonsense."
    )
    checks.that(refused, hint)

# %% check="merge_base" points=2
layer = query_layer(small_adapted(4))
with torch.no_grad():
    layer.lora_B["default"].weight.zero_()  # an adapter that does nothing
expected = dequantised(layer)
found = merged_by_you(layer)
hint = "The packed bytes are no weights yet: dequantise them to a float32 matrix, (out, in)."
checks.shape(found, tuple(expected.shape), "the merged weight", hint)
checks.dtype(found, "float32", "the merged weight", hint)
hint = "With B = 0 the merged weight is the 4-bit one, dequantised: the adapter was trained beside that."
exact = compute == torch.float32  # else a layer that is asked for its own matrix answers in 16 bits
rounding = 0.0 if exact else 2 * torch.finfo(compute).eps * float(expected.abs().max())
checks.close(found, expected, "the merged weight", hint=hint, rtol=1e-4, atol=1e-6 + rounding)


# %% check="merge_update" points=2
exact = compute == torch.float32
for seed, r, alpha in [(5, 4, 12), (6, 2, 1)]:
    layer = query_layer(small_adapted(seed, r, alpha))
    update = merged_by_you(layer).detach() - dequantised(layer)
    rounding = (
        0.0 if exact else 2 * torch.finfo(compute).eps * float(dequantised(layer).abs().max() + update.abs().max())
    )
    hint = (
        f"What the adapter adds has rank {r}, here more: was the sum rounded to four bits again? Leave it in float32."
    )
    singular = torch.linalg.svdvals(update.float())
    noise = 1e-3 * float(singular[0]) + rounding * sum(side**0.5 for side in update.shape)
    checks.that(float(singular[r]) < noise, hint)
    hint = f"The update is B A, scaled by alpha / r: here {alpha} / {r}."
    checks.close(update, alpha / r * product(layer), "the update", hint=hint, rtol=1e-3, atol=1e-5 + rounding)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
r = int(rng.integers(3, 9))
alpha = int(rng.integers(10, 40))
layer = query_layer(small_adapted(int(rng.integers(9999)), r, alpha))
update = merged_by_you(layer).detach() - dequantised(layer)
hint = "B A, scaled by alpha / r."
checks.close(update, alpha / r * product(layer), "the update", hint=hint, rtol=1e-3, atol=1e-5 + rounding)
### END HIDDEN TESTS

# %% [markdown]
# The tuned model through the same door, with peft's own files: adapter saved, loaded beside a fresh 4-bit base, and
# merged.


# %%
def merged_model(adapted):
    """A plain float32 model whose projections are your merged weights, and all others the 4-bit ones, dequantised."""
    model = load("full").float()
    inside = dict(adapted.get_base_model().named_modules())
    with torch.no_grad():
        for name, module in model.named_modules():
            source = inside.get(name)
            if hasattr(source, "lora_A"):
                module.weight.copy_(merged_weight(source))
            elif isinstance(source, bitsandbytes.nn.Linear4bit):
                weight = source.weight
                module.weight.copy_(bitsandbytes.functional.dequantize_4bit(weight.data, weight.quant_state))
    return model.eval()


# %%
def round_trip():
    model = tuned("sentiment", settings.seeds[0])["model"]
    ids = tokenizer(asked(jobs["sentiment"]["validation"])[0], return_tensors="pt")["input_ids"].to(device)
    with torch.no_grad(), TemporaryDirectory() as folder:
        reference = model(ids).logits.float()
        model.save_pretrained(folder)
        megabytes = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        loaded = PeftModel.from_pretrained(load("QLoRA"), folder).eval()
        found = {"adapter loaded beside a fresh 4-bit base": loaded(ids).logits.float()}
        found["merged by you, in float32"] = merged_model(model)(ids).logits.float()
        beside = PeftModel.from_pretrained(load("LoRA"), folder).eval()
        found["adapter beside the original weights"] = beside(ids).logits.float()
        found["merged by peft into 4 bits"] = loaded.merge_and_unload()(ids).logits.float()
    whole = model.get_memory_footprint() / 1e6
    print(f"adapter's folder: {megabytes:.2f} MB; the whole 4-bit model in memory: {whole:.2f} MB")
    print(f"the logits range over {float(reference.max() - reference.min()):.1f}")
    gaps = {name: float((logits - reference).abs().max()) for name, logits in found.items()}
    return pd.Series(gaps, name="max |difference|")


# %%
round_trip().map("{:.1e}".format).to_frame()

# %% [markdown]
# The first two are the same model, up to the rounding of the numbers it computes with (on a GPU those have sixteen bits,
# and the second row shows it). The other two are not: one has put the adapter beside weights that it has never seen, the
# other has rounded the sum to four bits again. Whoever merges into four bits should measure after merging.
