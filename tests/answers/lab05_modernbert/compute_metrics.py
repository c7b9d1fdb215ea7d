# %% right="scikit-learn"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(axis=1)
    f1 = f1_score(labels, guess, average="macro", zero_division=0)
    return {"accuracy": accuracy_score(labels, guess), "macro_f1": f1}


# %% right="precision and recall of each class"
def compute_metrics(prediction):
    logits, labels = prediction
    guess, scores = np.array([row.argmax() for row in logits]), []
    for k in range(logits.shape[1]):
        hits = float(((guess == k) & (labels == k)).sum())
        precision = hits / (guess == k).sum() if (guess == k).any() else 0.0
        recall = hits / (labels == k).sum() if (labels == k).any() else 0.0
        scores.append(2 * precision * recall / (precision + recall) if hits else 0.0)
    return {"macro_f1": sum(scores) / len(scores), "accuracy": (guess == labels).mean()}


# %% right="from a confusion matrix"
def compute_metrics(prediction):
    logits, labels = prediction
    size = logits.shape[-1]
    counts = np.zeros((size, size))
    np.add.at(counts, (labels, logits.argmax(-1)), 1)
    both = counts.sum(0) + counts.sum(1)
    f1 = np.divide(2 * np.diag(counts), both, out=np.zeros(size), where=both > 0)
    return {"accuracy": np.trace(counts) / counts.sum(), "macro_f1": f1.mean(), "rows": len(labels)}


# %% wrong="micro-F1, which is accuracy again" loses=["metrics_macro", "metrics_never"] says="one vote"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    return {"accuracy": np.mean(guess == labels), "macro_f1": f1_score(labels, guess, average="micro")}


# %% wrong="weighted by the size of the class" loses=["metrics_macro", "metrics_never"] says="one vote"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average="weighted", zero_division=0)
    return {"accuracy": np.mean(guess == labels), "macro_f1": f1}


# %% wrong="F1 of the mean precision and the mean recall" loses=["metrics_macro"] says="plain mean"
def compute_metrics(prediction):
    logits, labels = prediction
    guess, size = logits.argmax(-1), logits.shape[-1]
    hits = np.array([np.sum((guess == k) & (labels == k)) for k in range(size)])
    precision = np.mean(hits / np.maximum(1, [np.sum(guess == k) for k in range(size)]))
    recall = np.mean(hits / np.maximum(1, [np.sum(labels == k) for k in range(size)]))
    return {"accuracy": np.mean(guess == labels), "macro_f1": 2 * precision * recall / (precision + recall)}


# %% wrong="classes that are never predicted are left out of the mean" loses=["metrics_never"] says="never predicted"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average=None, labels=np.unique(guess), zero_division=0)
    return {"accuracy": np.mean(guess == labels), "macro_f1": np.mean(f1)}


# %% wrong="nan where a class is never predicted" loses=["metrics_never"] says="never predicted"
def compute_metrics(prediction):
    logits, labels = prediction
    guess, f1 = logits.argmax(-1), []
    for k in range(logits.shape[-1]):
        hits = np.sum((guess == k) & (labels == k))
        precision, recall = np.float64(hits) / np.sum(guess == k), hits / np.sum(labels == k)
        f1.append(2 * precision * recall / (precision + recall))
    return {"accuracy": np.mean(guess == labels), "macro_f1": np.mean(f1)}


# %% wrong="accuracy class by class, then the mean" loses=["metrics_accuracy"] says="share of rows"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average="macro", zero_division=0)
    return {"accuracy": np.mean([np.mean(guess[labels == k] == k) for k in np.unique(labels)]), "macro_f1": f1}


# %% wrong="in percent" loses=["metrics_accuracy", "metrics_macro", "metrics_never"] says="0 to 1"
def compute_metrics(prediction):
    logits, labels = prediction
    guess = logits.argmax(-1)
    f1 = f1_score(labels, guess, average="macro", zero_division=0)
    return {"accuracy": 100 * np.mean(guess == labels), "macro_f1": 100 * f1}
