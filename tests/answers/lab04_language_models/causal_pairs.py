# %% right="boolean masks; gather on a log-softmax"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% right="loops over rows and places"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    losses = torch.zeros(targets.shape)
    for row in range(targets.shape[0]):
        for place in range(targets.shape[1]):
            if targets[row, place] != -100:
                scores = logits[row, place]
                losses[row, place] = scores.logsumexp(0) - scores[targets[row, place]]
    return losses


def perplexity(losses, targets):
    counted = [loss for loss, t in zip(losses.flatten().tolist(), targets.flatten().tolist(), strict=True) if t != -100]
    return float(np.exp(sum(counted) / len(counted)))


# %% right="fancy indexing; torch.where"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], torch.where(attention_mask[:, 1:].bool(), ids[:, 1:], torch.tensor(-100))


def token_losses(logits, targets):
    shifted = logits - logits.max(-1, keepdim=True).values
    log_p = shifted - shifted.exp().sum(-1, keepdim=True).log()
    rows, places = torch.meshgrid(*map(torch.arange, targets.shape), indexing="ij")
    losses = -log_p[rows, places, targets.clamp_min(0)]
    return torch.where(targets == -100, torch.zeros_like(losses), losses)


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% right="NumPy for the mean; a tensor comes back"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    weights = (np.asarray(targets) != -100).astype(float)
    return torch.tensor(np.exp(np.average(np.asarray(losses), weights=weights)))


# %% wrong="no shift" loses=["causal_shift", "causal_padding"] says="asked for token t + 1"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], ids[:, :-1].masked_fill(attention_mask[:, :-1] == 0, -100)


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="shifted the other way" loses=["causal_shift", "causal_padding"] says="asked for token t + 1"
def causal_pairs(ids, attention_mask):
    return ids[:, 1:], ids[:, :-1].masked_fill(attention_mask[:, :-1] == 0, -100)


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="padding is predicted" loses=["causal_padding"] says="padding is never predicted"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], ids[:, 1:]


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="the mask of the input decides" loses=["causal_padding"] says="TARGET"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], ids[:, 1:].masked_fill(attention_mask[:, :-1] == 0, -100)


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="takes id 0 for padding" loses=["causal_padding"] says="not the id"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], torch.where((ids[:, 1:] == 0) | (attention_mask[:, 1:] == 0), -100, ids[:, 1:])


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="probability instead of its logarithm" loses=["loss_value", "loss_library"] says="minus the NATURAL logarithm"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return (1 - picked) * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="logarithm to base 2" loses=["loss_value", "loss_library"] says="NATURAL"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known / np.log(2)


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="minus the logit, no softmax" loses=["loss_value", "loss_ignored", "loss_library"] says="softmax probability"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="softmax over the places instead of the vocabulary" loses=["loss_value", "loss_library"] says="softmax probability"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-2)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="-100 is taken for an id" loses=["loss_ignored", "loss_library"] says="must not be taken for an id"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    return -logits.log_softmax(-1).gather(-1, targets.unsqueeze(-1)).squeeze(-1)


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="-100 counts like token 0" loses=["loss_ignored", "loss_library"] says="does not count"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    return -logits.log_softmax(-1).gather(-1, targets.clamp(min=0).unsqueeze(-1)).squeeze(-1)


def perplexity(losses, targets):
    return torch.exp(losses[targets != -100].mean()).item()


# %% wrong="mean over all places, padding included" loses=["perplexity_mean", "loss_library"] says="targets that count"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return float(losses.mean().exp())


# %% wrong="mean of the rows' means" loses=["perplexity_mean", "loss_library"] says="whatever row"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    counts = (targets != -100).sum(1)
    return float((losses.sum(1) / counts.clamp(min=1)).mean().exp())


# %% wrong="2 to the mean" loses=["perplexity_mean", "loss_library"] says="e to the mean"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return float(2 ** losses[targets != -100].mean())


# %% wrong="the mean loss itself" loses=["perplexity_mean", "loss_library"] says="e to the mean"
def causal_pairs(ids, attention_mask):
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[attention_mask[:, 1:] == 0] = -100
    return inputs, targets


def token_losses(logits, targets):
    known = targets != -100
    p = logits.log_softmax(dim=-1)
    picked = torch.gather(p, 2, torch.where(known, targets, 0).unsqueeze(2)).squeeze(2)
    return -picked * known


def perplexity(losses, targets):
    return float(losses[targets != -100].mean())


# %% wrong="padding is written into the caller's ids" loses=["causal_padding"] says="in place"
def causal_pairs(ids, attention_mask):
    ids[:, 1:][attention_mask[:, 1:] == 0] = -100
    return ids[:, :-1], ids[:, 1:]


def token_losses(logits, targets):
    counts = targets != -100
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p.gather(-1, (targets * counts)[..., None])[..., 0] * counts


def perplexity(losses, targets):
    return float(losses[targets != -100].mean().exp())


# %% wrong="the caller's -100 become 0" loses=["loss_ignored"] says="in place"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], torch.where(attention_mask[:, 1:] == 1, ids[:, 1:], -100)


def token_losses(logits, targets):
    counts = targets != -100
    targets.clamp_(min=0)
    return -torch.log_softmax(logits, dim=-1).gather(-1, targets[..., None])[..., 0] * counts


def perplexity(losses, targets):
    return float(losses[targets != -100].mean().exp())


# %% wrong="the logarithm of the softmax, in two steps" loses=["loss_value"] says="use log_softmax"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], torch.where(attention_mask[:, 1:] == 1, ids[:, 1:], -100)


def token_losses(logits, targets):
    counts = targets != -100
    p = torch.softmax(logits, dim=-1).gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    return torch.where(counts, -p.log(), 0.0)


def perplexity(losses, targets):
    return float(losses[targets != -100].mean().exp())


# %% wrong="a loss of 0 is no target" loses=["perplexity_mean"] says="whatever row"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], torch.where(attention_mask[:, 1:] == 1, ids[:, 1:], -100)


def token_losses(logits, targets):
    counts = targets != -100
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p.gather(-1, (targets * counts)[..., None])[..., 0] * counts


def perplexity(losses, targets):
    return float((losses.sum() / (losses > 0).sum()).exp())


# %% wrong="id 0 is no target" loses=["perplexity_mean"] says="whatever row"
def causal_pairs(ids, attention_mask):
    return ids[:, :-1], torch.where(attention_mask[:, 1:] == 1, ids[:, 1:], -100)


def token_losses(logits, targets):
    counts = targets != -100
    log_p = torch.log_softmax(logits, dim=-1)
    return -log_p.gather(-1, (targets * counts)[..., None])[..., 0] * counts


def perplexity(losses, targets):
    return float(losses[targets > 0].mean().exp())
