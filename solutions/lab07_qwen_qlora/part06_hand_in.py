# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 6 · Hand it in
#
# ## Exercise 12 · predictions.csv
#
# *Why.* The test labels are not on your machine. What your model answers on those sentences goes into a file, and the
# file is scored.
#
# *Effort.* Easy, 20 minutes, 8 points.
#
# Write `hand_in(ask, rows, path)`. `ask` takes a list of texts and gives a list of answers, as free text; `rows` has
# columns id, text and domain. Write a CSV file with the header `id,label`, one line for each row: its id, and the
# number 0, 1 or 2 of the class that the answer names (reading answers as in Exercise 8). A row whose answer names
# none still gets a line: guess, and say how in a comment. Call `ask` once, with all texts: a model works through them
# in batches.
#
# <details><summary>Hint 1: a guess that costs little</summary>
# The class that the readable answers name most often.
# </details>

# %%
test_rows = sentences["test"]  # short sentences without labels


@functools.cache
def stand_in_model():
    """A linear model on words: answers for the checks, whatever your trainer does."""
    rows = sentences["train"]
    linear = LogisticRegression(C=3, class_weight="balanced", max_iter=300)
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), linear)
    return model.fit(list(rows["text"]), list(rows["label"]))


# %%
def stand_in(said: list[str]) -> list[str]:
    """The linear model's classes, in words."""
    return [classes[k] for k in stand_in_model().predict(said)]


# %%
def tuned_answers(said: list[str]) -> list[str]:
    """What your tuned model answers now."""
    chats = Dataset.from_list([pair(text, "", settings.instruction) for text in said])
    return answers_of(tuned("sentiment", settings.seeds[0])["model"], asked(chats), settings.label_tokens)


@functools.cache
def test_answers() -> dict[str, str]:
    """Its answer to each test sentence, asked for once: the check and the file need the same."""
    said = list(test_rows["text"])
    return dict(zip(said, tuned_answers(said), strict=True))


def ask_tuned(said: list[str]) -> list[str]:
    """Your tuned model's answers."""
    known = test_answers()
    return [known[text] for text in said] if set(said) <= known.keys() else tuned_answers(said)


# %% [markdown]
# Your tuned model answers all test sentences now; these are the first four.

# %% tags=["stage"]
pd.DataFrame(list(test_answers().items())[:4], columns=["sentence", "answer"])


# %%
def handed_in(ask, rows) -> dict[str, int]:
    """id -> class of what hand_in writes for these rows, read back."""
    with TemporaryDirectory() as folder:
        path = f"{folder}/predictions.csv"
        hand_in(ask, rows, path)
        checks.that(Path(path).is_file(), "There is no file at the path given.")
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    hint = "The file's first line should be id,label: these two columns only."
    checks.that(list(table.columns) == ["id", "label"], hint)
    checks.that(table["id"].is_unique, "An id stands in the file twice: one line for each row.")
    odd = sorted(set(table["label"]) - {"0", "1", "2"})
    hint = "The label should be the number of a class, 0, 1 or 2, in every line, also where the answer named none; in "
    hint += f"yours stands {odd[0] if odd else ''!r}. (A column with gaps makes pandas write 2.0 for 2.)"
    checks.that(not odd, hint)
    return dict(zip(table["id"], table["label"].astype(int), strict=True))


# %% answer="hand_in"
def hand_in(ask, rows: Dataset, path: str) -> None:
    """Asks for all texts, and writes id,label (a class number) for each row to a CSV file."""
    ### BEGIN SOLUTION
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else None for word in words]
    readable = [number for number in numbers if number is not None]
    usual = max(set(readable), key=readable.count) if readable else 1  # the guess where nothing can be read
    table = pd.DataFrame({"id": list(rows["id"]), "label": [usual if n is None else n for n in numbers]})
    part = Path(f"{path}.part")
    table.to_csv(part, index=False)
    part.replace(path)
    ### END SOLUTION


# %% check="predictions_file" points=3
few = Dataset.from_dict({"id": list("dbac"), "text": ["t0", "t1", "t2", "t0"], "domain": ["film"] * 4})
wanted = {"d": 2, "b": 0, "a": 1, "c": 2}
spoken = {"t0": "positive", "t1": "negative", "t2": "neutral"}
calls = []
found = handed_in(lambda said: calls.append(said) or [spoken.get(text, "") for text in said], few)
hint = f"`ask` should be called once, with a list of all texts; you called it {len(calls)} times, first with "
checks.that(len(calls) == 1 and len(calls[0]) > 2, f"{hint}{calls[:1]}: a model works through them in batches.")
checks.that(set(found) == set("dbac"), "Each row has one line, with its own id.")
hint = "An answer stands beside the wrong id, or its class has the wrong number (0, 1, 2 as in `classes`)."
checks.that(found == wanted, hint)
### BEGIN HIDDEN TESTS
truth = checks.fresh().integers(3, size=30)
many = Dataset.from_dict({"id": [f"x{n}" for n in range(30)], "text": [f"{k} {n}" for n, k in enumerate(truth)]})
found = handed_in(lambda said: [classes[int(text.split()[0])] for text in said], many)
checks.that(found == {f"x{n}": int(k) for n, k in enumerate(truth)}, "An answer stands beside the wrong id.")
### END HIDDEN TESTS

# %% check="predictions_unreadable" points=2
five = Dataset.from_dict({"id": list("abcde"), "text": list("vwxyz"), "domain": ["news"] * 5})
hint = "Answers are read as in Exercise 8: case, white space around and one full stop do not matter."
spoken = dict(zip("vwxyz", [" Positive.", "NEGATIVE", "neutral\n", "positive", "neutral"], strict=True))
found = handed_in(lambda said: [spoken[text] for text in said], five)
checks.that(found == {"a": 2, "b": 0, "c": 1, "d": 2, "e": 1}, hint)
hint = "A row whose answer names no class still gets a line; left out, it would count as wrong for certain."
spoken = dict(zip("vwxyz", ["positive", "well,", "", "not negative", "positive"], strict=True))
found = handed_in(lambda said: [spoken[text] for text in said], five)
checks.that(set(found) == set("abcde") and found["a"] == found["e"] == 2, hint)
try:
    found = handed_in(lambda said: [""] * len(said), five)
except (LookupError, ValueError) as error:
    hint = "Where no answer at all can be read there is no commonest class: guess one all the same."
    checks.that(False, f"{hint} Yours stops: {error}")
checks.that(set(found) == set("abcde"), hint)


# %% check="predictions_score" points=3
def macro_f1(guess: dict[str, int], truth: dict[str, int]) -> float:
    """Macro-F1 of predictions by id; a missing id counts as wrong."""
    ids = sorted(truth)
    return f1_score([truth[i] for i in ids], [guess.get(i, -1) for i in ids], labels=[0, 1, 2], average="macro")


held = sentences["validation"]
number_of = {word: k for k, word in enumerate(classes)}
held = held.select(np.random.default_rng(0).permutation(len(held)))  # ids in no order
truth = dict(zip(held["id"], held["label"], strict=True))
said = {name: number_of[word] for name, word in zip(held["id"], stand_in(list(held["text"])), strict=True)}
expected = macro_f1(said, truth)
reached = macro_f1(handed_in(stand_in, held.remove_columns("label")), truth)
hint = (
    f"A linear model's answers have a macro-F1 of {expected:.3f} on held-out sentences, in your file of {reached:.3f}"
)
checks.that(abs(reached - expected) < 1e-6, f"{hint}: does each answer stand beside its own id, as its own number?")
### BEGIN HIDDEN TESTS
# Their judge is outside_judges.py: no label of a test row comes near this kernel.
try:
    answered = handed_in(ask_tuned, test_rows)
except Exception:  # an earlier exercise is wrong or open: that was paid for there
    answered = {}
checks.hand_over(tuned=answered, linear=handed_in(stand_in, test_rows))
### END HIDDEN TESTS

# %% [markdown]
# The file that counts: your tuned model's answers on the test sentences.


# %%
def hand_over():
    hand_in(ask_tuned, test_rows, "predictions.csv")
    table = pd.read_csv("predictions.csv")
    print(f"predictions.csv: {len(table):,} rows;", table["label"].map(classes.__getitem__).value_counts().to_dict())


hand_over()
