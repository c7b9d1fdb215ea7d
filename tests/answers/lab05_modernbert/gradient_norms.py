# %% right="norm of the norms"
def gradient_norms(model, batch):
    model.zero_grad()
    model(**batch)["loss"].backward()
    found = {}
    for name, module in parts(model).items():
        norms = torch.tensor([0.0] + [p.grad.norm().item() for p in module.parameters() if p.grad is not None])
        found[name] = norms.norm().item()
    model.zero_grad()
    return found


# %% right="torch.autograd.grad, which leaves nothing behind"
def gradient_norms(model, batch):
    model.zero_grad()
    wanted = [p for p in model.parameters() if p.requires_grad]
    gradient = {id(p): g for p, g in zip(wanted, torch.autograd.grad(model(**batch).loss, wanted), strict=True)}
    norms = {}
    for name, module in parts(model).items():
        flat = [gradient[id(p)].reshape(-1) for p in module.parameters() if id(p) in gradient]
        norms[name] = torch.cat(flat).norm().item() if flat else 0.0
    return norms


# %% right="NumPy, and gradients set to None by hand"
def gradient_norms(model, batch):
    for p in model.parameters():
        p.grad = None
    model(**batch).loss.backward()
    norms = dict.fromkeys(parts(model), 0.0)
    for name, module in parts(model).items():
        for p in module.parameters():
            if p.grad is not None:
                norms[name] += np.square(p.grad.cpu().numpy().astype(float)).sum()
            p.grad = None
    return {name: np.sqrt(value) for name, value in norms.items()}


# %% wrong="adds norms instead of squares" loses=["gradient_values"] says="square, sum"
def gradient_norms(model, batch):
    model.zero_grad()
    model(**batch).loss.backward()
    norms = {
        n: sum(p.grad.norm().item() for p in m.parameters() if p.grad is not None) for n, m in parts(model).items()
    }
    model.zero_grad()
    return {name: float(value) for name, value in norms.items()}


# %% wrong="the root is forgotten" loses=["gradient_values"] says="one root"
def gradient_norms(model, batch):
    model.zero_grad()
    model(**batch).loss.backward()
    norms = {
        n: float(sum(p.grad.pow(2).sum() for p in m.parameters() if p.grad is not None))
        for n, m in parts(model).items()
    }
    model.zero_grad()
    return norms


# %% wrong="the norm of the weights, not of the gradient" loses=["gradient_values", "gradient_frozen"] says="gradient numbers"
def gradient_norms(model, batch):
    model.zero_grad()
    model(**batch).loss.backward()
    norms = {n: float(sum(p.detach().pow(2).sum() for p in m.parameters())) ** 0.5 for n, m in parts(model).items()}
    model.zero_grad()
    return norms


# %% wrong="old gradients are added to" loses=["gradient_clean"] says="clear"
def gradient_norms(model, batch):
    model(**batch).loss.backward()
    squares = {
        n: sum(p.grad.pow(2).sum() for p in m.parameters() if p.grad is not None) for n, m in parts(model).items()
    }
    return {name: float(value) ** 0.5 for name, value in squares.items()}


# %% wrong="leaves its gradients behind" loses=["gradient_clean"] says="leaves gradients behind"
def gradient_norms(model, batch):
    model.zero_grad()
    model(**batch).loss.backward()
    squares = {
        n: sum(p.grad.pow(2).sum() for p in m.parameters() if p.grad is not None) for n, m in parts(model).items()
    }
    return {name: float(value) ** 0.5 for name, value in squares.items()}


# %% wrong="unfreezes everything to have gradients everywhere" loses=["gradient_frozen"] says="Frozen parts"
def gradient_norms(model, batch):
    model.zero_grad()
    model.requires_grad_(True)
    model(**batch).loss.backward()
    squares = {n: sum(p.grad.pow(2).sum() for p in m.parameters()) for n, m in parts(model).items()}
    model.zero_grad()
    return {name: float(value) ** 0.5 for name, value in squares.items()}


# %% wrong="takes a step of the optimizer" loses=["gradient_clean"] says="takes no step"
def gradient_norms(model, batch):
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1e-5)
    optimizer.zero_grad()
    model(**batch).loss.backward()
    squares = {
        n: sum(p.grad.pow(2).sum() for p in m.parameters() if p.grad is not None) for n, m in parts(model).items()
    }
    optimizer.step()
    optimizer.zero_grad()
    return {name: float(value) ** 0.5 for name, value in squares.items()}
