# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 3 · The loss of the answers
#
# *Why.* "Held-out loss" is a mean, and it matters of what. Over all tokens it flatters a long prompt; as a mean of
# rows' means it weighs a one-word answer as much as a paragraph.
#
# *Effort.* Easy, 15 minutes, 6 points.
#
# Write `answer_loss`: the logits at place *t* predict the token at *t* + 1. Take −log p of each labelled token, in
# nats, and average over all labelled tokens of the batch together.
#
# <details><summary>Hint 1: −100 is no class</summary>
# Either let <code>nn.functional.cross_entropy</code> pass over −100 (its <code>ignore_index</code>), or replace it by
# 0 before you look anything up, and leave those places out of the mean.
# </details>


# %% answer="answer_loss"
def answer_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean -log p (nats) over the labelled tokens; logits (rows, tokens, words), labels (rows, tokens)."""
    ### BEGIN SOLUTION
    log_p = logits[:, :-1].log_softmax(-1)
    wanted = labels[:, 1:]  # place t predicts the token at t + 1
    learnt = wanted != -100
    picked = log_p.gather(-1, wanted.clamp(min=0).unsqueeze(-1)).squeeze(-1)  # (rows, tokens - 1)
    return -(picked * learnt).sum() / learnt.sum()
    ### END SOLUTION


# %% check="loss_shift" points=3
def certain(ids: torch.Tensor, words: int = 9) -> torch.Tensor:
    """Logits that are nearly sure of the next token of each row."""
    return 12.0 * nn.functional.one_hot(ids.roll(-1, dims=1), words).float()


ids = torch.tensor([[1, 2, 3, 4, 5], [3, 1, 4, 1, 5]])
found = answer_loss(certain(ids), ids)
checks.shape(found, (), "the loss", "One number for the whole batch.")
hint = "These logits know each NEXT token, so the loss is nearly 0: logits at t belong to the label at t + 1."
checks.between(found, 0, 0.01, "the loss", hint)


# %% check="loss_mean" points=3
def reference_loss(logits, labels):
    return nn.functional.cross_entropy(logits[:, :-1].reshape(-1, logits.shape[-1]), labels[:, 1:].reshape(-1))


logits = torch.randn(2, 6, 9, generator=torch.Generator().manual_seed(0)) * 3
labels_given = torch.tensor([[-100, 2, 3, 4, 5, 6], [-100, -100, -100, -100, -100, 7]])
hint = "The mean is over labelled tokens only, those of all rows together (five and one here), in nats."
found = answer_loss(logits, labels_given)
checks.close(found, reference_loss(logits, labels_given), "the loss", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("loss_mean")
losses = []
for _ in range(3):
    logits = torch.tensor(rng.normal(size=(4, 8, 7)) * 3).float()
    labels_given = np.where(np.arange(8) < rng.integers(1, 7, size=(4, 1)), -100, rng.integers(7, size=(4, 8)))
    losses.append(answer_loss(logits, torch.tensor(labels_given)))
checks.hand_over(losses=losses)
### END HIDDEN TESTS


# %% [markdown]
# Your mask beside the one that `SFTTrainer` will make of the template, token by token, and what each token of one
# chat costs the model before tuning: paler what stays out of the loss.


# %%
def rows_of(chats: Dataset, tokenizer=tokenizer) -> list[dict]:
    """input_ids and your labels of each chat."""
    ids = [tokenizer.apply_chat_template(row["messages"])["input_ids"] for row in chats]
    return [{"input_ids": row, "labels": answer_labels(row, tokenizer)} for row in ids]


def masks_agree(chats: Dataset) -> str:
    """How many tokens of the chats have the same label by your mask and by the template's."""
    same = total = 0
    for chat, row in zip(chats, rows_of(chats), strict=True):
        found = tokenizer.apply_chat_template(chat["messages"], return_dict=True, return_assistant_tokens_mask=True)
        marked = found["assistant_masks"]
        same += sum((label != -100) == bool(mark) for label, mark in zip(row["labels"], marked, strict=True))
        total += len(marked)
    return f"{same:,} of {total:,} tokens have the same label by both masks"


# %%
def figure_tokens(chat: dict):
    row = rows_of(Dataset.from_list([chat]))[0]
    batch = {name: values.to(device) for name, values in collate([row], tokenizer.pad_token_id).items()}
    with torch.no_grad():
        log_p = base_model()(batch["input_ids"]).logits[0, :-1].float().log_softmax(-1)
    cost = -log_p.gather(-1, batch["input_ids"][0, 1:, None])[:, 0].cpu().numpy()  # the first token has no prediction
    learnt = np.array([label != -100 for label in row["labels"][1:]])
    words = [tokenizer.decode([token]).replace("\n", "⏎") for token in row["input_ids"][1:]]
    figure, panel = plots.axes(width=11)
    kinds = [(~learnt, "label −100: not in the loss", "0.8"), (learnt, "in the loss", plots.COLOURS[0])]
    for chosen, name, colour in kinds:
        panel.bar(np.flatnonzero(chosen), cost[chosen], label=name, color=colour)
    panel.set_xticks(range(len(words)), words, rotation=90, fontsize=7)
    panel.set(xlabel="token", ylabel="−log p before tuning (nats)")
    panel.legend()
    plots.show(
        figure,
        alt="A bar for each token of a chat: those of the prompt are not in the loss, the answer's are.",
    )
    print(f"the answer's loss: {cost[learnt].mean():.2f} nats a token; of all tokens: {cost.mean():.2f}")


# %%
print("sentiment:", masks_agree(jobs["sentiment"]["validation"].select(range(60))))
print("voice:", masks_agree(jobs["voice"]["validation"].select(range(20))))
figure_tokens(min(jobs["voice"]["validation"], key=lambda row: len(row["messages"][1]["content"])))
