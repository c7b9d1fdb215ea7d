# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# At the smallest rate little has happened by the last step. At the largest, look whether the score is at the dashed
# line or below, which is what "broken" means here: pretraining has been overwritten, and the last two columns say
# whether nearly all texts get one class. Do not look for it in the loss: **a broken run can end with the lowest loss of
# all.** A model that gives every text the shares of the three classes pays at most ln 3 = 1.1 nats on average, and a
# large rate gets there in a few steps; a run that still improves on a head that began confident and wrong can stand
# above that while it already tells the classes apart. The best rate depends on what learns: a head alone stands a
# larger rate than all parameters do, and a small model a larger one than ModernBERT-base, whose makers used 8e-5. So
# the number of steps, the part that learns and the number of seeds belong beside every "best learning rate" that you
# read.
#
# # Part 5 · How many labels?
#
# ## Exercise 8 · Subsets that can be compared
#
# *Why.* Does a pretrained model need fewer labels? The curve answers only if its points differ in nothing but the
# number. So the texts of a smaller subset are among those of every larger one (**nested**), and each subset has the
# classes in the shares of the whole (**stratified**), or luck with a rare class looks like a lesson about labels.
#
# *Effort.* Medium, 20 minutes, 7 points.
#
# Write `nested_subsets`: a dict from each count to that many different row numbers, as a tuple. In a subset of n rows a
# class with share p of all labels has n p rows, give or take one. The seed decides who is drawn, and nothing else does:
# the rows of a count must not depend on which other counts are asked for (below, one is asked for at a time).
#
# <details><summary>Hint 1: one order, many prefixes</summary>
# If all subsets are prefixes of one order of the rows, they are nested by themselves. What remains is an order in which
# every prefix has the right shares.
# </details>
# <details><summary>Hint 2: such an order</summary>
# Shuffle each class by itself. Give the k-th row of a class (k = 0, 1, ...) of n rows the place (k + ½) / n, and sort
# all rows by place: every class is spread evenly from 0 to 1.
# </details>


# %% answer="nested_subsets"
def nested_subsets(labels: list[int], counts: list[int], seed: int) -> dict[int, tuple[int, ...]]:
    """Count -> that many row numbers; smaller subsets lie inside larger ones, all with the class shares of the whole."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    labels = np.asarray(labels)
    place = np.zeros(len(labels))  # of each row in the common order, 0 to 1
    for k in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == k))
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    order = np.argsort(place, kind="stable")
    return {count: tuple(int(row) for row in order[:count]) for count in counts}
    ### END SOLUTION


# %% check="subset_sizes" points=1
made_up = [int(k) for k in np.random.default_rng(0).permutation([0] * 370 + [1] * 210 + [2] * 420)]
found = nested_subsets(made_up, [10, 50, 200, 1000], 0)
checks.keys(found, [10, 50, 200, 1000], "the dict of subsets")
for count, rows in found.items():
    rows = [int(row) for row in rows]
    checks.count(len(rows), count, "rows in a subset", "Rounding class by class does not always add up to the count.")
    checks.count(len(set(rows)), count, "different rows in a subset", "Nobody is drawn twice.")
    checks.between(min(rows), 0, len(made_up) - 1, "the smallest row number")
    checks.between(max(rows), 0, len(made_up) - 1, "the largest")

# %% check="subset_nested" points=2
for seed in (0, 7):
    found = nested_subsets(made_up, [200, 20, 75], seed)
    hint = "The smaller subset should lie inside the larger one: take prefixes of one order, not a new draw for each."
    checks.that(set(found[20]) < set(found[75]) < set(found[200]), hint)
    alone = "Asked for alone, a count should get the rows that it gets among others: same seed, same order of the rows."
    for count in (20, 75, 200):
        checks.that(set(nested_subsets(made_up, [count], seed)[count]) == set(found[count]), alone)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
drawn = [int(k) for k in rng.integers(4, size=500)]
seed = int(rng.integers(9999))
found = nested_subsets(drawn, [30, 120, 400], seed)
checks.that(set(found[30]) < set(found[120]) < set(found[400]), hint)
checks.that(all(set(nested_subsets(drawn, [count], seed)[count]) == set(found[count]) for count in found), alone)
### END HIDDEN TESTS

# %% check="subset_shares" points=2
hint = (
    "In a subset of n rows a class with share p has n p rows, give or take one: neither as luck will, nor equal shares."
)
for count, rows in nested_subsets(made_up, [10, 50, 200], 3).items():
    inside = np.bincount(np.array(made_up)[list(rows)], minlength=3)
    gap = inside - count * np.array([0.37, 0.21, 0.42])
    checks.between(np.abs(gap).max(), 0, 1.5, "rows too many or too few", hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
drawn = rng.choice(3, size=900, p=[0.6, 0.1, 0.3])
for count, rows in nested_subsets(drawn.tolist(), [40, 300], int(rng.integers(9999))).items():
    gap = np.bincount(drawn[list(rows)], minlength=3) - count * np.bincount(drawn, minlength=3) / 900
    checks.between(np.abs(gap).max(), 0, 1.5, "rows too many or too few", hint)
### END HIDDEN TESTS

# %% check="subset_seed" points=2
draws = [set(nested_subsets(made_up, [100], seed)[100]) for seed in (1, 1, 2, 3)]
checks.that(
    draws[0] == draws[1], "The same seed should draw the same rows: use a generator of your own with that seed."
)
hint = "Other seeds should draw other rows (the order of the file decides here, or a seed that is fixed inside)."
checks.that(draws[0] != draws[2] and draws[2] != draws[3] and max(draws[0]) > 500 and min(draws[0]) < 500, hint)
late = sum(made_up[row] == 0 for row in draws[0] | draws[2] | draws[3])
checks.that(late > 60, "Within a class the rows should be drawn at random as well.")

# %% [markdown]
# The curve. "Pretrained" trains the top of a pretrained model on stored states: the head alone in profile tiny, the
# last {{ s.laptop.label_last }} layers in laptop, {{ s.gpu.label_last }} on a GPU. Three arms read no pretrained
# weights: TF-IDF, the LSTM, and ModernBERT itself with random weights, all of it learning (there is nothing worth
# freezing). Both ModernBERTs get as many steps, at most {{ s.tiny.steps }} in profile tiny and {{ s.laptop.steps }} in
# laptop; of networks from scratch, tiny can afford one point only.


# %%
def chosen_rows(count: int, seed: int) -> tuple[int, ...] | None:
    """Row numbers of the training part: your subset of that size, or None where that is all of it."""
    if count >= len(train):
        return None
    return tuple(int(row) for row in nested_subsets(train["label"][:], [count], seed)[count])


# %%
def label_run(seed: int, chosen: tuple[int, ...] | None) -> dict:
    """The pretrained arm: the top of the model, trained on stored states of the chosen rows (None: all)."""
    return tail_run(seed, settings.label_last, rate_for(settings.label_last), chosen)


# %%
def label_arms(count: int, seed: int) -> dict[str, float]:
    """Macro-F1 of each arm with so many labels."""
    rows = chosen_rows(count, seed)
    part = train.select(rows) if rows else train
    words = fit_baselines(part["text"][:], part["label"][:])["tf-idf"]
    found = {"tf-idf": score(words.predict(validation["text"][:]), validation["label"][:])["macro_f1"]}
    found["pretrained"] = label_run(seed, rows)["macro_f1"]
    if count in settings.scratch_counts:
        found["LSTM from scratch"] = lstm_score(seed, rows)["macro_f1"]
        if seed in settings.scratch_seeds:
            found["ModernBERT from scratch"] = full_run(seed, False, rows)["macro_f1"]
    return found


# %%
@functools.cache
def label_curve() -> pd.DataFrame:
    """Rows: number of labels; columns: (arm, seed)."""
    cells = {}
    points = [(count, seed) for count in settings.label_counts for seed in settings.label_seeds]
    for count, seed in tqdm(points, desc="Labels", delay=10, leave=False):
        for arm, f1 in label_arms(count, seed).items():
            cells[min(count, len(train)), arm, seed] = f1
    return pd.Series(cells).unstack([1, 2])


# %%
def figure_labels():
    figure, panel = plots.axes(width=6.5)
    styles = {"pretrained": "o-", "tf-idf": "^--", "LSTM from scratch": "v-.", "ModernBERT from scratch": "s:"}
    for number, (arm, style) in enumerate(styles.items()):
        curve = label_curve()[arm]
        spread = curve.std(axis=1, ddof=1) if curve.shape[1] > 1 else None
        places = curve.index * 1.03 ** (number - 1.5)  # a little apart, or one mark would hide another
        label = f"{arm}, seeds: {curve.shape[1]}"
        panel.errorbar(places, curve.mean(axis=1), spread, fmt=style, capsize=3, label=label)
    panel.set(xscale="log", xlabel="labels (number)", ylabel="macro-F1 (0 to 1)", ylim=(0, 1))
    panel.set_xticks(label_curve().index, [f"{count:,}" for count in label_curve().index])
    panel.minorticks_off()
    panel.legend(fontsize=8)
    ends = [f"{arm} ends at {label_curve()[arm].mean(axis=1).dropna().iloc[-1]:.2f}" for arm in styles]
    alt = "Macro-F1 against the number of labels, a curve for each arm, with bars for the spread over seeds: "
    plots.show(figure, alt=alt + ", ".join(ends) + ".")


figure_labels()


# %%
def along_a_line() -> None:
    """How many labels TF-IDF takes to score what the pretrained arm scores with the fewest."""
    few = label_curve().index[0]
    level = label_curve()["pretrained"].loc[few].mean()
    words = label_curve()["tf-idf"].mean(axis=1)
    print(f"Pretrained, {few:,} labels: macro-F1 {level:.2f}, the mean over seeds.", end=" ")
    if (words >= level).any():
        print(f"Of the numbers drawn, TF-IDF needs {words.index[words >= level][0]:,} for as much.")
    else:
        best = baseline_table().loc["tf-idf, all rows", "macro_f1"]
        print(f"TF-IDF has less with {words.index[-1]:,}, and {best:.2f} with all {len(texts['train']):,}.")


along_a_line()

# %% [markdown]
# Read it with care. In profile tiny a ModernBERT from scratch gets {{ s.tiny.steps }} steps of {{ s.tiny.batch }} texts
# and is stopped long before it has converged: that point says what pretraining saves in *steps*. For the *labels* it
# saves, compare with an arm that has converged, TF-IDF (no run of ModernBERT in tiny sees more than {{ s.tiny.steps *
# s.tiny.batch }} texts, so the pretrained curve cannot use {{ s.tiny.train_rows }} labels there): go along a horizontal
# line from one curve to the other, and where it does not meet the other within the figure, look up in the table of
# baselines what TF-IDF makes of all rows. The line printed above does this once, from the leftmost pretrained point.
#
# And mind the noise. With {{ s.tiny.label_seeds | length }} seeds and {{ s.tiny.validation_rows }} validation rows, as
# in profile tiny, a step of a tenth between two points of a curve, up or down, can be luck: where a curve falls there,
# do not conclude that more labels do harm. Profile tiny stops at {{ '{:,}'.format(s.tiny.train_rows) }} labels; the
# others go on to all {{ '{:,}'.format(s.laptop.train_rows) }}, with {{ s.laptop.steps }} steps in laptop and {{
# s.gpu.steps }} on a GPU.
#
# ## What the gain is made of
#
# "Pretrained" is several things at once. The course's own encoder, the one of profiles tiny and laptop, began with the
# word embeddings of MiniLM, a larger model that has read far more; then it learned to fill in masked words and, on
# single sentences, to produce MiniLM's states. When it was made, its architecture was also tried with less and less of
# this. All four were fine-tuned alike on 200 labels: the rate with the best macro-F1 on the validation rows, then
# macro-F1 on the **test** rows, mean ± standard deviation over three seeds. Those runs were recorded; the cell reads
# every one of them and shows what is left after that choice.


# %%
STARTS = {
    "random": "random weights",
    "embeddings": "+ MiniLM's word embeddings",
    "masked": "+ masked words",
    "distilled": "+ MiniLM's states: the course's encoder",
}


# %%
def what_pretraining_bought() -> pd.DataFrame:
    """Recorded macro-F1 for each start, at the rate that its first seed's validation rows chose."""
    runs = pd.read_csv(embedded("course-encoder") / "quality.csv", dtype={"labels": str})
    runs = runs[(runs["labels"] == "200") & runs["arm"].isin(STARTS)]
    chosen = runs[runs["seed"] == 0].sort_values("validation").groupby("arm")["rate"].last()
    kept = runs[runs["rate"] == runs["arm"].map(chosen)].groupby("arm")["test"]
    table = pd.DataFrame({"runs": kept.count(), "macro-F1": kept.agg(lambda f1: mean_sd(f1 / 100))})
    return table.loc[list(STARTS)].rename(index=STARTS).rename_axis("starts from")


what_pretraining_bought()
