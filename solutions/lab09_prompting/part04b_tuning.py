# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## One task or several
#
# **Single-task** tuning shows the model one kind of row; **multi-task** instruction tuning mixes them. Both get the
# same number of steps and rows in all, so the mixture sees each task less often. All parameters are trained; the loss
# looks at the completion and at the `<|im_end|>` after it, and each row has one vote, however long its completion is
# (with one vote a token, definitions of thirty tokens drown labels of one).


# %%
def encoded_row(prompt: str, completion: str) -> dict[str, list[int]]:
    """input_ids, and labels that are -100 on the prompt."""
    asked = small_tokenizer.encode(prompt)
    answer = [*small_tokenizer.encode(f" {completion}"), small_tokenizer.eos_token_id]
    return {"input_ids": asked + answer, "labels": [-100] * len(asked) + answer}


@functools.cache
def training_rows(task: str) -> list[dict]:
    """The task's rows of the training split that are short enough."""
    chosen = instructions[(instructions["task"] == task) & (instructions["split"] == "train")]
    rows = [encoded_row(prompt, text) for prompt, text in zip(chosen["prompt"], chosen["completion"], strict=True)]
    return [row for row in rows if len(row["input_ids"]) <= settings.longest]


# %%
def padded(rows: list[dict]) -> dict[str, torch.Tensor]:
    """A batch, padded on the right."""
    longest = max(len(row["input_ids"]) for row in rows)
    fill = {"input_ids": small_tokenizer.pad_token_id, "labels": -100}
    batch = {k: torch.tensor([row[k] + [fill[k]] * (longest - len(row[k])) for row in rows]) for k in fill}
    lengths = torch.tensor([len(row["input_ids"]) for row in rows])
    batch["attention_mask"] = (torch.arange(longest) < lengths[:, None]).long()
    return {name: values.to(device) for name, values in batch.items()}


def row_loss(model, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The mean over rows of the mean loss of a row's labelled tokens, nats."""
    states = model.get_decoder()(batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False)
    labels = batch["labels"][:, 1:]
    real = labels != -100
    logits = model.lm_head(states.last_hidden_state[:, :-1][real])
    each = torch.nn.functional.cross_entropy(logits, labels[real], reduction="none")
    return (each / real.sum(1, keepdim=True).expand(real.shape)[real]).sum() / len(labels)


# %%
def tune(mixture: dict[str, float], seed: int):
    """The small model, tuned on tasks mixed in these shares; the seed draws the rows."""
    set_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(model_path(settings.small), dtype=torch.float32).to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.rate, weight_decay=0.0)
    steps = settings.steps
    warmup = max(1, int(settings.warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min((n + 1) / warmup, 1 - n / steps))
    rng = np.random.default_rng(seed)
    for _ in tqdm(range(steps), desc="Steps", delay=3, leave=False):
        tasks = rng.choice(list(mixture), size=settings.batch, p=list(mixture.values()))
        rows = [training_rows(task)[rng.integers(len(training_rows(task)))] for task in tasks]
        loss = row_loss(model, padded(rows))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model.eval()


@functools.cache
def tuned(kind: str, seed: int):
    """The small model tuned on "one task" (sentiment) or on "four tasks"."""
    return tune({"one task": {"sentiment": 1.0}, "four tasks": settings.mixture}[kind], seed)


# %%
SOURCES = ["film", "news", "products", "tweets"]


@functools.cache
def source_texts() -> pd.DataFrame:
    """Validation texts of all four sources."""
    return load_sentiment()["validation"].to_pandas().sample(settings.texts, random_state=1)


def asked_for(task: str, said: list[str]) -> list[str]:
    """Zero-shot prompts of a task."""
    template = TASKS[task].split("|||")[0] + "|||"
    return [fill_template(template, {"text": text})[0] for text in said]


def task_scores(model, tokenizer, task: str) -> np.ndarray:
    """The labels' scores on the held-out texts of "sentiment" or "source"."""
    said, labels = {
        "sentiment": (texts, ["negative", "positive"]),
        "source": (source_texts()["text"].tolist(), SOURCES),
    }[task]
    return scores_of(model, tokenizer, asked_for(task, said), labels)


# %%
@torch.no_grad()
def definition_loss(model) -> float:
    """Mean loss of held-out definitions by your rows' measure, nats."""
    rows = [encoded_row(*fill_template(TASKS["define"], row)) for row in load_voice()["validation"].select(range(40))]
    return float(row_loss(model, padded(rows)))


def judged(model) -> dict[str, float]:
    """Accuracy on both tasks with labels, batch-calibrated or not, and the loss of definitions."""
    sentiment = task_scores(model, small_tokenizer, "sentiment")
    source = task_scores(model, small_tokenizer, "source")
    right = source.argmax(axis=1) == [SOURCES.index(name) for name in source_texts()["domain"]]
    return {
        "sentiment": accuracy(sentiment),
        "sentiment, batch-calibrated": accuracy(calibrate(sentiment, sentiment)),
        "source": float(np.mean(right)),
        "loss of definitions": definition_loss(model),
    }


# %%
def tuning_table() -> pd.DataFrame:
    """Before and after tuning, just now and as recorded, beside the baselines."""
    usual_source = source_texts()["domain"].value_counts(normalize=True).iloc[0]
    rows = {"the commoner class": {"sentiment": max(truth.mean(), 1 - truth.mean()), "source": usual_source}}
    rows["before tuning"] = judged(prompted_model(settings.small))
    for kind in ("one task", "four tasks"):
        runs = [judged(tuned(kind, seed)) for seed in settings.live_seeds]
        rows[f"{kind}, just now"] = {name: np.mean([run[name] for run in runs]) for name in runs[0]}
    live = {name: {k: f"{value:.3f}" for k, value in row.items()} for name, row in rows.items()}
    recorded = {}
    for row in settings.recorded_tuning:
        recorded[f"{row['kind']}, recorded"] = {name: value for name, value in row.items() if name != "kind"}
    return pd.DataFrame(live | recorded).T.fillna("")


tuning_table()
