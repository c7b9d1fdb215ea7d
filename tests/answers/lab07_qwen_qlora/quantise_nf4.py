# %% right="distances to all sixteen levels"
def quantise_nf4(weights, levels, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().max(dim=1).values
    values = (blocks / scales.clamp(min=1e-30)[:, None]).flatten()
    codes = (values[:, None] - levels).abs().argmin(1).to(torch.uint8).view(-1, 2)
    return (codes[:, 0] << 4) | codes[:, 1], scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed >> 4, packed & 15], dim=1).flatten().long()
    return (levels[codes] * scales.repeat_interleave(block)).reshape(shape)


# %% right="searchsorted in NumPy"
def quantise_nf4(weights, levels, block):
    table = weights.float().reshape(-1, block).numpy()
    scales = np.abs(table).max(1)
    borders = ((levels[1:] + levels[:-1]) / 2).numpy()
    codes = np.searchsorted(borders, (table / np.maximum(scales, 1e-30)[:, None]).ravel()).astype(np.uint8)
    return torch.from_numpy(codes[0::2] * 16 + codes[1::2]), torch.from_numpy(scales)


def dequantise_nf4(packed, scales, levels, block, shape):
    first, second = np.divmod(packed.numpy(), 16)
    codes = np.stack([first, second], 1).ravel()
    weights = levels.numpy()[codes].reshape(-1, block) * scales.numpy()[:, None]
    return torch.from_numpy(weights).reshape(shape)


# %% right="counts borders one by one"
import itertools


def quantise_nf4(weights, levels, block):
    flat = weights.float().flatten()
    scales = torch.stack([part.abs().max() for part in flat.split(block)])
    values, codes = (
        flat / scales.clamp(min=1e-30).repeat_interleave(block),
        torch.zeros(flat.numel(), dtype=torch.uint8),
    )
    for low, high in itertools.pairwise(levels):
        codes += (values > (low + high) / 2).to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.empty(2 * packed.numel(), dtype=torch.long)
    codes[0::2], codes[1::2] = (packed // 16).long(), (packed % 16).long()
    return levels[codes].view(-1, block).mul(scales.view(-1, 1)).view(*shape)


# %% wrong="the next level below, not the nearest" loses=["nf4_nearest"] says="nearest level"
def quantise_nf4(weights, levels, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    values = (blocks / scales.clamp(min=1e-30).unsqueeze(1)).flatten()
    codes = (torch.bucketize(values + 1e-6, levels) - 1).clamp(0, 15).to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().long()
    return (levels[codes].view(-1, block) * scales.unsqueeze(1)).view(shape)


# %% wrong="rounded to sixteen even steps" loses=["nf4_nearest", "nf4_packed"] says="nearest level"
def quantise_nf4(weights, levels, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    codes = ((blocks / scales.clamp(min=1e-30).unsqueeze(1) + 1) * 7.5).round().flatten().to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().long()
    return (levels[codes].view(-1, block) * scales.unsqueeze(1)).view(shape)


# %% wrong="one scale for all blocks" loses=["nf4_nearest"] says="its own scale"
def quantise_nf4(weights, levels, block):
    flat = weights.float().flatten()
    scale = flat.abs().max()
    codes = torch.bucketize(flat / scale, (levels[1:] + levels[:-1]) / 2).to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scale.repeat(flat.numel() // block)


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().long()
    return (levels[codes].view(-1, block) * scales.unsqueeze(1)).view(shape)


# %% wrong="a byte for each code" loses=["nf4_packed"] says="share a byte"
def quantise_nf4(weights, levels, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    values = (blocks / scales.clamp(min=1e-30).unsqueeze(1)).flatten()
    return torch.bucketize(values, (levels[1:] + levels[:-1]) / 2).to(torch.uint8), scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().long()
    return (levels[codes].view(-1, block) * scales.unsqueeze(1)).view(shape)


# %% wrong="the first code in the low half" loses=["nf4_packed", "nf4_back"] says="high half of its byte"
def quantise_nf4(weights, levels, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    values = (blocks / scales.clamp(min=1e-30).unsqueeze(1)).flatten()
    codes = torch.bucketize(values, (levels[1:] + levels[:-1]) / 2).to(torch.uint8)
    return codes[::2] + codes[1::2] * 16, scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed % 16, packed // 16], dim=1).flatten().long()
    return (levels[codes].view(-1, block) * scales.unsqueeze(1)).view(shape)


# %% wrong="the scales are forgotten on the way back" loses=["nf4_back"] says="its block's scale"
def quantise_nf4(weights, levels, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    values = (blocks / scales.clamp(min=1e-30).unsqueeze(1)).flatten()
    codes = torch.bucketize(values, (levels[1:] + levels[:-1]) / 2).to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().long()
    return levels[codes].view(shape)


# %% wrong="the codes taken for the weights" loses=["nf4_back"] says="each names a level"
def quantise_nf4(weights, levels, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    values = (blocks / scales.clamp(min=1e-30).unsqueeze(1)).flatten()
    codes = torch.bucketize(values, (levels[1:] + levels[:-1]) / 2).to(torch.uint8)
    return codes[::2] * 16 + codes[1::2], scales


def dequantise_nf4(packed, scales, levels, block, shape):
    codes = torch.stack([packed // 16, packed % 16], dim=1).flatten().float()
    return ((codes / 7.5 - 1).view(-1, block) * scales.unsqueeze(1)).view(shape)
