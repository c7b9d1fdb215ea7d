# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 5 · Into the model
#
# *Why.* A layer is not a model yet. The same few lines put LoRA, adapters or compacters into any network, and most
# accidents happen in them: nothing matched, everything matched, the new parts frozen with the old, a model wrapped
# twice.
#
# *Effort.* Medium, 25 minutes, 8 points.
#
# Write `inject(model, targets, make)`. Each `nn.Linear` whose own name (after the last dot) **is** one of `targets` is
# replaced by `make(linear)`. What the model had before is frozen, all of it, except `model.classifier`, which learns;
# what `make` adds learns. Return how many layers were replaced. If there is none, raise a `ValueError` and change
# nothing: a typo, or a model that has been wrapped already, must not pass in silence.
#
# <details><summary>Hint 1: how to replace</summary>
# <code>owner = model.get_submodule("body.layers.0.self_attn")</code>, then <code>setattr(owner, "q_proj", ...)</code>.
# Collect the names first: a model that changes while you walk through it has surprises.
# </details>
# <details><summary>Hint 2: when to freeze?</summary>
# Before the new parts are in.
# </details>


# %%
class Plus(nn.Module):
    """The simplest thing to inject: a linear layer, and a vector that is added to its output."""

    def __init__(self, base: nn.Linear):
        super().__init__()
        hint = "make should get a plain linear layer (nn.Linear): only those are replaced, whatever else has that name"
        twice = ": the model is wrapped twice" if isinstance(base, Plus) else ""
        checks.that(isinstance(base, nn.Linear), f"{hint}. Yours gave it a {type(base).__name__}{twice}.")
        self.base = base
        self.added = nn.Parameter(torch.zeros(base.out_features))

    def forward(self, x):
        return self.base(x) + self.added


# %%
class Times(nn.Module):
    """The same with two numbers, which are called otherwise."""

    def __init__(self, base: nn.Linear):
        super().__init__()
        self.old = base
        self.gain = nn.Parameter(torch.ones(()))
        self.shift = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        return self.gain * self.old(x) + self.shift


def replaced(model) -> list[str]:
    """Names of the layers that are a Plus now."""
    return [name for name, module in model.named_modules() if isinstance(module, Plus)]


# %% answer="injecting"
def inject(model, targets: tuple[str, ...], make) -> int:
    """Replaces each linear layer named in targets by make(layer); only what is new and the classifier learn."""
    ### BEGIN SOLUTION
    linear = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    found = [name for name in linear if name.rpartition(".")[2] in targets]
    if not found:
        raise ValueError(f"No linear layer is called {targets}: a typo, or is the model wrapped already?")
    model.requires_grad_(False)
    for name in found:
        owner, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(owner), leaf, make(model.get_submodule(name)))
    model.classifier.requires_grad_(True)
    return len(found)
    ### END SOLUTION


# %% check="inject_where" points=2 tags=["inside"]
model = toy_classifier(layers=2)
model.body.kv_proj = nn.Linear(4, 4)  # ends like v_proj, but is not called so
model.body.v_proj = nn.Identity()  # is called so, but is no linear layer
old = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
count = inject(model, ("q_proj", "v_proj"), Plus)
expected = [f"body.layers.{n}.self_attn.{part}_proj" for n in range(2) for part in "qv"]
hint = "Exactly the linear layers whose own name is a target should be replaced: all layers of the model, nothing else"
checks.that(replaced(model) == expected, f"{hint}, each once. Yours: {replaced(model)}.")
checks.that(
    all(model.get_submodule(name).base is old[name] for name in expected), "make(layer) should get the old layer."
)
checks.count(count, 4, "the number returned", "Return how many layers were replaced.")
### BEGIN HIDDEN TESTS
target = str(checks.fresh().choice(["k_proj", "o_proj", "gate_proj", "up_proj"]))
model = toy_classifier(layers=3)
checks.count(inject(model, (target,), Plus), 3, "the number returned", "Return how many layers were replaced.")
checks.count(len(replaced(model)), 3, f"replaced layers for {target}", "Every layer of the model has one of them.")
checks.that(all(name.endswith(f".{target}") for name in replaced(model)), hint)
### END HIDDEN TESTS

# %% check="inject_frozen" points=2 tags=["inside"]
for before in (True, False):
    model = toy_classifier(layers=2).requires_grad_(before)
    inject(model, ("down_proj",), Plus)
    old = [name for name in learning(model) if not name.endswith(".added") and not name.startswith("classifier.")]
    hint = "All that the model had before is frozen: every layer, the norms, and the embeddings, which are easily forgotten"
    checks.that(not old, f"{hint}. Yours still trains {old[:1]}.")

# %% check="inject_learns" points=2 tags=["inside"]
for targets, number in [(("down_proj",), 2), (("q_proj", "o_proj"), 4)]:
    model = toy_classifier(layers=2)
    inject(model, targets, Plus)
    found = learning(model)
    hint = "The new parts are frozen with the old: freeze first, then put them in."
    checks.count(sum(name.endswith(".added") for name in found), number, "new vectors that learn", hint)
    hint = "The classifier is new as well: if it is frozen, its random numbers decide the classes for ever."
    checks.that({"classifier.weight", "classifier.bias"} <= set(found), hint)
model = toy_classifier(layers=2)
inject(model, ("v_proj",), Times)
hint = "All of what make adds learns, whatever it is called and however much it is (LoRA adds an A and a B)."
added = [name for name in learning(model) if name.endswith((".gain", ".shift"))]
checks.count(len(added), 4, "new numbers that learn in two layers", hint)
if set(learning(model)) == {*added, "classifier.weight", "classifier.bias"}:  # else a check above says what is wrong
    model = toy_classifier(layers=2).requires_grad_(False)
    inject(model, ("v_proj",), Times)
    hint = "The classifier stays frozen where it was frozen before: it should learn, whatever was frozen before."
    checks.that({"classifier.weight", "classifier.bias"} <= set(learning(model)), hint)


# %% check="inject_again" points=2 tags=["inside"]
def refuses(model, targets) -> bool:
    """Whether inject raises a ValueError."""
    try:
        inject(model, targets, Plus)
    except ValueError:
        return True
    return False


model = toy_classifier(layers=2)
hint = "No layer has such a name: raise a ValueError, or a typo trains a frozen model."
checks.that(refuses(model, ("query",)), hint)
checks.count(
    trainable(model), trainable(toy_classifier(layers=2)), "numbers that learn after a refusal", "Change nothing then."
)
inject(model, ("q_proj",), Plus)
hint = "The model is wrapped twice: the second call finds a wrapped layer, no nn.Linear, and should raise a ValueError."
checks.that(refuses(model, ("q_proj",)), hint)
