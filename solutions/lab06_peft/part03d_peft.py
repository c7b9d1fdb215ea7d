# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 6 · The same with peft
#
# *Why.* Outside a course you would not write LoRA, you would import it. Four accidents are common: alpha left at its
# default, the classifier not saved with the adapter (so a reloaded model answers at random), a model wrapped twice, and
# an adapter that was never loaded.
#
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write `with_peft(model, r, alpha)`: an `AutoModelForSequenceClassification` in, the same with LoRA on `q_proj` and
# `v_proj` out, its classification layer trained **and saved** along. If the model is a `PeftModel` already, raise a
# `ValueError`. And `load_adapter(model, folder)`: a fresh base model with what `save_pretrained(folder)` had saved.
#
# <details><summary>Hint 1: which argument saves the classifier?</summary>
# <code>task_type="SEQ_CLS"</code> tells peft what the model is for; it then finds layers called score or classifier
# and trains and saves them. (<code>modules_to_save</code> says it by name.)
# </details>


# %%
def toy_qwen(seed: int = 0, head: int = 0) -> Qwen2ForSequenceClassification:
    """A Qwen2 classifier (three labels, its classification layer is called score); `head` draws that layer alone."""
    torch.manual_seed(seed)
    config = Qwen2Config(**TOY, num_hidden_layers=2, num_key_value_heads=2, num_labels=3)
    model = shaken(Qwen2ForSequenceClassification(config), seed)
    torch.manual_seed(1000 + head)
    nn.init.normal_(model.score.weight)
    return model


def as_if_trained(model, rng) -> None:
    """Adds noise to everything that learns."""
    for parameter in [p for p in model.parameters() if p.requires_grad]:
        parameter.data += 0.5 * normal(rng, *parameter.shape).to(parameter.dtype)


# %%
def wrapped(model, r: int, alpha: float) -> PeftModel:
    """Your with_peft; explains a task type that does not fit the model."""
    try:
        return with_peft(model, r, alpha)
    except AttributeError as error:
        hint = "peft takes the model for another kind: it classifies whole texts, which is the task SEQ_CLS."
        checks.that(False, f"{hint} peft says: {error}")


def reloaded(model, folder: str) -> PeftModel:
    """Your load_adapter; explains names that do not fit."""
    try:
        return load_adapter(model, folder)
    except (KeyError, RuntimeError, ValueError) as error:
        hint = (
            "The names in the file do not fit: they belong on the plain base model, not on one that is wrapped already."
        )
        checks.that(False, f"{hint} peft says: {type(error).__name__}: {error}")


# %% answer="peft_lora_model"
def with_peft(model, r: int, alpha: float) -> PeftModel:
    """The classifier with LoRA of rank r on q_proj and v_proj; its classification layer learns and is saved too."""
    ### BEGIN SOLUTION
    if isinstance(model, PeftModel):
        raise ValueError("This model has been wrapped by peft already: start from the base model.")
    config = LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS")
    return get_peft_model(model, config)
    ### END SOLUTION


def load_adapter(model, folder: str) -> PeftModel:
    """The fresh base model with the adapter and the classification layer that were saved in the folder."""
    ### BEGIN SOLUTION
    return PeftModel.from_pretrained(model, folder)
    ### END SOLUTION


# %% check="peft_what" points=2 tags=["inside"]
model = wrapped(toy_qwen(), 3, 12)
layers = [name for name, module in model.named_modules() if hasattr(module, "lora_A") and name.endswith("_proj")]
hint = "LoRA belongs on q_proj and v_proj of each layer: target_modules."
checks.that({name.rpartition(".")[2] for name in layers} == {"q_proj", "v_proj"} and len(layers) == 4, hint)
for r, alpha in [(3, 12), (2, 1)]:
    layer = wrapped(toy_qwen(), r, alpha).get_submodule(layers[0])
    checks.count(layer.r["default"], r, "the rank", "r is the rank.")
    hint = "The scale should be alpha / r: without lora_alpha peft takes 8, whatever the rank."
    checks.close(layer.scaling["default"], alpha / r, "the scale", hint=hint)
hint = (
    "Before it has learnt anything the wrapped model should answer as the old one does: peft's own start has B at zero."
)
with torch.no_grad():
    answer = wrapped(toy_qwen(), 3, 12).eval()(**toy_batch()).logits
    checks.close(answer, toy_qwen()(**toy_batch()).logits, "the logits", hint=hint, atol=1e-6)

# %% check="peft_head" points=2 tags=["inside"]
model = wrapped(toy_qwen(), 2, 4)
hint = "The classification layer (score) is frozen, so its random numbers decide: tell peft what the task is, SEQ_CLS."
checks.that(any("score" in name for name in learning(model)), hint)
added = 2 * 2 * ((16 + 16) + (16 + 8))  # two layers, r = 2, q of 16 × 16 and v of 8 × 16
checks.count(
    trainable(model), added + 3 * 16, "numbers that learn", "LoRA's factors and one classification layer learn."
)

# %% check="peft_saved" points=3 tags=["inside"]
model = wrapped(toy_qwen(head=1), 2, 4)
batch = toy_batch(rng=checks.fresh())
as_if_trained(model, checks.fresh())
with TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    again = reloaded(toy_qwen(head=2), folder).eval()
hint = "load_adapter should give a PeftModel: once merged into the weights, the adapter can be neither taken off nor trained."
checks.that(isinstance(again, PeftModel), hint)
hint = "The reloaded model has LoRA's factors of a fresh one: load what is in the folder, onto the plain base model."
saved = [p for name, p in model.state_dict().items() if "lora_B" in name]
loaded = [p for name, p in again.state_dict().items() if "lora_B" in name]
checks.that(len(saved) == len(loaded) and all(map(torch.equal, saved, loaded)), hint)
hint = "The reloaded model answers otherwise. Is the classification layer saved with the adapter (task_type SEQ_CLS)?"
with torch.no_grad():
    checks.close(again(**batch).logits, model.eval()(**batch).logits, "the logits", hint=hint, atol=1e-5)

# %% check="peft_once" points=1 tags=["inside"]
model = wrapped(toy_qwen(), 2, 4)
hint = "The model is wrapped twice: where isinstance(model, PeftModel), raise a ValueError."
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with_peft(model, 2, 4)
except ValueError:
    pass
else:
    checks.that(False, hint)


# %%
def file_sizes() -> str:
    """Bytes that peft writes for one task, beside the base model's own."""
    model = AutoModelForSequenceClassification.from_pretrained(model_path(settings.model), num_labels=4)
    base = sum(p.nbytes for p in model.parameters())
    with TemporaryDirectory() as folder:
        with_peft(model, settings.r, settings.alpha).save_pretrained(folder)
        size = (Path(folder) / "adapter_model.safetensors").stat().st_size
    return f"the base model: {base:,} bytes in memory; adapter_model.safetensors of one task: {size:,} bytes"


print(file_sizes())
