# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 4 · Additive: new parameters between the old
#
# ## Exercise 7 · A bottleneck adapter
#
# *Why.* An adapter is a small network behind a frozen layer: down to a few numbers, a bend, up again, and the way
# around it. The way around and a start near zero are what make it safe: on the first day it changes nothing.
#
# *Effort.* Medium, 15 minutes, 7 points.
#
# Write `Adapter(width, bottleneck)`: x + up(GELU(down(x))), with `self.down` and `self.up` two linear layers with bias,
# and a start at which the output is (nearly) x, but from which it can learn.
#
# <details><summary>Hint 1: which of the two starts at zero?</summary>
# The outer one, up: weight and bias (or a weight with a spread of about a thousandth). If both weights were zero, no
# gradient would reach either.
# </details>


# %% answer="adapter"
class Adapter(nn.Module):
    """x + up(GELU(down(x))), nearly x at the start; x: (..., width). Source: Houlsby and others 2019."""

    def __init__(self, width: int, bottleneck: int):
        super().__init__()
        ### BEGIN SOLUTION
        self.down = nn.Linear(width, bottleneck)
        self.up = nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return x + self.up(nn.functional.gelu(self.down(x)))
        ### END SOLUTION


# %% check="adapter_start" points=3 tags=["inside"]
torch.manual_seed(1)
adapter = Adapter(24, 4)
x = 3 * torch.randn(2, 5, 24)
moved = copy.deepcopy(adapter)
for parameter in moved.parameters():
    parameter.data = torch.randn_like(parameter)
with torch.no_grad():
    checks.unchanged(moved, x, what="x")
found = adapter(x)
checks.shape(found, (2, 5, 24), "the output", "An adapter gives back what it takes: (..., width).")
hint = "GELU stands around it all, x too: it belongs in the middle, on down(x) alone, and x comes around it untouched."
checks.that((found - nn.functional.gelu(x)).norm() > 0.02 * x.norm(), hint)
hint = "At the start the output should be x, to about a hundredth: a way around, and an up that starts at zero."
checks.between((found - x).norm() / x.norm(), 0, 0.02, "|adapter(x) - x| / |x|", hint)
hint = "No gradient reaches the weights: they are no part of the output."
checks.that(adapter(x).requires_grad, hint)
(adapter(x) ** 2).sum().backward()
weights = [p.grad.abs().sum().item() for p in adapter.parameters() if p.ndim == 2 and p.grad is not None]
hint = "No gradient reaches the weights: down and up both start at zero, or are no part of the output. Down is drawn."
checks.that(len(weights) == 2 and max(weights) > 1e-6, hint)

# %% check="adapter_count" points=1
for width, bottleneck in [(24, 4), (10, 3)]:
    hint = "Down is width × bottleneck, up the other way round, each with a bias; nothing else."
    expected = 2 * width * bottleneck + width + bottleneck
    checks.count(trainable(Adapter(width, bottleneck)), expected, "numbers that learn", hint)


# %% check="adapter_trained" points=3 tags=["inside"]
def trained_adapter(rng, width: int, bottleneck: int) -> Adapter:
    adapter = Adapter(width, bottleneck)
    checks.that(hasattr(adapter, "down") and hasattr(adapter, "up"), "The layers should be self.down and self.up.")
    for parameter in adapter.parameters():
        parameter.data = normal(rng, *parameter.shape)
    return adapter


for rng in (np.random.default_rng(2), checks.fresh()):
    adapter = trained_adapter(rng, 6, 3)
    x = normal(rng, 4, 6)
    inside = adapter.down(x)
    expected = x + adapter.up(0.5 * inside * (1 + torch.erf(inside / math.sqrt(2))))
    hint = "With weights as after training: x, plus up of GELU of down. GELU stands in the middle, once, "
    checks.close(adapter(x), expected, "the output", hint=f"{hint}and x comes around it all.", rtol=1e-2, atol=1e-2)
