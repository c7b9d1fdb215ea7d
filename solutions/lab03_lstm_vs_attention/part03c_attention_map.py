# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 8 · The map
#
# *Why.* Attention's weights can be looked at: they say from where a word took what it added. Fast code such as
# `F.scaled_dot_product_attention` never shows them, so they have to be computed again from the layer's own projections.
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write `attention_map`: the weights of each head by itself, from `layer.q_proj`, `layer.k_proj` and `layer.heads`.
#
# <details><summary>Hint 1: which parts of the layer have no say in the weights?</summary>
# <code>v_proj</code> and <code>o_proj</code>: they decide what is taken, not from where.
# </details>
# <details><summary>Hint 2: a trick</summary>
# If the values are the identity matrix, (words, words), the output of attention <em>is</em> the weights.
# </details>


# %%
def some_layer(width: int, heads: int) -> SimpleNamespace:
    """Projections as a `MultiHead` has them, for the checks."""
    names = ("q_proj", "k_proj", "v_proj", "o_proj")
    return SimpleNamespace(heads=heads, **{name: strangers(nn.Linear(width, width)) for name in names})


# %% answer="attention_map"
def attention_map(layer, queries: torch.Tensor, context: torch.Tensor, mask=None) -> torch.Tensor:
    """The attention weights of a multi-head layer.

    Args:
        layer: has q_proj, k_proj and heads, as `MultiHead`. queries: (rows, asked, width). context: (rows, words, width).
        mask: bool, broadcasts to (rows, heads, asked, words), True where a query may look.
    Returns:
        (rows, heads, asked, words); each head's weights of each query sum to 1.
    """

    ### BEGIN SOLUTION
    def split(x):  # (rows, n, width) -> (rows, heads, n, width / heads)
        return x.view(len(x), x.shape[1], layer.heads, -1).transpose(1, 2)

    q = split(layer.q_proj(queries))
    k = split(layer.k_proj(context))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1)
    ### END SOLUTION


# %% check="map_shares" points=2
layer = some_layer(8, 2)
x = torch.randn(3, 2, 8)
y = torch.randn(3, 5, 8)
mask = (torch.rand(3, 1, 2, 5) < 0.5) | (torch.arange(5) == 3)
found = checks.unchanged(lambda x, y, mask: attention_map(layer, x, y, mask), x, y, mask)
checks.shape(found, (3, 2, 2, 5), "the map", hint="Rows, heads, queries, words: one map for each head, not their mean")
hint = "Each query of each head shares out 1 among the words it may look at, and nothing to the others."
checks.close(found.sum(-1), torch.ones(3, 2, 2), "the sums", hint=hint, atol=1e-5)
checks.that(bool((found.masked_select(~mask) == 0).all()), hint)

# %% check="map_projections" points=3
hint = "One head: q_proj on what asks, k_proj on what is looked at, and the same scaling as in the layer."
for words in (5, 7):
    layer = some_layer(6, 1)
    x = torch.randn(2, 5, 6)
    y = torch.randn(2, words, 6)
    q = layer.q_proj(x)
    k = layer.k_proj(y)
    expected = F.scaled_dot_product_attention(q, k, torch.eye(words).expand(2, words, words))
    checks.close(attention_map(layer, x, y)[:, 0], expected, "the weights", hint=hint, rtol=1e-4, atol=1e-5)

# %% check="map_heads" points=3
hint = "Each head compares its own slice of width / heads numbers, and scales by the root of that slice's length."
for heads, words in ((2, 4), (4, 8)):
    layer = some_layer(8, heads)
    x = torch.randn(2, 4, 8)
    y = torch.randn(2, words, 8)
    for head, part in enumerate(torch.arange(8).chunk(heads)):
        q = layer.q_proj(x)[..., part]
        k = layer.k_proj(y)[..., part]
        expected = F.scaled_dot_product_attention(q, k, torch.eye(words).expand(2, words, words))
        found = attention_map(layer, x, y)[:, head]
        checks.close(found, expected, f"the weights of head {head}", hint=hint, rtol=1e-4, atol=1e-5)

# %% [markdown]
# Where do the heads of the first seed's model look, when the last pronoun asks?


# %%
def last_map(seed: int) -> torch.Tensor:
    """The trained reader's attention from the last pronoun of each test text; (rows, heads, words)."""
    model = trained("attention", seed, **usual())
    ids, asked, _ = world()["test"]
    with torch.no_grad():
        x = model.block.norm1(model.vectors(ids))
        return attention_map(model.block.attention, at(x, asked), x, may_look(ids, asked))[:, :, 0]


def on_referent(seed: int) -> pd.DataFrame:
    """One row a test text: its pronoun, its distance, and the share of each head's attention on the referent."""
    weights = last_map(seed)
    test = world()
    place = settings.words - 1 - test["distances"]  # the referent's column, since texts end in the last one
    shares = weights[torch.arange(len(place)), :, place]  # (rows, heads)
    table = pd.DataFrame(shares.numpy(), columns=[f"head {head}" for head in range(settings.heads)])
    table["pronoun"] = [row["text"].split()[-1] for row in test["rows"]]
    return table.assign(distance=test["distances"].numpy())


on_referent(settings.seeds[0]).drop(columns="distance").groupby("pronoun").mean().round(2)

# %% [markdown]
# Each number is the share of a head's attention that falls on the referent, mean over all test texts that end in that
# pronoun. Look along a row: which heads look at the referent? Then one text in detail (tall bars carry their word), and all
# texts against distance: the attention of each pronoun's strongest head, mean ± sd over seeds. (Which head is strongest is
# read off the same test texts.)


# %%
def map_of_one(panel, number: int):
    """Bars of each head's attention over one test text; above them the names of the pronoun's kind."""
    row = world()["rows"][number]
    words = row["text"].split()
    back = np.arange(len(words))[::-1]  # words back from the pronoun
    shares = last_map(settings.seeds[0])[number, :, -len(words) :].numpy()  # (heads, words)
    for head in range(settings.heads):
        panel.bar(back - 0.4 * head + 0.6, shares[head], width=0.4, label=f"head {head}")
    tallest = shares.max(axis=0)
    for place, word in enumerate(words):
        if tallest[place] > 0.2 or KIND.get(word) == words[-1]:
            meant = ", the referent" if back[place] == row["distance"] else ""
            top = tallest[place] + 0.03
            panel.annotate(f"{word}{meant}", (back[place], top), rotation=90, ha="center", va="bottom", fontsize=8)
    panel.invert_xaxis()
    panel.set(ylim=(0, 1.7), yticks=[0, 0.5, 1], ylabel="attention (share of 1)")
    panel.set_xlabel(f"words back from the last one, '{words[-1]}'")
    panel.legend(loc="upper right")


# %%
ALT_MAP = (
    "Left: bars of each head's attention over the words of one text at the longest distance; tall bars carry their word, and the "
    "referent is marked. Right: the share that each pronoun's strongest head puts on the referent, against distance."
)


# %%
def figure_map():
    figure, panels = plots.axes(columns=2, width=6.0)
    map_of_one(panels[0], int((world()["distances"] == max(settings.distances)).nonzero()[0]))
    shares = []
    for seed in settings.seeds:
        table = on_referent(seed)
        heads = table.drop(columns="distance").groupby("pronoun").mean().idxmax(axis=1)  # each pronoun's own head
        own = [row[heads[row["pronoun"]]] for _, row in table.iterrows()]
        shares.append(pd.Series(own).groupby(table["distance"]).mean())
    mean = np.mean(shares, axis=0)
    spread = np.std(shares, axis=0, ddof=1)
    panels[1].errorbar(settings.distances, mean, spread, fmt="o-", capsize=3)
    panels[1].set(ylim=(0, 1.03), xlabel="distance to the referent (words)", xticks=settings.distances)
    panels[1].set_ylabel("attention on the referent (share)")
    panels[0].set_title("one text, first seed"), panels[1].set_title("all texts, strongest head")
    plots.show(figure, alt=ALT_MAP)


figure_map()
