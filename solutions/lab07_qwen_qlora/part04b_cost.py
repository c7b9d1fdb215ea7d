# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## What it will cost, before it runs
#
# The bytes of a training step can be counted on paper: weights; for each number that learns a gradient and Adam's two
# averages; and the activations that the backward pass needs, which grow with the tokens of a batch. Given code: the
# prediction, and a count of what one step really holds (on a GPU: the peak that CUDA saw).


# %%
def load(kind: str):
    """The profile's model: for "QLoRA" in 4 bits, by your configuration; else in full precision."""
    if kind != "QLoRA":
        return AutoModelForCausalLM.from_pretrained(model_path(settings.model), dtype=dtype).to(device)
    model = AutoModelForCausalLM.from_pretrained(
        model_path(settings.model),
        quantization_config=qlora_configs(compute)[0],
        dtype=dtype,
        device_map={"": hardware.device},
    )
    return keep_trainable(model)


def counts(config) -> dict[str, int]:
    """Parameters of a Qwen2: the matrices that get quantised, all others, and what LoRA adds to q and v."""
    h = config.hidden_size
    m = config.intermediate_size
    layers = config.num_hidden_layers
    kv = h * config.num_key_value_heads // config.num_attention_heads
    linear = layers * (2 * h * h + 2 * h * kv + 3 * h * m)
    other = config.vocab_size * h * (1 if config.tie_word_embeddings else 2) + layers * (3 * h + 2 * kv) + h
    return {"linear": linear, "other": other, "lora": layers * settings.rank * (2 * h + h + kv)}


# %%
def predicted(kind: str, config, tokens: int, answer_tokens: int) -> dict[str, float]:
    """MB of one training step by part; for a batch of so many tokens (padding too), of which some are answers."""
    size = dtype.itemsize
    n = counts(config)
    rank = settings.rank
    learns = n["linear"] + n["other"] if kind == "full" else n["lora"]
    learnt_size = size if kind == "full" or dtype == torch.bfloat16 else 4
    stored = bits_per_weight(settings.block, settings.second_block) / 8 if kind == "QLoRA" else size
    h = config.hidden_size
    m = config.intermediate_size
    heads = config.num_attention_heads
    kv = h * config.num_key_value_heads // heads
    # Numbers that backward needs of one layer and token: states and norms, the MLP's, keys and values, LoRA's.
    layer = 8 * h + (4 if kind == "full" else 3) * m + 2 * kv + heads + (0 if kind == "full" else 2 * rank)
    layers = config.num_hidden_layers
    kept = layer + layers * h if settings.checkpointing else layers * layer
    logits = answer_tokens * min(config.vocab_size, 32768) * 4  # the head works on labelled tokens, in pieces
    parts = {
        "weights": n["linear"] * stored + n["other"] * size + (0 if kind == "full" else n["lora"] * learnt_size),
        "gradients": learns * learnt_size,
        "Adam": 2 * learns * learnt_size,
        "activations": tokens * kept * size,
        "logits": logits * (3 if device.type == "cuda" else 0),
    }
    return {name: value / 1e6 for name, value in parts.items()}


# %%
def held_bytes(trainer, batch: dict) -> int:
    """Bytes that one step holds on a CPU: weights and their scales, gradients, Adam's averages, what backward needs."""
    own = set()
    held = 0
    for parameter in trainer.model.parameters():
        own.add(parameter.untyped_storage().data_ptr())
        state = getattr(parameter, "quant_state", None)
        scales = [] if state is None else [state.absmax, state.state2.absmax]
        held += parameter.nbytes * (4 if parameter.requires_grad else 1) + sum(scale.nbytes for scale in scales)
        own |= {scale.untyped_storage().data_ptr() for scale in scales}
    kept = {}
    alive = []

    def note(tensor):
        alive.append(tensor.detach())  # kept, else the next may get its address; detached, else the graph keeps itself
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return alive[-1]

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        trainer.compute_loss(trainer.model.train(), dict(batch))
    return held + sum(size for place, size in kept.items() if place not in own)


# %%
def now() -> float:
    """Seconds: the processor's own on a CPU, which others cannot slow down, else the clock's, once the GPU is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.process_time() if device.type == "cpu" else time.perf_counter()


# %%
class Clock(transformers.TrainerCallback):
    """Seconds of each step; and a bar where a run takes longer than ten seconds."""

    def on_train_begin(self, args, state, control, **kwargs):
        self.seconds = []
        self.bar = tqdm(total=state.max_steps, desc="Steps", delay=10, leave=False)

    def on_step_begin(self, *args, **kwargs):
        self.start = now()

    def on_step_end(self, *args, **kwargs):
        self.seconds.append(now() - self.start)
        self.bar.update()

    def on_train_end(self, *args, **kwargs):
        self.bar.close()


# %%
def quiet_trainer(model, lora, chats, *numbers, **options) -> tuple[SFTTrainer, Clock]:
    """Your trainer of the profile's model, and a clock; numbers: learning rate, steps, seed, folder."""
    trainer = make_trainer(model, tokenizer, lora, chats, *numbers, **options)
    clock = Clock()
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(clock)
    return trainer, clock


# %%
def voice_trainer(kind: str, folder: str) -> tuple[SFTTrainer, Clock]:
    """A trainer for a few steps on the voice."""
    lora = None if kind == "full" else qlora_configs(compute)[1]
    chats = jobs["voice"]["train"].select(range(settings.timed_steps * settings.batch))
    numbers = (settings.voice_rate, settings.timed_steps, settings.seeds[0], folder)
    return quiet_trainer(load(kind), lora, chats, *numbers)


def announce(kind: str, trainer, batch: dict) -> dict[str, float]:
    """Predicts the MB of a step on this batch and prints them, before any step is taken."""
    learnt = int((batch["labels"] != -100).sum())
    parts = predicted(kind, trainer.model.config, batch["input_ids"].numel(), learnt)
    print(f"{kind}, predicted: " + ", ".join(f"{name} {value:,.2f}" for name, value in parts.items() if value) + " MB")
    return parts


# %%
@functools.cache
def cost(kind: str) -> dict[str, float]:
    """Predicted and real MB of a step, seconds of a step (median of a few), numbers that learn; on the voice."""
    if on_gpu := device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    there = torch.cuda.memory_allocated() if on_gpu else 0  # by the model before tuning, which waits there
    with TemporaryDirectory() as folder:
        trainer, clock = voice_trainer(kind, folder)
        batch = next(iter(trainer.get_train_dataloader()))
        parts = announce(kind, trainer, batch)
        held = held_bytes(trainer, batch) if device.type == "cpu" else 0
        trainer.train()
    held = torch.cuda.max_memory_allocated() - there if on_gpu else held
    learns = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
    del trainer  # with its gradients and averages, before the next one comes
    give_memory_back()
    return {
        "parts": parts,
        "numbers that learn": learns,
        "predicted, MB": sum(parts.values()),
        "held, MB": held / 1e6,
        "s / step": np.median(clock.seconds[1:]),  # the first step also compiles and finds room
    }


# %%
KINDS = ["full", "LoRA", "QLoRA"]


def cost_table() -> pd.DataFrame:
    table = pd.DataFrame({kind: cost(kind) for kind in KINDS}).T.drop(columns="parts").astype(float)
    table["predicted / held"] = table["predicted, MB"] / table["held, MB"]
    return table.round(3).astype({"numbers that learn": int})


cost_table()


# %%
def figure_cost():
    figure, panels = plots.axes(2, width=5.5)
    below = np.zeros(len(KINDS))
    for part in cost("full")["parts"]:
        sizes = np.array([cost(kind)["parts"][part] for kind in KINDS])
        if sizes.any():
            panels[0].bar(KINDS, sizes, 0.6, bottom=below, label=part)
        below += sizes
    panels[0].plot(KINDS, [cost(kind)["held, MB"] for kind in KINDS], "k_", markersize=40, label="held")
    panels[0].set(xlabel="what is tuned", ylabel="memory of one step (MB)", ylim=(0, 1.45 * below.max()))
    panels[0].legend(fontsize=8, ncols=2, loc="upper right", markerscale=0.3)
    bars = panels[1].bar(KINDS, [cost(kind)["s / step"] for kind in KINDS], 0.6)
    panels[1].bar_label(bars, fmt="%.2f")
    panels[1].set(xlabel="what is tuned", ylabel="time of one step (s)")
    alt = "Left: stacked bars of a step's memory. Full tuning holds gradients and Adam's averages that LoRA does not; QLoRA "
    plots.show(
        figure, alt=alt + "has smaller weights; activations stay. Right: seconds of a step; QLoRA's also unpacks."
    )


# %%
figure_cost()
