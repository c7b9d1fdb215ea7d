# %% wrong="the mean of the batches' means" loses=["loss_pooled", "loss_edges", "loss_drawn"] says="the mean of the batches' means"
def held_out_loss(batches):
    losses = [nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten()).item() for logits, labels in batches]
    return float(np.mean(losses))


# %% wrong="the mean of the means of the batches that ask something" loses=["loss_pooled", "loss_drawn"] says="the mean of the batches' means"
def held_out_loss(batches):
    losses = [nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten()).item() for logits, labels in batches]
    return float(np.nanmean(losses)) if not np.isnan(losses).all() else math.nan


# %% wrong="divided by all positions" loses=["loss_asked", "loss_pooled", "loss_edges", "loss_drawn"] says="not in the divisor"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        total += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        asked += labels.numel()
    return total / asked if asked else math.nan


# %% wrong="bits" loses=["loss_asked", "loss_pooled", "loss_edges", "loss_drawn"] says="Nats, not bits"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        total += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item() / math.log(2)
        asked += int((labels != -100).sum())
    return total / asked if asked else math.nan


# %% wrong="perplexity" loses=["loss_asked", "loss_pooled", "loss_edges", "loss_drawn"] says="the perplexity"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        total += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        asked += int((labels != -100).sum())
    return math.exp(total / asked) if asked else math.nan


# %% wrong="the sum" loses=["loss_asked", "loss_pooled", "loss_edges", "loss_drawn"] says="not the sum"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        total += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        asked += int((labels != -100).sum())
    return total if asked else math.nan


# %% wrong="labels shifted as for a causal model" loses=["loss_asked", "loss_pooled", "loss_edges", "loss_drawn"] says="Labels are not shifted"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        logits, labels = logits[:, :-1], labels[:, 1:]
        total += nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum").item()
        asked += int((labels != -100).sum())
    return total / asked if asked else math.nan


# %% wrong="token 0 taken as nothing asked" loses=["loss_asked", "loss_pooled", "loss_drawn"] says="0 is a token's number"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        chosen = labels > 0
        if chosen.any():
            total += nn.functional.cross_entropy(logits[chosen], labels[chosen], reduction="sum").item()
            asked += int(chosen.sum())
    return total / asked if asked else math.nan


# %% wrong="softmax first, then its logarithm" loses=["loss_edges"] says="overflows or becomes 0"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        chosen = labels != -100
        powers = logits[chosen].exp()
        shares = powers / powers.sum(-1, keepdim=True)
        total -= shares.gather(-1, labels[chosen][:, None]).log().sum().item()
        asked += int(chosen.sum())
    return total / asked if asked else math.nan


# %% wrong="softmax, to which a small number is added" loses=["loss_edges"] says="caps the loss"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        chosen = labels != -100
        shares = logits[chosen].softmax(-1)
        total -= (shares.gather(-1, labels[chosen][:, None]) + 1e-12).log().sum().item()
        asked += int(chosen.sum())
    return total / asked if asked else math.nan


# %% wrong="0 where nothing is asked" loses=["loss_edges"] says="the loss is nan"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        total += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        asked += int((labels != -100).sum())
    return total / max(1, asked)


# %% wrong="division by zero where nothing is asked" loses=["loss_edges"] says="held_out_loss stops at batches with [0]"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        total += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        asked += int((labels != -100).sum())
    return total / asked


# %% wrong="the caller's logits made smaller" loses=["loss_edges"] says="in place"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        logits -= logits.max(-1, keepdim=True).values
        total += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        asked += int((labels != -100).sum())
    return total / asked if asked else math.nan


# %% wrong="the caller's labels filled" loses=["loss_edges"] says="in place"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        chosen = labels != -100
        labels[~chosen] = 0
        losses = nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
        total += (losses * chosen.flatten()).sum().item()
        asked += int(chosen.sum())
    return total / asked if asked else math.nan


# %% wrong="the last batch alone" loses=["loss_pooled", "loss_edges", "loss_drawn"] says="the last batch alone"
def held_out_loss(batches):
    for logits, labels in batches:
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
    return loss.item()


# %% wrong="returned within the loop" loses=["loss_pooled", "loss_edges", "loss_drawn"] says="the first batch alone"
def held_out_loss(batches):
    for logits, labels in batches:
        return nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten()).item()
    return None


# %% wrong="weighted by the number of texts" loses=["loss_pooled", "loss_edges", "loss_drawn"] says="by its number of texts"
def held_out_loss(batches):
    total = 0.0
    rows = 0
    for logits, labels in batches:
        total += len(labels) * nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten()).item()
        rows += len(labels)
    return total / rows


# %% wrong="-100 as an index" loses=["loss_asked", "loss_pooled", "loss_edges", "loss_drawn"] says="held_out_loss stops at batches"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        total -= logits.log_softmax(-1).gather(-1, labels.unsqueeze(-1)).sum().item()
        asked += int((labels != -100).sum())
    return total / asked if asked else math.nan


# %% wrong="sums over batches that outlive the call" loses=["loss_asked", "loss_pooled", "loss_edges", "loss_drawn"] says="the loss of one token"
SUMS = [0.0, 0]


def held_out_loss(batches):
    for logits, labels in batches:
        SUMS[0] += nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"
        ).item()
        SUMS[1] += int((labels != -100).sum())
    return SUMS[0] / SUMS[1] if SUMS[1] else math.nan


# %% right="all asked positions in one tensor"
def held_out_loss(batches):
    logits = torch.cat([logits[labels != -100] for logits, labels in batches])
    labels = torch.cat([labels[labels != -100] for _, labels in batches])
    return nn.functional.cross_entropy(logits, labels)


# %% right="log_softmax and gather"
def held_out_loss(batches):
    total = 0.0
    asked = 0
    for logits, labels in batches:
        chosen = labels != -100
        logs = logits[chosen].double().log_softmax(-1)
        total -= logs[torch.arange(len(logs)), labels[chosen]].sum()
        asked += chosen.sum()
    return float(total / asked) if asked > 0 else float("nan")


# %% right="NumPy, position by position"
def held_out_loss(batches):
    losses = []
    for logits, labels in batches:
        for row, label in zip(logits.reshape(-1, logits.shape[-1]).numpy(), labels.reshape(-1).tolist(), strict=False):
            if label >= 0:
                top = row.max()
                losses.append(top + np.log(np.exp(row - top).sum()) - row[label])
    return np.mean(losses) if losses else np.nan


# %% wrong="stops at a batch that asks nothing" loses=["loss_edges"] says="Batches after one that asks nothing"
def held_out_loss(batches):
    total = count = 0
    for logits, labels in batches:
        asked = labels != -100
        if not asked.any() and count:
            break
        total += nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum").item()
        count += int(asked.sum())
    return total / count if count else math.nan
