# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 8 · Hand it in
#
# ## Exercise 11 · predictions.csv
#
# *Why.* The labels of the test texts are not on your machine. What a scorer says of them goes into a file, and the file
# is scored; and since scorers are biased, the bias has to come off first, without a label.
#
# *Effort.* Easy, 15 minutes, 7 points.
#
# Write `hand_in(score, rows, path)`. `score` takes a list of texts and gives an array (texts, 2), the log-probability
# of negative and positive; call it once, with all texts. Take its bias off by batch calibration over these texts.
# Write a CSV file with the header `id,label`, one line for each row: its id, and **0 for negative or 2 for positive**,
# the numbers that the data set uses. A tie is negative.
#
# <details><summary>Hint 1: which function does that?</summary>
#
# You wrote it in Exercise 4. Copy its line: `hand_in` is checked by itself.
#
# </details>


# %%
def handed_in(score, rows: pd.DataFrame) -> dict[str, int]:
    """id -> label of what hand_in writes for these rows, read back."""
    given = rows.copy(deep=True)
    with TemporaryDirectory() as folder:
        path = f"{folder}/handed.csv"
        Path(path).write_text("an older file\n", encoding="utf-8")
        hand_in(score, rows, path)
        checks.that(rows.equals(given), "The rows have been changed in place.")
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    hint = "The file's first line should be id,label, these two columns only, whatever the path held before;"
    checks.that(list(table.columns) == ["id", "label"], f"{hint} yours has {list(table.columns)}.")
    checks.that(table["id"].is_unique, "An id is in the file twice: one line for each row.")
    odd = sorted(set(table["label"]) - {"0", "2"})
    hint = "A label is 0 (negative) or 2 (positive), as in the data set;"
    checks.that(not odd, f"{hint} yours also {odd[:3]}.")
    return dict(zip(table["id"], table["label"].astype(int), strict=True))


# %%
@functools.cache
def linear_model():
    """A linear model on words, fitted on part of the pool: a scorer for the checks, whatever your tuned model does."""
    some = pool.head(3000)
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, max_iter=300))
    return model.fit(some["text"], some["positive"])


def biased_scores(said: list[str]) -> np.ndarray:
    """The linear model's log-probabilities, with a liking of 5 nats for positive."""
    return linear_model().predict_log_proba(list(said)) + np.array([0.0, 5.0])


# %%
def label_scores(said: list[str]) -> np.ndarray:
    """Your tuned model's label scores."""
    model = tuned("one task", settings.live_seeds[0])
    return scores_of(model, small_tokenizer, asked_for("sentiment", said), ["negative", "positive"])


@functools.cache
def test_scores() -> dict[str, np.ndarray]:
    """Those of each test text, computed once: the check and the file need the same."""
    said = list(test_rows["text"])
    return dict(zip(said, label_scores(said), strict=True))


def tuned_scores(said: list[str]) -> np.ndarray:
    """Your tuned model's label scores, looked up where the texts are known."""
    known = test_scores()
    return np.array([known[text] for text in said]) if set(said) <= known.keys() else label_scores(said)


# %% [markdown]
# Your tuned model scores all test texts now; these are the first four, as they come.

# %% tags=["stage"]
pd.DataFrame(np.round(list(test_scores().values())[:4], 2), columns=["negative", "positive"])


# %% answer="hand_in"
def hand_in(score, rows: pd.DataFrame, path: str) -> None:
    """Scores all texts, takes the bias off, and writes id,label (0 or 2) for each row to a CSV file.

    Args:
        score: a function from a list of texts to log-probabilities (texts, 2) of negative and positive.
        rows: a table with columns id and text.
        path: of the file to write; an older file is replaced.
    """
    ### BEGIN SOLUTION
    scores = np.asarray(score(rows["text"].tolist()), dtype=float)
    scores = scores - scores.mean(axis=0)
    labels = np.where(scores[:, 1] > scores[:, 0] + 1e-12, 2, 0)
    part = Path(f"{path}.part")
    pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(part, index=False)
    part.replace(path)
    ### END SOLUTION


# %% check="predictions_file" points=2
four = pd.DataFrame({"id": list("dbac"), "text": ["t0", "t1", "t2", "t3"]})
said = {"t0": [-1.0, -5.0], "t1": [-4.0, -1.0], "t2": [-0.5, -4.5], "t3": [-5.0, -0.5]}
calls = []
found = handed_in(lambda some: calls.append(list(some)) or np.array([said[text] for text in some]), four)
hint = f"`score` should be called once, with the list of all texts; you called it {len(calls)} times: a model reads "
checks.that(calls == [["t0", "t1", "t2", "t3"]], f"{hint}them in batches, and calibration needs all of them.")
checks.that(set(found) == set("dbac"), "Each row has one line, with its own id.")
flipped = found == {"d": 2, "b": 0, "a": 2, "c": 0}
hint = "Negative and positive are swapped: column 0 is negative." if flipped else "A label is beside the wrong id."
checks.that(found == {"d": 0, "b": 2, "a": 0, "c": 2}, f"{hint} Yours: {found}.")

# %% check="predictions_bias" points=2
five = pd.DataFrame({"id": list("abcde"), "text": list("vwxyz")}, index=[7, 3, 5, 1, 9])
said = dict(zip("vwxyz", [-9.0, -8.0, -1.0, -3.0, -2.0], strict=True))
found = handed_in(lambda some: np.array([[said[text], -0.5] for text in some]), five)
hint = "This scorer prefers positive in all five texts, by more or by less. Calibrated over the five, those with less "
checks.that(len(set(found.values())) > 1, f"{hint}than the usual preference are negative; yours calls all the same.")
hint = "Whether a text is negative depends on its score and the mean over these texts;"
checks.that(found == {"a": 2, "b": 2, "c": 0, "d": 0, "e": 0}, f"{hint} expected a and b positive, yours: {found}.")
one = handed_in(lambda some: np.array([[-3.0, -1.0]]), five.head(1))
checks.that(one == {"a": 0}, "One text alone ties with its own mean: a tie is negative, and no error.")


# %% check="predictions_score" points=3
answered = handed_in(biased_scores, held[["id", "text"]])
reached = np.mean([answered.get(name, -1) == 2 * label for name, label in zip(held["id"], truth, strict=True)])
raw = accuracy(biased_scores(texts))
hint = (
    f"A scorer with a bias of 5 nats has an accuracy of {raw:.3f} as it comes; in your file it has {reached:.3f}, and "
)
checks.that(reached >= settings.floor, f"{hint}calibrated it has more than {settings.floor}.")
### BEGIN HIDDEN TESTS
# Their judge is outside_judges.py: no label of a test row comes near this kernel.
try:
    mine = handed_in(tuned_scores, test_rows)
except Exception:  # an earlier exercise is wrong or open: that was paid for there
    mine = {}
checks.hand_over(tuned=mine, biased=handed_in(biased_scores, test_rows))
### END HIDDEN TESTS

# %% [markdown]
# The file that counts: your tuned model's answers on the test texts.


# %%
def hand_over():
    hand_in(tuned_scores, test_rows, "predictions.csv")
    table = pd.read_csv("predictions.csv")
    print(f"predictions.csv: {len(table):,} rows;", table["label"].value_counts().to_dict())


hand_over()
