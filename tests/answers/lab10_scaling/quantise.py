# %% right="clamped"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% right="half a level added, in NumPy"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = torch.from_numpy(np.rint((weight / divisor[:, None]).numpy()))
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% right="scales as a column"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().amax(dim=1, keepdim=True) / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="one scale for the matrix" loses=["quantise_codes", "quantise_back", "quantise_size"] says="scale of its own"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max().repeat(len(weight)) / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="128 levels above zero" loses=["quantise_codes", "quantise_back", "quantise_size"] says="2^(bits-1) - 1"
def quantise(weight, bits):
    highest = 2 ** (bits - 1)
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round().clamp(-highest, highest - 1)
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="the largest, not the largest absolute" loses=["quantise_codes", "quantise_back", "quantise_size"] says="ABSOLUTE"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="digits cut off" loses=["quantise_codes", "quantise_back", "quantise_size"] says="nearest level"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).trunc()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="always eight bits" loses=["quantise_codes"] says="number of bits is an argument"
def quantise(weight, bits):
    highest = 127
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="codes as floats" loses=["quantise_codes"] says="small whole numbers"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes, scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="zeros become nan" loses=["quantise_back"] says="0 / 0"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    back = codes.float() * scales.reshape(-1, 1)
    return back / (scales.reshape(-1, 1) > 0) * 1.0


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="columns are scaled" loses=["quantise_back", "quantise_size"] says="half a level"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1).mean()


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8


# %% wrong="scales are free" loses=["quantise_size"] says="scale is kept as well"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * columns * bits / 8


# %% wrong="a byte for each code" loses=["quantise_size"] says="expected 360"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns + scale_bits / 8)


# %% wrong="the weight is rounded in place" loses=["quantise_codes"] says="changes its input"
def quantise(weight, bits):
    highest = 2 ** (bits - 1) - 1
    scales = weight.abs().max(dim=1).values / highest
    divisor = scales.clamp(min=1e-30)
    codes = (weight / divisor[:, None]).round()
    weight.copy_(codes * scales[:, None])
    return codes.to(torch.int8), scales


def dequantise(codes, scales):
    return codes.float() * scales.reshape(-1, 1)


def quantised_bytes(rows, columns, bits, scale_bits=32):
    return rows * (columns * bits + scale_bits) / 8
