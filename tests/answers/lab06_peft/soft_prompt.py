# %% right="repeat, ones_like, sort"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(torch.tensor(start.tolist()))

    def forward(self, embeddings, mask):
        vectors = self.vectors.unsqueeze(0).repeat(embeddings.size(0), 1, 1)
        real = torch.ones(vectors.shape[:2], dtype=mask.dtype)
        return torch.hstack([vectors, embeddings]), torch.hstack([real, mask])


def nearest_tokens(vectors, table, k):
    table = table / table.norm(dim=1, keepdim=True)
    return (vectors @ table.T).argsort(dim=1, descending=True)[:, :k]


# %% right="cosine_similarity, padding of the mask"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(torch.empty_like(start).copy_(start.detach()))

    def forward(self, embeddings, mask):
        vectors = torch.stack([self.vectors for _ in embeddings])
        mask = nn.functional.pad(mask, (len(self.vectors), 0), value=1)
        return torch.cat((vectors, embeddings), 1), mask


def nearest_tokens(vectors, table, k):
    return torch.stack([nn.functional.cosine_similarity(v[None], table).topk(k).indices for v in vectors])


# %% right="row by row"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows = [torch.cat([self.vectors, row]) for row in embeddings]
        masks = [torch.cat([torch.ones(len(self.vectors)).to(row), row]) for row in mask]
        return torch.stack(rows), torch.stack(masks)


def nearest_tokens(vectors, table, k):
    found = []
    for vector in vectors:
        cosine = [float(vector @ word / word.norm()) for word in table]
        found.append(sorted(range(len(cosine)), key=lambda i: -cosine[i])[:k])
    return torch.tensor(found)


# %% wrong="the prompt behind the text" loses=["soft_front"] says="stands in front"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([embeddings, vectors], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="the mask does not grow" loses=["soft_mask"] says="mask should grow"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), mask


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="the prompt is masked like padding" loses=["soft_mask"] says="real in every row"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_zeros(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="the mask grows at the wrong end" loses=["soft_mask"] says="follows unchanged"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask, mask.new_ones(rows, length)], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="the mask is ones throughout" loses=["soft_mask"] says="own mask"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), mask.new_ones(rows, length + mask.shape[1])


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="written over the text's first tokens" loses=["soft_front"] says="one after the other"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings[:, length:]], dim=1), torch.cat(
            [mask.new_ones(rows, length), mask], dim=1
        )


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="the prompt is the embedding table's own rows" loses=["soft_start"] says="changed the embedding table"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="the prompt does not learn" loses=["soft_start"] says="one parameter"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.register_buffer("vectors", start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="starts at random whatever is given" loses=["soft_front", "soft_start"] says="the vectors given"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(torch.randn(start.shape))

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices


# %% wrong="the scalar product, so that long vectors win" loses=["soft_nearest"] says="neither long vectors"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    return (vectors @ table.T).topk(k, dim=-1).indices


# %% wrong="the smallest distance" loses=["soft_nearest"] says="nor the distance"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    return torch.cdist(vectors, table).topk(k, dim=-1, largest=False).indices


# %% wrong="the least similar" loses=["soft_nearest"] says="best first"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1, largest=False).indices


# %% wrong="the similarities instead of the ids" loses=["soft_nearest"] says="best first"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(start.detach().clone())

    def forward(self, embeddings, mask):
        rows, length = len(embeddings), len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)


def nearest_tokens(vectors, table, k):
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).values


# %% wrong="a copy of the prompt goes in front, not the prompt" loses=["soft_start"] says="No gradient reaches the prompt"
class SoftPrompt(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.vectors = nn.Parameter(torch.clone(start).detach())

    def forward(self, embeddings, mask):
        many = self.vectors.detach().unsqueeze(0).repeat(embeddings.shape[0], 1, 1)
        ones = torch.ones_like(many[:, :, 0], dtype=mask.dtype)
        return torch.hstack([many, embeddings]), torch.hstack([ones, mask])


def nearest_tokens(vectors, table, k):
    length = nn.functional.normalize
    return torch.topk(length(vectors, dim=1) @ length(table, dim=1).mT, k).indices
