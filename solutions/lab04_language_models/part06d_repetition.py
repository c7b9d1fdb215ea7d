# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 10 · Measure repetition, and report it
#
# *Why.* "It repeats itself" is an impression. A share that another program can read is a result.
#
# *Effort.* Easy, 15 minutes, 5 points.
#
# Write `repeated_share`: of all runs of n neighbouring tokens, the share (0 to 1) that has occurred before in the
# same text; 0 for a text that is too short to have one. `write_metrics`: takes one share for each text and method,
# and writes JSON to the path it is given: `"repeated"`, with `"mean"` and `"sd"` (a sample one, divisor number of
# texts − 1) for each method, and `"most_repetitive"`, the method with the largest mean. You hand in the notebook
# alone: when it is graded, it is run, and writes its own `metrics.json`.
#
# <details><summary>Hint 1: 1 2 1 2 1 2 and n = 2</summary>
# holds the runs 12, 21, 12, 21, 12. Three of the five have been there before: 0.6.
# </details>


# %%
def written(shares: dict) -> dict:
    """What write_metrics writes for these shares, read back from a temporary folder: your metrics.json stays yours."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "metrics.json"
        try:
            write_metrics({name: list(values) for name, values in shares.items()}, str(path))
        except TypeError as error:
            unknown = "JSON serializable" in str(error)
            checks.that(not unknown, f"JSON knows Python's own float only: write float(...) around it. ({error})")
            raise
        checks.that(path.exists(), "No file at the path given: write it there, and nowhere else.")
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            checks.that(False, "The file is not JSON: json.dump or json.dumps writes it.")


# %% answer="write_metrics"
def repeated_share(ids: list[int], n: int) -> float:
    """Share (0 to 1) of the runs of n tokens that have occurred before in the same text."""
    ### BEGIN SOLUTION
    runs = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0
    ### END SOLUTION


def write_metrics(shares: dict[str, list[float]], path: str) -> None:
    """Writes mean and sample sd of each method's shares, one share a text, and the most repetitive method, as JSON."""
    ### BEGIN SOLUTION
    repeated = {
        name: {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1))} for name, values in shares.items()
    }
    worst = max(repeated, key=lambda name: repeated[name]["mean"])
    Path(path).write_text(json.dumps({"repeated": repeated, "most_repetitive": worst}, indent=1), encoding="utf-8")
    ### END SOLUTION


# %% check="repeated_runs" points=2
hint = "Of the runs of n neighbours (they overlap), the share that has been there before in this text"
cases = [
    ([1, 2, 1, 2, 1, 2], 2, 0.6),
    ([1, 1, 1, 1], 1, 0.75),
    ([1, 2, 3, 4], 2, 0.0),
    ([1, 2], 3, 0.0),
    ([5, 5, 5, 5], 4, 0.0),
    ([1, 11, 11, 1], 2, 0.0),
]
for ids, n, share in cases:
    given = list(ids)
    try:
        found = repeated_share(given, n)
    except ZeroDivisionError:
        checks.that(False, f"A text too short to hold a run of {n} has the share 0: there is nothing to divide by.")
    checks.that(given == ids, "repeated_share changes the text it is given.")
    checks.close(found, share, f"the repeated share of {ids}, n = {n}", hint=hint, atol=1e-6)
### BEGIN HIDDEN TESTS
ids = checks.fresh().integers(3, size=40).tolist()
for n in (2, 3):
    seen = set()
    again = 0
    for i in range(41 - n):
        again += tuple(ids[i : i + n]) in seen
        seen.add(tuple(ids[i : i + n]))
    checks.close(repeated_share(list(ids), n), again / (41 - n), "the repeated share", hint=hint, atol=1e-6)
### END HIDDEN TESTS

# %% check="metrics_file" points=1
found = written({"greedy": [0.5, 0.7, 0.6], "nucleus": [0.9, 0.0, 0.0, 0.5, 0.5, 0.1]})
checks.keys(found, ["repeated", "most_repetitive"], "metrics.json")
checks.keys(found["repeated"], ["greedy", "nucleus"], '"repeated"')
hint = "The most repetitive method has the largest MEAN share, not the most repetitive single text."
checks.that(found["most_repetitive"] == "greedy", hint)
with TemporaryDirectory() as folder:
    path = Path(folder) / "twice.json"
    for _ in range(2):
        write_metrics({"greedy": [0.5, 0.7], "nucleus": [0.0, 0.1]}, str(path))
    text = path.read_text(encoding="utf-8")
checks.that(
    text.count("most_repetitive") == 1, "Run twice, the file must hold the second run's text alone: do not append."
)

# %% check="metrics_summary" points=2
shares = {
    name: np.random.default_rng(seed).random(6).tolist() for seed, name in enumerate(("greedy", "beam", "nucleus"))
}
### BEGIN HIDDEN TESTS
shares["nucleus"] = checks.fresh().random(9).tolist()
### END HIDDEN TESTS
found = written(shares).get("repeated", {})
hint = "For each method the mean over its texts and the SAMPLE standard deviation (divisor: texts − 1), as shares from 0 to 1."
for name, values in shares.items():
    entry = found.get(name) if isinstance(found.get(name), dict) else {}
    checks.keys(entry, ["mean", "sd"], f"the entry of {name}")
    checks.close([entry["mean"], entry["sd"]], [np.mean(values), np.std(values, ddof=1)], name, hint=hint)

# %% [markdown]
# Now all methods on the same real beginnings: {{ s.tiny.prompt_tokens }} tokens of a speech, continued by {{
# s.tiny.new_tokens }} (profile tiny). The model may not end its text, so that all texts are equally long. Beside them
# what the president really said next. Each line of the figure is one method: on the left how likely the model finds its
# texts, on the right how much of them is repetition. The dashed line runs through the speech itself.


# %%
def writing_on(ids: list[int]) -> torch.Tensor:
    """`next_logits` of a model that may not end its text, so that all texts have one length; (vocabulary,)."""
    return next_logits(ids).index_fill(0, torch.tensor(ENDS), -torch.inf)


def writers(seed: int) -> dict:
    """Method -> a function from a prompt to the text it writes, prompt included."""
    samplers = {f"temperature {t:g}": {"temperature": t} for t in settings.temperatures}
    samplers[f"top-k {settings.top_k}"] = {"top_k": settings.top_k}
    samplers[f"nucleus {settings.top_p:g}"] = {"top_p": settings.top_p}
    found = {
        "greedy": lambda ids: decode(writing_on, ids, settings.new_tokens, likeliest),
        f"beam {settings.beams}": lambda ids: beam_search(writing_on, ids, settings.new_tokens, settings.beams)[0],
    }
    for name, options in samplers.items():
        found[name] = lambda ids, o=options: decode(writing_on, ids, settings.new_tokens, sampler(seed, **o))
    return found


# %%
def mean_log_p(ids: list[int]) -> float:
    """Mean log-probability, in nats, that the decoder gives to the tokens after the prompt."""
    whole = torch.tensor([ids])
    losses = token_losses(logits_of(decoder, whole[:, :-1], torch.ones_like(whole[:, :-1])), whole[:, 1:])
    return -losses[0, settings.prompt_tokens - 1 :].mean().item()


# %%
def library_text(prompt: list[int], **options) -> list[int]:
    """What `generate` writes, prompt included, where it may not end its text either."""
    found = library(
        prompt,
        settings.new_tokens,
        eos_token_id=ENDS,
        min_new_tokens=settings.new_tokens,
        renormalize_logits=True,
        **options,
    )
    return as_ids(found.sequences[0])


# %%
def measure(seed: int, bar: tqdm) -> tuple[pd.DataFrame, dict[str, list[bool]]]:
    """One row for each text and method; and for each prompt whether yours and the library's text agree."""
    beam = f"beam {settings.beams}"
    rows = []
    same = {"greedy": [], beam: []}
    width = settings.prompt_tokens + settings.new_tokens
    for passage in passages(seed, settings.prompts, width, decoder_tokenizer).tolist():
        prompt = passage[: settings.prompt_tokens]
        texts = {"the speech itself": passage}
        for name, write in writers(seed).items():
            texts[name] = write(prompt)
            bar.update()
        same["greedy"].append(library_text(prompt) == texts["greedy"])
        same[beam].append(library_text(prompt, num_beams=settings.beams, length_penalty=0.0) == texts[beam])
        for name, ids in texts.items():
            share = repeated_share(ids[settings.prompt_tokens :], settings.ngram)
            rows.append({"seed": seed, "method": name, "log p": mean_log_p(ids), "repeated": share})
    return pd.DataFrame(rows), same


# %%
def figure_methods(table: pd.DataFrame) -> None:
    by_seed = table.groupby(["method", "seed"], sort=False)[["log p", "repeated"]].mean()
    labels = {"log p": "mean log p per token (nats)", "repeated": f"repeated runs of {settings.ngram} (0 to 1)"}
    figure, panels = plots.axes(2, width=4.8, sharey=True)
    for panel, (column, label) in zip(panels, labels.items(), strict=True):
        rows = by_seed[column].groupby(level="method", sort=False).agg(["mean", "std"])
        panel.errorbar(rows["mean"], range(len(rows)), xerr=rows["std"], fmt="o", capsize=4)
        panel.errorbar(rows["mean"][:1], [0], xerr=rows["std"][:1], fmt="D", capsize=4, color=plots.COLOURS[1])
        panel.axvline(rows["mean"].iloc[0], color=plots.COLOURS[1], linestyle="--", linewidth=1)
        panel.set_yticks(range(len(rows)), rows.index)
        panel.set(xlabel=label, ylabel="who wrote the text")
    panels[0].invert_yaxis()  # the speech itself, the first row, on top
    alt = (
        "For each method a point with its spread, left the mean log-probability, right the repetition: "
        "greedy and beam search on the likely side of the real speech, temperature 2 on the unlikely one."
    )
    plots.show(figure, alt=alt)


# %%
def report() -> pd.DataFrame:
    total = len(settings.seeds) * settings.prompts * len(writers(0))
    with tqdm(total=total, desc="texts") as bar:
        results = [measure(seed, bar) for seed in settings.seeds]
    table = pd.concat([rows for rows, _ in results], ignore_index=True)
    shares = {name: rows["repeated"].tolist() for name, rows in table.groupby("method", sort=False)}
    write_metrics(shares, "metrics.json")
    figure_methods(table)
    for name in results[0][1]:
        same = [agrees for _, by_name in results for agrees in by_name[name]]
        print(f"{name}: {sum(same)} of {len(same)} texts equal to the library's")
    by_seed = table.groupby(["method", "seed"], sort=False)[["log p", "repeated"]].mean()
    heads = {"log p": "log p per token (nats)", "repeated": f"repeated runs of {settings.ngram} (0 to 1)"}
    return by_seed.groupby(level="method", sort=False).agg(mean_sd).rename(columns=heads)
