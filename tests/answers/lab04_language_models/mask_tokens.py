# %% right="boolean indexing on copies"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% right="the library's way: bernoulli, then half of the rest"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chances = torch.full(ids.shape, rate).masked_fill(special, 0.0)
    chosen = torch.bernoulli(chances, generator=generator).bool()
    labels[~chosen] = -100
    replaced = torch.bernoulli(torch.full(ids.shape, 0.8), generator=generator).bool() & chosen
    inputs[replaced] = mask_id
    changed = torch.bernoulli(torch.full(ids.shape, 0.5), generator=generator).bool() & chosen & ~replaced
    others = torch.randint(vocabulary, ids.shape, dtype=torch.long, generator=generator)
    inputs[changed] = others[changed]
    return inputs, labels


# %% right="one throw for both decisions"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    throw = torch.rand(ids.shape, generator=generator, dtype=torch.float64) / rate
    throw = throw.masked_fill(special, 2.0)
    random_ids = torch.randint(0, vocabulary, ids.shape, generator=generator)
    inputs = torch.where(throw < 0.1, random_ids, ids)
    inputs = torch.where((throw >= 0.1) & (throw < 0.9), torch.full_like(ids, mask_id), inputs)
    return inputs, ids.masked_fill(throw >= 1.0, -100)


# %% right="multinomial fates; random ids only where needed"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    chosen = (torch.rand(ids.shape, generator=generator) < rate).logical_and(special.logical_not())
    fates = torch.multinomial(torch.tensor([0.8, 0.1, 0.1]), ids.numel(), True, generator=generator).reshape(ids.shape)
    inputs = ids.clone()
    inputs[chosen & (fates == 0)] = mask_id
    random = chosen & (fates == 1)
    inputs[random] = torch.randint(vocabulary, (int(random.sum()),), generator=generator)
    labels = torch.full_like(ids, -100)
    labels[chosen] = ids[chosen]
    return inputs, labels


# %% wrong="labels are the corrupted ids" loses=["mlm_labels"] says="the id that stood there before"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    labels[chosen] = inputs[chosen]
    return inputs, labels


# %% wrong="labels everywhere" loses=["mlm_labels", "mlm_special", "mlm_rate", "mlm_split"] says="wherever no token was chosen"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="only [MASK] has a label" loses=["mlm_labels", "mlm_rate", "mlm_split"] says="without a label"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    labels[inputs != mask_id] = -100
    return inputs, labels


# %% wrong="0 instead of -100" loses=["mlm_labels", "mlm_special", "mlm_rate", "mlm_split"] says="-100"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = 0
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="unchosen tokens are changed, too" loses=["mlm_labels"] says="without a label must reach the model"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = ~special & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="special tokens are masked" loses=["mlm_special"] says="never chosen"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate)
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="special tokens have no label but are replaced" loses=["mlm_special"] says="hold no word"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    inputs[special & (fate < 0.1)] = mask_id
    return inputs, labels


# %% wrong="only special tokens can be chosen" loses=["mlm_labels", "mlm_rate", "mlm_split", "mlm_generator"] says="wherever no token"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & special & False
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="the rate is ignored" loses=["mlm_rate"] says="by its own throw"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(0.15) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="the first tokens of each row instead of random ones" loses=["mlm_rate"] says="some columns"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = (
        torch.arange(ids.shape[1]).expand(ids.shape)
        < 5 + rate * (ids.shape[1] - 5) + (torch.rand(1, generator=generator) < 0)
    ).logical_and(torch.rand(ids.shape, generator=generator) < 2) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="10% of the rest instead of 10% of all" loses=["mlm_split"] says="Of ALL chosen"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.82)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="everything chosen becomes [MASK]" loses=["mlm_split"] says="Of ALL chosen"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 2)] = mask_id
    randomised = chosen & (fate >= 2) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="one random token for the whole batch" loses=["mlm_split"] says="its own draw"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, (1,), generator=generator)
    return inputs, labels


# %% wrong="overwrites the caller's ids" loses=["mlm_input"] says="in place"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids, ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="the global generator" loses=["mlm_generator"] says="from the generator"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape)[randomised]
    return inputs, labels


# %% wrong="a generator of its own, always with one seed" loses=["mlm_generator"] says="another seed another one"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    generator = torch.Generator().manual_seed(0)
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


# %% wrong="row by row" loses=["mlm_vectorised"] says="no loop"
def mask_row(ids, special, mask_id, vocabulary, rate, generator):
    inputs, labels = ids.clone(), ids.clone()
    chosen = torch.rand(ids.shape, generator=generator).lt(rate) & ~special
    labels[~chosen] = -100
    fate = torch.rand(ids.shape, generator=generator)
    inputs[chosen & (fate < 0.8)] = mask_id
    randomised = chosen & (fate >= 0.8) & (fate < 0.9)
    inputs[randomised] = torch.randint(vocabulary, ids.shape, generator=generator)[randomised]
    return inputs, labels


def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    rows = [mask_row(row, s, mask_id, vocabulary, rate, generator) for row, s in zip(ids, special, strict=True)]
    return torch.stack([inputs for inputs, _ in rows]), torch.stack([labels for _, labels in rows])


# %% wrong="each row gives its quota" loses=["mlm_rate"] says="no quota"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    throws = torch.rand(ids.shape, generator=generator).masked_fill(special, 9.0)
    places = throws.argsort(dim=1).argsort(dim=1)
    chosen = (places < ((~special).sum(dim=1, keepdim=True) * rate).round()) & ~special
    other = torch.randint(vocabulary, ids.shape, generator=generator)
    fate = torch.rand(ids.shape, generator=generator)
    inputs = torch.where(chosen & (fate < 0.8), mask_id, ids)
    inputs = torch.where(chosen & (fate > 0.9), other, inputs)
    return inputs, ids.masked_fill(~chosen, -100)


# %% wrong="the whole batch gives a quota" loses=["mlm_rate"] says="no quota"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    throws = torch.rand(ids.shape, generator=generator).masked_fill(special, 9.0)
    number = round(int((~special).sum()) * rate)
    chosen = (throws.flatten().argsort().argsort() < number).reshape(ids.shape)
    other = torch.randint(vocabulary, ids.shape, generator=generator)
    fate = torch.rand(ids.shape, generator=generator)
    inputs = torch.where(chosen & (fate < 0.8), mask_id, ids)
    inputs = torch.where(chosen & (fate > 0.9), other, inputs)
    return inputs, ids.masked_fill(~chosen, -100)


# %% wrong="random tokens are shuffled ones of the batch" loses=["mlm_split"] says="not from the batch"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    other = ids.reshape(-1)[torch.randint(ids.numel(), ids.shape, generator=generator)]
    fate = torch.rand(ids.shape, generator=generator)
    inputs = torch.where(chosen & (fate < 0.8), mask_id, ids)
    inputs = torch.where(chosen & (fate > 0.9), other, inputs)
    return inputs, ids.masked_fill(~chosen, -100)


# %% wrong="the generator's seed starts a new generator" loses=["mlm_generator"] says="from batch to batch"
def mask_tokens(ids, special, mask_id, vocabulary, rate, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & ~special
    other = torch.randint(vocabulary, ids.shape, generator=generator)
    fate = torch.rand(ids.shape, generator=generator)
    inputs = torch.where(chosen & (fate < 0.8), mask_id, ids)
    inputs = torch.where(chosen & (fate > 0.9), other, inputs)
    return inputs, ids.masked_fill(~chosen, -100)
