"""Judges outside the student's kernel: byte counts, splits, laws, intervals, shortlists, rounded matrices, losses, comparisons."""

import itertools
import math

import numpy as np

from shared import checks

LAW = ("alpha_N", "alpha_D", "log_N_c", "log_D_c")
TRADE = dict(zip(LAW, (0.1, 0.2, 12.0, 14.0), strict=True))
SIZES = [40_000, 2_000, 9_000_000, 300_000, 1_000]


def bytes_outside(fixed: list, drawn: list) -> None:
    """Weights, gradients, optimizer and total of fixed groups, and of drawn ones."""
    expected = [[16e3, 8e3, 32e3, 56e3], [2020, 20, 80, 2120], [15.5, 18, 72, 105.5]]
    checks.close(fixed, expected, "weights, gradients, optimizer, total of three trainings")
    rng = checks.fresh("bytes_outside")
    numbers = rng.integers(1, 9999, 4)
    bits = rng.integers(1, 33, 4)
    trained = numbers[0] + numbers[2]
    parts = [(numbers * bits).sum() / 8, trained, trained * 15]
    checks.close(drawn, [*parts, sum(parts)], "weights, gradients, optimizer, total of four groups")


def activation_outside(fixed: list, drawn: list) -> None:
    """The formula at fixed and at drawn sizes."""
    rows = [(b, t, n, 384, 640, 6) for b, t, n in itertools.product((1, 3), (5, 50), (2, 6))]
    for found, case in zip(fixed, rows, strict=True):
        checks.close(found, _activations(*case), f"bytes for batch, length, layers, d, f, h = {case}")
    for found, case in zip(
        drawn, checks.fresh("activation_outside").integers(1, 30, size=(4, 6)).tolist(), strict=True
    ):
        checks.close(found, _activations(*case), f"bytes for batch, length, layers, d, f, h = {tuple(case)}")


def _activations(batch, length, layers, width, feed_forward, heads) -> float:
    return 4 * batch * layers * (length * (8 * width + 4 * feed_forward) + heads * length**2)


def compute_optimal_split(fixed: list, drawn: list) -> None:
    """All operations are spent, at the ratio that was asked for."""
    checks.close(fixed, [math.sqrt(1e19), 10 * math.sqrt(1e19)], "parameters and tokens for 6e20 operations at 10")
    for flops, found in zip(checks.fresh("compute_optimal_split").uniform(1e9, 1e24, size=4), drawn, strict=True):
        checks.close(6 * found[0] * found[1] / flops, 1.0, "6ND, relative to the budget")
        checks.close(found[1] / found[0], 7.0, "tokens for each parameter")


def _kaplan(law: dict, sizes, texts):
    lack = np.exp((law["log_N_c"] - np.log(sizes)) * law["alpha_N"] / law["alpha_D"])
    return (lack + np.exp(law["log_D_c"] - np.log(texts))) ** law["alpha_D"]


def law_noisy(laws: list) -> None:
    """Root mean square residuals of the laws fitted to exact, noisy and outlying losses, beside the smallest possible."""
    sizes, texts = (side.ravel() for side in np.meshgrid([5e3, 5e4, 5e5], [2e5, 6e5, 2e6]))
    exact = _kaplan(dict(zip(LAW, (0.08, 0.25, 17.0, 15.0), strict=True)), sizes, texts)
    pattern = np.array([0.03, -0.02, 0.01, -0.03, 0.02, 0.04, -0.01, -0.03, 0.0])
    losses = [exact, exact * np.exp(pattern), exact * np.where(np.arange(9) == 4, 1.5, 1.0)]
    for law, measured, most in zip(laws, losses, (0.002, 0.01945, 0.1275), strict=True):
        reached = float(np.sqrt(np.mean(np.log(_kaplan(law, sizes, texts) / measured) ** 2)))
        checks.that(reached <= most, f"A law leaves a root mean square of {reached:.5f}; {most} can be reached.")


def interval_coverage(fixed: list) -> None:
    """Intervals of level 0.8 for sixty data sets hold what the new run had about as often as they say."""
    checks.count(len(fixed), 60, "the number of intervals")
    rng = np.random.default_rng(5)
    held = []
    for low, high in fixed:
        new = 10 * 1e7**-0.1 * np.exp(0.04 * rng.normal())
        rng.normal(size=24)  # the noise of the runs themselves
        held.append(low <= new <= high)
    checks.between(np.mean(held), 0.58, 0.9, "the share of intervals of level 0.8 that hold what the new run had")
    widths = [np.log(high / low) for low, high in fixed]
    checks.between(np.mean(widths), 0.09, 0.17, "the mean width of the intervals, in logarithms")


def allocation_outside(fixed: list, drawn: list) -> None:
    """The best size, its tokens and its loss, for fixed and drawn budgets and texts."""
    cases = [(10.0**e, 3e6) for e in range(9, 15)]
    cases += [tuple(row) for row in 10 ** checks.fresh("allocation_outside").uniform([9, 5], [14, 8], size=(6, 2))]
    for found, (flops, most) in zip([*fixed, *drawn], cases, strict=True):
        tokens = {size: min(flops / 6 / size, most) for size in SIZES}
        losses = {size: float(_kaplan(TRADE, size, tokens[size])) for size in SIZES}
        best = min(losses, key=losses.get)
        checks.close(found, [best, tokens[best], losses[best]], f"parameters, tokens, loss for {flops:.3g} operations")


def card_order(order: list) -> None:
    """Names by falling score, then by rising size, of those that fit into 60 bytes."""
    rows = checks.fresh("card_order").integers(1, 100, size=(12, 2)).tolist()
    expected = sorted((-score, size, f"m{k}") for k, (size, score) in enumerate(rows) if size <= 60)
    ranked = [(-rows[int(name[1:])][1], rows[int(name[1:])][0]) for name in order]
    checks.that(
        ranked == [row[:2] for row in expected], "Highest score first, at equal scores the smaller model first."
    )


def quantise_size(matrices: list, sizes: list) -> None:
    """No weight moves by more than half a level; sizes hold codes and scales."""
    rng = checks.fresh("quantise_size")
    drawn = rng.normal(size=(4, 16)).astype(np.float32)
    for found, bits in zip(matrices, (8, 4, 3), strict=True):
        step = np.abs(drawn).max(1, keepdims=True) / (2 ** (bits - 1) - 1)
        hint = f"At {bits} bits no weight moves by more than half a level of its row."
        checks.that(np.all(np.abs(np.array(found) - drawn) <= 0.501 * step + 1e-6), hint)
        checks.that(
            len(np.unique(np.round(np.array(found)[0] / step[0]))) <= 2**bits, f"Too many levels for {bits} bits."
        )
    for found, (rows, columns, bits, scale_bits) in zip(sizes, rng.integers(2, 99, size=(4, 4)).tolist(), strict=True):
        checks.close(found, rows * (columns * bits + scale_bits) / 8, "bytes of codes and scales")


def prune_smallest(matrices: dict) -> None:
    """A quarter of both matrices together is zero, the smallest; the rest is as it was drawn."""
    drawn = checks.fresh("prune_smallest").normal(size=(2, 3, 8))
    limit = np.sort(np.abs(drawn).ravel())[12]
    for name, weight in zip("xy", drawn, strict=True):
        expected = np.where(np.abs(weight) < limit, 0, weight)
        checks.close(matrices[name], expected, f"the pruned matrix {name}", atol=1e-6)


def distil_soft(losses: list) -> None:
    """The soft loss alone, by NumPy."""
    student, teacher = checks.fresh("distil_soft").normal(size=(2, 6, 3))
    for found, t in zip(losses, (1.0, 2.5, 6.0), strict=True):
        soft = -t * t * (np.exp(_log_softmax(teacher / t)) * _log_softmax(student / t)).sum(1).mean()
        checks.close(found, soft, f"the loss at temperature {t} and soft_weight 1", rtol=1e-3)


def distil_mixture(losses: list) -> None:
    """Soft and hard loss by NumPy, for four settings."""
    rng = checks.fresh("distil_mixture")
    student, teacher = (rng.normal(size=(5, 4)) for _ in range(2))
    labels = rng.integers(0, 4, size=5)
    for found, (t, w) in zip(losses, [(1, 0.5), (2, 0.3), (4, 0.9), (8, 1)], strict=True):
        soft = -(np.exp(_log_softmax(teacher / t)) * _log_softmax(student / t)).sum(1).mean()
        hard = -_log_softmax(student)[np.arange(5), labels].mean()
        expected = w * t * t * soft + (1 - w) * hard
        checks.close(found, expected, f"the loss at temperature {t}, soft_weight {w}", rtol=1e-3)


def _log_softmax(logits):
    return logits - np.log(np.exp(logits).sum(1, keepdims=True))


def compare_kept(found: dict) -> None:
    """Sizes, medians and seed-by-seed ratios of drawn records."""
    rng = checks.fresh("compare_kept")
    seconds = {name: [] for name in "abc"}
    scores = {name: [] for name in "abc"}
    for _, method in itertools.product(range(4), "abc"):
        took, score = rng.uniform(0.1, 0.9, size=2)
        seconds[method].append(took)
        scores[method].append(score)
    for method, size in {"a": 7, "b": 3, "c": 20}.items():
        kept = np.array(scores[method]) / np.array(scores["b"])
        faster = np.median(seconds["b"]) / np.median(seconds[method]) - 1
        expected = {"smaller": 1 - size / 3, "faster": faster, "kept_mean": kept.mean(), "kept_sd": kept.std(ddof=1)}
        for key, value in expected.items():
            checks.close(found[method][key], value, f"{key} of {method} relative to b", atol=1e-9)
