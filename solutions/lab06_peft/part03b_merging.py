# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 4 · Fold it in, take it out, swap
#
# *Why.* B A has the shape of W₀. So after training the update can be added to the weights, and using the model costs
# not one multiplication more than before. Subtract it, and the old model is back; then another task's can go in.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `merge(linear, update)`, `unmerge(linear, update)` and `swap(linear, old, new)`. An `Update` holds a task's `A`,
# `B` and `scale` (that is alpha / r). All three change the numbers in `linear.weight`, which stays **the same parameter
# object** (an optimizer or a tied layer may hold on to it), and return nothing; `swap` finds the layer with `old` merged
# and leaves it with `new` instead. Factors and bias stay as they are.
#
# <details><summary>Hint 1: "a leaf Variable that requires grad is being used in an in-place operation"</summary>
# This is not training, so nothing has to be recorded: work inside <code>torch.no_grad()</code>, with
# <code>add_</code> or <code>+=</code>.
# </details>


# %%
class Update:
    """One task's low-rank change of one layer: scale · B A, with A (r, in) and B (out, r)."""

    def __init__(self, A: torch.Tensor, B: torch.Tensor, scale: float):
        self.A = A
        self.B = B
        self.scale = scale


def some_update(rng, out: int, inside: int, r: int = 2) -> Update:
    """A random one, with factors that learn, as a LoRALinear's do."""
    A, B = (nn.Parameter(normal(rng, *shape)) for shape in ((r, inside), (out, r)))
    return Update(A, B, float(rng.uniform(0.2, 0.8)))


def dense(update: Update) -> torch.Tensor:
    """The update as one matrix, (out, in), summed product by product."""
    pairs = zip(update.B.detach().T, update.A.detach(), strict=True)
    return update.scale * sum(torch.outer(b, a) for b, a in pairs)


# %%
def called(function, linear: nn.Linear, *updates) -> None:
    """Calls function(linear, *updates); explains what it raises for want of no_grad, or of something kept elsewhere."""
    try:
        function(linear, *updates)
    except NotImplementedError:
        raise
    except (AttributeError, KeyError) as error:
        hint = "All there is to work with are the numbers of linear.weight and the update: merge may have run elsewhere, or "
        checks.that(False, f"{hint}in another session, and left nothing else behind. ({type(error).__name__}: {error})")
    except RuntimeError as error:
        hint = "Nothing has to be recorded here: change the weight inside torch.no_grad(). Or do the shapes not fit?"
        checks.that(False, f"{hint} ({error})")


# %%
def in_place(function, linear: nn.Linear, *updates) -> None:
    """Calls function(linear, *updates); fails if it exchanges or changes more than the numbers of linear.weight."""
    weight = linear.weight
    bias = linear.bias.detach().clone()
    flag = linear.weight.requires_grad
    factors = [(u.A.detach().clone(), u.B.detach().clone(), u.scale) for u in updates]
    called(function, linear, *updates)
    hint = "The layer has a new weight object: change the old one's numbers, or optimizers and tied layers miss it."
    checks.that(linear.weight is weight, hint)
    hint = "The weight should stay a plain parameter, frozen or not as it was."
    checks.that(weight.requires_grad == flag and weight.is_leaf, hint)
    checks.close(linear.bias, bias, "the bias", hint="LoRA changes the weight; the bias stays.")
    for update, (A, B, scale) in zip(updates, factors, strict=True):
        checks.close(update.A, A, "A", hint="The task's own A and B should stay as they are.")
        checks.close(update.B, B, "B", hint="The task's own A and B should stay as they are.")
        checks.that(
            update.scale == scale, f"The task's scale should stay as it is: it was {scale:.3g}, now {update.scale:.3g}."
        )


# %% answer="merging"
def merge(linear: nn.Linear, update: Update) -> None:
    """Adds the update to the numbers of linear.weight."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        linear.weight += update.scale * (update.B @ update.A)
    ### END SOLUTION


def unmerge(linear: nn.Linear, update: Update) -> None:
    """Takes a merged update out of the numbers of linear.weight."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        linear.weight -= update.scale * (update.B @ update.A)
    ### END SOLUTION


def swap(linear: nn.Linear, old: Update, new: Update) -> None:
    """From the layer with `old` merged to the layer with `new` merged."""
    ### BEGIN SOLUTION
    unmerge(linear, old)
    merge(linear, new)
    ### END SOLUTION


# %% check="merge_exact" points=2 tags=["inside"]
hint = "The merged weight should be the old one plus scale · B A, (out, in): scaled, and B before A."
for seed, (out, inside) in enumerate([(4, 4), (3, 6)]):
    linear = nn.Linear(inside, out)
    update = some_update(np.random.default_rng(seed), out, inside)
    expected = linear.weight.detach() + dense(update)
    in_place(merge, linear, update)
    checks.close(linear.weight, expected, "the merged weight", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
linear = nn.Linear(5, 5)
update = some_update(rng, 5, 5, r=3)
expected = linear.weight.detach() + dense(update)
in_place(merge, linear, update)
checks.close(linear.weight, expected, "the merged weight", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% check="merge_back" points=3 tags=["inside"]
hint = "What merge adds, unmerge subtracts: the old weight should be back, to about 1e-6."
for seed, (out, inside) in enumerate([(4, 4), (3, 6)]):
    linear = nn.Linear(inside, out)
    update = some_update(np.random.default_rng(seed), out, inside)
    before = linear.weight.detach().clone()
    linear.weight.data += dense(update)
    in_place(unmerge, linear, update)
    checks.close(linear.weight, before, "the weight after unmerge", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
linear = nn.Linear(5, 5).requires_grad_(False)
update = some_update(checks.fresh(), 5, 5, r=3)
before = linear.weight.detach().clone()
linear.weight.data += dense(update)
in_place(unmerge, linear, update)
checks.close(linear.weight, before, "the weight after unmerge", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% check="merge_swap" points=3 tags=["inside"]
rng = np.random.default_rng(5)
linear = nn.Linear(6, 4)
first = some_update(rng, 4, 6)
second = some_update(rng, 4, 6, r=3)
before = linear.weight.detach().clone()
hint = "After a swap only the new task is in the weight: "
linear.weight.data += dense(first)
in_place(swap, linear, first, second)
hint += "take the old one out with its own scale, and put the new one in with its own."
checks.close(linear.weight, before + dense(second), "the weight after the swap", hint=hint, atol=1e-6)
in_place(swap, linear, second, first)
checks.close(linear.weight, before + dense(first), "the weight after swapping back", hint=hint, atol=1e-6)
