# %% right="cross_entropy, which passes over -100"
def answer_loss(logits, labels):
    return nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)


# %% right="only the labelled places are looked at"
def answer_loss(logits, labels):
    wanted = labels[:, 1:]
    here = wanted != -100
    log_p = torch.log_softmax(logits[:, :-1][here], dim=-1)
    return -log_p[torch.arange(len(log_p)), wanted[here]].mean()


# %% right="row by row, sums over sums"
def answer_loss(logits, labels):
    total, count = 0.0, 0
    for row, marks in zip(logits, labels, strict=True):
        for place in range(1, len(marks)):
            if marks[place] != -100:
                total = total + row[place - 1].logsumexp(-1) - row[place - 1, marks[place]]
                count += 1
    return total / count


# %% wrong="no shift" loses=["loss_shift", "loss_mean"] says="logits at t belong to the label at t + 1"
def answer_loss(logits, labels):
    return nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())


# %% wrong="shifted the other way" loses=["loss_shift", "loss_mean"] says="know each NEXT token"
def answer_loss(logits, labels):
    return nn.functional.cross_entropy(logits[:, 1:].flatten(0, 1), labels[:, :-1].flatten())


# %% wrong="a mean of the rows' means" loses=["loss_mean"] says="all rows together"
def answer_loss(logits, labels):
    losses = [nn.functional.cross_entropy(row[:-1], marks[1:]) for row, marks in zip(logits, labels, strict=True)]
    return torch.stack(losses).mean()


# %% wrong="masked tokens counted as zeros" loses=["loss_mean"] says="labelled tokens only"
def answer_loss(logits, labels):
    wanted = labels[:, 1:]
    losses = nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), wanted.flatten(), reduction="none")
    return losses.mean()


# %% wrong="bits instead of nats" loses=["loss_mean"] says="in nats"
def answer_loss(logits, labels):
    return nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten()) / np.log(2)


# %% wrong="-100 taken for class 0" loses=["loss_mean"] says="labelled tokens only"
def answer_loss(logits, labels):
    return nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].clamp(min=0).flatten())


# %% wrong="one loss for each token" loses=["loss_shift", "loss_mean"] says="One number for the whole batch"
def answer_loss(logits, labels):
    return nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none")
