# %% right="by names"
def top_layers(model, last):
    first = len(model.body.layers) - last
    kept = (*(f"body.layers.{n}." for n in range(first, first + last)), "body.norm.", "classifier.")
    count = 0
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(kept)
        count += parameter.numel() * parameter.requires_grad
    return count


def bitfit(model):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.endswith(".bias") or name == "bias" or name.startswith("classifier.")
    return [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]


# %% right="module by module"
def top_layers(model, last):
    for number, layer in enumerate(model.body.layers):
        layer.requires_grad_(number >= len(model.body.layers) - last)
    model.body.embed_tokens.requires_grad_(False)
    model.body.norm.requires_grad_(True)
    model.classifier.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    names = []
    for prefix, module in model.named_modules():
        own = dict(module.named_parameters(recurse=False))
        if own.get("bias") is not None:
            own["bias"].requires_grad = True
            names.append(f"{prefix}.bias")
    model.classifier.requires_grad_(True)
    order = [name for name, _ in model.named_parameters()]
    return sorted(names, key=order.index)


# %% right="identities in a set"
def top_layers(model, last):
    layers = list(model.body.layers)
    parts = (layers[-last:] if last else []) + [model.body.norm, model.classifier]
    chosen = {id(p) for part in parts for p in part.parameters()}
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) in chosen)
    return sum(p.numel() for p in model.parameters() if id(p) in chosen)


def bitfit(model):
    biases = []
    head = {id(p) for p in model.classifier.parameters()}
    for name, parameter in model.named_parameters():
        *_, leaf = name.split(".")
        parameter.requires_grad_(leaf == "bias" or id(parameter) in head)
        biases += [name] if leaf == "bias" else []
    return tuple(biases)


# %% wrong="layers[-last:] also where last is 0" loses=["top_which"] says="layers[-0:] is all"
def top_layers(model, last):
    model.requires_grad_(False)
    for part in [*model.body.layers[-last:], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="the bottom layers instead of the top" loses=["top_which"] says="the right end"
def top_layers(model, last):
    model.requires_grad_(False)
    for part in [*model.body.layers[:last], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="the final norm forgotten" loses=["top_which"] says="final norm"
def top_layers(model, last):
    model.requires_grad_(False)
    for part in [*model.body.layers[len(model.body.layers) - last :], model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="the embeddings forgotten" loses=["top_embeddings"] says="embeddings still learn"
def top_layers(model, last):
    for number, layer in enumerate(model.body.layers):
        layer.requires_grad_(number >= len(model.body.layers) - last)
    model.body.norm.requires_grad_(True)
    model.classifier.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="tensors counted instead of numbers" loses=["top_embeddings"] says="not tensors"
def top_layers(model, last):
    model.requires_grad_(False)
    layers = model.body.layers
    for part in [*layers[len(layers) - last :], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return len([p for p in model.parameters() if p.requires_grad])


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="whatever has 'bias' somewhere in its name" loses=["bitfit_names"] says="named 'bias'"
def top_layers(model, last):
    model.requires_grad_(False)
    layers = model.body.layers
    for part in [*layers[len(layers) - last :], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if "bias" in name]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="every vector is a bias, norms too" loses=["bitfit_names", "bitfit_rest"] says="named 'bias'"
def top_layers(model, last):
    model.requires_grad_(False)
    layers = model.body.layers
    for part in [*layers[len(layers) - last :], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, p in model.named_parameters() if p.ndim == 1]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="the classifier's weight stays frozen" loses=["bitfit_rest"] says="its weight too"
def top_layers(model, last):
    model.requires_grad_(False)
    layers = model.body.layers
    for part in [*layers[len(layers) - last :], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.requires_grad_(False)
    biases = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    return biases


# %% wrong="nothing is frozen, the biases are only listed" loses=["bitfit_rest"] says="neither a bias"
def top_layers(model, last):
    model.requires_grad_(False)
    layers = model.body.layers
    for part in [*layers[len(layers) - last :], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    model.classifier.requires_grad_(True)
    return [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]


# %% wrong="the rest is not frozen" loses=["bitfit_rest"] says="neither a bias nor the classifier"
def top_layers(model, last):
    model.requires_grad_(False)
    layers = model.body.layers
    for part in [*layers[len(layers) - last :], model.body.norm, model.classifier]:
        part.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def bitfit(model):
    biases = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in biases:
        model.get_parameter(name).requires_grad = True
    model.classifier.requires_grad_(True)
    return biases


# %% wrong="takes flags away and gives none back" loses=["top_embeddings"] says="frozen before stays frozen"
def top_layers(model, last):
    lowest = len(model.body.layers) - last
    for part in [model.body.embed_tokens, *model.body.layers[:lowest]]:
        part.requires_grad_(False)
    return trainable(model)


def bitfit(model):
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)
    found = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in found:
        model.get_parameter(name).requires_grad_(True)
    return found


# %% wrong="freezes by how a name starts, so layer 1 takes layer 10 along" loses=["top_which"] says="layer 10 is not layer 1"
def top_layers(model, last):
    model.requires_grad_(False)
    lowest = len(model.body.layers) - last
    below = tuple(f"body.layers.{number}" for number in range(lowest))
    for name, parameter in model.named_parameters():
        parameter.requires_grad = "layers" in name and not name.startswith(below)
    model.body.norm.requires_grad_(True)
    model.classifier.requires_grad_(True)
    return trainable(model)


def bitfit(model):
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)
    found = [name for name, _ in model.named_parameters() if name.split(".")[-1] == "bias"]
    for name in found:
        model.get_parameter(name).requires_grad_(True)
    return found


# %% wrong="looks for biases in linear layers alone" loses=["bitfit_names"] says="every bias"
def top_layers(model, last):
    model.requires_grad_(False)
    lowest = len(model.body.layers) - last
    for number, layer in enumerate(model.body.layers):
        layer.requires_grad_(number >= lowest)
    model.body.norm.requires_grad_(True)
    model.classifier.requires_grad_(True)
    return trainable(model)


def bitfit(model):
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)
    linear = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    found = [f"{name}.bias" for name in linear if model.get_submodule(name).bias is not None]
    for name in found:
        model.get_parameter(name).requires_grad_(True)
    return found
