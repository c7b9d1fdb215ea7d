# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Do the two percentages contradict each other? They measure different things. The count is of words: “the” counts
# each time it stands there, grammar never, and a common word that happens not to stand among the few ten thousand
# words of one register counts as specific. By so strict a rule well over half of the running words are common to all.
# Your estimate is of knowledge, which nobody can count.
#
# And the sixth skill, words that carry feeling? Either answer holds: “wonderful” praises everything, “predictable” a
# bridge but no film. Lab 5 measures what it costs when a model learns such words in one register and reads another.
#
# # Part B · After class
#
# ## Tools for the checks
#
# A language model is a function from the tokens so far to scores for the next one. Some checks put a toy in its place
# whose best answer can be worked out on paper: `toy_language` looks only at the last token, `random_language` at all
# of them.


# %%
def toy_language(table, shift=0.0):
    """A `next_logits` that looks at the last token alone: row i of table holds the probabilities after token i.

    shift: one number a row, added to its logits; softmax does not notice.
    """
    with np.errstate(divide="ignore"):
        rows = torch.tensor(np.log(np.asarray(table, dtype=float)) + np.reshape(shift, (-1, 1)))
    return lambda ids: rows[int(ids[-1])].clone()


def random_language(vocabulary: int, seed: int):
    """A `next_logits` with its own random scores for every sequence of tokens; (vocabulary,), float64."""
    return lambda ids: torch.from_numpy(
        2 * np.random.default_rng([seed, *map(int, ids)]).normal(size=vocabulary)
    ).log_softmax(0)


RING = toy_language(np.roll(np.eye(5), 1, axis=1) * 0.96 + 0.008)  # after i comes most likely i + 1, after 4 comes 0


# %%
def as_ids(found) -> list[int]:
    """Token ids as a plain list, whether they come as a list, an array or a tensor; [-1] for anything else."""
    try:
        return [int(token) for token in found]
    except (TypeError, ValueError):
        return [-1]


def surprise(counts, probabilities) -> float:
    """p-value of a chi-square test that `counts` were drawn with `probabilities`; rare outcomes are pooled."""
    counts = np.asarray(counts, dtype=float)
    probabilities = np.asarray(probabilities, dtype=float)
    if counts[probabilities == 0].sum() > 0:
        return 0.0
    expected = counts.sum() * probabilities / probabilities.sum()
    rare = expected < 5
    pooled = [np.append(values[~rare], values[rare].sum()) for values in (counts, expected)]
    keep = pooled[1] > 0
    return float(chisquare(pooled[0][keep], pooled[1][keep]).pvalue) if keep.sum() > 1 else 1.0
