# %% right="one function with a sign"
def shift(linear, update, sign):
    with torch.no_grad():
        linear.weight.add_(update.B @ update.A, alpha=sign * update.scale)


def merge(linear, update):
    shift(linear, update, 1)


def unmerge(linear, update):
    shift(linear, update, -1)


def swap(linear, old, new):
    shift(linear, new, 1)
    shift(linear, old, -1)


# %% right="through .data, product by product"
def merge(linear, update):
    for a, b in zip(update.A.data, update.B.data.T, strict=True):
        linear.weight.data += update.scale * torch.outer(b, a)


def unmerge(linear, update):
    for a, b in zip(update.A.data, update.B.data.T, strict=True):
        linear.weight.data -= update.scale * torch.outer(b, a)


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% right="the new numbers computed first, then copied in, in double precision"
@torch.no_grad()
def merge(linear, update):
    change = update.scale * torch.einsum("or,ri->oi", update.B.double(), update.A.double())
    linear.weight.copy_(linear.weight.double() + change)


@torch.no_grad()
def unmerge(linear, update):
    change = update.scale * torch.einsum("or,ri->oi", update.B.double(), update.A.double())
    linear.weight.copy_(linear.weight.double() - change)


@torch.no_grad()
def swap(linear, old, new):
    change = new.scale * (new.B @ new.A) - old.scale * (old.B @ old.A)
    linear.weight.copy_(linear.weight + change)


# %% wrong="the scale is forgotten" loses=["merge_exact", "merge_back", "merge_swap"] says="scaled"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.B @ update.A


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.B @ update.A


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="the scale is forgotten when taking out" loses=["merge_back", "merge_swap"] says="what merge adds"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.B @ update.A


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="the product is transposed" loses=["merge_exact", "merge_back", "merge_swap"] says="B before A"
def merge(linear, update):
    with torch.no_grad():
        change = update.scale * (update.B @ update.A).T
        linear.weight += change.reshape(linear.weight.shape)


def unmerge(linear, update):
    with torch.no_grad():
        change = update.scale * (update.B @ update.A).T
        linear.weight -= change.reshape(linear.weight.shape)


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="unmerge sets the weight to zero" loses=["merge_back", "merge_swap"] says="old weight should be back"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight.zero_()


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="unmerge adds once more" loses=["merge_back", "merge_swap"] says="unmerge subtracts"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="swap forgets to take the old one out" loses=["merge_swap"] says="take the old one out"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.scale * (update.B @ update.A)


def swap(linear, old, new):
    merge(linear, new)


# %% wrong="swap takes the old one out and stops" loses=["merge_swap"] says="put the new one in"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.scale * (update.B @ update.A)


def swap(linear, old, new):
    unmerge(linear, old)


# %% wrong="swap uses the new scale for both" loses=["merge_swap"] says="its own scale"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.scale * (update.B @ update.A)


def swap(linear, old, new):
    unmerge(linear, Update(old.A, old.B, new.scale))
    merge(linear, new)


# %% wrong="a new parameter takes the old one's place" loses=["merge_exact", "merge_back", "merge_swap"] says="new weight object"
def merge(linear, update):
    linear.weight = nn.Parameter(linear.weight.detach() + update.scale * (update.B @ update.A).detach())


def unmerge(linear, update):
    linear.weight = nn.Parameter(linear.weight.detach() - update.scale * (update.B @ update.A).detach())


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="recorded as if it were training" loses=["merge_exact", "merge_back", "merge_swap"] says="torch.no_grad"
def merge(linear, update):
    linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    linear.weight -= update.scale * (update.B @ update.A)


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="the weight is left frozen" loses=["merge_exact", "merge_swap"] says="plain parameter"
def merge(linear, update):
    linear.weight.requires_grad = False
    linear.weight += update.scale * (update.B @ update.A).detach()


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.scale * (update.B @ update.A)


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="the task's own factors are scaled in place" loses=["merge_exact", "merge_swap"] says="own A and B"
def merge(linear, update):
    with torch.no_grad():
        update.B *= update.scale
        linear.weight += update.B @ update.A


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.scale * (update.B @ update.A)


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="merge alone forgets the scale" loses=["merge_exact"] says="scaled"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.B @ update.A


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight -= update.scale * (update.B @ update.A)


def swap(linear, old, new):
    with torch.no_grad():
        linear.weight += new.scale * (new.B @ new.A) - old.scale * (old.B @ old.A)


# %% wrong="unmerge divides where it should subtract" loses=["merge_back"] says="unmerge subtracts"
def merge(linear, update):
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)


def unmerge(linear, update):
    with torch.no_grad():
        linear.weight /= 1 + update.scale * (update.B @ update.A).abs()


def swap(linear, old, new):
    with torch.no_grad():
        linear.weight += new.scale * (new.B @ new.A) - old.scale * (old.B @ old.A)


# %% wrong="unmerge remembers what merge had found" loses=["merge_back", "merge_swap"] says="left nothing else behind"
KEPT = {}


@torch.no_grad()
def merge(linear, update):
    KEPT[id(linear)] = linear.weight.clone()
    linear.weight.add_(update.B @ update.A, alpha=update.scale)


@torch.no_grad()
def unmerge(linear, update):
    linear.weight.copy_(KEPT[id(linear)])


def swap(linear, old, new):
    unmerge(linear, old)
    merge(linear, new)


# %% wrong="turns the task's own scale to take it out" loses=["merge_back"] says="scale should stay"
@torch.no_grad()
def merge(linear, update):
    linear.weight.add_(update.B @ update.A, alpha=update.scale)


def unmerge(linear, update):
    update.scale *= -1
    merge(linear, update)


@torch.no_grad()
def swap(linear, old, new):
    linear.weight.add_(new.scale * new.B @ new.A - old.scale * old.B @ old.A)
