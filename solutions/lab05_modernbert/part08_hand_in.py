# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 8 · Hand it in
#
# ## Exercise 12 · predictions.csv
#
# *Why.* The test labels are not on your machine, and that is the point: nothing you did could have peeked at them. When
# your notebook is graded, it is run, and the file that it writes is scored against them.
#
# *Effort.* Medium, 20 minutes, 10 points.
#
# Write `hand_in(labelled, unlabelled, path)`: learn from `labelled` (columns text, domain, label) and from nothing else
# that has labels, classify `unlabelled` (id, text, domain), and write a CSV file with the header `id,label` and one
# line for each row: its id, and the number 0, 1 or 2 of its class. How is up to you: a linear model on words is enough
# for the points, anything that is better is welcome. It is called several times here, on sets of a few thousand rows or
# fewer, so it should take seconds. Macro-F1 has to reach {{ s.tiny.floor }}.
#
# The last check looks for **leaks**. It shuffles the training labels: a procedure that learns from them alone falls to
# chance, one that still scores well gets its answers from elsewhere. And a score above {{ s.tiny.ceiling }} is not
# believed: we have not seen a model come near it on these sentences.
#
# <details><summary>Hint 1: the shortest way</summary>
# A fresh pipeline of <code>TfidfVectorizer</code> and <code>LogisticRegression</code>, fitted on
# <code>list(labelled["text"])</code> and <code>list(labelled["label"])</code>; then
# <code>pd.DataFrame({"id": ..., "label": ...}).to_csv(path, index=False)</code>.
# </details>


# %%
def read_predictions(path: str) -> dict[str, int]:
    """id -> class of a predictions file, which must have a header id,label and whole numbers; {} where there is none."""
    if not Path(path).is_file():
        return {}
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    checks.that(
        list(table.columns) == ["id", "label"], "The file's first line should be id,label: these two columns only."
    )
    checks.that(table["id"].is_unique, "An id stands in the file twice: one line for each row.")
    numbers = pd.to_numeric(table["label"], errors="coerce")
    checks.that(numbers.isin([0, 1, 2]).all(), "The label should be the number of a class, 0, 1 or 2, in every line.")
    return dict(zip(table["id"], numbers.astype(int), strict=True))


def predicted(labelled: Dataset, unlabelled: Dataset) -> dict[str, int]:
    """What hand_in writes for these rows, read back from a temporary folder."""
    with TemporaryDirectory() as folder:
        hand_in(labelled, unlabelled, f"{folder}/predictions.csv")
        return read_predictions(f"{folder}/predictions.csv")


# %%
given = draw(texts["train"], settings.hand_in_rows)  # rows to learn from when the file is checked
practice = draw(texts["validation"], 600)  # rows whose labels you have, handed over without them
practice_rows = practice.remove_columns("label")
practice_labels = dict(zip(practice["id"], practice["label"], strict=True))


def macro_f1(guess: dict[str, int], truth: dict[str, int]) -> float:
    """Macro-F1 of predictions by id; a missing id counts as wrong."""
    ids = sorted(truth)
    return f1_score([truth[i] for i in ids], [guess.get(i, -1) for i in ids], labels=[0, 1, 2], average="macro")


# %% answer="hand_in"
def hand_in(labelled: Dataset, unlabelled: Dataset, path: str) -> None:
    """Learns from the labelled rows, classifies the others, and writes id,label (a class number) for each to a CSV file."""
    ### BEGIN SOLUTION
    words = TfidfVectorizer(sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=3, max_iter=300, class_weight="balanced"))
    model.fit(labelled["text"][:], labelled["label"][:])
    guess = model.predict(unlabelled["text"][:])
    part = Path(f"{path}.part")
    pd.DataFrame({"id": unlabelled["id"][:], "label": guess}).to_csv(part, index=False)
    part.replace(path)
    ### END SOLUTION


# %% check="predictions_file" points=3
hand_in(given, texts["test"], "predictions.csv")
handed_in = read_predictions("predictions.csv")
checks.that(handed_in, "There is no file at the path given, or it has no lines: write it there.")
hint = "Each row of the test split has one line, with its id: is a row left out, or another set written?"
checks.that(set(handed_in) == set(texts["test"]["id"]), hint)
few = draw(texts["test"], 40, seed=5)
hint = "Exactly the rows that are handed over belong into the file."
checks.that(set(predicted(given.select(range(300)), few)) == set(few["id"]), hint)

# %% check="predictions_score" points=4
reached = macro_f1(predicted(given, practice_rows), practice_labels)
hint = f"On validation rows macro-F1 should reach {settings.floor}: is each prediction beside its own id? Yours is"
checks.that(reached >= settings.floor, f"{hint} {reached:.3f}.")
# The grader holds these beside the labels of the test rows, which never come near this kernel.
hand_in(given, texts["test"], "predictions.csv")
checks.hand_over(predictions=read_predictions("predictions.csv"))

# %% check="predictions_honest" points=3
few = given.select(range(1500))
shuffled = [few["label"][int(row)] for row in checks.fresh().permutation(len(few))]
mixed = few.remove_columns("label").add_column("label", shuffled)
by_chance = macro_f1(predicted(mixed, practice_rows), practice_labels)
hint = (
    "Trained on shuffled labels it still scores well: its answers come from elsewhere, such as the validation labels. "
    "Learn from `labelled` alone."
)
checks.that(by_chance <= settings.chance, f"{hint} (macro-F1 {by_chance:.3f})")
reached = macro_f1(predicted(few, practice_rows), practice_labels)
hint = f"Macro-F1 {reached:.3f} on validation rows is too good: have their labels been copied, or trained on?"
checks.that(reached <= settings.ceiling, hint)

# %% [markdown]
# The file that is scored, and what the same procedure reaches on validation rows.


# %%
def hand_over():
    hand_in(given, texts["test"], "predictions.csv")
    table = pd.read_csv("predictions.csv")
    print(f"predictions.csv: {len(table):,} rows;", table["label"].map(classes.__getitem__).value_counts().to_dict())
    print(f"macro-F1 on validation rows: {macro_f1(predicted(given, practice_rows), practice_labels):.3f}")


hand_over()
