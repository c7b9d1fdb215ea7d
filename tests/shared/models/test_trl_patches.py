"""Scoring labelled tokens only: the same loss and gradients as trl computes without it, with less work."""

import pytest
import torch

from shared.models.loading import load_tokenizer, model_path
from shared.models.trl_patches import score_labelled_tokens_only

utils = pytest.importorskip("trl.trainer.utils")


@pytest.fixture
def batch() -> dict:
    rows = load_tokenizer("course-decoder-tiny")(
        ["A dull film.", "I laughed until I cried."], padding=True, return_tensors="pt"
    )
    labels = rows["input_ids"].masked_fill(rows["attention_mask"] == 0, -100)
    labels[:, :3] = -100
    return {**rows, "labels": labels}


def outcome(batch: dict, monkeypatch) -> tuple[float, torch.Tensor, int]:
    """Loss, gradient of a projection, and how many positions were multiplied by the vocabulary."""
    from transformers import AutoModelForCausalLM

    scored, original = [], utils._ChunkedLogProbFunction.apply

    class Spy:
        @staticmethod
        def apply(hidden, *rest):
            scored.append(len(hidden))
            return original(hidden, *rest)

    monkeypatch.setattr(utils, "_ChunkedLogProbFunction", Spy)
    model = AutoModelForCausalLM.from_pretrained(model_path("course-decoder-tiny"), dtype=torch.float32)
    utils.add_fused_lm_head(model)
    loss = model(**batch, fused_lm_head=True).loss
    loss.backward()
    return loss.item(), model.model.layers[0].self_attn.v_proj.weight.grad, scored[0]


def test_the_loss_is_the_same_and_the_work_less(batch, monkeypatch):
    monkeypatch.setattr(utils, "_use_triton", lambda device: False)
    with monkeypatch.context() as patch:
        plain, gradient, everything = outcome(batch, patch)
    score_labelled_tokens_only()
    with monkeypatch.context() as patch:
        loss, same, labelled = outcome(batch, patch)
    assert loss == pytest.approx(plain, abs=1e-5)
    assert torch.allclose(same, gradient, atol=1e-6)
    assert labelled == int((batch["labels"][:, 1:] != -100).sum()) < everything


def test_another_trl_is_left_alone(monkeypatch):
    monkeypatch.delattr(utils, "_use_triton")
    score_labelled_tokens_only()
    assert not hasattr(utils, "_use_triton")
