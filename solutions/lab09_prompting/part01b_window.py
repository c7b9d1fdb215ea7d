# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 2 · Examples, and the window as a budget
#
# *Why.* **In-context learning** means that the examples stand in the prompt and no parameter changes. Zero-shot: none;
# one-shot, few-shot: what the words say. Each example takes room in the **context window**, which instruction,
# examples, question *and* the answer share, and each is paid for in every single request.
#
# *Effort.* Easy, 20 minutes, 10 points.
#
# Write `few_shot_prompt`: the instruction, then each example (its prompt, **one space**, its answer), then the query,
# with one empty line between any two of them. An empty instruction leaves nothing behind, no empty line either. The
# prompt ends with the query: no space, no line break. And `shots_within`: how many of the examples, taken from the
# front without leaving one out, fit into the window beside the query and the room kept for the answer. Filling the
# window to the last token is allowed. Where not even the query and its answer fit, raise `ValueError`.
#
# <details><summary>Hint 1: why no space at the end?</summary>
#
# In these tokenizers a word carries the space in front of it: " positive" is one token. A prompt that ends with a
# space asks for a word without one, which the model has rarely seen there.
#
# </details>


# %% answer="few_shot_prompt"
def few_shot_prompt(shots: list[tuple[str, str]], query: str, instruction: str = "") -> str:
    """One text: instruction (if any), examples as (prompt, answer) in the order given, the query last."""
    ### BEGIN SOLUTION
    examples = [f"{prompt} {answer}" for prompt, answer in shots]
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *examples, query])
    ### END SOLUTION


def shots_within(shot_tokens: list[int], query_tokens: int, answer_tokens: int, window: int) -> int:
    """How many of the first examples fit.

    Args:
        shot_tokens: tokens of each example, in the order of the prompt.
        query_tokens: tokens of everything else that is read.
        answer_tokens: tokens to keep free for the answer.
        window: tokens that the model can hold, read and written together.
    Raises:
        ValueError: the query and its answer alone do not fit.
    """
    ### BEGIN SOLUTION
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("The query and its answer do not fit into the window.")
    return int(np.sum(np.cumsum(shot_tokens) <= free))
    ### END SOLUTION


# %% check="few_shot_text" points=3
examples_given = [("Review: Dull.\nSentiment:", "negative"), ("Review: A joy.\nSentiment:", "positive")]
given = copy.deepcopy(examples_given)
query = "Review: Hm.\nSentiment:"
found = few_shot_prompt(examples_given, query)
checks.that(isinstance(found, str), f"few_shot_prompt should return one text, yours is a {type(found).__name__}.")
checks.that(examples_given == given, "The list of examples has been changed: the next query would get other examples.")
expected = f"{examples_given[0][0]} negative\n\n{examples_given[1][0]} positive\n\n{query}"
places = [found.find("Dull"), found.find("A joy"), found.find("Hm.")]
hint = "Every example and the query belong in it, in the order given, the query last."
checks.that(-1 not in places and places == sorted(places), f"{hint} Yours is {found!r}.")
hint = "The prompt should end with the query itself: no white space, and no answer after it."
checks.that(found.endswith(query), f"{hint} Yours ends with {found[-25:]!r}.")
hint = "One space between an example's prompt and its answer, one empty line between examples."
checks.that(found == expected, f"{hint}\nexpected {expected!r}\nyours    {found!r}")
### BEGIN HIDDEN TESTS
for number in checks.fresh().integers(2, 6, size=3).tolist():
    many = [(f"Q{n}:", f"a{n}") for n in range(number)]
    found = few_shot_prompt(many, "Q:")
    checks.that(found == "".join(f"Q{n}: a{n}\n\n" for n in range(number)) + "Q:", f"{hint} Yours is {found!r}.")
### END HIDDEN TESTS

# %% check="few_shot_instruction" points=2 tags=["inside"]
found = few_shot_prompt([], query)
checks.that(found == query, f"Zero-shot without an instruction is the query alone; yours is {found!r}.")
found = few_shot_prompt([], query, "Judge the film.")
checks.that(found == f"Judge the film.\n\n{query}", f"Instruction, empty line, query; yours is {found!r}.")
found = few_shot_prompt(examples_given[:1], query, "Judge the film.")
hint = "The instruction is said once, in front of all examples;"
checks.that(found == f"Judge the film.\n\n{examples_given[0][0]} negative\n\n{query}", f"{hint} yours is {found!r}.")

# %% check="window_fits" points=3
lengths = [30, 20, 50, 60]
hint = "Beside 45 tokens there is room for 85: two examples have 50, three have 100."
checks.count(shots_within(lengths, 40, 5, 130), 2, "examples that fit into 130 tokens beside 40 + 5", hint)
hint = "The room for the answer was not kept: the window holds what is written as well as what is read."
checks.count(shots_within(lengths, 40, 50, 149), 2, "examples that fit into 149 tokens beside 40 + 50", hint)
hint = "Filling the window to its last token is allowed."
checks.count(shots_within(lengths, 40, 5, 95), 2, "examples that fit into 95 tokens beside 40 + 5", hint)
hint = "From the front, without leaving one out: after an example that does not fit, a shorter one is not taken."
checks.count(shots_within([30, 20, 50, 10], 40, 5, 106), 2, "examples that fit into 106 tokens beside 40 + 5", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh("window_fits")
fitting = []
for _ in range(6):
    lengths = rng.integers(1, 90, size=8).tolist()
    others = rng.integers(1, 60, size=2).tolist()
    fitting.append(shots_within(lengths, *others, window=int(rng.integers(130, 420))))
checks.hand_over(fitting=fitting)
### END HIDDEN TESTS

# %% check="window_edges" points=2
given = [30, 20]
hint = "Not even the first fits."
checks.count(shots_within(given, 40, 5, 64), 0, "examples that fit into 64 tokens beside 40 + 5", hint)
checks.that(given == [30, 20], "The list of lengths has been changed.")
checks.count(shots_within([], 40, 5, 45), 0, "examples that fit when there are none")
checks.count(shots_within(given, 40, 5, 500), 2, "examples that fit into 500 tokens", "There are two, and both fit.")
refused = False
try:
    shots_within(given, 40, 5, 44)
except ValueError:
    refused = True
hint = "A query of 40 tokens with 5 for its answer does not fit into 44: that is no prompt without examples, but none."
checks.that(refused, f"{hint} Raise ValueError.")

# %% [markdown]
# How many examples fit is a matter of tokens, not of taste. Below, the share of the window that *n* examples of the
# pool take, with this profile's tokenizer.

# %%
tokenizer = load_tokenizer(settings.model)
small_tokenizer = load_tokenizer(settings.small)


def window_table() -> pd.DataFrame:
    """For windows of several sizes: how many of the pool's texts fit as examples, in the pool's order."""
    query = "Review: \nSentiment:"
    used = token_lengths([f"{query}{text} positive\n\n" for text in pool["text"].head(2000)], tokenizer)
    longest = max(token_lengths([query + text for text in texts], tokenizer))
    rows = {f"{window:,}": shots_within(used, longest, 1, window) for window in settings.windows}
    table = pd.DataFrame({"examples that fit": rows}).rename_axis("window, tokens")
    return table.assign(**{"tokens an example, median": int(np.median(used))})


window_table()
