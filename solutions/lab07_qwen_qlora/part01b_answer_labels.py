# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 2 · Which tokens may enter the loss
#
# *Why.* The model is to learn to answer, not to write other people's questions. So the loss looks at the assistant's
# words alone, and at the `<|im_end|>` after them, without which it never learns to stop. Everything else gets the label
# −100, which PyTorch's losses pass over. When this goes wrong, nothing crashes: the loss falls, and the model learns
# something else.
#
# *Effort.* Medium, 25 minutes, 10 points.
#
# Write `answer_labels`: one label for each token of a chat; the token itself inside each assistant's turn (content and
# closing `<|im_end|>`), −100 elsewhere: on the other turns, on the opening `<|im_start|>assistant` with its line
# break, on the line break after `<|im_end|>`. The model shifts labels by one itself: do not. And `collate`: a batch,
# padded on the right to its longest row with `pad_token_id`, attention mask 0 and label −100.
#
# <details><summary>Hint 1: how do I find the turns?</summary>
# <code>tokenizer.encode("&lt;|im_start|&gt;assistant\n")</code> is a short list of ids. Walk along the chat; wherever
# that list stands, the answer begins behind it, and it ends with the next <code>&lt;|im_end|&gt;</code>.
# </details>
# <details><summary>Hint 2: padding and the end of a turn</summary>
# Some tokenizers pad with the very token that ends a turn. Whoever masks "every pad token" out of the loss then masks
# the ending as well. You know which places you have added: mask those.
# </details>


# %% answer="answer_labels"
def answer_labels(input_ids: list[int], tokenizer) -> list[int]:
    """The ids in the assistant's turns (content and closing <|im_end|>), -100 elsewhere; as long as input_ids."""
    ### BEGIN SOLUTION
    opening = tokenizer.encode("<|im_start|>assistant\n")
    closing = tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels = [-100] * len(input_ids)
    inside = False
    for place, token in enumerate(input_ids):
        if inside:
            labels[place] = token
            inside = token != closing
        elif input_ids[max(0, place + 1 - len(opening)) : place + 1] == opening:
            inside = True
    return labels
    ### END SOLUTION


def collate(rows: list[dict], pad_token_id: int) -> dict[str, torch.Tensor]:
    """input_ids, attention_mask and labels, each (rows, longest), of rows with lists input_ids and labels."""
    ### BEGIN SOLUTION
    longest = max(len(row["input_ids"]) for row in rows)
    batch = {"input_ids": [], "attention_mask": [], "labels": []}
    for row in rows:
        length = len(row["input_ids"])
        missing = longest - len(row["input_ids"])
        batch["input_ids"].append(row["input_ids"] + [pad_token_id] * missing)
        batch["attention_mask"].append([1] * length + [0] * missing)
        batch["labels"].append(row["labels"] + [-100] * missing)
    return {name: torch.tensor(values) for name, values in batch.items()}
    ### END SOLUTION


# %% check="labels_prompt" points=2
def tokens_of(talk: list[tuple[str, str]]) -> tuple[list[int], list[int]]:
    """(ids, 1 for each token of an assistant's turn) of (role, content) pairs, as the template itself marks them."""
    messages = [{"role": role, "content": content} for role, content in talk]
    found = small_tokenizer.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    return found["input_ids"], found["assistant_masks"]


one = [("system", "Be brief."), ("user", "Was the assistant any good?"), ("assistant", "Not at all.")]
ids, mask = tokens_of(one)
found = answer_labels(list(ids), small_tokenizer)
checks.count(len(found), len(ids), "the number of labels", "One label for each token of the chat.")
hint = "Prompt tokens are in the loss: the system's and the user's turns and <|im_start|>assistant get the label -100."
first = mask.index(1)
checks.that(all(label == -100 for label in found[:first]), hint)
hint = "The answer's own tokens have no label: without them nothing is learnt."
checks.that(all(label != -100 for label in found[first : first + 3]), hint)

# %% check="labels_stop" points=2
ids, mask = tokens_of([("user", "So?"), ("assistant", "Good.")])
found = answer_labels(list(ids), small_tokenizer)
last = max(n for n, inside in enumerate(mask) if inside)
hint = "The <|im_end|> that closes the answer belongs to the loss: who never sees it there never learns to stop."
checks.that(found[last] != -100, hint)
hint = "The line break after <|im_end|> is the template's, not the answer's: -100. So is the user's <|im_end|>."
checks.that(found[last + 1] == -100 and [label != -100 for label in found] == [bool(m) for m in mask], hint)

# %% check="labels_turns" points=2
talk = [("user", "A?"), ("assistant", "It is fine."), ("user", "And B?"), ("assistant", "Dull."), ("user", "Thanks.")]
ids, mask = tokens_of(talk)
found = [label != -100 for label in answer_labels(list(ids), small_tokenizer)]
hint = "This chat has two answers, and a user's turn at its end: every assistant's turn has labels, nothing else."
checks.that(found == [bool(inside) for inside in mask], hint)
ids, mask = tokens_of([("user", "assistant\nHm."), ("assistant", "Yes.")])
found = [label != -100 for label in answer_labels(list(ids), small_tokenizer)]
hint = "This user wrote 'assistant' and a line break, which opens no turn: look for <|im_start|> before them as well."
checks.that(found == [bool(inside) for inside in mask], hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for turns in rng.integers(3, 7, size=3):
    roles = ["user", "assistant"] * 4
    said = [" ".join(rng.choice(["the assistant", "film", "was", "dull", "user"], 3)) for _ in range(turns)]
    ids, mask = tokens_of(list(zip(roles, said)))  # noqa: B905  as many roles as texts
    found = [label != -100 for label in answer_labels(list(ids), small_tokenizer)]
    checks.that(found == [bool(inside) for inside in mask], "Every assistant's turn has labels, nothing else.")
### END HIDDEN TESTS

# %% check="labels_unshifted" points=2 tags=["inside"]
ids, mask = tokens_of(one)
given = list(ids)
found = answer_labels(ids, small_tokenizer)
hint = "Where a label is not -100 it is the token at the same place: the model does the shift by one itself."
inside = [(token, label) for token, label in zip(ids, found, strict=True) if label != -100]
checks.that(inside and all(token == label for token, label in inside), hint)
checks.that(list(ids) == given, "The ids have been changed in place: the caller still needs them.")

# %% check="labels_padding" points=2
end = small_tokenizer.eos_token_id
rows = [{"input_ids": [5, 6, 7, end], "labels": [-100, -100, 7, end]}, {"input_ids": [8, end], "labels": [8, end]}]
for pad in (0, end):  # the second: a tokenizer that pads with the token that ends a turn
    found = collate([dict(row) for row in rows], pad)
    checks.keys(found, ["input_ids", "attention_mask", "labels"], "the batch")
    hint = "Pad on the right with pad_token_id; attention mask 1 on real tokens, 0 on padding."
    checks.close(found["input_ids"], [[5, 6, 7, end], [8, end, pad, pad]], "input_ids", hint=hint)
    checks.close(found["attention_mask"], [[1, 1, 1, 1], [1, 1, 0, 0]], "attention_mask", hint=hint)
    hint = "Padding gets the label -100, a real <|im_end|> keeps its own, also where both are the same token."
    checks.close(found["labels"], [[-100, -100, 7, end], [8, end, -100, -100]], "labels", hint=hint)
