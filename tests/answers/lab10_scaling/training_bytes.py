# %% right="a loop over groups"
def training_bytes(groups, gradient_bits, state_bits, states):
    found = dict.fromkeys(("total", "weights", "gradients", "optimizer"), 0.0)
    for group in groups:
        found["weights"] += group["parameters"] * group["bits"] / 8
        if group["trained"]:
            found["gradients"] += group["parameters"] * gradient_bits / 8
            found["optimizer"] += group["parameters"] * state_bits / 8 * states
    found["total"] = found["weights"] + found["gradients"] + found["optimizer"]
    return found


# %% right="pandas"
def training_bytes(groups, gradient_bits, state_bits, states):
    table = pd.DataFrame(groups, columns=["parameters", "bits", "trained"])
    moved = (table["parameters"] * table["trained"].astype(int)).sum()
    weights = table["parameters"] @ table["bits"] / 8
    rest = moved * np.array([gradient_bits, states * state_bits]) / 8
    return {"weights": weights, "gradients": rest[0], "optimizer": rest[1], "total": weights + rest.sum()}


# %% right="tensors in double precision, and one key more"
def training_bytes(groups, gradient_bits, state_bits, states):
    count = torch.tensor([g["parameters"] for g in groups], dtype=torch.float64)
    bits = torch.tensor([g["bits"] for g in groups], dtype=torch.float64)
    on = torch.tensor([bool(g["trained"]) for g in groups], dtype=torch.float64)
    trained = (count * on).sum()
    found = {
        "weights": (count * bits).sum() / 8,
        "gradients": trained * gradient_bits / 8,
        "optimizer": trained * state_bits * states / 8,
    }
    return {**found, "total": torch.stack(list(found.values())).sum(), "trained": trained}


# %% wrong="bits taken for bytes" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="eight of them are one byte"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    weights = sum(g["parameters"] * g["bits"] for g in groups)
    gradients = trained * gradient_bits
    optimizer = trained * states * state_bits
    return {
        "weights": weights,
        "gradients": gradients,
        "optimizer": optimizer,
        "total": weights + gradients + optimizer,
    }


# %% wrong="a frozen group has gradients and states too" loses=["bytes_frozen", "bytes_outside"] says="no gradient"
def training_bytes(groups, gradient_bits, state_bits, states):
    count = sum(g["parameters"] for g in groups)
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in groups) / 8,
        "gradients": count * gradient_bits / 8,
        "optimizer": count * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="no gradient for frozen groups, but states" loses=["bytes_frozen", "bytes_outside"] says="states of the trained"
def training_bytes(groups, gradient_bits, state_bits, states):
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in groups) / 8,
        "gradients": sum(g["parameters"] for g in groups if g["trained"]) * gradient_bits / 8,
        "optimizer": sum(g["parameters"] for g in groups) * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="weights of the trained groups only" loses=["bytes_frozen", "bytes_outside"] says="All groups have weights"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = [g for g in groups if g["trained"]]
    count = sum(g["parameters"] for g in trained)
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in trained) / 8,
        "gradients": count * gradient_bits / 8,
        "optimizer": count * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="the first trained group only" loses=["bytes_frozen", "bytes_outside"] says="gradients of only one"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = next((g["parameters"] for g in groups if g["trained"]), 0)
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in groups) / 8,
        "gradients": trained * gradient_bits / 8,
        "optimizer": trained * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="the first group's bits for all weights" loses=["bytes_frozen", "bytes_outside"] says="that group's own bits"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    bits = groups[0]["bits"] if groups else 0
    found = {
        "weights": sum(g["parameters"] for g in groups) * bits / 8,
        "gradients": trained * gradient_bits / 8,
        "optimizer": trained * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="gradients as wide as the weights" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="gradient_bits"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in groups) / 8,
        "gradients": sum(g["parameters"] * g["bits"] for g in groups if g["trained"]) / 8,
        "optimizer": trained * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="Adam's two states typed in" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="`states` is an argument"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in groups) / 8,
        "gradients": trained * gradient_bits / 8,
        "optimizer": trained * 2 * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="one state a parameter" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="not one"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in groups) / 8,
        "gradients": trained * gradient_bits / 8,
        "optimizer": trained * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="the total forgets the weights" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="leaves out the weights"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    gradients = trained * gradient_bits / 8
    optimizer = trained * states * state_bits / 8
    weights = sum(g["parameters"] * g["bits"] for g in groups) / 8
    return {"weights": weights, "gradients": gradients, "optimizer": optimizer, "total": gradients + optimizer}


# %% wrong="whole bytes only" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="not to be rounded"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    found = {
        "weights": sum(g["parameters"] * g["bits"] for g in groups) // 8,
        "gradients": trained * gradient_bits // 8,
        "optimizer": trained * states * state_bits // 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="frozen groups are thrown out of the caller's list" loses=["bytes_frozen", "bytes_outside"] says="caller's groups"
def training_bytes(groups, gradient_bits, state_bits, states):
    weights = sum(g["parameters"] * g["bits"] for g in groups) / 8
    for group in [g for g in groups if not g["trained"]]:
        groups.remove(group)
    trained = sum(g["parameters"] for g in groups)
    found = {
        "weights": weights,
        "gradients": trained * gradient_bits / 8,
        "optimizer": trained * states * state_bits / 8,
    }
    return {**found, "total": sum(found.values())}


# %% wrong="adds to what the last call found" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="between calls"
held = {"weights": 0.0, "gradients": 0.0, "optimizer": 0.0}


def training_bytes(groups, gradient_bits, state_bits, states):
    for group in groups:
        held["weights"] += group["parameters"] * group["bits"] / 8
        if group["trained"]:
            held["gradients"] += group["parameters"] * gradient_bits / 8
            held["optimizer"] += group["parameters"] * states * state_bits / 8
    return {**held, "total": sum(held.values())}


# %% wrong="four numbers without names" loses=["bytes_full", "bytes_frozen", "bytes_outside"] says="dictionary"
def training_bytes(groups, gradient_bits, state_bits, states):
    trained = sum(g["parameters"] for g in groups if g["trained"])
    found = [sum(g["parameters"] * g["bits"] for g in groups) / 8, trained * gradient_bits / 8]
    found.append(trained * states * state_bits / 8)
    return (*found, sum(found))
