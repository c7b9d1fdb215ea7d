# %% right="a loop over the label's tokens"
def label_log_prob(logits, token_ids, prompt_tokens):
    total = 0.0
    for place in range(prompt_tokens, len(token_ids)):
        row = np.asarray(logits[place - 1], dtype=np.float64)
        row = row - row.max()
        total += row[token_ids[place]] - np.log(np.exp(row).sum())
    return total


# %% right="PyTorch"
def label_log_prob(logits, token_ids, prompt_tokens):
    rows = torch.tensor(np.array(logits)).log_softmax(-1)[:-1]
    ids = torch.tensor(np.array(token_ids)).long()[1:]
    return rows.gather(1, ids[:, None])[prompt_tokens - 1 :].sum().item()


# %% right="logsumexp"
from scipy.special import logsumexp


def label_log_prob(logits, token_ids, prompt_tokens):
    places = np.arange(prompt_tokens, len(token_ids))
    rows = logits[places - 1]
    return (rows[np.arange(len(places)), token_ids[places]] - logsumexp(rows, axis=1)).sum()


# %% wrong="not shifted" loses=["label_single", "label_several", "label_stable"] says="Row t predicts token t + 1"
def label_log_prob(logits, token_ids, prompt_tokens):
    rows = log_softmax(logits, axis=-1)
    return float(sum(rows[t, token_ids[t]] for t in range(prompt_tokens, len(token_ids))))


# %% wrong="the mean over the label's tokens" loses=["label_several", "label_stable"] says="do not divide"
def label_log_prob(logits, token_ids, prompt_tokens):
    rows = log_softmax(logits, axis=-1)
    return float(np.mean([rows[t - 1, token_ids[t]] for t in range(prompt_tokens, len(token_ids))]))


# %% wrong="the first token only" loses=["label_several", "label_stable"] says="Only the label's first token"
def label_log_prob(logits, token_ids, prompt_tokens):
    return float(log_softmax(logits, axis=-1)[prompt_tokens - 1, token_ids[prompt_tokens]])


# %% wrong="the prompt's tokens as well" loses=["label_single", "label_several", "label_stable"] says="own tokens are in it"
def label_log_prob(logits, token_ids, prompt_tokens):
    rows = log_softmax(logits, axis=-1)
    return float(sum(rows[t - 1, token_ids[t]] for t in range(1, len(token_ids))))


# %% wrong="logits, not normalised" loses=["label_single", "label_several", "label_stable"] says="That is a logit"
def label_log_prob(logits, token_ids, prompt_tokens):
    return float(sum(logits[t - 1, token_ids[t]] for t in range(prompt_tokens, len(token_ids))))


# %% wrong="exp overflows" loses=["label_stable"] says="exp(1000)"
def label_log_prob(logits, token_ids, prompt_tokens):
    with np.errstate(all="ignore"):
        rows = np.log(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
    return float(sum(rows[t - 1, token_ids[t]] for t in range(prompt_tokens, len(token_ids))))


# %% wrong="the loss" loses=["label_single", "label_several", "label_stable"] says="its opposite"
def label_log_prob(logits, token_ids, prompt_tokens):
    rows = log_softmax(logits, axis=-1)
    return -float(sum(rows[t - 1, token_ids[t]] for t in range(prompt_tokens, len(token_ids))))


# %% wrong="a probability" loses=["label_single", "label_several", "label_stable"] says="That is a probability"
def label_log_prob(logits, token_ids, prompt_tokens):
    rows = log_softmax(logits, axis=-1)
    return float(np.exp(sum(rows[t - 1, token_ids[t]] for t in range(prompt_tokens, len(token_ids)))))


# %% wrong="the maximum is taken off in place" loses=["label_single", "label_several"] says="in place"
def label_log_prob(logits, token_ids, prompt_tokens):
    logits -= logits.max(axis=1, keepdims=True)
    rows = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return float(sum(rows[t - 1, token_ids[t]] for t in range(prompt_tokens, len(token_ids))))


# %% wrong="clipped, so that nothing is impossible" loses=["label_stable"] says="no other"
def label_log_prob(logits, token_ids, prompt_tokens):
    rows = np.log(np.exp(log_softmax(logits, axis=-1)) + 1e-9)
    return float(sum(rows[t - 1, token_ids[t]] for t in range(prompt_tokens, len(token_ids))))
