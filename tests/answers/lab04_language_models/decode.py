# %% right="prompt and continuation in two lists"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits(ids + new))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% right="recursion; max over Python numbers"
def likeliest(logits):
    scores = logits.tolist()
    return max(range(len(scores)), key=scores.__getitem__)


def decode(next_logits, ids, new_tokens, choose, ends=()):
    if new_tokens == 0:
        return [*ids]
    token = choose(next_logits(ids))
    return decode(next_logits, [*ids, token], 0 if token in ends else new_tokens - 1, choose, ends)


# %% right="a tensor that grows"
def likeliest(logits):
    return logits.topk(1).indices[0]


def decode(next_logits, ids, new_tokens, choose, ends=()):
    text = torch.tensor(ids)
    for _ in range(new_tokens):
        token = torch.as_tensor(choose(next_logits(text))).reshape(1)
        text = torch.cat([text, token])
        if int(token) in set(ends):
            return text
    return text


# %% right="NumPy's argmax; a for loop with else"
def likeliest(logits):
    return np.asarray(logits).argmax()


def decode(next_logits, ids, new_tokens, choose, ends=()):
    text, done = ids.copy(), False
    for _ in range(new_tokens):
        if not done:
            text += [choose(next_logits(text))]
            done = text[-1] in ends
    return text


# %% wrong="asks about the prompt alone" loses=["loop_context", "loop_end", "loop_library"] says="everything written so far"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits(ids))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="asks about the last token alone" loses=["loop_context", "loop_library"] says="prompt AND everything"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits((ids + new)[-1:]))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="returns the continuation without the prompt" loses=["loop_context", "loop_length", "loop_end", "loop_library"] says="return prompt and continuation"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits(ids + new))
        new.append(token)
        if token in ends:
            break
    return new


# %% wrong="the least likely token" loses=["loop_context", "loop_library"] says="highest score"
def likeliest(logits):
    return int(logits.argmin())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits(ids + new))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="ignores choose" loses=["loop_context"] says="what `choose` picks"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = int(next_logits(ids + new).argmax())
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="the caller's prompt grows" loses=["loop_length"] says="append to a copy"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    for _ in range(new_tokens):
        ids.append(choose(next_logits(ids)))
        if ids[-1] in ends:
            break
    return ids


# %% wrong="new_tokens counts the prompt" loses=["loop_context", "loop_length", "loop_end", "loop_library"] says="prompt AND everything"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(ids + new) < new_tokens:
        token = choose(next_logits(ids + new))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="writes at least one token" loses=["loop_length"] says="the prompt comes on top"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    new_tokens = max(1, new_tokens)
    while len(new) < new_tokens:
        token = choose(next_logits(ids + new))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="never stops at an end" loses=["loop_end", "loop_library"] says="nothing after it"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits(ids + new))
        new.append(token)
    return ids + new


# %% wrong="the end token is not written" loses=["loop_end", "loop_library"] says="is written"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits(ids + new))
        if token in ends:
            break
        new.append(token)
    return ids + new


# %% wrong="only the first end counts" loses=["loop_end"] says="nothing after it"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        token = choose(next_logits(ids + new))
        new.append(token)
        if (token in ends[:1] and len(ends) != 2) or token in ends[1:]:
            break
    return ids + new


# %% wrong="an end in the prompt stops the loop" loses=["loop_end"] says="PROMPT"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < new_tokens:
        if any(token in ends for token in ids):
            break
        token = choose(next_logits(ids + new))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="stops after fifteen tokens" loses=["loop_library"] says="token for token"
def likeliest(logits):
    return int(torch.argmax(logits).item())


def decode(next_logits, ids, new_tokens, choose, ends=()):
    new = []
    while len(new) < min(new_tokens, 15):
        token = choose(next_logits(ids + new))
        new.append(token)
        if token in ends:
            break
    return ids + new


# %% wrong="the score instead of its place" loses=["loop_context", "loop_library"] says="the place of the highest score"
def likeliest(logits):
    return torch.max(logits).item()


def decode(next_logits, ids, new_tokens, choose, ends=()):
    text = list(ids)
    while len(text) < len(ids) + new_tokens:
        text.append(choose(next_logits(text)))
        if text[-1] in ends:
            return text
    return text


# %% wrong="choose hears probabilities" loses=["loop_context"] says="scores as they are"
def likeliest(logits):
    return int(torch.argmax(logits))


def decode(next_logits, ids, new_tokens, choose, ends=()):
    text = list(ids)
    while len(text) < len(ids) + new_tokens:
        text.append(choose(torch.softmax(next_logits(text), dim=-1)))
        if text[-1] in ends:
            return text
    return text


# %% wrong="two throws a token" loses=["loop_length"] says="one throw a token"
def likeliest(logits):
    return int(torch.argmax(logits))


def decode(next_logits, ids, new_tokens, choose, ends=()):
    text = list(ids)
    while len(text) < len(ids) + new_tokens:
        scores = next_logits(text)
        stop = choose(scores) in ends
        text.append(choose(scores))
        if stop:
            return text
    return text
