# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 8 · A compacter
#
# *Why.* The matrices of an adapter can be made of smaller ones. A PHM layer (a *parameterised hypercomplex
# multiplication*) writes its weight as a sum of n Kronecker products of a small rule, n × n, with a block, out/n ×
# in/n. That is 1/n of the numbers, plus n³ for the rules. (The paper also shares the rules among all layers and factors
# the blocks; here each layer has its own.)
#
# *Effort.* Hard, 30 minutes, 10 points.
#
# Write `PHMLinear`: `self.rules` (n, n, n), drawn with standard deviation 1/n, `self.blocks` (n, out/n, in/n), drawn with
# 1/√in, `self.bias` (out), and a method `weight()` that gives the sum of rules[i] ⊗ blocks[i], (out, in). The scale
# matters as in Exercise 3, and twice, since two random numbers meet in each product: what counts is the spread of the
# weight, and a third to three times that of this start will do. If n does not divide both sides, raise a `ValueError`.
# Then `compacter_layers`: the two PHM layers of a `Compacter`, down and up, with the same safe start as an adapter's.
#
# <details><summary>Hint 1: the Kronecker product</summary>
# <code>torch.kron(a, b)</code> puts a copy of b, multiplied by a[j, k], at place (j, k). The order matters: the rule is
# the first.
# </details>
# <details><summary>Hint 2: the safe start</summary>
# Zero blocks and bias in the up layer; its rules stay random, and down stays random, or nothing ever learns.
# </details>


# %%
class Compacter(nn.Module):
    """An adapter whose layers are PHM layers: x + up(GELU(down(x))); x: (..., width). Source: Mahabadi and others 2021."""

    def __init__(self, width: int, bottleneck: int, n: int):
        super().__init__()
        self.down, self.up = compacter_layers(width, bottleneck, n)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.up(nn.functional.gelu(self.down(x)))


# %%
def with_numbers(layer, rng):
    """The PHM layer from 6 to 4 with drawn numbers in it."""
    checks.shape(layer.rules, (2, 2, 2), "rules of a layer from 6 to 4, n = 2", "n rules of n × n.")
    checks.shape(layer.blocks, (2, 2, 3), "blocks of a layer from 6 to 4, n = 2", "n blocks of out/n × in/n.")
    checks.that(getattr(layer, "bias", None) is not None, "The layer has a bias too: self.bias, (out,).")
    first = layer.weight().detach().clone()
    for parameter in (layer.rules, layer.blocks, layer.bias):
        parameter.data = normal(rng, *parameter.shape)
    hint = "Rules and blocks have changed, and the weight has not: put it together anew whenever it is asked for."
    checks.that(not torch.equal(layer.weight(), first), hint)
    return layer


def outputs_of(model, x: torch.Tensor) -> torch.Tensor:
    """The model's output; explains a weight that lies on its side."""
    try:
        return model(x)
    except RuntimeError as error:
        checks.that(False, f"A weight is (out, in): out rows, one for each output. PyTorch says: {error}")


# %% answer="phm"
class PHMLinear(nn.Module):
    """A linear layer whose weight is a sum of n Kronecker products; x: (..., in) -> (..., out). Zhang and others 2021."""

    def __init__(self, in_features: int, out_features: int, n: int):
        super().__init__()
        ### BEGIN SOLUTION
        if in_features % n or out_features % n:
            raise ValueError(f"n = {n} should divide both sides of the layer, {out_features} and {in_features}.")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / math.sqrt(in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))
        ### END SOLUTION

    def weight(self) -> torch.Tensor:
        ### BEGIN SOLUTION
        return sum(torch.kron(rule, block) for rule, block in zip(self.rules, self.blocks, strict=True))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width: int, bottleneck: int, n: int) -> tuple[PHMLinear, PHMLinear]:
    """The down and the up layer of a compacter, which gives back its input at the start, and can learn."""
    ### BEGIN SOLUTION
    down = PHMLinear(width, bottleneck, n)
    up = PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up
    ### END SOLUTION


# %% check="phm_count" points=2
for inside, out, n in [(8, 4, 2), (6, 12, 3), (5, 7, 1)]:
    layer = PHMLinear(inside, out, n)
    hint = "n rules of n × n, and n blocks of out/n × in/n."
    checks.shape(layer.rules, (n, n, n), "rules", hint)
    checks.shape(layer.blocks, (n, out // n, inside // n), "blocks", hint)
    expected = inside * out // n + n**3 + out
    checks.count(trainable(layer), expected, "numbers that learn", "1/n of the matrix, n³ for the rules, and the bias.")


# %% check="phm_weight" points=3 tags=["inside"]
for rng in (np.random.default_rng(4), checks.fresh()):
    layer = with_numbers(PHMLinear(6, 4, 2), rng)
    x = normal(rng, 3, 6)
    A = layer.rules.detach()
    C = layer.blocks.detach()
    expected = torch.einsum("ijk,iab->jakb", A, C).reshape(4, 6)
    hint = "The weight is the sum over i of rules[i] ⊗ blocks[i]: the rule first, and one product for each i, then the sum."
    checks.close(layer.weight(), expected, "the weight", hint=hint, atol=1e-5)
    hint = "The layer's output should be x times the transposed weight, plus the bias."
    checks.close(layer(x), x @ expected.T + layer.bias, "the output", hint=hint, atol=1e-5)
    hint = "No gradient reaches rules or blocks: the weight should be made of the parameters themselves."
    checks.that(layer.weight().requires_grad, hint)
    layer.weight().square().sum().backward()
    learns = [p for p in (layer.rules, layer.blocks) if p.requires_grad]
    checks.that(all(p.grad is not None and p.grad.any() for p in learns), hint)

# %% check="phm_divides" points=1
for inside, out, n in [(9, 4, 2), (4, 9, 2), (10, 6, 4)]:
    try:
        PHMLinear(inside, out, n)
    except NotImplementedError:
        raise
    except (ValueError, AssertionError, RuntimeError) as error:
        checks.that(type(error) is ValueError, f"Raise a ValueError where n does not divide both sides, not {error!r}.")
    else:
        checks.that(False, f"in = {inside}, out = {out} cannot be cut into {n} equal parts each: raise a ValueError.")

# %% check="compacter_start" points=2 tags=["inside"]
torch.manual_seed(2)
model = Compacter(12, 6, 3)
x = torch.randn(2, 4, 12)
hint = "Both layers of a compacter are PHM layers: down, then up."
checks.that(isinstance(model.down, PHMLinear) and isinstance(model.up, PHMLinear), hint)
checks.that(getattr(model.down, "bias", None) is not None, "The layer has a bias too: self.bias, (out,).")
checks.count(model.down.bias.numel(), 6, "numbers of down's bias", "Down leads from the width to the bottleneck.")
hint = "At the start a compacter should give x back: a way around, and an up layer whose weight and bias are zero."
checks.between((outputs_of(model, x) - x).norm() / x.norm(), 0, 0.02, "|compacter(x) - x| / |x|", hint)
model(x).pow(2).sum().backward()
reached = [p.grad.abs().sum().item() for p in model.parameters() if p.ndim == 3 and p.grad is not None]
hint = "No gradient reaches rules or blocks: rules and blocks are zero at once (like LoRA with A and B zero). Draw one."
checks.that(reached and max(reached) > 1e-6, hint)
hint = (
    "The weight's spread goes with the width of the input: rules drawn with 1/n, blocks with 1/√in, neither with plain "
)
for inside, out in [(128, 64), (16, 1024)]:
    layer = PHMLinear(inside, out, 4)
    rule, block = (numbers.detach().square().mean().sqrt() for numbers in (layer.rules, layer.blocks))
    what = f"from {inside} to {out}, the spread of the weight, of what it should be,"
    checks.between(rule * block * 4 * inside**0.5, 1 / 3, 3, what, f"{hint}torch.randn.")

# %% check="compacter_trained" points=2 tags=["inside"]
for width, bottleneck, n in [(8, 4, 2), (12, 6, 3)]:
    layers = compacter_layers(width, bottleneck, n)
    hint = "Both layers of a compacter are PHM layers: down, then up."
    checks.that(len(layers) == 2 and all(isinstance(layer, PHMLinear) for layer in layers), hint)
    hint = "Down leads from the width to the bottleneck, up from the bottleneck to the width, both with this n."
    for layer, sides in zip(layers, [(width, bottleneck), (bottleneck, width)], strict=True):
        alike = PHMLinear(*sides, n)
        checks.shape(layer.blocks, tuple(alike.blocks.shape), "blocks", hint)
        checks.count(trainable(layer), trainable(alike), "numbers that learn in a layer", "All of each layer learns.")
    both = {p.data_ptr() for p in layers[0].parameters()} & {p.data_ptr() for p in layers[1].parameters()}
    checks.that(not both, "Down and up share numbers: here each layer has rules, blocks and a bias of its own.")


# %%
def phm_counts(ns: list[int]) -> dict[str, list[int]]:
    """Numbers that learn for each n, at the lab's width and bottleneck."""
    sizes = whole.body.config.hidden_size, settings.bottleneck
    compacters = [trainable(Compacter(*sizes, n)) for n in ns]
    counts = {"adapter": [trainable(Adapter(*sizes))] * len(ns), "compacter": compacters}
    return counts | {"compacter without its rules": [c - 2 * n**3 for c, n in zip(compacters, ns, strict=True)]}


# %%
def draw_products(panels, n: int, side: int = 16) -> None:
    """A PHM weight of side × side as pictures: its first Kronecker product, and the sum of all n."""
    torch.manual_seed(0)
    layer = PHMLinear(side, side, n)
    product = torch.kron(layer.rules[0], layer.blocks[0]).detach()
    total = layer.weight().detach()
    most = float(total.abs().max())
    for panel, matrix, title in zip(panels, (product, total), ("rules[0] ⊗ blocks[0]", f"the sum of {n}"), strict=True):
        panel.imshow(matrix, cmap="RdBu", vmin=-most, vmax=most)
        panel.grid(False)
        for border in range(side // n, side, side // n):
            panel.axhline(border - 0.5, color="black", linewidth=0.8)
            panel.axvline(border - 0.5, color="black", linewidth=0.8)
        ticks = range(0, side, side // n)
        panel.set(title=title, xlabel="input (number)", ylabel="output (number)", xticks=ticks, yticks=ticks)


# %%
def figure_phm():
    figure, panels = plots.axes(3, width=4.2)
    ns = [n for n in (1, 2, 4, 8) if not settings.bottleneck % n]
    for (name, values), style in zip(phm_counts(ns).items(), ["--", "o-", "s:"], strict=True):
        panels[0].plot(ns, values, style, label=name)
    panels[0].set(xlabel="n (products in the sum)", ylabel="numbers that learn", xticks=ns, ylim=(0, None))
    panels[0].legend(fontsize=8)
    draw_products(panels[1:], settings.phm)
    figure.colorbar(panels[2].images[0], ax=panels[2], label="weight (no unit)")
    alt = "Left: numbers that learn against n; a compacter's fall like 1/n until its n cubed rules weigh more. Middle: one "
    alt += (
        "Kronecker product, a grid in which each place holds the same small block, paler or stronger or with the other "
    )
    plots.show(figure, alt=alt + "sign. Right: the sum of all products, in which no two blocks are alike.")


figure_phm()
