# %% right="sentence by sentence"
def word_states(model, input_ids, attention_mask, token_id):
    found = []
    with torch.no_grad():
        for ids, mask in zip(input_ids, attention_mask, strict=True):
            out = model(input_ids=ids[None], attention_mask=mask[None], output_hidden_states=True)
            place = ids.tolist().index(token_id)
            found.append(torch.stack([state[0, place] for state in out.hidden_states]))
    return torch.stack(found)


# %% right="a mask of the first places, summed out"
def word_states(model, input_ids, attention_mask, token_id):
    hits = input_ids == token_id
    first = hits & (hits.cumsum(dim=1) == 1)
    with torch.inference_mode():
        out = model(input_ids, attention_mask, output_hidden_states=True)
        states = torch.stack(out["hidden_states"])  # (layers + 1, sentences, pieces, width)
        return (states * first[None, :, :, None]).sum(dim=2).transpose(0, 1)


# %% right="gather, detached"
def word_states(model, input_ids, attention_mask, token_id):
    out = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    place = torch.tensor([row.index(token_id) for row in input_ids.tolist()])
    return torch.stack([s[torch.arange(len(s)), place] for s in out.hidden_states], dim=1).detach()


# %% wrong="the embeddings are left out" loses=["states_layers"] says="embeddings come first"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    states = torch.stack(found.hidden_states[1:], dim=1)
    places = (input_ids == token_id).int().argmax(dim=1)
    return states[torch.arange(len(input_ids)), :, places]


# %% wrong="only the last layer" loses=["states_layers"] says="layers + 1"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        states = model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
    places = (input_ids == token_id).int().argmax(dim=1)
    return states[torch.arange(len(input_ids)), places][:, None]


# %% wrong="layers before sentences" loses=["states_layers", "states_place", "states_padding"] says="Sentences, layers"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    places = (input_ids == token_id).int().argmax(dim=1)
    return torch.stack([s[torch.arange(len(input_ids)), places] for s in found.hidden_states])


# %% wrong="from the last layer to the first" loses=["states_layers", "states_place"] says="In order"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    states = torch.stack(found.hidden_states[::-1], dim=1)
    places = (input_ids == token_id).int().argmax(dim=1)
    return states[torch.arange(len(input_ids)), :, places]


# %% wrong="the place in the first sentence is used for all" loses=["states_place"] says="row by row"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    states = torch.stack(found.hidden_states, dim=1)
    return states[:, :, input_ids[0].tolist().index(token_id)]


# %% wrong="the last place, not the first" loses=["states_place"] says="first one counts"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    states = torch.stack(found.hidden_states, dim=1)
    places = input_ids.shape[1] - 1 - (input_ids == token_id).int().flip(1).argmax(dim=1)
    return states[torch.arange(len(input_ids)), :, places]


# %% wrong="the mean over the sentence" loses=["states_layers", "states_place", "states_padding"] says="before the first layer"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    return torch.stack(found.hidden_states, dim=1).mean(dim=2)


# %% wrong="no attention mask" loses=["states_padding"] says="attention_mask"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.no_grad():
        found = model(input_ids=input_ids, output_hidden_states=True)
    states = torch.stack(found.hidden_states, dim=1)
    places = (input_ids == token_id).int().argmax(dim=1)
    return states[torch.arange(len(input_ids)), :, places]


# %% wrong="with gradients" loses=["states_gradient"] says="no_grad"
def word_states(model, input_ids, attention_mask, token_id):
    found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    states = torch.stack(found.hidden_states, dim=1)
    places = (input_ids == token_id).int().argmax(dim=1)
    return states[torch.arange(len(input_ids)), :, places]


# %% wrong="the middle layers are the first one's" loses=["states_layers"] says="in order"
def word_states(model, input_ids, attention_mask, token_id):
    with torch.inference_mode():
        hidden = model(input_ids, attention_mask=attention_mask, output_hidden_states=True).hidden_states
    rows, places = torch.arange(len(input_ids)), (input_ids == token_id).int().argmax(1)
    picked = [hidden[0]] + [hidden[1]] * (len(hidden) - 2) + [hidden[-1]]
    return torch.stack([states[rows, places] for states in picked], dim=1)


# %% wrong="the model is frozen for good" loses=["states_gradient"] says="the caller's"
def word_states(model, input_ids, attention_mask, token_id):
    model.requires_grad_(False)
    hidden = model(input_ids, attention_mask=attention_mask, output_hidden_states=True).hidden_states
    rows, places = torch.arange(len(input_ids)), (input_ids == token_id).int().argmax(1)
    return torch.stack([states[rows, places] for states in hidden], dim=1)
