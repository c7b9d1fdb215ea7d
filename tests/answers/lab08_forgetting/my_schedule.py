# %% wrong="the same rate at every step" loses=["schedule_shape"] says="let it decay"
def my_schedule(depth, depths, step, steps):
    return settings.rates_b["no remedy"]


def my_replay():
    return 0


# %% wrong="warm-up without an end" loses=["schedule_shape"] says="let it decay"
def my_schedule(depth, depths, step, steps):
    return 2 * settings.rates_b["no remedy"] * (step + 1) / steps


def my_replay():
    return 0


# %% wrong="the lower layers learn faster" loses=["schedule_shape"] says="no depth gets more than the one above it"
def my_schedule(depth, depths, step, steps):
    return settings.rates_b["no remedy"] * linear_share(step, steps) / 1.01**depth


def my_replay():
    return 0


# %% wrong="one layer in the middle is frozen for longer than the one below" loses=["schedule_shape"] says="no depth gets more"
def my_schedule(depth, depths, step, steps):
    if depth == 2 and step < steps // 3:
        return 0.0
    return settings.rates_b["no remedy"] * linear_share(step, steps)


def my_replay():
    return 0


# %% wrong="below zero at the end" loses=["schedule_legal"] says="at least 0"
def my_schedule(depth, depths, step, steps):
    return settings.rates_b["no remedy"] * (1 - 1.01 * step / (steps - 1))


def my_replay():
    return 0


# %% wrong="answers otherwise when asked again" loses=["schedule_legal", "schedule_shape"] says="Asked a second time"
def my_schedule(depth, depths, step, steps, seen=[]):
    seen.append(step)
    return (
        settings.rates_b["no remedy"] * linear_share(step, steps) * (1 + 1e-3 * math.sin(len(seen) // (depths * steps)))
    )


def my_replay():
    return 0


# %% wrong="the notebook's number of steps, whatever is asked" loses=["schedule_legal", "schedule_shape"] says="at least 0"
def my_schedule(depth, depths, step, steps):
    return settings.rates_b["no remedy"] * slanted_triangular(step, settings.steps_b)


def my_replay():
    return 0


# %% wrong="every step shows old rows" loses=["schedule_legal", "schedule_score"] says="would leave nothing for B"
def my_schedule(depth, depths, step, steps):
    return settings.rates_b["no remedy"] * linear_share(step, steps)


def my_replay():
    return 1


# %% wrong="so slow that B is never learned" loses=["schedule_score"] says="macro-F1 on task B"
def my_schedule(depth, depths, step, steps):
    return 1e-6 * linear_share(step, steps)


def my_replay():
    return 0


# %% wrong="nothing but the head learns, and slowly" loses=["schedule_score"] says="macro-F1 on task B"
def my_schedule(depth, depths, step, steps):
    return settings.rates_b["no remedy"] * linear_share(step, steps) if depth == depths - 1 else 0.0


def my_replay():
    return 0


# %% wrong="a share of the peak where a rate is asked for" loses=["schedule_score"] says="macro-F1 on task A"
def my_schedule(depth, depths, step, steps):
    return slanted_triangular(step, steps, 0.2) / 1.1 ** (depths - 1 - depth)


def my_replay():
    return 0


# %% wrong="in percent" loses=["schedule_legal", "schedule_score"] says="is that a rate"
def my_schedule(depth, depths, step, steps):
    return 100 * slanted_triangular(step, steps, 0.2)


def my_replay():
    return 0


# %% right="one rate with linear decay, no replay"
def my_schedule(depth, depths, step, steps):
    return settings.rates_b["no remedy"] * linear_share(step, steps)


def my_replay():
    return 0


# %% right="the lower half frozen, cosine"
def my_schedule(depth, depths, step, steps):
    if depth <= (depths - 2) // 2:
        return 0.0
    return np.float64(2e-3) * (1 + math.cos(math.pi * step / steps)) / 2


def my_replay():
    return 0


# %% right="unfrozen gradually in the first third, a mild factor"
def my_schedule(depth, depths, step, steps):
    joined = step >= (depths - 1 - depth) * steps / (3 * depths)
    return 2e-3 * slanted_triangular(step, steps, 0.1, 16) / 1.15 ** (depths - 1 - depth) if joined else 0.0


def my_replay():
    return 0
