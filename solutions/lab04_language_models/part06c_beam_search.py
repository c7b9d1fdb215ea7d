# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Read the greedy text to its end. The tiny decoder soon says the same words again: having said them makes them likelier
# still, and who always takes the likeliest stays in the circle, while a draw may leave it. A larger model gets there
# later, or not within {{ s.laptop.new_tokens }} tokens.
#
# ## Exercise 9 · Beam search
#
# *Why.* The likeliest first step need not lead to the likeliest text. Beam search keeps several beginnings alive and
# judges them by the probability of all that was written.
#
# *Effort.* Hard, 25 minutes, 9 points.
#
# Write `beam_search`. Keep up to `beams` texts, each with the sum of the log-probabilities of its new tokens. In each
# step continue every kept text by every token, and of *all* these continuations keep the best `beams`. At the end
# return the best text and its sum. Every text gets exactly `new_tokens` tokens here.
#
# (Where a text may end, texts of different lengths compete, and a sum favours the short one. Say that a text ends at once
# with probability 0.3, and that the best text that goes on has the steps 0.7, 0.6 and 0.6, the last of them its end. The sums
# are log 0.3 = -1.20 and log 0.252 = -1.38: shorter is likelier. The means for each token are -1.20 and -0.46: now the longer
# one wins. `generate` divides the sum by lengthᵃ with a = `length_penalty`: 0 is the sum, 1, its default, the mean.)
#
# <details><summary>Hint 1: must every token really be tried?</summary>
# Of one text's continuations at most the best `beams` can survive: <code>topk(beams)</code> of its log-probabilities
# is enough. Then the candidates of all texts compete with each other.
# </details>
# <details><summary>Hint 2: why not add the logits?</summary>
# Logits of different texts have different zero points. Only after log_softmax do they compare.
# </details>


# %%
def beamed(language, ids: list[int], new_tokens: int, beams: int) -> tuple[list[int], float]:
    """beam_search's text as a list of ints, and its sum."""
    found = beam_search(language, list(ids), new_tokens, beams)
    checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the ids, then the sum.")
    return as_ids(found[0]), float(found[1])


# After 0 comes 1 (0.55) or 2 (0.45). After 1 nothing is likely; after 2 comes 3 (0.9).
GARDEN = [
    [0, 0.55, 0.45, 0, 0, 0],
    [0, 0, 0, 0.30, 0.35, 0.35],
    [0, 0, 0, 0.9, 0.06, 0.04],
    [0, 0, 0, 0.3, 0.4, 0.3],
    [0, 0, 0, 0.3, 0.4, 0.3],
    [0, 0, 0, 0.3, 0.4, 0.3],
]


# After 0 comes 1 (0.62) or 2 (0.38). After 1 the best is 0.30; after 2 comes 3 (0.51): 0.19 in the end, and 0.18 by way of 1.
SUMS = [
    [0, 0.62, 0.38, 0, 0, 0],
    [0.20, 0, 0, 0.30, 0.25, 0.25],
    [0, 0, 0, 0.51, 0.25, 0.24],
    *GARDEN[3:],
]


def renumbered(table: list[list[float]], order: np.ndarray) -> np.ndarray:
    """The same language with token i called order[i]."""
    new = np.empty((len(table), len(table)))
    new[np.ix_(order, order)] = table
    return new


# %% answer="beam_search"
def beam_search(next_logits, ids: list[int], new_tokens: int, beams: int) -> tuple[list[int], float]:
    """The best text found, prompt included, and the sum of the log-probabilities of its new tokens, in nats.

    Args:
        next_logits: function from a list of ids to the scores of the next token, (vocabulary,). ids: the prompt.
        new_tokens: how many are written. beams: how many texts are kept, 1 to vocabulary.
    """
    ### BEGIN SOLUTION
    kept = [(0.0, list(ids))]
    for _ in range(new_tokens):
        longer = []
        for total, text in kept:
            best = next_logits(text).log_softmax(-1).topk(beams)
            for log_p, token in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                longer.append((total + log_p, [*text, token]))
        kept = sorted(longer, key=lambda pair: pair[0], reverse=True)[:beams]
    total, text = kept[0]
    return text, total
    ### END SOLUTION


# %% check="beam_path" points=2
hint = "Two beams must find the detour: 0 2 3 (0.45 · 0.9) is likelier than what the best first step leads to."
found = beamed(toy_language(GARDEN), [0], 2, 2)[0]
checks.that(found == [0, 2, 3], f"{hint} (yours: {found})")
found = beamed(RING, [2], 3, 1)[0]
checks.that(found == [2, 3, 4, 0], "One beam is greedy decoding: 2 3 4 0 on the ring.")
found = beamed(toy_language(SUMS), [0], 2, 2)[0]
hint_sum = "The probability of a text is the PRODUCT of its steps': add logarithms, not probabilities."
checks.that(found == [0, 2, 3], f"{hint_sum} (0.38 · 0.51 beats 0.62 · 0.30; yours: {found})")
found = beamed(toy_language([[0, 0.8, 0.2, 0, 0, 0], [0, 0, 0, 0.4, 0.3, 0.3], *GARDEN[2:]]), [0], 2, 2)[0]
checks.that(found == [0, 1, 3], f"All steps count, not the last alone. (0.8 · 0.4 beats 0.2 · 0.9; yours: {found})")
prompt = [4, 0]
beam_search(toy_language(GARDEN), prompt, 2, 2)
checks.that(prompt == [4, 0], "The caller's prompt was changed: continue a copy of it.")
### BEGIN HIDDEN TESTS
for beams in (2, 3, 6):
    order = checks.fresh().permutation(6)  # the same garden under other numbers
    found = beamed(toy_language(renumbered(GARDEN, order)), [int(order[0])], 2, beams)[0]
    checks.that(found == order[[0, 2, 3]].tolist(), hint + f" Here {order[[0, 2, 3]]}, with {beams} beams.")
### END HIDDEN TESTS

# %% check="beam_prune" points=2
# After 0: 1 (0.6), 2 (0.4). After 1: 3 (0.5), 4 (0.45). After 2: 3 (0.5). After 3 all is open; after 4 comes 5 for sure.
fork = [
    [0, 0.6, 0.4, 0, 0, 0],
    [0.05, 0, 0, 0.5, 0.45, 0],
    [0.3, 0.2, 0, 0.5, 0, 0],
    [0.2, 0.2, 0.2, 0.2, 0, 0.2],
    [0, 0, 0, 0, 0, 1.0],
    [0.2, 0.2, 0.2, 0.2, 0.2, 0],
]
hint = "All continuations compete: both survivors may stem from the same text. Keep the best overall, not one for each beam."
found = beamed(toy_language(fork), [0], 3, 2)[0]
checks.that(found == [0, 1, 4, 5], f"{hint} (expected 0 1 4 5, yours {found})")
### BEGIN HIDDEN TESTS
for _ in range(3):
    order = checks.fresh().permutation(6)  # the same fork under other numbers
    found = beamed(toy_language(renumbered(fork, order)), [int(order[0])], 3, 2)[0]
    checks.that(found == order[[0, 1, 4, 5]].tolist(), hint)
### END HIDDEN TESTS

# %% check="beam_score" points=3
hint = "Add log-probabilities (log_softmax), not logits: a text's rank must not depend on the zero point of its scores."
shifted = toy_language(GARDEN, shift=[3.0, 50.0, -50.0, 7.0, 0.0, -2.0])
text, total = beamed(shifted, [0], 2, 2)
checks.that(text == [0, 2, 3], f"{hint} (expected 0 2 3, yours {text})")
checks.close(total, np.log(0.45 * 0.9), "the sum of the log-probabilities", hint="Sum over new tokens, not the mean.")
text, total = beamed(shifted, [0], 1, 3)
checks.close(total, np.log(0.55), "the sum after one step", hint=hint)

# %% check="beam_library" points=2
hint = "Beam search of the real model must give what generate gives, token for token."
for prompt in ("The people of this country", "My fellow citizens, we", "It was late in the evening when"):
    ids = decoder_tokenizer(prompt)["input_ids"]
    expected = library(ids, 16, num_beams=settings.beams, length_penalty=0.0)
    theirs = as_ids(expected.sequences[0])
    text, total = beamed(next_logits, ids, 16, settings.beams)
    checks.that(text == theirs, f"{hint}\nyours:   {text}\nlibrary: {theirs}")
    checks.close(total, expected.sequences_scores[0], "the sum of the log-probabilities", hint=hint, rtol=1e-3)
