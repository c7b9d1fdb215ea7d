# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Two things to read off. Left, how much quality each further power of ten of trained numbers buys (the dotted line
# climbs where a method is better than all that train fewer numbers), *and* which differences are larger than the bars.
# Right, that training few numbers does not mean training fast: the gradient has to come down to the lowest thing that
# learns. Whatever sits in every layer pays for the whole backward pass, and so does the soft prompt, which sits below
# them all; the classifier alone and the top layers need only the end of it. Compacters pay once more, because each of
# their weights is put together from Kronecker products at every step. The times are what a clock said while other things
# may have been running; the sizes and the files are exact.
#
# In profile tiny BitFit and the soft prompt both train 1,540 numbers, and that is a coincidence: 1,024 biases of the body
# here, {{ s.tiny.prompt_length }} vectors of 128 numbers there, and the classifier's 512 weights and 4 biases in both.
# (In the left panel the second of the two is moved a little to the right.)
#
# ## Two tasks, one body
#
# Now the swap of Exercise 4 on the real thing. LoRA is trained twice, once for the origin of a sentence and once for
# its sentiment. One plain body gets the first task merged into its weights, then the second by a swap, then the first
# again; each time its answers are held against the model with LoRA beside the weights.


# %%
def updates_of(model: Classifier) -> dict[str, Update]:
    """Name of the layer -> its update, of a model with LoRA in it."""
    found = {name: layer for name, layer in model.named_modules() if isinstance(layer, LoRALinear)}
    scale = settings.alpha / settings.r  # as add_lora has it
    return {name: Update(layer.A.to(device), layer.B.to(device), scale) for name, layer in found.items()}


# %%
def put_on(plain: Classifier, tuned: dict[str, Classifier], task: str, before: str | None) -> None:
    """Puts a task's update and classifier into the plain model, in the place of those of the task before."""
    for name, update in updates_of(tuned[task]).items():
        layer = plain.get_submodule(name)
        if before:
            swap(layer, updates_of(tuned[before])[name], update)
        else:
            merge(layer, update)
    plain.classifier = copy.deepcopy(tuned[task].classifier).to(device)


# %%
def swapping(tuned: dict[str, Classifier]) -> pd.DataFrame:
    """Merges, swaps and unmerges in one plain body; how far it is from the tuned models, and in the end from itself."""
    plain = new_classifier(settings.seeds[0])
    before = None
    table = []
    original = {name: p.detach().cpu().clone() for name, p in plain.body.named_parameters()}
    for task in ("origin", "sentiment", "origin"):
        put_on(plain, tuned, task, before)
        before = task
        logits = logits_on(tuned[task].to(device), 64)
        tuned[task].cpu()
        gap = ((logits_on(plain, 64) - logits).abs().max() / logits.abs().max()).item()
        table.append((task, "the logits with LoRA beside the weights", f"{gap:.1e}"))
    for name, update in updates_of(tuned[before]).items():
        unmerge(plain.get_submodule(name), update)
    gap = max((p.cpu() - original[name]).abs().max().item() for name, p in plain.body.named_parameters())
    table.append(("nothing", "the weights before", f"{gap / max(p.abs().max().item() for p in original.values()):.1e}"))
    return pd.DataFrame(table, columns=["in the body", "held against", "largest difference / largest number"])


swapping({task: run("LoRA", settings.seeds[0], task)["model"] for task in CLASSES})


# %%
def sentiment_score() -> str:
    truth = encoded("validation")["sentiment"]
    lazy = macro_f1(torch.full_like(truth, int(truth.mode().values)), truth)
    return f"sentiment, LoRA, one seed: macro-F1 {run('LoRA', settings.seeds[0], 'sentiment')['macro_f1']:.3f}, majority {lazy:.3f}"


print(sentiment_score())

# %% [markdown]
# Exact up to the rounding of float32, in both directions. (In bfloat16, with three digits, it would not be: there one
# keeps the original and merges into a copy.) How much or how little it has learnt about sentiment does not disturb the
# swap.
#
# And what does a task cost when the model is *used*? One batch of {{ s.tiny.batch }} rows, forward only: with nothing
# added, with LoRA merged, with LoRA beside the weights, with a soft prompt in front; and the swap alone, all layers.


# %%
def fastest(actions: dict, times: int = 30) -> pd.Series:
    """Milliseconds of each action, the fastest of so many: what it takes where nothing else disturbs."""
    seconds = {name: [] for name in actions}
    for _ in range(times):
        for name, action in actions.items():
            begin = time.perf_counter()
            action()
            torch.zeros(1, device=device).item()  # on a GPU: wait until it is done
            seconds[name].append(time.perf_counter() - begin)
    return pd.Series({name: f"{1000 * min(values):.2f}" for name, values in seconds.items()}, name="fastest (ms)")


# %%
@torch.no_grad()
def times_at_use() -> pd.DataFrame:
    """Milliseconds of one batch, by where the task's numbers are, and of one swap."""
    seed = settings.seeds[0]
    plain = new_classifier(seed)
    merged = new_classifier(seed)
    beside = run("LoRA", seed)["model"].to(device)
    pairs = [(merged.get_submodule(name), update) for name, update in updates_of(beside).items()]
    for layer, update in pairs:
        merge(layer, update)
    models = {"plain": plain, "LoRA merged": merged, "LoRA beside the weights": beside}
    models["soft prompt in front"] = run("soft prompt", seed)["model"].to(device)
    ids, mask, _ = next(batches(settings.model, "origin", 1, seed))
    actions = {name: functools.partial(model, ids, mask) for name, model in models.items()}
    actions["a swap"] = lambda: [swap(layer, update, update) for layer, update in pairs]
    [action() for action in actions.values()]  # a first call compiles and finds room: none of them is timed
    return fastest(actions).to_frame()


times_at_use()
