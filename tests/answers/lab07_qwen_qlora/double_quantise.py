# %% right="a loop over blocks of scales"
def double_quantise(scales, block):
    mean, codes, second = scales.float().mean(), [], []
    for part in (scales.float() - mean).split(block):
        second.append(part.abs().max())
        codes.append((127 * part / second[-1].clamp(min=1e-30)).round())
    return torch.cat(codes).to(torch.int8), torch.stack(second), mean


def undo_double(codes, second, mean, block):
    return torch.cat([c.float() * s / 127 for c, s in zip(codes.split(block), second, strict=True)]) + mean


def bits_per_weight(block, second_block=None):
    if second_block is None:
        return 4 + 32 / block
    return 4 + (8 + 32 / second_block) / block


# %% right="NumPy, and bits counted on a whole tensor"
def double_quantise(scales, block):
    values = scales.numpy().astype(np.float64)
    mean = values.mean()
    rest = np.pad(values - mean, (0, -values.size % block)).reshape(-1, block)
    second = np.abs(rest).max(1)
    codes = np.rint(rest / np.maximum(second, 1e-30)[:, None] * 127).astype(np.int8).ravel()[: values.size]
    return torch.from_numpy(codes.copy()), torch.tensor(second).float(), torch.tensor(mean).float()


def undo_double(codes, second, mean, block):
    return codes.float() * second[torch.arange(len(codes)) // block] / 127 + mean


def bits_per_weight(block, second_block=None):
    weights = block * (second_block or 1)
    bits = 4 * weights + (32 if second_block is None else 8 * second_block + 32)
    return bits / weights


# %% right="a second scale for each scale, then thinned"
def double_quantise(scales, block):
    rest, number = scales - scales.mean(), torch.arange(scales.numel()) // block
    second = torch.stack([rest[number == n].abs().max() for n in range(int(number[-1]) + 1)])
    codes = torch.round(rest / second[number].clamp(min=1e-30) * 127)
    return codes.to(torch.int8), second, scales.mean()


def undo_double(codes, second, mean, block):
    wide = torch.repeat_interleave(second, block)[: len(codes)]
    return torch.addcmul(mean.expand(len(codes)), codes.float(), wide / 127)


def bits_per_weight(block, second_block=None):
    return 4 + 32 / block if not second_block else 4 + 8 / block + 32 / block / second_block


# %% wrong="the mean is not subtracted" loses=["double_codes", "double_back"] says="mean of all scales is subtracted"
def double_quantise(scales, block):
    rest = nn.functional.pad(scales, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: scales.numel()], second, torch.zeros(())


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] * 1.02


def bits_per_weight(block, second_block=None):
    return 4 + (32 / block if second_block is None else 8 / block + 32 / (block * second_block))


# %% wrong="codes of both signs forced into 0 to 127" loses=["double_codes", "double_back"] says="both sides of 0"
def double_quantise(scales, block):
    mean = scales.mean()
    rest = nn.functional.pad(scales - mean, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1)).round().clamp(0, 127).to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] + mean


def bits_per_weight(block, second_block=None):
    return 4 + (32 / block if second_block is None else 8 / block + 32 / (block * second_block))


# %% wrong="one second scale for all" loses=["double_codes", "double_back"] says="each with one second scale"
def double_quantise(scales, block):
    mean = scales.mean()
    second = (scales - mean).abs().max().view(1)
    return (127 * (scales - mean) / second).round().to(torch.int8), second.repeat(-(-len(scales) // block))[:1], mean


def undo_double(codes, second, mean, block):
    return codes / 127 * (second if len(second) == 1 else second.repeat_interleave(block)[: codes.numel()]) + mean


def bits_per_weight(block, second_block=None):
    return 4 + (32 / block if second_block is None else 8 / block + 32 / (block * second_block))


# %% wrong="the mean is not added again" loses=["double_back"] says="add the mean again"
def double_quantise(scales, block):
    mean = scales.mean()
    rest = nn.functional.pad(scales - mean, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()]


def bits_per_weight(block, second_block=None):
    return 4 + (32 / block if second_block is None else 8 / block + 32 / (block * second_block))


# %% wrong="codes cut off instead of rounded" loses=["double_back"] says="within half a step"
def double_quantise(scales, block):
    mean = scales.mean()
    rest = nn.functional.pad(scales - mean, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1) * (1 + 1e-6)).to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] + mean


def bits_per_weight(block, second_block=None):
    return 4 + (32 / block if second_block is None else 8 / block + 32 / (block * second_block))


# %% wrong="the second scale shared by second_block weights only" loses=["double_bits"] says="block x second_block weights"
def double_quantise(scales, block):
    mean = scales.mean()
    rest = nn.functional.pad(scales - mean, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] + mean


def bits_per_weight(block, second_block=None):
    return 4 + (32 / block if second_block is None else 8 / block + 32 / second_block)


# %% wrong="the scales are forgotten" loses=["double_bits"] says="shared by a whole block"
def double_quantise(scales, block):
    mean = scales.mean()
    rest = nn.functional.pad(scales - mean, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] + mean


def bits_per_weight(block, second_block=None):
    return 4.0


# %% wrong="both scales in 32 bits" loses=["double_bits"] says="8 bits for each scale"
def double_quantise(scales, block):
    mean = scales.mean()
    rest = nn.functional.pad(scales - mean, (0, -scales.numel() % block)).view(-1, block)
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] + mean


def bits_per_weight(block, second_block=None):
    return 4 + 32 / block + (0 if second_block is None else 32 / (block * second_block))


# %% wrong="padded before the mean is subtracted" loses=["double_codes"] says="Subtract first"
def double_quantise(scales, block):
    mean = scales.mean()
    rest = nn.functional.pad(scales, (0, -scales.numel() % block)).view(-1, block) - mean
    second = rest.abs().amax(1)
    codes = (127 * rest / second.unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: scales.numel()], second, mean


def undo_double(codes, second, mean, block):
    return codes / 127 * second.repeat_interleave(block)[: codes.numel()] + mean


def bits_per_weight(block, second_block=None):
    return 4 + (32 / block if second_block is None else 8 / block + 32 / (block * second_block))
