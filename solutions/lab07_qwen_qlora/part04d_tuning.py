# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# A change of several standard errors, as in profile tiny, is real: four bits alone cost something. (The larger standard
# error of each loss by itself would have hidden it; both models read the same definitions.) Keep the number: below you
# will set it beside what tuning gains, and in the closing table QLoRA stands beside LoRA, which was tuned without it.
#
# ## Tune
#
# Now both jobs, with your configurations and your trainer.


# %%
@functools.cache
def tuned(job: str, seed: int, kind: str = "QLoRA") -> dict:
    """The model after QLoRA (or LoRA) on a job, its scores, its losses by step, and seconds a step."""
    set_seed(seed)
    learning_rate = settings.rate if job == "sentiment" else settings.voice_rate
    steps = settings.steps if job == "sentiment" else settings.voice_steps
    with TemporaryDirectory() as folder:
        lora = qlora_configs(compute)[1]
        trainer, clock = quiet_trainer(load(kind), lora, jobs[job]["train"], learning_rate, steps, seed, folder)
        trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    model = trainer.model.eval()
    judge = JUDGES[job]
    del trainer
    give_memory_back()
    return {"model": model, "losses": losses, "seconds": np.median(clock.seconds), "scores": judge(model)}


# %%
def show_tuned() -> pd.DataFrame:
    after = tuned("sentiment", settings.seeds[0])["scores"]
    floor = lazy()["exact_match"]
    found = {"always one class": lazy(), "before": before("sentiment"), "after": after}
    first, last = (found[when]["likeliest_right"] - floor for when in ("before", "after"))
    error = 0.5 / len(labels) ** 0.5
    print(f"likeliest label right, above always one class: {first:+.3f} before, {last:+.3f} after", end="")
    print(f" ({last / first:.1f} times as much)" if first > 2 * error else "")
    print(f"(one standard error of a share of {len(labels)} sentences is at most {error:.3f})")
    return pd.DataFrame(found).T.map("{:.3f}".format).replace("nan", "")


show_tuned()

# %% [markdown]
# Two things have changed. *Exact match* and *parse failures* show that the model has learnt to answer with one of
# three words and to stop. The *likeliest* label leaves that aside: it is compared whether or not the model would have
# written it, so it is fair to a model that was never told the form, and what it has beyond always naming one class is
# what is known about sentences.
#
# The two ways need not agree: likeliest compares whole labels, greedy writing goes token by token, and two labels may
# share their first token. And one run is one draw: in profile tiny a run may come out little better than always one
# class. Over {{ s.tiny.recorded[0].runs }} recorded seeds the exact match there is {{ s.tiny.recorded[0].exact_match }} (mean ± standard
# deviation); over {{ s.laptop.recorded[2].runs }} in profile laptop, whose model is a hundred times as large,
# {{ s.laptop.recorded[2].exact_match }}. What your model wrote, and what its labels are made of:


# %%
def show_answers():
    model = tuned("sentiment", settings.seeds[0])["model"]
    said = answers_of(model, asked(jobs["sentiment"]["validation"]), settings.label_tokens)
    print("answers after tuning:", pd.Series(said).value_counts().head().to_dict())
    print("labels in tokens:", {word: [tokenizer.decode([n]) for n in tokenizer.encode(word)] for word in classes})


show_answers()


# %%
def draw_scores(panel):
    """Bars of the scores before and after, and what always answering with one class would score."""
    both = {"before": before("sentiment"), "after": tuned("sentiment", settings.seeds[0])["scores"]}
    names = ["exact_match", "parse_failures", "macro_f1", "likeliest_right"]
    for shift, (when, found) in zip((-0.2, 0.2), both.items(), strict=True):
        bars = panel.bar(np.arange(len(names)) + shift, [found[name] for name in names], 0.38, label=when)
        panel.bar_label(bars, fmt="%.2f", fontsize=7)
    floor = [lazy()[name] for name in names[:3]] + [lazy()["exact_match"]]
    places = np.arange(len(names))
    panel.hlines(floor, places - 0.42, places + 0.42, color="black", label="always one class")
    shown = ["exact match", "parse failures", "macro-F1", "likeliest\nlabel right"]
    panel.set_xticks(range(len(names)), shown)
    panel.set(xlabel="score on held-out sentences", ylabel="share, 0 to 1")
    panel.legend(fontsize=8)


# %%
def figure_tuned():
    figure, panels = plots.axes(2, width=5.5)
    for job, colour in zip(jobs, plots.COLOURS[2:], strict=False):  # blue and orange are before and after, on the right
        losses = pd.Series(tuned(job, settings.seeds[0])["losses"]).rolling(5, min_periods=1).mean()
        panels[0].plot(range(1, len(losses) + 1), losses, color=colour, label=job)
    panels[0].set(xlabel="step", ylabel="loss, mean of 5 steps (nats a token)")
    panels[0].legend()
    draw_scores(panels[1])
    alt = "Left: the loss of both jobs falls. Right: before tuning hardly an answer can be read, after it nearly all can, "
    plots.show(figure, alt=alt + "and macro-F1 has risen, and so has the share of likeliest labels that are right.")


figure_tuned()

# %% [markdown]
# Exercise 1 said that a model asked in another convention meets a text that it has never seen. The tuned model, asked
# the same sentences in Mistral's:


# %%
def show_other_convention():
    chats = jobs["sentiment"]["validation"]
    prompts = [f"[INST] {settings.instruction} {row['messages'][-2]['content']} [/INST]" for row in chats]
    model = tuned("sentiment", settings.seeds[0])["model"]
    scores = score_answers(answers_of(model, prompts, settings.label_tokens), list(labels), classes)
    print({name: round(float(value), 3) for name, value in scores.items()})
    said = answers_of(model, prompts[:3], 2 * settings.label_tokens)
    print("three of its answers:", [text or "(silence: it ends at once)" for text in said])


show_other_convention()

# %% [markdown]
# Set its parse failures and exact match beside the table above: what was learnt is an answer to one way of asking. When
# somebody's tuned model "does not work", compare templates first.
#
# And the voice: held-out loss with its standard error over definitions, and what the style classifier thinks of sampled
# definitions of words that were not trained on.


# %%
def show_voice():
    found = {"before": before("voice"), "after": tuned("voice", settings.seeds[0])["scores"]}
    for when, scores in found.items():
        loss = scores["held-out loss"]
        error = scores["standard error"]
        print(f"{when}: held-out loss {loss:.3f} ± {error:.3f} nats a token; taken for Bierce: {scores['style']:.2f}")
    change, error = mean_change(found["before"]["rows"], found["after"]["rows"])
    print(f"change of the loss, definition by definition: {change:+.3f} ± {error:.3f}")
    for (prompt, plain), (_, his) in list(zip(found["before"]["written"], found["after"]["written"], strict=True))[:4]:
        print(f"\n{prompt}\n  before: {plain.strip()[:160]}\n  after:  {his.strip()[:160]}")


show_voice()
