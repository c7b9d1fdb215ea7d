# %% right="topk"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    flat[torch.topk(flat.abs(), count, largest=False).indices] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% right="NumPy, a mask"
def prune(weights, share):
    flat = np.concatenate([weight.numpy().ravel() for weight in weights.values()])
    mask = np.ones(len(flat), dtype=bool)
    mask[np.argsort(np.abs(flat), kind="stable")[: round(share * len(flat))]] = False
    cuts = np.cumsum([weight.numel() for weight in weights.values()])[:-1]
    masks = np.split(mask, cuts)
    return {n: w * torch.from_numpy(m).reshape(w.shape) for (n, w), m in zip(weights.items(), masks, strict=True)}


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% right="sorted triples"
def prune(weights, share):
    found = {name: weight.clone() for name, weight in weights.items()}
    places = [(abs(float(v)), name, k) for name, w in weights.items() for k, v in enumerate(w.flatten())]
    for _, name, k in sorted(places)[: round(share * len(places))]:
        found[name].view(-1)[k] = 0
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="signed values are ranked" loses=["prune_smallest"] says="absolute value"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    flat[torch.topk(flat, count, largest=False).indices] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="the share is kept" loses=["prune_smallest"] says="not what is kept"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = len(flat) - round(share * len(flat))
    flat[torch.topk(flat.abs(), count, largest=False).indices] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="each matrix by itself" loses=["prune_smallest", "prune_together"] says="expected"
def prune(weights, share):
    found = {}
    for name, weight in weights.items():
        flat = weight.flatten().clone()
        flat[flat.abs().argsort()[: round(share * len(flat))]] = 0
        found[name] = flat.reshape(weight.shape)
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="a threshold, ties go together" loses=["prune_together"] says="exactly two"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    if count:
        flat[flat.abs() <= flat.abs().sort().values[count - 1]] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="the model is pruned for good" loses=["prune_smallest", "prune_together"] says="Work on copies"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    flat[torch.topk(flat.abs(), count, largest=False).indices] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    for name, weight in weights.items():
        weight.copy_(found[name])
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="the rest is scaled up" loses=["prune_smallest", "prune_together"] says="neither scales"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    flat[torch.topk(flat.abs(), count, largest=False).indices] = 0
    flat = flat / max(1 - share, 1e-9)
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="places are free" loses=["prune_size"] says="needs its index"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    flat[torch.topk(flat.abs(), count, largest=False).indices] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8


# %% wrong="zeros are stored" loses=["prune_size"] says="not the zeros"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    flat[torch.topk(flat.abs(), count, largest=False).indices] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = zeros
    return nonzero * value_bits / 8 + nonzero * index_bits / 8


# %% wrong="always 32-bit places" loses=["prune_size"] says="16-bit places"
def prune(weights, share):
    sizes = {name: weight.numel() for name, weight in weights.items()}
    flat = torch.cat([weight.reshape(-1) for weight in weights.values()]).clone()
    count = round(share * len(flat))
    flat[torch.topk(flat.abs(), count, largest=False).indices] = 0
    found = {}
    start = 0
    for name, size in sizes.items():
        found[name] = flat[start : start + size].reshape(weights[name].shape)
        start += size
    return found


def sparse_bytes(values, zeros, value_bits=32, index_bits=32):
    nonzero = values - zeros
    return nonzero * value_bits / 8 + nonzero * 4
