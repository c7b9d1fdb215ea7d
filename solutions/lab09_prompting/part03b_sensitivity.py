# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# The table behind the figure, over draws, with the baselines that could embarrass a prompt: one answer for all, and a
# linear model on word counts (TF-IDF) that sees the same number of labelled texts as the longest prompt, or the pool.


# %%
@functools.cache
def linear_accuracy(rows: int, seed: int) -> float:
    """Accuracy on the held-out texts of logistic regression on TF-IDF, fitted on that many rows, as many of each class."""
    some = pool.groupby("positive").sample(rows // 2, random_state=seed)
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, max_iter=300))
    return float((model.fit(some["text"], some["positive"]).predict(texts) == truth).mean())


def draws_table(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Mean ± sd over draws of accuracy, and the range of the share called positive."""
    rows = []
    for (kind, shots), some in table.groupby(["kind", "shots"], sort=False):
        spread = mean_sd(some["accuracy"]) if len(some) > 1 else f"{some['accuracy'].iloc[0]:.3f}"
        said = f"{some['positive'].min():.2f} to {some['positive'].max():.2f}"
        rows.append({"source": source, "kind": kind, "shots": shots, "accuracy": spread, "says positive": said})
    return pd.DataFrame(rows)


# %%
def baseline_rows() -> pd.DataFrame:
    """The baselines in the columns of draws_table."""
    rows = [{"kind": "the commoner class", "shots": 0, "accuracy": f"{max(truth.mean(), 1 - truth.mean()):.3f}"}]
    few = [linear_accuracy(max(settings.shots), draw) for draw in settings.draws]
    rows.append({"kind": "TF-IDF, as many labels", "shots": max(settings.shots), "accuracy": mean_sd(few)})
    most = 2 * int(pool["positive"].value_counts().min())
    rows.append({"kind": "TF-IDF, the pool", "shots": most, "accuracy": f"{linear_accuracy(most, 0):.3f}"})
    return pd.DataFrame(rows).assign(source="baseline", **{"says positive": ""})


recorded_rows = draws_table(pd.DataFrame(settings.recorded), "recorded, SmolLM2-135M")
pd.concat([draws_table(calibration_table(usual), settings.profile), recorded_rows, baseline_rows()]).set_index(
    ["source", "kind", "shots"]
)

# %% [markdown]
# Now one draw of four examples in {{ s.tiny.orders }} of its 24 orders, and other label words. Nothing about the
# reviews changes.


# %%
def sensitivity() -> pd.DataFrame:
    """Accuracy of each order of four examples, and of each wording over draws of four; as it comes and batch."""
    rows = []
    four = drawn_shots(4, settings.draws[0])
    orders = list(itertools.permutations(four))[:: 24 // settings.orders]
    setups = [("order", usual, order) for order in orders]
    setups += [("words", name, tuple(drawn_shots(4, draw))) for name in WORDINGS for draw in settings.draws]
    for what, wording, shots in setups:
        rows += calibration_rows(wording, shots, what=what, wording=wording)
    return pd.DataFrame(rows)


# %%
def figure_sensitivity(table: pd.DataFrame):
    recorded = pd.DataFrame(settings.recorded_sensitivity)
    groups = [("order", usual, "one draw,\nother orders"), *[("words", name, name) for name in WORDINGS]]
    figure, panels = plots.axes(2, width=5.5, sharey=True)
    for panel, kind in zip(panels, ["as it comes", "batch"], strict=True):
        behind = (recorded, "0.6", -0.12, "recorded, SmolLM2-135M")
        for rows, shade, aside, name in [behind, (table, plots.COLOURS[0], 0.12, f"profile {settings.profile}")]:
            for place, (what, wording, _) in enumerate(groups):
                some = rows[(rows["what"] == what) & (rows["wording"] == wording) & (rows["kind"] == kind)]
                where = np.full(len(some), place + aside)
                label = name if place == 0 else None
                panel.scatter(
                    where, some["accuracy"], color=shade, s=10 + 90 * some["positive"], label=label, alpha=0.7
                )
        panel.set_xticks(range(len(groups)), [name.replace(" / ", " /\n") for *_, name in groups])
        panel.set(xlabel="what was changed, four examples each", ylabel="accuracy (share of texts)", title=kind)
    panels[0].legend(fontsize=8)
    alt = (
        "Accuracy of four-example prompts when only the order of the examples, or the label words, change; left as it "
    )
    plots.show(figure, alt=f"{alt}comes, right after batch calibration.")


figure_sensitivity(sensitivity())
