# Answers to lab 2, exercise 6.

# %% right="math.floor"
def most_leaves(rows, max_samples, min_samples_leaf):
    import math

    tree = math.floor(rows * max_samples)
    half = math.floor(tree / 2)
    return max(math.floor(half / min_samples_leaf), 1)


# %% right="numpy, one step after the other"
def most_leaves(rows, max_samples, min_samples_leaf):
    return np.maximum(1, np.floor(np.floor(np.floor(rows * max_samples) / 2) / min_samples_leaf)).astype(int)


# %% right="counting up"
def most_leaves(rows, max_samples, min_samples_leaf):
    half, leaves = int(rows * max_samples) // 2, 1
    while (leaves + 1) * min_samples_leaf <= half:
        leaves += 1
    return leaves


# %% wrong="honesty forgotten" loses=["leaves_honest", "leaves_whole"] says="honesty"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(1, int(rows * max_samples) // min_samples_leaf)


# %% wrong="every tree gets all rows" loses=["leaves_honest", "leaves_whole", "leaves_stump"] says="max_samples of the rows"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(1, rows // 2 // min_samples_leaf)


# %% wrong="halved twice" loses=["leaves_honest", "leaves_whole"] says="half of those"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(1, int(rows * max_samples) // 4 // min_samples_leaf)


# %% wrong="parts of leaves" loses=["leaves_whole"] says="round down"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(1, rows * max_samples / 2 / min_samples_leaf)


# %% wrong="rounded up" loses=["leaves_whole"] says="round down"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(1, int(np.ceil(rows * max_samples / 2 / min_samples_leaf)))


# %% wrong="no leaf at all" loses=["leaves_stump"] says="one leaf"
def most_leaves(rows, max_samples, min_samples_leaf):
    return int(rows * max_samples) // 2 // min_samples_leaf


# %% wrong="at least two leaves" loses=["leaves_stump"] says="one leaf"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(2, int(rows * max_samples) // 2 // min_samples_leaf)


# %% wrong="splits counted" loses=["leaves_honest", "leaves_whole"] says="not splits"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(int(rows * max_samples) // 2 // min_samples_leaf - 1, 1)


# %% wrong="levels of a balanced tree" loses=["leaves_honest", "leaves_whole"] says="any whole number of leaves"
def most_leaves(rows, max_samples, min_samples_leaf):
    half, leaves = int(rows * max_samples) // 2, 1
    while 2 * leaves * min_samples_leaf <= half:
        leaves *= 2
    return leaves


# %% wrong="whoever has one leaf's rows can split" loses=["leaves_stump"] says="cannot split"
def most_leaves(rows, max_samples, min_samples_leaf):
    leaves = int(rows * max_samples) // 2 // min_samples_leaf
    return 1 if leaves == 0 else max(leaves, 2)


# %% wrong="the odd row goes to the leaves' half" loses=["leaves_whole"] says="round down at each step"
def most_leaves(rows, max_samples, min_samples_leaf):
    return max(1, (int(rows * max_samples) + 1) // 2 // min_samples_leaf)
