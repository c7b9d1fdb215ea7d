# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Nobody told the model where to look: it was only told who was meant. For each pronoun some head has found the word that
# decides, often more than one, and the same head may serve several pronouns. At the longest distance
# less of it falls there, and the answers are as right: **attention's weights are not the decision.** Values, the other heads,
# the residual connection and the MLP come after them.
#
# # Part 4 · How a word gets its meaning
#
# In a pretrained model the same blocks are stacked. *Bank* enters as one vector, whatever the sentence; each layer adds
# something from the words around. We take sentences in which *bank* is a river's or a money bank, and follow it.

# %%
SENTENCES = {
    "river": (
        "We sat on the bank of the river and watched the boats .",
        "The river rose over its bank after days of rain .",
        "He pulled the canoe out of the water and up the muddy bank .",
        "Tall reeds grow along the bank of the stream .",
        "They fished from the grassy bank until the sun went down .",
        "The current carried the log to the far bank of the river .",
    ),
    "money": (
        "She asked the bank for a loan to buy a house .",
        "The bank raised the interest rate on its savings accounts .",
        "He paid the cheque into his account at the bank .",
        "The bank refused the loan because their income was too low .",
        "They opened an account with a bank and deposited the money .",
        "The bank charges a fee for every payment by card .",
    ),
}

# %%
NEW = {
    "near 'river'": "After the flood the river had moved the bank a little to the west .",
    "near 'loan'": "After the crisis the loan was moved by the bank to another firm .",
    "near neither": "After a long walk we finally came to the bank and sat down .",
}


# %%
@functools.cache
def pretrained():
    """The course's model for this profile, and its tokenizer."""
    model = AutoModel.from_pretrained(model_path(settings.model), dtype=torch.float32)
    return model.eval(), load_tokenizer(settings.model)


def encoded(sentences) -> dict[str, torch.Tensor]:
    """input_ids and attention_mask, (sentences, pieces) each, padded on the right."""
    tokenizer = pretrained()[1]
    batch = tokenizer(list(sentences), padding=True, return_tensors="pt")
    return {name: batch[name] for name in ("input_ids", "attention_mask")}


# %%
def bank_id() -> int:
    """The one word piece that stands for 'bank' within a sentence."""
    tokenizer = pretrained()[1]
    pieces = tokenizer(" bank", add_special_tokens=False)["input_ids"]
    checks.count(len(pieces), 1, "the number of word pieces of 'bank'")
    return pieces[0]


print(f"{settings.model}: {sum(p.numel() for p in pretrained()[0].parameters()):,} parameters,", end=" ")
print(f"{pretrained()[0].config.num_hidden_layers} layers; 'bank' is word piece {bank_id()}")

# %% [markdown]
# ## Exercise 9 · One word, all layers
#
# *Why.* `output_hidden_states=True` makes a model return what it usually throws away: every word's vector before the
# first layer and after each one. *Effort.* Medium, 15 minutes, 9 points.
#
# Write `word_states`. The word stands somewhere else in each sentence, and shorter sentences are padded; if it stands
# there twice, take the first. Nothing is trained here, so ask for no gradients; the model stays as it is.
#
# <details><summary>Hint 1: how many states has a model with six layers?</summary>
# Seven: <code>model(...).hidden_states</code> is a tuple that begins with the embeddings.
# </details>
# <details><summary>Hint 2: where does the word stand?</summary>
# <code>(input_ids == token_id).int().argmax(dim=1)</code> gives the first place in each row.
# </details>


# %%
@functools.cache
def little_bert() -> BertModel:
    """An untrained BERT of 3 layers, for the checks."""
    config = BertConfig(
        vocab_size=40,
        hidden_size=12,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=24,
        initializer_range=0.5,
    )
    return BertModel(config, add_pooling_layer=False).eval()


# %% answer="word_states"
def word_states(model, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_id: int) -> torch.Tensor:
    """The vectors of one word before the first layer and after each layer.

    Args:
        model: of transformers, in eval mode. input_ids, attention_mask: (sentences, pieces). token_id: of the word.
    Returns:
        (sentences, layers + 1, width), without gradients.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        found = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    states = torch.stack(found.hidden_states, dim=1)  # (sentences, layers + 1, pieces, width)
    places = (input_ids == token_id).int().argmax(dim=1)
    return states[torch.arange(len(input_ids)), :, places]
    ### END SOLUTION


# %% check="states_layers" points=3
ids = torch.tensor([[7, 5, 9, 11], [7, 5, 3, 12]])  # the word, 5, in the same place
every = torch.ones_like(ids)
found = checks.unchanged(lambda ids, every: word_states(little_bert(), ids, every, 5), ids, every)
checks.shape(found, (2, 4, 12), "the states", hint="Sentences, layers + 1, width: the embeddings come first")
hint = "In order: the embeddings, then each layer's output. Before the first layer the same word in the same place is the same."
checks.close(found[0, 0].detach(), found[1, 0].detach(), "the two embeddings", hint=hint, atol=1e-6)
with torch.no_grad():
    last = little_bert()(input_ids=ids, attention_mask=every).last_hidden_state[:, 1]
checks.close(found[:, -1].detach(), last, "the last states", hint=hint, rtol=1e-4, atol=1e-5)
with torch.no_grad():
    every_layer = little_bert()(input_ids=ids, attention_mask=every, output_hidden_states=True).hidden_states
for layer, states in enumerate(every_layer):
    checks.close(
        found[:, layer].detach(), states[:, 1], f"the states after layer {layer}", hint=hint, rtol=1e-4, atol=1e-5
    )

# %% check="states_place" points=3
hint = "The word stands in another place in each sentence, and the first one counts: look for token_id row by row."
ids = torch.tensor([[5, 8, 9, 11, 4], [7, 5, 3, 5, 12], [2, 1, 6, 9, 5]])
every = torch.ones_like(ids)
with torch.no_grad():
    states = little_bert()(input_ids=ids, attention_mask=every, output_hidden_states=True).hidden_states
found = word_states(little_bert(), ids, every, 5)
for row, place in enumerate((0, 1, 4)):
    checks.close(
        found[row, -1].detach(), states[-1][row, place], "the word's last state", hint=hint, rtol=1e-4, atol=1e-5
    )

# %% check="states_padding" points=2
alone = word_states(little_bert(), torch.tensor([[8, 5, 9]]), torch.ones(1, 3, dtype=torch.long), 5)
padded = torch.tensor([[8, 5, 9, 0, 0, 0], [1, 2, 3, 4, 5, 6]])
company = word_states(little_bert(), padded, (padded > 0).long(), 5)
hint = "A sentence's states must not depend on its padding: hand the attention_mask to the model."
checks.close(company[0].detach(), alone[0].detach(), "the padded sentence", hint=hint, rtol=1e-4, atol=1e-5)

# %% check="states_gradient" points=1
found = word_states(little_bert(), torch.tensor([[8, 5, 9]]), torch.ones(1, 3, dtype=torch.long), 5)
hint = "The states still carry a graph for gradients: call the model under torch.no_grad()."
checks.that(torch.is_tensor(found) and not found.requires_grad, hint)
hint = "The model is the caller's: its parameters must still be able to learn afterwards, and it stays in eval mode."
checks.that(all(p.requires_grad for p in little_bert().parameters()) and not little_bert().training, hint)

# %% [markdown]
# ## Exercise 10 · Do the senses part?
#
# *Why.* Pictures of vectors in two dimensions show what one hopes to see. A number does not: are two *banks* of one sense
# more alike than two of different senses? *Effort.* Medium, 20 minutes, 8 points.
#
# Write `sense_gap`: for each layer, the mean cosine similarity over all pairs of *different* sentences of the same sense,
# minus the mean over all pairs of different senses.
#
# <details><summary>Hint 1: all cosines at once</summary>
# Divide each vector by its length (<code>F.normalize</code>), then one matrix product per layer gives all pairs.
# </details>
# <details><summary>Hint 2: the diagonal</summary>
# A sentence's similarity to itself is 1 and says nothing. Leave those pairs out.
# </details>


# %% answer="sense_gap"
def sense_gap(states: torch.Tensor, senses: list[str]) -> torch.Tensor:
    """How much more alike a word's states are within a sense than between senses.

    Args:
        states: (sentences, layers, width). senses: one name for each sentence.
    Returns:
        (layers,): mean cosine of pairs of one sense (never a sentence with itself) minus mean cosine of pairs of two senses.
    """
    ### BEGIN SOLUTION
    units = F.normalize(states, dim=-1).transpose(0, 1)  # (layers, sentences, width)
    cosines = units @ units.transpose(1, 2)  # (layers, sentences, sentences)
    names = np.array(senses)
    same = torch.from_numpy(names[:, None] == names[None, :])
    pairs = same & ~torch.eye(len(names), dtype=torch.bool)
    return cosines[:, pairs].mean(dim=1) - cosines[:, ~same].mean(dim=1)
    ### END SOLUTION


# %% check="gap_direction" points=2
one = torch.tensor([3.0, 4.0, 0.0])
other = torch.tensor([0.0, 0.0, 5.0])
states = torch.stack([one, one, other, other])[:, None]  # (4 sentences, 1 layer, 3)
hint = "Within minus between: with one vector for each sense, at right angles to each other, the gap is 1 − 0."
checks.close(
    checks.unchanged(lambda s: sense_gap(s, ["a", "a", "b", "b"]), states), [1.0], "the gap", hint=hint, atol=1e-5
)
states = torch.stack([one, -one, one, -one])[:, None]
checks.that(float(sense_gap(states, ["a", "b", "a", "b"])[0]) > 0, hint)

# %% check="gap_pairs" points=2
units = F.normalize(torch.randn(7, 1, 5), dim=-1)
senses = ["a", "b", "a", "a", "b", "a", "b"]
pairs = [(i, j) for i in range(7) for j in range(7) if i != j]
cosine = {(i, j): float(units[i, 0] @ units[j, 0]) for i, j in pairs}
same = np.mean([cosine[i, j] for i, j in pairs if senses[i] == senses[j]])
apart = np.mean([cosine[i, j] for i, j in pairs if senses[i] != senses[j]])
hint = "All pairs of different sentences count alike; a sentence is not compared with itself (that is always 1)."
checks.close(sense_gap(units, senses), [same - apart], "the gap", hint=hint, rtol=1e-3, atol=1e-5)
senses = ["c", "b", "a", "a", "b", "a", "d"]  # four senses, two of which stand once
same = np.mean([cosine[i, j] for i, j in pairs if senses[i] == senses[j]])
apart = np.mean([cosine[i, j] for i, j in pairs if senses[i] != senses[j]])
more = "There may be more than two senses, and a sense may stand once: ask of each pair whether the names are equal."
checks.close(sense_gap(units, senses), [same - apart], "the gap of four senses", hint=more, rtol=1e-3, atol=1e-5)

# %% check="gap_cosine" points=2
states = torch.randn(6, 3, 5)
senses = ["a", "a", "b", "b", "b", "a"]
longer = states * (0.2 + 5 * torch.rand(6, 3, 1))
hint = "Cosine compares directions: a longer vector must not count more. Is each vector divided by its own length?"
gap = sense_gap(states.clone(), senses)
checks.close(sense_gap(longer, senses), gap, "the gap after stretching vectors", hint=hint, rtol=1e-3, atol=1e-5)

# %% check="gap_layers" points=2
states = F.normalize(torch.randn(6, 4, 5), dim=-1)
senses = ["a", "a", "b", "b", "b", "a"]
found = sense_gap(states.clone(), senses)
hint = "One gap for each layer, from that layer's vectors alone"
checks.shape(found, (4,), "the gaps", hint=hint)
for layer in range(4):
    alone = sense_gap(states[:, layer : layer + 1].clone(), senses)
    checks.close(found[layer], torch.as_tensor(alone).reshape(-1)[0], "a layer's gap", hint=hint, rtol=1e-3, atol=1e-5)

# %% [markdown]
# All vectors of one layer share a large part, whatever the sense, and that part differs from layer to layer: cosines of the
# raw vectors are squeezed together, and their gap grows with depth for that reason alone. So the figure takes off each
# layer's mean vector first (*centring*). Left: the gap of centred and of raw vectors in each layer, and in grey where the
# centred one lies when the senses are shuffled among the sentences (95% of {{ s.tiny.shuffles }} shuffles): a gap within the
# grey is none. A second measure, printed below, needs no cosine: leave one sentence out, and see whether its *bank* is nearer
# to the mean of its own sense's others than to the other sense's. Right: three new sentences; a value above 0 means that their
# *bank* is on average more alike to the *bank* of the money sentences than to that of the river sentences.


# %%
def leaning(states: torch.Tensor, known: torch.Tensor, senses: list[str]) -> torch.Tensor:
    """Mean cosine of each new state to the known money states minus that to the river states; (sentences, layers)."""
    new = F.normalize(states, dim=-1)
    old = F.normalize(known, dim=-1)
    cosines = torch.einsum("nlw,klw->nkl", new, old)  # (new, known, layers)
    money = torch.tensor([sense == "money" for sense in senses])
    return cosines[:, money].mean(dim=1) - cosines[:, ~money].mean(dim=1)


def bank_states() -> tuple[torch.Tensor, list[str]]:
    """The states of *bank* in all known sentences, (sentences, layers + 1, width), and each sentence's sense."""
    senses = [sense for sense, texts in SENTENCES.items() for _ in texts]
    batch = encoded([text for texts in SENTENCES.values() for text in texts])
    return word_states(pretrained()[0], **batch, token_id=bank_id()), senses


# %%
def nearest_right(states: torch.Tensor, senses: list[str]) -> list[int]:
    """For each layer, how many sentences are nearest to the mean of their own sense when they are left out of it."""
    names = np.array(senses)
    right = torch.zeros(states.shape[1], dtype=torch.int64)
    for number, own in enumerate(senses):
        others = np.arange(len(names)) != number
        away = {
            sense: (states[number] - states[others & (names == sense)].mean(dim=0)).norm(dim=-1)
            for sense in set(senses)
        }
        right += torch.stack([away[own] < away[sense] for sense in away if sense != own]).all(dim=0)
    return right.tolist()


def shuffled_gaps(states: torch.Tensor, senses: list[str]) -> np.ndarray:
    """2.5th and 97.5th percentile of each layer's gap when the senses are dealt out at random; (2, layers)."""
    rng = np.random.default_rng(settings.seeds[0])
    gaps = [sense_gap(states, rng.permutation(senses).tolist()).numpy() for _ in range(settings.shuffles)]
    return np.percentile(gaps, [2.5, 97.5], axis=0)


# %%
ALT_BANK = (
    "Left: the gap between cosines within and between senses of the word bank against the layer, centred and raw, with a grey "
    "band of shuffled senses. Right: how far the word bank of three new sentences leans to the money or to the river sentences, by layer."
)


# %%
def figure_bank():
    model = pretrained()[0]
    known, senses = bank_states()
    figure, panels = plots.axes(columns=2)
    centre = known.mean(dim=0)
    panels[0].plot(sense_gap(known - centre, senses).numpy(), "o-", label="gap, centred")
    panels[0].plot(sense_gap(known, senses).numpy(), "s:", label="gap, raw")
    band = shuffled_gaps(known - centre, senses)
    panels[0].fill_between(range(band.shape[1]), *band, color="grey", alpha=0.3, label="shuffled senses")
    panels[0].set(xlabel="layer (0: embeddings)", ylabel="cosine within − between senses")
    new = word_states(model, **encoded(NEW.values()), token_id=bank_id())
    new = leaning(new - centre, known - centre, senses)
    for label, values, style in zip(NEW, new.numpy(), ("o-", "s--", "^:"), strict=True):
        panels[1].plot(values, style, label=label)
    panels[1].set(xlabel="layer (0: embeddings)", ylabel="cosine to money − to river")
    panels[1].axhline(0, color="grey", linewidth=0.8)
    panels[0].legend(), panels[1].legend()
    plots.show(figure, alt=ALT_BANK)
    print(f"nearest to the own sense, of {len(senses)}, by layer:", *nearest_right(known, senses))


figure_bank()
