"""Judges T5's corruption outside the student's kernel, on the texts and spans that the checks drew."""

import numpy as np

from shared import checks


def _texts(check: str):
    """Five texts of 40 words with three to six spans in each, as the notebook's random_spans draws them."""
    rng = checks.fresh(check)
    for _ in range(5):
        edges = np.sort(rng.choice(np.arange(1, 20), 2 * rng.integers(3, 7), replace=False)) * 2
        spans = [(int(a), int(b - a - 1)) for a, b in edges.reshape(-1, 2)]
        yield [f"w{number}" for number in rng.integers(10**6, size=40)], spans


def span_inputs(inputs: list[list]) -> None:
    """One sentinel for each span, the rest as it was."""
    hint = (
        "The input is the text with ONE sentinel for each whole span, a new sentinel for each span, the rest untouched."
    )
    for (words, spans), found in zip(_texts("span_inputs"), inputs, strict=True):
        for number, (first, length) in reversed(list(enumerate(spans))):
            words[first : first + length] = [f"<extra_id_{number}>"]
        checks.that(found == words, hint)


def span_target(targets: list[list]) -> None:
    """Each sentinel, then the words of its span, and no other word; what closes the target is another check's matter."""
    hint = "The target holds, span by span, its sentinel and then the words that were cut out, and nothing else."
    for (words, spans), found in zip(_texts("span_target"), targets, strict=True):
        for number, (first, length) in enumerate(spans):
            sentinel = f"<extra_id_{number}>"
            place = found.index(sentinel) + 1 if sentinel in found else 0
            checks.that(place and found[place : place + length] == words[first : first + length], hint)
        checks.that(sum(word in words for word in found) == sum(length for _, length in spans), hint)
