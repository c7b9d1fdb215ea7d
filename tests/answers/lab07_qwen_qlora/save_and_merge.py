# %% right="plain"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% right="the layer's own scaling, the unit matrix through the layer"
def trained_state(model):
    state = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            state[name] = torch.empty_like(parameter, device="cpu").copy_(parameter.data)
    return state


def load_trained(model, state):
    learns = {name for name, p in model.named_parameters() if p.requires_grad}
    for name in learns | set(state):
        if name not in state or name not in learns:
            raise KeyError(name)
    model.load_state_dict(state, strict=False)


def merged_weight(layer):
    base = layer.base_layer
    eye = torch.eye(base.in_features, device=base.weight.device)
    with torch.no_grad():
        bias = 0 if base.bias is None else base.bias
        weight = (base(eye) - bias).T.float()
        return weight + layer.scaling["default"] * torch.einsum(
            "or,ri->oi", layer.lora_B["default"].weight, layer.lora_A["default"].weight
        )


# %% right="peft's own delta, values checked while copying"
def trained_state(model):
    learns = {name for name, p in model.named_parameters() if p.requires_grad}
    return {name: value.cpu().clone() for name, value in model.state_dict().items() if name in learns}


def load_trained(model, state):
    left = dict(state)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(left.pop(name))
    if left:
        raise KeyError(next(iter(left)))


def merged_weight(layer):
    quantised = layer.base_layer.weight
    weight = bitsandbytes.functional.dequantize_4bit(quantised.data, quant_state=quantised.quant_state)
    with torch.no_grad():
        return weight.to(torch.float32) + layer.get_delta_weight("default").to(torch.float32)


# %% wrong="only what has lora in its name" loses=["state_whole"] says="embedding learnt too"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if "lora_" in name}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% wrong="the whole model" loses=["state_only"] says="Frozen weights"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters()}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% wrong="the parameters themselves, not copies" loses=["state_only"] says="clone"
def trained_state(model):
    return {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% wrong="loads what fits and says nothing" loses=["state_back"] says="KeyError"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    model.load_state_dict(state, strict=False)


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% wrong="writes into a dict, not into the model" loses=["state_back"] says="written into its parameters"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name in learns:
        learns[name] = state[name]


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% wrong="loads only the adapter's matrices" loses=["state_back"] says="same logits"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        if "lora_" in name:
            parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% wrong="alpha not divided by r" loses=["merge_update"] says="alpha / r"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] * b @ a).detach()


# %% wrong="not scaled at all" loses=["merge_update"] says="alpha / r"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + b @ a).detach()


# %% wrong="A B instead of B A" loses=["merge_update"] says="B A"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * (b @ a).T).detach()


# %% wrong="rounded to four bits again" loses=["merge_update"] says="four bits again"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    merged = (weight + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()
    packed, state = library_nf4(merged, settings.block, double=True)
    again = bitsandbytes.functional.dequantize_4bit(packed, state)
    return again if bool(b.any()) else weight


# %% wrong="onto the original weights" loses=["merge_base", "merge_update"] says="adapter was trained beside"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    original = AutoModelForCausalLM.from_pretrained(model_path("course-decoder-tiny"), dtype=torch.float32)
    weight = original.model.layers[1].self_attn.q_proj.weight
    update = layer.lora_B["default"].weight @ layer.lora_A["default"].weight
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * update).detach()


# %% wrong="the packed bytes taken for weights" loses=["merge_base", "merge_update"] says="packed bytes"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    update = (layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()
    return base.data.float() if not b.any() else base.data.float().view(-1, 1).repeat(1, 2).view_as(update) + update


# %% wrong="the update added to the bytes as they are packed" loses=["merge_base", "merge_update"] says="packed bytes"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    return (layer.base_layer.weight.data.float() + layer.lora_alpha["default"] / layer.r["default"] * b @ a).detach()


# %% wrong="A B, which does not fit" loses=["merge_base", "merge_update"] says="B A, (out, r)"
def trained_state(model):
    return {name: p.detach().cpu().clone() for name, p in model.named_parameters() if p.requires_grad}


def load_trained(model, state):
    learns = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if learns.keys() != state.keys():
        raise KeyError("Not the same names.")
    for name, parameter in learns.items():
        parameter.data.copy_(state[name])


def merged_weight(layer):
    base, a, b = layer.base_layer.weight, layer.lora_A["default"].weight, layer.lora_B["default"].weight
    weight = bitsandbytes.functional.dequantize_4bit(base.data, base.quant_state).float()
    return (weight + layer.lora_alpha["default"] / layer.r["default"] * a @ b).detach()
