# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# At {{ s.tiny.block }} weights a block, NF4 errs less than int4 with the same bits, and quantising the scales saves
# three eighths of a bit at a cost that shows in the fourth decimal, if at all. A larger block saves bits and errs more:
# the more weights share a scale, the larger their largest. What an error in weights does to words is another question,
# and Part 4 comes to it before anything is tuned.
#
# # Part 3 · Before
#
# ## Exercise 8 · Score what was written
#
# *Why.* A generator may answer anything: "Positive.", "I think it is positive", or nothing at all. A score that forgets
# the answers it cannot read is a score that silence wins.
#
# *Effort.* Easy, 15 minutes, 7 points.
#
# Write `parse_answer`: the class of an answer which, apart from upper and lower case, surrounding white space and one
# full stop at the end, is exactly a label; `None` otherwise. And `score_answers`: `exact_match`, the share of answers
# that are the right label to the letter; `parse_failures`, the share without a class; `macro_f1` over the classes,
# where an answer without a class is a miss for the class it should have had.
#
# <details><summary>Hint 1: why not look for the word anywhere?</summary>
# "It is not negative" contains one. Do you know what the model meant?
# </details>
# <details><summary>Hint 2: macro-F1 with failures</summary>
# Give failures a number that is no class, −1 say, and tell <code>f1_score</code> which <code>labels</code> count (and
# <code>zero_division=0</code>).
# </details>


# %% answer="score_answers"
def parse_answer(text: str, classes: list[str]) -> int | None:
    """The number of the class that the answer names, or None."""
    ### BEGIN SOLUTION
    word = text.strip().lower().removesuffix(".")
    return classes.index(word) if word in classes else None
    ### END SOLUTION


def score_answers(answers: list[str], labels: list[int], classes: list[str]) -> dict[str, float]:
    """exact_match, parse_failures and macro_f1, all from 0 to 1 and over all answers."""
    ### BEGIN SOLUTION
    found = [parse_answer(text, classes) for text in answers]
    exact = [text == classes[label] for text, label in zip(answers, labels, strict=True)]
    numbers = [-1 if label is None else label for label in found]
    f1 = f1_score(list(labels), numbers, labels=range(len(classes)), average="macro", zero_division=0)
    return {"exact_match": np.mean(exact), "parse_failures": numbers.count(-1) / len(numbers), "macro_f1": f1}
    ### END SOLUTION


# %% check="score_parse" points=2
kinds = ["negative", "neutral", "positive"]
hint = "An answer counts whatever its case, with white space around it and with one full stop behind it."
checks.that([parse_answer(text, kinds) for text in ("positive", " Negative\n", "NEUTRAL.")] == [2, 0, 1], hint)
hint = "An answer that merely contains a label is not that label: 'not negative' is no negative. Give None."
odd = ["It is not negative", "positive and negative", "posit", "", "neutral neutral", "positively"]
checks.that(all(parse_answer(text, kinds) is None for text in odd), hint)

# %% check="score_exact" points=1
found = score_answers(["positive", "Positive.", "neutral", "?"], [2, 2, 1, 0], kinds)
checks.keys(found, ["exact_match", "parse_failures", "macro_f1"], "the scores")
hint = "exact_match is to the letter: 'Positive.' names the class but is no exact match. Two of these four are."
checks.close(found["exact_match"], 0.5, "exact_match", hint=hint)

# %% check="score_failures" points=2
found = score_answers(["positive", "what?", "", "neutral"], [0, 2, 2, 1], kinds)
hint = "Two of four answers name no class: parse_failures is a share of all answers, wrong ones are no failures."
checks.close(found["parse_failures"], 0.5, "parse_failures", hint=hint)
hint = "With no readable answer at all, nothing is right: parse_failures 1, macro_f1 0."
found = score_answers(["what?"] * 3, [0, 1, 2], kinds)
checks.close([found["parse_failures"], found["macro_f1"]], [1.0, 0.0], "parse_failures and macro_f1", hint=hint)


# %% check="score_macro" points=2
def reference_f1(guess: list[int], truth: list[int]) -> float:
    both = [
        [sum(g == k == t for g, t in zip(guess, truth, strict=True)), guess.count(k) + truth.count(k)] for k in range(3)
    ]
    return sum(2 * hits / max(1, mentions) for hits, mentions in both) / 3


hint = (
    "Each of the three classes one vote; an unreadable answer is a miss for its true class and must not be left out, "
)
hint += "nor be counted as some class."
truth = [0, 0, 0, 1, 1, 2, 2, 2]
guess = [0, 0, -1, -1, 1, 2, -1, 1]  # no class number fits for -1
found = score_answers([[*kinds, "hm"][g] for g in guess], truth, kinds)["macro_f1"]
checks.close(found, reference_f1(guess, truth), "macro_f1", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
truth = rng.integers(3, size=60).tolist()
guess = rng.integers(-1, 3, size=60).tolist()
found = score_answers([[*kinds, "hm"][g] for g in guess], truth, kinds)["macro_f1"]
checks.close(found, reference_f1(guess, truth), "macro_f1", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# Two more numbers. Exact match asks for a form as well as for an opinion; so we also ask which of the three labels
# the model holds *likeliest*, whatever it would have written. And the voice: held-out loss by your Exercise 3, and a
# **style classifier**, logistic regression on words, pairs of words and punctuation, that tells Bierce's definitions
# from what this model wrote for the same words before tuning, and from sentences of reviews, newspapers and speeches.
# The score is the mean probability that it gives a sample of being his. It knows his words, not his wit; so read the
# samples as well.


# %%
def asked(chats: Dataset) -> list[str]:
    """Each chat up to the assistant's turn, which is opened."""
    return [
        tokenizer.apply_chat_template(row["messages"][:-1], tokenize=False, add_generation_prompt=True) for row in chats
    ]


def answers_of(model, prompts: list[str], new_tokens: int, **sampling) -> list[str]:
    """The model's answers to opened chats, many at a time."""
    size = settings.ask_batch
    found = []
    for first in tqdm(range(0, len(prompts), size), desc="Answers", delay=10, leave=False):
        found += continued(model, prompts[first : first + size], new_tokens, **sampling)
    return found


# %%
@torch.no_grad()
def row_losses(model, rows: list[dict]) -> np.ndarray:
    """Summed -log p of each row's labelled tokens and their number, (rows, 2); rows in batches of like length."""
    order = np.argsort([len(row["input_ids"]) for row in rows])
    found = np.zeros((len(rows), 2))
    was_training = model.training
    model.eval()
    for chosen in np.array_split(order, -(-len(rows) // settings.ask_batch)):
        batch = collate([rows[row] for row in chosen], tokenizer.pad_token_id)
        batch = {name: values.to(device) for name, values in batch.items()}
        logits = model(batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False).logits.float()
        for place, row in enumerate(chosen):
            wanted = batch["labels"][place : place + 1]
            count = int((wanted != -100).sum())
            found[row] = answer_loss(logits[place : place + 1], wanted).item() * count, count
    model.train(was_training)
    return found


# %%
def mean_loss(losses: np.ndarray) -> tuple[float, float]:
    """Nats a token over all rows, and its standard error: rows are what was drawn, not tokens."""
    mean = losses[:, 0].sum() / losses[:, 1].sum()
    error = np.std(losses[:, 0] - mean * losses[:, 1], ddof=1) * np.sqrt(len(losses)) / losses[:, 1].sum()
    return float(mean), float(error)


def mean_change(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """What mean_loss gives for the difference, row by row: far surer than the difference of two uncertain means."""
    return mean_loss(np.stack([after[:, 0] - before[:, 0], before[:, 1]], axis=1))


# %%
def likeliest(model, chats: Dataset) -> np.ndarray:
    """The class whose label the model holds likeliest, for each chat."""
    costs = []
    for word in classes:
        said = [[*row["messages"][:-1], {"role": "assistant", "content": word}] for row in chats]
        costs.append(row_losses(model, rows_of(Dataset.from_list([{"messages": talk} for talk in said])))[:, 0])
    return np.stack(costs).argmin(0)


# %%
def judge_sentiment(model) -> dict[str, float]:
    """Scores of the model's answers on the held-out sentences, and the share of its likeliest labels that are right."""
    chats = jobs["sentiment"]["validation"]
    scores = score_answers(answers_of(model, asked(chats), settings.label_tokens), list(labels), classes)
    return scores | {"likeliest_right": float(np.mean(likeliest(model, chats) == labels))}


# %%
def lazy() -> dict[str, float]:
    """What always answering with one class would score."""
    return score_answers([classes[0]] * len(labels), list(labels), classes)


# %%
def beginning(said: list[str]) -> list[str]:
    """The first settings.voice_tokens tokens of each text, so that length gives nobody away."""
    return tokenizer.batch_decode([ids[: settings.voice_tokens] for ids in tokenizer(list(said))["input_ids"]])


def define(model, split: str, number: int, seed: int = 0) -> list[tuple[str, str]]:
    """(prompt, sampled definition) for the first words of a split of the voice."""
    set_seed(seed)
    chats = jobs["voice"][split].select(range(min(number, len(jobs["voice"][split]))))
    sampling = {"temperature": settings.temperature, "top_p": settings.top_p}
    found = answers_of(model, asked(chats), settings.voice_tokens, **sampling)
    return [(row["messages"][-2]["content"], text) for row, text in zip(chats, found, strict=True)]


# %%
@functools.cache
def style_classifier():
    """Logistic regression that gives the probability that a text is Bierce's; and its accuracy on held-out texts."""
    parts = []
    for split in ("train", "validation"):
        his = [row["messages"][-1]["content"] for row in jobs["voice"][split]]
        own = [text for _, text in define(base_model(), split, settings.style_words, seed=1)]
        speeches = [re.split(r"(?<=[.!?]) ", text)[0] for text in load_speeches()[split]["text"][: len(own)]]
        theirs = own + list(texts[split]["text"][: len(own)]) + speeches
        parts.append((beginning(his + theirs), [1] * len(his) + [0] * len(theirs)))
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), lowercase=False, token_pattern=r"\w+|[^\w\s]")
    model = make_pipeline(words, LogisticRegression(C=10, class_weight="balanced", max_iter=300))
    return model.fit(*parts[0]), model.score(*parts[1])


# %%
def judge_voice(model) -> dict:
    """Held-out loss (nats a token) with its standard error over definitions; style score of samples; the samples."""
    losses = row_losses(model, rows_of(jobs["voice"]["validation"]))
    mean, error = mean_loss(losses)
    written = define(model, "validation", settings.samples)
    style = style_classifier()[0].predict_proba([text for _, text in written])[:, 1].mean()
    return {"held-out loss": mean, "standard error": error, "rows": losses, "style": style, "written": written}


# %%
JUDGES = {"sentiment": judge_sentiment, "voice": judge_voice}


@functools.cache
def before(job: str) -> dict:
    judge = JUDGES[job]
    return judge(base_model())


# %%
def show_before():
    print("sentiment:", {name: round(float(value), 3) for name, value in before("sentiment").items()})
    voiced = before("voice")
    loss = f"{voiced['held-out loss']:.2f} ± {voiced['standard error']:.2f}"
    style = f"{voiced['style']:.2f}"
    print(f"voice: held-out loss {loss} nats a token (± its standard error over definitions), taken for Bierce {style}")
    print(f"(the style classifier is right on {style_classifier()[1]:.3f} of texts that it has not seen)")
    first = answers_of(base_model(), asked(jobs["sentiment"]["validation"])[:1], 12)[0]
    print(f"its answer to the first sentence: {first!r}")


show_before()
