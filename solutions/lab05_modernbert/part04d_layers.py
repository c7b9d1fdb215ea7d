# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The same numbers, at the price of the last layers alone, after one pass over the data to fill the store. So the fewer
# layers learn, the more it saves, and most where none does: the first row of the next table. It costs memory or disk
# instead: width times four bytes for each token. And it is only right while the rows stay as they are (no random
# cropping, no word dropout) and nothing in the prefix draws at random.
#
# ## How many layers should learn?
#
# So here is the sweep over N, from the head alone to all layers and then the embeddings as well. What learning costs is
# measured on one batch. Seconds are shown both ways. Memory is what one step holds: weights, gradients, Adam's two
# averages, and the activations kept for the backward pass, each counted in the step itself. Scores are means over
# seeds where a row has more runs than one. Profiles laptop and gpu train every N of the table. Tiny trains
# {{ s.tiny.sweep_scores | join(", ") }} and all, with {{ s.tiny.steps }} steps of {{ s.tiny.batch }} texts, so a run
# reads {{ s.tiny.steps * s.tiny.batch }} of its {{ s.tiny.train_rows }} texts. Each trains at a rate that suits it: in
# tiny the head alone at {{ s.tiny.head_rate }}, layers at {{ s.tiny.rate }}, all at {{ s.tiny.full_rate }}.
# The cells before the table are given: run them, and read `tail_run`, which later parts call again.


# %%
def training_memory(model, batch: dict) -> float:
    """MB that one training step holds: weights, gradients, two Adam averages, and what backward needs of the forward."""
    kept = {}

    def note(tensor):
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        loss = model(**batch).loss
    weights = {p.untyped_storage().data_ptr(): p.nbytes for p in model.parameters()}
    loss.backward()
    learned = sum(p.grad.nbytes for p in model.parameters() if p.grad is not None)
    model.zero_grad()
    activations = sum(size for place, size in kept.items() if place not in weights)
    return (sum(weights.values()) + 3 * learned + activations) / 1e6


# %%
@functools.cache
def tail_run(seed: int, last: int, learning_rate: float, chosen: tuple[int, ...] | None) -> dict:
    """The last layers trained on stored states of the chosen rows (None: all); with the model where it is the usual run."""
    rows = states_of("train", last)
    held = states_of("validation", last)
    if chosen:
        rows = [rows[row] for row in chosen]
    tail = Tail(new_model(seed), last)
    freeze(tail.model, last)
    result = fine_tune(tail, rows, held, learning_rate, steps_for(len(rows)), seed, collate_states)
    if chosen is None and (last, learning_rate) == (settings.last, settings.rate):
        result["model"] = tail.model
    return result


def best_run(seed: int) -> dict:
    """The last layers at the usual rate on all training rows, with the model."""
    return tail_run(seed, settings.last, settings.rate, None)


# %%
def partial_run(seed: int, last: int) -> dict:
    """The last layers trained on tokens: no states of this depth are stored."""
    model = new_model(seed)
    freeze(model, last)
    rows = tokenise(train, tokenizer, settings.max_length)
    held = tokenise(validation, tokenizer, settings.max_length)
    return fine_tune(model, rows, held, settings.rate, steps_for(len(rows)), seed)


def rate_for(last: int) -> float:
    return settings.rate if last else settings.head_rate


def runs_of(last: int | None) -> list[dict]:
    """One run for each seed; None: everything learns."""
    if last is None:
        return [full_run(seed, True, None) for seed in settings.full_seeds]
    if last in (0, settings.last):
        return [tail_run(seed, last, rate_for(last), None) for seed in settings.seeds]
    return [partial_run(settings.seeds[0], last)]


# %%
def price_row(last: int | None) -> dict:
    """One N: what learns, and what a step costs; None: everything learns, and nothing can be stored."""
    model, batch, kept = step_batches(last or 0)
    row = {"N": "all" if last is None else last}
    row["parameters"] = freeze(model, last)
    row["MB"] = training_memory(model, batch)
    row["s, tokens"] = step_seconds(model, batch)
    row["s, stored"] = np.nan if last is None else step_seconds(Tail(model, last), kept)
    return row


# %%
@functools.cache
def layer_sweep() -> pd.DataFrame:
    """A row for each N of the settings, from the head alone to all parameters."""
    table = []
    for last in tqdm([*settings.sweep_layers, None], desc="N", delay=10, leave=False):
        scored = last is None or last in settings.sweep_scores
        f1 = [run["macro_f1"] for run in runs_of(last)] if scored else []
        row = price_row(last)
        row["macro-F1"] = np.mean(f1) if f1 else np.nan
        row["sd"] = np.std(f1, ddof=1) if len(f1) > 1 else np.nan
        row["runs"] = len(f1)
        table.append(row)
    return pd.DataFrame(table)


layer_sweep().round({"MB": 1, "s, tokens": 3, "s, stored": 3, "macro-F1": 3, "sd": 3})


# %%
def score_panel(panel, table: pd.DataFrame, places: list[int]):
    """Macro-F1 against N with the spread over seeds, and the recorded curve of a longer run where the settings have one."""
    panel.errorbar(places, table["macro-F1"], table["sd"], fmt="o", capsize=4, label="measured now")
    if settings.recorded_sweep:
        layers, f1 = zip(*settings.recorded_sweep, strict=True)
        panel.plot(layers, f1, "^:", color="grey", label="recorded, profile laptop")
        panel.legend(fontsize=8)


# %%
def figure_sweep():
    table = layer_sweep()
    layers = settings.sweep_layers
    places = [*layers, layers[-1] + layers[1] - layers[0]]  # "all" one step beyond the last N
    figure, panels = plots.axes(4, width=3.4)
    score_panel(panels[0], table, places)
    panels[1].plot(places, table["s, tokens"], "o-", label="from tokens")
    panels[1].plot(places, table["s, stored"], "s--", label="from stored states")
    panels[1].legend(fontsize=8)
    panels[2].plot(places, table["MB"], "o-")
    panels[3].plot(places, table["parameters"] / 1e6, "o-")
    names = ["macro-F1 (0 to 1)", "time of a step (s)", "memory of a step (MB)", "parameters that learn (millions)"]
    for panel, name in zip(panels, names, strict=True):
        panel.set(xlabel="layers that learn, N", ylabel=name, ylim=(0, None), xticks=places, xticklabels=table["N"])
    alt = "Macro-F1, seconds of a step (from tokens and from stored states), memory and parameters against N. The last "
    plots.show(figure, alt=alt + "two climb with N; a step from stored states is shortest where the head alone learns.")


figure_sweep()
