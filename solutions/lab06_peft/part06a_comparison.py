# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The second reason for a decoder: ModernBERT reads a text at once and keeps no keys and values from before, so there is
# no place for a prefix. (Nor is there on Qwen2 while gradient checkpointing is on: checkpointing drops the cache, and the
# prefix with it. This lab leaves it off.)
#
# # Part 6 · All of them, alike
#
# Everything is there. Nine ways to fine-tune one model, on the same {{ s.tiny.train_rows }} rows in profile tiny, with
# the same warm-up and decay and, for the same seed, the same fresh classifier and the same {{ s.tiny.steps }} batches of
# {{ s.tiny.batch }} in the same order. One thing differs: the learning rate. A soft prompt and a whole model cannot share
# one, so each method's rate was chosen beforehand from one list for all, by its macro-F1 on training rows that this lab
# does not use, with other seeds (for profile tiny; laptop takes the same rates, and those of a GPU are usual ones that
# nobody has chosen like this). Adapters and compacters stand behind the output layers of attention and MLP; LoRA is on
# query and value.


# %%
class Behind(nn.Module):
    """A frozen layer with a small module behind it."""

    def __init__(self, base: nn.Linear, added: nn.Module):
        super().__init__()
        self.base = base
        self.added = added

    def forward(self, x):
        return self.added(self.base(x))


OUTPUTS = ("o_proj", "down_proj")
QUERY_VALUE = ("q_proj", "v_proj")


def only_classifier(model: Classifier) -> None:
    """Freezes all but the classifier."""
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)


# %%
def add_soft_prompt(model: Classifier) -> None:
    """A soft prompt that starts as random words of the vocabulary, drawn on the CPU: the same ones on every machine."""
    only_classifier(model)
    table = model.body.embed_tokens.weight
    words = torch.randint(10, len(table), (settings.prompt_length,))
    model.soft_prompt = SoftPrompt(table[words.to(table.device)])


def add_prefix(model: Classifier) -> None:
    """A prefix of random keys and values."""
    only_classifier(model)
    model.prefix = Prefix(model.body.config, settings.prompt_length)


def add_lora(model: Classifier, r: int = settings.r, alpha: float = settings.alpha) -> None:
    """LoRA on query and value of every layer."""
    inject(model, QUERY_VALUE, lambda linear: LoRALinear(linear, r, alpha))


# %%
def add_behind(model: Classifier, kind, *sizes: int) -> None:
    """An adapter or a compacter behind the output layers of attention and MLP."""
    inject(model, OUTPUTS, lambda linear: Behind(linear, kind(linear.out_features, *sizes)))


METHODS = {
    "all parameters": ("full", lambda model: model.requires_grad_(True)),
    "top layers": ("selective", lambda model: top_layers(model, settings.last)),
    "BitFit": ("selective", bitfit),
    "classifier only": ("selective", only_classifier),
    "adapters": ("additive", lambda model: add_behind(model, Adapter, settings.bottleneck)),
    "compacters": ("additive", lambda model: add_behind(model, Compacter, settings.bottleneck, settings.phm)),
    "soft prompt": ("additive", add_soft_prompt),
    "prefix": ("additive", add_prefix),
    "LoRA": ("reparameterised", add_lora),
}
print(f"rates tried: {settings.rates_tried}; taken: {settings.rates}")


# %%
def batches(name: str, task: str, steps: int, seed: int):
    """Batches of the training rows in random order, cut to their longest text: ids, mask, labels."""
    rows = encoded("train", name)
    rng = np.random.default_rng(seed)
    count = len(rows["input_ids"])
    order = np.concatenate([rng.permutation(count) for _ in range(1 + steps * settings.batch // count)])
    for step in range(steps):
        chosen = torch.as_tensor(order[step * settings.batch : (step + 1) * settings.batch])
        mask = rows["attention_mask"][chosen]
        longest = int(mask.sum(1).max())
        cut = rows["input_ids"][chosen][:, :longest], mask[:, :longest], rows[task][chosen]
        yield (tensor.to(device) for tensor in cut)


# %%
def train(model: Classifier, task: str, learning_rate: float, steps: int, seed: int) -> float:
    """AdamW with warm-up and linear decay on whatever learns; returns the median seconds of a step."""
    learns = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learns, lr=learning_rate, weight_decay=settings.weight_decay, fused=True)
    warm = max(1, round(settings.warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: min((t + 1) / warm, (steps - t) / (steps - warm)))
    seconds = []
    for ids, mask, labels in batches(model.name, task, steps, seed):
        begin = time.perf_counter()
        loss = nn.functional.cross_entropy(model(ids, mask), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        loss.item()  # on a GPU: wait until it is done
        seconds.append(time.perf_counter() - begin)
    return float(np.median(seconds))


# %%
@torch.no_grad()
def logits_on(model: Classifier, count: int | None = None) -> torch.Tensor:
    """Logits of the validation rows (the first `count`, or all), (rows, classes)."""
    rows = {part: encoded("validation", model.name)[part][:count] for part in ("input_ids", "attention_mask")}
    order = rows["attention_mask"].sum(1).argsort()
    found = {}
    for chosen in order.split(64):
        longest = int(rows["attention_mask"][chosen].sum(1).max())
        logits = model.eval()(*(rows[part][chosen][:, :longest].to(device) for part in rows)).cpu()
        found |= dict(zip(chosen.tolist(), logits, strict=True))
    return torch.stack([found[row] for row in range(len(order))])


def macro_f1(guess: torch.Tensor, truth: torch.Tensor) -> float:
    """The mean of the classes' F1, each class one vote."""
    scores = []
    for k in truth.unique():
        hits = ((guess == k) & (truth == k)).sum()
        mentions = (guess == k).sum() + (truth == k).sum()
        scores.append(float(2 * hits / mentions))
    return sum(scores) / len(scores)


# %%
def checkpoint(model: nn.Module) -> bytes:
    """The file of one task: what learns, as safetensors."""
    return safetensors.torch.save(
        {name: p.detach().contiguous() for name, p in model.named_parameters() if p.requires_grad}
    )


@functools.cache
def run(method: str, seed: int, task: str = "origin", larger: bool = False, **options) -> dict:
    """Trains once; sizes, seconds per step and macro-F1 on the validation rows, and the model where it is needed again."""
    rates = settings.larger_rates if larger else settings.rates
    steps = settings.larger_steps if larger else settings.steps
    model = new_classifier(seed, task, settings.larger if larger else settings.model)
    METHODS[method][1](model, **options)
    seconds = train(model.to(device), task, rates[method], steps, seed)
    found = {
        "trainable": trainable(model),
        "total": sum(p.numel() for p in model.parameters()),
        "bytes": len(checkpoint(model)),
        "seconds": seconds,
        "macro_f1": macro_f1(logits_on(model).argmax(-1), encoded("validation")[task]),
    }
    if seed == settings.seeds[0] and method in ("LoRA", "soft prompt") and not (options or larger):
        found["model"] = model.cpu()  # it is needed again, and until then it takes no room on a GPU
    return found


# %%
def all_runs() -> dict[str, list[dict]]:
    """Method -> one record a seed: trainable, total, bytes, seconds, macro_f1."""
    pairs = [(method, seed) for seed in settings.seeds for method in METHODS]
    found = {method: [] for method in METHODS}
    for method, seed in tqdm(pairs, desc="Runs", delay=10, leave=False):
        record = run(method, seed)
        found[method].append({name: value for name, value in record.items() if name != "model"})
    return found


# %% [markdown]
# Before you run the next cell, guess, and write it down: order the nine by quality, and by the time of one step. Which of
# them is the slowest? (No points. The table will tell you where your picture of the methods was wrong.)


# %%
def method_table() -> pd.DataFrame:
    """A row for each method: family, what learns, size, time and macro-F1, mean ± sd over seeds."""
    table = {}
    for method, records in all_runs().items():
        first = records[0]
        seconds = [1000 * record["seconds"] for record in records]
        base = 0 if method == "all parameters" else 4 * first["total"]
        table[method] = {
            "family": METHODS[method][0],
            "learn": f"{first['trainable']:,}",
            "share (%)": f"{100 * first['trainable'] / first['total']:.2f}",
            "file (bytes)": f"{first['bytes']:,}",
            "100 tasks (MB)": f"{(base + 100 * first['bytes']) / 1e6:.1f}",
            "step (ms)": f"{np.median(seconds):.0f}",
            "macro-F1": mean_sd([record["macro_f1"] for record in records]),
        }
    table["QLoRA"] = dict.fromkeys(table["LoRA"], "lab 7") | {"family": "reparameterised"}
    return pd.DataFrame(table).T


method_table()


# %%
def climb(runs: dict[str, list[dict]]) -> list[tuple[float, float]]:
    """(share in %, mean macro-F1) of each method that is better than all that train fewer numbers."""
    places = []
    best = 0.0
    for records in sorted(runs.values(), key=lambda records: records[0]["trainable"]):
        score = float(np.mean([record["macro_f1"] for record in records]))
        if score > best:
            best = score
            places.append((100 * records[0]["trainable"] / records[0]["total"], score))
    return places


# %%
COLOURS = dict(zip(["full", "selective", "additive", "reparameterised"], plots.COLOURS, strict=False))


MARKERS = dict(zip(METHODS, "oDsXv^<>P", strict=True))


def draw_methods(panels) -> None:
    """Macro-F1, mean ± sd, of each method against its share (left) and its time (right)."""
    taken = []
    for method, records in all_runs().items():
        scores = [record["macro_f1"] for record in records]
        learn = records[0]["trainable"]
        taken.append(learn)
        beside = 1.25 ** (taken.count(learn) - 1)  # equal numbers: the second is drawn a little to the right
        places = 100 * learn / records[0]["total"] * beside, 1000 * np.median([record["seconds"] for record in records])
        how = {"fmt": MARKERS[method], "color": COLOURS[METHODS[method][0]], "capsize": 3, "markersize": 7}
        for panel, place in zip(panels, places, strict=True):
            panel.errorbar(place, np.mean(scores), np.std(scores, ddof=1), label=method, **how)


# %%
def figure_pareto():
    figure, panels = plots.axes(2, width=6.0, height=4.2, sharey=True)
    draw_methods(panels)
    panels[0].step(*np.array(climb(all_runs())).T, where="post", color="grey", linestyle=":", zorder=0)
    panels[0].set(xscale="log", xlabel="numbers that learn (% of the model)", ylabel="macro-F1, mean ± sd (0 to 1)")
    panels[1].set(xlabel="time of a step, median (ms)", ylabel="macro-F1, mean ± sd (0 to 1)")
    figure.legend(*panels[1].get_legend_handles_labels(), loc="outside right upper", title="one colour a family")
    alt = "Macro-F1 with error bars for nine methods, left against the share of the numbers that learn, right against the "
    plots.show(figure, alt=alt + "time of a step. Shares span more than three powers of ten, times far less.")


figure_pareto()
