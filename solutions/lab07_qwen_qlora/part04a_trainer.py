# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 4 · QLoRA
#
# ## Exercise 9 · Three configurations and a trainer
#
# *Why.* Everything so far is now one call of a library each, and each has a default that is wrong here. The 4-bit type
# is FP4 unless you say NF4. `LoraConfig` scales by 8 / 8. `SFTTrainer` puts every token in the loss unless told
# otherwise, and rounds the adapters of a 4-bit model to bfloat16. A bfloat16 has eight significant bits: a step
# smaller than about a five-hundredth of a weight is lost, and a T4, which trains in float16, stops with an error. (The
# QLoRA paper has its adapters in bfloat16 as well: where the hardware computes it, both are accepted.) You choose.
#
# *Effort.* Medium, 35 minutes, 13 points.
#
# Write `qlora_configs`: NF4 with double quantisation, computing in `dtype`; and LoRA with rank {{ s.tiny.rank }}, alpha
# {{ s.tiny.alpha }}, dropout {{ s.tiny.dropout }} on `q_proj` and `v_proj` for a causal language model. And
# `make_trainer`: an `SFTTrainer` for the model and the chats (column `messages`), loss on the assistant's turns only,
# `settings.batch` chats a step, `steps` steps, largest rate `learning_rate`, warm-up share `settings.warmup`, rows cut at
# `settings.max_length`, no checkpoints, the seed given, `**machine` and then `**options`. Options win over your own
# arguments: whoever calls it with another `max_length` gets that one. Where `lora` is `None` all parameters learn.
# Before you return it: trainable parameters in float32, unless the hardware computes bfloat16.
#
# <details><summary>Hint 1: who wraps the model?</summary>
# Pass the plain 4-bit model and <code>peft_config=lora</code>: the trainer wraps it, once. Pass
# <code>processing_class=tokenizer</code>, or it looks for one on a hub.
# </details>
# <details><summary>Hint 2: float32 after the fact</summary>
# <code>for p in trainer.model.parameters():</code> where <code>p.requires_grad</code>, <code>p.data =
# p.data.float()</code>.
# </details>
# <details><summary>Hint 3: names in SFTConfig</summary>
# Loss on answers only: <code>assistant_only_loss=True</code>. It works only with a template that marks the answers,
# by <code>{{ "{% generation %}" }}</code>; ours does. The warm-up share: <code>warmup_steps</code>, which in this version
# takes a value below 1 as a share of all steps. No checkpoints: <code>save_strategy="no"</code>. To let options win,
# put all arguments in one dict: <code>SFTConfig(**(mine | machine | options))</code>.
# </details>

# %%
# Autocast by hardware (shared/hardware.py says why), checkpointing by profile, a loss for every step, a quiet screen.
machine = {
    "bf16": hardware.dtype == "bfloat16",
    "fp16": hardware.dtype == "float16",
    "use_cpu": hardware.device == "cpu",
    "dataloader_pin_memory": hardware.device == "cuda",
    "gradient_checkpointing": settings.checkpointing,
    "disable_tqdm": True,
    "report_to": "none",
    "logging_steps": 1,
}
# On a GPU trl's loss looks at labelled tokens only. Elsewhere it would multiply all by the vocabulary, and mask then.
if machine["use_cpu"]:
    score_labelled_tokens_only()

# %%
TALKS = [("Is it dull?", "Not at all."), ("And the plot, does it make any sense to anybody?", "Hardly.")]
small_chats = Dataset.from_list([pair(f"{text} {n}", answer) for n in range(8) for text, answer in TALKS])


def small_model():
    """A 4-bit model that ships with the course, for the checks in every profile."""
    return load_in_nf4("course-decoder-tiny")


# %%
def explain(error: Exception) -> None:
    """Fails with the misconception behind an error that building a trainer raised, where it is a known one."""
    last = "put all in one dict, SFTConfig(**(mine | machine | options))."
    known = {
        "PeftModel": "The model is wrapped twice: pass the plain model and peft_config, not both wrappings.",
        "purely quantized": "LoRA is never attached, and a 4-bit model alone cannot learn: pass peft_config=lora.",
        "multiple values": f"An argument is given twice. Options come last and win: {last}",
        "unexpected keyword": f"SFTConfig has no such argument in this version (Hint 3 has the names): {error}",
    }
    for words, hint in known.items():
        checks.that(words not in str(error), hint)


# %%
def small_trainer(lora="given", **options):
    """Your trainer of the small model with a LoRA of rank 4; explains what is wrong where it cannot be built."""
    if lora == "given":
        lora = LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    with TemporaryDirectory() as folder:
        try:
            return make_trainer(small_model(), small_tokenizer, lora, small_chats, 1e-3, 20, 3, folder, **options)
        except (ValueError, TypeError) as error:
            explain(error)
            raise


# %%
def hit_by(lora: LoraConfig) -> set[str]:
    """Own names of the layers that a configuration puts LoRA on, however it names them; fails unless in every layer."""
    with torch.device("meta"):
        toy = AutoModelForCausalLM.from_config(
            transformers.AutoConfig.from_pretrained(model_path("course-decoder-tiny"))
        )
        wrapped = get_peft_model(toy, lora)
    found = [name.split(".")[-1] for name, module in wrapped.named_modules() if hasattr(module, "lora_A")]
    hint = "LoRA belongs into every layer of the model, once on each target."
    every = toy.config.num_hidden_layers
    checks.that(all(found.count(name) == every for name in set(found)), f"{hint} Found: {sorted(set(found))}.")
    return set(found)


# %% answer="make_trainer"
def qlora_configs(dtype: torch.dtype) -> tuple[BitsAndBytesConfig, LoraConfig]:
    """NF4 with double quantisation that computes in dtype; LoRA on the query and value projections."""
    ### BEGIN SOLUTION
    four_bits = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )
    lora = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=["q_proj", "v_proj"],
        task_type="CAUSAL_LM",
    )
    return four_bits, lora
    ### END SOLUTION


def make_trainer(
    model, tokenizer, lora, chats, learning_rate: float, steps: int, seed: int, folder: str, **options
) -> SFTTrainer:
    """A trainer for the chats, loss on the assistant's turns; adapters (lora None: all) learn in float32."""
    ### BEGIN SOLUTION
    mine = {
        "output_dir": folder,
        "learning_rate": learning_rate,
        "max_steps": steps,
        "seed": seed,
        "save_strategy": "no",
        "per_device_train_batch_size": settings.batch,
        "warmup_steps": settings.warmup,
        "max_length": settings.max_length,
        "assistant_only_loss": True,
    }
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(**(mine | machine | options)),
        train_dataset=chats,
        processing_class=tokenizer,
        peft_config=lora,
    )
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer
    ### END SOLUTION


# %% check="trainer_nf4" points=3
for wanted in (torch.float32, torch.bfloat16):
    four_bits, _ = qlora_configs(wanted)
    checks.that(four_bits.load_in_4bit, "Four bits have to be asked for: load_in_4bit=True.")
    hint = "The 4-bit type should be NF4: the library's own default is fp4, sixteen values of a tiny float."
    checks.that(four_bits.bnb_4bit_quant_type == "nf4", hint)
    hint = "The scales are not quantised: double quantisation is bnb_4bit_use_double_quant=True."
    checks.that(four_bits.bnb_4bit_use_double_quant, hint)
    hint = "It should compute in the dtype given: four bits are a way to store weights, not to multiply them."
    checks.that(four_bits.bnb_4bit_compute_dtype == wanted, hint)

# %% check="trainer_lora" points=3 tags=["inside"]
lora = qlora_configs(torch.float32)[1]
checks.count(lora.r, settings.rank, "the rank", "The rank is r.")
hint = f"The update is scaled by alpha / r: alpha {settings.alpha}, rank {settings.rank}. By default alpha is 8."
checks.that(lora.lora_alpha == settings.alpha and not lora.use_rslora, hint)
checks.close(lora.lora_dropout, settings.dropout, "the dropout", hint="lora_dropout is 0 unless you set it.")
hint = "The targets are q_proj and v_proj, these two and no others."
checks.that(hit_by(lora) == {"q_proj", "v_proj"}, hint)
hint = "task_type is 'CAUSAL_LM': it tells peft how the model is called and what belongs in a checkpoint."
checks.that(str(getattr(lora.task_type, "value", lora.task_type)) == "CAUSAL_LM", hint)
checks.that(not lora.modules_to_save, "Nothing else learns: no modules_to_save.")

# %% check="trainer_loss" points=3 tags=["inside"]
batch = next(iter(small_trainer().get_train_dataloader()))
learnt = sorted({small_tokenizer.decode(row[row != -100]) for row in batch["labels"]})
hint = "Prompt tokens are in the loss: assistant_only_loss=True leaves them out. Of one chat the loss sees"
asks = [text for text in learnt if "user" in text or "?" in text]
checks.that(not asks, f"{hint} {asks[:1]}.")
hint = "The loss should see the answers whole, each with its <|im_end|>: are rows cut, or the ending masked? It sees"
odd = [text for text in learnt if text not in {f"{answer}<|im_end|>" for _, answer in TALKS}]
checks.that(learnt and not odd, f"{hint} {odd[:1]}.")

# %% check="trainer_adapters" points=2 tags=["inside"]
trainer = small_trainer()
inner = trainer.model
names = [name for name, p in trainer.model.named_parameters() if p.requires_grad]
hint = "Only LoRA's two matrices on q_proj and v_proj should learn, in each of four layers. Was peft_config passed?"
on_both = all("lora_" in name and ("q_proj" in name or "v_proj" in name) for name in names)
checks.that(len(names) == 16 and on_both, hint)
hint = "The model is wrapped twice: the adapters sit inside another PeftModel. Wrap once, or let the trainer do it."
checks.that(all(name.count("base_model") == 1 for name in names), hint)
hint = "Trainable parameters should be float32 here: trl rounds adapters to bfloat16, in which small updates vanish."
kinds_of = {str(p.dtype) for p in trainer.model.parameters() if p.requires_grad}
checks.that(kinds_of == {"torch.float32"} or hardware.dtype == "bfloat16", hint)

# %% check="trainer_arguments" points=2 tags=["inside"]
arguments = small_trainer(packing=False, max_grad_norm=0.5).args
checks.close(arguments.learning_rate, 1e-3, "the rate", hint="learning_rate is the rate given (the default is 2e-5).")
checks.count(arguments.max_steps, 20, "the number of steps", "Set max_steps; epochs depend on the data.")
checks.count(arguments.seed, 3, "the seed", "The seed given decides about order and LoRA's A.")
chats_a_step = arguments.per_device_train_batch_size * arguments.gradient_accumulation_steps
checks.count(chats_a_step, settings.batch, "chats a step, accumulated batches counted", "settings.batch chats a step.")
hint = "The warm-up is settings.warmup of all steps: warmup_steps below 1 is a share, from 1 on a number of steps."
checks.count(arguments.get_warmup_steps(20), round(20 * settings.warmup), "steps of warm-up of 20", hint)
checks.count(arguments.max_length, settings.max_length, "the longest row", "Rows are cut at settings.max_length.")
hint = "Pass **machine and **options on, and keep no checkpoints: save_strategy='no'."
quiet = arguments.logging_steps == 1 and arguments.max_grad_norm == 0.5
checks.that(quiet and str(getattr(arguments.save_strategy, "value", arguments.save_strategy)) == "no", hint)
checks.that((arguments.bf16, arguments.fp16) == (machine["bf16"], machine["fp16"]), hint)
changed = small_trainer(max_length=64, per_device_train_batch_size=2).args
hint = "Options come last and win, over your own arguments too: SFTConfig(**(mine | machine | options))."
checks.that((changed.max_length, changed.per_device_train_batch_size) == (64, 2), hint)
