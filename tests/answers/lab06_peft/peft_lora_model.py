# %% right="modules_to_save by name"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(
        model, LoraConfig(r=r, lora_alpha=alpha, target_modules={"v_proj", "q_proj"}, modules_to_save=["score"])
    )


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% right="a pattern for the targets, the task as an enum"
def with_peft(model, r, alpha):
    from peft import TaskType

    if hasattr(model, "peft_config"):
        raise ValueError("once is enough")
    config = LoraConfig(task_type=TaskType.SEQ_CLS, r=r, lora_alpha=alpha, target_modules=r".*self_attn\.(q|v)_proj")
    return get_peft_model(model, config)


def load_adapter(model, folder):
    loaded = PeftModel.from_pretrained(model, folder, is_trainable=False)
    return loaded.eval()


# %% right="the class itself, loading by way of the configuration"
def with_peft(model, r, alpha):
    from peft import PeftModelForSequenceClassification

    if isinstance(model, PeftModel):
        raise ValueError("This is a PeftModel.")
    config = LoraConfig(r=r, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS")
    config.lora_alpha = alpha
    return PeftModelForSequenceClassification(model, config)


def load_adapter(model, folder):
    config = LoraConfig.from_pretrained(folder)
    return PeftModel.from_pretrained(model, folder, config=config)


# %% wrong="alpha forgotten" loses=["peft_what"] says="lora_alpha"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(model, LoraConfig(r=r, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS"))


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="every linear layer" loses=["peft_what", "peft_head"] says="q_proj and v_proj"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(model, LoraConfig(r=r, lora_alpha=alpha, target_modules="all-linear", task_type="SEQ_CLS"))


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="the rank forgotten" loses=["peft_what", "peft_head"] says="rank"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(model, LoraConfig(lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS"))


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="scaled by the root of the rank" loses=["peft_what"] says="alpha / r"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(
        model,
        LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS", use_rslora=True),
    )


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="no task type: the head is frozen and not saved" loses=["peft_head", "peft_saved"] says="SEQ_CLS"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(model, LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"]))


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="the head learns but is not saved" loses=["peft_saved"] says="saved with the adapter"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    wrapped = get_peft_model(model, LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"]))
    for name, parameter in wrapped.named_parameters():
        if "score" in name:
            parameter.requires_grad = True
    return wrapped


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="wrapped twice" loses=["peft_once"] says="wrapped twice"
def with_peft(model, r, alpha):
    return get_peft_model(
        model, LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS")
    )


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="a fresh adapter instead of the saved one" loses=["peft_saved"] says="of a fresh one"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(
        model, LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS")
    )


def load_adapter(model, folder):
    return with_peft(model, 2, 4)


# %% wrong="wrapped afresh, then the file's names do not fit and nothing is loaded" loses=["peft_saved"] says="of a fresh one"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    return get_peft_model(
        model, LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS")
    )


def load_adapter(model, folder):
    import safetensors.torch

    wrapped = with_peft(model, 2, 4)
    wrapped.load_state_dict(safetensors.torch.load_file(f"{folder}/adapter_model.safetensors"), strict=False)
    return wrapped


# %% wrong="the head is saved, but frozen" loses=["peft_head"] says="its random numbers decide"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    config = LoraConfig(r=r, lora_alpha=alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS")
    wrapped = get_peft_model(model, config)
    for name, parameter in wrapped.named_parameters():
        parameter.requires_grad = "lora_" in name
    return wrapped


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="all biases learn along" loses=["peft_head"] says="one classification layer learn"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    targets = ["q_proj", "v_proj"]
    config = LoraConfig(r=r, lora_alpha=alpha, target_modules=targets, task_type="SEQ_CLS", bias="all")
    return get_peft_model(model, config)


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="the task of a language model" loses=["peft_what", "peft_head", "peft_saved", "peft_once"] says="SEQ_CLS"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    lora = LoraConfig(task_type="CAUSAL_LM", target_modules=["v_proj", "q_proj"], lora_alpha=alpha, r=r)
    return get_peft_model(model, lora)


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="B drawn at random as well" loses=["peft_what"] says="as the old one"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    lora = LoraConfig(
        task_type="SEQ_CLS", target_modules=["v_proj", "q_proj"], lora_alpha=alpha, r=r, init_lora_weights=False
    )
    return get_peft_model(model, lora)


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder)


# %% wrong="wraps the base, then loads a second adapter on top" loses=["peft_saved"] says="plain base model"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    lora = LoraConfig(task_type="SEQ_CLS", target_modules=["v_proj", "q_proj"], lora_alpha=alpha, r=r)
    return get_peft_model(model, lora)


def load_adapter(model, folder):
    return PeftModel.from_pretrained(with_peft(model, 2, 4), folder)


# %% wrong="what is loaded is merged at once" loses=["peft_saved"] says="should give a PeftModel"
def with_peft(model, r, alpha):
    if isinstance(model, PeftModel):
        raise ValueError("wrapped already")
    lora = LoraConfig(task_type="SEQ_CLS", target_modules=["v_proj", "q_proj"], lora_alpha=alpha, r=r)
    return get_peft_model(model, lora)


def load_adapter(model, folder):
    return PeftModel.from_pretrained(model, folder).merge_and_unload()
