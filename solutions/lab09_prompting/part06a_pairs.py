# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 6 · An evaluation is an experiment
#
# ## Exercise 7 · Paired, and clustered by text
#
# *Why.* Two prompts were tried on the same texts. Some texts are hard for both, and that part of the noise cancels when
# you look at the differences, text by text. And each text was read with three draws of examples: 360 rows are not 360
# independent ones, because a text that fools the model once tends to fool it again. Errors that treat such rows as
# independent are too small, and the difference looks surer than it is (Miller 2024, "Adding error bars to evals").
#
# *Effort.* Medium, 25 minutes, 10 points.
#
# Write `paired_difference`: the mean of a − b over rows, and its clustered standard error: take from each row's
# difference the mean of all, **add these up within each cluster**, square the sums, add the squares, take the root,
# divide by the number of rows. No further correction for few clusters. Where every row is a cluster of its own, this is
# the ordinary standard error of a mean (with divisor n).
#
# <details><summary>Hint 1: sums by cluster</summary>
#
# `np.unique(clusters, return_inverse=True)` numbers the clusters, and `np.bincount` adds up with `weights`. Cluster
# names may be texts, and the rows of a cluster need not stand together.
#
# </details>


# %% answer="paired_difference"
def paired_difference(a: np.ndarray, b: np.ndarray, clusters: np.ndarray) -> tuple[float, float]:
    """(mean of a - b over rows, its standard error clustered by `clusters`).

    Args:
        a, b: (rows,), a score of each row under either setup, such as 1 for right and 0 for wrong.
        clusters: (rows,), which rows belong together, numbers or texts.
    """
    ### BEGIN SOLUTION
    difference = np.asarray(a, dtype=float) - np.asarray(b, dtype=float)
    mean = difference.mean()
    names, numbers = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(numbers.ravel(), weights=difference - mean, minlength=len(names))
    return float(mean), float(np.sqrt((sums**2).sum()) / len(difference))
    ### END SOLUTION


# %% check="paired_mean" points=2
def both_of(a, b, clusters) -> tuple[float, float]:
    """paired_difference's two numbers, after a look at their form and at the input."""
    given = [np.array(values) for values in (a, b, clusters)]
    found = paired_difference(a, b, clusters)
    form = isinstance(found, tuple | list | np.ndarray) and len(found) == 2
    checks.that(form, f"Two numbers are asked for, the difference and its error; yours gave {found!r}.")
    same = all(np.array_equal(old, new) for old, new in zip(given, (a, b, clusters), strict=True))
    checks.that(same, "The input has been changed in place: the caller's data would be different.")
    return found


a = np.array([1, 1, 0, 1, 1, 0, 1, 1])
b = np.array([1, 0, 0, 0, 1, 1, 0, 0])
clusters = np.array(["p", "p", "q", "q", "r", "r", "r", "s"])
found = both_of(a, b, clusters)
hint = "a minus b, not b minus a." if np.isclose(found[0], -0.375) else "The mean over rows, every row one vote."
by_cluster = np.mean([0.5, 0.5, 0.0, 1.0])
hint = "That is the mean of the clusters' means; every row has one vote." if np.isclose(found[0], by_cluster) else hint
checks.close(found[0], 0.375, "the difference", hint=hint)


# %% check="paired_clustered" points=4
found = both_of(a, b, clusters)
difference = a - b
unpaired = math.sqrt(a.var() / len(a) + b.var() / len(b))
expected = 0.1668293
wrong = {
    difference.std() / math.sqrt(8): "That treats the rows as independent: add up within each cluster, then square.",
    difference.std(ddof=1) / math.sqrt(8): "That treats the rows as independent: add up within each cluster first.",
    unpaired: "That is the error of two unpaired means: look at the differences, row by row.",
    expected**2: "That is the variance; its square root is the standard error.",
    expected * 2: "Divided by the number of clusters: the mean is over rows.",
    expected * 8: "The root of the sum of squares still has to be divided by the number of rows.",
}
named = [hint for value, hint in wrong.items() if np.isclose(found[1], value)]
checks.close(found[1], expected, "the clustered standard error", hint="".join(named[:1]), rtol=1e-4)
apart = np.array([0, 2, 0, 1, 1, 0])  # the rows of a cluster need not stand together
found = both_of(np.array([0.5, 1.0, 0.0, 2.0, 1.5, 1.0]), np.array([0.0, 1.5, 0.5, 0.0, 0.0, 0.25]), apart)
hint = "The rows of a cluster need not stand together, and scores need not be 0 or 1."
checks.close(found[1], 0.4592793, "the clustered standard error", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
rng = checks.fresh("paired_clustered")
errors = []
for _ in range(5):
    owners = rng.integers(7, size=40)
    first = rng.integers(2, size=40)
    second = rng.integers(2, size=40)
    errors.append([float(value) for value in paired_difference(first, second, owners)])
checks.hand_over(errors=errors)
### END HIDDEN TESTS

# %% check="paired_limits" points=4
a = np.array([1.0, 0.0, 1.0, 1.0, 0.0])
b = np.array([0.0, 0.0, 1.0, 0.0, 1.0])
alone = both_of(a, b, np.arange(5))[1]
hint = "With every row a cluster of its own this is the ordinary error of a mean, with divisor n."
checks.close(alone, (a - b).std() / math.sqrt(5), "the error of five clusters of one row", hint=hint, rtol=1e-4)
thrice = both_of(np.tile(a, 3), np.tile(b, 3), np.tile(np.arange(5), 3))[1]
hint = "Asking each text three times with the same result tells nothing new: the error must stay what it was."
checks.close(thrice, alone, "the error of the same five texts, three times each", hint=hint, rtol=1e-4)
same = both_of(np.ones(4), np.ones(4), np.array([0, 0, 1, 1]))
checks.close(same, (0.0, 0.0), "difference and error where both are always right", hint="Nothing differs anywhere.")
flags = both_of(np.array([True, False, True]), np.array([False, True, True]), np.array([0, 1, 2]))
checks.close(flags[0], 0.0, "the difference of truth values", hint="True counts 1 and False 0.")

# %% [markdown]
# Six comparisons, each on the same texts, to be judged in Exercise 8.


# %%
def right_answers(wording: str, count: int, kind: str) -> np.ndarray:
    """1 where a text was right, all draws one after the other, (draws * texts,)."""
    found = [calibrated(measured(wording, tuple(drawn_shots(count, draw))))[kind] for draw in settings.draws]
    return np.concatenate([scores.argmax(axis=1) == truth for scores in found]).astype(float)


def comparisons() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Name -> the right answers of both setups."""
    bare = right_answers(usual, 4, "as it comes")
    zero = right_answers(usual, 0, "as it comes")
    scores = task_scores(tuned("one task", settings.live_seeds[0]), small_tokenizer, "sentiment")
    small = np.tile(scores.argmax(axis=1) == truth, len(settings.draws)).astype(float)
    return {
        "4 shots: content-free − none": (right_answers(usual, 4, "content-free"), bare),
        "4 shots: batch − none": (right_answers(usual, 4, "batch"), bare),
        "none: 4 shots − 0 shots": (bare, zero),
        "batch: 8 shots − 4 shots": (right_answers(usual, 8, "batch"), right_answers(usual, 4, "batch")),
        f"4 shots, batch: {WORDINGS_BY_PLACE[1]} − {usual}": (
            right_answers(WORDINGS_BY_PLACE[1], 4, "batch"),
            right_answers(usual, 4, "batch"),
        ),
        "tuned small − 0 shots": (small, zero),
    }


WORDINGS_BY_PLACE = list(WORDINGS)
pairs = comparisons()
