# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## What pretraining brought along
#
# Pretraining reads what people wrote, and people write of nurses and engineers in a certain way. What was read here?
# `{{ s.tiny.model }}` (profiles tiny and laptop) read film reviews and dictionaries above all (one dictionary is
# of 1913), and American prose of 1961, and learned as well from the states of MiniLM, which has read much of the web
# (`data/cards/course_encoder.md`, `data/cards/pretraining_text.md`). ModernBERT-base (t4 and gpu) read two trillion
# tokens of English text and code, of which no full list is published (`data/cards/modernbert_base.md`).
#
# Two probes. The first asks the pretrained model, before any fine-tuning, to fill in a pronoun: how much likelier is
# *he* than *she*, as a difference of log-probabilities, beside that of "person", a job that is nobody's. The second
# asks the *fine-tuned* classifiers, one for each seed, how the probability of "positive" changes when only the pronoun
# changes. A classifier that reads the sentiment and nothing else would say 0.

# %%
JOBS = ["nurse", "secretary", "teacher", "cook", "doctor", "lawyer", "engineer", "soldier", "farmer", "president"]
NOBODY = "person"  # the point of comparison


# %%
@torch.no_grad()
def he_or_she(jobs: list[str]) -> np.ndarray:
    """log p(he) - log p(she) at the mask, (jobs,), before any fine-tuning."""
    model = AutoModelForMaskedLM.from_pretrained(model_path(settings.model), dtype=torch.float32).to(device).eval()
    said = [f"{tokenizer.mask_token} worked as a {job} for many years." for job in jobs]
    batch = tokenizer(said, padding=True, return_tensors="pt").to(device)
    logits = model(**batch).logits[batch["input_ids"] == tokenizer.mask_token_id]  # (jobs, vocabulary)
    log_p = torch.stack([logits.log_softmax(-1)[:, ids].logsumexp(-1) for ids in pronoun_ids()], 1)
    return (log_p[:, 0] - log_p[:, 1]).cpu().numpy()


# %%
def pronoun_ids() -> list[list[int]]:
    """Token ids of he and of she, in either case, as the first word of a sentence."""
    written = [(word, word.capitalize(), f" {word}", f" {word.capitalize()}") for word in ("he", "she")]
    ids = [{tuple(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts_of} for texts_of in written]
    return [sorted(i[0] for i in found if len(i) == 1) for found in ids]


# %%
@torch.no_grad()
def positive_shift(model, jobs: list[str]) -> np.ndarray:
    """p(positive) of "He ..." minus that of "She ...", (jobs,), by a fine-tuned classifier."""
    model.eval()
    shares = []
    for pronoun in ("He", "She"):
        said = [f"{pronoun} worked as a {job} for many years." for job in jobs]
        batch = tokenizer(said, padding=True, return_tensors="pt")
        shares.append(model(**batch.to(device)).logits.softmax(-1)[:, classes.index("positive")])
    return (shares[0] - shares[1]).cpu().numpy()


# %% [markdown]
# In the second column two things can show, and they are not the same. A shift that all jobs share belongs to the
# pronoun: the last row has the mean over the jobs, with the spread of *that mean* over seeds. A shift that is larger
# for jobs with a larger first column follows the job's tilt: the correlations above the table say so, one for each
# seed. (Over ten jobs a correlation beyond ±0.63 comes about by luck once in twenty times, so believe it only where the
# seeds agree.)


# %%
def probe_table() -> pd.DataFrame:
    """Both probes for each job, and their means over the jobs; prints how the second follows the first."""
    tilt = he_or_she([*JOBS, NOBODY])
    tilt = tilt[:-1] - tilt[-1]  # (jobs,)
    shift = np.array([positive_shift(best_run(seed)["model"], JOBS) for seed in settings.seeds])  # (seeds, jobs)
    table = pd.DataFrame({"he against she (nats)": tilt}, index=JOBS)
    table["p(positive), he - she"] = shift.mean(axis=0)
    table["sd over seeds"] = shift.std(axis=0, ddof=1)
    table = table.sort_values("he against she (nats)")
    general = shift.mean(axis=1)  # (seeds,)
    table.loc["mean over jobs"] = [tilt.mean(), general.mean(), general.std(ddof=1)]
    follows = ", ".join(f"{np.corrcoef(tilt, of_seed)[0, 1]:+.2f}" for of_seed in shift)
    print(f"correlation of the shift with the first column, over {len(JOBS)} jobs, seed by seed: {follows}")
    return table.round(3)


probe_table()
