# %% right="one line over sorted tuples"
def best_allocation(law, sizes, flops, most_tokens):
    tried = []
    for size in sizes:
        tokens = min(most_tokens, flops / 6 / size)
        tried.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(tried)
    return size, tokens, loss


# %% right="NumPy"
def best_allocation(law, sizes, flops, most_tokens):
    size = np.sort(np.array(sizes))
    tokens = np.minimum(flops / (6 * size), most_tokens)
    loss = kaplan_loss(law, size, tokens)
    best = np.argmin(loss)
    return size[best], tokens[best], loss[best]


# %% right="pandas"
def best_allocation(law, sizes, flops, most_tokens):
    table = pd.DataFrame({"size": sizes})
    table["tokens"] = (flops / 6 / table["size"]).clip(upper=most_tokens)
    table["loss"] = kaplan_loss(law, table["size"], table["tokens"])
    best = table.sort_values(["loss", "size"]).iloc[0]
    return [int(best["size"]), best["tokens"], best["loss"]]


# %% right="the law written out in tensors"
def best_allocation(law, sizes, flops, most_tokens):
    n = torch.tensor(sorted(sizes), dtype=torch.float64)
    d = (flops / 6 / n).clamp(max=most_tokens)
    lack = torch.exp((law["log_N_c"] - n.log()) * law["alpha_N"] / law["alpha_D"])
    loss = (lack + torch.exp(law["log_D_c"] - d.log())) ** law["alpha_D"]
    k = int(loss.argmin())
    return int(n[k]), float(d[k]), float(loss[k])


# %% wrong="the largest size" loses=["allocation_best", "allocation_text", "allocation_outside"] says="largest size leaves too little text"
def best_allocation(law, sizes, flops, most_tokens):
    size = max(sizes)
    tokens = min(flops / (6 * size), most_tokens)
    return size, tokens, float(kaplan_loss(law, size, tokens))


# %% wrong="the highest loss" loses=["allocation_best", "allocation_text", "allocation_outside"] says="look for the lowest"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss > best[2]:
            best = (size, tokens, loss)
    return best


# %% wrong="tokens are operations by parameters" loses=["allocation_best", "allocation_outside"] says="divided by 6N"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sorted(sizes):
        tokens = min(flops / size, most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    return best


# %% wrong="no end of text" loses=["allocation_text", "allocation_outside"] says="no run can read more"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sorted(sizes):
        tokens = flops / (6 * size)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    return best


# %% wrong="the cap comes after the choice" loses=["allocation_text", "allocation_outside"] says="cap belongs into the comparison"
def best_allocation(law, sizes, flops, most_tokens):
    size = min(sorted(sizes), key=lambda n: float(kaplan_loss(law, n, flops / (6 * n))))
    tokens = min(flops / (6 * size), most_tokens)
    return size, tokens, float(kaplan_loss(law, size, tokens))


# %% wrong="tokens capped, the loss not" loses=["allocation_text", "allocation_outside"] says="not after all that could be paid for"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    size, tokens, _ = best
    return size, tokens, float(kaplan_loss(law, size, flops / (6 * size)))


# %% wrong="sizes that cannot read all text are skipped" loses=["allocation_best", "allocation_outside"] says="largest size leaves too little"
def best_allocation(law, sizes, flops, most_tokens):
    fitting = [n for n in sizes if flops / (6 * n) >= most_tokens] or sizes
    size = max(fitting)
    tokens = min(flops / (6 * size), most_tokens)
    return size, tokens, float(kaplan_loss(law, size, tokens))


# %% wrong="sizes for which the text ends are skipped" loses=["allocation_text", "allocation_outside"] says="only some sizes reach"
def best_allocation(law, sizes, flops, most_tokens):
    fitting = [n for n in sizes if flops / (6 * n) <= most_tokens] or sizes
    size = min(sorted(fitting), key=lambda n: float(kaplan_loss(law, n, min(flops / (6 * n), most_tokens))))
    tokens = min(flops / (6 * size), most_tokens)
    return size, tokens, float(kaplan_loss(law, size, tokens))


# %% wrong="the size nearest to twenty tokens a parameter" loses=["allocation_best", "allocation_text", "allocation_outside"] says="no rule of thumb"
def best_allocation(law, sizes, flops, most_tokens):
    size = min(sorted(sizes), key=lambda n: abs(math.log(flops / 6 / n / n / 20)))
    tokens = min(flops / (6 * size), most_tokens)
    return size, tokens, float(kaplan_loss(law, size, tokens))


# %% wrong="twenty tokens a parameter are read" loses=["allocation_best", "allocation_text", "allocation_outside"] says="all operations are spent"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    size = best[0]
    tokens = min(20 * size, most_tokens)
    return size, tokens, float(kaplan_loss(law, size, tokens))


# %% wrong="the first of equals" loses=["allocation_outside"] says="of equals, take the smallest"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sizes:
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    return best


# %% wrong="the largest of equals" loses=["allocation_outside"] says="of equals, take the smallest"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss <= best[2]:
            best = (size, tokens, loss)
    return best


# %% wrong="the caller's sizes are sorted" loses=["allocation_best", "allocation_text", "allocation_outside"] says="caller's list of sizes"
def best_allocation(law, sizes, flops, most_tokens):
    sizes.sort()
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    return best


# %% wrong="the index of the size" loses=["allocation_best", "allocation_text", "allocation_outside"] says="should be one of the sizes"
def best_allocation(law, sizes, flops, most_tokens):
    tokens = [min(flops / (6 * n), most_tokens) for n in sizes]
    losses = [float(kaplan_loss(law, n, t)) for n, t in zip(sizes, tokens, strict=True)]
    best = int(np.argmin(losses))
    return best, tokens[best], losses[best]


# %% wrong="the law of the notebook's runs" loses=["allocation_best", "allocation_text", "allocation_outside"] says="its loss"
def best_allocation(law, sizes, flops, most_tokens):
    law = fit_law(*known[["parameters", "tokens", "loss"]].to_numpy().T)
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    return best


# %% wrong="the best of all calls" loses=["allocation_best", "allocation_text", "allocation_outside"] says="between calls"
best_ever = []


def best_allocation(law, sizes, flops, most_tokens):
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        best_ever.append((float(kaplan_loss(law, size, tokens)), size, tokens))
    loss, size, tokens = min(best_ever)
    return size, tokens, loss


# %% wrong="the size alone" loses=["allocation_best", "allocation_text", "allocation_outside"] says="Return three numbers"
def best_allocation(law, sizes, flops, most_tokens):
    best = None
    for size in sorted(sizes):
        tokens = min(flops / (6 * size), most_tokens)
        loss = float(kaplan_loss(law, size, tokens))
        if best is None or loss < best[2]:
            best = (size, tokens, loss)
    return best[0]
