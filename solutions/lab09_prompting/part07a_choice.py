# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 7 · Decide
#
# ## Exercise 9 · Choose a prompt
#
# *Why.* Anyone who tries forty prompts on the test set and reports the best has tuned on the test set, by hand. Prompts
# are hyperparameters: chosen on validation, reported on test, once. And one lucky draw is no prompt: what you deploy
# has the mean over draws, not the best of them.
#
# *Effort.* Medium, 20 minutes, 6 points.
#
# Write `choose_prompt`, with a rule of your own. It gets one record for each setup and draw, and returns a setup's
# name. The rule is yours within three limits: it looks at the **mean over a setup's draws** of `validation` accuracy
# and at `tokens`, never at `test`; the choice is **not beaten**, that is, no other setup has at least its mean accuracy
# with fewer tokens, or more accuracy with no more tokens; and it is at most `margin` below the best mean. You will
# defend your rule in the question that follows.
#
# <details><summary>Hint 1: two rules that stay within the limits</summary>
#
# The most accurate setup, and the cheaper of two equals. Or the cheapest within the margin.
#
# </details>


# %% answer="choose_prompt"
def choose_prompt(records: list[dict], margin: float) -> str:
    """The name of the chosen setup.

    Args:
        records: one for each setup and draw, with keys name, draw, validation (accuracy, 0 to 1), test and tokens (of a
            request; the same in all draws of a setup).
        margin: how far below the best mean validation accuracy the choice may lie, 0 to 1.
    """
    ### BEGIN SOLUTION
    table = pd.DataFrame(records).groupby("name").agg(validation=("validation", "mean"), tokens=("tokens", "mean"))
    good = table[table["validation"] >= table["validation"].max() - margin - 1e-12]
    return str(good.sort_values(["tokens", "validation"], ascending=[True, False]).index[0])
    ### END SOLUTION


# %% check="choice_draws" points=2
def records_of(setups: dict[str, tuple[list[float], float, int]]) -> list[dict]:
    """Records of name -> (validation of each draw, test, tokens), the draws of all setups mixed."""
    rows = []
    for name, (accuracies, test, tokens) in setups.items():
        for draw, value in enumerate(accuracies):
            rows.append({"name": name, "draw": draw, "validation": value, "test": test, "tokens": tokens})
    return sorted(rows, key=lambda row: row["draw"])


def chosen_from(setups: dict, margin: float) -> str:
    """choose_prompt's choice, after a look at the records and at the name."""
    records = records_of(setups)
    given = copy.deepcopy(records)
    found = choose_prompt(records, margin)
    checks.that(records == given, "The records have been changed: the table would be different for the next reader.")
    checks.that(
        isinstance(found, str) and found in setups,
        f"The name of a setup is asked for, one of {list(setups)}; yours gave {found!r}.",
    )
    return found


lucky = {"steady": ([0.8, 0.8, 0.8], 0.7, 90), "lucky": ([0.9, 0.5, 0.6], 0.7, 90), "poor": ([0.6, 0.6], 0.7, 40)}
found = chosen_from(lucky, 0.05)
hint = "'lucky' has the best single draw, and the mean of its draws is 0.67; 'steady' has 0.80 in all three."
checks.that(found != "lucky", hint)
checks.that(found == "steady", "'poor' costs less, but lies 0.20 below the best, more than the margin of 0.05.")

# %% check="choice_validation" points=2
tempting = {"a": ([0.8, 0.8], 0.6, 90), "b": ([0.7, 0.7], 0.9, 90), "c": ([0.72, 0.72], 0.95, 100)}
hint = "was chosen, which is best on TEST and lies behind on validation: whatever is chosen on test has no test left."
found = chosen_from(tempting, 0.05)
checks.that(found == "a", f"'{found}' {hint}")
for test in (0.1, 0.9):
    again = {name: (values, test, tokens) for name, (values, _, tokens) in tempting.items()}
    checks.that(
        chosen_from(again, 0.05) == "a", "With other test accuracies another setup was chosen: never look at them."
    )

# %% check="choice_front" points=2
beaten = {"long": ([0.8, 0.8], 0.8, 500), "short": ([0.8, 0.8], 0.8, 50), "middle": ([0.79, 0.79], 0.8, 200)}
found = chosen_from(beaten, 0.05)
hint = "'short' is as accurate with a tenth of the tokens or fewer"
checks.that(found == "short", f"'{found}' was chosen, but {hint}: a choice must not be beaten.")
twins = {"plain": ([0.70, 0.74], 0.8, 60), "better": ([0.73, 0.75], 0.8, 60), "dear": ([0.76, 0.76], 0.8, 900)}
found = chosen_from(twins, 0.05)
checks.that(
    found in ("better", "dear"), "'better' has more accuracy than 'plain' at the same price: 'plain' is beaten."
)
checks.that(chosen_from(twins, 0.0) == "dear", "With a margin of 0 only the best mean accuracy remains, 'dear'.")
checks.that(chosen_from({"only": ([0.4], 0.5, 10)}, 0.1) == "only", "Where there is one setup, there is one choice.")
### BEGIN HIDDEN TESTS
rng = checks.fresh("choice_front")
chosen = []
for _ in range(5):
    setups = {f"s{n}": (rng.uniform(0.5, 0.9, size=3).tolist(), 0.5, int(rng.integers(20, 900))) for n in range(6)}
    chosen.append(choose_prompt(records_of(setups), 0.08))
checks.hand_over(chosen=chosen)
### END HIDDEN TESTS

# %% [markdown]
# Your rule on what was measured: the validation texts are split in two halves, one to choose on and one, kept apart
# until now, to report. (The test texts have no labels here.)


# %%
def request_tokens(count: int) -> float:
    """Mean tokens of a prompt with so many examples, over draws and the first held-out texts."""
    words = WORDINGS[usual]
    prompts = []
    for draw in settings.draws:
        chosen = pool.iloc[drawn_shots(count, draw)]
        pairs_of = zip(chosen["text"], chosen["positive"], strict=True)
        shots = [(words["query"].format(text=text), words["labels"][label]) for text, label in pairs_of]
        prompts += [few_shot_prompt(shots, words["query"].format(text=text)) for text in texts[:40]]
    return float(np.mean(token_lengths(prompts, tokenizer)))


# %%
def setup_records() -> list[dict]:
    """A record for each number of examples, calibration and draw: halves of the held-out texts as validation and test."""
    first = np.arange(len(texts)) % 2 == 0
    records = []
    read = {count: request_tokens(count) for count in settings.shots}
    for count in settings.shots:
        for draw in settings.draws if count else settings.draws[:1]:
            shots = drawn_shots(count, draw)
            for kind, scores in calibrated(measured(usual, tuple(shots))).items():
                right = scores.argmax(axis=1) == truth
                row = {"name": f"{count} shots, {kind}", "draw": draw, "tokens": read[count]}
                records.append(row | {"validation": right[first].mean(), "test": right[~first].mean()})
    return records


# %%
records = setup_records()
wanted = {"validation": ["mean", "std"], "test": ["mean", "std"], "tokens": "mean"}
table = pd.DataFrame(records).groupby("name").agg(wanted)
print("Your choice:", choose_prompt(records, settings.margin))
table.round(3)
