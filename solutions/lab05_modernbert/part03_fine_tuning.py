# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 3 · Fine-tuning all of it
#
# ## Exercise 4 · The arguments of a training run
#
# *Why.* A pretrained model is destroyed most easily in its first steps: `classifier` is random, so the gradients that
# reach the layers below are large and mean nothing. A small rate, a warm-up and a decay to zero are the usual care.
#
# *Effort.* Medium, 15 minutes, 7 points.
#
# Write `training_arguments`: `steps` updates of `settings.batch` texts; the rate climbs in a straight line from 0 to
# `learning_rate` over the first `settings.warmup` (a share) of the steps and falls in a straight line to 0 at the last;
# weight decay `settings.weight_decay`; the seed; no checkpoints. Pass `**machine` on, which says what depends on the
# hardware.
#
# <details><summary>Hint 1: names that changed</summary>
# In transformers 5 a warm-up share goes into <code>warmup_steps</code> as a number below 1 (<code>warmup_ratio</code> is
# deprecated, and newer releases refuse it), and <code>eval_strategy</code> was once called <code>evaluation_strategy</code>. Old tutorials raise a
# TypeError.
# </details>
# <details><summary>Hint 2: epochs or steps?</summary>
# <code>max_steps</code> overrides epochs. <code>lr_scheduler_type</code> is linear decay unless you say otherwise.
# </details>

# %%
print(f"settings.batch = {settings.batch} texts, settings.warmup = {settings.warmup} of the steps,", end=" ")
print(f"settings.weight_decay = {settings.weight_decay}")
print(f"later: settings.last = {settings.last} layers learn, at settings.rate = {settings.rate}")

# %%
# Autocast by hardware (shared/hardware.py says why), a loss for every step, nothing on the screen.
machine = {
    "bf16": hardware.dtype == "bfloat16",
    "fp16": hardware.dtype == "float16",
    "use_cpu": hardware.device == "cpu",
    "dataloader_pin_memory": hardware.device == "cuda",
    "disable_tqdm": True,
    "report_to": "none",
    "logging_steps": 1,
    "per_device_eval_batch_size": 64,
}


# %%
def toy_model(seed: int = 0, layers: int = 4) -> ModernBertForSequenceClassification:
    """A ModernBERT with random weights, a few layers of width 16, three classes."""
    torch.manual_seed(seed)
    config = ModernBertConfig(
        vocab_size=60,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=layers,
        num_attention_heads=2,
        local_attention=4,
        initializer_range=0.1,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        cls_token_id=1,
        sep_token_id=2,
        num_labels=3,
        classifier_pooling="mean",
    )
    model = ModernBertForSequenceClassification(config)
    for norm in [p for p in model.parameters() if p.ndim == 1]:
        nn.init.normal_(norm, mean=1.0, std=0.3)  # as after training: no longer all ones
    return model


# %%
def toy_trainer(learning_rate: float, steps: int, seed: int) -> Trainer:
    with TemporaryDirectory() as folder:
        trainer = Trainer(model=toy_model(), args=training_arguments(folder, learning_rate, steps, seed))
        trainer.create_optimizer_and_scheduler(steps)
        return trainer


def rates_of(trainer: Trainer, steps: int) -> np.ndarray:
    """The learning rate at each step, and after the last; runs the trainer's schedule to its end."""
    rates = [trainer.lr_scheduler.get_last_lr()[0]]
    for _ in range(steps):
        trainer.optimizer.step()
        trainer.lr_scheduler.step()
        rates.append(trainer.lr_scheduler.get_last_lr()[0])
    return np.array(rates)


# %% answer="training_arguments"
def training_arguments(output_dir: str, learning_rate: float, steps: int, seed: int) -> TrainingArguments:
    """Linear warm-up and decay, AdamW with weight decay, so many steps of settings.batch texts, no checkpoints."""
    ### BEGIN SOLUTION
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        seed=seed,
        save_strategy="no",
        **machine,
    )
    ### END SOLUTION


# %% [markdown]
# The checks put your arguments into a `Trainer` with the toy ModernBERT above and look at what comes out.

# %% check="arguments_rate" points=2
for rate, steps in [(1e-3, 50), (3e-5, 20)]:
    trainer = toy_trainer(rate, steps, 0)
    rates = rates_of(trainer, steps)
    checks.close(rates.max(), rate, "the largest rate of the run", hint="Is learning_rate the rate given?")
    hint = "After the last step the rate should be 0, reached in a straight line: linear decay (the default)."
    checks.close(rates[-1], 0, "the rate at the end", hint=hint, atol=1e-12)
    falling = rates[rates.argmax() :]
    checks.close(np.diff(falling, 2), np.zeros(len(falling) - 2), "bends of the falling part", hint=hint, atol=1e-9)
    checks.count(trainer.args.max_steps, steps, "the number of updates", "Set max_steps; epochs depend on the data.")

# %% check="arguments_warmup" points=2
for steps in (40, 200):
    rates = rates_of(toy_trainer(1e-3, steps, 0), steps)
    climb = round(settings.warmup * steps)
    hint = f"Of {steps} steps, {climb} are the warm-up: the rate climbs from 0 in a straight line. A share or a count?"
    found = rates[: climb + 1] / rates.max()
    checks.close(found, np.arange(climb + 1) / climb, "rate / largest rate", hint=hint, atol=1e-9)

# %% check="arguments_decay" points=1
groups = toy_trainer(1e-3, 20, 0).optimizer.param_groups
hint = "Weight decay should be settings.weight_decay on the matrices (Trainer itself spares biases and norms)."
checks.close(sorted({g["weight_decay"] for g in groups}), [0.0, settings.weight_decay], "the weight decays", hint=hint)

# %% check="arguments_rest" points=2
for seed in (3, 4):
    arguments = toy_trainer(1e-3, 20, seed).args
    checks.count(arguments.seed, seed, "the seed", "The order of the rows follows from the seed given.")
    hint = (
        "A step reads settings.batch rows: that is per_device_train_batch_size, times the batches that are accumulated."
    )
    rows_a_step = arguments.per_device_train_batch_size * arguments.gradient_accumulation_steps
    checks.count(rows_a_step, settings.batch, "rows a step", hint)
    hint = "Checkpoints would fill the disk: save_strategy='no'."
    checks.that(str(getattr(arguments.save_strategy, "value", arguments.save_strategy)) == "no", hint)
    hint = "Pass **machine on: it holds what your hardware needs."
    checks.that(arguments.logging_steps == 1 and arguments.disable_tqdm, hint)

# %% [markdown]
# Everything is there now. One function trains, evaluates, and reports; it will train frozen models and stored states
# alike, so keep it in mind.


# %%
def fine_tune(model, rows, held, learning_rate: float, steps: int, seed: int, collator=collate) -> dict:
    """Trains the model in place with your arguments; your metrics, losses (steps,), seconds per step, probabilities."""
    with TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=training_arguments(folder, learning_rate, steps, seed),
            train_dataset=rows,
            eval_dataset=held,
            data_collator=collator,
            compute_metrics=compute_metrics,
        )
        trainer.remove_callback(PrinterCallback)
        begin = time.perf_counter()
        trainer.train()
        seconds = (time.perf_counter() - begin) / steps
        found = trainer.predict(held)
    logits = torch.as_tensor(np.asarray(found.predictions, dtype=np.float32))
    result = {name.removeprefix("test_"): value for name, value in found.metrics.items()}
    result["losses"] = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    result["seconds"] = seconds
    result["probabilities"] = logits.softmax(-1).numpy()
    return result


# %%
def steps_for(rows: int) -> int:
    """Updates for so many rows: settings.steps, but no row more often than settings.epochs times."""
    return min(settings.steps, settings.epochs * rows // settings.batch)


@functools.cache
def full_run(seed: int, pretrained: bool, chosen: tuple[int, ...] | None) -> dict:
    """All parameters trained, from pretrained or random weights, on the chosen training rows (None: all)."""
    rows = tokenise(train, tokenizer, settings.max_length)
    held = tokenise(validation, tokenizer, settings.max_length)
    if chosen:
        rows = rows.select(chosen)
    return fine_tune(new_model(seed, pretrained), rows, held, settings.full_rate, steps_for(len(rows)), seed)


# %%
def first_run():
    result = full_run(settings.seeds[0], True, None)
    print(f"{len(result['losses'])} steps of {settings.batch} texts, {result['seconds']:.2f} s each:", end=" ")
    print(f"accuracy {result['accuracy']:.3f}, macro-F1 {result['macro_f1']:.3f}")


first_run()
