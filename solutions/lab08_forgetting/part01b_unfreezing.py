# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Which parameters move, and when
#
# The next tool decides which layer learns at which step. These cells watch it: they list what may learn, and what each
# step of a real `Trainer` has moved.


# %%
def flags(model: nn.Module) -> list[str]:
    """The names of the parameters that learn."""
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


def called(callback: TrainerCallback, model: nn.Module, step: int) -> list[str]:
    """The names that learn after the callback has been called before the step after `step` finished ones."""
    model.train()
    try:
        callback.on_step_begin(None, TrainerState(global_step=step), TrainerControl(), model=model)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise checks.CheckFailed(f"The callback stops before the step after {step} finished ones: {error}.") from error
    hint = "The callback sets requires_grad and nothing else: yours takes the model out of training mode."
    checks.that(all(part.training for part in model.modules()), hint)
    return flags(model)


def called_in_turn(cases: list[tuple[int, int, int]]) -> list[list[str]]:
    """The names that learn in a new model for each (layers, every, step): one callback for each (layers, every)."""
    callbacks = {case[:2]: GradualUnfreezing(*case[:2]) for case in cases}
    return [called(callbacks[layers, every], toy_model(layers=layers), step) for layers, every, step in cases]


# %%
class Recorder(TrainerCallback):
    """Notes at the end of each step which parameters that step moved."""

    def __init__(self, model: nn.Module):
        self.before = {name: p.detach().clone() for name, p in model.named_parameters()}
        self.moved = []

    def on_step_end(self, args, state, control, model=None, **kwargs):
        now = {name: p.detach().clone() for name, p in model.named_parameters()}
        self.moved.append({name for name in now if not torch.equal(now[name], self.before[name])})
        self.before = now


# %%
class ForTrainer(nn.Module):
    """Task A as Trainer wants it: a batch in, the loss and the logits out."""

    def __init__(self, tuned: TwoTasks):
        super().__init__()
        self.tuned = tuned

    def forward(self, ids, mask, labels):
        logits = self.tuned.heads["A"](self.tuned(ids, mask))
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


# What every Trainer of this lab gets: 32 bits, no checkpoints, nothing on the screen.
quiet = {
    "use_cpu": hardware.device == "cpu",
    "dataloader_pin_memory": hardware.device == "cuda",
    "save_strategy": "no",
    "logging_strategy": "no",
    "disable_tqdm": True,
    "report_to": "none",
}


def toy_moves(callback: TrainerCallback, layers: int, steps: int) -> list[set[str]]:
    """The names of the parameters that each step of a real Trainer moved, on random texts."""
    rng = np.random.default_rng(0)
    rows = [{"ids": rng.integers(5, 60, size=6), "mask": np.ones(6, int), "labels": n % 3} for n in range(8)]
    wrapped = ForTrainer(toy_model(layers=layers)).to(device)
    recorder = Recorder(wrapped)
    with TemporaryDirectory() as folder:
        arguments = TrainingArguments(folder, max_steps=steps, learning_rate=0.01, **quiet)
        trainer = Trainer(model=wrapped, args=arguments, train_dataset=rows, callbacks=[callback, recorder])
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return recorder.moved


# %% [markdown]
# ## Exercise 3 · Gradual unfreezing, as a callback
#
# *Why.* The fresh head sends large, meaningless gradients down in the first steps. Gradual unfreezing lets them reach
# one layer more at a time, from the top. It is a **callback**: `Trainer` calls it before each step.
#
# *Effort.* Medium, 25 minutes, 12 points.
#
# Write `learns`: whether a parameter may change in the step after `step` finished ones. In the first `every` steps only
# what is on top of the layers learns; then the highest layer joins, after `every` more steps the next, at last the
# embeddings; what has joined stays. And write `on_step_begin` of the callback, which sets `requires_grad` of all of the
# model's parameters accordingly. `state.global_step` counts the finished steps, also in a run that was resumed.
# Go by the names alone: `Trainer` may wrap the model, and then each name has one prefix more.
#
# <details><summary>Hint 1: how deep may it go?</summary>
#
# In step 0 the lowest depth that learns is layers + 1, and with every <code>every</code> finished steps it is one less.
#
# </details>
# <details><summary>Hint 2: why not freeze before the Trainer is made?</summary>
#
# Trainer builds its optimizer from what may learn at that moment: a parameter that is frozen then never joins. The
# callback runs later, so it may freeze and thaw as it likes.
#
# </details>


# %%
LADDER = ["heads.A.weight", *(f"body.layers.{n}.attn.Wo.weight" for n in (11, 10, 1, 0)), "body.embeddings.norm.weight"]


def who_learns(names: list[str], layers: int, step: int, every: int) -> list[bool]:
    """What `learns` says of each name, or a sentence about the first at which it stops."""
    found = []
    for name in names:
        try:
            found.append(learns(name, layers, step, every))
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise checks.CheckFailed(f"learns stops at the name {name}: {error}.") from error
        checks.that(found[-1] is not None, f"learns returns nothing for {name}: True or False is asked.")
    return [bool(answer) for answer in found]


def ladder(step: int, every: int, layers: int = 12) -> list[int]:
    """1 for each name of LADDER that learns, from the top down, otherwise 0."""
    return [int(answer) for answer in who_learns(LADDER, layers, step, every)]


# %% answer="gradual_unfreezing"
def learns(name: str, layers: int, step: int, every: int) -> bool:
    """Whether the parameter of this name learns after `step` finished steps, if a layer joins every `every` steps."""
    ### BEGIN SOLUTION
    return depth_of(name, layers) >= layers + 1 - step // every
    ### END SOLUTION


class GradualUnfreezing(TrainerCallback):
    """From the top down: one more layer learns every `every` steps."""

    def __init__(self, layers: int, every: int):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        """Before each step: sets requires_grad of the model's parameters; state.global_step is the finished steps."""
        ### BEGIN SOLUTION
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))
        ### END SOLUTION


# %% check="learns_when" points=3
hint = "Before any step is finished, what is on top of the layers learns and nothing else"
checks.close(ladder(0, 5), [1, 0, 0, 0, 0, 0], "who learns in the first step", hint)
hint = "After 4 of 5 steps nothing has joined, after 5 the highest layer, layers.11 of 12"
checks.close(ladder(4, 5), [1, 0, 0, 0, 0, 0], "who learns after 4 steps", hint)
checks.that(ladder(5, 5)[0], "What has joined stays: the heads go on learning when the highest layer joins.")
checks.close(ladder(5, 5), [1, 1, 0, 0, 0, 0], "who learns after 5 steps", hint)
hint = "After 10 steps, every 5, the second layer from the top has joined, and the first stays"
checks.close(ladder(10, 5), [1, 1, 1, 0, 0, 0], "who learns after 10 steps", hint)
hint = "After 60 steps, every 5, all 12 layers learn, and the embeddings not yet"
checks.close(ladder(60, 5), [1, 1, 1, 1, 1, 0], "who learns after 60 steps", hint)
hint = "The embeddings join last, after (layers + 1) times `every` steps, and everything stays"
checks.close(ladder(65, 5), [1] * 6, "who learns after 65 steps", hint)
checks.close(ladder(500, 5), [1] * 6, "who learns after 500 steps", hint)
hint = "`every` and `layers` are arguments: after 6 steps, every 2, of 14 layers 13, 12 and 11 have joined"
checks.close(ladder(6, 2, layers=14), [1, 1, 0, 0, 0, 0], "who learns after 6 steps", hint)

# %% check="unfreezing_flags" points=3
toy = toy_model()
wanted = [name for name, _ in toy.named_parameters() if re.search(r"layers\.[123]\.|final_norm|heads", name)]
top = [name for name, _ in toy.named_parameters() if re.search("final_norm|heads", name)]
for given in (False, True):
    toy.requires_grad_(given)
    earlier = flags(toy)
    found = called(GradualUnfreezing(layers=4, every=3), toy, 10)
    hint = "set each of them, on or off, whatever it was, and also in the middle of a run, where a resumed one begins"
    checks.that(found != earlier, f"After 10 steps, every 3, all parameters keep requires_grad={given}: {hint}.")
    hint = "The finished steps are state.global_step, not the calls of this callback: a run that is resumed begins with more."
    checks.that(found != top, hint)
    other = [name for name, _ in toy.named_parameters() if depth_of(name, 4) >= LAYERS + 1 - 3]
    checks.that(found != other, f"The callback's own number of layers counts, here 4, not the notebook's {LAYERS}.")
    hint = f"All parameters are to be set, on or off, whatever they were. Before this call all were {given}; wrong after it"
    checks.that(found == wanted, f"{hint}: {sorted(set(found) ^ set(wanted))[:3]}.")
cases = [(3, 2, 0), (3, 1, 3), (3, 2, 4), (3, 2, 5), (3, 2, 0)]  # layers, every, step
### BEGIN HIDDEN TESTS
rng = checks.fresh("unfreezing_flags")
cases += [tuple(int(number) for number in rng.integers([2, 1, 0], [6, 5, 30])) for _ in range(8)]
### END HIDDEN TESTS
checks.hand_over(learning=called_in_turn(cases))


# %% check="unfreezing_moves" points=4 tags=["inside"]
runs = [(4, 2)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("unfreezing_moves")
runs.append((int(rng.integers(2, 6)), int(rng.integers(1, 4))))
### END HIDDEN TESTS
recorded = []
for layers, every in runs:
    try:
        moved = toy_moves(GradualUnfreezing(layers=layers, every=every), layers, (layers + 1) * every + 1)
    except (AttributeError, LookupError, TypeError, ValueError, RuntimeError) as error:
        hint = "In a real Trainer, where the model is wrapped and all names have one prefix more, a step stops"
        raise checks.CheckFailed(f"{hint}: {error}.") from error
    names = [name for name, _ in ForTrainer(toy_model(layers=layers)).named_parameters() if "heads.B" not in name]
    hint = f"In the first step of a real Trainer only what is on top of the {layers} layers may move"
    checks.close(sorted({depth_of(name, layers) for name in moved[0]}), [layers + 1], "the depths that moved", hint)
    for step, found in enumerate(moved):
        wanted = {name for name in names if depth_of(name, layers) >= layers + 1 - step // every}
        hint = f"In a real Trainer, after {step} steps, with one more layer every {every}, others move than should"
        checks.that(found == wanted, f"{hint}: {sorted(found ^ wanted)[:3]}.")
    recorded.append([sorted(found) for found in moved])
checks.hand_over(moved=recorded)

# %% check="unfreezing_names" points=2
cases = [(12, 0, 5), (12, 59, 5), (12, 60, 5)]
### BEGIN HIDDEN TESTS
rng = checks.fresh("unfreezing_names")
cases += [(int(rng.integers(11, 25)), int(rng.integers(0, 100)), int(rng.integers(1, 9))) for _ in range(8)]
### END HIDDEN TESTS
listed = []
for layers, step, every in cases:
    every_name = [
        "x.embeddings.norm.weight",
        "x.final_norm.weight",
        *(f"x.layers.{n}.mlp.Wi.weight" for n in range(layers)),
    ]
    chosen = who_learns(every_name, layers, step, every)
    listed.append([name for name, answer in zip(every_name, chosen, strict=True) if answer])
checks.that(all(listed), "At every step some parameter learns; in yours there is a step at which none does.")
checks.hand_over(listed=listed)
