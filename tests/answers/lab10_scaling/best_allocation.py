# %% right="the smallest of tuples"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = min(flops / 6 / size, most_tokens)
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(rows)
    return size, tokens, loss


# %% right="arrays"
def best_allocation(law, sizes, flops, most_tokens):
    table = np.sort(np.array(sizes, dtype=float))
    tokens = np.minimum(flops / (6 * table), most_tokens)
    losses = kaplan_loss(law, table, tokens)
    best = int(np.argmin(losses))
    return int(table[best]), float(tokens[best]), float(losses[best])


# %% right="with a key"
def best_allocation(law, sizes, flops, most_tokens):
    def tokens(size):
        return min(training_budget(size), most_tokens)

    def training_budget(size):
        return flops / (6 * size)

    best = min(sorted(sizes), key=lambda size: float(kaplan_loss(law, size, tokens(size))))
    return best, tokens(best), float(kaplan_loss(law, best, tokens(best)))


# %% wrong="the largest size" loses=["allocation_best", "allocation_text", "allocation_outside"] says="Compare losses, not sizes"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = min(flops / 6 / size, most_tokens)
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = max(rows, key=lambda row: row[1])
    return size, tokens, loss


# %% wrong="the highest loss" loses=["allocation_best", "allocation_text", "allocation_outside"] says="not sizes"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = min(flops / 6 / size, most_tokens)
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = max(rows)
    return size, tokens, loss


# %% wrong="the smallest size" loses=["allocation_best", "allocation_text", "allocation_outside"] says="look for the lowest"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = min(flops / 6 / size, most_tokens)
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(rows, key=lambda row: row[1])
    return size, tokens, loss


# %% wrong="more text than there is" loses=["allocation_text", "allocation_outside"] says="not that much text"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = flops / 6 / size
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(rows)
    return size, tokens, loss


# %% wrong="capped only in what is reported" loses=["allocation_text", "allocation_outside"] says="after the text there is"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = flops / 6 / size
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(rows)
    return size, min(tokens, most_tokens), loss


# %% wrong="N·D not six times it" loses=["allocation_best", "allocation_outside"] says="not by N"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = min(flops / size, most_tokens)
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(rows)
    return size, tokens, loss


# %% wrong="of equals the first" loses=["allocation_outside"] says="Of equals, the smallest"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = min(flops / 6 / size, most_tokens)
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(rows, key=lambda row: row[0])
    return size, tokens, loss


# %% wrong="sizes that cannot read all are dropped" loses=["allocation_best", "allocation_outside"] says="returns nothing"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    for size in sizes:
        tokens = min(flops / 6 / size, most_tokens)
        if flops / 6 / size < most_tokens:
            continue
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    if not rows:
        return None
    loss, size, tokens = min(rows)
    return size, tokens, loss


# %% wrong="the caller's sizes are sorted" loses=["allocation_best", "allocation_text", "allocation_outside"] says="changes the caller's list"
def best_allocation(law, sizes, flops, most_tokens):
    rows = []
    sizes.sort()
    for size in sizes:
        tokens = min(flops / 6 / size, most_tokens)
        rows.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(rows)
    return size, tokens, loss
