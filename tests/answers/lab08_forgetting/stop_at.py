# %% wrong="the place instead of the step" loses=["stop_allowed", "stop_lowest", "stop_drawn"] says="not its place in the list"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    allowed = [n for n, out in enumerate(out_of_domain) if out <= limit]
    return min(allowed, key=lambda n: in_domain[n])


# %% wrong="the loss instead of the step" loses=["stop_allowed", "stop_lowest", "stop_drawn"] says="not its loss"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    return min(inside for inside, out in zip(in_domain, out_of_domain, strict=False) if out <= limit)


# %% wrong="stops for good at the first that is not allowed" loses=["stop_allowed", "stop_drawn"] says="each checkpoint is judged by itself"
def stop_at(steps, in_domain, out_of_domain, allowance):
    best = 0
    for n, out in enumerate(out_of_domain):
        if out > out_of_domain[0] + allowance:
            break
        if in_domain[n] < in_domain[best]:
            best = n
    return steps[best]


# %% wrong="whatever it costs elsewhere" loses=["stop_allowed", "stop_drawn"] says="counts from the first checkpoint's loss"
def stop_at(steps, in_domain, out_of_domain, allowance):
    return steps[in_domain.index(min(in_domain))]


# %% wrong="less than the allowance" loses=["stop_allowed", "stop_drawn"] says="exactly 0.1875"
def stop_at(steps, in_domain, out_of_domain, allowance):
    best = 0
    for n, out in enumerate(out_of_domain):
        if out - out_of_domain[0] < allowance and in_domain[n] < in_domain[best]:
            best = n
    return steps[best]


# %% wrong="the allowance as a share" loses=["stop_allowed", "stop_drawn"] says="not a share"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] * (1 + allowance)
    return min(
        (inside, step) for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False) if out <= limit
    )[1]


# %% wrong="the allowance from the lowest loss so far" loses=["stop_allowed", "stop_drawn"] says="not from the lowest one"
def stop_at(steps, in_domain, out_of_domain, allowance):
    lowest = out_of_domain[0]
    allowed = []
    for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False):
        lowest = min(lowest, out)
        if out <= lowest + allowance:
            allowed.append((inside, step))
    return min(allowed)[1]


# %% wrong="the allowance from one checkpoint to the next" loses=["stop_allowed", "stop_drawn"] says="judged by itself"
def stop_at(steps, in_domain, out_of_domain, allowance):
    allowed = [(in_domain[0], steps[0])]
    for n in range(1, len(steps)):
        if out_of_domain[n] - out_of_domain[n - 1] <= allowance:
            allowed.append((in_domain[n], steps[n]))
        else:
            break
    return min(allowed)[1]


# %% wrong="a change out of the domain in either direction" loses=["stop_allowed", "stop_drawn"] says="however much it falls"
def stop_at(steps, in_domain, out_of_domain, allowance):
    first = out_of_domain[0]
    allowed = [
        (inside, step)
        for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False)
        if abs(out - first) <= allowance
    ]
    return min(allowed)[1]


# %% wrong="the last allowed checkpoint" loses=["stop_lowest", "stop_drawn"] says="not the last checkpoint"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    return [step for step, out in zip(steps, out_of_domain, strict=False) if out <= limit][-1]


# %% wrong="the last of equal ones" loses=["stop_lowest", "stop_drawn"] says="the earliest checkpoint wins"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    best = 0
    for n, out in enumerate(out_of_domain):
        if out <= limit and in_domain[n] <= in_domain[best]:
            best = n
    return steps[best]


# %% wrong="the highest loss in the domain" loses=["stop_allowed", "stop_lowest", "stop_drawn"] says="step 0 has the highest"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    return (
        max(
            (inside, -step) for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False) if out <= limit
        )[1]
        * -1
    )


# %% wrong="the two lists exchanged" loses=["stop_allowed", "stop_lowest", "stop_drawn"] says="step 0 has the highest"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = in_domain[0] + allowance
    return min(
        (out, step) for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False) if inside <= limit
    )[1]


# %% wrong="the first checkpoint left out" loses=["stop_allowed", "stop_drawn"] says="The first is always allowed"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    allowed = [
        (inside, step) for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False) if out <= limit
    ][1:]
    return min(allowed)[1] if allowed else None


# %% wrong="what is not allowed overwritten in the caller's list" loses=["stop_lowest"] says="in place"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    for n, out in enumerate(out_of_domain):
        if out > limit:
            in_domain[n] = math.inf
    out_of_domain.sort()
    return steps[in_domain.index(min(in_domain))]


# %% wrong="the caller's losses sorted" loses=["stop_lowest"] says="in place"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    allowed = [
        (inside, step) for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False) if out <= limit
    ]
    in_domain.sort()
    return min(allowed)[1]


# %% wrong="the best of all calls so far" loses=["stop_allowed", "stop_lowest", "stop_drawn"] says="must not count in this one"
BEST = []


def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    BEST.extend(
        (inside, step) for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False) if out <= limit
    )
    return min(BEST)[1]


# %% wrong="nothing returned" loses=["stop_allowed", "stop_lowest", "stop_drawn"] says="yours is None"
def stop_at(steps, in_domain, out_of_domain, allowance):
    limit = out_of_domain[0] + allowance
    min((inside, step) for step, inside, out in zip(steps, in_domain, out_of_domain, strict=False) if out <= limit)


# %% right="NumPy with infinity for what is not allowed"
def stop_at(steps, in_domain, out_of_domain, allowance):
    inside, outside = np.asarray(in_domain), np.asarray(out_of_domain)
    return np.asarray(steps)[np.where(outside - outside[0] <= allowance, inside, np.inf).argmin()]


# %% right="one loop that keeps the best"
def stop_at(steps, in_domain, out_of_domain, allowance):
    best = None
    for step, inside, out in zip(steps, in_domain, out_of_domain, strict=True):
        if out <= out_of_domain[0] + allowance and (best is None or inside < best[0]):
            best = inside, step
    return best[1]


# %% right="a table, sorted"
def stop_at(steps, in_domain, out_of_domain, allowance):
    frame = pd.DataFrame({"step": steps, "inside": in_domain, "outside": out_of_domain})
    allowed = frame[frame["outside"] <= out_of_domain[0] + allowance]
    return int(allowed.sort_values(["inside", "step"])["step"].iloc[0])
