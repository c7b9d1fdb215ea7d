# %% wrong="the upper half frozen" loses=["remedy_freezing"] says="the other way round"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[(len(model.body.layers) + 1) // 2 :]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="the embeddings go on learning" loses=["remedy_freezing"] says="the embeddings are frozen too"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="half of the notebook's model, whatever is given" loses=["remedy_freezing"] says="the lower 2 are frozen"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(depth_of(name, LAYERS) > LAYERS // 2)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="rounded up for an odd number of layers" loses=["remedy_freezing"] says="5 layers: the lower 2 are frozen"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: (len(model.body.layers) + 1) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="what was frozen before stays frozen" loses=["remedy_freezing", "remedy_others"] says="the depths with something frozen"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.requires_grad_(False)
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        model.requires_grad_(False)
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="both heads where only B's is asked for" loses=["remedy_head"] says="only the head of task B learns"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads.requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="only the weight of the head, not its bias" loses=["remedy_head"] says="exactly the weight and the bias"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].weight.requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="the body frozen after LoRA was put in" loses=["remedy_lora"] says="no LoRA matrix learns"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(True)
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.requires_grad_(False)
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.body.requires_grad_(False)
        model.heads.requires_grad_(True)


# %% wrong="the MLP's Wo is a target too" loses=["remedy_lora"] says="the MLP's Wo is no target"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        inject_adapter_in_model(LoraConfig(r=r, lora_alpha=alpha, target_modules=["Wqkv", "Wo"]), model.body)
        model.heads.requires_grad_(True)


# %% wrong="LoRA beside Wqkv only" loses=["remedy_lora"] says="four matrices a layer"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        inject_adapter_in_model(LoraConfig(r=r, lora_alpha=alpha, target_modules=["attn.Wqkv"]), model.body)
        model.heads.requires_grad_(True)


# %% wrong="LoRA with the head of B only" loses=["remedy_lora"] says="both heads learn beside the LoRA matrices"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy in ("head only", "LoRA"):
        if remedy == "LoRA":
            config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
            inject_adapter_in_model(config, model.body)
        model.heads["B"].requires_grad_(True)


# %% wrong="rank and scale from the settings, not from the arguments" loses=["remedy_lora"] says="r is an argument"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=settings.r, lora_alpha=settings.alpha, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="alpha left at peft's own" loses=["remedy_lora"] says="The scale is alpha / r"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        inject_adapter_in_model(LoraConfig(r=r, target_modules=["attn.Wqkv", "attn.Wo"]), model.body)
        model.heads.requires_grad_(True)


# %% wrong="LoRA with dropout" loses=["remedy_lora"] says="without dropout"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.1, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="random LoRA matrices that change the model at once" loses=["remedy_lora"] says="B starts at zero"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        targets = ["attn.Wqkv", "attn.Wo"]
        config = LoraConfig(r=r, lora_alpha=alpha, target_modules=targets, init_lora_weights=False)
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)


# %% wrong="a copy is made ready" loses=["remedy_freezing", "remedy_head", "remedy_lora", "remedy_others"] says="in place"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model = copy.deepcopy(model)
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)
    return model


# %% wrong="the other remedies are unknown" loses=["remedy_others"] says="prepare stops at 'no remedy'"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    if remedy == "freezing":
        model.requires_grad_(True)
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    elif remedy == "head only":
        model.requires_grad_(False)
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        model.requires_grad_(False)
        config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=["attn.Wqkv", "attn.Wo"])
        inject_adapter_in_model(config, model.body)
        model.heads.requires_grad_(True)
    else:
        raise ValueError(remedy)


# %% right="by depth"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    layers = model.body.config.num_hidden_layers
    for name, parameter in model.named_parameters():
        learning = True
        if remedy == "freezing":
            learning = depth_of(name, layers) > layers // 2
        elif remedy == "head only":
            learning = name.startswith("heads.B.")
        elif remedy == "LoRA":
            learning = name.startswith("heads.")
        parameter.requires_grad = learning
    if remedy == "LoRA":
        inject_adapter_in_model(LoraConfig(r=r, lora_alpha=alpha, target_modules=r".*attn\.(Wqkv|Wo)"), model.body)


# %% right="peft's wrapper around the body"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    from peft import get_peft_model

    model.requires_grad_(True)
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        for layer in model.body.layers[: len(model.body.layers) // 2]:
            layer.requires_grad_(False)
    if remedy == "head only":
        model.body.requires_grad_(False)
        model.heads["A"].requires_grad_(False)
    if remedy == "LoRA":
        config = LoraConfig(r=r, lora_alpha=alpha, target_modules=["attn.Wqkv", "attn.Wo"])
        model.body = get_peft_model(model.body, config)
    return model


# %% right="LoRA's matrices switched on by name afterwards"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    if remedy == "LoRA":
        names = [name for name, _ in model.body.named_modules() if name.endswith((".attn.Wqkv", ".attn.Wo"))]
        inject_adapter_in_model(LoraConfig(r=r, lora_alpha=alpha, target_modules=names), model.body)
    half = len(model.body.layers) // 2
    low = (*tuple(f"body.layers.{n}." for n in range(half)), "body.embeddings")
    for name, parameter in model.named_parameters():
        if remedy == "LoRA":
            parameter.requires_grad_("lora_" in name or "heads" in name)
        elif remedy == "head only":
            parameter.requires_grad_("heads.B" in name)
        else:
            parameter.requires_grad_(remedy != "freezing" or not name.startswith(low))


# %% wrong="a new head for task B" loses=["remedy_others"] says="changes no value itself"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.heads["B"].reset_parameters()
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        model.body.layers[: len(model.body.layers) // 2].requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        inject_adapter_in_model(LoraConfig(r=r, lora_alpha=alpha, target_modules=["attn.Wqkv", "attn.Wo"]), model.body)
        model.heads.requires_grad_(True)


# %% wrong="an unknown remedy refused" loses=["remedy_others"] says="prepare stops at"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        model.body.layers[: len(model.body.layers) // 2].requires_grad_(False)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        inject_adapter_in_model(LoraConfig(r=r, lora_alpha=alpha, target_modules=["attn.Wqkv", "attn.Wo"]), model.body)
        model.heads.requires_grad_(True)
    elif remedy not in ("no remedy", "lower rate", "mixing tasks", "replay", "separate models"):
        raise ValueError(remedy)


# %% wrong="weights drawn anew under freezing" loses=["remedy_others"] says="freezing: prepare says what may learn"
def prepare(model, remedy, r=settings.r, alpha=settings.alpha):
    model.requires_grad_(remedy not in ("head only", "LoRA"))
    if remedy == "freezing":
        model.body.embeddings.requires_grad_(False)
        model.body.layers[: len(model.body.layers) // 2].requires_grad_(False)
        for layer in model.body.layers[len(model.body.layers) // 2 :]:
            nn.init.normal_(layer.mlp.Wo.weight, std=0.02)
    elif remedy == "head only":
        model.heads["B"].requires_grad_(True)
    elif remedy == "LoRA":
        inject_adapter_in_model(LoraConfig(r=r, lora_alpha=alpha, target_modules=["attn.Wqkv", "attn.Wo"]), model.body)
        model.heads.requires_grad_(True)
