# %% right="rows normalised first"
def calibrate(scores, reference):
    return log_softmax(scores, axis=1) - log_softmax(reference, axis=1).mean(axis=0, keepdims=True)


# %% right="a loop"
def calibrate(scores, reference):
    bias = [sum(row[k] for row in reference) / len(reference) for k in range(len(reference[0]))]
    return np.array([[value - b for value, b in zip(row, bias, strict=True)] for row in scores])


# %% right="normalised again, float32"
def calibrate(scores, reference):
    moved = np.asarray(scores, np.float32) - np.mean(np.asarray(reference, np.float32), axis=0)
    return log_softmax(moved, axis=-1)


# %% wrong="the logarithm of the mean probability" loses=["calibrate_formula", "calibrate_bias"] says="logarithm of the mean probability"
def calibrate(scores, reference):
    return scores - np.log(np.exp(reference).mean(axis=0))


# %% wrong="always the batch" loses=["calibrate_formula", "calibrate_bias", "calibrate_repeat"] says="over the scores themselves"
def calibrate(scores, reference):
    return scores - scores.mean(axis=0)


# %% wrong="the mean of each row" loses=["calibrate_formula", "calibrate_bias"] says="label by label"
def calibrate(scores, reference):
    return scores - scores.mean(axis=1, keepdims=True)


# %% wrong="one number for all labels" loses=["calibrate_formula", "calibrate_bias"] says="Nothing was taken off"
def calibrate(scores, reference):
    return scores - reference.mean()


# %% wrong="the bias is added" loses=["calibrate_formula", "calibrate_bias"] says="has to come off"
def calibrate(scores, reference):
    return scores + reference.mean(axis=0)


# %% wrong="divided" loses=["calibrate_formula", "calibrate_bias"] says="subtracted"
def calibrate(scores, reference):
    return scores / reference.mean(axis=0)


# %% wrong="in place" loses=["calibrate_formula"] says="in place"
def calibrate(scores, reference):
    scores -= reference.mean(axis=0)
    return scores


# %% wrong="the first reference is remembered" loses=["calibrate_bias"] says="single row"
KEPT = []


def calibrate(scores, reference):
    if not KEPT or len(KEPT[0]) != reference.shape[1]:
        KEPT[:] = [reference.mean(axis=0)]
    return scores - KEPT[0]


# %% wrong="a running mean over calls" loses=["calibrate_bias", "calibrate_formula", "calibrate_repeat"] says="its mean over the reference"
SEEN = {}


def calibrate(scores, reference):
    SEEN.setdefault(reference.shape[1], []).extend(reference.tolist())
    return scores - np.mean(SEEN[reference.shape[1]], axis=0)


# %% wrong="only the first reference row" loses=["calibrate_formula", "calibrate_bias"] says="values differ"
def calibrate(scores, reference):
    return scores - reference[0]


# %% wrong="spread set to one as well" loses=["calibrate_formula", "calibrate_bias"] says="values differ"
def calibrate(scores, reference):
    spread = reference.std(axis=0)
    return (scores - reference.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
