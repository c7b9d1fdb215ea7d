# %% right="logsumexp"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% right="the library's, with distributions"
def cross_entropy(logits, targets):
    return nn.functional.cross_entropy(logits, targets)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 1, "soft_weight": 1}


# %% right="row by row"
def cross_entropy(logits, targets):
    rows = [-(p * torch.log_softmax(q, dim=0)).sum() for q, p in zip(logits, targets, strict=True)]
    return torch.stack(rows).mean()


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the sum over rows" loses=["distil_cross_entropy", "distil_soft", "distil_mixture"] says="sum over rows"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="rows and classes averaged" loses=["distil_cross_entropy", "distil_soft", "distil_mixture"] says="averages both"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / logits.numel()


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the sign" loses=["distil_cross_entropy", "distil_soft", "distil_mixture"] says="wrong sign"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the likeliest class only" loses=["distil_cross_entropy", "distil_soft", "distil_mixture"] says="likeliest class of each target only"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -log_q[torch.arange(len(logits)), targets.argmax(1)].mean()


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the softmax written out" loses=["distil_cross_entropy"] says="overflows"
def cross_entropy(logits, targets):
    log_q = torch.log(torch.exp(logits) / torch.exp(logits).sum(1, keepdim=True))
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="KL divergence" loses=["distil_cross_entropy", "distil_soft", "distil_mixture"] says="KL divergence"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return (torch.xlogy(targets, targets) - targets * log_q).sum(1).mean()


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="no square" loses=["distil_soft", "distil_mixture"] says="temperature's square"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the temperature, not its square" loses=["distil_soft", "distil_mixture"] says="not by itself"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the teacher stays cold" loses=["distil_soft", "distil_mixture"] says="teacher's logits are divided"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the student stays cold" loses=["distil_soft", "distil_mixture"] says="student's logits are divided"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="a gradient to the teacher" loses=["distil_soft"] says="it is fixed"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="softened labels" loses=["distil_mixture"] says="no temperature"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits / temperature, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the square for both" loses=["distil_mixture"] says="soft loss only"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = temperature**2 * nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="weights swapped" loses=["distil_soft", "distil_mixture"] says="labels count for nothing"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return (1 - soft_weight) * soft + soft_weight * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="the hard loss in full" loses=["distil_soft", "distil_mixture"] says="loss"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}


# %% wrong="nothing is distilled" loses=["distil_mixture"] says="nothing is distilled"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.0}


# %% wrong="logits divided in place" loses=["distil_soft", "distil_mixture"] says="divide into new ones"
def cross_entropy(logits, targets):
    log_q = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -torch.einsum("rc,rc->", targets, log_q) / len(logits)


def distillation_loss(student_logits, teacher_logits, labels, temperature, soft_weight):
    with torch.no_grad():
        teacher_logits /= 1.5
        softened = torch.softmax(teacher_logits / temperature, dim=1)
    soft = temperature**2 * cross_entropy(student_logits / temperature, softened)
    hard = nn.functional.cross_entropy(student_logits, labels)
    return soft_weight * soft + (1 - soft_weight) * hard


def distillation_settings():
    return {"temperature": 3.0, "soft_weight": 0.7}
