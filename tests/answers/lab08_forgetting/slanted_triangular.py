# %% wrong="the ratio forgotten, from 0 to 0" loses=["slanted_rise", "slanted_fall", "slanted_curve"] says="not 0: a rate of nothing"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    return step / cut if step < cut else (steps - step) / (steps - cut)


# %% wrong="the descent divided by all steps" loses=["slanted_rise", "slanted_fall", "slanted_curve"] says="not over all T"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    p = step / cut if step < cut else (steps - step) / steps
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="the paper's own divisor in the descent" loses=["slanted_curve"] says="the paper's own divisor"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    p = step / cut if step < cut else 1 - (step - cut) / (cut * (1 / cut_fraction - 1))
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="the cut rounded to the nearest step" loses=["slanted_rise", "slanted_curve"] says="rounded down"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, round(steps * cut_fraction))
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="the cut rounded up" loses=["slanted_rise", "slanted_curve"] says="rounded down"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.ceil(steps * cut_fraction))
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="the cut not rounded at all" loses=["slanted_rise", "slanted_curve"] says="rounded down"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, steps * cut_fraction)
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="a cut of no step where a tenth is less than one" loses=["slanted_rise", "slanted_curve"] says="at least one step"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = math.floor(steps * cut_fraction)
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="a cut of no step, which divides by zero" loses=["slanted_rise", "slanted_curve"] says="at least one step"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = math.floor(steps * cut_fraction)
    p = min(step / cut, (steps - step) / (steps - cut))
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="the ratio typed in" loses=["slanted_curve"] says="ratio is an argument"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * 31) / 32


# %% wrong="the cut fraction typed in" loses=["slanted_curve"] says="cut_fraction is an argument"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, steps // 10)
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="the last step at a rate of nothing" loses=["slanted_fall", "slanted_curve"] says="At the last step p is 0"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    if step < cut:
        return (1 + step / cut * (ratio - 1)) / ratio
    return (steps - step) / (steps - cut)


# %% wrong="the climb begins one step ahead" loses=["slanted_rise", "slanted_curve"] says="a step ahead"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    p = (step + 1) / cut if step < cut else (steps - step) / (steps - cut)
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="a cosine instead of the straight descent" loses=["slanted_fall", "slanted_curve"] says="The descent is a straight line"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    p = step / cut if step < cut else (1 + math.cos(math.pi * (step - cut) / (steps - cut))) / 2
    return (1 + p * (ratio - 1)) / ratio


# %% wrong="a geometric climb and descent" loses=["slanted_rise", "slanted_fall", "slanted_curve"] says="The climb is a straight line"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    return ratio ** (p - 1)


# %% wrong="nothing returned" loses=["slanted_rise", "slanted_fall", "slanted_curve"] says="does the function return"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, math.floor(steps * cut_fraction))
    p = step / cut if step < cut else (steps - step) / (steps - cut)
    (1 + p * (ratio - 1)) / ratio


# %% right="interpolated between three points"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, int(steps * cut_fraction))
    return np.interp(step, [0, cut, steps], [1 / ratio, 1, 1 / ratio])


# %% right="the lower of two lines, at the cut both of them 1"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(1, int(steps * cut_fraction))
    p = min(step / cut, (steps - step) / (steps - cut))
    return 1 / ratio + p * (1 - 1 / ratio)


# %% right="the peak counted to the climb, a tensor returned"
def slanted_triangular(step, steps, cut_fraction=0.1, ratio=32):
    cut = max(math.floor(cut_fraction * steps), 1)
    p = step / cut if step <= cut else 1 - (step - cut) / (steps - cut)
    return torch.tensor(p + (1 - p) / ratio)


# %% wrong="a cut fraction of 0 taken for the default" loses=["slanted_curve"] says="A cut fraction of 0 is no missing one"
def slanted_triangular(step, steps, cut_fraction=None, ratio=32):
    c = max(1, int(steps * (cut_fraction or 0.1)))
    p = step / c if step < c else (steps - step) / (steps - c)
    return (1 + p * (ratio - 1)) / ratio
