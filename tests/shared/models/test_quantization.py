"""4-bit models: NF4 as the paper has it, and training that survives an evaluation in the middle on every CPU."""

import copy

import pytest
import torch

from shared.hardware import Hardware
from shared.models.loading import load_tokenizer, model_path
from shared.models.quantization import keep_trainable, load_in_nf4, nf4_config

bitsandbytes = pytest.importorskip("bitsandbytes")
NAME = "course-decoder-tiny"
FEATURE = bitsandbytes.functional.has_avx512bf16()
CPU = Hardware("cpu", "test", "float32", "test", 16.0, 8.0)
TEXTS = [
    "A dull film, and far too long.",
    "I laughed until I cried.",
    "Nobody knows what it means.",
    "He was the captain.",
] * 4


def layers(model) -> list:
    found = [module for module in model.modules() if isinstance(module, bitsandbytes.nn.Linear4bit)]
    assert len(found) == 7 * model.config.num_hidden_layers, "every projection is quantised, and nothing else"
    return found


def unguarded():
    """The model as transformers alone loads it."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(
        model_path(NAME), quantization_config=nf4_config(CPU), dtype=torch.float32, device_map={"": "cpu"}
    )


def with_lora(model):
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    return get_peft_model(model, config).train()


def batch() -> dict:
    rows = load_tokenizer(NAME)(TEXTS, padding=True, return_tensors="pt")
    return {**rows, "labels": rows["input_ids"].masked_fill(rows["attention_mask"] == 0, -100)}


def evaluate(model, rows: dict) -> None:
    """What a lab does between two epochs: a loss without gradients, and some generated words."""
    model.eval()
    with torch.no_grad():
        model(**rows)
    model.generate(input_ids=rows["input_ids"][:1, :4], max_new_tokens=3, do_sample=False)
    model.train()


def gradients(model) -> list[torch.Tensor | None]:
    """Of LoRA's B matrices; those of A start at zero, because B does."""
    return [p.grad for name, p in model.named_parameters() if "lora_B" in name]


def tune(model, evaluation: bool = True, steps: int = 24) -> list[float]:
    """Losses of LoRA steps on one batch, with an evaluation in the middle; each step must have its gradients."""
    model, rows, losses = with_lora(model), batch(), []
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for step in range(steps):
        if evaluation and step == steps // 2:
            evaluate(model, rows)
        loss = model(**rows).loss
        optimizer.zero_grad()
        loss.backward()
        assert all(gradient is not None and gradient.any() for gradient in gradients(model)), f"step {step}"
        optimizer.step()
        losses.append(loss.item())
    return losses


def loses_gradients(model) -> bool:
    """Whether an evaluation before the first step repacks every weight, after which no LoRA matrix has a gradient."""
    model, rows = with_lora(model), batch()
    evaluate(model, rows)
    packed = [getattr(layer.weight.quant_state, "packing_format_for_cpu", False) for layer in layers(model)]
    loss = model(**rows).loss
    if loss.requires_grad:
        loss.backward()
    lost = [gradient is None or not gradient.any() for gradient in gradients(model)]
    assert len(set(packed)) == len(set(lost)) == 1, "all layers, or none"
    return packed[0] and lost[0]


@pytest.mark.parametrize(("dtype", "wanted"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_the_config_is_nf4_with_double_quantisation(dtype, wanted):
    config = nf4_config(Hardware("cuda", "test", dtype, "test", 16.0, 8.0, (8, 0)))
    assert config.load_in_4bit
    assert config.bnb_4bit_quant_type == "nf4"
    assert config.bnb_4bit_use_double_quant
    assert config.bnb_4bit_compute_dtype is wanted


def test_weights_take_four_bits_and_an_eighth():
    for layer in layers(load_in_nf4(NAME, CPU)):
        state, count = layer.weight.quant_state, layer.in_features * layer.out_features
        assert layer.weight.dtype == torch.uint8
        assert (state.quant_type, state.blocksize, state.nested) == ("nf4", 64, True)
        assert layer.weight.numel() * 8 == 4 * count
        assert state.absmax.dtype == torch.uint8, "the scales are quantised too"
        assert state.absmax.numel() * 64 == count


def test_quantised_weights_stay_close():
    from transformers import AutoModelForCausalLM

    exact = AutoModelForCausalLM.from_pretrained(model_path(NAME), dtype=torch.float32)
    originals = dict(exact.named_modules())
    for name, module in load_in_nf4(NAME, CPU).named_modules():
        if isinstance(module, bitsandbytes.nn.Linear4bit):
            weight = originals[name].weight
            unpacked = bitsandbytes.functional.dequantize_4bit(module.weight.data, module.weight.quant_state)
            assert (unpacked - weight).norm() / weight.norm() < 0.12, name


def test_the_attribute_that_is_switched_off_exists():
    """An upgrade of bitsandbytes that renames it would leave the trap open; this fails on every CPU."""
    assert hasattr(bitsandbytes.nn.Linear4bit(64, 64), "support_avx512bf16_for_cpu")


def test_training_goes_on_after_an_evaluation():
    model = load_in_nf4(NAME, CPU)
    assert not any(layer.support_avx512bf16_for_cpu for layer in layers(model))
    losses = tune(model)
    assert losses[-1] < losses[12] < losses[0]
    assert losses == tune(load_in_nf4(NAME, CPU), evaluation=False), "an evaluation changes nothing"
    assert not loses_gradients(load_in_nf4(NAME, CPU))


@pytest.mark.skipif(not FEATURE, reason="this CPU has no AVX512-BF16, so bitsandbytes repacks no weights here")
@pytest.mark.parametrize("biases", [True, False])
def test_without_the_guard_this_cpu_cannot_train_on(biases):
    """The trap itself, on a CPU that has it, with the library's real kernel. When this fails, the guard can go."""
    model = unguarded()
    if biases:  # as this model has them, and Qwen2
        assert any(layer.bias is not None for layer in layers(model))
        with pytest.raises(RuntimeError, match="in-place operation"):
            loses_gradients(model)
        return
    for layer in layers(model):
        layer.bias = None
    assert loses_gradients(model)


@pytest.fixture
def pretended_feature(monkeypatch):
    """A CPU without AVX512-BF16 made to take bitsandbytes' own path for one that has it.

    The decision (`Linear4bit.forward`), the repacking and the loss of the graph (`matmul_4bit`) are the library's; only the
    native kernel, which this CPU cannot execute, is stood in for: it unpacks, multiplies, and like the kernel returns numbers
    without a graph.
    """
    if FEATURE:
        pytest.skip("this CPU has AVX512-BF16: the tests above take the real path")
    from bitsandbytes import functional

    def kernel(A, B, out=None, state=None, **_):
        weight, unpacked = functional._convert_weight_packed_for_cpu_inverse(B.clone(), copy.copy(state))
        return A.detach() @ functional.dequantize_4bit(weight, unpacked).to(A.dtype).T

    monkeypatch.setattr(functional, "gemv_4bit", kernel)

    def pretend(model):
        for layer in layers(model):
            layer.support_avx512bf16_for_cpu = True
        return model

    return pretend


def test_the_pretended_cpu_falls_into_the_trap_without_the_guard(pretended_feature):
    assert loses_gradients(pretended_feature(unguarded()))


def test_the_guard_keeps_the_pretended_cpu_out_of_the_trap(pretended_feature):
    assert not loses_gradients(keep_trainable(pretended_feature(unguarded())))
    losses = tune(keep_trainable(pretended_feature(unguarded())))
    assert losses[-1] < losses[12] < losses[0]


def test_a_model_that_is_repacked_already_is_refused(pretended_feature):
    model = pretended_feature(unguarded()).eval()
    with torch.no_grad():
        model(input_ids=torch.tensor([[5, 6, 7]]))
    with pytest.raises(ValueError, match="load the model again, before any evaluation"):
        keep_trainable(model)
