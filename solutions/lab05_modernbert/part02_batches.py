# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The lazy classifier's accuracy looks like a start. Its macro-F1 shows what it knows, one class of three, and the last
# column how badly the class served worst fares. For the linear one the gap between the last two columns is what its
# mean hides.
#
# # Part 2 · From texts to batches
#
# ## Exercise 3 · Pad late, pad little
#
# *Why.* A batch is a rectangle, sentences are not. Whatever fills the corners is computed and thrown away. So rows are
# stored unpadded, and a collator pads each batch to its own longest row.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write two functions. `tokenise` gives a data set with `input_ids`, `attention_mask` and, where there is one, `label`
# and nothing else (the collator makes tensors of whatever it finds, and cannot make one of a text); rows are cut to
# `max_length`, not padded. `tokens_computed` counts what a model will process when rows of these lengths come in this
# order, `batch_size` at a time: each batch padded to its own longest row, or, with `fixed`, every row padded *or cut*
# to that length.
#
# <details><summary>Hint 1: which call does the first one?</summary>
# <code>dataset.map(function, batched=True, remove_columns=[...])</code> with
# <code>tokenizer(rows["text"], truncation=True, max_length=...)</code>. Its columns join the old ones, so list those that
# should go.
# </details>
# <details><summary>Hint 2: the last batch</summary>
# It may have fewer rows than the others. Its rectangle is smaller, but it is there.
# </details>


# %% answer="tokenise"
def tokenise(dataset: Dataset, tokenizer, max_length: int) -> Dataset:
    """input_ids and attention_mask of column "text", unpadded, at most max_length tokens; keeps "label" if there is one."""
    ### BEGIN SOLUTION
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length),
        batched=True,
        remove_columns=[name for name in dataset.column_names if name != "label"],
    )
    ### END SOLUTION


def tokens_computed(lengths: list[int], batch_size: int, fixed: int | None = None) -> int:
    """Tokens that a model processes, padding included, when rows of these lengths come batch by batch."""
    ### BEGIN SOLUTION
    batches = [lengths[start : start + batch_size] for start in range(0, len(lengths), batch_size)]
    return sum(len(batch) * (fixed or max(batch)) for batch in batches)
    ### END SOLUTION


# %% [markdown]
# The checks use the course's tokenizer on sentences of their own.

# %% check="tokens_unpadded" points=2
said = ["good", "a long and winding sentence about nothing in particular", "not bad at all", "good good " * 40]
rows = Dataset.from_dict({"id": list("abcd"), "text": said, "label": [2, 1, 0, 2]})
found = [list(ids) for ids in tokenise(rows, tokenizer, 12)["input_ids"]]
hint = "Rows are padded already: leave that to the collator, which sees one batch at a time."
checks.that(not any(tokenizer.pad_token_id in ids for ids in found), hint)
hint = "Every row keeps at most max_length tokens, special tokens included: pass truncation=True and max_length."
checks.that(max(len(ids) for ids in found) == 12, hint)
hint = "The tokens should be those that the tokenizer itself gives, with its special tokens at both ends."
checks.that(found == tokenizer(said, truncation=True, max_length=12)["input_ids"], hint)

# %% check="tokens_columns" points=2
found = tokenise(rows, tokenizer, 12)
hint = "The collator needs input_ids and attention_mask of each row."
checks.that({"input_ids", "attention_mask"} <= set(found.column_names), hint)
hint = "The labels are lost, or their column has another name: without 'label' there is nothing to learn from."
checks.that("label" in found.column_names and list(found["label"]) == [2, 1, 0, 2], hint)
hint = "The collator cannot make a tensor of text: remove the columns that the model does not read (id, text, domain)."
checks.that(set(found.column_names) == {"input_ids", "attention_mask", "label"}, hint)
hint = "A set without labels, such as the test split, has no 'label' to keep."
checks.that(
    set(tokenise(rows.remove_columns("label"), tokenizer, 9).column_names) == {"input_ids", "attention_mask"}, hint
)

# %% check="padding_dynamic" points=2
hint = "Each batch is padded to its own longest row, and the last batch may have fewer rows."
checks.count(tokens_computed([5, 3, 9, 2], 2), 2 * 5 + 2 * 9, "tokens of two batches", hint)
checks.count(tokens_computed([5, 3, 9, 2, 4], 2), 2 * 5 + 2 * 9 + 4, "tokens of two batches and a half", hint)
checks.count(tokens_computed([7, 7, 7], 8), 21, "tokens of one small batch", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
for rows_drawn in (17, 40):
    lengths = rng.integers(1, 60, size=rows_drawn).tolist()
    size = int(rng.integers(2, 9))
    padded = np.zeros((-(-rows_drawn // size), size), dtype=int)
    padded.flat[:rows_drawn] = lengths
    rows_of = np.minimum(size, rows_drawn - size * np.arange(len(padded)))
    checks.count(tokens_computed(lengths, size), int(padded.max(1) @ rows_of), "tokens", hint)
### END HIDDEN TESTS

# %% check="padding_fixed" points=2
hint = "With a fixed length every row, short or long, costs exactly that many tokens."
checks.count(tokens_computed([5, 3, 9, 2, 40], 2, fixed=16), 5 * 16, "tokens at a fixed length", hint)
checks.count(tokens_computed([5, 3], 4, fixed=2), 2 * 2, "tokens at a fixed length", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
lengths = rng.integers(1, 80, size=23).tolist()
fixed = int(rng.integers(2, 60))
checks.count(tokens_computed(lengths, 4, fixed=fixed), 23 * fixed, "tokens at a fixed length", hint)
### END HIDDEN TESTS

# %% [markdown]
# What it saves here, against the fixed length of {{ s.tiny.usual_length }} that is often typed without a look at the
# texts: counted for the training texts drawn above, and timed for one forward pass over a few. Sorting rows by length
# saves nearly all of the rest; `train_sampling_strategy="group_by_length"` asks `Trainer` for something like it, at the
# price of batches that are a little less random. Below, texts are cut to {{ s.tiny.max_length }} tokens in profile
# tiny, to {{ s.laptop.max_length }} in laptop and to {{ s.gpu.max_length }} on a GPU; a line below the figure says how
# many texts that shortens.
#
# `new_model` loads the pretrained encoder with a classification head on top. The checkpoint holds half of that head: its
# `head` (a dense layer and a norm) comes from masked-word training. Only `classifier`, the last layer, is **new and
# random**, and the output layer over the vocabulary (`decoder`) is dropped. transformers reports both in a long table
# at each load ("MISSING": `classifier`; "UNEXPECTED": `decoder`), which is as it should be here; the import cell above
# turned it off, along with the loading bars. Elsewhere, read it: a row of your encoder among the missing ones is a bug.


# %%
def new_model(seed: int, pretrained: bool = True, labels: int = len(classes)):
    """ModernBERT with a fresh head on top; where pretrained is False, everything is fresh. Weights in float32."""
    set_seed(seed)
    source = model_path(settings.model)
    config = AutoConfig.from_pretrained(
        source,
        num_labels=labels,
        classifier_pooling="mean",  # the head reads the mean over all real tokens
    )
    if pretrained:
        model = AutoModelForSequenceClassification.from_pretrained(source, config=config, dtype=torch.float32)
    else:
        model = AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
    return model.to(device)


# %%
@torch.no_grad()
def forward_seconds(said: list[str], padding: str | bool) -> float:
    """Seconds for one forward pass over the texts, settings.batch at a time; the better of two."""
    model = new_model(0).eval()
    seconds = []
    for _ in range(2):
        begin = time.perf_counter()
        for first in range(0, len(said), settings.batch):
            batch = tokenizer(
                said[first : first + settings.batch],
                padding=padding,
                truncation=True,
                max_length=settings.usual_length,
                return_tensors="pt",
            )
            model(**batch.to(device)).logits.sum().item()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


# %%
def figure_padding():
    lengths = [len(ids) for ids in tokenise(train, tokenizer, settings.usual_length)["input_ids"]]
    computed = {
        "fixed length": tokens_computed(lengths, settings.batch, settings.usual_length),
        "longest of batch": tokens_computed(lengths, settings.batch),
        "sorted by length": tokens_computed(sorted(lengths), settings.batch),
    }
    some = train["text"][: settings.batch]
    slow = forward_seconds(some, padding="max_length")
    fast = forward_seconds(some, padding=True)
    figure, panels = plots.axes(2)
    panels[0].hist(lengths, bins=range(0, settings.usual_length + 2, 2))
    panels[0].set(xlabel="length (tokens)", ylabel="training texts (number)")
    bars = panels[1].bar(list(computed), [tokens / sum(lengths) for tokens in computed.values()])
    panels[1].bar_label(bars, fmt="%.2f")
    panels[1].set(xlabel="padding", ylabel="tokens computed / real tokens (ratio)")
    plots.show(figure, alt="Left: most texts are far shorter than the limit. Right: sorted batches waste least.")
    print(f"{len(some)} texts, one forward pass: {slow:.2f} s at a fixed length, {fast:.2f} s padded batch by batch")


figure_padding()

# %%
truncation = truncation_report(token_lengths(train["text"][:], tokenizer), settings.max_length)
cut = truncation.truncated / truncation.texts
print(f"{cut:.0%} of the training texts are longer than {settings.max_length} tokens: below, models read their start.")
print(truncation)

# %% [markdown]
# The third rival trains a network, but reads no pretrained weights: word vectors and an LSTM, both from scratch. Given
# code, no exercise; it is small and quick on purpose, and gets {{ s.tiny.lstm_steps }} steps in profile tiny.

# %%
collate = padding_collator(tokenizer)


class TextLSTM(nn.Module):
    """Word vectors, an LSTM, and a linear layer on the mean state of the real tokens."""

    def __init__(self, width: int):
        super().__init__()
        self.vectors = nn.Embedding(len(tokenizer), width, padding_idx=tokenizer.pad_token_id)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.classifier = nn.Linear(width, len(classes))

    def forward(self, input_ids, attention_mask):
        states, _ = self.lstm(self.vectors(input_ids))  # (rows, tokens, width)
        real = attention_mask.unsqueeze(-1).to(states.dtype)
        return self.classifier((states * real).sum(1) / real.sum(1))


# %%
@functools.cache
def lstm_score(seed: int, chosen: tuple[int, ...] | None) -> dict[str, float]:
    """Trains an LSTM from scratch on the chosen rows (None: all); its scores on the validation rows."""
    set_seed(seed)
    model = TextLSTM(settings.lstm_width).to(device)
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.lstm_rate)
    rows = list(tokenise(train.select(chosen) if chosen else train, tokenizer, settings.max_length))
    for _ in range(settings.lstm_steps):
        batch = collate([rows[row] for row in rng.integers(len(rows), size=settings.batch)]).to(device)
        labels = batch.pop("labels")
        nn.functional.cross_entropy(model(**batch), labels).backward()
        optimizer.step()
        optimizer.zero_grad()
    batch = collate(list(tokenise(validation, tokenizer, settings.max_length))).to(device)
    labels = batch.pop("labels")
    with torch.no_grad():
        logits = model.eval()(**batch).cpu().numpy()
    return compute_metrics(EvalPrediction(logits, labels.cpu().numpy()))


# %%
print({name: round(value, 3) for name, value in lstm_score(settings.seeds[0], None).items()})
