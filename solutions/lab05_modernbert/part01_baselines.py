# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 1 · What has to be beaten
#
# ## Exercise 1 · Two baselines
#
# *Why.* A score means nothing alone. The laziest answer is one class for everything; the honest rival of every language
# model is a linear one on counted words, which trains in a second and has never read a book.
#
# *Effort.* Easy, 10 minutes, 7 points.
#
# Write `fit_baselines`: a dict with two fitted classifiers, both with a method `predict(texts)` that takes a list of
# strings and gives class numbers. `"majority"` always says the class that is most frequent *among the labels it was
# fitted on*. `"tf-idf"` is logistic regression on TF-IDF features.
#
# <details><summary>Hint 1: must I write them myself?</summary>
# No: scikit-learn's <code>DummyClassifier</code> and <code>make_pipeline(TfidfVectorizer(),
# LogisticRegression())</code> are what people use, as they come. Both have <code>fit</code> and <code>predict</code>.
# </details>


# %% answer="fit_baselines"
def fit_baselines(texts: list[str], labels: list[int]) -> dict:
    """Fitted "majority" and "tf-idf" classifiers; each has predict(texts) -> class numbers, (texts,)."""
    ### BEGIN SOLUTION
    words = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, max_iter=300, tol=1e-3))
    baselines = {"majority": DummyClassifier(strategy="most_frequent"), "tf-idf": words}
    for classifier in baselines.values():
        classifier.fit(texts, labels)
    return baselines
    ### END SOLUTION


# %% check="baseline_majority" points=3
said = ["a fine day", "a bad day", "a day", "no day", "good", "bad", "so so"]
for most in (1, 0):
    given = [most, most, most, 2, 2, 1 - most, most]
    found = fit_baselines(said, given)
    checks.keys(found, ["majority", "tf-idf"], "the dict of baselines")
    guess = [int(g) for g in found["majority"].predict(["bad", "good", "so so", "a day", "never seen"] * 4)]
    hint = f"Of these labels, class {most} is the most frequent, so 'majority' says {most} for every text."
    checks.that(guess == [most] * 20, hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for most in rng.permutation(3):
    given = [int(most)] * 9 + [0, 1, 2] * 2
    guess = fit_baselines([f"word{n} day" for n in range(15)], given)["majority"].predict(["word1 day", "x"] * 15)
    hint = "'majority' says the most frequent of the labels it was fitted on, for every text."
    checks.that(all(int(g) == most for g in guess), hint)
### END HIDDEN TESTS

# %% check="baseline_words" points=4
marks = ["awful", "chair", "lovely"]  # one telling word a class, the rest is filler
filler = ["the", "film", "was", "long", "and", "then", "we", "went", "home"]


def planted(rng, rows: int, marks: list[str]):
    labels = [int(k) for k in rng.permutation(np.arange(rows) % 3)]
    said = [" ".join(rng.permutation([*rng.choice(filler, 5), marks[k]])) for k in labels]
    return said, labels


pair = planted(np.random.default_rng(0), 90, marks)
new = planted(np.random.default_rng(1), 30, marks)
hint = "One word gives each class away, and 'tf-idf' should have learned all three: does it see words and all labels?"
checks.between(np.mean(fit_baselines(*pair)["tf-idf"].predict(new[0]) == np.array(new[1])), 0.95, 1, "accuracy", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
marks = [f"w{n}x" for n in rng.permutation(1000)[:3]]
pair = planted(rng, 120, marks)
new = planted(rng, 40, marks)
checks.between(np.mean(fit_baselines(*pair)["tf-idf"].predict(new[0]) == np.array(new[1])), 0.95, 1, "accuracy", hint)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 2 · A score that a lazy classifier cannot win
#
# *Why.* Accuracy rewards the frequent class. Macro-F1 gives each class one vote: F1 of each class, then the plain mean.
# Whom does that mean hide? Two classes served well carry a third that is hardly ever recognised, so the class served
# worst gets a number of its own. `Trainer` calls a function of yours after each evaluation: you decide what is
# reported.
#
# *Effort.* Easy, 15 minutes, 8 points.
#
# Write `compute_metrics`. It gets what `Trainer` hands over, an `EvalPrediction`: a pair of logits and labels that also has
# them by name, as `predictions` and `label_ids`. It returns `accuracy`, `macro_f1` and `worst_f1`, all
# from 0 to 1; `worst_f1` is the F1 of the class whose F1 is lowest. A class that is never predicted, or never hit, has
# F1 = 0: it counts in the mean, it may be the worst, and nothing divides by zero. (A class that occurs neither among
# the labels nor among the predictions is yours to decide: to count it as 0 and to leave it out are both accepted.)
#
# <details><summary>Hint 1: F1 without dividing by zero</summary>
# F1 = 2 TP / (2 TP + FP + FN). The number of predictions of a class plus the number of its true rows is the
# denominator, and that is zero only for a class that nobody ever mentions.
# </details>


# %% answer="compute_metrics"
def compute_metrics(prediction) -> dict[str, float]:
    """accuracy, macro_f1 and worst_f1, 0 to 1, of an EvalPrediction: logits (rows, classes) and labels (rows,)."""
    ### BEGIN SOLUTION
    logits, labels = prediction
    guess = np.argmax(logits, axis=-1)  # (rows,)
    f1 = []
    for k in range(np.shape(logits)[-1]):
        hits = np.sum((guess == k) & (labels == k))
        mentions = np.sum(guess == k) + np.sum(labels == k)
        f1.append(2 * hits / max(1, mentions))
    return {"accuracy": float(np.mean(guess == labels)), "macro_f1": float(np.mean(f1)), "worst_f1": float(min(f1))}
    ### END SOLUTION


# %% check="metrics_accuracy" points=1
def logits_of(guess, classes: int = 3):
    """Logits whose largest entry is where `guess` says."""
    return np.eye(classes)[np.array(guess)] * 2.5 - 1.0


truth = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 1])
guess = np.array([0, 0, 0, 2, 1, 0, 2, 2, 1, 1])
found = compute_metrics(EvalPrediction(logits_of(guess), truth))
checks.keys(found, ["accuracy", "macro_f1"], "what compute_metrics returns")
hint = "accuracy is the share of rows, 0 to 1, whose largest logit stands at the true class."
checks.close(found["accuracy"], 0.7, "accuracy", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
logits = rng.normal(size=(60, 4))
truth = rng.integers(4, size=60)
found = compute_metrics(EvalPrediction(logits, truth))["accuracy"]
checks.close(found, accuracy_score(truth, logits.argmax(1)), "accuracy", hint=hint)
### END HIDDEN TESTS

# %% check="metrics_macro" points=3
truth = np.array([0] * 12 + [1] * 5 + [2] * 3)
guess = np.array([0] * 8 + [1, 1, 2, 2] + [1] * 4 + [0] + [2, 0, 0])
hint = "macro_f1 is F1 class by class, then their plain mean: each class one vote, however rare."
found = compute_metrics(EvalPrediction(logits_of(guess), truth))["macro_f1"]
checks.close(found, f1_score(truth, guess, average="macro"), "macro-F1", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for size in (3, 5):
    truth = np.append(rng.integers(size, size=80), np.arange(size))
    guess = np.append(np.where(rng.random(80) < 0.5, truth[:80], 0), np.arange(size))
    found = compute_metrics(EvalPrediction(logits_of(guess, size), truth))["macro_f1"]
    checks.close(found, f1_score(truth, guess, average="macro"), "macro-F1", hint=hint)
### END HIDDEN TESTS

# %% check="metrics_never" points=2
truth = np.array([0, 0, 0, 1, 1, 2])
hint = "A class that is never predicted, or never hit, has F1 = 0 and still counts in the mean (here of three classes)."
with np.errstate(all="ignore"):
    found = compute_metrics(EvalPrediction(logits_of([0] * 6), truth))[
        "macro_f1"
    ]  # classes 1 and 2 are never predicted
    checks.close(found, (2 / 3) / 3, "macro-F1", hint=hint)
    found = compute_metrics(EvalPrediction(logits_of([0, 0, 0, 2, 2, 1]), truth))[
        "macro_f1"
    ]  # 1 and 2 predicted, never hit
    checks.close(found, 1 / 3, "macro-F1", hint=hint)

# %% check="metrics_worst" points=2
truth = [0] * 5 + [1] * 4 + [2] * 2
guess = [0] * 2 + [1] * 4 + [0] * 3 + [2] * 2
found = compute_metrics(EvalPrediction(logits_of(guess), np.array(truth)))
checks.keys(found, ["worst_f1"], "what compute_metrics returns")
hint = "worst_f1 belongs to the class served worst, which need not be the rarest: here the rarest is always recognised."
checks.close(found["worst_f1"], 1 / 4, "worst-F1", hint=hint)
truth = [0] * 6 + [1] * 3 + [2] * 2
guess = [0] * 2 + [1] * 7 + [2] * 2
hint = "worst_f1 is an F1, of precision and recall together: the smallest recall alone, or precision alone, is less."
checks.close(
    compute_metrics(EvalPrediction(logits_of(guess), np.array(truth)))["worst_f1"], 1 / 2, "worst-F1", hint=hint
)
hint = "The worst of all classes, also of those that are never predicted: nobody is served worse."
with np.errstate(all="ignore"):
    found = compute_metrics(EvalPrediction(logits_of([0, 0, 0, 1, 1, 0]), np.array([0, 0, 0, 1, 1, 2])))["worst_f1"]
checks.close(found, 0.0, "worst-F1", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for size in (3, 4):
    truth = np.append(rng.integers(size, size=80), np.arange(size))
    easy = rng.permutation(size) / size
    guess = np.where(rng.random(80 + size) < 0.2 + 0.7 * easy[truth], truth, rng.integers(size, size=80 + size))
    found = compute_metrics(EvalPrediction(logits_of(guess, size), truth))["worst_f1"]
    hint = "worst_f1 is the smallest F1 of all classes."
    checks.close(found, f1_score(truth, guess, average=None, labels=range(size)).min(), "worst-F1", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# For later labs `shared.metrics.compute_metrics` computes the first two of these numbers with the library `evaluate`.
# The lazy classifier's, by the course's function and by yours:


# %%
def side_by_side() -> pd.DataFrame:
    truth = np.array(validation["label"])
    lazy = logits_of([np.bincount(train["label"]).argmax()] * len(truth))
    by_course = shared.metrics.compute_metrics((lazy, truth))
    by_you = compute_metrics(EvalPrediction(lazy, truth))
    return pd.DataFrame({"the course's": by_course, "yours": {name: by_you[name] for name in by_course}}).round(3)


side_by_side()

# %% [markdown]
# Both baselines, on the validation rows. `tf-idf` once with the rows that this profile uses, once with all.


# %%
def score(guess, truth) -> dict[str, float]:
    """Your metrics, for classes instead of logits."""
    return compute_metrics(EvalPrediction(np.eye(len(classes))[np.asarray(guess)], np.asarray(truth)))


@functools.cache
def baseline_table() -> pd.DataFrame:
    rows = {}
    for name, rows_used in {"majority": train, "tf-idf": train, "tf-idf, all rows": texts["train"]}.items():
        fitted = fit_baselines(rows_used["text"][:], rows_used["label"][:])[name.split(",")[0]]
        rows[name] = {"rows": len(rows_used), **score(fitted.predict(validation["text"][:]), validation["label"][:])}
    return pd.DataFrame(rows).T.astype({"rows": int}).round(3)


baseline_table()
