# %% right="the values are the identity"
def attention_map(layer, queries, context, mask=None):
    q = layer.q_proj(queries).unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    k = layer.k_proj(context).unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    identity = torch.eye(k.shape[2]).expand(*k.shape[:2], -1, -1)
    return F.scaled_dot_product_attention(q, k, identity, attn_mask=mask)


# %% right="head by head, stacked"
def attention_map(layer, queries, context, mask=None):
    q, k = layer.q_proj(queries), layer.k_proj(context)
    maps = []
    for a, b in zip(q.chunk(layer.heads, dim=-1), k.chunk(layer.heads, dim=-1), strict=True):
        scores = a @ b.mT * a.shape[-1] ** -0.5
        if mask is not None:
            scores = torch.where(mask[:, 0], scores, -torch.inf)
        maps.append(torch.exp(scores - torch.logsumexp(scores, dim=-1, keepdim=True)))
    return torch.stack(maps, dim=1)


# %% right="with attention of Exercise 2"
def attention_map(layer, queries, context, mask=None):
    def heads(x):
        return x.reshape(x.shape[0], x.shape[1], layer.heads, -1).permute(0, 2, 1, 3)

    k = heads(layer.k_proj(context))
    return attention(heads(layer.q_proj(queries)), k, k, mask)[1]


# %% right="einsum"
def attention_map(layer, queries, context, mask=None):
    q = layer.q_proj(queries).unflatten(2, (layer.heads, -1))
    k = layer.k_proj(context).unflatten(2, (layer.heads, -1))
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(q.size(3))
    if mask is not None:
        scores = scores + (~mask) * -1e9
    return F.softmax(scores, -1)


# %% wrong="the mean over the heads" loses=["map_shares", "map_heads"] says="not their mean"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1).mean(dim=1, keepdim=True)


# %% wrong="scores, no softmax" loses=["map_shares", "map_projections", "map_heads"] says="shares out 1"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    return scores if mask is None else scores * mask


# %% wrong="the mask is ignored" loses=["map_shares"] says="may look at"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    return scores.softmax(dim=-1)


# %% wrong="masked after the softmax" loses=["map_shares"] says="shares out 1"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    return scores.softmax(dim=-1) * (1 if mask is None else mask)


# %% wrong="v_proj instead of k_proj" loses=["map_projections", "map_heads"] says="k_proj on what is looked at"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.v_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)


# %% wrong="q_proj and k_proj swapped" loses=["map_projections", "map_heads"] says="q_proj on what asks"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.k_proj(queries)), split(layer.q_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)


# %% wrong="the words' vectors as they are, no projections" loses=["map_projections", "map_heads"] says="q_proj"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(queries), split(context)
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)


# %% wrong="not scaled" loses=["map_projections", "map_heads"] says="same scaling"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / 1
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)


# %% wrong="scaled by the root of the whole width" loses=["map_heads"] says="slice"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(queries.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)


# %% wrong="heads interleaved: every n-th number, not a slice" loses=["map_heads"] says="own slice"
def attention_map(layer, queries, context, mask=None):
    def split(x):
        return x.view(len(x), x.shape[1], -1, layer.heads).permute(0, 3, 1, 2)

    q, k = split(layer.q_proj(queries)), split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)
