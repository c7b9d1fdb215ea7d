# %% right="scikit-learn"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(axis=1)
    f1 = f1_score(labels, guess, average=None, zero_division=0)
    return {"accuracy": accuracy_score(labels, guess), "macro_f1": f1.mean(), "worst_f1": f1.min()}


# %% right="precision and recall of each class"
def compute_metrics(prediction):
    logits, labels = prediction
    guess, scores = np.array([row.argmax() for row in logits]), []
    for k in range(logits.shape[1]):
        hits = float(((guess == k) & (labels == k)).sum())
        precision = hits / (guess == k).sum() if (guess == k).any() else 0.0
        recall = hits / (labels == k).sum() if (labels == k).any() else 0.0
        scores.append(2 * precision * recall / (precision + recall) if hits else 0.0)
    worst = sorted(scores)[0]
    return {"macro_f1": sum(scores) / len(scores), "accuracy": (guess == labels).mean(), "worst_f1": worst}


# %% right="from a confusion matrix"
def compute_metrics(prediction):
    logits, labels = prediction
    size = logits.shape[-1]
    counts = np.zeros((size, size))
    np.add.at(counts, (labels, logits.argmax(-1)), 1)
    both = counts.sum(0) + counts.sum(1)
    f1 = np.divide(2 * np.diag(counts), both, out=np.zeros(size), where=both > 0)
    found = {"accuracy": np.trace(counts) / counts.sum(), "macro_f1": f1.mean(), "rows": len(labels)}
    return found | {"worst_f1": f1.min()}


# %% right="the course's function for two of the three numbers"
def compute_metrics(prediction):
    logits, labels = prediction
    f1 = f1_score(labels, logits.argmax(-1), average=None, labels=range(logits.shape[-1]), zero_division=0)
    return shared.metrics.compute_metrics(prediction) | {"worst_f1": f1.min()}


# %% wrong="the course's function alone" loses=["metrics_worst"] says="lacks worst_f1"
def compute_metrics(prediction):
    return shared.metrics.compute_metrics(prediction)


# %% wrong="the F1 of the rarest class" loses=["metrics_worst"] says="need not be the rarest"
def compute_metrics(prediction):
    logits, labels = prediction
    guess, size = logits.argmax(-1), logits.shape[-1]
    f1 = f1_score(labels, guess, average=None, labels=range(size), zero_division=0)
    rarest = np.bincount(labels, minlength=size).argmin()
    return {"accuracy": np.mean(guess == labels), "macro_f1": f1.mean(), "worst_f1": f1[rarest]}


# %% wrong="the smallest recall" loses=["metrics_worst"] says="precision and recall together"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average="macro", zero_division=0)
    recall = [np.mean(guess[labels == k] == k) for k in np.unique(labels)]
    return {"accuracy": np.mean(guess == labels), "macro_f1": f1, "worst_f1": min(recall)}


# %% wrong="the smallest precision" loses=["metrics_worst"] says="precision alone"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average="macro", zero_division=0)
    precision = [np.sum((guess == k) & (labels == k)) / max(1, np.sum(guess == k)) for k in np.unique(labels)]
    return {"accuracy": np.mean(guess == labels), "macro_f1": f1, "worst_f1": min(precision)}


# %% wrong="the worst of the classes that are predicted" loses=["metrics_worst"] says="never predicted"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average=None, labels=range(logits.shape[-1]), zero_division=0)
    return {"accuracy": np.mean(guess == labels), "macro_f1": f1.mean(), "worst_f1": min(f1[np.unique(guess)])}


# %% wrong="the class served best" loses=["metrics_worst"] says="served worst"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average=None, labels=range(logits.shape[-1]), zero_division=0)
    return {"accuracy": np.mean(guess == labels), "macro_f1": f1.mean(), "worst_f1": f1.max()}


# %% wrong="micro-F1, which is accuracy again" loses=["metrics_macro", "metrics_never"] says="one vote"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    worst = min(f1_score(labels, guess, average=None, labels=range(logits.shape[-1]), zero_division=0))
    micro = f1_score(labels, guess, average="micro")
    return {"accuracy": np.mean(guess == labels), "macro_f1": micro, "worst_f1": worst}


# %% wrong="weighted by the size of the class" loses=["metrics_macro", "metrics_never"] says="one vote"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    worst = min(f1_score(labels, guess, average=None, labels=range(logits.shape[-1]), zero_division=0))
    weighted = f1_score(labels, guess, average="weighted", zero_division=0)
    return {"accuracy": np.mean(guess == labels), "macro_f1": weighted, "worst_f1": worst}


# %% wrong="F1 of the mean precision and the mean recall" loses=["metrics_macro"] says="plain mean"
def compute_metrics(prediction):
    logits, labels = prediction
    guess, size = logits.argmax(-1), logits.shape[-1]
    hits = np.array([np.sum((guess == k) & (labels == k)) for k in range(size)])
    precision = hits / np.maximum(1, [np.sum(guess == k) for k in range(size)])
    recall = hits / np.maximum(1, [np.sum(labels == k) for k in range(size)])
    worst = np.min(2 * precision * recall / np.maximum(1e-12, precision + recall))
    p, r = precision.mean(), recall.mean()
    return {"accuracy": np.mean(guess == labels), "macro_f1": 2 * p * r / (p + r), "worst_f1": worst}


# %% wrong="classes never predicted are left out of it all" loses=["metrics_never", "metrics_worst"] says="never predicted"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average=None, labels=np.unique(guess), zero_division=0)
    return {"accuracy": np.mean(guess == labels), "macro_f1": np.mean(f1), "worst_f1": np.min(f1)}


# %% wrong="nan where a class is never predicted" loses=["metrics_never", "metrics_worst"] says="never predicted"
def compute_metrics(prediction):
    logits, labels = prediction
    guess, f1 = logits.argmax(-1), []
    for k in range(logits.shape[-1]):
        hits = np.sum((guess == k) & (labels == k))
        precision, recall = np.float64(hits) / np.sum(guess == k), hits / np.sum(labels == k)
        f1.append(2 * precision * recall / (precision + recall))
    return {"accuracy": np.mean(guess == labels), "macro_f1": np.mean(f1), "worst_f1": np.min(f1)}


# %% wrong="accuracy class by class, then the mean" loses=["metrics_accuracy"] says="share of rows"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average=None, labels=range(logits.shape[-1]), zero_division=0)
    recall = [np.mean(guess[labels == k] == k) for k in np.unique(labels)]
    return {"accuracy": np.mean(recall), "macro_f1": f1.mean(), "worst_f1": f1.min()}


# %% wrong="all in percent" says="0 to 1" loses=["metrics_accuracy", "metrics_macro", "metrics_never", "metrics_worst"]
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = 100 * f1_score(labels, guess, average=None, labels=range(logits.shape[-1]), zero_division=0)
    return {"accuracy": 100 * np.mean(guess == labels), "macro_f1": f1.mean(), "worst_f1": f1.min()}


# %% right="reads logits and labels by name, as transformers' own scripts do"
def compute_metrics(prediction):
    truth = prediction.label_ids
    guess = prediction.predictions.argmax(axis=-1)
    each = range(prediction.predictions.shape[-1])
    f1 = f1_score(truth, guess, labels=each, average=None, zero_division=0)
    return {"accuracy": accuracy_score(truth, guess), "macro_f1": f1.mean(), "worst_f1": f1.min()}
