# %% right="NumPy"
def training_flops(parameters, tokens):
    return 2 * np.prod([parameters, tokens], dtype=float) + 4.0 * parameters * tokens


def petaflop_s_days(flops):
    return np.divide(flops, 1e15) / np.prod([24, 60, 60])


def training_days(flops, devices, peak, utilisation):
    seconds = flops / np.prod([devices, peak, utilisation])
    return seconds / 3600 / 24


def compute_optimal(flops, ratio=20.0):
    return np.sqrt(flops / 6 * np.array([1 / ratio, ratio]))


# %% right="tensors in single precision"
def training_flops(parameters, tokens):
    return 6 * torch.tensor(float(parameters), dtype=torch.float64) * tokens


def petaflop_s_days(flops):
    return torch.tensor(flops / 1e15, dtype=torch.float32) / 86400


def training_days(flops, devices, peak, utilisation):
    days = torch.tensor(flops / peak, dtype=torch.float32) / 86400
    return days / devices / utilisation


def compute_optimal(flops, ratio=20.0):
    size = torch.tensor(flops / 6 / ratio, dtype=torch.float32).sqrt()
    return torch.stack([size, ratio * size])


# %% right="by one another, and a list"
def training_flops(parameters, tokens):
    forward = 2 * parameters * tokens
    backward = 2 * forward
    return forward + backward


def petaflop_s_days(flops):
    return training_days(flops, 1, 1e15, 1.0)


def training_days(flops, devices, peak, utilisation):
    per_day = devices * utilisation * peak * 60 * 60 * 24
    return flops / per_day


def compute_optimal(flops, ratio=20.0):
    tokens = math.sqrt(ratio * flops / 6)
    return [tokens / ratio, tokens]


# %% wrong="the forward pass alone" loses=["compute_flops"] says="2ND is the forward pass alone"
def training_flops(parameters, tokens):
    return 2 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="the backward pass alone" loses=["compute_flops"] says="4ND is the backward pass alone"
def training_flops(parameters, tokens):
    return 4 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="seconds of a petaflop/s" loses=["compute_flops"] says="That is seconds"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="hours of a petaflop/s" loses=["compute_flops"] says="That is hours"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 3600


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="a teraflop" loses=["compute_flops"] says="peta is 10¹⁵"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e12


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="times the seconds of a day" loses=["compute_flops"] says="Seconds are multiplied"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 * 86400


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="whole days of a petaflop/s" loses=["compute_flops"] says="do not round"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops // 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="as if a device were used fully" loses=["compute_days"] says="used a quarter takes longer"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="times the utilisation" loses=["compute_days"] says="divide by the utilisation"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak) * utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="more devices, more days" loses=["compute_days"] says="not twice the time"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops * devices / (peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="one device" loses=["compute_days"] says="not the time of one"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="seconds" loses=["compute_days"] says="seconds, not days"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation)


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="a percentage" loses=["compute_days"] says="not a percentage"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation / 100) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="device and utilisation of the settings" loses=["compute_days"] says="days for 86,400"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * settings.device_peak * settings.utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="whole days, at least one" loses=["compute_days"] says="do not round"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return max(1, round(flops / (devices * peak * utilisation) / 86400))


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return size, ratio * size


# %% wrong="tokens first" loses=["compute_optimal_split"] says="parameters come first"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 6 / ratio) ** 0.5
    return ratio * size, size


# %% wrong="the budget is N times D" loses=["compute_optimal_split"] says="the 6 is missing"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / ratio) ** 0.5
    return size, ratio * size


# %% wrong="twenty typed in" loses=["compute_optimal_split"] says="20 is only its default"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 120) ** 0.5
    return size, 20 * size


# %% wrong="the size for twenty, the tokens for the ratio" loses=["compute_optimal_split"] says="The ratio decides the parameters too"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = (flops / 120) ** 0.5
    return size, ratio * size


# %% wrong="the square root forgotten" loses=["compute_optimal_split"] says="6ND, which has to use up the budget"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = flops / 6 / ratio
    return size, ratio * size


# %% wrong="whole parameters and tokens" loses=["compute_optimal_split"] says="Do not round"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    size = round((flops / 6 / ratio) ** 0.5)
    return size, round(ratio * size)


# %% wrong="the parameters alone" loses=["compute_optimal_split"] says="Return two numbers"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 86400e15


def training_days(flops, devices, peak, utilisation):
    return flops / (devices * peak * utilisation) / 86400


def compute_optimal(flops, ratio=20.0):
    return (flops / 6 / ratio) ** 0.5
