# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The two lower curves are nearly straight on a logarithmic axis: a state forgets at a steady rate unless it *learns* to
# hold. At the library's start (bias 0) each word halves the cell; a learning signal from a name forty words back must be found
# in what is left. So we give our LSTM a start of {{ s.tiny.forget_biases[1] | int }}, as Jozefowicz and others (2015) advise: a comparison is
# worth little unless both sides are given a fair chance. (The start was not tuned beyond that; we come back to the third
# curve.)
#
# # Part 2 · Looking up
#
# Attention keeps every word's vector and lets a word that needs context *ask*. Its query $q$ is compared with a key
# $k_j$ of each word; the softmax of the comparisons says from which words the values $v_j$ are taken:
#
# $$\text{weights}_j = \text{softmax}_j\left(\frac{q \cdot k_j}{\sqrt{d}}\right), \qquad \text{output} = \sum_j \text{weights}_j\, v_j$$
#
# Nothing in this formula depends on how far away word $j$ is.

# %% [markdown]
# ## Exercise 2 · Scaled dot-product attention
#
# *Why.* This is the line that everything after 2017 is built around. *Effort.* Medium, 20 minutes, 10 points.
#
# Write `attention`. It works on the last two dimensions and leaves any number of leading ones alone (rows, heads).
# The mask is True where a query **may look**. A forbidden word gets the weight 0 and the allowed ones share 1 among them;
# a query that may look nowhere gets zeros, not nan. PyTorch's `F.scaled_dot_product_attention` is the judge: write it
# yourself, with `softmax`.
#
# <details><summary>Hint 1: why divide by the root of d?</summary>
# A sum of d products of independent numbers of variance 1 has variance d. Undivided, the softmax of wide vectors is all on
# one word from the start, and its gradient is nearly zero. Here d is the length of one query.
# </details>
# <details><summary>Hint 2: how does one forbid a word?</summary>
# Before the softmax: <code>scores.masked_fill(~mask, float("-inf"))</code>. Where a whole row is forbidden the softmax is
# 0/0; <code>torch.nan_to_num</code>, or a second <code>masked_fill</code> on the weights, mends that.
# </details>


# %% answer="attention"
def attention(q, k, v, mask=None) -> tuple[torch.Tensor, torch.Tensor]:
    """Scaled dot-product attention.

    Args:
        q: (..., asked, d). k: (..., words, d). v: (..., words, d_v).
        mask: bool, broadcasts to (..., asked, words); True where the query may look. None: everywhere.
    Returns:
        output (..., asked, d_v) and weights (..., asked, words). Source: Vaswani and others 2017, section 3.2.1.
    """
    ### BEGIN SOLUTION
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (..., asked, words)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1))
    return weights @ v, weights
    ### END SOLUTION


# %% check="attention_weights" points=3
q = torch.randn(2, 3, 4)
k = torch.randn(2, 7, 4)
v = torch.randn(2, 7, 5)
found = checks.unchanged(attention, q, k, v)
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the output, then the weights.")
checks.shape(found[1], (2, 3, 7), "the weights", hint="One weight for each query and word")
hint = "Each query shares out 1 among the words: is the softmax over the words, the last dimension?"
checks.close(found[1].sum(dim=-1), torch.ones(2, 3), "the sums of the weights", hint=hint, atol=1e-5)
hint = "The output is the weighted sum of the values."
checks.close(found[0], torch.einsum("baw,bwd->bad", found[1], v), "the output", hint=hint, atol=1e-5)

# %% check="attention_scale" points=3
hint = (
    "Two words' scores differ by q · (k1 - k2) / √d, where d is the length of one query (not of all words or values)."
)
for shape, words in (((1, 4), 2), ((1, 64), 5), ((3, 1, 9), 4)):
    q = torch.randn(*shape)
    k = torch.randn(*shape[:-2], words, shape[-1])
    w = attention(q.clone(), k.clone(), torch.randn(*shape[:-2], words, 3))[1]
    expected = (q * (k[..., :1, :] - k[..., 1:2, :])).sum(-1) / shape[-1] ** 0.5
    logs = torch.log(w[..., 0]) - torch.log(w[..., 1])
    checks.close(logs, expected, "the difference of two scores", hint=hint, rtol=1e-3, atol=1e-4)
    theirs = F.scaled_dot_product_attention(q, k, torch.eye(words).expand(*shape[:-2], words, words))
    checks.close(w, theirs, "your weights, beside PyTorch's", hint=hint, rtol=1e-4, atol=1e-5)

# %% check="attention_mask" points=3
q = torch.randn(2, 3, 4)
k = torch.randn(2, 6, 4)
v = torch.randn(2, 6, 5)
mask = torch.rand(2, 3, 6) < 0.5
mask[..., 2] = True  # everybody may look somewhere
found, weights = checks.unchanged(lambda mask: attention(q.clone(), k.clone(), v.clone(), mask), mask)
hint = "The mask is True where a query MAY look: everything else gets exactly no weight. Is it the wrong way round?"
checks.close(
    torch.as_tensor(weights)[~mask], torch.zeros(int((~mask).sum())), "the forbidden words' weights", hint=hint
)
hint = "The allowed words share 1 among them, as if the others did not exist: forbid before the softmax, not after it."
checks.close(weights.sum(-1), torch.ones(2, 3), "the sums of the weights", hint=hint, atol=1e-5)
unmasked = torch.allclose(torch.as_tensor(found), F.scaled_dot_product_attention(q, k, v), atol=1e-5)
checks.that(not unmasked, "The output is the one without a mask: sum the values with the MASKED weights.")
### BEGIN HIDDEN TESTS
q = torch.randn(2, 2, 3, 4)
k = torch.randn(2, 2, 6, 4)
v = torch.randn(2, 2, 6, 5)
mask = (torch.rand(2, 1, 3, 6) < 0.5) | (torch.arange(6) == 1)  # one for both heads
weights = torch.as_tensor(attention(q, k, v, mask)[1])
checks.that(
    bool((weights.masked_select(~mask) == 0).all()), "A mask with a head dimension of 1 must work for all heads."
)
values = torch.eye(6).expand(2, 2, 6, 6)  # with these PyTorch's output is its weights
theirs = F.scaled_dot_product_attention(torch.zeros(2, 2, 3, 4), torch.zeros(2, 2, 6, 4), values, attn_mask=mask)
mine = attention(torch.zeros(2, 2, 3, 4), torch.zeros(2, 2, 6, 4), values, mask)[1]
checks.close(mine, theirs, "the weights of equal scores, beside PyTorch's", hint=hint, atol=1e-5)
### END HIDDEN TESTS

# %% check="attention_nowhere" points=1
nowhere = torch.tensor([[True, True, True], [False, False, False]])
found, weights = attention(torch.randn(2, 4), torch.randn(3, 4), torch.randn(3, 4), nowhere)
hint = "A query that may look nowhere gets zeros. The softmax of a row of minus infinities is nan: mend it afterwards."
checks.close(weights[1], torch.zeros(3), "the weights of such a query", hint=hint)
checks.close(found[1], torch.zeros(4), "its output", hint=hint)

# %% [markdown]
# ## Exercise 3 · Who may look where
#
# *Why.* An LSTM reads from left to right and cannot help it; attention sees everything unless it is told not to. A word that
# was only put there to fill up the row (*padding*) must never be looked at; and to be comparable with the LSTM (and later to
# generate text) a word must not look to its right (*causal*). *Effort.* Medium, 15 minutes, 9 points.
#
# Write `may_look`. Not every word asks: `asked` holds, for each text, the columns of the words that do.
#
# <details><summary>Hint 1: one comparison for the causal part</summary>
# Compare the columns 0, 1, … (words,) with <code>asked[..., None]</code>, (rows, asked, 1): broadcasting makes (rows, asked,
# words). May a word look at itself?
# </details>
# <details><summary>Hint 2: whose padding?</summary>
# That of the words looked <em>at</em>: (rows, 1, 1, words) in the result's shape.
# </details>


# %%
def allowed(ids, asked) -> torch.Tensor:
    """What may_look says for these lists, its shape checked; (rows, asked, words)."""
    ids = torch.as_tensor(ids)
    asked = torch.as_tensor(asked)
    found = may_look(ids, asked)
    expected = (len(ids), 1, asked.shape[1], ids.shape[1])
    checks.shape(found, expected, "the mask", hint="Rows, one for all heads, queries, words")
    return found[:, 0]


# %% answer="may_look"
def may_look(ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """Which words each query may look at: not padding, and not to the right of the word that asks (itself is allowed).

    Args:
        ids: (rows, words), 0 for padding. asked: (rows, asked), columns of the words that ask.
    Returns:
        bool, (rows, 1, asked, words), True where it may look; the 1 stands for all heads.
    """
    ### BEGIN SOLUTION
    real = (ids != 0)[:, None, :]  # (rows, 1, words)
    before = torch.arange(ids.shape[1]) <= asked[:, :, None]  # (rows, asked, words)
    return (real & before)[:, None]
    ### END SOLUTION


# %% check="look_shape" points=1
checks.unchanged(allowed, torch.tensor([[0, 5, 7]] * 2), torch.tensor([[0, 1, 2]] * 2))
allowed([[1, 1, 1, 1]] * 3, [[3, 1]] * 3)
found = may_look(torch.ones(2, 6, dtype=torch.long), torch.arange(6).expand(2, 6))
checks.dtype(found, "bool", "the mask", hint="True and False, no numbers")

# %% check="look_future" points=3
found = allowed([[1] * 6], [list(range(6))])[0]
hint = "A word may look to its left only. Is the triangle the wrong way round, or queries and words swapped?"
checks.that(not bool(torch.triu(found.float(), 1).any()), hint)
checks.that(bool(found[5, :5].all()) and bool(found[3, 0]), hint)
hint = "The column of the word that asks counts, not its number among those that ask: compare with `asked`."
for column in (4, 2, 5):
    found = allowed([[1] * 6], [[0, column]])[0, 1]
    checks.that(bool(found[:column].all()) and not bool(found[column + 1 :].any()), hint)
found = allowed([[1] * 6] * 2, [[1], [4]])
each = "Each text has its own words that ask: compare with its own row of `asked`."
checks.that(not bool(found[0, 0, 2:].any()) and bool(found[1, 0, :4].all()), each)
### BEGIN HIDDEN TESTS
columns = torch.randint(1, 9, (4, 3))
found = allowed([[1] * 9] * 4, columns)
for row, number in np.ndindex(4, 3):
    column = int(columns[row, number])
    right = found[row, number, column + 1 :]
    checks.that(bool(found[row, number, :column].all()) and not bool(right.any()), hint)
### END HIDDEN TESTS

# %% check="look_itself" points=2
found = allowed([[1] * 5], [[0, 1, 2, 3, 4]])
hint = "A word may look at itself; otherwise the first word of a text could look nowhere."
checks.that(bool(torch.diagonal(found[0]).all()), hint)
found = allowed([[1] * 5], [[3, 1]])[0]
if bool(found[0, :3].all()):  # columns are compared, not numbers: that is judged above
    itself = f"{hint} Itself is the column that asks, not its number in `asked`."
    checks.that(bool(found[0, 3]) and bool(found[1, 1]), itself)

# %% check="look_padding" points=3
found = allowed([[0, 0, 0, 5, 2, 9], [0, 4, 4, 1, 7, 3]], [[5, 4], [5, 4]])
hint = "Nobody may look at padding (id 0), in any text: is the padding of the words looked at masked, row by row?"
for row, filled in ((0, 3), (1, 1)):
    checks.that(not bool(found[row, :, :filled].any()), hint)
    real = "All real words to the left are allowed, whatever their id. Is the padding looked up text by text?"
    checks.that(bool(found[row, 0, filled:5].all()), real)
