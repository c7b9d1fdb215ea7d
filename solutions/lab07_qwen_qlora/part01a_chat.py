# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 1 · A chat is a string
#
# A base model has one skill: it continues text. Here is the beginning of a question, continued by the model as it is.


# %%
@functools.cache
def base_model():
    """The model of this profile before any tuning, not quantised; do not train it."""
    model = AutoModelForCausalLM.from_pretrained(model_path(settings.model), dtype=dtype).to(device).eval()
    return model.requires_grad_(False)


tokenizer = load_tokenizer(settings.model)
small_tokenizer = load_tokenizer("course-decoder-tiny")  # ships with the course: the checks use it in every profile


# %%
@torch.no_grad()
def continued(model, prompts: list[str], new_tokens: int, **sampling) -> list[str]:
    """What the model writes after each prompt until it ends its turn. Padded on the LEFT: the next token is last."""
    rows = tokenizer(prompts, padding=True, padding_side="left", return_tensors="pt").to(device)
    was_training = model.training
    written = model.eval().generate(
        **rows,
        pad_token_id=tokenizer.pad_token_id,
        max_new_tokens=new_tokens,
        do_sample=bool(sampling),
        **sampling,
    )
    model.train(was_training)
    return tokenizer.batch_decode(written[:, rows["input_ids"].shape[1] :], skip_special_tokens=True)


question = "What are the main risks of investing in bonds?"
print(question, continued(base_model(), [question], settings.voice_tokens)[0])

# %% [markdown]
# Not an answer: more text of the kind that might stand there. To make an assistant of it, people agree on a way of
# writing a conversation down, and train on thousands of conversations written that way. (Two of our models have met
# that writing before. About a quarter of the documents that the tiny one read were set as chats, though nobody there
# answers a question; the one of profile laptop was tuned on real chats before this course got it, and shows some of that even here.)
#
# ## Exercise 1 · Write the chat down
#
# *Why.* Qwen's convention is called ChatML: each turn is opened with a role and closed with a token of its own. There
# are others: Llama 2 and Mistral write `[INST] question [/INST] answer`. A model that was tuned on one convention and
# is asked in another meets a text that it has never seen; in Part 4 you will do that to yours.
#
# *Effort.* Easy, 10 minutes, 6 points.
#
# Write `render_chat`. Each message, `{"role": ..., "content": ...}`, becomes `<|im_start|>`, the role, a line break,
# the content just as it is, `<|im_end|>`, a line break. With `add_generation_prompt`, the text goes on with the
# *opening* of an assistant's turn, and stops there: what comes next is the model's to write.
#
# <details><summary>Hint 1: training and asking</summary>
# A conversation to train on is complete: nothing is opened that is not closed. A question to be answered ends with
# <code>&lt;|im_start|&gt;assistant</code> and a line break.
# </details>


# %% answer="render_chat"
def render_chat(messages: list[dict], add_generation_prompt: bool = False) -> str:
    """The messages in ChatML; with add_generation_prompt the assistant's turn is opened at the end."""
    ### BEGIN SOLUTION
    turns = [f"<|im_start|>{message['role']}\n{message['content']}<|im_end|>\n" for message in messages]
    return "".join(turns) + ("<|im_start|>assistant\n" if add_generation_prompt else "")
    ### END SOLUTION


# %% check="chat_turns" points=3
talk = [{"role": "user", "content": "Is it dull?"}, {"role": "assistant", "content": "No."}]
talk += [{"role": "user", "content": "Long?\nOr short?"}, {"role": "assistant", "content": " Long "}]
expected = small_tokenizer.apply_chat_template(talk, tokenize=False)
found = render_chat(talk)
hint = "Every turn, the assistant's too, is closed with <|im_end|>: it is how the model learns where to stop."
checks.that(isinstance(found, str) and found.count("<|im_end|>") == 4, hint)
hint = "A line break after the role and one after each <|im_end|>, the content just as it is: "
checks.that(found == expected, f"{hint}\nexpected {expected!r}\nyours    {found!r}")
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for turns in 2 * rng.integers(1, 4, size=3):
    said = [" ".join(rng.choice(["good", "bad\n", " odd ", "film", "<b>"], 4)) for _ in range(turns)]
    talk = [{"role": "user" if n % 2 == 0 else "assistant", "content": text} for n, text in enumerate(said)]
    expected = small_tokenizer.apply_chat_template(talk, tokenize=False)
    checks.that(render_chat(talk) == expected, f"{hint}\nexpected {expected!r}")
### END HIDDEN TESTS

# %% check="chat_roles" points=1
talk = [("system", "Be short."), ("user", "Hm."), ("user", "So?"), ("assistant", "Yes.")]
talk = [{"role": role, "content": content} for role, content in talk]
hint = "The role stands in the message: a chat may have a system turn, and one person may speak twice."
found = re.findall(r"<\|im_start\|>(\w*)", render_chat(talk))
checks.that(found == [message["role"] for message in talk], hint)

# %% check="chat_opening" points=2
talk = [{"role": "user", "content": "Is it dull?"}]
found = render_chat(talk, add_generation_prompt=True)
expected = small_tokenizer.apply_chat_template(talk, tokenize=False, add_generation_prompt=True)
hint = "To ask, open the assistant's turn at the end and leave it open: the model goes on from there."
checks.that(found == expected, f"{hint}\nexpected {expected!r}\nyours    {found!r}")
found = render_chat(talk)
expected = small_tokenizer.apply_chat_template(talk, tokenize=False)
hint = "A chat to train on is complete: without add_generation_prompt nothing is opened at its end."
checks.that(found == expected, f"{hint}\nexpected {expected!r}\nyours    {found!r}")

# %% [markdown]
# `tokenizer.apply_chat_template` does the same with a Jinja template that is stored beside the weights; the libraries
# call it, so it is what we use from here on. A template may also put in a system turn of its own where a chat has
# none: print one before you trust it.
#
# ## Two jobs
#
# The first has right answers: is a sentence negative, neutral or positive? Input-output pairs become chats by a
# *prompt template*: the instruction as the system turn, the sentence as the user's, the label as the assistant's. (In
# profile tiny there is no instruction: a model that has never met one would read it in vain.) We take short
# sentences, as many of each class, so that a guess is right one time in three. The second job is a voice: a word, and
# the definition that Ambrose Bierce gave of it in *The Devil's Dictionary*, 1911. (`SFTTrainer` also takes pairs as
# they are, in columns `prompt` and `completion`; `messages` says the same and holds longer talks as well.)


# %%
def pair(prompt: str, answer: str, instruction: str = "") -> dict:
    """One input-output pair as a row with `messages`."""
    system = [{"role": "system", "content": instruction}] if instruction else []
    return {"messages": [*system, {"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]}


def short(split, column: str, longest: int, rows: int, seed: int = 0) -> list[int]:
    """Numbers of up to so many random rows with at most `longest` tokens in a column; as many of each class."""
    lengths = [len(ids) for ids in tokenizer(list(split[column]))["input_ids"]]
    order = [int(row) for row in np.random.default_rng(seed).permutation(len(split)) if lengths[row] <= longest]
    if "label" not in split.column_names:
        return order[:rows]
    kinds = np.array(split["label"])
    each = [[row for row in order if kinds[row] == k] for k in np.unique(kinds)]
    size = min(rows // len(each), *map(len, each))
    return sorted(row for one in each for row in one[:size])


# %%
texts = load_sentiment()
voice = load_voice()
classes = texts["train"].features["label"].names
sizes = {"train": settings.train_rows, "validation": settings.validation_rows, "test": settings.test_rows}
sentences = {name: texts[name].select(short(texts[name], "text", settings.longest, n)) for name, n in sizes.items()}
labels = np.array(sentences["validation"]["label"])
jobs = {"sentiment": {}, "voice": {}}
for name in ("train", "validation"):
    rows = sentences[name]
    jobs["sentiment"][name] = Dataset.from_list(
        [pair(t, classes[k], settings.instruction) for t, k in zip(rows["text"], rows["label"], strict=True)]
    )
    rows = voice[name]  # the test split stays unread: whoever chooses a rate by these losses has seen what judges it
    rows = rows.select(short(rows, "completion", settings.voice_longest, len(rows)))
    jobs["voice"][name] = Dataset.from_list([pair(r["prompt"], r["completion"]) for r in rows])

# %%
for job, parts in jobs.items():
    print(f"{job}: {len(parts['train']):,} chats to train on, {len(parts['validation']):,} held out. One of them:")
    print(tokenizer.apply_chat_template(parts["train"][0]["messages"], tokenize=False))
print(f"Each class has {np.bincount(labels).max() / len(labels):.3f} of the held-out sentences.")
