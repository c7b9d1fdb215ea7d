# %% right="a loop, and a running sum"
def few_shot_prompt(shots, query, instruction=""):
    text = f"{instruction}\n\n" if instruction else ""
    for prompt, answer in shots:
        text += f"{prompt} {answer}\n\n"
    return text + query


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    left = window - query_tokens - answer_tokens
    if left < 0:
        raise ValueError("too long")
    count = 0
    for tokens in shot_tokens:
        if tokens > left:
            break
        left -= tokens
        count += 1
    return count


# %% right="filter and accumulate"
def few_shot_prompt(shots, query, instruction=""):
    parts = [instruction] + [" ".join(shot) for shot in shots] + [query]
    return "\n\n".join(filter(None, parts))


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    if query_tokens + answer_tokens > window:
        raise ValueError(f"{query_tokens} + {answer_tokens} > {window}")
    totals = itertools.accumulate(shot_tokens)
    return sum(query_tokens + answer_tokens + total <= window for total in totals)


# %% right="the longest prefix, tried from the end"
def few_shot_prompt(shots, query, instruction=""):
    lines = [*([instruction] if instruction != "" else []), *(p + " " + a for p, a in shots), query]
    return str.join("\n\n", lines)


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    for count in range(len(shot_tokens), -1, -1):
        if sum(shot_tokens[:count]) + query_tokens + answer_tokens <= window:
            return count
    raise ValueError("The query does not fit.")


# %% wrong="a space at the end of the prompt" loses=["few_shot_text", "few_shot_instruction"] says="end with the query itself"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots), query]) + " "


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="no space before the answer" loses=["few_shot_text", "few_shot_instruction"] says="One space between"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(p + a for p, a in shots), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="an empty instruction leaves an empty line" loses=["few_shot_text", "few_shot_instruction"] says="expected"
def few_shot_prompt(shots, query, instruction=""):
    return "\n\n".join([instruction, *(f"{p} {a}" for p, a in shots), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="the instruction in front of each example" loses=["few_shot_instruction"] says="said once"
def few_shot_prompt(shots, query, instruction=""):
    said = f"{instruction}\n\n" if instruction else ""
    return "\n\n".join([*(f"{said}{p} {a}" for p, a in shots), said + query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="examples reversed" loses=["few_shot_text"] says="in the order given"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots[::-1]), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="the query is appended to the caller's list" loses=["few_shot_text"] says="list of examples has been changed"
def few_shot_prompt(shots, query, instruction=""):
    shots.append((query, ""))
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots)]).strip()


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="no room for the answer" loses=["window_fits", "window_edges"] says="room for the answer was not kept"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="the last token stays free" loses=["window_fits"] says="last token is allowed"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    return int(np.sum(np.cumsum(shot_tokens) < free))


# %% wrong="a long example is skipped" loses=["window_fits"] says="after an example that does not fit"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    left = window - query_tokens - answer_tokens
    if left < 0:
        raise ValueError("no room")
    count = 0
    for tokens in shot_tokens:
        if tokens <= left:
            left -= tokens
            count += 1
    return count


# %% wrong="sorted, to fit more" loses=["window_fits", "window_edges"] says="From the front"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    if free < 0:
        raise ValueError("no room")
    shot_tokens.sort()
    return int(np.sum(np.cumsum(shot_tokens) <= free))


# %% wrong="too long a query gives 0" loses=["window_edges"] says="Raise ValueError"
def few_shot_prompt(shots, query, instruction=""):
    opening = [instruction] if instruction else []
    return "\n\n".join([*opening, *(f"{p} {a}" for p, a in shots), query])


def shots_within(shot_tokens, query_tokens, answer_tokens, window):
    free = window - query_tokens - answer_tokens
    return int(np.sum(np.cumsum(shot_tokens) <= free))
