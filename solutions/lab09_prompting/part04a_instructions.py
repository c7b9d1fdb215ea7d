# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# **What this shows.** As the recorded scores come, the number of examples says little about the accuracy, and which
# examples were drawn, in which order, says much: the same four examples give .50 or .83. The size of the points tells
# why. With SmolLM2, batch calibration brings every draw of the first wording up, and content-free calibration some
# up and others down: "N/A" is not a text without a verdict, it is a text of another kind. No calibration makes good label words
# of bad ones. Once calibrated, eight examples are hardly better than none: in a model of this size more examples stop
# helping early. In profile tiny the bias goes as well, and nothing is left behind it: a model that cannot tell the
# reviews apart has nothing to be calibrated for.
#
# # Part 4 · Instruction tuning
#
# ## Exercise 5 · Split texts, not rows
#
# *Why.* Instruction data holds a text several times: once to be judged, once to be assigned to its source, once in
# another wording. Split row by row, and a text that was trained on in one wording is tested in another. The accuracy
# on validation then measures memory.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `split_instructions`: the split of each row, `"train"`, `"validation"` or `"test"`. All rows of one `text_id`
# get the same split; the split of a text follows from its id alone, so that adding rows or sorting them moves nothing,
# on any machine and in any process; about the given shares of *texts* become validation and test.
#
# <details><summary>Hint 1: a fair coin that always falls the same way</summary>
#
# A hash of the id, read as a number and divided by the largest one, is as good as uniform in 0 to 1:
# `int(hashlib.sha256(text_id.encode()).hexdigest(), 16) / 2**256`.
#
# </details>
# <details><summary>Hint 2: why not Python's own hash?</summary>
#
# `hash("a")` is another number in each process. Try it in two.
#
# </details>


# %% answer="split_instructions"
def split_instructions(rows: list[dict], validation: float = 0.1, test: float = 0.1) -> list[str]:
    """The split of each row, in the rows' order.

    Args:
        rows: instruction rows, each with a key `text_id` (a text) beside others.
        validation, test: shares of texts, 0 to 1.
    """
    ### BEGIN SOLUTION
    places = [int(hashlib.sha256(row["text_id"].encode()).hexdigest(), 16) / 2**256 for row in rows]
    return ["test" if p < test else "validation" if p < test + validation else "train" for p in places]
    ### END SOLUTION


# %% check="split_texts" points=3
def rows_for(ids: list[str], tasks=("sentiment", "source", "rewrite")) -> list[dict]:
    """Each text once for each task, task by task."""
    return [{"text_id": i, "task": task, "prompt": f"{task}: {i}"} for task in tasks for i in ids]


def splits_of(rows: list[dict], **shares) -> list[str]:
    """What split_instructions gives, after a look at its form and at the rows."""
    given = copy.deepcopy(rows)
    found = split_instructions(rows, **shares)
    checks.that(rows == given, "The rows have been changed: the caller's list would be in another order, or differ.")
    found = list(found)
    checks.count(len(found), len(rows), "the number of splits", "One split for each row, in the rows' order.")
    odd = sorted({str(name) for name in found} - {"train", "validation", "test"})
    checks.that(not odd, f"A split is called train, validation or test; yours also {odd[:3]}.")
    return found


rows = rows_for([f"text-{n:04d}" for n in range(1500)])
found = splits_of(rows)
names = {}
for row, split in zip(rows, found, strict=True):
    names.setdefault(row["text_id"], set()).add(split)
mixed = [text for text, splits in names.items() if len(splits) > 1]
hint = f"{len(mixed)} of 1,500 texts are in more than one split, so what is tested was trained on in another wording: "
checks.that(not mixed, f"{hint}the split must be the text's, not the row's.")
checks.that(len(set(found)) == 3, f"Only {sorted(set(found))} came out of 1,500 texts: all three splits are needed.")

# %% check="split_stable" points=3 tags=["inside"]
ids = [f"text-{n:04d}" for n in range(400)]
rows = rows_for(ids)
before = dict(zip([row["text_id"] for row in rows], splits_of(rows), strict=True))
fewer = rows_for(ids[250:120:-1], ("source",))
after = dict(zip([row["text_id"] for row in fewer], splits_of(fewer), strict=True))
hint = "The same texts in another order, with fewer others around them, got other splits. A text's split follows from "
checks.that(all(before[text] == split for text, split in after.items()), f"{hint}its id alone.")
single = [splits_of(rows_for([text], ("source",)))[0] for text in ids[:60]]
checks.that(single == [before[text] for text in ids[:60]], f"{hint}its id alone, also where it comes alone.")
checks.that(splits_of([]) == [], "Of no rows there are no splits: return an empty list.")
### BEGIN HIDDEN TESTS
import builtins

own_hash = builtins.hash
asked = []
builtins.hash = lambda value: asked.append(value) or own_hash(value)
try:
    split_instructions(rows_for(ids[:5]))
finally:
    builtins.hash = own_hash
hint = "Python's hash() of a text is another number in each process: tomorrow's splits would mix with today's."
checks.that(not any(isinstance(value, str | bytes | tuple) for value in asked), hint)
### END HIDDEN TESTS

# %% check="split_shares" points=2
rows = rows_for([f"review/{n}" for n in range(3000)], ("sentiment",))
found = splits_of(rows, validation=0.3, test=0.05)
share = {name: found.count(name) / len(found) for name in ("train", "validation", "test")}
hint = "The shares were swapped: 30% were asked for in validation and 5% in test." if share["test"] > 0.2 else ""
hint = hint or "Validation 30% and test 5% of the texts were asked for, as arguments;"
fits = abs(share["validation"] - 0.3) < 0.05 and abs(share["test"] - 0.05) < 0.03
checks.that(fits, f"{hint} yours are {share['validation']:.1%} and {share['test']:.1%} (within 5 and 3 points counts).")
found = splits_of(rows, validation=0.0, test=0.0)
checks.that(set(found) == {"train"}, "With shares of 0 everything is training data.")
### BEGIN HIDDEN TESTS
rng = checks.fresh("split_shares")
ids = [f"{n:06x}" for n in rng.permutation(2**20)[:3000]]
checks.hand_over(ids=ids, splits=split_instructions(rows_for(ids, ("a",)), validation=0.15, test=0.25))
### END HIDDEN TESTS

# %% [markdown]
# The instruction data: four tasks in two of the three kinds of template, and the stand-in for the third. Every row is
# filled by your `fill_template`, and your function splits them. (The rows all come from the course's *training* parts;
# its validation texts stay what everything is measured on.)

# %%
TASKS = {
    "sentiment": "Review: {{ text }}\nSentiment: ||| {{ ['negative', 'positive'][positive] }}",
    "source": "Text: {{ text }}\nSource: ||| {{ domain }}",
    "define": "Define {{ prompt }}.\nDefinition: ||| {{ completion }}",
    "name it": "Definition: {{ completion }}\nWord: ||| {{ prompt }}",
}


def instruction_rows() -> pd.DataFrame:
    """All rows: task, text_id, prompt and completion, with the split that your function gives."""
    everything = load_sentiment()["train"].to_pandas().sample(settings.source_rows, random_state=0)
    voice = load_voice()["train"].to_pandas()
    some = pool.head(settings.task_rows)
    data = {"sentiment": some, "source": everything, "define": voice, "name it": voice}
    rows = []
    for task, template in TASKS.items():
        for row in data[task].to_dict("records"):
            prompt, completion = fill_template(template, row)
            rows.append({"task": task, "text_id": row["id"], "prompt": prompt, "completion": completion})
    return pd.DataFrame(rows).assign(split=split_instructions(rows))


instructions = instruction_rows()
instructions.groupby(["task", "split"]).size().unstack()
