# %% right="a loop for the nucleus, float64"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% right="searchsorted; the inverse of the cumulative sum draws"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits / temperature
    if top_k:
        scores = torch.where(scores >= torch.sort(scores, descending=True).values[top_k - 1], scores, -float("inf"))
    p = torch.exp(scores - torch.logsumexp(scores, dim=0))
    if top_p is not None:
        ordered, order = torch.sort(p, descending=True)
        size = int(torch.searchsorted(ordered.cumsum(0), top_p)) + 1
        p = torch.zeros_like(p).scatter(0, order[:size], ordered[:size])
    return p / p.sum()


def draw(probabilities, generator):
    throw = torch.rand(1, generator=generator, dtype=torch.float64)
    steps = probabilities.double().cumsum(0)
    return int(torch.searchsorted(steps, throw * steps[-1], right=True))


# %% right="NumPy for the filters; Gumbel noise draws"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = np.array(logits, dtype=float) / temperature
    order = np.argsort(-scores)
    if top_k is not None:
        scores[order[top_k:]] = -np.inf
    weights = np.exp(scores - scores.max())
    p = weights / weights.sum()
    if top_p is not None:
        before = np.concatenate([[0], np.cumsum(p[order])[:-1]])
        p[order[before >= top_p]] = 0
    return torch.from_numpy(p / p.sum())


def draw(probabilities, generator):
    noise = -torch.log(-torch.log(torch.rand(len(probabilities), generator=generator, dtype=torch.float64)))
    return int((probabilities.double().log() + noise).argmax())


# %% right="the library's own filters"
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper


def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    filters = [TemperatureLogitsWarper(float(temperature))]
    filters += [TopKLogitsWarper(top_k)] if top_k is not None else []
    filters += [TopPLogitsWarper(top_p)] if top_p is not None else []
    scores = logits[None]
    for one in filters:
        scores = one(None, scores)
    return scores[0].softmax(-1)


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="multiplies by the temperature" loses=["softmax_temperature", "softmax_stable", "filters_library"] says="DIVIDED"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() * temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="temperature applied to the probabilities" loses=["softmax_temperature", "softmax_stable", "filters_library"] says="DIVIDED"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double()
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1) / temperature
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="no softmax, only shares of the scores" loses=["softmax_temperature", "softmax_stable", "keep_top_k", "keep_top_p", "filters_library"] says="e to each score"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits / temperature
    return scores / scores.sum()


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="exp overflows" loses=["softmax_stable"] says="subtract the largest"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.float().exp() / scores.float().exp().sum()
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="keeps the first k instead of the highest" loses=["keep_top_k", "filters_library"] says="k HIGHEST"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = torch.arange(top_k)
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="keeps k + 1" loses=["keep_top_k", "filters_library"] says="k HIGHEST"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(min(top_k + 1, len(scores))).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="after top-k the rest does not sum to 1" loses=["keep_top_k", "filters_library"] says="sums to 1 again"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    p = (logits / temperature).softmax(-1)
    if top_k is not None:
        p = torch.where(p >= p.topk(top_k).values[-1], p, 0.0)
    if top_p is not None:
        ordered, order = p.sort(descending=True)
        p = p.index_fill(0, order[ordered.cumsum(0) - ordered >= top_p], 0.0)
        p = p / p.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="the token that reaches p is left out" loses=["keep_top_p", "filters_library"] says="INCLUDING"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            total += float(p[token])
            if total >= top_p and nucleus:
                break
            nucleus.append(int(token))
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="the nucleus can be empty" loses=["keep_top_p", "filters_library"] says="Nothing is kept"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            total += float(p[token])
            if total > top_p:
                break
            nucleus.append(int(token))
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum() if nucleus else only
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="the sum including the token itself must stay below p" loses=["keep_top_p", "filters_library"] says="Nothing is kept at p = 0.35"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits / temperature
    if top_k is not None:
        scores = scores.masked_fill(scores < scores.topk(top_k).values[-1], -torch.inf)
    p = scores.softmax(-1)
    if top_p is not None:
        ordered, order = p.sort(descending=True)
        p[order[ordered.cumsum(0) >= top_p]] = 0.0
    return p / p.sum()


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="keeps every token likelier than 1 - p" loses=["keep_top_p", "filters_library"] says="likeliest first"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits / temperature
    if top_k is not None:
        scores = scores.masked_fill(scores < scores.topk(top_k).values[-1], -torch.inf)
    p = scores.softmax(-1)
    if top_p is not None:
        p = p.masked_fill(p <= min(1 - top_p, float(p.max()) * 0.999), 0.0)
    return p / p.sum()


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="the nucleus is not divided by its sum" loses=["keep_top_p", "filters_library"] says="divide by the sum"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="nucleus before top-k" loses=["filters_library"] says="order"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits / temperature
    if top_p is not None:
        ordered, order = scores.softmax(-1).sort(descending=True)
        scores = scores.index_fill(0, order[ordered.cumsum(0) - ordered >= top_p], -torch.inf)
    if top_k is not None:
        scores = scores.masked_fill(scores < scores.topk(top_k).values[-1], -torch.inf)
    return scores.softmax(-1)


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="nucleus before the temperature" loses=["filters_library"] says="order"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits
    if top_k is not None:
        scores = scores.masked_fill(scores < scores.topk(top_k).values[-1], -torch.inf)
    if top_p is not None:
        ordered, order = scores.softmax(-1).sort(descending=True)
        scores = scores.index_fill(0, order[ordered.cumsum(0) - ordered >= top_p], -torch.inf)
    return (scores / temperature).softmax(-1)


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="changes the logits in place" loses=["filters_library"] says="in place"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    logits -= logits.max()
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, num_samples=1, generator=generator).item())


# %% wrong="always the likeliest" loses=["draw_distribution"] says="as their probabilities say"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(probabilities.argmax())


# %% wrong="draws evenly among the tokens kept" loses=["draw_distribution"] says="as their probabilities say"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    kept = torch.nonzero(probabilities).flatten()
    return int(kept[torch.randint(len(kept), (1,), generator=generator)])


# %% wrong="ignores the generator" loses=["draw_distribution"] says="no other source"
def next_probabilities(logits, temperature=1.0, top_k=None, top_p=None):
    scores = logits.double() / temperature
    if top_k is not None:
        kept = scores.topk(top_k).indices
        cut = torch.full_like(scores, -torch.inf)
        cut[kept] = scores[kept]
        scores = cut
    p = scores.softmax(-1)
    if top_p is not None:
        order = p.argsort(descending=True)
        total, nucleus = 0.0, []
        for token in order:
            nucleus.append(int(token))
            total += float(p[token])
            if total >= top_p:
                break
        only = torch.zeros_like(p)
        only[nucleus] = p[nucleus]
        p = only / only.sum()
    return p


def draw(probabilities, generator):
    return int(torch.multinomial(probabilities, 1))
