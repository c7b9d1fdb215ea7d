# %% right="block by block in a loop"
def quantise_int4(weights, block):
    flat, codes, scales = weights.float().flatten(), [], []
    for start in range(0, len(flat), block):
        part = flat[start : start + block]
        scale = part.abs().max()
        scales.append(scale)
        codes.append(torch.zeros_like(part) if scale == 0 else torch.round(part / scale * 7))
    return torch.cat(codes).to(torch.int8), torch.stack(scales)


def dequantise_int4(codes, scales, block, shape):
    parts = [c.float() * s / 7 for c, s in zip(codes.split(block), scales, strict=True)]
    return torch.cat(parts).reshape(shape)


# %% right="a scale for each number"
def quantise_int4(weights, block):
    flat = weights.float().reshape(-1)
    number = torch.arange(flat.numel()) // block
    scales = torch.zeros(int(number[-1]) + 1).scatter_reduce(0, number, flat.abs(), "amax")
    step = scales[number] / 7
    return torch.where(step > 0, flat / step, 0.0).round().clamp(-7, 7).to(torch.int8), scales


def dequantise_int4(codes, scales, block, shape):
    return (codes.float() * scales[torch.arange(codes.numel()) // block] / 7).reshape(shape)


# %% right="NumPy inside"
def quantise_int4(weights, block):
    flat = weights.detach().float().numpy().ravel()
    table = np.concatenate([flat, np.zeros(-flat.size % block, dtype=np.float32)]).reshape(-1, block)
    scales = np.abs(table).max(axis=1)
    codes = np.rint(7 * table / np.where(scales == 0, 1, scales)[:, None]).astype(np.int8)
    return torch.from_numpy(codes.ravel()[: flat.size].copy()), torch.from_numpy(scales)


def dequantise_int4(codes, scales, block, shape):
    wide = np.repeat(scales.numpy(), block)[: codes.numel()]
    return torch.from_numpy((codes.numpy() / np.float32(7) * wide).astype(np.float32)).view(shape)


# %% wrong="cut off instead of rounded" loses=["int4_codes", "int4_back"] says="do not cut off"
def quantise_int4(weights, block):
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.abs().amax(1)
    codes = (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).to(torch.int8)
    return codes.flatten()[: flat.numel()], scales


def dequantise_int4(codes, scales, block, shape):
    return (codes / 7 * scales.repeat_interleave(block)[: codes.numel()]).view(shape)


# %% wrong="the largest value, not the largest absolute value" loses=["int4_codes", "int4_blocks", "int4_back"] says="the sign left aside"
def quantise_int4(weights, block):
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.amax(1)
    codes = (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().clamp(-7, 7).to(torch.int8)
    return codes.flatten()[: flat.numel()], scales


def dequantise_int4(codes, scales, block, shape):
    return (codes / 7 * scales.repeat_interleave(block)[: codes.numel()]).view(shape)


# %% wrong="8 for the scale, so that 8 is cut to 7" loses=["int4_codes"] says="7 stands for the scale"
def quantise_int4(weights, block):
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.abs().amax(1)
    codes = (8 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().clamp(-8, 7).to(torch.int8)
    return codes.flatten()[: flat.numel()], scales


def dequantise_int4(codes, scales, block, shape):
    wide = scales.repeat_interleave(block)[: codes.numel()]
    return torch.where(codes == 7, codes / 7, codes / 8).mul(wide).view(shape)


# %% wrong="one scale for the whole tensor" loses=["int4_codes", "int4_blocks"] says="scale of a block"
def quantise_int4(weights, block):
    flat = weights.flatten().float()
    scale = flat.abs().max()
    return (7 * flat / scale).round().to(torch.int8), scale.repeat(-(-flat.numel() // block))


def dequantise_int4(codes, scales, block, shape):
    return (codes / 7 * scales[0]).view(shape)


# %% wrong="blocks that start anew with each row" loses=["int4_blocks", "int4_back"] says="may cross a row's end"
def quantise_int4(weights, block):
    rows = weights.float().reshape(weights.shape[0], -1)
    width = rows.shape[1]
    blocks = nn.functional.pad(rows, (0, -width % block)).view(-1, block)
    scales = blocks.abs().amax(1)
    codes = (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().to(torch.int8)
    return codes.view(len(rows), -1)[:, :width].flatten(), scales


def dequantise_int4(codes, scales, block, shape):
    return (codes / 7 * scales.repeat_interleave(block)[: codes.numel()]).view(shape)


# %% wrong="the padding stays on the codes" loses=["int4_blocks"] says="still twelve codes"
def quantise_int4(weights, block):
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.abs().amax(1)
    return (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().to(torch.int8).flatten(), scales


def dequantise_int4(codes, scales, block, shape):
    weights = codes / 7 * scales.repeat_interleave(block)
    return weights[: int(np.prod(shape))].view(shape)


# %% wrong="a block of zeros gives nan" loses=["int4_back"] says="0 / 0 is nan"
def quantise_int4(weights, block):
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.abs().amax(1)
    codes = (7 * blocks / scales.unsqueeze(1)).round()
    return codes.flatten()[: flat.numel()], scales


def dequantise_int4(codes, scales, block, shape):
    return (codes / 7 * scales.repeat_interleave(block)[: codes.numel()]).view(shape)


# %% wrong="the way back forgets the 7" loses=["int4_back"] says="code / 7"
def quantise_int4(weights, block):
    flat = weights.flatten().float()
    blocks = nn.functional.pad(flat, (0, -flat.numel() % block)).view(-1, block)
    scales = blocks.abs().amax(1)
    codes = (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().to(torch.int8)
    return codes.flatten()[: flat.numel()], scales


def dequantise_int4(codes, scales, block, shape):
    return (codes * scales.repeat_interleave(block)[: codes.numel()]).view(shape)


# %% wrong="the last block is not padded" loses=["int4_blocks", "int4_back"] says="pad the last block"
def quantise_int4(weights, block):
    blocks = weights.float().reshape(-1, block)
    scales = blocks.abs().amax(1)
    return (7 * blocks / scales.clamp(min=1e-30).unsqueeze(1)).round().to(torch.int8).flatten(), scales


def dequantise_int4(codes, scales, block, shape):
    return (codes / 7 * scales.repeat_interleave(block)[: codes.numel()]).view(shape)
