# %% right="sum of products"
def to_original_units(w, b, mean, scale):
    return w / scale, b - np.sum(w * mean / scale)


# %% right="loop"
def to_original_units(w, b, mean, scale):
    weights = []
    for weight, m, s in zip(w, mean, scale, strict=True):
        weights.append(weight / s)
        b = b - weights[-1] * m
    return weights, b


# %% right="probe the scaled model at zero and at the unit vectors"
def to_original_units(w, b, mean, scale):
    def predict(x):
        return (x - mean) / scale @ w + b

    zero = np.zeros(len(w))
    return np.array([predict(row) - predict(zero) for row in np.eye(len(w))]), predict(zero)


# %% wrong="multiplies by the scale" loses=["original_weights"] says="divided by the scale"
def to_original_units(w, b, mean, scale):
    weights = w * scale
    return weights, b - mean @ weights


# %% wrong="the weights as they are" loses=["original_weights"] says="divided by the scale"
def to_original_units(w, b, mean, scale):
    return w, b - mean @ w


# %% wrong="the intercept stays as it was" loses=["original_intercept"] says="average person"
def to_original_units(w, b, mean, scale):
    return w / scale, b


# %% wrong="the intercept uses the weights per standard deviation" loses=["original_intercept"] says="average person"
def to_original_units(w, b, mean, scale):
    return w / scale, b - mean @ w


# %% wrong="the sign of the correction" loses=["original_intercept"] says="average person"
def to_original_units(w, b, mean, scale):
    weights = w / scale
    return weights, b + mean @ weights


# %% wrong="divides by the square of the scale" loses=["original_weights"] says="divided by the scale"
def to_original_units(w, b, mean, scale):
    weights = w / scale**2
    return weights, b - mean @ weights


# %% right="single precision, a Series"
def to_original_units(w, b, mean, scale):
    weights = pd.Series(np.asarray(w, dtype=np.float32) / np.asarray(scale, dtype=np.float32))
    return weights, np.float32(b) - np.float32((weights * mean).sum())


# %% wrong="the caller's weights are divided in place" loses=["original_weights"] says="in place"
def to_original_units(w, b, mean, scale):
    w /= scale
    return w, b - np.sum(w * mean)


# %% wrong="the means are multiplied in place" loses=["original_weights"] says="in place"
def to_original_units(w, b, mean, scale):
    weights = w / scale
    mean *= weights
    return weights, b - mean.sum()


# %% wrong="b is taken to be the mean weight of the lab's people" loses=["original_intercept"] says="average person"
def to_original_units(w, b, mean, scale):
    weights = w / scale
    return weights, y.mean() - mean @ weights


# %% wrong="an intercept for each column" loses=["original_intercept"] says="one number"
def to_original_units(w, b, mean, scale):
    return w / scale, b - w / scale * mean


# %% wrong="nothing is returned" loses=["original_weights", "original_intercept"] says="Return two things"
def to_original_units(w, b, mean, scale):
    w = w / scale
    b = b - mean @ w
