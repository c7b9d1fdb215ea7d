# %% right="a dict of arguments, the schedule named"
def training_arguments(output_dir, learning_rate, steps, seed):
    named = {"learning_rate": learning_rate, "max_steps": steps, "seed": seed, "lr_scheduler_type": "linear"}
    named |= {"warmup_steps": settings.warmup, "weight_decay": settings.weight_decay, "save_strategy": "no"}
    return TrainingArguments(output_dir, per_device_train_batch_size=settings.batch, **named, **machine)


# %% right="warm-up counted in steps"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=round(settings.warmup * steps),
        weight_decay=settings.weight_decay,
        optim="adamw_torch",
        seed=seed,
        data_seed=seed,
        save_strategy="no",
        **machine,
    )


# %% right="set one by one afterwards"
def training_arguments(output_dir, learning_rate, steps, seed):
    arguments = TrainingArguments(output_dir=output_dir, save_strategy="no", seed=seed, **machine)
    arguments.learning_rate, arguments.max_steps = learning_rate, steps
    arguments.warmup_steps, arguments.weight_decay = settings.warmup, settings.weight_decay
    arguments.per_device_train_batch_size = settings.batch
    return arguments


# %% wrong="the rate is left at its default" loses=["arguments_rate"] says="learning_rate"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        seed=seed,
        save_strategy="no",
        **machine,
    )


# %% wrong="constant rate after the warm-up" loses=["arguments_rate"] says="linear decay"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        lr_scheduler_type="constant_with_warmup",
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        seed=seed,
        save_strategy="no",
        **machine,
    )


# %% wrong="three epochs instead of so many steps" loses=["arguments_rate"] says="max_steps"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        num_train_epochs=3,
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        seed=seed,
        save_strategy="no",
        **machine,
    )


# %% wrong="no warm-up" loses=["arguments_warmup"] says="warm-up"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        weight_decay=settings.weight_decay,
        seed=seed,
        save_strategy="no",
        **machine,
    )


# %% wrong="ten steps of warm-up, however long the run" loses=["arguments_warmup"] says="A share or a count"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=10,
        weight_decay=settings.weight_decay,
        seed=seed,
        save_strategy="no",
        **machine,
    )


# %% wrong="no weight decay" loses=["arguments_decay"] says="weight decay"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        seed=seed,
        save_strategy="no",
        **machine,
    )


# %% wrong="checkpoints stay on" loses=["arguments_rest"] says="checkpoints"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        seed=seed,
        **machine,
    )


# %% wrong="the seed is not passed on" loses=["arguments_rest"] says="seed"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        save_strategy="no",
        **machine,
    )


# %% right="half batches, accumulated to the batch asked for"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        seed=seed,
        per_device_train_batch_size=settings.batch // 2,
        gradient_accumulation_steps=2,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        save_strategy="no",
        **machine,
    )


# %% wrong="whole batches, and two of them accumulated" loses=["arguments_rest"] says="times the batches that are accumulated"
def training_arguments(output_dir, learning_rate, steps, seed):
    return TrainingArguments(
        output_dir,
        learning_rate=learning_rate,
        max_steps=steps,
        seed=seed,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=2,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        save_strategy="no",
        **machine,
    )
