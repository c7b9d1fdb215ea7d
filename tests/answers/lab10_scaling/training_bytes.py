# %% right="a loop"
def training_bytes(groups, gradient_bits, state_bits, states):
    weights = gradients = optimizer = 0.0
    for group in groups:
        weights += group["parameters"] * group["bits"] / 8
        if group["trained"]:
            gradients += group["parameters"] * gradient_bits / 8
            optimizer += group["parameters"] * state_bits / 8 * states
    return {
        "weights": weights,
        "gradients": gradients,
        "optimizer": optimizer,
        "total": weights + gradients + optimizer,
    }


# %% right="NumPy"
def training_bytes(groups, gradient_bits, state_bits, states):
    table = np.array([[g["parameters"], g["bits"], g["trained"]] for g in groups], dtype=float).reshape(-1, 3)
    trained = table[:, 0] @ table[:, 2]
    parts = np.array([table[:, 0] @ table[:, 1], trained * gradient_bits, trained * states * state_bits]) / 8
    return dict(zip(KEYS, [*parts, parts.sum()], strict=True))


# %% right="pandas"
def training_bytes(groups, gradient_bits, state_bits, states):
    table = pd.DataFrame(groups, columns=["parameters", "bits", "trained"])
    trained = table.loc[table["trained"].astype(bool), "parameters"].sum()
    out = {"weights": (table["parameters"] * table["bits"]).sum() * 0.125}
    out["gradients"] = trained * gradient_bits * 0.125
    out["optimizer"] = trained * (state_bits * states) * 0.125
    out["total"] = out["weights"] + out["gradients"] + out["optimizer"]
    return out


# %% wrong="bits, not bytes" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="eight of them are one byte"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    a, b, c = sum(g["parameters"] * g["bits"] for g in groups), trained * gradient_bits, trained * states * state_bits
    return {"weights": a, "gradients": b, "optimizer": c, "total": a + b + c}


# %% wrong="frozen parameters have gradients" loses=["bytes_frozen", "bytes_outside"] says="no gradient"
def training_bytes(groups, gradient_bits, state_bits, states):
    count = sum(g["parameters"] for g in groups)
    trained = sum(g["parameters"] for g in groups if g["trained"])
    a, b, c = (
        sum(g["parameters"] * g["bits"] for g in groups) / 8,
        count * gradient_bits / 8,
        trained * states * state_bits / 8,
    )
    return {"weights": a, "gradients": b, "optimizer": c, "total": a + b + c}


# %% wrong="the optimizer keeps states of all" loses=["bytes_frozen", "bytes_outside"] says="trained parameters only"
def training_bytes(groups, gradient_bits, state_bits, states):
    count = sum(g["parameters"] for g in groups)
    trained = sum(g["parameters"] for g in groups if g["trained"])
    a, b, c = (
        sum(g["parameters"] * g["bits"] for g in groups) / 8,
        trained * gradient_bits / 8,
        count * states * state_bits / 8,
    )
    return {"weights": a, "gradients": b, "optimizer": c, "total": a + b + c}


# %% wrong="one state" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="not one"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    a, b, c = (
        sum(g["parameters"] * g["bits"] for g in groups) / 8,
        trained * gradient_bits / 8,
        trained * state_bits / 8,
    )
    return {"weights": a, "gradients": b, "optimizer": c, "total": a + b + c}


# %% wrong="frozen weights forgotten" loses=["bytes_frozen", "bytes_outside"] says="All groups have weights"
def training_bytes(groups, gradient_bits, state_bits, states):
    some = [g for g in groups if g["trained"]]
    trained = sum(g["parameters"] for g in some)
    a, b, c = (
        sum(g["parameters"] * g["bits"] for g in some) / 8,
        trained * gradient_bits / 8,
        trained * states * state_bits / 8,
    )
    return {"weights": a, "gradients": b, "optimizer": c, "total": a + b + c}


# %% wrong="the first group's bits for all" loses=["bytes_frozen", "bytes_outside"] says="own bits"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    a = sum(g["parameters"] for g in groups) * (groups[0]["bits"] if groups else 0) / 8
    b, c = trained * gradient_bits / 8, trained * states * state_bits / 8
    return {"weights": a, "gradients": b, "optimizer": c, "total": a + b + c}


# %% wrong="groups are emptied" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="changes the caller's groups"
def training_bytes(groups, gradient_bits, state_bits, states):
    a = b = c = 0.0
    while groups:
        g = groups.pop()
        a += g["parameters"] * g["bits"] / 8
        b += g["trained"] * g["parameters"] * gradient_bits / 8
        c += g["trained"] * g["parameters"] * states * state_bits / 8
    return {"weights": a, "gradients": b, "optimizer": c, "total": a + b + c}
