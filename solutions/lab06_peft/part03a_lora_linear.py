# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ModernBERT was built without biases, so on it BitFit is nothing but a classifier with its body frozen. On Qwen2, whose
# makers kept the biases of query, key and value, it is a method. That is one reason for the decoder in this lab. (The
# line counts biases only. BitFit trains the classifier's weight besides, so Part 6 will show a larger number.)
#
# # Part 3 · Reparameterised: LoRA
#
# ## Exercise 3 · A linear layer that learns in rank *r*
#
# *Why.* LoRA writes the new matrix as the old one plus a product of two thin ones. The old one stays, so a task is a
# small file, and a model that has learnt nothing yet is exactly the model you started from.
#
# *Effort.* Medium, 25 minutes, 12 points.
#
# Write the layer: h(x) = W₀x + b + (alpha / r) · B A x. `A` is (r, in), drawn from a Gaussian with standard deviation
# 1/√in (or uniformly, as peft does; anything from a third to three times that spread will do, at every r), `B` is
# (out, r), zero. `self.base` is the frozen layer, and only A and B learn. Dividing by r keeps the size of the update
# about the same when you change the rank. A gradient goes on through the layer to those below. And x meets A first and B
# next: whoever multiplies B A out and x by that, pays for a second W₀ at every step.
#
# The spread matters: a step of AdamW is about as large as the learning rate, whatever the gradient. Draw A ten times too
# wide, and each step of B moves the output ten times as far; the rates of Part 6 were chosen for 1/√in.
#
# <details><summary>Hint 1: why not both zero?</summary>
# The gradient of B is a product with A, and that of A a product with B. If both are zero, nothing ever moves. One of
# them must be zero, or the layer would not start as the old one.
# </details>
# <details><summary>Hint 2: shapes</summary>
# x is (..., in), with any number of axes in front. <code>x @ A.T</code> is (..., r), <code>@ B.T</code> makes it
# (..., out).
# </details>


# %%
def peft_lora(linear: nn.Linear, r: int, alpha: float):
    """peft's own LoRA layer around a copy of the linear layer; its factors are lora_A["default"] and lora_B["default"]."""
    net = nn.Sequential(OrderedDict(only=copy.deepcopy(linear)))
    config = LoraConfig(r=r, lora_alpha=alpha, target_modules=["only"])
    return get_peft_model(net, config).base_model.model.only


def set_factors(layer, A: torch.Tensor, B: torch.Tensor) -> None:
    """Writes numbers into a LoRALinear's factors."""
    checks.that(hasattr(layer, "A") and hasattr(layer, "B"), "The factors should be the attributes A and B.")
    hint = "A is (r, in_features) and B is (out_features, r)."
    checks.shape(layer.A, tuple(A.shape), "A", hint)
    checks.shape(layer.B, tuple(B.shape), "B", hint)
    with torch.no_grad():
        layer.A.copy_(A)
        layer.B.copy_(B)


# %%
def normal(rng, *shape) -> torch.Tensor:
    """Standard normal numbers, float32, from a NumPy generator."""
    return torch.as_tensor(rng.normal(size=shape), dtype=torch.float32)


def output_of(layer, x: torch.Tensor) -> torch.Tensor:
    """The layer's output; explains shapes that do not fit."""
    try:
        return layer(x)
    except RuntimeError as error:
        hint = "The update is taken of x, (..., in), and of nothing else: first A, (r, in), then B, (out, r)."
        checks.that(False, f"{hint} PyTorch says: {error}")


# %%
class Watch(TorchFunctionMode):
    """Keeps what a forward's own calls return: not what a library's function makes inside."""

    def __init__(self):
        super().__init__()
        self.made = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        found = function(*args, **(kwargs or {}))
        if isinstance(found, torch.Tensor):
            self.made.append(found.detach())
        return found


# %%
def multiplied_out(layer, x: torch.Tensor) -> bool:
    """Whether the layer makes B A, as large as the old weight, and keeps it for the backward pass."""
    product = (layer.B @ layer.A).detach()
    places = set()

    def note(tensor):
        places.add(tensor.untyped_storage().data_ptr())
        return tensor

    with Watch() as watch, torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        layer(x.clone().requires_grad_(True))
    large = [tensor for tensor in watch.made if sorted(tensor.shape) == sorted(product.shape)]
    kept = [tensor if tensor.shape == product.shape else tensor.T for tensor in large if tensor.data_ptr() in places]
    alike = [nn.functional.cosine_similarity(tensor.flatten(), product.flatten(), dim=0).abs() for tensor in kept]
    return max(alike, default=0) > 0.999


# %%
def handed_down(layer, x: torch.Tensor) -> torch.Tensor:
    """The gradient for x of the sum of the output's squares."""
    given = x.clone().requires_grad_(True)
    layer(given).pow(2).sum().backward()
    return given.grad


# %%
def starts_as_the_old(layer, x: torch.Tensor) -> torch.Tensor:
    """The output of a new layer whose B is zero; fails, by the name of the mistake, unless it is the old layer's."""
    found = output_of(layer, x)
    plain = layer.base(x)
    bias = layer.base.bias
    known = {"its bias is lost": plain - bias, "its bias is added twice": plain + bias}
    known["alpha / r is the scale of the update alone, and here the old layer is scaled too"] = 2 * plain
    known["the old layer is left out, and only the update comes back"] = 0 * plain
    hint = "Before training the layer must equal the frozen one"
    for mistake, output in known.items():
        checks.that(not torch.allclose(found, output, atol=1e-6), f"{hint}: {mistake}.")
    checks.close(found, plain, "the new layer's output", hint=f"{hint}, since B is zero.", atol=1e-7)
    return found


def is_reached(layer, factor: str, x: torch.Tensor, hint: str) -> None:
    """Fails with the hint unless a gradient reaches the factor."""
    found = layer(x)
    checks.that(found.requires_grad, hint)
    found.pow(2).sum().backward()
    gradient = getattr(layer, factor).grad
    checks.that(gradient is not None and gradient.any(), hint)


# %% answer="lora_linear"
class LoRALinear(nn.Module):
    """A frozen linear layer plus a trainable update of rank r: h(x) = base(x) + (alpha / r) B A x.

    x: (..., in_features) -> (..., out_features). A: (r, in_features), random; B: (out_features, r), zero.
    Source: Hu and others 2021, section 4.1.
    """

    def __init__(self, base: nn.Linear, r: int, alpha: float):
        super().__init__()
        self.base = base
        self.r = r
        self.alpha = alpha
        ### BEGIN SOLUTION
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / math.sqrt(base.in_features))
        self.B = nn.Parameter(torch.zeros(base.out_features, r))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return self.base(x) + (self.alpha / self.r) * (x @ self.A.T @ self.B.T)
        ### END SOLUTION


# %% check="lora_start" points=3 tags=["inside"]
torch.manual_seed(0)
layer = LoRALinear(nn.Linear(12, 5), r=3, alpha=6.0)
both = isinstance(getattr(layer, "A", None), nn.Parameter) and isinstance(getattr(layer, "B", None), nn.Parameter)
checks.that(both, "A and B should each be a parameter (nn.Parameter): an optimizer finds nothing else.")
x = torch.randn(2, 4, 12)
hint = "Before training the layer must equal the frozen one"
where = "it is B in the paper and in peft; A is drawn at random"
checks.that(not layer.B.any(), f"{hint}: B starts at zero ({where}).")
checks.that(layer.A.any(), "A and B both start at zero: then no gradient ever reaches either. Draw A at random.")
starts_as_the_old(layer, x)
hint = "A's rows should differ, or the update has rank 1 for ever: draw every number of A."
checks.that(torch.linalg.matrix_rank(layer.A.detach()) == 3, hint)
is_reached(layer, "B", x, "No gradient reaches B: is the update part of the graph?")
layer.B.data.normal_()
is_reached(layer, "A", x, "Once B has moved, A learns too, and no gradient reaches it: is it part of the graph?")
for inside, r in [(128, 8), (512, 8), (512, 2), (128, 64)]:
    A = LoRALinear(nn.Linear(inside, 6), r=r, alpha=8.0).A.detach()
    hint = (
        "A's spread should go with 1 / √in: plain torch.randn is √in times too wide, a fixed 0.02 knows no width, and "
    )
    hint += "1 / r knows none either."
    checks.between(A.square().mean().sqrt() * inside**0.5, 1 / 3, 3, f"the spread of A · √{inside} at r = {r}", hint)

# %% check="lora_scale" points=3 tags=["inside"]
for r, alpha in [(2, 2.0), (1, 1.0), (4, 2.0), (2, 16.0), (4, 6.0)]:
    layer = LoRALinear(nn.Linear(6, 4, bias=False), r=r, alpha=alpha)
    x = normal(np.random.default_rng(r), 64, 6)
    with torch.no_grad():
        plain = layer.base(x)
        layer.A.fill_(0.5)
        layer.B.fill_(1.0)
        found = output_of(layer, x) - plain
        bent = alpha * nn.functional.relu(0.5 * x.sum(-1, keepdim=True)).expand(64, 4)
        hint = "x goes through A and then through B, with nothing between: here a negative number does not get through."
        checks.that(not torch.allclose(found, bent, atol=1e-5), hint)
        hint = "The same x twice gives two results: no dropout belongs here, and forward changes neither A nor B."
        checks.close(output_of(layer, x) - plain, found, "the update of the second call", hint=hint, atol=1e-5)
        update = x.sum(-1, keepdim=True).expand(64, 4) * 0.5 * r
        hint = f"The update should be scaled by alpha / r (here {alpha:g} / {r})."
        checks.close(found, alpha / r * update, "the update", hint=hint, atol=1e-5)
        theirs = peft_lora(nn.Linear(6, 4), r, alpha).scaling["default"]
        checks.close(theirs, alpha / r, "peft's scale", hint="It is peft's scale too.")

# %% check="lora_frozen" points=2
for bias in (True, False):
    layer = LoRALinear(nn.Linear(768, 768, bias=bias), r=16, alpha=32.0)
    hint = "The old layer still learns, its weight or its bias: freeze the base. Then it can be shared by all tasks."
    checks.that(not any(p.requires_grad for p in layer.base.parameters()), hint)
    checks.count(trainable(layer), 24_576, "numbers that learn at 768 × 768, r = 16", "Just A and B learn.")

# %% check="lora_peft" points=4 tags=["inside"]
rng = np.random.default_rng(3)
for out, inside, r, bias in [(4, 6, 2, True), (7, 3, 3, False)]:
    linear = nn.Linear(inside, out, bias=bias)
    theirs = peft_lora(linear, r, r)
    mine = LoRALinear(copy.deepcopy(linear), r, alpha=r)  # scale 1
    A = normal(rng, r, inside)
    B = normal(rng, out, r)
    x = normal(rng, 2, 5, inside)
    set_factors(mine, A, B)
    theirs.lora_A["default"].weight.data = A.clone()
    theirs.lora_B["default"].weight.data = B.clone()
    hint = "With the same A and B peft's layer says something else: the old layer with its bias, plus B A x (scaled by 1 here)."
    checks.close(output_of(mine, x), theirs(x), "the layer's output", hint=hint, atol=1e-5)
    hint = "The gradient that goes on to the layers below is not peft's: a frozen layer still hands it down."
    downward, reference = (handed_down(layer, x) for layer in (mine, theirs))
    checks.close(downward, reference, "the gradient for x", hint=hint, rtol=1e-4, atol=1e-4)
    hint = (
        "B A is multiplied out, as large as the old weight, and kept for the backward pass: a second W₀, which LoRA is "
    )
    checks.that(not multiplied_out(mine, x), f"{hint}there to avoid. Multiply x by A first, and the result by B.")
### BEGIN HIDDEN TESTS
rng = checks.fresh("lora_peft")
outputs = []
for out, inside in rng.integers(3, 9, size=(3, 2)).tolist():
    linear = nn.Linear(inside, out)
    linear.weight.data = normal(rng, out, inside)
    linear.bias.data = normal(rng, out)
    mine = LoRALinear(linear, 2, alpha=2)
    A = normal(rng, 2, inside)
    B = normal(rng, out, 2)
    x = normal(rng, 4, inside)
    set_factors(mine, A, B)
    outputs.append(mine(x))
checks.hand_over(outputs=outputs)
### END HIDDEN TESTS
