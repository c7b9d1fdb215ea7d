# %% right="one condition on rows and columns"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% right="four blocks"
def may_attend(source, target):
    top = np.hstack([np.ones((source, source)), np.zeros((source, target))])
    bottom = np.hstack([np.ones((target, source)), np.tril(np.ones((target, target)))])
    return np.vstack([top, bottom]).astype(bool)


def connections(source, target):
    return source * (source + target) + sum(range(1, target + 1))


# %% right="nested loops; a list of lists"
def may_attend(source, target):
    n = source + target
    return np.array([[j < source or (i >= source and j <= i) for j in range(n)] for i in range(n)])


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% right="torch"
def may_attend(source, target):
    table = torch.ones(source + target, source + target).tril().bool()
    table[:source, :source] = True
    return table


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="the encoder sees only the left" loses=["attend_encoder", "attend_cross"] says="both sides"
def may_attend(source, target):
    return np.tri(source + target, dtype=bool)


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="an encoder token does not see itself" loses=["attend_encoder", "attend_cross"] says="every token sees every token"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    eye = (looks == seen) & (looks < source)
    return ~eye & ((seen < source) | ((looks >= source) & (seen <= looks)))


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="rows and columns swapped" loses=["attend_decoder", "attend_cross"] says="lower triangle"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return ((seen < source) | ((looks >= source) & (seen <= looks))).T


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="a token of the decoder does not see itself" loses=["attend_decoder", "attend_cross"] says="its diagonal"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen < looks))


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="the decoder sees everything" loses=["attend_decoder", "attend_cross"] says="lower triangle"
def may_attend(source, target):
    table = np.ones((source + target, source + target), dtype=bool)
    table[:source, source:] = False
    return table


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="the target does not see the source" loses=["attend_cross"] says="sees the whole source"
def may_attend(source, target):
    table = np.tri(source + target, dtype=bool)
    table[:source, :source] = True
    table[source:, :source] = False
    return table


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="the source sees the target" loses=["attend_cross"] says="never sees the target"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (looks < source) | (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    return source * source + target * source + target * (target + 1) // 2


# %% wrong="the diagonal is not counted" loses=["attend_count"] says="its diagonal counts"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    return source * source + target * source + target * (target - 1) // 2


# %% wrong="n squared for the decoder, too" loses=["attend_count"] says="decoder n(n+1)/2"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    return source**2 + target**2


# %% wrong="no connections between target and source" loses=["attend_count"] says="each pair of target and source"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    return source**2 + target * (target + 1) // 2


# %% wrong="builds the table to count it" loses=["attend_formula"] says="must be a formula"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    return int(may_attend(source, target).sum())


# %% wrong="counts one by one, without a table" loses=["attend_formula"] says="count one by one"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    n = source + target
    return sum(j < source or source <= j <= i for i in range(n) for j in range(n))


# %% wrong="builds the table in torch, whose memory nobody traces" loses=["attend_formula"] says="must be a formula"
def may_attend(source, target):
    looks, seen = np.indices((source + target, source + target))
    return (seen < source) | ((looks >= source) & (seen <= looks))


def connections(source, target):
    table = torch.ones(source + target, source + target).tril().bool()
    table[:source, :source] = True
    return int(table.sum())
