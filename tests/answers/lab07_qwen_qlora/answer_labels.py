# %% right="slices between the opening and the next end"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.encode("<|im_end|>")[0]
    labels, n = [-100] * len(input_ids), len(opening)
    for start in range(len(input_ids) - n + 1):
        if list(input_ids[start : start + n]) == opening:
            rest = list(input_ids[start + n :])
            stop = start + n + (rest.index(closing) + 1 if closing in rest else len(rest))
            labels[start + n : stop] = input_ids[start + n : stop]
    return labels


def collate(rows, pad_token_id):
    def padded(name, fill):
        return nn.utils.rnn.pad_sequence([torch.tensor(row[name]) for row in rows], True, fill)

    ones = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"]), dtype=torch.long) for row in rows], True, 0)
    return {"input_ids": padded("input_ids", pad_token_id), "attention_mask": ones, "labels": padded("labels", -100)}


# %% right="turn by turn, split at the token that opens a turn"
import itertools


def answer_labels(input_ids, tokenizer):
    begin, end = (tokenizer.convert_tokens_to_ids(token) for token in ("<|im_start|>", "<|im_end|>"))
    head = tokenizer.encode("<|im_start|>assistant\n")
    starts = [n for n, token in enumerate(input_ids) if token == begin] + [len(input_ids)]
    labels = [-100] * starts[0]
    for first, last in itertools.pairwise(starts):
        turn = input_ids[first:last]
        own = [-100] * len(turn)
        if turn[: len(head)] == head:
            stop = turn.index(end) + 1 if end in turn else len(turn)
            own[len(head) : stop] = turn[len(head) : stop]
        labels += own
    return labels


def collate(rows, pad_token_id):
    width = max(len(row["input_ids"]) for row in rows)
    ids = torch.full((len(rows), width), pad_token_id)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for number, row in enumerate(rows):
        length = len(row["input_ids"])
        ids[number, :length] = torch.tensor(row["input_ids"])
        labels[number, :length] = torch.tensor(row["labels"])
        mask[number, :length] = 1
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


# %% right="NumPy, labels from a mask"
def answer_labels(input_ids, tokenizer):
    ids, end = np.array(input_ids), tokenizer.convert_tokens_to_ids("<|im_end|>")
    head = np.array(tokenizer.encode("<|im_start|>assistant\n"))
    inside = np.zeros(len(ids), dtype=bool)
    for place in range(len(ids)):
        opened = place >= len(head) and (ids[place - len(head) : place] == head).all()
        inside[place] = opened or (place > 0 and inside[place - 1] and ids[place - 1] != end)
    return np.where(inside, ids, -100).tolist()


def collate(rows, pad_token_id):
    longest = max(len(row["input_ids"]) for row in rows)
    grow = lambda values, fill: [*values, *[fill] * (longest - len(values))]  # noqa: E731
    return {
        "input_ids": torch.tensor([grow(row["input_ids"], pad_token_id) for row in rows]),
        "attention_mask": torch.tensor([grow([1] * len(row["input_ids"]), 0) for row in rows]),
        "labels": torch.tensor([grow(row["labels"], -100) for row in rows]),
    }


# %% wrong="prompt tokens in the loss" loses=["labels_prompt", "labels_stop", "labels_turns"] says="Prompt tokens are in the loss"
def answer_labels(input_ids, tokenizer):
    return list(input_ids)


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="the end of the turn is left out" loses=["labels_stop", "labels_turns"] says="never learns to stop"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels, inside = [-100] * len(input_ids), False
    for place, token in enumerate(input_ids):
        inside = inside and token != closing
        if inside:
            labels[place] = token
        elif input_ids[max(0, place + 1 - len(opening)) : place + 1] == opening:
            inside = True
    return labels


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="the line break after the answer is learnt too" loses=["labels_stop", "labels_turns"] says="line break after"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels, n = [-100] * len(input_ids), len(opening)
    for start in range(len(input_ids)):
        if input_ids[start : start + n] == opening:
            stop = input_ids.index(closing, start) + 2
            labels[start + n : stop] = input_ids[start + n : stop]
    return labels


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="only the last answer" loses=["labels_turns"] says="every assistant's turn"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    n = len(opening)
    starts = [s + n for s in range(len(input_ids)) if input_ids[s : s + n] == opening]
    stop = input_ids.index(closing, starts[-1]) + 1
    return [-100] * starts[-1] + input_ids[starts[-1] : stop] + [-100] * (len(input_ids) - stop)


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="everything behind the first answer's opening" loses=["labels_stop", "labels_turns"] says="line break after"
def answer_labels(input_ids, tokenizer):
    opening = tokenizer.encode("<|im_start|>assistant\n")
    n = len(opening)
    start = next(s for s in range(len(input_ids)) if input_ids[s : s + n] == opening) + n
    return [-100] * start + input_ids[start:]


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="labels name the next token" loses=["labels_unshifted"] says="does the shift by one itself"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels, inside = [-100] * len(input_ids), False
    for place, token in enumerate(input_ids):
        if inside:
            labels[place] = input_ids[place + 1] if place + 1 < len(input_ids) else token
            inside = token != closing
        elif input_ids[max(0, place + 1 - len(opening)) : place + 1] == opening:
            inside = True
    return labels


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="the ids are overwritten" loses=["labels_unshifted"] says="changed in place"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    original, inside = list(input_ids), False
    for place, token in enumerate(original):
        if inside:
            inside = token != closing
            continue
        inside = original[max(0, place + 1 - len(opening)) : place + 1] == opening
        input_ids[place] = -100
    return list(input_ids)


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="every pad token masked, where pad equals eos" loses=["labels_padding"] says="a real <|im_end|> keeps its own"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels, inside = [-100] * len(input_ids), False
    for place, token in enumerate(input_ids):
        if inside:
            labels[place] = token
            inside = token != closing
        elif input_ids[max(0, place + 1 - len(opening)) : place + 1] == opening:
            inside = True
    return labels


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    labels[batch == pad_token_id] = -100
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="padding is learnt" loses=["labels_padding"] says="Padding gets the label"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("<|im_start|>assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels, inside = [-100] * len(input_ids), False
    for place, token in enumerate(input_ids):
        if inside:
            labels[place] = token
            inside = token != closing
        elif input_ids[max(0, place + 1 - len(opening)) : place + 1] == opening:
            inside = True
    return labels


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, pad_token_id)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}


# %% wrong="looks for the word assistant without the token before it" loses=["labels_turns"] says="opens no turn"
def answer_labels(input_ids, tokenizer):
    opening, closing = tokenizer.encode("assistant\n"), tokenizer.convert_tokens_to_ids("<|im_end|>")
    labels, inside = [-100] * len(input_ids), False
    for place, token in enumerate(input_ids):
        if inside:
            labels[place] = token
            inside = token != closing
        elif input_ids[max(0, place + 1 - len(opening)) : place + 1] == opening:
            inside = True
    return labels


def collate(rows, pad_token_id):
    batch = nn.utils.rnn.pad_sequence([torch.tensor(row["input_ids"]) for row in rows], True, pad_token_id)
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row["input_ids"])).long() for row in rows], True, 0)
    labels = nn.utils.rnn.pad_sequence([torch.tensor(row["labels"]) for row in rows], True, -100)
    return {"input_ids": batch, "attention_mask": mask, "labels": labels}
