# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 4 · Several heads, four projections
#
# *Why.* Queries, keys and values are not the words' vectors themselves but learned views of them: `q_proj` and `k_proj`
# decide *which* words are relevant, `v_proj` *what* is taken from them, and `o_proj` mixes what the heads bring back. (These
# are the names that you will hand to LoRA later in the course.) Several heads, each on its own slice of the vector, can
# look at several places at once. *Effort.* Medium, 30 minutes, 11 points.
#
# Write `MultiHead`. `width` is the length of a word's vector, each head gets `width // heads` of it, in order: head 0
# the first numbers, head 1 the next. For the core you may use `F.scaled_dot_product_attention(q, k, v, attn_mask=mask)`,
# or your `attention`.
#
# <details><summary>Hint 1: from (rows, words, width) to (rows, heads, words, width / heads)</summary>
# First <code>view</code> the last dimension as two, heads and head width; then swap the words and the heads with
# <code>transpose(1, 2)</code>. A single view to the final shape would cut texts into pieces instead of vectors.
# </details>
# <details><summary>Hint 2: and back?</summary>
# The same in reverse: transpose, then <code>flatten(2)</code>, then <code>o_proj</code>.
# </details>


# %% [markdown]
# The judge will be PyTorch's own `nn.MultiheadAttention`, with the weights of yours:


# %%
def torch_heads(mine: nn.Module, width: int) -> nn.MultiheadAttention:
    """PyTorch's multi-head attention with the weights of yours."""
    theirs = nn.MultiheadAttention(width, mine.heads, batch_first=True)
    inward = [mine.q_proj, mine.k_proj, mine.v_proj]
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([layer.weight for layer in inward]))
        theirs.in_proj_bias.copy_(torch.cat([layer.bias for layer in inward]))
        theirs.out_proj.load_state_dict(mine.o_proj.state_dict())
    return theirs


def strangers(module: nn.Module) -> nn.Module:
    """The module with random biases: at zero, as some start them, a forgotten one would go unseen."""
    for name, parameter in module.named_parameters():
        if "bias" in name:
            nn.init.normal_(parameter)
    return module.requires_grad_(False)


# %% answer="multi_head"
class MultiHead(nn.Module):
    """Attention in several heads, with the projections q_proj, k_proj, v_proj and o_proj, linear layers with biases."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        ### BEGIN SOLUTION
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)
        ### END SOLUTION

    def forward(self, queries: torch.Tensor, context: torch.Tensor, mask=None) -> torch.Tensor:
        """queries (rows, asked, width), context (rows, words, width) -> (rows, asked, width).

        mask: bool, broadcasts to (rows, heads, asked, words), True where a query may look.
        """

        ### BEGIN SOLUTION
        def split(x):  # (rows, n, width) -> (rows, heads, n, width / heads)
            return x.view(len(x), x.shape[1], self.heads, -1).transpose(1, 2)

        q = split(self.q_proj(queries))
        k = split(self.k_proj(context))
        v = split(self.v_proj(context))
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o_proj(found.transpose(1, 2).flatten(2))
        ### END SOLUTION


# %% check="heads_parts" points=2 tags=["inside"]
layer = MultiHead(12, 3)
hint = "The four projections are nn.Linear(width, width), named q_proj, k_proj, v_proj and o_proj."
for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
    checks.that(isinstance(getattr(layer, name, None), nn.Linear), hint)
checks.count(sum(p.numel() for p in layer.parameters()), 4 * (12 * 12 + 12), "the number of parameters", hint=hint)
with torch.no_grad():
    layer.o_proj.weight.zero_()
    found = layer(torch.randn(2, 5, 12), torch.randn(2, 7, 12))
hint = "What the heads bring back passes through o_proj: with its weights at zero only its bias is left."
checks.close(found, layer.o_proj.bias.detach().expand(2, 5, 12), "the output", hint=hint)
layer = MultiHead(12, 3)
found = layer(torch.randn(2, 5, 12), torch.randn(2, 7, 12))
learns = "The output must carry a gradient back to the projections: no detach, no no_grad, no .data."
checks.that(found.requires_grad, learns)
weights = [getattr(layer, name).weight for name in ("q_proj", "k_proj", "v_proj")]
slopes = torch.autograd.grad(found.square().sum(), weights, allow_unused=True)
checks.that(any(slope is not None and bool(slope.any()) for slope in slopes), learns)

# %% check="heads_one" points=3
layer = strangers(MultiHead(8, 1))
queries = torch.randn(2, 3, 8)
context = torch.randn(2, 6, 8)
expected = torch_heads(layer, 8)(queries, context, context)[0]
hint = "With one head: queries through q_proj, the context through k_proj and v_proj, scaled attention, then o_proj."
checks.close(layer(queries, context), expected, "the output of one head", hint=hint, rtol=1e-4, atol=1e-5)

# %% check="heads_many" points=4
hint = "Each head is a slice of each word's vector: split width into heads, then swap words and heads, and back in the end."
for heads, words in ((2, 6), (4, 8), (4, 5)):
    layer = strangers(MultiHead(8, heads))
    queries = torch.randn(2, words, 8)
    context = torch.randn(2, words + 1, 8)
    expected = torch_heads(layer, 8)(queries, context, context)[0]
    found = checks.unchanged(layer, queries, context)
    checks.close(found, expected, f"the output of {heads} heads", hint=hint, rtol=1e-4, atol=1e-5)

# %% check="heads_mask" points=2
layer = strangers(MultiHead(8, 2))
queries = torch.randn(2, 3, 8)
context = torch.randn(2, 6, 8)
mask = (torch.rand(2, 1, 3, 6) < 0.5) | (torch.arange(6) == 2)
changed = context.clone()
mask[..., 4] = False
changed[:, 4] = 100.0
before = layer(queries, context, mask)
after = layer(queries, changed, mask)
hint = "A word that the mask forbids still changes the output: is the mask handed on, True where a query may look?"
checks.close(after, before, "the output after changing a forbidden word", hint=hint, rtol=1e-4, atol=1e-5)
louder = context.clone()
louder[:, 2] += 5.0
checks.that(not torch.allclose(layer(queries, louder, mask), before, atol=1e-3), "Allowed words must count.")

# %% [markdown]
# ## Exercise 5 · A block
#
# *Why.* A transformer is this block, many times over: attention brings information from other words, the MLP works on
# each word alone, and both only *add* to the word's vector (the residual connection), so that it keeps what it has and
# gathers context layer by layer. Each part reads a normalised copy of the vector. *Effort.* Medium, 20 minutes, 9 points.
#
# Write `Block.forward` in the order that today's models use (*pre-norm*):
#
# $$x \leftarrow x + \text{attention}(\text{norm}_1(x), \text{norm}_1(\text{context}), \text{mask}), \qquad x \leftarrow x + \text{mlp}(\text{norm}_2(x))$$
#
# <details><summary>Hint 1: why is the context normalised as well?</summary>
# In self-attention <code>x</code> and <code>context</code> are the same vectors; a word must look the same when it asks and
# when it is looked at. We pass them separately only because not every word has to ask.
# </details>
# <details><summary>Hint 2: may I write <code>x += …</code>?</summary>
# The arrow in the formula is a new value, not a change in place: <code>+=</code> overwrites the caller's vectors, which the
# way back through the network still needs. Write <code>x = x + …</code>.
# </details>


# %% [markdown]
# The checks put a probe in the place of the attention: it writes down what it was given and returns what it is told to.


# %%
class Probe(nn.Module):
    """Stands in for an attention module: remembers what it was called with, returns `answer`."""

    def __init__(self, answer=0.0):
        super().__init__()
        self.answer = answer
        self.seen = []

    def forward(self, queries, context, mask=None):
        self.seen.append((queries.detach(), context.detach(), mask))
        return torch.zeros_like(queries) + self.answer


def probed(answer=0.0, width: int = 6, silent: bool = False) -> nn.Module:
    """A block around a probe, its norms far from their start; `silent`: its MLP returns zeros."""
    block = strangers(Block(Probe(answer), width, 2))
    if silent:
        nn.init.zeros_(block.mlp[2].weight), nn.init.zeros_(block.mlp[2].bias)
    return block


# %% answer="block"
class Block(nn.Module):
    """A pre-norm transformer block around a given attention module.

    attention: called as attention(queries, context, mask), all vectors (rows, n, width), as `MultiHead`.
    """

    def __init__(self, attention: nn.Module, width: int, factor: int):
        super().__init__()
        self.attention = attention
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x: torch.Tensor, context: torch.Tensor, mask=None) -> torch.Tensor:
        """x (rows, asked, width), the words that ask; context (rows, words, width) -> (rows, asked, width)."""
        ### BEGIN SOLUTION
        x = x + self.attention(self.norm1(x), self.norm1(context), mask)
        return x + self.mlp(self.norm2(x))
        ### END SOLUTION


# %% check="block_residual" points=3 tags=["inside"]
x = 3 * torch.randn(2, 4, 6)
context = torch.randn(2, 5, 6)
given = x.clone()
found = probed(answer=2.0)(given, context)
checks.close(given, x, "the caller's x", hint="You changed x in place: write x = x + …, not x += …", atol=1e-6)
given = context.clone()
probed(answer=2.0)(x.clone(), given)
checks.close(given, context, "the caller's context", hint="You changed context in place: make new vectors.", atol=1e-6)
found = probed(silent=True)(x, context)
hint = "Attention and MLP only add to x: if both return zeros, x comes out as it went in (not normalised, not lost)."
checks.close(found, x, "the output of a block whose parts are silent", hint=hint, atol=1e-6)
found = probed(answer=2.0, silent=True)(x, context)
checks.close(found, x + 2.0, "the output if attention says 2 and the MLP nothing", hint=hint, atol=1e-6)

# %% check="block_norm" points=3 tags=["inside"]
x = 3 * torch.randn(2, 4, 6)
context = torch.randn(2, 5, 6) + 4
mask = torch.ones(2, 1, 4, 5, dtype=torch.bool)
block = probed()
block(x.clone(), context.clone(), mask)
checks.count(len(block.attention.seen), 1, "the number of calls of the attention")
queries, looked_at, given = block.attention.seen[0]
checks.close(queries, block.norm1(x), "what asks", hint="The attention reads norm1 of x", atol=1e-5)
hint = "What is looked at passes through the same norm1 as what asks"
checks.close(looked_at, block.norm1(context), "what is looked at", hint=hint, atol=1e-5)
checks.that(given is mask, "The mask is not handed on to the attention.")

# %% check="block_mlp" points=3 tags=["inside"]
x = torch.randn(2, 4, 6)
context = torch.randn(2, 5, 6)
said = 2 * torch.randn(6)
block = probed(answer=said)
heard = []
block.mlp[0].register_forward_pre_hook(lambda module, inputs: heard.append(inputs[0].detach()))
block(x.clone(), context)
checks.count(len(heard), 1, "the number of calls of the MLP")
hint = "The MLP reads norm2 of x AFTER attention has added to it, so that it can work on what was brought back."
checks.close(heard[0], block.norm2(x + said), "what the MLP reads", hint=hint, atol=1e-5)
with_it = block(x.clone(), context)
spoken = block.mlp(heard[0])
nn.init.zeros_(block.mlp[2].weight), nn.init.zeros_(block.mlp[2].bias)
hint = "What the MLP says comes out of the block as well, once."
checks.close(with_it - block(x.clone(), context), spoken, "what the MLP adds", hint=hint, atol=1e-4)

# %% [markdown]
# The whole block against PyTorch's own: `nn.TransformerEncoderLayer` with `norm_first=True`, with the weights of yours.


# %%
def beside_torch(width: int = 16, heads: int = 4) -> float:
    """Largest difference between your block and PyTorch's layer with the same weights, on random texts."""
    mine = strangers(Block(MultiHead(width, heads), width, 2))
    theirs = nn.TransformerEncoderLayer(
        width, heads, 2 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    theirs.self_attn = torch_heads(mine.attention, width)
    theirs.norm1 = mine.norm1
    theirs.norm2 = mine.norm2
    theirs.linear1 = mine.mlp[0]
    theirs.linear2 = mine.mlp[2]
    x = torch.randn(3, 10, width)
    return float((mine(x, x) - theirs(x)).detach().abs().max())


print(f"largest difference to nn.TransformerEncoderLayer: {beside_torch():.1e}")
