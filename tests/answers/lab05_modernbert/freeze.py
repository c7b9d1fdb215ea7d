# %% right="by names"
def freeze(model, last):
    total = len(model.model.layers)
    free = ["final_norm", "head.", "classifier."] + [f"layers.{n}." for n in range(total - (last or 0), total)]
    count = 0
    for name, parameter in model.named_parameters():
        parameter.requires_grad = last is None or any(part in name for part in free)
        count += parameter.numel() * parameter.requires_grad
    return count


# %% right="everything off, then on again from the top"
def freeze(model, last):
    for parameter in model.parameters():
        parameter.requires_grad = last is None
    if last is not None:
        first = len(model.model.layers) - last
        for module in (model.model.final_norm, model.head, model.classifier, *model.model.layers[first:]):
            module.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% right="the seed's loop, with N = 0 apart"
def freeze(model, last):
    model.requires_grad_(True)
    if last is not None:
        for parameter in model.model.embeddings.parameters():
            parameter.requires_grad = False
        for layer in model.model.layers[:-last] if last else model.model.layers:
            for parameter in layer.parameters():
                parameter.requires_grad = False
    return int(np.sum([np.prod(p.shape) for p in model.parameters() if p.requires_grad]))


# %% wrong="layers[:-0] is empty" loses=["freeze_none_left"] says="layers[:-0]"
def freeze(model, last):
    model.requires_grad_(True)
    if last is not None:
        model.model.embeddings.requires_grad_(False)
        for layer in model.model.layers[:-last]:
            layer.requires_grad_(False)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="the embeddings go on learning" loses=["freeze_embeddings"] says="embeddings still learn"
def freeze(model, last):
    model.requires_grad_(True)
    if last is not None:
        for layer in model.model.layers[: len(model.model.layers) - last]:
            layer.requires_grad_(False)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="freezes the last layers instead of the first" loses=["freeze_layers"] says="at the right end"
def freeze(model, last):
    model.requires_grad_(True)
    if last is not None:
        model.model.embeddings.requires_grad_(False)
        for layer in model.model.layers[last:]:
            layer.requires_grad_(False)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="sets a flag on the layer, which nobody reads" loses=["freeze_layers", "freeze_none_left", "freeze_again"] says="on the parameters"
def freeze(model, last):
    model.requires_grad_(True)
    if last is not None:
        model.model.embeddings.requires_grad_(False)
        for layer in model.model.layers[: len(model.model.layers) - last]:
            layer.requires_grad = False
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="the head is frozen, too" loses=["freeze_head"] says="should learn"
def freeze(model, last):
    model.requires_grad_(last is None)
    if last is not None:
        for layer in model.model.layers[len(model.model.layers) - last :]:
            layer.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="what was frozen stays frozen" loses=["freeze_again"] says="frozen before"
def freeze(model, last):
    if last is not None:
        model.model.embeddings.requires_grad_(False)
        for layer in model.model.layers[: len(model.model.layers) - last]:
            layer.requires_grad_(False)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="counts frozen numbers as well" loses=["freeze_count"] says="only those that learn"
def freeze(model, last):
    model.requires_grad_(True)
    if last is not None:
        model.model.embeddings.requires_grad_(False)
        for layer in model.model.layers[: len(model.model.layers) - last]:
            layer.requires_grad_(False)
    return sum(p.numel() for p in model.parameters())


# %% wrong="counts tensors" loses=["freeze_count"] says="numel"
def freeze(model, last):
    model.requires_grad_(True)
    if last is not None:
        model.model.embeddings.requires_grad_(False)
        for layer in model.model.layers[: len(model.model.layers) - last]:
            layer.requires_grad_(False)
    return sum(p.requires_grad for p in model.parameters())
