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
    try:
        callback.on_step_begin(None, TrainerState(global_step=step), TrainerControl(), model=model)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise checks.CheckFailed(f"The callback stops before the step after {step} finished ones: {error}.") from error
    return flags(model)


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
### BEGIN HIDDEN TESTS
toy = toy_model(layers=3)
one, two = (GradualUnfreezing(layers=3, every=every) for every in (2, 1))
for step in (0, 1, 2, 8, 3):
    for callback, every in ((one, 2), (two, 1)):
        found = {depth_of(name, 3) for name in called(callback, toy, step)}
        hint = f"Two callbacks beside each other, called out of order: after {step} steps, every {every}, wrong depths learn"
        checks.that(found == set(range(max(0, 4 - step // every), 5)), f"{hint}: {sorted(found)}.")
### END HIDDEN TESTS


# %% check="unfreezing_moves" points=4
for layers, every in [(4, 2), (3, 1)]:
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


# %% [markdown]
# All three together: the learning rate of every depth at every step, which is what ULMFiT's third stage is.


# %%
def planned_rates(plan, steps: int) -> np.ndarray:
    """(depths, steps) learning rates of a plan (depth, depths, step, steps) -> rate; 0 is frozen."""
    return np.array([[plan(depth, DEPTHS, step, steps) for step in range(steps)] for depth in range(DEPTHS)])


def ulmfit_plan(depth: int, depths: int, step: int, steps: int) -> float:
    """Discriminative rates, slanted triangle and gradual unfreezing over the first half of the steps."""
    name = "final_norm" if depth == depths - 1 else "embeddings" if depth == 0 else f"layers.{depth - 1}.x"
    rate = discriminative_rates([name], depths - 2, settings.peaks["+ unfreezing"])[name]
    every = max(1, steps // (2 * depths))
    return rate * slanted_triangular(step, steps) * learns(name, depths - 2, step, every)


# %%
def draw_plan(panel, rates: np.ndarray) -> None:
    """A picture of (depths, steps) rates, one row a depth, on a logarithmic colour scale; white is frozen."""
    shown = panel.imshow(
        np.log10(np.where(rates > 0, rates, np.nan)), aspect="auto", origin="lower", interpolation="nearest"
    )
    labels = ["embeddings", *(f"layer {n}" for n in range(DEPTHS - 2)), "top"]
    every = 1 if DEPTHS < 12 else 4
    panel.set_yticks(range(0, DEPTHS, every), labels[::every])
    panel.set(xlabel="step (number)", ylabel="depth")
    panel.figure.colorbar(shown, ax=panel, label="log10 of the learning rate")


def figure_plans():
    figure, panels = plots.axes(2, width=5.5)
    steps = 100
    for cut in (0.1, 0.3):
        shares = [slanted_triangular(step, steps, cut) for step in range(steps + 1)]
        panels[0].plot(shares, label=f"slanted triangle, cut at {cut}")
    panels[0].plot([linear_share(step, steps) for step in range(steps + 1)], "--", label="linear warm-up and decay")
    panels[0].set(xlabel="step (number)", ylabel="share of the peak rate (0 to 1)")
    panels[0].legend(fontsize=8)
    draw_plan(panels[1], planned_rates(ulmfit_plan, steps))
    alt = "Left: the slanted triangle rises to 1 within a tenth or three tenths of the steps and falls slowly. Right: each "
    plots.show(figure, alt=alt + "depth joins later and learns more slowly the lower it is; the embeddings come last.")


# %%
def linear_share(step: int, steps: int) -> float:
    """The usual schedule to compare with: linear warm-up over a tenth of the steps, linear decay to nothing."""
    warm = max(1, steps // 10)
    return min((step + 1) / warm, (steps - step) / (steps - warm))


figure_plans()
lowest = discriminative_rates(["embeddings"], LAYERS, 1.0)["embeddings"]
print(f"over {LAYERS} layers and the embeddings the lowest rate is the peak divided by {1 / lowest:,.0f}")

# %% [markdown]
# Look at the number below the figure before you read on: a factor of 2.6 was chosen for a network of a few LSTM layers.
# Multiplied over every layer of a transformer, it all but freezes the bottom. One peak rate for all arms of a comparison
# would then test how much may learn, not whether the tool is good; so every arm of Part 3 has a peak rate of its own.
