# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 3 · Which draw, which order, which words
#
# Two people take four examples each from the same pool and report "the accuracy with four shots". How far apart can
# they be? And how often does the model say *positive*, whatever it reads?


# %%
def sweep(wording: str, counts=tuple(settings.shots)) -> pd.DataFrame:
    """Accuracy and share of texts called positive, as the scores come, for every number of examples and every draw."""
    rows = []
    for count in counts:
        for draw in settings.draws if count else settings.draws[:1]:
            scores = measured(wording, tuple(drawn_shots(count, draw)))["scores"]
            said = scores.argmax(axis=1).mean()
            rows.append({"shots": count, "draw": draw, "accuracy": accuracy(scores), "says positive": said})
    return pd.DataFrame(rows)


usual = settings.wordings[0]["name"]
sweep(usual).groupby("shots").agg(["min", "max"])[["accuracy", "says positive"]].round(3)

# %% [markdown]
# ## Exercise 4 · Take the bias off
#
# *Why.* A model that calls nearly everything positive has not misread the reviews; it likes the word. That liking
# depends on the words, on the examples and on their order, and it can be estimated without a single label: average the
# scores over texts *of which you assume nothing*, and take that average off. **Contextual calibration** (Zhao and
# others 2021) averages over content-free inputs such as "N/A"; **batch calibration** (Zhou and others 2023) averages
# over the very texts to be judged. One formula, and what is averaged decides whether it helps.
#
# *Effort.* Easy, 15 minutes, 10 points.
#
# Write `calibrate`: from each label's scores (log-probabilities) take that label's mean over the rows of `reference`.
# It is the mean of log-probabilities, not the logarithm of a mean probability. A number that is added to all labels of
# a text changes no prediction, so the checks ignore it: normalise a row or do not, as you like.
#
# <details><summary>Hint 1: how do I get batch calibration out of it?</summary>
#
# `calibrate(scores, scores)`.
#
# </details>


# %% answer="calibrate"
def calibrate(scores: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Scores without the liking for a label that the reference shows, (texts, labels).

    Args:
        scores: (texts, labels), log-probabilities of each label after each text.
        reference: (rows, labels), the same for the texts that are averaged.
    """
    ### BEGIN SOLUTION
    return np.asarray(scores, dtype=float) - np.asarray(reference, dtype=float).mean(axis=0)
    ### END SOLUTION


# %% check="calibrate_formula" points=4
def centred(values) -> np.ndarray:
    """Each row without its own mean: what decides between its labels."""
    values = np.asarray(values, dtype=float)
    return values - values.mean(axis=1, keepdims=True)


scores = np.array([[-1.0, -2.0, -4.0], [-3.0, -0.5, -2.0], [-2.0, -2.5, -0.2], [-0.3, -1.0, -6.0]])
reference = np.array([[-1.0, -3.0, -2.0], [-0.5, -6.0, -1.0]])
found = checks.unchanged(calibrate, scores, reference)
checks.shape(found, (4, 3), "what calibrate returns")
by_probability = centred(scores - np.log(np.exp(reference).mean(axis=0)))
wrong = [
    (centred(scores), "Nothing was taken off that could change a prediction: take the mean over rows, label by label."),
    (centred(scores + reference.mean(axis=0)), "The bias was added. What the reference likes has to come off."),
    (by_probability, "That is the logarithm of the mean probability; the mean of the log-probabilities is asked for."),
    (centred(scores - scores.mean(axis=0)), "The mean was taken over the scores themselves: average the reference."),
    (centred(scores / reference.mean(axis=0)), "Log-probabilities are subtracted: dividing them is not dividing odds."),
]
expected = centred(scores - np.array([-0.75, -4.5, -1.5]))
close = [hint for value, hint in wrong if np.isfinite(found).all() and np.allclose(centred(found), value)]
checks.close(centred(found), expected, "the calibrated scores", hint="".join(close[:1]), rtol=1e-4, atol=1e-6)
### BEGIN HIDDEN TESTS
rng = checks.fresh("calibrate_formula")
results = []
for labels in (2, 3, 5):
    drawn = np.log(rng.dirichlet(np.ones(labels), size=6))
    others = np.log(rng.dirichlet(np.ones(labels), size=4))
    results.append(calibrate(drawn, others))
checks.hand_over(calibrated=results)
### END HIDDEN TESTS

# %% check="calibrate_bias" points=4 tags=["inside"]
rng = np.random.default_rng(3)
clean = rng.normal(size=(40, 2))
clean -= clean.mean(axis=0)
biased = clean + np.array([0.0, 7.0])
found = np.asarray(calibrate(biased.copy(), biased.copy()))
hint = "A liking of 7 nats for one label, the same in every text, should vanish: these texts are positive in "
share = (clean[:, 1] > clean[:, 0]).mean()
said = (found[:, 1] > found[:, 0]).mean()
checks.that(np.isclose(said, share), f"{hint}{share:.0%} of cases, calibrated by you in {said:.0%}.")
checks.close(
    centred(found), centred(clean), "the scores without their bias", hint=hint.split(":")[0] + ".", rtol=1e-4, atol=1e-6
)
found = calibrate(biased.copy(), np.array([[1.0, 2.0]]))
hint = "A reference of a single row is its own mean."
checks.close(centred(found), centred(biased - np.array([1.0, 2.0])), "the calibrated scores", hint=hint, rtol=1e-4)

# %% check="calibrate_repeat" points=2
first = np.asarray(calibrate(scores.copy(), reference.copy()), dtype=float)
calibrate(biased.copy(), biased.copy())
second = np.asarray(calibrate(scores.copy(), reference.copy()), dtype=float)
hint = "The same call gave something else the second time: nothing may be remembered between calls."
checks.close(centred(second), centred(first), "the second result", hint=hint)
moved = np.asarray(calibrate(scores[:1].copy(), reference.copy()), dtype=float)
hint = "With another set of texts, the same text got another result, though the reference is the same."
checks.close(centred(moved), centred(first[:1]), "one text alone", hint=hint, rtol=1e-4)

# %% [markdown]
# All three ways on the same scores. What was recorded with {{ s.laptop.model }} (SmolLM2, 135 million parameters,
# {{ s.laptop.texts }} texts, the same three draws) is drawn in grey behind your own points.


# %%
def calibrated(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Scores as they come, and calibrated in both ways."""
    scores = found["scores"]
    return {
        "as it comes": scores,
        "content-free": calibrate(scores, found["content-free"]),
        "batch": calibrate(scores, scores),
    }


def calibration_rows(phrasing: str, examples: tuple[int, ...], **what) -> list[dict]:
    """`what`, then accuracy and share called positive, for each calibration of one setup."""
    rows = []
    for kind, scores in calibrated(measured(phrasing, examples)).items():
        said = float(scores.argmax(axis=1).mean())
        rows.append({**what, "kind": kind, "accuracy": accuracy(scores), "positive": said})
    return rows


@functools.cache
def calibration_table(wording: str) -> pd.DataFrame:
    """Accuracy and share called positive: one row for each number of examples, draw and calibration."""
    rows = []
    for count in settings.shots:
        for draw in settings.draws if count else settings.draws[:1]:
            rows += calibration_rows(wording, tuple(drawn_shots(count, draw)), shots=count, draw=draw)
    return pd.DataFrame(rows)


# %%
def figure_calibration(table: pd.DataFrame):
    recorded = pd.DataFrame(settings.recorded)
    figure, panels = plots.axes(3, width=4.0, sharey=True)
    for panel, kind, colour in zip(panels, table["kind"].unique(), plots.COLOURS, strict=False):
        behind = (recorded, "0.6", "recorded, SmolLM2-135M")
        for rows, shade, name in [behind, (table, colour, f"profile {settings.profile}")]:
            chosen = rows[rows["kind"] == kind]
            places = [settings.shots.index(count) for count in chosen["shots"]]
            size = 10 + 90 * chosen["positive"]
            panel.scatter(places, chosen["accuracy"], s=size, color=shade, label=name, alpha=0.8)
        panel.axhline(max(truth.mean(), 1 - truth.mean()), color="black", linestyle=":", label="commoner class")
        panel.set(xlabel="examples in the prompt (number)", ylabel="accuracy (share of texts)", title=kind)
        panel.set_xticks(range(len(settings.shots)), settings.shots)
    panels[0].legend(fontsize=8)
    alt = "Accuracy for each draw against the number of examples, uncalibrated, content-free and batch calibration; "
    plots.show(figure, alt=f"{alt}recorded points spread widely without calibration and are high and close with batch.")


figure_calibration(calibration_table(usual))
print("The larger a point, the more often that prompt says positive.")
