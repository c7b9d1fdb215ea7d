# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ## Exercise 4 · Corrupt spans
#
# *Why.* T5 has an encoder *and* a decoder, so one blank may stand for several tokens. Whole spans are cut
# out, each is replaced by one *sentinel*, and the decoder writes what is missing: each sentinel, followed by what
# stood in its place. The target is short, and short targets are cheap.
#
# *Effort.* Medium, 15 minutes, 8 points.
#
# Write `corrupt_spans`. This is the pair in the library's own documentation of T5:
#
# | | |
# |---|---|
# | text | The **cute dog** walks in **the** park |
# | input | The `<extra_id_0>` walks in `<extra_id_1>` park |
# | target | `<extra_id_0>` cute dog `<extra_id_1>` the `<extra_id_2>` |
#
# Sentinels are used in the order in which their spans stand in the text; one more closes the target. Spans may be
# handed over in any order; they neither overlap nor touch. The caller's lists stay as they are.
#
# <details><summary>Hint 1: positions slip</summary>
# As soon as a span has been replaced, everything behind it stands elsewhere. Build two new lists instead, and
# remember how far the text has been copied.
# </details>


# %%
WORDS = ["The", "cute", "dog", "walks", "in", "the", "park"]
SENTINELS = [f"<extra_id_{number}>" for number in range(100)]


def corrupted(words: list, spans: list[tuple[int, int]]) -> tuple[list, list]:
    """The two lists of corrupt_spans."""
    found = corrupt_spans(list(words), list(spans), list(SENTINELS))
    checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two lists: the inputs, then the target.")
    return list(found[0]), list(found[1])


def random_spans(rng) -> tuple[list[str], list[tuple[int, int]]]:
    """A text of 40 made-up words and three to six spans in it, sorted, that neither touch nor overlap."""
    edges = np.sort(rng.choice(np.arange(1, 20), 2 * rng.integers(3, 7), replace=False)) * 2
    spans = [(int(a), int(b - a - 1)) for a, b in edges.reshape(-1, 2)]
    return [f"w{number}" for number in rng.integers(10**6, size=40)], spans


# %% answer="corrupt_spans"
def corrupt_spans(ids: list, spans: list[tuple[int, int]], sentinels: list) -> tuple[list, list]:
    """T5's corruption. Source: Raffel et al. 2020, section 3.1.4.

    Args:
        ids: tokens (ids, or strings). spans: (start, length) of each span, in any order. sentinels: more than spans.
    Returns:
        inputs: the text with one sentinel for each span; target: each sentinel and its span, then one more sentinel.
    """
    ### BEGIN SOLUTION
    inputs = []
    target = []
    copied = 0
    for sentinel, (begin, length) in zip(sentinels, sorted(spans), strict=False):
        inputs += ids[copied:begin]
        inputs.append(sentinel)
        target.append(sentinel)
        target += ids[begin : begin + length]
        copied = begin + length
    inputs += ids[copied:]
    target.append(sentinels[len(spans)])
    return inputs, target
    ### END SOLUTION


# %% check="span_inputs" points=3
inputs, _ = corrupted(WORDS, [(1, 2), (5, 1)])
hint = "The input is the text with ONE sentinel for each whole span, a new sentinel for each span, the rest untouched"
shown = " ".join(map(str, inputs))
checks.that(shown == "The <extra_id_0> walks in <extra_id_1> park", f"{hint} (yours: {shown})")
inputs = corrupt_spans(list("abababd"), [(2, 2), (6, 1)], ["X", "Y", "Z"])[0]
again = "Cut by position, not by value: the same words may stand elsewhere; and the sentinels are the caller's."
checks.that(list(inputs) == list("abXabY"), f"{again} (expected a b X a b Y, yours {' '.join(map(str, inputs))})")
shown = " ".join(map(str, corrupted(WORDS, [(0, 2), (3, 1)])[0]))
start = "A span may begin with the first word, at 0"
checks.that(shown == "<extra_id_0> dog <extra_id_1> in the park", f"{start} (yours: {shown})")
### BEGIN HIDDEN TESTS
rng = checks.fresh("span_inputs")
checks.hand_over(inputs=[corrupted(*random_spans(rng))[0] for _ in range(5)])
### END HIDDEN TESTS

# %% check="span_target" points=3
_, target = corrupted(WORDS, [(1, 2), (5, 1)])
hint = "The target holds, span by span, its sentinel and then the words that were cut out, and nothing else"
shown = " ".join(map(str, target))
checks.that(shown.startswith("<extra_id_0> cute dog <extra_id_1> the"), f"{hint} (yours: {shown})")
shown = " ".join(map(str, corrupted(WORDS, [(1, 2), (5, 2)])[1]))
end = "A span may run to the end of the text; it belongs into the target as well"
checks.that(shown.startswith("<extra_id_0> cute dog <extra_id_1> the park"), f"{end} (yours: {shown})")
### BEGIN HIDDEN TESTS
rng = checks.fresh("span_target")
checks.hand_over(targets=[corrupted(*random_spans(rng))[1] for _ in range(5)])
### END HIDDEN TESTS

# %% check="span_close" points=1
hint = "One more sentinel, the next unused one, closes the target: it tells the model that no span is left."
for spans in ([(1, 2), (5, 1)], [(2, 3)], []):
    target = corrupted(WORDS, spans)[1]
    checks.that(target[-1:] == [SENTINELS[len(spans)]], f"{hint} ({len(spans)} spans, your last: {target[-1:]})")

# %% check="span_order" points=1
given = [(5, 1), (1, 1)]
inputs, target = corrupted(WORDS, given)
hint = "Spans may come in any order; sentinels are handed out in the order of the text: the first follows “The”."
checks.that(inputs[:2] == ["The", SENTINELS[0]], f"{hint} (yours: {' '.join(map(str, inputs))})")
hint = "The target follows the order of the text as well, not the order in which the spans were given."
named = [word for word in target if word in SENTINELS[:2]]
checks.that(named != SENTINELS[1::-1], f"{hint} (yours: {' '.join(map(str, target))})")
words = list(WORDS)
spans = list(given)
corrupt_spans(words, spans, list(SENTINELS))
checks.that(words == WORDS and spans == given, "The caller's text or spans were changed: build new lists.")

# %% [markdown]
# What does it cost? T5 cuts out {{ (100 * s.tiny.span_rate) | int }}% of the text in spans of {{ s.tiny.mean_span }}
# tokens on average. Below: one passage, and how many tokens the two halves of the model read and write.


# %%
def draw_spans(tokens: int, rng) -> list[tuple[int, int]]:
    """Spans that cover about `settings.span_rate` of the tokens, `settings.mean_span` long on average."""
    number = max(1, round(tokens * settings.span_rate / settings.mean_span))
    lengths = 1 + rng.multinomial(number * (settings.mean_span - 1), [1 / number] * number)
    gaps = 1 + rng.multinomial(tokens - lengths.sum() - number, [1 / (number + 1)] * (number + 1))[:number]
    starts = (gaps + lengths).cumsum() - lengths
    return [(int(start), int(length)) for start, length in zip(starts, lengths, strict=True)]


def show_spans() -> None:
    words = speeches[3]["text"].split()[:60]
    inputs, target = corrupt_spans(words, draw_spans(len(words), np.random.default_rng(1)), SENTINELS)
    print(" ".join(inputs), " ".join(target), sep="\n\n")
    print(f"\n{len(words)} words: the encoder reads {len(inputs)}, the decoder writes {len(target)}.")


show_spans()
