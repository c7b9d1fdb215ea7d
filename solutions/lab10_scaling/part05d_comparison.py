# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Four ways to be smaller, on one task
#
# The task is lab 5's: sentences of four domains in three classes. For each seed a **teacher** is trained, and then made
# smaller in each way. The student has every second layer of the teacher, as DistilBERT had (Sanh and others 2019, arXiv
# 1910.01108), and is trained twice from the same start, in the same order of texts: from the labels alone, and with your loss
# and your settings. Without the first, nobody could say what the teacher's answers are worth.


# %%
def drawn_rows(split, rows: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, list[str]]:
    """(ids, mask, labels, texts) of random rows of a split, shortest first, so that a batch pads little."""
    chosen = split[np.random.default_rng(0).permutation(len(split))[:rows]]
    encoded = tokenizer(chosen["text"], truncation=True, max_length=settings.max_length, padding=True, return_tensors="pt")
    order = encoded["attention_mask"].sum(1).argsort(stable=True)
    labels = torch.tensor(chosen["label"])[order]
    ids, mask = encoded["input_ids"][order], encoded["attention_mask"][order]
    return ids.to(device), mask.to(device), labels.to(device), [chosen["text"][int(i)] for i in order]


texts = load_sentiment()
tokenizer = load_tokenizer(settings.model)
train = drawn_rows(texts["train"], settings.train_rows)
validation = drawn_rows(texts["validation"], settings.validation_rows)
print(f"{len(train[0]):,} texts to train on, {len(validation[0]):,} to validate on")


# %%
def logits_of(model: nn.Module, rows, chosen: torch.Tensor) -> torch.Tensor:
    """Logits (chosen, classes) of some rows, their padding cut to what this batch needs."""
    ids, mask = rows[0][chosen], rows[1][chosen]
    longest = int(mask.sum(1).max())
    return model(input_ids=ids[:, :longest], attention_mask=mask[:, :longest]).logits


def trained(model: nn.Module, loss_of, steps: int, seed: int, name: str) -> nn.Module:
    """The model after so many steps of AdamW on loss_of(logits, chosen rows), with warm-up and linear decay."""
    weights = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=settings.rate, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / (0.1 * steps), 1) * (1 - s / steps))
    generator = torch.Generator().manual_seed(seed)
    epochs = math.ceil(steps * settings.batch / len(train[0]))
    order = torch.cat([torch.randperm(len(train[0]), generator=generator) for _ in range(epochs)])
    model.train()
    for chosen in tqdm(order.split(settings.batch)[:steps], desc=name, leave=False):
        loss_of(logits_of(model, train, chosen), chosen).backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
    return model.eval()


# %%
@torch.no_grad()
def scored(model: nn.Module) -> dict[str, float]:
    """Macro-F1 on the validation rows, and seconds a text: the median over batches, after a first pass as warm-up."""
    found = []
    seconds = []
    batches = torch.arange(len(validation[0])).split(settings.score_batch)
    for chosen in (batches[-1], *batches):
        start = time.perf_counter()
        found.append(logits_of(model, validation, chosen).argmax(1).cpu())  # .cpu() waits for the device
        seconds.append((time.perf_counter() - start) / len(chosen))
    macro_f1 = f1_score(validation[2].cpu(), torch.cat(found[1:]), average="macro")
    return {"macro_f1": float(macro_f1), "seconds": float(np.median(seconds[1:]))}


def half_of(teacher: nn.Module) -> nn.Module:
    """A copy of the teacher with every second of its layers."""
    student = copy.deepcopy(teacher)
    student.model.layers = nn.ModuleList(list(student.model.layers)[::2])
    student.config.num_hidden_layers = len(student.model.layers)
    return student


# %%
def matrices(model: nn.Module) -> dict[str, torch.Tensor]:
    """The weights that are rounded or pruned: every matrix, embeddings included; norms and biases stay as they are."""
    return {name: weight.detach() for name, weight in model.named_parameters() if weight.dim() == 2}


def with_matrices(model: nn.Module, changed: dict[str, torch.Tensor]) -> nn.Module:
    """A copy of the model with other matrices."""
    new = copy.deepcopy(model)
    new.load_state_dict(changed, strict=False)
    return new


def quantised(model: nn.Module, bits: int) -> tuple[nn.Module, float]:
    """(the model with its matrices rounded, its bytes). It computes in float32: what is saved is memory, not time."""
    old = matrices(model)
    new = {name: dequantise(*quantise(weight, bits)).to(weight.device) for name, weight in old.items()}
    size = dense_bytes(model) + sum(quantised_bytes(*weight.shape, bits) - 4 * weight.numel() for weight in old.values())
    return with_matrices(model, new), size


def dense_bytes(model: nn.Module) -> float:
    """Bytes of all parameters in 32 bits."""
    return 4.0 * sum(parameter.numel() for parameter in model.parameters())


def thinned(model: nn.Module, share: float) -> tuple[nn.Module, float]:
    """(the model with the smallest weights zero, its bytes: sparse where that is smaller, else dense)."""
    old = matrices(model)
    new = prune(old, share)
    saved = [max(0, 4 * w.numel() - sparse_bytes(w.numel(), int((w == 0).sum()))) for w in new.values()]
    return with_matrices(model, new), dense_bytes(model) - sum(saved)


# %%
AS_TRAINED = "as trained, 32 bits"
LABELS_ONLY = "half the layers, labels only"
DISTILLED = "half the layers, distilled"


@functools.cache
def teacher_of(seed: int) -> nn.Module:
    """The encoder fine-tuned on the training rows."""
    seed_everything(seed)
    labels = train[2]
    hard = lambda logits, chosen: nn.functional.cross_entropy(logits, labels[chosen])  # noqa: E731
    return trained(pretrained(), hard, settings.teacher_steps, seed, f"teacher, seed {seed}")


@torch.no_grad()
def teacher_logits(seed: int) -> torch.Tensor:
    """The teacher's logits on the training rows, computed once: it is fixed."""
    batches = torch.arange(len(train[0])).split(settings.score_batch)
    return torch.cat([logits_of(teacher_of(seed), train, chosen) for chosen in batches])


def student_of(seed: int, temperature: float, soft_weight: float) -> nn.Module:
    """Half the teacher, trained with your loss; a soft_weight of 0 means labels only."""
    answers = teacher_logits(seed)
    labels = train[2]

    def loss(logits, chosen):
        return distillation_loss(logits, answers[chosen], labels[chosen], temperature, soft_weight)

    return trained(half_of(teacher_of(seed)), loss, settings.student_steps, seed, f"student, seed {seed}")


# %%
def compression_runs(seed: int, temperature: float, soft_weight: float) -> list[dict]:
    """A record for each way to make the teacher of this seed smaller: method, seed, bytes, macro_f1, seconds a text."""
    teacher = teacher_of(seed)
    students = {
        LABELS_ONLY: student_of(seed, 1.0, 0.0),
        DISTILLED: student_of(seed, temperature, soft_weight),
    }
    made = {AS_TRAINED: (teacher, dense_bytes(teacher))}
    made |= {f"{bits} bits": quantised(teacher, bits) for bits in settings.bits}
    made |= {f"{100 * share:.0f}% pruned": thinned(teacher, share) for share in settings.pruned_shares}
    made |= {name: (student, dense_bytes(student)) for name, student in students.items()}
    made[f"{DISTILLED}, 8 bits"] = quantised(students[DISTILLED], 8)
    found = []
    for method, (model, size) in made.items():
        found.append({"method": method, "seed": seed, "bytes": size} | scored(model))
    return found


# %%
@functools.cache
def baseline_runs() -> list[dict]:
    """Two models that know nothing of pretraining, on the same rows: the same in every seed."""
    made = {
        "majority": DummyClassifier(strategy="most_frequent"),
        "TF-IDF + logistic regression": make_pipeline(
            TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, max_iter=500, class_weight="balanced")
        ),
    }
    found = []
    truth = validation[2].cpu()
    for method, model in made.items():
        model.fit(train[3], train[2].cpu())
        start = time.perf_counter()
        guess = model.predict(validation[3])
        seconds = (time.perf_counter() - start) / len(guess)
        size = 4.0 * (4 * len(model[0].vocabulary_) + 3 if method.startswith("TF") else 1)
        row = {"method": method, "bytes": size, "seconds": seconds}
        found.append(row | {"macro_f1": float(f1_score(truth, guess, average="macro"))})
    return found


@functools.cache
def all_runs() -> tuple[dict, ...]:
    """Records of all methods and seeds, with your distillation settings."""
    chosen = distillation_settings()
    records = []
    for seed in tqdm(settings.live_seeds, desc="seeds"):
        records += compression_runs(seed, float(chosen["temperature"]), float(chosen["soft_weight"]))
        records += [row | {"seed": seed} for row in baseline_runs()]
    return tuple(records)


chosen = distillation_settings()
print(f"your settings: temperature {chosen['temperature']:g}, soft_weight {chosen['soft_weight']:g}")
records = pd.DataFrame(all_runs())
give_memory_back()
records.pivot(index="method", columns="seed", values="macro_f1").round(3)

# %% [markdown]
# Which temperature, and how much of each loss? A sweep in profile laptop, recorded over seeds
# {{ s.tiny.recorded_seeds | join(', ') }} ({{ s.tiny.recorded_about }}), beside your own setting as it came out just now. A
# soft_weight of 0 is the student of labels alone, **the row that any other must beat**.


# %%
def sweep_table() -> pd.DataFrame:
    """Macro-F1 of students by temperature and soft_weight: recorded, and those of the settings measured now."""
    rows = [{"where": "recorded, laptop"} | row for row in settings.recorded_sweep]
    for temperature, soft_weight in settings.sweep:
        model = student_of(settings.live_seeds[0], temperature, soft_weight)
        row = {"where": "now", "temperature": temperature, "soft_weight": soft_weight}
        rows.append(row | {"macro_f1": scored(model)["macro_f1"], "sd": None})
    for method, setting in [(LABELS_ONLY, (1.0, 0.0)), (DISTILLED, tuple(chosen.values()))]:
        scores = records.loc[records["method"] == method, "macro_f1"]
        row = {"where": f"now, {len(scores)} seeds", "temperature": float(setting[0]), "soft_weight": float(setting[1])}
        rows.append(row | {"macro_f1": scores.mean(), "sd": scores.std(ddof=1)})
    return pd.DataFrame(rows).round(3)


chosen = {key: float(distillation_settings()[key]) for key in ("temperature", "soft_weight")}
sweep = sweep_table()
sweep


# %%
def figure_sweep():
    figure, panel = plots.axes(1, width=7)
    recorded = sweep[sweep["where"].str.startswith("recorded")]
    for (soft_weight, group), colour in zip(recorded.groupby("soft_weight"), plots.COLOURS, strict=False):
        name = "labels only" if soft_weight == 0 else f"soft_weight {soft_weight:g}"
        how = {"fmt": "o-", "mfc": "none", "capsize": 3, "color": colour, "label": f"recorded, {name}"}
        panel.errorbar(group["temperature"], group["macro_f1"], group["sd"], **how)
        if soft_weight == 0:
            panel.axhline(group["macro_f1"].iloc[0], color=colour, linestyle=":")
    own = sweep[sweep["where"].str.startswith("now")]
    for row in own.itertuples():
        name = "labels only" if row.soft_weight == 0 else f"soft_weight {row.soft_weight:g}"
        panel.errorbar(row.temperature, row.macro_f1, row.sd, fmt="s", capsize=2, label=f"{row.where}, {name}")
    panel.set(xscale="log", xlabel="temperature (ratio)", ylabel="student's macro-F1, mean ± sd (0 to 1)")
    panel.legend(fontsize=7)
    alt = "Macro-F1 of students of half the layers against temperature, recorded over several seeds with error bars, and the"
    plots.show(figure, alt=f"{alt} settings measured now; a dotted line marks the student of labels alone.")


figure_sweep()
