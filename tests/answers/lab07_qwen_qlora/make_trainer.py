# %% right="a dict of arguments"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% right="settings, a list of targets as a set, the model wrapped beforehand"
from peft import TaskType


def qlora_configs(dtype):
    four = BitsAndBytesConfig(load_in_4bit=True)
    four.bnb_4bit_quant_type, four.bnb_4bit_use_double_quant, four.bnb_4bit_compute_dtype = "nf4", True, dtype
    options = {"r": settings.rank, "lora_alpha": settings.alpha, "lora_dropout": settings.dropout}
    return four, LoraConfig(**options, target_modules={"v_proj", "q_proj"}, task_type=TaskType.CAUSAL_LM)


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    wrapped = model if lora is None else get_peft_model(model, lora)
    given = {"output_dir": folder, "learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup}
    given |= {"seed": seed, "data_seed": seed, "per_device_train_batch_size": settings.batch, "save_strategy": "no"}
    arguments = SFTConfig(assistant_only_loss=True, **({"max_length": settings.max_length} | given | machine | options))
    trainer = SFTTrainer(model=wrapped, args=arguments, train_dataset=chats, processing_class=tokenizer)
    for parameter in filter(lambda p: p.requires_grad, trainer.model.parameters()):
        parameter.data = parameter.data.to(torch.bfloat16 if hardware.dtype == "bfloat16" else torch.float32)
    return trainer


# %% right="chats as prompt and completion"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    pairs = [{"prompt": row["messages"][:-1], "completion": row["messages"][-1:]} for row in chats]
    given = {"max_length": settings.max_length, "learning_rate": rate, "max_steps": steps, "seed": seed}
    given |= {"warmup_steps": settings.warmup, "per_device_train_batch_size": settings.batch, "save_strategy": "no"}
    given["assistant_only_loss"] = True  # else the line break after the answer would be in the loss
    arguments = SFTConfig(output_dir=folder, **{**given, **machine, **options})
    rows = Dataset.from_list(pairs)
    trainer = SFTTrainer(model=model, args=arguments, train_dataset=rows, processing_class=tokenizer, peft_config=lora)
    if hardware.dtype != "bfloat16":
        for _, parameter in trainer.model.named_parameters():
            if parameter.requires_grad:
                parameter.data = parameter.data.to(torch.float32)
    return trainer


# %% wrong="the library's fp4" loses=["trainer_nf4"] says="fp4"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype)
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="scales not quantised" loses=["trainer_nf4"] says="double quantisation"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="computes in float16 whatever is asked for" loses=["trainer_nf4"] says="dtype given"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.float16,
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="eight bits" loses=["trainer_nf4"] says="Four bits"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_8bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="alpha left at its default" loses=["trainer_lora"] says="alpha / r"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="scaled by alpha over the root of r" loses=["trainer_lora"] says="alpha / r"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(
        r=16, lora_alpha=32, use_rslora=True, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM"
    )


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="all attention projections" loses=["trainer_lora"] says="these two and no others"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "k_proj", "v_proj", "o_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="no task type" loses=["trainer_lora"] says="CAUSAL_LM"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets)


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="no dropout" loses=["trainer_lora"] says="lora_dropout"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="the head is trained and saved too" loses=["trainer_lora"] says="Nothing else learns"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(
        r=16,
        lora_alpha=32,
        lora_dropout=0.05,
        target_modules=targets,
        task_type="CAUSAL_LM",
        modules_to_save=["lm_head"],
    )


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="prompt tokens in the loss" loses=["trainer_loss"] says="Prompt tokens are in the loss"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="rows cut so short that the answer goes" loses=["trainer_loss", "trainer_arguments"] says="whole"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": 23, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="the model is wrapped twice, by hand and by the trainer" loses=["trainer_loss", "trainer_adapters", "trainer_arguments"] says="wrapped twice"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(
        get_peft_model(model, lora), arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora
    )
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="the model is wrapped twice by hand" loses=["trainer_adapters"] says="wrapped twice"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    model = get_peft_model(get_peft_model(model, lora), lora)
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="LoRA is never attached" loses=["trainer_loss", "trainer_adapters", "trainer_arguments"] says="never attached"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="adapters left in bfloat16" loses=["trainer_adapters"] says="bfloat16"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    return SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)


# %% wrong="the rate is left at its default" loses=["trainer_arguments"] says="2e-5"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="epochs instead of steps" loses=["trainer_arguments"] says="max_steps"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "num_train_epochs": 3, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="options not passed on" loses=["trainer_arguments"] says="options on"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="one chat a step" loses=["trainer_arguments"] says="settings.batch"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": 1}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="an option that is set already comes twice" loses=["trainer_arguments"] says="Options come last and win"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    arguments = SFTConfig(
        output_dir=folder,
        max_length=settings.max_length,
        per_device_train_batch_size=settings.batch,
        learning_rate=rate,
        max_steps=steps,
        warmup_steps=settings.warmup,
        seed=seed,
        save_strategy="no",
        assistant_only_loss=True,
        **machine,
        **options,
    )
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="the own arguments win over the options" loses=["trainer_arguments"] says="over your own arguments"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_steps": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**machine, **options, **given})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="the name that the share had in earlier versions" loses=["trainer_loss", "trainer_adapters", "trainer_arguments"] says="no such argument"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    targets = ["q_proj", "v_proj"]
    return four, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=targets, task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    given = {"assistant_only_loss": True, "max_length": settings.max_length, "save_strategy": "no"}
    given |= {"learning_rate": rate, "max_steps": steps, "warmup_ratio": settings.warmup, "seed": seed}
    given |= {"per_device_train_batch_size": settings.batch}
    arguments = SFTConfig(folder, **{**given, **machine, **options})
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% right="the targets as a pattern, half batches accumulated, the warm-up counted in steps"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    size = {"r": settings.rank, "lora_alpha": settings.alpha, "lora_dropout": settings.dropout}
    return four, LoraConfig(**size, target_modules=r".*self_attn[.][qv]_proj", task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    mine = {"output_dir": folder, "learning_rate": rate, "max_steps": steps, "seed": seed, "save_strategy": "no"}
    mine |= {
        "per_device_train_batch_size": settings.batch // 2,
        "warmup_steps": max(1, round(settings.warmup * steps)),
        "gradient_accumulation_steps": 2,
    }
    mine |= {"assistant_only_loss": True, "max_length": settings.max_length}
    arguments = SFTConfig(**(mine | machine | options))
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% right="the targets with the name of the module that holds them"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    size = {"r": settings.rank, "lora_alpha": settings.alpha, "lora_dropout": settings.dropout}
    return four, LoraConfig(**size, target_modules=["self_attn.v_proj", "self_attn.q_proj"], task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    mine = {"output_dir": folder, "learning_rate": rate, "max_steps": steps, "seed": seed, "save_strategy": "no"}
    mine |= {
        "per_device_train_batch_size": settings.batch,
        "warmup_steps": settings.warmup,
        "gradient_accumulation_steps": 1,
    }
    mine |= {"assistant_only_loss": True, "max_length": settings.max_length}
    arguments = SFTConfig(**(mine | machine | options))
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="a pattern that takes the keys along" loses=["trainer_lora"] says="these two and no others"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    size = {"r": settings.rank, "lora_alpha": settings.alpha, "lora_dropout": settings.dropout}
    return four, LoraConfig(**size, target_modules=r".*[.][qkv]_proj", task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    mine = {"output_dir": folder, "learning_rate": rate, "max_steps": steps, "seed": seed, "save_strategy": "no"}
    mine |= {
        "per_device_train_batch_size": settings.batch,
        "warmup_steps": settings.warmup,
        "gradient_accumulation_steps": 1,
    }
    mine |= {"assistant_only_loss": True, "max_length": settings.max_length}
    arguments = SFTConfig(**(mine | machine | options))
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer


# %% wrong="whole batches, and two of them accumulated" loses=["trainer_arguments"] says="chats a step"
def qlora_configs(dtype):
    four = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )
    size = {"r": settings.rank, "lora_alpha": settings.alpha, "lora_dropout": settings.dropout}
    return four, LoraConfig(**size, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")


def make_trainer(model, tokenizer, lora, chats, rate, steps, seed, folder, **options):
    mine = {"output_dir": folder, "learning_rate": rate, "max_steps": steps, "seed": seed, "save_strategy": "no"}
    mine |= {
        "per_device_train_batch_size": settings.batch,
        "warmup_steps": settings.warmup,
        "gradient_accumulation_steps": 2,
    }
    mine |= {"assistant_only_loss": True, "max_length": settings.max_length}
    arguments = SFTConfig(**(mine | machine | options))
    trainer = SFTTrainer(model, arguments, train_dataset=chats, processing_class=tokenizer, peft_config=lora)
    for parameter in trainer.model.parameters():
        if parameter.requires_grad and hardware.dtype != "bfloat16":
            parameter.data = parameter.data.float()
    return trainer
