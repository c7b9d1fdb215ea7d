# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Merged is the plain model with other numbers in it, so what separates the first two lines is the clock. Each of the other
# lines is a price: for two more products in each layer, for a longer text, for new numbers in the weights before the
# batch can start.
#
# ## What does a soft prompt say?
#
# Each vector of the trained soft prompt started as a word. Here is the word, and the three tokens that are nearest
# after training, with their cosines. Published observations (Lester and others 2021) say that on large models the
# neighbours of a trained prompt form groups of related words. Look whether you see that here.


# %%
@torch.no_grad()
def prompt_vectors() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The soft prompt before and after training, both (length, width), and the embedding table, on the CPU."""
    seed = settings.seeds[0]
    start = new_classifier(seed)
    add_soft_prompt(start)
    trained = run("soft prompt", seed)["model"].soft_prompt.vectors
    found = start.soft_prompt.vectors, trained, start.body.embed_tokens.weight
    return tuple(vectors.detach().cpu() for vectors in found)


# %%
def prompt_table() -> pd.DataFrame:
    """For each vector the word that it started from, and its nearest tokens after training, with cosines."""
    (start, trained, table) = prompt_vectors()
    tokenizer = load_tokenizer(settings.model)
    found = {"start": [repr(tokenizer.decode([n])) for n in nearest_tokens(start, table, 1)[:, 0]]}
    ids = nearest_tokens(trained, table, 3)
    for place in range(3):
        cosine = nn.functional.cosine_similarity(trained, table[ids[:, place]]).tolist()
        words = [repr(tokenizer.decode([n])) for n in ids[:, place]]
        found[f"neighbour {place + 1}"] = [f"{word} {c:.2f}" for word, c in zip(words, cosine, strict=True)]
    return pd.DataFrame(found).rename_axis("vector")


prompt_table()

# %% [markdown]
# Is that a message, or what is left of the start? Beside the trained vectors stand others that mean nothing: the same
# starts, each moved as far as training moved it, but in a random direction.


# %%
def journey(start: torch.Tensor, vectors: torch.Tensor, table: torch.Tensor) -> dict[str, str]:
    """What has become of the start in vectors (tries, length, width): means over all."""
    alike = nn.functional.cosine_similarity
    flat = vectors.flatten(0, 1)
    directions = nn.functional.normalize(table, dim=-1).T  # of hundreds of vectors at once: one product, no loop
    nearest = (nn.functional.normalize(flat, dim=-1) @ directions).argmax(-1)
    kept = nearest.reshape(len(vectors), -1) == nearest_tokens(start, table, 1)[:, 0]
    found = {
        "distance from the start": (vectors - start).norm(dim=-1),
        "length": vectors.norm(dim=-1),
        "cosine with the start": alike(vectors, start[None], dim=-1),
        "start still nearest (share)": kept.float(),
        "cosine with the nearest": alike(flat, table[nearest]),
    }
    return {name: f"{values.mean():.2f}" for name, values in found.items()}


# %%
def journeys(tries: int = 50) -> pd.DataFrame:
    """The start, the trained vectors, and random steps as long."""
    start, trained, table = prompt_vectors()
    step = torch.randn(tries, *start.shape, generator=torch.Generator().manual_seed(0))
    random = start + nn.functional.normalize(step, dim=-1) * (trained - start).norm(dim=-1, keepdim=True)
    sets = {"start": start[None], "trained": trained[None], "a random step as long": random}
    return pd.DataFrame({name: journey(start, vectors, table) for name, vectors in sets.items()})


journeys()
