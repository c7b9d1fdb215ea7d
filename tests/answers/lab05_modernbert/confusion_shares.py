# %% right="scikit-learn"
def confusion_shares(truth, guess, classes):
    from sklearn.metrics import confusion_matrix

    counts = confusion_matrix(truth, guess, labels=range(classes)).astype(float)
    return counts / counts.sum(axis=1, keepdims=True).clip(min=1)


# %% right="two loops, as lists"
def confusion_shares(truth, guess, classes):
    table = [[0.0] * classes for _ in range(classes)]
    for t, g in zip(truth, guess, strict=True):
        table[t][g] += 1
    return [[entry / sum(row) if sum(row) else 0.0 for entry in row] for row in table]


# %% right="one product of indicator matrices"
def confusion_shares(truth, guess, classes):
    counts = np.eye(classes)[list(truth)].T @ np.eye(classes)[list(guess)]
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)


# %% wrong="columns add up to 1" loses=["confusion_rows", "confusion_side"] says="its own sum"
def confusion_shares(truth, guess, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(truth), np.asarray(guess)), 1)
    return counts / np.maximum(1, counts.sum(axis=0))


# %% wrong="shares of all rows" loses=["confusion_rows"] says="not of all rows"
def confusion_shares(truth, guess, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(truth), np.asarray(guess)), 1)
    return counts / counts.sum()


# %% wrong="counts" loses=["confusion_rows"] says="not counts"
def confusion_shares(truth, guess, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(truth), np.asarray(guess)), 1)
    return counts


# %% wrong="rows are the guesses, each divided by its sum" loses=["confusion_rows", "confusion_side"] says="recall"
def confusion_shares(truth, guess, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(guess), np.asarray(truth)), 1)
    return counts / np.maximum(1, counts.sum(axis=1, keepdims=True))


# %% wrong="nan for a class without rows" loses=["confusion_empty"] says="all zeros"
def confusion_shares(truth, guess, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(truth), np.asarray(guess)), 1)
    return counts / counts.sum(axis=1, keepdims=True)


# %% wrong="only the classes that occur" loses=["confusion_empty"] says="keeps its row"
def confusion_shares(truth, guess, classes):
    kinds = sorted(set(truth))
    return np.array([[np.mean(np.array(guess)[np.array(truth) == i] == j) for j in kinds] for i in kinds])


# %% wrong="right shares, transposed at the end" loses=["confusion_side", "confusion_rows"] says="its own sum"
def confusion_shares(truth, guess, classes):
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(truth), np.asarray(guess)), 1)
    return (counts / np.maximum(1, counts.sum(axis=1, keepdims=True))).T
