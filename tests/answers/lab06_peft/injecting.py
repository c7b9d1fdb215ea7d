# %% right="recursion over children"
def inject(model, targets, make):
    def places(module):
        for name, child in module.named_children():
            if name in targets and type(child) is nn.Linear:
                yield module, name, child
            else:
                yield from places(child)

    todo = list(places(model))
    if len(todo) == 0:
        raise ValueError(f"nothing is called {targets}")
    for parameter in model.parameters():
        parameter.requires_grad = False
    for owner, name, child in todo:
        setattr(owner, name, make(child))
    for parameter in model.classifier.parameters():
        parameter.requires_grad = True
    return len(todo)


# %% right="freezes by identity afterwards"
def inject(model, targets, make):
    old, count = {id(p) for p in model.parameters()}, 0
    head = {id(p) for p in model.classifier.parameters()}
    for owner in list(model.modules()):
        for leaf, child in list(owner.named_children()):
            if leaf in targets and isinstance(child, nn.Linear):
                setattr(owner, leaf, make(child))
                count += 1
    if count == 0:
        raise ValueError("no layer with such a name; is the model wrapped already?")
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) in head or id(parameter) not in old)
    return count


# %% right="a dict of what to replace, set_submodule"
def inject(model, targets, make):
    todo = {}
    for name, module in model.named_modules():
        *_, leaf = name.split(".")
        if isinstance(module, nn.Linear) and any(leaf == target for target in targets):
            todo[name] = module
    if not todo:
        raise ValueError("nothing to wrap")
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("classifier.")
    for name, module in todo.items():
        model.set_submodule(name, make(module))
    return len(todo)


# %% wrong="names that end like a target" loses=["inject_where"] says="nothing else"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.endswith(tuple(targets))]
    if not found:
        raise ValueError("no such layer")
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="anything with the name, linear or not" loses=["inject_where", "inject_again"] says="linear layers"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        old = model.get_submodule(name)
        if isinstance(old, nn.Identity):
            old = nn.Linear(1, 1)
        if not hasattr(old, "out_features"):
            old.out_features = old.base.out_features
        setattr(model.get_submodule(owner), leaf, make(old))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="only the first layer of each kind" loses=["inject_where", "inject_learns", "inject_again"] says="all layers of the model"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    found = [n for n in found if ".0." in n]
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="make gets a fresh layer" loses=["inject_where"] says="get the old layer"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(copy.deepcopy(model.get_submodule(name))))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="returns the names" loses=["inject_where"] says="how many layers"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return found


# %% wrong="the embeddings are not frozen" loses=["inject_frozen"] says="embeddings"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    model.body.layers.requires_grad_(False)
    model.body.norm.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="only the replaced layers are frozen" loses=["inject_frozen"] says="every layer"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    for name in found:
        model.get_submodule(name).requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="the new parts are frozen with the old" loses=["inject_learns"] says="freeze first"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="the classifier is frozen" loses=["inject_learns"] says="classifier is new"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    return len(found)


# %% wrong="nothing found passes in silence" loses=["inject_again"] says="a typo trains a frozen model"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="raises after it has frozen" loses=["inject_again"] says="change nothing"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.rpartition(".")[2] in targets]
    model.requires_grad_(False)
    if not found:
        raise ValueError("no such layer")
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="wraps a wrapped layer once more" loses=["inject_again"] says="wrapped twice"
def inject(model, targets, make):
    found = [n for n, m in model.named_modules() if isinstance(m, nn.Linear | Plus) and n.rpartition(".")[2] in targets]
    if not found:
        raise ValueError("no such layer")
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        old = model.get_submodule(name)
        old.out_features = old.out_features if isinstance(old, nn.Linear) else old.base.out_features
        setattr(model.get_submodule(owner), leaf, make(old))
    model.classifier.requires_grad_(True)
    return len(found)


# %% wrong="any module with that name goes to make" loses=["inject_where", "inject_again"] says="plain linear layer"
def inject(model, targets, make):
    hits = [n for n, m in model.named_modules() if n.split(".")[-1] in targets]
    if not hits:
        raise ValueError(f"nothing is called {targets}")
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)
    for hit in hits:
        model.set_submodule(hit, make(model.get_submodule(hit)))
    return len(hits)


# %% wrong="lets only the example's own vector learn" loses=["inject_learns"] says="what make adds"
def inject(model, targets, make):
    hits = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.split(".")[-1] in targets]
    if not hits:
        raise ValueError(f"nothing is called {targets}")
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)
    for hit in hits:
        model.set_submodule(hit, make(model.get_submodule(hit)))
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.endswith(".added") or name.startswith("classifier.")
    return len(hits)


# %% wrong="never looks at the classifier" loses=["inject_learns"] says="whatever was frozen before"
def inject(model, targets, make):
    hits = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n.split(".")[-1] in targets]
    if not hits:
        raise ValueError(f"nothing is called {targets}")
    for name, child in model.named_children():
        if name != "classifier":
            child.requires_grad_(False)
    for hit in hits:
        model.set_submodule(hit, make(model.get_submodule(hit)))
    return len(hits)
