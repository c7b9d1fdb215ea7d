# %% right="one layer at a time; weights that add up to 1"
def prefix_states(model, last, input_ids, attention_mask):
    depth = len(model.model.layers) - last
    with torch.no_grad():
        states = model.model.embeddings(input_ids=input_ids)
        for layer in list(model.model.layers)[:depth]:
            states = run_layers(model, [layer], states, attention_mask)
    return states


def logits_from(model, last, states, attention_mask):
    depth = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, list(model.model.layers)[depth:], states, attention_mask))
    weights = attention_mask / attention_mask.sum(1, keepdim=True)
    return model.classifier(model.drop(model.head(torch.einsum("rtw,rt->rw", states, weights.to(states.dtype)))))


# %% right="detached instead of no_grad; mean row by row"
def prefix_states(model, last, input_ids, attention_mask):
    embeddings = model.model.embeddings
    states = embeddings.drop(embeddings.norm(embeddings.tok_embeddings(input_ids)))
    layers = model.model.layers
    return run_layers(model, layers[: len(layers) - last], states, attention_mask).detach()


def logits_from(model, last, states, attention_mask):
    layers = model.model.layers
    states = model.model.final_norm(run_layers(model, layers[len(layers) - last :], states, attention_mask))
    pooled = torch.stack([row[mask.bool()].mean(dim=0) for row, mask in zip(states, attention_mask, strict=True)])
    return model.classifier(model.head(pooled))


# %% right="decorated, and padding filled with zeros before the sum"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = run_layers(model, model.model.layers[start:], states, attention_mask)
    states = model.model.final_norm(states).masked_fill(attention_mask.unsqueeze(-1) == 0, 0.0)
    return model.classifier(model.head(states.sum(dim=1) / attention_mask.sum(dim=1, keepdim=True)))


# %% wrong="padding counts in the mean" loses=["cache_logits", "cache_ends", "cache_gradient"] says="real tokens only"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    return model.classifier(model.head(states.mean(dim=1)))


# %% wrong="final_norm forgotten" loses=["cache_logits", "cache_ends", "cache_gradient"] says="final_norm"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = run_layers(model, model.model.layers[start:], states, attention_mask)
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="layers[-0:] runs every layer a second time" loses=["cache_ends"] says="run twice"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    states = model.model.final_norm(run_layers(model, model.model.layers[-last:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="layers[:-0] is empty: with last = 0 nothing runs before the head" loses=["cache_ends"] says="not at all"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    return run_layers(model, model.model.layers[:-last], model.model.embeddings(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="the last hidden state of transformers is normed already, and normed again" loses=["cache_prefix", "cache_ends"] says="thrown away"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    states = model.model(input_ids, attention_mask, output_hidden_states=True).hidden_states
    return states[len(model.model.layers) - last]


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="word vectors without the embeddings' norm" loses=["cache_prefix", "cache_ends", "cache_gradient"] says="with their norm"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    return run_layers(model, model.model.layers[:stop], model.get_input_embeddings()(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="attention sees the padding while storing" loses=["cache_prefix", "cache_ends", "cache_gradient"] says="with the mask"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    everything = torch.ones_like(attention_mask)
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), everything)


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="the graph of the frozen layers is stored as well" loses=["cache_gradient"] says="torch.no_grad"
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="nothing is recorded in the second half either" loses=["cache_gradient"] says="have to learn"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = len(model.model.layers) - last
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), attention_mask)


@torch.no_grad()
def logits_from(model, last, states, attention_mask):
    start = len(model.model.layers) - last
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="one layer too few is frozen" loses=["cache_prefix", "cache_logits"] says="left out"
@torch.no_grad()
def prefix_states(model, last, input_ids, attention_mask):
    stop = max(0, len(model.model.layers) - last - 1) if last else len(model.model.layers)
    return run_layers(model, model.model.layers[:stop], model.model.embeddings(input_ids), attention_mask)


def logits_from(model, last, states, attention_mask):
    start = max(0, len(model.model.layers) - last - 1) if last else len(model.model.layers)
    states = model.model.final_norm(run_layers(model, model.model.layers[start:], states, attention_mask))
    real = attention_mask.unsqueeze(-1).to(states.dtype)
    return model.classifier(model.head((states * real).sum(1) / real.sum(1)))


# %% wrong="all layers run, and the states in between are picked out" loses=["cache_prefix"] says="thrown away"
def prefix_states(model, last, input_ids, attention_mask):
    with torch.no_grad():
        found = model.model(input_ids, attention_mask, output_hidden_states=True)
    enters = len(model.model.layers) - last
    if last == 0:
        return run_layers(model, model.model.layers, model.model.embeddings(input_ids), attention_mask).detach()
    return found.hidden_states[enters]


def logits_from(model, last, states, attention_mask):
    rest = list(model.model.layers)[len(model.model.layers) - last :]
    states = model.model.final_norm(run_layers(model, rest, states, attention_mask))
    real = attention_mask[..., None].float()
    return model.classifier(model.head((real * states).sum(1) / real.sum(1)))
