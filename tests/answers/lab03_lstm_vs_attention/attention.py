# %% right="einsum, exp and sum by hand, largest score taken off"
def attention(q, k, v, mask=None):
    scores = torch.einsum("...ad,...wd->...aw", q, k) * q.shape[-1] ** -0.5
    allowed = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand_as(scores)
    powers = torch.exp(scores - scores.amax(dim=-1, keepdim=True)) * allowed
    weights = powers / powers.sum(dim=-1, keepdim=True).clamp(min=1e-30)
    return torch.einsum("...aw,...wd->...ad", weights, v), weights


# %% right="an additive mask, then rows without a word set to zero"
def attention(q, k, v, mask=None):
    scores = torch.matmul(q / math.sqrt(k.size(-1)), k.mT)
    if mask is None:
        weights = scores.softmax(-1)
    else:
        scores = scores + torch.zeros_like(scores).masked_fill(torch.logical_not(mask), -torch.inf)
        weights = scores.softmax(-1).masked_fill(~mask, 0.0)
    return weights.matmul(v), weights


# %% right="the smallest number instead of minus infinity, weights cleaned afterwards"
def attention(q, k, v, mask=None):
    scores = (q @ k.transpose(-1, -2)).div(q.shape[-1] ** 0.5)
    if mask is not None:
        scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
    w = F.softmax(scores, dim=-1)
    if mask is not None:
        w = w * mask
    return [w @ v, w]


# %% wrong="not scaled" loses=["attention_scale"] says="√d"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1))
    return weights @ v, weights


# %% wrong="divided by d, not by its root" loses=["attention_scale"] says="length of one query"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / q.shape[-1]
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1))
    return weights @ v, weights


# %% wrong="divided by the root of the number of words" loses=["attention_scale"] says="not of all words"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(k.shape[-2])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1))
    return weights @ v, weights


# %% wrong="softmax over the queries" loses=["attention_weights", "attention_scale", "attention_mask"] says="over the words"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-2))
    return weights @ v, weights


# %% wrong="scores returned and used as weights, no softmax" loses=["attention_weights", "attention_scale", "attention_mask"] says="shares out 1"
def attention(q, k, v, mask=None):
    weights = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v, weights


# %% wrong="weights set to zero after the softmax and not shared out again" loses=["attention_mask"] says="before the softmax"
def attention(q, k, v, mask=None):
    weights = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), dim=-1)
    if mask is not None:
        weights = weights * mask
    return weights @ v, weights


# %% wrong="forbidden scores become 0 instead of minus infinity" loses=["attention_mask", "attention_nowhere"] says="exactly no weight"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


# %% wrong="the mask read the wrong way round: True is forbidden" loses=["attention_mask", "attention_nowhere"] says="wrong way round"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1))
    return weights @ v, weights


# %% wrong="the mask is ignored" loses=["attention_mask", "attention_nowhere"] says="may look"
def attention(q, k, v, mask=None):
    weights = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), dim=-1)
    return weights @ v, weights


# %% wrong="nan for a query that may look nowhere" loses=["attention_nowhere"] says="nan"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


# %% wrong="a large negative number, so that a query with nothing to see looks at everything" loses=["attention_nowhere"] says="gets zeros"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e9)
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


# %% wrong="the values are divided by the number of words as well" loses=["attention_weights"] says="weighted sum"
def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1))
    return weights @ v / v.shape[-2], weights


# %% wrong="the caller's queries are scaled in place" loses=["attention_weights"] says="in place"
def attention(q, k, v, mask=None):
    q /= q.shape[-1] ** 0.5
    scores = torch.matmul(q, k.mT)
    if mask is not None:
        scores = scores.where(mask, -torch.inf)
    weights = scores.softmax(dim=-1).nan_to_num()
    return weights @ v, weights


# %% wrong="the output is made with the unmasked weights" loses=["attention_mask", "attention_nowhere"] says="with the MASKED weights"
def attention(q, k, v, mask=None):
    scores = torch.matmul(q, k.mT) / q.shape[-1] ** 0.5
    output = scores.softmax(dim=-1) @ v
    if mask is not None:
        scores = scores.where(mask, -torch.inf)
    return output, scores.softmax(dim=-1).nan_to_num()
