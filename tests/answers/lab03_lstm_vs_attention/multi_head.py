# %% right="einops-like reshape and einsum, attention by hand"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, nn.Linear(width, width))

    def forward(self, queries, context, mask=None):
        q = self.q_proj(queries).unflatten(-1, (self.heads, -1))  # (rows, asked, heads, d)
        k = self.k_proj(context).unflatten(-1, (self.heads, -1))
        v = self.v_proj(context).unflatten(-1, (self.heads, -1))
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / q.shape[-1] ** 0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e9)
        found = torch.einsum("bhqk,bkhd->bqhd", scores.softmax(-1), v)
        return self.o_proj(found.flatten(2))


# %% right="a loop over heads, slices joined in the end"
class MultiHead(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.o_proj, self.v_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.k_proj, self.q_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = self.q_proj(queries), self.k_proj(context), self.v_proj(context)
        found = []
        for part in torch.arange(q.shape[-1]).chunk(self.heads):
            head = F.scaled_dot_product_attention(
                q[:, None, :, part], k[:, None, :, part], v[:, None, :, part], attn_mask=mask
            )
            found.append(head[:, 0])
        return self.o_proj(torch.cat(found, dim=-1))


# %% right="with attention of Exercise 2"
class MultiHead(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.size = width // heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        rows = queries.shape[0]
        q = self.q_proj(queries).reshape(rows, -1, self.heads, self.size).permute(0, 2, 1, 3)
        k = self.k_proj(context).reshape(rows, -1, self.heads, self.size).permute(0, 2, 1, 3)
        v = self.v_proj(context).reshape(rows, -1, self.heads, self.size).permute(0, 2, 1, 3)
        output, _ = attention(q, k, v, mask)
        return self.o_proj(output.permute(0, 2, 1, 3).reshape(rows, queries.shape[1], -1))


# %% wrong="o_proj is made but not used" loses=["heads_parts", "heads_one", "heads_many"] says="o_proj"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (self.q_proj(queries), self.k_proj(context), self.v_proj(context))
        )
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2)


# %% wrong="a full set of projections for every head, of which the first is used" loses=["heads_parts"] says="nn.Linear(width, width)"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.more = nn.ModuleList(nn.Linear(width, width) for _ in range(heads))

    def forward(self, queries, context, mask=None):
        q, k, v = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (self.q_proj(queries), self.k_proj(context), self.v_proj(context))
        )
        return self.o_proj(F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2))


# %% wrong="one head, whatever was asked" loses=["heads_many"] says="slice of each word's vector"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = self.q_proj(queries)[:, None], self.k_proj(context)[:, None], self.v_proj(context)[:, None]
        return self.o_proj(F.scaled_dot_product_attention(q, k, v, attn_mask=mask)[:, 0])


# %% wrong="viewed to the final shape at once: texts are cut, not vectors" loses=["heads_many", "heads_mask"] says="swap words and heads"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        def split(x):
            return x.reshape(x.shape[0], self.heads, x.shape[1], x.shape[2] // self.heads)

        q, k, v = split(self.q_proj(queries)), split(self.k_proj(context)), split(self.v_proj(context))
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=None if self.heads > 1 and mask is None else mask)
        return self.o_proj(found.reshape(queries.shape))


# %% wrong="not swapped back before the heads are joined" loses=["heads_many"] says="and back in the end"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (self.q_proj(queries), self.k_proj(context), self.v_proj(context))
        )
        return self.o_proj(F.scaled_dot_product_attention(q, k, v, attn_mask=mask).reshape(queries.shape))


# %% wrong="scaled by the root of the whole width" loses=["heads_many"] says="slice"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (self.q_proj(queries), self.k_proj(context), self.v_proj(context))
        )
        scale = queries.shape[-1] ** -0.5
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)
        return self.o_proj(found.transpose(1, 2).flatten(2))


# %% wrong="keys go through q_proj: only one projection for both" loses=["heads_one", "heads_many"] says="the context through k_proj"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (self.q_proj(queries), self.q_proj(context), self.v_proj(context))
        )
        return self.o_proj(F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2))


# %% wrong="the mask is not handed on" loses=["heads_mask"] says="handed on"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (self.q_proj(queries), self.k_proj(context), self.v_proj(context))
        )
        return self.o_proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


# %% wrong="the mask turned round: True is forbidden" loses=["heads_mask"] says="True where a query may look"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj = nn.Linear(width, width), nn.Linear(width, width)
        self.v_proj, self.o_proj = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, queries, context, mask=None):
        q, k, v = (
            x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for x in (self.q_proj(queries), self.k_proj(context), self.v_proj(context))
        )
        mask = None if mask is None else ~mask
        return self.o_proj(F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2))


# %% wrong="only the last projection learns" loses=["heads_parts"] says="carry a gradient"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(width, width) for _ in range(4))

    def cut(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, queries, context, mask=None):
        with torch.no_grad():
            q, k, v = self.cut(self.q_proj(queries)), self.cut(self.k_proj(context)), self.cut(self.v_proj(context))
            found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o_proj(found.transpose(1, 2).flatten(2))


# %% wrong="the result is detached" loses=["heads_parts"] says="carry a gradient"
class MultiHead(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(width, width) for _ in range(4))

    def cut(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, queries, context, mask=None):
        q, k, v = self.cut(self.q_proj(queries)), self.cut(self.k_proj(context)), self.cut(self.v_proj(context))
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o_proj(found.transpose(1, 2).flatten(2)).detach()
