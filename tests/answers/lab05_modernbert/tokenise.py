# %% right="row by row, lengths in a loop"
def tokenise(dataset, tokenizer, max_length):
    def one(row):
        ids = tokenizer(row["text"], max_length=max_length, truncation=True)
        return {"input_ids": ids["input_ids"], "attention_mask": ids["attention_mask"]}

    return dataset.map(one).select_columns(
        [n for n in ("input_ids", "attention_mask", "label") if n != "label" or n in dataset.column_names]
    )


def tokens_computed(lengths, batch_size, fixed=None):
    if fixed is not None:
        return fixed * len(lengths)
    total, batch = 0, []
    for length in lengths:
        batch.append(length)
        if len(batch) == batch_size:
            total += max(batch) * batch_size
            batch = []
    return total + (max(batch) * len(batch) if batch else 0)


# %% right="a new data set from a dict"
def tokenise(dataset, tokenizer, max_length):
    tokens = tokenizer(list(dataset["text"]), truncation=True, max_length=max_length)
    columns = {"input_ids": tokens["input_ids"], "attention_mask": tokens["attention_mask"]}
    if "label" in dataset.column_names:
        columns["label"] = list(dataset["label"])
    return Dataset.from_dict(columns)


def tokens_computed(lengths, batch_size, fixed=None):
    ends = range(0, len(lengths), batch_size)
    return sum((fixed or max(lengths[i : i + batch_size])) * len(lengths[i : i + batch_size]) for i in ends)


# %% right="columns removed after the map"
def tokenise(dataset, tokenizer, max_length):
    done = dataset.map(lambda rows: dict(tokenizer(rows["text"], truncation=True, max_length=max_length)), batched=True)
    return done.remove_columns([n for n in done.column_names if n not in ("input_ids", "attention_mask", "label")])


def tokens_computed(lengths, batch_size, fixed=None):
    total = 0
    while len(lengths):
        batch, lengths = lengths[:batch_size], lengths[batch_size:]
        total += len(batch) * (max(batch) if fixed is None else fixed)
    return total


# %% wrong="padded to max_length already" loses=["tokens_unpadded"] says="padded already"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length, padding="max_length"),
        batched=True,
        remove_columns=[n for n in dataset.column_names if n != "label"],
    )


def tokens_computed(lengths, batch_size, fixed=None):
    batches = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    return sum(len(b) * (fixed or max(b)) for b in batches)


# %% wrong="no truncation" loses=["tokens_unpadded"] says="at most max_length"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(
        lambda rows: tokenizer(rows["text"]),
        batched=True,
        remove_columns=[n for n in dataset.column_names if n != "label"],
    )


def tokens_computed(lengths, batch_size, fixed=None):
    batches = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    return sum(len(b) * (fixed or max(b)) for b in batches)


# %% wrong="the labels go with the other columns" loses=["tokens_columns"] says="labels are lost"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length),
        batched=True,
        remove_columns=dataset.column_names,
    )


def tokens_computed(lengths, batch_size, fixed=None):
    batches = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    return sum(len(b) * (fixed or max(b)) for b in batches)


# %% wrong="the text stays in" loses=["tokens_columns"] says="tensor of text"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length), batched=True)


def tokens_computed(lengths, batch_size, fixed=None):
    batches = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    return sum(len(b) * (fixed or max(b)) for b in batches)


# %% wrong="every batch as long as the longest of all" loses=["padding_dynamic"] says="its own longest row"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length),
        batched=True,
        remove_columns=[n for n in dataset.column_names if n != "label"],
    )


def tokens_computed(lengths, batch_size, fixed=None):
    return len(lengths) * (fixed or max(lengths))


# %% wrong="the last, smaller batch is dropped" loses=["padding_dynamic"] says="fewer rows"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length),
        batched=True,
        remove_columns=[n for n in dataset.column_names if n != "label"],
    )


def tokens_computed(lengths, batch_size, fixed=None):
    if fixed:
        return fixed * len(lengths)
    return sum(
        batch_size * max(lengths[i * batch_size : (i + 1) * batch_size]) for i in range(len(lengths) // batch_size)
    )


# %% wrong="the last batch counted as a full one" loses=["padding_dynamic"] says="fewer rows"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length),
        batched=True,
        remove_columns=[n for n in dataset.column_names if n != "label"],
    )


def tokens_computed(lengths, batch_size, fixed=None):
    if fixed:
        return fixed * len(lengths)
    return sum(batch_size * max(lengths[i : i + batch_size]) for i in range(0, len(lengths), batch_size))


# %% wrong="a fixed length only cuts" loses=["padding_fixed"] says="costs exactly"
def tokenise(dataset, tokenizer, max_length):
    return dataset.map(
        lambda rows: tokenizer(rows["text"], truncation=True, max_length=max_length),
        batched=True,
        remove_columns=[n for n in dataset.column_names if n != "label"],
    )


def tokens_computed(lengths, batch_size, fixed=None):
    lengths = [min(length, fixed or length) for length in lengths]
    batches = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    return sum(len(b) * max(b) for b in batches)
