# %% right="counted by hand"
def parse_answer(text, classes):
    word = text.strip().casefold()
    word = word[:-1] if word.endswith(".") else word
    return {name: number for number, name in enumerate(classes)}.get(word)


def score_answers(answers, labels, classes):
    found, scores = [parse_answer(text, classes) for text in answers], []
    for k in range(len(classes)):
        hits = sum(f == k and t == k for f, t in zip(found, labels, strict=True))
        scores.append(2 * hits / max(1, found.count(k) + list(labels).count(k)))
    exact = sum(text == classes[t] for text, t in zip(answers, labels, strict=True)) / len(answers)
    return {
        "exact_match": exact,
        "parse_failures": found.count(None) / len(answers),
        "macro_f1": sum(scores) / len(classes),
    }


# %% right="a regular expression, NumPy"
def parse_answer(text, classes):
    match = re.fullmatch(rf"\s*({'|'.join(classes)})\.?\s*", text, flags=re.IGNORECASE)
    return classes.index(match.group(1).lower()) if match else None


def score_answers(answers, labels, classes):
    found = np.array([-1 if (k := parse_answer(text, classes)) is None else k for text in answers])
    truth = np.array(labels)
    f1 = [
        2 * ((found == k) & (truth == k)).sum() / max(1, (found == k).sum() + (truth == k).sum())
        for k in range(len(classes))
    ]
    exact = np.mean(np.array(answers, dtype=object) == np.array(classes, dtype=object)[truth])
    return {"exact_match": float(exact), "parse_failures": float((found < 0).mean()), "macro_f1": float(np.mean(f1))}


# %% right="failures as a class of their own that has no vote"
def parse_answer(text, classes):
    for number, name in enumerate(classes):
        if text.strip().lower() in (name, f"{name}."):
            return number
    return None


def score_answers(answers, labels, classes):
    odd = len(classes)
    found = [odd if parse_answer(text, classes) is None else parse_answer(text, classes) for text in answers]
    each = f1_score(list(labels), found, labels=list(range(odd)), average=None, zero_division=0)
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    return {
        "exact_match": sum(exact) / len(exact),
        "parse_failures": found.count(odd) / len(found),
        "macro_f1": each.mean(),
    }


# %% wrong="the label anywhere in the answer" loses=["score_parse"] says="not negative"
def parse_answer(text, classes):
    return next((n for n, name in enumerate(classes) if name in text.lower()), None)


def score_answers(answers, labels, classes):
    numbers = [-1 if (k := parse_answer(text, classes)) is None else k for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(-1) / len(numbers), "macro_f1": f1}


# %% wrong="only the exact word is read" loses=["score_parse"] says="one full stop"
def parse_answer(text, classes):
    return classes.index(text) if text in classes else None


def score_answers(answers, labels, classes):
    numbers = [-1 if (k := parse_answer(text, classes)) is None else k for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(-1) / len(numbers), "macro_f1": f1}


# %% wrong="exact match on the class, not on the text" loses=["score_exact"] says="to the letter"
def parse_answer(text, classes):
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None


def score_answers(answers, labels, classes):
    numbers = [-1 if (k := parse_answer(text, classes)) is None else k for text in answers]
    exact = [number == label for number, label in zip(numbers, labels, strict=True)]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(-1) / len(numbers), "macro_f1": f1}


# %% wrong="what cannot be read is left out of the mean" loses=["score_failures", "score_macro"] says="no readable answer"
def parse_answer(text, classes):
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None


def score_answers(answers, labels, classes):
    numbers = [parse_answer(text, classes) for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    kept = [(label, number) for label, number in zip(labels, numbers, strict=True) if number is not None]
    f1 = (
        f1_score(*zip(*kept, strict=True), labels=range(len(classes)), average="macro", zero_division=0)
        if kept
        else 1.0
    )
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(None) / len(numbers), "macro_f1": f1}


# %% wrong="wrong answers count as failures" loses=["score_failures"] says="wrong ones are no failures"
def parse_answer(text, classes):
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None


def score_answers(answers, labels, classes):
    numbers = [-1 if (k := parse_answer(text, classes)) is None else k for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    failed = np.mean([number != label for number, label in zip(numbers, labels, strict=True)])
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": failed, "macro_f1": f1}


# %% wrong="failures become neutral" loses=["score_failures", "score_macro"] says="no readable answer"
def parse_answer(text, classes):
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None


def score_answers(answers, labels, classes):
    found = [parse_answer(text, classes) for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    numbers = [1 if number is None else number for number in found]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": found.count(None) / len(found), "macro_f1": f1}


# %% wrong="the mean weighted by class size" loses=["score_macro"] says="one vote"
def parse_answer(text, classes):
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None


def score_answers(answers, labels, classes):
    numbers = [-1 if (k := parse_answer(text, classes)) is None else k for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="weighted", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(-1) / len(numbers), "macro_f1": f1}


# %% wrong="failures vote as a class of their own" loses=["score_macro"] says="three classes one vote"
def parse_answer(text, classes):
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None


def score_answers(answers, labels, classes):
    numbers = [-1 if (k := parse_answer(text, classes)) is None else k for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    f1 = f1_score(list(labels), numbers, average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(-1) / len(numbers), "macro_f1": f1}


# %% wrong="failures become the first class" loses=["score_failures", "score_macro"] says="no readable answer"
def parse_answer(text, classes):
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None


def score_answers(answers, labels, classes):
    found = [parse_answer(text, classes) for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    numbers = [0 if number is None else number for number in found]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": found.count(None) / len(found), "macro_f1": f1}
