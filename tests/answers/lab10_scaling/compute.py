# %% right="powers"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% right="tokens first, handed back in order"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    tokens = math.sqrt(ratio * flops / 6)
    return (tokens / ratio, tokens)


# %% right="NumPy, in logarithms"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = np.exp(0.5 * np.log(flops / (6 * ratio)))
    return [parameters, parameters * ratio]


# %% wrong="2ND" loses=["compute_flops"] says="forward pass alone"
def training_flops(parameters, tokens):
    return 2 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="4ND" loses=["compute_flops"] says="backward pass alone"
def training_flops(parameters, tokens):
    return 4 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="petaflop/s-seconds" loses=["compute_flops"] says="seconds of a petaflop/s"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="teraflops" loses=["compute_flops"] says="peta is"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e12 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="utilisation forgotten" loses=["compute_days"] says="divide by the utilisation"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="times the utilisation" loses=["compute_days"] says="days grow"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak * utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="seconds" loses=["compute_days"] says="not days"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="devices multiply the days" loses=["compute_days"] says="half the time"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops * devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return parameters, flops / 6 / parameters


# %% wrong="tokens first" loses=["compute_optimal_split"] says="other way round"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / ratio) ** 0.5
    return flops / 6 / parameters, parameters


# %% wrong="N·D not six times it" loses=["compute_optimal_split"] says="The budget is 6"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / ratio) ** 0.5
    return parameters, flops / parameters


# %% wrong="always twenty" loses=["compute_optimal_split"] says="only its default"
def training_flops(parameters, tokens):
    return 6 * parameters * tokens


def petaflop_s_days(flops):
    return flops / 1e15 / 86400


def training_days(flops, devices, peak, utilisation):
    return flops / devices / peak / utilisation / 86400


def compute_optimal(flops, ratio=20.0):
    parameters = (flops / 6 / 20) ** 0.5
    return parameters, flops / 6 / parameters
