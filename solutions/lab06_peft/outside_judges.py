"""Judges a LoRA layer's output outside the student's kernel, on the weights that the check drew."""

from shared import checks


def lora_peft(outputs: list) -> None:
    """x (W + B A)^T + b for three layers, the scale being 1."""
    rng = checks.fresh("lora_peft")
    hint = "The old layer with its bias, plus B A x (scaled by 1 here)."
    for (out, inside), found in zip(rng.integers(3, 9, size=(3, 2)).tolist(), outputs, strict=True):
        weight = rng.normal(size=(out, inside))
        bias = rng.normal(size=out)
        A = rng.normal(size=(2, inside))
        B = rng.normal(size=(out, 2))
        x = rng.normal(size=(4, inside))
        checks.close(found, x @ (weight + B @ A).T + bias, "the layer's output", hint=hint, atol=1e-4)
