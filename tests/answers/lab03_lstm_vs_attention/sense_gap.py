# %% right="in loops over pairs and layers, cosine_similarity"
def sense_gap(states, senses):
    gaps = []
    for layer in range(states.shape[1]):
        within, between = [], []
        for i in range(len(senses)):
            for j in range(i + 1, len(senses)):
                cosine = F.cosine_similarity(states[i, layer], states[j, layer], dim=0)
                (within if senses[i] == senses[j] else between).append(cosine)
        gaps.append(torch.stack(within).mean() - torch.stack(between).mean())
    return torch.stack(gaps)


# %% right="NumPy, upper triangle"
def sense_gap(states, senses):
    x = states.numpy()
    x = x / np.linalg.norm(x, axis=-1, keepdims=True)
    cosines = np.einsum("ilw,jlw->lij", x, x)
    i, j = np.triu_indices(len(x), k=1)
    same = np.array([senses[a] == senses[b] for a, b in zip(i, j, strict=True)])
    pairs = cosines[:, i, j]
    return torch.as_tensor(pairs[:, same].mean(axis=1) - pairs[:, ~same].mean(axis=1))


# %% right="sums, the diagonal taken off as ones"
def sense_gap(states, senses):
    units = states / states.norm(dim=-1, keepdim=True)
    cosines = torch.einsum("alw,blw->lab", units, units)
    same = torch.tensor([[a == b for b in senses] for a in senses]).float()
    n = len(senses)
    within = ((cosines * same).sum(dim=(1, 2)) - n) / (same.sum() - n)
    return within - (cosines * (1 - same)).sum(dim=(1, 2)) / (1 - same).sum()


# %% wrong="each sentence is compared with itself as well" loses=["gap_pairs"] says="not compared with itself"
def sense_gap(states, senses):
    units = F.normalize(states, dim=-1).transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same
    return cosines[:, pairs].mean(dim=1) - cosines[:, ~same].mean(dim=1)


# %% wrong="dot products, not cosines" loses=["gap_direction", "gap_cosine"] says="Within minus between"
def sense_gap(states, senses):
    units = states.transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, pairs].mean(dim=1) - cosines[:, ~same].mean(dim=1)


# %% wrong="one length for all: divided by the longest vector" loses=["gap_cosine"] says="own length"
def sense_gap(states, senses):
    units = (states / states.norm(dim=-1).max()).transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, pairs].mean(dim=1) - cosines[:, ~same].mean(dim=1)


# %% wrong="divided by the mean length of each layer" loses=["gap_cosine"] says="own length"
def sense_gap(states, senses):
    units = (states / states.norm(dim=-1, keepdim=True).mean(dim=0)).transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, pairs].mean(dim=1) - cosines[:, ~same].mean(dim=1)


# %% wrong="between minus within" loses=["gap_direction", "gap_pairs"] says="Within minus between"
def sense_gap(states, senses):
    units = F.normalize(states, dim=-1).transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, ~same].mean(dim=1) - cosines[:, pairs].mean(dim=1)


# %% wrong="only within, nothing taken off" loses=["gap_pairs"] says="pairs"
def sense_gap(states, senses):
    units = F.normalize(states, dim=-1).transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, pairs].mean(dim=1)


# %% wrong="within minus all pairs, not those between senses" loses=["gap_direction", "gap_pairs"] says="Within minus between"
def sense_gap(states, senses):
    units = F.normalize(states, dim=-1).transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, pairs].mean(dim=1) - cosines.mean(dim=(1, 2))


# %% wrong="the mean over all layers, as one number" loses=["gap_layers"] says="each layer"
def sense_gap(states, senses):
    units = F.normalize(states, dim=-1).transpose(0, 1)
    cosines = units @ units.transpose(1, 2)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return (cosines[:, pairs].mean(dim=1) - cosines[:, ~same].mean(dim=1)).mean()[None]


# %% wrong="all layers' vectors put end to end, one cosine repeated" loses=["gap_layers"] says="that layer's vectors alone"
def sense_gap(states, senses):
    units = F.normalize(states, dim=-1).flatten(1)
    cosines = F.normalize(units, dim=-1) @ F.normalize(units, dim=-1).T
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return (cosines[pairs].mean() - cosines[~same].mean()).expand(states.shape[1])


# %% wrong="distances, not cosines: larger when less alike" loses=["gap_direction", "gap_pairs", "gap_cosine"] says="within minus between"
def sense_gap(states, senses):
    x = states.transpose(0, 1)
    apart = torch.cdist(x, x)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return apart[:, pairs].mean(dim=1) - apart[:, ~same].mean(dim=1)


# %% wrong="vectors are shortened in place" loses=["gap_direction"] says="in place"
def sense_gap(states, senses):
    states /= states.norm(dim=-1, keepdim=True)
    cosines = torch.einsum("ilw,jlw->lij", states, states)
    same = torch.tensor([[a == b for b in senses] for a in senses])
    other = ~torch.eye(len(senses), dtype=torch.bool)
    return cosines[:, same & other].mean(1) - cosines[:, ~same].mean(1)


# %% wrong="the first sense against the rest" loses=["gap_pairs"] says="more than two senses"
def sense_gap(states, senses):
    units = F.normalize(states, dim=-1)
    cosines = torch.einsum("ilw,jlw->lij", units, units)
    first = torch.tensor([sense == sorted(senses)[0] for sense in senses])
    same = first[:, None] == first[None]
    other = ~torch.eye(len(senses), dtype=torch.bool)
    return cosines[:, same & other].mean(1) - cosines[:, ~same].mean(1)
