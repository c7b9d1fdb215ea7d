# %% right="a loop that keeps the best so far"
def matched_size(target, build, sizes):
    best, gap = None, float("inf")
    for size in sizes:
        count = 0
        for parameter in build(size).parameters():
            count += parameter.nelement()
        if abs(count - target) < gap:
            best, gap = size, abs(count - target)
    return best


# %% right="NumPy's argmin"
def matched_size(target, build, sizes):
    counts = np.array([sum(p.numel() for p in build(n).parameters()) for n in sizes])
    return list(sizes)[np.argmin(np.abs(counts - target))]


# %% right="one long vector of all parameters"
def matched_size(target, build, sizes):
    gaps = {n: abs(nn.utils.parameters_to_vector(build(n).parameters()).numel() - target) for n in sizes}
    return min(gaps, key=gaps.get)


# %% wrong="the largest that is not larger than the target" loses=["matched_nearest"] says="a little larger"
def matched_size(target, build, sizes):
    best = sizes[0]
    for size in sizes:
        if sum(p.numel() for p in build(size).parameters()) <= target:
            best = size
    return best


# %% wrong="the first that is not smaller than the target" loses=["matched_nearest"] says="absolute differences"
def matched_size(target, build, sizes):
    for size in sizes:
        if sum(p.numel() for p in build(size).parameters()) >= target:
            return size
    return sizes[-1]


# %% wrong="within ten per cent is good enough: the first such size" loses=["matched_nearest"] says="nearest"
def matched_size(target, build, sizes):
    for size in sizes:
        if abs(sum(p.numel() for p in build(size).parameters()) - target) <= 0.1 * target:
            return size
    return sizes[-1]


# %% wrong="returns the number of parameters, not the size" loses=["matched_nearest", "matched_count"] says="return the size"
def matched_size(target, build, sizes):
    counts = [sum(p.numel() for p in build(n).parameters()) for n in sizes]
    return min(counts, key=lambda count: abs(count - target))


# %% wrong="counts tensors, not numbers" loses=["matched_nearest", "matched_count"] says="nearest"
def matched_size(target, build, sizes):
    return min(sizes, key=lambda n: abs(len(list(build(n).parameters())) - target))


# %% wrong="state_dict: ties counted twice, buffers too" loses=["matched_count"] says="buffer"
def matched_size(target, build, sizes):
    return min(sizes, key=lambda n: abs(sum(v.numel() for v in build(n).state_dict().values()) - target))


# %% wrong="matrices only, without biases" loses=["matched_count"] says="biases too"
def matched_size(target, build, sizes):
    def parameters(n):
        return sum(p.numel() for p in build(n).parameters() if p.dim() > 1)

    return min(sizes, key=lambda n: abs(parameters(n) - target))


# %% wrong="stops at the first size that is large enough" loses=["matched_nearest"] says="try all sizes"
def matched_size(target, build, sizes):
    before = None
    for size in sizes:
        gap = sum(p.numel() for p in build(size).parameters()) - target
        if before is not None and gap >= 0:
            return size if gap < before[0] else before[1]
        before = (abs(gap), size)
    return before[1]
