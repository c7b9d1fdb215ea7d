# %% right="one flat topk over all continuations"
def beam_search(next_logits, ids, new_tokens, beams):
    texts, sums = [list(ids)], torch.zeros(1, dtype=torch.float64)
    for _ in range(new_tokens):
        steps = torch.stack([next_logits(text) for text in texts]).double().log_softmax(-1)
        totals = sums[:, None] + steps
        best = totals.flatten().topk(min(beams, totals.numel()))
        parents, tokens = best.indices // steps.shape[1], best.indices % steps.shape[1]
        texts = [[*texts[p], int(t)] for p, t in zip(parents.tolist(), tokens, strict=True)]
        sums = best.values
    return texts[0], float(sums[0])


# %% right="every token of every text, then sorted"
def beam_search(next_logits, ids, new_tokens, beams):
    hypotheses = {tuple(ids): 0.0}
    for _ in range(new_tokens):
        candidates = {}
        for text, total in hypotheses.items():
            log_p = torch.log_softmax(next_logits(list(text)), dim=0).tolist()
            candidates.update({(*text, token): total + p for token, p in enumerate(log_p)})
        best = sorted(candidates, key=candidates.get, reverse=True)[:beams]
        hypotheses = {text: candidates[text] for text in best}
    best = max(hypotheses, key=hypotheses.get)
    return list(best), hypotheses[best]


# %% right="heapq and NumPy"
import heapq


def beam_search(next_logits, ids, new_tokens, beams):
    kept = [(0.0, tuple(ids))]
    for _ in range(new_tokens):
        longer = []
        for total, text in kept:
            scores = np.asarray(next_logits(list(text)), dtype=float)
            scores = scores - scores.max() - np.log(np.exp(scores - scores.max()).sum())
            for token in np.argsort(-scores)[:beams]:
                longer.append((total + scores[token], (*text, int(token))))
        kept = heapq.nlargest(beams, longer)
    total, text = kept[0]
    return np.array(text), total


# %% right="products of probabilities, logarithm at the end"
def beam_search(next_logits, ids, new_tokens, beams):
    kept = [(list(ids), 1.0)]
    for _ in range(new_tokens):
        longer = []
        for text, p in kept:
            best = next_logits(text).double().softmax(-1).topk(beams)
            for value, token in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                longer.append(([*text, token], p * value))
        longer.sort(key=lambda pair: -pair[1])
        kept = longer[:beams]
    return kept[0][0], float(np.log(kept[0][1]))


# %% wrong="greedy, whatever the beams" loses=["beam_path", "beam_prune", "beam_score", "beam_library"] says="Two beams must find"
def beam_search(next_logits, ids, new_tokens, beams):
    text, total = list(ids), 0.0
    for _ in range(new_tokens):
        log_p = next_logits(text).log_softmax(-1)
        text.append(int(log_p.argmax()))
        total += float(log_p.max())
    return text, total


# %% wrong="each first token is continued greedily" loses=["beam_prune", "beam_library"] says="not one for each beam"
def beam_search(next_logits, ids, new_tokens, beams):
    best = None
    first = next_logits(list(ids)).log_softmax(-1).topk(beams)
    for total, token in zip(first.values.tolist(), first.indices.tolist(), strict=True):
        text = [*ids, token]
        for _ in range(new_tokens - 1):
            log_p = next_logits(text).log_softmax(-1)
            text.append(int(log_p.argmax()))
            total += float(log_p.max())
        if best is None or total > best[1]:
            best = (text, total)
    return best


# %% wrong="the best child of each text" loses=["beam_prune", "beam_library"] says="not one for each beam"
def beam_search(next_logits, ids, new_tokens, beams):
    best = next_logits(list(ids)).log_softmax(-1).topk(beams)
    kept = [(p, [*ids, t]) for p, t in zip(best.values.tolist(), best.indices.tolist(), strict=True)]
    for _ in range(new_tokens - 1):
        longer = []
        for total, text in kept:
            log_p = next_logits(text).log_softmax(-1)
            longer.append((total + float(log_p.max()), [*text, int(log_p.argmax())]))
        kept = longer
    total, text = max(kept)
    return text, total


# %% wrong="ranks by the last step alone" loses=["beam_path", "beam_prune", "beam_library"] says="not the last alone"
def beam_search(next_logits, ids, new_tokens, beams):
    texts, sums = [list(ids)], torch.zeros(1, dtype=torch.float64)
    for _ in range(new_tokens):
        steps = torch.stack([next_logits(text) for text in texts]).double().log_softmax(-1)
        totals = steps
        best = totals.flatten().topk(min(beams, totals.numel()))
        parents, tokens = best.indices // steps.shape[1], best.indices % steps.shape[1]
        texts = [[*texts[p], int(t)] for p, t in zip(parents.tolist(), tokens, strict=True)]
        sums = sums[parents] + best.values
    return texts[0], float(sums[0])


# %% wrong="adds logits" loses=["beam_score", "beam_library"] says="not logits"
def beam_search(next_logits, ids, new_tokens, beams):
    texts, sums = [list(ids)], torch.zeros(1, dtype=torch.float64)
    for _ in range(new_tokens):
        steps = torch.stack([next_logits(text) for text in texts]).double()
        totals = sums[:, None] + steps
        best = totals.flatten().topk(min(beams, totals.numel()))
        parents, tokens = best.indices // steps.shape[1], best.indices % steps.shape[1]
        texts = [[*texts[p], int(t)] for p, t in zip(parents.tolist(), tokens, strict=True)]
        sums = best.values
    return texts[0], float(sums[0])


# %% wrong="the mean instead of the sum" loses=["beam_score", "beam_library"] says="not the mean"
def beam_search(next_logits, ids, new_tokens, beams):
    texts, sums = [list(ids)], torch.zeros(1, dtype=torch.float64)
    for _ in range(new_tokens):
        steps = torch.stack([next_logits(text) for text in texts]).double().log_softmax(-1)
        totals = sums[:, None] + steps
        best = totals.flatten().topk(min(beams, totals.numel()))
        parents, tokens = best.indices // steps.shape[1], best.indices % steps.shape[1]
        texts = [[*texts[p], int(t)] for p, t in zip(parents.tolist(), tokens, strict=True)]
        sums = best.values
    return texts[0], float(sums[0]) / new_tokens


# %% wrong="returns the probability" loses=["beam_score", "beam_library"] says="sum of the log-probabilities"
def beam_search(next_logits, ids, new_tokens, beams):
    texts, sums = [list(ids)], torch.zeros(1, dtype=torch.float64)
    for _ in range(new_tokens):
        steps = torch.stack([next_logits(text) for text in texts]).double().log_softmax(-1)
        totals = sums[:, None] + steps
        best = totals.flatten().topk(min(beams, totals.numel()))
        parents, tokens = best.indices // steps.shape[1], best.indices % steps.shape[1]
        texts = [[*texts[p], int(t)] for p, t in zip(parents.tolist(), tokens, strict=True)]
        sums = best.values
    return texts[0], float(sums[0].exp())


# %% wrong="returns the worst of the kept texts" loses=["beam_path", "beam_prune", "beam_score", "beam_library"] says="Two beams must find"
def beam_search(next_logits, ids, new_tokens, beams):
    texts, sums = [list(ids)], torch.zeros(1, dtype=torch.float64)
    for _ in range(new_tokens):
        steps = torch.stack([next_logits(text) for text in texts]).double().log_softmax(-1)
        totals = sums[:, None] + steps
        best = totals.flatten().topk(min(beams, totals.numel()))
        parents, tokens = best.indices // steps.shape[1], best.indices % steps.shape[1]
        texts = [[*texts[p], int(t)] for p, t in zip(parents.tolist(), tokens, strict=True)]
        sums = best.values
    return texts[-1], float(sums[-1])


# %% wrong="stops after two tokens" loses=["beam_path", "beam_prune", "beam_library"] says="One beam is greedy"
def beam_search(next_logits, ids, new_tokens, beams):
    texts, sums = [list(ids)], torch.zeros(1, dtype=torch.float64)
    for _ in range(min(2, new_tokens)):
        steps = torch.stack([next_logits(text) for text in texts]).double().log_softmax(-1)
        totals = sums[:, None] + steps
        best = totals.flatten().topk(min(beams, totals.numel()))
        parents, tokens = best.indices // steps.shape[1], best.indices % steps.shape[1]
        texts = [[*texts[p], int(t)] for p, t in zip(parents.tolist(), tokens, strict=True)]
        sums = best.values
    return texts[0], float(sums[0])


# %% wrong="probabilities are summed" loses=["beam_path", "beam_score", "beam_library"] says="PRODUCT"
def beam_search(next_logits, ids, new_tokens, beams):
    alive = {tuple(ids): 0.0}
    for _ in range(new_tokens):
        longer = {}
        for text, total in alive.items():
            top = torch.softmax(next_logits(list(text)), dim=-1).topk(beams)
            longer |= {(*text, int(t)): total + float(p) for p, t in zip(*top, strict=True)}
        alive = dict(sorted(longer.items(), key=lambda entry: -entry[1])[:beams])
    return next((list(text), total) for text, total in alive.items())


# %% wrong="the prompt itself grows" loses=["beam_path"] says="prompt was changed"
def beam_search(next_logits, ids, new_tokens, beams):
    alive = [(ids[:], 0.0)]
    for _ in range(new_tokens):
        longer = []
        for text, total in alive:
            top = torch.log_softmax(next_logits(text), dim=-1).topk(beams)
            longer += [([*text, int(t)], total + float(p)) for p, t in zip(*top, strict=True)]
        alive = sorted(longer, key=lambda entry: -entry[1])[:beams]
    ids[:] = alive[0][0]
    return alive[0]
